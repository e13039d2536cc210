"""Taxes on wages by year, filing status and state, as the tax law states them.

Estimates for a resident with no other income: credits, phase-outs and local taxes are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from csm_xl.data import Dataset, text
from csm_xl.data.names import Names
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.pay.rounding import RATIO_PLACES
from csm_xl.pay.tax import Federal, IncomeTax
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.names import did_you_mean, listed, plain_name

FEDERAL: Final = Dataset(
    "tax_federal.json",
    "federal brackets, standard deductions, Social Security, Medicare and flat rates",
    "2024 to 2026",
    "Tax-Calculator 6.8.0 (Policy Simulation Library), from the IRS; flat rates: IRS Publication 15",
    "https://github.com/PSLmodels/Tax-Calculator",
    "CC0-1.0",
)
STATES: Final = Dataset(
    "tax_states.json",
    "income tax of 12 states, and 5 states without one",
    "2025",
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
"""The filing statuses, and what else each is called."""
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


@cache
def federal(year: str | int, status: str = "single") -> Federal:
    """The federal taxes of a year for a filing status. Errors: #N/A for a year that is not held.

    >>> federal(2025).income.deduction
    15750
    """
    word = filing_status(status)
    figures = _of_year(_years(FEDERAL.file), year, "federal tax")
    bounds = figures["upper_bounds"][word]
    security, medicare, flat = (figures[name] for name in ("social_security", "medicare", "supplemental"))
    surtaxed = round(medicare["rate"] + medicare["surtax_rate"], RATIO_PLACES)  # 0.0235, as decimals add
    return Federal(
        IncomeTax(_scale(zip((0, *bounds), figures["rates"], strict=True)),
                  figures["standard_deduction"][word]),
        TierTable((0,), (security["rate"],), (security["wage_base"],)),
        _scale([(0, medicare["rate"]), (medicare["surtax_from"][word], surtaxed)]),
        _scale([(0, flat["rate"]), (flat["up_to"], flat["rate_above"])]),
    )  # fmt: skip


@cache
def state(name: str, year: str | int, status: str = "single") -> IncomeTax:
    """The income tax of a state, by its postal code or name, in a year for a filing status.

    Errors: #N/A for a state that is not held, or not for this year.

    >>> state("Illinois", 2025).deduction, state("tx", 2025).brackets.rate
    (0, (0,))
    """
    word = filing_status(status)
    code = _states().find(name, "state")
    years = {year: states[code] for year, states in _years(STATES.file).items() if code in states}
    figures = _of_year(years, year, f"income tax of {_states().name(code)}")
    if figures.get("income_tax") is False:
        return IncomeTax(_scale([(0, 0)]), 0)
    return IncomeTax(_scale(figures["brackets"][word]), figures["deduction"][word])


@cache
def _states() -> Names:
    held = {code: one["name"] for states in _years(STATES.file).values() for code, one in states.items()}
    return Names("state's income tax", {code: (code, name) for code, name in held.items()})


@cache
def _years(file: str) -> Mapping[str, Any]:
    import json

    years: Mapping[str, Any] = json.loads(text(file))["years"]
    return years


def _of_year(years: Mapping[str, Any], year: str | int, what: str) -> Any:
    found = years.get(str(year))
    if found is None:
        raise CsmError(NOT_FOUND, f"there are no figures of the {what} for this year", "year", year,
                       f"There are {listed(years)}; no other year is taken in its place.")  # fmt: skip
    return found


def _scale(rows: Any) -> TierTable:
    starts, rates = zip(*rows, strict=True)
    return TierTable(tuple(starts), tuple(rates), (None,) * len(starts))
