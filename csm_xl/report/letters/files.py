"""Plan letters as files: a PDF a person, and a Word document where it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from csm_xl.analysis.letter_pay.terms import YearTerms, asked_year, year_terms
from csm_xl.engine.loading import load
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.extras import require
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.filenames import safe_names
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.paper import LETTER, paper_of
from csm_xl.plan.tables import Tables
from csm_xl.report import words
from csm_xl.report.files import already_there, private_file, private_folder
from csm_xl.report.letterhead import letterhead_of
from csm_xl.report.letters.document import Letter
from csm_xl.report.letters.letter import Letters
from csm_xl.report.letters.pdf import pdf
from csm_xl.report.letters.word import docx
from csm_xl.report.style import glyphs

_WHAT = "plan letter"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter that was written: whose, of which plan and year, and where. word: the Word document, if any.
    warnings: what its font cannot show."""

    employee_id: str
    plan_id: str
    year: int
    dated: date
    fingerprint: str
    path: Path
    word: Path | None = None
    warnings: tuple[Issue, ...] = ()


def letters_of(
    tables: Tables, period: str | None, as_of: date | None, people: Iterable[str] | None = None
) -> tuple[Letters, list[YearTerms]]:
    """The letters of people, and the terms that each is about.

    tables: read and checked. period: the plan year, such as 2026; as_of: or the day whose terms are wanted.
    people: whose; None: everybody on a plan in the year.
    Errors: a period that is no year; people who are not on the roster, or on no plan then; all that stops
    anybody from being paid; nobody on a plan.
    """
    wanted = None if people is None else [words.one_line(str(name)) for name in people]
    found = load(tables)
    unknown = _unknown(found, wanted or ())
    if unknown:
        raise CsmError.of(unknown)
    year = None if period is None else asked_year(Calendar(found["periods"]), period)
    terms = year_terms(found, year, as_of.toordinal() if as_of else None, wanted)
    if not terms:
        raise CsmError(NOT_FOUND, "nobody is on a plan then", "--period", period or str(as_of),
                       "Choose another year or date.")  # fmt: skip
    return Letters(found, terms), terms


def write(
    tables: Tables,
    folder: str | Path,
    *,
    period: str | None = None,
    as_of: date | None = None,
    people: Collection[str] | None = None,
    paper: str = LETTER,
    word: bool = False,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Written]:
    """Write the plan letters of a plan year, in the order of the roster.

    tables, period, as_of, people: as for `letters_of`. folder: where they go; made, for its owner alone,
    where it is not there. paper: ``Letter`` or ``A4``. word: a .docx beside each PDF. force: replace letters
    that are there already. progress: called with the number done and the total. The same inputs give the same
    bytes.
    Errors, before anything is written: those of `letters_of`; files that are there already; a missing extra.
    """
    paper = paper_of(paper)
    if word:
        require("docx", "a letter as a Word document")
    letters, terms = letters_of(tables, period, as_of, people)
    ids = letters.tables["roster"].columns["employee_id"].tolist()
    target, safe = Path(folder), safe_names(ids)
    stems = {one.employee_id: target / f"plan_{one.year}_{safe[one.employee_id]}" for one in terms}
    ends = (".pdf", ".docx") if word else (".pdf",)
    there = [Path(f"{stem}{end}") for stem in stems.values() for end in ends]
    if not force and (issues := already_there(there, _WHAT)):
        raise CsmError.of(issues)
    company = letters.tables.company
    with words.styled(company):
        told = [letters.of(one) for one in terms]
    letterhead = letterhead_of(company)
    private_folder(target, _WHAT)
    done: list[Written] = []
    for number, (one, letter) in enumerate(zip(terms, told, strict=True), 1):
        path = Path(f"{stems[one.employee_id]}.pdf")
        beside = path.with_name(f"{path.stem}.docx") if word else None
        with words.styled(company):
            private_file(path, pdf(letter, paper, letterhead), _WHAT)
            if beside is not None:
                private_file(beside, docx(letter, paper, letterhead), _WHAT)
        done.append(Written(one.employee_id, letter.plan_id, one.year, letter.dated, letter.fingerprint, path,
                            beside, tuple(_not_shown(letter))))  # fmt: skip
        if progress is not None:
            progress(number, len(terms))
    return done


def _unknown(tables: Tables, wanted: Collection[str]) -> list[Issue]:
    ids = tables["roster"].columns["employee_id"].tolist()
    return [
        Issue(NOT_FOUND, "the employee is not on the roster", "employee_id", name,
              did_you_mean(name, ids) or "Give an employee_id of the roster.")
        for name in wanted if name not in ids
    ]  # fmt: skip


def _not_shown(letter: Letter) -> list[Issue]:
    """Characters that the font of the PDF lacks; they are there as their codes."""
    lacking = words.missing("".join(letter.texts()), glyphs())
    if not lacking:
        return []
    codes = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacking[:5])
    where = f"plan letter of {words.plain(letter.employee_id)}"
    hint = "Its code is shown instead, as in [U+6F22]."
    return [Issue(VALUE, f"the PDF cannot show {codes}", where, None, hint, "warning")]
