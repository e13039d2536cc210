"""Values as cells hold them in XML."""

from __future__ import annotations

import math
import re
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from csm_xl.errors import ARITHMETIC, VALUE, CsmError
from csm_xl.xlsx.patch.markup import escaped
from csm_xl.xlsx.serial_dates import serial, share_of_day
from csm_xl.xlsx.values import ErrorCell

MOST_TEXT: Final = 32_767
"""The most characters of a cell."""
_ERRORS: Final = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA")
# What XML cannot hold, what it would change, and what Excel would read as such an escape.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def constant(value: Any, prefix: str, epoch_1904: bool) -> tuple[str, str]:
    """The type attribute and the content of a cell that holds a value; two blanks for a blank.

    prefix: the prefix of the sheet's elements, with its colon.
    Errors: a value that no cell can hold.

    >>> constant("a<b ", "", False)
    (' t="inlineStr"', '<is><t xml:space="preserve">a&lt;b </t></is>')
    >>> constant(True, "", False), constant(1.5, "x:", False), constant("", "", False)
    ((' t="b"', '<v>1</v>'), ('', '<x:v>1.5</x:v>'), ('', ''))
    """
    if isinstance(value, str):
        if not value:
            return "", ""
        return ' t="inlineStr"', f"<{prefix}is>{_text(value, f'{prefix}t')}</{prefix}is>"
    return result(value, prefix, epoch_1904)


def result(value: Any, prefix: str, epoch_1904: bool) -> tuple[str, str]:
    """The type attribute and the stored value of a cell with a formula; errors as `constant`.

    >>> result("", "", False), result(ErrorCell("#N/A"), "", False)
    ((' t="str"', '<v></v>'), (' t="e"', '<v>#N/A</v>'))
    """
    if type(value) is float and math.isfinite(value):
        return "", f"<{prefix}v>{_number(value)}</{prefix}v>"
    if value is None:
        return "", ""
    if isinstance(value, str):
        return ' t="str"', _text(value, f"{prefix}v")
    if isinstance(value, ErrorCell):
        # The younger errors (#SPILL!, #CALC!) are in a file as #VALUE! with a note of Excel's own.
        shown = value.text if value.text in _ERRORS else VALUE
        return ' t="e"', f"<{prefix}v>{shown}</{prefix}v>"
    if hasattr(value, "item"):  # a scalar of NumPy
        value = value.item()
    if isinstance(value, bool):
        return ' t="b"', f"<{prefix}v>{int(value)}</{prefix}v>"
    return "", f"<{prefix}v>{_number(_serial(value, epoch_1904))}</{prefix}v>"


def _serial(value: Any, epoch_1904: bool) -> float | int:
    """A number, or a date or time as the number that Excel keeps for it."""
    if isinstance(value, time):
        return share_of_day(value)
    if isinstance(value, date):
        return serial(value, epoch_1904)
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, (int, float)):
        if (isinstance(value, float) and not math.isfinite(value)) or abs(value) > 1.7e308:
            raise CsmError(ARITHMETIC, "the value is no number that a cell can hold", "", str(value))
        return value
    raise CsmError(VALUE, "a cell cannot hold such a value", "", type(value).__name__,
                   "It holds a number, text, a boolean, a date or a time.")  # fmt: skip


def escape_controls(text: str) -> str:
    """Text with the characters that XML forbids as Excel writes them.

    >>> escape_controls("a\\x07b\\r _x0041_")
    'a_x0007_b_x000D_ _x005F_x0041_'
    """
    return _FORBIDDEN.sub(lambda one: f"_x{ord(one[0]):04X}_", text)


def _text(text: str, tag: str) -> str:
    if len(text) > MOST_TEXT:
        raise CsmError(VALUE, f"the text is longer than the {MOST_TEXT:,} characters of a cell", "",
                       f"{len(text):,} characters", "Shorten it.")  # fmt: skip
    space = ' xml:space="preserve"' if text.strip() != text or "\n" in text or "  " in text else ""
    return f"<{tag}{space}>{escaped(escape_controls(text))}</{tag}>"


def _number(value: float | int) -> str:
    if isinstance(value, int) and abs(value) < 10**15:
        return str(value)
    shown = repr(float(value))
    return shown[:-2] if shown.endswith(".0") else shown
