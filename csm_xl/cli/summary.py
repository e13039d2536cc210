"""A summary of pay on one screen: by plan, and by person if there are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from csm_xl.cli import show

if TYPE_CHECKING:
    from csm_xl.plan.table import Tables

Rows = Sequence[Sequence[Any]]

NAME_WIDTH: Final = 28
"""Of a name, this many characters are on the screen."""
LISTED: Final = 40
"""Up to this many people are listed one by one; more are totaled by plan."""


@dataclass
class PlanSum:
    """A plan's people, targets and variable pay, from payout lines."""

    people: set[str] = field(default_factory=set)
    target: float = 0.0
    on_target: float = 0.0
    variable: float = 0.0

    def row(self, name: str, currency: str) -> list[Any]:
        """Name, currency, people, target, variable pay, pay on target, and % of target paid."""
        ratio = f"{self.on_target / self.target:.1%}" if self.target else "–"
        beyond = self.variable - self.on_target
        return [name, currency, len(self.people), self.target, self.on_target, ratio, beyond, self.variable]


BY_PLAN: Final = ("plan", "currency", "people", "target", "paid on\ntarget", "payout", "commission\netc.",
                  "variable")  # fmt: skip


def by_plan(lines: Rows) -> list[list[Any]]:
    """A header, one row per plan and currency, and a total per currency.

    lines: with their currency as the last column. A line with a weight pays a share of the target; others
    (commission, SPIF, milestone) pay an amount in addition, so the payout ratio uses only the first kind.
    """
    header, *body = lines
    at = {name: header.index(name) for name in header}
    plans: dict[tuple[str, str], PlanSum] = {}
    totals: dict[str, PlanSum] = {}
    for line in body:
        plan, person, code = line[at["plan_id"]], line[at["employee_id"]], line[at["currency"]]
        weighted = line[at["weight"]] is not None
        for each in (plans.setdefault((plan, code), PlanSum()), totals.setdefault(code, PlanSum())):
            each.people.add(person)
            each.variable += line[at["amount"]]
            if weighted:
                each.on_target += line[at["amount"]]
                each.target += line[at["component_target"]]
    return [
        list(BY_PLAN),
        *(each.row(name, code) for (name, code), each in sorted(plans.items())),
        *(each.row("all plans", code) for code, each in sorted(totals.items())),
    ]


def summary(lines: Rows, totals: Rows, tables: Tables, periods: str) -> None:
    """Print the summary: pay by person, or by plan if there are many people, with a total per currency.

    lines, totals: a header, then rows, from `Lines.rows` and `Lines.totals`.
    """
    from csm_xl.engine.currency import sums_by_currency, totals_by_currency, with_currency
    from csm_xl.plan.display_names import DisplayNames
    from csm_xl.plan.paid_in import Currencies

    known = Currencies(tables)
    each = totals_by_currency(lines, totals, known)
    sums = sums_by_currency(each)
    if len(totals) - 1 <= LISTED:
        header, *rows = DisplayNames(tables).beside(each, NAME_WIDTH)
        blank = [""] * (1 + len(header) - len(each[0]))
        everyone = [["total", *blank, code, target, variable] for code, _, target, variable in sums]
        show.table(header, [*rows, *everyone], f"Variable pay, {periods}")
    else:
        plans, *by = by_plan(with_currency(lines, known))
        show.table(plans, by, f"Variable pay by plan, {periods}")
    people = len({row[1] for row in totals[1:]})
    persons = "person" if people == 1 else "people"
    codes = [row[0] for row in sums] or known.all()
    show.say(f"{people:,} {persons}, {len(lines) - 1:,} payout lines, {' and '.join(codes)}.")
