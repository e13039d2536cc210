"""Companies that pay in several currencies, or in one without cents: who has none of their own, deals that
two are paid on, and amounts that no payroll can pay."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.errors import listed
from csm_xl.plan.currency_codes import decimals
from csm_xl.plan.findings import Findings
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables

_ANYWHERE: Final = frozenset({"remote", "home", "virtual", "anywhere"})
"""Words of locations that are in every country."""


def check_currencies(tables: Tables, out: Findings) -> None:
    """Collect blank currencies among typed ones, deals that count the same in dollars and in euros, and cents
    of currencies that have none."""
    _check_cents(tables, out)
    _check_blank(tables, out)
    _check_places(tables, out)
    _check_deals(tables, out)
    _check_thresholds(tables, out)


def _check_cents(tables: Tables, out: Findings) -> None:
    """A plan that rounds to cents pays amounts that do not exist where the currency has whole units alone."""
    plans, roster = tables["plans"], tables["roster"]
    finer: dict[str, set[str]] = {}  # plan that rounds to a part of a unit → its currencies
    for row in range(plans.rows):
        unit, code = plans.value(row, "rounding_unit"), str(plans.value(row, "currency")).upper()
        if unit < 1:
            finer.setdefault(plans.value(row, "plan_id"), set()).add(code)
            if not decimals(code):
                what = f"the plan rounds to {unit:g}, and {code} has no such unit"
                out.warning(plans, row, "rounding_unit", what, "Type 1.")
    for row, code in enumerate(str(one).upper() for one in roster.columns["currency"].tolist()):
        plan = roster.value(row, "plan_id")
        if code and not decimals(code) and code not in finer.get(plan, {code}):
            what = f"plan {plan} rounds to fractions of a unit, but {code} has whole units only"
            hint = "Put the person on a plan whose rounding_unit is 1, or correct the currency."
            kind = "cells of currency have whole units only, but their plans round to fractions"
            out.warning(roster, row, "currency", what, hint, kind=kind)


def _check_blank(tables: Tables, out: Findings) -> None:
    """Where most people have a currency of their own, one without was probably forgotten."""
    roster = tables["roster"]
    blank = roster.columns["currency"] == ""
    if 2 * blank.sum() >= roster.rows or len(Currencies(tables).all()) < 2:
        return
    for row in np.flatnonzero(blank).tolist():
        what = "currency is blank, but most people have one: this person is paid in the plan's"
        out.warning(roster, row, "currency", what, "Enter the currency.",
                    kind="cells of currency are blank: their people are paid in the plan's")  # fmt: skip


def _check_places(tables: Tables, out: Findings) -> None:
    """Somebody who is paid in another currency than their plan, where everybody else at their location is
    paid in the plan's."""
    roster, known = tables["roster"], Currencies(tables)
    people = roster.columns["employee_id"].tolist()
    for place, rows in grouped(roster, "location").items() if len(known.all()) > 1 else ():
        theirs = [known.of(people[row]) for row in rows]
        usual = {known.of("", roster.columns["plan_id"][row]) for row in rows}
        odd = [at for at, code in enumerate(theirs) if code not in usual]
        if not place or not _ANYWHERE.isdisjoint(place.casefold().split()):
            continue
        if len(odd) == 1 < len(rows) and len(usual) == 1 and len(set(theirs)) == 2:
            row = rows[odd[0]]
            what = f"{people[row]} is paid in {theirs[odd[0]]}, and everybody else in {place}"
            out.warning(roster, row, "currency", f"{what} in {listed(usual)}", "Correct it if it is wrong.")


def _check_thresholds(tables: Tables, out: Findings) -> None:
    """A payment threshold and a draw are compared with a person's total, and money of two currencies makes
    none."""
    plans, roster, known = tables["plans"].columns, tables["roster"], Currencies(tables)
    stated = ~np.isnan(plans["payment_threshold"])
    least = set(plans["plan_id"][stated].tolist())
    given = tables["arrangements"].columns
    drawing = {who for who, kind in zip(given["employee_id"].tolist(), given["kind"].tolist(), strict=True)
               if kind == "draw"}  # fmt: skip
    paid_by: dict[str, dict[str, None]] = {}
    for columns in (tables[name].columns for name in ("roster", "changes")) if least or drawing else ():
        for who, plan in zip(columns["employee_id"].tolist(), columns["plan_id"].tolist(), strict=True):
            paid_by.setdefault(who, {}).update({plan: None} if plan else {})
    for row, who in enumerate(roster.columns["employee_id"].tolist() if paid_by else ()):
        mine = paid_by[who]
        asks = "a draw" if who in drawing else "a payment threshold" if not least.isdisjoint(mine) else ""
        if asks and (codes := known.several(who, mine)):
            what = f"{who}'s plans pay in {listed(codes)}, and {asks} needs one total"
            out.error(roster, row, "currency", what, f"Give the person a currency, or remove {asks}.")


def _check_deals(tables: Tables, out: Findings) -> None:
    """A deal without a currency: whoever is credited with it is paid as if its amount were in theirs."""
    deals, credits, known = tables["deals"], tables["credits"], Currencies(tables)
    if len(known.all()) < 2:
        return
    row_of = {name: row for row, name in enumerate(deals.columns["deal_id"].tolist())}
    for deal, rows in grouped(credits, "deal_id").items():
        of = {who: known.of(who) for who in (credits.columns["employee_id"][row] for row in rows)}
        found = sorted(set(of.values()) - {""})
        if len(found) > 1 and deal in row_of and not deals.columns["currency"][row_of[deal]]:
            each = listed(f"{who} in {code}" for who, code in of.items() if code)
            what = f"deal {deal} is credited to people who are paid in {listed(found)} ({each})"
            out.warning(deals, row_of[deal], "amount", f"{what}, and its amount counts as entered for each",
                        "Type the currency of the deal, and its exchange rates in rates.",
                        kind="deals are credited to people who are paid in different currencies")  # fmt: skip
