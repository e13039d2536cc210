"""XML changed as text: what is not changed keeps every letter, prefix, quote and space.

A parser that writes the document again loses namespace prefixes that only an attribute names
(``mc:Ignorable``), and reorders declarations; Excel then calls the file damaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import unescape

from csm_xl.xlsx.package import Package

_ATTRIBUTES: Final = r"""(?:\s+[^\s=<>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*"""
ATTRIBUTES: Final = rf"(?P<attributes>{_ATTRIBUTES})\s*"
"""What is in a start tag behind its name, as a regular expression."""
_TAG: Final = re.compile(rf"<(?P<closes>/?)(?P<tag>[^\s<>/!?]+){ATTRIBUTES}(?P<empty>/?)>")
_ATTRIBUTE: Final = re.compile(r"""\s([^\s=<>/]+)\s*=\s*("[^"]*"|'[^']*')""")
_ASIDE: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?(?!xml\s).*?\?>", re.DOTALL)
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NUMBERED: Final = re.compile(r"&#(x?)([0-9A-Fa-f]+);")


@dataclass(slots=True)
class Element:
    """An element and where it is in the text: its start tag, its content, its end tag.

    name: without the prefix. prefix: with its colon, or nothing. parent: the name of the one around it.
    """

    name: str
    prefix: str
    parent: str
    start: int
    inner: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    def every(self, *names: str) -> Iterator[Element]:
        """The elements within of one of the names, in order."""
        ahead = self.children[::-1]  # not by calls within calls: a damaged file may nest without end
        while ahead:
            child = ahead.pop()
            if child.name in names:
                yield child
            ahead += child.children[::-1]

    def child(self, name: str) -> Element | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)


class Markup:
    """The text of a part, its elements, and the changes to come.

    >>> part = Markup("<a xmlns='x'><b ref='A1'/>t</a>")
    >>> part.set(part.root.children[0], "ref", "A1:B<2")
    >>> part.result()
    "<a xmlns='x'><b ref='A1:B&lt;2'/>t</a>"
    >>> name = Markup("<a><b>one</b></a>")
    >>> name.write(name.root.children[0], "two")
    >>> name.write(name.root.children[0], name.content(name.root.children[0]) + " & three")
    >>> name.result()
    '<a><b>two &amp; three</b></a>'
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._changes: dict[tuple[int, int], str] = {}

    @cached_property
    def root(self) -> Element:
        """The document's element."""
        top = Element("", "", "", 0, 0)
        open_ones = [top]
        for tag in _TAG.finditer(self.text):
            if tag["closes"]:
                done = open_ones.pop()
                done.close, done.end = tag.start(), tag.end()
                continue
            prefix, colon, name = tag["tag"].rpartition(":")
            around = open_ones[-1]
            one = Element(name, prefix + colon, around.name, tag.start(), tag.end(), tag.end(), tag.end())
            around.children.append(one)
            if not tag["empty"]:
                open_ones.append(one)
        return top.children[0]

    @property
    def changed(self) -> bool:
        """Whether there are changes."""
        return bool(self._changes)

    def attributes(self, element: Element) -> dict[str, str]:
        """The attributes of an element, by their names as written."""
        return attributes(self.text[element.start : element.inner])

    def get(self, element: Element, name: str) -> str | None:
        """An attribute's value."""
        return self.attributes(element).get(name)

    def content(self, element: Element) -> str:
        """The text of an element that holds nothing but text, as it is after the changes so far."""
        old = self.text[element.inner : element.close]
        return plain_text(self._changes.get((element.inner, element.close), old))

    def set(self, element: Element, name: str, value: str | None) -> None:
        """Give an attribute a value, or take it away."""
        tag = self.text[element.start : element.inner]
        for found in _ATTRIBUTE.finditer(tag):
            if found[1] == name:
                quote = found[2][0]
                new = "" if value is None else f"{quote}{attribute_text(value)}{quote}"
                place = (found.start(), found.end()) if value is None else found.span(2)
                if plain_text(found[2][1:-1]) != value:
                    self.replace(element.start + place[0], element.start + place[1], new)
                return
        if value is not None:
            at = element.start + 1 + len(element.prefix) + len(element.name)
            self.replace(at, at, f' {name}="{attribute_text(value)}"')

    def write(self, element: Element, text: str) -> None:
        """Give an element another text."""
        if text != self.content(element):
            self.replace(element.inner, element.close, escaped(text))

    def remove(self, element: Element) -> None:
        """Take an element away."""
        self.replace(element.start, element.end, "")

    def append(self, element: Element, xml: str) -> None:
        """Add XML at the end of an element's content."""
        if element.close == element.end:
            tag = self.text[element.start : element.inner].removesuffix("/>").rstrip()
            name = f"{element.prefix}{element.name}"
            self.replace(element.start, element.end, f"{tag}>{xml}</{name}>")
        else:
            self.replace(element.close, element.close, xml)

    def replace(self, start: int, end: int, xml: str) -> None:
        """Put XML in the place of a span of the text; what is put between two letters adds up."""
        before = self._changes.get((start, end), "") if start == end else ""
        self._changes[start, end] = before + xml

    def result(self) -> str:
        """The text with the changes."""
        parts, at = [], 0
        for (start, end), xml in sorted(self._changes.items()):
            parts += [self.text[at:start], xml]
            at = end
        return "".join([*parts, self.text[at:]])


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag.

    >>> attributes('<c r="A1" x:t=\\'a &amp; b\\'/>')
    {'r': 'A1', 'x:t': 'a & b'}
    """
    return {found[1]: plain_text(found[2][1:-1]) for found in _ATTRIBUTE.finditer(tag)}


def plain_text(xml: str) -> str:
    """Text without XML's escapes."""
    if "&" not in xml:
        return xml
    numbered = _NUMBERED.sub(lambda one: chr(int(one[2], 16 if one[1] else 10)), xml)
    return unescape(numbered, {"&quot;": '"', "&apos;": "'"})


def escaped(text: str) -> str:
    """Text as an element holds it."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def attribute_text(text: str) -> str:
    """Text as an attribute holds it, between quotes of either kind."""
    quoted = escaped(text).replace('"', "&quot;").replace("'", "&apos;")
    return quoted.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def read_text(package: Package, part: str) -> tuple[str, str]:
    """A part's text and its encoding, once it is sure that it is XML; comments are left out.

    Errors: a part that is missing or is no XML.
    """
    data = package.read(part)
    try:
        expat.ParserCreate().Parse(data, True)
        encoding = _encoding(data)
        text = data.decode(encoding)
    except (expat.ExpatError, LookupError, UnicodeDecodeError, ValueError) as why:
        raise package.error(f"the part {part} of the workbook is not XML: {why}",
                            "Open it in Excel, let Excel repair it, and save it.") from None  # fmt: skip
    if "<!" in text or "<?" in text[2:]:
        text = _ASIDE.sub(lambda one: escaped(one[1] or ""), text)
    return text, encoding


def write_text(text: str, encoding: str) -> bytes:
    """A part's bytes in its encoding."""
    return text.encode(encoding, errors="xmlcharrefreplace")


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if data[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    declared = _DECLARED.match(data)
    return declared[1].decode("ascii") if declared else "utf-8"
