"""What a refresh changed, as people ask it: how many, how much, who most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.workbook.refresh.core import Outcome
from csm_xl.workbook.refresh.state import State
from csm_xl.workbook.results import PAYOUTS, TOTALS

MOVERS: Final = 10
"""So many people with the largest changes are named."""
_CENT: Final = 0.005


@dataclass(frozen=True)
class Report:
    """What a refresh did, or with a dry run would do.

    lines, people, amount: before and after. movers: person, amount before and after, the largest change
    first; changed: how many people's amounts differ. warnings: what was found and stops nobody.
    uncalculated: formulas that wait for Excel. notes: on those that wait for an extra. written: whether the
    workbook was written.
    """

    period: str
    when: datetime
    fingerprint: str
    currency: str
    lines: tuple[int, int]
    people: tuple[int, int]
    amount: tuple[float, float]
    movers: tuple[tuple[str, float, float], ...]
    changed: int
    warnings: tuple[Issue, ...] = ()
    uncalculated: tuple[str, ...] = ()
    notes: tuple[Issue, ...] = ()
    written: bool = False

    def record(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "period": self.period,
            "refreshed": self.when.isoformat(),
            "plan_fingerprint": self.fingerprint,
            "currency": self.currency,
            **{name: {"before": pair[0], "after": pair[1]}
               for name, pair in (("lines", self.lines), ("people", self.people), ("amount", self.amount))},
            "people_changed": self.changed,
            "movers": [{"employee_id": person, "before": before, "after": after}
                       for person, before, after in self.movers],
            "uncalculated": list(self.uncalculated),
            "notes": [str(note) for note in self.notes],
            "written": self.written,
        }  # fmt: skip


def report_of(state: State, outcome: Outcome, when: datetime) -> Report:
    """What the outcome changes in the workbook."""
    header, *lines = outcome.lines
    person, amount = header.index("employee_id"), header.index("amount")
    paid: dict[str, list[float]] = {}
    for line in lines:
        paid.setdefault(line[person], []).append(line[amount])
    after = {name: math.fsum(amounts) for name, amounts in paid.items()}
    before = state.paid()
    moved = _moved(before, after)
    totals = next(
        table for sheet in outcome.template.sheets for table in sheet.tables if table.name == TOTALS
    )
    said = outcome.template.properties
    return Report(
        said["Period"],
        when,
        said["Plan fingerprint"],
        str(_value_of(outcome, "currency")),
        (len([one for one in state.column(PAYOUTS, "employee_id") if one is not None]), len(lines)),
        (len(set(state.column(TOTALS, "employee_id")) - {None}), len(totals.rows)),
        (math.fsum(before.values()), math.fsum(after.values())),
        tuple(moved[:MOVERS]),
        len(moved),
        outcome.warnings,
    )


def _moved(before: Mapping[str, float], after: Mapping[str, float]) -> list[tuple[str, float, float]]:
    """Whose amount differs, the largest change first."""
    people = dict.fromkeys([*before, *after])
    found = [(one, before.get(one, 0.0), after.get(one, 0.0)) for one in people]
    found = [one for one in found if abs(one[2] - one[1]) >= _CENT]
    return sorted(found, key=lambda one: (-abs(one[2] - one[1]), one[0]))


def _value_of(outcome: Outcome, name: str) -> Any:
    for sheet in outcome.template.sheets:
        if name in sheet.names:
            return sheet.cells[sheet.names[name]].value
    return None
