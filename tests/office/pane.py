"""What the tests of the pane share: its buttons, and workbooks to open beside it."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from commands import shell

from csm_xl.errors import sentence
from csm_xl.plan.names import header_name
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

SHIPPED = Path(__file__).parents[2] / "workbooks" / "csm_plan.xlsx"
_ENDED = re.compile(r"(Refreshed|Checked|Explained) in|Not paid|failed|cannot be explained")


def pressed(page: Any, button: str = "refresh") -> str:
    """Click a button, wait until its work has ended; what the pane then shows."""
    page.click(f"#{button}")
    return ended(page)


def ended(page: Any) -> str:
    """Wait until the work has ended; what the pane then shows."""
    page.locator("#working").wait_for(state="hidden", timeout=240_000)
    page.locator("#state", has_text=_ENDED).wait_for(timeout=10_000)
    return str(page.inner_text("main"))


def found_of(page: Any) -> list[str]:
    """The findings that the pane shows, as sentences."""
    if page.locator("#all-findings").is_visible():
        page.click("#all-findings")
    return [" ".join(one.split()) for one in page.locator("#findings li").all_inner_texts()]


def checked_by_command(path: Path) -> list[str]:
    """The findings of csm-xl check, in the words of the pane."""
    _, shown, _ = shell("check", path, "--json")
    return [in_words(one) for one in json.loads(shown)["findings"]]


def in_words(one: dict[str, Any]) -> str:
    """The start of a finding: severity, place and message."""
    where = f"{one['location']} " if one["location"] else ""
    message = one["message"] if where else sentence(one["message"]).rstrip(".")
    return f"{one['severity'].capitalize()} {where}{message}"


def place_of(path: Path, table: str, column: str, row: int = 0) -> Place:
    """A cell of a table: a column by its name, and the row of data."""
    region = load(Package(path)).tables[table.casefold()]
    at = [header_name(one) for one in region.headers].index(column)
    return Place(region.sheet, region.first_row + 1 + row, region.first_column + at)


def edited(values: dict[Place, Any], folder: Path, name: str = "csm_plan.xlsx") -> Path:
    """The shipped workbook with other values in some cells."""
    target = folder / name
    patch(Package(SHIPPED), Edit({}, values), target)
    return target


def rewritten(sheet: str, pattern: bytes, text: bytes, folder: Path) -> Path:
    """The shipped workbook with another text in the XML of a sheet, where formulas and their values are."""
    part, target = Package(SHIPPED).sheets[sheet], folder / "csm_plan.xlsx"
    with ZipFile(SHIPPED) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content, made = re.subn(pattern, text, old.read(name)) if name == part else (old.read(name), 1)
            assert made == 1, pattern
            new.writestr(name, content)
    return target


def with_salary(of: Callable[[Any], Any], folder: Path) -> tuple[Path, Place]:
    """The shipped workbook where somebody has typed another salary, and its cell."""
    place = place_of(SHIPPED, "tblRoster", "base_salary")
    before = Package(SHIPPED).cells(place.sheet).values[place[1:]]
    return edited({place: of(before)}, folder), place


def recalculated(path: Path, folder: Path) -> str:
    """The file that Excel has after it calculated every formula, in base64."""
    copy = Path(shutil.copy(path, folder / f"calculated_{path.name}"))
    assert shell("recalc", copy)[0] == 0
    return base64.b64encode(copy.read_bytes()).decode()
