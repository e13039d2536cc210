"""What many formulas filter alike, filtered once: each would go over every row of the table again.

A statement shows the lines of one person. Every cell of it takes its own from the same column and by the same
condition, as in ``IFERROR(INDEX(FILTER(IF(c="","",c),(d=e)*(f=g)),n),"")``. Nothing in such a call is blank,
and an error of any kind ends as the last argument, so that a cell beside it can hold what it gives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from csm_xl.xlsx.addresses import letters

_SHEET: Final = r"(?:'(?:[^']|'')+'|[\w.]+)!"
_FIXED: Final = rf"{_SHEET}\$[A-Z]{{1,3}}\$\d+(?::\$[A-Z]{{1,3}}\$\d+)?"
_EQUAL: Final = rf"\({_FIXED}={_FIXED}\)"
_CALL: Final = re.compile(
    rf"(?<=IFERROR\(INDEX\()"
    rf'FILTER\(IF\((?P<area>{_SHEET}\$(?P<column>[A-Z]{{1,3}})\$\d+:\$(?P=column)\$\d+)="","",(?P=area)\),'
    rf"{_EQUAL}(?:\*{_EQUAL})*\)(?=,)"
)
"""One column by one condition, with fixed references only: the same in every cell."""


class SharedCalls:
    """The calls that several formulas have in common, each in a column of a sheet of its own.

    formulas: what goes into the first row of that sheet, column by column.

    >>> call = 'FILTER(IF(S!$A$1:$A$9="","",S!$A$1:$A$9),(S!$B$1:$B$9=S!$C$1))'
    >>> shared = SharedCalls([f'=IFERROR(INDEX({call},{row}),"")' for row in (1, 2)], "'mine'")
    >>> shared.formulas == [f'=VSTACK("",{call})']
    True
    >>> shared.put(f'=IFERROR(INDEX({call},3),"")'), shared.put("=A1")
    ('=IFERROR(INDEX(DROP(\\'mine\\'!A1#,1),3),"")', '=A1')
    """

    def __init__(self, formulas: Iterable[str], sheet: str) -> None:
        """Find what formulas share.

        formulas: with plain references. sheet: the name of the sheet for it, in quotes.
        """
        counts = Counter(found[0] for formula in formulas for found in _calls(formula))
        calls = [call for call, count in counts.items() if count > 1]
        # A cell above it lets a result of a single cell be referred to as the others are.
        self.formulas: Sequence[str] = [f'=VSTACK("",{call})' for call in calls]
        self._places: Mapping[str, str] = {
            call: f"DROP({sheet}!{letters(column)}1#,1)" for column, call in enumerate(calls, 1)
        }

    def put(self, formula: str) -> str:
        """A formula that takes what it shares from where it is."""
        for found in reversed(_calls(formula)):
            if place := self._places.get(found[0]):
                formula = formula[: found.start()] + place + formula[found.end() :]
        return formula


def _calls(formula: str) -> list[re.Match[str]]:
    """The calls that could be shared, in order; a text that reads like one is none."""
    if "FILTER(" not in formula:
        return []
    return [found for found in _CALL.finditer(formula) if formula.count('"', 0, found.start()) % 2 == 0]
