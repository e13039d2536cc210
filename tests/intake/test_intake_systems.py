"""Made-up exports in the shapes of many systems, dirty as real ones, give the same tables once mapped."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from mapping import table_of_file

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.intake.column_answers import Around
from csm_xl.intake.files import grid_of_source
from csm_xl.intake.proposal import completed, stub_of
from csm_xl.intake.run import run
from csm_xl.intake.sources_reading import read_sources, sources_of
from csm_xl.intake.sources_writing import sources_text
from csm_xl.intake.systems import known_columns
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import schemas
from csm_xl.plan.table import Table
from csm_xl.plan.tables import read_tables
from csm_xl.plan.templates import read_template

EXPORTS = Path(__file__).with_name("exports")
SYSTEMS = sorted(folder.name for folder in EXPORTS.iterdir() if folder.name != "expected")
KNOWN = schemas(component_types())
AROUND = Around(("starter",), frozenset({"USD"}))
OTHERS = ("people.csv", "sources.toml")


def read(raw: RawTable) -> tuple[Table, list[str]]:
    """The table and what is wrong with it, beside the starter's plan and the people."""
    name = str(raw.name).removesuffix(".csv")
    beside = {"roster": (), "payments": ("roster", "deals")}.get(name, ("roster",))
    people = [RawTable.of_csv(EXPORTS / "expected" / f"{one}.csv") for one in beside]
    tables, issues = read_tables([*read_template("starter"), *people, raw], component_types())
    return tables[name], [str(issue) for issue in issues if issue.severity == "error"]


def values(table: Table, columns: list[str]) -> set[tuple[object, ...]]:
    return {tuple(table.value(row, name) for name in columns) for row in range(table.rows)}


def expected(system: str, table: str) -> tuple[Table, list[str]]:
    """The clean twin of an export: one of its own, or that of its table."""
    own = EXPORTS / "expected" / f"{system}.csv"
    raw = RawTable.of_csv(own if own.exists() else EXPORTS / "expected" / f"{table}.csv")
    raw = replace(raw, name=table)
    return read(raw)[0], [str(cell) for cell in raw.rows[0]]


def test_there_are_exports_of_twenty_systems_and_more() -> None:
    assert len(SYSTEMS) == 22


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_saved_mapping_gives_the_same_table_whatever_the_system(system: str) -> None:
    (found,) = run(read_sources(EXPORTS / system / "sources.toml", KNOWN), KNOWN)
    table, errors = read(found.raw)
    wanted, columns = expected(system, found.source.table)
    assert errors == []
    assert values(table, columns) == values(wanted, columns)
    assert table.rows == wanted.rows


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_saved_mapping_leaves_nothing_to_ask_and_reads_back_as_it_was(system: str) -> None:
    path = EXPORTS / system / "sources.toml"
    (source,) = read_sources(path, KNOWN).sources
    found = completed(source, grid_of_source(source, path.parent), KNOWN[source.table], AROUND)
    assert found.questions == ()
    assert not found.changed
    text = sources_text([source])
    assert text == path.read_text(encoding="utf-8")
    assert sources_of(text, path, KNOWN).sources == (source,)


@pytest.mark.parametrize("system", SYSTEMS)
def test_without_a_mapping_an_export_asks(system: str, tmp_path: Path) -> None:
    """None of them says everything: what is missing is asked, each question with its line of sources.toml."""
    shutil.copytree(EXPORTS / system, tmp_path, dirs_exist_ok=True)
    file = next(one for one in sorted(tmp_path.iterdir()) if one.name not in OTHERS)
    try:
        table, grid, open_ = table_of_file(file)
    except CsmError as error:
        assert "sources.toml" in str(error)  # several sheets: which one
        return
    wanted = read_sources(EXPORTS / system / "sources.toml", KNOWN).sources[0]
    if table == "results" and wanted.unpivot is not None:  # a column for each period
        assert open_[0].answers[0].change(stub_of(file, tmp_path, table)).unpivot == wanted.unpivot
        return
    if open_:  # the file's name says another table than its headers
        assert wanted.table in [answer.words for question in open_ for answer in question.answers]
        return
    assert table == wanted.table
    found = completed(stub_of(file, tmp_path, table), grid, KNOWN[table], AROUND, new=True)
    assert found.questions
    assert all("sources.toml: " in question.issue().hint for question in found.questions)
    # What it found without asking is what the mapping says: nothing is guessed wrong.
    right = {ours: theirs for ours, theirs in found.source.columns.items() if ours in wanted.columns}
    assert right == {ours: wanted.columns[ours] for ours in right}
    assert found.source.dates in ("", wanted.dates)
    assert found.source.number in ("", wanted.number)


@pytest.mark.parametrize(
    ("table", "headers"),
    [
        ("deals", {"Abschlussdatum": "date", "Betrag": "amount"}),
        ("deals", {"Date de fermeture": "date", "Montant": "amount"}),
        ("deals", {"Für Deal zuständiger Mitarbeiter": "employee_id"}),
        ("deals", {"Propriétaire de la transaction": "employee_id"}),
        ("accounts", {"Company owner": "employee_id"}),
        ("accounts", {"Für Unternehmen zuständiger Mitarbeiter": "employee_id"}),
        ("accounts", {"Propriétaire de l’entreprise": "employee_id"}),
        ("deals", {"Closed At": "date"}),
        ("answers", {"Created at": "date", "Assignee ID": "employee_id"}),
        ("results", {"METRIC_NAME": "measure", "METRIC_VALUE": "actual", "LEVEL": "scope"}),
    ],
)
def test_headers_of_systems_are_known(table: str, headers: dict[str, str]) -> None:
    assert known_columns(schemas(component_types())[table], headers) == headers
