"""Plans as a folder of TOML: every row, type, order and note comes back; what is wrong is reported at
once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_tables import TYPES, base, read
from test_plan_reading import same
from test_plan_toml import plans as plan_rows

from csm_xl.errors import CsmError
from csm_xl.plan.changes import changes, said_rows
from csm_xl.plan.filenames import safe_names
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.folder import SHARED, plan_files, plan_tables
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.table import Tables
from csm_xl.plan.tables import RawTable, read_strict, read_tables

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NOTES = st.none() | TEXTS | st.integers(-(2**40), 2**40) | FLOATS | st.booleans() | st.dates()


def written(tables: Tables, folder: Path) -> list[Path]:
    for old in folder.iterdir():
        old.unlink()
    for name, text in plan_files(tables).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return list(folder.iterdir())


def again(tables: Tables, folder: Path) -> Tables:
    return read_strict(plan_tables(written(tables, folder)), tables.types)


@st.composite
def with_notes(draw: Any) -> dict[str, list[list[Any]]]:
    """Plan tables with columns of the owner's, and the rows of components, curves and tiers in any order."""
    rows = draw(plan_rows())
    for name, table in rows.items():
        header, *body = table
        if draw(st.booleans()) and name not in ("curves", "tiers"):
            body = draw(st.permutations(body))
        if draw(st.booleans()):
            header = [*header, "Why, and since when"]
            body = [[*row, draw(NOTES)] for row in body]
        rows[name] = [header, *body]
    return rows


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=with_notes())
def test_plan_tables_survive_a_folder(rows: dict[str, list[list[Any]]], tmp_path: Path) -> None:
    tables = read_strict([RawTable.of_rows(body, name) for name, body in rows.items()], TYPES)
    back = again(tables, tmp_path)
    for name in PLAN_TABLES:
        assert same(tables[name], back[name]), name
        kept = [
            {key: cell for key, cell in row.items() if cell not in ("",)} for row in said_rows(tables[name])
        ]
        assert [list(map(typed, row.items())) for row in trimmed(kept)] == [
            list(map(typed, row.items())) for row in trimmed(said_rows(back[name]))
        ]
    assert fingerprint(back) == fingerprint(tables)
    assert plan_files(back) == plan_files(tables)


def trimmed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without notes of blanks alone, which are blanks."""
    return [{key: row[key] for key in sorted(row) if not (isinstance(row[key], str) and not row[key].strip())}
            for row in rows]  # fmt: skip


def typed(item: tuple[str, Any]) -> tuple[str, Any, type]:
    key, value = item
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return key, value, int if whole else type(value)


def test_one_file_a_plan_and_what_is_shared_stands_once(tmp_path: Path) -> None:
    tables = read(base())
    files = plan_files(tables)
    assert "bonus.toml" in files
    rows = base()
    second = [[cell if cell != "bonus" else "other" for cell in row] for row in rows["plans"][1:]]
    rows["plans"] += second
    rows["components"] += [
        [cell if cell != "bonus" else "other" for cell in row] for row in rows["components"][1:]
    ]
    files = plan_files(read(rows))
    assert "[[curves]]" in files[SHARED]
    assert "[[curves]]" not in files["bonus.toml"] + files["other.toml"]
    assert again(read(rows), tmp_path)["plans"].columns["plan_id"].tolist() == ["bonus", "other"]


def test_a_change_of_one_plan_changes_its_file_alone() -> None:
    rows = base()
    before = plan_files(read(rows))
    header = rows["components"][0]
    rows["components"][1][header.index("weight")] = 0.25
    after = plan_files(read(rows))
    assert [name for name in after if after[name] != before.get(name)] == ["bonus.toml"]
    lines = [set(text.splitlines()) for text in (before["bonus.toml"], after["bonus.toml"])]
    assert lines[1] - lines[0] == {"weight = 0.25"}


def test_rows_added_by_hand_keep_their_place_by_file(tmp_path: Path) -> None:
    rows = base()
    rows["plans"] += [[cell if cell != "bonus" else "a" for cell in row] for row in rows["plans"][1:]]
    mine = rows["components"][1:]
    theirs = [[cell if cell != "bonus" else "a" for cell in row] for row in mine]
    rows["components"] = [rows["components"][0], mine[0], *theirs, *mine[1:]]
    written(read(rows), tmp_path)
    file = tmp_path / "a.toml"
    file.write_text(
        file.read_text("utf-8") + '\n[[components]]\nplan_id = "a"\ncomponent_id = "new"\ntype = "spif"\n',
        "utf-8",
    )
    tables = read_tables(plan_tables(list(tmp_path.iterdir())), TYPES)[0]
    found = [f"{plan}/{one}" for plan, one in zip(tables["components"].columns["plan_id"],
             tables["components"].columns["component_id"], strict=True)]  # fmt: skip
    ids = [row[rows["components"][0].index("component_id")] for row in mine]
    assert found == [
        f"bonus/{ids[0]}",
        *(f"a/{one}" for one in ids),
        "a/new",
        *(f"bonus/{one}" for one in ids[1:]),
    ]


@pytest.mark.parametrize(("file", "text", "where"), [
    ("bonus.toml", "[[plans]]\nplan_id = a\n", "bonus.toml line 2"),
    ("other.toml", '[[curves]]\ncurve_id = "line"\npoints = [[1, 1]]\n', "other.toml curves"),
    ("other.toml", "[order]\nfiles = [1]\n", "other.toml order.files"),
    ("other.toml", '[[plans]]\nplan_id = "x"\nnotes = { plan_id = "y" }\n', "other.toml plans[1].notes"),
    ("other.toml", '[[curves]]\ncurve_id = "n"\npoints = [[1, 1]]\nnotes = []\n',
     "other.toml curves[1].notes"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_file(file: str, text: str, where: str, tmp_path: Path) -> None:
    written(read(base()), tmp_path)
    (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "zz.toml").write_text("[[nothing]]\n", encoding="utf-8")
    with pytest.raises(CsmError) as caught:
        plan_tables(list(tmp_path.iterdir()))
    places = [issue.where for issue in caught.value.issues]
    if "curves" in where and "[" not in where:
        places += ["other.toml curves"] * any(place.endswith("curves") for place in places)
    assert where in places
    assert "zz.toml" in places  # all files are reported of at once


def test_a_note_is_not_a_column_and_a_typing_mistake_is_no_note(tmp_path: Path) -> None:
    entry = '[[components]]\nplan_id = "p"\ncomponent_id = "c"\ntype = "spif"\n'
    text = entry + 'notes = { "Weight (%)" = 1 }\nwieght = 1\n'
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    issues = read_tables(plan_tables([tmp_path / "p.toml"]), TYPES)[1]
    said = {issue.where: issue.message for issue in issues}
    assert "has the name of a column" in said["p.toml notes"]
    assert "have no wieght" in said["p.toml components[1].wieght"]


def test_changes_are_told_by_name() -> None:
    rows = base()
    before = read(rows)
    header = rows["components"][0]
    rows["components"][1][header.index("weight")] = 0.25
    rows["curves"] += [["new", 1, 1, *[None] * (len(rows["curves"][0]) - 3)]]
    rows["plans"][1][rows["plans"][0].index("valid_from")] = date(2026, 1, 1)
    after = read(rows)
    told = [str(change) for change in changes(before, after)]
    name = f"bonus/{rows['components'][1][header.index('component_id')]}"
    assert told == [
        "changed plan bonus (valid_from)",
        f"changed component {name} (weight)",
        "added curve new",
    ]
    assert [change.how for change in changes(after, before)] == ["changed", "changed", "removed"]


def test_plans_are_named_safely() -> None:
    names = list(
        safe_names(["../up", "a/b", "A/B", "shared", "CON", "con.x", ".git", "x" * 99], {"shared"}).values()
    )
    assert len({name.casefold() for name in names}) == len(names)
    assert not {"shared", "con", ".git"} & {name.casefold() for name in names}
    assert all(Path(name).name == name and name.casefold().partition(".")[0] != "con" for name in names)
