"""The open workbook as a file, and what was found in it as the pane shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, CsmError, Issue, counted, faults
from csm_xl.workbook.sheets.results import PAYOUTS
from csm_xl.xlsx.package import Package

Tell = Callable[[str], None]
_COMMAND: Final = re.compile(r'csm-xl refresh (?:"[^"]*"|\S+?)(?=[.;,]?(?:\s|$))')
_BUTTON: Final = "click Refresh pay"
_NO_WRITES: Final[dict[str, Any]] = {
    "tables": [],
    "cells": [],
    "columns": [],
    "printed": {},
    "properties": {},
    "arrays": [],
    "names": [],
}


@contextmanager
def opened(file: bytes, name: str) -> Iterator[Package]:
    """A workbook that Excel hands over.

    name: its file name, by which findings call it; a workbook that was never saved has none with an ending.
    Errors: as `Package`; a workbook of somebody else.
    """
    path = Path(Path(name).name or "workbook")
    with TemporaryDirectory() as folder:
        path = Path(folder) / (path if path.suffix else f"{path}.xlsx")
        path.write_bytes(bytes(file))
        package = Package(path)
        if PAYOUTS.casefold() not in {region.name.casefold() for region in package.tables()}:
            said = f"this is not a csm_xl workbook: it has no table {PAYOUTS}"
            raise CsmError(NOT_FOUND, said, path.name, None, "Open one that csm-xl new has built.")
        yield package


def findings(found: Iterable[Issue]) -> list[dict[str, Any]]:
    """Findings, each with its severity, its cell and its words. Where they advise the command for a refresh,
    there is a button here."""
    return [{"severity": one.severity, "where": one.where, "said": with_button(str(one))} for one in found]


def with_button(said: str) -> str:
    """Words with the button in place of the command.

    >>> with_button("Refresh it: csm-xl refresh /tmp/a.xlsx. Now."), with_button('csm-xl refresh "a b.xlsx"')
    ('Refresh it: click Refresh pay. Now.', 'click Refresh pay')
    """
    return _COMMAND.sub(_BUTTON, said)


def stopped(found: Sequence[Issue], writes: dict[str, Any] = _NO_WRITES) -> str:
    """The answer where nobody can be paid, as JSON.

    writes: where the workbook has a sheet for them, the findings.
    """
    said = f"Nobody was paid. Correct {counted(len(faults(found)), 'finding')}, then refresh again."
    return json.dumps({"refused": True, "writes": writes, "said": [said], "findings": findings(found),
                       "movers": [], "people": None})  # fmt: skip
