"""The file itself, before anything is read from it: whether it is a workbook, and safe to open.

A workbook is a zip of XML. One that comes from outside may be another kind of file, cut short, locked by
a password, or made to exhaust the reader: each is distinguished here, before a parser sees it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree

from csm_xl.errors import VALUE, CsmError
from csm_xl.xlsx.addresses import PARTED, area, span
from csm_xl.xlsx.cells import Cells, read_cells, shared_texts, unescaped
from csm_xl.xlsx.file_bytes import MOST_BYTES, workbook_bytes
from csm_xl.xlsx.number_formats import CellStyles, cell_styles

MOST_RATIO: Final = 250
"""The most that a part over a million bytes may grow when unpacked; sheets of numbers grow 10 to 30 times."""

PRINT_AREA: Final = "_xlnm.Print_Area"
"""The name that a sheet gives what is printed of it."""
MOST_PARTS: Final = 5_000
"""The most parts of a workbook: sheets, tables, charts, pictures."""

_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument"
_CHUNK: Final = 1 << 20
_LEADS_OUT: Final = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\0")
_DECLARES: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST_DECLARATION: Final = 64
_TABLE_LINK: Final = "/table"
_BOOK_LINK: Final = "/officeDocument"
_BOOK: Final = "xl/workbook.xml"
"""Where the workbook is in a file that does not say it."""
_VERSION: Final = re.compile(r"\A\d+(?:\.\d+)?")
_DAMAGE: Final = (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError,
                  NotImplementedError)  # fmt: skip
"""What reading a part of a damaged zip raises."""


@dataclass(frozen=True)
class Region:
    """An Excel table: its name, its sheet, and where it is, rows and columns counted from 1.

    first_row is the header's; last_row the last row of data; headers as the cells show them. headless: no row
    shows the headers; first_row is then the one above the first row of data, which is not the table's.
    formulas: header → the formula of a calculated column, as the file stores it. totals: how many rows of
    totals follow the last row of data.
    """

    name: str
    sheet: str
    first_row: int
    first_column: int
    last_row: int
    headers: tuple[str, ...]
    formulas: tuple[tuple[str, str], ...] = ()
    totals: int = 0
    headless: bool = False

    @property
    def last_column(self) -> int:
        """The last column."""
        return self.first_column + len(self.headers) - 1


class Package:
    """A workbook file that passed the checks: its bytes, its sheets and its tables.

    Errors: `CsmError` that says what the file is instead of a workbook, and how to fix it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.data = workbook_bytes(self.path)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(self.data))
        except zipfile.BadZipFile:
            raise self.error(
                "the workbook is cut short or damaged",
                "Copy or download it again, or save it again in Excel.",
            ) from None
        self.parts = frozenset(self._zip.namelist())
        self._spelled = {part.casefold(): part for part in self.parts}
        self._check()
        self.sheets = self._sheets()
        self._read: dict[str, Cells] = {}

    def error(self, message: str, hint: str, code: str = VALUE) -> CsmError:
        """An error about this file."""
        return CsmError(code, message, self.path.name, None, hint)

    def read(self, part: str) -> bytes:
        """The bytes of one part."""
        try:
            return self._zip.read(part)
        except _DAMAGE:
            raise self._lost(part) from None

    def tree(self, part: str) -> ElementTree.Element:
        """One part as XML."""
        data = self.read(part)
        try:
            return ElementTree.fromstring(data)
        except ElementTree.ParseError as why:
            raise self.error(f"the part {part} of the workbook is not XML: {why}",
                             "Open it in Excel, let Excel repair it, and save it.") from None  # fmt: skip

    def properties(self) -> dict[str, str]:
        """The document's own properties by name."""
        part = "docProps/custom.xml"
        found = self.tree(part).iter() if part in self.parts else ()
        return {
            one.get("name", ""): "".join(one.itertext()) for one in found if _local(one.tag) == "property"
        }

    @cached_property
    def application(self) -> str:
        """The program that saved the file and its version, as it says itself; empty where it does not show.

        ``LibreOffice/25.2.3.2$Linux_X86_64 …`` is "LibreOffice 25.2".
        """
        part = "docProps/app.xml"
        said = [one.text or "" for one in (self.tree(part).iter() if part in self.parts else ())
                if _local(one.tag) == "Application"]  # fmt: skip
        name, _, version = "".join(said[:1]).partition("/")
        if version.strip().casefold().startswith("openpyxl"):  # Microsoft Excel Compatible / Openpyxl 3.1.5
            return version.strip()
        return " ".join([name.strip(), *_VERSION.findall(version)[:1]]).strip()

    def tables(self) -> list[Region]:
        """Every Excel table, in the order of the sheets, from left to right."""
        return list(self._tables)

    @cached_property
    def _tables(self) -> list[Region]:
        found: list[Region] = []
        for sheet in self.sheets:
            regions = [self._region(sheet, tree) for tree in self._table_trees(sheet)]
            found += sorted(regions, key=lambda region: (region.first_column, region.first_row))
        return found

    def _table_trees(self, sheet: str) -> list[ElementTree.Element]:
        links = self._links(self.sheets[sheet]).values()
        return [self.tree(part) for kind, part in links if kind.endswith(_TABLE_LINK)]

    @cached_property
    def book(self) -> str:
        """The part of the workbook itself, as the file's relationships name it."""
        links = self._links("").values()
        said = (part for kind, part in links if kind.endswith(_BOOK_LINK) and part in self.parts)
        return next(said, _BOOK)

    @cached_property
    def _about(self) -> ElementTree.Element:
        return self.tree(self.book)

    @cached_property
    def names(self) -> dict[str, str]:
        """Defined name → what it refers to, for the names that the whole workbook knows."""
        return {name: refers for (sheet, name), refers in self._names.items() if not sheet}

    @cached_property
    def sheet_names(self) -> dict[tuple[str, str], str]:
        """Sheet and defined name → what it refers to, for the names that one sheet knows."""
        return {at: refers for at, refers in self._names.items() if at[0]}

    @cached_property
    def print_areas(self) -> dict[str, str]:
        """Sheet → its print areas without its name, parted by commas; of sheets that have one."""
        return {
            sheet: ",".join(part.rpartition("!")[2] for part in PARTED.split(refers))
            for (sheet, name), refers in self.sheet_names.items()
            if name == PRINT_AREA and "#" not in refers
        }

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        sheets: list[str] = []
        for one in self._about.iter():
            if _local(one.tag) == "sheet":
                sheets.append(one.get("name", ""))
            elif _local(one.tag) == "definedName":
                local = one.get("localSheetId")
                if local is None:
                    found["", one.get("name", "")] = one.text or ""
                elif local.isdecimal() and int(local) < len(sheets):
                    found[sheets[int(local)], one.get("name", "")] = one.text or ""
        return found

    @cached_property
    def created(self) -> datetime | None:
        """When the document says that it was made; for a workbook of pay, when its lines were computed."""
        part = "docProps/core.xml"
        for one in self.tree(part).iter() if part in self.parts else ():
            if _local(one.tag) == "created":
                try:
                    return datetime.fromisoformat((one.text or "").strip()).replace(tzinfo=None)
                except ValueError:
                    return None
        return None

    @cached_property
    def texts(self) -> list[str]:
        """The texts that cells share."""
        return shared_texts([self.tree(part) for part in self._related("/sharedStrings")])

    @cached_property
    def dates(self) -> CellStyles:
        """Which styles show a number as a date, and from which day this workbook counts."""
        counted = [one.get("date1904", "0") for one in self._about.iter() if _local(one.tag) == "workbookPr"]
        trees = [self.tree(part) for part in self._related("/styles")]
        return cell_styles(trees, counted[:1] in (["1"], ["true"]))

    @cached_property
    def as_displayed(self) -> bool:
        """Whether the workbook calculates with what its cells show instead of what they hold."""
        return self._calculates("fullPrecision", "0", "false")

    @cached_property
    def iterates(self) -> bool:
        """Whether the workbook calculates in circles, each time from what was there before."""
        return self._calculates("iterate", "1", "true")

    def _calculates(self, setting: str, *said: str) -> bool:
        return any(_local(one.tag) == "calcPr" and one.get(setting) in said for one in self._about.iter())

    def table_filters(self, sheet: str) -> list[str]:
        """The areas of the tables of a sheet whose rows a filter hides."""
        trees = self._table_trees(sheet)
        filters = [one for tree in trees for one in tree if _local(one.tag) == "autoFilter"]
        return [one.get("ref", "") for one in filters
                if any(_local(column.tag) == "filterColumn" for column in one)]  # fmt: skip

    def notes(self, sheet: str) -> list[str]:
        """The cells of a sheet to which somebody has pinned a note or a comment."""
        trees = [self.tree(part) for kind, part in self._links(self.sheets[sheet]).values()
                 if kind.endswith("/comments") and part in self.parts]  # fmt: skip
        return [one.get("ref", "") for tree in trees for one in tree.iter() if _local(one.tag) == "comment"]

    def cells(self, sheet: str) -> Cells:
        """What is in a worksheet; read once.

        Errors: a part that is not XML; a cell whose reference, number or text is none.
        """
        if sheet not in self._read:
            self._read[sheet] = read_cells(self, sheet)
        return self._read[sheet]

    def forget_cells(self) -> None:
        """Let go of the cells that were read, which take much memory: they are read again when asked for."""
        self._read.clear()

    def require_whole(self, part: str) -> None:
        """Read a part of XML to its end.

        Errors: it is damaged, or no XML.
        """
        from xml.parsers import expat

        try:
            with self.opened(part) as stream:
                expat.ParserCreate().ParseFile(stream)
        except expat.ExpatError as why:
            raise self.error(f"the part {part} of the workbook is not XML: {why}",
                             "Open it in Excel, let Excel repair it, and save it.") from None  # fmt: skip

    @contextmanager
    def opened(self, part: str) -> Iterator[IO[bytes]]:
        """One part, read as a stream: a large one is never in memory as a whole."""
        try:
            with self._zip.open(part) as stream:
                yield stream
        except _DAMAGE:
            raise self._lost(part) from None

    def _lost(self, part: str) -> CsmError:
        return self.error(f"the part {part} of the workbook is missing or damaged",
                          "Open it in Excel, let Excel repair it, and save it.")  # fmt: skip

    def _related(self, kind: str) -> list[str]:
        """The parts of a kind that the workbook refers to."""
        links = self._links(self.book).values()
        return [part for said, part in links if said.endswith(kind) and part in self.parts]

    def _check(self) -> None:
        infos = self._zip.infolist()
        if any(info.flag_bits & 1 for info in infos):
            raise self.error("the file is protected by a password", "Save it without a password.")
        if len(infos) > MOST_PARTS:
            raise self.error(
                f"the workbook has {len(infos):,} parts", f"A workbook has {MOST_PARTS:,} at most."
            )
        names = [info.filename for info in infos]
        strange = [name for name in names if _LEADS_OUT.search(name)]
        if strange or len(set(names)) < len(names):
            twice = next((name for name in names if names.count(name) > 1), "")
            said = f"a part that leads out of it, {strange[0]!r}" if strange else f"the part {twice} twice"
            raise self.error(f"the workbook has {said}", "Do not trust this file; ask for a new copy.")
        total = sum(info.file_size for info in infos)
        grown = [i for i in infos if i.file_size > 1_000_000 and i.file_size > MOST_RATIO * i.compress_size]
        if total > MOST_BYTES or grown:
            what = grown[0].filename if grown else "the whole"
            raise self.error(f"the workbook unpacks to more than it should: {what}",
                             f"A workbook may unpack to {MOST_BYTES:,} bytes, a part to {MOST_RATIO} times"
                             " its size; split it, or export the tables as CSV.")  # fmt: skip
        if "xl/workbook.bin" in self.parts:
            raise self.error("the file is a binary workbook (.xlsb)", "Save it as .xlsx in Excel.")
        kind = self.read("mimetype") if "mimetype" in self.parts else b""
        if kind.startswith(_OPEN_DOCUMENT):
            what = "spreadsheet (.ods)" if b"spreadsheet" in kind else "file"
            raise self.error(f"the file is an OpenDocument {what}",
                             "Open it in LibreOffice and save it as Excel 2007-365 (.xlsx).")  # fmt: skip
        for info in infos:
            if info.filename.endswith((".xml", ".rels", ".vml")):
                self._refuse_declarations(info.filename)
        if self.book not in self.parts:
            raise self.error("the file is a zip, but not an Excel workbook", "Save it as .xlsx in Excel.")

    def _refuse_declarations(self, part: str) -> None:
        with self.opened(part) as stream:
            kept = b""
            while chunk := stream.read(_CHUNK):
                # A declaration may hide in UTF-16, where each letter is followed by a zero byte.
                chunk = kept + chunk.replace(b"\0", b"")
                if b"<!" in chunk and _DECLARES.search(chunk):
                    raise self.error(f"the part {part} declares a document type, which no workbook does",
                                     "Do not trust this file; ask for a new copy.")  # fmt: skip
                kept = chunk[-_LONGEST_DECLARATION:]

    def _sheets(self) -> dict[str, str]:
        """Worksheet → its part, in order; chart sheets are left out."""
        links = self._links(self.book)
        found: dict[str, str] = {}
        for sheet in self._about.iter():
            if _local(sheet.tag) == "sheet":
                link = next((value for name, value in sheet.attrib.items() if _local(name) == "id"), "")
                kind, target = links.get(link, ("", ""))
                if kind.endswith("/worksheet") and target in self.parts:
                    found[sheet.get("name", "")] = target
        if not found:
            raise self.error("the workbook has no worksheet", "Add a sheet with the tables.")
        return found

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → kind and target of what a part refers to; without a part, of what the file itself does."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            return {}
        found = {}
        for link in self.tree(rels):
            target = link.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            whole = posixpath.normpath(target)
            if link.get("TargetMode") != "External":
                # Names of parts differ by more than the case of their letters.
                whole = self._spelled.get(whole.casefold(), whole)
                found[link.get("Id", "")] = (link.get("Type", ""), whole)
        return found

    def _region(self, sheet: str, table: ElementTree.Element) -> Region:
        name = table.get("displayName") or table.get("name") or ""
        try:
            if area(table.get("ref", "")) is None:
                raise ValueError
            top, left, bottom, right = span(table.get("ref", ""))
            totals = int(table.get("totalsRowCount", "0"))
            headless = table.get("headerRowCount") == "0"
            if not (top <= bottom and left <= right):
                raise ValueError
        except (TypeError, ValueError):
            raise self.error(f"the table {name} on {sheet} has no place: {table.get('ref')!r}",
                             "Open it in Excel, let Excel repair it, and save it.") from None  # fmt: skip
        columns = [column for column in table.iter() if _local(column.tag) == "tableColumn"]
        formulas = tuple(
            (unescaped(column.get("name", "")), child.text or "")
            for column in columns
            for child in column
            if _local(child.tag) == "calculatedColumnFormula"
        )
        headers = tuple(unescaped(column.get("name", "")) for column in columns)
        return Region(name, sheet, top - headless, left, bottom - totals, headers, formulas, totals, headless)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
