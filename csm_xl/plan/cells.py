"""What a cell says: the one place where a value from Excel, a CSV, TOML or Python becomes a number,
text, date or flag, or a reason why it cannot.

A cell arrives as whatever its door hands over: floats for whole numbers, `Decimal` for currency
cells, text from a CSV, a serial or a datetime for a date, None or "" for a blank. Each reader returns
the value, None for a blank, or raises `BadCell` with what is allowed; the caller adds where.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from csm_xl.xlsx.serial_dates import EPOCH_1900, day_of
from csm_xl.xlsx.values import EXCEL_ERRORS, ErrorCell

_UNSEEN: Final = dict.fromkeys((0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF))
"""Characters that nobody sees, which web pages and exports leave in names; none has a meaning in one."""
# Patterns are kept as text: `re` compiles each on first use and keeps it, so that importing stays cheap.
_NUMBER: Final = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z"
# 1,234 alone may be 1.234 in another country; with decimals or two groups it can only be one thing.
_GROUPED: Final = r"[+-]?(\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})\Z"
_PLAIN: Final = r"(?:-?(?:\d++\.?\d*+|\.\d++)(?:\n|\Z))*+"
_FRACTION: Final = r"\s*(\d{1,6})\s*/\s*([1-9]\d{0,5})\s*\Z"
_WHOLE: Final = 100
"""Two numbers that add up to this are the parts of a split, in percent."""
_EITHER: Final = r"[+-]?[1-9]\d{0,2}[.,]\d{3}\Z"
_ISO_DATE: Final = r"(\d{4})-(\d{2})-(\d{2})([T ]00:00(:00(\.0+)?)?)?\Z"
_TIME: Final = r"\d+:\d\d(:\d\d(\.\d+)?)?\Z"
_JOINED: Final = r"((?:19|20)\d{2})(\d{2})(\d{2})\Z"
# Five digits as text can only be a serial: 10000 is in 1927, 99999 in 2173.
_SERIAL: Final = r"\d{5}(\.0+)?\Z"
_YEARS: Final = range(1950, 2100)
"""As days of Excel's calendar, these numbers are in 1905: whoever types one means the year."""
_MIDNIGHT: Final = "00:00:00"
"""How the 0 of a cell in a format of days is shown."""
_TRUE: Final = frozenset({"true", "yes", "y", "1", "wahr", "vrai"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "falsch", "faux"})


class BadCell(Exception):  # noqa: N818 - it is a finding about a cell, turned into an Issue by the caller
    """Why a cell cannot be read: `message` says what is wrong, `hint` what is allowed."""

    def __init__(self, message: str, hint: str) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


class TwoReadings(str):
    """The text of a number that can be read two ways, such as 81.500: 81500, or 81.5."""

    __slots__ = ()


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty: nothing, text of blanks only, or a missing value of pandas.

    >>> [is_blank(x) for x in (None, "", "  ", float("nan"), 0, False)]
    [True, True, True, True, False, False]
    """
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell or cell.isspace()
    # NaN, NaT and pandas.NA are the values that do not equal themselves, or will not say.
    kind = type(cell).__name__
    return (
        (isinstance(cell, float) and math.isnan(cell))
        or kind in ("NaTType", "NAType")
        or (kind == "Decimal" and bool(cell.is_nan()))
        or (kind == "datetime64" and bool(cell != cell))
    )


def _dated(cell: Any) -> Any:
    """A date of NumPy as a plain date; it would pass for a number. Any other cell as it is."""
    return cell.astype("datetime64[D]").item() if type(cell).__name__ == "datetime64" else cell


def _refuse_error(cell: Any) -> None:
    if isinstance(cell, ErrorCell) or (isinstance(cell, str) and cell.strip() in EXCEL_ERRORS):
        raise BadCell("the cell holds an Excel error", "Fix the formula, or enter the value.")


def number(cell: Any) -> float | None:
    """The number in a cell; None for a blank. Text counts where it is unambiguous.

    >>> [number(x) for x in ("1234.5", "85%", "1,234.50", " ", 3)]
    [1234.5, 0.85, 1234.5, None, 3.0]
    """
    kind = type(cell)
    if kind is float:
        if math.isfinite(cell):
            return float(cell)
        if math.isnan(cell):
            return None
        raise BadCell("infinity is not a number that can be paid", "Type a finite number.")
    if kind is int:
        return _finite(float(cell) if abs(cell) < 10**300 else math.inf)
    if is_blank(cell):
        return None
    _refuse_error(cell)
    cell = _dated(cell)
    if isinstance(cell, str):
        return _number_in(cell if isinstance(cell, TwoReadings) else cell.strip())
    if isinstance(cell, bool) or kind.__name__ in ("bool_", "bool"):
        raise BadCell("found TRUE or FALSE instead of a number", "Type a number.")
    if isinstance(cell, (Decimal, Fraction)) or hasattr(cell, "__float__"):
        return _finite(_float(cell))
    if isinstance(cell, date):
        raise BadCell("found a date instead of a number", "Type a number; check the cell's format.")
    raise BadCell("this is not a number", "Type a number.")


def typed_fraction(cell: Any, splits: bool = True) -> Any:
    """A ratio that is typed as a fraction, such as 1/3, as that fraction; any other cell as it is.

    splits: whether the column may be meant for a split between two, whose parts are no fraction.

    >>> [typed_fraction(cell) for cell in ("1/52", "7 / 365", "0.25", "1/0")]
    [Fraction(1, 52), Fraction(7, 365), '0.25', '1/0']
    >>> typed_fraction("31/69"), typed_fraction("31/69", splits=False)
    ('31/69', Fraction(31, 69))
    """
    found = re.match(_FRACTION, cell) if isinstance(cell, str) else None
    if not found or (splits and _split(cell)):
        return cell
    return Fraction(int(found[1]), int(found[2]))


def _split(text: str) -> tuple[int, int] | None:
    """The two parts of a split in percent, such as 60/40; it is no ratio of one of the two.

    >>> _split("60/40"), _split("1/3")
    ((60, 40), None)
    """
    found = re.match(_FRACTION, text)
    parts = (int(found[1]), int(found[2])) if found else (0, 0)
    return parts if sum(parts) == _WHOLE else None


def _float(cell: Any) -> float:
    try:
        return float(cell)
    except OverflowError:  # a whole number or fraction that no float can hold
        return math.inf


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise BadCell("the number is too large", "Type a finite number.")
    return value


def reads_two_ways(text: str) -> bool:
    """Whether a text is a number whose one separator is between thousands, or before decimals.

    >>> [reads_two_ways(text) for text in ("81.500", "81,500", "0.500", "81.50")]
    [True, True, False, False]
    """
    return bool(re.match(_EITHER, text))


def _number_in(text: str) -> float:
    plain, percent = (text[:-1].rstrip(), True) if text.endswith("%") else (text, False)
    if reads_two_ways(plain) and (isinstance(text, TwoReadings) or "," in plain):
        whole, part = re.split("[.,]", plain)
        readings = f"{whole}{part} or {float(f'{whole}.{part}'):g}"
        raise BadCell(f"the number can be read two ways, as {readings}",
                      f"Type it without a thousands separator: {readings}.")  # fmt: skip
    if re.match(_GROUPED, plain):
        plain = plain.replace(",", "")
    if re.match(_TIME, plain):
        raise BadCell("found a time instead of a number", "Type a number; check the cell's format.")
    if parts := _split(plain):
        own = f"{parts[0]}% or {parts[0] / _WHOLE:g}"
        raise BadCell("this is a split between two, and no number", f"Type one person's part: {own}.")
    if not re.match(_NUMBER, plain):
        hint = "Type a number such as 1234.5 or 85%, without currency signs or thousands separators."
        raise BadCell("the text is not a number", hint)
    # Divided as a decimal: 0.1% must be the float nearest 0.001, not 0.1/100 in floats.
    value = float(Decimal(plain) / 100) if percent else float(plain)
    return _finite(value)


def text(cell: Any) -> str | None:
    """The text in a cell, trimmed, in Unicode NFC and without characters that nobody sees; None for a blank.
    Whole numbers lose their ".0".

    >>> [text(x) for x in (" 00123 ", 123.0, Decimal("123.00"), None, 2.5, "E1\u200b")]
    ['00123', '123', '123', None, '2.5', 'E1']
    """
    if is_blank(cell):
        return None
    _refuse_error(cell)
    if isinstance(cell, str):
        seen = cell if cell.isascii() else cell.translate(_UNSEEN)
        return unicodedata.normalize("NFC", seen.strip()) or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (float, Decimal)) and -1e15 < cell < 1e15 and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, (list, tuple, dict, set)):
        raise BadCell("found a list instead of one value", "Give one value.")
    return str(cell)


def plain_texts(given: Sequence[Any]) -> bool:
    """Whether cells are texts that `text` leaves as they are, seen for all of them at once.

    >>> plain_texts(["E001", "E002"]), plain_texts(["E001", " E002"]), plain_texts(["E 1", ""])
    (True, False, False)
    """
    if not given or set(map(type, given)) != {str}:
        return False
    together = "\n".join(given)
    # Words are the texts themselves where none is blank or has a blank in it; "#" begins an Excel error.
    return together.isascii() and "#" not in together and together.split() == list(given)


def plain_numbers(given: Sequence[Any]) -> list[str]:
    """The cells, where all are texts of plain numbers, in digits with at most a sign and a point: those that
    `number` reads as Python does; else nothing.

    >>> plain_numbers(["0.5", "-12", ".5"]), plain_numbers(["0.5", "85%"]), plain_numbers(["1\\n2", ""])
    (['0.5', '-12', '.5'], [], [])
    """
    if not given or set(map(type, given)) != {str}:
        return []
    together = "\n".join(given)
    one_a_line = bool(given[-1]) and together.count("\n") < len(given)
    plain = one_a_line and together.isascii() and re.fullmatch(_PLAIN, together)
    return list(given) if plain else []


def is_no_day(cell: Any) -> bool:
    """Whether a cell holds the 0 that a look-up gives for a blank: a number, the day 1899-12-30, or midnight.

    >>> [is_no_day(cell) for cell in (0.0, datetime(1899, 12, 30), "00:00:00", 1, False, None)]
    [True, True, True, False, False, False]
    """
    if isinstance(cell, str):
        return cell.strip() == _MIDNIGHT
    if isinstance(cell, date):
        return cell.toordinal() == EPOCH_1900
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool) and cell == 0


def day(cell: Any) -> int | None:
    """The day in a cell as an ordinal (`date.toordinal`); None for a blank, and for what `is_no_day`.

    A date, a datetime at midnight, ISO text, or an Excel serial of the 1900 system, as text too.

    >>> [date.fromordinal(day(x)).isoformat() for x in ("2026-03-31", 46112, "46112", date(2026, 3, 31))]
    ['2026-03-31', '2026-03-31', '2026-03-31', '2026-03-31']
    """
    if is_blank(cell) or is_no_day(cell):
        return None
    _refuse_error(cell)
    hint = "Give a date such as 2026-03-31."
    cell = _dated(cell)
    if isinstance(cell, date):
        return cell.toordinal()
    if isinstance(cell, str) and re.match(_SERIAL, cell.strip()):
        cell = float(cell)
    if isinstance(cell, str):
        found = re.match(_ISO_DATE, cell.strip())
        if re.match(_TIME, cell.strip()):
            raise BadCell("found a time of day instead of a date", hint)
        if not found:
            meant = _run_together(cell.strip())
            raise BadCell("the text is not a date", meant or "Type a date, or text such as 2026-03-31.")
        try:
            return date(int(found[1]), int(found[2]), int(found[3])).toordinal()
        except ValueError:
            raise BadCell("there is no such day", hint) from None
    if isinstance(cell, bool):
        raise BadCell("found TRUE or FALSE instead of a date", hint)
    if hasattr(cell, "__float__"):
        serial = _float(cell)
        if serial in _YEARS:
            what = f"{serial:g} is a year and no day"
            raise BadCell(what, f"Type a date, such as {serial:g}-01-01.")
        if not 1 <= serial < 2_958_466:
            raise BadCell("the number is not a date", _run_together(f"{serial:.10g}") or hint)
        return day_of(int(serial))
    raise BadCell("this is not a date", hint)


def _run_together(text: str) -> str:
    """What to do about a date that is typed as the number 20260114; empty where it is none.

    >>> _run_together("20260114"), _run_together("20261345")
    ('Type 2026-01-14, if that day is meant.', '')
    """
    found = re.match(_JOINED, text)
    try:
        return f"Type {date(*map(int, found.groups())).isoformat()}, if that day is meant." if found else ""
    except ValueError:
        return ""


def flag(cell: Any) -> bool | None:
    """TRUE or FALSE in a cell, as a boolean, 1 or 0, or a word; None for a blank.

    >>> [flag(x) for x in (True, 0.0, "yes", "")]
    [True, False, True, None]
    """
    if is_blank(cell):
        return None
    _refuse_error(cell)
    if isinstance(cell, bool) or type(cell).__name__ == "bool_":
        return bool(cell)
    word = str(text(cell)).casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadCell("this is neither TRUE nor FALSE", "Type TRUE or FALSE.")
