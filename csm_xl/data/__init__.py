"""Public figures that csm_xl carries, each dated and with its source: wages, prices, taxes.

A file is read when it is first asked for, and kept. What it does not hold is an error, never the nearest
guess; a table of the user's own takes the place of any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(slots=True, eq=False, repr=False)
class Dataset:
    """One set of figures: its file, what it says, for when, who published it, where, and the licence.

    as_of: for when, in words. until: the last day that the figures speak of. due: the day from which newer
    ones are to be expected, so that these are stale; both ISO dates.
    """

    file: str
    what: str
    as_of: str
    until: str
    due: str
    publisher: str
    address: str
    licence: str


@cache
def text(file: str) -> str:
    """The text of a file of this folder.

    >>> text("bea_rpp_2023.csv").splitlines()[1]
    '0000000,National,US,100'
    """
    from importlib.resources import files

    return (files("csm_xl") / "data" / file).read_text(encoding="utf-8")
