"""The error log: the readable message behind an error value in a cell."""

from __future__ import annotations

from typing import Final

from csm_xl.errors import CsmError

_MOST: Final = 10_000


class ErrorLog:
    """The last error overall, and the last error of each cell known to have failed.

    >>> log = ErrorLog()
    >>> log.note(CsmError("#NUM!", "the goal is 0", "goal"))
    >>> log.place("'[pay.xlsm]Total Comp'!$C$7")
    >>> log.recall("total comp!c7")
    'goal: the goal is 0.'
    """

    def __init__(self) -> None:
        self._last: str | None = None
        self._by_cell: dict[str, str] = {}

    def note(self, error: CsmError) -> None:
        """Store an error as the last one."""
        self._last = str(error)

    def place(self, address: str) -> None:
        """Record the cell of the last error."""
        if self._last is None:
            return
        for key in {_key(address, book=True), _key(address, book=False)}:
            self._by_cell.pop(key, None)
            self._by_cell[key] = self._last
        while len(self._by_cell) > _MOST:
            del self._by_cell[next(iter(self._by_cell))]

    def recall(self, address: str | None = None) -> str | None:
        """The message of the last error, or of the last error in a cell; None if there was none.

        address: sheet and cell, with or without the workbook, quotes and dollar signs.
        """
        return self._last if address is None else self._by_cell.get(_key(address, book=True))


def _key(address: str, book: bool) -> str:
    sheet, mark, cell = address.rpartition("!")
    plain = sheet.strip().strip("'").replace("''", "'")
    if not book:
        plain = plain.rpartition("]")[2]
    return f"{plain}{mark}{cell.replace('$', '').strip()}".casefold()


ERROR_LOG: Final = ErrorLog()
"""The error log of this process, from which ``CSM_ERROR`` reads."""
