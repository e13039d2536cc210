"""Checking a workbook: every figure that it keeps is computed again and compared.

Formulas, native and ``CSM_``, are recalculated and compared with their stored values. The engine runs
again on what the workbook's settings name; its lines are compared with the payout lines column by column,
and what a refresh writes elsewhere with what it would write now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from csm_xl import __version__
from csm_xl.errors import VALUE, CsmError, Issue, counted, listed
from csm_xl.workbook.operations.advice import refresh_command
from csm_xl.workbook.operations.check_outputs import in_words, output_sheets, output_tables
from csm_xl.workbook.operations.edited import EDITED, edited_inputs
from csm_xl.workbook.operations.laid_out import same_formula
from csm_xl.workbook.operations.newer_functions import newer_functions
from csm_xl.workbook.operations.proven import proof_of
from csm_xl.workbook.operations.refresh.core import Outcome, reckoned, with_time
from csm_xl.workbook.operations.refresh.incoming import waits
from csm_xl.workbook.operations.refresh.state import State, state_of
from csm_xl.workbook.operations.refresh.update import former_values, named_values
from csm_xl.workbook.operations.resaved import Resaved, resaved
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.page import Template
from csm_xl.workbook.sheets.log import LOG
from csm_xl.workbook.version import is_current, version_of
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.cells import unescaped
from csm_xl.xlsx.evaluate import CIRCULAR, UNKNOWN
from csm_xl.xlsx.followers import followers
from csm_xl.xlsx.mentions import mentions
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.proof.words import by_sheet, on_sheet
from csm_xl.xlsx.values import ErrorCell

_LISTED: Final = 8


def check(path: str | Path) -> list[Issue]:
    """Every cell of a workbook that is not what it must be; an empty list: every figure is right.

    path: an .xlsx or .xlsm file that `build` or a refresh wrote.
    Found are: a stored value that differs from what its formula gives; a formula without a stored
    value; an error; a cell of a calculated column that is no longer its formula; a payout line that is
    missing, is too much, or differs from the engine's in any column; figures of other sheets that a
    refresh would write otherwise; whatever is wrong with the input tables.
    What is wrong comes before what only follows from it, and formulas that only follow are reported together.
    A formula that csm_xl cannot calculate as Excel does is a note, one a sheet. What a save by a program
    without the ``CSM_`` functions changed is one finding, and a note where it means the same. A column or row
    that nobody reads is a note, and so is a finding that was accepted.
    Errors: a file that is no workbook.
    """
    package = Package(path)
    book = load(package)
    compared = compare(package, book)
    proof = proof_of(package, book, compared.template)
    computed = {**proof.values, **dict.fromkeys(proof.circular, CIRCULAR)}
    unstored = [place for place in computed if place not in book.stored and computed[place] != UNKNOWN]
    several = set(unstored) if len(unstored) > 1 else set()
    formulas = [one for one in formula_findings(book, computed, package.path) if one[0] not in several]
    traces = resaved(package, book)
    lost = [place for place, issue in formulas if issue.severity == "error" and place in traces.unproven]
    formulas = [one for one in formulas if one[0] not in set(lost)]
    return compared.with_formulas((
        *(_uncalculated(book, unstored, package) if several else ()),
        *resaved_findings(traces, lost, package.path),
    ), _collapsed(book, {issue.where for issue in compared.findings}, formulas), (
        *_not_checked((*proof.kept, *(one for one in proof.left if one not in computed))),
    ))  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """What is wrong in a workbook apart from the values of its formulas.

    version: a note where other code laid it out. findings: what was found, in order. state, outcome: the
    workbook as the engine reads it, and what it must show; None where nobody can be paid. template: what the
    builder would lay out now, where it is the same builder.
    """

    version: tuple[Issue, ...]
    findings: tuple[Issue, ...]
    state: State | None = None
    outcome: Outcome | None = None
    template: Template | None = None

    def with_formulas(
        self, saved: Iterable[Issue], formulas: Iterable[Issue], left: Iterable[Issue] = ()
    ) -> list[Issue]:
        """All findings, what is wrong before what only follows from it.

        saved: about the save of the file. formulas: about their values. left: what could not be checked.
        """
        found = self.findings
        return [
            *self.version,
            *(one for one in found if one.kind == EDITED),
            *saved,
            *(one for one in found if one.severity == "error" and one.kind != EDITED),
            *formulas,
            *(one for one in found if one.severity != "error"),
            *left,
        ]


def compare(package: Package, book: Book) -> Compared:
    """Everything of `check` but the values of formulas."""
    paid = _engine(package, book)
    found = (*_typed_errors(book), *_headers(book), *newer_functions(book), *paid.findings, *_columns(book))
    return replace(paid, version=tuple(_version(package)), findings=found)


def _not_checked(places: Iterable[Place]) -> Iterator[Issue]:
    """The cells whose stored value nothing here can confirm, one note a sheet."""
    for sheet, cells in by_sheet(places).items():
        them = "it" if len(cells) == 1 else "them"
        yield Issue(
            VALUE, f"{on_sheet(sheet, cells)} not checked: csm_xl cannot calculate {them} as Excel does",
            listed([str(cell) for cell in cells], _LISTED), None, "Excel calculates them when it opens "
                                                                  "the file.",
            "note")  # fmt: skip


def _mend(path: Path) -> str:
    return f"Refresh it: {refresh_command(path)}. If no input was changed, this cell was."


def _version(package: Package) -> Iterator[Issue]:
    version = version_of(package)
    if not is_current(version):
        said = f"version {version} of csm_xl" if version else "no version of csm_xl"
        yield Issue(
            VALUE,
            f"the sheets were made by {said}, but this is {__version__}: their captions"
            " and formulas are not compared with the current ones; values and payout lines are",
            "",
            None,
            "Build the workbook again to get the current sheets.",
            "note",
        )


def resaved_findings(traces: Resaved, lost: Sequence[Place], path: Path) -> Iterator[Issue]:
    """What a save by a program without the ``CSM_`` functions changed: a line for values, one for names."""
    program = f"{traces.program}, " if traces.program else ""
    if lost:
        yield Issue(
            VALUE, f"{counted(len(lost), 'cell')} that need CSM_ functions have lost their value: the file"
            f" was saved by {program}a program without these functions", "", None,
            f"Refresh it: {refresh_command(path)}.")  # fmt: skip
    if traces.respelled:
        yield Issue(
            VALUE, f"{traces.program or 'Another program'} saved this file and wrote the CSM_ functions of"
            f" {counted(len(traces.respelled), 'formula')} in lowercase, which means the same",
            "", None, f"A refresh restores them: {refresh_command(path)}.", "note")  # fmt: skip


def _typed_errors(book: Book) -> Iterator[Issue]:
    for place, value in book.values.items():
        if isinstance(value, ErrorCell):
            yield Issue(VALUE, "the cell holds an error", str(place), value.text, "Type the value.")


def _uncalculated(book: Book, places: Sequence[Place], package: Package) -> Iterator[Issue]:
    """The formulas without a stored value, as one finding: whoever saved the file calculated none."""
    program = package.application
    saved = f"; it was saved by {program}" if program and program != "Microsoft Excel" else ""
    lost = (
        " Openpyxl also drops sparklines and data bars: build the workbook again to restore them."
        if "openpyxl" in program.casefold()
        else ""
    )
    hint = f"Refresh it: {refresh_command(package.path)}. It keeps your inputs.{lost}"
    yield Issue(VALUE, f"{len(places):,} formula cells of {package.path.name} have no stored value{saved}",
                listed(map(str, places), _LISTED), None, hint)  # fmt: skip


def formula_findings(book: Book, computed: Mapping[Place, Any], path: Path) -> Iterator[tuple[Place, Issue]]:
    """Each formula's stored value against what it gives."""
    for place, value in computed.items():
        stored, where = book.stored.get(place), str(place)
        formula = book.formulas.get(place, "its formula")
        if value == UNKNOWN:
            yield place, Issue(VALUE, "the formula cannot be calculated here, so its value is not verified",
                               where, formula, "Use common spreadsheet functions.",
                               "warning")  # fmt: skip
        elif value == CIRCULAR:
            yield place, Issue(VALUE, "circular reference", where, formula, "Remove the circular reference.")
        elif place not in book.stored:
            yield place, Issue(VALUE, "the formula has no stored value", where, formula,
                               f"Refresh the workbook: {refresh_command(path)}.")  # fmt: skip
        elif not book.holds(place, value):
            kind = f"stored values of {place.sheet} differ from the recalculated ones"
            what = f"the stored value differs from the recalculated one, {in_words(value)}"
            yield place, Issue(VALUE, what, where, in_words(stored), _mend(path), kind=kind)
        elif isinstance(value, ErrorCell):
            yield place, Issue(VALUE, "the cell shows an error", where, value.text,
                               "Fix the cells it depends on.")  # fmt: skip


def _collapsed(book: Book, told: Iterable[str], formulas: Sequence[tuple[Place, Issue]]) -> Iterator[Issue]:
    """The findings about formulas; those that only follow from another finding, as one."""
    if not formulas:
        return
    areas = mentions(book).areas
    names = set(told)
    wrong = [place for place in (*book.values, *book.stored) if str(place) in names] if names else []
    wrong += [place for place, issue in formulas if issue.severity == "error"]
    follow = followers(book, areas, set(wrong) - set(book.formulas))
    roots = [place for place, issue in formulas if issue.severity == "error" and place not in follow]
    follow |= followers(book, areas, roots)
    yield from (issue for place, issue in formulas if issue.severity == "error" and place not in follow)
    rest = [place for place, issue in formulas if issue.severity == "error" and place in follow]
    if rest:
        cells = listed(map(str, rest), _LISTED)
        what = "1 formula follows" if len(rest) == 1 else f"{len(rest):,} formulas follow"
        yield Issue(VALUE, f"{what} from the findings above, and would show another value", cells, None,
                    "Fix that, and these are fixed.")  # fmt: skip
    yield from (issue for _, issue in formulas if issue.severity != "error")


def _headers(book: Book) -> Iterator[Issue]:
    """The cells that head the columns of a table: they say what the table calls them."""
    for region in book.tables.values():
        for column, header in enumerate(region.headers, region.first_column):
            place = Place(region.sheet, region.first_row, column)
            shown, wanted = book.values.get(place, book.stored.get(place)), unescaped(header)
            if "".join(str(shown).split()) != "".join(wanted.split()):
                yield Issue(VALUE, f"the cell is not the header of its column of {region.name}, {wanted!r}",
                            str(place), in_words(shown), f"Enter {wanted!r} there again.")  # fmt: skip


def _columns(book: Book) -> Iterator[Issue]:
    """Each cell of a calculated column: it must hold the column's formula."""
    for region in book.tables.values():
        one_blank = region.last_row == region.first_row + 1 and not any(
            Place(region.sheet, region.last_row, column) in book.values
            for column in range(region.first_column, region.last_column + 1)
        )
        if one_blank:
            continue  # a table without rows keeps one, and that has no formulas
        for header, formula in region.formulas:
            column = region.first_column + region.headers.index(header)
            for row in range(region.first_row + 1, region.last_row + 1):
                place = Place(region.sheet, row, column)
                if not same_formula(book.formulas.get(place, ""), formula):
                    found = book.formulas.get(place, book.values.get(place))
                    yield Issue(
                        VALUE,
                        f"the cell does not hold the formula of its column, {header}",
                        str(place),
                        in_words(found),
                        f"Copy the formula down again: ={formula}",
                    )


def _engine(package: Package, book: Book) -> Compared:
    """The engine's results against what the workbook keeps of them."""
    try:
        state = state_of(package, book)
        when = with_time([state.named.get("last_refresh"), *state.column(LOG, "when")][-1])
        outcome = reckoned(state, when if isinstance(when, datetime) else datetime(1900, 1, 1))
    except CsmError as error:
        return Compared((), error.issues)
    mend = _mend(package.path)
    template = outcome.template if is_current(state.version) else None
    found = (
        # What was said when people were paid is said again each time.
        *(replace(one, severity="note") for one in outcome.warnings),
        *_waiting(state, package.path),
        *edited_inputs(
            state,
            former_values(outcome.template) | named_values(outcome.template),
            outcome.lines,
            package.path,
        ),
        *output_tables(outcome.template, book, mend, template is not None),
        *(output_sheets(template, state, book, mend) if template is not None else ()),
    )
    return Compared((), found, state, outcome, template)


def _waiting(state: State, path: Path) -> Iterator[Issue]:
    """A note that something is pasted on the sheet Import and is in no table yet."""
    if state.paste is not None and waits(state):
        what = "what is pasted here is in no table yet, and nobody is paid from it"
        hint = f"Refresh the workbook: {refresh_command(path)}; or empty the paste."
        yield Issue(VALUE, what, str(state.paste.corner), None, hint, "note")
