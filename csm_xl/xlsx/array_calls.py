"""What a formula over several cells does in Excel, where the engine of a recalculation does otherwise.

`IF` over a range is as large as the largest of its arguments: of a smaller one the cells beyond are #N/A. A
formula that was given an area fills all of it, a single value each cell. And
of a call of an own function that fails, the cells that it fills are reported to whoever handed it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from csm_xl.errors import CsmError
from csm_xl.xlsx.own_functions import OwnFunctions
from csm_xl.xlsx.values import ErrorCell

IF: Final = "CSMXL_IF"
CALL: Final = "CSMXL_CALL"
FILL: Final = "CSMXL_FILL"
"""What is for the three in a rewritten formula."""
NOT_THERE: Final = ErrorCell("#N/A")
_NO_TRUTH: Final = ErrorCell("#VALUE!")
Token = tuple[str, str, str]


def rewritten(tokens: Sequence[Token], cells: str, own: OwnFunctions) -> str:
    """A formula over several cells, its `IF` over a range and its calls of own functions put into the
    words of this module.

    tokens: text, kind and sub-kind of each, references plain. cells: what the formula fills, with its sheet.

    >>> spoken = [("IF(", "Func", "Open"), ("A1:A2", "Operand", "Range"), (",", "Sep", "Arg"),
    ...           ("CSM_VERSION(", "Func", "Open"), (")", "Func", "Close"), (")", "Func", "Close")]
    >>> rewritten(spoken, "Pay!B1:B2", OwnFunctions("CSM_"))
    '=CSMXL_IF(A1:A2,CSMXL_CALL("Pay!B1:B2","CSM_VERSION"))'
    """
    parts = ["="]
    for at, (value, _, subtype) in enumerate(tokens):
        follows = tokens[at + 1] if at + 1 < len(tokens) else ("", "", "")
        name = value[:-1].upper() if subtype == "Open" else ""
        if name == "IF" and follows[2] == "Range" and ":" in follows[0]:
            value = f"{IF}("
        elif own.is_own(name):
            value = f'{CALL}("{cells}","{name}"' + ("" if follows[2] == "Close" else ",")
        parts.append(value)
    return "".join(parts)


def called(own: OwnFunctions, cells: str, name: str, *arguments: Any) -> Any:
    """An own function; if it fails, whoever handed it over is reported where."""
    try:
        return own.calls[name](*arguments)
    except CsmError:
        own.failed(cells)
        raise


def chosen(condition: Any, then: Any, otherwise: Any = False) -> list[list[Any]]:
    """`IF` over ranges, cell by cell: a single row, column or cell goes with all, and beyond the end of any
    other the cell is #N/A.

    >>> chosen([[True], [True], [False]], [[1, 2], [3, 4]], "")
    [[1, 2], [3, 4], ['', '']]
    >>> chosen([[True], [True], [True]], [[1], [2]])
    [[1], [2], [#N/A]]
    """
    blocks = [_block(one) for one in (condition, then, otherwise)]
    rows, columns = max(map(len, blocks)), max(len(block[0]) for block in blocks)
    return [
        [_picked([_at(block, row, column) for block in blocks]) for column in range(columns)]
        for row in range(rows)
    ]


def filled(rows: float, columns: float, result: Any) -> list[list[Any]]:
    """What a formula shows in the area that it was given: a single row, column or cell is repeated, cells
    beyond any other result are #N/A, and a blank is 0.

    >>> filled(2, 2, ""), filled(2, 2, [[1.0], [None]]), filled(3, 1, [[1.0], [2.0]])
    ([['', ''], ['', '']], [[1.0, 1.0], [0.0, 0.0]], [[1.0], [2.0], [#N/A]])
    """
    block = _block(result)
    cells = [[_at(block, row, column) for column in range(int(columns))] for row in range(int(rows))]
    return [[0.0 if cell is None else cell for cell in row] for row in cells]


def _block(value: Any) -> list[list[Any]]:
    return value if isinstance(value, list) else [[value]]


def _at(block: list[list[Any]], row: int, column: int) -> Any:
    row = 0 if len(block) == 1 else row
    column = 0 if len(block[0]) == 1 else column
    return block[row][column] if row < len(block) and column < len(block[0]) else NOT_THERE


def _picked(given: Iterable[Any]) -> Any:
    condition, then, otherwise = given
    if isinstance(condition, ErrorCell):
        return condition
    return _NO_TRUTH if isinstance(condition, str) else then if condition else otherwise
