"""Output of the command line: findings one per line, tables, progress, and JSON for programs."""

from __future__ import annotations

import codecs
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from csm_xl.errors import CsmError, Issue, counted, grouped

_LONGEST_NAME: Final = 24  # longer ones fold
_ALIKE: Final = 5
"""Up to this many findings with the same text are shown in full."""
_OTHER_SIGNS: Final = {"✓": "+", "✗": "x", "→": "->", "−": "-", "≥": ">=", "≤": "<=", "▸": ">"}
_OTHERWISE: Final = "csm_xl_other_signs"
_PIPED_WIDTH: Final = 200  # a pipe has no width; a narrow default would cut cells


def console(error: bool = False) -> Console:
    """A console on stdout or stderr; color only on a terminal."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _PIPED_WIDTH
    return Console(stderr=error, highlight=False, width=width)


def say(line: str | Text = "") -> None:
    """A line on stdout, never wrapped when piped."""
    console().print(line, soft_wrap=True)


def note(line: str | Text) -> None:
    """A line on stderr: progress and notes, apart from the result."""
    console(error=True).print(line, soft_wrap=True)


def to_json(value: Any) -> str:
    """A value as JSON, one document; dates are ISO text.

    Where stdout is not UTF-8, as in a pipe on Windows, other letters than ASCII are escaped: programs expect
    UTF-8, and the code page may lack a letter of a name.
    """

    def plain(thing: Any) -> Any:
        return thing.isoformat() if isinstance(thing, date) else str(thing)

    return json.dumps(value, ensure_ascii=not _in_utf_8(), default=plain, allow_nan=False)


def _in_utf_8() -> bool:
    return codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"


def _in_other_signs(error: UnicodeError) -> tuple[str, int]:
    """What is written for letters that a code page lacks: signs that mean the same, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_OTHER_SIGNS.get(letter, "?") for letter in lacking), error.end


codecs.register_error(_OTHERWISE, _in_other_signs)


def fit_code_page(stream: TextIO) -> None:
    """Have a stream write what its code page lacks in other signs, with no traceback.

    On Windows, pipes and files have a code page of that kind; a terminal has none.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=_OTHERWISE)


def issue_record(issue: Issue) -> dict[str, Any]:
    """A finding as a JSON object.

    The keys where and got are the former names of location and found, kept for one version.
    """
    found = issue.got if isinstance(issue.got, (str, int, float, bool, type(None))) else str(issue.got)
    return {
        "severity": issue.severity,
        "code": issue.code,
        "rule": issue.rule or None,
        "location": issue.where,
        "message": issue.message,
        "found": found,
        "hint": issue.hint,
        "where": issue.where,
        "got": found,
    }


def _issue_line(issue: Issue) -> Text:
    color = {"error": "red", "warning": "yellow"}.get(issue.severity, "cyan")
    where = f"{issue.where}: " if issue.where else ""
    rest = str(issue).removeprefix(where)
    # One line per finding, even if a cell holds line breaks. No Excel error code: that belongs in a cell.
    label = (
        issue.rule if issue.rule and issue.severity == "error" else f"{issue.severity} {issue.rule}".rstrip()
    )
    return Text.assemble(
        (label, f"bold {color}"), f"{'' if where else ':'} ", (where, "bold"), " ".join(rest.split())
    )


def findings(issues: Sequence[Issue], title: str = "") -> None:
    """Findings on stderr, one per line, under an optional title; of many alike, the first ones and the places
    of more."""
    out = console(error=True)
    if title:
        out.print(Text(title, style="bold"), soft_wrap=True)
    alike: dict[tuple[str, ...], list[Issue]] = {}
    for issue in issues:
        alike.setdefault((issue.severity, issue.code, issue.message, issue.hint), []).append(issue)
    for same in alike.values():
        listed = same if len(same) <= _ALIKE + 1 else same[:_ALIKE]
        for issue in listed:
            out.print(_issue_line(issue), soft_wrap=True)
        if rest := same[len(listed) :]:
            places = ", ".join(issue.where for issue in rest[:_ALIKE])
            more = f"  and {len(rest):,} more of the same: {places}{' …' if len(rest) > _ALIKE else ''}"
            out.print(Text(more), soft_wrap=True)


def failure(error: CsmError, as_json: bool) -> None:
    """Print an error: its findings on stderr, or as one JSON object on stdout."""
    if as_json:
        print(to_json({"errors": [issue_record(issue) for issue in error.issues]}))
        return
    # Findings of one kind, such as people without a result, are one line.
    alone = [issue for issue in error.issues if not issue.kind]
    shown = [*alone, *grouped(issue for issue in error.issues if issue.kind)]
    several = f"{counted(len(error.issues), 'finding')}:" if len(error.issues) > 1 else ""
    findings(shown, several)


def table(header: Iterable[str], rows: Iterable[Sequence[Any]], title: str = "", exact: bool = False) -> None:
    """A table on stdout: numbers right-aligned with thousands separators, text left-aligned.

    exact: show numbers with as many decimals as they have, up to 9, rather than as money.
    """
    body = [list(row) for row in rows]
    out = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    texts = [[_shown(cell, exact) for cell in row] for row in body]
    for at, name in enumerate(header):
        right = any(isinstance(row[at], (int, float)) and not isinstance(row[at], bool) for row in body)
        # A narrow terminal wraps sentences, but never a number or a name.
        words = (part for row in texts for part in ([row[at]] if right else row[at].split()))
        whole = min(max(map(len, words), default=0), _LONGEST_NAME)
        out.add_column(name, justify="right" if right else "left", overflow="fold", min_width=whole)
    for row in texts:
        out.add_row(*(Text(cell) for cell in row))
    # If still wider than the terminal, lines wrap: better than cutting off a digit.
    console().print(out, "", sep="\n", crop=False)


def _shown(cell: Any, exact: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        if exact or 0.0000005 <= abs(cell) < 0.005:  # a small rate has no cents
            return f"{cell:,.{9 if exact else 6}f}".rstrip("0").rstrip(".")
        return f"{cell:,.2f}"
    if isinstance(cell, int):
        return f"{cell:,}"
    return str(cell)


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """A spinner on stderr during a long step; silent if it is not a terminal.

    Yields a function that shows the current step.
    """
    out = console(error=True)
    if not out.is_terminal:
        yield lambda _: None
        return
    with out.status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")
