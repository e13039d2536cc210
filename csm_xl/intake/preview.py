"""A mapping shown before it is used: what becomes what, what is not used, the first rows before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import counted
from csm_xl.intake.grid import shown
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.sources_writing import source_text, toml
from csm_xl.plan.names import header_name

_FULL: Final = 100
"""Full time, where it is written as a percentage."""
ROWS: Final = 5
"""How many rows are shown."""
_BEGIN: Final = "<!doctype html><html lang='en'><meta charset='utf-8'><title>csm-xl import</title>"
_STYLE: Final = (
    "body{font:14px/1.45 system-ui,sans-serif;margin:2rem;color:#1b1f24;max-width:75rem}h1{font-size:1.4rem}"
    "h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem}table{border-collapse:collapse;margin:.5rem 0}"
    "th,td{border:1px solid #c9d1d9;padding:.25rem .5rem;text-align:left;white-space:nowrap}"
    "th{background:#1f3a5f;color:#fff}div{overflow-x:auto}pre{background:#f3f5f7;padding:.75rem;overflow-x:auto}"
)


@dataclass(frozen=True)
class Preview:
    """A source before it is used.

    table, file: what it is, and of what. pairs: the export's header and our column. filled: our column and
    the one value of all rows, or where it is looked up. unused: headers that nothing is made of. before,
    after: header and first rows. count: how many rows there are. mapping: the source as text. notes: how a
    column is taken that could be meant otherwise.
    """

    table: str
    file: str
    pairs: tuple[tuple[str, str], ...]
    filled: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    before: Sequence[Sequence[str]]
    after: Sequence[Sequence[str]]
    count: int
    mapping: str
    notes: tuple[str, ...] = ()


def preview_of(one: Mapped) -> Preview:
    """What an export becomes."""
    source, grid, raw = one.source, one.grid, one.raw
    pairs = [(theirs, ours) for ours, theirs in one.columns.items()]
    filled = [(ours, shown(value)) for ours, value in source.fill.items()]
    filled += [("currency", source.currency)] if source.currency else []
    filled += [(ours, f"looked up by {join.column}") for ours, join in source.join.items()]
    if source.unpivot is not None:
        pairs += [(theirs, ours) for ours, each in source.unpivot.cells.items() for theirs in each]
    used = {theirs for theirs, _ in pairs} | set(source.where) | {one.column for one in source.join.values()}
    unused = tuple(header for header in grid.header if header and header not in used)
    ours = [at for at, header in enumerate(raw.rows[0]) if header_name(str(header)) in one.given]
    after = [[shown(row[at]) for at in ours] for row in raw.rows[: ROWS + 1]]
    before = [list(grid.header), *([shown(cell) for cell in row] for row in grid.rows[:ROWS])]
    return Preview(source.table, grid.block.place, tuple(pairs), tuple(filled), unused, before, after,
                   len(raw.rows) - 1, source_text(source), tuple(_of_part_time(one)))  # fmt: skip


def _of_part_time(one: Mapped) -> Iterable[str]:
    """What the salary of part-timers is taken for, where a roster has some."""
    pay, fte = (one.columns.get(name, "") for name in ("base_salary", "fte"))
    at = one.grid.column(fte) if one.source.table == "roster" and pay and fte else None
    if at is None or not any(_is_part(shown(cell)) for cell in one.grid.cells(at)):
        return
    yield (
        f"{pay!r} is read as the full-time salary, and pay is that times {fte!r}. If it is what"
        f" part-timers are actually paid, add to sources.toml: ignore = {toml([fte])}, without columns.fte."
    )


def _is_part(said: str) -> bool:
    """Whether an FTE as an export writes it is below full time."""
    try:
        value = float(said.strip().removesuffix("%").replace(",", "."))
    except ValueError:
        return False
    return 0 < value < 1 or 1 < value < _FULL


def preview_page(previews: Iterable[Preview]) -> str:
    """The previews as one HTML page that needs nothing else. It shows what the exports hold: it is as private
    as they are."""
    parts = [f"{_BEGIN}<style>{_STYLE}</style><h1>What is imported</h1>"]
    for one in previews:
        parts.append(f"<h2>{escape(one.file)} is {escape(one.table)}: {counted(one.count, 'row')}</h2>")
        parts.append(_table([("In the export", "In csm_xl"), *one.pairs]))
        if one.filled:
            parts.append("<h3>Added to every row</h3>" + _table([("Column", "Value"), *one.filled]))
        parts += [f"<p>{escape(note)}</p>" for note in one.notes]
        if one.unused:
            parts.append(f"<h3>Not used</h3><p>{escape(', '.join(one.unused))}</p>")
        parts.append("<h3>First rows of the export</h3>" + _table(one.before))
        parts.append("<h3>First rows as they are imported</h3>" + _table(one.after))
        parts.append(f"<h3>sources.toml</h3><pre>{escape(one.mapping)}</pre>")
    return "\n".join([*parts, "</html>", ""])


def is_preview(path: Path) -> bool:
    """Whether a file is such a page."""
    with path.open(encoding="utf-8") as file:
        return file.read(len(_BEGIN)) == _BEGIN


def _table(rows: Sequence[Sequence[Any]]) -> str:
    head, *body = rows
    lines = [f"<tr>{''.join(f'<th>{escape(str(cell))}</th>' for cell in head)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in body]
    return f"<div><table>{''.join(lines)}</table></div>"
