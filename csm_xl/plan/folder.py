"""Plans as a folder of TOML, one file a plan, in a repository.

A plan's file holds its dated versions, its components, and the curves, tier tables, ramps, seasons and
matrices that it alone uses. What several plans use, or none, is in ``shared.toml``, so that it is said
once. There `[order]` says the order of the plans' files, and where rows of a table are not together by
file, how many of which file follow one another; so that the tables come back row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.plan.decisions import DECISIONS
from csm_xl.plan.filenames import safe_names
from csm_xl.plan.parts import PARTS
from csm_xl.plan.raw import Origin, RawTable, joined
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.table import Tables
from csm_xl.plan.toml import ORDER, from_toml, parse_toml, plain_toml, read_toml_text, to_toml

SHARED: Final = "shared.toml"


def plan_files(tables: Tables) -> dict[str, str]:
    """File name → TOML text of the plan tables; `plan_tables` reads them back.

    The same tables always give the same texts, and a change of one plan changes its file alone.
    """
    plans = list(dict.fromkeys(str(name) for name in tables["plans"].columns["plan_id"]))
    names = {plan: f"{name}.toml" for plan, name in safe_names(plans, {"shared"}).items()}
    files = list(names.values())
    where = {name: _places(tables, name, names) for name in PLAN_TABLES}
    texts = {}
    for file in [*files, SHARED]:
        of_file = {
            name: tables[name].take([row for row, place in enumerate(places) if place == file])
            for name, places in where.items()
        }
        texts[file] = to_toml(Tables(tables.types, of_file))
    order = _order(files, where)
    texts[SHARED] = "\n".join(part for part in (order, texts[SHARED]) if part)
    return {file: text for file, text in texts.items() if text}


def _places(tables: Tables, name: str, files: dict[str, str]) -> list[str]:
    """The file of each row of a table."""
    table = tables[name]
    if name in ("plans", "components"):
        return [files.get(str(plan), SHARED) for plan in table.columns["plan_id"]]
    if name not in PARTS:
        return [SHARED] * table.rows
    key, components = PARTS[name][0], tables["components"].columns
    users: dict[str, set[str]] = {}
    for plan, part in zip(components["plan_id"], components.get(key, []), strict=False):
        users.setdefault(str(part), set()).add(str(plan))
    return [
        files.get(next(iter(using)), SHARED) if len(using := users.get(str(part), set())) == 1 else SHARED
        for part in table.columns[key]
    ]


def _order(files: Sequence[str], where: dict[str, list[str]]) -> str:
    """What sorting files by name, and rows by file, would lose; nothing where it loses nothing."""
    said: list[str] = []
    if list(files) != sorted(files):
        said.append("files = [\n" + "".join(f"    {plain_toml(file)},\n" for file in files) + "]")
    rank = {file: at for at, file in enumerate([*files, SHARED])}
    for name, places in where.items():
        if [rank[place] for place in places] != sorted(rank[place] for place in places):
            runs = ((file, len(list(run))) for file, run in groupby(places))
            said.append(f"{name} = [{', '.join(f'[{plain_toml(file)}, {count}]' for file, count in runs)}]")
    return f"[{ORDER}]\n" + "\n".join(said) + "\n" if said else ""


def plan_tables(files: Iterable[Path]) -> list[RawTable]:
    """The tables of TOML files, those of a folder in the order that its ``shared.toml`` states.

    Errors: everything that is wrong with any of the files, each finding with its file and entry.
    """
    every = sorted(files, key=lambda file: file.name)
    issues: list[Issue] = []
    order: dict[str, Any] = {}
    found: dict[str, list[RawTable]] = {}
    for file in every:
        try:
            found[file.name] = from_toml(file)
            stated = parse_toml(read_toml_text(file), file.name).get(ORDER)
            if stated is not None:
                order = _checked(stated, file.name)
        except CsmError as error:
            issues += error.issues
    issues += _twice(found)
    if issues:
        raise CsmError.of(issues)
    first = {name: at for at, name in enumerate(order.get("files", []))}
    names = sorted(found, key=lambda name: (name == SHARED, first.get(name, len(first))))
    in_order: list[RawTable] = []
    for table in PLAN_TABLES:
        raws = [raw for name in names for raw in found[name] if raw.name == table]
        in_order += _by_runs(raws, order[table]) if table in order and len(raws) > 1 else raws
    return [*in_order, *(raw for name in names for raw in found[name] if raw.name in DECISIONS)]


def _twice(found: dict[str, list[RawTable]]) -> list[Issue]:
    """Curves, tier tables and so on that two files say: together they would be one with all the rows."""
    issues = []
    said: dict[tuple[str, str], str] = {}
    for file, raws in found.items():
        for raw in raws:
            key = PARTS[raw.name][0] if raw.name in PARTS else None
            for row in raw.rows[1:] if key else ():
                name = str(row[list(raw.rows[0]).index(key)])
                if (other := said.setdefault((str(raw.name), name), file)) != file:
                    what = f"{raw.name} {name} is also in {other}"
                    hint = f"Keep it in one file; what several plans use belongs in {SHARED}."
                    issues.append(Issue(VALUE, what, f"{file} {raw.name}", name, hint))
    return list(dict.fromkeys(issues))


def _checked(order: Any, file: str) -> dict[str, Any]:
    """The stated order, if it is one."""
    known = ("files", *PLAN_TABLES)
    issues = []
    for name, stated in order.items() if isinstance(order, dict) else [(ORDER, None)]:
        right = isinstance(stated, list) and all(
            isinstance(one, str) if name == "files" else isinstance(one, list) and len(one) == 2
            and isinstance(one[0], str) and type(one[1]) is int and one[1] > 0
            for one in stated
        )  # fmt: skip
        if name not in known or not right:
            what, hint = f"this is no order of {', '.join(known)}", "Leave it out, or export the plans again."
            issues.append(Issue(VALUE, what, f"{file} {ORDER}.{name}", None, hint))
    if issues:
        raise CsmError.of(issues)
    return dict(order)


def _by_runs(raws: Sequence[RawTable], runs: Sequence[tuple[str, int]]) -> list[RawTable]:
    """Tables of several files as one, their rows in runs; rows that no run names follow after those of
    their file, or at the end."""
    whole = reduce(joined, raws)
    left: dict[str, list[int]] = {}
    begin = 1
    for raw in raws:
        left[raw.origin.name] = list(range(begin, begin + len(raw.rows) - 1))
        begin += len(raw.rows) - 1
    taken: list[int] = []
    last = {file: at for at, (file, _) in enumerate(runs)}
    for at, (file, count) in enumerate(runs):
        rows = left.get(file, [])
        count = len(rows) if last[file] == at else count
        taken += rows[:count]
        left[file] = rows[count:]
    taken += [row for rows in left.values() for row in rows]
    labels = tuple(whole.origin.labels[row - 1] for row in taken)
    origin = Origin("toml", "", labels=labels, notes=whole.origin.notes)
    return [RawTable(whole.name, [whole.rows[0], *(whole.rows[row] for row in taken)], origin)]
