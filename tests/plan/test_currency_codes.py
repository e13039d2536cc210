"""Currencies that are no codes: a sign, a name or a slip stops the payment, and what is meant is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

from csm_xl.plan.currencies import least_year
from csm_xl.plan.currency_codes import CODES, COMMON, meant_currencies

PLAN = A_FIFTH + '[[components]]\nplan_id = "CSM"\ncomponent_id = "up"\ntype = "commission"\nrate = 0.02\n'
ROSTER = "employee_id,plan_id,base_salary,hire_date,currency\nE1,CSM,82000,2023-02-01,USD\n"
DEALS = "deal_id,date,amount,employee_id\nD1,2026-01-15,42000,E1\n"


def paid(folder: Path, currency: str, *options: str) -> tuple[int, str]:
    roster = f"{ROSTER}E2,CSM,81000,2023-02-01,{currency}\n"
    return paid_folder(folder, {"plan.toml": PLAN, "roster.csv": roster, "deals.csv": DEALS}, *options)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("€", "'€' is not a currency code: EUR is probably meant"),
        ("$", "'$' is not a currency code: USD is probably meant"),
        ("EURO", "'EURO' is not a currency code: EUR is probably meant"),
        ("us dollars", "USD is probably meant"),
        ("USS", "'USS' is not a currency code: USD is probably meant"),
        ("USD/year", "USD is probably meant"),
        ("points", "'points' is not a currency code. Enter the three-letter code"),
    ],
)
def test_what_is_no_code_stops_the_payment_and_what_is_meant_is_named(
    tmp_path: Path, typed: str, says: str
) -> None:
    status, told = paid(tmp_path, typed)
    assert status == 2 and "E518 roster.csv row 3 (currency)" in told and says in told
    status, told = paid(tmp_path, typed, "--accept", "E518")
    assert status == 0 and "warning E518" in told


def test_a_code_in_small_letters_counts_and_is_noted(tmp_path: Path) -> None:
    status, told = paid(tmp_path, "usd")
    assert status == 0 and "the currency 'usd' counts as USD" in told
    assert paid(tmp_path, "USD") == (0, "")


def test_a_sign_of_several_currencies_names_them_all() -> None:
    assert meant_currencies("kr", ["EUR"]) == ["DKK", "ISK", "NOK", "SEK"]
    assert meant_currencies("kr", ["EUR", "SEK"]) == ["SEK"]


def test_every_currency_whose_salaries_are_known_is_a_code() -> None:
    assert COMMON <= CODES
    assert all(len(code) == 3 for code in CODES)
    assert [code for code in CODES if least_year(code) is None and code in COMMON] == []
