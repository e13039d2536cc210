"""Roles of credits that no component pays, roles that components pay and nobody is credited in, and
components whose people are credited for none of the deals that they pay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from csm_xl.errors import NOT_FOUND, listed
from csm_xl.plan.deal_kinds import OF_COMPONENT, pays_deal
from csm_xl.plan.findings import Findings
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.parts import credited_people, grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import credited_from
from csm_xl.plan.unused_results import UNUSED

UNPAID_ROLE: Final = "E006"
"""The rule of a credit in a role that is nearly one that a component pays."""
_NO_ROLE: Final = "credits are in roles that no component pays"


_MANY_DEALS: Final = 5
"""If a component would pay this many deals, its people are usually credited for at least one."""


def check_credited_people(tables: Tables, on_plan: Mapping[str, set[str]], out: Findings) -> None:
    """Collect components that pay on deals of which none is credited to anybody on their plan.

    on_plan: plan → the people who are on it at any time. Managers are paid on the deals of their reports only
    with credit_from.
    """
    table, deals = tables["components"], tables["deals"]
    credited = credited_people(tables["credits"])
    names, owners = (deals.columns[name].tolist() for name in ("deal_id", "employee_id"))

    def of_people(people: set[str]) -> Iterator[int]:
        """The deals that are credited to some people."""
        for deal, (name, owner) in enumerate(zip(names, owners, strict=True)):
            if not people.isdisjoint(credited.get(name, (owner,))):
                yield deal

    for row in range(table.rows):
        theirs = on_plan.get(table.columns["plan_id"][row], set())
        values = {name: table.value(row, name) for name in (*OF_COMPONENT, "credit_from")
                  if name in table.columns}  # fmt: skip
        on_deals = tables.types[table.columns["type"][row]].pays_on == "deals"
        if not theirs or not on_deals or credited_from(values) != ("own",):
            continue
        if any(pays_deal(values, deals.columns, deal) for deal in of_people(theirs)):
            continue
        count = sum(pays_deal(values, deals.columns, deal) for deal in range(deals.rows))
        if count >= _MANY_DEALS:
            name = f"{table.columns['component_id'][row]} of {table.columns['plan_id'][row]}"
            what = f"none of {count} deals that {name} would pay is credited to anybody on the plan"
            hint = "If managers are paid on the deals of their reports, type reports as credit_from."
            out.warning(table, row, "component_id", what, hint, severity="note", rule=UNUSED,
                        kind="components pay on deals that are credited to others")  # fmt: skip


def check_credit_roles(tables: Tables, out: Findings) -> None:
    """Collect credits in a role that no component pays, which pay nothing: a mistake where it is nearly one
    that is paid, such as a job title; and components that pay a role of no credit."""
    table, credits = tables["components"], tables["credits"]
    paid = {table.columns["credit_role"][row] for row in range(table.rows)
            if tables.types[table.columns["type"][row]].pays_on == "deals"}  # fmt: skip
    _check_credited_roles(tables, out)
    if not paid or "" in paid:
        return
    for role, rows in grouped(credits, "role").items():
        near = did_you_mean(role, paid) if role not in paid else ""
        what = f"no component pays the role {role!r}"
        hint = f"{near}Roles that are paid: {listed(sorted(paid))}."
        for row in rows if role not in paid else ():
            if near:
                goes_on = f"{hint} --accept {UNPAID_ROLE} pays such credits nothing."
                out.error(credits, row, "role", what, goes_on, NOT_FOUND, rule=UNPAID_ROLE, kind=_NO_ROLE)
            else:
                out.warning(credits, row, "role", what, hint, NOT_FOUND, kind=_NO_ROLE)


def _check_credited_roles(tables: Tables, out: Findings) -> None:
    """A component that pays a role in which nobody is credited pays nobody: where the role is nearly one of
    the credits, it is misspelled."""
    table, credits = tables["components"], tables["credits"]
    known = {role for role in credits.columns["role"].tolist() if role}
    if not known:
        return
    roles = table.columns["credit_role"].tolist()
    for row, role in enumerate(roles if known.intersection(roles) else ()):  # else the credits are reported
        if not role or role in known or tables.types[table.columns["type"][row]].pays_on != "deals":
            continue
        near = did_you_mean(role, known)
        name = f"{table.columns['component_id'][row]} of {table.columns['plan_id'][row]}"
        what = f"no credit has the role {role!r}, so {name} pays nobody"
        hint = f"{near}Roles of credits: {listed(sorted(known))}."
        out.warning(table, row, "credit_role", what, hint, severity="warning" if near else "note",
                    kind="components pay a role that no credit has")  # fmt: skip
