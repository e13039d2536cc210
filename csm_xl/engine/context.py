"""What a run knows: the company, and what happened, by subject."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cached_property
from typing import Final

from csm_xl.engine.company import Company
from csm_xl.engine.lookup.account_goals import AccountGoals
from csm_xl.engine.lookup.accounts import Accounts
from csm_xl.engine.lookup.answers import Answers
from csm_xl.engine.lookup.deal_totals import DealTotals
from csm_xl.engine.lookup.deals import Deals
from csm_xl.engine.lookup.events import Events
from csm_xl.engine.lookup.exchange import Exchange
from csm_xl.engine.lookup.goals import Goals
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.lookup.modifiers import Modifiers
from csm_xl.engine.lookup.own_targets import OwnTargets
from csm_xl.engine.lookup.payments import Payments
from csm_xl.engine.lookup.peers import Peers
from csm_xl.engine.lookup.pools import Pools
from csm_xl.engine.lookup.reports import Reports
from csm_xl.engine.lookup.results import Results
from csm_xl.engine.lookup.year import Year
from csm_xl.plan.model import ComponentTerms


class RunContext(Company):
    """A company with its look-ups: what a component type is given to gather what it needs."""

    @cached_property
    def results(self) -> Results:
        """Actuals and goals of measures."""
        return Results(self)

    @cached_property
    def accounts(self) -> Accounts:
        """What people, teams and the company retained of their accounts."""
        return Accounts(self)

    @cached_property
    def account_goals(self) -> AccountGoals:
        """Goals of retention from the goals of accounts."""
        return AccountGoals(self, self.accounts, self.results, self.own_targets)

    @cached_property
    def answers(self) -> Answers:
        """Satisfaction from surveys."""
        return Answers(self)

    @cached_property
    def peers(self) -> Peers:
        """The percentile rank of people among their peers."""
        return Peers(self, self.accounts, self.answers)

    @cached_property
    def own_targets(self) -> OwnTargets:
        """What people have of their own of a component."""
        return OwnTargets(self)

    @cached_property
    def pools(self) -> Pools:
        """Pools that are shared out by weights."""
        return Pools(self, self.peers)

    @cached_property
    def goals(self) -> Goals:
        """People's own goals (MBO)."""
        return Goals(self)

    @cached_property
    def deals(self) -> Deals:
        """Who is credited for which deal."""
        return Deals(self, self.payments, self.reports, self.exchange)

    @cached_property
    def exchange(self) -> Exchange:
        """Exchange rates of deals."""
        return Exchange(self)

    @cached_property
    def reports(self) -> Reports:
        """Who reports to whom."""
        return Reports(self)

    @cached_property
    def payments(self) -> Payments:
        """What customers have paid of their deals."""
        return Payments(self)

    @cached_property
    def deal_totals(self) -> DealTotals:
        """What is credited to a person, a team or the company together."""
        return DealTotals(self, self.deals, self.exchange)

    @cached_property
    def events(self) -> Events:
        """What SPIFs and milestones pay for."""
        return Events(self)

    @cached_property
    def year(self) -> Year:
        """What earlier periods of the plan year paid."""
        return Year(self)

    @cached_property
    def modifiers(self) -> Modifiers:
        """Factors of the company and its divisions."""
        return Modifiers(self)

    def cited(self, terms: ComponentTerms) -> ComponentTerms:
        """A component as the arithmetic takes it; where it is traced, every parameter names its cell."""
        return terms

    def again(self, without: frozenset[int] = frozenset()) -> RunContext:
        """The same company for another run: its indexes are shared, and nothing is reported or paid yet."""
        found = copy(self)
        found.begin(without)
        found.share(self, LOOKUPS)
        if "year" in vars(self):
            found.year.past = {}
        return found

    def share(self, other: RunContext, lookups: Mapping[str, type[Lookup]]) -> None:
        """Takes over what the look-ups of another run over the same tables have indexed, as `lookups`."""
        for name, of in lookups.items():
            if name in vars(other):
                setattr(self, name, of.sharing(vars(other)[name], self))


LOOKUPS: Final[Mapping[str, type[Lookup]]] = {
    "results": Results, "own_targets": OwnTargets, "accounts": Accounts, "account_goals": AccountGoals,
    "answers": Answers, "peers": Peers,
    "pools": Pools, "goals": Goals, "payments": Payments, "reports": Reports, "exchange": Exchange,
    "deals": Deals, "deal_totals": DealTotals, "events": Events, "year": Year, "modifiers": Modifiers,
}  # fmt: skip
"""Every look-up of a run, by its name there."""
