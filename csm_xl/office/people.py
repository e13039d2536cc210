"""Who is paid what: as the workbook shows it, and as the engine calculates it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from csm_xl.workbook.operations.refresh.core import Outcome
from csm_xl.workbook.operations.refresh.state import State
from csm_xl.workbook.sheets.results import PAYOUTS


def people(state: State, outcome: Outcome) -> dict[str, Any]:
    """Everybody with a payout line, in the order of the lines.

    → ``period``; ``people``: a list of ``who``, ``name`` (blank where there is none to show), ``currency``,
    ``shown``: what the workbook's payout lines come to, null where it has none; ``paid``: what the engine's
    come to, null where it has none; ``lines``: period, plan, component, amount and note of each of the
    engine's; ``totals``: currency, number of people, shown and paid. Money of two currencies is never added.
    """
    paid: dict[tuple[str, str], list[dict[str, Any]]] = {}
    header, *rows = outcome.lines
    for row in rows:
        line = dict(zip(header, row, strict=True))
        paid.setdefault((line["employee_id"], line.get("currency") or ""), []).append(line)
    known = dict(paid.keys())
    before: dict[tuple[str, str], list[float]] = {}
    for (who, code), amounts in _shown(state):
        before.setdefault((who, code or known.get(who, "")), []).extend(amounts)
    found = [
        {
            "who": who, "name": outcome.names.of(who), "currency": code,
            "shown": math.fsum(before[who, code]) if (who, code) in before else None,
            "paid": math.fsum(line["amount"] for line in paid[who, code]) if (who, code) in paid else None,
            "lines": [[line[name] for name in ("period", "plan_id", "component_id", "amount", "note")]
                      for line in paid.get((who, code), ())],
        }
        for who, code in dict.fromkeys([*paid, *before])
    ]  # fmt: skip
    return {"period": outcome.settings.period, "people": found, "totals": list(_totals(found))}


def _shown(state: State) -> Iterator[tuple[tuple[str, str], list[float]]]:
    """Person and currency → the amounts of the payout lines in the workbook."""
    who, amounts = state.column(PAYOUTS, "employee_id"), state.column(PAYOUTS, "amount")
    codes = state.column(PAYOUTS, "currency") or [""] * len(who)
    found: dict[tuple[str, str], list[float]] = {}
    for person, amount, code in zip(who, amounts, codes, strict=True):
        if isinstance(person, str) and isinstance(amount, (int, float)) and not isinstance(amount, bool):
            found.setdefault((person, str(code or "")), []).append(amount)
    yield from found.items()


def _totals(found: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for code in sorted({one["currency"] for one in found}):
        theirs = [one for one in found if one["currency"] == code]
        yield [
            code,
            len(theirs),
            *(math.fsum(one[key] or 0.0 for one in theirs) for key in ("shown", "paid")),
        ]
