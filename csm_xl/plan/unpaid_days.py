"""Days on which people are on a plan that has no version then, or whose commission has none: unpaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from csm_xl.errors import listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER, Stay
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.model import ComponentTerms, PlanBook, PlanTerms
from csm_xl.plan.tables import Tables

_PEOPLE: Final = 8
"""This many people are named in one finding."""
_LONGEST: Final = 31
"""Between versions that are more days apart a commission may have paused as it should."""


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
        found = _on_plan(where_on, plan, span.first, span.last)
        if found:
            begins, ends = shown_day(span.first), shown_day(span.last)
            what = (
                f"plan {plan} has no version from {begins} to {ends}, so people on it then are paid nothing"
                f" for these days ({listed(found, _PEOPLE)})"
            )
            hint = f"Start this version on {begins}, or correct the dates of those people."
            out.warning(tables["plans"], span.after.row, "valid_from", what, hint)


def check_paused_commissions(
    tables: Tables,
    book: PlanBook,
    calendar: Calendar,
    spans: Mapping[str, Sequence[UnpaidSpan]],
    where_on: Mapping[str, Sequence[Stay]],
    out: Remarks,
) -> None:
    """Collect the days inside a pay period that lie between two versions of a commission: their deals and
    payments earn nothing, although they may count for a quota.

    Of other components the weights no longer sum to 1, or each event between the versions is named, or
    nothing is lost. spans, where_on: as for `check_unpaid_days`.
    """
    of: dict[tuple[str, str], list[ComponentTerms]] = {}
    for one in book.every_component():
        if one.pays_on == "deals":
            of.setdefault((one.plan_id, one.component_id), []).append(one)
    for (plan, name), versions in of.items():
        for one, after in pairwise(sorted(versions, key=lambda one: one.valid_from or 0)):
            first, last = (one.valid_to or FOREVER) + 1, (after.valid_from or 0) - 1
            if not 0 <= last - first < _LONGEST:
                continue
            paused = any(period.start >= first for period in calendar.ending(one.pay_cycle, first, last))
            told = any(span.first <= first and last <= span.last for span in spans[plan])
            found = [] if paused or told else _on_plan(where_on, plan, first, last)
            if found:
                what = (
                    f"component {name} of plan {plan} has no version from {shown_day(first)} to"
                    f" {shown_day(last)}, so deals and payments of these days earn nothing"
                    f" ({listed(found, _PEOPLE)})"
                )
                hint = f"Start this version on {shown_day(first)}, or end the one before on a later day."
                out.warning(tables["components"], after.row, "valid_from", what, hint)


def _on_plan(where_on: Mapping[str, Sequence[Stay]], plan: str, first: int, last: int) -> list[str]:
    """Who is on a plan on any of some days."""
    return [
        who
        for who, stays in where_on.items()
        if any(one.plan_id == plan and one.first <= last and first <= one.last for one in stays)
    ]


def _spans(calendar: Calendar, versions: Sequence[PlanTerms]) -> Iterator[UnpaidSpan]:
    begins = versions[0].valid_from if versions else None
    if begins:
        for period in calendar.holding(versions[0].pay_period, begins, begins):
            if period.start < begins:
                yield UnpaidSpan(period.start, begins - 1, versions[0])
    for one, after in pairwise(versions):
        if one.valid_to and after.valid_from and one.valid_to + 1 < after.valid_from:
            yield UnpaidSpan(one.valid_to + 1, after.valid_from - 1, after)
