"""Scenarios: values that are over those of the tables while they are paid; nothing is edited.

A scenario has a name. What it says is in an Excel table ``tblScenarios`` of the workbook, a value a
row: scenario, table, id, column, value. `id` names the rows by their key: ``E0001``, or a key of several
parts with slashes between, ``bonus/grr``; fewer parts name all rows that begin so, and a blank every row.
A value such as ``*1.03`` multiplies what is there; any other takes its place.

Or it is the path of a TOML file: a plan, or a part of one, in the words of `csm_xl.plan.toml`. An entry
is over the row of the same key, as far as it says something; a curve, tier table and the like is
in the place of the whole one of its name; what has no row yet is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan import cells
from csm_xl.plan.names import did_you_mean, header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema, schemas
from csm_xl.plan.tables import table_of

SCENARIOS: Final = "tblScenarios"
COLUMNS: Final = ("scenario", "table", "id", "column", "value")
_WHOLE: Final = ("curves", "tiers", "ramps", "seasons", "matrices")


def overlaid(
    raws: Sequence[RawTable], scenario: str, said: RawTable | None, beside: Path, where: str
) -> list[RawTable]:
    """The tables under a scenario.

    scenario: its name, or the path of a TOML file. said: the table of scenarios, if there is one.
    beside: where a path begins. where: the cell that names the scenario.
    Errors: no such scenario; a row of it that names no table, row or column, or whose value is none.
    """
    if scenario.casefold().endswith(".toml"):
        from csm_xl.plan.toml import from_toml

        path = beside / Path(scenario).expanduser()
        if not path.is_file():
            raise CsmError(NOT_FOUND, "no such scenario file", where, scenario,
                           f"Give the path of a TOML file, from {beside} on.")  # fmt: skip
        return _over(raws, from_toml(path))
    rows = [] if said is None else _rows(said)
    mine = [(at, row) for at, row in rows if (row["scenario"] or "").casefold() == scenario.casefold()]
    if said is None or not mine:
        known = listed(dict.fromkeys(row["scenario"] or "" for _, row in rows))
        raise CsmError(NOT_FOUND, "unknown scenario", where, scenario,
                       f"Choose one of {SCENARIOS}{f' ({known})' if known else ''}, a TOML file, or"
                       " clear the cell.")  # fmt: skip
    found, issues = list(raws), list[Issue]()
    for at, row in mine:
        try:
            found = _set(found, row)
        except cells.BadCell as bad:
            issues.append(Issue(VALUE, bad.message, said.origin.place(at), None, bad.hint))
    if issues:
        raise CsmError.of(issues)
    return found


def _rows(said: RawTable) -> list[tuple[int, dict[str, Any]]]:
    """The rows of the table of scenarios, with their place below its header."""
    headers = [header_name(str(cell)) for cell in said.rows[0]]
    missing = [name for name in COLUMNS if name not in headers]
    if missing:
        raise CsmError(NOT_FOUND, f"the table {SCENARIOS} lacks {listed(missing)}", said.origin.place(-1),
                       None, f"Give it the columns {listed(COLUMNS)}.")  # fmt: skip
    at = {name: headers.index(name) for name in COLUMNS}
    read = []
    for number, row in enumerate(said.rows[1:]):
        line = {name: row[at[name]] for name in COLUMNS}
        line = {name: cell if name == "value" else cells.text(cell) for name, cell in line.items()}
        if line["scenario"]:
            read.append((number, line))
    return read


def nameless(said: RawTable) -> list[Issue]:
    """A warning about each row of the table of scenarios that says something and names no scenario."""
    headers = [header_name(str(cells.text(cell) or "")) for cell in said.rows[0]]
    if "scenario" not in headers:
        return []  # reported where a scenario is asked for
    at = headers.index("scenario")
    origin = replace(said.origin, positions={name: place for place, name in enumerate(headers)})
    return [
        Issue(VALUE, "the row names no scenario, so nothing reads it", origin.place(number, "scenario"), None,
              "Type the scenario's name, or clear the row.", "warning",
              kind="rows of scenarios name no scenario")
        for number, row in enumerate(said.rows[1:])
        if cells.is_blank(row[at])
        and any(not cells.is_blank(row[headers.index(name)]) for name in COLUMNS[1:] if name in headers)
    ]  # fmt: skip


def _set(raws: list[RawTable], row: dict[str, Any]) -> list[RawTable]:
    """The tables with one row of a scenario over them."""
    known = schemas(component_types())
    name = table_name(row["table"] or "")
    if name not in known:
        raise cells.BadCell(f"there is no table {row['table']!r}", did_you_mean(name, known))
    column = header_name(row["column"] or "")
    names = [one.name for one in known[name].columns]
    if column not in names:
        raise cells.BadCell(f"{name} have no column {row['column']!r}", did_you_mean(column, names))
    found = []
    touched = 0
    for raw in raws:
        if table_of(raw, component_types()) == name:
            raw, touched = _changed(raw, known[name], row["id"], column, row["value"])
        found.append(raw)
    whole = not known[name].key and column in known[name].required
    if touched > 1 and row["id"] and whole and _factor(row["value"]) is None:
        raise cells.BadCell(f"{name} have {touched} rows {row['id']!r}, and all would have this {column}",
                            f"Name one of them ({'/'.join(_key(known[name]))}), or type a factor such as"
                            " *1.1.")  # fmt: skip
    if not touched:
        raise cells.BadCell(f"{name} have no row {row['id']!r}",
                            f"A row is identified by {'/'.join(_key(known[name]))}.")  # fmt: skip
    return found


def _changed(
    raw: RawTable, schema: TableSchema, wanted: str | None, column: str, value: Any
) -> tuple[RawTable, int]:
    headers = [header_name(str(cells.text(cell) or "")) for cell in raw.rows[0]]
    rows = [list(row) + [None] * (len(headers) - len(row)) for row in raw.rows]
    if column not in headers:
        headers.append(column)
        for row in rows:
            row.append(None)
        rows[0][-1] = column
    at = headers.index(column)
    key = [headers.index(name) for name in _key(schema) if name in headers]
    parts = [part.strip() for part in wanted.split("/")] if wanted else []
    touched = 0
    for row in rows[1:]:
        if all(cells.is_blank(cell) for cell in row):
            continue
        own = [cells.text(row[place]) or "" for place in key]
        if own[: len(parts)] == parts:
            row[at] = _value(row[at], value)
            touched += 1
    return replace(raw, rows=rows), touched


def _key(schema: TableSchema) -> tuple[str, ...]:
    return schema.key or schema.required


def _factor(said: Any) -> str | None:
    """What is behind the * of a factor; None where a value is stated."""
    text = said.strip() if isinstance(said, str) else ""
    return text[1:] if text[:1] in ("*", "×") else None


def _value(before: Any, said: Any) -> Any:
    stated = _factor(said)
    if stated is None:
        return said
    factor, number = cells.number(stated), cells.number(before)
    if factor is None:
        raise cells.BadCell("there is no number after the *", "Enter one, such as *1.03.")
    return None if number is None else number * factor


def _over(raws: Sequence[RawTable], entries: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the entries of a TOML plan over them."""
    known = schemas(component_types())
    found = {id(raw): raw for raw in raws}
    for entry in entries:
        name = table_of(entry, component_types())
        mine = next((at for at, raw in found.items() if table_of(raw, component_types()) == name), None)
        if name is None or mine is None:
            found[id(entry)] = entry
        else:
            found[mine] = _merged(found[mine], entry, known[name])
    return list(found.values())


def _merged(raw: RawTable, entry: RawTable, schema: TableSchema) -> RawTable:
    headers = [header_name(str(cells.text(cell) or "")) for cell in raw.rows[0]]
    rows = [dict(zip(headers, row, strict=False)) for row in raw.rows[1:]]
    key = schema.required[:1] if schema.name in _WHOLE else _key(schema)
    said = [dict(zip(entry.rows[0], row, strict=True)) for row in entry.rows[1:]]

    def named(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(cells.text(row.get(name)) or "" for name in key)

    if schema.name in _WHOLE:
        rows = [row for row in rows if named(row) not in set(map(named, said))] + said
    else:
        for one in said:
            mine = next((row for row in rows if named(row) == named(one)), None)
            if mine is None:
                rows.append(dict(one))
            else:
                mine.update({name: cell for name, cell in one.items() if cell is not None})
    columns = list(dict.fromkeys([*headers, *(name for row in said for name in row)]))
    return replace(raw, rows=[columns, *([row.get(name) for name in columns] for row in rows)])
