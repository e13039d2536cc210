"""Which version of a plan and of its components is in effect on a day."""

from datetime import date

import pytest
from plan_tables import base, cell, read

from csm_xl.errors import CsmError
from csm_xl.plan.employment import History
from csm_xl.plan.model import PlanBook


def day(text):
    return date.fromisoformat(text).toordinal()


def dated():
    tables = base()
    tables["plans"] = [
        [
            "plan_id",
            "model",
            "pay_period",
            "target_basis",
            "target_value",
            "valid_from",
            "valid_to",
            "plan_cap",
        ],
        ["bonus", "base_bonus", "quarter", "ratio", 0.2, "2026-07-01", None, 2],
        ["bonus", "base_bonus", "quarter", "ratio", 0.1, None, None, None],
        ["old", "base_bonus", "month", "ote", None, "2020-01-01", "2024-12-31", None],
    ]
    later = [*tables["components"][1]]
    later[tables["components"][0].index("valid_from")] = "2026-07-01"
    later[tables["components"][0].index("scope")] = "company"
    tables["components"].insert(1, later)
    return tables


def test_versions_follow_each_other():
    book = PlanBook(read(dated()))
    assert [terms.target_value for terms in book.versions("bonus")] == [0.1, 0.2]
    assert book.version("bonus", day("2026-06-30")).target_value == 0.1
    assert book.version("bonus", day("2026-07-01")).target_value == 0.2
    assert book.versions("bonus")[0].valid_to == day("2026-06-30")  # a blank end is the next one's eve
    assert book.versions("bonus")[1].valid_to is None
    assert book.plan_ids == ("bonus", "old")


def test_both_ends_of_a_version_are_inside_it():
    book = PlanBook(read(dated()))
    days = ("2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01")
    assert [bool(book.version("old", day(text))) for text in days] == [False, True, True, False]
    assert book.versions("nothing") == ()
    assert book.version("nothing", 1) is None


def test_terms_are_python_values():
    terms = PlanBook(read(dated())).versions("bonus")[0]
    assert (terms.plan_name, terms.plan_cap, terms.valid_from) == (None, None, None)
    assert (terms.rounding, terms.rounding_unit, terms.year_start, terms.over_assignment) == (
        "line",
        0.01,
        1,
        False,
    )
    assert (type(terms.year_start), terms.row, terms.where) == (int, 1, "Plans!B5")


def test_components_of_a_day_in_the_order_of_their_table():
    book = PlanBook(read(dated()))
    before = book.components("bonus", day("2026-06-30"))
    after = book.components("bonus", day("2026-07-01"))
    assert [one.component_id for one in before] == ["retention", "goals", "upsell", "award"]
    assert [one.values.get("scope") for one in before] == ["team", None, None, None]
    assert after[0].values["scope"] == "company"
    assert len(book.overlapping("bonus", day("2026-06-30"), day("2026-07-01"))) == 5
    assert book.components("old", 1) == ()


def test_a_component_carries_its_types_parameters_curve_and_tiers():
    retention, goals, upsell, award = PlanBook(read(base())).components("bonus", 1)
    assert retention.curve.attainment == (0.9, 1.0, 1.2)
    assert (retention.curve.payout, retention.curve.below) == ((0.5, 1.0, 1.5), "zero")
    assert retention.values["cumulative"] == "discrete"
    assert set(goals.values) == {"weight", "curve_id"}
    assert (goals.curve, goals.tiers) == (None, None)
    assert (upsell.tiers.start, upsell.tiers.end, upsell.tiers.rate) == (
        (0, 1000),
        (1000, None),
        (0.02, 0.03),
    )
    assert (upsell.tiers_on, upsell.values["credit_role"]) == ("amount", "csm")
    assert award.values == {"fixed_amount": 500.0, "max_amount": None}
    assert award.where == "Components!C7"


def test_options_stand_on_the_first_row():
    tables = base()
    for column, value in (("mode", "step"), ("below", "hold"), ("above", "extrapolate"), ("cap", 2)):
        cell(tables, "curves", 1, column, value)
    for column, value in (("mode", "whole"), ("tie", "lower"), ("on", "attainment")):
        cell(tables, "tiers", 1, column, value)
    retention, _, upsell, _ = PlanBook(read(tables)).components("bonus", 1)
    curve = retention.curve
    assert (curve.mode, curve.below, curve.above, curve.cap) == ("step", "hold", "extrapolate", 2)
    assert (upsell.tiers.mode, upsell.tiers.tie, upsell.tiers_on) == ("whole", "lower", "attainment")


def test_every_curve_and_tier_table_that_cannot_be_is_told():
    tables = cell(cell(base(), "curves", 1, "attainment", 2), "tiers", 2, "from", 0)
    with pytest.raises(CsmError) as caught:
        PlanBook(read(tables))
    assert [issue.where for issue in caught.value.issues] == ["Curves!C5", "Tiers!C4"]
    assert "curves line:" in caught.value.issues[0].message


def test_stays_of_a_person():
    tables = base()
    tables["plans"].append(["other", *tables["plans"][1][1:]])
    tables["changes"] = [
        ["employee_id", "from", "plan_id", "target_ratio"],
        ["E0001", "2026-03-01", None, 0.3],
        ["E0001", "2026-02-01", "other", 0.2],
        ["E0001", "2023-01-01", None, 0.15],  # before hire: holds from the first paid day
        ["E0002", "2030-01-01", "other", None],  # after leaving: no day
    ]
    cell(tables, "roster", 2, "leave_date", "2026-06-30")
    found = History(read(tables)).stays()
    assert [
        (stay.plan_id, stay.first, stay.last, stay.values["target_ratio"]) for stay in found["E0001"]
    ] == [
        ("bonus", day("2024-01-01"), day("2026-01-31"), 0.15),
        ("other", day("2026-02-01"), day("2026-02-28"), 0.2),
        ("other", day("2026-03-01"), day("9999-12-31"), 0.3),
    ]
    assert [stay.last for stay in found["E0002"]] == [day("2026-06-30")]
