"""Base pay by day, one rule wherever it is shown: against a walk over the days in fractions."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import pytest
from pay_oracle import Period, Row, Rows, calendar, fiscal, half_away, money, nine, number
from sweeps import swept

from csm_xl.engine.base_pay import base_pay
from csm_xl.engine.context import RunContext
from csm_xl.engine.explain import Explanation
from csm_xl.engine.loading import load
from csm_xl.engine.person_year import total_pay
from csm_xl.plan.tables import RawTable
from csm_xl.report.statement import Statements

DAY = timedelta(days=1)


def raws(given: Rows) -> list[RawTable]:
    tables = []
    for name, rows in given.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        body = [[row.get(column) for column in columns] for row in rows]
        tables.append(RawTable.of_sheet(name.capitalize(), [columns, *body], f"tbl{name.capitalize()}"))
    return tables


def four_four_five() -> list[Row]:
    """A fiscal year 2026 from 1 February: months of 4, 4 and 5 weeks, and quarters that pay 20/20/20/40."""
    rows, start, shares = [], date(2026, 2, 1), (Decimal("0.2"),) * 3 + (Decimal("0.4"),)
    for quarter, share in enumerate(shares, 1):
        first = start
        for month, weeks in enumerate((4, 4, 5), 3 * quarter - 2):
            end = start + timedelta(weeks=weeks) - DAY
            rows.append({"period": f"FY26-P{month:02d}", "start": start, "end": end, "year": 2026,
                         "share": None})  # fmt: skip
            start = end + DAY
        rows.append({"period": f"FY26-Q{quarter}", "start": first, "end": start - DAY, "year": 2026,
                     "share": share})  # fmt: skip
    return rows


class Company:
    """People with raises, FTE changes, leaves and transfers between plans of every pay period."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.fiscal = seed % 3 == 0
        kinds = ("month", "quarter") if self.fiscal else ("month", "month", "quarter", "half", "year")
        start = rng.choice((1, 1, 7))
        self.plans = [
            {"plan_id": f"P{at}", "model": "base_bonus", "pay_period": kind, "target_basis": "amount",
             "target_value": 0, "rounding_unit": rng.choice((Decimal("0.01"), Decimal("0.01"), 1)),
             "year_start": 1 if self.fiscal or kind == "year" else rng.choice((start, start, 7))}
            for at, kind in enumerate(kinds)
        ]  # fmt: skip
        self.roster, self.changes = [], []
        for at in range(6):
            who, hired = f"E{at}", date(2024, 6, 1) + timedelta(rng.randint(0, 900))
            self.roster.append({
                "employee_id": who, "plan_id": rng.choice(self.plans)["plan_id"], "hire_date": hired,
                "base_salary": self.salary(), "fte": rng.choice((1, Decimal("0.8"), Decimal("0.333"))),
                "leave_date": hired + timedelta(rng.randint(60, 900)) if rng.random() < 0.4 else None,
            })  # fmt: skip
            days = rng.sample(range(-30, 900), rng.randint(0, 5))
            self.changes += [
                {"employee_id": who, "from": hired + timedelta(day),
                 "base_salary": self.salary() if rng.random() < 0.5 else None,
                 "fte": rng.choice((None, None, 0, Decimal("0.5"), 1)),
                 "plan_id": rng.choice(self.plans)["plan_id"] if rng.random() < 0.5 else None}
                for day in days
            ]  # fmt: skip
        self.tables: Rows = {
            "plans": self.plans,
            "components": [
                {"plan_id": plan["plan_id"], "component_id": f"{plan['plan_id']}-C", "type": "commission",
                 "rate": Decimal("0.1")}
                for plan in self.plans
            ],
            "roster": self.roster,
            "changes": self.changes,
        }  # fmt: skip
        if self.fiscal:
            self.tables["periods"] = four_four_five()

    def salary(self) -> Decimal:
        rng = self.rng
        if rng.random() < 0.6:
            return Decimal(rng.randrange(40, 180) * 1000)
        return Decimal(rng.randint(400_000_000, 1_800_000_000)) / 10**4

    # -- the oracle: TABLES.md, Base pay, a day at a time ---------------------------------------------

    def values(self, person: Row, day: date) -> Row:
        """What holds for a person on a day."""
        now = dict(person)
        for change in self.in_order:
            if change["employee_id"] == person["employee_id"] and change["from"] <= day:
                now |= {name: value for name, value in change.items() if value is not None}
        return now

    @cached_property
    def in_order(self) -> list[Row]:
        return sorted(self.changes, key=lambda row: row["from"])

    @cached_property
    def periods(self) -> dict[str, list[Period]]:
        kinds = {plan["pay_period"] for plan in self.plans}
        if self.fiscal:
            every = fiscal(self.tables["periods"])
            return {kind: [period for period in every if period.kind == kind] for kind in kinds}
        return {kind: calendar(kind, 2024, 2028) for kind in kinds}

    def pay_period(self, plan: Row, day: date) -> Period | None:
        every = self.periods[plan["pay_period"]]
        return next((period for period in every if period.start <= day <= period.end), None)

    def plan_year(self, plan: Row, part: Period) -> Any:
        if self.fiscal:
            return part.year
        later = part.end.month >= plan["year_start"]
        return (plan["year_start"], part.end.year if later else part.end.year - 1)

    @cache  # noqa: B019 - each period that is asked for walks over days of the others
    def day(self, who: str, day: date) -> tuple[Any, Fraction]:
        """The plan year and unit that a day's base pay belongs to, and that pay; none outside the periods."""
        person = next(row for row in self.roster if row["employee_id"] == who)
        now = self.values(person, day)
        plan = next(row for row in self.plans if row["plan_id"] == now["plan_id"])
        part = self.pay_period(plan, day)
        if part is None:
            return None, Fraction(0)
        earned = money(now["base_salary"]) * number(now["fte"]) * part.share / len(part.days)
        return (self.plan_year(plan, part), plan["rounding_unit"]), earned

    def expected(self, person: Row, first: date, last: date) -> Fraction:
        """Base pay to the last day of a period less base pay to the day before it, by plan year and unit."""
        before: dict[Any, Fraction] = {}
        to_date: dict[Any, Fraction] = {}
        day = max(person["hire_date"], first - timedelta(800))
        while day <= min(last, person["leave_date"] or last):
            key, earned = self.day(person["employee_id"], day)
            if key is not None:
                to_date[key] = to_date.get(key, Fraction(0)) + earned
                if day < first:
                    before[key] = before.get(key, Fraction(0)) + earned
            day += DAY
        return sum(
            (half_away(nine(to_date[key]), Fraction(key[1]))
             - half_away(nine(before.get(key, Fraction(0))), Fraction(key[1])) for key in to_date),
            Fraction(0),
        )  # fmt: skip


def context(tables: Rows) -> RunContext:
    return RunContext(load(raws(tables)))


def decimal(x: float) -> Fraction:
    return Fraction(str(x))


SPANS = ("2026-01", "2026-04", "2026-Q2", "2026-H2", "2026", "2027-02")
FISCAL_SPANS = ("FY26-P01", "FY26-P06", "FY26-Q2", "FY26-Q4", "2026")


@pytest.mark.slow("walks over every day of thirty companies")
@pytest.mark.parametrize("seed", swept(range(30)))
def test_base_pay_is_that_of_a_walk_over_the_days(seed: int) -> None:
    made = Company(seed)
    known = context(made.tables)
    for name in FISCAL_SPANS if made.fiscal else SPANS:
        period = known.calendar.find(name)
        paid = base_pay(known, period)
        for person, amount in zip(made.roster, paid.tolist(), strict=True):
            days = (date.fromordinal(period.start), date.fromordinal(period.end))
            assert decimal(amount) == made.expected(person, *days), (person["employee_id"], name)


@pytest.mark.parametrize("seed", swept(range(12)))
def test_months_add_up_to_the_year_whoever_else_is_paid(seed: int) -> None:
    made = Company(seed)
    if made.fiscal:
        months = [f"FY26-P{month:02d}" for month in range(1, 13)]
    else:
        months = [f"2026-{month:02d}" for month in range(1, 13)]
    known = context(made.tables)
    year = base_pay(known, known.calendar.find("2026")).round(2).tolist()
    monthly = [base_pay(known, known.calendar.find(name)) for name in months]
    assert sum(monthly).round(2).tolist() == year
    for at, person in enumerate(made.roster):
        alone = dict(made.tables, roster=[person], changes=[
            row for row in made.changes if row["employee_id"] == person["employee_id"]])  # fmt: skip
        theirs = {person["plan_id"], *(row["plan_id"] for row in alone["changes"])}
        for name in ("plans", "components"):
            alone[name] = [row for row in made.tables[name] if row["plan_id"] in theirs]
        known = context({name: rows for name, rows in alone.items() if rows})
        assert base_pay(known, known.calendar.find("2026")).round(2).tolist() == [year[at]]


def monthly(salary: Any = 85000, unit: Any = None, **roster: Any) -> Rows:
    return {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "month", "target_basis": "amount",
                   "target_value": 0, "rounding_unit": unit}],
        "components": [{"plan_id": "P", "component_id": "C", "type": "commission", "rate": Decimal("0.1")}],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": salary,
                    "hire_date": date(2024, 1, 1), **roster}],
    }  # fmt: skip


def test_85_000_paid_monthly_is_85_000_a_year() -> None:
    known = context(monthly())
    months = [float(base_pay(known, known.calendar.find(f"2026-{month:02d}"))[0]) for month in range(1, 13)]
    assert months == [7083.33, 7083.34, 7083.33] * 4
    header, row = total_pay(raws(monthly()), 2026)
    assert dict(zip(header, row, strict=True))["base"] == 85000


def test_base_pay_in_whole_units() -> None:
    known = context(monthly(85000, 1))
    months = [float(base_pay(known, known.calendar.find(f"2026-{month:02d}"))[0]) for month in range(1, 4)]
    assert months == [7083, 7084, 7083]


def test_base_pay_is_on_the_statement_as_in_total_pay() -> None:
    tables = load(raws(monthly()))
    on_paper = [
        Statements(Explanation(tables, name), name, date(2026, 12, 31)).of("E1").base
        for name in ("2026-01", "2026-02", "2026-Q1", "2026")
    ]
    assert on_paper == [7083.33, 7083.34, 21250, 85000]
