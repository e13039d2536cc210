"""What of a workbook's VBA project is not csm_xl's: modules and procedures that somebody added or changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from csm_xl.excel.ovba import module_sources
from csm_xl.excel.vba_project import built_stamp, macros, stamp_of

_PROCEDURE: Final = re.compile(
    r"(?im)^[ \t]*(?:(?:Public|Private|Friend|Static)[ \t]+)*(?:Sub|Function|Property[ \t]+(?:Get|Let|Set))"
    r"[ \t]+(\w+)"
)
_SHEET: Final = re.compile(r"(?im)^Attribute VB_Base = \"0\{0002082[0-9]-")
"""What the module of the workbook (…19), a sheet (…20) or a chart sheet (…21) begins with."""


def own_macros(project: bytes) -> list[str]:
    """The macros in a VBA project that csm_xl did not put there, each as ``module`` or ``module.procedure``.

    A module of ours whose text differs counts where it is of this very version; that of another version has
    another text, and counts where it has procedures that ours has not.
    Errors: ValueError where the project is torn.
    """
    ours = module_sources(macros())
    known = {name.casefold(): source for name, source in ours.items()}
    is_this = stamp_of(project) == built_stamp()
    return [found for name, source in module_sources(project).items()
            for found in _own(name, source, known.get(name.casefold()), is_this)]  # fmt: skip


def _own(name: str, source: str, ours: str | None, is_this: bool) -> Iterator[str]:
    said = _procedures(source)
    if ours is None:
        if not _SHEET.search(source):
            yield name
            return
        ours = ""  # of a sheet that somebody added
    added = [one for key, one in said.items() if key not in _procedures(ours)]
    if added:
        yield from (f"{name}.{one}" for one in added)
    elif (is_this or not _procedures(ours)) and _plain(source) != _plain(ours):
        yield name


def _procedures(source: str) -> dict[str, str]:
    return {found[1].casefold(): found[1] for found in _PROCEDURE.finditer(source)}


def _plain(source: str) -> list[str]:
    """The lines that say something, as the editor of Excel may space and spell them."""
    lines = (" ".join(line.split()).casefold() for line in source.splitlines())
    return [
        line for line in lines if line and not line.startswith(("attribute ", "version ", "option explicit"))
    ]
