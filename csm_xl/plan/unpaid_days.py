"""Days on which people are on a plan that has no version then: such a day pays nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from csm_xl.errors import listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER, Stay
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.model import ComponentTerms, PlanBook, PlanTerms
from csm_xl.plan.tables import Tables

_PEOPLE = 8
"""This many people are named in one finding."""


@dataclass(frozen=True, slots=True)
class UnpaidSpan:
    """Days without a version of a plan. first, last: both inclusive. after: the version that follows."""

    first: int
    last: int
    after: PlanTerms


def unpaid_spans(calendar: Calendar, book: PlanBook) -> dict[str, list[UnpaidSpan]]:
    """Plan → the days between its versions, and those of a pay period before its first one.

    Whole pay periods before the first version are no mistake: people were paid in another way then.
    """
    return {plan: list(_spans(calendar, book.versions(plan))) for plan in book.plan_ids}


def without_unpaid_days(book: PlanBook, plan: str, spans: Iterable[UnpaidSpan]) -> list[ComponentTerms]:
    """The components of a plan, each once for every span in which the plan has a version.

    spans: the plan's, from `unpaid_spans`. Days before the pay period of the first version are left in: their
    rows are of other periods, and are reported as such.
    """
    windows: list[tuple[int, int]] = []
    begins = 0
    for span in spans:
        windows.append((begins, span.first - 1))
        begins = span.last + 1
    windows.append((begins, FOREVER))
    return [
        replace(
            one, valid_from=max(one.valid_from or 0, first) or None, valid_to=min(one.valid_to or last, last)
        )
        for one in book.every_component()
        if one.plan_id == plan
        for first, last in windows
        if one.overlaps(first, last)
    ]


def check_unpaid_days(
    tables: Tables,
    spans: Mapping[str, Sequence[UnpaidSpan]],
    where_on: Mapping[str, Sequence[Stay]],
    out: Remarks,
) -> None:
    """Collect the days on which people are on a plan without a version.

    spans: as `unpaid_spans` gives them. where_on: each person's days on each plan.
    """
    for plan, span in ((plan, span) for plan, every in spans.items() for span in every):
        found = [
            who
            for who, stays in where_on.items()
            if any(one.plan_id == plan and one.first <= span.last and span.first <= one.last for one in stays)
        ]
        if found:
            begins, ends = shown_day(span.first), shown_day(span.last)
            what = (
                f"plan {plan} has no version from {begins} to {ends}, so people on it then are paid nothing"
                f" for these days ({listed(found, _PEOPLE)})"
            )
            hint = f"Start this version on {begins}, or correct the dates of those people."
            out.warning(tables["plans"], span.after.row, "valid_from", what, hint)


def _spans(calendar: Calendar, versions: Sequence[PlanTerms]) -> Iterator[UnpaidSpan]:
    begins = versions[0].valid_from if versions else None
    if begins:
        for period in calendar.holding(versions[0].pay_period, begins, begins):
            if period.start < begins:
                yield UnpaidSpan(period.start, begins - 1, versions[0])
    for one, after in pairwise(versions):
        if one.valid_to and after.valid_from and one.valid_to + 1 < after.valid_from:
            yield UnpaidSpan(one.valid_to + 1, after.valid_from - 1, after)
