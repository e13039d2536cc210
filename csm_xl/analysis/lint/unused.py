"""Rules about unused items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.parts import PARTS


@rule("W801", "Use it in a component, or remove it.", ("components",), at_pay=True)
def dead_part(view: View) -> Iterator[Found]:
    """An unused curve, tier table, ramp, season or matrix.

    Somebody may change it one day and wonder why pay stays the same.
    """
    components = view.tables["components"]
    for table, (key, _) in PARTS.items():
        used = set(components.columns[key].tolist())
        for name in view.rows[table]:
            if name not in used:
                yield view.of_part(table, name, 0, key), f"no component uses {table} {name}"


@rule("N802", "Keep one, and use it in every component.")
def same_curve(view: View) -> Iterator[Found]:
    """The same curve under two names.

    Sooner or later one of the two is changed and the other forgotten.
    """
    seen: dict[Any, str] = {}
    for name, curve in view.book.parts["curves"].items():
        key = (curve.attainment, curve.payout, curve.mode, curve.below, curve.above, curve.cap)
        if seen.setdefault(key, name) != name:
            said = f"curve {name} is the same as {seen[key]}"
            yield view.of_part("curves", name, 0, "curve_id"), said


@rule("W803", "Add the events, or end the component.", ("events",))
def no_event(view: View) -> Iterator[Found]:
    """A SPIF or milestone that nobody has met.

    Others have events, but this one has none: it is out of reach, unknown, or recorded under another name.
    """
    met = set(view.tables["events"].columns["component_id"].tolist())
    for one in view.components:
        people = view.people.get(one.plan_id)
        if one.pays_on == "events" and people and one.component_id not in met:
            said = f"{one.component_id} of {one.plan_id} has no events"
            yield view.at(one, "component_id"), said


@rule("W804", "Enter fixed_amount or the rate, or remove the component.", at_pay=True)
def pays_nothing(view: View) -> Iterator[Found]:
    """A component that always pays 0.

    Its rate, all rates of its tiers, its amount, maximum amount or pool is 0.
    """
    for one in view.components:
        ways = [one.values.get(name) for name in ("rate", "fixed_amount")]
        tiers = one.tiers is not None or one.values.get("tier_id")
        stated = [way for way in ways if way is not None]
        if one.values.get("max_amount") == 0:
            yield view.at(one, "max_amount"), f"{one.component_id} of {one.plan_id} pays 0 at most"
        elif one.pool_amount == 0:
            yield view.at(one, "pool_amount"), f"the pool of {one.component_id} of {one.plan_id} is 0"
        elif one.values.get("pool_rate") == 0:
            yield view.at(one, "pool_rate"), f"the pool of {one.component_id} of {one.plan_id} is 0"
        elif stated and not any(stated) and not tiers:
            column = "rate" if one.values.get("rate") is not None else "fixed_amount"
            yield view.at(one, column), f"{one.component_id} of {one.plan_id} pays 0 for each"
        elif one.tiers is not None and not any(one.tiers.rate) and not any(stated):
            said = f"all rates of the tiers of {one.component_id} of {one.plan_id} are 0"
            yield view.at(one, "tier_id"), said
