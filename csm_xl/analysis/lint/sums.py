"""Rules about figures that must agree with sums of others: deals with goals, accounts, total rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.tiers import MOST_COUNTED
from csm_xl.analysis.lint.view import View
from csm_xl.errors import listed
from csm_xl.pay.rounding import Array
from csm_xl.plan.currency_codes import CODES, meant_currencies
from csm_xl.plan.outliers import times
from csm_xl.plan.parts import grouped
from csm_xl.plan.stray_rows import called_total
from csm_xl.plan.table import Table
from csm_xl.plan.tier_measures import tier_source

SOLD: Final = 50.0
"""Nobody sells this many times a sales goal."""
LITTLE: Final = 200.0
"""With several deals, sales are never such a small part of the goals."""
_SEVERAL: Final = 5
_TOTALS: Final = 3
"""With at least this many other rows, no row equals their sum by chance."""
MONTHS: Final = 12.0
_NEAR: Final = 1.25
_OFTEN: Final = (MONTHS, 1 / MONTHS, 4.0, 1 / 4.0)
"""How many times as large a year's revenue is as that of a month or a quarter, and the reverse."""


@rule("E618", "Enter both deals and goals in whole currency units.", ("results", "deals"))
def goals_of_other_unit(view: View) -> Iterator[Found]:
    """A sales goal in a different unit than the deals.

    Tiers on attainment divide the person's deals by the goal. A goal in thousands, or of 1, puts everything
    in the highest tier; deals in thousands never leave the lowest.
    """
    table = view.tables["results"]
    for one in view.components:
        if one.tiers is None or one.tiers_on != "attainment" or tier_source(one.values) != "paid":
            continue
        measure = str(one.values.get("measure") or "")
        goal_of, sold = table.columns["goal"], view.sold(one)
        whose = list(zip(table.columns["id"].tolist(), table.columns["period"].tolist(), strict=True))
        rows = [row for row in view.reached.get((measure, "individual"), ()) if goal_of[row] > 0]
        pairs = [(row, sold.get(whose[row], [])) for row in rows]
        for row, amounts in pairs:
            goal, total = float(goal_of[row]), float(sum(amounts))
            if total > SOLD * goal:
                sale = f"{whose[row][0]} sold {times(total, goal, 'the goal')}"
                what = f"{sale}: goal and deals are in different units"
                yield table.where(row, "goal"), what, table.person(row)
        goals = sum(float(goal_of[row]) for row, amounts in pairs if amounts)
        every = [amount for _, amounts in pairs for amount in amounts]
        if len(every) >= _SEVERAL and 0 < sum(every) * LITTLE < goals:
            row = next(row for row, amounts in pairs if amounts)
            said = f"the deals of all people sum to {sum(every):,.10g}, and their goals of {measure} to"
            yield table.where(row, "goal"), f"{said} {goals:,.10g}: they are in different units"


@rule("W617", "Delete the row if it is a total.", (), at_pay=True)
def sum_of_others(view: View) -> Iterator[Found]:
    """A total row: its amount is the sum of all others.

    Reports often write a total below their rows. The rule checks deals, and the accounts of one period, where
    there are at least four other rows and the amounts are not small counts. Among a person's accounts, both
    the start and the end must be the sum of the others. A row that is called a total, such as Subtotal
    East, is one whatever its amount.
    """
    deals, accounts = view.tables["deals"], view.tables["accounts"]
    for table, key in ((deals, "deal_id"), (accounts, "account_id")):
        for row, called in enumerate(table.columns[key].tolist()):
            if called_total(called):
                yield table.where(row, key), f"{key} is {called!r}: the row is perhaps a total"
    for row in _total(deals.columns["amount"], list(range(deals.rows))):
        what = f"the amount of deal {deals.columns['deal_id'][row]} is the sum of all others"
        yield deals.where(row, "amount"), what
    for period, rows in grouped(accounts, "period").items():
        name = accounts.columns["account_id"]
        found = _total(accounts.columns["start"], rows)
        for row in found:
            what = f"the start of account {name[row]} is the sum of all others of {period}"
            yield accounts.where(row, "start"), what
        whose: dict[str, list[int]] = {}
        for row, person in zip(rows, accounts.columns["employee_id"][rows].tolist(), strict=True):
            whose.setdefault(person, []).append(row)
        for person, own in whose.items() if not found else ():
            ends = _total(accounts.columns["end"], own)
            for row in _total(accounts.columns["start"], own):
                if row in ends:
                    what = f"the start and end of account {name[row]} are the sums of the others of {person}"
                    yield accounts.where(row, "start"), f"{what} in {period}", person


def _total(amounts: Array, rows: list[int]) -> list[int]:
    """The row whose amount is the sum of the others, if any."""
    values = np.nan_to_num(amounts[rows])
    half = float(values.sum()) / 2
    if np.count_nonzero(values) <= _TOTALS or half <= MOST_COUNTED:
        return []
    return [row for row, value in zip(rows, values.tolist(), strict=True)
            if value > 0 and abs(value - half) <= 1e-9 * half]  # fmt: skip


@rule("E619", "Enter both start and end of an account as annual revenue.", ("accounts",))
def months_of_accounts(view: View) -> Iterator[Found]:
    """Accounts with a monthly or quarterly end and an annual start, or the reverse.

    Overall they retained a twelfth or a quarter of their revenue, or so many times as much: one column is
    monthly or quarterly.
    """
    table = view.tables["accounts"]
    for period, rows in grouped(table, "period").items():
        start, end = (np.nan_to_num(table.columns[name][rows]) for name in ("start", "end"))
        both = (start > 0) & (end > 0)
        if both.sum() < _SEVERAL:
            continue
        ratio = float(np.median(end[both] / start[both]))
        if any(1 / _NEAR <= ratio * often <= _NEAR for often in _OFTEN):
            said = f"in {period} the accounts end with {times(ratio, 1.0, 'their start').rpartition(',')[0]}"
            asked = "is one of the two for a month or quarter?"
            yield table.where(rows[0], "end"), f"{said} in the median: {asked}"


_BASIS: Final = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}


@rule("N517", "None needed if the plan's own target is intended; otherwise change target_basis or the "
              "column.",
      ("roster",), at_pay=True)  # fmt: skip
def unused_target(view: View) -> Iterator[Found]:
    """A personal target in a column that the plan does not use.

    A plan takes the target as a ratio, as an amount or as on-target earnings. People who only have another
    kind of target are paid by the plan's own value. Of people who have both, the targets differ by more than
    1%. A base share counts only with on-target earnings.
    """
    roster = view.tables["roster"]
    for plan in view.book.plan_ids:
        bases = {one.target_basis for one in view.book.versions(plan)}
        used = [_BASIS[basis] for basis in bases]
        for column in sorted(set(_BASIS.values()).difference(used)):
            found = [
                row
                for row, on in enumerate(roster.columns["plan_id"].tolist())
                if on == plan
                and roster.columns[column][row] > 0
                and not any(roster.columns[name][row] > 0 for name in used)
            ]
            if found:
                people = listed((roster.columns["employee_id"][row] for row in found), 8)
                said = f"{column} of {people} is not used: plan {plan} takes {listed(used)}"
                yield roster.where(found[0], column), said
            yield from _contradicted(view, plan, column, sorted(used))
    yield from _unused_changes(view)
    for table in (roster, view.tables["changes"]):
        for row in np.flatnonzero(table.columns["base_share"] > 0).tolist():
            who = table.columns["employee_id"][row]
            plans = sorted({stay.plan_id for stay in view.stays.get(who, ())})
            bases = {one.target_basis for plan in plans for one in view.book.versions(plan)}
            if bases and "ote" not in bases:
                columns = listed(_BASIS[basis] for basis in sorted(bases))
                said = f"base_share of {who} is not used: plan {listed(plans)} takes {columns}"
                yield table.where(row, "base_share"), said, who


_AGREE: Final = 0.01


def _contradicted(view: View, plan: str, column: str, used: list[str]) -> Iterator[Found]:
    """Targets in a column that a plan does not use, where the person's used one is another amount."""
    columns = view.tables["roster"].columns
    for row, (who, on) in enumerate(
        zip(columns["employee_id"].tolist(), columns["plan_id"].tolist(), strict=True)
    ):
        takes = next((name for name in used if columns[name][row] > 0), "")
        if on != plan or not takes or not columns[column][row] > 0:
            continue
        fte = float(columns["fte"][row])
        salaries = [float(columns["base_salary"][row]), view.salary_of[who]]
        salaries += [salary * fte for salary in salaries if 0 < fte < 1]  # typed for the person's hours
        pairs = [
            (one, other)
            for salary in salaries
            for one in _targets(view, row, takes, salary)
            for other in _targets(view, row, column, salary)
        ]
        if pairs and not any(abs(one - other) <= _AGREE * max(one, other) for one, other in pairs):
            typed = " and ".join(f"{name} {columns[name][row]:,.10g}" for name in (column, takes))
            said = f"{who} has {typed}, and plan {plan} takes {takes}"
            one, other = pairs[0]
            said += f": a target of {one:,.10g} a year, not {other:,.10g}"
            yield view.tables["roster"].where(row, column), said, who


def _targets(view: View, row: int, column: str, salary: float) -> list[float]:
    """What a personal target may be as an amount for a full-time year; empty where no salary is known."""
    columns = view.tables["roster"].columns
    typed = float(columns[column][row])
    if column == "target_amount":
        return [typed]
    if not salary > 0:
        return []
    if column == "target_ratio":
        return [typed * salary]
    shares = [float(columns["base_share"][row])]
    shares += [float(one.base_share or 0) for one in view.book.versions(columns["plan_id"][row])]
    return [typed - salary, *(typed * (1 - share) for share in shares if share > 0)]


def _unused_changes(view: View) -> Iterator[Found]:
    """Targets of changes in a column that no plan of the person uses."""
    changes = view.tables["changes"]
    for row, who in enumerate(changes.columns["employee_id"].tolist()):
        plans = {stay.plan_id for stay in view.stays.get(who, ())}
        bases = {one.target_basis for plan in plans for one in view.book.versions(plan)}
        used = {_BASIS[basis] for basis in bases}
        for column in sorted(set(_BASIS.values()) - used) if used else ():
            if changes.columns[column][row] > 0:
                said = f"{column} of {who} is not used: the plan takes {listed(sorted(used))}"
                yield changes.where(row, column), said, who


@rule("E518", "Enter the three-letter code, such as USD or EUR.", ())
def no_currency(view: View) -> Iterator[Found]:
    """A currency that is not an ISO 4217 code.

    "Euro" and "EUR" would be two currencies, with separate totals and no exchange rate.
    """
    used = {code for *_, code in _currencies(view) if code in CODES}
    for table, column, rows, code in _currencies(view):
        if code.upper() not in CODES:
            meant = meant_currencies(code, used)
            means = f": {' or '.join(meant)} is probably meant" if meant else ""
            more = f" ({len(rows):,} rows)" if len(rows) > 1 else ""
            yield table.where(rows[0], column), f"{code!r} is not a currency code{more}{means}"


@rule("N519", "None needed; in capitals the code looks the same everywhere.", (), at_pay=True)
def small_letters(view: View) -> Iterator[Found]:
    """A currency code in lowercase.

    "usd" is read as the currency USD.
    """
    for table, column, rows, code in _currencies(view):
        if code != code.upper() in CODES:
            yield table.where(rows[0], column), f"the currency {code!r} counts as {code.upper()}"


def _currencies(view: View) -> list[tuple[Table, str, list[int], str]]:
    """The currencies of plans, people, deals and rates as typed, each with its column and rows."""
    columns = [(name, "currency") for name in ("plans", "roster", "deals")]
    columns += [("rates", "from_currency"), ("rates", "to_currency")]
    return [
        (view.tables[name], column, rows, str(code))
        for name, column in columns
        for code, rows in grouped(view.tables[name], column).items()
        if code
    ]


_SEVERAL_RETURNS: Final = 3


@rule("W623", "Enter amounts above 0, if only returns are negative.", (), at_pay=True)
def mostly_negative(view: View) -> Iterator[Found]:
    """More deals below 0 than above.

    A negative amount is a return, which takes commission back. Exports of an accounting system show revenue
    with a minus sign (three deals or more).
    """
    deals = view.tables["deals"]
    amounts = deals.columns["amount"]
    below, above = np.flatnonzero(amounts < 0), np.flatnonzero(amounts > 0)
    if len(below) >= _SEVERAL_RETURNS and len(below) > len(above):
        what = f"{len(below):,} of {deals.rows:,} deals are negative, so they take commission back"
        yield deals.where(int(below[0]), "amount"), what
