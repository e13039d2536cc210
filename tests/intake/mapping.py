"""A mapping and its exports in a folder, for tests."""

from __future__ import annotations

from pathlib import Path

from csm_xl.engine.components import component_types
from csm_xl.intake.mapped import Mapped
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
