"""Exports in the shapes of ten systems, pasted as they are, become what csm-xl import makes of the files."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from pasting import kinds, paste, report, rows_of, setting

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.intake.files import block_of, newest
from csm_xl.intake.run import run
from csm_xl.intake.sources_reading import read_sources, sources_of
from csm_xl.plan.schema import schemas
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.importing import import_tables
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.sample import sample_of

EXPORTS = Path(__file__).parents[2] / "intake" / "exports"
SYSTEMS = sorted(folder.name for folder in EXPORTS.iterdir() if folder.name != "expected")
KNOWN = schemas(component_types())


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter plan with the people of whom the exports tell."""
    folder = tmp_path_factory.mktemp("starter")
    tables = read_strict(sample_of("starter"), component_types(), PAY_TABLES)
    path = build(folder / "mine.xlsx", tables, "2026-Q1", datetime(2026, 7, 1))
    people = EXPORTS / "expected" / "roster.csv"
    said = f'[[source]]\ntable = "roster"\nfrom = "{people.as_posix()}"\nrows = "update"\n'
    import_tables(path, run(sources_of(said, folder / "sources.toml", KNOWN), KNOWN), lambda _: True)
    return path


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_dirty_paste_becomes_what_its_file_does(starter: Path, tmp_path: Path, system: str) -> None:
    shutil.copytree(EXPORTS / system, tmp_path, dirs_exist_ok=True)
    mapping = tmp_path / "sources.toml"
    (source,) = read_sources(mapping, KNOWN).sources
    if KNOWN[source.table].key:  # the people of the starter stay; a row without a key is never found again
        mapping.write_text(mapping.read_text() + 'rows = "update"\n')
    path = Path(shutil.copyfile(starter, tmp_path / "mine.xlsx"))
    other = Path(shutil.copyfile(starter, tmp_path / "other.xlsx"))
    block = block_of(newest(source.pattern, tmp_path, ""), source.sheet, source.encoding)
    paste(path, block.rows)
    if "period" in source.fill:  # another one on Control would be a question
        setting(path, "period", source.fill["period"])
    wrong: list[str] = []
    try:
        import_tables(other, run(read_sources(mapping, KNOWN), KNOWN), lambda _: True)
    except CsmError as error:  # the starter workbook has no such table
        assert source.table in {"accounts", "answers", "payments"}
        wrong = [_without_places(one.message) for one in error.issues]
    with suppress(CsmError):  # what is in its table may not be payable yet
        refresh_file(path, datetime(2026, 7, 2))
    if wrong:
        said = [_without_places(row["What was found"]) for row in report(path) if row["Kind"] == "error"]
        assert said == wrong
        return
    name = f"tbl{source.table.capitalize()}"
    assert rows_of(path, name) == rows_of(other, name), report(path)
    assert "taken from the paste" in kinds(path)


def _without_places(message: str) -> str:
    """What is said of several cells, without where the others are: a paste has cells, a file rows."""
    return message.partition("; also ")[0]
