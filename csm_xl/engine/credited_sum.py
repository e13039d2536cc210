"""What is credited to a person, a team or the company in a period, as a step of an explanation."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.context import RunContext
from csm_xl.engine.lookup.deals import counted, credited_amounts
from csm_xl.pay.recording import labelled, step
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import cells_of, number
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.tier_measures import CREDITED, PAYMENT, credited_from

_WHOSE: Final = {"individual": "", "team": " to the team", "company": " to anybody"}
_FROM: Final = {"own": "the person", "reports": "who reports to them", "all_reports": "everybody below them"}


def which_deals(terms: ComponentTerms, every_kind: bool = False) -> str:
    """The kinds and products of deals that count, in words."""
    wanted = (*(terms.values.get("deal_kinds") or ()), *(terms.values.get("deal_products") or ()))
    return "all" if every_kind else ", ".join(wanted) or "all"


def whose_credits(terms: ComponentTerms) -> str:
    """Whose credits count, and in which role, in words."""
    ways = credited_from(terms.values)
    of = "" if ways == ("own",) else f" to {' and to '.join(_FROM[way] for way in ways)} on that day"
    role = f", in the role {terms.values['credit_role']}" if terms.values.get("credit_role") else ""
    return f"{of}{role}"


def credited_sum(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, scope: str, owner: int, name: str, why: str
) -> Array:  # fmt: skip
    """The sum of what is credited to one person, team or the company: a person's credits are written out,
    those of others are one sum with its cells.

    owner: their code. name, why: what the step is called, and what the sum is for.
    """
    at, owners = context.deal_totals.counting(cohort, terms, scope)
    at = at[owners == owner]
    of = context.deals.amounts(terms, at)
    names = context.tables["deals"].columns["deal_id"][context.deals.entries(terms)["deal"][at]].tolist()
    alone = scope == "individual"
    each = credited_amounts(of)
    each = labelled(each, lambda: names) if alone else each
    cells = cells_of(*(one for row in zip(*of.values(), strict=True) for one in row))
    total = sum(each.tolist(), Fraction(0))
    if not alone:
        total = number(Fraction(total))
    kinds = which_deals(terms, terms.values.get("tier_measure") == CREDITED)
    paid = terms.values.get("credit_date") == PAYMENT
    what = f"the period's payments of {kinds} deals" if paid else f"{kinds} deals"
    when = "" if paid else f" in {cohort.period.name}"
    rule = f"sum of {counted(of)} over {what} credited{_WHOSE[scope]}{whose_credits(terms)}{when}{why}"
    place = cells or (context.place("payments" if paid else "deals"),)
    found: Array = step(name, rule, np.array([total], dtype=object), *place)
    return found
