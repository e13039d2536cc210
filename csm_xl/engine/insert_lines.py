"""Lines that are no component's, put after each person's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.lines import CODED, Lines


def insert_lines(lines: Lines, extras: Sequence[Mapping[str, Any]]) -> Lines:
    """The lines with others after each person's own of the period, in the order given.

    extras: one mapping a line: column → value, a name or, of employee_id, a code; and `explanation`, which
    explains the line. Columns not named do not apply. A person who has no seat in the period gets one
    with a target of 0.
    """
    if not extras:
        return lines
    names = {name: list(lines.names[name]) for name in CODED}
    code_of = {name: {value: code for code, value in enumerate(names[name])} for name in CODED}
    for name in CODED:
        for extra in extras if name != "employee_id" else ():
            if extra[name] not in code_of[name]:
                code_of[name][extra[name]] = len(names[name])
                names[name].append(extra[name])
    columns: dict[str, NDArray[Any]] = {}
    for name, column in lines.columns.items():
        blank: Any = {"gate_met": -1, "note": 0}.get(name, np.nan)
        values = [extra.get(name, blank) for extra in extras]
        if name in CODED and name != "employee_id":
            values = [code_of[name][value] for value in values]
        columns[name] = np.concatenate([column, np.array(values).astype(column.dtype)])
    people = max(len(names["employee_id"]), 1)

    def keys(of: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
        return np.asarray(of["period"].astype(np.int64) * people + of["employee_id"])

    by = np.argsort(keys(columns), kind="stable")
    place = np.empty(len(by), dtype=np.intp)
    place[by] = np.arange(len(by))
    explanations = {int(place[line]): explanation for line, explanation in lines.explanations.items()}
    explanations |= {int(place[len(lines) + at]): extra["explanation"] for at, extra in enumerate(extras)}
    seats = dict(lines.seats)
    added = np.setdiff1d(keys(columns), keys(seats))
    new = {"period": added // people, "employee_id": added % people, "target": np.zeros(len(added))}
    seats = {name: np.concatenate([seats[name], new[name].astype(seats[name].dtype)]) for name in seats}
    order = np.argsort(keys(seats), kind="stable")
    return Lines(
        {name: column[by] for name, column in columns.items()},
        names,
        {name: column[order] for name, column in seats.items()},
        lines.left_out,
        explanations,
    )
