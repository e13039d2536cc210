"""What a payment leaves out that a person typed is named: blank results, and rows of other periods."""

from __future__ import annotations

from datetime import date
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.engine.remarks import remarks
from csm_xl.engine.run import run
from csm_xl.plan.load import load_tables
from csm_xl.plan.raw import RawTable

Rows = list[list[Any]]
GIVEN: dict[str, Rows] = {
    "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
              ["P", "base_variable", "quarter", "ratio", 0.2]],
    "components": [["plan_id", "component_id", "type", "weight", "measure", "scope", "rate"],
                   ["P", "grr", "metric", 0.5, "GRR", "team", None],
                   ["P", "nrr", "metric", 0.5, "NRR", "individual", None],
                   ["P", "up", "commission", None, None, None, 0.02]],
    "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "team"],
               ["E1", "P", 100000, date(2020, 2, 15), "T"], ["E2", "P", 100000, date(2020, 2, 15), "T"],
               ["E3", "P", 100000, date(2020, 2, 15), "U"]],
    "results": [["period", "scope", "id", "measure", "actual", "goal"],
                ["2026-Q1", "team", "T", "GRR", 0.95, 0.95], ["2026-Q1", "team", "U", "GRR", 0.95, 0.95],
                *[["2026-Q1", "individual", f"E{n}", "NRR", 1, 1] for n in (1, 2, 3)]],
    "deals": [["deal_id", "date", "amount", "employee_id"], ["D1", date(2026, 2, 1), 50000, "E2"]],
}  # fmt: skip


def said(period: str | None = "2026-Q1", **more: Rows) -> list[tuple[str, str, str]]:
    given = {name: [*rows, *more.pop(name, [])] for name, rows in GIVEN.items()} | more
    tables, issues = load_tables(
        [RawTable.of_rows(rows, name) for name, rows in given.items()], component_types()
    )
    assert not issues
    lines = run(tables, period or "2026-Q1")
    return [
        (one.severity, one.where, one.message)
        for one in remarks(tables, [lines], [] if period is None else [period])
    ]


def blanked(*rows: int) -> Rows:
    found = [list(row) for row in GIVEN["results"]]
    for row in rows:
        found[row][4] = None
    return found


def test_what_is_paid_whole_needs_no_remark() -> None:
    assert said() == said(None) == []


def test_a_blank_result_is_named_with_those_whom_it_pays_nothing(monkeypatch: Any) -> None:
    monkeypatch.setitem(GIVEN, "results", blanked(1))
    (one,) = said()
    assert one[:2] == ("note", "results, row 2 (actual)")
    assert one[2] == "GRR of T in 2026-Q1 has no actual, and is paid at 0 (E1, E2)"


def test_many_blank_results_are_one_finding(monkeypatch: Any) -> None:
    monkeypatch.setitem(GIVEN, "results", blanked(2, 3, 4, 5))
    (one,) = said()
    assert one[2].startswith("4 missing actuals are paid at 0: GRR of U 2026-Q1 (E3), NRR of E1")
    assert one[2].endswith("also results, row 4 (actual), results, row 5 (actual), results, row 6 (actual)")


def test_a_blank_that_pays_nobody_needs_no_remark(monkeypatch: Any) -> None:
    monkeypatch.setitem(GIVEN, "results", [*GIVEN["results"], ["2026-Q2", "team", "T", "GRR", None, 0.9]])
    assert [severity for severity, _, _ in said()] == ["note"]


def test_rows_of_other_periods_are_counted_in_one_note() -> None:
    more: dict[str, Rows] = {
        "deals": [["D2", date(2025, 2, 1), 1, "E1"], ["D3", date(2026, 4, 1), 1, "E1"]],
        "modifiers": [["period", "scope", "factor"], ["2025-Q1", "company", 1.5]],
        "adjustments": [["period", "employee_id", "amount", "reason"], ["2026-Q2", "E1", 5, "x"]],
    }
    (one,) = said(**more)
    assert one[0] == "note" and one[2].startswith("not of 2026-Q1, so not paid with it:")
    for part in ("2 deals (2025-02-01 to 2026-04-01, deals, row 3 …)",
                 "1 modifier (2025-Q1, modifiers, row 2)",
                 "1 adjustment (2026-Q2, adjustments, row 2)"):  # fmt: skip
        assert part in one[2]
    assert said(None, **more) == []


def test_rows_outside_all_periods_that_are_paid_are_named_though_none_is_asked_for() -> None:
    given = {name: list(rows) for name, rows in GIVEN.items()}
    given["deals"] = [
        *given["deals"],
        ["D2", date(2026, 12, 6), 50000, "E2"],
        ["D3", date(2026, 4, 6), 9, "E2"],
    ]
    raws = [RawTable.of_rows(rows, name) for name, rows in given.items()]
    tables, _ = load_tables(raws, component_types())
    (issue,) = remarks(tables, [run(tables, "2026-Q1")], ["2026-Q1", "2026-Q2"])
    assert issue.message.startswith("not of 2026-Q1, 2026-Q2, so not paid with them: 1 deal (2026-12-06")


def test_earlier_payments_that_are_not_earlier_are_named() -> None:
    header = ["period", "employee_id", "plan_id", "component_id", "amount"]
    given = {name: list(rows) for name, rows in GIVEN.items()}
    given["paid"] = [
        header,
        *([period, "E1", "P", "grr", 10] for period in ("2025-Q4", "2026-Q1", "2026-Q2")),
    ]
    given["targets"] = [["employee_id", "component_id", "from", "goal"], ["E1", "nrr", date(2026, 7, 1), 2]]
    tables, _ = load_tables([RawTable.of_rows(rows, name) for name, rows in given.items()], component_types())
    late, paid = remarks(tables, [run(tables, "2026-Q1")], ["2026-Q1"])
    assert (
        late.message == "not of 2026-Q1, so not paid with it: 1 target (from 2026-07-01 on, targets, row 2),"
        " 1 earlier payment of another plan year (2025-Q4, paid, row 2)"
    )
    assert (paid.severity, paid.where) == ("warning", "paid, row 3 (period)")
    assert paid.message == (
        "2 of the earlier payments are of 2026-Q1, 2026-Q2, which is not before what is paid here: not used"
    )
    (one,) = [found for found in remarks(tables, [], ["2026-Q2"]) if "which is not before" in found.message]
    assert one.message.startswith("1 of the earlier payments is of 2026-Q2,")


ARRANGED = ["employee_id", "kind", "from", "amount"]


def test_a_draw_of_a_years_size_is_named() -> None:
    since = date(2026, 1, 1)
    for kind, amount, says in (("draw", 100_000, "the draw of E1 is 100,000.00, 4.1 times base pay of"),
                               ("guarantee", 24_641, "1 times base pay of 2026-Q1"),
                               ("guarantee", 24_640, "4.1 times what is earned in 2026-Q1, 6,000"),
                               ("draw", 17_999, ""), ("holdback", 0.2, "")):  # fmt: skip
        found = [one for one in said(arrangements=[ARRANGED, ["E1", kind, since, amount]]) if says in one[2]]
        assert len(found) == (says != "")
        assert all(one[:2] == ("warning", "arrangements, row 2 (amount)") for one in found)
    before = [[*ARRANGED, "to"], ["E1", "guarantee", date(2025, 1, 1), 100_000, date(2025, 12, 31)]]
    assert not [one for one in said(arrangements=before) if "base pay" in one[2]]


def test_what_a_pool_does_not_pay_is_named(monkeypatch: Any) -> None:
    pool = ["P", "pool", "pool", 10_000, None, "days"]
    columns = ["plan_id", "component_id", "type", "pool_amount", "pool_person_cap", "share_by"]
    for name in ("results", "deals"):
        monkeypatch.delitem(GIVEN, name)
    monkeypatch.setitem(GIVEN, "components", [columns, pool])
    for cap, severity in ((1000, ["warning"]), (3333, ["note"]), (4000, []), (None, [])):
        pool[4] = cap
        found = [one for one in said() if "pool_person_cap" in one[2]]
        assert [one[0] for one in found] == severity
    pool[4] = 1000
    (one,) = said()
    assert one[2].startswith("the pool of pool of P pays 3,000.00 of 10,000.00 in 2026-Q1: everybody")


def test_an_adjustment_after_leaving_is_named() -> None:
    roster = [[*row, None] for row in GIVEN["roster"]]
    roster[0][-1], roster[1][-1] = "leave_date", date(2025, 12, 15)
    adjustments = [["period", "employee_id", "amount", "reason"],
                   *[["2026-Q1", who, 500, "commission of November"] for who in ("E1", "E2")]]  # fmt: skip
    given = GIVEN | {"roster": roster, "adjustments": adjustments}
    found = load_tables([RawTable.of_rows(rows, name) for name, rows in given.items()], component_types())[1]
    (note,) = [one for one in found if one.where.startswith("adjustments")]
    assert note.severity == "note" and note.message == "E1 left on 2025-12-15, before 2026-Q1"


def test_an_earlier_payment_far_from_the_target_is_named() -> None:
    def odd(amount: float) -> list[str]:
        later = [["2026-Q2", "team", "T", "GRR", 0.95, 0.95], ["2026-Q2", "team", "U", "GRR", 0.95, 0.95],
                 *[["2026-Q2", "individual", f"E{n}", "NRR", 1, 1] for n in (1, 2, 3)]]  # fmt: skip
        head, *rows = GIVEN["components"]
        to_date = [[*head, "cumulative"], *([*row, "ytd_sum" if row[1] == "nrr" else None] for row in rows)]
        paid = [["period", "employee_id", "plan_id", "component_id", "amount"],
                ["2026-Q1", "E1", "P", "nrr", amount]]  # fmt: skip
        given = GIVEN | {"components": to_date, "paid": paid, "results": [*GIVEN["results"], *later]}
        raws = [RawTable.of_rows(table, name) for name, table in given.items()]
        tables, _ = load_tables(raws, component_types())
        lines = run(tables, "2026-Q2")
        found = [one for one in remarks(tables, [lines]) if "was paid" in one.message]
        assert [one.message for one in found if one.severity == "note"] == (
            [] if amount == 2500 else [
                f"E1 was paid {amount:,.2f} for nrr in 2026-Q1, and these inputs calculate 2,500.00: what was"
                " paid counts"
            ]
        )  # fmt: skip
        return [one.message for one in found if one.severity == "warning"]

    assert odd(2500) == odd(4200) == []
    assert odd(25_000) == [
        "E1 was paid 25,000.00 for nrr in 2026-Q1, but its target is 2,500.00 a period: this run"
        " settles the difference"
    ]
    assert odd(2.5)[0].startswith("E1 was paid 2.50 for nrr")
