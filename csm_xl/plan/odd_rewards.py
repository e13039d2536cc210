"""Grants, prices, benefits, reviews, ranges and other pay that are probably not meant as typed."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.errors import listed
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.names import plain_name, words_in
from csm_xl.plan.odd_adjustments import check_tiny, suggests_deduction
from csm_xl.plan.outliers import times
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_parameters import NOT_USED
from csm_xl.plan.unused_results import UNUSED

_MOST_GRANTED: Final = 8.0
"""A grant is worth a few annual salaries at most; beyond, its shares or the price are in another unit."""
_FAR_STRIKE: Final = 8.0
"""The exercise price is the share price of the grant date."""
_PRICE_JUMP: Final = 4.0
"""From one price to the next a share becomes this many times as dear, or as cheap, only if it is split."""
_WIDE_RANGE: Final = 4.0
"""The maximum of a level is up to twice its minimum."""
_ABOVE_RANGE: Final = 1.5
_BELOW_RANGE: Final = 0.5
"""A salary outside the range of its level is below 1.5 times the maximum, and above half the minimum."""
_BEFORE_HIRE: Final = 366
"""A grant is of the first day at the earliest, or promised shortly before."""
_OTHER_VALUE: Final = 10.0
"""If a person's own value of a benefit is this many times everyone's, one of the two is perhaps monthly."""
_SAME_RAISE: Final = 31
"""A salary that changes within this many days of a review may already be the result of the review."""
_MERIT_AGAIN: Final = 180
"""Merit is reviewed once a year."""
_GIVEN_BACK: Final = frozenset({
    "back", "repaid", "refund", "refunded", "return", "returned", "recovery", "recovered", "reversal",
    "reversed", "correction", "corrected", "adjustment", "offset", "advance", "loan", "garnishment", "tax",
    "withheld", "netting",
})  # fmt: skip
"""Words of reasons for which money is taken back."""
_OF_KIND: Final = {
    "merit": ("ratio", "rating", "addition", "budget_scale", "months"),
    "promotion": ("ratio", "level"),
    "geography": ("location", "basis"),
    "skill": ("ratio", "skill", "premium", "premium_cap"),
}
"""What each kind of review reads."""


def check_rewards(tables: Tables, out: Remarks) -> None:
    """Collect what is odd about the tables of total pay: rows that count twice or not at all, and amounts in
    another unit.

    tables: without errors in single cells.
    """
    _check_grants(tables, out)
    _check_prices(tables["prices"], out)
    _check_benefits(tables, out)
    _check_reviews(tables, out)
    _check_ranges(tables["ranges"], out)
    _check_in_range(tables, out)
    _check_other_pay(tables["other_pay"], out)


def _salary_of(tables: Tables) -> dict[str, float]:
    """Employee → the highest salary of the roster and the changes."""
    found: dict[str, float] = {}
    for table in (tables["roster"], tables["changes"]):
        for who, salary in zip(*(table.columns[name].tolist() for name in ("employee_id", "base_salary")),
                               strict=True):  # fmt: skip
            found[who] = max(found.get(who, 0.0), float(np.nan_to_num(salary)))
    return found


def _check_grants(tables: Tables, out: Remarks) -> None:
    table = tables["grants"]
    if not table.rows:
        return
    _check_twice(table, ("employee_id", "shares", "grant_date", "schedule", "kind"), "shares",
                 "grant", "vest", out)  # fmt: skip
    for name, rows in grouped(table, "employee_id", "grant_id").items():
        if name[1] and len(rows) > 1 and len({int(table.columns["grant_date"][row]) for row in rows}) > 1:
            what = f"{name[0]} has two grants with the ID {name[1]} ({table.where(rows[0], 'grant_id')})"
            out.warning(table, rows[1], "grant_id", f"{what}; both vest", "Give each its own, or remove one.")
    _check_before_hire(tables, out)
    _check_gone(tables, "grants", "grant_date", "the grant is of", out)
    salary, prices = _salary_of(tables), tables["prices"].columns["price"]
    price = float(prices.max(initial=0.0))
    names = ("employee_id", "shares", "kind", "strike")
    for row, (who, shares, kind, strike) in enumerate(
        zip(*(table.columns[name].tolist() for name in names), strict=True)
    ):
        if kind == "rsu" and table.value(row, "strike") is not None:
            hint = "Clear it, or set kind to nso or iso if these are options."
            what = "shares have no exercise price, so strike is not used"
            out.warning(table, row, "strike", what, hint, kind=NOT_USED)
        if not shares:
            out.warning(table, row, "shares", "the grant is of 0 shares, so nothing vests",
                        "Type the shares, or remove the row.")  # fmt: skip
        if kind != "rsu" and price > 0 and not np.isnan(strike) and not 0 < strike < _FAR_STRIKE * price:
            what = f"the exercise price is {strike:,.10g}, and the highest share price {price:,.10g}"
            out.warning(table, row, "strike", what, "Type the exercise price per share.")
        worth = shares * max(price - (0.0 if kind == "rsu" else float(np.nan_to_num(strike))), 0.0)
        if worth > _MOST_GRANTED * salary.get(who, 0.0) > 0:
            what = f"at the highest price, {price:,.10g}, the grant is worth {worth:,.10g}"
            out.warning(table, row, "shares", f"{what}, {times(worth, salary[who], f'the salary of {who}')}",
                        "Check the number of shares and the price per share.")  # fmt: skip


def _check_before_hire(tables: Tables, out: Remarks) -> None:
    """A grant long before the hire date has vested, or is somebody else's."""
    table, roster = tables["grants"], tables["roster"].columns
    hired = dict(zip(roster["employee_id"].tolist(), roster["hire_date"].tolist(), strict=True))
    for row, who in enumerate(table.columns["employee_id"].tolist()):
        day = int(table.columns["grant_date"][row])
        if day and hired.get(who, 0) - day > _BEFORE_HIRE:
            what = f"the grant is of {shown_day(day)}, and {who} is hired {shown_day(int(hired[who]))}"
            out.warning(table, row, "grant_date", what, "Correct the date, unless it was taken over.",
                        kind="grants are dated long before the hire date")  # fmt: skip


def _check_gone(tables: Tables, name: str, column: str, what: str, out: Remarks) -> None:
    """Rows of a table that are dated after their person has left, and so give nothing."""
    table, roster = tables[name], tables["roster"].columns
    left = dict(zip(roster["employee_id"].tolist(), roster["leave_date"].tolist(), strict=True))
    for row, who in enumerate(table.columns["employee_id"].tolist()):
        day = int(table.columns[column][row])
        if 0 < left.get(who, 0) < day:
            said = (
                f"{what} {shown_day(day)}, and {who} leaves on {shown_day(int(left[who]))}: it gives nothing"
            )
            out.warning(table, row, column, said, "Correct the date, or remove the row.",
                        kind=f"rows of {name} are of people who left before")  # fmt: skip


def _check_prices(table: Table, out: Remarks) -> None:
    days, prices = table.columns["date"], table.columns["price"].tolist()
    for row in np.flatnonzero(table.columns["price"] == 0).tolist():
        out.warning(table, row, "price", "the price is 0, so shares are worth nothing from then on",
                    "Type the price, or remove the row.")  # fmt: skip
    for before, after in pairwise(np.argsort(days, kind="stable").tolist()):
        old, new = prices[before], prices[after]
        if old > 0 < new and not 1 / _PRICE_JUMP < new / old < _PRICE_JUMP:
            what = f"the price {new:,.10g} is {times(new, old, 'the one before')}"
            hint = "Correct the price; if shares were split, restate the shares of grants and earlier prices."
            out.warning(table, after, "price", what, hint)


def _check_benefits(tables: Tables, out: Remarks) -> None:
    table = tables["benefits"]
    salaries = [salary for salary in _salary_of(tables).values() if salary > 0] if table.rows else []
    for row, amount in enumerate(table.columns["amount"].tolist()):
        item = table.columns["item"][row]
        if amount == 0:
            out.warning(table, row, "amount", f"the value of {item} is 0", "Type it, or remove the row.")
        elif salaries and amount > max(salaries):
            what = f"the value of {item}, {amount:,.10g}, is more than the highest salary"
            out.warning(table, row, "amount", what, "Type the annual value for one person.")
    if table.rows:
        check_tiny(table, out)
        _check_deferrals(tables, out)
        _check_items(tables, out)


def _check_deferrals(tables: Tables, out: Remarks) -> None:
    """A match of what people defer is worth nothing where nobody defers anything."""
    table, deferred = tables["benefits"], tables["roster"].columns["deferral_ratio"]
    matched = np.flatnonzero(table.columns["match_rate"] > 0).tolist()
    if matched and len(deferred) and not (deferred > 0).any():
        what = f"nobody has a deferral_ratio, so {table.columns['item'][matched[0]]} is worth nothing"
        hint = "Type deferral_ratio on the roster. None needed if nobody defers pay."
        out.warning(table, matched[0], "match_rate", what, hint, severity="note", rule=UNUSED)


def _check_items(tables: Tables, out: Remarks) -> None:
    """One benefit in two spellings, of which both count; a person's own value far from everyone's; and one
    amount for people who are paid in different currencies."""
    table, known = tables["benefits"], Currencies(tables)
    first: dict[str, str] = {}
    everyone: dict[str, float] = {}
    columns = [table.columns[name].tolist() for name in ("item", "employee_id", "amount")]
    own = set(zip(*columns[:2], strict=True))
    people = tables["roster"].columns["employee_id"].tolist()
    for row, (item, who, amount) in enumerate(zip(*columns, strict=True)):
        before = first.setdefault(plain_name(item), item)
        if before != item:
            what = f"{item!r} and {before!r} count as two benefits"
            out.warning(table, row, "item", what, "Spell a benefit the same way everywhere.",
                        kind="benefits are spelled in two ways")  # fmt: skip
        if who or not amount > 0:
            continue
        everyone[item] = amount
        codes = sorted({known.of(person) for person in people if (item, person) not in own})
        if len(codes) > 1:
            what = f"{item} is {amount:,.10g} for everyone, in each one's own currency: {listed(codes)}"
            out.warning(table, row, "amount", what,
                        "Give those who are paid in another currency rows of their own.",
                        kind="benefits are one amount in several currencies")  # fmt: skip
    for row, (item, who, amount) in enumerate(zip(*columns, strict=True)):
        usual = everyone.get(item, 0.0)
        if who and usual > 0 < amount and not 1 / _OTHER_VALUE < amount / usual < _OTHER_VALUE:
            far = times(amount, usual, "that for everyone")
            what = f"the value of {item} for {who}, {amount:,.10g}, is {far}"
            out.warning(table, row, "amount", what, "Type annual values, both for one person.")


def _check_reviews(tables: Tables, out: Remarks) -> None:
    table = tables["reviews"]
    if not table.rows:
        return
    kinds, days = table.columns["kind"].tolist(), table.columns["from"].tolist()
    people = table.columns["employee_id"].tolist()
    every = {name for names in _OF_KIND.values() for name in names}
    for row, kind in enumerate(kinds):
        for column in sorted(every.difference(_OF_KIND[kind])):
            if table.value(row, column) not in (None, "", table.schema.column(column).default):
                out.warning(table, row, column, f"a review of the kind {kind} does not use {column}",
                            "Clear it, or correct the kind.", kind=NOT_USED)  # fmt: skip
        if table.value(row, "ratio") == 0 and kind != "skill" and not table.value(row, "addition"):
            hint = "Type the ratio, leave it blank for merit from merit_matrix, or remove the row."
            out.warning(table, row, "ratio", f"the {kind} review is a raise of 0%", hint)
        if kind == "promotion" and not table.columns["level"][row]:
            out.warning(table, row, "level", f"the promotion of {people[row]} names no new level",
                        "Type it, if the level changes.", severity="note")  # fmt: skip
    check_tiny(table, out, "premium")
    _check_gone(tables, "reviews", "from", "the review is of", out)
    merits: dict[str, int] = {}
    for row in np.argsort(table.columns["from"], kind="stable").tolist():
        if kinds[row] == "merit":
            before = merits.setdefault(people[row], row)
            if before != row and days[row] - days[before] < _MERIT_AGAIN:
                place = f"{shown_day(int(days[before]))} ({table.where(before, 'from')})"
                out.warning(table, row, "from", f"{people[row]} already has a merit review of {place}",
                            "Remove one, unless the salary is raised twice.")  # fmt: skip
            merits[people[row]] = row
    _check_raised_twice(tables, out)


def _check_raised_twice(tables: Tables, out: Remarks) -> None:
    """A salary in the changes beside a review of about the same day: one of them is perhaps the other."""
    table, changes = tables["reviews"], tables["changes"]
    raised: dict[str, list[int]] = {}
    for row in np.flatnonzero(changes.columns["base_salary"] > 0).tolist():
        raised.setdefault(changes.columns["employee_id"][row], []).append(row)
    for row, (who, day) in enumerate(
        zip(*(table.columns[name].tolist() for name in ("employee_id", "from")), strict=True)
    ):
        for other in raised.get(who, ()):
            then = int(changes.columns["from"][other])
            if abs(then - day) <= _SAME_RAISE:
                place = f"{shown_day(then)} ({changes.where(other, 'base_salary')})"
                out.warning(table, row, "from", f"base_salary of {who} also changes on {place}; both count",
                            "Remove one of them, if the new salary is what the review gives.")  # fmt: skip
                break


def _check_ranges(table: Table, out: Remarks) -> None:
    names = ("level", "minimum", "maximum")
    for row, (level, low, high) in enumerate(
        zip(*(table.columns[name].tolist() for name in names), strict=True)
    ):
        if low > high:
            what = f"the minimum of {level}, {low:,.10g}, is above its maximum, {high:,.10g}"
            out.warning(table, row, "minimum", what, "Correct one of the two.")
        elif high > _WIDE_RANGE * low:
            what = f"the range of {level} is from {low:,.10g} to {high:,.10g}"
            out.warning(table, row, "minimum", what, "Correct the one that is in another unit.")


def _check_in_range(tables: Tables, out: Remarks) -> None:
    """Salaries far outside the range of their level: a salary, a level or the range is another one's.

    Ranges have no currency, so that only people who are paid as most of their level are compared.
    """
    table, roster, known = tables["ranges"], tables["roster"], Currencies(tables)
    if not table.rows:
        return
    latest = np.argsort(table.columns["valid_from"], kind="stable").tolist()
    of_level = {table.columns["level"][row]: row for row in latest}
    people, salaries = (roster.columns[name].tolist() for name in ("employee_id", "base_salary"))
    for level, rows in grouped(roster, "level").items():
        if level not in of_level:
            continue
        low, high = (float(table.columns[name][of_level[level]]) for name in ("minimum", "maximum"))
        codes = [known.of(people[row]) for row in rows]
        usual = max(dict.fromkeys(codes), key=codes.count)
        for row, code in zip(rows, codes, strict=True):
            far = salaries[row] > _ABOVE_RANGE * high or 0 < salaries[row] < _BELOW_RANGE * low
            if code == usual and far:
                said = (
                    f"the salary of {people[row]}, {salaries[row]:,.10g}, is far outside the range of {level}"
                )
                hint = "Correct the salary, the level or the range; all are for a year of full time."
                out.warning(roster, row, "base_salary", f"{said}, {low:,.10g} to {high:,.10g}", hint,
                            kind="salaries are far outside the range of their level")  # fmt: skip


def _check_other_pay(table: Table, out: Remarks) -> None:
    if not table.rows:
        return
    _check_twice(table, ("employee_id", "date", "amount"), "amount", "payment", "are paid", out)
    check_tiny(table, out)
    for row, amount in enumerate(table.columns["amount"].tolist()):
        reason = str(table.columns["reason"][row])
        if amount == 0:
            out.warning(table, row, "amount", "the amount is 0, so nothing is paid",
                        "Type the amount, or remove the row.")  # fmt: skip
        elif amount < 0 and not suggests_deduction(reason) and words_in(reason).isdisjoint(_GIVEN_BACK):
            what = f"{-amount:,.10g} is deducted, and the reason {reason!r} does not say so"
            out.warning(table, row, "amount", what, "If it is paid, enter a positive amount.",
                        kind="payments are deducted, and their reasons do not say so")  # fmt: skip
        elif amount > 0 and suggests_deduction(reason):
            what = f"the reason {reason!r} suggests a deduction, but {amount:,.10g} is added"
            out.warning(table, row, "amount", what, "If it is a deduction, enter a negative amount.",
                        kind="payments are added, but their reasons suggest deductions")  # fmt: skip


def _check_twice(
    table: Table, names: tuple[str, ...], column: str, what: str, counts: str, out: Remarks
) -> None:
    """Rows that are alike in some columns; where a reason is stated, it is alike too."""
    for rows in grouped(table, *names).values():
        first: dict[str, int] = {}
        for row in rows:
            reason = plain_name(str(table.columns["reason"][row])) if "reason" in table.columns else ""
            before = first.setdefault(reason, row)
            if before != row:
                said = f"the same {what} is also in another row, {table.where(before, column)}; both {counts}"
                out.warning(table, row, column, said, "Remove one, unless both are meant.")
