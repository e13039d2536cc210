"""Answers to surveys: which measure they give, of which periods, and what cannot be an answer."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final, Literal

import numpy as np

from csm_xl.errors import NOT_FOUND
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.measures import is_points, is_satisfaction
from csm_xl.plan.names import did_you_mean, plain_ids, same_id
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED
from csm_xl.plan.validate_names import otherwise

Counting = Literal["NPS", "CSAT", ""]

SATISFIED_FROM: Final = 4.0
"""The least score that counts as satisfied where none is typed, of scores from 1 to 5."""
_USUAL: Final = (1.0, 2.0, 3.0, 4.0, 5.0)
_MOST_NPS: Final = 10
_MOST_CSAT: Final = 5
_SEVERAL: Final = 3
"""So many answers show on which scale they are."""
_OTHER_SCALE: Final = (
    "Type satisfied_from of the scale that is used beside every answer, if it is another one."
)
_ASKED: Final = ("measure", "gate_measure", "column_measure")


def counted_as(measure: str) -> Counting:
    """How answers give a measure, by its name; blank where they cannot.

    >>> counted_as("NPS"), counted_as("Onboarding CSAT"), counted_as("Health")
    ('NPS', 'CSAT', '')
    """
    return "NPS" if is_points(measure) else "CSAT" if is_satisfaction(measure) else ""


def answered_periods(tables: Tables) -> frozenset[str]:
    """The names of the pay periods of which answers give a measure that a component looks at."""
    answers = tables["answers"].columns
    found: set[str] = set()
    if not tables["answers"].rows:
        return frozenset()
    calendar, cycles = Calendar(tables["periods"]), dict(_cycles(tables))
    for measure, kinds in cycles.items():
        days = np.unique(answers["date"][answers["measure"] == measure]).tolist()
        if days:
            for kind in kinds:
                every = calendar.holding(kind, int(days[0]), int(days[-1]))
                found |= {one.name for one in every if any(one.start <= day <= one.end for day in days)}
    return frozenset(found)


def _looks(tables: Tables) -> Iterator[tuple[str, set[str]]]:
    """Measure → the scopes in which components and gates look at it."""
    components, gates, found = tables["components"], tables["gates"].columns, dict[str, set[str]]()
    scopes: dict[tuple[str, str], str] = {}
    for row in range(components.rows):
        value = {name: components.columns[name][row] for name in (*_ASKED, "scope", "gate_scope")
                 if name in components.columns}  # fmt: skip
        own = str(value.get("scope") or "individual")
        scopes[components.columns["plan_id"][row], components.columns["component_id"][row]] = own
        for name in _ASKED:
            if value.get(name):
                scope = str(value.get("gate_scope") or own) if name == "gate_measure" else own
                found.setdefault(str(value[name]), set()).add(scope)
    names = ("plan_id", "component_id", "measure", "scope")
    for plan, component, measure, scope in zip(*(gates[name].tolist() for name in names), strict=True):
        of = {scope} if scope else {own for (where, what), own in scopes.items()
                                    if where == plan and component in ("", what)}  # fmt: skip
        found.setdefault(measure, set()).update(of)
    yield from found.items()


def _cycles(tables: Tables) -> Iterator[tuple[str, set[str]]]:
    """Measure of answers → the kinds of pay periods of the components that look at it."""
    plans, components, gates = tables["plans"].columns, tables["components"].columns, tables["gates"].columns
    paid_by: dict[str, set[str]] = {}
    for plan, kind in zip(plans["plan_id"].tolist(), plans["pay_period"].tolist(), strict=True):
        paid_by.setdefault(plan, set()).add(kind)
    gated: dict[tuple[str, str], set[str]] = {}
    for key in zip(*(gates[name].tolist() for name in ("plan_id", "component_id", "measure")), strict=True):
        gated.setdefault(key[:2], set()).add(key[2])
    asked: dict[str, set[str]] = {}
    for row, plan in enumerate(components["plan_id"].tolist()):
        looks = {components[name][row] for name in _ASKED if name in components}
        looks |= gated.get((plan, components["component_id"][row]), set()) | gated.get((plan, ""), set())
        cycle = components["pay_cycle"][row]
        for measure in looks - {"", None}:
            asked.setdefault(str(measure), set()).update({cycle} if cycle else paid_by.get(plan, set()))
    given = set(tables["answers"].columns["measure"].tolist())
    yield from ((measure, kinds) for measure, kinds in asked.items() if measure in given)


def check_answers(tables: Tables, periods_stand: bool, out: Findings) -> None:
    """Collect answers that are none on their scale, count for nobody, or are there twice.

    periods_stand: whether the periods table has no error.
    """
    table = tables["answers"]
    if not table.rows:
        return
    for measure, rows in grouped(table, "measure").items():
        how = counted_as(measure)
        if not how:
            what = f"answers give NPS or CSAT, and {measure!r} is neither by its name"
            out.error(table, rows[0], "measure", what, "Type its actuals on results.", NOT_FOUND)
        elif how == "NPS":
            _check_points(table, rows, out)
            _check_scale(table, measure, rows, out)
        else:
            _check_satisfied(table, measure, rows, out)
    if periods_stand:
        _check_used(tables, out)
    _check_teams(tables, out)
    _check_repeated(table, out)


def _check_points(table: Table, rows: list[int], out: Findings) -> None:
    for row in rows:
        score = float(table.columns["score"][row])
        if score > _MOST_NPS or score != int(score):
            out.error(table, row, "score", f"{score:,.10g} is no answer of NPS",
                      f"Type a whole number from 0 to {_MOST_NPS}.")  # fmt: skip
        if table.value(row, "satisfied_from") is not None:
            out.error(table, row, "satisfied_from", "NPS counts 9 and 10 as promoters, and 0 to 6 as"
                      " detractors: satisfied_from is not used", "Clear it.")  # fmt: skip


def _check_scale(table: Table, measure: str, rows: list[int], out: Findings) -> None:
    """Answers of 1 to 5, of which everyone is a detractor."""
    scores = table.columns["score"][rows]
    if len(rows) >= _SEVERAL and scores.min() >= 1 and scores.max() <= _MOST_CSAT:
        what = f"none of the {len(rows):,} answers of {measure} is above {_MOST_CSAT}: all are detractors"
        out.warning(table, rows[0], "score", what, "Type answers from 0 to 10, if these are from 1 to 5.")


def _check_satisfied(table: Table, measure: str, rows: list[int], out: Findings) -> None:
    least = table.columns["satisfied_from"]
    bare = [row for row in rows if isnan(least[row])]
    odd = [row for row in bare if float(table.columns["score"][row]) not in _USUAL]
    if odd:
        score = float(table.columns["score"][odd[0]])
        what = f"the score {score:,.10g} is not on the scale from 1 to 5, on which {SATISFIED_FROM:g} is"
        out.error(table, odd[0], "score", f"{what} satisfied ({len(odd):,} such answers of {measure})",
                  "Type satisfied_from of the scale that is used beside every answer.")  # fmt: skip
    limits = np.where(np.isnan(least[rows]), SATISFIED_FROM, least[rows])
    scores = table.columns["score"][rows]
    for limit in np.unique(limits).tolist():
        those, first = scores[limits == limit], rows[int(np.flatnonzero(limits == limit)[0])]
        what = f"of the {len(those):,} answers of {measure}"
        column = "score" if isnan(least[first]) else "satisfied_from"
        if len(those) >= _SEVERAL and those.max() < limit:
            out.warning(table, first, column, f"none {what} reaches {limit:,.10g}: the highest is"
                        f" {those.max():,.10g}", _OTHER_SCALE)  # fmt: skip
        elif limit <= 1 < those.max():
            out.warning(table, first, column, f"satisfied_from is {limit:,.10g}, which every answer reaches:"
                        f" {what} the lowest is {those.min():,.10g}", _OTHER_SCALE)  # fmt: skip
    if len(np.unique(limits)) > 1 and not odd:
        several = " and from ".join(f"{limit:g}" for limit in np.unique(limits).tolist())
        what = f"answers of {measure} are satisfied from {several}"
        out.warning(table, rows[0], "satisfied_from", what, "None needed if they are on several scales.",
                    severity="note")  # fmt: skip


def _check_used(tables: Tables, out: Findings) -> None:
    """Answers of a measure that nobody is paid on; and actuals on results, which count in place of them."""
    table, results = tables["answers"], tables["results"]
    asked, looks = dict(_cycles(tables)), dict(_looks(tables))
    alike = plain_ids(looks)
    for measure, rows in grouped(table, "measure").items():
        if not counted_as(measure) or not looks:
            continue
        if measure not in looks:
            if same := same_id(measure, alike):
                for row in rows:
                    otherwise(table, row, "measure", "the components spell the measure", same, out)
                continue
            what = f"no component uses {measure}, so its answers ({len(rows):,}) pay nobody"
            out.warning(table, rows[0], "measure", what, did_you_mean(measure, looks)
                        + "None needed if this is intended.", severity="note", rule=UNUSED)  # fmt: skip
            continue
        nobody = [
            row for row in rows if not (table.columns["employee_id"][row] or table.columns["team"][row])
        ]
        if nobody and "company" not in looks[measure]:
            what = f"{len(nobody):,} answers of {measure} are about nobody: they count for the company alone,"
            out.warning(table, nobody[0], "employee_id", f"{what} and no component pays on that",
                        "Type whom they are about, if somebody.", rule=UNUSED)  # fmt: skip
    beside = [row for row, measure in enumerate(results.columns["measure"].tolist())
              if measure in asked and not isnan(results.columns["actual"][row])]  # fmt: skip
    if not beside:
        return
    told = subjects_of_answers(tables)
    for row in beside:
        period, scope, name, measure, actual = (
            results.columns[one][row] for one in ("period", "scope", "id", "measure", "actual")
        )
        if (period, scope, "" if scope == "company" else name) in told[measure]:
            what = f"{measure} of {name} in {period} is {actual:,.10g} here, and its answers are not used"
            out.warning(results, row, "actual", what, "Clear the actual, if the answers should give it.",
                        severity="note", rule=UNUSED,
                        kind="actuals are on results, so the answers are not used for them")  # fmt: skip


def subjects_of_answers(tables: Tables) -> dict[str, set[tuple[str, str, str]]]:
    """Measure → period, scope and name (blank: the company) of those whom its answers are about."""
    return {measure: set(_subjects(tables, measure, kinds)) for measure, kinds in _cycles(tables)}


def _subjects(tables: Tables, measure: str, kinds: set[str]) -> Iterator[tuple[str, str, str]]:
    """Period, scope and name of those whom answers of a measure are about."""
    answers, roster = tables["answers"].columns, tables["roster"].columns
    team_of = dict(zip(roster["employee_id"].tolist(), roster["team"].tolist(), strict=True))
    rows = np.flatnonzero(answers["measure"] == measure).tolist()
    days = [int(answers["date"][row]) for row in rows]
    calendar = Calendar(tables["periods"])
    every = [one for kind in sorted(kinds) for one in calendar.holding(kind, min(days), max(days))]
    for row, day in zip(rows, days, strict=True):
        who, team = answers["employee_id"][row], answers["team"][row]
        for period in (one for one in every if one.start <= day <= one.end):
            yield period.name, "company", ""
            if who:
                yield period.name, "individual", who
            yield period.name, "team", team or team_of.get(who, "")


def _check_teams(tables: Tables, out: Findings) -> None:
    table = tables["answers"]
    teams = {*tables["roster"].columns["team"].tolist(), *tables["changes"].columns["team"].tolist()} - {""}
    plain = plain_ids(teams)
    for team, rows in grouped(table, "team").items():
        if team and (same := same_id(team, plain)):
            for row in rows:
                otherwise(table, row, "team", "the roster spells the team", same, out)
        elif team and team not in teams:
            out.warning(table, rows[0], "team", f"nobody is in the team {team!r}, so its {len(rows):,}"
                        " answers count for none", f"{did_you_mean(team, teams)}Correct the team.",
                        NOT_FOUND)  # fmt: skip


def _check_repeated(table: Table, out: Findings) -> None:
    """The same answer twice: by its ID, or of one customer on one day."""
    for name, rows in grouped(table, "answer_id").items():
        for row in rows[1:] if name else ():
            out.error(table, row, "answer_id", f"answer {name} is here twice ({table.where(rows[0])})",
                      "Remove one of the two.")  # fmt: skip
    same = grouped(table, "account_id", "measure", "date", "employee_id", "score", "answer_id")
    for (account, measure, day, *_, name), rows in same.items():
        if account and not name and len(rows) > 1:
            what = f"{account} answers {measure} {len(rows)} times on {shown_day(int(day))} with one score"
            out.warning(table, rows[1], "account_id", what, "Remove the others, if they are one answer; or"
                        " give each its answer_id.", kind="answers are perhaps there twice")  # fmt: skip
