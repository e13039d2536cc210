"""Array formulas made dynamic, which spill as many cells as their result has, and fixed again.

In the file both are ``<f t="array" ref="…">`` at the first cell, and the cells that they fill have their
values as typed cells have. The cell of a dynamic one names, by ``cm``, a record of ``xl/metadata.xml`` that
says so (``XLDAPR``). Sources: [MS-XLSX], ``dynamicArrayProperties``; ECMA-376 part 1, 18.3.1.4 (``cm``) and
18.9 (metadata); XlsxWriter, "Dynamic Array support", whose files Excel opens so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from csm_xl.xlsx.patch import follow
from csm_xl.xlsx.patch.markup import Element, Markup
from csm_xl.xlsx.patch.parts import Parts
from csm_xl.xlsx.patch.sheet import SheetPart

_NAMED: Final = "XLDAPR"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
_EXTENSION: Final = (
    '<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"><xda:dynamicArrayProperties'
    ' xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"'
    ' fDynamic="1" fCollapsed="0"/></ext>'
)
_TYPE: Final = (
    f'<metadataType name="{_NAMED}" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1"'
    ' merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1"'
    ' assign="1" coerce="1" cellMeta="1"/>'
)
_FUTURE: Final = (
    f'<futureMetadata name="{_NAMED}" count="1"><bk><extLst>{_EXTENSION}</extLst></bk></futureMetadata>'
)
_METADATA: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    f'<metadataTypes count="1">{_TYPE}</metadataTypes>{_FUTURE}'
    '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
_MARK: Final = re.compile(r'\scm\s*=\s*(?:"[^"]*"|\'[^\']*\')')


def make_fixed(sheet: SheetPart, cells: Iterable[tuple[int, int]]) -> None:
    """Let array formulas fill the cells that they fill now, whatever their result is."""
    for cell in cells:
        tag, closes, rest = sheet.grid.cell(*cell).partition(">")
        sheet.grid.set(*cell, _MARK.sub("", tag) + closes + rest)
        sheet.touched = True


def make_dynamic(sheet: SheetPart, cells: Iterable[tuple[int, int]], record: int) -> None:
    """Let array formulas fill as many cells as their result has. record: as `dynamic_record` gives it."""
    for cell in cells:
        tag, closes, rest = sheet.grid.cell(*cell).partition(">")
        sheet.grid.set(*cell, f'{_MARK.sub("", tag)} cm="{record}"{closes}{rest}')
        sheet.touched = True


def dynamic_record(parts: Parts) -> int:
    """The number of the record by which a file calls an array formula dynamic; added where there is none."""
    package = parts.package
    part = next(follow.related(package, package.book, "sheetMetadata"), None)
    if part is None:
        part = parts.free("xl/metadata{}.xml")
        parts.add(part, _METADATA.encode(), _KIND)
        parts.link(package.book, "sheetMetadata", part)
        return 1
    markup = parts.open(part)
    known = _known(markup)
    return known if known else _added(markup)


def _known(markup: Markup) -> int:
    """The number of the record that is there; 0 where there is none."""
    types = [markup.get(one, "name") for one in markup.root.every("metadataType")]
    future = next(
        (one for one in markup.root.every("futureMetadata") if markup.get(one, "name") == _NAMED), None
    )
    cells = markup.root.child("cellMetadata")
    if _NAMED not in types or future is None or cells is None:
        return 0
    dynamic = [any(markup.get(said, "fDynamic") in ("1", "true")
                   for said in one.every("dynamicArrayProperties")) for one in _blocks(future)]  # fmt: skip
    for number, one in enumerate(_blocks(cells), 1):
        for record in one.every("rc"):
            kind, value = (int(markup.get(record, name) or "0") for name in ("t", "v"))
            if kind == types.index(_NAMED) + 1 and value < len(dynamic) and dynamic[value]:
                return number
    return 0


def _added(markup: Markup) -> int:
    """Add the record to metadata of other kinds, of rich values for instance; returns its number."""
    root, prefix = markup.root, markup.root.prefix
    kinds = root.child("metadataTypes")
    types = [markup.get(one, "name") for one in root.every("metadataType")]
    cells = root.child("cellMetadata")
    if prefix or kinds is None:  # which no program writes
        raise ValueError("the metadata of the workbook are of an unknown form")
    if _NAMED not in types:
        types.append(_NAMED)
        markup.append(kinds, _TYPE)
        markup.set(kinds, "count", str(len(types)))
    future = next((one for one in root.every("futureMetadata") if markup.get(one, "name") == _NAMED), None)
    value = len(_blocks(future)) if future else 0
    after = [one for one in root.children if one.name in ("metadataTypes", "metadataStrings", "mdxMetadata",
                                                          "futureMetadata")][-1].end  # fmt: skip
    if future is None:
        markup.replace(after, after, _FUTURE)
    else:
        markup.append(future, f"<bk><extLst>{_EXTENSION}</extLst></bk>")
        markup.set(future, "count", str(value + 1))
    record = f'<bk><rc t="{types.index(_NAMED) + 1}" v="{value}"/></bk>'
    if cells is None:
        markup.replace(after, after, f'<cellMetadata count="1">{record}</cellMetadata>')
        return 1
    number = len(_blocks(cells)) + 1
    markup.append(cells, record)
    markup.set(cells, "count", str(number))
    return number


def _blocks(one: Element) -> list[Element]:
    return [child for child in one.children if child.name == "bk"]
