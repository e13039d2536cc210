"""The tax figures that are held: of which years, statuses, taxes and states, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from csm_xl.data import Dataset, text
from csm_xl.data.names import Names
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, listed
from csm_xl.plan.names import did_you_mean, plain_name

FEDERAL: Final = Dataset(
    "tax_federal.json",
    "federal brackets, standard deductions, Social Security, Medicare and flat rates",
    "2024 to 2026",
    "2026-12-31",
    "2027-01-01",
    "Tax-Calculator 6.8.0 (Policy Simulation Library), from the IRS; flat rates: IRS Publication 15",
    "https://github.com/PSLmodels/Tax-Calculator",
    "CC0-1.0",
)
STATES: Final = Dataset(
    "tax_states.json",
    "income tax of 12 states, and 5 states without one",
    "2025",
    "2025-12-31",
    "2026-01-01",
    "tenforty 2025.12, re-keyed from the states' instructions",
    "https://pypi.org/project/tenforty/",
    "MIT",
)

STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "single": (),
    "married_joint": ("married_filing_jointly", "joint", "mfj", "mjoint"),
    "married_separate": ("married_filing_separately", "separate", "mfs", "mseparate"),
    "head_of_household": ("hoh", "headhh"),
}
"""The filing statuses and their other names."""
FEDERAL_TAXES: Final = ("federal", "social_security", "medicare", "supplemental")
"""The federal taxes: income tax, then those without a deduction."""
_STATUS: Final = {name: status for status, others in STATUSES.items() for name in (status, *others)}


def filing_status(typed: str) -> str:
    """The filing status that a word names, case and blanks ignored. Errors: an unknown word.

    >>> filing_status("Married filing jointly")
    'married_joint'
    """
    name = plain_name(typed)
    if name not in _STATUS:
        raise CsmError(VALUE, "unknown filing status", "status", typed,
                       f"{did_you_mean(typed, _STATUS)}Allowed: {listed(STATUSES)}.")  # fmt: skip
    return _STATUS[name]


def has_state_taxes(year: int) -> bool:
    """Whether there are state income taxes for a year.

    >>> has_state_taxes(2025), has_state_taxes(1999)
    (True, False)
    """
    return str(year) in held_years(STATES.file)


def state_code(typed: str) -> str:
    """The lowercase postal code of a state with income tax figures; empty for any other.

    >>> state_code("California"), state_code("ca"), state_code("Wisconsin")
    ('ca', 'ca', '')
    """
    try:
        return held_states().find(typed, "state").lower()
    except CsmError:
        return ""


@cache
def held_states() -> Names:
    """The states whose income tax is held, by code and name."""
    held = {code: one["name"] for states in held_years(STATES.file).values() for code, one in states.items()}
    return Names("state's income tax", {code: (code, name) for code, name in held.items()})


@cache
def held_years(file: str) -> Mapping[str, Any]:
    """Year → the figures that a file holds of it."""
    import json

    years: Mapping[str, Any] = json.loads(text(file))["years"]
    return years


def of_year(years: Mapping[str, Any], year: str | int, what: str) -> Any:
    """The figures of a year. Errors: none are held; no other year is taken in its place."""
    found = years.get(str(year))
    if found is None:
        raise CsmError(NOT_FOUND, f"there are no figures for {what} in this year", "year", year,
                       f"Available: {listed(years)}; no other year is used instead.")  # fmt: skip
    return found
