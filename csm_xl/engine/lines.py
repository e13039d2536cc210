"""Payout lines: what the engine gives back, every figure of every step a column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.component import NOTES, LineExplanation
from csm_xl.engine.replaced import Replaced
from csm_xl.pay.nearest import shown
from csm_xl.pay.rounding import Array
from csm_xl.plan.coded import Coded, coded

CODED: Final = ("period", "employee_id", "plan_id", "component_id", "type")
"""Columns that hold a code: a position in `Lines.names`."""
WHOLE: Final = ("eligible_days", "period_days")
TYPED: Final = ("weight", "goal", "actual")
"""Columns of figures as people typed them."""
MEASURES: Final = (
    "proration", "eligible_salary", "target_incentive", "weight", "component_target", "goal", "actual",
    "attainment", "payout_ratio",
)  # fmt: skip
MONEY: Final = ("before_modifier", "modifier", "plan_cap_factor", "unrounded", "amount")
STORED: Final = (*CODED, *WHOLE, *MEASURES, "gate_met", *MONEY, "note")
LINE_COLUMNS: Final = (*STORED, "line_kind")
"""The columns of a payout line, in order; their meanings are in the tables' reference. The line_kind
follows from the type: no two lines have period, employee_id, plan_id, component_id and line_kind alike."""
LATER: Final = frozenset({"line_kind"})
"""Columns that workbooks and files made by an earlier version lack."""
_KINDS: Final = {"manual": "adjustment", **{
    name: name
    for name in ("guarantee", "draw", "holdback", "clawback", "release", "carried", "carried_forward")
}}  # fmt: skip
LINE_KINDS: Final = tuple(_KINDS.values())
"""What sorts of lines there are beside those that components earn."""
EXTRAS: Final = {
    "column_attainment": "attainment", "curve_ratio": "attainment", "combined_ratio": "payout_ratio",
    "target_to_date": "gate_met", "earned_to_date": "gate_met", "paid_before": "gate_met",
    "earned": "gate_met", "kicker": "modifier", "before_pool": "plan_cap_factor",
    "pool_factor": "plan_cap_factor",
}  # fmt: skip
"""Columns that a line has only where some component of the plans needs them, each with the one it follows.

column_attainment: of the column measure of a matrix. curve_ratio: what the curve or matrix gives, before
interim cap, floor, cap and gate make it the payout ratio. combined_ratio: the product of the payout ratios,
where the plan pays by it. target_to_date: Σ component targets of the plan year; earned_to_date: that × the
ratio, blank while something is not measured; paid_before: Σ what earlier periods of the year paid before
their modifier. earned: the dollars of a commission, SPIF or milestone before the modifier. kicker: money
added after the modifier. before_pool: a rounded amount that a pool scales, by pool_factor.

With them each line can be added up again: what is earned is component_target × (combined_ratio, else
payout_ratio); of a year to date earned_to_date − paid_before, or nothing while that is blank; of dollars
earned. Where the note says that it is limited, it is the component's max_amount. Then unrounded =
(earned × modifier + kicker) × plan_cap_factor, or before_pool × pool_factor.
"""
EVERY_COLUMN: Final = tuple(
    each
    for name in LINE_COLUMNS
    for each in (name, *(extra for extra, place in EXTRAS.items() if place == name))
)
"""Every column that a payout line can have, in order."""
OF_COMPONENT: Final = ("period", "plan_id", "component_id")
"""What the lines of one component in one period have in common."""
TOTAL_COLUMNS: Final = ("period", "employee_id", "target", "variable")

_DTYPES: Final[dict[str, Any]] = {
    **dict.fromkeys((*CODED, *WHOLE), np.int32),
    "gate_met": np.int8,
    "note": np.uint32,
}


def empty_columns(lines: int, extras: Collection[str] = ()) -> dict[str, NDArray[Any]]:
    """Unfilled columns for that many lines, some of the `EXTRAS` among them."""
    names = [name for name in EVERY_COLUMN if name in STORED or name in extras]
    return {name: np.empty(lines, dtype=_DTYPES.get(name, np.float64)) for name in names}


def line_kind(type_: str) -> str:
    """What sort of line one of a type is: what a component earned, or what turns that into what is paid.

    >>> line_kind("commission"), line_kind("manual"), line_kind("clawback")
    ('earned', 'adjustment', 'clawback')
    """
    return _KINDS.get(type_, "earned")


def note_text(code: int) -> str | None:
    """The words of a line's note; None where it has nothing to say."""
    said = [words for flag, words in NOTES.items() if code & flag]
    return "; ".join(said) or None


def plain_values(column: Coded | Array) -> list[Any]:
    """A column of `Lines.by_value` as plain values, None where a figure is blank."""
    if isinstance(column, Coded):
        return column.tolist()
    return [None if value != value else value for value in column.tolist()]


class PersonSums(NamedTuple):
    """Sums of each period and person of payout lines: their number as `Lines.keys` has it, the codes of
    period and employee_id, target and variable pay."""

    key: NDArray[np.int64]
    period: NDArray[np.int64]
    person: NDArray[np.int64]
    target: Array
    variable: Array


@dataclass(slots=True, eq=False, repr=False)
class Lines:
    """Payout lines as columns, one row per person, period, plan, component and line kind.

    columns: name → array, in the order of period, roster, plan, component. Coded columns hold
        positions in `names`; gate_met 1, 0 or −1 (no gate); note a sum of `NOTES`; a figure that does
        not apply is NaN.
    seats: one entry per person, period and plan, even where the plan has no components: period,
        employee_id (coded) and the target incentive.
    left_out: the people who could not be paid and why, where they were to be skipped.
    explanations: what explains a line, where it is no component's or shares a pool.
    open: the pay periods inside the one that was asked for that are not measured yet, and so not paid.
    replaced: what was really paid in earlier periods where these inputs calculate another amount.
    """

    columns: dict[str, NDArray[Any]]
    names: dict[str, list[str]]
    seats: dict[str, NDArray[Any]]
    left_out: tuple[tuple[str, str], ...] = ()
    explanations: dict[int, LineExplanation] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    _sums: PersonSums | None = field(default=None, init=False)

    def __len__(self) -> int:
        return len(self.columns["amount"])

    def by_value(self) -> dict[str, Coded | Array]:
        """Every column by what differs in it; a column of figures is an array, NaN where a figure is blank.
        Figures that were calculated are free of the noise of floats."""
        out: dict[str, Coded | Array] = {}
        for name, column in self.columns.items():
            if name in CODED:
                out[name] = Coded(self.names[name], column)
            elif name == "gate_met":
                out[name] = Coded((None, False, True), np.sign(column) + 1)
            elif name == "note":
                out[name] = self._notes(column)
            elif name in WHOLE:
                out[name] = coded(column)
            else:
                out[name] = column if name in TYPED else shown(column)
        out["line_kind"] = Coded([line_kind(type_) for type_ in self.names["type"]], self.columns["type"])
        return out

    def _notes(self, column: NDArray[Any]) -> Coded:
        flags = coded(column)
        words, codes = [note_text(flag) for flag in flags.values], flags.codes
        for line, explanation in self.explanations.items():
            words.append("; ".join(filter(None, (words[codes[line]], explanation.note))))
            codes[line] = len(words) - 1
        return Coded(words, codes)

    def python_columns(self) -> dict[str, list[Any]]:
        """Every column as plain Python values: text, float, int, bool, None where blank. Figures that were
        calculated are free of the noise of floats."""
        return {name: plain_values(column) for name, column in self.by_value().items()}

    def rows(self) -> list[list[Any]]:
        """A header, then the lines, as plain values."""
        columns = self.python_columns()
        return [list(columns), *(list(row) for row in zip(*columns.values(), strict=True))]

    def dicts(self) -> Iterator[dict[str, Any]]:
        """The lines one by one, by column name."""
        columns = self.python_columns()
        for row in zip(*columns.values(), strict=True):
            yield dict(zip(columns, row, strict=True))

    def named(self, line: int, *keys: str) -> tuple[str, ...]:
        """The names that coded columns hold in a line."""
        return tuple(self.names[key][self.columns[key][line]] for key in keys)

    def keys(self, of: Mapping[str, NDArray[Any]] | None = None) -> NDArray[np.int64]:
        """The period and person of each line, or seat, as one number; sorted, they are in the order of
        `totals`. of: the columns of the lines, or of the seats."""
        columns = self.columns if of is None else of
        people = max(len(self.names["employee_id"]), 1)
        return np.asarray(columns["period"].astype(np.int64) * people + columns["employee_id"])

    def sums(self) -> PersonSums:
        """Target and variable pay of each period and person, the sum of the lines, in the order of `totals`.

        Money is added in whole ten-thousandths, so that a total is the sum of its lines to the cent.
        """
        if self._sums is None:  # several ask for them
            people = max(len(self.names["employee_id"]), 1)
            found, which = np.unique(self.keys(self.seats), return_inverse=True)
            target = np.bincount(which.reshape(-1), weights=self.seats["target"], minlength=len(found))
            small = np.rint(self.columns["amount"] * 10_000)
            at = np.searchsorted(found, self.keys())
            variable = np.bincount(at, weights=small, minlength=len(found)) / 10_000
            self._sums = PersonSums(found, found // people, found % people, shown(target), variable)
        return self._sums

    def totals(self) -> list[list[Any]]:
        """A header, then one row per period and person: target and variable pay, as `sums` has them."""
        sums = self.sums()
        columns = (
            Coded(self.names["period"], sums.period),
            Coded(self.names["employee_id"], sums.person),
            sums.target.tolist(),
            sums.variable.tolist(),
        )
        return [list(TOTAL_COLUMNS), *map(list, zip(*columns, strict=True))]
