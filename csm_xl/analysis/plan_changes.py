"""The differences between two versions of plans: changes in words, each of which can be applied alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from csm_xl.errors import CsmError
from csm_xl.pay.trace import told
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.table import Table, Tables, cell_of
from csm_xl.plan.tables import RawTable, read_tables

Key = tuple[Any, ...]
Row = dict[str, Any]
Rows = dict[Key, Row]
Edit = tuple[str, Key, "Row | None"]
"""Table, row, and the values that it gets; None takes the row away."""


@dataclass(frozen=True, slots=True)
class _Part:
    """How rows of a curve, tier table and so on are distinguished and named; options are in the first row."""

    word: str
    name: str
    at: tuple[str, ...]
    place: str
    pays: str
    options: tuple[str, ...] = ()


_PARTS: Final[dict[str, _Part]] = {
    "curves": _Part(
        "curve", "curve_id", ("attainment",), "at {}", "pays", ("mode", "below", "above", "cap", "strict")
    ),
    "tiers": _Part("tier table", "tier_id", ("from",), "from {}", "", ("mode", "tie", "on", "strict")),
    "ramps": _Part("ramp", "ramp_id", ("month",), "month {}", ""),
    "seasons": _Part("season", "season_id", ("period_number",), "period {}", ""),
    "matrices": _Part("matrix", "matrix_id", ("row", "column"), "at {}, {}", "pays", ("mode", "strict")),
    "gates": _Part(
        "gates of plan",
        "plan_id",
        ("component_id", "measure", "on", "span", "direction"),
        "component {}, {} {} ({}, {})",
        "must reach",
    ),
    "ratings": _Part("rating", "rating", (), "", ""),
    "risk_classes": _Part("risk class", "risk_class", (), "", ""),
}
_AT_ONCE: Final = frozenset({"gates", "ratings", "risk_classes"})
"""Tables whose new rows change what is paid as soon as they are there; a new curve does once it is used."""
_TOLD_ONLY: Final = ("plan_name", "component_name")
_DATES: Final = ("valid_from", "valid_to")
_TOGETHER: Final = (
    ("target_basis", "model", "target_value", "base_share"),
    ("gate_measure", "gate_scope", "gate_on", "gate_direction", "gate_minimum", "gate_otherwise"),
    ("measure", "direction", "method", "scope", "peer_group"),
    ("matrix_id", "column_measure", "column_direction", "curve_id"),
    ("tier_id", "rate", "tier_basis", "measure"),
)
"""Columns that mean something else once the first of them changes, and so change with it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the plans: in words, and the edits it needs."""

    words: str
    edits: tuple[Edit, ...]


def rows_by_key(tables: Tables) -> dict[str, Rows]:
    """The tables of plans as rows by key.

    A plan's or component's key ends in the number of the version, in time; that of a curve point or tier in
    its number among those at one place. The options of a curve and the like have the key of its name alone.
    """
    found: dict[str, Rows] = {name: {} for name in PLAN_TABLES}
    for name, rows in found.items():
        part, seen = _PARTS.get(name), Counter[Key]()
        for row in _in_order(tables[name]):
            if part is None:
                own: Key = tuple(row[one] for one in ("plan_id", "component_id") if one in row)
            else:
                own = (row[part.name], *("" if row[one] is None else row[one] for one in part.at))
                if part.options and own[:1] not in rows:
                    rows[own[:1]] = {part.name: own[0]} | {one: row[one] for one in part.options}
                row = {one: value for one, value in row.items() if one not in part.options}
            seen[own] += 1
            rows[*own, seen[own]] = row
    return found


def _in_order(table: Table) -> list[Row]:
    """A table's rows as plain cells, versions in time."""
    cells = {
        column.name: [cell_of(column, table.value(row, column.name)) for row in range(table.rows)]
        for column in table.schema.columns
    }
    rows = [dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True)]
    if "valid_from" in cells:
        # In time within each plan or component, which keeps its place in the table.
        by = sorted(rows, key=lambda row: row["valid_from"] or date.min)
        queues: dict[Any, Iterator[Row]] = {}
        for row in rows:
            key = (row["plan_id"], row.get("component_id"))
            queues.setdefault(
                key, iter([one for one in by if (one["plan_id"], one.get("component_id")) == key])
            )
        rows = [next(queues[row["plan_id"], row.get("component_id")]) for row in rows]
    return rows


def tables_of(rows: Mapping[str, Rows], people: Tables) -> Tables:
    """The rows as tables of plans, read again, with the other tables of `people`.

    Errors: everything that is wrong with them.
    """
    raws = []
    for name, each in rows.items():
        if not each:
            continue
        header = [column.name for column in people[name].schema.columns]
        body = [[row.get(column) for column in header] for row in _written(name, each)]
        raws.append(RawTable.of_rows([header, *body], name))
    read, issues = read_tables(raws, people.types)
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        raise CsmError.of(errors)
    found = Tables(people.types, people | {name: read[name] for name in PLAN_TABLES})
    found.left_out, found.company = dict(people.left_out), people.company
    return found


def _written(name: str, rows: Rows) -> list[Row]:
    part = _PARTS.get(name)
    if part is None:
        return list(rows.values())
    if not part.options:
        return [rows[key] for key in sorted(rows, key=lambda key: (key[0], key[1:]))]
    written = []
    for own in dict.fromkeys(key[:1] for key in rows):
        knots = [rows[key] for key in sorted(key for key in rows if key[:1] == own and len(key) > 1)]
        written += [knot | rows.get(own, {}) if not at else knot for at, knot in enumerate(knots)]
    return written


def edited(rows: Mapping[str, Rows], edits: Iterable[Edit]) -> dict[str, Rows]:
    """The rows with changes applied."""
    found = {name: dict(each) for name, each in rows.items()}
    for name, key, values in edits:
        if values is None:
            found[name].pop(key, None)
        else:
            found[name][key] = found[name].get(key, {}) | values
    return found


def changes(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> tuple[list[Edit], list[Change]]:
    """What turns plans into others: first what nobody notices, then the changes in their stated order.

    The order: of each plan its terms, its dates, its weights with the components that come and go, the
    other terms of its components in the order of their tables; then curves, tiers, ramps, seasons, matrices
    and risk classes. New curves and the like are there from the beginning; old ones stay, unused.
    """
    after = {name: _aligned(before[name], rows) if name not in _PARTS else rows
             for name, rows in after.items()}  # fmt: skip
    quiet: list[Edit] = []
    found: list[Change] = []
    plans = [{key[0] for key in rows["plans"]} for rows in (before, after)]
    for plan in dict.fromkeys(key[0] for key in [*before["plans"], *after["plans"]]):
        if plan in plans[0] & plans[1]:
            found += _of_plan(plan, before, after)
        elif plan in plans[1]:  # nobody can be on it yet; one that is no more stays, with nobody on it
            quiet += [(name, key, row) for name in ("plans", "components")
                      for key, row in after[name].items() if key[0] == plan]  # fmt: skip
    for name, part in _PARTS.items():
        for own in dict.fromkeys(key[0] for key in [*before[name], *after[name]]):
            old, new = (
                {key: row for key, row in rows[name].items() if key[0] == own} for rows in (before, after)
            )
            if not old and name not in _AT_ONCE:
                quiet += [(name, key, row) for key, row in new.items()]
            elif new:
                found += _of_part(name, part, own, old, new)
    return quiet, found


def _aligned(before: Rows, after: Rows) -> Rows:
    """Rows of versions, those that are versions of one thing numbered alike: by their order where there are
    as many, else by the day from which they count."""
    counts = [Counter(key[:-1] for key in rows) for rows in (before, after)]
    starts = {(*key[:-1], row["valid_from"]): key for key, row in before.items()}
    found: Rows = {}
    for key, row in after.items():
        if counts[0][key[:-1]] == counts[1][key[:-1]]:
            found[key] = row
        else:
            new = (*key[:-1], counts[0][key[:-1]] + key[-1])
            found[starts.get((*key[:-1], row["valid_from"]), new)] = row
    return found


def _of_plan(plan: str, before: Mapping[str, Rows], after: Mapping[str, Rows]) -> list[Change]:
    terms, dates, weights, others = (list[Change]() for _ in range(4))
    for name in ("plans", "components"):
        keys = [key for key in dict.fromkeys([*before[name], *after[name]]) if key[0] == plan]
        several = Counter(key[:-1] for key in keys)
        for key in keys:
            what = f"plan {plan}" if name == "plans" else f"component {plan}/{key[1]}"
            if several[key[:-1]] > 1:
                what += f", version {key[-1]}"
            old, new = before[name].get(key), after[name].get(key)
            into = terms if name == "plans" else others
            if old is None or new is None or old.get("type") != new.get("type"):
                change = Change(_whole(what, old, new), ((name, key, new),))
                weighted = any((row or {}).get("weight") is not None for row in (old, new))
                (weights if weighted else into).append(change)
                continue
            differing = [one for one in new if old[one] != new[one] and one not in _TOLD_ONLY]
            for columns in _together(differing):
                values = {one: new[one] for one in columns}
                change = Change(_told(what, old, values), ((name, key, values),))
                if columns[0] in _DATES:
                    dates.append(change)
                elif columns[0] == "weight":
                    weights.append(change)
                else:
                    into.append(change)
    return [*terms, *_joined(dates), *_joined(weights), *others]


def _joined(changes: list[Change]) -> list[Change]:
    """Changes that only work together, combined."""
    if not changes:
        return []
    words = "; ".join(dict.fromkeys(change.words for change in changes))
    return [Change(words, tuple(edit for change in changes for edit in change.edits))]


def _together(columns: list[str]) -> list[list[str]]:
    """The columns one by one, those with the first that give it another meaning; dates are one."""
    left, found = list(columns), []
    while left:
        first = next((one for group in _TOGETHER for one in left if one == group[0]), left[0])
        group: tuple[str, ...] = next((one for one in _TOGETHER if one[0] == first), (first,))
        group = _DATES if first in _DATES else group
        mine = [one for one in left if one in group]
        found.append([first, *(one for one in mine if one != first)] if first not in _DATES else mine)
        left = [one for one in left if one not in mine]
    return sorted(found, key=lambda group: min(columns.index(one) for one in group))


def _of_part(name: str, part: _Part, own: Any, old: Rows, new: Rows) -> list[Change]:
    what = f"{part.word} {own}"
    found = []
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    if gone or come:
        told_of = [f"{_at(part, old[key])} no longer" for key in gone]
        told_of += [f"{_at(part, new[key])} {_pays(part, new[key])} new" for key in come]
        edits: list[Edit] = [(name, key, None) for key in gone]
        found.append(Change(f"{what}: {'; '.join(told_of)}",
                            (*edits, *((name, key, new[key]) for key in come))))  # fmt: skip
    for key in (key for key in old if key in new):
        for column in (one for one in new[key] if old[key].get(one) != new[key][one]):
            value = {column: new[key][column]}
            if len(key) == 1:  # its options
                words = _told(what, old[key], value)
            else:
                label = "" if column == _main(part, new[key]) else f"{column} "
                verb = f"{part.pays} " if not label and part.pays else label
                both = f"{verb}{_cell(old[key][column])} → {_cell(value[column])}"
                words = f"{what}: {_at(part, new[key])} {both}".replace(":  ", ": ")
            found.append(Change(words, ((name, key, value),)))
    return found


def _main(part: _Part, row: Row) -> str:
    """The column of what a row of a part gives."""
    return next(one for one in row if one not in (part.name, *part.at))


def _at(part: _Part, row: Row) -> str:
    return part.place.format(*(_cell(row[one]) for one in part.at))


def _pays(part: _Part, row: Row) -> str:
    return f"{part.pays} {_cell(row[_main(part, row)])}".strip()


def _whole(what: str, old: Row | None, new: Row | None) -> str:
    if old is None or new is None:
        row = old or new or {}
        weight = f", weight {_cell(row['weight'])}" if row.get("weight") is not None else ""
        kind = f" ({row['type']}{weight})" if "type" in row else ""
        return f"{what}{kind} {'added' if old is None else 'removed'}"
    return f"{what}: type {old['type']} → {new['type']}"


def _told(what: str, old: Row, new: Row) -> str:
    both = [f"{column} {_cell(old[column])} → {_cell(value)}" for column, value in new.items()]
    return f"{what}: {', '.join(both)}"


def _cell(value: Any) -> str:
    """A cell in words.

    >>> [_cell(x) for x in (0.5, None, True, date(2026, 1, 1), "ote", 3)]
    ['0.5', 'blank', 'TRUE', '2026-01-01', 'ote', '3']
    """
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return value.isoformat()
    return told(float(value)) if isinstance(value, (int, float)) else str(value)


def stepwise(
    rows: Mapping[str, Rows], wanted: Iterable[Change], stands: Callable[[dict[str, Rows]], Any]
) -> Iterator[tuple[str, Any]]:
    """Apply changes one after another: each change, and the result after it; None if the result needs
    everything of the second plans.

    stands: pays by the plans, or raises `CsmError` if they are invalid. A change that is invalid alone
        waits for the others; if it still is, it is combined with those it needs.
    """
    state = dict(rows)
    left = list(wanted)
    while left:
        waiting: list[Change] = []
        for change in left:
            tried = edited(state, change.edits)
            try:
                result = stands(tried)
            except CsmError:
                waiting.append(change)
                continue
            state = tried
            yield change.words, result
        if len(waiting) == len(left):
            first, second = _joined(waiting[:2]), waiting[2:]
            if len(waiting) == 1:
                yield waiting[0].words, None
                return
            left = [*first, *second]
        else:
            left = waiting
