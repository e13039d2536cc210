"""The catalog of datasets: each by name, with its age, and its rows in the format of your own table."""

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
    """A dataset with its name. rows: reads it, with a header. own: the user's table that overrides it."""

    name: str
    dataset: Dataset
    rows: Callable[[], Rows]
    own: str

    def age(self, today: date) -> int:
        """Days since the last day that the figures cover; 0 if it is in the future."""
        return max((today - date.fromisoformat(self.dataset.until)).days, 0)

    def stale(self, today: date) -> bool:
        """Whether newer figures should be available by now."""
        return today >= date.fromisoformat(self.dataset.due)

    def warning(self, today: date) -> Issue:
        """The warning once it is outdated."""
        message = (
            f"the figures end on {self.dataset.until}, and newer ones should be available since"
            f" {self.dataset.due}"
        )
        hint = f"Compare them with {self.dataset.address}, or use your own table: {self.own}."
        return Issue(VALUE, message, self.name, None, hint, "warning")


_LOCATIONS: Final = Dataset(
    wages.DATASET.file,
    "cost of labor and cost of living by location relative to the nation, from wages and price parities",
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
        raise CsmError(NOT_FOUND, "unknown dataset", "name", name,
                       f"{did_you_mean(name, HELD)}There are {listed(HELD)}.")  # fmt: skip
    return held
