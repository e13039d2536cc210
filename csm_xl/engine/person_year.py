"""The person's year: base and variable pay, equity, benefits and other pay, their total, tax and net.

Every money figure of a row is in whole cents, so that a total is the sum of its parts; it is what
``=CSM_TOTALCOMP`` gives for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import fsum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.data import tax as law
from csm_xl.data.own_tax import OwnTaxes, Rate
from csm_xl.data.us_places import is_us_state
from csm_xl.engine.base_pay import base_pay
from csm_xl.engine.context import RunContext
from csm_xl.engine.currency import last_plans, not_added, paid_in_several
from csm_xl.engine.open_periods import open_periods
from csm_xl.engine.part_year import before_results, last_paid, measured_through, target_of, target_waiting
from csm_xl.engine.pay_periods import pay_periods
from csm_xl.engine.payroll import Payroll
from csm_xl.engine.rewards import Money, benefits, other_pay, vested
from csm_xl.engine.taxable import assumed, no_figures, no_figures_of_year, why_not_taxed
from csm_xl.errors import VALUE, CsmError, Issue, listed
from csm_xl.pay.rounding import exact, floats, round_money
from csm_xl.pay.tax import FEDERAL_PARTS, income_tax, payroll_tax
from csm_xl.plan.paid_in import CURRENCY, Currencies
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import RawTable, Tables

HEADER: Final = (
    "year", "employee_id", CURRENCY, "base", "variable", "equity", "benefits", "other", "total", "wages",
    "federal_tax", "state_tax", "payroll_tax", "net", "variable_through", "unmeasured_target",
)  # fmt: skip
"""The columns of a person's year; `total_pay` shows what each holds."""
RESTS: Final = ("zero", "target")
"""What variable pay that is not measured yet counts as; see `total_pay`."""

_OTHER_YEAR: Final = (
    "To use the figures of another year anyway, name it: --tax-year 2025, or tax_year in Python."
)


@dataclass(slots=True, eq=False, repr=False)
class PersonYears:
    """rows: a header, then one row per person. left_out: who could not be paid, and why. paid: the pay
    periods whose lines are in variable pay; open: those of the year that are not. tax_notes: why people have
    no tax estimate, and what was assumed of others, each with these people."""

    rows: list[list[Any]]
    left_out: tuple[tuple[str, str], ...]
    paid: tuple[str, ...]
    open: tuple[str, ...]
    tax_notes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def total_pay(
    tables: Tables | Iterable[RawTable], year: Any, tax_year: str | int | None = None, rest: str = "zero",
    through: Any = None,
) -> list[list[Any]]:  # fmt: skip
    """A header, then each person's pay of a year, in the order of the roster.

    tables: as for `csm_xl.engine.run.run`, with `grants`, `prices`, `benefits`, `other_pay`, `reviews` and
        `tax_brackets` where there are such. year: a calendar or fiscal year. tax_year: the tax law's year,
        where it is not the year itself: no other year's figures are ever taken unasked.
    rest: what variable pay that is not measured yet counts as: zero, or target. through: the last period
        that is measured; without it the results show (see `csm_xl.engine.part_year.measured_through`).
    Each row, money of the year, in the person's currency; one whose plans pay in several is refused.
        base: base pay of the year, by day (`csm_xl.engine.base_pay`). variable: Σ of
        the payout lines of the periods that are measured. equity: what vests while employed, at the price of
        the day, after the last price at that. benefits: amounts for the employed days, ratios of base,
        the match of savings. other: other pay. total: their sum. wages: what is taxed, base + variable +
        vesting shares + other; neither options before exercise nor benefits are.
        federal_tax, state_tax, payroll_tax: estimates by filing_status and state of the roster, on wages
        from 0 up. net: wages less these. Tax and net are None for pay in another currency than USD, and for
        who works outside the United States or in a state without figures: see `csm_xl.engine.taxable`.
        variable_through: the last pay period that is in variable; None where none is. unmeasured_target:
        the target incentives of the periods after it, and of lines before it that pay 0 because their
        result is blank the component targets. It is not in variable with rest zero, and is with rest
        target. Nothing else of an open period is in either: its deals, events and adjustments, and what
        guarantees and draws make of it, come with its results.
    So before the year is over, base, equity, benefits and other pay are those of the whole year as the
    tables say, and variable is that of the year so far.
    Errors: whatever stops the run; a grant whose day has no price; a year without tax figures.
    """
    return person_years(tables, year, tax_year, False, rest, through).rows


def person_years(
    tables: Tables | Iterable[RawTable],
    year: Any,
    tax_year: str | int | None = None,
    skip_errors: bool = False,
    rest: str = "zero",
    through: Any = None,
) -> PersonYears:
    """As `total_pay`. skip_errors: people who cannot be paid, or whose equity or tax cannot be determined,
    are left out and listed."""
    if rest not in RESTS:
        raise CsmError(VALUE, "unknown rule for missing actuals", "rest", rest,
                       f"Give {listed(RESTS)}.")  # fmt: skip
    payroll = Payroll.load(tables, None, skip_errors)
    read, context = payroll.tables, payroll.context
    wanted = context.calendar.find(year)
    if wanted.kind != "year":
        hint = "Total pay is of a year: give one, such as 2026."
        raise CsmError(VALUE, "this is not a year", "year", year, hint)
    reached, every = measured_through(context, wanted, through), pay_periods(context, year)
    shut = open_periods(context, every) if through is None else ()
    shut = (*shut, *before_results(context, every))
    after = [period for period in every if period.end > reached[period.kind] or period in shut]
    lines = payroll.pay(year, skip_errors, lambda period: period not in after)
    out = {name for name, _ in lines.left_out}
    context.wanted = np.array([name not in out for name in context.people.ids], dtype=bool)
    index = {name: person for person, name in enumerate(context.people.ids)}
    variable = np.zeros(len(index))
    for _, name, _, amount in lines.totals()[1:]:
        variable[index[name]] += amount
    unmeasured = (target_waiting(context, lines) + target_of(context, after)).round(4)
    if rest == "target":
        variable += unmeasured
    paid_through = last_paid(context, lines)
    known = Currencies(read)
    for person, codes in paid_in_several(context.people, known, wanted).items():
        if context.wanted[person]:
            where = context.roster_cell(person, CURRENCY)
            context.report(person, not_added(codes, "a year's total", where, context.people.ids[person]))
    base, days = base_pay(context, wanted), _employed_days(context, wanted)
    equity = vested(context, wanted)
    value = benefits(context, base, exact(days) / wanted.days)
    other = other_pay(context, wanted)
    wages = (base + variable + equity.wages + other).round(4)
    shown = np.flatnonzero(
        context.wanted & ((days > 0) | (variable != 0) | (equity.value != 0) | (other != 0))
    )
    taxed, tax_notes = _taxes(context, wages, shown, wanted, str(tax_year or _named(wanted)))
    left_out = dict(lines.left_out)
    if context.issues and not (skip_errors and all(person >= 0 for person, _ in context.issues)):
        raise CsmError.of(dict.fromkeys(issue for _, issue in context.issues))
    for person, issue in dict.fromkeys(context.issues):
        name = context.people.ids[person]
        left_out[name] = f"{left_out[name]} {issue}" if name in left_out else str(issue)
        shown = shown[shown != person]
    parts = [base, variable.round(4), equity.value, value, other]
    total = np.sum(parts, axis=0).round(4)
    plan_then = last_plans(context.people, wanted)
    rows = [
        [_named(wanted), context.people.ids[person], known.of(context.people.ids[person], plan_then[person]),
         *(float(part[person]) for part in (*parts, total, wages)),
         *taxed[person], paid_through[person], float(unmeasured[person])]
        for person in shown.tolist()
    ]  # fmt: skip
    paid = tuple(lines.names["period"])
    return PersonYears(
        [list(HEADER), *rows], tuple(left_out.items()), paid, tuple(each.name for each in after),
        {note: names for note, who in tax_notes.items()
         if (names := tuple(context.people.ids[one] for one in who if one in set(shown.tolist())))},
    )  # fmt: skip


_SUMMED: Final = (
    "base", "variable", "equity", "benefits", "other", "total", "wages", "federal_tax", "state_tax",
    "payroll_tax", "net", "unmeasured_target",
)  # fmt: skip


def year_sums(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """A header, then a row for each currency: how many people, and the sum of each money column.

    rows: as `total_pay` gives them. A column that somebody has nothing in, such as the tax of who is not
    taxed here, has no sum.
    """
    header, *body = rows
    at = {name: header.index(name) for name in _SUMMED}
    found: dict[str, list[Sequence[Any]]] = {}
    for row in body:
        found.setdefault(row[header.index(CURRENCY)], []).append(row)
    return [
        [CURRENCY, "people", *_SUMMED],
        *(
            [code, len(own), *(_whole([row[place] for row in own]) for place in at.values())]
            for code, own in sorted(found.items())
        ),
    ]


def _whole(amounts: Sequence[float | None]) -> float | None:
    """A sum of money; none where one of the amounts is none."""
    known = [amount for amount in amounts if amount is not None]
    return round(fsum(known), 4) if len(known) == len(amounts) else None


def _named(year: Period) -> str:
    return year.name if year.name.isdigit() else str(year.in_year)


def _employed_days(context: RunContext, year: Period) -> NDArray[np.int64]:
    people = context.people
    days = np.minimum(people.last, year.end) - np.maximum(people.first, year.start) + 1
    return np.bincount(people.person, np.maximum(days, 0), len(people.ids)).astype(np.int64)


def _taxes(
    context: RunContext, wages: Money, shown: NDArray[np.intp], span: Period, year: str
) -> tuple[dict[int, tuple[float | None, ...]], dict[str, list[int]]]:
    """Federal, state and payroll tax and net pay of each person who is shown; and notes, each with the people
    it is about."""
    roster = context.tables["roster"]
    found: dict[int, tuple[float | None, ...]] = {}
    alike: dict[tuple[str, str], list[int]] = {}
    notes: dict[str, list[int]] = {}
    own = _own_taxes(context)
    for person in shown.tolist():
        if why := why_not_taxed(context, person, span):
            found[person] = (None,) * 4
            notes.setdefault(why, []).append(person)
            continue
        if said := assumed(context, person, span):
            notes.setdefault(said, []).append(person)
        key = (roster.columns["filing_status"][person], roster.columns["state"][person])
        alike.setdefault(key, []).append(person)
    for (status, state), people in alike.items():
        local, lacking = None, ""
        try:
            federal = law.federal(year, status, own, FEDERAL_PARTS["all"])
            try:
                local = law.state(state, year, status, own) if state else None
            except CsmError as error:
                if error.where == "year":  # of another one they are held, which whoever asks may name
                    lacking = no_figures_of_year(error.issues[0], _OTHER_YEAR)
                elif error.where != "state" or not is_us_state(state):
                    raise
                lacking = lacking or no_figures(state)
        except CsmError as error:
            for issue in error.issues:
                column = {"state": "state", "status": "filing_status"}.get(issue.where)
                where = context.roster_cell(people[0], column) if column else issue.where
                hint = f"{issue.hint} {_OTHER_YEAR}" if issue.where == "year" else issue.hint
                told = Issue(issue.code, issue.message, where, issue.got, hint)
                context.report_all(np.array(people), told)
            continue
        if lacking:
            found |= dict.fromkeys(people, (None,) * 4)
            notes.setdefault(lacking, []).extend(people)
            continue
        income = exact(np.maximum(wages[people], 0.0))
        none = exact(np.zeros(len(people)))
        taxes = [
            floats(round_money(tax))
            for tax in (
                income_tax(income, federal.income),
                none if local is None else income_tax(income, local),
                payroll_tax(income, federal),
            )
        ]
        net = (wages[people] - np.sum(taxes, axis=0)).round(4)
        for person, *figures in zip(people, *taxes, net, strict=True):
            found[person] = tuple(float(figure) for figure in figures)
    return found, notes


def _own_taxes(context: RunContext) -> OwnTaxes:
    """The rates of the user's own; what is wrong with them is reported."""
    table = context.tables["tax_brackets"]
    rates = (
        Rate(int(year), tax, float(start), float(rate), status, table.value(row, "deduction"),
             partial(table.where, row))
        for row, (year, tax, start, rate, status) in enumerate(
            zip(*(table.columns[name] for name in ("year", "tax", "from", "rate", "status")), strict=True)
        )
    )  # fmt: skip
    try:
        return OwnTaxes(rates)
    except CsmError as error:
        for issue in error.issues:
            context.report(-1, issue)
        return OwnTaxes(())
