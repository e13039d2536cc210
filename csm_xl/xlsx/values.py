"""What a cell may hold other than numbers, text, dates and truth: an error value."""

from __future__ import annotations

from typing import Final

EXCEL_ERRORS: Final = (
    "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!",
)  # fmt: skip


class ErrorCell:
    """An Excel error value, such as #DIV/0!, handed over as what it is."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ErrorCell) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)
