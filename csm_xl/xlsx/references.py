"""What formulas refer to: structured references and names as plain references, and the areas of those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.xlsx.addresses import CELL, COLUMN, ROW, Place, corner, end_of, letters, quoted, span, unquoted
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.dependents import Area
from csm_xl.xlsx.formulas import copied
from csm_xl.xlsx.package import Region

_RANGE: Final = ("Operand", "Range")  # kind and sub-kind of a token
_LINK: Final = re.compile(r"\[(?!0\]!)[^\[\]]+\][^\[\]]|'[^\[']*\[[^\[\]]+\]")
"""How a reference to another workbook begins, by its number or by its name."""
NOWHERE: Final = "'nothing at all'"
_PREFIXES: Final = ("_xlfn.", "_xlws.", "_xludf.")
_BRACKETED: Final = re.compile(r"\[((?:'.|[^'\[\]])*)\]")
_HERE: Final = re.compile(r"(?<![\w'\])])!(?=[$A-Za-z0-9])")
"""What precedes a cell of the sheet where a name is used."""
_PLAIN_AREA: Final = re.compile(rf"(?:(?:'(?:[^']|'')+'|[\w.]+)!)?{CELL}(?::{CELL})?")
_MOST_KNOWN: Final = 20_000
"""Of a workbook with more formulas than this, none is kept in plain references."""
_NESTED: Final = 64
_LONGEST: Final = 100_000
"""How deeply names may be nested, and how many letters they may come to."""
_PLAIN: Final = re.compile(rf"{CELL}(?::{CELL})?|{COLUMN}:{COLUMN}|{ROW}:{ROW}")  # on its own sheet
_ESCAPE: Final = re.compile(r"'(.)")  # in a column's name a ' is before each of [ ] # '


def called_functions(formula: str) -> set[str]:
    """The functions that a formula calls."""
    return {_function(value)[:-1].upper() for value, kind, subtype in tokens(formula)
            if subtype == "Open" and kind == "Func"}  # fmt: skip


def is_link(reference: str) -> bool:
    """Whether a reference is one to another workbook, or to a name of one.

    >>> is_link("[1]Rates!$A$1"), is_link("'[rates.xlsx]Q1'!A1"), is_link("[1]!rate"), is_link("[0]!rate")
    (True, True, True, False)
    >>> is_link("tblPay[[#This Row],[Pay]]"), is_link("[2026]")
    (False, False)
    """
    return _LINK.match(reference) is not None


@lru_cache(maxsize=200_000)
def referred(formula: str, sheet: str) -> tuple[Area, ...]:
    """The areas that a formula with plain references names; one without a sheet is on the sheet given."""
    found: list[Area] = []
    for value, kind, subtype in tokens(formula):
        if (kind, subtype) == _RANGE:
            name, _, cells = value.rpartition("!")
            found.append(((unquoted(name) if name else sheet).casefold(), *span(cells)))
    return tuple(found)


def expand(formula: str, place: Place, book: Book, names: tuple[str, ...] = ()) -> str:
    """A formula with structured references and defined names as plain references.

    names: those within which the formula is.
    Errors: #N/A for a table or column that is not there. `ValueError` for a name that refers to itself, for
    a link to another workbook, and for a reference over several sheets.

    >>> from csm_xl.xlsx.own_functions import OwnFunctions
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
        # An empty argument: between two separators, after the opening bracket, or before the closing one.
        if calls and calls[-1] and f"{before}{value[-1]}" in ("(,", ",,", ",)"):
            parts.append(f"{NOWHERE}!A1")
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
    known = known_plain(book)
    for place, formula in book.formulas.items():
        # A formula that cannot be read has no known inputs.
        with suppress(CsmError, ValueError, engine.TokenizerError, engine.ParserError):
            found[place] = plain_formula(formula, place, book, known)
    return found


def plain_formula(formula: str, place: Place, book: Book, known: dict[tuple[Place, str], str]) -> str:
    """`expand`, unless it is among those of `known_plain`, to which it is added."""
    plain = known.get((place, formula))
    if plain is None:
        plain = known[place, formula] = expand(formula, place, book)
    return plain


def known_plain(book: Book) -> dict[tuple[Place, str], str]:
    """Formulas in plain references by cell and text, as found before where sheets, tables and names were the
    same. A workbook that is built, refreshed and checked is read several times.
    """
    if len(book.formulas) > _MOST_KNOWN:
        return {}
    found = _known(
        tuple(book.sheets), tuple(book.tables.items()), frozenset(book.names.items()),
        frozenset(book.own_names.items()), book.functions.prefix,
    )  # fmt: skip
    if len(found) > 2 * _MOST_KNOWN:
        found.clear()
    return found


@lru_cache(maxsize=4)
def _known(*meanings: object) -> dict[tuple[Place, str], str]:
    """An empty collection for each set of what references can mean; the latest few are kept."""
    return {}


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
    if is_link(text):
        raise ValueError("it reads from another workbook")
    if "[" in text and not text.startswith("[0]!"):
        return _structured(text, place, book)
    if text.casefold() in book.tables:
        return _structured(f"{text}[]", place, book)
    text = text.removeprefix("[0]!")  # this workbook itself
    sheet, _, name = text.rpartition("!")
    refers = name_meaning(text, place, book)
    if refers is None:
        on = unquoted(sheet)
        if sheet and sheet != NOWHERE and on not in book.sheets:
            known = {one.casefold() for one in book.sheets}
            if on.casefold() not in known:  # a chart or a sheet of macros, or several sheets
                raise ValueError(f"there is no worksheet {on}")
        return _in_order(text)
    key = name.casefold()
    if key in names or len(names) >= _NESTED:
        raise ValueError(f"the name {name} refers to itself")
    meant = expand(refers, place, book, (*names, key))[1:]
    if len(meant) > _LONGEST:
        raise ValueError(f"the name {name} is too long")
    return meant if _PLAIN_AREA.fullmatch(meant) else f"({meant})"


def name_meaning(text: str, place: Place, book: Book) -> str | None:
    """The formula that a defined name means in a cell; None for what is no name."""
    sheet, _, name = text.removeprefix("[0]!").rpartition("!")
    on = unquoted(sheet) if sheet else place.sheet
    key = name.casefold()
    refers = book.own_names.get((on.casefold(), key), book.names.get(key))
    if refers is None:
        return None
    # A name refers to cells as seen from A1; without a sheet before its ! it means that of the formula.
    refers = copied(refers.removeprefix("="), place.row - 1, place.column - 1, around=True)
    return f"={_HERE.sub(f'{quoted(on)}!', refers)}"


def _in_order(text: str) -> str:
    """A reference with its first corner first, as a copied formula may not have it.

    >>> _in_order("S!B$9:B2"), _in_order("S!$B$2:C9")
    ('S!B2:B$9', 'S!$B$2:C9')
    """
    sheet, mark, cells = text.rpartition("!")
    first, colon, last = cells.partition(":")
    if not colon or ":" in last:
        return text
    a, b = (end_of(one.replace("$", ""), False) for one in (first, last))
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
    known, spaced = _headers(region.headers)
    at = [
        known.get(said := column.casefold(), spaced.get(" ".join(said.split()), -1)) for column in columns
    ] or [0, len(region.headers) - 1]
    if -1 in at:
        raise CsmError(NOT_FOUND, f"table {region.name} has no column {' or '.join(columns)}", str(place))
    first, last = (region.first_column + offset for offset in (at[0], at[-1]))
    start = f"{quoted(region.sheet)}!${letters(first)}${rows[0]}"
    end = f"${letters(last)}${rows[1]}"
    return start if rows[0] == rows[1] and first == last else f"{start}:{end}"


@lru_cache(maxsize=1_000)
def _headers(headers: tuple[str, ...]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Where each header of a table is, in lowercase, and also however it is spaced."""
    known = [header.casefold() for header in headers]
    spaced = [" ".join(header.split()) for header in known]
    first, other = ({name: at for at, name in reversed(list(enumerate(names)))} for names in (known, spaced))
    return first, other


def _around(place: Place, regions: Iterable[Region]) -> Region | None:
    """The table that a cell is in: ``[Column]`` without a name means that one."""
    return next((region for region in regions if region.sheet == place.sheet
                 and region.first_row <= place.row <= region.last_row + region.totals
                 and region.first_column <= place.column <= region.last_column), None)  # fmt: skip


def _rows(items: Sequence[str], region: Region, place: Place) -> tuple[int, int] | None:
    """The first and the last row of parts of a table; None for a part that it does not have."""
    rows: Mapping[str, tuple[int, int]] = {
        "#all": (region.first_row + region.headless, region.last_row + region.totals),
        "#headers": (region.first_row, region.first_row),
        "#totals": (region.last_row + 1, region.last_row + region.totals),
        "#data": (region.first_row + 1, region.last_row),
        "#this row": (place.row, place.row),
    }
    if "#this row" in items and not region.first_row < place.row <= region.last_row:
        raise CsmError(VALUE, f"row {place.row} is not in table {region.name}", str(place))
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


@lru_cache(maxsize=20_000)
def _specifiers(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is in the brackets: the parts (``#all``) and the columns, one or the two ends of a span.

    >>> _specifiers("[[#This Row],[Pay (USD)]]"), _specifiers("[@Who]"), _specifiers("[[a]:[b]]")
    ((('#this row',), ('Pay (USD)',)), (('#this row',), ('Who',)), ((), ('a', 'b')))
    """
    body = text.strip()[1:-1].strip()
    this_row = body.startswith("@")
    body = body.removeprefix("@")
    words = _BRACKETED.findall(body) or ([body] if body else [])
    items = (*["#this row"] * this_row, *(word.lower() for word in words if word.startswith("#")))
    return items, tuple(_ESCAPE.sub(r"\1", word) for word in words if not word.startswith("#"))


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
    found = referred(f"={reference}", sheet)
    if len(found) != 1:
        raise ValueError(reference)
    return found[0]
