"""How one payout line was calculated, step by step, for the pane."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.engine.explain import Explanation
from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.office.opened import Tell, findings, opened
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.names import header_name
from csm_xl.workbook.operations.refresh.core import inputs_of
from csm_xl.workbook.operations.refresh.state import State, state_of
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sheets.results import PAYOUTS

_HINT: Final = "Select a cell of a payout line on the sheet Payouts, then click Explain line."


@dataclass(frozen=True)
class _Line:
    period: str
    employee_id: str
    plan_id: str
    component_id: str


_KEYS: Final = tuple(_Line.__dataclass_fields__)


def explain_cell(file: bytes, name: str, sheet: str, row: int, tell: Tell = lambda _: None) -> str:
    """The explanation of the payout line in a row of a sheet, as `explain_line` gives it.

    row: counts from 1.
    """
    return _answer(file, name, tell, lambda state: _selected(state, sheet, row))


def explain_line(file: bytes, name: str, keys: str, tell: Tell = lambda _: None) -> str:
    """How a payout line was calculated, as JSON.

    file, name: the workbook. keys: period, employee, plan and component of the line, a JSON list.
    → ``who``, ``line``: whose line it is, and which; ``paid``: its amount; ``steps``: step, formula, inputs,
    value and source of each, as ``csm-xl explain`` shows them, from the plan and the target to the amount.
    Where it cannot be explained, ``findings`` alone.
    """
    return _answer(file, name, tell, lambda _: _Line(*json.loads(keys)))


def _answer(file: bytes, name: str, tell: Tell, line_of: Callable[[State], _Line]) -> str:
    tell("reading the workbook")
    try:
        with opened(file, name) as package:
            state = state_of(package, load(package))
            return json.dumps(_explained(state, line_of(state), tell), default=str)
    except CsmError as error:
        return json.dumps({"findings": findings(error.issues)})


def _explained(state: State, line: _Line, tell: Tell) -> dict[str, Any]:
    tables = inputs_of(state, tell).tables
    tell(f"explaining {line.employee_id}, {line.period}")
    passages = Explanation(tables, line.period, people=[line.employee_id]).of(line.employee_id)
    asked = [one for one in passages if one.line is not None and _is(one.line, line)]
    if not asked:
        raise CsmError(NOT_FOUND, f"{line.employee_id} is not paid {line.component_id} for {line.period} now",
                       PAYOUTS, None, "Inputs were edited since: click Refresh pay.")  # fmt: skip
    # The plan and the target of the line come before it.
    shown = [one for one in passages if one in asked or (one.line is None and one.cohort is asked[0].cohort)]
    return {
        "who": DisplayNames(tables).shown(line.employee_id),
        "line": [line.period, line.plan_id, line.component_id],
        "paid": sum(one.line["amount"] for one in asked if one.line is not None),
        "steps": [[step.step, step.formula, step.inputs, step.value, step.source]
                  for one in shown for step in one.steps],
    }  # fmt: skip


def _is(found: dict[str, Any], line: _Line) -> bool:
    return all(str(found[key]) == getattr(line, key) for key in _KEYS)


def _selected(state: State, sheet: str, row: int) -> _Line:
    """The payout line in a row. Errors: there is none."""
    region = state.regions.get(PAYOUTS.casefold())
    if region is None or region.sheet != sheet or not region.first_row < row <= region.last_row:
        raise CsmError(NOT_FOUND, "there is no payout line in the selected row", f"{sheet}, row {row}", None,
                       _HINT)  # fmt: skip
    names = [header_name(header) for header in region.headers]
    rows = state.held.get(PAYOUTS.casefold(), ())
    at = row - region.first_row - 1
    cells = dict(zip(names, rows[at], strict=True)) if at < len(rows) else {}
    if not all(cells.get(key) for key in _KEYS):
        raise CsmError(NOT_FOUND, "the selected row is not a whole payout line", f"{sheet}, row {row}", None,
                       _HINT)  # fmt: skip
    return _Line(*(str(cells[key]) for key in _KEYS))
