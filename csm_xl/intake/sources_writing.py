"""A mapping as the text of sources.toml; reading it gives the mapping back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from csm_xl.intake.sources import REPLACE, Join, Source, Sources
from csm_xl.plan.toml import plain_toml

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_ABOUT: Final = (
    "# Where each table comes from. csm-xl import reads and writes this file; docs/IMPORT.md describes it.\n"
)
_QUOTED: Final = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def sources_text(sources: Iterable[Source]) -> str:
    """The text of a mapping file."""
    return _ABOUT + "".join(f"\n{source_text(source)}" for source in sources)


def source_text(source: Source) -> str:
    """One source.

    >>> print(source_text(Source("deals", "crm*.csv", columns={"date": "Close Date"}, dates="mdy")), end="")
    [[source]]
    table = "deals"
    from = "crm*.csv"
    columns.date = "Close Date"
    dates = "mdy"
    """
    said: list[tuple[str, Any]] = [
        ("table", source.table), ("from", source.pattern), ("sheet", source.sheet),
        ("header_row", source.header_row), ("encoding", source.encoding), ("url", source.url),
        ("query", source.query), ("columns", source.columns), ("values", source.values),
        ("where", {key: list(each) if len(each) > 1 else each[0] for key, each in source.where.items()}),
        ("blanks", source.blanks),
        ("dates", source.dates), ("times", source.times), ("number", source.number),
        ("percent", list(source.percent)), ("text", list(source.text)), ("currency", source.currency),
        ("fill", source.fill), ("join", {ours: join_entry(one) for ours, one in source.join.items()}),
        ("unpivot", {} if source.unpivot is None else {
            "name": source.unpivot.name, "value": source.unpivot.value, "columns": source.unpivot.columns,
            **({"beside": source.unpivot.beside} if source.unpivot.beside else {}),
            **({"checked": source.unpivot.checked} if source.unpivot.checked else {})}),
        ("ignore", list(source.ignore)), ("rows", "" if source.rows == REPLACE else source.rows),
    ]  # fmt: skip
    lines = ["[[source]]"]
    for key, value in said:
        if value in ("", 0) or value == {} or value == []:
            continue
        if isinstance(value, Mapping):  # a line each, so that one can be added
            lines += [f"{key}.{toml_key(name)} = {toml(each)}" for name, each in value.items()]
        else:
            lines.append(f"{key} = {toml(value)}")
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    """A value as TOML in one line.

    >>> toml({"date": "Close Date", "Deal type": ["a", "b"]})
    '{ date = "Close Date", "Deal type" = ["a", "b"] }'
    """
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{toml_key(name)} = {toml(each)}' for name, each in value.items())} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml, value))}]"
    return plain_toml(value)


def toml_key(name: str) -> str:
    """A key of TOML, in quotes where it needs them.

    >>> toml_key("Stage"), toml_key("Deal Stage"), toml_key("Équipe")
    ('Stage', '"Deal Stage"', '"Équipe"')
    """
    return name if _BARE.fullmatch(name) else plain_toml(name)


def join_entry(join: Join) -> dict[str, Any]:
    """A lookup as a value of `join`."""
    said = {
        "column": join.column,
        "file": join.file,
        "table": join.table,
        "key": join.key if isinstance(join.key, str) else list(join.key),
        "value": join.value,
    }
    return {key: value for key, value in said.items() if value}


def new_text(before: str, old: Sources, sources: Sequence[Source]) -> str | None:
    """The text of a mapping file with other sources, without losing anything that somebody wrote.

    before: the text as it is; blank where there is none. sources: the old ones in their order, then those
    that are new, which are written below. None where one that was there changes and the file has comments,
    which would be lost.
    """
    if not before:
        return sources_text(sources)
    many = len(old.sources)
    if list(sources[:many]) == list(old.sources):
        fresh = sources[many:]
        return (
            before.rstrip("\n") + "\n" + "".join(f"\n{source_text(one)}" for one in fresh)
            if fresh
            else before
        )
    return None if "#" in _QUOTED.sub("", before.removeprefix(_ABOUT)) else sources_text(sources)


def pattern_of(path: Path, beside: Path, others: Iterable[Path] = ()) -> str:
    """The pattern by which the next export of a file is found: the same name with another date or number.

    beside: the folder of the mapping. others: files that it must not name too.

    >>> pattern_of(Path("in/workers_2026-03-31.csv"), Path()), pattern_of(Path("crm.csv"), Path())
    ('in/workers_*.csv', 'crm.csv')
    """
    folder = Path(os.path.relpath(path.parent.absolute(), beside.absolute()))
    stem = re.sub(r"\d+(?:[-_. ]?\d+)*(?: ?[AP]M\b)?", "*", re.sub(r"[\[\]?*]", "?", path.stem))
    name = f"{stem}{path.suffix}"
    if stem.strip("*?_- .") == "" or any(one.name != path.name and one.match(name) for one in others):
        name = re.sub(r"[\[\]*]", "?", path.name)
    return (folder / name).as_posix()
