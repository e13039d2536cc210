"""The arrows of the house, read from the imports: cli → doors → workbook → … → pay → errors, never back."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from csm_xl.extras import EXTRAS, MODULES

ROOT = Path(__file__).parents[1] / "csm_xl"

FLOORS = (
    {"errors"},
    {"extras", "processes", "xlsx"},
    {"pay"},
    {"plan"},
    {"data", "intake"},
    {"engine"},
    {"analysis", "batch", "book"},
    {"functions"},
    {"report"},
    {"workbook"},
    {"excel", "libreoffice", "office"},
    {"cli"},
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

HOME = {
    "xlwings": ("excel",),
    "openpyxl": ("xlsx",),
    "xlsxwriter": ("xlsx", "workbook"),
    "formualizer": ("xlsx",),
    "uno": ("libreoffice",),
    "unohelper": ("libreoffice",),
    "typer": ("cli",),
    "rich": ("cli",),
    "reportlab": ("report",),
    "pypdf": ("report",),
    "docx": ("report",),
    "sqlalchemy": ("book", "intake"),
    "alembic": ("book",),
    "python_calamine": ("xlsx",),
    "pyarrow": ("batch", "intake", "plan"),
    "pyspark": ("batch",),
    "cryptography": ("book",),
}
"""Packages that these rooms alone may import."""

OF_THE_PLACE = {"uno", "unohelper", "com"}
"""What LibreOffice brings along."""

LIGHT_ROOMS = {
    "errors", "extras", "xlsx", "pay", "plan", "data", "intake", "engine", "analysis", "batch", "functions",
}  # fmt: skip
"""Imported inside Excel: NumPy and the standard library at import time, the rest where it is used."""


@dataclass(frozen=True)
class Import:
    """One import statement: the module it is in, what it names, and whether it runs on import."""

    module: str
    target: str
    line: int
    at_import: bool

    @property
    def room(self) -> str:
        return room_of(self.module)

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _targets(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        parts = package.split(".")
        base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
    # `from csm_xl import pay` names a room in what it takes, so the names belong to the target.
    yield from (f"{base}.{alias.name}" for alias in node.names)


def imports_in(source: str, module: str, is_package: bool = False) -> list[Import]:
    """Every import of the source, those inside functions too."""
    package = module if is_package else module.rpartition(".")[0]
    found: list[Import] = []

    def visit(node: ast.AST, at_import: bool) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for target in _targets(node, package):
                found.append(Import(module, target, node.lineno, at_import))
        inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) or _only_for_types(
            node
        )
        for child in ast.iter_child_nodes(node):
            visit(child, at_import and not inside)

    visit(ast.parse(source), True)
    return found


def arrow_fault(found: Import) -> str:
    """Why an import is not allowed; empty when it is."""
    top = found.target.split(".")[0]
    room = found.room
    if top == "csm_xl":
        other = room_of(found.target)
        if other not in FLOOR:  # csm_xl itself: its version
            return f"{found}: pay/ knows NumPy and errors alone" if room == "pay" else ""
        if room == "":
            return f"{found}: importing csm_xl costs nothing"
        if other == room or FLOOR[other] < FLOOR[room]:
            return ""
        return f"{found}: the arrow from {room} to {other} points up or sideways"
    if top in HOME and room not in HOME[top]:
        return f"{found}: only {' and '.join(f'{one}/' for one in HOME[top])} import {top}"
    if top in sys.stdlib_module_names or top == "numpy":
        return f"{found}: importing csm_xl costs nothing" if room == "" and top == "numpy" else ""
    if room in ("pay", "errors", ""):
        return f"{found}: {room or 'csm_xl'} imports NumPy at most"
    if room in LIGHT_ROOMS and found.at_import:
        return f"{found}: import it inside the function that uses it"
    return ""


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = ("csm_xl", *path.relative_to(ROOT).with_suffix("").parts)
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def every_import() -> Iterator[Import]:
    """The imports of all modules."""
    for module, path in _modules():
        yield from imports_in(path.read_text(encoding="utf-8"), module, path.name == "__init__.py")


def test_every_import_follows_the_arrows() -> None:
    assert len(list(_modules())) > 10
    faults = [fault for found in every_import() if (fault := arrow_fault(found))]
    assert not faults, "\n".join(faults)


def test_every_package_that_is_imported_is_declared() -> None:
    with (ROOT.parent / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    names = [re.split(r"[^\w-]", line)[0].lower().replace("-", "_") for line in project["dependencies"]]
    optional = {MODULES.get(package, package) for package in EXTRAS.values()}
    for found in every_import():
        top = found.target.split(".")[0]
        if top in {"csm_xl", *sys.stdlib_module_names, *OF_THE_PLACE}:
            continue
        assert top in names or (top in optional and not found.at_import), str(found)


def test_every_module_lives_in_aroom_of() -> None:
    homeless = [module for module, _ in _modules() if module != "csm_xl" and room_of(module) not in FLOOR]
    assert not homeless, f"ARCHITECTURE names no such room: {homeless}"


def circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of files that import one another, directly or through others."""
    reached = {module: _reached(module, imports) for module in imports}
    groups = {
        tuple(sorted({module} | {other for other in targets if module in reached[other]}))
        for module, targets in reached.items()
        if module in targets
    }
    return [list(group) for group in sorted(groups)]


def _reached(module: str, imports: Mapping[str, set[str]]) -> set[str]:
    """Every file that one imports, however far; the file itself where it is on a circle."""
    found: set[str] = set()
    waiting = list(imports[module])
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += imports[other]
    return found


def imported_files() -> dict[str, set[str]]:
    """Every file of the house → the files that it imports, inside functions too."""
    files: dict[str, set[str]] = {module: set() for module, _ in _modules()}
    for found in every_import():
        target = found.target if found.target in files else found.target.rpartition(".")[0]
        if target in files and target != found.module:
            files[found.module].add(target)
    return files


def test_no_files_import_one_another_in_a_circle() -> None:
    imports = imported_files()
    assert sum(map(len, imports.values())) > 500
    found = circles(imports)
    assert not found, "\n".join(" ↔ ".join(circle) for circle in found)


def test_a_circle_is_seen_however_long() -> None:
    straight = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert circles(straight) == []
    assert circles({**straight, "c": {"d"}, "d": {"b"}}) == [["b", "c", "d"]]
    assert circles({"a": {"b"}, "b": {"a"}, "c": {"d"}, "d": {"c"}}) == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("csm_xl.pay.curves", "from csm_xl.plan import schema"),
        ("csm_xl.pay.curves", "from .. import plan"),
        ("csm_xl.pay.curves", "import csm_xl"),
        ("csm_xl.pay.curves", "def f():\n    import pandas"),
        ("csm_xl.engine.run", "def f():\n    from csm_xl.functions.registry import call"),
        ("csm_xl.engine.run", "import pandas as pd"),
        ("csm_xl.workbook.build", "from csm_xl.excel import udfs"),
        ("csm_xl.libreoffice.addin", "from csm_xl.excel import udfs"),
        ("csm_xl.functions.call", "def f():\n    import openpyxl.utils"),
        ("csm_xl.cli", "import xlwings as xw"),
        ("csm_xl.workbook.sample", "from rich.table import Table"),
        ("csm_xl", "from csm_xl.pay import curves"),
        ("csm_xl", "import numpy"),
    ],
)
def test_a_wrong_arrow_is_seen(module: str, source: str) -> None:
    found = imports_in(source, module)
    assert any(arrow_fault(each) for each in found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "csm_xl.pay.curves",
            "import numpy as np\nfrom csm_xl.errors import CsmError\nfrom . import rounding",
        ),
        ("csm_xl.engine.run", "def f():\n    import pandas"),
        ("csm_xl.workbook.build", "import xlsxwriter\nfrom csm_xl import __version__"),
        ("csm_xl.excel.udfs", "import xlwings as xw\nfrom csm_xl.functions import registry"),
        (
            "csm_xl.functions.reference",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas",
        ),
    ],
)
def test_a_right_arrow_passes(module: str, source: str) -> None:
    assert [fault for each in imports_in(source, module) if (fault := arrow_fault(each))] == []
