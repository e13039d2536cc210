"""The parts of a file, opened to be changed, added and left out, and the links between them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch.markup import Element, Markup, attribute_text, read_text, write_text
from csm_xl.xlsx.patch.properties import drop_part
from csm_xl.xlsx.patch.sheet import SheetPart

TYPES: Final = "[Content_Types].xml"
RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""What the kinds of links of the standard begin with, and the namespace of their ids."""
_NO_LINKS: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


class Parts:
    """What becomes of the parts of a file; `changed` gives what `repacked` writes.

    Errors: a part that is opened and is no XML.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self._open: dict[str, tuple[Markup, str]] = {}
        self._sheets: dict[str, SheetPart] = {}
        self._new: dict[str, bytes] = {}
        self._gone: dict[str, None] = {}
        self._endings: set[str] = set()

    def open(self, part: str) -> Markup:
        """A part as XML to be changed, opened once."""
        if part not in self._open:
            text, encoding = read_text(self.package, part)
            self._open[part] = Markup(text), encoding
        return self._open[part][0]

    def sheet(self, name: str) -> SheetPart:
        """A worksheet's part, opened once."""
        if name not in self._sheets:
            self._sheets[name] = SheetPart(self.package, name, False)
        return self._sheets[name]

    def links(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Id, kind and target of what a part of the file as it was refers to."""
        for name, (kind, target) in self.package._links(part).items():
            yield name, kind, target

    def link(self, part: str, kind: str, target: str) -> str:
        """Let a part refer to another; returns the id of the link. kind: behind `RELATED`, or whole."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.package.parts and rels not in self._open:
            self._open[rels] = Markup(_NO_LINKS), "utf-8"
        links = self.open(rels)
        known = {links.get(one, "Id") for one in links.root.children}
        known |= {found.partition('"')[0] for found in links.result().split(' Id="')[1:]}
        free = next(f"rId{number}" for number in range(1, len(known) + 2) if f"rId{number}" not in known)
        whole = kind if "://" in kind else f"{RELATED}/{kind}"
        there = posixpath.relpath(target, folder)
        tag = f"{links.root.prefix}Relationship"
        links.append(links.root, f'<{tag} Id="{free}" Type="{whole}" Target="{attribute_text(there)}"/>')
        return free

    def free(self, pattern: str) -> str:
        """The name of a part that is not there yet. pattern: with ``{}`` for its number."""
        taken = {part.casefold() for part in (*self.package.parts, *self._new)}
        return next(name for name in map(pattern.format, range(1, len(taken) + 2))
                    if name.casefold() not in taken)  # fmt: skip

    def add(self, part: str, content: bytes, kind: str = "") -> None:
        """Add a part. kind: its content type; without one, its ending says it."""
        self._new[part] = content
        if kind:
            types = self.open(TYPES)
            tag = f"{types.root.prefix}Override"
            types.append(types.root, f'<{tag} PartName="/{attribute_text(part)}" ContentType="{kind}"/>')

    def ending(self, ending: str, kind: str) -> None:
        """Say what parts with an ending hold, unless the file says it already."""
        types = self.open(TYPES)
        said = {(types.get(one, "Extension") or "").casefold() for one in types.root.children}
        if ending not in said | self._endings:
            self._endings.add(ending)
            tag, at = f"{types.root.prefix}Default", types.root.inner  # which the schema wants nowhere else
            types.replace(at, at, f'<{tag} Extension="{ending}" ContentType="{kind}"/>')

    def drop(self, part: str, referring: str) -> None:
        """Leave a part out, with its own links, its content type, and the link to it.

        referring: the part that refers to it.
        """
        folder, name = posixpath.split(referring)
        links = self.open(posixpath.join(folder, "_rels", f"{name}.rels"))
        drop_part(part, self.open(TYPES), links, folder)
        own = posixpath.join(posixpath.dirname(part), "_rels", f"{posixpath.basename(part)}.rels")
        self._gone |= dict.fromkeys(one for one in (part, own) if one in self.package.parts)

    def retype(self, part: str, kind: str) -> None:
        """Give a part another content type."""
        types = self.open(TYPES)
        for one in types.root.children:
            if types.get(one, "PartName") == f"/{part}":
                types.set(one, "ContentType", kind)

    def changed(self) -> dict[str, bytes | None]:
        """The parts that change, that are new, and (None) that are left out."""
        done: dict[str, bytes | None] = {
            part: write_text(markup.result(), encoding)
            for part, (markup, encoding) in self._open.items()
            if markup.changed and part not in self._gone
        }
        for sheet in self._sheets.values():
            if sheet.changed:
                done[sheet.part] = write_text(sheet.text(), sheet.encoding)
        return done | self._new | dict.fromkeys(self._gone)


def before(markup: Markup, names: tuple[str, ...]) -> int:
    """Where in the text of a worksheet an element goes that the schema wants before some others.

    names: the others, of which any may be missing. Elements within ``mc:AlternateContent`` count as well.
    """
    first = [one.start for one in markup.root.children if one.name in names or _wraps(one, names)]
    return min(first, default=markup.root.close)


def _wraps(one: Element, names: tuple[str, ...]) -> bool:
    return one.name == "AlternateContent" and any(True for _ in one.every(*names))
