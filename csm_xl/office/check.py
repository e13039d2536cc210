"""Check in the add-in: Excel calculates, the engine pays everyone, and each value is compared."""

from __future__ import annotations

import json
from typing import Final

from csm_xl.errors import VALUE, CsmError, counted, faults, grouped
from csm_xl.office.opened import Tell, findings, opened
from csm_xl.office.people import people
from csm_xl.workbook.operations.check_by_excel import check_by_excel
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.values import ErrorCell

_BUSY: Final = ErrorCell("#BUSY!")


def check(file: bytes, calculated: bytes, name: str, tell: Tell = lambda _: None) -> str:
    """The faults of the open workbook, as JSON.

    file: the workbook. calculated: the same one after Excel has calculated every formula. name: its file
    name. tell: called with each step.
    → ``wrong``: the number of faults; ``said``: the outcome in sentences; ``findings``: each with its cell;
    ``people``: see `csm_xl.office.people`, null where nobody can be paid.
    """
    tell("paying everyone and comparing")
    paid = None
    try:
        with opened(file, name) as package, opened(calculated, name) as after:
            _is_calculated(after)
            found, compared = check_by_excel(package, after)
            if compared.state is not None and compared.outcome is not None:
                paid = people(compared.state, compared.outcome)
    except CsmError as error:
        found = list(error.issues)
    found = grouped(found)
    wrong = len(faults(found))
    said = (
        [f"{counted(wrong, 'finding')}."] if wrong
        else ["Every formula and every payout line matches what Excel and the engine calculate."]
    )  # fmt: skip
    return json.dumps({
        "wrong": wrong,
        "said": said,
        "findings": findings(found),
        "people": paid,
    })  # fmt: skip


def _is_calculated(package: Package) -> None:
    """Errors: a formula that Excel has not finished."""
    for sheet in package.sheets:
        if _BUSY in package.cells(sheet).values.values():
            raise CsmError(VALUE, "Excel still calculates", sheet, None,
                           "Wait until it has finished, then check again.")  # fmt: skip
