"""Taxes on wages by year, filing status and state, from tax law.

Estimates for a resident without other income: credits, phase-outs and local taxes are not included.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from csm_xl.data import Dataset, text
from csm_xl.data.names import Names
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, listed
from csm_xl.pay.rounding import RATIO_PLACES
from csm_xl.pay.tax import Federal, IncomeTax
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.names import did_you_mean, plain_name

if TYPE_CHECKING:
    from csm_xl.data.own_tax import OwnTaxes

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
    held = str(year) in _years(FEDERAL.file)
    if own is not None and missing and not held:
        hint = f"Add rows of {listed(missing)} for {year} to tax_brackets"
        raise CsmError(NOT_FOUND, f"there are no figures for {listed(missing)} in this year", "year", year,
                       f"{hint}; only {listed(_years(FEDERAL.file))} are built in.")  # fmt: skip
    if missing or (lacking and held):
        taxes = _built_in(str(year), word) | taxes
    taxes = dict.fromkeys(FEDERAL_TAXES, IncomeTax(_scale([(0, 0)]), 0)) | taxes
    income, *flat = (taxes[tax] for tax in FEDERAL_TAXES)
    return Federal(income, *(scale.brackets for scale in flat))


@cache
def _built_in(year: str, status: str) -> dict[str, IncomeTax]:
    figures = _of_year(_years(FEDERAL.file), year, "federal tax")
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
    code = _states().find(name, "state")
    years = {year: states[code] for year, states in _years(STATES.file).items() if code in states}
    figures = _of_year(years, year, f"income tax of {_states().name(code)}")
    if figures.get("income_tax") is False:
        return IncomeTax(_scale([(0, 0)]), 0)
    return IncomeTax(_scale(figures["brackets"][status]), figures["deduction"][status])


def has_state_taxes(year: int) -> bool:
    """Whether there are state income taxes for a year.

    >>> has_state_taxes(2025), has_state_taxes(1999)
    (True, False)
    """
    return str(year) in _years(STATES.file)


def state_code(typed: str) -> str:
    """The lowercase postal code of a state with income tax figures; empty for any other.

    >>> state_code("California"), state_code("ca"), state_code("Wisconsin")
    ('ca', 'ca', '')
    """
    try:
        return _states().find(typed, "state").lower()
    except CsmError:
        return ""


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
        raise CsmError(NOT_FOUND, f"there are no figures for {what} in this year", "year", year,
                       f"Available: {listed(years)}; no other year is used instead.")  # fmt: skip
    return found


def _scale(rows: Any) -> TierTable:
    starts, rates = zip(*rows, strict=True)
    return TierTable(tuple(starts), tuple(rates), (None,) * len(starts))


def rows(file: str) -> list[list[Any]]:
    """The rates of a file as rows of the table tax_brackets, with a header."""
    header = ["year", "tax", "from", "rate", "status", "deduction", "source"]
    found: list[list[Any]] = [header]
    for year, held in _years(file).items():
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
