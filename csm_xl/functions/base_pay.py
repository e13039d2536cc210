"""Worksheet functions of base pay and market: ranges, merit, promotion, place, skills, market, peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.functions import coerce
from csm_xl.functions.forms import read_form, rows_by_name
from csm_xl.functions.grid import Grid
from csm_xl.functions.registry import Parameter, Result, cells, function, money, number, ratio, text, word
from csm_xl.pay import market
from csm_xl.pay import salary as pay
from csm_xl.pay.rounding import Array
from csm_xl.plan.names import did_you_mean, plain_name
from csm_xl.plan.schema import Column

_SALARY: Final = money("Annual base salary.", "money/year")
_LOCATION: Final = Column("location", "id", "Place, as the location argument names it.", required=True)
_FACTOR, _LABOUR, _LIVING = (
    Column(name, "ratio", f"{says}, 1 being the nation's.", required=True, unit="ratio", above=0)
    for name, says in (
        ("factor", "Factor of the place"),
        ("labour", "Cost of labour"),
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
_SKILL: Final = Column("skill", "id", "Skill, as the skills argument names it.", required=True)
_RATIO: Final = Column("ratio", "ratio", "Premium as a share of salary.", required=True, blank=True,
                       unit="ratio", at_least=0, at_most=1)  # fmt: skip
_AMOUNT: Final = Column("amount", "money", "Premium in money a year.", required=True, blank=True,
                        unit="money/year", at_least=0)  # fmt: skip
_PREMIUMS: Final = ((_SKILL, _RATIO, _AMOUNT), (_SKILL, _RATIO), (_SKILL, _AMOUNT))
_BASES: Final = ("labour", "living")
_SKILLS: Final = Parameter(
    Column("", "words", "The person's skills: a column of them, or a cell that lists them."), "column"
)


@function(
    "Base pay and market",
    Result("Compa-ratio; 1 is at the midpoint.", "ratio"),
    {"salary": _SALARY, "midpoint": money("Midpoint of the salary range; above 0.", "money/year")},
    examples=("CSM_COMPARATIO(72000, 80000)",),
)
def compa_ratio(salary: Any, midpoint: Any) -> Array:
    """Compa-ratio: salary / midpoint of the salary range.

    Errors: #NUM! for a midpoint not above 0; a salary below 0.
    """
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
    """Range penetration: (salary − minimum) / (maximum − minimum); outside the range below 0 or above 1.

    Errors: #NUM! for a maximum that is not above the minimum; money below 0.
    """
    return pay.range_penetration(salary, minimum, maximum)


@function(
    "Base pay and market",
    Result("The new salary, its increase, and what is paid once instead.", "money/year", "row",
           ("new salary", "increase", "lump sum")),
    {
        "salary": _SALARY,
        "rating": text("Performance rating, as the matrix names it."),
        "matrix": cells("Increases as shares of salary; ratings in column 1, compa-ratio floors in row 1."),
        "range_min": money("Minimum of the salary range.", "money/year"),
        "range_max": money("Maximum of the salary range; above the minimum.", "money/year"),
        "budget_scale": ratio("What every increase is multiplied by to meet a budget."),
        "months": number("Months of the year that are reviewed, 0 to 12.", "month"),
        "addition": ratio("Added to the matrix's increase, such as CSM_BONUSHISTORY gives."),
    },
    examples=(
        'CSM_MERIT({72000;98000}, "High", {"",0,1;"Met",0.03,0.02;"High",0.06,0.05}, 60000, 100000)',
    ),
)  # fmt: skip
def merit(
    salary: Any,
    rating: Any,
    matrix: Grid,
    range_min: Any,
    range_max: Any,
    budget_scale: Any = 1.0,
    months: Any = 12.0,
    addition: Any = 0.0,
) -> tuple[Array, Array, Array]:
    """A merit review: salary × (increase of rating and compa-ratio + addition) × scale × months / 12.

    New salary = salary + increase. What would lift it above the range's maximum is the lump sum. The range's
    midpoint is (minimum + maximum) / 2.
    Errors: #N/A for a rating that the matrix does not have, or a compa-ratio below its first band; a matrix
    with a gap, a rating twice, or bands that do not rise; months that are not from 0 to 12.
    """
    return pay.merit(
        salary, rating, _merit_matrix(matrix), range_min, range_max, budget_scale, months, addition
    )


def _merit_matrix(block: Grid) -> pay.MeritMatrix:
    """The matrix of a block: ratings in column 1, floors of the bands in row 1, the corner free."""
    if block.rows < 2 or block.columns < 2:
        raise CsmError(VALUE, "the matrix needs a row and a column besides its heads", "matrix", block.size,
                       "Put ratings in column 1 and compa-ratios in row 1.")  # fmt: skip
    issues: list[Issue] = []

    def part(name: str, kind: Any, given: list[Any], rows: int) -> Array:
        column = Column(name, kind, "Every cell of the matrix but its corner is filled.", required=True)
        return coerce.read_cells(
            Grid(rows, len(given) // rows, given), column, f"matrix {name}", issues
        ).values

    rows = block.as_rows
    bands = part("band", "ratio", list(rows[0][1:]), 1)
    ratings = part("rating", "id", [row[0] for row in rows[1:]], len(rows) - 1)
    increase = part("increase", "ratio", [cell for row in rows[1:] for cell in row[1:]], len(rows) - 1)
    if issues:
        raise CsmError.of(issues)
    return pay.MeritMatrix(
        tuple(ratings[:, 0].tolist()), tuple(bands[0].tolist()), tuple(map(tuple, increase.tolist()))
    )


@function(
    "Base pay and market",
    Result("What is added to the merit increase: the addition, or 0.", "ratio", "one"),
    {
        "ratios": ratio("Payout ratios of past years, oldest first; 1 is at target.", "column"),
        "addition": ratio("What the history adds, as a share of salary."),
        "years": number("How many of the latest years must all be above target.", "years"),
        "target": ratio("What a year must be above."),
    },
    examples=("CSM_BONUSHISTORY({0.9;1.1;1.05;1.2}, 0.01)", "CSM_BONUSHISTORY({1.1;1;1.2}, 0.01)"),
)
def bonus_history(ratios: Array, addition: Any, years: Any = 3.0, target: Any = 1.0) -> Array:
    """A bonus history's addition to merit, once each of the last years paid above target.

    A year that just met the target is not above it; a history shorter than the years adds nothing.
    Errors: no ratio; years that are not a whole number from 1 up; an addition below 0.
    """
    return pay.bonus_history(ratios, addition, years, target)


@function(
    "Base pay and market",
    Result("The salary after the promotion.", "money/year"),
    {
        "salary": _SALARY,
        "promotion_ratio": ratio("Increase for the promotion as a share of salary."),
        "new_minimum": money("Minimum of the new salary range.", "money/year"),
        "new_maximum": money("Maximum of the new salary range; blank: none.", "money/year"),
    },
    examples=("CSM_PROMOTE({70000;90000}, 0.08, 80000)",),
)
def promote(salary: Any, promotion_ratio: Any, new_minimum: Any, new_maximum: Any = None) -> Array:
    """The salary after a promotion: the greater of salary × (1 + promotion ratio) and the new minimum.

    It is held to the new maximum, but never lowered: a salary above that stays as it is.
    Errors: a new minimum above the new maximum; money or a ratio below 0.
    """
    return pay.promote(salary, promotion_ratio, new_minimum, new_maximum)


@function(
    "Base pay and market",
    Result("The pay of the place.", "as national"),
    {
        "national": money("The national rate."),
        "location": text("Place, as the table names it; without one, as CSM_MARKETPAY names areas."),
        "locations": cells("Rows (location, factor) or (location, labour, living); blank: the built-in."),
        "basis": word("What labour costs there, or what living costs.", _BASES),
        "living_share": ratio("Share of the cost of living in a mix of the two; blank: the basis alone."),
    },
    examples=(
        'CSM_GEOPAY(60000, {"West";"South"}, {"West",1.2;"South",0.9})',
        'CSM_GEOPAY(60000, "California", , "living")',
    ),
)  # fmt: skip
def geo_pay(
    national: Any,
    location: str,
    locations: Grid | None = None,
    basis: str = "labour",
    living_share: Any = None,
) -> Array:
    """Geographic pay: national rate × location factor.

    Built in: labour, median wages of the occupations that stand in for customer success over the nation's;
    living, price parities of states. A table with one factor has it for either basis.
    Errors: #N/A for a place without a factor; a factor not above 0; a place that stands twice in the table.
    Source: BLS, Occupational Employment and Wage Statistics, May 2025; BEA, regional price parities, 2023.
    """
    find = _built_in if locations is None else _own(locations)
    if living_share is not None:
        factor: Any = market.location_factor(find(location, "labour"), find(location, "living"), living_share)
    else:
        factor = find(location, basis)
    return market.geo_pay(national, factor)


def _built_in(location: str, basis: str) -> float:
    """The factor of a place from the public figures."""
    from csm_xl.data import places

    return float(places.labour(location) if basis == "labour" else places.living(location))


def _own(locations: Grid) -> Callable[[str, str], float]:
    """The factors of places from a table of the user's own."""
    columns = read_form(locations, "locations", _LOCATIONS)
    rows = rows_by_name(columns["location"], "locations location")

    def find(location: str, basis: str) -> float:
        found = columns.get("factor", columns.get(basis))
        if found is None:
            raise CsmError(VALUE, f"the table has no factor of the cost of {basis}", "locations",
                           listed(columns), f"Add a column {basis}, or name the other basis.")  # fmt: skip
        row = rows.get(plain_name(location))
        if row is None:
            named = columns["location"].tolist()
            raise CsmError(NOT_FOUND, "the table has no such place", "location", location,
                           f"{did_you_mean(location, named)}There are {listed(named)}.")  # fmt: skip
        if np.isnan(found[row]):
            raise CsmError(NOT_FOUND, f"the table does not say the cost of {basis} of this place", "location",
                           location, f"Fill {basis} in its row {row + 1}.")  # fmt: skip
        return float(found[row])

    return find


@function(
    "Base pay and market",
    Result("The premium a year, on top of the salary.", "money/year"),
    {
        "salary": _SALARY,
        "skills": _SKILLS,
        "premiums": cells(
            "Rows (skill, ratio), or (skill, ratio, amount): a share of salary, money, or both."
        ),
        "cap": money("The most that premiums add, in money a year; blank: no cap.", "money/year"),
    },
    examples=(
        'CSM_SKILLPREMIUM(100000, {"Analytics";"German"}, {"Analytics",0.05,;"German",,2000})',
        'CSM_SKILLPREMIUM({80000;100000}, "Analytics, German", {"Analytics",0.05;"German",0.02}, 6000)',
    ),
)
def skill_premium(salary: Any, skills: Array, premiums: Grid, cap: Any = None) -> Array:
    """The premium for one set of skills: Σ (salary × ratio + amount), up to a cap.

    Premiums add; none is paid on another. A ratio above 1 is refused: money belongs in the column amount.
    Errors: #N/A for a skill without a premium; a skill twice; a premium that states neither; a cap that is
    no money but a ratio.
    """
    columns = read_form(premiums, "premiums", _PREMIUMS)
    rows = rows_by_name(columns["skill"], "premiums skill")
    none = np.full(len(columns["skill"]), np.nan)
    shares, amounts = columns.get("ratio", none), columns.get("amount", none)
    empty = np.flatnonzero(np.isnan(shares) & np.isnan(amounts)).tolist()
    if empty:
        raise CsmError.of(
            Issue(VALUE, "the premium states neither ratio nor amount", f"premiums row {i + 1}",
                  columns["skill"][i], "Type one of them; 0 is no premium.")
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
    """The skills that a person has, each once and each with a premium."""
    held: list[str] = []
    issues = []
    for i, cell in enumerate(skills.tolist(), 1):
        for skill in cell:
            where = "skills" + f" row {i}" * (len(skills) > 1)
            if skill in held:
                issues.append(Issue(VALUE, "the skill is named twice", where, skill, "Name it once."))
            elif skill not in rows:
                hint = f"{did_you_mean(skill, named)}There are {listed(named)}."
                issues.append(Issue(NOT_FOUND, "the skill has no premium", where, skill, hint))
            held.append(skill)
    if issues:
        raise CsmError.of(issues)
    return held
