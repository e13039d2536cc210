"""A word for a kind of deal that is nearly one that components pay: the one answer is enough."""

from pathlib import Path

from commands import commanded as shell
from pasting import rows_of

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.2\n[[components]]\nplan_id = "p"\n'
    'component_id = "upsell"\ntype = "commission"\nrate = 0.05\ndeal_kinds = ["upsell"]\n'
)
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,p,100000,2024-01-24\n"
DEALS = (
    "Opportunity ID,Closed At,Amount,Type,employee_id\nD1,2026-02-14,20000,Upsell,E1\n"
    "D2,2026-03-20,10000,Upsells,E1\n"
)
NEW = ("import", "people.csv", "deals.csv", "--into", "mine.xlsx", "--plan", "plan.toml")


def test_none_of_them_is_enough_for_a_word_that_is_nearly_one_of_them(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "people.csv").write_text(ROSTER)
    (tmp_path / "deals.csv").write_text(DEALS)
    said = shell(tmp_path, *NEW, "--period", "2026-Q1", "--yes", status=2)
    assert 'values.kind.Upsells = "upsell"; or values.kind.Upsells = "not paid"' in said
    (tmp_path / "sources.toml").write_text(
        '[[source]]\ntable = "deals"\nfrom = "deals.csv"\nvalues.kind.Upsells = "not paid"\n'
        '[[source]]\ntable = "roster"\nfrom = "people.csv"\n'
    )
    shell(tmp_path, *NEW, "--period", "2026-Q1", "--yes")
    shell(tmp_path, "refresh", "mine.xlsx")
    assert [row["Amount (USD)"] for row in rows_of(tmp_path / "mine.xlsx", "tblPayouts")] == [1000]
