"""Deals that are paid an amount each: by their size, or by how many they are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.context import RunContext
from csm_xl.errors import VALUE, Issue
from csm_xl.pay.recording import labelled, tracing
from csm_xl.pay.rounding import Array, exact, is_exact
from csm_xl.pay.trace import Traced, cells_of, number, only_one
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.tier_measures import COUNTED


def per_deal(terms: ComponentTerms) -> bool:
    """Whether tiers give an amount for each deal, not a rate on what it is worth."""
    if terms.tiers is None:
        return False
    basis = terms.values["tier_basis"]
    return basis == COUNTED or (basis == "deal" and terms.tiers.mode == "fixed")


def deal_sizes(of: Mapping[str, Any]) -> Array:
    """What whole deals are worth, whoever shares them."""
    return np.asarray(of["amount"] * of["rate"] if "rate" in of else of["amount"])


def _by_share(terms: ComponentTerms) -> bool:
    """Whether the share of a deal counts for the person, not all of it."""
    return bool(terms.values["shared_deals"] == "share")


def times_parts(terms: ComponentTerms, amounts: Array, shares: Array) -> Array:
    """What deals pay for the part of each that counts, each by its name where the rules are traced."""
    if _by_share(terms):
        return np.asarray(amounts * shares)
    return labelled(amounts, lambda: (_name(one) for one in shares))


def _name(share: Any) -> str:
    """The name of the deal that a share is of, where the rules are traced."""
    return share.label if isinstance(share, Traced) else ""


def deal_counts(terms: ComponentTerms, of: Mapping[str, Any]) -> Array:
    """What each deal counts: 1, or the share of it that counts; below 0 for a return, which takes it back."""
    amount, by_share = np.asarray(of["amount"]), _by_share(terms)
    back = np.asarray(amount < 0, dtype=bool)
    if tracing():
        every = zip(amount, of["share"], back, strict=True)
        found = [_one(deal, share if by_share else number(1), _name(share), gone)
                 for deal, share, gone in every]  # fmt: skip
        return np.array([*found, None], dtype=object)[:-1]
    one: Any = exact(np.ones(len(amount))) if is_exact(amount) else np.ones(len(amount))
    return np.asarray(np.where(back, -one, one) * (of["share"] if by_share else 1))


def _one(deal: Any, part: Any, name: str, back: bool) -> Any:
    """One deal, or a part of it, with the name of the deal and its cells."""
    value, cells = only_one(part), cells_of(only_one(deal), only_one(part))
    return number(-Fraction(value) if back else value, *cells, label=name)


def refuse_shared(context: RunContext, cohort: Cohort, terms: ComponentTerms, credits: Ragged) -> None:
    """Reports the shared deals of a component that pays an amount per deal and does not say what of it is
    paid for a share."""
    if not per_deal(terms) or terms.values["shared_deals"] is not None:
        return
    owner = credits.owner()
    for at in np.flatnonzero(np.asarray(credits["share"] != 1, dtype=bool)).tolist():
        report_shared(context, terms, int(cohort.person[owner[at]]), int(credits["deal"][at]),
                      float(credits["share"][at]))  # fmt: skip


def report_shared(context: RunContext, terms: ComponentTerms, person: int, deal: int, share: float) -> None:
    """Reports one shared deal of a component that does not say what a share of a deal is paid. deal: its
    row."""
    name = context.tables["deals"].columns["deal_id"][deal]
    what = f"deal {name} is credited at {share:.10g}, and component {terms.component_id} of plan"
    what += f" {terms.plan_id} pays an amount per deal: all of it or the share can be meant"
    where = context.tables["components"].where(terms.row, "shared_deals")
    context.report(person, Issue(VALUE, what, where, None, "Set shared_deals to share or to full."))
