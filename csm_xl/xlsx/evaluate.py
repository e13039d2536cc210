"""A workbook recalculated without Excel: native formulas by a real spreadsheet engine, a workbook's own
functions by whoever hands them over.

The engine is formualizer. What it does not know is put into what it does before it sees a formula:
structured references and defined names become plain references, and a left-out argument of an own
function becomes a reference to a cell that is always empty.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, CsmError
from csm_xl.xlsx.addresses import letters, quoted
from csm_xl.xlsx.array_calls import CALL, FILL, IF, called, chosen, filled, rewritten
from csm_xl.xlsx.cells import LAST_COLUMN, LAST_ROW, number_of
from csm_xl.xlsx.dependents import Area, Dependents
from csm_xl.xlsx.formulas import copied, corner
from csm_xl.xlsx.number_formats import DAYS_TO_1904
from csm_xl.xlsx.one_cell import intersected, seen
from csm_xl.xlsx.own_functions import NONE, OwnFunctions
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.serial_dates import EPOCH_1900
from csm_xl.xlsx.values import ErrorCell

UNKNOWN: Final = ErrorCell("#UNKNOWN!")
"""What cannot be calculated here: Excel knows a function that the engine does not, or an extra is missing."""
CIRCULAR: Final = ErrorCell("#CIRCULAR!")
"""A formula that needs its own result."""

_KINDS: Final = {
    "Null": "#NULL!", "Div": "#DIV/0!", "Value": "#VALUE!", "Ref": "#REF!", "Name": "#NAME?", "Num": "#NUM!",
    "Na": "#N/A", "Spill": "#SPILL!", "Calc": "#CALC!",
}  # fmt: skip
_TEXTS: Final = {text: kind for kind, text in _KINDS.items()}
_CODES: Final = {VALUE: "Value", NOT_FOUND: "Na", ARITHMETIC: "Num"}
_RANGE: Final = ("Operand", "Range")  # kind and sub-kind of a token
_FOREIGN: Final = re.compile(r"'?\[[1-9]\d*\]")  # the number of another workbook that a formula refers to
_NOWHERE: Final = "'csm_xl nothing'"
_PREFIXES: Final = ("_xlfn.", "_xlws.", "_xludf.")
_BRACKETED: Final = re.compile(r"\[((?:'.|[^'\[\]])*)\]")
_HERE: Final = re.compile(r"(?<![\w'\])])!(?=[$A-Za-z0-9])")
"""What stands before a cell of the sheet where a name is used."""
_PLAIN_AREA: Final = re.compile(
    r"(?:(?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?\Z"
)
_NESTED: Final = 64
_LONGEST: Final = 100_000
"""How deep names may stand within names, and how many letters they may come to."""
_GAP: Final = 16  # blank columns between two cells that are handed over together
_PLAIN: Final = re.compile(
    r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}(?::\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6})?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[1-9]\d{0,6}:\$?[1-9]\d{0,6}"
)  # cells, whole columns or whole rows
_ESCAPE: Final = re.compile(r"'(.)")  # in a column's name the letters [ ] # ' stand behind a '


class Place(NamedTuple):
    """A cell: its sheet, and its row and column counted from 1.

    >>> str(Place("Total Comp", 7, 2))
    "'Total Comp'!B7"
    """

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{quoted(self.sheet)}!{letters(self.column)}{self.row}"


@dataclass
class Book:
    """What a recalculation needs of a workbook.

    values: the typed cells. formulas: the formulas, with ``=``; a formula that fills several cells
    stands at the first, and `arrays` has its rows and columns; `dynamic` are those of them that fill no more
    cells than their result has, the others fill all of theirs. stored: the values that the file keeps
    for formula cells. tables: name → place; names: defined name → what it refers to. own_names: sheet and
    defined name → what it refers to on that sheet. hidden: sheet → the rows that nobody sees; filtered: those
    of them that a filter hides. Sheets and names are casefolded. is_1904: numbers of days count from 1904.
    as_displayed: the workbook calculates with what its cells show, which only Excel can. iterates: it
    calculates in circles, from what was there before. unreadable: cells whose stored value is none → what is
    wrong with it. functions: what its formulas call beyond the functions of every spreadsheet.
    """

    sheets: list[str] = field(default_factory=list)
    values: dict[Place, Any] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    arrays: dict[Place, tuple[int, int]] = field(default_factory=dict)
    dynamic: set[Place] = field(default_factory=set)
    stored: dict[Place, Any] = field(default_factory=dict)
    tables: dict[str, Region] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    own_names: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    filtered: dict[str, frozenset[int]] = field(default_factory=dict)
    is_1904: bool = False
    as_displayed: bool = False
    iterates: bool = False
    unreadable: dict[Place, str] = field(default_factory=dict)
    functions: OwnFunctions = NONE

    def filled(self) -> list[Place]:
        """Every cell that a formula gives a value, in order."""
        return [cell for place in self.formulas for cell in self.filled_by(place)]

    def filled_by(self, place: Place) -> list[Place]:
        """The cells that one formula fills."""
        rows, columns = self.arrays.get(place, (1, 1))
        return [
            Place(place.sheet, place.row + down, place.column + across)
            for down in range(rows)
            for across in range(columns)
        ]


def load(package: Package, functions: OwnFunctions = NONE, as_filed: bool = False) -> Book:
    """The cells, formulas and stored values of a workbook file.

    functions: what its formulas may call. as_filed: days count as the file counts them, which may be from
    1904; else they count from 1900. Own functions count from 1900: a workbook that calls them is read so.
    """
    book = Book(list(package.sheets), functions=functions)
    book.tables = {region.name.casefold(): region for region in package.tables()}
    book.names = {name.casefold(): refers for name, refers in package.names.items()}
    book.own_names = {(sheet.casefold(), name.casefold()): refers
                      for (sheet, name), refers in package.sheet_names.items()}  # fmt: skip
    book.as_displayed = package.as_displayed
    book.iterates = package.iterates
    dates = package.dates
    book.is_1904 = (
        as_filed
        and dates.is_1904
        and not any(
            functions.may_be_in(formula)
            for sheet in book.sheets
            for formula in package.cells(sheet).formulas.values()
        )
    )
    later = DAYS_TO_1904 if dates.is_1904 and not book.is_1904 else 0
    for sheet in book.sheets:
        cells = package.cells(sheet)
        book.hidden[sheet.casefold()] = frozenset(cells.hidden)
        book.filtered[sheet.casefold()] = _filtered(package, sheet)
        book.unreadable |= {Place(sheet, *at): why for at, why in cells.unreadable.items()}
        for at, formula in cells.formulas.items():
            book.formulas[Place(sheet, *at)] = formula
        for at, size in cells.arrays.items():
            book.arrays[Place(sheet, *at)] = size
        book.dynamic.update(Place(sheet, *at) for at in cells.dynamic)
        given = {(sheet, *at) for at in cells.formulas}
        given.update(cell for at in cells.arrays for cell in book.filled_by(Place(sheet, *at)))
        for (row, column), value in cells.values.items():
            place = Place(sheet, row, column)
            number = cells.numbers.get((row, column))
            if number is not None:  # as it stands in the file, but where the days count otherwise
                value = number + (later if later and isinstance(value, (date, ErrorCell)) else 0)
            (book.stored if place in given else book.values)[place] = plain(value)
        for at in cells.arrays.keys() & cells.values.keys():
            # Beside the first cell, a text of no letters is a cell that a file leaves out.
            for cell in book.filled_by(Place(sheet, *at)):
                book.stored.setdefault(cell, "")
    return book


def _filtered(package: Package, sheet: str) -> frozenset[int]:
    """The rows of a sheet that a filter hides, of the sheet itself or of one of its tables."""
    cells = package.cells(sheet)
    if not cells.hidden:
        return frozenset()
    rows = [
        _referred(f"={area}", sheet)[0] for area in [*cells.filters, *package.table_filters(sheet)] if area
    ]
    return frozenset(row for row in cells.hidden if any(top <= row <= last for _, top, _, last, _ in rows))


def plain(value: Any) -> Any:
    """A cell's value as the engine compares it: dates as serials of the 1900 system, errors as such."""
    if type(value) is float:
        return value
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return float(value.toordinal() - EPOCH_1900) + seconds / 86400
    if isinstance(value, date):
        return float(value.toordinal() - EPOCH_1900)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


def recalculate(book: Book) -> dict[Place, Any]:
    """The value of every formula cell: a number, text, boolean or `ErrorCell`; dates as serials.

    A formula that cannot be read is `UNKNOWN`, as is one that is `unmet`; a circular one is `CIRCULAR`.
    """
    import formualizer as engine

    if book.as_displayed:
        return dict.fromkeys(book.filled(), UNKNOWN)
    workbook = _workbook(book)
    workbook.set_changelog_enabled(False)  # nothing is undone here, and keeping track takes most of the time
    workbook.set_temporal_egress("serial")
    for sheet in [*book.sheets, _NOWHERE.strip("'")]:
        workbook.add_sheet(sheet)
    _register(workbook, book.functions)
    spilled = {cell for place in book.arrays for cell in book.filled_by(place)}
    for first, block in _blocks(book.values, spilled):
        workbook.set_values_batch(*first, block)
    found: dict[Place, Any] = {}
    expanded: dict[Place, str] = {}
    for place, formula in book.formulas.items():
        try:
            if _foreign(formula):
                found |= dict.fromkeys(book.filled_by(place), UNKNOWN)
                continue
            expanded[place] = plain_formula = expand(formula, place, book)
            if plain_formula != formula and _foreign(plain_formula):  # by a name
                raise ValueError("it reads from another workbook")
            workbook.set_formula(*place, _as_in_excel(plain_formula, place, book))
        except CsmError as nowhere:
            found |= dict.fromkeys(book.filled_by(place), ErrorCell(nowhere.code))
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
        if any(_strange(name) for name in _called(formula) if not book.functions.is_own(name))
        for cell in book.filled_by(place)
    } | {place for place, value in found.items() if value == UNKNOWN}
    unknown |= unmet(book).keys()
    return found | dict.fromkeys(followers(book, expanded, unknown) | unknown, UNKNOWN) if unknown else found


def _as_in_excel(formula: str, place: Place, book: Book) -> str:
    """A formula in plain references, put so that the engine does with it what Excel does.

    Errors: `ValueError` where that cannot be told.
    """
    capitals = formula.upper()
    if "SUBTOTAL(" in capitals or "AGGREGATE(" in capitals:
        formula = seen(tokens(formula), partial(_seen_rows, book), partial(_area_of, place))
    if place not in book.arrays:  # it shows its first value and leaves its neighbours alone
        formula = intersected(tokens(formula)) if ":" in formula else formula
        return f"=@({formula[1:]})"
    if book.functions.may_be_in(formula):
        formula = rewritten(tokens(formula), address(place, book), book.functions)
    if place in book.dynamic:
        return formula
    rows, columns = book.arrays[place]
    return f"={FILL}({rows},{columns},{formula[1:]})"


def _workbook(book: Book) -> Any:
    import formualizer as engine

    if not book.is_1904:
        return engine.Workbook()
    settings = engine.EvaluationConfig()
    settings.date_system = "1904"
    return engine.Workbook(config=engine.WorkbookConfig(eval_config=settings))


def _area_of(place: Place, reference: str) -> Area:
    return _referred(f"={reference}", place.sheet)[0]


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


def unmet(book: Book) -> dict[Place, str]:
    """The formula cells that cannot be calculated because a function that they call, or a cell that they
    depend on, is not there on this machine → the name of that function.
    """
    lacking = book.functions.lacking()
    expanded = plainly(book) if lacking else {}
    found: dict[Place, str] = {}
    for name in lacking:
        calling = {cell for place, formula in expanded.items() if name in _called(formula)
                   for cell in book.filled_by(place)}  # fmt: skip
        found |= dict.fromkeys(sorted(calling | followers(book, expanded, calling)), name)
    return found


@cache
def _strange(function: str) -> bool:
    """Whether the engine does not know a function, though Excel may: it calls it a name without meaning."""
    import formualizer as engine

    trial = engine.Workbook()
    trial.add_sheet("trial")
    trial.set_formula("trial", 1, 1, f"={function}()")
    return bool(_result(trial.evaluate_cell("trial", 1, 1)) == ErrorCell("#NAME?"))


def _called(formula: str) -> set[str]:
    """The functions that a formula calls."""
    return {_function(value)[:-1].upper() for value, kind, subtype in tokens(formula)
            if subtype == "Open" and kind == "Func"}  # fmt: skip


def followers(book: Book, expanded: Mapping[Place, str], cells: Iterable[Place]) -> set[Place]:
    """The formula cells that depend on some cells, however far.

    expanded: each formula with plain references, as `expand` gives it.
    """
    sources = {place: _referred(formula, place.sheet) for place, formula in expanded.items()}
    dependents = Dependents(sources)
    fresh = set(cells)
    found = set(fresh)
    while fresh:
        reached = dependents.next((one.sheet.casefold(), one.row, one.column) for one in fresh)
        fresh = {cell for place in reached for cell in book.filled_by(place)} - found
        found |= fresh
    return found.difference(cells)


def direct_followers(expanded: Mapping[Place, str], cells: Iterable[Place]) -> set[Place]:
    """The formulas that name one of some cells.

    expanded: each formula with plain references, as `expand` gives it.
    """
    dependents = Dependents({place: _referred(formula, place.sheet) for place, formula in expanded.items()})
    return set(dependents.next((one.sheet.casefold(), one.row, one.column) for one in cells))


def _foreign(formula: str) -> bool:
    """Whether a formula reads from another workbook."""
    return any(_FOREIGN.match(value) for value, kind, subtype in tokens(formula) if (kind, subtype) == _RANGE)


def _referred(formula: str, sheet: str) -> list[Area]:
    """The areas that a formula names."""
    found = []
    for value, kind, subtype in tokens(formula):
        if (kind, subtype) == _RANGE:
            name, _, cells = value.rpartition("!")
            on = (name.strip("'").replace("''", "'") if name else sheet).casefold()
            first, _, last = cells.replace("$", "").partition(":")
            (top, left), (bottom, right) = _corner(first, False), _corner(last or first, True)
            found.append((on, top, left, bottom, right))
    return found


def _corner(reference: str, last: bool) -> tuple[int, int]:
    """Row and column of one end of a reference; of a whole row or column, the end of it."""
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    name = reference[: len(reference) - len(digits)]
    row = int(digits) if digits.isdecimal() else (LAST_ROW if last else 1)
    return row, number_of(name.upper()) if name and len(name) < 4 else (LAST_COLUMN if last else 1)


def _blocks(
    values: Mapping[Place, Any], spilled: Container[Place]
) -> Iterator[tuple[Place, list[list[Any]]]]:
    """The cells as blocks: many at once are handed over in a fraction of the time.

    spilled: cells that an array formula fills, which must not be handed over as blank ones.
    """
    import formualizer as engine

    def given(value: Any) -> Any:
        if isinstance(value, ErrorCell):
            return engine.LiteralValue.error(_TEXTS.get(value.text, "Value"), value.text)
        return engine.LiteralValue.text(value) if isinstance(value, str) else plain(value)

    first, block, last = Place("", 0, 0), list[list[Any]](), Place("", 0, 0)
    for start, row in _runs(sorted(values.items(), key=itemgetter(0)), given, spilled):
        beneath = (first.sheet, last.row + 1, first.column) == start and len(row) == len(block[0])
        if block and not beneath:
            yield first, block
        if not beneath:
            first, block = start, []
        block.append(row)
        last = start
    if block:
        yield first, block


def _runs(
    cells: Iterable[tuple[Place, Any]], given: Callable[[Any], Any], spilled: Container[Place]
) -> Iterator[tuple[Place, list[Any]]]:
    """Cells that stand side by side, over small gaps, which stay blank."""
    start, row = Place("", 0, 0), list[Any]()
    for place, value in cells:
        end = start.column + len(row)
        gap = place.column - end
        between = (Place(place.sheet, place.row, column) for column in range(end, place.column))
        if place[:2] != start[:2] or gap > _GAP or any(cell in spilled for cell in between):
            if row:
                yield start, row
            start, row = place, []
            gap = 0
        row += [None] * gap
        row.append(given(value))
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


def expand(formula: str, place: Place, book: Book, names: tuple[str, ...] = ()) -> str:
    """A formula with structured references and defined names as plain references.

    names: those within which the formula stands.
    Errors: #N/A for a table or column that is not there. `ValueError` for a name that refers to itself.

    >>> table = Region("tblPay", "Pay", 1, 1, 3, ("Who", "Pay (USD)"))
    >>> book = Book(["Pay"], tables={"tblpay": table}, functions=OwnFunctions("CSM_"))
    >>> expand("=SUM(tblPay[Pay (USD)])-tblPay[[#This Row],[Pay (USD)]]", Place("Pay", 2, 3), book)
    '=SUM(Pay!$B$2:$B$3)-Pay!$B$2'
    >>> expand("=CSM_PAYCURVE(1,tblPay[#All],,,,)", Place("Pay", 2, 3), book)[:22]
    '=CSM_PAYCURVE(1,Pay!$A'
    """
    parts = ["="]
    calls: list[bool] = []  # for each open bracket, whether it is a call of an own function
    before = ""
    for value, kind, subtype in tokens(formula):
        if kind == "Whitespace" and calls and calls[-1]:
            continue
        # Nothing stands between two separators, after the opening bracket, or before the closing one.
        if calls and calls[-1] and f"{before}{value[-1]}" in ("(,", ",,", ",)"):
            parts.append(f"{_NOWHERE}!A1")
        if subtype == "Open":
            calls.append(book.functions.is_own(_function(value).upper()))
            value = _function(value)
        elif subtype == "Close" and calls:
            calls.pop()
        elif kind == "Operand" and subtype == "Range":
            value = _reference(value, place, book, names)
        parts.append(value)
        before = value[-1:]
    return "".join(parts)


def plainly(book: Book) -> dict[Place, str]:
    """Every formula with plain references, but those that cannot be read or refer to what is not there."""
    import formualizer as engine

    found = {}
    for place, formula in book.formulas.items():
        # A formula that cannot be read follows from nothing that could be told.
        with suppress(CsmError, ValueError, engine.TokenizerError, engine.ParserError):
            found[place] = expand(formula, place, book)
    return found


@cache
def tokens(formula: str) -> tuple[tuple[str, str, str], ...]:
    """The parts of a formula: text, kind and sub-kind of each.

    Errors: those of the engine, of a formula that cannot be read.
    """
    import formualizer as engine

    return tuple(
        (token.value, str(token.token_type).rpartition(".")[2], str(token.subtype).rpartition(".")[2])
        for token in engine.Tokenizer(formula if formula.startswith("=") else f"={formula}").tokens()
    )


def _function(opening: str) -> str:
    for prefix in _PREFIXES:
        opening = opening.removeprefix(prefix)
    return opening


def _reference(text: str, place: Place, book: Book, names: tuple[str, ...]) -> str:
    if "[" in text and not text.startswith("[0]!"):
        return _structured(text, place, book)
    if text.casefold() in book.tables:
        return _structured(f"{text}[]", place, book)
    text = text.removeprefix("[0]!")  # this workbook itself
    sheet, _, name = text.rpartition("!")
    on = sheet.strip("'").replace("''", "'") if sheet else place.sheet
    at = on.casefold(), name.casefold()
    referred = book.own_names.get(at, book.names.get(at[1]))
    if referred is None:
        if sheet and sheet != _NOWHERE and on not in book.sheets:
            known = {one.casefold() for one in book.sheets}
            if at[0] not in known:  # a chart or a sheet of macros, or several sheets
                raise ValueError(f"there is no worksheet {on}")
        return _in_order(text)
    if at[1] in names or len(names) >= _NESTED:
        raise ValueError(f"the name {name} refers to itself")
    # A name refers to cells as seen from A1; without a sheet before its ! it means that of the formula.
    referred = copied(referred.removeprefix("="), place.row - 1, place.column - 1, around=True)
    meant = expand(f"={_HERE.sub(f'{quoted(on)}!', referred)}", place, book, (*names, at[1]))[1:]
    if len(meant) > _LONGEST:
        raise ValueError(f"the name {name} is too long")
    return meant if _PLAIN_AREA.match(meant) else f"({meant})"


def _in_order(text: str) -> str:
    """A reference with its first corner first, as a copied formula may not have it.

    >>> _in_order("S!B$9:B2"), _in_order("S!$B$2:C9")
    ('S!B2:B$9', 'S!$B$2:C9')
    """
    sheet, mark, cells = text.rpartition("!")
    first, colon, last = cells.partition(":")
    if not colon or ":" in last:
        return text
    a, b = (_corner(one.replace("$", ""), False) for one in (first, last))
    if a[0] <= b[0] and a[1] <= b[1]:
        return text
    start, end = corner(first), corner(last)
    if start is None or end is None:
        return (
            f"{sheet}{mark}{last}:{first}" if a >= b and (first + last).replace("$", "").isalnum() else text
        )
    if start.row > end.row:
        start, end = (start._replace(row=end.row, row_fixed=end.row_fixed),
                      end._replace(row=start.row, row_fixed=start.row_fixed))  # fmt: skip
    if start.column > end.column:
        start, end = (start._replace(column=end.column, column_fixed=end.column_fixed),
                      end._replace(column=start.column, column_fixed=start.column_fixed))  # fmt: skip
    return f"{sheet}{mark}{start}:{end}"


def _structured(text: str, place: Place, book: Book) -> str:
    name, _, inner = text.partition("[")
    region = book.tables.get(name.casefold()) if name else _around(place, book.tables.values())
    if region is None:
        raise CsmError(NOT_FOUND, f"there is no table {name}", str(place))
    items, columns = _specifiers("[" + inner)
    rows = _rows(items, region, place)
    if rows is None:
        return "#REF!"
    known = [header.casefold() for header in region.headers]
    spaced = [" ".join(header.split()) for header in known]
    try:
        at = [
            known.index(said)
            if (said := column.casefold()) in known
            else spaced.index(" ".join(said.split()))
            for column in columns
        ] or [0, len(known) - 1]
    except ValueError:
        raise CsmError(
            NOT_FOUND, f"table {region.name} has no column {' or '.join(columns)}", str(place)
        ) from None
    first, last = (region.first_column + offset for offset in (at[0], at[-1]))
    start = f"{quoted(region.sheet)}!${letters(first)}${rows[0]}"
    end = f"${letters(last)}${rows[1]}"
    return start if rows[0] == rows[1] and first == last else f"{start}:{end}"


def _around(place: Place, regions: Iterable[Region]) -> Region | None:
    """The table in which a cell stands: ``[Column]`` without a name means that one."""
    return next((region for region in regions if region.sheet == place.sheet
                 and region.first_row <= place.row <= region.last_row + region.totals
                 and region.first_column <= place.column <= region.last_column), None)  # fmt: skip


def _rows(items: list[str], region: Region, place: Place) -> tuple[int, int] | None:
    """The first and the last row of parts of a table; None for a part that it does not have."""
    rows: Mapping[str, tuple[int, int]] = {
        "#all": (region.first_row + region.headless, region.last_row + region.totals),
        "#headers": (region.first_row, region.first_row),
        "#totals": (region.last_row + 1, region.last_row + region.totals),
        "#data": (region.first_row + 1, region.last_row),
        "#this row": (place.row, place.row),
    }
    lacks = {"#headers"} if region.headless else set()
    lacks |= set() if region.totals else {"#totals"}
    if items and lacks.issuperset(items):
        return None
    chosen = [rows[item] for item in items if item in rows and item not in lacks]
    items = [item for item in items if item not in lacks]
    if len(chosen) != len(items):
        raise CsmError(NOT_FOUND, f"table {region.name} has no part {' or '.join(items)}", str(place))
    if not chosen:
        return rows["#data"]
    return min(start for start, _ in chosen), max(end for _, end in chosen)


def _specifiers(text: str) -> tuple[list[str], list[str]]:
    """What stands in the brackets: the parts (``#all``) and the columns, one or the two ends of a span.

    >>> _specifiers("[[#This Row],[Pay (USD)]]"), _specifiers("[@Who]"), _specifiers("[[a]:[b]]")
    ((['#this row'], ['Pay (USD)']), (['#this row'], ['Who']), ([], ['a', 'b']))
    """
    body = text.strip()[1:-1].strip()
    this_row = body.startswith("@")
    body = body.removeprefix("@")
    words = _BRACKETED.findall(body) or ([body] if body else [])
    items = ["#this row"] if this_row else []
    items += [word.lower() for word in words if word.startswith("#")]
    return items, [_ESCAPE.sub(r"\1", word) for word in words if not word.startswith("#")]


def is_plain(reference: str) -> bool:
    """Whether a reference names cells, whole columns or whole rows, on its own sheet.

    >>> is_plain("$A$1:B7"), is_plain("A:B"), is_plain("Pay!A1"), is_plain("total")
    (True, True, False, False)
    """
    return _PLAIN.fullmatch(reference) is not None


def area_of(reference: str, sheet: str) -> Area:
    """The area that a plain reference names; one without a sheet is on the sheet that is given.

    Errors: `ValueError` for anything else.

    >>> area_of("Pay!$B$2:C9", "Notes"), area_of("A:A", "Notes")[1:]
    (('pay', 2, 2, 9, 3), (1, 1, 1048576, 1))
    """
    named, _, cells = reference.rpartition("!")
    if not is_plain(cells) or ":" in named or "[" in named:
        raise ValueError(reference)
    found = _referred(f"={reference}", sheet)
    if len(found) != 1:
        raise ValueError(reference)
    return found[0]
