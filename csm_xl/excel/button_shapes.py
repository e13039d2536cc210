"""The buttons of csm_xl in the parts of a worksheet: taken away, and put in again.

A button is a shape of the sheet's VML drawing that names its macro. A file that Excel has saved has it twice
more: as a control of the sheet, with a part of its own, and as a hidden shape of the sheet's drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from csm_xl.excel.vba_project import BUTTONS
from csm_xl.workbook.page import Button
from csm_xl.workbook.sheets.control import ACTIONS, SIZE
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import follow
from csm_xl.xlsx.patch.markup import Element, Markup, attribute_text, escaped
from csm_xl.xlsx.patch.parts import RELATED, Parts, before

_SHEETS: Final = {"Control": len(ACTIONS), "Import": 1}
"""The sheets with buttons, and how many of the actions each has."""
_VML: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_EMPTY: Final = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{0}"/></o:shapelayout>{1}</xml>'
)
_TYPE: Final = (
    '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f"'
    ' o:connecttype="rect"/><o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
)
_BEHIND: Final = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
                  "tableParts", "extLst")  # fmt: skip
"""What the schema wants behind the link to a sheet's VML drawing."""
_LEFT, _TOP = 6, 4
_A_SHEET: Final = 1024
"""How many numbers of shapes a block has; each VML drawing has blocks of its own."""
_NUMBER: Final = re.compile(r"_x0000_s(\d+)")


def buttons_of(package: Package, sheet: str) -> list[Button]:
    """The buttons that belong on a sheet, by the captions in its first column."""
    cells = package.cells(sheet).values if sheet in package.sheets else {}
    found = []
    for caption, macro, command, meaning in ACTIONS[: _SHEETS.get(sheet, 0)]:
        rows = [row for (row, column), value in cells.items()
                if column == 1 and value == caption
                and str(cells.get((row, 2))).split()[:2] == command.split()[:2]]  # fmt: skip
        if rows:
            found.append(Button(min(rows), 1, macro, caption, meaning, *SIZE))
    return found


def has_buttons(package: Package, sheet: str) -> bool:
    """Whether a sheet has one of the buttons."""
    return any(
        _shapes(Markup(package.read(part).decode("utf-8", "replace"))) for part in _drawings(package, sheet)
    )


def remove_buttons(parts: Parts, sheet: str) -> int:
    """Take the buttons of csm_xl from a sheet, and whatever is only theirs; returns how many there were."""
    package, page = parts.package, parts.sheet(sheet)
    count = 0
    for part in _drawings(package, sheet):
        drawing = parts.open(part)
        ours = _shapes(drawing)
        numbers = {found[1] for one in ours if (found := _NUMBER.search(drawing.get(one, "id") or ""))}
        count += len(ours)
        for one in ours:
            drawing.remove(one)
        others = [one for one in drawing.root.every("shape", "group", "rect", "oval") if one not in ours]
        if ours and not others:
            link = next(name for name, _, target in parts.links(page.part) if target == part)
            for one in page.frame.root.every("legacyDrawing"):
                if link in page.frame.attributes(one).values():
                    page.frame.remove(one)
            parts.drop(part, page.part)
        _remove_controls(parts, sheet, numbers)
    return count


def add_buttons(parts: Parts, sheet: str) -> int:
    """Put the buttons of csm_xl on a sheet, unless it has them; returns how many there are now.

    Notes and buttons of others in the same drawing stay.
    """
    package, page = parts.package, parts.sheet(sheet)
    wanted = buttons_of(package, sheet)
    if not wanted or has_buttons(package, sheet):
        return 0
    part = next(_drawings(package, sheet), None)
    block = _free_block(package)
    numbered = enumerate(wanted, block * _A_SHEET + 1)
    shapes = "".join(_shape(one, number, order) for order, (number, one) in enumerate(numbered, 1))
    if part is None:
        part = parts.free("xl/drawings/vmlDrawing{}.vml")
        parts.add(part, _EMPTY.format(block, _TYPE + shapes).encode())
        parts.ending("vml", _VML)
        link = parts.link(page.part, "vmlDrawing", part)
        at = before(page.frame, _BEHIND)
        prefix = page.frame.root.prefix
        page.frame.replace(at, at, f'<{prefix}legacyDrawing xmlns:r="{RELATED}" r:id="{link}"/>')
        return len(wanted)
    drawing = parts.open(part)
    for one in drawing.root.every("idmap"):
        drawing.set(one, "data", f"{drawing.get(one, 'data') or ''},{block}".lstrip(","))
    known = any(drawing.get(one, "id") == "_x0000_t201" for one in drawing.root.every("shapetype"))
    drawing.append(drawing.root, ("" if known else _TYPE) + shapes)
    return len(wanted)


def _shapes(drawing: Markup) -> list[Element]:
    """The shapes of a VML drawing that run a macro of csm_xl."""
    return [shape for shape in drawing.root.every("shape")
            if any(_macro(drawing.content(one)) in BUTTONS for one in shape.every("FmlaMacro"))]  # fmt: skip


def _macro(named: str) -> str:
    """The macro itself, of ``[0]!RefreshPlans`` or ``'pay.xlsm'!RefreshPlans``."""
    return named.rpartition("!")[2].rpartition(".")[2].strip()


def _drawings(package: Package, sheet: str) -> Iterator[str]:
    return follow.related(package, package.sheets[sheet], "vmlDrawing")


def _remove_controls(parts: Parts, sheet: str, numbers: Iterable[str]) -> None:
    """Take what Excel writes about the shapes of some numbers from the sheet and from its drawing."""
    page, wanted = parts.sheet(sheet), set(numbers)
    frame = page.frame
    targets = {name: (kind, target) for name, kind, target in parts.links(page.part)}
    gone = [one for one in frame.root.every("control") if frame.get(one, "shapeId") in wanted]
    for one in gone:
        for value in frame.attributes(one).values():
            kind, target = targets.get(value, ("", ""))
            if kind.endswith("/ctrlProp") and target in parts.package.parts:
                parts.drop(target, page.part)
    for every in list(frame.root.every("controls")):
        left = [one for one in every.every("control") if one not in gone]
        ours = [one for one in every.every("control") if one in gone]
        for one in [every] if ours and not left else ours:
            frame.remove(_around(frame.root, one))
    for kind, target in targets.values():
        if kind.endswith("/drawing") and target in parts.package.parts and wanted:
            drawing = parts.open(target)
            said = {f"_x0000_s{number}" for number in wanted}
            for anchor in list(drawing.root.every("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")):
                if any(drawing.get(one, "spid") in said for one in anchor.every("compatExt")):
                    drawing.remove(_around(drawing.root, anchor))


def _around(root: Element, one: Element) -> Element:
    """The ``mc:AlternateContent`` that holds nothing but an element; else the element itself."""
    holding = [
        each for each in root.every("AlternateContent") if each.start < one.start and one.end <= each.end
    ]
    for each in reversed(holding):
        choices = [choice for choice in each.children if choice.name == "Choice"]
        if len(choices) == 1 and len(choices[0].children) == 1 and choices[0].children[0].start == one.start:
            return each
    return one


def _free_block(package: Package) -> int:
    """A block of numbers of shapes that no VML drawing of the file has."""
    taken = {0}
    for part in package.parts:
        if part.casefold().endswith(".vml"):
            for found in re.finditer(
                r'idmap[^>]*\sdata\s*=\s*["\']([\d, ]+)', package.read(part).decode("utf-8", "replace")
            ):
                taken |= {int(one) for one in found[1].split(",") if one.strip().isdecimal()}
    return max(taken) + 1


def _shape(one: Button, number: int, order: int) -> str:
    """A button as a shape; Excel and LibreOffice place it by its anchor."""
    row = one.row - 1
    width, height = (size * 3 / 4 for size in (one.width, one.height))
    place = f"margin-left:{_LEFT * 3 / 4:g}pt;margin-top:0;width:{width:g}pt;height:{height:g}pt"
    font = '<font face="Calibri" size="220" color="#000000">'
    anchor = (0, _LEFT, row, _TOP, 0, _LEFT + one.width, row, _TOP + one.height)
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t201" alt="{attribute_text(one.meaning)}"'
        f' style="position:absolute;{place};z-index:{order};mso-wrap-style:tight" o:button="t"'
        ' fillcolor="buttonFace [67]"'
        ' strokecolor="windowText [64]" o:insetmode="auto">'
        '<v:fill color2="buttonFace [67]" o:detectmouseclick="t"/>'
        '<o:lock v:ext="edit" rotation="t"/><v:textbox style="mso-direction-alt:auto" o:singleclick="f">'
        f'<div style="text-align:center">{font}{escaped(one.caption)}</font></div></v:textbox>'
        f'<x:ClientData ObjectType="Button"><x:Anchor>{", ".join(map(str, anchor))}</x:Anchor>'
        "<x:PrintObject>False</x:PrintObject><x:AutoFill>False</x:AutoFill>"
        f"<x:FmlaMacro>[0]!{one.macro}</x:FmlaMacro><x:TextHAlign>Center</x:TextHAlign>"
        "<x:TextVAlign>Center</x:TextVAlign></x:ClientData></v:shape>"
    )
