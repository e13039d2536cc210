"""A workbook recalculated without Excel: native formulas by a real spreadsheet engine, a workbook's own
functions by whoever hands them over.

The engine is formualizer. What it does not know is put into what it does before it sees a formula:
structured references and defined names become plain references, and a left-out argument of an own
function becomes a reference to a cell that is always empty.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cache, partial
from itertools import pairwise
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final

from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, CsmError
from csm_xl.xlsx.addresses import Place, letters
from csm_xl.xlsx.array_calls import CALL, FILL, IF, called, chosen, filled, rewritten
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.dependents import Area
from csm_xl.xlsx.followers import followers, named_areas
from csm_xl.xlsx.one_cell import intersected, seen
from csm_xl.xlsx.own_functions import OwnFunctions
from csm_xl.xlsx.references import (
    NOWHERE,
    called_functions,
    known_plain,
    plain_formula,
    referred,
    tokens,
)
from csm_xl.xlsx.serial_dates import plain
from csm_xl.xlsx.shared_calls import SharedCalls
from csm_xl.xlsx.values import ErrorCell

UNKNOWN: Final = ErrorCell("#UNKNOWN!")
"""What cannot be calculated here: Excel knows a function that the engine does not."""
CIRCULAR: Final = ErrorCell("#CIRCULAR!")
"""A formula that needs its own result."""
_KINDS: Final = {
    "Null": "#NULL!", "Div": "#DIV/0!", "Value": "#VALUE!", "Ref": "#REF!", "Name": "#NAME?", "Num": "#NUM!",
    "Na": "#N/A", "Spill": "#SPILL!", "Calc": "#CALC!",
}  # fmt: skip
_TEXTS: Final = {text: kind for kind, text in _KINDS.items()}
_CODES: Final = {VALUE: "Value", NOT_FOUND: "Na", ARITHMETIC: "Num"}
_GAP: Final = 16  # blank columns between two cells that are handed over together
_SHARED: Final = "'what several formulas share'"
_MANY: Final = 20_000  # cells, below which several threads take longer than one
_ROWS: Final = 2_000  # that are handed over together: what is handed over takes more memory than the cells


def recalculate(book: Book, plain_formulas: Mapping[Place, str] = MappingProxyType({})) -> dict[Place, Any]:
    """The value of every formula cell: a number, text, boolean or `ErrorCell`; dates as serials.

    plain_formulas: what `plainly` gives for these formulas or more of them, where the caller has it.
    A formula that cannot be read is `UNKNOWN`; a circular one is `CIRCULAR`.
    """
    return dict.fromkeys(book.filled(), UNKNOWN) if book.as_displayed else _evaluated(book, plain_formulas)


def _evaluated(book: Book, plain_formulas: Mapping[Place, str]) -> dict[Place, Any]:
    import formualizer as engine

    workbook = _workbook(book)
    workbook.set_changelog_enabled(False)  # nothing is undone here, and keeping track takes most of the time
    workbook.set_temporal_egress("serial")
    for sheet in [*book.sheets, NOWHERE.strip("'")]:
        workbook.add_sheet(sheet)
    _register(workbook, book.functions)
    spilled = {cell for place in book.arrays for cell in book.filled_by(place)}
    for first, block in _blocks(book.values, spilled):
        workbook.set_values_batch(*first, block)
    found: dict[Place, Any] = {}
    expanded: dict[Place, str] = {}
    unread: dict[Place, ErrorCell] = {}
    known = known_plain(book)
    formulas = dict(sorted(book.formulas.items()))  # whatever order the file has them in
    for place, formula in formulas.items():
        try:
            expanded[place] = plain_formulas.get(place) or plain_formula(formula, place, book, known)
        except CsmError as nowhere:
            unread[place] = ErrorCell(nowhere.code)
        except (engine.TokenizerError, engine.ParserError, ValueError):
            unread[place] = UNKNOWN
    shared = _shared(workbook, book, expanded)
    for place in formulas:
        if place in unread:
            found |= dict.fromkeys(book.filled_by(place), unread[place])
            continue
        try:
            workbook.set_formula(*place, _as_in_excel(expanded[place], place, book, shared))
        except (engine.TokenizerError, engine.ParserError, engine.ExcelEvaluationError, ValueError):
            found |= dict.fromkeys(book.filled_by(place), UNKNOWN)
        except RuntimeError as why:  # the engine's own, which has no class for it
            shown = CIRCULAR if "#CIRC!" in str(why) else UNKNOWN
            found |= dict.fromkeys(book.filled_by(place), shown)
    try:
        workbook.evaluate_all()
    except (
        engine.ExcelEvaluationError,
        RuntimeError,
    ):  # one formula is beyond the engine: nobody knows which
        return dict.fromkeys(book.filled(), UNKNOWN)
    for place in book.filled():
        if place not in found:
            found[place] = _result(workbook.get_value(*place))
    unknown = {
        cell
        for place, formula in expanded.items()
        if any(_strange(name) for name in called_functions(formula) if not book.functions.is_own(name))
        for cell in book.filled_by(place)
    } | {place for place, value in found.items() if value == UNKNOWN}
    return (
        found | dict.fromkeys(followers(book, named_areas(expanded), unknown) | unknown, UNKNOWN)
        if unknown
        else found
    )


def _shared(workbook: Any, book: Book, formulas: Mapping[Place, str]) -> SharedCalls:
    """What formulas over arrays have in common, put into the workbook once."""
    arrays = (formula for place, formula in formulas.items()
              if place in book.arrays and not book.functions.may_be_in(formula))  # fmt: skip
    shared = SharedCalls(arrays, _SHARED)
    if shared.formulas:
        sheet = _SHARED.strip("'")
        workbook.add_sheet(sheet)
        for column, formula in enumerate(shared.formulas, 1):
            workbook.set_formula(sheet, 1, column, formula)
    return shared


def _as_in_excel(formula: str, place: Place, book: Book, shared: SharedCalls) -> str:
    """A formula in plain references, put so that the engine does with it what Excel does.

    Errors: `ValueError` where that cannot be determined.
    """
    capitals = formula.upper()
    if "SUBTOTAL(" in capitals or "AGGREGATE(" in capitals:
        formula = seen(tokens(formula), partial(_seen_rows, book), partial(_area_of, place))
    if place not in book.arrays:  # it shows its first value and leaves its neighbours alone
        formula = intersected(tokens(formula)) if ":" in formula else formula
        return f"=@({formula[1:]})"
    if book.functions.may_be_in(formula):
        formula = rewritten(tokens(formula), address(place, book), book.functions)
    else:
        formula = shared.put(formula)
    if place in book.dynamic:
        return formula
    rows, columns = book.arrays[place]
    return f"={FILL}({rows},{columns},{formula[1:]})"


def _workbook(book: Book) -> Any:
    """An empty workbook of the engine. Without settings it takes twenty times as long, or worse, on a file of
    many INDIRECT.
    """
    import formualizer as engine

    settings = engine.EvaluationConfig()
    settings.date_system = "1904" if book.is_1904 else "1900"
    settings.enable_parallel = len(book.values) >= _MANY
    return engine.Workbook(config=engine.WorkbookConfig(eval_config=settings))


def _area_of(place: Place, reference: str) -> Area:
    return referred(f"={reference}", place.sheet)[0]


def _seen_rows(book: Book, area: Area, by_hand: bool) -> list[tuple[int, int]] | None:
    """The parts of an area that SUBTOTAL counts, by their first and last row; None for all of it.

    by_hand: whether it passes over rows that no filter hides, too.
    """
    sheet, top, _, bottom, _ = area
    gone = sorted(row for row in (book.hidden if by_hand else book.filtered).get(sheet, ())
                  if top <= row <= bottom)  # fmt: skip
    if not gone:
        return None
    ends = [top - 1, *gone, bottom + 1]
    return [(first + 1, last - 1) for first, last in pairwise(ends) if last - first > 1]


@cache
def _strange(function: str) -> bool:
    """Whether the engine does not know a function, though Excel may: it calls it a name without meaning."""
    import formualizer as engine

    trial = engine.Workbook()
    trial.add_sheet("trial")
    trial.set_formula("trial", 1, 1, f"={function}()")
    return bool(_result(trial.evaluate_cell("trial", 1, 1)) == ErrorCell("#NAME?"))


def _blocks(values: Mapping[Place, Any], spilled: Set[Place]) -> Iterator[tuple[Place, list[list[Any]]]]:
    """The cells as blocks: many at once are handed over in a fraction of the time.

    spilled: cells that an array formula fills, which must not be handed over as blank ones. On a sheet
    without any, rows under each other are one block though some end a few columns before the others.
    """
    import formualizer as engine

    text = engine.LiteralValue.text

    def given(value: Any) -> Any:
        if isinstance(value, ErrorCell):
            return engine.LiteralValue.error(_TEXTS.get(value.text, "Value"), value.text)
        return text(value) if isinstance(value, str) else plain(value)

    filling = {cell.sheet for cell in spilled}

    first, block, last = Place("", 0, 0), list[list[Any]](), Place("", 0, 0)
    for start, row in _runs(sorted(values.items(), key=itemgetter(0)), given, spilled, filling):
        beneath = (first.sheet, last.row + 1, first.column) == start and len(block) < _ROWS
        if beneath and (wider := len(row) - len(block[0])):
            if abs(wider) > _GAP or start.sheet in filling:
                beneath = False
            else:
                for short in block if wider > 0 else (row,):
                    short += [None] * abs(wider)
        if block and not beneath:
            yield first, block
        if not beneath:
            first, block = start, []
        block.append(row)
        last = start
    if block:
        yield first, block


def _runs(
    cells: Iterable[tuple[Place, Any]], given: Callable[[Any], Any], spilled: Set[Place], filling: Set[str]
) -> Iterator[tuple[Place, list[Any]]]:
    """Cells that are side by side, over small gaps, which stay blank.

    filling: the sheets of the spilled cells.
    """
    start, row, end = Place("", 0, 0), list[Any](), 0  # end: the column behind the row
    for place, value in cells:
        sheet, number, column = place
        if column != end or number != start.row or sheet != start.sheet:
            gap = column - end
            apart = gap > _GAP or number != start.row or sheet != start.sheet
            if apart or (sheet in filling and any(Place(sheet, number, at) in spilled
                                                  for at in range(end, column))):  # fmt: skip
                if row:
                    yield start, row
                start, row = place, []
                gap = 0
            row += [None] * gap
        row.append(value if type(value) is float else given(value))
        end = column + 1
    if row:
        yield start, row


def address(place: Place, book: Book) -> str:
    """The cells that a formula fills, as the memory of errors names them.

    >>> address(Place("Total Comp", 7, 2), Book(arrays={Place("Total Comp", 7, 2): (2, 1)}))
    'Total Comp!B7:B8'
    """
    *_, last = cells = book.filled_by(place)
    end = f":{letters(last.column)}{last.row}" if len(cells) > 1 else ""
    return f"{place.sheet}!{letters(place.column)}{place.row}{end}"


def _register(workbook: Any, own: OwnFunctions) -> None:
    def registered(function: Callable[..., Any]) -> Any:
        import formualizer as engine

        def answer(*arguments: Any) -> Any:
            try:
                result = function(*[_argument(argument) for argument in arguments])
            except CsmError as error:
                return engine.LiteralValue.error(_CODES[error.code], str(error))
            if isinstance(result, list):
                return [[_cell(value) for value in row] for row in result]
            return _cell(result)

        return answer

    own = own.remembering()
    functions: dict[str, Callable[..., Any]] = {IF: chosen, CALL: partial(called, own), FILL: filled}
    functions |= own.calls
    for name, function in functions.items():
        workbook.register_function(name, registered(function), min_args=0, max_args=None)


def _argument(value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(cell) for cell in value]
    return _result(value) if isinstance(value, dict) else value


def _cell(value: Any) -> Any:
    if isinstance(value, ErrorCell):
        import formualizer as engine

        return engine.LiteralValue.error(_TEXTS.get(value.text, "Value"), value.text)
    return "" if value is None else plain(value)


def _result(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return ErrorCell("#NUM!")  # what Excel shows for what is too large, or no number
    if isinstance(value, dict):
        kind = value.get("kind", "")
        if kind == "Circ":
            return CIRCULAR
        return ErrorCell(_KINDS[kind]) if kind in _KINDS else UNKNOWN
    return plain(value)
