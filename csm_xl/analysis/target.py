"""How a person's target incentive of a period came about, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from csm_xl.engine.component import Step, told
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.wording import named, number

_BASIS = {
    "ratio": ("salary × FTE × target ratio", "target_ratio"),
    "amount": ("target amount × FTE", "target_amount"),
    "ote": ("OTE × (1 − base share) × FTE", "ote"),
}


def target_steps(facts: Facts, group: Group, row: int, line: dict[str, Any]) -> Iterator[Step]:
    """Eligible days, eligible salary and target incentive of one person (`row` of `group`).

    line: any payout line of the person, plan and period.
    """
    person, plan, last = int(group.person[row]), group.plan, int(group.last[row])
    theirs = group.spells.take(slice(row, row + 1))
    spells: list[dict[str, Any]] = [
        dict(zip(theirs.values, values, strict=True))
        for values in zip(*(theirs[name].tolist() for name in theirs.values), strict=True)
    ]
    days = _spell_days(facts, group, row)
    if len(days) == len(spells) > 1:
        spells = [spell | {"days": span} for spell, span in zip(spells, days, strict=True)]
    daily, stepped = plan.valuation == "daily", plan.rounding == "step"
    rounded = f", rounded to {told(plan.rounding_unit)}" if stepped else ""
    total = told(float(group.time_total))
    what = {"calendar_days": "days", "months": "calendar months", "workdays": "weekdays"}
    unit = "days" if daily else what[plan.proration]
    counted = float(line["eligible_days"]) if daily else sum(spell["time"] for spell in spells)
    yield Step("Eligible days", f"{unit} employed and on the plan / {unit} of the period",
               f"{told(counted)} / {total}", line["proration"],
               _places(facts, person, last, "plan_id", "hire_date", "leave_date"))  # fmt: skip
    paid = [_product(spell, ("salary", "fte"), daily) for spell in spells]
    rule = f"sum of days × salary × FTE, / {total}" if daily else "salary × FTE of one day"
    yield Step("Eligible salary", rule + rounded, f"({' + '.join(paid)}) / {total}" if daily else paid[0],
               line["eligible_salary"],
               _places(facts, person, last, "base_salary", "fte"))  # fmt: skip
    basis, column = _BASIS[plan.target_basis]
    share = group.period.share
    of_year = told(float(share.numerator)) + (f" / {share.denominator}" if share.denominator != 1 else "")
    if stepped and plan.target_basis == "ratio":
        rule = "eligible salary × target ratio × the period's share of the year" + (
            "" if daily else " × eligible days"
        )
        put_in = f"{told(line['eligible_salary'])} × {_mean_ratio(spells)} × {of_year}"
        put_in += "" if daily else f" × {told(counted)} / {total}"
    else:
        rule = f"sum of {unit} × {basis}, / {total}, × the period's share of the year"
        names = {"ratio": ("salary", "fte", "amount"), "amount": ("amount", "fte"),
                 "ote": ("amount", "base_share", "fte")}[plan.target_basis]  # fmt: skip
        put_in = f"({' + '.join(_product(spell, names, True) for spell in spells)}) / {total} × {of_year}"
    columns = (column, "base_share", "fte") if column == "ote" else (column, "fte")
    if column == "target_ratio":
        columns = (column, "base_salary", "fte")
    # Where the person has no value of their own, it is the plan's.
    lacking = {"base_share": "base_share", column: "target_value"}
    stated = [facts.tables["plans"].where(plan.row, lacking[name]) for name in columns
              if name in lacking and not _is_own(facts, person, int(group.first[row]), name)]  # fmt: skip
    places = [*stated, _places(facts, person, last, *columns), _share_cell(facts, group)]
    yield Step("Target incentive", rule + rounded, put_in, line["target_incentive"],
               "; ".join(filter(None, places)))  # fmt: skip


def _share_cell(facts: Facts, group: Group) -> str:
    """Where it stands which part of the year the period is: on periods, else as the plan's pay period."""
    table = facts.tables["periods"]
    rows = np.flatnonzero(table.columns["period"] == group.period.name).tolist()
    if rows and table.origin and "share" in table.origin.positions:
        return table.where(rows[0], "share")
    return facts.tables["plans"].where(group.plan.row, "pay_period")


def _spell_days(facts: Facts, group: Group, row: int) -> list[str]:
    """First and last day of each of the person's spells on the plan in the period."""
    people, person, period = facts.people, int(group.person[row]), group.period
    mine = range(*np.searchsorted(people.person, (person, person + 1)).tolist())
    spans = [
        (max(int(people.first[at]), period.start), min(int(people.last[at]), period.end))
        for at in mine
        if people.names["plan_id"][at] == group.plan_code
    ]
    return [" to ".join(date.fromordinal(day).isoformat() for day in span)
            for span in spans if span[0] <= span[1]]  # fmt: skip


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
    if not np.isnan(facts.tables["roster"].columns[column][person]):
        return True
    changes = facts.tables["changes"]
    mine = (changes.columns["employee_id"] == facts.people.ids[person]) & (changes.columns["from"] <= first)
    return bool(np.any(mine & ~np.isnan(changes.columns[column]))) if changes.rows else False


def _places(facts: Facts, person: int, last: int, *columns: str) -> str:
    """The cells of the roster, and of its changes up to a day, that state any of the columns."""
    roster, changes = facts.tables["roster"], facts.tables["changes"]
    given = roster.origin.positions if roster.origin else {}
    found = [roster.where(person, name) for name in columns
             if name in given and roster.value(person, name) is not None]  # fmt: skip
    mine = (changes.columns["employee_id"] == facts.people.ids[person]) & (changes.columns["from"] <= last)
    for row in np.flatnonzero(mine).tolist():
        found += [changes.where(row, name) for name in columns
                  if name in changes.columns and changes.value(row, name) is not None]  # fmt: skip
    return "; ".join(found)
