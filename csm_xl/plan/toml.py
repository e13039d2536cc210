"""Plans as TOML: the tables that make up a plan, lossless both ways.

A plan reads as a list of `[[plans]]` and `[[components]]`, whose keys are the columns. A `[[curves]]`,
`[[tiers]]`, `[[ramps]]`, `[[seasons]]` or `[[matrices]]` entry is one whole curve, tier table and so on:
its options once, its curve points, steps, months, periods or cells as a list. What is at its default is
left out; numbers are written so that they read back to the last bit. What is in columns of the
owner's, such as a comment, is kept under `notes`, by the column's header.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.cells import is_blank
from csm_xl.plan.company import TOML_KEY as COMPANY_KEY
from csm_xl.plan.company import toml_company
from csm_xl.plan.decisions import TOML_KEYS, toml_decisions
from csm_xl.plan.names import did_you_mean, header_name
from csm_xl.plan.raw import Origin, RawTable, require_readable
from csm_xl.plan.schema import PLAN_TABLES, Column, schemas
from csm_xl.plan.table import Table, Tables, cell_of

_BLOCKS: Final = {
    "curves": ("curve_id", "points", ("attainment", "payout")),
    "tiers": ("tier_id", "steps", ("from", "to", "rate")),
    "ramps": ("ramp_id", "months", ("month", "share")),
    "seasons": ("season_id", "periods", ("period_number", "share")),
    "matrices": ("matrix_id", "cells", ("row", "column", "payout")),
}
"""Tables of which one entry is many rows: key, name of the list, what a row of the list says."""
_OF_A_ROW: Final[dict[str, tuple[str, ...]]] = {
    "curves": ("exceed",),
    "matrices": ("exceed_row", "exceed_column"),
}
"""Further keys that a row of the list may have; such a row is written with its keys."""
_FORMER: Final = {"points": "knots"}
"""Former names of lists; version 0.3 will not read them."""
ORDER: Final = "order"
"""What a folder of plans says about its files and rows, not of a plan; see `csm_xl.plan.folder`."""
PARTS: Final = (*PLAN_TABLES, *TOML_KEYS, COMPANY_KEY)
"""What a TOML plan may hold: its tables, what was decided about findings, and the company's settings."""
_DEEPEST: Final = 20
_DIGITS: Final = re.compile(r"[0-9a-fA-F_]{1000}")
_TOO_LARGE: Final = "the whole number is too large"
_SMALLER: Final = "Type a smaller number: 64 bits are the most that TOML holds."
_NO_NOTES: Final = "{  }"
_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


def to_toml(tables: Tables) -> str:
    """The plan tables of `tables` as TOML text; columns that the schema does not know are its notes.

    `read_tables(from_toml(to_toml(tables)), tables.types)` gives the same plan tables.
    """
    parts = []
    for name in PLAN_TABLES:
        table = tables[name]
        parts += list(_curve_blocks(table) if name in _BLOCKS else _rows(table))
    return "\n".join(parts)


def _rows(table: Table) -> Iterator[str]:
    for row in range(table.rows):
        names = [column.name for column in table.schema.columns]
        notes = _noted(table, row)
        said = f"notes = {notes}\n" if notes != _NO_NOTES else ""
        yield f"[[{table.schema.name}]]\n{_lines(table, row, names)}{said}"


def _noted(table: Table, row: int) -> str:
    """What is in a row beside the columns of the schema, by header."""
    said = {
        header: value for header, cells in table.extra.items() if (value := _note(cells[row])) is not None
    }
    return (
        "{ "
        + ", ".join(f"{plain_toml(header)} = {plain_toml(value)}" for header, value in said.items())
        + " }"
    )


def _note(cell: Any) -> Any:
    """A cell of nobody's but the owner's, as TOML can hold it; None for a blank."""
    if is_blank(cell) or (isinstance(cell, float) and not math.isfinite(cell)):
        return None
    return cell if isinstance(cell, (bool, int, float, date, time, str)) else str(cell)


def _curve_blocks(table: Table) -> Iterator[str]:
    """One entry per curve, tier table and so on; a row that states options of its own begins a new entry."""
    key, many, said = _BLOCKS[table.schema.name]
    besides = _OF_A_ROW.get(table.schema.name, ())
    options = [column.name for column in table.schema.columns if column.name not in (key, *said, *besides)]
    blocks: list[list[int]] = []
    for row in range(table.rows):
        plain = all(_stated(table, row, option) is None for option in options)
        if blocks and plain and table.columns[key][row] == table.columns[key][row - 1]:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    for rows in blocks:
        head = f"[[{table.schema.name}]]\n{_lines(table, rows[0], [key, *options])}"
        if many != "steps":
            items = [
                _with_keys(table, row, (*said, *more))
                if (more := [name for name in besides if _stated(table, row, name) is not None])
                else f"[{', '.join(plain_toml(table.value(row, name)) for name in said)}]"
                for row in rows
            ]
        else:
            items = [_with_keys(table, row, said) for row in rows]
        notes = [_noted(table, row) for row in rows]
        listed_notes = "".join(f"    {note},\n" for note in notes)
        said_notes = f"notes = [\n{listed_notes}]\n" if any(note != _NO_NOTES for note in notes) else ""
        one_line = f"{many} = [{', '.join(items)}]"
        listed = f"{many} = [\n" + "".join(f"    {item},\n" for item in items) + "]"
        yield f"{head}{one_line if many != 'steps' and len(one_line) <= 100 else listed}\n{said_notes}"


def _with_keys(table: Table, row: int, names: Iterable[str]) -> str:
    """A row as an inline table."""
    said = (f"{name} = {plain_toml(value)}" for name in names
            if (value := table.value(row, name)) is not None)  # fmt: skip
    return "{ " + ", ".join(said) + " }"


def _stated(table: Table, row: int, name: str) -> Any:
    """The cell, None where it is blank or says what a blank would."""
    column: Column = table.schema.column(name)
    value = table.value(row, name)
    blank = column.default if column.kind != "flag" else bool(column.default)
    if not column.required and (value == blank or value == ()):
        return None
    return list(value) if column.kind == "words" else cell_of(column, value)


def _lines(table: Table, row: int, names: Iterable[str]) -> str:
    stated = ((name, _stated(table, row, name)) for name in names)
    return "".join(f"{name} = {plain_toml(value)}\n" for name, value in stated if value is not None)


def plain_toml(value: Any) -> str:
    """A value as TOML writes it; whole numbers without a decimal point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        # Up to here every whole float is that whole number exactly, and TOML's integers reach further.
        return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))
    if isinstance(value, list):
        return f"[{', '.join(map(plain_toml, value))}]"
    import tomli_w

    return tomli_w.dumps({"_": value}).removeprefix("_ = ").rstrip("\n")


def from_toml(source: str | Path, name: str | None = None) -> list[RawTable]:
    """The plan tables of a TOML plan, to be read by `csm_xl.plan.tables.read_tables`.

    source: TOML text, or the path of a file (a `Path`, or a text that names a ``.toml`` file).
    name: what findings call it; the file's name, or ``plan.toml``.
    Errors: no such file; TOML that is broken, with its line; unknown tables; curve points and steps that are
        no lists of pairs. Unknown keys of an entry are findings of the reading.

    >>> raws = from_toml('[[curves]]\\ncurve_id = "c"\\npoints = [[0.9, 0.5], [1, 1]]')
    >>> raws[0].rows[1:], raws[0].origin.place(1, "payout")
    ([['c', 0.9, 0.5], ['c', 1, 1]], 'plan.toml curves[1].points[2].payout')
    """
    text, called = _text(source)
    called = name or called
    document = parse_toml(text, called)
    issues: list[Issue] = []
    raws = []
    for table, entries in document.items():
        if table in (ORDER, *TOML_KEYS, COMPANY_KEY):
            continue
        if table not in PLAN_TABLES:
            issues.append(
                Issue(
                    NOT_FOUND,
                    f"a plan has no part {table!r}",
                    called,
                    None,
                    f"{did_you_mean(table, PARTS)}Allowed: {', '.join(PARTS)}.",
                )
            )
        elif not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            issues.append(Issue(VALUE, f"{table} is not a list of entries", f"{called} {table}", None,
                                f"Head each entry with [[{table}]]."))  # fmt: skip
        else:
            raws.append(_raw(table, entries, called, issues))
    if issues:
        raise CsmError.of(issues)
    folder = source.resolve().parent if isinstance(source, Path) else None
    return [*raws, *toml_decisions(document, called), *toml_company(document, called, folder)]


def parse_toml(text: str, called: str) -> dict[str, Any]:
    """TOML text as its document.

    called: what findings call it.
    Errors: TOML that is broken, with its line; values nested too deeply; whole numbers of more than 64 bits,
    and nan, each with its place.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        line = _LINE.search(str(why))
        where = f"{called} line {line[1]}" if line else called
        raise CsmError(
            VALUE,
            f"the TOML is broken: {_LINE.sub('', str(why)).strip()}",
            where,
            None,
            "Put text in double quotes, dates as 2026-03-31, lists in [ ].",
        ) from None
    except RecursionError:
        raise _too_deep(called) from None
    except ValueError:  # Python does not read integers with thousands of digits
        numbers = (at for at, line in enumerate(text.splitlines(), 1) if _DIGITS.search(line))
        raise CsmError(VALUE, _TOO_LARGE, f"{called} line {next(numbers, 1)}", None, _SMALLER) from None
    issues = list(_no_numbers(document, called))
    if issues:
        raise CsmError.of(issues)
    return document


def _no_numbers(document: dict[str, Any], called: str) -> Iterator[Issue]:
    """The numbers of a document that are none to calculate with, each with its place."""
    todo: list[tuple[str, Any, int]] = [("", document, 0)]
    while todo:
        place, value, depth = todo.pop()
        if depth > _DEEPEST:
            raise _too_deep(f"{called} {place[:60]}")
        if isinstance(value, dict):
            inside = [(f"{place}.{key}".lstrip("."), each) for key, each in value.items()]
            todo += [(name, each, depth + 1) for name, each in reversed(inside)]
        elif isinstance(value, list):
            todo += [(f"{place}[{at}]", each, depth + 1) for at, each in reversed([*enumerate(value, 1)])]
        elif isinstance(value, int) and abs(value) >= 2**63:
            yield Issue(VALUE, _TOO_LARGE, f"{called} {place}", None, _SMALLER)
        elif isinstance(value, float) and math.isnan(value):
            what = "nan is not a number that can be paid"
            yield Issue(VALUE, what, f"{called} {place}", "nan", "Type a number, or leave the key out.")


def _too_deep(where: str) -> CsmError:
    what, hint = "the values are nested too deeply", f"Nest lists and tables {_DEEPEST} deep at most."
    return CsmError(VALUE, what, where, None, hint)


def _text(source: str | Path) -> tuple[str, str]:
    if isinstance(source, str) and (not source.strip().endswith(".toml") or "\n" in source.strip()):
        return source, "plan.toml"
    return read_toml_text(Path(source)), Path(source).name


def read_toml_text(path: Path) -> str:
    """The text of a TOML file. Errors: a file that cannot be read, or is no text."""
    try:
        require_readable(path)
        return path.read_text(encoding="utf-8-sig")
    except OSError as why:
        raise CsmError(NOT_FOUND, "the file cannot be read", str(path), why.strerror,
                       "Give the path of a TOML plan that you may read.") from None  # fmt: skip
    except UnicodeDecodeError:
        raise CsmError(VALUE, "the file is not TOML: it is not text in UTF-8", path.name, None,
                       "Save it as UTF-8.") from None  # fmt: skip


def _raw(table: str, entries: list[dict[str, Any]], called: str, issues: list[Issue]) -> RawTable:
    found: list[dict[str, Any]] = []
    labels: list[str] = []
    for number, entry in enumerate(entries, start=1):
        label = f"{table}[{number}]"
        if table in _BLOCKS:
            block = _block(table, entry, f"{called} {label}", issues)
            found += block
            labels += [f"{label}.{_list_name(table, entry)}[{at}]" for at in range(1, len(block) + 1)]
        else:
            found.append(entry)
            labels.append(label)
    notes = _taken_notes(table, found, labels, called, issues)
    # A key that every entry lacks is a blank of each entry, so that each one's place is reported.
    required = schemas({})[table].required
    columns = list(dict.fromkeys([*required, *(key for row in found for key in row)]))
    headers = list(dict.fromkeys(header for said in notes for header in said))
    rows: list[list[Any]] = [[*columns, *headers]]
    for row, said in zip(found, notes, strict=True):
        rows.append([*(row.get(column) for column in columns), *(said.get(header) for header in headers)])
    return RawTable(table, rows, Origin("toml", called, labels=tuple(labels), notes=frozenset(headers)))


def _taken_notes(
    table: str, found: list[dict[str, Any]], labels: list[str], called: str, issues: list[Issue]
) -> list[dict[str, Any]]:
    """The notes of each row, taken out of it."""
    known = {column.name for column in schemas({})[table].columns}
    typed = {key for row in found for key in row}
    taken = []
    for row, label in zip(found, labels, strict=True):
        said = row.pop("notes", None) or {}
        wrong = not isinstance(said, dict) or any(isinstance(one, (dict, list)) for one in said.values())
        taken_for = [] if wrong else [one for one in said if header_name(one) in known or one in typed]
        if wrong or taken_for:
            what = "these are not notes" if wrong else f"{taken_for[0]} is a key of {table}, not a note"
            hint = 'Write notes = { "Comment" = "why" }, with your own headers.'
            issues.append(Issue(VALUE, what, f"{called} {label}.notes", None, hint))
            said = {}
        taken.append(said)
    return taken


def _list_name(table: str, entry: dict[str, Any]) -> str:
    """The name under which an entry gives its rows: today's, or a former one that it has alone."""
    many = _BLOCKS[table][1]
    former = _FORMER.get(many, many)
    return former if former in entry and many not in entry else many


def _block(table: str, entry: dict[str, Any], where: str, issues: list[Issue]) -> list[dict[str, Any]]:
    """The rows of one curve, tier table and so on: options on the first."""
    key, _, said = _BLOCKS[table]
    many = _list_name(table, entry)
    items = entry.get(many)
    if not isinstance(items, list) or not items:
        issues.append(
            Issue(VALUE, f"the {many} are missing", where, items, f"Give {many} = [{_example(many)}].")
        )
        return []
    head = {name: value for name, value in entry.items() if name not in (many, "notes")}
    notes = entry.get("notes", [{}] * len(items))
    if not isinstance(notes, list) or len(notes) != len(items):
        what = f"the notes are not one for each of the {many}"
        hint = f"Write notes = [{{}}, ...] next to {many}."
        issues.append(Issue(VALUE, what, f"{where}.notes", None, hint))
        notes = [{}] * len(items)
    rows = []
    for number, item in enumerate(items, start=1):
        if isinstance(item, list) and len(item) in ({2, 3} if many == "steps" else {len(said)}):
            names = said if len(item) == len(said) else (said[0], said[-1])
            rows.append(dict(zip(names, item, strict=True)))
        elif isinstance(item, dict) and set(item) <= {*said, *_OF_A_ROW.get(table, ())}:
            rows.append(dict(item))
        else:
            issues.append(_not_a_row(table, item, f"{where}.{many}[{number}]"))
    return [
        {key: entry.get(key), **(head if not at else {}), **row, **({"notes": said} if said else {})}
        for at, (row, said) in enumerate(zip(rows, notes, strict=False))
    ]


def _not_a_row(table: str, item: Any, where: str) -> Issue:
    """A row of a curve, tier table and so on that cannot be read: a key that it cannot have, or its shape."""
    _, many, said = _BLOCKS[table]
    known = (*said, *_OF_A_ROW.get(table, ()))
    unknown = [key for key in item if key not in known] if isinstance(item, dict) else []
    if unknown:
        what, hint = f"a row of {many} has no key {unknown[0]!r}", did_you_mean(unknown[0], known)
        return Issue(VALUE, what, where, item, f"{hint}Allowed: {', '.join(known)}.")
    return Issue(VALUE, f"this says not {' and '.join(said)}", where, item, f"Write {_example(many)}.")


def _example(many: str) -> str:
    return {
        "points": "[0.9, 0.5], [1.0, 1.0]",
        "knots": "[0.9, 0.5], [1.0, 1.0]",
        "steps": "{ from = 0, rate = 0.05 }, { from = 50000, rate = 0.08 }",
        "months": "[1, 0.25], [2, 0.5]",
        "periods": "[1, 0.2], [2, 0.3]",
        "cells": "[0.9, 0.9, 0.5], [0.9, 1.0, 0.75]",
    }[many]
