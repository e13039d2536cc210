"""Deals: who is credited for which share of which deal, and on which day it counts."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.people import codes
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms

DATES: Final = {"signing": "date", "effective": "effective_date", "notice": "notice_date"}
"""Which column of a deal is its credit date."""


class Deals(Lookup):
    """The rows of `deals` and `credits`, by the person who is credited."""

    @cached_property
    def _credits(self) -> dict[str, NDArray[Any]]:
        """One entry a credit: person, deal row, role, share, its row of credits (−1: of a deal's owner)."""
        deals, credits = self.company.tables["deals"], self.company.tables["credits"]
        index = self.company.people.index
        deal_row = {name: row for row, name in enumerate(deals.columns["deal_id"].tolist())}
        listed = credits.columns["deal_id"].tolist()
        deal = [deal_row.get(name, -1) for name in listed]
        who = [index.get(name, -1) for name in credits.columns["employee_id"].tolist()]
        role = credits.columns["role"].tolist()
        share = credits.columns["share"].tolist()
        rows = list(range(credits.rows))
        with_credits = set(listed)
        for row, (name, owner) in enumerate(
            zip(deals.columns["deal_id"].tolist(), deals.columns["employee_id"].tolist(), strict=True)
        ):
            if name not in with_credits and owner:
                deal.append(row)
                who.append(index.get(owner, -1))
                role.append("csm")
                share.append(1.0)
                rows.append(-1)
        found = {
            "deal": np.array(deal, dtype=np.intp),
            "person": np.array(who, dtype=np.intp),
            "role": np.array(role, dtype=object),
            "share": np.array(share, dtype=np.float64),
            "row": np.array(rows, dtype=np.intp),
        }
        known = (found["deal"] >= 0) & (found["person"] >= 0)
        return {name: column[known] for name, column in found.items()}

    @cached_property
    def _placed(self) -> dict[str, tuple[NDArray[np.int64], NDArray[np.intp]]]:
        """Credit date → day of each credit and the plan that its person was on that day (−1: none)."""
        return {}

    def credit_days(self, credit_date: str) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The day on which each credit counts, by that date of its deal, and the plan that its person is on
        then (−1: none)."""
        if credit_date not in self._placed:
            column = self.company.tables["deals"].columns[DATES[credit_date]].astype(np.int64)
            day = column[self._credits["deal"]] if len(column) else np.zeros(0, dtype=np.int64)
            self._placed[credit_date] = (day, self.company.plan_on(self._credits["person"], day))
        return self._placed[credit_date]

    def credited(self, cohort: Cohort, component: ComponentTerms, first: int, last: int) -> Ragged:
        """The credits of each person on deals that this version of a component pays, dated in its own days
        and in the person's days on the plan, between `first` and `last`: amount and share of each. A share
        of a deal in a role that with those of others exceeds the whole is reported unless the plan allows
        it."""
        first, last = max(first, component.valid_from or 0), min(last, component.valid_to or FOREVER)
        credits, deals = self._credits, self.company.tables["deals"]
        row, at = self._credits_of(cohort, component, first, last, cohort.plan_code)
        if not cohort.plan.over_assignment:
            self._check_shares(cohort, component, at)
        deal = credits["deal"][at]
        amount = deals.columns["amount"][deal] if deals.rows else np.zeros(0)
        values = {
            "amount": self.company.cite(amount, "deals", deal, "amount"),
            "share": self.company.cite(credits["share"][at], "credits", credits["row"][at], "share"),
            "deal": deal,
            "on_leave": self.company.people.on_leave(credits["person"][at], self._day(component)[at]),
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
        credits, deals = self._credits, self.company.tables["deals"]
        credit_date = str(component.values.get("credit_date") or "signing")
        day, plan = self.credit_days(credit_date)
        chosen = (plan == plan_code) & (day >= first) & (day <= last)
        role = component.values.get("credit_role")
        if role:
            chosen &= credits["role"] == role
        kinds = component.values.get("deal_kinds") or ()
        if kinds:
            kind = deals.columns["kind"]
            wanted = np.isin(kind, list(kinds)) if len(kind) else np.zeros(0, dtype=bool)
            chosen &= wanted[credits["deal"]] if len(kind) else False
        by_person = np.argsort(credits["person"], kind="stable")
        by_person = by_person[chosen[by_person]]
        return cohort.rows_of(credits["person"][by_person], by_person)

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
        credits = self._credits
        roles: dict[str, int] = {}
        key = credits["deal"] * (len(set(credits["role"].tolist())) + 1) + codes(credits["role"], roles)
        _, which = np.unique(key, return_inverse=True)
        total = np.bincount(which.reshape(-1), weights=credits["share"])
        return np.asarray(np.round(total, 9) > 1.0)[which.reshape(-1)]

    def _check_shares(self, cohort: Cohort, component: ComponentTerms, at: NDArray[np.intp]) -> None:
        for credit in at[self._overassigned[at]].tolist():
            deal = int(self._credits["deal"][credit])
            deals = self.company.tables["deals"]
            self.company.report(
                int(self._credits["person"][credit]),
                Issue(VALUE, f"the shares of deal {deals.columns['deal_id'][deal]} in a role sum to more"
                      f" than 1, and plan {cohort.plan.plan_id} does not allow it",
                      deals.where(deal, "deal_id"), None,
                      "Correct the shares in credits, or set over_assignment to TRUE on the plan."),
            )  # fmt: skip
