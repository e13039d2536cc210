"""Rows that pay nobody are named once; ids written in two ways are reported with what they probably are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import Issue, grouped
from csm_xl.plan.load import load_tables
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES

Rows = list[list[Any]]


def tables(**more: Rows) -> dict[str, Rows]:
    """A commission on upsell and a metric, by the quarter; E1 leaves at the end of January."""
    found: dict[str, Rows] = {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                  ["P", "base_variable", "quarter", "ratio", 0.2]],
        "components": [["plan_id", "component_id", "type", "weight", "measure", "scope", "rate", "deal_kinds",
                        "modified", "fixed_amount", "valid_to"],
                       ["P", "grr", "metric", 1, "GRR", "team", None, None, True, None, None],
                       ["P", "up", "commission", None, None, None, 0.02, "upsell", None, None, None],
                       ["P", "win", "spif", None, None, None, None, None, None, 100, date(2026, 2, 15)]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "team", "leave_date"],
                   ["E1", "P", 100000, date(2020, 2, 15), "T", date(2026, 1, 31)],
                   ["E2", "P", 100000, date(2020, 2, 15), "T", None]],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    ["2026-Q1", "team", "T", "GRR", 0.95, 0.95]],
        "deals": [["deal_id", "date", "amount", "employee_id", "kind"],
                  ["D0", date(2026, 2, 1), 50000, "E2", "upsell"]],
        "events": [["date", "employee_id", "component_id"], [date(2026, 2, 1), "E2", "win"]],
        "modifiers": [["period", "scope", "factor"], ["2026-Q1", "company", 1.1]],
    }  # fmt: skip
    for name, rows in more.items():
        found[name] = [*found.get(name, []), *rows]
    return found


def told(given: dict[str, Rows]) -> list[Issue]:
    raws = [RawTable.of_rows(rows, name) for name, rows in given.items()]
    return grouped(load_tables(raws, component_types(), PAY_TABLES)[1])


def test_sound_tables_say_nothing() -> None:
    assert told(tables()) == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"deals": [["D1", date(2026, 2, 1), 9, "E1", "upsell"]]}, "it is of 2026-02-01, and E1 left"),
        ({"deals": [["D1", date(2019, 2, 1), 9, "E1", "upsell"]]}, "E1 starts on 2020-02-15"),
        ({"modifiers": [["2026-03", "company", 0.5]]}, "2026-03 is a month, but plans pay by the quarter"),
        ({"results": [["2026-01", "team", "T", "GRR", 0.9, 0.95]]}, "2026-01 is a month"),
        ({"results": [["2026-Q1", "individual", "E9", "GRR", 0.9, 0.95]]}, "has no person 'E9'"),
        ({"events": [[date(2026, 2, 1), "E1", "win"]]}, "E1 is on no plan whose win is in effect"),
        ({"events": [[date(2026, 3, 1), "E2", "win"]]}, "on 2026-03-01 E2 is on no plan whose win"),
        ({"goals": [["period", "employee_id", "goal", "weight", "score"], ["2026-Q1", "E2", "g", 1, 1]]},
         "no plan of E2 pays for goals in 2026-Q1"),
    ],
)  # fmt: skip
def test_a_row_that_pays_nobody_is_named(more: dict[str, Rows], says: str) -> None:
    (issue,) = told(tables(**more))
    assert issue.severity == "warning" and says in issue.message, issue
    table = next(iter(more))
    assert issue.where.startswith(table) and f"row {len(tables(**more)[table])}" in issue.where


def test_what_no_plan_looks_at_in_any_period_is_left_alone() -> None:
    other = ["2026-01", "team", "T", "NRR", 0.9, 0.95]
    given = tables(modifiers=[["2026-03", "company", 0.5]], results=[other])
    given["components"][1][8] = None
    (note,) = told(given)  # the modifier is of no plan; the result is named
    assert (
        note.severity == "note"
        and note.rule == "N002"
        and "no component uses the measure NRR" in note.message
    )


@pytest.mark.parametrize(
    ("rows", "severity", "says"),
    [
        (["2026-Q1", "team", "T", "NPS", 40, 50], "note", "no component uses the measure NPS"),
        (["2026-Q1", "individual", "E2", "GRR", 0.9, 0.95], "note", "GRR of scope individual"),
        (["2026-Q1", "team", "T", "GRRR", 0.9, 0.95], "warning", "no component uses the measure 'GRRR'"),
        (["2026-Q1", "team", "T", "grr", 0.9, 0.95], "error", "spell the measure 'grr' as 'GRR'"),
        (["2026-Q1", "team", "t", "GRR", 0.9, 0.95], "error", "the roster spells the team 't' as 'T'"),
        (["2026-Q1", "individual", "e2", "GRR", 0.9, 0.95], "error", "spells the person 'e2' as 'E2'"),
    ],
)  # fmt: skip
def test_a_result_that_no_component_looks_at_is_named(rows: list[Any], severity: str, says: str) -> None:
    (issue,) = told(tables(results=[rows]))
    assert issue.severity == severity and says in issue.message, issue
    assert issue.where.startswith("results, row 3")


def test_a_result_of_somebody_who_is_not_on_the_plan_then_is_named() -> None:
    given = tables(
        results=[["2026-Q1", "individual", "E1", "NRR", 1, 1], ["2026-Q3", "individual", "E1", "NRR", 1, 1]]
    )
    given["components"][1][3:6] = [1, "NRR", "individual"]
    given["results"][1] = ["2026-Q1", "individual", "E2", "NRR", 1, 1]
    (issue,) = told(given)
    assert issue.severity == "warning" and "E1 is on no plan in 2026-Q3 that uses NRR" in issue.message


def of_two_kinds(**more: Rows) -> dict[str, Rows]:
    """The same plan beside one that pays by the month, whose results are those of people."""
    given = tables(
        plans=[["M", "base_variable", "month", "ratio", 0.2]],
        components=[
            ["M", "calls", "metric", 0.5, "calls", "individual", None, None, None, None, None],
            ["M", "aims", "goals", 0.5, None, None, None, None, None, None, None],
            ["P", "aims", "goals", 1, None, None, None, None, None, None, None],
        ],
        roster=[["E3", "M", 100000, date(2020, 2, 15), "U", None]],
        results=[["2026-01", "individual", "E3", "calls", 9, 10]],
        goals=[["period", "employee_id", "goal", "weight", "score"], ["2026-Q1", "E2", "g", 1, 1],
               ["2026-01", "E3", "g", 1, 1]],
    )  # fmt: skip
    given["components"][1][3] = 0.5
    given["components"][-1][3] = 0.5
    for name, rows in more.items():
        given[name] += rows
    return given


@pytest.mark.parametrize(
    ("more", "severity", "says"),
    [
        ({"results": [["2026-01", "team", "T", "GRR", 0.9, 0.95]]}, "note",
         "2026-01 is a month, but GRR of T is paid by the quarter: this pays nobody"),
        ({"results": [["2026-Q1", "individual", "E3", "calls", 9, 10]]}, "note",
         "2026-Q1 is a quarter, but calls of E3 is paid by the month: this pays nobody"),
        ({"goals": [["2026-02", "E2", "h", 1, 1]]}, "warning", "no plan of E2 pays for goals in 2026-02"),
        ({"goals": [["2026-Q1", "E3", "h", 1, 1]]}, "warning", "no plan of E3 pays for goals in 2026-Q1"),
    ],
)  # fmt: skip
def test_a_row_of_a_period_by_which_its_person_is_not_paid_is_named(
    more: dict[str, Rows], severity: str, says: str
) -> None:
    assert told(of_two_kinds()) == []
    (issue,) = told(of_two_kinds(**more))
    assert issue.severity == severity and says in issue.message, issue


def test_results_of_periods_by_which_nobody_is_paid_are_one_note_with_their_places() -> None:
    rows = [[f"2026-0{month}", "team", "T", "GRR", 0.9 + month / 100, 0.95] for month in (1, 2, 3)]
    (note,) = told(of_two_kinds(results=rows))
    assert "3 results are of periods by which nobody is paid on them" in note.message, note
    assert note.severity == "note" and "row 4" in note.where


def test_a_component_that_pays_by_its_own_cycle_uses_results_of_its_periods() -> None:
    given = of_two_kinds(results=[["2026-02", "individual", "E2", "calls", 9, 10]])
    assert "no plan of E2 uses calls" in told(given)[0].message
    for row in given["components"]:
        row.append("pay_cycle" if row[0] == "plan_id" else None)
    given["components"].append(["P", "calls", "metric", 0.1, "calls", "individual", *[None] * 5, "month"])
    assert [issue.message for issue in told(given) if issue.where.startswith("results")] == []


CREDITS = ["deal_id", "employee_id", "role", "share"]


@pytest.mark.parametrize(
    ("credit", "severity", "says"),
    [
        (["D1", "E1", "csm", 0.5], "warning", "it is of 2026-02-20, and E1 left on 2026-01-31"),
        (["D1", "A1", "am", 1], "note", "no plan of A1 pays on such deals"),
        (["D1", "E2", "am", 1], "warning", "the role is am, and the plan of E2 pays csm"),
        (["D1", "E2", "Account Manager", 1], "error", "no component pays the role 'account_manager'"),
    ],
)
def test_a_credit_that_pays_nobody_is_named(credit: list[Any], severity: str, says: str) -> None:
    given = tables(deals=[["D1", date(2026, 2, 20), 50000, None, "upsell"]],
                   credits=[CREDITS, ["D1", "E2", "csm", 0.5 if credit[2] == "csm" else 1], credit],
                   plans=[["B", "base_only", "quarter", "ratio", None],
                          ["AM", "base_variable", "quarter", "ratio", None]],
                   roster=[["A1", "B", 100000, date(2020, 2, 15), "T", None]])  # fmt: skip
    given["components"] = [[*row, role] for row, role in zip(
        given["components"], ("credit_role", None, "csm", None), strict=True)]  # fmt: skip
    am = ["AM", "up_am", "commission", None, None, None, 0.1, "upsell", None, None, None, "am"]
    given["components"].append(am)
    found = [issue for issue in told(given) if issue.where.startswith("credits")]
    assert [issue.severity for issue in found] == [severity] and says in found[0].message, found
    assert found[0].where.startswith("credits, row 3")
    if severity == "error":
        assert "Did you mean 'am'?" in found[0].hint and "--accept E006" in found[0].hint


def test_a_team_that_the_roster_writes_in_two_ways_is_refused() -> None:
    given = tables(roster=[["E3", "P", 100000, date(2020, 2, 15), " t", None]])
    (issue,) = told(given)
    assert issue.severity == "error" and "another row spells the team 't' as 'T'" in issue.message


def test_many_of_a_kind_are_one_finding_with_their_count_and_places() -> None:
    late = [[f"L{n}", date(2026, 3, n), 100, "E1", "upsell"] for n in range(1, 21)]
    (issue,) = told(tables(deals=late))
    assert issue.message.startswith("20 deals pay nobody: L1, L2") and "and 12 more" in issue.message
    assert issue.where == "deals, row 3 (deal_id)" and "also deals, row 4" in issue.message


def test_a_kind_of_deal_that_no_component_pays_is_a_note() -> None:
    (issue,) = told(tables(deals=[["R1", date(2026, 2, 1), 9, "E2", "renewal"]]))
    assert issue.severity == "note" and "renewal" in issue.message


def test_a_deal_outside_the_days_on_the_plan_is_told_on_the_line() -> None:
    given = tables(deals=[["D1", date(2026, 2, 1), 50000, "E1", "upsell"]])
    lines = run([RawTable.of_rows(rows, name) for name, rows in given.items()], "2026-Q1").rows()
    head = lines[0]
    notes = {(row[head.index("employee_id")], row[head.index("component_id")]): row[head.index("note")]
             for row in lines[1:]}  # fmt: skip
    assert notes["E1", "up"] == "a deal is credited outside the days on the plan, and not paid"
    assert notes["E2", "up"] is None and notes["E1", "grr"] is None


def test_ids_written_in_two_ways_are_one_finding_with_what_they_probably_are() -> None:
    given = tables()
    for row, name in zip(given["roster"][1:], ("1041", "1044"), strict=True):
        row[0] = name
    day = date(2026, 1, 5)
    deals = [[f"D{n}", day, 9, f"00104{1 + n % 2 * 3}", "upsell"] for n in range(40)]
    given["deals"] = [given["deals"][0], *deals]
    given["events"] = given["events"][:1]
    (issue,) = told(given)
    assert issue.severity == "error" and issue.message.startswith("40 rows of deals name an employee_id")
    assert "001041 (probably 1041), 001044 (probably 1044)" in issue.message
    assert "leading zeros" in issue.hint and "Did you mean" not in issue.hint


def test_a_change_before_its_person_is_hired_is_named() -> None:
    head = ["employee_id", "from", "base_salary"]
    (issue,) = told(tables(changes=[head, ["E2", date(2020, 2, 14), 90000]]))
    assert "E2 is hired after this change, on 2020-02-15" in issue.message and issue.severity == "warning"
    (issue,) = told(tables(changes=[head, ["E2", date(2020, 2, 15), 90000]]))
    assert "is never used" in issue.message and issue.severity == "note"


def test_days_of_a_period_before_a_plan_begins_are_named_with_what_they_lose() -> None:
    given = tables(deals=[["D1", date(2026, 2, 20), 50000, "E2", "upsell"]])
    given["plans"] = [[*given["plans"][0], "valid_from"], [*given["plans"][1], date(2026, 2, 16)]]
    said = [issue.message for issue in told(given)]
    assert any("no version from 2026-01-01 to 2026-02-15" in each and "(E1, E2)" in each for each in said)
    assert any("deal D0 pays nobody" in each for each in said)
    assert not any("D1" in each for each in said)


def test_days_between_two_versions_of_a_plan_are_named() -> None:
    given = tables()
    head, row = given["plans"]
    first, second = ([*row, *days] for days in ((None, date(2026, 1, 31)), (date(2026, 2, 10), None)))
    given["plans"] = [[*head, "valid_from", "valid_to"], first, second]
    given["roster"] = given["roster"][:1] + given["roster"][2:]
    said = [issue.message for issue in told(given)]
    assert any("no version from 2026-02-01 to 2026-02-09" in each and "(E2)" in each for each in said)
    assert any("deal D0 pays nobody" in each for each in said)


def with_versions(ends: date, begins: date) -> dict[str, Rows]:
    """The commission in two versions; the deal of February 1 also counts for a quota."""
    given = tables()
    head, _, commission, event = given["components"]
    quota = ["P", "quota", "metric", 1, "bookings", "individual", None, "upsell", True, None, None]
    given["components"] = [
        [*head, "valid_from", "measure_from"], [*quota, None, "deals"],
        [*commission[:-1], ends, None, None], [*commission, begins, None], [*event, None, None],
    ]  # fmt: skip
    given["results"] = [given["results"][0], ["2026-Q1", "individual", "E2", "bookings", None, 50000]]
    given["roster"] = given["roster"][:1] + given["roster"][2:]
    return given


def test_days_between_two_versions_of_a_commission_are_named() -> None:
    said = [issue.message for issue in told(with_versions(date(2026, 1, 31), date(2026, 2, 10)))]
    assert [each for each in said if "no version" in each] == [
        "component up of plan P has no version from 2026-02-01 to 2026-02-09, so deals and payments of these"
        " days earn nothing (E2)"
    ]


@pytest.mark.parametrize(
    ("ends", "begins"),
    [
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2025, 12, 31), date(2026, 4, 1)),  # a whole period: a pause
        (date(2026, 1, 31), date(2026, 3, 10)),
    ],
)
def test_versions_one_after_another_and_seasons_are_sound(ends: date, begins: date) -> None:
    assert not any("no version" in issue.message for issue in told(with_versions(ends, begins)))


def test_a_plan_that_begins_with_a_period_pays_all_of_it() -> None:
    given = tables(deals=[["D1", date(2025, 2, 20), 50000, "E2", "upsell"]])
    given["plans"] = [[*given["plans"][0], "valid_from"], [*given["plans"][1], date(2026, 1, 1)]]
    assert told(given) == []
