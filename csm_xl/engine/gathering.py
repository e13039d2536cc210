"""All that the arithmetic of a cohort reads, gathered by its component types; what is missing is reported."""

from __future__ import annotations

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.components import component_types
from csm_xl.engine.components.gates import gate_inputs
from csm_xl.engine.context import RunContext
from csm_xl.engine.evaluate import Work
from csm_xl.engine.references import report_absent
from csm_xl.engine.versions import counted
from csm_xl.pay.recording import chapter
from csm_xl.plan.model import ComponentTerms


def gather(context: RunContext, cohort: Cohort, needed: frozenset[int] | None = None) -> Work:
    """All that the arithmetic of a group reads; what is missing is reported to `context`."""
    inputs: list[Inputs] = []
    others: list[tuple[Inputs, ...]] = []
    earlier: list[Inputs | None] = []
    for index, terms in enumerate(cohort.components):
        wanted = needed is None or index in needed
        told = len(context.issues)
        if wanted:
            report_absent(context, cohort, terms)
        *before, last = gathered(context, cohort, terms) if wanted else ({},)
        gone = set(cohort.person[cohort.forfeits != 0].tolist())
        if gone:  # who is paid nothing needs no result
            context.issues[told:] = [issue for issue in context.issues[told:] if issue[0] not in gone]
        inputs.append(last)
        others.append(tuple(before))
        if needed is not None and cohort.plan.combination == "additive":
            # What was really paid is in place of history: nothing of it has to be computed again.
            paid = context.year.really_paid(cohort, terms)
            context.issues[told:] = [issue for issue in context.issues[told:] if issue[0] not in paid]
        to_date = wanted and is_cumulative(terms)
        looking = cohort.looking_back(terms.values.get("cumulative"))
        earlier.append(context.year.to_date(looking, terms) if to_date else None)
    return Work(
        cohort,
        component_types(),
        tuple(inputs),
        tuple(earlier),
        context.modifiers.factors(cohort),
        tuple(others),
        context.modifiers.by_division(cohort.period),
    )


def gathered(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> tuple[Inputs, ...]:
    """What each version of a component that counts reads, in time; what is missing is reported."""
    of = component_types()[terms.type]
    found = []
    for version in counted(cohort, of, terms):
        chapter(version.where)
        inputs = component_types()[version.type].gather(context, cohort, version)
        found.append(inputs | gate_inputs(context, cohort, version))
    return tuple(found)


def is_cumulative(terms: ComponentTerms) -> bool:
    """Whether a component calculates the plan year, or the quarter, to date."""
    return (
        component_types()[terms.type].target_based
        and terms.values.get("cumulative", "discrete") != "discrete"
    )


def looked_back_on(context: RunContext, terms: ComponentTerms) -> bool:
    """Whether any version of the component calculates the year to date."""
    return any(is_cumulative(version) for version in context.versions(terms))
