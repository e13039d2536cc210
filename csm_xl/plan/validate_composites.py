"""Whether components that share one curve on their weighted average attainment go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from csm_xl.plan.findings import Findings
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_ALIKE: Final = ("pay_cycle", "cumulative")
"""What all components of such a composite must say alike."""
_ALONE: Final = ("matrix_id", "kicker_ratio", "payout_of")
"""What pays on a component's own attainment, or its own payout."""


def check_composites(tables: Tables, out: Findings) -> None:
    """Collect the components of a composite with one curve that cannot be paid by it together."""
    table = tables["components"]
    if "on" not in table.columns:
        return
    plans = grouped(tables["plans"], "plan_id")
    _check_scores(tables, out)
    for plan, rows in grouped(table, "plan_id").items():
        mine = [row for row in rows if table.columns["on"][row] == "composite"]
        for row in mine:
            for column, what, hint in _wrong(tables, row, plans.get(plan, [])):
                name = table.value(row, "component_id")
                out.error(table, row, column, f"component {name}: {what}", hint)
        _check_together(tables, rows, mine, out)


def _scored(tables: Tables, row: int) -> bool:
    """Whether a component is paid on a score, that of a person's goals."""
    kind = tables.types.get(str(tables["components"].columns["type"][row]))
    return kind is not None and kind.pays_on == "goals"


def _check_scores(tables: Tables, out: Findings) -> None:
    """A score is a ratio already: it has no unit of its own."""
    table = tables["components"]
    for row in range(table.rows):
        if table.columns["on"][row] == "actual" and _scored(tables, row):
            name = table.value(row, "component_id")
            out.error(table, row, "on", f"component {name}: goals are paid on their score, which has no unit"
                      " of its own", "Clear on: a curve of goals is read at the score.")  # fmt: skip


def _wrong(tables: Tables, row: int, plans: Any) -> Iterator[tuple[str, str, str]]:
    """Column, what is wrong and what to do, of one component."""
    table = tables["components"]
    kind = tables.types.get(str(table.columns["type"][row]))
    if kind is None or not kind.target_based:
        yield (
            "on",
            "it pays no share of the target, so it is in no composite",
            "Set on to actual, or clear it.",
        )
        return
    if not table.value(row, "curve_id") and not table.value(row, "matrix_id"):
        yield "curve_id", "there is no curve for the composite's attainment", "Type the composite's curve."
    for column in _ALONE:
        if table.value(row, column) is not None:
            yield column, f"{column} counts only for this component, but the composite's curve pays it", (
                f"Clear {column}, or set on to attainment.")  # fmt: skip
    for at in plans:
        plan = tables["plans"]
        if plan.value(at, "combination") == "multiplicative":
            yield "on", "the plan multiplies its ratios: it has no composite", "Set combination to additive."
        if plan.value(at, "version_rule") == "by_days":
            what = "a composite's curve counts by its last version, but the plan's version_rule is by_days"
            yield "on", what, "Set version_rule to last_day."


def _check_together(tables: Tables, rows: Any, mine: list[int], out: Findings) -> None:
    """What the components of one composite must have alike."""
    table = tables["components"]
    of: dict[str, list[int]] = {}
    for row in mine:
        of.setdefault(str(table.value(row, "composite") or ""), []).append(row)
    for name, members in of.items():
        which = f"composite {name}" if name else "the composite"
        ids = dict.fromkeys(str(table.value(row, "component_id")) for row in members)
        if len(ids) == 1:
            out.warning(table, members[0], "on", f"{which} has only one component, so its curve is read at"
                        " that component's attainment", "Set on to attainment, or on = composite for the"
                        " others.")  # fmt: skip
        summed = [row for row in members if table.value(row, "cumulative") != "discrete"]
        scored = [row for row in members if _scored(tables, row)]
        if summed and scored:
            what = f"{which} has personal goals, whose scores are of one period: they have no year or quarter"
            out.error(table, summed[0], "cumulative", f"{what} to date", "Set cumulative to discrete, or take"
                      f" {table.value(scored[0], 'component_id')} out of the composite.")  # fmt: skip
            members = [row for row in members if row not in scored]
        for column in ("curve_id", *_ALIKE):
            first = table.value(members[0], column)
            for row in members[1:]:
                found = table.value(row, column)
                if found != first and _same_days(table, members[0], row):
                    what = f"{which} is paid together, and {column} of another of its components is"
                    hint = f"Give all of them the same {column}."
                    out.error(table, row, column, f"{what} {first or 'blank'}", hint)
        others = [row for row in rows if row not in mine and name and table.value(row, "composite") == name]
        for row in others:
            out.error(table, row, "on", f"{which} is paid by one curve, and this component by its own",
                      "Set on to composite for all of its components, or for none.")  # fmt: skip


def _same_days(table: Table, one: int, other: int) -> bool:
    """Whether two rows are versions that begin on the same day."""
    start = table.columns["valid_from"]
    return bool(start[one] == start[other])
