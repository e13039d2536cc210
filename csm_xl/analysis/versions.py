"""The steps of an explanation where a version of a plan or of a component changes inside a period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from csm_xl.analysis.target import Spell, target_places, target_spells
from csm_xl.engine.cited import CitedFacts, traced
from csm_xl.engine.columns import exact_inputs, take
from csm_xl.engine.group import Group
from csm_xl.engine.lines import note_text
from csm_xl.engine.sources import Sources
from csm_xl.engine.versions import counted, version_shares
from csm_xl.engine.wording import added, named
from csm_xl.pay.rounding import floats
from csm_xl.pay.trace import Step, told
from csm_xl.plan.model import ComponentTerms, PlanTerms

VersionFigures = tuple[ComponentTerms, dict[str, Any], float]
"""A version of a component, its figures as on a payout line, and its part of the component target."""


_FIGURES = ("goal", "actual", "attainment", "column_attainment", "curve_ratio")


def plan_version(group: Group) -> str:
    """What is said of a plan's versions in the period; nothing where there is one."""
    versions = {segment.plan.row: segment.plan for segment in group.segments}
    if len(versions) == 1:
        return ""
    said = f"; {since(group.plan)}, the last of {len(versions)} in the period, says how it caps and rounds"
    return f"{said}; targets count by days" if group.plan.valuation == "daily" else said


def since(terms: ComponentTerms | PlanTerms) -> str:
    """Which version it is, in words."""
    begins = terms.valid_from
    return f"the version from {date.fromordinal(begins).isoformat()}" if begins else "the first version"


def days_of(group: Group, terms: ComponentTerms) -> str:
    """The days of a period on which a version counts."""
    first = max(group.period.start, terms.valid_from or 0)
    last = min(group.period.end, terms.valid_to or group.period.end)
    return f"{date.fromordinal(first).isoformat()} to {date.fromordinal(last).isoformat()}"


def which_version(sources: Sources, terms: ComponentTerms) -> str:
    """What is said of a component's versions in the period; nothing where there is one."""
    versions = sources.group.versions(terms.component_id)
    if len(versions) == 1:
        return ""
    of = sources.facts.types[terms.type]
    if len(counted(sources.group, of, terms)) > 1 or not of.target_based:
        return f"; each of its {len(versions)} versions in the period counts on its own days"
    return f"; {since(terms)} counts, the last of {len(versions)} in the period; weights count by days"


def weight_steps(sources: Sources, terms: ComponentTerms, line: dict[str, Any]) -> Iterator[Step]:
    """The weight of a component where it is not the same on all days."""
    weights = sources.group.weights(terms.component_id)
    if (weights == weights[0]).all():
        return
    put_in, rule = _share(sources, weights.tolist())
    places = _weighed(sources, terms)
    yield Step("Weight", f"{rule}, of the weight of the day", put_in, line["weight"], places)


def _share(sources: Sources, weights: list[float]) -> tuple[str, str]:
    """The mean of weights by segment, each day's as much as its target, in numbers and in words."""
    spells = target_spells(sources.facts, sources.group, sources.row)
    if any(spell.counts for spell in spells):
        above = [_times(spell, weights[spell.segment]) for spell in spells if weights[spell.segment]]
        below = [spell.words for spell in spells]
        return f"({added(above)}) / ({added(below)})", "mean over the days, each as much as its target"
    times = [spell.figures["time"] for spell in spells]
    if not any(times):
        return told(weights[-1]), "no day counts, so that of the last one"
    parts = (f"{told(time)}{spell.label} × {told(weights[spell.segment])}"
             for time, spell in zip(times, spells, strict=True))  # fmt: skip
    return f"({added(parts)}) / ({added(map(told, times))})", "mean over the days, as none has a target"


def _times(spell: Spell, factor: float) -> str:
    """The target of a spell's days, times a factor."""
    return f"{spell.words} × {told(factor)}"


def _weighed(sources: Sources, terms: ComponentTerms) -> str:
    """The cells of the weights of a component's versions, and of the targets that they weigh by."""
    weights = _cells(sources, terms, "weight", "valid_from", "valid_to")
    return "; ".join([weights, target_places(sources.facts, sources.group, sources.row)])


def _cells(sources: Sources, terms: ComponentTerms, *columns: str) -> str:
    """The cells of the terms of every version of a component in the period."""
    versions = sources.group.versions(terms.component_id)
    return "; ".join(sources.term(version, *columns) for version in versions)


def version_steps(
    sources: Sources, cited: CitedFacts, terms: ComponentTerms, line: dict[str, Any]
) -> tuple[list[Step], list[VersionFigures]]:
    """How each version of a target-based component pays by its own part of the target; with them each
    version, its figures, and its target."""
    group, facts = sources.group, sources.facts
    of = facts.types[terms.type]
    weights = group.weights(terms.component_id).tolist()
    steps: list[Step] = []
    found: list[VersionFigures] = []
    shares = _version_shares(sources, terms)
    for version, share in zip(counted(group, of, terms), shares, strict=True):
        figures = _figures(sources, version)
        own = group.weights(terms.component_id, version).tolist()
        put_in, rule = _part(sources, weights, own, version is terms)
        target = line["component_target"] * share
        steps.append(Step("Version", f"{since(version)}, on its own days", "", None, version.where))
        steps.append(Step("Target of the version", f"component target × {rule}",
                          f"{told(line['component_target'])} × {put_in}", target,
                          _weighed(sources, terms)))  # fmt: skip
        steps += traced(cited, group, sources.row, version)[0]
        found.append((version, figures, target))
    whole = line["component_target"]
    if whole:
        parts = [f"{told(target)} × {told(figures['payout_ratio'])}" for _, figures, target in found]
        rule, put_in = "sum of target × payout ratio of the versions, / component target", added(parts)
        put_in = f"({put_in}) / {told(whole)}"
    else:
        rule, put_in = "there is no target, so the last version's", told(line["payout_ratio"])
    steps.append(Step("Payout ratio", rule, put_in, line["payout_ratio"],
                      facts.tables["plans"].where(group.plan.row, "version_rule")))  # fmt: skip
    return steps, found


def _part(sources: Sources, weights: list[float], own: list[float], last: bool) -> tuple[str, str]:
    """Which share of a component's target a version has."""
    spells = target_spells(sources.facts, sources.group, sources.row)
    if not any(spell.counts * weights[spell.segment] for spell in spells):
        return str(int(last)), "1 for the last version, as no day has a target"
    above = [_times(spell, own[spell.segment]) for spell in spells if own[spell.segment]]
    below = [_times(spell, weights[spell.segment]) for spell in spells if weights[spell.segment]]
    return f"({added(above)}) / ({added(below)})", "the share that its days have of it"


def _version_shares(sources: Sources, terms: ComponentTerms) -> list[float]:
    spells = sources.group.spells.take(slice(sources.row, sources.row + 1)).exact()
    return [float(floats(share)[0]) for share in version_shares(sources.group, terms, spells, True)]


def _figures(sources: Sources, version: ComponentTerms) -> dict[str, Any]:
    """The figures of one version for the person, as a payout line has them."""
    of, row = sources.facts.types[version.type], np.array([sources.row])
    inputs = exact_inputs(take(of.gather(sources.facts, sources.group, version), row))
    outcome = of.evaluate(version, inputs, None, sources.group.year_end)

    def one(column: Any) -> float | None:
        value = None if column is None else float(floats(column)[0])
        return None if value is None or value != value else value

    return {
        "payout_ratio": one(outcome.ratio),
        **{name: one(getattr(outcome, name)) for name in _FIGURES},
        "gate_met": None if outcome.gate_met is None else bool(outcome.gate_met[0]),
        "kicked": outcome.kicked is not None and bool(outcome.kicked[0]),
        "note": None if outcome.notes is None else note_text(int(outcome.notes[0])),
    }


def product_step(
    sources: Sources, terms: ComponentTerms, line: dict[str, Any], lines: list[dict[str, Any]]
) -> Step | None:
    """What a line of a multiplicative plan is paid at, where versions change: the mean over its days of the
    product of the payout ratios of the day. None where it is one product on all days."""
    group, facts = sources.group, sources.facts
    weights = group.weights(terms.component_id).tolist()
    spells = target_spells(facts, group, sources.row)
    ratios = _ratios(sources, lines)
    if all(one is not None and one == each[0] for each in ratios.values() for one in each):
        return None

    def product(segment: int) -> str:
        return " × ".join(named(told(each[segment]), name) for name, each in ratios.items()
                          if each[segment] is not None)  # fmt: skip

    if any(spell.counts * weights[spell.segment] for spell in spells):
        counting = [spell for spell in spells if weights[spell.segment]]
        above = [f"{_times(spell, weights[spell.segment])} × {product(spell.segment)}" for spell in counting]
        below = [_times(spell, weights[spell.segment]) for spell in counting]
        put_in = f"({added(above)}) / ({added(below)})"
        rule = "mean over the days, each as much as its target, of the product of the day's payout ratios"
    else:
        own = ratios[terms.component_id]
        put_in = product(max(number for number, one in enumerate(own) if one is not None))
        rule = "no day has a target, so the product of the payout ratios of the last day"
    places = [facts.tables["plans"].where(group.plan.row, "combination"), _weighed(sources, terms)]
    return Step("Product of the ratios", rule, put_in, line["combined_ratio"], "; ".join(places))


def _ratios(sources: Sources, lines: list[dict[str, Any]]) -> dict[str, list[float | None]]:
    """The payout ratio of each target-based component in each segment, None where it is not valid."""
    group, found = sources.group, {}
    for terms, line in zip(group.components, lines, strict=True):
        if line["weight"] is None:
            continue
        versions = counted(group, sources.facts.types[terms.type], terms)
        of = {version.row: _figures(sources, version)["payout_ratio"] if len(versions) > 1
              else line["payout_ratio"] for version in versions}  # fmt: skip
        valid = (segment.components.get(terms.component_id) for segment in group.segments)
        found[terms.component_id] = [
            None if version is None else of.get(version.row, line["payout_ratio"]) for version in valid
        ]
    return found


def kicker_step(
    sources: Sources, terms: ComponentTerms, line: dict[str, Any], versions: list[VersionFigures]
) -> Step:
    """The kicker of a component whose versions pay by their own parts of the target."""
    plan = sources.group.plan
    kicked = [(version, target) for version, figures, target in versions if figures["kicked"]]
    parts = [f"{told(version.values['kicker_ratio'])} × {told(target)}" for version, target in kicked]
    rule = "kicker ratio × target of each version whose attainment reaches 1 and whose gate, if any, is met;"
    rule += " added after the modifier"
    if plan.rounding == "step":
        rule += f", rounded to {told(plan.rounding_unit)}"
    places = _cells(sources, terms, "kicker_ratio")
    return Step("Kicker", rule, added(parts), line["kicker"], places)
