"""The oracle with the newer rules: each as the documents say it, in fractions, and no code of the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any

from pay_oracle import (
    MONTHS,
    ONE_DAY,
    TARGET_BASED,
    Oracle,
    Period,
    Row,
    at_most,
    curve_ratio,
    earned,
    money,
    nine,
    number,
    rounded,
)


class Newer(Oracle):
    """The oracle with the newer rules."""

    # the quarter to date

    def year_of(self, period: Period, plan: Row) -> list[Period]:
        """Where components add up the quarter, that is all that they look back on."""
        year = super().year_of(period, plan)
        if not any(row.get("cumulative") == "qtd_sum" for row in self.rows("components")):
            return year
        first = year.index(period) // 3 * 3
        return year[first : first + 3]

    def measured(self, line: Row, who: Row, plan: Row, period: Period, last: Row, component: Row) -> None:
        summed = {"cumulative": "ytd_sum"} if component.get("cumulative") == "qtd_sum" else {}
        super().measured(line, who, plan, period, last, component | summed)

    # one curve for several measures

    def by_version(self, line: Row, who: Row, plan: Row, period: Period, last: Row, component: Row,
                   daily: dict[date, tuple[Fraction, int]]) -> None:  # fmt: skip
        self.daily = daily
        super().by_version(line, who, plan, period, last, component, daily)

    def ratio(self, line: Row, who: Row, plan: Row, period: Period, last: Row, component: Row) -> None:
        """Of a composite: the curve at the sum of weight × attainment / sum of weights of its components."""
        super().ratio(line, who, plan, period, last, component)
        if component.get("on") != "composite":
            return
        found: list[tuple[Fraction, Fraction | None]] = []
        for one in self.components(plan["plan_id"], self.on_plan(who, plan["plan_id"], period)):
            if one.get("on") == "composite" and one.get("composite") == component.get("composite"):
                figures: Row = {}
                if one["type"] == "goals":
                    figures["attainment"] = self.score(who, period)
                else:
                    self.measured(figures, who, plan, period, last, one)
                    if figures["attainment"] is not None:
                        figures["attainment"] = rounded(figures["attainment"], plan, "round_attainment")
                found.append((self.weight(one, self.daily), figures["attainment"]))
        if any(reached is None for _, reached in found) or line["unmeasured"]:
            line["payout_ratio"], line["unmeasured"] = Fraction(0), True
            return
        mean = whole = Fraction(0)
        for weight, reached in found:
            assert reached is not None
            mean, whole = mean + weight * reached, whole + weight
        mean /= whole
        mean = rounded(mean, plan, "round_composite")
        knots = [row for row in self.rows("curves") if row["curve_id"] == component["curve_id"]]
        pays = curve_ratio(knots, mean)
        if component.get("floor") is not None:
            pays = max(pays, number(component["floor"]))
        if component.get("cap") is not None:
            pays = min(pays, number(component["cap"]))
        if line["gate_met"] is False:
            pays = min(pays, number(component.get("gate_otherwise") or 0))
        line["payout_ratio"] = rounded(pays, plan, "round_ratio")

    def score(self, who: Row, period: Period) -> Fraction | None:
        """The weighted score of a person's goals, None until every one of them is scored."""
        goals = [row for row in self.rows("goals")
                 if (row["period"], row["employee_id"]) == (period.name, who["employee_id"])]  # fmt: skip
        if any(row["score"] is None for row in goals):
            return None
        return sum((number(row["weight"]) * number(row["score"]) for row in goals), Fraction(0))

    # amounts

    def milestone(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        pay = super().milestone(line, who, plan, period, days, component)
        return at_most(line, pay, money(component.get("max_amount")))

    def commission(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        """Where another amount finds the tier, each unit earns what one of that amount earns on average; or
        each deal finds its own rate."""
        measure, scope = component.get("tier_measure"), component.get("tier_scope")
        fixed = [row.get("mode") for row in self.tiers(component)[:1]] == ["fixed"]
        if component.get("tier_basis") == "count" or (component.get("tier_basis") == "deal" and fixed):
            return self.each_deal(line, who, plan, period, days, component)
        if not measure and not scope:
            return super().commission(line, who, plan, period, days, component)
        tiers, own = self.tiers(component), self.credited(who, component, set(days))
        line["actual"] = sum(own, Fraction(0))
        pay = len(own) * (money(component.get("fixed_amount")) or Fraction(0))
        if measure in ("margin", "term"):
            for deal in self.rows("deals"):
                alone = Newer(self.tables | {"deals": [deal]})
                amount = sum(alone.credited(who, component, set(days)), Fraction(0))
                if amount:
                    pay += amount * earned(tiers, number(deal[measure])) / number(deal[measure])
        else:
            finding = self.finding(who, period, days, component)
            if finding:
                pay += line["actual"] * earned(tiers, finding) / finding
        return at_most(line, pay, money(component.get("max_amount")))

    def each_deal(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        """Amounts per deal: by the size of each, or by how many there were before it."""
        pay = before = total = Fraction(0)
        earlier = self.earlier(period, plan)
        spans = [(self.on_plan(who, plan["plan_id"], one), False) for one in earlier] + [(days, True)]
        for span, here in spans:
            for day, version in self.day_by_day(component, span).items():
                tiers, counted = self.tiers(version), version.get("tier_basis") == "count"
                for amount, size, share in self.deal_parts(who, version, day):
                    part = share if version.get("shared_deals") == "share" else Fraction(1)
                    added = part * (-1 if size < 0 else 1)
                    on = before if here or self.cumulative(version) else Fraction(0)
                    if here:
                        total += amount
                        if counted:
                            pay += earned(tiers, on + added) - earned(tiers, on)
                        elif (tiers[0].get("mode") or "") == "fixed":
                            pay += earned(tiers, size) * part
                        else:
                            pay += self.earns(version, who, period, amount, Fraction(0))
                        pay += (money(version.get("fixed_amount")) or Fraction(0)) if counted or (
                            tiers[0].get("mode") == "fixed") else Fraction(0)  # fmt: skip
                    before = before + added if here or self.cumulative(version) else before
        line["actual"] = total
        return at_most(line, pay, money(component.get("max_amount")))

    @cached_property
    def alone(self) -> list[tuple[Row, Oracle]]:
        """Each deal, and an oracle that knows of no other, which is worth 1."""
        rows = self.rows("deals")
        return [(deal, Oracle(self.tables | {"deals": [deal | {"amount": 1}]})) for deal in rows]

    def deal_parts(self, who: Row, component: Row, day: date) -> list[tuple[Fraction, Fraction, Fraction]]:
        """What is credited of each deal of a day, what the deal is worth, and the share."""
        found = []
        for deal, alone in self.alone:
            for share in alone.credited(who, component, {day}):
                size = money(deal["amount"]) * self.rate(deal, who, day)
                found.append((size * share, size, share))
        return found

    def finding(self, who: Row, period: Period, days: dict[date, Row], component: Row) -> Fraction:
        """The amount that finds the tier: a result, or what is credited to the person or those together."""
        measure, scope = component.get("tier_measure"), component.get("tier_scope") or "individual"
        if measure and measure != "deals":
            row = self.result(period.name, scope, self.whose(who, days[max(days)], scope), measure)
            return number(row["actual"])
        kinds = {"deal_kinds": None} if measure == "deals" else {}
        found = Fraction(0)
        for other in self.rows("roster") if scope != "individual" else [who]:
            there = days
            if scope != "individual":  # what people sold together counts whatever plan they are on
                there = {day: values for day in period.days if (values := self.values(other, day))}
            alike = [day for day, values in there.items()
                     if scope != "team" or values["team"] == days[max(days)]["team"]]  # fmt: skip
            found += sum(self.credited(other, component | kinds, set(alike)), Fraction(0))
        return found

    def result_share(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        """The actual × the person's rate of the last day, or the plan's, by days or in full."""
        scope, last = component.get("scope") or "individual", max(days)
        row = self.result(period.name, scope, self.whose(who, days[last], scope), component["measure"])
        line["actual"] = number(row["actual"])
        line["unmeasured"] = row["actual"] is None
        line["actual"] = line["actual"] or Fraction(0)
        own = [one for one in self.rows("targets")
               if (one["employee_id"], one["component_id"]) == (who["employee_id"], component["component_id"])
               and (one.get("from") or date.min) <= last]  # fmt: skip
        rate = max(own, key=lambda one: one.get("from") or date.min)["rate"] if own else component["rate"]
        pay = max(line["actual"], Fraction(0)) * number(rate)
        if component.get("part_period") != "full":
            pay = pay * len(days) / len(period.days)
        return at_most(line, pay, money(component.get("max_amount")))

    def pool(
        self, line: Row, who: Row, plan: Row, period: Period, days: dict[date, Row], component: Row
    ) -> Fraction:
        """The person's share of what everybody on the plan shares, before its cents are given out."""
        parts = self.pooled(plan, period, component, days[max(days)]["team"])
        return parts[who["employee_id"]][0]

    def pooled(
        self, plan: Row, period: Period, component: Row, team: str
    ) -> dict[str, tuple[Fraction, Fraction]]:
        """Person → the exact share of a pool, and what is paid: whole units, by largest remainder. team:
        whose pool it is, where each has its own."""
        fund = money(component["pool_amount"])
        theirs = component.get("pool_scope") == "team"
        whose = ("team", team) if theirs else ("company", "company")
        itself = component.get("pool_rate") or component.get("tier_id") or component.get("on") == "actual"
        if component.get("pool_measure") and itself:
            row = self.result(period.name, *whose, component["pool_measure"])
            reached, most = number(row["actual"]) or Fraction(0), fund
            if component.get("pool_rate"):
                fund = max(reached, Fraction(0)) * number(component["pool_rate"])
            elif component.get("tier_id"):
                fund = max(earned(self.tiers(component), reached), Fraction(0))
            else:
                knots = [one for one in self.rows("curves") if one["curve_id"] == component["curve_id"]]
                fund = fund * (Fraction(0) if row["actual"] is None else curve_ratio(knots, reached))
            fund = fund if most is None or component.get("on") == "actual" else min(fund, most)
        elif component.get("pool_measure"):
            row = self.result(period.name, *whose, component["pool_measure"])
            knots = [one for one in self.rows("curves") if one["curve_id"] == component["curve_id"]]
            ratio = Fraction(0)
            if row["actual"] is not None:
                ratio = curve_ratio(knots, number(row["actual"]) / number(row["goal"]))
            fund *= ratio
        fund = fund or Fraction(0)
        unit = Fraction(plan["rounding_unit"])
        weights = {}
        for who in self.rows("roster"):
            days = self.on_plan(who, plan["plan_id"], period)
            if days and (not theirs or days[max(days)]["team"] == team):
                takes = self.eligible(who, plan, period, days)  # what the others do not share otherwise
                weight = self.pool_weight(who, period, days, component) if takes else Fraction(0)
                weights[who["employee_id"]] = weight
        cap = money(component.get("pool_person_cap"))
        parts = shared(weights, fund, cap and floor(cap / unit) * unit)
        whole = {who: floor(nine(part) / unit) * unit for who, part in parts.items()}
        spare = (floor(nine(sum(parts.values(), Fraction(0))) / unit) * unit - sum(whole.values())) / unit
        rest = sorted(parts, key=lambda who: whole[who] - nine(parts[who]))  # of alike ones the first
        for first in rest[: int(spare)]:
            whole[first] += unit
        return {who: (part, whole[who]) for who, part in parts.items()}

    def pool_weight(self, who: Row, period: Period, days: dict[date, Row], component: Row) -> Fraction:
        by = component.get("share_by") or "measure"
        if by == "days":
            return Fraction(len(days))
        if by == "salary":
            return sum((money(of["base_salary"]) * number(of["fte"]) for of in days.values()), Fraction(0))
        row = self.result(period.name, "individual", who["employee_id"], component["measure"])
        return number(row["actual"]) or Fraction(0)

    # periods

    def pay_kinds(self) -> set[str]:
        """The kinds of pay period by which plans and their components pay."""
        cycles = {row["pay_cycle"] for row in self.rows("components") if row.get("pay_cycle")}
        return cycles | {row["pay_period"] for row in self.rows("plans")}

    def paid_by(self, plan: Row, period: Period) -> list[str]:
        """The components of a plan that are paid by periods of this kind."""
        return [row["component_id"] for row in self.rows("components") if row["plan_id"] == plan["plan_id"]
                and (row.get("pay_cycle") or plan["pay_period"]) == period.kind]  # fmt: skip

    def pays(self, plan: Row, period: Period) -> bool:
        return plan["pay_period"] == period.kind or bool(self.paid_by(plan, period))

    def target(self, plan: Row, period: Period, days: dict[date, Row], step: Any) -> Any:
        """With the share of the year that the plan gives the period, if it does."""
        if plan.get("period_shares") and plan["pay_period"] == period.kind:
            shares = [Fraction(one.strip(" %")) / 100 for one in plan["period_shares"].split(",")]
            period = replace(period, share=shares[super().year_of(period, plan).index(period)])
        return super().target(plan, period, days, step)

    def plan_cap(self, plan: Row, target: Fraction, lines: list[Row]) -> None:
        """A multiple of what the period pays at target."""
        if any(row.get("pay_cycle") for row in self.rows("components") if row["plan_id"] == plan["plan_id"]):
            target = sum(
                (line["component_target"] for line in lines if line["type"] in TARGET_BASED), Fraction(0)
            )
        super().plan_cap(plan, target, lines)

    # where an amount counts

    def credited(self, who: Row, component: Row, days: set[date]) -> list[Fraction]:
        """Each credit at the rate of its day: the latest of its currencies on or before it."""
        found = []
        for day in sorted(days):
            same_day = [row for row in self.rows("deals") if row["date"] == day]
            for deal in same_day:
                alone = Oracle(self.tables | {"deals": [deal]})
                credits = alone.credited(who, component, {day})
                found += [amount * self.rate(deal, who, day) for amount in credits]
        return found

    def rate(self, deal: Row, who: Row, day: date) -> Fraction:
        code, own = deal.get("currency") or "USD", who.get("currency") or "USD"
        if code == own:
            return Fraction(1)
        known = [row for row in self.rows("rates") if row["date"] <= day
                 and (row["from_currency"], row["to_currency"]) == (code, own)]  # fmt: skip
        return Fraction(max(known, key=lambda row: row["date"])["rate"])

    # lines of a person's total

    def pay(self, asked: str) -> list[Row]:
        """Every line; beside the earnings those of what a payment threshold carries, by person and kind."""
        found = super().pay(asked)
        self.carried = self.carries(asked)
        return found

    def paid_to(self, asked: str) -> list[Fraction]:
        """Every amount, with what is carried; as numbers, to see whether a rule changes any."""
        return [*(line["amount"] for line in self.pay(asked)), *self.carried.values()]

    def carries(self, asked: str) -> dict[tuple[str, str, str], Fraction]:
        """(period, person, kind of line) → its amount, where all plans have one threshold and one cycle."""
        plans = self.rows("plans")
        least = Fraction(plans[0].get("payment_threshold") or 0)
        if not least:
            return {}
        first, last = self.asked(asked)
        every = self.periods(plans[0]["pay_period"])
        begins = next(p for p in every if p.start >= first)
        start = super().year_of(begins, plans[0])[0].start  # the year before has paid what it carried
        found: dict[tuple[str, str, str], Fraction] = {}
        for who in self.rows("roster"):
            name, waits = who["employee_id"], Fraction(0)
            for period in (p for p in every if p.end >= max(who["hire_date"], start) and p.end <= last):
                lines = [line for line in self.lines_of(period) if line["employee_id"] == name]
                total = waits + sum((line["amount"] for line in lines), Fraction(0))
                left = who.get("leave_date") is not None and who["leave_date"] <= period.end
                ends = period == super().year_of(period, plans[0])[-1]
                inside = first <= period.start
                if waits and inside:
                    found[period.name, name, "carried"] = waits
                waits = total if 0 < total < least and not (left or ends) else Fraction(0)
                if waits and inside:
                    found[period.name, name, "carried_forward"] = -waits
        return found

    # who is eligible

    def waiting_in(self, line: Row) -> bool:
        period = next(p for kind in MONTHS for p in self.periods(kind) if p.name == line["period"])
        who = next(row for row in self.rows("roster") if row["employee_id"] == line["employee_id"])
        return self.waiting(who, line["plan_id"], period)

    def on_plan(self, who: Row, plan_id: str, period: Period) -> dict[date, Row]:
        """Without the days of the waiting period: these are no days on the plan."""
        days = super().on_plan(who, plan_id, period)
        return {day: values for day, values in days.items() if day >= self.begins(who, plan_id, day)}

    def begins(self, who: Row, plan_id: str, day: date) -> date:
        """The first day after the waiting period of a plan, as its version of a day has it."""
        plan = self.plan(plan_id, day)
        assert plan is not None
        begins: date = who["hire_date"] + (plan.get("waiting_days") or 0) * ONE_DAY
        return begins

    def waiting(self, who: Row, plan_id: str, period: Period) -> bool:
        """Whether every day on the plan in the period is one of the waiting period."""
        return bool(super().on_plan(who, plan_id, period)) and not self.on_plan(who, plan_id, period)

    def _statement(
        self, who: Row, plan: Row, period: Period, days: dict[date, Row], components: list[Row]
    ) -> list[Row]:
        mine = self.paid_by(plan, period)
        components = [row for row in components if row["component_id"] in mine]
        found = super()._statement(who, plan, period, days, components)
        for line, component in zip(found, components, strict=True):
            if component["type"] == "pool":
                shares = self.pooled(plan, period, component, days[max(days)]["team"])
                line["amount"] = shares[who["employee_id"]][1]
        if not self.eligible(who, plan, period, days):
            for line in found:  # what is forfeited is known all the same, and counts as settled
                line["unrounded"] = line["amount"] = Fraction(0)
        self.award(plan, components, found)
        return found

    def award(self, plan: Row, components: list[Row], lines: list[Row]) -> None:
        """Payouts in round amounts: a component's own, or the sum of the plan's shared by size."""
        mode = plan.get("round_award_mode") or plan.get("round_mode") or "half_up"
        based = [line for line in lines if line["type"] in TARGET_BASED]
        most = None
        if plan.get("plan_cap") is not None and based:
            whole = any(row.get("pay_cycle") for row in self.rows("components")
                        if row["plan_id"] == plan["plan_id"])  # fmt: skip
            target = (
                sum(line["component_target"] for line in based) if whole else lines[0]["target_incentive"]
            )
            most = number(plan["plan_cap"]) * target
        own = [(line, row) for line, row in zip(lines, components, strict=True) if row.get("round_award")]
        for line, row in own:
            unit, limit = Fraction(row["round_award"]), money(row.get("max_amount"))
            line["amount"] = to_award(line["unrounded"], unit, mode)
            bound = None if limit is None else limit * line["modifier"] * line["plan_cap_factor"]
            if bound is not None and nine(line["amount"]) > nine(bound):
                line["amount"] = to_award(line["unrounded"], unit, "down")
        rounded = {id(line) for line, _ in own}
        whole_sum = sum(line["amount" if id(line) in rounded else "unrounded"] for line in based)
        if most is not None and nine(Fraction(whole_sum)) > nine(most):
            for line, row in own:
                if line in based:
                    line["amount"] = to_award(line["unrounded"], Fraction(row["round_award"]), "down")
        if not plan.get("round_award"):
            return
        unit, values = Fraction(plan["round_award"]), [line["unrounded"] for line in lines]
        total, size = sum(values, Fraction(0)), sum(map(abs, values), Fraction(0))
        paid = to_award(total, unit, mode)
        if most is not None:
            dollars = sum(line["unrounded"] for line in lines if line not in based)
            if nine(paid) > nine(most + dollars):
                paid = to_award(total, unit, "down")
        cents = Fraction(plan.get("rounding_unit") or Fraction(1, 100))
        parts = [value + (paid - total) * abs(value) / size if size else value for value in values]
        whole_cents = [floor(nine(part) / cents) * cents for part in parts]
        order = sorted(range(len(parts)), key=lambda at: whole_cents[at] - nine(parts[at]))
        for at in order[: int((paid - sum(whole_cents)) / cents)]:
            whole_cents[at] += cents
        for line, amount in zip(lines, whole_cents, strict=True):
            line["amount"] = amount

    def eligible(self, who: Row, plan: Row, period: Period, days: dict[date, Row]) -> bool:
        """Whether the person is paid by the plan for the period at all."""
        if sum(values["fte"] > 0 for values in days.values()) < (plan.get("minimum_days") or 0):
            return False
        left, must = who.get("leave_date"), plan.get("must_be_employed") or "none"
        reasons = [one.strip() for one in (plan.get("forfeit_reasons") or "").split(",") if one]
        if left is None or (must == "none" and not reasons):
            return True
        if must == "none":
            gone = left <= period.end
        else:
            day = period.end
            if must == "pay_date":
                day = next(row["pay_date"] for row in self.rows("periods") if row["period"] == period.name)
            gone = left < day
        return not gone or (bool(reasons) and who["leave_reason"] not in reasons)


def to_award(value: Fraction, unit: Fraction, mode: str) -> Fraction:
    """A payout in whole units, from its 9 decimals; up and down from and towards zero."""
    size, sign = abs(nine(value)) / unit, 1 if value >= 0 else -1
    whole = {
        "down": floor(size), "up": ceil(size), "half_up": floor(size + Fraction(1, 2)),
        "half_even": round(size),
    }[mode]  # fmt: skip
    return sign * whole * unit


def shared(weights: dict[str, Fraction], fund: Fraction, cap: Fraction | None) -> dict[str, Fraction]:
    """A fund by weight; what exceeds the cap goes to those below it, until nobody exceeds it."""
    parts = dict.fromkeys(weights, Fraction(0))
    open_ = {who for who, weight in weights.items() if weight > 0}
    while open_:
        whole = sum(weights[who] for who in open_)
        trial = {who: fund * weights[who] / whole for who in open_}
        over = {who for who in open_ if cap is not None and trial[who] > cap}
        if not over:
            return parts | trial
        assert cap is not None
        parts |= dict.fromkeys(over, cap)
        fund -= cap * len(over)
        open_ -= over
    return parts
