"""Worksheet functions for job offers: one offer by year, or several side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from csm_xl.data import tax as law
from csm_xl.errors import VALUE, CsmError, Issue, listed
from csm_xl.functions import coerce
from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.equity import read_schedule
from csm_xl.functions.percent_rates import refuse_ratio_as_amount, refuse_ratio_as_target
from csm_xl.functions.registry import Parameter, Result, cells, count, function, ratio
from csm_xl.functions.tax import OWN_BRACKETS, own_taxes
from csm_xl.pay import offers as pay
from csm_xl.pay import tax as taxes
from csm_xl.plan.cells import is_blank
from csm_xl.plan.names import header_name
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.shared import TWICE

if TYPE_CHECKING:
    from csm_xl.data.own_tax import OwnTaxes

_CATEGORY: Final = "Equity, benefits, tax, offers"
_YEARLY: Final = "money/year"
_YEARLY_RATE: Final = 0.5
"""No raise or interest of a year is more: 5 is 500%, and was meant as 5%."""
_FIELDS: Final = (
    Column("offer", "id", "Name of the offer."),
    Column("base", "money", "Base salary of the first year.", required=True, unit=_YEARLY, at_least=0),
    Column("raise", "ratio", "Annual raise after the first year.", above=-1, most=_YEARLY_RATE),
    Column("target_bonus", "money", "Target variable pay per year.", unit=_YEARLY, at_least=0),
    Column("target_bonus_ratio", "ratio", "Target variable pay as a share of base.", at_least=0,
           most=TWICE),
    Column("bonus_probability", "ratio", "Expected payout ratio; 1 is target.", at_least=0),
    Column("equity", "money", "Value vesting each year.", unit=_YEARLY, at_least=0),
    Column("equity_grant", "money", "Value of the whole grant at today's price.", at_least=0),
    Column("equity_schedule", "text", 'Vesting schedule; blank: "25/25/25/25".'),
    Column("equity_growth", "ratio", "Annual growth of the share price.", above=-1),
    Column("benefits", "money", "Value of benefits.", unit=_YEARLY, at_least=0),
    Column("benefits_ratio", "ratio", "Value of benefits as a share of base.", at_least=0,
           most=TWICE),
    Column("sign_on", "money", "Sign-on bonus, paid in the first year."),
    Column("one_off", "money", "Other one-time amount in the first year; negative for a cost."),
    Column("costs", "money", "Annual cost of the job, such as commuting.", unit=_YEARLY, at_least=0),
    Column("tax_ratio", "ratio", "Tax as a ratio of all pay except benefits.", at_least=0, at_most=1),
    Column("tax_year", "id", "Tax year whose law applies to every year, such as 2025."),
    Column("status", "id", f"Filing status for tax_year: {listed(law.STATUSES)}."),
    Column("state", "id", "State for tax_year; blank: no state tax."),
    Column("cost_of_living", "ratio", "Price level of the location; 1 is the reference location.", above=0),
)  # fmt: skip
_ALSO: Final = {
    "name": "offer", "company": "offer", "option": "offer",
    "base_salary": "base", "salary": "base", "annual_raise": "raise", "raise_ratio": "raise",
    "bonus": "target_bonus", "target_variable": "target_bonus", "variable": "target_bonus",
    "bonus_ratio": "target_bonus_ratio", "target_ratio": "target_bonus_ratio",
    "probability": "bonus_probability", "payout_ratio": "bonus_probability",
    "grant": "equity_grant", "schedule": "equity_schedule", "vesting": "equity_schedule",
    "growth": "equity_growth", "price_growth": "equity_growth",
    "sign_on_bonus": "sign_on", "signing_bonus": "sign_on", "one_off_amounts": "one_off",
    "tax_rate": "tax_ratio", "tax": "tax_ratio", "filing_status": "status", "col": "cost_of_living",
}  # fmt: skip
"""Other accepted names of a field."""
_NAMED: Final = {column.name: column for column in _FIELDS}
_KNOWN: Final = {**{name: name for name in _NAMED}, **_ALSO}
_SAME: Final = {"raise": "raise_ratio"}
"""Fields with another name in `pay.Offer`, because theirs is reserved in Python."""
_READ_HERE: Final = ("offer", "equity_schedule", "sign_on", "one_off", "tax_year", "status", "state")
_LABELS: Final = ", ".join(_NAMED)
_COLUMNS: Final = pay.OfferYears._fields

_COMMON: Final[dict[str, Parameter]] = {
    "years": count("Number of years.", "years", at_least=1, at_most=pay.MOST_YEARS),
    "discount_rate": ratio("Annual discount rate for later pay.", above=-1, most=_YEARLY_RATE),
    "brackets": OWN_BRACKETS,
}


@dataclass(eq=False, repr=False)
class _Terms:
    """One offer as read: the value and place of each field that is filled in."""

    values: dict[str, Any]
    places: dict[str, str]


def _label(cell: Any) -> str:
    return header_name(cell) if isinstance(cell, str) else ""


def _upright(grid: CellRange) -> bool:
    """Whether the fields are in the first column, with values to the right."""
    down = sum(_label(cell) in _KNOWN for cell in grid.cells[:: grid.columns])
    across = sum(_label(cell) in _KNOWN for cell in grid.row(0))
    headed = all(isinstance(cell, str) or is_blank(cell) for cell in grid.row(0))
    return down > across or (down == across and (grid.rows == 1 or not headed))


def _read(grid: CellRange, argument: str) -> list[_Terms]:
    """The offers in a block: field names in the first column or row, and one offer in each of the others."""
    upright = _upright(grid)
    heads, others = (grid.rows, grid.columns) if upright else (grid.columns, grid.rows)
    issues: list[Issue] = []
    at: dict[str, int] = {}
    for head in range(heads):
        index = head * grid.columns if upright else head
        cell = grid.cells[index]
        name, where = _label(cell), grid.place(argument, index)
        if name in _KNOWN:
            if _KNOWN[name] in at:
                issues.append(Issue(VALUE, f"duplicate field {_KNOWN[name]}", where, cell,
                                    "Keep one of them."))  # fmt: skip
            at[_KNOWN[name]] = head
        else:
            issues += _misspelt(name, cell, where)
    if "base" not in at:
        issues.append(Issue(VALUE, "the offer has no base", argument, None, f"Fields: {_LABELS}."))
    if others < 2:
        issues.append(Issue(VALUE, "there are fields but no values", argument, grid.size,
                            "Put the values next to or below their fields."))  # fmt: skip
    if issues:
        raise CsmError.of(issues)
    found = []
    for other in range(1, others):
        index_of = {name: head * grid.columns + other if upright else other * grid.columns + head
                    for name, head in at.items()}  # fmt: skip
        if not all(is_blank(grid.cells[index]) for index in index_of.values()):
            found.append(_terms(grid, argument, index_of, issues))
    if issues:
        raise CsmError.of(issues)
    return found


def _misspelt(name: str, cell: Any, where: str) -> Iterator[Issue]:
    """An unknown label close to a field name is an error, so that no intended value is ignored."""
    from difflib import get_close_matches

    near = get_close_matches(name, _KNOWN, n=1, cutoff=0.8)
    if near:
        yield Issue(VALUE, "unknown field", where, cell, f"Did you mean {near[0]!r}? "
                    f"Fields: {_LABELS}.")  # fmt: skip


def _terms(grid: CellRange, argument: str, index_of: dict[str, int], issues: list[Issue]) -> _Terms:
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for name, index in index_of.items():
        column, cell = _NAMED[name], grid.cells[index]
        places[name] = grid.place(f"{argument} {name}", index)
        if is_blank(cell):
            if column.required:
                issues.append(coerce.blank(column, places[name]))
            continue
        read = coerce.read_cells(
            CellRange(1, 1, [cell]), replace(column, required=False), places[name], issues
        )
        values[name] = read.single
    return _Terms(values, places)


def _offer(terms: _Terms) -> pay.Offer:
    base = terms.values["base"]
    for name in ("target_bonus", "equity", "benefits"):
        if name in terms.values:
            _at(terms.places[name], refuse_ratio_as_amount, terms.values[name], base, name)
    _at(terms.places["base"], refuse_ratio_as_target, base, terms.values.get("target_bonus", 0.0))
    given = {_SAME.get(name, name): value for name, value in terms.values.items() if name not in _READ_HERE}
    given["one_off"] = terms.values.get("sign_on", 0.0) + terms.values.get("one_off", 0.0)
    if "equity_schedule" in terms.values:
        if "equity_grant" not in terms.values:
            raise CsmError(VALUE, "a schedule is given without a grant", terms.places["equity_schedule"],
                           terms.values["equity_schedule"], "Add equity_grant.")  # fmt: skip
        given["vesting"] = _at(terms.places["equity_schedule"], read_schedule,
                               CellRange(1, 1, [terms.values["equity_schedule"]]))  # fmt: skip
    return pay.Offer(**given)


def _at(place: str, read: Any, *arguments: Any) -> Any:
    """The result of a reader, with the argument's place added to its errors."""
    try:
        return read(*arguments)
    except CsmError as error:
        raise CsmError.of(replace(issue, where=place) for issue in error.issues) from None


def _own_taxes(found: list[_Terms], brackets: CellRange | None) -> OwnTaxes | None:
    """The rates given instead of the built-in ones; at least one offer must have a tax_year."""
    own = own_taxes(brackets)
    if own is not None and not any("tax_year" in terms.values for terms in found):
        raise CsmError(VALUE, "brackets are given without a tax_year", "brackets", None,
                       "Add the tax_year whose law applies.")  # fmt: skip
    return own


def _taxes(terms: _Terms, own: OwnTaxes | None) -> pay.Taxes | None:
    """The taxes of the offer's tax_year; None if it has none."""
    values, places = terms.values, terms.places
    if "tax_year" not in values:
        for name in ("status", "state"):
            if name in values:
                raise CsmError(VALUE, f"{name} is given without tax_year", places[name], values[name],
                               "Add the tax_year whose law applies.")  # fmt: skip
        return None
    if "tax_ratio" in values:
        raise CsmError(VALUE, "both tax_ratio and tax_year are given", places["tax_ratio"],
                       values["tax_ratio"], "Keep one of them.")  # fmt: skip
    status = values.get("status", "single")
    if "status" in values:
        status = _at(places["status"], law.filing_status, status)
    federal = _at(places["tax_year"], law.federal, values["tax_year"], status, own,
                  taxes.FEDERAL_PARTS["all"])  # fmt: skip
    if "state" not in values:
        return partial(taxes.tax, federal=federal, kind="all")
    state = _at(places["state"], law.state, values["state"], values["tax_year"], status, own)
    return partial(taxes.tax, federal=federal, state=state, kind="all")


def _worth(terms: _Terms, years: Any, discount_rate: Any, own: OwnTaxes | None) -> pay.OfferYears:
    return pay.offer_years(_offer(terms), int(years), discount_rate, _taxes(terms, own))


@function(
    _CATEGORY,
    Result(
        "One row per year: pay before tax, then the total and its present value. A grant is valued as its "
        "tranches vest, at a price that rises in whole steps on each anniversary; tax is a ratio of all but "
        "benefits, or the law of one year applied to every year.",
        "money",
        "rows",
        columns=_COLUMNS,
    ),
    {
        "offer": cells(
            "Terms of the offer, each next to or below its field name; only base is required.", *_FIELDS
        ),
        **_COMMON,
    },
    examples=(
        'CSM_OFFER({"base",100000;"raise",0.05;"target_bonus",20000;"bonus_probability",0.9;'
        '"equity_grant",40000;"benefits",8000;"sign_on",5000;"tax_ratio",0.3}, 4, 0.05)',
        'CSM_OFFER({"base",50000;"tax_year",2025;"state","WI"}, 1, 0,'
        ' {2025,"WI",0,0.05,"",2835;2025,"WI",4400,0.09,"",})',
    ),
)
def offer(
    offer: CellRange, years: Any = 4.0, discount_rate: Any = 0.0, brackets: CellRange | None = None
) -> list[list[Any]]:
    """Value of a job offer by year: total = (pay − costs − tax) / cost of living.

    Present value = total / (1 + discount rate)^year, at year end as in Excel's NPV.
    Errors: no base; a duplicate or misspelled field (other labels are ignored); a value out of bounds; a tax
    year or state without figures; several offers; brackets that overlap, start above 0, lack a deduction, or
    are given without a tax_year.
    """
    found = _read(offer, "offer")
    if len(found) != 1:
        raise CsmError(VALUE, "there are several offers", "offer", len(found),
                       "Compare several with CSM_OFFERCOMPARE.")  # fmt: skip
    parts = _worth(found[0], years, discount_rate, _own_taxes(found, brackets))
    return [list(row) for row in zip(*(part.tolist() for part in parts), strict=True)]


@function(
    _CATEGORY,
    Result(
        "One row per offer, totaled over the years; difference: its present value minus that of the "
        "first offer.",
        "money",
        "rows",
        columns=("offer", *_COLUMNS, "difference"),
    ),
    {
        "offers": cells("One row or column per offer, with the fields of CSM_OFFER."),
        **_COMMON,
    },
    examples=(
        'CSM_OFFERCOMPARE({"offer","base","target_bonus","benefits";"A",90000,10000,8000;'
        '"B",98000,5000,8000}, 3, 0.05)',
    ),
)
def offer_compare(
    offers: CellRange, years: Any = 4.0, discount_rate: Any = 0.0, brackets: CellRange | None = None
) -> list[list[Any]]:
    """Compare job offers: the value of each over the years, and its difference from the first.

    Fields and figures are those of CSM_OFFER; add a counteroffer as another row.
    Errors: as for CSM_OFFER; no offer.
    """
    found = _read(offers, "offers")
    if not found:
        raise CsmError(VALUE, "there is no offer", "offers", 0, "Give a row for each offer.")
    rows, own = [], _own_taxes(found, brackets)
    for number, terms in enumerate(found, 1):
        worth = pay.summed(_worth(terms, years, discount_rate, own))
        rows.append([terms.values.get("offer", f"Offer {number}"), *worth])
    return [[*row, row[-1] - rows[0][-1]] for row in rows]
