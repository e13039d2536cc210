"""Public figures included in csm_xl, each with date and source: wages, prices, taxes.

A file is read on first use and cached. A missing figure is an error, never a guess; your own tables can
replace each dataset.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(slots=True, eq=False, repr=False)
class Dataset:
    """One dataset: file, description, date, publisher, address, and license.

    as_of: the date of the figures, in words. until: the last day they cover. due: the day from which newer
    ones should be available, so that these are outdated; both ISO dates.
    """

    file: str
    what: str
    as_of: str
    until: str
    due: str
    publisher: str
    address: str
    license: str


@cache
def text(file: str) -> str:
    """The text of a file of this folder.

    >>> text("bea_rpp_2023.csv").splitlines()[1]
    '0000000,National,US,100'
    """
    from importlib.resources import files

    return (files("csm_xl") / "data" / file).read_text(encoding="utf-8")
