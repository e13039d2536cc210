"""What a simulation draws of a component: the results that it reads, and how each becomes an attainment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from csm_xl.analysis.simulate.marginals import Marginals
from csm_xl.analysis.simulate.numbers import Floats
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.goal_proration import shared_goal
from csm_xl.engine.measure_results import stated
from csm_xl.pay.attainment import attainment
from csm_xl.plan.measures import natural_bounds
from csm_xl.plan.model import ComponentTerms

_LEAST: Final = 1e-6  # an inverse attainment is of an actual above 0, and so above 0 itself


@dataclass(eq=False, repr=False)
class Reading:
    """One result that a component looks at: its own, its gate's or its matrix's other one.

    prefix: of its columns among the component's inputs. goal: what an attainment of 1 is, of each row; NaN
    where unknown.
    current: the attainment on results, NaN where it is not measured. measured: the actual on results, which
    shows the scale of the measure, NaN where there is none. natural: whether what the measure is bounds it.
    """

    measure: str
    scope: str
    prefix: str
    direction: str
    method: str
    goal: Floats
    current: Floats
    measured: Floats
    natural: bool
    marginals: Marginals | None = None

    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the greatest attainment that the measure can have, of each row."""
        if not self.natural:
            return np.full(len(self.goal), -np.inf), np.full(len(self.goal), np.inf)
        goal = np.nan_to_num(self.goal, nan=1.0)  # a mean that is given is then the actual itself
        low, high = natural_bounds(self.measure, goal, self.measured)
        if self.direction == "higher":
            return low / goal, high / goal
        if self.method == "complement":
            return 2 - high / goal, 2 - low / goal
        return goal / high, np.where(low > 0, goal / np.where(low > 0, low, 1.0), np.inf)

    def actual(self, reached: Floats, goal: Floats) -> Floats:
        """The actual at an attainment."""
        if self.direction == "higher":
            return reached * goal
        if self.method == "complement":
            return (2 - reached) * goal
        return np.asarray(goal / np.maximum(reached, _LEAST))


def readings(terms: ComponentTerms, inputs: Inputs) -> list[Reading]:
    """What a component looks at that may turn out otherwise; nothing for one that pays on no measure, or on
    standing among peers."""
    values = terms.values
    if terms.pays_on != "results" or values.get("peer_group"):
        return []
    scope = terms.scope
    found = [
        _reading(
            str(values["measure"]), scope, "", str(values["direction"]), str(values["method"]), _own(inputs)
        )
    ]
    # What is adjusted by the risk of the accounts is a share of a whole no more.
    found[0].natural = not values.get("book_adjusted")
    if terms.matrix is not None:
        found.append(
            _reading(
                str(values["column_measure"]),
                scope,
                "column_",
                str(values["column_direction"]),
                "complement",
                _own(inputs),
            )
        )
    for number, gate in enumerate(terms.gates):
        if gate.on != "payout" and gate.span == "period":
            level, prefix = terms.scope_of(gate), f"gate{number}_"
            found.append(_reading(gate.measure, level, prefix, gate.direction, "complement", inputs))
    return found


def _own(inputs: Inputs) -> Inputs:
    """The columns of the period itself, where year-to-date columns are also present."""
    to_date = inputs.get("to_date")
    if not isinstance(to_date, Ragged):
        return inputs
    now = to_date.offsets[:-1]  # each row's first element is the period's own
    return {
        **{name: column[now] for name, column in to_date.values.items()},
        "unmeasured": inputs["unmeasured"],
    }


def _reading(measure: str, scope: str, prefix: str, direction: str, method: str, columns: Inputs) -> Reading:
    actual = stated(columns, f"{prefix}actual")
    goal = stated(columns, f"{prefix}goal")
    if not prefix:
        goal = shared_goal(goal, columns)
        actual = np.where(np.asarray(columns["unmeasured"]), np.nan, actual)
    # A gate on an actual needs no goal: the current actual then serves as 1.
    goal = np.where(goal > 0, goal, np.where(np.abs(actual) > 0, np.abs(actual), np.nan))
    goal = np.where(actual == 0, np.nan_to_num(goal, nan=1.0), goal)
    asked = np.nan_to_num(goal, nan=1.0)
    reached = attainment(np.where(np.isnan(actual), asked, actual), asked, direction, method)
    current = np.where(np.isnan(actual), np.nan, reached)
    return Reading(measure, scope, prefix, direction, method, goal, current, actual, True)
