"""Whether people and what they did fit the plans they are on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isnan
from typing import Final

import numpy as np

from csm_xl.errors import ARITHMETIC, NOT_FOUND, CsmError, listed
from csm_xl.plan.account_periods import check_account_periods
from csm_xl.plan.alike_results import check_alike_results
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.counted_goals import check_counted_goals
from csm_xl.plan.deal_kinds import OF_COMPONENT, check_kinds, pays_deal
from csm_xl.plan.earlier_paid import check_earlier_paid
from csm_xl.plan.employment import History, Stay
from csm_xl.plan.exchange import check_exchange
from csm_xl.plan.filled_down import check_filled_down
from csm_xl.plan.findings import Findings, shown_day, summed
from csm_xl.plan.idle_rows import check_idle
from csm_xl.plan.later_versions import check_later_versions
from csm_xl.plan.leavers import check_leavers
from csm_xl.plan.mixed_currencies import check_currencies
from csm_xl.plan.model import PlanBook, PlanTerms
from csm_xl.plan.must_not_count import check_must_not_count
from csm_xl.plan.names import did_you_mean, plain_ids, same_id
from csm_xl.plan.number_series import check_series
from csm_xl.plan.odd_days import check_odd_days
from csm_xl.plan.parts import PARTS, credited_people, grouped
from csm_xl.plan.sorted_alone import check_names_alone, check_sorted_alone
from csm_xl.plan.survey_answers import check_answers
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unpaid_rows import check_unpaid
from csm_xl.plan.unused_results import UNUSED, check_measures
from csm_xl.plan.validate_features import check_accounts, check_pools
from csm_xl.plan.validate_goals import NEAR, check_goals
from csm_xl.plan.validate_modifiers import check_modifiers
from csm_xl.plan.validate_names import check_names, otherwise, team_names
from csm_xl.plan.validate_payable import check_payable
from csm_xl.plan.validate_roles import check_credit_roles, check_credited_people
from csm_xl.plan.validate_targets import check_targets

_TARGET: Final = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}


def check_people(
    tables: Tables,
    out: Findings,
    versions_stand: bool = True,
    periods_stand: bool = True,
    remarks: bool = True,
) -> None:
    """Collect the findings about people, as `csm_xl.plan.validate.check_plans` describes them.

    versions_stand, periods_stand: whether the versions of plans, and the periods table, have no error; what
    is looked up in them is not judged otherwise. remarks: as for `check_plans`.
    """
    # Nothing here depends on curves, tiers and their like, so that a fault in one hides nothing.
    book = PlanBook(Tables(tables.types, {name: tables[name] for name in tables if name not in PARTS}))
    where_on = History(tables).stays()
    _check_employment(tables, where_on, out)
    check_names(tables, out)
    check_leavers(tables["roster"], out)
    check_currencies(tables, out)
    check_exchange(tables, out)
    if versions_stand:
        for every in where_on.values():
            _check_stays(book, every, out)
        _check_shares(tables, book, where_on, out)
        check_targets(tables, where_on, periods_stand, out)
    if periods_stand:
        check_named_periods(tables, out)
    _check_results(tables, out)
    check_measures(tables, out)
    _check_one_company(tables["results"], ("period", "measure"), out)
    _check_one_company(tables["modifiers"], ("period",), out)
    check_goals(tables["goals"], out)
    _check_deals(tables, out)
    _check_credit_dates(tables, out)
    check_credit_roles(tables, out)
    check_kinds(tables, out)
    _check_events(tables, where_on, out)
    _check_paid(tables, out)
    check_pools(tables, _ever_on(tables), out)
    check_modifiers(tables, out)
    if remarks and versions_stand and periods_stand:
        check_unpaid(tables, book, where_on, out)
    if remarks:
        check_idle(tables, book, out)
        check_sorted_alone(tables, out)
        check_names_alone(tables["roster"], out)
        check_must_not_count(tables, out)
        check_later_versions(tables, out)
        check_credited_people(tables, _ever_on(tables), out)
        check_odd_days(tables, out)
        check_filled_down(tables["roster"], out)
        check_series(tables, out)
    check_accounts(tables, out)
    if remarks and periods_stand:
        check_earlier_paid(tables, book, out)
        check_alike_results(tables, book, out)
        check_account_periods(tables, book, where_on, out)
    check_answers(tables, book, periods_stand, out)
    check_counted_goals(tables, book, periods_stand, out)
    check_payable(tables, book if versions_stand and periods_stand else None, where_on, out)


def _check_employment(tables: Tables, where_on: Mapping[str, list[Stay]], out: Findings) -> None:
    roster, changes = tables["roster"], tables["changes"]
    hired, left = roster.columns["hire_date"], roster.columns["leave_date"]
    for row in np.flatnonzero((left > 0) & (left < hired)).tolist():
        who = roster.columns["employee_id"][row]
        out.error(
            roster,
            row,
            "leave_date",
            f"{who} leaves before the hire date, {shown_day(int(hired[row]))}",
            "Correct one of the two dates.",
        )
    for row in range(changes.rows):
        who = changes.columns["employee_id"][row]
        said = (
            column.name for column in changes.schema.columns if column.name not in ("employee_id", "from")
        )
        if all(changes.value(row, name) in (None, ()) for name in said):
            out.warning(changes, row, "from", "the row changes nothing: all else is blank",
                        "Type what changes, or remove the row.",
                        kind="rows of changes change nothing")  # fmt: skip
        every = where_on.get(who)
        if every and changes.columns["from"][row] > every[-1].last:
            out.warning(
                changes,
                row,
                "from",
                f"{who} leaves before this change, on {shown_day(every[-1].last)}",
                "Correct the date, or remove the change.",
            )
        elif every and changes.columns["from"][row] < every[0].first:
            what = f"{who} is hired after this change, on {shown_day(every[0].first)}: it counts from then on"
            out.warning(changes, row, "from", what, "Correct the date, or remove the change.",
                        kind="changes are of days before their people are hired")  # fmt: skip


def _check_stays(book: PlanBook, every: list[Stay], out: Findings) -> None:
    """Nobody moves to a plan before it starts, and in the end everybody has a target for it to pay."""
    plan_before = every[0].plan_id if every else ""
    for stay, after in zip(every, [*every, None][1:], strict=True):
        starts, moved = book.versions(stay.plan_id)[0], stay.plan_id != plan_before
        plan_before = stay.plan_id
        if not moved and after is not None and after.plan_id == stay.plan_id:
            continue  # a raise long ago is no reason for a plan to have been there
        # The roster states the plan from hire on, which may be long before its first version here.
        day = stay.first if moved else stay.last
        if (starts.valid_from or 0) > day:
            column = "from" if stay.table.schema.name == "changes" else "plan_id"
            begins = f"{shown_day(starts.valid_from or 0)} ({starts.where})"
            what = (
                f"a date before the plan starts: {stay.employee_id} is on {stay.plan_id} on {shown_day(day)}"
            )
            hint = f"The plan starts on {begins}: start it earlier, or name the plan of that day."
            out.error(stay.table, stay.row, column, what, hint, NOT_FOUND, got=shown_day(day))
    if every:
        plan = book.version(every[-1].plan_id, every[-1].last)
        if plan is not None:
            _check_target(book, plan, every[-1], out)


def _check_target(book: PlanBook, plan: PlanTerms, stay: Stay, out: Findings) -> None:
    columns = [(_TARGET[plan.target_basis], "target_value")]
    if plan.target_basis == "ote":
        columns.append(("base_share", "base_share"))
    lacking = [(column, default) for column, default in columns
               if getattr(plan, default) is None and isnan(stay.values[column])]  # fmt: skip
    types = book.types
    if lacking and any(types[one.type].target_based for one in book.components(plan.plan_id, stay.last)):
        for column, default in lacking:
            out.error(stay.table, stay.row, column,
                      f"{stay.employee_id} has no {column}, and plan {plan.plan_id} has no {default}",
                      f"Fill it for the person, or {default} for the plan ({plan.where}).")  # fmt: skip


def check_named_periods(tables: Tables, out: Findings) -> None:
    """With a fiscal calendar, every period that is named must be one of its own."""
    calendar = Calendar(tables["periods"])
    if not calendar.periods:
        return
    for name in ("results", "goals", "modifiers", "paid", "accounts", "adjustments", "rates"):
        for period, rows in grouped(tables[name], "period").items():
            if not period:
                continue  # a rate that has a date; where a period is needed, the blank is reported
            try:
                calendar.find(period)
            except CsmError as error:
                for row in rows:
                    out.error(tables[name], row, "period", "the periods table has no such period", error.hint,
                              error.code)  # fmt: skip


def _check_results(tables: Tables, out: Findings) -> None:
    table, roster = tables["results"], tables["roster"]
    for row in np.flatnonzero(table.columns["goal"] <= 0).tolist():
        out.error(table, row, "goal", f"the goal of {table.columns['measure'][row]} is not above 0",
                  "Type a goal above 0: an attainment is a share of it.", ARITHMETIC)  # fmt: skip
    teams = team_names(tables)
    known = {"individual": set(roster.columns["employee_id"].tolist()), "team": teams}
    plain = {scope: plain_ids(names) for scope, names in known.items()}
    alike = table.groups("scope", "id")
    first = alike.first.tolist()
    unfit = [_names_nobody(table.columns["scope"][row], table.columns["id"][row], known) for row in first]
    for row in np.flatnonzero(np.array(unfit, dtype=bool)[alike.of_row]).tolist():
        scope, name = table.columns["scope"][row], table.columns["id"][row]
        if scope == "company" and name.casefold() != "company":
            out.error(table, row, "id", "a company's result has the id company",
                      "Type company, or another scope.")  # fmt: skip
        elif roster.rows:
            whose = "person" if scope == "individual" else "team"
            if same := same_id(name, plain[scope]):
                otherwise(table, row, "id", f"the roster spells the {whose}", same, out)
                continue
            out.warning(table, row, "id", f"the roster has no {whose} {name!r}, so this result pays nobody",
                        f"{did_you_mean(name, known[scope])}Correct the ID, or add it to the roster.",
                        NOT_FOUND, kind=f"results pay nobody: the roster has no such {whose}")  # fmt: skip


def _names_nobody(scope: str, name: str, known: Mapping[str, Collection[str]]) -> bool:
    return name.casefold() != "company" if scope == "company" else name not in known.get(scope, (name,))


def _check_one_company(table: Table, key: tuple[str, ...], out: Findings) -> None:
    """The company is one, whatever its rows are called: the second of two would silently be passed over."""
    same = table.groups("scope", *key)
    for rows in map(same.rows, np.flatnonzero(same.sizes > 1).tolist()):
        for row in rows[1:] if table.columns["scope"][rows[0]] == "company" else ():
            said = ", ".join(f"{name} {table.columns[name][row]}" for name in key)
            place = table.where(rows[0], "scope")
            out.error(table, row, "scope", f"duplicate {said} for the company, first at {place}",
                      "Keep one of the two rows.")  # fmt: skip


def _check_deals(tables: Tables, out: Findings) -> None:
    deals, credits = tables["deals"], tables["credits"]
    owned = np.flatnonzero(deals.columns["employee_id"] != "").tolist()
    people = credited_people(credits) if owned else {}
    for row in owned:
        deal, owner = deals.columns["deal_id"][row], deals.columns["employee_id"][row]
        if deal in people and owner not in people[deal]:
            what = f"{owner} has no credit for deal {deal}, although others do"
            out.warning(deals, row, "employee_id", what, "None needed if this is intended.",
                        kind="deals name somebody who has no credit for them", severity="note",
                        rule=UNUSED)  # fmt: skip
    named, credited = deals.coded("deal_id"), set(credits.coded("deal_id").values)
    nobody = np.array([deal not in credited for deal in named.values], dtype=bool)[named.codes]
    for row in np.flatnonzero(nobody & (deals.columns["employee_id"] == "")).tolist():
        deal = deals.columns["deal_id"][row]
        out.warning(deals, row, "employee_id", f"nobody is credited for deal {deal}",
                    "Fill employee_id, or add the deal to credits.",
                    kind="deals are credited to nobody")  # fmt: skip


def _check_credit_dates(tables: Tables, out: Findings) -> None:
    """A deal without the date by which a component credits it would silently pay nothing."""
    table, deals = tables["components"], tables["deals"]
    said: set[tuple[int, str]] = set()
    on_plan = _ever_on(tables)
    for row in range(table.rows):
        if tables.types[table.columns["type"][row]].pays_on != "deals":
            continue
        theirs = on_plan.get(table.columns["plan_id"][row], set())
        by, name = table.columns["credit_date"][row], table.columns["component_id"][row]
        column = f"{by}_date" if f"{by}_date" in deals.columns else "date"
        values = {name: table.value(row, name) for name in OF_COMPONENT if name in table.columns}
        for deal in np.flatnonzero(deals.columns[column] == 0).tolist():
            pays = pays_deal(values, deals.columns, deal)
            if pays and (deal, column) not in said and theirs & _credited(tables, deal):
                said.add((deal, column))
                out.warning(deals, deal, column,
                            f"{name} credits deals by their {by} date, but deal"
                            f" {deals.columns['deal_id'][deal]} has none, so it pays nothing",
                            f"Fill {column}, unless that day is still to come.")  # fmt: skip


def _ever_on(tables: Tables) -> dict[str, set[str]]:
    """The people who are on each plan at any time."""
    found: dict[str, set[str]] = {}
    for name in ("roster", "changes"):
        columns = tables[name].columns
        for person, plan in zip(columns["employee_id"].tolist(), columns["plan_id"].tolist(), strict=True):
            found.setdefault(plan, set()).add(person)
    return found


def _credited(tables: Tables, deal: int) -> set[str]:
    """The people credited for a deal."""
    deals, credits = tables["deals"].columns, tables["credits"].columns
    listed_ = credits["employee_id"][credits["deal_id"] == deals["deal_id"][deal]].tolist()
    return set(listed_) or {deals["employee_id"][deal]}


def _check_shares(tables: Tables, book: PlanBook, where_on: Mapping[str, list[Stay]], out: Findings) -> None:
    """The shares of one deal in one role are parts of one whole, unless the plans allow more."""
    deals, credits = tables["deals"], tables["credits"]
    share, people = credits.columns["share"], credits.columns["employee_id"]
    same = credits.groups("deal_id", "role")
    over = np.flatnonzero(~(same.sums(share) - 1 <= NEAR)).tolist()
    names = (deals.columns[name].tolist() for name in ("deal_id", "date"))
    day_of = dict(zip(*names, strict=True)) if over else {}
    for rows in map(same.rows, over):
        if (total := summed(share[rows])) <= 1:
            continue
        deal, role = (credits.columns[name][rows[0]] for name in ("deal_id", "role"))
        plans = [_plan_on(book, where_on[people[row]], day_of[deal]) for row in rows]
        # Whoever is on no plan that day is not paid, and has no plan that could allow it.
        allowing = [plan.over_assignment for plan in plans if plan is not None]
        if not allowing or not all(allowing):
            each = listed(f"{people[row]} {share[row]:g}" for row in rows)
            out.error(credits, rows[0], "share",
                      f"the shares of deal {deal} in the role {role} sum to {float(total):.9g} ({each})",
                      "Make them sum to 1 at most, or set over_assignment of the plans to TRUE.",
                      got=float(total))  # fmt: skip


def _plan_on(book: PlanBook, every: list[Stay], day: int) -> PlanTerms | None:
    stay = next((stay for stay in every if stay.first <= day <= stay.last), None)
    return book.version(stay.plan_id, day) if stay else None


def _check_events(tables: Tables, where_on: Mapping[str, list[Stay]], out: Findings) -> None:
    """An event must name a component that pays for events, on a plan that its person is on."""
    table, components = tables["events"], tables["components"]
    paying = {name for name, kind in tables.types.items() if kind.pays_on == "events"}
    rows_of = grouped(components, "component_id")
    for row, name in enumerate(table.columns["component_id"]):
        who = table.columns["employee_id"][row]
        types = {components.columns["type"][at] for at in rows_of[name]}
        plans = {components.columns["plan_id"][at] for at in rows_of[name]}
        on = {stay.plan_id for stay in where_on[who]}
        if not types & paying:
            out.error(table, row, "component_id", f"{name} is a {listed(sorted(types))}, not paid by events",
                      f"Name a component of the type {' or '.join(sorted(paying))}.")  # fmt: skip
        elif on and not on & plans:
            out.error(table, row, "component_id",
                      f"{name} belongs to plan {listed(sorted(plans))}, but {who} is on {listed(sorted(on))}",
                      "Name a component of the person's plan.")  # fmt: skip


def _check_paid(tables: Tables, out: Findings) -> None:
    table = tables["paid"]
    known = grouped(tables["components"], "plan_id", "component_id")
    for (plan, name), rows in grouped(table, "plan_id", "component_id").items():
        for row in rows if (plan, name) not in known else ():
            out.error(
                table,
                row,
                "component_id",
                f"plan {plan} has no component {name}",
                f"Name one of {listed(other for of, other in known if of == plan)}.",
                NOT_FOUND,
            )
