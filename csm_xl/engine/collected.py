"""Commission that is paid as the customer pays: what each payment of a period earns of its deal's commission.

A deal's commission is calculated as on the day on which it is signed: under the version of that day, on top
of what was credited before in its own period. Everything here is exact, for what payments earn is rounded.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.context import RunContext
from csm_xl.engine.counted_deals import deal_counts, deal_sizes, per_deal, report_shared, times_parts
from csm_xl.engine.lookup.deals import counted, credited_amounts
from csm_xl.engine.tier_amounts import figures_of, listed_tiers, quota
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.pay.collected import earned_to_date
from csm_xl.pay.recording import labelled, step, tracing
from csm_xl.pay.rounding import Array, exact, floats
from csm_xl.pay.trace import in_words, told
from csm_xl.plan.deal_kinds import pays_deal
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period
from csm_xl.plan.spans import QUARTER_TO_DATE, in_quarter, span_words
from csm_xl.plan.tier_measures import COUNTED, by_booking, tier_source


def collected(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> tuple[Ragged, Array]:
    """The payments of the period on deals that this component credits, each with what it earns; and whether
    a person has one on a deal that was signed while this component did not credit it to them."""
    first = max(cohort.period.start, terms.valid_from or 0)
    last = min(cohort.period.end, terms.valid_to or cohort.period.end)
    entries = context.deals.entries(terms)
    row, at = context.deals.in_days(cohort, first, last, entries)
    deals = _Deals(context, cohort, terms)
    lost = np.zeros(cohort.size, dtype=bool)
    kept, earned = [], []
    for element, (who, entry) in enumerate(zip(row.tolist(), at.tolist(), strict=True)):
        credit = int(entries["credit"][entry])
        version = deals.version(credit)
        if version is None:
            lost[who] |= deals.lost(credit)
            continue
        kept.append(element)
        earned.append(deals.earned(who, credit, version, int(entries["amount_row"][entry])))
    at, row = at[kept], row[kept]
    of = context.deals.amounts(terms, at)
    values = {
        **of,
        "share": labelled(of["share"], lambda: deals.names[entries["deal"][at]].tolist()),
        "deal": entries["deal"][at],
        "day": entries["day"][at],
        "earned": np.array([*earned, None], dtype=object)[:-1] if tracing() else floats(earned),
    }
    return Ragged.by_row(row, cohort.size, values), lost


class _Deals:
    """The deals of one component as they were signed: which version credits each, and what it earns."""

    def __init__(self, context: RunContext, cohort: Cohort, terms: ComponentTerms) -> None:
        self.context, self.cohort = context, cohort
        self.credits = context.deals.credits
        self.deals = context.tables["deals"].columns
        self.names = self.deals["deal_id"]
        self.day, self.plan = context.deals.credit_days("signing")
        self.versions = [context.cited(one) for one in context.versions(terms) if one.type == terms.type]
        self._what = counted(context.deals.signed_amounts(np.zeros(0, dtype=np.intp)))
        self._commissions: dict[int, Any] = {}
        self._earned: dict[tuple[int, int], Any] = {}

    def version(self, credit: int) -> ComponentTerms | None:
        """The version of the day of signing, if it pays a credit as the deal is paid for; None otherwise."""
        day, role = int(self.day[credit]), self.credits["role"][credit]
        if self.plan[credit] != self.cohort.plan_code:
            return None
        for one in self.versions:
            if one.overlaps(day, day) and by_booking(one.values):
                of_role = one.values.get("credit_role") in (None, "", role)
                paid = of_role and pays_deal(one.values, self.deals, int(self.credits["deal"][credit]))
                return one if paid else None
        return None

    def lost(self, credit: int) -> bool:
        """Whether nobody pays a credit that this version does not: none was in effect for the person on the
        day of signing, and so none paid it then."""
        day = int(self.day[credit])
        away = self.plan[credit] != self.cohort.plan_code
        return bool(away or not any(one.overlaps(day, day) for one in self.versions))

    def earned(self, row: int, credit: int, version: ComponentTerms, payment: int) -> Any:
        """What one payment earns: the commission earned to date less what was before it."""
        deal = int(self.credits["deal"][credit])
        place = self.context.payments.in_time[deal].index(payment)
        return self._to_date(row, credit, version, place + 1) - self._to_date(row, credit, version, place)

    def _to_date(self, row: int, credit: int, version: ComponentTerms, count: int) -> Any:
        """What the first `count` payments of a deal earn."""
        if not count or not self.deals["amount"][int(self.credits["deal"][credit])]:
            return Fraction(0)
        if (credit, count) not in self._earned:
            deal = int(self.credits["deal"][credit])
            rows = np.array(self.context.payments.in_time[deal][:count], dtype=np.intp)
            table = self.context.tables["payments"].columns
            days = [date.fromordinal(day).isoformat() for day in table["date"][rows].tolist()]
            paid = exact(self.context.cite(table["amount"][rows], "payments", rows, "amount"))
            total = np.array([sum(labelled(paid, lambda: days).tolist(), Fraction(0))], dtype=object)
            unit = self.cohort.plan.rounding_unit
            commission = self._commission(row, credit, version)
            money = commission * total / self._amount(deal)
            rule = f"commission of the deal × paid to date / amount of the deal, rounded to {told(unit)}"
            found = earned_to_date(commission, total, self._amount(deal), unit)
            found = step(f"Earned by {self.names[deal]} to {days[-1]}", rule, found, given=money)
            self._earned[credit, count] = found[0]
        return self._earned[credit, count]

    def _amount(self, deal: int) -> Array:
        return exact(self.context.cite(self.deals["amount"][[deal]], "deals", np.array([deal]), "amount"))

    def _signed(self, credit: int) -> dict[str, Array]:
        """Amount and share of a deal, on the day on which it is signed."""
        of = self.context.deals.signed_amounts(np.array([credit]))
        return {name: exact(column) for name, column in of.items()}

    def _credited(self, credit: int, version: ComponentTerms) -> Array:
        """What of a deal climbs the tiers on the day on which it is signed: its credited amount, or itself
        as one deal."""
        of = self._signed(credit)
        counts = version.tiers is not None and version.values["tier_basis"] == COUNTED
        return deal_counts(version, of) if counts else credited_amounts(of)

    def _commission(self, row: int, credit: int, version: ComponentTerms) -> Array:
        """What the whole deal earns its person."""
        if credit not in self._commissions:
            amount, values = self._credited(credit, version), version.values
            self._refuse_shared(row, credit, version)
            rule = f"{self._what} × rate"
            if version.tiers is None:
                earned = amount * exact(values.get("rate") or 0)
            elif tier_source(values) == "deal":
                deal, day = (np.array([one]) for one in (self.credits["deal"][credit], self.day[credit]))
                figure = figures_of(self.context, self.cohort, version, np.array([row]), deal, day)
                earned = amount * version.tiers.rate_at(exact(figure))
                rule = f"{self._what} × the rate that the {values['tier_measure']} of the deal reaches"
            else:
                earned, rule = self._by_tiers(row, credit, version, amount)
            fixed = values.get("fixed_amount")
            if fixed:
                earned, rule = earned + exact(fixed), f"{rule}; plus {in_words(fixed)} per deal"
            name = f"Commission of {self.names[self.credits['deal'][credit]]}"
            cell = ("components", version.row, "tier_id" if version.tiers else "rate")
            self._commissions[credit] = step(name, rule, np.asarray(earned), otherwise=cell)
        return np.asarray(self._commissions[credit])

    def _refuse_shared(self, row: int, credit: int, version: ComponentTerms) -> None:
        share = float(self.credits["share"][credit])
        if per_deal(version) and version.values["shared_deals"] is None and share != 1:
            person, deal = int(self.cohort.person[row]), int(self.credits["deal"][credit])
            report_shared(self.context, version, person, deal, share)

    def _by_size(self, credit: int, version: ComponentTerms, goal: Array | None) -> tuple[Array, str]:
        """The amount of money that a deal's size finds, for the part of it that counts."""
        assert version.tiers is not None
        of = self._signed(credit)
        rule = f"tiers {version.values['tier_id']} (fixed) by the size of the deal"
        rule += ", × share" if version.values["shared_deals"] == "share" else ""
        money = version.tiers.pay(deal_sizes(of), 0.0, None, goal)
        return times_parts(version, money, of["share"]), f"{rule}: {listed_tiers(version)}"

    def _by_tiers(self, row: int, credit: int, version: ComponentTerms, amount: Array) -> tuple[Array, str]:
        """What a deal earns in the tiers, alone or on top of what was credited before it."""
        assert version.tiers is not None
        deal, tiers = self.names[self.credits["deal"][credit]], version.tiers
        rule = f"tiers {version.values['tier_id']} ({tiers.mode})"
        period = self._period(row, credit)
        goal = self._goal(row, version, period) if version.tiers_on == "attainment" else None
        before = np.array([Fraction(0)], dtype=object)
        to_date, counts = amount, version.values["tier_basis"] == COUNTED
        if version.values["tier_basis"] == "deal" and tiers.mode == "fixed":
            earned, rule = self._by_size(credit, version, goal)
            return earned, rule if goal is None else f"{rule}; {_of_goal(goal)}"
        if version.values["tier_basis"] == "deal":
            rule += f" on the deal alone: {listed_tiers(version)}"
        else:
            span = version.values["cumulative"]
            span = "period" if span == "discrete" else span_words(span)
            earlier = self._before(credit, self._start(period, version))
            what = "1 for each" if counts else self._what
            what = "share" if counts and version.values["shared_deals"] == "share" else what
            if earlier:
                names = self.names[self.credits["deal"][earlier]].tolist()
                credited = [self._credited(one, version) for one in earlier]
                parts = labelled(np.concatenate(credited), lambda: names)
                before = np.array([sum(parts.tolist(), Fraction(0))], dtype=object)
                said = f"sum of {what} of the deals signed before it in the {span} of its signing"
                said += ", a return taking one back" if counts else ""
                before = step(f"Credited before {deal}", said, before)
                said = f"credited before + {'this deal' if counts else self._what}"
                to_date = step(f"Credited with {deal}", said, before + amount)
            on = "the number of deals" if counts else "the deals"
            rule += f" on {on} of the {span} of its signing: what they earn with it, less what those before"
            rule += f" it earn: {listed_tiers(version)}"
        if goal is not None:
            rule += f"; {_of_goal(goal)}"
        return tiers.pay(amount, before, None, goal, to_date), rule

    def _before(self, credit: int, start: int) -> list[int]:
        """The person's credits from a day on that are signed before one of theirs, in that order."""
        order = self.context.deals.signed[int(self.credits["person"][credit])]
        earlier = order[: order.index(credit)]
        return [one for one in earlier if self.day[one] >= start and self.version(one) is not None]

    def _period(self, row: int, credit: int) -> Period:
        """The pay period in which a deal was signed; one that is missing is reported."""
        day = int(self.day[credit])
        kind = self.cohort.period.kind
        found = self.context.calendar.holding(kind, day, day)
        if found:
            return found[0]
        deal = int(self.credits["deal"][credit])
        table = self.context.tables["deals"]
        self.context.report(
            int(self.cohort.person[row]),
            Issue(NOT_FOUND, f"deal {self.names[deal]} was signed on {date.fromordinal(day).isoformat()}, and"
                  f" the periods table has no {kind} with that day", table.where(deal, "date"), None,
                  f"Add the {kind} to the periods table."),
        )  # fmt: skip
        return self.cohort.period

    def _start(self, period: Period, version: ComponentTerms) -> int:
        """The first day from which a deal of a period climbs on top of the others."""
        cumulative = version.values["cumulative"]
        if cumulative == "discrete":
            return period.start
        year = self.context.calendar.plan_year(period, int(self.cohort.plan.year_start))
        if cumulative != QUARTER_TO_DATE:
            return year[0].start
        number = [one.start for one in year].index(period.start) + 1
        return year[number - in_quarter(period.kind, number)].start

    def _goal(self, row: int, version: ComponentTerms, period: Period) -> Array:
        """The person's goal of the period in which a deal was signed."""
        return exact(quota(self.context, self.cohort, version, np.array([row]), period))


def _of_goal(goal: Array) -> str:
    return f"bounds are multiples of the goal {in_words(goal)}"
