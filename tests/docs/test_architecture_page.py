"""docs/ARCHITECTURE.md shows the house as it is: its floors, its arrows, and files that are there."""

import re

from pages import DOCS, ROOT, table
from test_architecture import FLOOR, FLOORS, HOME, every_import, room_of

PAGE = (DOCS / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_page_shows_the_floors_of_the_house() -> None:
    rows = table(PAGE, "floor")
    shown = {row["room"]: int(row["floor"]) for row in rows}
    assert shown == FLOOR
    assert [int(row["floor"]) for row in rows] == sorted(shown.values(), reverse=True)
    assert max(shown.values()) == len(FLOORS) - 1


def test_the_page_shows_every_arrow_and_no_other() -> None:
    drawn: dict[str, set[str]] = {room: set() for room in FLOOR}
    for found in every_import():
        target = room_of(found.target)
        if found.target.split(".")[0] == "csm_xl" and target in FLOOR and found.room in FLOOR:
            drawn[found.room] |= {target} - {found.room}
    for row in table(PAGE, "floor"):
        shown = {room for room in row["imports from"].split(", ") if room}
        room = row["room"]
        assert shown == drawn[room], f"docs/ARCHITECTURE.md: {room} imports from {sorted(drawn[room])}"


def test_the_page_shows_which_room_owns_a_package() -> None:
    shown = {row["package"]: row["only room that imports it"] for row in table(PAGE, "package")}
    assert shown == {package: ", ".join(rooms) for package, rooms in HOME.items()}


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:csm_xl|tests)/[\w/.]*)`", PAGE)
    assert len(named) > 20
    for name in named:
        assert (ROOT / name).exists(), name
