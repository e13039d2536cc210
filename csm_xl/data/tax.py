"""Taxes on wages by year, filing status and state, from tax law.

Estimates for a resident without other income: credits, phase-outs and local taxes are not included.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from csm_xl.data.own_tax import OwnTaxes
from csm_xl.data.tax_figures import (
    FEDERAL,
    FEDERAL_TAXES,
    STATES,
    STATUSES,
    filing_status,
    has_state_taxes,
    held_states,
    held_years,
    of_year,
)
from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.pay.rounding import RATIO_PLACES
from csm_xl.pay.tax import Federal, IncomeTax
from csm_xl.pay.tiers import TierTable

__all__ = [
    "FEDERAL", "FEDERAL_TAXES", "STATES", "STATUSES", "federal", "filing_status", "has_state_taxes", "rows",
    "state",
]  # fmt: skip


def federal(
    year: str | int,
    status: str = "single",
    own: OwnTaxes | None = None,
    wanted: Collection[str] = FEDERAL_TAXES,
) -> Federal:
    """The federal taxes of a year for a filing status.

    own: your own rates: taxes in it replace the built-in ones, others stay. wanted: the taxes needed; others
    need no figures and are 0.
    Errors: #N/A for a year without figures for a wanted tax in either.

    >>> federal(2025).income.deduction
    15750
    """
    word = filing_status(status)
    given = {} if own is None else {tax: own.find(year, tax, word) for tax in FEDERAL_TAXES}
    taxes = {tax: scale for tax, scale in given.items() if scale is not None}
    lacking = [tax for tax in FEDERAL_TAXES if tax not in taxes]
    missing = [tax for tax in lacking if tax in wanted]
    held = str(year) in held_years(FEDERAL.file)
    if own is not None and missing and not held:
        hint = f"Add rows of {listed(missing)} for {year} to tax_brackets"
        raise CsmError(NOT_FOUND, f"there are no figures for {listed(missing)} in this year", "year", year,
                       f"{hint}; built in: {listed(held_years(FEDERAL.file))}.")  # fmt: skip
    if missing or (lacking and held):
        taxes = _built_in(str(year), word) | taxes
    taxes = dict.fromkeys(FEDERAL_TAXES, IncomeTax(_scale([(0, 0)]), 0)) | taxes
    income, *flat = (taxes[tax] for tax in FEDERAL_TAXES)
    return Federal(income, *(scale.brackets for scale in flat))


@cache
def _built_in(year: str, status: str) -> dict[str, IncomeTax]:
    figures = of_year(held_years(FEDERAL.file), year, "federal tax")
    security, medicare, flat = (figures[tax] for tax in FEDERAL_TAXES[1:])
    surtaxed = round(medicare["rate"] + medicare["surtax_rate"], RATIO_PLACES)  # 0.0235, as decimals add
    scales = (
        _scale(zip((0, *figures["upper_bounds"][status]), figures["rates"], strict=True)),
        _scale([(0, security["rate"]), (security["wage_base"], 0)]),
        _scale([(0, medicare["rate"]), (medicare["surtax_from"][status], surtaxed)]),
        _scale([(0, flat["rate"]), (flat["up_to"], flat["rate_above"])]),
    )
    deductions = (figures["standard_deduction"][status], 0, 0, 0)
    return {tax: IncomeTax(*both) for tax, *both in zip(FEDERAL_TAXES, scales, deductions, strict=True)}


def state(name: str, year: str | int, status: str = "single", own: OwnTaxes | None = None) -> IncomeTax:
    """The income tax of a state, by its postal code or name, in a year for a filing status.

    own: your own rates, which replace the built-in ones for their state and year.
    Errors: #N/A for a state without figures in either, or not for this year.

    >>> state("Illinois", 2025).deduction, state("tx", 2025).brackets.rate
    (0, (0,))
    """
    word = filing_status(status)
    found = None if own is None else own.find(year, name, word)
    return _state(name, str(year), word) if found is None else found


@cache
def _state(name: str, year: str, status: str) -> IncomeTax:
    code = held_states().find(name, "state")
    years = {year: states[code] for year, states in held_years(STATES.file).items() if code in states}
    figures = of_year(years, year, f"income tax of {held_states().name(code)}")
    if figures.get("income_tax") is False:
        return IncomeTax(_scale([(0, 0)]), 0)
    return IncomeTax(_scale(figures["brackets"][status]), figures["deduction"][status])


def _scale(rows: Any) -> TierTable:
    starts, rates = zip(*rows, strict=True)
    return TierTable(tuple(starts), tuple(rates), (None,) * len(starts))


def rows(file: str) -> list[list[Any]]:
    """The rates of a file as rows of the table tax_brackets, with a header."""
    header = ["year", "tax", "from", "rate", "status", "deduction", "source"]
    found: list[list[Any]] = [header]
    for year, held in held_years(file).items():
        for status in STATUSES:
            for tax, scale, source in _scales(file, year, held, status):
                each = zip(scale.brackets.start, scale.brackets.rate, strict=True)
                for start, rate in each:
                    stated = scale.deduction if start == 0 and tax not in FEDERAL_TAXES[1:] else None
                    found.append([int(year), tax, start, rate, status, stated, source])
    return found


def _scales(file: str, year: str, held: Mapping[str, Any], status: str) -> list[tuple[str, IncomeTax, str]]:
    if file == FEDERAL.file:
        return [(tax, scale, held["reference"]) for tax, scale in _built_in(year, status).items()]
    return [(code, _state(code, year, status), STATES.publisher) for code in held]
