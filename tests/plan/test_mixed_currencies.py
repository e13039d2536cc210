"""In a company of several currencies a blank one is named, and a deal that two of them are paid on."""

from datetime import date
from pathlib import Path

from paid_folder import A_FIFTH, paid_folder

from csm_xl.engine.components import component_types
from csm_xl.plan.load import load_tables
from csm_xl.plan.raw import RawTable

PLAN = f"""{A_FIFTH}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.02
"""
ROSTER = (
    "employee_id,plan_id,base_salary,hire_date,currency\n"
    "E1,CSM,82000,2023-02-01,USD\nE2,CSM,71000,2022-05-16,EUR\nE3,CSM,71000,2022-05-16,{}\n"
)


def said(folder: Path, currency: str, credits: str) -> str:
    files = {
        "plan.toml": PLAN,
        "roster.csv": ROSTER.format(currency),
        "deals.csv": "deal_id,date,amount,kind\nD1,2026-01-15,42000,upsell\nD2,2026-01-16,32000,upsell\n",
        "credits.csv": f"deal_id,employee_id,share\n{credits}",
    }
    status, told = paid_folder(folder, files)
    assert status == 0, told
    return told


def test_one_blank_currency_among_typed_ones_is_named(tmp_path: Path) -> None:
    credits = "D1,E1,1\nD2,E2,1\n"
    assert said(tmp_path, "EUR", credits) == ""
    assert "roster.csv row 4 (currency): currency is blank" in said(tmp_path, "", credits)


def test_a_deal_that_people_of_two_currencies_are_paid_on_is_named(tmp_path: Path) -> None:
    told = said(tmp_path, "EUR", "D1,E1,0.5\nD1,E3,0.5\nD2,E2,0.5\nD2,E3,0.5\n")
    what = "deal D1 is credited to people who are paid in EUR, USD (E1 in USD, E3 in EUR)"
    assert what in told and "D2" not in told


def test_a_payment_threshold_never_adds_up_two_currencies() -> None:
    terms = ["base_variable", "month", "amount"]
    tables = {
        "plans": [
            ["plan_id", "model", "pay_period", "target_basis", "currency", "payment_threshold"],
            ["A", *terms, "USD", 50],
            ["B", *terms, "EUR", None],
        ],
        "components": [
            ["plan_id", "component_id", "type", "rate"],
            *([p, "c", "commission", 0.1] for p in "AB"),
        ],
        "roster": [
            ["employee_id", "plan_id", "base_salary", "hire_date", "currency"],
            ["E1", "A", 50000, date(2020, 1, 1), None],
            ["E2", "A", 50000, date(2020, 1, 1), "USD"],
        ],
        "changes": [
            ["employee_id", "from", "plan_id"],
            *([who, date(2026, 3, 1), "B"] for who in ("E1", "E2")),
        ],
    }
    raws = [RawTable.of_rows(rows, name) for name, rows in tables.items()]
    found = load_tables(raws, component_types())[1]
    assert [(issue.where, issue.message) for issue in found if issue.severity == "error"] == [
        ("roster, row 2 (currency)", "E1's plans pay in EUR, USD, and a payment threshold needs one total")
    ]


def cents(plan_currency: str, unit: float, currency: str | None) -> list[tuple[str, str]]:
    """The warnings about amounts that a currency does not have: where, and what."""
    plans = [["plan_id", "model", "pay_period", "target_basis", "target_value", "currency", "rounding_unit"],
             ["P", "base_only", "quarter", "ratio", None, plan_currency, unit]]  # fmt: skip
    roster = [["employee_id", "plan_id", "base_salary", "hire_date", "currency"],
              ["E1", "P", 9_000_000, date(2024, 1, 1), currency]]  # fmt: skip
    raws = [RawTable.of_rows(plans, "plans"), RawTable.of_rows(roster, "roster")]
    issues = load_tables(raws, component_types())[1]
    return [(one.where, one.message) for one in issues if "unit" in one.message and one.severity == "warning"]


def test_cents_of_a_currency_without_cents_are_named() -> None:
    for code in ("JPY", "KRW", "CLP", "VND"):
        ((where, what),) = cents("USD", 0.01, code)
        assert where == "roster, row 2 (currency)" and f"{code} has whole units only" in what
    ((where, what),) = cents("JPY", 0.01, None)
    assert where == "plans, row 2 (rounding_unit)" and "JPY has no such unit" in what
    assert len(cents("JPY", 0.01, "JPY")) == 1  # the plan's cell alone
    assert not cents("USD", 1, "JPY") and not cents("JPY", 1, None) and not cents("USD", 0.01, "EUR")
    assert not cents("USD", 0.01, "KWD")  # it has thousandths


def test_one_currency_unlike_those_of_the_place_is_named(tmp_path: Path) -> None:
    def of(*places: str) -> str:
        rows = zip(("USD", "EUR", "USD"), places, strict=True)
        roster = "employee_id,plan_id,base_salary,hire_date,currency,location\n" + "".join(
            f"E{n},CSM,82000,2023-02-01,{code},{place}\n" for n, (code, place) in enumerate(rows, 1)
        )
        files = {"plan.toml": PLAN, "roster.csv": roster, "deals.csv": DEAL}
        return paid_folder(tmp_path, files)[1]

    assert of("Austin", "Berlin", "Austin") == of("", "", "") == of("Remote", "Remote", "Remote") == ""
    assert "E2 is paid in EUR, and everybody else in Austin in USD" in of("Austin", "Austin", "Austin")


DEAL = "deal_id,date,amount,kind,employee_id\nD1,2026-01-15,42000,upsell,E1\n"
