"""Which version of csm_xl made a workbook."""

from __future__ import annotations

from typing import Final

from csm_xl import __version__
from csm_xl.xlsx.package import Package

VERSION: Final = "csm_xl version"
"""The document property that says which version wrote the workbook."""


def version_of(package: Package) -> str | None:
    """The version that made a workbook; None where none says so."""
    return package.properties().get(VERSION)


def is_current(version: str | None) -> bool:
    """Whether a workbook of this version has the sheets that the builder lays out today."""
    return version == __version__
