"""A payroll: loaded once, it pays any period as often as asked, and each run stands alone."""

import pytest
from small_company import company, raws, result

from csm_xl.engine.loading import errors_in, read_tables_to_pay
from csm_xl.engine.payroll import Payroll
from csm_xl.engine.run import run
from csm_xl.errors import CsmError


def to_date():
    """Two people whose second quarter is paid for the year to date; the second one has no result of it."""
    tables = company("E1", "E2", cumulative="ytd_sum")
    tables["results"] = [
        result("E1", 0.9, 1, period="2026-Q1"), result("E2", 0.8, 1, period="2026-Q1"),
        result("E1", 1.1, 1, period="2026-Q2"),
    ]  # fmt: skip
    return tables


def amounts(lines):
    names = ("period", "employee_id", "amount", "paid_before")
    return [tuple(line[name] for name in names) for line in lines.dicts()]


def test_one_payroll_pays_any_period_again_and_again_as_a_run_of_its_own() -> None:
    tables = to_date()
    tables["results"].append(result("E2", 1.0, 1, period="2026-Q2"))
    payroll = Payroll.load(raws(tables))
    asked = ("2026-Q1", "2026-Q2", "2026-Q2", "2026-H1", "2026-Q1")
    found = [amounts(payroll.pay(period)) for period in asked]
    assert found == [amounts(run(raws(tables), period)) for period in asked]
    assert found[1][0] == ("2026-Q2", "E1", 2200.0, 1800.0)


def test_what_stopped_one_period_does_not_stop_the_next() -> None:
    payroll = Payroll.load(raws(to_date()))
    with pytest.raises(CsmError, match="no result CSAT of individual E2 for 2026-Q2"):
        payroll.pay("2026-Q2")
    assert [line["amount"] for line in payroll.pay("2026-Q1").dicts()] == [1800, 1600]


def test_who_is_left_out_of_one_period_is_paid_in_the_next() -> None:
    payroll = Payroll.load(raws(to_date()))
    short = payroll.pay("2026-Q2", skip_errors=True)
    assert [who for who, _ in short.left_out] == ["E2"]
    whole = payroll.pay("2026-Q1", skip_errors=True)
    assert whole.left_out == () and len(whole) == 2


def test_tables_without_an_error_are_not_checked_again() -> None:
    tables, issues = read_tables_to_pay(raws(to_date()))
    assert issues == [] and tables.checked and errors_in(tables) == []


def test_a_table_in_the_place_of_a_checked_one_is_checked() -> None:
    tables, _ = read_tables_to_pay(raws(to_date()))
    light = to_date()
    light["components"][0]["weight"] = 0.5
    tables["components"] = read_tables_to_pay(raws(light))[0]["components"]
    assert not tables.checked
    with pytest.raises(CsmError, match="weight"):
        Payroll.load(tables)


def test_tables_with_an_error_are_not_taken_as_checked() -> None:
    light = to_date()
    light["components"][0]["weight"] = 0.5
    tables, issues = read_tables_to_pay(raws(light))
    assert [issue.severity for issue in issues] == ["error"] and not tables.checked
