"""What finds the tier of a commission: the amount that is paid, another amount, or the deal itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

CREDITED: Final = "deals"
"""The measure that is the sum of what is credited on deals of every kind."""
OF_DEAL: Final = ("margin", "term", "customer_year")
"""What each deal says about itself: its margin, its term, and the year of its customer."""
RESERVED: Final = (CREDITED, *OF_DEAL)
"""The measures that come from deals, so that results cannot have others of these names."""

PAYMENT: Final = "payment"
"""The credit date of a commission that is paid as the customer pays."""

COUNTED: Final = "count"
"""The tier basis that is the number of deals."""
TIER_BASES: Final = ("period", "deal", COUNTED)

_TOGETHER: Final = ("team", "company")

Source = Literal["paid", "deal", "credited", "results"]


def tier_source(values: Mapping[str, Any]) -> Source:
    """Where the number that finds a component's tier comes from.

    paid: the amount that is paid itself. deal: a figure of each deal (`OF_DEAL`). credited: other credited
    amounts, those of every kind of deal, or of a whole team or company. results: a measure of results.

    >>> tier_source({}), tier_source({"tier_scope": "team"}), tier_source({"tier_measure": "margin"})
    ('paid', 'credited', 'deal')
    >>> tier_source({"tier_measure": "Total sales"}), tier_source({"tier_measure": "deals"})
    ('results', 'credited')
    """
    measure = str(values.get("tier_measure") or "")
    if measure in OF_DEAL:
        return "deal"
    if measure == CREDITED or (not measure and values.get("tier_scope") not in (None, "", "individual")):
        return "credited"
    return "results" if measure else "paid"


def by_booking(values: Mapping[str, Any]) -> bool:
    """Whether a component pays each deal's commission, as it is at signing, in parts as the customer pays."""
    return values.get("credit_date") == PAYMENT and values.get("ladder_on", "booking") == "booking"


def from_deals(values: Mapping[str, Any], measure: str) -> bool:
    """Whether a component takes the actual of a measure from deals."""
    return values.get("measure_from") == "deals" and values.get("measure") == measure


def credited_from(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose credits count for a person: their own, or those of the people who report to them.

    >>> credited_from({}), credited_from({"credit_from": ("reports", "own")})
    (('own',), ('own', 'reports'))
    """
    stated = values.get("credit_from") or ("own",)
    return tuple(way for way in ("own", "reports", "all_reports") if way in stated)


def sold_by_others(components: Mapping[str, Any], rows: Iterable[int]) -> bool:
    """Whether any of some components counts what other people sold.

    components: the columns of the table. rows: those of the components.
    """
    names = ("tier_scope", "credit_from", "measure_from", "scope")
    given = [name for name in names if name in components]
    for row in rows:
        value = {name: components[name][row] for name in given}
        rolled = credited_from(value) != ("own",)
        if rolled or value.get("tier_scope") in _TOGETHER:
            return True
        if value.get("measure_from") == "deals" and value.get("scope") in _TOGETHER:
            return True
    return False


def goal_measure(values: Mapping[str, Any]) -> tuple[str, str]:
    """The measure and the scope whose goal the bounds of tiers on attainment are multiples of."""
    if tier_source(values) == "results":
        return str(values["tier_measure"]), str(values.get("tier_scope") or "individual")
    return str(values.get("measure") or ""), str(values.get("tier_scope") or "individual")


def looks_at(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The measures of results that a component's tiers look at, each with its scope."""
    scope = str(values.get("tier_scope") or "individual")
    named = [str(values.get("measure") or "")]
    if tier_source(values) == "results":
        named.append(str(values["tier_measure"]))
    return [(measure, scope) for measure in named if measure]
