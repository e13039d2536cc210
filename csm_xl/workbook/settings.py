"""The settings of a workbook: what its Control sheet asks a person, and what a refresh does with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.plan import cells
from csm_xl.plan.company import NAMES, TEXTS, company_table
from csm_xl.plan.decisions import accepted_table, split_typed, typed_choices
from csm_xl.plan.number_style import DATE_STYLES, NUMBER_STYLES, STYLES, usual
from csm_xl.plan.paper import LETTER, PAPERS
from csm_xl.plan.periods import parse_period
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import Column

THIS_WORKBOOK: Final = "this workbook"
"""The source that is the workbook itself."""
YES: Final = "yes"
NO: Final = "no"

DECIDED: Final = ("mapped_columns", "ignored_columns", "accepted_findings")
NAMED_BY: Final = dict(zip(("--map", "--ignore-column", "--accept"), DECIDED, strict=True))
"""The options of commands that say the same → the setting of each."""
"""The settings that hold decisions about findings."""
SETTINGS: Final = (
    Column("period", "period", "The period to pay: every pay period inside it.", required=True),
    Column("as_of", "date", "Day on which equity is valued: later share prices are ignored;"
           " also the date on statements. Blank: the period's last day."),
    Column("plan_source", "text", "Source of the plan: this workbook, or a folder of TOML files.",
           default=THIS_WORKBOOK),
    Column("results_source", "text", "Source of people and results: this workbook, or a folder of"
           " CSV files.", default=THIS_WORKBOOK),
    Column("import_sources", "text", "Mapping whose exports a refresh imports when they change: the path of a"
           " sources.toml, relative to this workbook. Blank: none."),
    Column("scenario", "text", "A scenario listed on the right, or a TOML file, whose values override those"
           " of the tables; blank: none."),
    Column("mapped_columns", "text", "Columns for unknown headers, such as roster: Termination Date ="
           " leave_date; separate several with semicolons."),
    Column("ignored_columns", "text", "Columns to ignore although their names suggest that they affect "
                                      "pay, such as roster:"
           " FLSA status; separate several with semicolons."),
    Column("accepted_findings", "text", "Plan check rules whose errors count as warnings, such as"
           " E607; separate several with semicolons. Each is recorded in the Log."),
    Column("book", "text", "The book of record: the path of its file, or a PostgreSQL URL without a password."
           " Blank: what CSM_XL_BOOK names."),
    Column("paper_size", "word", "Paper of the statements and the review. Each sheet has its own under Page"
           " Layout.", default=LETTER, choices=PAPERS),
    Column("company_name", "text", "Company name on statements and the review; blank: none."),
    Column("company_logo", "text", "Logo on PDF statements: the path of a PNG or JPEG file, absolute or"
           " relative to this workbook; blank: none."),
    Column("contact_line", "text", "Contact for questions about a statement, such as an email address; it is"
           " printed on each. Blank: none."),
    Column("number_style", "word", "Numbers on statements and letters: English 1,234.56, German 1.234,56,"
           " French 1 234,56.", default=usual("number_style"), choices=tuple(NUMBER_STYLES)),
    Column("date_style", "word", "Days on statements and letters: ISO 2026-03-31, US 03/31/2026, European"
           " 31.03.2026.", default=usual("date_style"), choices=tuple(DATE_STYLES)),
    Column(NAMES, "word", "Whether outputs show names next to IDs; no: IDs only, without names or email"
           " addresses.", default=YES, choices=(YES, NO)),
)  # fmt: skip
"""What can be set. Each is a cell of the Control sheet under a defined name of its own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a refresh pays, and from where.

    period: as the person typed it. as_of: the last day whose share prices are known; None for the period's
        last day.
    plan_source, results_source: `THIS_WORKBOOK`, or the path of a folder, relative to the workbook's.
    import_sources: the path of a mapping whose changed exports are imported, or nothing.
    scenario: the name of one in the workbook, the path of a TOML file, or nothing.
    mapped_columns, ignored_columns, accepted_findings: decisions as they are typed; see `decisions`.
    book: the book of record, a path relative to the workbook's or a URL; nothing: what the environment names.
    paper_size: of the statements and the review. company_name, company_logo, contact_line: blank for none.
    number_style, date_style: how statements and letters write numbers and days. names_on_outputs: ``yes`` or
    ``no``.
    """

    period: str
    as_of: date | None = None
    plan_source: str = THIS_WORKBOOK
    results_source: str = THIS_WORKBOOK
    import_sources: str = ""
    scenario: str = ""
    mapped_columns: str = ""
    ignored_columns: str = ""
    accepted_findings: str = ""
    book: str = ""
    paper_size: str = LETTER
    company_name: str = ""
    company_logo: str = ""
    contact_line: str = ""
    number_style: str = usual("number_style")
    date_style: str = usual("date_style")
    names_on_outputs: str = YES

    def company(self, where: Mapping[str, str] | None = None, beside: Path | None = None) -> list[RawTable]:
        """How outputs show the company, to be read with the tables.

        where: setting → its cell. beside: the folder of the workbook, from which a relative path of the logo
        counts.
        """
        said = {name: getattr(self, name) for name in TEXTS if name != "paper_size"}
        said |= {name: "" for name in STYLES if said[name] == usual(name)}  # stated only where it is another
        said[NAMES] = self.names_on_outputs == YES
        if self.company_logo and beside is not None:
            said["company_logo"] = str(beside / Path(self.company_logo).expanduser())
        return company_table(said, where or {}, "Control")

    def decisions(self, where: Mapping[str, str] | None = None) -> list[RawTable]:
        """What the settings decide about headers and findings, to be read with the tables.

        where: setting → its cell.
        """
        at = {name: (where or {}).get(name, name) for name in DECIDED}
        mapped, ignored, accepted = (split_typed(getattr(self, name)) for name in DECIDED)
        return [
            *typed_choices(mapped, (), at["mapped_columns"]),
            *typed_choices((), ignored, at["ignored_columns"]),
            *accepted_table(accepted, at["accepted_findings"]),
        ]


def settings_of(
    given: Mapping[str, Any], where: Mapping[str, str] | None = None, period_needed: bool = True
) -> Settings:
    """The settings that the named cells of a workbook hold.

    given: name → the cell's value; a name that is not there, or a blank cell, means its default.
    where: name → the cell, such as ``Control!B6``, for what is wrong with it.
    period_needed: without it, a period that is blank or cannot be read is "".
    Errors: every cell that cannot be read, all of them at once; a period that is blank.

    >>> said = settings_of({"period": 2026.0, "plan_source": None, "scenario": "higher_rates.toml"})
    >>> said.period, said.as_of, said.plan_source, said.scenario
    ('2026', None, 'this workbook', 'higher_rates.toml')
    >>> settings_of({"period": "2026", "as_of": "soon"}, {"as_of": "Control!B7"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    csm_xl.errors.CsmError: Control!B7: the text is not a date (found 'soon')...
    """
    names = {name.casefold(): name for name in given}
    read: dict[str, Any] = {}
    issues = []
    for column in SETTINGS:
        name = names.get(column.name, column.name)
        cell = given.get(name)
        try:
            read[column.name] = _value(column, cell)
        except cells.BadCell as bad:
            if column.kind == "period" and not period_needed:
                read[column.name] = ""
                continue
            at = (where or {}).get(name, column.name)
            issues.append(Issue(VALUE, bad.message, at, None if cells.is_blank(cell) else cell, bad.hint))
    if issues:
        raise CsmError.of(issues)
    return Settings(**read)


def _value(column: Column, cell: Any) -> Any:
    if column.kind == "period":
        # A fiscal period has any name: what is no calendar period is kept as it is typed.
        return parse_period(cell, [cells.text(cell) or ""] if isinstance(cell, str) else [])
    if column.kind == "date":
        ordinal = cells.day(cell)
        return None if ordinal is None else date.fromordinal(ordinal)
    text = cells.text(cell)
    if text is None:
        return column.default or ""
    if column.choices:
        chosen = [word for word in column.choices if word.casefold() == text.strip().casefold()]
        if not chosen:
            raise cells.BadCell("there is no such choice", f"Allowed: {', '.join(column.choices)}.")
        return chosen[0]
    return THIS_WORKBOOK if text.casefold() == THIS_WORKBOOK else text
