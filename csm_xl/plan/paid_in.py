"""The currency in which each person is paid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from csm_xl.plan.tables import Tables

CURRENCY: Final = "currency"
"""The column of roster and plans that says it."""


class Currencies:
    """The currency of each person's pay: their own on the roster, else that of the plan."""

    def __init__(self, tables: Tables) -> None:
        plans, roster = tables["plans"].columns, tables["roster"].columns
        self._plans = dict(zip(plans["plan_id"].tolist(), plans[CURRENCY].tolist(), strict=True))
        of_person = zip(roster["employee_id"].tolist(), roster[CURRENCY].tolist(), strict=True)
        self._own = {who: str(code) for who, code in of_person if code}
        self._on = dict(zip(roster["employee_id"].tolist(), roster["plan_id"].tolist(), strict=True))

    def own(self, person: str) -> str:
        """The currency that the roster has for a person; blank where it has none."""
        return self._own.get(person, "")

    def of(self, person: str, plan: str | None = None) -> str:
        """The currency in which a person is paid under a plan; without a plan, that of their roster row."""
        on = self._on.get(person, "") if plan is None else plan
        return (self.own(person) or str(self._plans.get(on, ""))).upper()

    def several(self, person: str, plans: Iterable[str]) -> list[str]:
        """The currencies of a person's pay under some plans where they are more than one; else nothing."""
        found = sorted({self.of(person, plan) for plan in plans})
        return found if len(found) > 1 else []

    def all(self) -> list[str]:
        """Every currency in which somebody on the roster is paid; without people, those of the plans."""
        people = {self.of(person) for person in self._on}
        return sorted((people or {str(code).upper() for code in self._plans.values()}) - {""})
