"""A summary of pay on one screen: by plan, and by person if there are few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.cli import show
from csm_xl.plan.coded import coded

if TYPE_CHECKING:
    from csm_xl.engine.lines import Lines
    from csm_xl.pay.rounding import Array
    from csm_xl.plan.paid_in import Currencies
    from csm_xl.plan.table import Tables

NAME_WIDTH: Final = 28
"""Of a name, this many characters are on the screen."""
LISTED: Final = 40
"""Up to this many people are listed one by one; more are totaled by plan."""


BY_PLAN: Final = ("plan", "currency", "people", "target", "paid on\ntarget", "payout", "commission\netc.",
                  "variable")  # fmt: skip


def by_plan(runs: Sequence[Lines], currencies: Currencies) -> list[list[Any]]:
    """A header, one row per plan and currency, and a total per currency.

    runs: payout lines. A line with a weight pays a share of the target; others (commission, SPIF, milestone)
    pay an amount in addition, so the payout ratio uses only the first kind.
    """
    from csm_xl.engine.currency import line_currencies
    from csm_xl.pay.nearest import shown

    codes: dict[tuple[str, str], int] = {}
    people: dict[str, int] = {}
    of_line: list[tuple[Array, Array]] = []  # of each run: plan and currency, and the person
    for lines in runs:
        paid_in, plan = line_currencies(lines, currencies), lines.columns["plan_id"].astype(np.int64)
        both = coded(plan * max(len(paid_in.values), 1) + paid_in.codes)
        pairs = (divmod(one, len(paid_in.values)) for one in both.values)
        places = [codes.setdefault((lines.names["plan_id"][at], paid_in.values[code]), len(codes))
                  for at, code in pairs]  # fmt: skip
        who = [people.setdefault(name, len(people)) for name in lines.names["employee_id"]]
        of_line.append((np.array(places, dtype=np.int32)[both.codes],
                        np.array(who, dtype=np.int32)[lines.columns["employee_id"]]))  # fmt: skip
    groups, persons = (np.concatenate(each) for each in zip(*of_line, strict=True))
    amount, target = (np.concatenate([shown(lines.columns[name]) for lines in runs])
                      for name in ("amount", "component_target"))  # fmt: skip
    weighted = ~np.isnan(np.concatenate([lines.columns["weight"] for lines in runs]))

    def row(name: str, currency: str, mine: Array) -> list[Any]:
        """Name, currency, people, target, variable pay, pay on target, and % of target paid."""
        on = mine & weighted
        variable, on_target, aim = _sum(amount[mine]), _sum(amount[on]), _sum(target[on])
        ratio = f"{on_target / aim:.1%}" if aim else "–"
        count = len(np.unique(persons[mine]))
        return [name, currency, count, aim, on_target, ratio, variable - on_target, variable]

    in_each = dict.fromkeys(sorted({currency for _, currency in codes}))
    return [
        list(BY_PLAN),
        *(row(*key, groups == codes[key]) for key in sorted(codes)),
        *(row("all plans", code, np.isin(groups, [at for (_, own), at in codes.items() if own == code]))
          for code in in_each),
    ]  # fmt: skip


def _sum(amounts: Array) -> float:
    """The sum, added one by one."""
    return float(np.cumsum(amounts)[-1]) if len(amounts) else 0.0


def summary(runs: Sequence[Lines], tables: Tables, periods: str) -> None:
    """Print the summary: pay by person, or by plan if there are many people, with a total per currency.

    runs: the payout lines of one or several runs.
    """
    from csm_xl.engine.currency import currency_sums, totals_by_currency
    from csm_xl.plan.display_names import DisplayNames
    from csm_xl.plan.paid_in import Currencies

    known = Currencies(tables)
    sums = currency_sums(runs, known)
    if sum(len(lines.sums().key) for lines in runs) <= LISTED:
        each = totals_by_currency(runs, known)
        header, *rows = DisplayNames(tables).beside(each, NAME_WIDTH)
        blank = [""] * (1 + len(header) - len(each[0]))
        everyone = [["total", *blank, code, target, variable] for code, _, target, variable in sums]
        show.table(header, [*rows, *everyone], f"Variable pay, {periods}")
    else:
        plans, *by = by_plan(runs, known)
        show.table(plans, by, f"Variable pay by plan, {periods}")
    people = len({lines.names["employee_id"][at] for lines in runs for at in lines.sums().person.tolist()})
    persons = "person" if people == 1 else "people"
    codes = [row[0] for row in sums] or known.all()
    lines = sum(map(len, runs))
    show.say(f"{people:,} {persons}, {lines:,} payout lines, {' and '.join(codes)}.")
