"""What was paid, on one screen: by plan, and person by person where they are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any, Final

from csm_xl.cli import show

Rows = Sequence[Sequence[Any]]

LISTED: Final = 40
"""Up to so many person totals are listed one by one; more are summed by plan."""


@dataclass
class PlanSum:
    """A plan's people, targets and variable pay over some payout lines."""

    people: set[str] = field(default_factory=set)
    target: float = 0.0
    on_target: float = 0.0
    variable: float = 0.0

    def row(self, name: str) -> list[Any]:
        """Name, people, target, variable, what the targets paid, and that as a share of them."""
        ratio = f"{self.on_target / self.target:.1%}" if self.target else "–"
        beyond = self.variable - self.on_target
        return [name, len(self.people), self.target, self.on_target, ratio, beyond, self.variable]


BY_PLAN: Final = ("plan", "people", "target", "paid on\ntarget", "payout", "commission\netc.", "variable")


def by_plan(lines: Rows) -> list[list[Any]]:
    """A header, a row per plan, and the sum over all plans.

    A line with a weight pays a share of the target; the others (commission, SPIF, milestone) pay dollars
    beyond it, so the payout ratio compares only the first kind with the target.
    """
    header, *body = lines
    at = {name: header.index(name) for name in header}
    plans: dict[str, PlanSum] = {}
    total = PlanSum()
    counted: set[tuple[str, str, str]] = set()
    for line in body:
        plan, person = line[at["plan_id"]], line[at["employee_id"]]
        weighted = line[at["weight"]] is not None
        seat = (line[at["period"]], person, plan)
        for each in (plans.setdefault(plan, PlanSum()), total):
            each.people.add(person)
            each.variable += line[at["amount"]]
            if weighted:
                each.on_target += line[at["amount"]]
                # The target stands on every line of a person's plan and period; it counts once.
                each.target += 0 if seat in counted else line[at["target_incentive"]]
        if weighted:
            counted.add(seat)
    return [list(BY_PLAN), *(each.row(name) for name, each in sorted(plans.items())), total.row("all plans")]


def summary(lines: Rows, totals: Rows, currencies: Sequence[str], periods: str) -> None:
    """Print it: who got what, or what each plan paid where the people are many."""
    one_currency = len(currencies) == 1  # a sum over several would mean nothing
    if len(totals) - 1 <= LISTED:
        header, *rows = totals
        everyone = ["total", "", *(fsum(row[at] for row in rows) for at in (2, 3))]
        show.table(header, [*rows, everyone] if one_currency else rows, f"Variable pay, {periods}")
    else:
        plans, *sums = by_plan(lines)
        show.table(plans, sums if one_currency else sums[:-1], f"Variable pay by plan, {periods}")
    people = len({row[1] for row in totals[1:]})
    persons = "person" if people == 1 else "people"
    show.say(f"{people:,} {persons}, {len(lines) - 1:,} payout lines, {' and '.join(currencies)}.")
