"""Deals: who is credited for which share of which deal, and on which day it counts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.company import Company
from csm_xl.engine.lookup.exchange import Exchange
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.lookup.payments import Payments
from csm_xl.engine.lookup.reports import Reports
from csm_xl.engine.people import codes
from csm_xl.errors import VALUE, Issue
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import Cell
from csm_xl.plan.deal_kinds import wanted_deals
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.tier_measures import PAYMENT, by_booking, credited_from

DATES: Final = {
    "signing": "date", "effective": "effective_date", "notice": "notice_date", "invoice": "invoice_date",
}  # fmt: skip
"""Which column of a deal is its credit date."""


def credited_amounts(of: Mapping[str, Any]) -> Array:
    """What is credited: amount × share, and × rate where money is exchanged."""
    found = of["amount"] * of["share"]
    return np.asarray(found * of["rate"] if "rate" in of else found)


def counted(of: Mapping[str, Any]) -> str:
    """What is credited, in words."""
    return "amount × share × exchange rate" if "rate" in of else "amount × share"


def _date(component: ComponentTerms) -> str:
    """The date by which a component credits deals."""
    return str(component.values.get("credit_date") or "signing")


def _by_person(
    cohort: Cohort, entries: dict[str, NDArray[Any]], chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Of the chosen entries those of people in the group, by person: their row in it, and the entry."""
    by_person = np.argsort(entries["person"], kind="stable")
    by_person = by_person[chosen[by_person]]
    return cohort.rows_of(entries["person"][by_person], by_person)


class Deals(Lookup):
    """The rows of `deals` and `credits`, by the person who is credited."""

    def __init__(self, company: Company, payments: Payments, reports: Reports, exchange: Exchange) -> None:
        super().__init__(company)
        self._payments, self._reports, self._exchange = payments, reports, exchange

    @cached_property
    def credits(self) -> dict[str, NDArray[Any]]:
        """One entry a credit: person, deal row, role, share, its row of credits (−1: of a deal's owner)."""
        deals, credits = self.company.tables["deals"], self.company.tables["credits"]
        listed, people = credits.coded("deal_id"), credits.coded("employee_id")
        deal_row = {name: row for row, name in enumerate(deals.columns["deal_id"].tolist())}
        deal = np.array([deal_row.get(name, -1) for name in listed.values], dtype=np.intp)[listed.codes]
        with_credits = set(listed.values)
        owned = np.flatnonzero(deals.columns["employee_id"] != "").tolist()
        owned = [row for row in owned if deals.columns["deal_id"][row] not in with_credits]
        owners = self.company.codes_of(deals.columns["employee_id"][owned])
        found = {
            "deal": np.concatenate([deal, np.array(owned, dtype=np.intp)]),
            "person": np.concatenate([self.company.codes_of(people.values)[people.codes], owners]),
            "role": np.concatenate([credits.columns["role"], np.full(len(owned), "csm", dtype=object)]),
            "share": np.concatenate([credits.columns["share"], np.ones(len(owned))]),
            "row": np.concatenate([np.arange(credits.rows), np.full(len(owned), -1)]),
        }
        known = (found["deal"] >= 0) & (found["person"] >= 0)
        return {name: column[known] for name, column in found.items()}

    @cached_property
    def customer_starts(self) -> tuple[NDArray[np.int64], list[tuple[Cell, ...]]]:
        """The first day as a customer of each deal's account (0: not stated), and the cells that say it: the
        deal's own, else those of the account."""
        deals, accounts = self.company.tables["deals"].columns, self.company.tables["accounts"].columns
        rows: dict[str, int] = {}
        days = accounts["customer_start"].tolist()
        for row, (name, day) in enumerate(zip(accounts["account_id"].tolist(), days, strict=True)):
            if day:
                rows.setdefault(name, row)
        start = deals["customer_start"].astype(np.int64)
        cells: list[tuple[Cell, ...]] = [(("deals", row, "customer_start"),) for row in range(len(start))]
        for deal in np.flatnonzero(start == 0).tolist():
            if (row := rows.get(deals["account_id"][deal], -1)) >= 0:
                start[deal], cells[deal] = days[row], (("accounts", row, "customer_start"),)
        return start, cells

    @cached_property
    def _placed(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Credit date, and whose credits count → the credits with their days."""
        return {}

    def entries(self, component: ComponentTerms) -> dict[str, NDArray[Any]]:
        """What counts for a component, each as `credits` with `credit`, its place there; the day on which it
        counts, and the plan that its person is on then (−1: none); its amount, with the row that has it:
        of deals, or of payments where each payment counts; and the exchange rate, as `Exchange.of`."""
        return self._entries(_date(component), credited_from(component.values))

    def _entries(self, credit_date: str, ways: tuple[str, ...] = ("own",)) -> dict[str, NDArray[Any]]:
        key = f"{credit_date} {ways}"
        if key not in self._placed:
            credits = self.credits
            if credit_date == PAYMENT:
                found = self._payments.spread(credits)
            else:
                deals, deal = self.company.tables["deals"].columns, credits["deal"]
                day = deals[DATES[credit_date]].astype(np.int64)
                found = {
                    **credits,
                    "credit": np.arange(len(deal)),
                    "day": day[deal] if len(deal) else np.zeros(0, dtype=np.int64),
                    "amount": deals["amount"][deal] if len(deal) else np.zeros(0),
                    "amount_row": deal,
                }
            if ways != ("own",):
                found = self._reports.rolled_up(found, ways)
            found["plan"] = self.company.plan_on(found["person"], found["day"])
            self._placed[key] = found | self._exchange.of(found)
        return self._placed[key]

    def credit_days(self, credit_date: str) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The day on which each credit counts, by that date of its deal or by its payments, and the plan that
        its person is on then (−1: none)."""
        found = self._entries(credit_date)
        return found["day"], found["plan"]

    @cached_property
    def signed(self) -> dict[int, list[int]]:
        """Person → their credits in the order of signing, those of one day in the order of the table."""
        credits, (day, _) = self.credits, self.credit_days("signing")
        found: dict[int, list[int]] = {}
        for credit in np.lexsort((credits["deal"], day)).tolist():
            found.setdefault(int(credits["person"][credit]), []).append(credit)
        return found

    def amounts(self, component: ComponentTerms, at: NDArray[np.intp]) -> dict[str, Array]:
        """Amount and share of some of the entries of a component, and the rate where money is exchanged; one
        without a rate is reported."""
        table = "payments" if _date(component) == PAYMENT else "deals"
        return self._amounts(self.entries(component), table, at)

    def signed_amounts(self, at: NDArray[np.intp]) -> dict[str, Array]:
        """As `amounts`, of some of the `credits`, on the days on which their deals are signed."""
        return self._amounts(self._entries("signing"), "deals", at)

    def _amounts(self, found: dict[str, NDArray[Any]], table: str, at: NDArray[np.intp]) -> dict[str, Array]:
        cite = self.company.cite
        of = {
            "amount": cite(found["amount"][at], table, found["amount_row"][at], "amount"),
            "share": cite(found["share"][at], "credits", found["row"][at], "share"),
        }
        if "rate" in found:
            for entry, issue in self._exchange.missing(found, at):
                self.company.report(int(found["person"][entry]), issue)
            of["rate"] = cite(np.nan_to_num(found["rate"][at]), "rates", found["rate_row"][at], "rate")
        return of

    def credited(self, cohort: Cohort, component: ComponentTerms, first: int, last: int) -> Ragged:
        """The credits of each person on deals that this version of a component pays, dated in its own days
        and in the person's days on the plan, between `first` and `last`: amount and share of each. A share
        of a deal in a role that with those of others exceeds the whole is reported unless the plan allows
        it."""
        first, last = max(first, component.valid_from or 0), min(last, component.valid_to or FOREVER)
        found = self.entries(component)
        row, at = self._credits_of(cohort, component, first, last, cohort.plan_code)
        if not cohort.plan.over_assignment:
            self._check_shares(cohort, found["credit"][at])
        values = {
            **self.amounts(component, at),
            "deal": found["deal"][at],
            "day": found["day"][at],
            "on_leave": self.company.people.on_leave(found["person"][at], found["day"][at]),
        }
        return Ragged.by_row(row, cohort.size, values)

    def _day(self, component: ComponentTerms) -> NDArray[np.int64]:
        """The day on which each credit counts for a component."""
        return self.credit_days(str(component.values.get("credit_date") or "signing"))[0]

    def credited_outside(
        self, cohort: Cohort, component: ComponentTerms, first: int, last: int
    ) -> NDArray[np.bool_]:
        """Whether each person is credited for a deal that the component would pay, dated between `first` and
        `last` on a day on which the person was on no plan."""
        found = np.zeros(cohort.size, dtype=bool)
        first, last = max(first, component.valid_from or 0), min(last, component.valid_to or FOREVER)
        found[self._credits_of(cohort, component, first, last, -1)[0]] = True
        return found

    def _credits_of(
        self, cohort: Cohort, component: ComponentTerms, first: int, last: int, plan_code: int
    ) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """The credits on deals of a component's kinds and role between two days on which their person was on
        a plan (−1: on none): the person's row in the group, and the credit."""
        found = self.entries(component)
        chosen = (found["plan"] == plan_code) & self.chosen(component, first, last)
        return _by_person(cohort, found, chosen)

    def in_days(
        self, cohort: Cohort, first: int, last: int, entries: dict[str, NDArray[Any]]
    ) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Entries of any kind and role between two days on which their person was on the group's plan: the
        person's row in the group, and the entry."""
        day = entries["day"]
        return _by_person(
            cohort, entries, (entries["plan"] == cohort.plan_code) & (day >= first) & (day <= last)
        )

    def chosen(
        self, component: ComponentTerms, first: int, last: int, every_kind: bool = False
    ) -> NDArray[np.bool_]:
        """Whether each entry is one on a deal of a component's kinds, products and role between two days, on
        whatever plan its person is. every_kind: whether kind and product do not matter."""
        credits, deals = self.entries(component), self.company.tables["deals"]
        day = credits["day"]
        found: NDArray[np.bool_] = (day >= first) & (day <= last)
        role = component.values.get("credit_role")
        if role:
            found &= credits["role"] == role
        return found if every_kind else found & wanted_deals(component.values, deals.columns)[credits["deal"]]

    def credited_before(self, cohort: Cohort, component: ComponentTerms, yearly: bool) -> Ragged:
        """The credits before the days of a version in the group's period, each under the version of its day:
        of the plan year (`yearly`), or of the period alone."""
        first = cohort.to_date[0].start if yearly else cohort.period.start
        last = max(cohort.period.start, component.valid_from or 0) - 1
        parts = [self.credited(cohort, version, first, last) for version in self.company.versions(component)
                 if version.type == component.type]  # fmt: skip
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0].values}
        return Ragged.by_row(np.concatenate([part.owner() for part in parts]), cohort.size, values)

    def refuse_credited_twice(self, cohort: Cohort, component: ComponentTerms) -> None:
        """Where versions go by different dates of a deal, one deal may be dated in the days of two of them:
        that is reported."""
        for other in self.company.versions(component):
            if other.type != component.type or other.values["credit_date"] == component.values["credit_date"]:
                continue
            if by_booking(other.values):
                continue  # it pays what is signed in its own days
            mine, theirs = (
                self.credited(cohort, version, first, last)
                for version, first, last in (
                    (component, cohort.period.start, cohort.period.end), (other, 0, FOREVER),
                )
            )  # fmt: skip
            deals = self.company.tables["deals"]
            span = deals.rows + 1
            pairs = [np.asarray(one.owner() * span + one["deal"]) for one in (mine, theirs)]
            for key in np.intersect1d(pairs[0], pairs[1]).tolist():
                row, deal = divmod(key, span)
                dates = [f"{one.values['credit_date']} ({one.where})" for one in (other, component)]
                self.company.report(
                    int(cohort.person[row]),
                    Issue(VALUE, f"deal {deals.columns['deal_id'][deal]} counts twice for component"
                          f" {component.component_id} of plan {cohort.plan.plan_id}: its versions credit"
                          f" deals by {dates[0]} and by {dates[1]}, and each has such a date in its days",
                          deals.where(deal, "deal_id"), None,
                          "Keep one credit_date, or name the component differently from that day on."),
                )  # fmt: skip

    @cached_property
    def _overassigned(self) -> NDArray[np.bool_]:
        """Per credit, whether the shares of its deal in its role sum to more than 1."""
        credits = self.credits
        roles: dict[str, int] = {}
        key = credits["deal"] * (len(set(credits["role"].tolist())) + 1) + codes(credits["role"], roles)
        _, which = np.unique(key, return_inverse=True)
        total = np.bincount(which.reshape(-1), weights=credits["share"])
        return np.asarray(np.round(total, 9) > 1.0)[which.reshape(-1)]

    def _check_shares(self, cohort: Cohort, at: NDArray[np.intp]) -> None:
        for credit in dict.fromkeys(at[self._overassigned[at]].tolist()):
            deal = int(self.credits["deal"][credit])
            deals = self.company.tables["deals"]
            self.company.report(
                int(self.credits["person"][credit]),
                Issue(VALUE, f"the shares of deal {deals.columns['deal_id'][deal]} in a role sum to more"
                      f" than 1, and plan {cohort.plan.plan_id} does not allow it",
                      deals.where(deal, "deal_id"), None,
                      "Correct the shares in credits, or set over_assignment to TRUE on the plan."),
            )  # fmt: skip
