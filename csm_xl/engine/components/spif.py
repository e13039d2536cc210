"""A SPIF: an amount for each qualifying event inside its window, up to a cap."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import ComponentType, Outcome, Step, told
from csm_xl.engine.components.shared import FIXED_AMOUNT, MAX_AMOUNT, MODIFIED, at_most
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.sources import Sources
from csm_xl.engine.wording import added, number, whole
from csm_xl.pay.commission import spif
from csm_xl.pay.rounding import Array, is_exact
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (FIXED_AMOUNT, MAX_AMOUNT, MODIFIED)


def gather(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """The person's events of the period, within the days on which a version of the component is valid."""
    return {"events": facts.events(group, terms, group.period.start, group.period.end)}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """count × fixed_amount of the day, their sum at most max_amount."""
    events = inputs["events"]
    assert isinstance(events, Ragged)
    count = events.sum(events["count"])
    amount: Any = events.sum(spif(events["count"], events["each"]))
    error: Any = 0.0 if is_exact(count) else 4 * (events.longest + 1) * abs(amount)
    return at_most(terms, Outcome(amount=amount, actual=count, error=error))


def words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """Count times amount, of each version in its own days."""
    most, counts = terms.values.get("max_amount"), sources.counts(terms) or [(0.0, _each(terms))]
    amounts = list(dict.fromkeys(each for _, each in counts))
    parts = [f"{_counted([count for count, of in counts if of == each])} × {told(each)}" for each in amounts]
    rule, put_in = f"number of events × {' or '.join(map(told, amounts))}", " + ".join(parts)
    if most is not None:
        rule, put_in = f"{rule}, at most {told(most)}", f"min({put_in}, {told(most)})"
    rule += f"; rounded to {told(sources.group.plan.rounding_unit)}"
    cells = [sources.term(version, "fixed_amount") for version in sources.facts.versions(terms)
             if _each(version) in amounts]  # fmt: skip
    limit = [] if most is None else [sources.term(terms, "max_amount")]
    told_at = "; ".join([*cells, *limit, *sources.events(terms)])
    return [Step("SPIF", rule, put_in, line["before_modifier"], told_at)]


def _each(terms: ComponentTerms) -> float:
    return float(terms.values.get("fixed_amount") or 0.0)


def _counted(counts: list[float]) -> str:
    return whole(added(number(count) for count in counts))


TYPE: Final = ComponentType(
    name="spif",
    help="An amount for each qualifying event inside its window, up to a cap.",
    columns=COLUMNS,
    target_based=False,
    gather=gather,
    evaluate=evaluate,
    words=words,
    by_event=True,
)
