"""What figures there are: each dataset by name, how old it is, and its rows as a table of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from csm_xl.data import Dataset, places, prices, tax, wages
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.names import did_you_mean, plain_name

Rows = list[list[Any]]


@dataclass(slots=True, eq=False, repr=False)
class Held:
    """A dataset under its name. rows: reads it, with a header. own: what of the user's overrides it."""

    name: str
    dataset: Dataset
    rows: Callable[[], Rows]
    own: str

    def age(self, today: date) -> int:
        """Days since the last day that the figures speak of; 0 for one to come."""
        return max((today - date.fromisoformat(self.dataset.until)).days, 0)

    def stale(self, today: date) -> bool:
        """Whether newer figures are to be expected by now."""
        return today >= date.fromisoformat(self.dataset.due)

    def warning(self, today: date) -> Issue:
        """What is said of it once it is stale."""
        return Issue(VALUE, f"the figures end {self.dataset.until}, and newer ones are to be expected since"
                     f" {self.dataset.due}", self.name, None, f"Compare them with {self.dataset.address},"
                     f" or give a table of your own: {self.own}.", "warning")  # fmt: skip


_LOCATIONS: Final = Dataset(
    wages.DATASET.file,
    "cost of labour and of living by place against the nation's: made from wages and parities",
    "2025-05 and 2023",
    prices.DATASET.until,
    prices.DATASET.due,
    f"{wages.DATASET.publisher}; {prices.DATASET.publisher}",
    f"{wages.DATASET.address} {prices.DATASET.address}",
    "public domain",
)

HELD: Final[Mapping[str, Held]] = {
    held.name: held
    for held in (
        Held("wages", wages.DATASET, wages.rows, "the table wages"),
        Held("parities", prices.DATASET, prices.rows, "the table locations"),
        Held("locations", _LOCATIONS, places.rows, "the table locations"),
        Held("federal_tax", tax.FEDERAL, lambda: tax.rows(tax.FEDERAL.file), "the table tax_brackets"),
        Held("state_tax", tax.STATES, lambda: tax.rows(tax.STATES.file), "the table tax_brackets"),
    )
}
"""Every dataset by name."""


def find(name: str) -> Held:
    """The dataset of a name, case, blanks and hyphens ignored. Errors: #N/A where there is none.

    >>> find("Federal tax").dataset.as_of
    '2024 to 2026'
    """
    held = HELD.get(plain_name(name))
    if held is None:
        raise CsmError(NOT_FOUND, "there is no such dataset", "name", name,
                       f"{did_you_mean(name, HELD)}There are {listed(HELD)}.")  # fmt: skip
    return held
