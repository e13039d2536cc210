"""The document's own properties, and the list of the parts."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final

from csm_xl.xlsx.patch.markup import Markup, attribute_text, escaped
from csm_xl.xlsx.patch.values import escape_controls

PART: Final = "docProps/custom.xml"
_KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_NAMESPACE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES: Final = f"{_NAMESPACE}/docPropsVTypes"
_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
EMPTY: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="{_NAMESPACE}/custom-properties" xmlns:vt="{_TYPES}"></Properties>'
)
"""The part without a property."""


def set_properties(part: Markup, properties: Mapping[str, str]) -> None:
    """Set properties, and add those that are not there."""
    known = {part.get(one, "name"): one for one in part.root.children}
    ids = [int(part.get(one, "pid") or "1") for one in part.root.children]
    following = max(ids, default=1)
    for name, value in properties.items():
        inside = f'<vt:lpwstr xmlns:vt="{_TYPES}">{escaped(escape_controls(value))}</vt:lpwstr>'
        one = known.get(name)
        if one is None:
            following += 1
            prefix = part.root.prefix
            part.append(
                part.root,
                f'<{prefix}property fmtid="{_FORMAT}" pid="{following}" name="{attribute_text(name)}">'
                f"{inside}</{prefix}property>",
            )
        elif one.children and one.children[0].name == "lpwstr":
            part.write(one.children[0], escape_controls(value))
        else:
            part.replace(one.inner, one.close, inside)


def add_part(types: Markup, links: Markup) -> None:
    """Register the new part of the file with properties."""
    types.append(types.root, f'<{types.root.prefix}Override PartName="/{PART}" ContentType="{_CONTENT}"/>')
    known = {links.get(one, "Id") for one in links.root.children}
    free = next(f"rId{number}" for number in range(1, len(known) + 2) if f"rId{number}" not in known)
    links.append(links.root, f'<{links.root.prefix}Relationship Id="{free}" Type="{_KIND}" Target="{PART}"/>')


def drop_part(part: str, types: Markup, links: Markup, folder: str) -> None:
    """Take a part out of the list of parts, and out of what refers to it from a folder."""
    for one in types.root.children:
        if types.get(one, "PartName") == f"/{part}":
            types.remove(one)
    for one in links.root.children:
        target = links.get(one, "Target") or ""
        if posixpath.normpath(posixpath.join(f"/{folder}", target)) == f"/{part}":
            links.remove(one)
