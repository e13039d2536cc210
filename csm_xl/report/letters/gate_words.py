"""The conditions of a component in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from csm_xl.plan.gates import Gate
from csm_xl.plan.model import ComponentTerms
from csm_xl.report.letters.sentences import figure, joined, ratio

WHOSE: Final = {"individual": "your own", "team": "your team’s", "company": "the company’s"}


def gate_sentences(terms: ComponentTerms, ratios: frozenset[str], named: Callable[[str], str]) -> list[str]:
    """What must be met for a component to pay in full.

    ratios: the measures that are ratios. named: the name of another component.
    """
    every = [gate for gate in terms.gates if gate.join == "all"]
    some = [gate for gate in terms.gates if gate.join == "any"]
    said = [f"{_condition(terms, gate, ratios, named)}. {_otherwise(terms, [gate])}" for gate in every]
    if some:
        either = "either " if len(some) > 1 else ""
        conditions = either + joined([_condition(terms, gate, ratios, named) for gate in some], "or")
        said.append(f"{conditions}. {_otherwise(terms, some)}")
    return [f"Condition: {one}." for one in said]


def _condition(terms: ComponentTerms, gate: Gate, ratios: frozenset[str], named: Callable[[str], str]) -> str:
    of_year = " of the plan year to date" if gate.span == "ytd" else ""
    if gate.on == "payout":
        what, shown = f"the payout of {named(gate.measure)}", ratio(gate.minimum)
    else:
        figures = " attainment" if gate.on == "attainment" else ""
        what = f"{WHOSE[terms.scope_of(gate)]} {gate.measure}{figures}{of_year}"
        shown = _value(gate.minimum, gate.on == "attainment" or gate.measure in ratios)
    if gate.at_most:
        return f"{what} must be {'below' if gate.strict else 'at most'} {shown}"
    return f"{what} must be {'above' if gate.strict else 'at least'} {shown}"


def _value(value: Any, as_ratio: bool) -> str:
    return ratio(value) if as_ratio else figure(value)


def _otherwise(terms: ComponentTerms, gates: list[Gate]) -> str:
    least = min(float(gate.otherwise) for gate in gates)
    if not least:
        return "Otherwise this component pays nothing"
    if "weight" in terms.values:
        return f"Otherwise this component pays at most {ratio(least)} of its target"
    return f"Otherwise {ratio(least)} of the amount is paid"
