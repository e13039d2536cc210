"""Tables read: recognized, their headers matched, their cells made columns, every finding collected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from re import compile as pattern
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan import cells
from csm_xl.plan.company import company_of
from csm_xl.plan.decisions import CARRIERS, CHOICES, GONE, REMARKS, HeaderChoices, accepted_rules, softened
from csm_xl.plan.names import table_name
from csm_xl.plan.raw import Origin, RawTable, joined
from csm_xl.plan.schema import ASIDE, ComponentKind, TableSchema, schemas
from csm_xl.plan.shortened_numbers import shortened_numbers
from csm_xl.plan.table import Table, Tables, rows_of
from csm_xl.plan.table_reading import TableReading, headers_of, meant_columns

__all__ = ["PAY_TABLES", "Origin", "RawTable", "Table", "Tables", "read_strict", "read_tables", "rows_of"]

PAY_TABLES: Final = ("plans", "components", "roster")
"""The tables without which nobody can be paid; plans of base pay alone need no components."""
BY_NAME: Final = ("payments",)
"""Tables that are recognized by their name alone: deals have all their columns too."""
RESULT_TABLE: Final = "payouts"
"""What was computed before. It is passed over: nobody is paid from it."""
_COPY: Final = pattern(r"\Acopy_of_|_(\(\d+\)|copy)\Z")
"""What a browser or a desktop adds to the name of a second file."""
_RESULT_MARKS: Final = frozenset({"component_target", "payout_ratio", "plan_cap_factor", "unrounded"})
TABLE_GONE: Final = "E005"
"""The rule of a table that was there and is gone."""


def read_tables(
    raws: Iterable[RawTable], types: Mapping[str, ComponentKind], required: Collection[str] = ()
) -> tuple[Tables, list[Issue]]:
    """Read tables, and say everything that is wrong with them.

    raws: the tables; each is recognized by its name, else by its headers (the table whose columns they
        match most, all required ones among them).
    types: the component types by name, as the engine declares them.
    required: tables that must be given (`PAY_TABLES` to pay people).
    A table is given once, but that several TOML files may each hold plans. Payout lines are passed over.
    What is wrong in a table that nobody is paid from is a warning here, and an error in `Table.errors`.
    Returns the tables, those without findings fit for use, and the findings in reading order. Columns
    that no table knows are kept in `Table.extra`; wholly blank rows are left out.
    """
    known = schemas(types)
    every = list(raws)
    choices = HeaderChoices(raw for raw in every if raw.name == CHOICES)
    found: list[tuple[str, Issue]] = []  # with the table each is about
    given: dict[str, RawTable] = {}
    twice = set[str]()
    for raw in every:
        said: list[Issue] = []
        name = None if _passed_over(raw) else _recognise(raw, known, said, choices)
        found += [(table_name(raw.name or ""), issue) for issue in said]
        if name is None:
            continue
        if known[name].lacking(meant_columns(headers_of(raw), known[name], choices)):
            from csm_xl.plan.header_below import below_title

            raw = below_title(raw, known[name])
        before = given.get(name)
        if before is None:
            given[name] = raw
            found += [(name, issue) for issue in raw.issues]
        elif before.origin.kind == raw.origin.kind == "toml":
            given[name] = joined(before, raw)
        else:
            twice.add(name)
            what = f"the table {name} is given twice, first as {before.origin.name}"
            hint = "Give it once, with the rows of both."
            found.append((name, Issue(VALUE, what, raw.origin.name, None, hint)))
    found += [_gone(row) for raw in every if raw.name == GONE for row in raw.rows[1:] if row[0] not in given]
    found += [("", issue) for raw in every if raw.name == REMARKS for issue in raw.issues]
    absent = {
        name: Issue(NOT_FOUND, f"the table {name} is missing", "", None,
                    f"Give {name} with the columns {listed(known[name].required)}.")
        for name in required if name not in given
    }  # fmt: skip
    found += absent.items()
    tables = Tables(types)
    readings: dict[str, TableReading] = {}
    for name in sorted(given, key=lambda name: name != "periods"):  # its names are periods everywhere
        named = tuple(tables["periods"].columns["period"].tolist())
        readings[name] = reading = TableReading(known[name], given[name], named, choices)
        tables[name] = reading.table
    for name in given:
        reading = readings[name]
        if name == "components":
            reading.check_types(tables.types)
        if name in PAY_TABLES and not (name == "components" and base_pay_alone(tables)):
            reading.require_rows()
        reading.check_keys()
        reading.check_references(tables, given, twice)
        reading.table.faulty = reading.faulty()
        found += [(name, issue) for issue in reading.in_order()]
    found += _about_headers(readings, choices, known)
    tables.accepted = accepted_rules(every)
    tables.company, wrong = company_of(every)
    found += [("", issue) for issue in wrong]
    if base_pay_alone(tables):
        found = [(name, issue) for name, issue in found if issue is not absent.get("components")]
    return tables, softened((_aside(tables, *one) for one in found), tables.accepted)


def _gone(row: Sequence[Any]) -> tuple[str, Issue]:
    """What is reported about a table that is not there. row: its name, what is the matter, where, and what to
    do."""
    name, what, where, hint = row
    goes_on = f"--accept {TABLE_GONE} pays without it."
    return name, Issue(NOT_FOUND, what, where, None, f"{hint} {goes_on}", rule=TABLE_GONE)


def _about_headers(
    readings: Mapping[str, TableReading], choices: HeaderChoices, known: Mapping[str, TableSchema]
) -> list[tuple[str, Issue]]:
    """What is reported about columns that no table knows, and of what was decided about them."""
    from csm_xl.plan.about_headers import dropped, other_units, removed, unknown
    from csm_xl.plan.header_years import span_issues, year_issues

    decided = [("", issue) for issue in choices.issues(known, {n: r.headers for n, r in readings.items()})]
    said: list[tuple[str, Issue]] = []
    paid_in = _currencies(readings)
    for name, reading in readings.items():
        said += [
            (name, issue) for issue in (*other_units(reading, paid_in), *dropped(reading), *removed(reading))
        ]
        if reading.origin.kind != "toml":
            said += [(name, issue) for issue in shortened_numbers(reading.table, reading.given)]
        if reading.raw.marks:
            from csm_xl.plan.header_units import mark_issues

            said += [(name, issue) for issue in mark_issues(reading.table, reading.raw.marks, paid_in)]
    said += year_issues(readings)
    said += span_issues(readings)
    columns = [one for reading in readings.values() for one in unknown(reading)]
    if columns:
        from csm_xl.plan.unknown_columns import unknown_issues

        found = unknown_issues(columns)
        if any(issue.severity == "error" for _, issue in found):  # a slip in a decision may be the reason
            decided = [(name, replace(issue, severity="error")) for name, issue in decided]
        said += found
    return decided + said


def _currencies(readings: Mapping[str, TableReading]) -> set[str]:
    """The currencies of the plans and of the people, casefolded."""
    every = [
        readings[name].table.columns["currency"].tolist() for name in ("plans", "roster") if name in readings
    ]
    return {code.casefold() for codes in every for code in codes if code}


def base_pay_alone(tables: Tables) -> bool:
    """Whether every plan says that it pays base salary alone, so that none needs a component."""
    return set(tables["plans"].columns["model"].tolist()) == {"base_only"}


def _aside(tables: Tables, name: str, issue: Issue) -> Issue:
    """A finding as it concerns a run: an error in a table that nobody is paid from stays with that table."""
    if name not in ASIDE or issue.severity != "error":
        return issue
    tables[name].errors += (issue,)
    return replace(issue, severity="warning")


def read_strict(
    raws: Iterable[RawTable], types: Mapping[str, ComponentKind], required: Collection[str] = ()
) -> Tables:
    """Read tables as `read_tables` does; all errors raised as one `CsmError`."""
    tables, issues = read_tables(raws, types, required)
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        raise CsmError.of(errors)
    return tables


def table_of(raw: RawTable, types: Mapping[str, ComponentKind]) -> str | None:
    """The name of the table that a raw one is, as `read_tables` recognizes it; None where that cannot be
    decided, or it holds payout lines.

    >>> table_of(RawTable.of_rows([["curve_id", "attainment", "payout"]]), {})
    'curves'
    """
    if _passed_over(raw):
        return None
    return _recognise(raw, schemas(types), [], HeaderChoices())


def _passed_over(raw: RawTable) -> bool:
    """Whether a raw table is none that is read: decisions, or payout lines."""
    if raw.name in CARRIERS:
        return True
    if raw.name is not None and table_name(raw.name) in (RESULT_TABLE, *PAY_TABLES, "paid"):
        return table_name(raw.name) == RESULT_TABLE
    return _RESULT_MARKS.issubset(headers_of(raw))


def _recognise(
    raw: RawTable, known: Mapping[str, TableSchema], issues: list[Issue], choices: HeaderChoices
) -> str | None:
    """Which table it is; None, with a finding, where that cannot be determined."""
    named = table_name(raw.name) if raw.name else ""
    if not any(not cells.is_blank(cell) for row in raw.rows for cell in row):
        issues.append(Issue(VALUE, "the table is empty: it has no header", raw.origin.name, None,
                            "Give a header row and the rows below it."))  # fmt: skip
        return None
    if (copied := _COPY.sub("", named)) in known:
        return copied
    shown = headers_of(raw)
    headers = set(shown)
    meant = {name: set(meant_columns(shown, table, choices)) for name, table in known.items()}
    matches = {
        name: sum(column.name in meant[name] for column in table.columns) for name, table in known.items()
    }
    whole = [name for name, table in known.items() if not table.lacking(meant[name]) and name not in BY_NAME]
    best = [name for name in whole if matches[name] == max(matches[other] for other in whole)]
    if len(best) == 1:
        return best[0]
    if best:
        lacks = "; ".join(
            f"{name} would also know {listed(c.name for c in known[name].columns if c.name not in headers)}"
            for name in best
        )
        either = " or ".join(best)
        issues.append(Issue(VALUE, f"the table can be {either}: its headers fit them equally",
                            raw.origin.place(-1), None,
                            f"Name the table, or add a column: {lacks}."))  # fmt: skip
        return None
    there = {name: len(headers.intersection(table.required)) for name, table in known.items()}
    nearest = max(known, key=lambda name: (there[name], matches[name]))
    missing = known[nearest].lacking(headers)
    what = f"{raw.name!r} is not the name of a table, and its headers" if raw.name else "the headers"
    seen = listed(str(cell) for cell in raw.rows[0] if not cells.is_blank(cell))
    issues.append(Issue(NOT_FOUND,
                        f"{what} fit no table; the nearest, {nearest}, lacks {listed(missing) or 'nothing'}",
                        raw.origin.place(-1), seen,
                        f"Add what it lacks, or name the table: {listed(known, 99)}."))  # fmt: skip
    return None
