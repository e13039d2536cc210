"""What a test process has read or calculated before, it takes from memory.

Hundreds of tests build, refresh and check workbooks. Most sheets that they read are those of the test before,
letter by letter, and so are a third of the workbooks that they calculate. What is asked is compared whole,
and an answer is a copy. `pytest --anew` reads and calculates everything each time.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, replace
from functools import partial
from operator import itemgetter
from typing import Any

from csm_xl.workbook.own_functions import OURS
from csm_xl.xlsx import evaluate, package
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.cells import Cells
from csm_xl.xlsx.serial_dates import plain

MOST_SHEETS = 400
MOST_WORKBOOKS = 40


class Latest(OrderedDict[Hashable, Any]):
    """The latest few answers, by what was asked."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def keep(self, asked: Hashable, answer: Any) -> None:
        self[asked] = answer
        if len(self) > self.most:
            self.popitem(last=False)


class Watched:
    """The worksheet functions, and what they do that a remembered answer would lack.

    said: calls of functions that depend on more than their arguments, with their results. failed: the
    functions that raised an error, which is noted elsewhere.
    """

    def __init__(self) -> None:
        self.said: list[tuple[str, tuple[Any, ...], Any]] = []
        self.failed: list[str] = []
        self.calls = {name: partial(self._call, name) for name in OURS.calls}

    def _call(self, name: str, *given: Any) -> Any:
        try:
            answer = OURS.calls[name](*given)
        except Exception:
            self.failed.append(name)
            raise
        if name in OURS.unsettled:
            self.said.append((name, given, answer))
        return answer


def remember() -> None:
    """Take sheets and workbooks from memory where this process has read or calculated them."""
    package.read_cells = remembered_sheets(package.read_cells)  # type: ignore[attr-defined]
    evaluate._evaluated = remembered_workbooks(evaluate._evaluated)


def remembered_sheets(read: Callable[[package.Package, str], Cells]) -> Callable[..., Cells]:
    known = Latest(MOST_SHEETS)

    def read_cells(source: package.Package, sheet: str) -> Cells:
        with source.opened(source.sheets[sheet]) as part:
            asked = (sheet, part.read(), tuple(source.texts), repr(source.dates))
        if asked not in known:
            known.keep(asked, read(source, sheet))
        cells = known[asked]
        return Cells(**{field.name: copy.copy(getattr(cells, field.name)) for field in fields(Cells)})

    return read_cells


def remembered_workbooks(calculate: Callable[..., dict[Place, Any]]) -> Callable[..., dict[Place, Any]]:
    known, watched = Latest(MOST_WORKBOOKS), Watched()

    def evaluated(book: Book, plain_formulas: Mapping[Place, str]) -> dict[Place, Any]:
        if book.functions.calls is not OURS.calls:
            return calculate(book, plain_formulas)
        asked = content(book)
        if asked in known:
            values, said = known[asked]
            if all(OURS.calls[name](*given) == answer for name, given, answer in said):
                return {cell: values[cell] for cell in book.filled()}
        watched.said, watched.failed = [], []
        functions = replace(book.functions, calls=watched.calls)
        values = calculate(replace(book, functions=functions), plain_formulas)
        if not watched.failed:
            known.keep(asked, (dict(values), watched.said))
        return values

    return evaluated


def content(book: Book) -> Hashable:
    """Everything of a workbook that its values depend on, in whatever order the file has its cells. A 1 is no
    TRUE, so that values are compared as they are written; it is a 1.0, as for the calculation."""
    cells = sorted(book.values.items(), key=itemgetter(0))
    return (
        tuple(place for place, _ in cells), tuple(repr(plain(value)) for _, value in cells),
        tuple(book.sheets), book.is_1904, tuple(sorted(book.dynamic)),
        *(tuple(sorted(one.items())) for one in (book.formulas, book.arrays)),
        *(tuple(one.items()) for one in (book.tables, book.names, book.own_names, book.hidden,
                                         book.filtered)),
    )  # fmt: skip
