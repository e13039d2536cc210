"""The people that the close of a period pays: everybody on the plan, a pay group, or those not closed yet.

A person belongs to the pay group of the last day of the period, or of their last day before it. Nobody is
paid for a period again by another group; a retro makes corrections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from csm_xl.book import paying
from csm_xl.book.events import Span
from csm_xl.book.payments import State
from csm_xl.book.periods import ordinal
from csm_xl.errors import NOT_FOUND, CsmError, counted, listed
from csm_xl.plan.employment import History
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.table import Tables

Counts = Callable[[str, str, str], bool]
"""Whether the lines of a plan, a period and a person count."""
_COLUMN: Final = "pay_group"


def left_to_pay(tables: Tables, now: State, spans: Iterable[Span]) -> Counts | None:
    """The people that a close of some spans pays (None: everybody). now: the book before the close."""
    asked = {(span.plan_id, span.period): span for span in spans}
    closed = now.closed
    if not any(span.pay_group or pair in closed for pair, span in asked.items()):
        return None
    paid = _paid(now)
    groups = {
        pair: groups_on(tables, span.last_day) if span.pay_group else {} for pair, span in asked.items()
    }

    def counts(plan: str, period: str, person: str) -> bool:
        span = asked.get((plan, period))
        if span is None or (plan, period, person) in paid:
            return False
        return not span.pay_group or groups[plan, period].get(person) == span.pay_group

    return counts


def closed_for(tables: Tables, now: State, spans: Iterable[Span]) -> Counts | None:
    """The people for whom closed periods are closed (None: everybody): those who were paid, and those in a
    pay group that is closed. People whose pay the tables leave out, such as those of other pay groups, are
    left out; people who were paid and are no longer on the plan are included."""
    spans = list(spans)
    out = {
        (plan, who)
        for plan in ({span.plan_id for span in spans} if tables.left_out else ())
        for who in paying.people_on(tables, [plan])
        if who in tables.left_out
    }
    by_group = now.pay_groups
    partly = {
        (span.plan_id, span.period): span for span in spans if "" not in by_group[span.plan_id, span.period]
    }
    if not partly and not out:
        return None
    paid = _paid(now) if partly else set()
    groups = {pair: groups_on(tables, span.last_day) for pair, span in partly.items()}

    def counts(plan: str, period: str, person: str) -> bool:
        if (plan, person) in out:
            return False
        pair = (plan, period)
        return (
            pair not in partly or (plan, period, person) in paid or groups[pair].get(person) in by_group[pair]
        )

    return counts


def _paid(now: State) -> set[tuple[str, str, str]]:
    return {(key.plan_id, key.period, key.employee_id) for key in now.paid}


def groups_on(tables: Tables, last_day: int) -> dict[str, str]:
    """employee_id → the pay group on a day (YYYYMMDD), or on the person's last day before it."""
    history = History(tables)
    days = np.minimum(history.left, ordinal(last_day))
    return dict(zip(history.index, history.as_of(_COLUMN, days).tolist(), strict=True))


def require_group(tables: Tables, group: str) -> str:
    """The pay group as the tables write it. Errors: nobody is in it."""
    known = {name for table in ("roster", "changes") for name in tables[table].columns[_COLUMN].tolist()} - {
        ""
    }
    name = group.strip()
    if name in known:
        return name
    names = sorted(known)
    hint = did_you_mean(name, names) + (
        f"Give one of {listed(names, paying.FEW)}." if names else "Fill the column pay_group of the roster."
    )
    raise CsmError(NOT_FOUND, "nobody is in this pay group", "--pay-group", group, hint)


def spans_of_group(tables: Tables, spans: Sequence[Span], group: str) -> list[Span]:
    """The spans of those plans that have somebody of a pay group. Errors: none has."""
    found = []
    for span in spans:
        groups = groups_on(tables, span.last_day)
        if any(groups.get(who) == group for who in paying.people_on(tables, [span.plan_id])):
            found.append(span._replace(pay_group=group))
    if not found:
        periods = listed(dict.fromkeys(span.period for span in spans), paying.FEW)
        what = f"nobody is in this pay group at the end of {periods}"
        raise CsmError(NOT_FOUND, what, "--pay-group", group,
                       "Give another period, or another pay group.")  # fmt: skip
    return found


def group_notes(tables: Tables, now: State, spans: Sequence[Span]) -> list[str]:
    """What a close of a pay group says about people, in words: who changed the group inside the period,
    who was paid already, and who has none."""
    said: list[str] = []
    paid = _paid(now)
    for span in spans:
        group, on = span.pay_group, set(paying.people_on(tables, [span.plan_id]))
        begin, end = (
            {who: name for who, name in groups_on(tables, day).items() if who in on}
            for day in (span.first_day, span.last_day)
        )
        moved = [who for who in end if begin[who] != end[who] and group in (begin[who], end[who])]
        _say(
            said,
            [who for who in moved if end[who] == group],
            f"joined {group} during {span.period}, and is paid for all of it with {group}",
        )
        _say(
            said,
            [who for who in moved if end[who] != group],
            f"left {group} during {span.period}, and is paid for all of it with the group of its last day",
        )
        inside = [who for who, name in end.items() if name == group]
        _say(
            said,
            [who for who in inside if (span.plan_id, span.period, who) in paid],
            f"was paid for {span.period} already, by another close, and is left out",
        )
        if none := [who for who, name in end.items() if not name]:
            people = counted(len(none), "person has", "people have")
            said.append(f"{people} no pay group on {span.plan_id}, and is paid by a close of {span.period}"
                        " without --pay-group.")  # fmt: skip
    return list(dict.fromkeys(said))


def _say(said: list[str], who: Sequence[str], what: str) -> None:
    """Say something about some people, if there are any."""
    if who:
        said.append(f"{listed(who, paying.FEW)} {what}.")
