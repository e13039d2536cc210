"""Your own wages, which replace the built-in ones wherever they are used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from csm_xl.data.names import Names
from csm_xl.data.wages import NATION, called
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, listed
from csm_xl.pay.market import labour_factor
from csm_xl.pay.rounding import exact
from csm_xl.plan.names import plain_name

_NATIONAL = "National"


@dataclass(slots=True, eq=False, repr=False)
class Wage:
    """A row of the table wages, with what the cost of labor needs.

    area_name: blank if the area is given by name. proxy: whether the occupation is a proxy for Customer
    Success Managers. employment, median: None if unknown. first, last: its days, both inclusive.
    """

    occupation: str
    area: str
    area_name: str
    proxy: bool
    employment: float | None
    median: float | None
    first: int
    last: int


class OwnWages:
    """Wages by occupation and area, each in dated versions. wages: rows in any order."""

    def __init__(self, wages: Iterable[Wage]) -> None:
        self._rows: dict[str, list[Wage]] = {}
        names: dict[str, tuple[str, ...]] = {}
        for one in wages:
            code = one.area.zfill(len(NATION)) if one.area.isdigit() else one.area
            names.setdefault(plain_name(code), called(code, one.area_name or one.area))
            self._rows.setdefault(plain_name(code), []).append(one)
        self._areas = Names("area", names)

    def labour(self, location: str, day: int) -> Fraction:
        """The cost of labor in a location on a day: medians of the proxies over the nation's, weighted by
        national employment, like the built-in factors.

        Every proxy with a national row counts. Errors: a location that is not in the table; no row for the
        day, or two; a missing median; no employment to weight several proxies by. Built-in figures never fill
        in.

        >>> rows = [("National", 400, 80000), ("Oslo", None, 100000)]
        >>> own = OwnWages(Wage("CSM", area, "", True, jobs, wage, 0, 10**6) for area, jobs, wage in rows)
        >>> own.labour("oslo", 739000)
        Fraction(5, 4)
        """
        place, nation = self._areas.find(location, "location"), self._nation()
        here, there = self._of(place, day), self._of(nation, day)
        proxies = [row for row in there.values() if row.proxy]
        if not proxies:
            raise CsmError(NOT_FOUND, f"wages have no proxy row for {_NATIONAL} on {_shown(day)}",
                           "location", location,
                           "Add one, or correct csm_proxy, valid_from and valid_to.")  # fmt: skip
        medians = [(here.get(plain_name(row.occupation)), row) for row in proxies]
        lacking = [row.occupation for mine, row in medians
                   if mine is None or mine.median is None or row.median is None]  # fmt: skip
        if lacking:
            where = f"{self._areas.name(place)} and in {_NATIONAL}"
            said = f"wages have no median (p50) for {listed(lacking)} in {where} on {_shown(day)}"
            raise CsmError(NOT_FOUND, said, "location", location,
                           "Add the rows, or set csm_proxy to FALSE for occupations that should not "
                           "count.")  # fmt: skip
        jobs = [row.employment if len(proxies) > 1 else 1 for row in proxies]
        unknown = [row.occupation for row, count in zip(proxies, jobs, strict=True) if not count]
        if unknown:
            raise CsmError(VALUE, f"wages have no employment for {listed(unknown)} in {_NATIONAL}, which is"
                           " needed to weight several proxies", "location", location,
                           "Fill in employment; any unit works.")  # fmt: skip
        wages = ([row.median for row in part if row is not None] for part in zip(*medians, strict=True))
        local, national = (exact(np.array(part, dtype=np.float64)) for part in wages)
        return Fraction(labour_factor(local, national, exact(np.array(jobs, dtype=np.float64))).item())

    def _nation(self) -> str:
        try:
            return self._areas.find(_NATIONAL, "location")
        except CsmError:
            raise CsmError(NOT_FOUND, f"wages have no row for {_NATIONAL}, which local wages are compared"
                           " with", "location", None, f"Add the proxies' rows of {_NATIONAL}, or give"
                           " the table locations.") from None  # fmt: skip

    def _of(self, area: str, day: int) -> dict[str, Wage]:
        """The rows of an area on a day, by occupation."""
        found: dict[str, Wage] = {}
        for row in self._rows[area]:
            name = plain_name(row.occupation)
            if row.first <= day <= row.last and found.setdefault(name, row) is not row:
                raise CsmError(VALUE, f"wages have two rows of {row.occupation} in {self._areas.name(area)}"
                               f" for {_shown(day)}", "location", None,
                               "Correct valid_from and valid_to, or keep one.")  # fmt: skip
        return found


def _shown(day: int) -> str:
    return date.fromordinal(day).isoformat()
