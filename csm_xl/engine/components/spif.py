"""A SPIF: an amount for each qualifying event inside its window, up to a cap."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import ComponentType, Outcome
from csm_xl.engine.components.shared import FIXED_AMOUNT, MAX_AMOUNT, MODIFIED
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.sources import Event, Sources
from csm_xl.engine.wording import added, named, number, whole
from csm_xl.pay.commission import spif
from csm_xl.pay.rounding import Array, is_exact
from csm_xl.pay.trace import Step, told
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (FIXED_AMOUNT, MAX_AMOUNT, MODIFIED)


def gather(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """The person's events of the period, within the days on which a version of the component is valid."""
    return {"events": facts.events(group, terms, group.period.start, group.period.end)}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """count × fixed_amount of the day."""
    events = inputs["events"]
    assert isinstance(events, Ragged)
    count = events.sum(events["count"])
    amount: Any = events.sum(spif(events["count"], events["each"]))
    error: Any = 0.0 if is_exact(count) else 4 * (events.longest + 1) * abs(amount)
    return Outcome(amount=amount, actual=count, error=error)


def words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """Count times amount, of each version in its own days."""
    most, events = terms.values.get("max_amount"), sources.happened(terms)
    amounts = list(dict.fromkeys(event.each for event in events)) or [_each(terms)]
    parts = [f"{_counted([event for event in events if event.each == each])} × {told(each)}"
             for each in amounts]  # fmt: skip
    days, cells = sources.windows(terms, amounts)
    rule = f"number of events{f' {days}' if days else ''} × {' or '.join(map(told, amounts))}"
    put_in, places = " + ".join(parts), [cells, *(event.places for event in events)]
    if most is not None:
        rule, put_in = f"{rule}, at most {told(most)}", f"min({put_in}, {told(most)})"
        places.append(sources.term(terms, "max_amount"))
    rule += f"; rounded to {told(sources.group.plan.rounding_unit)}"
    return [Step("SPIF", rule, put_in, line["before_modifier"], "; ".join(places))]


def _each(terms: ComponentTerms) -> float:
    return float(terms.values.get("fixed_amount") or 0.0)


def _counted(events: list[Event]) -> str:
    return whole(added(named(number(event.count), event.day) for event in events))


TYPE: Final = ComponentType(
    name="spif",
    help="An amount for each qualifying event inside its window, up to a cap.",
    columns=COLUMNS,
    target_based=False,
    gather=gather,
    evaluate=evaluate,
    words=words,
)
