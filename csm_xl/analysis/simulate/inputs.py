"""The two additional tables of a simulation: distributions and correlations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import ASIDE
from csm_xl.plan.table import Table, Tables
from csm_xl.plan.tables import read_tables


def odds(tables: Tables, others: Iterable[RawTable | None]) -> tuple[Table, Table]:
    """Distributions of attainment and their correlations.

    tables: as read, which hold the two. others: the distributions and the correlations that count in the
        place of those; None for one that does not.
    Errors: all that is wrong with the two, each finding with its place.
    """
    found = []
    for name, other in zip(ASIDE, others, strict=True):
        read = tables if other is None else read_tables([replace(other, name=name)], tables.types)[0]
        found.append(read[name])
    errors = [issue for table in found for issue in table.errors]
    if errors:
        raise CsmError.of(errors)
    return found[0], found[1]
