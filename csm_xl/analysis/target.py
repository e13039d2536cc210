"""How a person's target incentive of a period came about, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.wording import named, number
from csm_xl.pay.trace import Step, told
from csm_xl.plan.model import PlanTerms

_BASIS = {
    "ratio": ("salary × FTE × target ratio", "target_ratio"),
    "amount": ("target amount × FTE", "target_amount"),
    "ote": ("OTE × (1 − base share) × FTE", "ote"),
}


_FIGURES = {
    "ratio": ("salary", "fte", "amount"),
    "amount": ("amount", "fte"),
    "ote": ("amount", "base_share", "fte"),
}


def target_steps(facts: Facts, group: Group, row: int, line: dict[str, Any]) -> Iterator[Step]:
    """Eligible days, eligible salary and target incentive of one person (`row` of `group`).

    line: any payout line of the person, plan and period.
    """
    person, plan, last = int(group.person[row]), group.plan, int(group.last[row])
    every = target_spells(facts, group, row)
    spells = [spell.figures for spell in every]
    if plan.valuation != "daily":  # what labels the days of a version is no part of a calculation of one day
        spells = [{name: value for name, value in spell.items() if name != "days"} for spell in spells]
    daily, stepped = plan.valuation == "daily", plan.rounding == "step"
    rounded = f", rounded to {told(plan.rounding_unit)}" if stepped else ""
    total = told(float(group.time_total))
    what = {"calendar_days": "days", "months": "calendar months", "workdays": "weekdays"}
    unit = "days" if daily else what[plan.proration]
    counted = float(line["eligible_days"]) if daily else sum(spell["time"] for spell in spells)
    yield Step("Eligible days", f"{unit} employed and on the plan / {unit} of the period",
               f"{told(counted)} / {total}", line["proration"],
               _places(facts, person, last, "plan_id", "hire_date", "leave_date"))  # fmt: skip
    paid = [_product(spell, ("salary", "fte"), daily) for spell in (spells if daily else spells[:1])]
    rule = f"sum of days × salary × FTE, / {total}" if daily else "salary × FTE of one day"
    yield Step("Eligible salary", rule + rounded, f"({' + '.join(paid)}) / {total}" if daily else paid[0],
               line["eligible_salary"],
               _places(facts, person, last, "base_salary", "fte"))  # fmt: skip
    share = group.period.share
    of_year = told(float(share.numerator)) + (f" / {share.denominator}" if share.denominator != 1 else "")
    bases = list(dict.fromkeys(spell.basis for spell in every))
    if stepped and group.basis == "ratio":
        rule = "eligible salary × target ratio × the period's share of the year" + (
            "" if daily else " × eligible days"
        )
        put_in = f"{told(line['eligible_salary'])} × {_mean_ratio(spells)} × {of_year}"
        put_in += "" if daily else f" × {told(counted)} / {total}"
    else:
        basis = " or ".join(_BASIS[one][0] for one in bases)
        rule = f"sum of {unit} × {basis}, / {total}, × the period's share of the year"
        # With the values of one day all days count alike.
        told_of = every if daily else [replace(every[0], figures=spells[0] | {"time": counted})]
        put_in = f"({' + '.join(spell.words for spell in told_of)}) / {total} × {of_year}"
    if len(bases) > 1 or len(dict.fromkeys(spell.plan.row for spell in every)) > 1:
        rule += ", each day by the version of the plan"
    yield Step("Target incentive", rule + rounded, put_in, line["target_incentive"],
               target_places(facts, group, row))  # fmt: skip


def target_places(facts: Facts, group: Group, row: int) -> str:
    """The cells that a person's target incentive comes from."""
    person, last, first = int(group.person[row]), int(group.last[row]), int(group.first[row])
    every = target_spells(facts, group, row)
    places = []
    for one in dict.fromkeys(spell.basis for spell in every):
        column = _BASIS[one][1]
        columns = {"ratio": (column, "base_salary", "fte"), "amount": (column, "fte"),
                   "ote": (column, "base_share", "fte")}[one]  # fmt: skip
        # Where the person has no value of their own, it is the plan's.
        lacking = {"base_share": "base_share", column: "target_value"}
        plans = dict.fromkeys(spell.plan.row for spell in every if spell.basis == one)
        places += [facts.tables["plans"].where(at, lacking[name]) for at in plans for name in columns
                   if name in lacking and not _is_own(facts, person, first, name)]  # fmt: skip
        places.append(_places(facts, person, last, *columns))
    places.append(_share_cell(facts, group))
    return "; ".join(filter(None, places))


def _share_cell(facts: Facts, group: Group) -> str:
    """Where it stands which part of the year the period is: on periods, else as the plan's pay period."""
    table = facts.tables["periods"]
    rows = np.flatnonzero(table.columns["period"] == group.period.name).tolist()
    if rows and table.origin and "share" in table.origin.positions:
        return table.where(rows[0], "share")
    return facts.tables["plans"].where(group.plan.row, "pay_period")


@dataclass(frozen=True, slots=True)
class Spell:
    """Days of a person on which nothing changes. figures: what the target is reckoned from, and `days`, the
    first and last in words, where there are several such runs of days. plan: the version that states the
    target. segment: the number of its segment in the group."""

    figures: dict[str, Any]
    plan: PlanTerms
    segment: int

    @property
    def basis(self) -> str:
        """What the target is reckoned from."""
        return self.plan.target_basis

    @property
    def words(self) -> str:
        """The target of a year of such days, times their number, in numbers."""
        return _product(self.figures, _FIGURES[self.basis], True)

    @property
    def label(self) -> str:
        """The days in square brackets, where there are several runs of days."""
        return f" [{self.figures['days']}]" if "days" in self.figures else ""

    @property
    def counts(self) -> float:
        """The target of these days, but for what all of them are multiplied by."""
        figures, found = self.figures, float(self.figures["time"])
        for name in _FIGURES[self.basis]:
            found *= 1 - figures[name] if name == "base_share" else figures[name]
        return found


def target_spells(facts: Facts, group: Group, row: int) -> list[Spell]:
    """The runs of days that one person's target is reckoned from."""
    theirs = group.spells.take(slice(row, row + 1))
    figures: list[dict[str, Any]] = [
        dict(zip(theirs.values, values, strict=True))
        for values in zip(*(theirs[name].tolist() for name in theirs.values), strict=True)
    ]
    if group.plan.valuation == "daily":
        days = _spell_days(facts, group, row)
    else:
        first, last = int(group.first[row]), int(group.last[row])
        days = _words((max(first, one.first), min(last, one.last)) for one in group.segments)
    if len(days) == len(figures) > 1:
        figures = [one | {"days": span} for one, span in zip(figures, days, strict=True)]
    found = []
    for one in figures:
        segment = int(one.get("segment", 0))
        stated = {"daily": segment, "period_start": 0}.get(group.plan.valuation, -1)
        found.append(Spell(one, group.segments[stated].plan, segment))
    return found


def _spell_days(facts: Facts, group: Group, row: int) -> list[str]:
    """First and last day of each of the person's spells on the plan in the period, by version."""
    people, person, period = facts.people, int(group.person[row]), group.period
    mine = range(*np.searchsorted(people.person, (person, person + 1)).tolist())
    spans = [
        (max(int(people.first[at]), period.start), min(int(people.last[at]), period.end))
        for at in mine
        if people.names["plan_id"][at] == group.plan_code
    ]
    days = [
        (max(first, segment.first), min(last, segment.last))
        for first, last in spans
        for segment in group.segments
    ]
    return _words(span for span in days if span[0] <= span[1])


def _words(spans: Iterable[tuple[int, int]]) -> list[str]:
    """First and last day of each span."""
    return [" to ".join(date.fromordinal(day).isoformat() for day in span) for span in spans]


def _product(spell: dict[str, Any], names: tuple[str, ...], timed: bool) -> str:
    """What one spell counts: its time × what it is reckoned from."""
    words = [f"(1 − {told(spell[name])})" if name == "base_share" else number(spell[name]) for name in names]
    put_in = " × ".join([told(spell["time"]), *words] if timed else words)
    return named(put_in, spell["days"]) if "days" in spell and timed else put_in


def _mean_ratio(spells: list[dict[str, Any]]) -> str:
    """The target ratio, where it changes the mean of what was earned under each."""
    ratios = dict.fromkeys(spell["amount"] for spell in spells)
    if len(ratios) == 1:
        return told(next(iter(ratios)))
    weights = " + ".join(_product(spell, ("salary", "fte"), True) for spell in spells)
    if not any(spell["time"] * spell["salary"] * spell["fte"] for spell in spells):
        return "0"
    shares = " + ".join(_product(spell, ("salary", "fte", "amount"), True) for spell in spells)
    return f"({shares}) / ({weights})"


def _is_own(facts: Facts, person: int, first: int, column: str) -> bool:
    """Whether from a day on the roster or a change states a person's own value, in place of the plan's."""
    return facts.history.value(person, column, first) is not None


def _places(facts: Facts, person: int, last: int, *columns: str) -> str:
    """The cells of the roster, and of its changes up to a day, that state any of the columns."""
    found = []
    for table, row in facts.history.rows(person, last):
        # What the roster does not give has its default there.
        given = table.origin.positions if table.origin else {}
        here = given if table is facts.history.roster else table.columns
        found += [table.where(row, name) for name in columns
                  if name in here and table.value(row, name) is not None]  # fmt: skip
    return "; ".join(found)
