"""Worksheet functions of job offers: one year by year, several side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from csm_xl.data import tax as law
from csm_xl.errors import VALUE, CsmError, Issue, listed
from csm_xl.functions import coerce
from csm_xl.functions.equity import read_schedule
from csm_xl.functions.grid import Grid
from csm_xl.functions.registry import Parameter, Result, cells, count, function, ratio
from csm_xl.functions.tax import OWN_BRACKETS, own_taxes
from csm_xl.pay import offers as pay
from csm_xl.pay import tax as taxes
from csm_xl.plan.cells import is_blank
from csm_xl.plan.names import header_name
from csm_xl.plan.schema import Column

if TYPE_CHECKING:
    from csm_xl.data.own_tax import OwnTaxes

_CATEGORY: Final = "Equity, benefits, tax, offers"
_YEARLY: Final = "money/year"
_FIELDS: Final = (
    Column("offer", "id", "What the offer is called."),
    Column("base", "money", "Base salary of the first year.", required=True, unit=_YEARLY, at_least=0),
    Column("raise", "ratio", "Rise of the base every year after.", above=-1),
    Column("target_bonus", "money", "Target variable pay, the same every year.", unit=_YEARLY, at_least=0),
    Column("target_bonus_ratio", "ratio", "Target variable pay as a share of base.", at_least=0),
    Column("bonus_probability", "ratio", "Expected payout of the target; 1 is all of it.", at_least=0),
    Column("equity", "money", "Value that vests every year.", unit=_YEARLY, at_least=0),
    Column("equity_grant", "money", "Value of a whole grant at today's price.", at_least=0),
    Column("equity_schedule", "text", 'How the grant vests; "25/25/25/25" where it is blank.'),
    Column("equity_growth", "ratio", "Rise of the share price a year.", above=-1),
    Column("benefits", "money", "Value of benefits.", unit=_YEARLY, at_least=0),
    Column("benefits_ratio", "ratio", "Value of benefits as a share of base.", at_least=0),
    Column("sign_on", "money", "Paid once, in the first year."),
    Column("one_off", "money", "Any other amount of the first year alone; below 0 for a cost."),
    Column("costs", "money", "Cost of the job every year, such as commuting.", unit=_YEARLY, at_least=0),
    Column("tax_ratio", "ratio", "Share that tax takes of all but benefits.", at_least=0, at_most=1),
    Column("tax_year", "id", "Year whose tax law is applied to every year, such as 2025."),
    Column("status", "id", f"Filing status for that: {listed(law.STATUSES)}."),
    Column("state", "id", "State for that; blank: no state tax."),
    Column("cost_of_living", "ratio", "Price level of the place; 1 is the place compared with.", above=0),
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
"""What else a field may be called."""
_NAMED: Final = {column.name: column for column in _FIELDS}
_KNOWN: Final = {**{name: name for name in _NAMED}, **_ALSO}
_SAME: Final = {"raise": "raise_ratio"}
"""Fields that go by another name in `pay.Offer`, because Python keeps theirs for itself."""
_READ_HERE: Final = ("offer", "equity_schedule", "sign_on", "one_off", "tax_year", "status", "state")
_LABELS: Final = ", ".join(_NAMED)
_COLUMNS: Final = pay.OfferYears._fields

_COMMON: Final[dict[str, Parameter]] = {
    "years": count("How many years are reckoned.", "years", at_least=1, at_most=pay.MOST_YEARS),
    "discount_rate": ratio("Yearly rate at which later pay is discounted.", above=-1),
    "brackets": OWN_BRACKETS,
}


@dataclass(eq=False, repr=False)
class _Terms:
    """One offer as read: the value of each field that is filled, and where each field stands."""

    values: dict[str, Any]
    places: dict[str, str]


def _label(cell: Any) -> str:
    return header_name(cell) if isinstance(cell, str) else ""


def _upright(grid: Grid) -> bool:
    """Whether the fields stand in the first column, each with its values beside it."""
    down = sum(_label(cell) in _KNOWN for cell in grid.cells[:: grid.columns])
    across = sum(_label(cell) in _KNOWN for cell in grid.row(0))
    headed = all(isinstance(cell, str) or is_blank(cell) for cell in grid.row(0))
    return down > across or (down == across and (grid.rows == 1 or not headed))


def _read(grid: Grid, argument: str) -> list[_Terms]:
    """The offers of a block: fields in its first column or row, and an offer in each other one."""
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
                issues.append(Issue(VALUE, f"the field {_KNOWN[name]} is given twice", where, cell,
                                    "Keep one of them."))  # fmt: skip
            at[_KNOWN[name]] = head
        else:
            issues += _misspelt(name, cell, where)
    if "base" not in at:
        issues.append(Issue(VALUE, "the offer has no base", argument, None, f"Fields: {_LABELS}."))
    if others < 2:
        issues.append(Issue(VALUE, "there are fields and no values", argument, grid.size,
                            "Give the values beside or below their fields."))  # fmt: skip
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
    """A label that is nearly a field: nothing that somebody meant to give is left out in silence."""
    from difflib import get_close_matches

    near = get_close_matches(name, _KNOWN, n=1, cutoff=0.8)
    if near:
        yield Issue(VALUE, "there is no such field", where, cell, f"Did you mean {near[0]!r}? "
                    f"Fields: {_LABELS}.")  # fmt: skip


def _terms(grid: Grid, argument: str, index_of: dict[str, int], issues: list[Issue]) -> _Terms:
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for name, index in index_of.items():
        column, cell = _NAMED[name], grid.cells[index]
        places[name] = grid.place(f"{argument} {name}", index)
        if is_blank(cell):
            if column.required:
                issues.append(coerce.blank(column, places[name]))
            continue
        read = coerce.read_cells(Grid(1, 1, [cell]), replace(column, required=False), places[name], issues)
        values[name] = read.single
    return _Terms(values, places)


def _offer(terms: _Terms) -> pay.Offer:
    given = {_SAME.get(name, name): value for name, value in terms.values.items() if name not in _READ_HERE}
    given["one_off"] = terms.values.get("sign_on", 0.0) + terms.values.get("one_off", 0.0)
    if "equity_schedule" in terms.values:
        if "equity_grant" not in terms.values:
            raise CsmError(VALUE, "a schedule is given and no grant", terms.places["equity_schedule"],
                           terms.values["equity_schedule"], "Give equity_grant too.")  # fmt: skip
        given["vesting"] = _at(terms.places["equity_schedule"], read_schedule,
                               Grid(1, 1, [terms.values["equity_schedule"]]))  # fmt: skip
    return pay.Offer(**given)


def _at(place: str, read: Any, *arguments: Any) -> Any:
    """What a reader gives; its errors told with the place that the argument stood at."""
    try:
        return read(*arguments)
    except CsmError as error:
        raise CsmError.of(replace(issue, where=place) for issue in error.issues) from None


def _own_taxes(found: list[_Terms], brackets: Grid | None) -> OwnTaxes | None:
    """The rates that are given in place of the built-in ones; some offer must ask for the law of a year."""
    own = own_taxes(brackets)
    if own is not None and not any("tax_year" in terms.values for terms in found):
        raise CsmError(VALUE, "brackets are given and no tax_year", "brackets", None,
                       "Give the tax_year whose law is applied.")  # fmt: skip
    return own


def _taxes(terms: _Terms, own: OwnTaxes | None) -> pay.Taxes | None:
    """The taxes of the year that the offer names; None where it names none."""
    values, places = terms.values, terms.places
    if "tax_year" not in values:
        for name in ("status", "state"):
            if name in values:
                raise CsmError(VALUE, f"a {name} is given and no tax_year", places[name], values[name],
                               "Give the tax_year whose law is applied.")  # fmt: skip
        return None
    if "tax_ratio" in values:
        raise CsmError(VALUE, "both a tax_ratio and a tax_year are given", places["tax_ratio"],
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
        "One row a year: the pay before tax, then the total and its present value. A grant is valued as its "
        "tranches vest, at a price that rises in whole steps on each anniversary; tax is a ratio of all but "
        "benefits, or the law of one year applied to every year.",
        "money",
        "rows",
        columns=_COLUMNS,
    ),
    {
        "offer": cells(
            "The offer's terms, each beside (or below) its field; all but base may be left out.", *_FIELDS
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
    offer: Grid, years: Any = 4.0, discount_rate: Any = 0.0, brackets: Grid | None = None
) -> list[list[Any]]:
    """What a job offer is worth year by year: total = (pay − costs − tax) / cost of living.

    Its present value is total / (1 + discount rate)^year, at each year's end as in Excel's NPV.
    Errors: no base; a field given twice or misspelt (other labels are ignored); a value out of its
    bounds; a tax year or state whose figures are not held; several offers; brackets that overlap, begin
    above 0 or lack a deduction, or that no tax_year asks for.
    """
    found = _read(offer, "offer")
    if len(found) != 1:
        raise CsmError(VALUE, "one offer is asked for", "offer", len(found),
                       "Compare several with CSM_OFFERCOMPARE.")  # fmt: skip
    parts = _worth(found[0], years, discount_rate, _own_taxes(found, brackets))
    return [list(row) for row in zip(*(part.tolist() for part in parts), strict=True)]


@function(
    _CATEGORY,
    Result(
        "One row per offer, summed over the years; difference: of its present value to the first offer's.",
        "money",
        "rows",
        columns=("offer", *_COLUMNS, "difference"),
    ),
    {
        "offers": cells("A row (or a column) for each offer under its fields, which are those of CSM_OFFER."),
        **_COMMON,
    },
    examples=(
        'CSM_OFFERCOMPARE({"offer","base","target_bonus","benefits";"A",90000,10000,8000;'
        '"B",98000,5000,8000}, 3, 0.05)',
    ),
)
def offer_compare(
    offers: Grid, years: Any = 4.0, discount_rate: Any = 0.0, brackets: Grid | None = None
) -> list[list[Any]]:
    """Job offers side by side: what each is worth over the years, and how far it stands from the first.

    Fields and figures are those of CSM_OFFER; a counter-offer is the same offer with other terms.
    Errors: as those of CSM_OFFER; no offer at all.
    """
    found = _read(offers, "offers")
    if not found:
        raise CsmError(VALUE, "there is no offer", "offers", 0, "Give a row for each offer.")
    rows, own = [], _own_taxes(found, brackets)
    for number, terms in enumerate(found, 1):
        worth = pay.summed(_worth(terms, years, discount_rate, own))
        rows.append([terms.values.get("offer", f"Offer {number}"), *worth])
    return [[*row, row[-1] - rows[0][-1]] for row in rows]
