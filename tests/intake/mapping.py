"""A mapping and its exports in a folder, for tests."""

from __future__ import annotations

from pathlib import Path

from csm_xl.engine.components import component_types
from csm_xl.intake.files import block_of
from csm_xl.intake.grid import Grid, grid_of
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.proposal import table_of_grid
from csm_xl.intake.questions import Question
from csm_xl.intake.run import run
from csm_xl.intake.sources_reading import sources_of
from csm_xl.plan.schema import schemas

KNOWN = schemas(component_types())


def imported(folder: Path, mapping: str, **files: str) -> list[Mapped]:
    """The tables of a mapping, whose exports are the given texts: ``crm="…"`` is crm.csv."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text.encode("utf-8"))
    return run(sources_of(mapping, folder / "sources.toml", KNOWN), KNOWN)


def only(folder: Path, mapping: str, **files: str) -> Mapped:
    """The one table of a mapping."""
    (found,) = imported(folder, mapping, **files)
    return found


def table_of_file(path: Path) -> tuple[str, Grid, list[Question]]:
    """Which table a file is, what is in it, and the question where that is open."""
    grid = grid_of(block_of(path))
    table, questions = table_of_grid(grid, path.name, KNOWN)
    return table, grid, questions
