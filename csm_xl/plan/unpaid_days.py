"""Days on which people are on a plan that has no version then: such a day pays nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from csm_xl.errors import listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER, Stay
from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.model import ComponentTerms, PlanBook, PlanTerms
from csm_xl.plan.tables import Tables

_PEOPLE = 8
"""This many people are named in one finding."""


def without_unpaid_days(calendar: Calendar, book: PlanBook, plan: str) -> list[ComponentTerms]:
    """The components of a plan, each once for every span in which the plan has a version.

    Days before the pay period of the first version are left in: their rows are of other periods, and are
    reported as such.
    """
    windows: list[tuple[int, int]] = []
    begins = 0
    for first, last, _ in _unpaid_spans(calendar, book.versions(plan)):
        windows.append((begins, first - 1))
        begins = last + 1
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
    tables: Tables, book: PlanBook, where_on: Mapping[str, Sequence[Stay]], out: Findings
) -> None:
    """Collect the days between the versions of a plan, and those of a pay period before its first one.

    Whole pay periods before the first version are no mistake: people were paid in another way then.
    where_on: each person's days on each plan.
    """
    calendar = Calendar(tables["periods"])
    for plan in book.plan_ids:
        for first, last, after in _unpaid_spans(calendar, book.versions(plan)):
            found = [
                who
                for who, stays in where_on.items()
                if any(one.plan_id == plan and one.first <= last and first <= one.last for one in stays)
            ]
            if found:
                what = (
                    f"plan {plan} has no version from {shown_day(first)} to {shown_day(last)}, so these days"
                    f" pay nothing to who is on it then ({listed(found, _PEOPLE)})"
                )
                hint = f"Start this version on {shown_day(first)}, or correct the dates of those people."
                out.warning(tables["plans"], after.row, "valid_from", what, hint)


def _unpaid_spans(calendar: Calendar, versions: Sequence[PlanTerms]) -> Iterator[tuple[int, int, PlanTerms]]:
    """First and last day of each span without a version, and the version after it."""
    begins = versions[0].valid_from if versions else None
    if begins:
        for period in calendar.holding(versions[0].pay_period, begins, begins):
            if period.start < begins:
                yield period.start, begins - 1, versions[0]
    for one, after in pairwise(versions):
        if one.valid_to and after.valid_from and one.valid_to + 1 < after.valid_from:
            yield one.valid_to + 1, after.valid_from - 1, after
