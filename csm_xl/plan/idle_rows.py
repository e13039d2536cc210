"""Rows that read like any other and pay nothing, or less than they seem to: amounts and counts of 0, deals
whose credits leave a part to nobody, accounts beside results.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import isnan
from typing import Final

import numpy as np

from csm_xl.errors import listed
from csm_xl.pay.measures import MEASURES
from csm_xl.plan.changed_values import check_changed
from csm_xl.plan.deal_kinds import OF_COMPONENT, pays_deal
from csm_xl.plan.findings import Remarks, summed
from csm_xl.plan.model import PlanBook
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED, goals_used

_WHOLE: Final = 0.98
"""Shares that sum to this count as a whole deal, such as three times 33%."""
_SURELY_WHOLE: Final = 0.981
"""From here on floats decide that they do."""
_MOST_TYPED: Final = 4
"""Where so many times more actuals are typed than lack, people do not mean the accounts."""
_LACK: Final = "results lack, and those of others are typed"
_ADD_ROW: Final = "Add the row, with its goal. None needed if the accounts should give it, without a goal."
Subject = tuple[str, str, str]
"""A period, a scope, and a name; blank for the company."""
_ASKED: Final = ("measure", "gate_measure", "column_measure", "pool_measure", "tier_measure")


def check_idle(tables: Tables, book: PlanBook, out: Remarks) -> None:
    """Collect rows that pay nothing, or less than they seem to. book: the plans."""
    _check_zero_deals(tables, out)
    _check_partly_credited(tables, out)
    _check_zero_events(tables, out)
    _check_parts_of_events(tables, out)
    _check_zero_adjustments(tables, out)
    _check_zero_arrangements(tables, out)
    _check_zero_goals(tables, out)
    check_changed(tables, out)
    _check_accounts(tables, out)
    _check_account_goals(tables, book, out)


def _check_zero_deals(tables: Tables, out: Remarks) -> None:
    """A deal of 0 earns nothing by a rate or by tiers; one that pays a fixed amount needs none."""
    deals, components = tables["deals"], tables["components"]
    empty = np.flatnonzero(deals.columns["amount"] == 0).tolist()
    by_amount = [
        {name: components.value(row, name) for name in OF_COMPONENT if name in components.columns}
        for row, type_ in enumerate(components.columns["type"] if empty else ())
        if tables.types[type_].pays_on == "deals"
        and (components.columns["tier_id"][row] or not isnan(components.columns["rate"][row]))
    ]
    for deal in empty:
        if any(pays_deal(values, deals.columns, deal) for values in by_amount):
            what = f"the amount of deal {deals.columns['deal_id'][deal]} is 0, so it earns nothing"
            out.warning(deals, deal, "amount", what, "Type the amount, or remove the deal.",
                        kind="deals have the amount 0")  # fmt: skip


def _check_partly_credited(tables: Tables, out: Remarks) -> None:
    """What the shares of a deal leave over is nobody's."""
    credits = tables["credits"]
    share = credits.columns["share"]
    same = credits.groups("deal_id", "role")
    for rows in map(same.rows, np.flatnonzero(~(same.sums(share) > _SURELY_WHOLE)).tolist()):
        if (total := summed(share[rows])) >= _WHOLE:
            continue
        deal, role = (credits.columns[name][rows[0]] for name in ("deal_id", "role"))
        each = listed(f"{credits.columns['employee_id'][row]} {share[row]:g}" for row in rows)
        what = f"the shares of deal {deal} in the role {role} sum to {float(total):.9g} ({each})"
        out.warning(credits, rows[0], "share", f"{what}: the rest is credited to nobody",
                    "None needed if somebody who is not paid here has the rest.",
                    kind="deals are credited in part", severity="note", rule=UNUSED)  # fmt: skip


def _check_zero_events(tables: Tables, out: Remarks) -> None:
    events = tables["events"]
    for row in np.flatnonzero(events.columns["count"] == 0).tolist():
        out.warning(events, row, "count", "the count is 0, so the event pays nothing",
                    "Type the count, or remove the row.", kind="events have the count 0")  # fmt: skip


def _check_parts_of_events(tables: Tables, out: Remarks) -> None:
    events = tables["events"]
    counts = events.columns["count"]
    for row in np.flatnonzero(counts != np.floor(counts)).tolist():
        out.warning(events, row, "count", f"the count is {counts[row]:g}: a fraction of an event is paid too",
                    "Type a whole number, if events are counted.",
                    kind="events have a fractional count")  # fmt: skip


def _check_zero_adjustments(tables: Tables, out: Remarks) -> None:
    adjustments = tables["adjustments"]
    for row in np.flatnonzero(adjustments.columns["amount"] == 0).tolist():
        out.warning(adjustments, row, "amount", "the amount is 0, so nothing is adjusted",
                    "Type the amount, or remove the row.", kind="adjustments have the amount 0")  # fmt: skip


def _check_zero_arrangements(tables: Tables, out: Remarks) -> None:
    """An arrangement of 0 changes nothing, unless it ends an earlier one of its person and kind, or recovers
    the balance of a draw."""
    arrangements = tables["arrangements"]
    names = ("amount", "from", "opening_balance")
    amounts, since, balance = (arrangements.columns[name].tolist() for name in names)
    for (_, kind), rows in grouped(arrangements, "employee_id", "kind").items():
        first = min(rows, key=lambda row: since[row])
        if amounts[first] == 0 and not balance[first] > 0:
            out.warning(arrangements, first, "amount", f"the amount is 0, so the {kind} changes nothing",
                        "Type the amount, or remove the row.",
                        kind="arrangements have the amount 0")  # fmt: skip


def _check_zero_goals(tables: Tables, out: Remarks) -> None:
    goals = tables["goals"]
    for row in np.flatnonzero(goals.columns["weight"] == 0).tolist():
        what = f"the weight of the goal {goals.columns['goal'][row]!r} is 0, so its score is not used"
        out.warning(goals, row, "weight", what, "None needed if this is intended.", severity="note",
                    kind="goals have the weight 0, so their scores are not used", rule=UNUSED)  # fmt: skip


def _check_accounts(tables: Tables, out: Remarks) -> None:
    """Accounts count where results have no actual: beside one they are passed over."""
    accounts, results, components = tables["accounts"], tables["results"], tables["components"].columns
    if not accounts.rows:
        return
    asked = asked_measures(tables)
    of_years = "customer_year" in components.get("tier_measure", np.zeros(0, dtype=object)).tolist()
    if components["plan_id"].size and asked.isdisjoint(MEASURES) and not of_years:
        what = f"accounts give {listed(MEASURES)}, but no component uses them: the accounts pay nobody"
        out.warning(accounts, 0, "period", what, "None needed if this is intended.", severity="note",
                    rule=UNUSED)  # fmt: skip
        return
    told = told_by_accounts(tables)
    columns = (results.columns[name].tolist() for name in ("period", "scope", "id", "measure", "actual"))
    for row, (period, scope, name, measure, actual) in enumerate(zip(*columns, strict=True)):
        subject = (period, scope, "" if scope == "company" else name)
        if measure in asked and measure in MEASURES and not isnan(actual) and subject in told:
            what = f"{measure} of {name} in {period} is {actual:,.10g} here, so its accounts are not used"
            hint = "Clear the actual, if the accounts should give it."
            out.warning(results, row, "actual", what, hint, severity="note", rule=UNUSED,
                        kind="actuals are on results, so the accounts are not used for them")  # fmt: skip
    _check_blank_among_typed(tables, asked & set(MEASURES), told, out)


def _check_blank_among_typed(
    tables: Tables, measures: Collection[str], told: Collection[Subject], out: Remarks
) -> None:
    """An actual that is blank, or that has no row, is that of the accounts, and was perhaps forgotten where
    almost all others on the plan are typed. Without a row there is no goal either."""
    if not measures:
        return
    results, roster = tables["results"], tables["roster"].columns
    ids, actuals = results.columns["id"].tolist(), results.columns["actual"].tolist()
    plan_of = dict(zip(roster["employee_id"].tolist(), roster["plan_id"].tolist(), strict=True))
    owners: dict[tuple[str, str], list[str]] = {}
    for period, scope, who in told:
        owners.setdefault((period, scope), []).append(who)
    for (period, scope, measure), rows in grouped(results, "period", "scope", "measure").items():
        if measure not in measures:
            continue
        row_of = {ids[row]: row for row in rows}
        typed = [row for row in rows if not isnan(actuals[row])]
        plans = {plan_of.get(ids[row]) for row in typed}
        lacking = [who for who in owners.get((period, scope), ())
                   if (who not in row_of and scope == "individual" and plan_of.get(who) in plans)
                   or (who in row_of and isnan(actuals[row_of[who]]))]  # fmt: skip
        if len(typed) < _MOST_TYPED * len(lacking):
            continue
        for who in sorted(lacking):
            blank = who in row_of
            what = f"{measure} of {who} in {period} has no {'actual' if blank else 'row, so no goal'}: its"
            what += f" accounts give it, and that of {len(typed)} others is typed"
            hint = "Type the actual, or clear those of the others if the accounts should give them."
            out.warning(results, row_of.get(who, typed[0]), "actual", what, hint if blank else _ADD_ROW,
                        kind=_LACK if blank else f"{_LACK}, so there are no goals",
                        severity="warning" if blank else "note")  # fmt: skip


def _check_account_goals(tables: Tables, book: PlanBook, out: Remarks) -> None:
    """Goals of accounts count where a component compares retention with a goal."""
    accounts = tables["accounts"]
    stated = np.flatnonzero(~np.isnan(accounts.columns["goal"])).tolist()
    used = {measure for one in book.every_component() for measure, _ in goals_used(one)} if stated else set()
    if stated and used.isdisjoint(MEASURES) and not asked_measures(tables).isdisjoint(MEASURES):
        what = f"no component compares {listed(MEASURES)} with a goal: the goals of accounts are not used"
        out.warning(accounts, stated[0], "goal", what, "None needed if this is intended.", severity="note",
                    rule=UNUSED)  # fmt: skip


def asked_measures(tables: Tables) -> set[str]:
    """The measures that components and gates look at."""
    components = tables["components"].columns
    asked = {one for name in _ASKED for one in components.get(name, np.zeros(0, dtype=object)).tolist()}
    return asked | set(tables["gates"].columns["measure"].tolist())


def told_by_accounts(tables: Tables) -> set[Subject]:
    """The people, teams and company with retention from accounts."""
    accounts = tables["accounts"].columns
    columns = (accounts[name].tolist() for name in ("period", "employee_id", "team"))
    return told_of(tables, zip(*columns, strict=True))


def goals_by_accounts(tables: Tables) -> set[Subject]:
    """The people, teams and company with a retention goal in accounts."""
    accounts = tables["accounts"].columns
    columns = (accounts[name].tolist() for name in ("period", "employee_id", "team", "goal"))
    return told_of(tables, (row[:3] for row in zip(*columns, strict=True) if not isnan(row[3])))


def told_of(tables: Tables, rows: Iterable[tuple[str, str, str]]) -> set[Subject]:
    """The subjects of rows that count for a person, a team and the company. rows: of each its period, the
    employee and the team; a blank team is that of the employee."""
    roster, found = tables["roster"].columns, set[Subject]()
    team_of = dict(zip(roster["employee_id"].tolist(), roster["team"].tolist(), strict=True))
    for period, who, team in rows:
        found |= {(period, "individual", who), (period, "team", team or team_of.get(who, ""))}
        found.add((period, "company", ""))
    return found
