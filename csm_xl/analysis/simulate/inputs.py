"""The two tables that a simulation knows besides those of pay: distributions and correlations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, CsmError, Issue
from csm_xl.plan.cells import BadCell, is_blank, text
from csm_xl.plan.columns import empty, read_column
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import SCOPES, Column, TableSchema
from csm_xl.plan.table import Table

KINDS: Final = ("normal", "lognormal", "beta", "empirical", "churn")
SPREAD: Final = 0.1
"""How far attainments stray where nothing is said: a standard deviation of ten points."""

DISTRIBUTIONS: Final = TableSchema(
    "distributions",
    "How the attainment of a measure may turn out.",
    (
        Column("measure", "id", "The measure; for churn the component that pays on deals.", required=True),
        Column("kind", "word", "Shape of the distribution; churn: deals whose customers may leave.",
               required=True, choices=KINDS),
        Column("scope", "word", "Whose results: blank for all.", choices=SCOPES),
        Column("id", "id", "The one employee, team or deal it is of; blank for all."),
        Column("mean", "number", "Mean attainment (1 is the goal); blank: the attainment on results. Of churn"
               " the probability that a deal's customer leaves."),
        Column("spread", "number", "Standard deviation of the attainment.", default=SPREAD, at_least=0),
        Column("low", "number", "Least attainment; of beta the lower end (0 if blank)."),
        Column("high", "number", "Greatest attainment; of beta the upper end (1 if blank); of churn the share"
               " of the deal's pay that is taken back (1 if blank)."),
    ),
    key=("measure", "scope", "id"),
)  # fmt: skip
CORRELATIONS: Final = TableSchema(
    "correlations",
    "How two measures, or the results of two people, go together.",
    (
        Column("measure", "id", "The measure; * for every other one.", required=True),
        Column("with", "id", "Another measure; or company: any two people's results of the measure; or team:"
               " those of two people of one team.", required=True),
        Column("correlation", "number", "The correlation, −1 to 1.", required=True, at_least=-1, at_most=1),
    ),
    key=("measure", "with"),
)  # fmt: skip


def parted(raws: Iterable[RawTable]) -> tuple[RawTable | None, RawTable | None, list[RawTable]]:
    """The distributions, the correlations and the tables of pay, told apart by name or headers."""
    found: dict[str, RawTable] = {}
    rest: list[RawTable] = []
    for raw in raws:
        name = next((one.name for one in (DISTRIBUTIONS, CORRELATIONS) if _is(raw, one)), None)
        if name is None:
            rest.append(raw)
        elif name in found:
            raise CsmError(NOT_FOUND, f"the table {name} is given twice", raw.origin.name, None,
                           "Give it once, with the rows of both.")  # fmt: skip
        else:
            found[name] = raw
    return found.get("distributions"), found.get("correlations"), rest


def _is(raw: RawTable, schema: TableSchema) -> bool:
    if raw.name is not None and table_name(raw.name) == schema.name:
        return True
    return set(_headers(raw)).issuperset(schema.required)


def _headers(raw: RawTable) -> list[str]:
    return [header_name(cell) if isinstance(cell, str) else "" for cell in raw.rows[0]] if raw.rows else []


def read(raw: RawTable | None, schema: TableSchema) -> Table:
    """One of the two tables, checked; without rows where it is not given.

    Errors: all bad cells at once; a missing column; two rows of one key.
    """
    if raw is None:
        return Table.blank(schema)
    headers = _headers(raw)
    positions = {name: at for at, name in enumerate(headers) if name}
    origin = replace(raw.origin, positions=positions)
    issues = [
        Issue(NOT_FOUND, f"the column {name} of {schema.name} is missing", origin.place(-1), None,
              f"Add it: {schema.column(name).help}")
        for name in schema.required if name not in positions
    ]  # fmt: skip
    if issues:
        raise CsmError.of(issues)
    lines = [at for at, row in enumerate(raw.rows[1:]) if not all(map(is_blank, row))]
    columns: dict[str, Any] = {}
    for column in schema.columns:
        if column.name not in positions:
            columns[column.name] = empty(column, len(lines))
            continue
        given = [_cell(raw.rows[line + 1], positions[column.name]) for line in lines]
        cells = read_column(column, given)
        columns[column.name] = cells.values
        issues += [
            Issue("#VALUE!", message, origin.place(lines[row], column.name), _shown(given[row]), hint)
            for row, message, hint in cells.bad
        ]
    seen: set[tuple[Any, ...]] = set()
    for row, one in enumerate(zip(*(columns[name].tolist() for name in schema.key), strict=True)):
        if one in seen:
            said = f"a second row of the same {', '.join(schema.key)}"
            issues.append(Issue("#VALUE!", said, origin.place(lines[row]), None, "Keep one of the two."))
        seen.add(one)
    if issues:
        raise CsmError.of(issues)
    import numpy as np

    return Table(schema, columns, len(lines), origin, lines=np.array(lines, dtype=np.int64))


def _cell(row: Any, at: int) -> Any:
    return row[at] if at < len(row) else None


def _shown(cell: Any) -> Any:
    try:
        return None if is_blank(cell) else cell if isinstance(cell, (int, float)) else text(cell)
    except BadCell:
        return str(cell)
