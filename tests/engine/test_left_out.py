"""A cell that cannot be read stops those whose pay it shows, and changes nothing for anybody else."""

from datetime import date
from typing import Any

import pytest

from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.tables import RawTable

Rows = list[list[Any]]


def company() -> dict[str, Rows]:
    """E1, E2 and E3 of one plan; most that is said beside results is of E2, and D2 is shared with E3."""
    day = date(2026, 1, 8)
    return {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                  ["P", "base_bonus", "quarter", "ratio", 0.1]],
        "components": [["plan_id", "component_id", "type", "weight", "measure", "rate", "fixed_amount"],
                       ["P", "N", "metric", 0.5, "NRR", None, None],
                       ["P", "G", "goals", 0.5, None, None, None],
                       ["P", "C", "commission", None, None, 0.1, None],
                       ["P", "S", "spif", None, None, None, 100]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "fte"],
                   *([f"E{n}", "P", 80000, date(2024, 1, 1), 1] for n in (1, 2, 3))],
        "changes": [["employee_id", "from", "base_salary"], ["E2", date(2026, 2, 1), 90000]],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    *(["2026-Q1", "individual", f"E{n}", "NRR", 1, 1] for n in (1, 2, 3))],
        "goals": [["period", "employee_id", "goal", "weight", "score"],
                  *(["2026-Q1", f"E{n}", "a", 1, 1] for n in (1, 2, 3))],
        "deals": [["deal_id", "date", "amount", "kind", "employee_id"], ["D1", day, 1000, "upsell", "E2"],
                  ["D2", day, 500, "new", "E1"]],
        "credits": [["deal_id", "employee_id", "role", "share"], ["D2", "E2", "csm", 0.5],
                    ["D2", "E3", "am", 0.5]],
        "events": [["date", "employee_id", "component_id", "count"], [day, "E2", "S", 2]],
        "arrangements": [["employee_id", "kind", "from", "amount"], ["E2", "guarantee", date(2026, 1, 1), 9]],
        "adjustments": [["period", "employee_id", "amount", "reason"], ["2026-Q1", "E2", 5, "x"]],
        "paid": [["period", "employee_id", "plan_id", "component_id", "amount"],
                 ["2025-Q4", "E2", "P", "N", 10]],
        "reviews": [["employee_id", "from", "kind", "ratio"], ["E2", date(2026, 1, 1), "merit", 0.1]],
        "benefits": [["item", "employee_id", "amount"], ["Health", "E2", 5], ["Meals", None, 1]],
    }  # fmt: skip


def paid(tables: dict[str, Rows]) -> tuple[dict[str, float], dict[str, str]]:
    lines = run([RawTable.of_rows(rows, name) for name, rows in tables.items()], "2026-Q1", skip_errors=True)
    return {who: amount for _, who, _, amount in lines.totals()[1:]}, dict(lines.left_out)


def test_without_a_fault_everybody_is_paid() -> None:
    totals, out = paid(company())
    assert out == {}
    assert {who: totals[who] for who in ("E1", "E3")} == {"E1": 2000, "E3": 2025}  # E1 only booked D2
    assert totals["E2"] > 2000


@pytest.mark.parametrize("bad", ["#REF!", "bogus", None])
@pytest.mark.parametrize(
    ("table", "row", "columns"),
    [
        ("roster", 2, ("plan_id", "base_salary", "hire_date")),
        ("changes", 1, ("from",)),
        ("results", 2, ("period",)),
        ("goals", 2, ("period", "weight")),
        ("events", 1, ("date", "component_id")),
        ("arrangements", 1, ("kind", "from", "amount")),
        ("adjustments", 1, ("period", "amount")),
        ("paid", 1, ("period", "plan_id", "amount")),
        ("reviews", 1, ("from", "kind")),
        ("deals", 1, ("date", "amount")),
        ("credits", 1, ("deal_id",)),
    ],
)
def test_a_cell_about_one_person_stops_that_person(
    table: str, row: int, columns: tuple[str, ...], bad: Any
) -> None:
    for column in columns:
        tables = company()
        tables[table][row][tables[table][0].index(column)] = bad
        totals, out = paid(tables)
        assert (totals, list(out)) == ({"E1": 2000, "E3": 2025}, ["E2"]), column
        assert f"{table}, row {row + 1} ({column})" in out["E2"]


@pytest.mark.parametrize(("column", "bad"), [("share", -1), ("share", "half"), ("role", "#N/A")])
def test_a_share_that_cannot_be_read_stops_the_one_who_has_it(column: str, bad: Any) -> None:
    tables = company()
    tables["credits"][1][tables["credits"][0].index(column)] = bad
    totals, out = paid(tables)
    assert (totals, list(out)) == ({"E1": 2000, "E3": 2025}, ["E2"])


@pytest.mark.parametrize(("column", "bad"), [("amount", "much"), ("date", None), ("kind", "#N/A")])
def test_a_deal_that_cannot_be_read_stops_all_who_are_credited_and_nobody_who_is_not(
    column: str, bad: Any
) -> None:
    tables = company()
    tables["deals"][2][tables["deals"][0].index(column)] = bad
    totals, out = paid(tables)
    assert (totals, sorted(out)) == ({"E1": 2000}, ["E2", "E3"])
    assert all(f"deals, row 3 ({column})" in why for why in out.values())


def test_a_misspelled_kind_of_deal_stops_those_who_are_credited() -> None:
    tables = company()
    for row in tables["components"]:
        row.append("deal_kinds" if row[0] == "plan_id" else "upsell, expansion" if row[1] == "C" else None)
    tables["deals"][2][tables["deals"][0].index("kind")] = "expansoin"
    totals, out = paid(tables)
    assert (totals, sorted(out)) == ({"E1": 2000}, ["E2", "E3"])
    tables["components"][0].append("tier_scope")
    tables["components"][1].append(None)
    tables["components"][2].append(None)
    tables["components"][3].append("team")
    tables["components"][4].append(None)
    with pytest.raises(CsmError, match="deals, row 3"):  # it may count for the team of anybody
        paid(tables)


@pytest.mark.parametrize("unknown", ["plan_id", "hire_date"])
def test_a_deal_of_those_who_are_left_out_is_nobody_elses(unknown: str) -> None:
    """Who is not known to be employed is taken out with the credits; E1, who booked the deal, earns none."""
    tables = company()
    for row in (2, 3):
        tables["roster"][row][tables["roster"][0].index(unknown)] = "?"
    totals, out = paid(tables)
    assert (totals, sorted(out)) == ({"E1": 2000}, ["E2", "E3"])


def test_benefits_of_ones_own_stop_that_person_and_those_of_all_everybody() -> None:
    tables = company()
    tables["benefits"][1][2] = "much"
    totals, out = paid(tables)
    assert (sorted(totals), list(out)) == (["E1", "E3"], ["E2"])
    tables["benefits"][2][2] = "much"
    with pytest.raises(CsmError) as failed:
        paid(tables)
    assert "benefits, row 3 (amount)" in str(failed.value)


@pytest.mark.parametrize(
    ("table", "row", "column", "bad"),
    [
        ("plans", 1, "target_value", "x"),
        ("components", 3, "rate", "x"),
        ("deals", 2, "deal_id", None),  # unknown whose the deal is
        ("credits", 1, "employee_id", None),
        ("results", 2, "scope", "group"),
    ],
)
def test_what_is_nobodys_alone_stops_the_run(table: str, row: int, column: str, bad: Any) -> None:
    tables = company()
    tables[table][row][tables[table][0].index(column)] = bad
    with pytest.raises(CsmError) as failed:
        paid(tables)
    assert f"{table}, row {row + 1} ({column})" in str(failed.value)
