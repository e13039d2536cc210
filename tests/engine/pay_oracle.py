"""The whole calculation again, one person and one number at a time, in fractions.

Written from the rules in words, day by day and slice by slice, without regard to speed; it shares no
code with the product. Tables are lists of dicts of the values that people typed: `Decimal` or `int`
for numbers, `date` for days, `str`, `bool`, and None (or no key) for a blank.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from itertools import groupby, pairwise
from math import floor, prod
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]
ONE_DAY = timedelta(days=1)
SHARES = {"month": Fraction(1, 12), "quarter": Fraction(1, 4), "half": Fraction(1, 2), "year": Fraction(1)}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
TARGET_BASED = ("metric", "goals")
PERSON_VALUES = (
    "plan_id", "base_salary", "fte", "target_ratio", "target_amount", "ote", "base_share", "team", "division",
)  # fmt: skip


def half_away(x: Fraction, unit: Fraction) -> Fraction:
    """x in whole units; a tie goes away from zero."""
    size = floor(abs(x) / unit + Fraction(1, 2)) * unit
    return size if x >= 0 else -size


def rounded(x: Fraction, plan: Row, name: str) -> Fraction:
    """x to a unit that the plan states, in its way; as it is where it states none."""
    if plan.get(name) is None:
        return x
    unit, mode = Fraction(plan[name]), plan.get("round_mode") or "half_up"
    units = nine(abs(x)) / unit
    whole = floor(units)
    over = units - whole
    if mode != "down" and (
        over > Fraction(1, 2) or (over == Fraction(1, 2) and (mode == "half_up" or whole % 2))
    ):
        whole += 1
    return (whole if x >= 0 else -whole) * unit


def nine(x: Fraction) -> Fraction:
    return half_away(x, Fraction(1, 10**9))


@cache  # a person has the same salary on every day
def number(x: Any) -> Fraction | None:
    return None if x is None else half_away(Fraction(x), Fraction(1, 10**12))


@cache
def money(x: Any) -> Fraction | None:
    return None if x is None else half_away(Fraction(x), Fraction(1, 10**4))


@dataclass(frozen=True)
class Period:
    name: str
    kind: str
    start: date
    end: date
    share: Fraction
    year: int

    @cached_property
    def days(self) -> list[date]:
        return [self.start + i * ONE_DAY for i in range((self.end - self.start).days + 1)]


@cache
def calendar(kind: str, first: int, last: int) -> list[Period]:
    """The calendar's periods of a kind in the years from first to last."""
    found = []
    size = MONTHS[kind]
    for year in range(first, last + 1):
        for month in range(1, 13, size):
            end = month + size - 1
            name = {
                "month": f"{year}-{month:02d}",
                "quarter": f"{year}-Q{end // 3}",
                "half": f"{year}-H{end // 6}",
                "year": f"{year}",
            }[kind]
            last_day = date(year, end, monthrange(year, end)[1])
            found.append(Period(name, kind, date(year, month, 1), last_day, SHARES[kind], year))
    return found


def fiscal(rows: list[Row]) -> list[Period]:
    """The periods of a table; their kind is reported by the name: P month, Q quarter, H half."""
    found = []
    for row in rows:
        kind = next((kind for sign, kind in (("-P", "month"), ("-Q", "quarter"), ("-H", "half"))
                     if sign in row["period"]), "year")  # fmt: skip
        share = SHARES[kind] if row.get("share") is None else Fraction(row["share"])
        year = row["end"].year if row.get("year") is None else row["year"]
        found.append(Period(row["period"], kind, row["start"], row["end"], share, year))
    return found


# -- arithmetic ---------------------------------------------------------------------------------------


def sum_of(numbers: Iterable[Any]) -> Fraction:
    """The sum of numbers, most of them equal to the one before."""
    return sum((number * len([*alike]) for number, alike in groupby(numbers)), Fraction(0))


def curve_ratio(rows: list[Row], a: Fraction) -> Fraction:
    """The payout ratio of a curve at attainment a."""
    knots = [(number(row["attainment"]), number(row["payout"])) for row in rows]
    option = rows[0]
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(knots) if x1 != x0] or [Fraction(0)]
    reached = sum(nine(a) >= nine(x) for x, _ in knots)
    if reached == 0:
        (x, y), below = knots[0], option.get("below") or "zero"
        ratio = {"zero": Fraction(0), "hold": y, "extrapolate": y + slopes[0] * (a - x)}[below]
    elif reached == len(knots):
        (x, y), above = knots[-1], option.get("above") or "hold"
        ratio = {"hold": y, "extrapolate": y + slopes[-1] * (a - x)}[above]
    else:
        (x0, y0), (x1, y1) = knots[reached - 1], knots[reached]
        ratio = y0 if option.get("mode") == "step" else y0 + (y1 - y0) * (a - x0) / (x1 - x0)
    ratio = max(ratio, Fraction(0))
    return ratio if option.get("cap") is None else min(ratio, number(option["cap"]))


def earned(rows: list[Row], x: Fraction, scale: Fraction = Fraction(1)) -> Fraction:
    """What x earns in a tier table from nothing; scale: what the bounds are multiples of."""
    starts = [number(row["from"]) * scale for row in rows]
    rates = [number(row["rate"]) for row in rows]
    tops = [None if row.get("to") is None else number(row["to"]) * scale for row in rows]
    ends = [top if top is not None else after for top, after in zip(tops, [*starts[1:], None], strict=True)]
    mode, tie = rows[0].get("mode") or "marginal", rows[0].get("tie") or "upper"
    if rows[0].get("strict"):  # a bound must be exceeded, not only reached
        tie = "lower"
    if x < 0:  # what is returned takes back what it earned
        return -earned(rows, -x, scale)
    if mode == "fixed":  # nothing for nothing, else the amount of the tier reached
        inside = [nine(x) > nine(start) if tie == "lower" else nine(x) >= nine(start) for start in starts]
        return rates[sum(inside) - 1] if any(inside) and x else Fraction(0)
    if mode == "whole":
        inside = [nine(x) > nine(start) if tie == "lower" else nine(x) >= nine(start) for start in starts]
        within = x if ends[-1] is None else min(x, ends[-1])
        return rates[sum(inside) - 1] * within if any(inside) else Fraction(0)
    total = Fraction(0)
    for start, end, rate in zip(starts, ends, rates, strict=True):
        part = max((x if end is None else min(x, end)) - start, Fraction(0))
        total += rate * part / (end - start) if mode == "interpolated" else rate * part
    return total


# -- the order of calculation -------------------------------------------------------------------------


class Oracle:
    """Everything that the tables say, and what follows from it."""

    def __init__(self, tables: Rows) -> None:
        self.tables = {name: list(rows) for name, rows in tables.items()}
        self.calendar = fiscal(self.rows("periods"))
        self.lines: dict[tuple[str, str, str], list[Row]] = {}
        self.known_values: dict[tuple[str, date], Row | None] = {}
        self.known_plans: dict[tuple[str, date], Row | None] = {}
        self.known_versions: dict[tuple[str, str, date], Row | None] = {}

    def rows(self, name: str) -> list[Row]:
        return self.tables.get(name, [])

    # periods

    def periods(self, kind: str) -> list[Period]:
        return [p for p in self.calendar if p.kind == kind] if self.calendar else calendar(kind, 2020, 2030)

    def asked(self, name: str) -> tuple[date, date]:
        for kind in MONTHS:
            for period in self.periods(kind):
                if period.name == name:
                    return period.start, period.end
        year = [period for period in self.calendar if str(period.year) == name]
        return min(p.start for p in year), max(p.end for p in year)

    def year_of(self, period: Period, plan: Row) -> list[Period]:
        """Every period of the plan year that holds this one's last day."""
        if self.calendar:
            return [p for p in self.periods(period.kind) if p.year == period.year]
        month = plan.get("year_start") or 1
        first_year = period.end.year if period.end.month >= month else period.end.year - 1
        first = date(first_year, month, 1)
        return [p for p in self.periods(period.kind) if first <= p.end < date(first_year + 1, month, 1)]

    # people

    def values(self, who: Row, day: date) -> Row | None:
        """A person's values on a day; None when not employed."""
        key = (who["employee_id"], day)
        if key not in self.known_values:
            self.known_values[key] = self._values(who, day)
        return self.known_values[key]

    def _values(self, who: Row, day: date) -> Row | None:
        if day < who["hire_date"] or (who.get("leave_date") is not None and day > who["leave_date"]):
            return None
        values = {name: who.get(name) for name in PERSON_VALUES}
        changes = [row for row in self.rows("changes") if row["employee_id"] == who["employee_id"]]
        for change in sorted(changes, key=lambda row: row["from"]):
            if change["from"] <= day:
                values |= {n: change[n] for n in PERSON_VALUES if change.get(n) is not None}
        if values["fte"] is None:
            values["fte"] = 1
        return values

    def on_plan(self, who: Row, plan_id: str, period: Period) -> dict[date, Row]:
        """The person's values on each day of the period spent on the plan, in effect then."""
        days = {day: self.values(who, day) for day in period.days}
        return {day: values for day, values in days.items()
                if values and values["plan_id"] == plan_id and self.plan(plan_id, day)}  # fmt: skip

    def plan(self, plan_id: str, day: date) -> Row | None:
        """The version of a plan in effect on a day."""
        key = (plan_id, day)
        if key not in self.known_plans:
            versions = [row for row in self.rows("plans") if row["plan_id"] == plan_id]
            self.known_plans[key] = self.version(versions, day)
        return self.known_plans[key]

    def version(self, rows: list[Row], day: date) -> Row | None:
        """The dated version in effect on a day: the latest that has begun, unless it has ended."""
        begun = [row for row in rows if row.get("valid_from") is None or row["valid_from"] <= day]
        if not begun:
            return None
        latest = max(begun, key=lambda row: row.get("valid_from") or date.min)
        return latest if latest.get("valid_to") is None or day <= latest["valid_to"] else None

    def components(self, plan_id: str, days: dict[date, Row]) -> list[Row]:
        """The last version of each component that is in effect on any of these days, as in the table."""
        rows = [row for row in self.rows("components") if row["plan_id"] == plan_id]
        return [row for row in rows if [row] == list(self.day_by_day(row, days).values())[-1:]]

    def day_by_day(self, component: Row, days: Iterable[date]) -> dict[date, Row]:
        """The version of a component in effect on each day on which one is, in time."""
        key = (component["plan_id"], component["component_id"])
        known = self.known_versions
        for day in days:
            if (*key, day) not in known:
                known[*key, day] = self.version(self.versions(component), day)
        found = {day: known[*key, day] for day in sorted(days)}
        return {day: version for day, version in found.items() if version is not None}

    def versions(self, component: Row) -> list[Row]:
        """Every dated version of a component."""
        key = (component["plan_id"], component["component_id"])
        return [row for row in self.rows("components") if (row["plan_id"], row["component_id"]) == key]

    # results

    def result(self, period: str, scope: str, ident: str, measure: str) -> Row:
        key = (period, scope, "company" if scope == "company" else ident, measure)
        return next(row for row in self.rows("results")
                    if (row["period"], row["scope"], row["id"], row["measure"]) == key)  # fmt: skip

    def whose(self, who: Row, values: Row, scope: str) -> str:
        return {"individual": who["employee_id"], "team": values["team"], "company": "company"}[scope]

    # running

    def pay(self, asked: str) -> list[Row]:
        """The payout lines of every pay period inside the one that is asked for."""
        first, last = self.asked(asked)
        found = []
        kinds = self.pay_kinds()
        periods = [p for kind in MONTHS if kind in kinds for p in self.periods(kind)
                   if first <= p.start and p.end <= last]  # fmt: skip
        for period in sorted(periods, key=lambda p: (p.start, list(MONTHS).index(p.kind))):
            found += self.lines_of(period)
        return found

    def pay_kinds(self) -> set[str]:
        return {row["pay_period"] for row in self.rows("plans")}

    def pays(self, plan: Row, period: Period) -> bool:
        return bool(plan["pay_period"] == period.kind)

    def lines_of(self, period: Period) -> list[Row]:
        found = []
        for who in self.rows("roster"):
            days = [values for day in period.days if (values := self.values(who, day))]
            theirs = [line for plan_id in dict.fromkeys(values["plan_id"] for values in days)
                      for line in self.statement(who, plan_id, period)]  # fmt: skip
            share_cents([line for line in theirs if line["rounding"] == "total"])
            found += theirs
        return found

    def statement(self, who: Row, plan_id: str, period: Period) -> list[Row]:
        """The lines of one person on one plan in one period."""
        days = self.on_plan(who, plan_id, period)
        if not days:
            return []
        last = max(days)
        plan = self.plan(plan_id, last)
        assert plan is not None
        if not self.pays(plan, period):
            return []
        key = (period.name, who["employee_id"], plan_id)
        if key not in self.lines:
            self.lines[key] = self._statement(who, plan, period, days, self.components(plan_id, days))
        return self.lines[key]

    def _statement(
        self, who: Row, plan: Row, period: Period, days: dict[date, Row], components: list[Row]
    ) -> list[Row]:
        unit = Fraction(plan.get("rounding_unit") or Fraction(1, 100))
        rounding = plan.get("rounding") or "line"

        def to_unit(x: Fraction) -> Fraction:
            return half_away(nine(x), unit)

        def step(x: Fraction) -> Fraction:
            return to_unit(x) if rounding == "step" else x

        salary, target, proration, daily = self.target(plan, period, days, step)
        last = days[max(days)]
        found: list[Row] = []
        for component in components:
            line: Row = dict.fromkeys(
                ("weight", "component_target", "goal", "actual", "attainment", "payout_ratio", "gate_met")
            )
            line |= {
                "period": period.name,
                "employee_id": who["employee_id"],
                "plan_id": plan["plan_id"],
                "component_id": component["component_id"],
                "type": component["type"],
                "eligible_days": len(days),
                "period_days": len(period.days),
                "proration": proration,
                "eligible_salary": salary,
                "target_incentive": target,
                "unmeasured": False,
            }
            if component["type"] in TARGET_BASED:
                line["weight"] = self.weight(component, daily)
                line["component_target"] = step(target * line["weight"])
                self.by_version(line, who, plan, period, last, component, daily)
            found.append(line)
        if plan.get("combination") == "multiplicative" and any(line["unmeasured"] for line in found):
            for line in found:  # what is multiplied is known once all of it is measured
                line["unmeasured"] = line["type"] in TARGET_BASED
        for line, component in zip(found, components, strict=True):
            if line["type"] in TARGET_BASED:
                together = plan.get("combination") == "multiplicative"
                ratio = product_of_days(line, found, daily) if together else line["payout_ratio"]
                pay = self.true_up(line, ratio, who, plan, period, component)
                line["exact"] = at_most(line, pay, money(component.get("max_amount")))
            else:
                line["exact"] = getattr(self, line["type"])(line, who, plan, period, days, component)
            line["before_modifier"] = to_unit(line["exact"])
            line["modifier"] = self.modifier(plan, period, last) if component.get("modified") else Fraction(1)
            line["after_modifier"] = line["exact"] * line["modifier"]
        self.plan_cap(plan, target, found)
        for line in found:
            line["unrounded"] = line["after_modifier"] * line["plan_cap_factor"]
            line["amount"] = to_unit(line["unrounded"])
            line |= {"rounding": rounding, "alike": (unit, plan.get("currency") or "USD")}
        return found

    def target(
        self, plan: Row, period: Period, days: dict[date, Row], step: Any
    ) -> tuple[Fraction, Fraction, Fraction, dict[date, tuple[Fraction, int]]]:
        """Eligible salary, target incentive and proration; and of each eligible day the target that it has,
        and how many days (fifteenths, weekdays) it counts."""

        def yearly(values: Row, plan: Row) -> Fraction:
            def own(name: str, default: str) -> Any:
                return values[name] if values[name] is not None else plan.get(default)

            if plan["target_basis"] == "ratio":
                return (
                    money(values["base_salary"])
                    * number(values["fte"])
                    * number(own("target_ratio", "target_value"))
                )
            if plan["target_basis"] == "amount":
                return number(own("target_amount", "target_value")) * number(values["fte"])
            variable = 1 - number(own("base_share", "base_share"))
            return number(own("ote", "target_value")) * variable * number(values["fte"])

        def salary(values: Row) -> Fraction:
            return money(values["base_salary"]) * number(values["fte"])

        valuation, basis = plan.get("valuation") or "daily", plan.get("proration") or "calendar_days"
        if valuation == "daily":
            basis = "calendar_days"
        counts = {
            "calendar_days": lambda day: 1,
            "months": lambda day: int(day.day == 15),
            "workdays": lambda day: int(day.weekday() < 5),
        }[basis]
        all_days = sum(counts(day) for day in period.days)
        proration = Fraction(sum(counts(day) for day in days), all_days)
        # Of each day: what salary and target a whole year of such days would have.
        one_day = {"daily": None, "period_start": min(days), "period_end": max(days)}[valuation]
        of_day = {}
        daily = {}
        before: Any = None
        for day in days:
            at = one_day or day
            of_plan = self.plan(plan["plan_id"], at)
            if before != (days[at], of_plan, counts(day)):  # most days are like the day before
                before = (days[at], of_plan, counts(day))
                target = yearly(days[at], of_plan)
                each = (salary(days[at]), target, of_plan["target_basis"])
                part = (target * counts(day) / all_days * period.share, counts(day))
            of_day[day], daily[day] = each, part
        target = sum_of(part for part, _ in daily.values())
        if valuation == "daily":
            eligible = sum_of(paid for paid, _, _ in of_day.values()) / all_days
            ratio_of = sum_of(target for _, target, _ in of_day.values()) / all_days
        else:
            eligible, ratio_of, _ = of_day[one_day]
        if step(Fraction(1, 3)) != Fraction(1, 3):  # each figure from the one before it, as it was rounded
            if {basis for _, _, basis in of_day.values()} == {"ratio"} and eligible:
                time = 1 if valuation == "daily" else proration
                target = step(eligible) * (ratio_of / eligible) * period.share * time
            return step(eligible), step(target), proration, daily
        return eligible, target, proration, daily

    def weight(
        self, component: Row, daily: dict[date, tuple[Fraction, int]], only: Row | None = None
    ) -> Fraction:
        """The share that a component, or one version of it, has of the targets of the days; where there is
        none, of the days."""
        valid = self.day_by_day(component, daily)
        weights = {
            day: number(valid[day]["weight"])
            if day in valid and (only is None or valid[day] is only) else Fraction(0)
            for day in daily
        }  # fmt: skip
        for part in (0, 1):
            whole = sum_of(of[part] for of in daily.values())
            if whole:
                return sum_of(daily[day][part] * weights[day] for day in daily) / whole
        return weights[max(daily)]

    def by_version(
        self, line: Row, who: Row, plan: Row, period: Period, last: Row, component: Row,
        daily: dict[date, tuple[Fraction, int]],
    ) -> None:  # fmt: skip
        """The payout ratio: the last version's; by days the mean of all, each as much as its target.
        ratio_of_day: what counts on each day on which the component is valid."""
        valid = self.day_by_day(component, daily)
        if plan.get("version_rule") != "by_days":
            self.ratio(line, who, plan, period, last, component)
            line["ratio_of_day"] = dict.fromkeys(valid, line["payout_ratio"])
        else:
            each: list[tuple[Row, Row]] = []
            for version in valid.values():
                if not any(version is one for one, _ in each):
                    each.append((version, {"unmeasured": False}))
                    self.ratio(each[-1][1], who, plan, period, last, version)
            line |= each[-1][1]
            line["unmeasured"] = any(of["unmeasured"] for _, of in each)
            line["ratio_of_day"] = {
                day: next(of["payout_ratio"] for one, of in each if one is version)
                for day, version in valid.items()
            }
            targets = {day: daily[day][0] * number(version["weight"]) for day, version in valid.items()}
            if whole := sum_of(targets.values()):
                paid = sum_of(targets[day] * line["ratio_of_day"][day] for day in valid)
                line["payout_ratio"] = paid / whole
        line["target_of_day"] = {
            day: daily[day][0] * number(version["weight"]) for day, version in valid.items()
        }

    # target-based components

    def ratio(self, line: Row, who: Row, plan: Row, period: Period, last: Row, component: Row) -> None:
        """Attainment, and the payout ratio after floor, cap and gate."""
        if component["type"] == "metric":
            self.measured(line, who, plan, period, last, component)
            if line["attainment"] is not None:
                line["attainment"] = rounded(line["attainment"], plan, "round_attainment")
        else:
            goals = [row for row in self.rows("goals")
                     if (row["period"], row["employee_id"]) == (period.name, who["employee_id"])]  # fmt: skip
            line["attainment"] = sum((number(g["weight"]) * number(g["score"]) for g in goals), Fraction(0))
        gate, gate_measured = self.gate(who, plan, period, last, component)
        line["gate_met"] = gate
        if line["attainment"] is None or not gate_measured:
            line["payout_ratio"], line["unmeasured"] = Fraction(0), True
            return
        ratio = max(line["attainment"], Fraction(0))
        if component.get("curve_id"):
            knots = [row for row in self.rows("curves") if row["curve_id"] == component["curve_id"]]
            ratio = curve_ratio(knots, line["attainment"])
        if component.get("floor") is not None:
            ratio = max(ratio, number(component["floor"]))
        if component.get("cap") is not None:
            ratio = min(ratio, number(component["cap"]))
        interim = self.cumulative(component) and period != self.year_of(period, plan)[-1]
        if interim and component.get("interim_cap") is not None:
            ratio = min(ratio, number(component["interim_cap"]))
        if gate is False:
            ratio = min(ratio, number(component.get("gate_otherwise") or 0))
        line["payout_ratio"] = rounded(ratio, plan, "round_ratio")

    def cumulative(self, component: Row) -> bool:
        return (component.get("cumulative") or "discrete") != "discrete"

    def measured(self, line: Row, who: Row, plan: Row, period: Period, last: Row, component: Row) -> None:
        scope = component.get("scope") or "individual"
        row = self.result(period.name, scope, self.whose(who, last, scope), component["measure"])
        actual, goal = number(row["actual"]), number(row.get("goal"))
        if component.get("cumulative") == "ytd_sum":
            for earlier in self.earlier(period, plan):
                days = self.on_plan(who, plan["plan_id"], earlier)
                if days and any(
                    c in self.versions(component) for c in self.components(plan["plan_id"], days)
                ):
                    ident = self.whose(who, days[max(days)], scope)
                    row = self.result(earlier.name, scope, ident, component["measure"])
                    if row["actual"] is not None:  # what was never measured counts on neither side
                        actual = None if actual is None else actual + number(row["actual"])
                        goal = None if goal is None else goal + number(row["goal"])
        line["goal"], line["actual"] = goal, actual
        if actual is None:
            line["attainment"] = None
        elif component.get("direction") == "lower":
            inverse = component.get("method") == "inverse"
            line["attainment"] = goal / actual if inverse else 2 - actual / goal
        else:
            line["attainment"] = actual / goal

    def gate(
        self, who: Row, plan: Row, period: Period, last: Row, component: Row
    ) -> tuple[bool | None, bool]:
        """Whether the gate is met (None where there is none), and whether it is measured."""
        if not component.get("gate_measure"):
            return None, True
        scope = component.get("gate_scope") or component.get("scope") or "individual"
        row = self.result(period.name, scope, self.whose(who, last, scope), component["gate_measure"])
        if row["actual"] is None:
            return False, False
        bound, lower = number(component["gate_minimum"]), component.get("gate_direction") == "lower"
        if component.get("gate_on") == "actual":
            actual = number(row["actual"])
            return nine(actual) <= nine(bound) if lower else nine(actual) >= nine(bound), True
        attainment = number(row["actual"]) / number(row["goal"])
        reached = rounded(2 - attainment if lower else attainment, plan, "round_attainment")
        return nine(reached) >= nine(bound), True

    def earlier(self, period: Period, plan: Row) -> list[Period]:
        return [p for p in self.year_of(period, plan) if p.start < period.start]

    def true_up(
        self, line: Row, ratio: Fraction, who: Row, plan: Row, period: Period, component: Row
    ) -> Fraction:
        """What the component pays before the modifier: the year to date less what was paid of it."""
        if line["unmeasured"] and self.cumulative(component):
            return Fraction(0)  # nothing is known yet, so nothing is taken back
        if not self.cumulative(component):
            return line["component_target"] * ratio
        targets, before = line["component_target"], Fraction(0)
        for earlier in self.earlier(period, plan):
            key = (earlier.name, who["employee_id"], plan["plan_id"], component["component_id"])
            for old in self.statement(who, plan["plan_id"], earlier):
                if old["component_id"] == component["component_id"]:
                    targets += old["component_target"]
                    before += old["before_modifier"] if self.paid(key) is None else 0
            before += self.paid(key) or 0
        return targets * ratio - before

    def paid(self, key: tuple[str, str, str, str]) -> Fraction | None:
        for row in self.rows("paid"):
            if (row["period"], row["employee_id"], row["plan_id"], row["component_id"]) == key:
                before = row.get("before_modifier")
                return money(row["amount"] if before is None else before)
        return None

    def modifier(self, plan: Row, period: Period, last: Row) -> Fraction:
        factor = Fraction(1)
        for row in self.rows("modifiers"):
            if row["period"] == period.name and (row["scope"] == "company" or row["id"] == last["division"]):
                factor *= number(row["factor"])
        if plan.get("modifier_floor") is not None:
            factor = max(factor, number(plan["modifier_floor"]))
        if plan.get("modifier_cap") is not None:
            factor = min(factor, number(plan["modifier_cap"]))
        return factor

    def plan_cap(self, plan: Row, target: Fraction, lines: list[Row]) -> None:
        based = [line for line in lines if line["type"] in TARGET_BASED]
        total = sum((line["after_modifier"] for line in based), Fraction(0))
        factor = Fraction(1)
        if plan.get("plan_cap") is not None:
            most = number(plan["plan_cap"]) * target
            if total > most:
                factor = most / total
        for line in lines:
            line["plan_cap_factor"] = factor if line in based else Fraction(1)
            line["plan_capped"] = line in based and factor < 1

    # components that pay dollars

    def commission(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        """Deal by deal in order of days, each on top of what was credited before, under the version of its
        day."""
        versions = self.day_by_day(component, days)
        pay = total = in_period = Fraction(0)
        in_year = Fraction(0)
        for earlier in self.earlier(period, plan):
            on = self.on_plan(who, plan["plan_id"], earlier)
            for day, version in self.day_by_day(component, on).items():
                in_year += sum(self.credited(who, version, {day}), Fraction(0))
        for day, version in versions.items():
            for amount in self.credited(who, version, {day}):
                before = in_period + in_year if self.cumulative(version) else in_period
                pay += self.earns(version, who, period, amount, before)
                in_period, total = in_period + amount, total + amount
        line["actual"] = total
        if (goal := self.goal_of(component, who, period)) is not None:
            line["goal"], line["attainment"] = goal, total / goal
        return at_most(line, pay, money(component.get("max_amount")))

    def tiers(self, component: Row) -> list[Row]:
        return [row for row in self.rows("tiers") if row["tier_id"] == component.get("tier_id")]

    def goal_of(self, component: Row, who: Row, period: Period) -> Fraction | None:
        """The goal that the bounds of the tiers are multiples of, None where they are money."""
        if not any(row.get("on") == "attainment" for row in self.tiers(component)[:1]):
            return None
        row = self.result(period.name, "individual", who["employee_id"], component["measure"])
        return number(row["goal"])

    def earns(self, version: Row, who: Row, period: Period, amount: Fraction, before: Fraction) -> Fraction:
        """What one credited amount earns on top of what was credited before."""
        pay = money(version.get("fixed_amount")) or Fraction(0)
        tiers, scale = self.tiers(version), self.goal_of(version, who, period) or Fraction(1)
        if tiers and version.get("tier_basis") == "deal":
            return pay + earned(tiers, amount, scale)
        if tiers:
            return pay + earned(tiers, before + amount, scale) - earned(tiers, before, scale)
        return pay + amount * (number(version.get("rate")) or Fraction(0))

    def credited(self, who: Row, component: Row, days: set[date]) -> list[Fraction]:
        """The person's credits on deals of these days, of the component's kinds and role."""
        kinds = [kind.strip() for kind in (component.get("deal_kinds") or "").split(",") if kind.strip()]
        column = {"effective": "effective_date", "notice": "notice_date"}.get(
            component.get("credit_date") or "", "date"
        )
        found = []
        for deal in self.rows("deals"):
            if deal.get(column) not in days or (kinds and deal.get("kind") not in kinds):
                continue
            credits = [row for row in self.rows("credits") if row["deal_id"] == deal["deal_id"]]
            if not credits:
                credits = [{"employee_id": deal.get("employee_id"), "role": "csm", "share": 1}]
            for credit in credits:
                role = credit.get("role") or "csm"
                if credit["employee_id"] == who["employee_id"] and component.get("credit_role") in (
                    None,
                    role,
                ):
                    share = 1 if credit.get("share") is None else credit["share"]
                    found.append(money(deal["amount"]) * number(share))
        return found

    def counted(self, who: Row, component: Row, days: Iterable[date]) -> Fraction:
        """How many events of the component the person had on these days."""
        key = (who["employee_id"], component["component_id"])
        return sum((number(1 if row.get("count") is None else row["count"]) for row in self.rows("events")
                    if (row["employee_id"], row["component_id"]) == key and row["date"] in days),
                   Fraction(0))  # fmt: skip

    def windows(self, component: Row, days: dict[date, Row]) -> set[date]:
        """The days on which this version of the component is in effect."""
        versions = self.versions(component)
        return {day for day in days if self.version(versions, day) is component}

    def spif(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        line["actual"], pay = Fraction(0), Fraction(0)
        for version in self.versions(component):
            count = self.counted(who, component, self.windows(version, days))
            line["actual"], pay = line["actual"] + count, pay + count * money(version["fixed_amount"])
        return at_most(line, pay, money(component.get("max_amount")))

    def milestone(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        versions = self.versions(component)
        met = [
            day for day in sorted(days) if self.version(versions, day) and self.counted(who, component, [day])
        ]
        line["actual"] = Fraction(bool(met))
        before: set[date] = set()
        for earlier in self.earlier(period, plan):
            before |= set(self.on_plan(who, plan["plan_id"], earlier))
        if self.counted(who, component, {day for day in before if self.version(versions, day)}):
            line["met_before"] = bool(line["actual"])
            return Fraction(0)
        return money(self.version(versions, met[0])["fixed_amount"]) if met else Fraction(0)


def product_of_days(line: Row, lines: list[Row], daily: dict[date, Any]) -> Fraction:
    """What a line of a multiplicative plan pays: each day at the product of the ratios that count on it."""
    based = [one["ratio_of_day"] for one in lines if one["type"] in TARGET_BASED]
    product = {day: prod((of[day] for of in based if day in of), start=Fraction(1)) for day in daily}
    targets = line["target_of_day"]
    if whole := sum_of(targets.values()):
        return sum_of(targets[day] * product[day] for day in targets) / whole
    return product[max(targets)]


def at_most(line: Row, pay: Fraction, most: Fraction | None) -> Fraction:
    line["at_most"] = most is not None and pay > most
    return pay if most is None else min(pay, most)


def share_cents(every: list[Row]) -> None:
    """The total of the lines of one unit and currency rounded, its cents shared over them by largest
    remainder."""
    for alike in {line["alike"] for line in every}:
        unit, _ = alike
        lines = [line for line in every if line["alike"] == alike]
        total = half_away(nine(sum((line["unrounded"] for line in lines), Fraction(0))), unit)
        whole = [floor(nine(line["unrounded"]) / unit) * unit for line in lines]
        left = [nine(line["unrounded"]) - part for line, part in zip(lines, whole, strict=True)]
        order = sorted(range(len(lines)), key=lambda i: (-left[i], i))
        spare = int((total - sum(whole)) / unit)
        for line, part in zip(lines, whole, strict=True):
            line["amount"] = part
        for i in order[:spare]:
            lines[i]["amount"] += unit
