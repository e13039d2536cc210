"""Whether the terms on which plans pay people at all can be met, and are spelled as on the roster."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.errors import CsmError, listed
from csm_xl.plan.calendar import table_periods
from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.names import did_you_mean, plain_name, words_in
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_LONGEST: Final = {"month": 31, "quarter": 92, "half": 184, "year": 366}
"""Days of the longest calendar period of a kind."""
_SAME: Final = (
    frozenset({"voluntary", "voluntarily", "resignation", "resigned", "resigns", "resign", "quit", "quits"}),
    frozenset({"cause", "misconduct", "fraud", "theft"}),
)
"""Words for one reason of leaving."""
_NOT: Final = frozenset({"not", "no", "non", "without", "involuntary", "involuntarily"})
"""With one of these a reason is another than its other words say."""


def check_eligibility(tables: Tables, out: Findings) -> None:
    """Collect minimums that nobody can reach, pay dates that are missing or too early, and reasons of leaving
    that are spelled in another way than a plan spells them."""
    _check_plans(tables, out)
    periods = tables["periods"]
    for row in np.flatnonzero(periods.columns["pay_date"] > 0).tolist():
        if periods.columns["pay_date"][row] < periods.columns["end"][row]:
            end = shown_day(int(periods.columns["end"][row]))
            what = f"{periods.columns['period'][row]} is paid before it ends on {end}"
            out.warning(periods, row, "pay_date", what, "Type the day on which it is paid.")
    _check_reasons(tables, out)


def _check_plans(tables: Tables, out: Findings) -> None:
    plans, periods = tables["plans"], tables["periods"]
    dated = bool(np.any(periods.columns["pay_date"] > 0))
    days = _longest(tables)
    for row in range(plans.rows):
        kind, least = plans.value(row, "pay_period"), plans.value(row, "minimum_days")
        longest = days.get(str(kind))
        if least is not None and longest and least > longest:
            out.error(plans, row, "minimum_days", f"nobody is on a plan for {least:,.0f} days in a {kind}",
                      f"Type at most {longest}, the days of a {kind}.")  # fmt: skip
        if plans.value(row, "must_be_employed") == "pay_date" and not dated:
            out.error(plans, row, "must_be_employed", "no period has a pay date on which people must be"
                      " employed", "Type pay_date in the periods table, or period_end here.")  # fmt: skip


def _longest(tables: Tables) -> dict[str, int]:
    """Kind of period → days of the longest one: of a calendar's own periods, if it has any."""
    if not tables["periods"].rows:
        return _LONGEST
    found: dict[str, int] = {}
    try:
        for one in table_periods(tables["periods"]):
            found[one.kind] = max(one.days, found.get(one.kind, 0))
    except CsmError:
        return {}  # reported about the cell
    return found


def _meant(reason: str, reasons: set[str]) -> str:
    """The reason that forfeits pay that is perhaps meant, as a question; empty where there is none.

    >>> _meant("Resigned, new job", {"voluntary"}), _meant("involuntary", {"voluntary"})
    ("Did you mean 'voluntary'? ", '')
    """
    words = words_in(reason)
    if words & _NOT:
        return ""
    for one in sorted(reasons):
        mine = words_in(one)
        if not mine & _NOT and any(words & same and mine & same for same in _SAME):
            return f"Did you mean {one!r}? "
    return did_you_mean(reason, reasons)


def _check_reasons(tables: Tables, out: Findings) -> None:
    """A reason that nearly is one that forfeits pay would be paid."""
    plans, roster = tables["plans"], tables["roster"]
    reasons = {reason for row in range(plans.rows) for reason in plans.value(row, "forfeit_reasons") or ()}
    plain = {plain_name(reason) for reason in reasons}
    for row, reason in enumerate(roster.columns["leave_reason"].tolist() if reasons else ()):
        if not reason or plain_name(reason) in plain:
            continue
        who, forfeiting = roster.columns["employee_id"][row], listed(sorted(reasons))
        what = f"{who} is paid: the reason {reason!r} is not one that forfeits pay ({forfeiting})"
        if meant := _meant(reason, reasons):
            out.warning(roster, row, "leave_reason", what, f"{meant}Correct it if it is one of them.")
        else:
            out.warning(roster, row, "leave_reason", what, "None needed if this is intended.",
                        kind="reasons for leaving do not forfeit pay", severity="note",
                        rule=UNUSED)  # fmt: skip
