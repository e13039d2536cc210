"""What is reported about the headers of a table: other units, other figures, columns that are not read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan import cells
from csm_xl.plan.header_remarks import remark_issues
from csm_xl.plan.header_units import row_issues, unit_issues
from csm_xl.plan.names import header_name
from csm_xl.plan.schema import Column
from csm_xl.plan.table_reading import MANY_HEADERS, TableReading
from csm_xl.plan.unknown_columns import (
    UnknownColumn,
    changes_pay,
    ignored_issues,
    is_elsewhere,
    is_free,
    is_unnamed,
    meant_column,
    pay_word,
)

_NO_HEADER: Final = "no header"
"""What stops the payment about a column that could be any."""


def other_units(reading: TableReading, paid_in: Collection[str]) -> list[Issue]:
    """What is reported about headers whose brackets state another unit than their column has, or other
    figures. A sheet's own headers name the currency that the last refresh wrote there."""
    shown = reading.raw.rows[0]
    headers = {name: cells.text(shown[at]) or "" for name, at in reading.origin.positions.items()}
    remarked = {name: header for name, header in headers.items() if "(" in header or "[" in header}
    where = {name: reading.origin.place(-1, name) for name in remarked}
    columns = {name: (reading.schema.column(name), header) for name, header in remarked.items()}
    of_file = reading.origin.kind == "file"
    issues = unit_issues(columns, where, paid_in if of_file else ())
    own = reading.table.columns.get("currency") if of_file else None
    if own is not None and not issues:
        issues = row_issues(columns, where, {str(code).casefold() for code in own.tolist() if code})
    told = {issue.where for issue in issues}
    left = {name: header for name, header in remarked.items() if where[name] not in told}
    return issues + remark_issues(reading.schema, left, where)


def dropped(reading: TableReading) -> list[Issue]:
    """What is reported about columns that the table knows, and that are ignored although they are filled."""
    known = {column.name for column in reading.schema.columns} - reading.origin.positions.keys()
    found = []
    for header, at in reading.ignored.items():
        name = header_name(header)
        if name in known:
            where = replace(reading.origin, positions={header: at}).place(-1, header)
            found.append((reading.schema.column(name), header, where, reading.table.extra[header]))
    return ignored_issues(found)


def removed(reading: TableReading) -> list[Issue]:
    """What is reported about columns that pay may depend on and that csm_xl put into the table of a workbook,
    and that are no more: a warning about those that every such workbook shows, a note about the others.

    A column whose header was changed is reported as one that no table knows.
    """
    raw, schema = reading.raw, reading.schema
    there = {*reading.origin.positions, *map(header_name, reading.ignored)}
    gone = [column for column in schema.columns
            if column.name in raw.built and column.name not in there and not column.required
            and (changes_pay(column) or column.name == "currency")]  # fmt: skip
    if not gone or any(one.word for one in unknown(reading)):
        return []
    found = []
    for seen, severity in ((True, "warning"), (False, "note")):
        if names := [column for column in gone if (column.name in raw.drawn) == seen]:
            one = len(names) == 1
            said = listed((f"{each.name}{_default(each)}" for each in names), 20)
            what = f"{raw.name} lacks the column{'' if one else 's'} {said}, which csm_xl made:"
            what += " it counts as blank" if one else " they count as blank"
            hint = "Insert it again with its values, or blank if nobody needs it; or use an earlier copy."
            found.append(Issue(VALUE, what, reading.origin.place(-1), None, hint, severity))
    return found


def _default(column: Column) -> str:
    return (
        f" (blank: {column.default:g})" if isinstance(column.default, int | float) and column.default else ""
    )


def unknown(reading: TableReading) -> list[UnknownColumn]:
    """The columns that nobody reads, but those of the owner's own."""
    if reading.origin.kind == "toml" or not reading.others:
        return []
    schema, found = reading.schema, []
    used = frozenset(name for name, filled in reading.filled.items() if filled.any())
    few = len(reading.others) <= MANY_HEADERS
    free = {header for _, header, _ in reading.others if is_free(schema.name, header)}
    headers = {header: at for at, header, _ in reading.others if header and header not in free}
    meanings = {header: meant_column(schema, header, used, few) for header in headers}
    named = replace(reading.origin, positions=headers)
    renamed = {column.name for column in meanings.values() if column is not None}
    gone = (name for name in reading.raw.drawn if name not in {*reading.origin.positions, *renamed})
    lost = [name for name in gone if changes_pay(schema.column(name))]
    for at, header, given in reading.others:
        if at in reading.told or header in free:
            continue
        if not header and all(map(cells.is_blank, given)):
            continue
        meant = meanings.get(header)
        where = (named if header else replace(named, positions={"": at})).place(-1, header)
        name = meant.name if meant is not None else ""
        word = pay_word(header, schema.name) or (name if changes_pay(meant) else "")
        if lost:  # a column without its header is filled with what it held
            word = word or lost[0]
            if len(lost) == 1 and not (name or is_elsewhere(header)):
                name = lost[0]
        elif not header and is_unnamed(given):
            word = _NO_HEADER
        found.append(UnknownColumn(schema.name, header, where, given, name, word))
    return found
