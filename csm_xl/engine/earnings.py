"""What people earned in the periods of some lines: computed, or what was really paid in its place."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.pay.rounding import exact

Earned = Mapping[tuple[str, int], Fraction]
"""(period, person) → what the person's component lines add up to."""

_SMALL: Final = 10_000  # money has 4 decimals, so sums of it are whole ten-thousandths


def _of_people(lines: Lines, people: set[int]) -> NDArray[np.intp]:
    wanted = np.zeros(len(lines.names["employee_id"]) + 1, dtype=bool)
    wanted[list(people)] = True
    return np.flatnonzero(wanted[lines.columns["employee_id"]])


def earned_by(lines: Lines, people: set[int]) -> dict[tuple[str, int], Fraction]:
    """What the lines of some people add up to, by period and person."""
    at, everyone = _of_people(lines, people), len(lines.names["employee_id"])
    keys = lines.columns["period"][at].astype(np.int64) * everyone + lines.columns["employee_id"][at]
    found, which = np.unique(keys, return_inverse=True)
    small = np.zeros(len(found), dtype=np.int64)
    np.add.at(small, which.reshape(-1), np.rint(lines.columns["amount"][at] * _SMALL).astype(np.int64))
    names = lines.names["period"]
    return {
        (names[key // everyone], key % everyone): Fraction(amount, _SMALL)
        for key, amount in zip(found.tolist(), small.tolist(), strict=True)
    }


def really_paid(context: RunContext, lines: Lines, people: set[int]) -> dict[tuple[str, int], Fraction]:
    """What people earned in the periods of some lines: what was really paid, in place of the lines."""
    total = earned_by(lines, people)
    computed: dict[tuple[str, int, str, str], Fraction] = {}
    names, columns = lines.names, lines.columns
    for line in _of_people(lines, people).tolist():
        key = (names["period"][columns["period"][line]], int(columns["employee_id"][line]),
               names["plan_id"][columns["plan_id"][line]],
               names["component_id"][columns["component_id"][line]])  # fmt: skip
        computed[key] = exact(columns["amount"][line]).item()
    table = context.tables["paid"]
    index = {name: person for person, name in enumerate(context.people.ids)}
    paid = (table.columns[name].tolist()
            for name in ("period", "employee_id", "plan_id", "component_id", "amount"))  # fmt: skip
    for period, who, plan, component, amount in zip(*paid, strict=True):
        person = index[who]
        if person in people and period in names["period"]:
            before = computed.get((period, person, plan, component), Fraction(0))
            total[period, person] = (
                total.get((period, person), Fraction(0)) - before + exact(np.array(amount)).item()
            )
    return total
