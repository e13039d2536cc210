"""Worksheet functions for base pay and market: ranges, merit, promotion, location, skills, market, peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.functions import coerce
from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.percent_rates import LIKE, refuse_other_unit
from csm_xl.functions.registry import Parameter, Result, cells, function, money, number, ratio, text, word
from csm_xl.functions.table_shapes import read_shape, rows_by_name
from csm_xl.pay import market
from csm_xl.pay import salary as pay
from csm_xl.pay.rounding import Array
from csm_xl.plan.names import did_you_mean, plain_name
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.shared import TWICE

_SALARY: Final = money("Annual base salary.", "money/year")
_INCREASE: Final = 0.5
"""No raise of salary for merit is larger: 1 is 100%, and was meant as 1%."""
_LOCATION: Final = Column("location", "id", "Location, spelled as in the location argument.", required=True)
_FACTOR, _LABOUR, _LIVING = (
    Column(name, "ratio", f"{says}, 1 being the nation's.", required=True, unit="ratio", above=0)
    for name, says in (
        ("factor", "Factor of the location"),
        ("labour", "Cost of labor"),
        ("living", "Cost of living"),
    )
)
_KNOWN_LIVING: Final = replace(_LIVING, blank=True)
_LOCATIONS: Final = (
    (_LOCATION, _LABOUR, _KNOWN_LIVING),
    (_LOCATION, _FACTOR),
    (_LOCATION, _LABOUR),
    (_LOCATION, _LIVING),
)
_SKILL: Final = Column("skill", "id", "Skill, spelled as in the skills argument.", required=True)
_RATIO: Final = Column("ratio", "ratio", "Premium as a ratio of salary.", required=True, blank=True,
                       unit="ratio", at_least=0, at_most=1)  # fmt: skip
_AMOUNT: Final = Column("amount", "money", "Premium as an amount per year.", required=True, blank=True,
                        unit="money/year", at_least=0)  # fmt: skip
_PREMIUMS: Final = ((_SKILL, _RATIO, _AMOUNT), (_SKILL, _RATIO), (_SKILL, _AMOUNT))
_BASES: Final = ("labour", "living")
_SKILLS: Final = Parameter(
    Column("", "words", "The person's skills, as a column or as a list in one cell."), "column"
)


@function(
    "Base pay and market",
    Result("Compa-ratio; 1 is at the midpoint.", "ratio"),
    {"salary": _SALARY, "midpoint": money("Midpoint of the salary range; above 0.", "money/year")},
    examples=("CSM_COMPARATIO(72000, 80000)",),
)
def compa_ratio(salary: Any, midpoint: Any) -> Array:
    """Compa-ratio: salary / midpoint of the salary range.

    Errors: #NUM! for a midpoint not above 0; a salary below 0; the two in different units.
    """
    refuse_other_unit(salary, midpoint, ("salary", "midpoint"), LIKE)
    return pay.compa_ratio(salary, midpoint)


@function(
    "Base pay and market",
    Result("Range penetration; 0 is at the minimum, 1 at the maximum.", "ratio"),
    {
        "salary": _SALARY,
        "minimum": money("Minimum of the salary range.", "money/year"),
        "maximum": money("Maximum of the salary range; above the minimum.", "money/year"),
    },
    examples=("CSM_RANGEPENETRATION({60000;75000;105000}, 60000, 100000)",),
)
def range_penetration(salary: Any, minimum: Any, maximum: Any) -> Array:
    """Range penetration: (salary − minimum) / (maximum − minimum); below 0 or above 1 outside the range.

    Errors: #NUM! for a maximum that is not above the minimum; money below 0; the range in another unit.
    """
    refuse_other_unit(salary, maximum, ("salary", "maximum"), LIKE)
    return pay.range_penetration(salary, minimum, maximum)


@function(
    "Base pay and market",
    Result("New salary, increase, and lump sum.", "money/year", "row",
           ("new salary", "increase", "lump sum")),
    {
        "salary": _SALARY,
        "rating": text("Performance rating, spelled as in the matrix."),
        "matrix": cells("Increases as ratios of salary, with ratings in column 1 and minimum "
                        "compa-ratios in row 1."),
        "range_min": money("Minimum of the salary range.", "money/year"),
        "range_max": money("Maximum of the salary range; above the minimum.", "money/year"),
        "budget_scale": ratio("Factor applied to every increase, to meet a budget."),
        "months": number("Months of the year covered by the review, 0 to 12.", "month"),
        "addition": ratio("Added to the increase from the matrix, such as the result of CSM_BONUSHISTORY.",
                          most=_INCREASE),
    },
    examples=(
        'CSM_MERIT({72000;98000}, "High", {"",0,1;"Met",0.03,0.02;"High",0.06,0.05}, 60000, 100000)',
    ),
)  # fmt: skip
def merit(
    salary: Any,
    rating: Any,
    matrix: CellRange,
    range_min: Any,
    range_max: Any,
    budget_scale: Any = 1.0,
    months: Any = 12.0,
    addition: Any = 0.0,
) -> tuple[Array, Array, Array]:
    """Merit increase: salary × (increase for rating and compa-ratio + addition) × scale × months / 12.

    New salary = salary + increase. Any part above the range maximum is paid as a lump sum. The range midpoint
    is (minimum + maximum) / 2.
    Errors: #N/A for a rating that is not in the matrix, or a compa-ratio below its first band; a matrix with
    blank cells, a duplicate rating, or bands that do not rise; an increase such as 3, which is 300%; months
    outside 0 to 12; the range in another unit.
    """
    refuse_other_unit(salary, range_max, ("salary", "range_max"), LIKE)
    return pay.merit(
        salary, rating, _merit_matrix(matrix), range_min, range_max, budget_scale, months, addition
    )


def _merit_matrix(block: CellRange) -> pay.MeritMatrix:
    """The matrix in a block: ratings in column 1, minimums of the bands in row 1, the corner unused."""
    if block.rows < 2 or block.columns < 2:
        raise CsmError(
            VALUE,
            "the matrix needs at least one row and one column of values",
            "matrix",
            block.size,
            "Put ratings in column 1 and compa-ratios in row 1.",
        )
    issues: list[Issue] = []

    def part(name: str, kind: Any, given: list[Any], rows: int, most: float | None = None) -> Array:
        column = Column(
            name, kind, "Fill in every cell of the matrix except the corner.", required=True, most=most
        )
        return coerce.read_cells(
            CellRange(rows, len(given) // rows, given), column, f"matrix {name}", issues
        ).values

    rows = block.as_rows
    bands = part("band", "ratio", list(rows[0][1:]), 1)
    ratings = part("rating", "id", [row[0] for row in rows[1:]], len(rows) - 1)
    increase = part(
        "increase", "ratio", [cell for row in rows[1:] for cell in row[1:]], len(rows) - 1, _INCREASE
    )
    if issues:
        raise CsmError.of(issues)
    return pay.MeritMatrix(
        tuple(ratings[:, 0].tolist()), tuple(bands[0].tolist()), tuple(map(tuple, increase.tolist()))
    )


@function(
    "Base pay and market",
    Result("Addition to the merit increase, or 0.", "ratio", "one"),
    {
        "ratios": ratio("Payout ratios of past years, oldest first; 1 is at target.", "column"),
        "addition": ratio("The addition, as a ratio of salary.", most=_INCREASE),
        "years": number("Number of latest years that must all be above target.", "years"),
        "target": ratio("Payout ratio that each year must exceed."),
    },
    examples=("CSM_BONUSHISTORY({0.9;1.1;1.05;1.2}, 0.01)", "CSM_BONUSHISTORY({1.1;1;1.2}, 0.01)"),
)
def bonus_history(ratios: Array, addition: Any, years: Any = 3.0, target: Any = 1.0) -> Array:
    """Addition to the merit increase if each of the last years paid above target.

    A year exactly at target does not count as above; a history shorter than years adds nothing.
    Errors: no payout ratios; years that is not a whole number of at least 1; an addition below 0, or such as
    1, which is 100%.
    """
    return pay.bonus_history(ratios, addition, years, target)


@function(
    "Base pay and market",
    Result("The salary after the promotion.", "money/year"),
    {
        "salary": _SALARY,
        "promotion_ratio": ratio("Promotional increase as a ratio of salary."),
        "new_minimum": money("Minimum of the new salary range.", "money/year"),
        "new_maximum": money("Maximum of the new salary range; blank: no maximum.", "money/year"),
    },
    examples=("CSM_PROMOTE({70000;90000}, 0.08, 80000)",),
)
def promote(salary: Any, promotion_ratio: Any, new_minimum: Any, new_maximum: Any = None) -> Array:
    """Salary after a promotion: the larger of salary × (1 + promotion ratio) and the new minimum.

    It is capped at the new maximum, but never reduced: a salary already above it does not change.
    Errors: a new minimum above the new maximum; money or a ratio below 0; a ratio of 1 and more, which is a
    factor; the range in another unit.
    """
    refuse_other_unit(salary, new_minimum, ("salary", "new_minimum"), LIKE)
    if (most := float(np.max(promotion_ratio))) >= 1:
        what = f"the increase {most:g} would more than double the salary"
        hint = f"Type only the increase: 10% or 0.1{', not 1.1' if most < TWICE else ''}."
        raise CsmError(VALUE, what, "promotion_ratio", most, hint)
    return pay.promote(salary, promotion_ratio, new_minimum, new_maximum)


@function(
    "Base pay and market",
    Result("Pay for the location.", "as national"),
    {
        "national": money("National pay rate."),
        "location": text("Location, spelled as in the table; without a table, an area as in CSM_MARKETPAY."),
        "locations": cells("Rows (location, factor) or (location, labour, living); blank: the built-in."),
        "basis": word("Cost of labor or cost of living.", _BASES),
        "living_share": ratio("Weight of the cost of living in a mix of both; blank: use only the basis."),
    },
    examples=(
        'CSM_GEOPAY(60000, {"West";"South"}, {"West",1.2;"South",0.9})',
        'CSM_GEOPAY(60000, "California", , "living")',
    ),
)  # fmt: skip
def geo_pay(
    national: Any,
    location: str,
    locations: CellRange | None = None,
    basis: str = "labour",
    living_share: Any = None,
) -> Array:
    """Geographic pay: national rate × location factor.

    Built in for labor: local over national median wages of proxy occupations for customer success; for
    living: price parities of states. A table with a single factor uses it for both.
    Errors: #N/A for a location without a factor; a factor not above 0; a duplicate location in the table.
    Source: BLS, Occupational Employment and Wage Statistics, May 2025; BEA, regional price parities, 2023.
    """
    find = _built_in if locations is None else _own(locations)
    if living_share is not None:
        factor: Any = market.location_factor(find(location, "labour"), find(location, "living"), living_share)
    else:
        factor = find(location, basis)
    return market.geo_pay(national, factor)


def _built_in(location: str, basis: str) -> float:
    """The factor of a location from public figures."""
    from csm_xl.data import places

    return float(places.labour(location) if basis == "labour" else places.living(location))


def _own(locations: CellRange) -> Callable[[str, str], float]:
    """The factors of locations from your own table."""
    columns = read_shape(locations, "locations", _LOCATIONS)
    rows = rows_by_name(columns["location"], "locations location")

    def find(location: str, basis: str) -> float:
        found = columns.get("factor", columns.get(basis))
        if found is None:
            raise CsmError(VALUE, f"the table has no factor for the cost of {basis}", "locations",
                           listed(columns), f"Add a column {basis}, or choose the other basis.")  # fmt: skip
        row = rows.get(plain_name(location))
        if row is None:
            named = columns["location"].tolist()
            raise CsmError(NOT_FOUND, "the table has no such location", "location", location,
                           f"{did_you_mean(location, named)}There are {listed(named)}.")  # fmt: skip
        if np.isnan(found[row]):
            raise CsmError(NOT_FOUND, f"the table has no cost of {basis} for this location", "location",
                           location, f"Fill in {basis} in row {row + 1}.")  # fmt: skip
        return float(found[row])

    return find


@function(
    "Base pay and market",
    Result("Annual premium, paid on top of salary.", "money/year"),
    {
        "salary": _SALARY,
        "skills": _SKILLS,
        "premiums": cells(
            "Rows (skill, ratio) or (skill, ratio, amount): a ratio of salary, an amount, or both."
        ),
        "cap": money("Maximum total premium per year, as an amount; blank: no cap.", "money/year"),
    },
    examples=(
        'CSM_SKILLPREMIUM(100000, {"Analytics";"German"}, {"Analytics",0.05,;"German",,2000})',
        'CSM_SKILLPREMIUM({80000;100000}, "Analytics, German", {"Analytics",0.05;"German",0.02}, 6000)',
    ),
)
def skill_premium(salary: Any, skills: Array, premiums: CellRange, cap: Any = None) -> Array:
    """Premium for a set of skills: Σ (salary × ratio + amount), up to a cap.

    Premiums add up and do not compound. A ratio above 1 is an error: enter money in the column amount.
    Errors: #N/A for a skill without a premium; a duplicate skill; a premium with neither ratio nor amount; a
    cap that looks like a ratio.
    """
    columns = read_shape(premiums, "premiums", _PREMIUMS)
    rows = rows_by_name(columns["skill"], "premiums skill")
    none = np.full(len(columns["skill"]), np.nan)
    shares, amounts = columns.get("ratio", none), columns.get("amount", none)
    empty = np.flatnonzero(np.isnan(shares) & np.isnan(amounts)).tolist()
    if empty:
        raise CsmError.of(
            Issue(VALUE, "the premium has neither a ratio nor an amount", f"premiums row {i + 1}",
                  columns["skill"][i], "Enter one of them; 0 means no premium.")
            for i in empty
        )  # fmt: skip
    held = [rows[skill] for skill in _held(skills, rows, columns["skill"].tolist())]
    return pay.skill_premium(
        salary,
        np.nan_to_num(shares[held]),
        np.nan_to_num(amounts[held]),
        cap,
    )


def _held(skills: Array, rows: dict[str, int], named: list[str]) -> list[str]:
    """The skills of a person, each listed once and with a premium."""
    held: list[str] = []
    issues = []
    for i, cell in enumerate(skills.tolist(), 1):
        for skill in cell:
            where = "skills" + f" row {i}" * (len(skills) > 1)
            if skill in held:
                issues.append(Issue(VALUE, "duplicate skill", where, skill, "List it once."))
            elif skill not in rows:
                hint = f"{did_you_mean(skill, named)}There are {listed(named)}."
                issues.append(Issue(NOT_FOUND, "the skill has no premium", where, skill, hint))
            held.append(skill)
    if issues:
        raise CsmError.of(issues)
    return held
