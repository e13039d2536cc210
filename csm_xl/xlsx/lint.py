"""Whether Excel would open a workbook file without a word: what its format asks for, part by part.

Excel repairs a file that breaks one of these rules, and throws away what it does not understand. A
validator of the Open XML schema sees about half of them; here are those that it misses, and more.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.xlsx.addresses import Area, area
from csm_xl.xlsx.lint_sheet import Found, Known, SheetLint, every, formula_fault, local
from csm_xl.xlsx.package import Package

_BAD_SHEET: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'\Z")
_NAME: Final = re.compile(r"(?:[^\W\d]|\\)[\w.\\?]*\Z")
_LIKE_A_CELL: Final = re.compile(r"(?:[A-Za-z]{1,3}[0-9]{1,7}|[Rr][0-9]*(?:[Cc][0-9]*)?|[Cc][0-9]*)\Z")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SHEET_LETTERS: Final = 31
_COUNTED: Final = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "numFmts")
_OWN_FORMATS: Final = 164
_MEND: Final = "Build the workbook again, or fix it in Excel."
_TYPES: Final = "[Content_Types].xml"


def lint(path: str | Path) -> list[Issue]:
    """Every rule of the format that a workbook file breaks; an empty list: Excel has nothing to repair.

    Errors: a file that is no workbook at all.
    """
    work = _Lint(Package(path))
    try:
        for rule in (work.parts, work.book, work.names, work.styles, work.properties, work.tables,
                     work.sheets, work.chain, work.charts):  # fmt: skip
            rule()
    except CsmError as damaged:  # behind a part that cannot be read there is nothing to look at
        work.issues += damaged.issues
    return work.issues


class _Lint:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.issues: list[Issue] = []
        self.on_sheet: dict[str, list[tuple[str, Area, Element]]] = {sheet: [] for sheet in package.sheets}
        self.found: dict[str, Found] = {}
        self.defined: set[str] = set()
        self.styled, self.differential = 1, 0

    def say(self, message: str, where: str = "", got: Any = None) -> None:
        self.issues.append(Issue(VALUE, message, where, got, _MEND))

    def parts(self) -> None:
        """The list of the parts, and the links between them."""
        parts = self.package.parts
        if _TYPES not in parts:
            self.say("the list of the parts is missing", _TYPES)
            return
        types = self.package.tree(_TYPES)
        named = [(one.get("PartName") or "").removeprefix("/") for one in every(types, "Override")]
        endings = {(one.get("Extension") or "").casefold() for one in every(types, "Default")}
        for name, times in Counter(name.casefold() for name in named).items():
            if times > 1:
                self.say("the list of the parts names one twice", _TYPES, name)
        for name in named:
            if name not in parts:
                self.say("the list of the parts names one that is not there", _TYPES, name)
        for part in sorted(parts - {_TYPES}):
            ending = part.rpartition(".")[2].casefold()
            # "xml" has a type of its own for what a user adds; Excel's own parts each say theirs.
            own = part.startswith(("xl/", "docProps/")) and ending == "xml"
            if not part.endswith("/") and part not in named and (own or ending not in endings):
                self.say("the part is not in the list of the parts", part)
            if part.endswith((".xml", ".rels", ".vml")):
                root = self.package.tree(part)
                if part.endswith(".rels"):
                    self._links(part, root)

    def _links(self, part: str, root: Element) -> None:
        folder = posixpath.dirname(posixpath.dirname(part))
        ids = [one.get("Id") for one in root]
        if len(set(ids)) < len(ids):
            self.say("two links have one id", part)
        for one in root:
            if one.get("TargetMode") == "External":
                continue
            target = (one.get("Target") or "").partition("#")[0]
            whole = posixpath.normpath(posixpath.join(f"/{folder}", target)).removeprefix("/")
            if target and whole not in self.package.parts:
                self.say("the link leads to a part that is not there", part, one.get("Target"))

    def book(self) -> None:
        """The sheets."""
        root = self.package.tree(self.package.book)
        links = self.package._links(self.package.book)
        sheets = list(every(root, "sheet"))
        names = [one.get("name", "") for one in sheets]
        for name in names:
            if not 1 <= len(name) <= _SHEET_LETTERS or _BAD_SHEET.search(name):
                self.say("the sheet's name is not one that Excel allows", name or self.package.book, name)
        for name in _twice(name.casefold() for name in names):
            self.say("two sheets have one name", name)
        for number in _twice(one.get("sheetId", "") for one in sheets):
            self.say("two sheets have one number", self.package.book, number)
        for one in sheets:
            link = next((value for key, value in one.attrib.items() if local(key) == "id"), "")
            if links.get(link, ("", ""))[1] not in self.package.parts:
                self.say("the sheet has no part", one.get("name", ""), link)
        if sheets and all(one.get("state", "visible") != "visible" for one in sheets):
            self.say("every sheet is hidden", self.package.book)
        for one in every(root, "workbookView"):
            if int(one.get("activeTab", "0")) >= len(sheets):
                self.say("the sheet to show first is not there", self.package.book, one.get("activeTab"))
        order = [local(one.tag) for one in root]
        wanted = [name for name in ("workbookPr", "bookViews", "sheets", "definedNames", "calcPr",
                                    "pivotCaches", "extLst") if name in order]  # fmt: skip
        if [name for name in order if name in wanted] != wanted:
            self.say("the parts of the workbook are in the wrong order", self.package.book)

    def names(self) -> None:
        """The defined names."""
        root = self.package.tree(self.package.book)
        sheets = [one.get("name", "").casefold() for one in every(root, "sheet")]
        seen: set[tuple[str, str]] = set()
        for one in every(root, "definedName"):
            name, local_to = one.get("name", ""), one.get("localSheetId", "")
            if not name.startswith("_xlnm.") and (not _NAME.match(name) or _LIKE_A_CELL.match(name)
                                                  or len(name) > 255):  # fmt: skip
                self.say("the name is not one that Excel allows", name)
            if (name.casefold(), local_to) in seen:
                self.say("two names are the same", name)
            seen.add((name.casefold(), local_to))
            if not local_to:
                self.defined.add(name.casefold())
            if local_to and not (local_to.isdigit() and int(local_to) < len(sheets)):
                self.say("the name belongs to a sheet that is not there", name, local_to)
            fault = formula_fault(one.text or "")
            if fault:
                self.say(f"what the name refers to cannot be read: {fault}", name, one.text)
            for sheet in _sheets_named(one.text or ""):
                if sheet.casefold() not in sheets:
                    self.say("the name refers to a sheet that is not there", name, one.text)

    def styles(self) -> None:
        """The styles, and what they are made of."""
        part = "xl/styles.xml"
        if part not in self.package.parts:
            return
        root = self.package.tree(part)
        size = {local(one.tag): len(one) for one in root}
        for one in root:
            said = one.get("count")
            if local(one.tag) in _COUNTED and said not in (None, str(len(one))):
                self.say(f"{local(one.tag)} holds another number than it says", part, said)
        self.styled, self.differential = size.get("cellXfs", 1), size.get("dxfs", 0)
        own = {one.get("numFmtId") for one in every(root, "numFmt")}
        for group in every(root, "cellXfs", "cellStyleXfs"):
            for style in group:
                for name, many in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"),
                                   ("xfId", "cellStyleXfs")):  # fmt: skip
                    at = style.get(name)
                    if at is not None and int(at) >= size.get(many, 1):
                        self.say(f"a style has a {name} that is not there", part, at)
                number = style.get("numFmtId", "0")
                if int(number) >= _OWN_FORMATS and number not in own:
                    self.say("a style has a number format that is not there", part, number)

    def properties(self) -> None:
        """The document's own properties."""
        part = "docProps/custom.xml"
        if part not in self.package.parts:
            return
        found = list(every(self.package.tree(part), "property"))
        ids = [int(one.get("pid", "0")) for one in found]
        if len(set(ids)) < len(ids) or any(number < 2 for number in ids):
            self.say("the numbers of the properties are not their own", part)
        for name in _twice(one.get("name", "").casefold() for one in found):
            self.say("two properties have one name", part, name)

    def tables(self) -> None:
        """The tables' names, numbers and places."""
        names: list[str] = []
        ids: list[str] = []
        for sheet, part in self.package.sheets.items():
            for kind, target in self.package._links(part).values():
                if not kind.endswith("/table"):
                    continue
                root = self.package.tree(target)
                name = root.get("displayName", "")
                names.append(name.casefold())
                ids.append(root.get("id", ""))
                if not _NAME.match(name) or _LIKE_A_CELL.match(name):
                    self.say("the table's name is not one that Excel allows", f"{sheet}, table {name}", name)
                if name.casefold() in self.defined:
                    self.say("a table and a name are called the same", f"{sheet}, table {name}")
                place = area(root.get("ref", ""))
                if place is None:
                    self.say("the table has no place", f"{sheet}, table {name}", root.get("ref"))
                    continue
                self.on_sheet[sheet].append((name, place, root))
        for name in _twice(names):
            self.say("two tables have one name", name)
        for number in _twice(ids):
            self.say("two tables have one number", got=number)

    def sheets(self) -> None:
        """Every sheet, and its tables against its cells."""
        shared = self.package.texts
        names = frozenset(
            one.get("name", "").casefold() for one in every(self.package.tree(self.package.book), "sheet")
        )
        for sheet, part in self.package.sheets.items():
            folder, _, file = part.rpartition("/")
            rels = f"{folder}/_rels/{file}.rels"
            links = (
                [one.get("Id", "") for one in self.package.tree(rels)] if rels in self.package.parts else []
            )
            tables = [(name, place) for name, place, _ in self.on_sheet[sheet]]
            known = Known(self.styled, self.differential, len(shared), frozenset(links), tables, names)
            look = SheetLint(sheet, self.package.tree(part), known, shared)
            self.found[sheet] = look.run()
            self.issues += look.issues
            for name, place, root in self.on_sheet[sheet]:
                self._table(f"{sheet}, table {name}", place, root, self.found[sheet])

    def _table(self, where: str, place: Area, root: Element, found: Found) -> None:
        headers, totals = int(root.get("headerRowCount", "1")), int(root.get("totalsRowCount", "0"))
        if place.bottom - place.top + 1 - headers - totals < 1:
            self.say("the table has no row of data", where, str(place))
        block = next(every(root, "tableColumns"), None)
        columns = list(every(root, "tableColumn"))
        names = [one.get("name", "") for one in columns]
        if len(columns) != place.right - place.left + 1:
            self.say("the table has the wrong number of columns than its place", where, len(columns))
        if block is not None and block.get("count") not in (None, str(len(columns))):
            self.say("tableColumns holds another number than it says", where, block.get("count"))
        for name in _twice(name.casefold() for name in names):
            self.say("two columns of the table have one name", where, name)
        for number in _twice(one.get("id", "") for one in columns):
            self.say("two columns of the table have one number", where, number)
        for at, (name, column) in enumerate(zip(names, columns, strict=True), place.left):
            cell = found.texts.get((place.top, at)) if headers else _plain(name)
            if cell != _plain(name) and str(cell) != name:
                self.say("the table's header is not what the cell says", where, f"{name!r}, not {cell!r}")
            for kind in ("dataDxfId", "headerRowDxfId", "totalsRowDxfId"):
                if int(column.get(kind, "0")) >= max(1, self.differential):
                    self.say("a column of the table has a style that is not there", where, column.get(kind))
            for formula in every(column, "calculatedColumnFormula", "totalsRowFormula"):
                fault = formula_fault(formula.text or "")
                if fault:
                    self.say(f"the formula of the column {name} cannot be read: {fault}", where, formula.text)
            label = column.get("totalsRowLabel")
            if totals and label and found.texts.get((place.bottom, at)) != _plain(label):
                self.say("the totals row does not say what the table says", where, label)
        for one in root:
            if local(one.tag) == "autoFilter":
                wanted = place._replace(bottom=place.bottom - totals)
                if area(one.get("ref", "")) != wanted:
                    self.say("the table's filter is not over the table", where, one.get("ref"))

    def chain(self) -> None:
        """Excel's order of calculation."""
        numbers = {one.get("sheetId"): one.get("name", "") for one in
                   every(self.package.tree(self.package.book), "sheet")}  # fmt: skip
        for kind, part in self.package._links(self.package.book).values():
            if not kind.endswith("/calcChain") or part not in self.package.parts:
                continue
            sheet = ""
            for one in self.package.tree(part):
                sheet = numbers.get(one.get("i"), "") if one.get("i") else sheet
                place = area(one.get("r", ""))
                held = self.found.get(sheet)
                if place is None or held is None or (place.top, place.left) not in held.formulas:
                    self.say("the order of calculation names a cell without a formula", sheet, one.get("r"))

    def charts(self) -> None:
        """What charts show."""
        sheets = {sheet.casefold() for sheet in self.package.sheets}
        for part in sorted(self.package.parts):
            if part.startswith("xl/charts/chart") and part.endswith(".xml"):
                for one in every(self.package.tree(part), "f"):
                    fault = formula_fault((one.text or "").strip("()"))
                    lost = [name for name in _sheets_named(one.text or "") if name.casefold() not in sheets]
                    if fault or lost:
                        self.say("the chart shows cells that are not there", part, one.text)


def _sheets_named(formula: str) -> Iterator[str]:
    """The sheets of this file that a formula names."""
    for found in re.finditer(r"'((?:[^']|'')+)'!|(?<![\w.\]'])([^\W\d][\w.]*)!", formula):
        name = (found[1] or found[2]).replace("''", "'")
        if "[" not in name and ":" not in name and name != "REF":
            yield name


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _plain(name: str) -> str:
    """A column's name with the characters that XML holds as escapes."""
    return _ESCAPED.sub(lambda one: chr(int(one[1], 16)), name)
