"""What is credited on deals to a person, a team or the company in a period, as one exact sum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.company import Company
from csm_xl.engine.lookup.deals import Deals, credited_amounts
from csm_xl.engine.lookup.exchange import Exchange
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.errors import VALUE, Issue
from csm_xl.pay.rounding import exact
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.tier_measures import CREDITED

_SMALL = 10_000
"""Money has 4 decimals, so that whole deals are added in ten-thousandths."""


class DealTotals(Lookup):
    """Sums of credited amounts by person, team or company, on the days of a period."""

    def __init__(self, company: Company, deals: Deals, exchange: Exchange) -> None:
        super().__init__(company)
        self.deals, self.exchange = deals, exchange
        self._sums: dict[tuple[Any, ...], dict[int, Fraction]] = {}

    def of(self, cohort: Cohort, component: ComponentTerms, scope: str) -> tuple[Any, Any]:
        """The sum that counts for each person of the group, as a float and what the float lacks of it.

        scope: whose credits count: the person's own on days on the plan; those of the people who are on the
        team, or employed, on the deal's day. Kinds and products of deals do not matter where the component's
        tier_measure is deals. Credits that are paid in several currencies are reported.
        """
        owner = cohort.owner(scope)
        every = self._every(cohort, component, scope)
        self._refuse_missing_rates(cohort, component, scope)
        if scope != "individual":
            self._refuse_currencies(cohort, component, scope)
        totals = [every.get(code, Fraction(0)) for code in owner.tolist()]
        whole = np.array([float(total) for total in totals], dtype=np.float64)
        rest = [float(total - part) for total, part in zip(totals, exact(whole).tolist(), strict=True)]
        return whole, np.array(rest, dtype=np.float64)

    def counting(
        self, cohort: Cohort, component: ComponentTerms, scope: str
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The entries of the period that count, and the code of the person, team or company of each."""
        entries = self.deals.entries(component)
        every_kind = component.values.get("tier_measure") == CREDITED
        chosen = self.deals.chosen(component, cohort.period.start, cohort.period.end, every_kind)
        people = self.company.people
        if scope == "individual":
            at = np.flatnonzero(chosen & (entries["plan"] == cohort.plan_code))
            return at, entries["person"][at]
        at = np.flatnonzero(chosen)
        spell = people.spell_of(entries["person"][at], entries["day"][at])
        at, spell = at[spell >= 0], spell[spell >= 0]
        if scope == "company":
            return at, np.zeros(len(at), dtype=np.intp)
        return at, people.names["team"][spell]

    def _every(self, cohort: Cohort, component: ComponentTerms, scope: str) -> dict[int, Fraction]:
        """Code of a person, team or the company → the sum of what is credited."""
        key = (scope, component.row, cohort.period.start, cohort.period.end, cohort.plan_code)
        if key not in self._sums:
            at, owner = self.counting(cohort, component, scope)
            order = np.argsort(owner, kind="stable")
            at, owner = at[order], owner[order]
            entries = self.deals.entries(component)
            of = {name: np.nan_to_num(entries[name][at]) for name in ("amount", "share", "rate")
                  if name in entries}  # fmt: skip
            alone = np.all([column == 1 for name, column in of.items() if name != "amount"], axis=0)
            codes, first = np.unique(owner, return_index=True)
            found: dict[int, Fraction] = {}
            for code, rows in zip(codes.tolist(), np.split(np.arange(len(at)), first[1:]), strict=False):
                whole, parts = rows[alone[rows]], rows[~alone[rows]]
                small = int(np.rint(of["amount"][whole] * _SMALL).astype(np.int64).sum())
                products = credited_amounts({name: exact(column[parts]) for name, column in of.items()})
                found[code] = Fraction(small, _SMALL) + sum(products.tolist(), Fraction(0))
            self._sums[key] = found
        return self._sums[key]

    def _refuse_missing_rates(self, cohort: Cohort, component: ComponentTerms, scope: str) -> None:
        """A deal that no rate exchanges stops everyone whose total it is a part of."""
        entries = self.deals.entries(component)
        if "rate" not in entries or not np.isnan(entries["rate"]).any():
            return
        at, owner = self.counting(cohort, component, scope)
        owner_of = dict(zip(at.tolist(), owner.tolist(), strict=True))
        for entry, issue in self.exchange.missing(entries, at):
            self.company.report_all(cohort.person[cohort.owner(scope) == owner_of[entry]], issue)

    def _refuse_currencies(self, cohort: Cohort, component: ComponentTerms, scope: str) -> None:
        """Money of different currencies is never added: a team or company that is paid in several."""
        known = Currencies(self.company.tables)
        if len(known.all()) < 2:
            return
        at, owner = self.counting(cohort, component, scope)
        person = self.deals.entries(component)["person"]
        ids = self.company.people.ids
        for code in np.unique(cohort.owner(scope)).tolist():
            people = person[at[owner == code]]
            found = sorted({known.of(ids[one]) for one in people.tolist()})
            if len(found) < 2:
                continue
            whose = "the company" if scope == "company" else f"team {list(self.company.people.teams)[code]}"
            self.company.report_all(
                cohort.person[cohort.owner(scope) == code],
                Issue(VALUE, f"component {component.component_id} of plan {cohort.plan.plan_id} finds its"
                      f" tier by all that {whose} is credited, and its people are paid in"
                      f" {' and '.join(found)}",
                      component.where, None,
                      "Give the total in results, in one currency, and its measure as tier_measure."),
            )  # fmt: skip
