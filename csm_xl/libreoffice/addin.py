"""The add-in file: an .oxt that declares every worksheet function of the registry to Calc.

An .oxt is a zip of plain texts: the interface (`idl`), names and help of functions and arguments
(`functions_xcu`), a menu (`menu_xcu`), and the component, which finds csm_xl in the environment that the
add-in was made for. The compatibility name lets a plain ``CSM_TOTALCOMP(…)`` in an .xlsx resolve, and be
saved unchanged.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from csm_xl import __version__
from csm_xl.functions import REGISTRY, Function

IDENTIFIER: Final = "org.csmxl.addin"
"""The extension's identifier in LibreOffice."""
SERVICE: Final = "org.csmxl.CsmAddIn"
"""The UNO service that provides the functions to Calc."""
MENU_SERVICE: Final = "org.csmxl.CsmMenu"
"""The UNO service behind the menu."""
MODULE: Final = "org.csmxl"
INTERFACE: Final = "XCsmFunctions"
LEAST: Final = (25, 2)
"""The first LibreOffice that resolves a plain CSM_ name of an .xlsx to an add-in."""

_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the same inputs give the same bytes
_CATEGORY: Final = "Add-In"
_TYPES: Final = {
    "XCsmFunctions.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "Addons.xcu": "application/vnd.sun.star.configuration-data",
    "csm_xl_component.py": "application/vnd.sun.star.uno-component;type=Python",
}
_CONFIGURATION: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
    ' xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="{name}" oor:package="org.openoffice.Office">\n'
    "{body}\n</oor:component-data>\n"
)


def method(function: Function) -> str:
    """The UNO name of a function.

    >>> method(REGISTRY["CSM_TOTALCOMP"])
    'csmTotalcomp'
    """
    return "csm" + function.name.partition("_")[2].capitalize()


MOST_TABLES: Final = 32
"""Number of tables for a function that takes any number. Calc's own repeating argument is not used: an array
formula would then show no more cells than its largest range has."""


def arguments(function: Function) -> Iterator[tuple[str, str, str]]:
    """Its arguments: UNO name, which never matches a keyword of the interface language, shown name, and help.

    >>> next(arguments(REGISTRY["CSM_TOTALCOMP"]))[:2]
    ('argBaseSalary', 'base_salary')
    """
    for parameter in function.parameters:
        name = "arg" + "".join(word.capitalize() for word in parameter.name.split("_"))
        if parameter.rank == "tables":
            for number in range(1, MOST_TABLES + 1):
                yield f"{name}{number}", f"{parameter.name} {number}", parameter.help
        else:
            yield name, parameter.name, parameter.help


def idl() -> str:
    """The interface: each argument is ``any``, so that it takes a value or a range and may be left out. A
    result is always rows; otherwise the bridge would not know its contents.
    """
    lines = []
    for function in REGISTRY.values():
        taken = ", ".join(f"[in] any {name}" for name, _, _ in arguments(function))
        lines.append(f"    sequence< sequence< any > > {method(function)}({taken});")
    outer, inner = MODULE.split(".")
    return (f"module {outer} {{ module {inner} {{\n  interface {INTERFACE} {{\n" + "\n".join(lines)
            + "\n  };\n}; };\n")  # fmt: skip


def functions_xcu() -> str:
    """Names, help and category of every function and argument, as Calc's function wizard shows them."""
    body = "\n".join(_described(function) for function in REGISTRY.values())
    return _CONFIGURATION.format(
        name="CalcAddIns",
        body=f'<node oor:name="AddInInfo"><node oor:name="{SERVICE}" oor:op="replace">'
             f'<node oor:name="AddInFunctions">\n{body}\n</node></node></node>',
    )  # fmt: skip


def _described(function: Function) -> str:
    parameters = "".join(
        f'<node oor:name="{name}" oor:op="replace">{_said("DisplayName", shown)}'
        f"{_said('Description', help)}</node>"
        for name, shown, help in arguments(function)
    )
    return (
        f'<node oor:name="{method(function)}" oor:op="replace">{_said("DisplayName", function.name)}'
        f'{_said("Description", function.summary)}'
        f'<prop oor:name="Category"><value>{_CATEGORY}</value></prop>'
        f'{_said("CompatibilityName", function.name)}<node oor:name="Parameters">{parameters}</node></node>'
    )  # fmt: skip


def _said(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>'


def menu_xcu() -> str:
    """A menu in Calc's menu bar with refresh, check and last error."""
    entries = "".join(
        f'<node oor:name="{name}" oor:op="replace">'
        f'<prop oor:name="URL"><value>service:{MENU_SERVICE}?{name}</value></prop>'
        f'<prop oor:name="Title"><value xml:lang="en-US">{title}</value></prop>'
        '<prop oor:name="Target"><value>_self</value></prop>'
        '<prop oor:name="Context"><value>com.sun.star.sheet.SpreadsheetDocument</value></prop></node>'
        for name, title in (("refresh", "Refresh"), ("last_error", "Last Error"))
    )
    return _CONFIGURATION.format(
        name="Addons",
        body='<node oor:name="AddonUI"><node oor:name="OfficeMenuBar">'
             f'<node oor:name="{IDENTIFIER}" oor:op="replace">'
             '<prop oor:name="Title"><value xml:lang="en-US">CSM Pay</value></prop>'
             '<prop oor:name="Context"><value>com.sun.star.sheet.SpreadsheetDocument</value></prop>'
             f'<node oor:name="Submenu">{entries}</node></node></node></node>',
    )  # fmt: skip


def component(version: tuple[int, int], folders: tuple[str, ...]) -> str:
    """The source of the component: it looks for csm_xl in these folders, under their Python."""
    text = (Path(__file__).parent / "component.txt").read_text("utf-8")
    return text.replace("@VERSION@", repr(version)).replace("@FOLDERS@", repr(folders))


def write_oxt(path: Path, with_component: bool = True) -> Path:
    """Write the add-in for this Python environment.

    path: destination; an existing file is replaced. with_component: if False, the host
    (`csm_xl.libreoffice.host`) must register the functions with a running office.
    The same registry and environment give the same bytes.
    """
    parts = {
        "XCsmFunctions.idl": idl(),
        "CalcAddIns.xcu": functions_xcu(),
    }
    if with_component:
        parts["Addons.xcu"] = menu_xcu()
        parts["csm_xl_component.py"] = component(sys.version_info[:2], _folders())
    parts["description.xml"] = _description()
    parts["META-INF/manifest.xml"] = _manifest([name for name in parts if name in _TYPES])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), text, zipfile.ZIP_DEFLATED)
    return path


def _folders() -> tuple[str, ...]:
    """The folders from which this Python loads csm_xl and what it needs."""
    packages = ("csm_xl", "numpy", "openpyxl", "formualizer", "typer")
    origins = [spec.origin for spec in map(find_spec, packages) if spec is not None and spec.origin]
    return tuple(dict.fromkeys(str(Path(origin).parents[1]) for origin in origins))


def _description() -> str:
    least = ".".join(map(str, LEAST))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<description xmlns="http://openoffice.org/extensions/description/2006"'
        ' xmlns:lo="http://libreoffice.org/extensions/description/2011">\n'
        f'<identifier value="{IDENTIFIER}"/><version value="{__version__}"/>\n'
        f'<dependencies><lo:LibreOffice-minimal-version value="{least}" lo:name="LibreOffice {least}"/>'
        "</dependencies>\n"
        '<display-name><name lang="en">csm_xl: pay functions</name></display-name>\n</description>\n'
    )


def _manifest(names: list[str]) -> str:
    entries = "".join(
        f"<manifest:file-entry manifest:full-path={quoteattr(name)}"
        f" manifest:media-type={quoteattr(_TYPES[name])}/>"
        for name in names
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">'
        f"{entries}</manifest:manifest>\n"
    )
