"""Rows of what people did that pay nobody: of a period or a day that no plan pays, or of no component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np

from csm_xl.errors import CsmError, listed
from csm_xl.pay.measures import MEASURES
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.coded import Coded, merged
from csm_xl.plan.deal_kinds import meant_word, pays_deal
from csm_xl.plan.employment import Stay, days_on_plans, same_stays
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.groups import Groups
from csm_xl.plan.model import ComponentTerms, PlanBook
from csm_xl.plan.paid_credits import PaidCredits, adds_up_deals, rolls_up
from csm_xl.plan.parts import grouped
from csm_xl.plan.repeated_rows import check_repeated
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import CREDITED
from csm_xl.plan.unpaid_days import (
    check_paused_commissions,
    check_unpaid_days,
    unpaid_spans,
    without_unpaid_days,
)
from csm_xl.plan.unused_owners import check_unused_owners
from csm_xl.plan.unused_results import UNUSED, check_unused_results, looked_at, paid_kinds
from csm_xl.plan.validate_credits import managers_of
from csm_xl.plan.validate_payments import check_unpaid_payments

_OF_PERIODS: Final = ("results", "goals", "modifiers", "accounts")
_OF_KIND: Final = "deals are of a kind that no component pays"
_NOBODY: Final = "Correct the row, or remove it."
_CREDITS: Final = "credits pay nobody, though other credits of their deal do"
_NOT_ON_IT: Final = "credits are of people whose plan does not pay on such deals"


def check_unpaid(
    tables: Tables,
    book: PlanBook,
    where_on: Mapping[str, list[Stay]],
    out: Remarks,
) -> None:
    """Collect what pays nobody, each kind to be reported once.

    where_on: each person's days on each plan.
    """
    _check_periods(tables, book, out)
    calendar = Calendar(tables["periods"])
    spans = unpaid_spans(calendar, book)
    paying = {plan: without_unpaid_days(book, plan, spans[plan]) for plan in book.plan_ids}
    check_unpaid_days(tables, spans, where_on, out)
    check_paused_commissions(tables, book, calendar, spans, where_on, out)
    _check_deals(tables, paying, where_on, out)
    every = [one for each in paying.values() for one in each]
    check_unused_results(tables, every, where_on, out)
    check_unused_owners(tables, every, where_on, out)
    _check_events(tables, paying, where_on, out)
    _check_goals(tables, paying, where_on, out)
    check_repeated(tables, book, paying, where_on, out)


def _looking(book: PlanBook) -> dict[str, set[str]]:
    """Table → the kinds of period by which the components pay that look at its rows; of one at which none
    looks, nothing."""
    found: dict[str, set[str]] = {"goals": set(), "modifiers": set(), "accounts": set()}
    for one in book.every_component():
        if one.type == "goals":
            found["goals"].add(one.pay_cycle)
        if one.values.get("modified"):
            found["modifiers"].add(one.pay_cycle)
        of_years = one.values.get("tier_measure") == "customer_year"
        if of_years or any(measure in MEASURES for measure, _ in looked_at(one)):
            found["accounts"].add(one.pay_cycle)
    return found


def _check_periods(tables: Tables, book: PlanBook, out: Remarks) -> None:
    """A row of a month where what counts it is paid by the quarter is never looked up."""
    components = tables["components"].columns
    kinds = paid_kinds(tables)
    measures = {
        name
        for column in ("measure", "gate_measure", "column_measure", "pool_measure", "tier_measure")
        for name in components.get(column, np.zeros(0, dtype=object)).tolist()
    } | set(tables["gates"].columns["measure"].tolist())
    modified = bool(np.any(components.get("modified", np.zeros(0, dtype=bool))))
    calendar = Calendar(tables["periods"])
    looking = _looking(book)
    for name in _OF_PERIODS if kinds else ():
        table, paid_by = tables[name], looking.get(name) or kinds
        for period, rows in grouped(table, "period").items():
            try:
                kind = calendar.find(period).kind
            except CsmError:
                continue  # the cell has a finding already
            for row in rows if kind not in paid_by else ():
                if (
                    (name == "results" and table.columns["measure"][row] not in measures)
                    or (name == "modifiers" and not modified)
                    or (name == "accounts" and measures.isdisjoint(MEASURES))
                ):
                    continue  # no plan looks at it in any period
                what = f"{period} is a {kind}, but"
                what += " plans pay" if paid_by == kinds else " those who are paid for it are paid"
                what += f" by the {listed(sorted(paid_by))}: this pays nobody"
                hint = f"Type a {' or a '.join(sorted(paid_by))}, such as those of the other rows."
                of_kind = f"rows of {name} are of periods that no plan pays (a {kind})"
                out.warning(table, row, "period", what, hint, kind=of_kind)


def _check_deals(
    tables: Tables,
    paying: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, list[Stay]],
    out: Remarks,
) -> None:
    """A deal must be credited to somebody whose plan pays it on its day."""
    types = tables.types
    commission = {
        plan: [one for one in every if types[one.type].pays_on == "deals" or adds_up_deals(one)]
        for plan, every in paying.items()
    }
    if not any(commission.values()):
        return
    deals = tables["deals"]
    every_kind = set(deals.coded("kind").values)
    kinds = {
        kind for one in chain(*commission.values()) for kind in one.values.get("deal_kinds") or every_kind
    }
    roles = {str(one.values.get("credit_role") or "").casefold() for one in chain(*commission.values())}
    finds_tiers = any(one.values.get("tier_measure") == CREDITED for one in chain(*paying.values()))
    above = managers_of(tables) if any(rolls_up(one) for one in chain(*commission.values())) else {}
    check_unpaid_payments(tables, commission, where_on, above, out)
    credited = PaidCredits(tables, commission, where_on, above)
    for every in credited.odd_deals():
        row = int(credited.deal[every[0]])
        people = [credited.person(one) for one in every]
        on_plan = [(who, credited.role(one), where_on[who]) for one, who in zip(every, people, strict=True)]
        if credited.paid[every].any():
            for one, (person, role, stays) in zip(every, on_plan, strict=True):
                pays = credited.paid[one] and not credited.too_late[one]
                if not pays and (role in roles or "" in roles):  # of another role it is reported already
                    at = int(credited.row[one])
                    _unpaid_credit(tables, row, at, person, role, stays, commission, out)
        else:
            kind, deal = deals.columns["kind"][row], deals.columns["deal_id"][row]
            if kind and kind not in kinds:
                if finds_tiers or meant_word(kind, kinds, every_kind):
                    continue  # it finds tiers; or is another word for one, which is reported already
                what = f"no component pays deals of the kind {kind}"
                hint = "None needed if this is intended."
                out.warning(deals, row, "kind", what, hint, kind=_OF_KIND, severity="note", rule="W308")
                continue
            what = f"deal {deal} pays nobody{_why(deals.columns, row, on_plan)}"
            hint = "Correct its date, kind or credits; or remove it."
            out.warning(deals, row, "deal_id", what, hint, kind="deals pay nobody")


def _unpaid_credit(
    tables: Tables,
    deal: int,
    row: int,
    person: str,
    role: str,
    stays: list[Stay],
    commission: Mapping[str, Sequence[ComponentTerms]],
    out: Remarks,
) -> None:
    """A credit that pays nobody beside one of the same deal that does, or that others are paid for. deal,
    row: of deals and of credits; −1 of credits is the owner of the deal."""
    deals = tables["deals"].columns
    table, at = (tables["credits"], row) if row >= 0 else (tables["deals"], deal)
    roles = {
        str(one.values.get("credit_role") or "").casefold()
        for stay in stays
        for one in commission.get(stay.plan_id, ())
        if pays_deal(one.values, deals, deal)
    }
    on = f"the credit of {person} for deal {deals['deal_id'][deal]} pays nothing"
    if not roles:
        what = f"{on}: no plan of {person} pays on such deals"
        hint = "None needed if this is intended."
        out.warning(table, at, "employee_id", what, hint, kind=_NOT_ON_IT, severity="note", rule=UNUSED)
        return
    other_role = "" not in roles and role not in roles
    why = f": the role is {role}, and the plan of {person} pays {listed(sorted(roles))}" if other_role else ""
    why = why or _why(deals, deal, [(person, role, stays)])
    hint = "Correct the credit, or remove it."
    column = "role" if other_role and row >= 0 else "employee_id"
    out.warning(table, at, column, f"{on}{why}", hint, kind=_CREDITS)


def _why(deals: Mapping[str, Any], row: int, on_plan: Sequence[tuple[str, str, list[Stay]]]) -> str:
    """Why a deal pays nobody, where the days show it."""
    day = int(deals["date"][row])
    said = []
    for person, _, stays in on_plan:
        if day > stays[-1].last:
            said.append(f"{person} left on {shown_day(stays[-1].last)}")
        elif day < stays[0].first:
            said.append(f"{person} starts on {shown_day(stays[0].first)}")
    if not said:
        return f": no component of a plan of {listed(person for person, _, _ in on_plan)} pays it"
    return f": it is of {shown_day(day)}, and {listed(said)}"


def _check_events(
    tables: Tables,
    paying: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, list[Stay]],
    out: Remarks,
) -> None:
    """An event must be of a day on which its person is on a plan that pays for it."""
    table = tables["events"]
    types = {one.component_id: one.type for every in paying.values() for one in every}
    same: dict[tuple[Any, ...], int] = {}
    for row in range(table.rows):
        key = tuple(table.value(row, name) for name in ("date", "employee_id", "component_id"))
        first = same.setdefault(key, row)
        milestone = types.get(table.columns["component_id"][row]) == "milestone"
        if milestone and table.columns["count"][row] not in (0, 1):
            what = "a milestone is paid once, whatever its count"
            out.warning(table, row, "count", what, "Type 1, or leave it blank.",
                        kind="events of milestones have a count, which is not used")  # fmt: skip
        elif first != row and not milestone:
            place = table.where(first, "date")
            counts = [float(table.columns["count"][at]) for at in (first, row)]
            other = "" if counts[0] == counts[1] else f" with the count {counts[0]:g}"
            what = f"the same event is also in another row, {place}{other}; both are paid"
            out.warning(table, row, "date", what, "Remove one, or enter the number of events as the "
                                                  "count of the other.",
                        kind="events are also in another row, and are paid again")  # fmt: skip
    columns = (table.columns[name].tolist() for name in ("employee_id", "component_id", "date"))
    for row, (who, name, day) in enumerate(zip(*columns, strict=True)):
        stays = where_on.get(who, [])
        theirs = [one for stay in stays for one in paying.get(stay.plan_id, ()) if one.component_id == name]
        if theirs and not any(
            one.plan_id == stay.plan_id and stay.first <= day <= stay.last and one.overlaps(day, day)
            for stay in stays
            for one in theirs
        ):
            what = f"on {shown_day(day)} {who} is on no plan whose {name} is in effect: this pays nothing"
            out.warning(
                table, row, "date", what, _NOBODY, kind="events fall on days on which nothing pays for them"
            )


def _check_goals(
    tables: Tables,
    paying: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, list[Stay]],
    out: Remarks,
) -> None:
    """A personal goal must be of a period in which a plan of its person pays for goals."""
    table, calendar = tables["goals"], Calendar(tables["periods"])
    known: dict[tuple[str, str, int, int], bool] = {}
    on_goals = {plan: [one for one in every if tables.types[one.type].pays_on == "goals"]
                for plan, every in paying.items()}  # fmt: skip
    kinds = {one.pay_cycle for one in chain(*on_goals.values())}

    def pays(plan: str, kind: str, first: int, last: int) -> bool:
        """Whether a plan pays for goals of a kind of period between two days. Of a kind that no plan pays
        something is said already."""
        key = (plan, kind, first, last)
        if key not in known:
            known[key] = any(
                one.overlaps(first, last) and (one.pay_cycle == kind or kind not in kinds)
                for one in on_goals.get(plan, ())
            )
        return known[key]

    def unpaid(name: str, stays: Sequence[Stay]) -> bool:
        """Whether a period pays nobody with these stays for goals."""
        period = calendar.known(name)
        if period is None or not stays:
            return False
        return not any(pays(plan, period.kind, *days) for plan, *days in days_on_plans(stays, period))

    people, names = table.coded("employee_id"), table.columns["period"]
    on_plans = merged(Coded([same_stays(where_on.get(who, ())) for who in people.values], people.codes))
    alike = Groups([table.coded("period"), on_plans])
    odd = [unpaid(names[row], where_on.get(people[row], ())) for row in alike.first.tolist()]
    same = table.groups("period", "employee_id")
    for group in np.flatnonzero(np.array(odd, dtype=bool)[alike.of_row[same.first]]).tolist():
        for row in same.rows(group):
            what = f"no plan of {people[row]} pays for goals in {names[row]}: this pays nothing"
            out.warning(table, row, "employee_id", what, _NOBODY,
                        kind="goals are of people whose plan does not pay for goals then")  # fmt: skip
