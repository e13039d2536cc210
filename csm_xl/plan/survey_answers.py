"""Answers to surveys: which measure they give, of which periods, and what cannot be an answer."""

from __future__ import annotations

from math import isnan
from typing import Final, Literal

import numpy as np

from csm_xl.errors import NOT_FOUND
from csm_xl.pay.rounding import Array
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.idle_rows import Subject, told_of
from csm_xl.plan.measures import is_points, is_satisfaction
from csm_xl.plan.model import PlanBook
from csm_xl.plan.names import did_you_mean, plain_ids, same_id
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED, looked_at
from csm_xl.plan.validate_names import otherwise, team_names

Counting = Literal["NPS", "CSAT", ""]

SATISFIED_FROM: Final = 4.0
"""The least score that counts as satisfied where none is typed, of scores from 1 to 5."""
_USUAL: Final = (1.0, 2.0, 3.0, 4.0, 5.0)
_MOST_NPS: Final = 10
_MOST_CSAT: Final = 5
_SEVERAL: Final = 3
"""From this many answers on, their highest shows the scale."""
_ENOUGH: Final = 30
"""Among this many answers, some have the best score, and more than a fifth are satisfied."""
_FEW_SATISFIED: Final = 0.2
_MANY: Final = 6
"""This many answers of one month are not all from detractors if those of other months are not."""
_OF_ONE: Final = 10
"""And this many of one team or employee are not, if those of others are not."""
_TWICE: Final = 5
"""So many customers answer twice on a day with the same score, if their answers are listed twice."""
_OTHER_SCALE: Final = "If another scale is used, enter its satisfied_from next to each answer."


def counted_as(measure: str) -> Counting:
    """How answers give a measure, by its name; blank where they cannot.

    >>> counted_as("NPS"), counted_as("Onboarding CSAT"), counted_as("Health")
    ('NPS', 'CSAT', '')
    """
    return "NPS" if is_points(measure) else "CSAT" if is_satisfaction(measure) else ""


def answered_periods(tables: Tables, book: PlanBook) -> frozenset[str]:
    """The names of the pay periods of which answers give a measure that a component looks at."""
    answers, found = tables["answers"].columns, set[str]()
    if not tables["answers"].rows:
        return frozenset()
    calendar = Calendar(tables["periods"])
    for measure, uses in _uses(book).items():
        days = np.unique(answers["date"][answers["measure"] == measure]).tolist()
        for kind in {kind for _, kind in uses} if days else ():
            every = calendar.holding(kind, int(days[0]), int(days[-1]))
            found |= {one.name for one in every if any(one.start <= day <= one.end for day in days)}
    return frozenset(found)


def _uses(book: PlanBook) -> dict[str, set[tuple[str, str]]]:
    """Measure → the scope, and the kind of pay period, of each component that looks at it."""
    found: dict[str, set[tuple[str, str]]] = {}
    for one in book.every_component():
        for measure, scope in looked_at(one):
            found.setdefault(measure, set()).add((scope, one.pay_cycle))
    return found


def check_answers(tables: Tables, book: PlanBook, periods_stand: bool, out: Findings) -> None:
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
            _check_scale(tables, measure, rows, out)
        else:
            _check_satisfied(table, measure, rows, out)
    if periods_stand:
        _check_used(tables, book, out)
    _check_teams(tables, out)
    _check_repeated(table, out)


def _check_points(table: Table, rows: list[int], out: Findings) -> None:
    for row in rows:
        score = float(table.columns["score"][row])
        if score > _MOST_NPS or score != int(score):
            out.error(table, row, "score", f"{score:,.10g} is not an NPS answer",
                      f"Type a whole number from 0 to {_MOST_NPS}.")  # fmt: skip
        if table.value(row, "satisfied_from") is not None:
            out.error(table, row, "satisfied_from", "NPS counts 9 and 10 as promoters, and 0 to 6 as"
                      " detractors: satisfied_from is not used", "Clear it.")  # fmt: skip


def _check_scale(tables: Tables, measure: str, rows: list[int], out: Findings) -> None:
    """Answers of 1 to 5, of which everyone is a detractor: all that there are, or those of a month, a team or
    an employee."""
    table = tables["answers"]
    if len(rows) >= _SEVERAL and not table.columns["score"][rows].any():
        what = f"all {len(rows):,} answers of {measure} are 0, which a look-up gives for a blank"
        out.warning(table, rows[0], "score", what, "Remove answers without a score.")
    if len(rows) >= _SEVERAL and _from_1_to_5(table, rows):
        found = {"": rows}
    else:
        months: dict[str, list[int]] = {}
        for row in rows:
            months.setdefault(shown_day(int(table.columns["date"][row]))[:7], []).append(row)
        found = {f" in {month}": those for month, those in months.items()
                 if len(those) >= _MANY and _from_1_to_5(table, those)}  # fmt: skip
        found |= _of_other_scale(tables, rows, {row for those in found.values() for row in those})
    for when, those in found.items():
        what = f"none of the {len(those):,} answers of {measure}{when} is above {_MOST_CSAT}: all are"
        out.warning(table, those[0], "score", f"{what} detractors",
                    "Type answers from 0 to 10, if these are from 1 to 5.")  # fmt: skip


def _of_other_scale(tables: Tables, rows: list[int], known: set[int]) -> dict[str, list[int]]:
    """Whose answers are all from 1 to 5 among those that are not, in words → the answers. known: the rows
    that are reported already."""
    answers, roster = tables["answers"], tables["roster"].columns
    team_of = dict(zip(roster["employee_id"].tolist(), roster["team"].tolist(), strict=True))
    teams, people = dict[str, list[int]](), dict[str, list[int]]()
    whose = zip(answers.columns["employee_id"][rows], answers.columns["team"][rows], strict=True)
    for row, (who, team) in zip(rows, whose, strict=True):
        if name := team or team_of.get(who, ""):
            teams.setdefault(f" of the team {name}", []).append(row)
        if who:
            people.setdefault(f" about {who}", []).append(row)
    found: dict[str, list[int]] = {}
    for name, those in (*teams.items(), *people.items()):
        if len(those) >= _OF_ONE and not known.issuperset(those) and _from_1_to_5(answers, those):
            found[name] = those
            known = known | set(those)
    return found


def _from_1_to_5(table: Table, rows: list[int]) -> bool:
    scores = table.columns["score"][rows]
    return bool(scores.min() >= 1 and scores.max() <= _MOST_CSAT)


def _check_satisfied(table: Table, measure: str, rows: list[int], out: Findings) -> None:
    least = table.columns["satisfied_from"]
    bare = [row for row in rows if isnan(least[row])]
    odd = [row for row in bare if float(table.columns["score"][row]) not in _USUAL]
    if odd:
        score = float(table.columns["score"][odd[0]])
        what = f"the score {score:,.10g} is not on the scale from 1 to 5, on which {SATISFIED_FROM:g} is"
        out.error(table, odd[0], "score", f"{what} satisfied ({len(odd):,} such answers of {measure})",
                  "Enter the satisfied_from of the scale next to each answer.")  # fmt: skip
    limits = np.where(np.isnan(least[rows]), SATISFIED_FROM, least[rows])
    scores = table.columns["score"][rows]
    for limit in np.unique(limits).tolist():
        those, first = scores[limits == limit], rows[int(np.flatnonzero(limits == limit)[0])]
        what = f"of the {len(those):,} answers of {measure}"
        column = "score" if isnan(least[first]) else "satisfied_from"
        if len(those) >= _SEVERAL and those.max() < limit:
            out.warning(table, first, column, f"none {what} reaches {limit:,.10g}: the highest is"
                        f" {those.max():,.10g}", _OTHER_SCALE)  # fmt: skip
        elif isnan(least[first]) and len(those) >= _ENOUGH and np.mean(those >= limit) < _FEW_SATISFIED:
            out.warning(table, first, column, f"{np.mean(those >= limit):.0%} {what} are {limit:g} or more,"
                        " and so satisfied: is 1 the best score?", "If 1 is best, reverse the scores so"
                        " that 5 is.")  # fmt: skip
        elif isnan(least[first]) and len(those) >= _ENOUGH and those.max() < _MOST_CSAT:
            out.warning(table, first, column, f"none {what} is {_MOST_CSAT}: the highest is"
                        f" {those.max():,.10g}, so the scale may end there", _OTHER_SCALE)  # fmt: skip
        elif limit <= 1 < those.max():
            out.warning(table, first, column, f"satisfied_from is {limit:,.10g}, which every answer reaches:"
                        f" {what} the lowest is {those.min():,.10g}", _OTHER_SCALE)  # fmt: skip
    if len(np.unique(limits)) > 1 and not odd:
        several = " and from ".join(f"{limit:g}" for limit in np.unique(limits).tolist())
        what = f"answers of {measure} are satisfied from {several}"
        out.warning(table, rows[0], "satisfied_from", what, "None needed if they are on several scales.",
                    severity="note")  # fmt: skip


def _check_used(tables: Tables, book: PlanBook, out: Findings) -> None:
    """Answers of a measure that nobody is paid on; and actuals on results, which count in place of them."""
    table, results = tables["answers"], tables["results"]
    uses = _uses(book)
    alike = plain_ids(uses)
    for measure, rows in grouped(table, "measure").items():
        if not counted_as(measure) or not uses:
            continue
        if measure not in uses:
            if same := same_id(measure, alike):
                for row in rows:
                    otherwise(table, row, "measure", "the components spell the measure", same, out)
                continue
            what = f"no component uses {measure}, so its answers ({len(rows):,}) pay nobody"
            out.warning(table, rows[0], "measure", what, did_you_mean(measure, uses)
                        + "None needed if this is intended.", severity="note", rule=UNUSED)  # fmt: skip
            continue
        nobody = [
            row for row in rows if not (table.columns["employee_id"][row] or table.columns["team"][row])
        ]
        if nobody and "company" not in {scope for scope, _ in uses[measure]}:
            what = (
                f"{len(nobody):,} answers of {measure} name no employee or team: they count for the company"
            )
            out.warning(table, nobody[0], "employee_id", f"{what} only, and no component pays on that",
                        "Enter the employee they are about, if there is one.", rule=UNUSED)  # fmt: skip
    told = subjects_of_answers(tables, book)
    beside = [row for row, measure in enumerate(results.columns["measure"].tolist())
              if measure in told and not isnan(results.columns["actual"][row])]  # fmt: skip
    for row in beside:
        period, scope, name, measure, actual = (
            results.columns[one][row] for one in ("period", "scope", "id", "measure", "actual")
        )
        if (period, scope, "" if scope == "company" else name) in told[measure]:
            what = f"{measure} of {name} in {period} is {actual:,.10g} here, so its answers are not used"
            out.warning(results, row, "actual", what, "Clear the actual, if the answers should give it.",
                        severity="note", rule=UNUSED,
                        kind="actuals are on results, so the answers are not used for them")  # fmt: skip


def subjects_of_answers(tables: Tables, book: PlanBook) -> dict[str, set[Subject]]:
    """Measure that a component looks at → those its answers are about."""
    answers, calendar, uses = tables["answers"].columns, Calendar(tables["periods"]), _uses(book)
    found = {}
    for measure, rows in grouped(tables["answers"], "measure").items():
        days, kinds = answers["date"][rows], sorted({kind for _, kind in uses.get(measure, ())})
        every = [one for kind in kinds for one in calendar.holding(kind, int(days.min()), int(days.max()))]
        if kinds:
            found[measure] = told_of(tables, (
                (one.name, answers["employee_id"][row], answers["team"][row])
                for row, day in zip(rows, days.tolist(), strict=True)
                for one in every if one.start <= day <= one.end
            ))  # fmt: skip
    return found


def _check_teams(tables: Tables, out: Findings) -> None:
    table = tables["answers"]
    teams = team_names(tables)
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
            out.error(table, row, "answer_id", f"answer {name} is listed twice ({table.where(rows[0])})",
                      "Remove one of the two.")  # fmt: skip
    _check_other_ids(table, out)
    same = grouped(table, "account_id", "measure", "date", "employee_id", "score", "answer_id")
    for (account, measure, day, *_, name), rows in same.items():
        if account and not name and len(rows) > 1:
            what = (
                f"{account} answers {measure} {len(rows)} times on {shown_day(int(day))} with the same score"
            )
            out.warning(table, rows[1], "account_id", what, "Remove the others, if they are one answer; or"
                        " give each its answer_id.", kind="answers may be listed twice")  # fmt: skip


def _check_other_ids(table: Table, out: Findings) -> None:
    """Answers that are listed again under other IDs: too many for several people of one customer."""
    same = table.groups("account_id", "measure", "date", "employee_id", "score")
    columns = table.columns
    several = map(same.rows, np.flatnonzero(same.sizes > 1).tolist())
    twice = [rows for rows in several if columns["account_id"][rows[0]] and columns["answer_id"][rows].all()]
    if not twice:
        return
    of_day = table.groups("account_id", "measure", "date", "employee_id")
    scores = np.bincount(of_day.of_row[same.first], minlength=len(of_day))
    other_scores = np.count_nonzero((scores > 1) & (columns["account_id"][of_day.first] != ""))
    pairs = sum(len(rows) - 1 for rows in twice)
    if pairs >= _TWICE and pairs > other_scores:
        what = f"{pairs:,} answers are"
    elif day := _day_of_all(columns["date"], twice):
        what = f"all answers of {shown_day(day)} are"
    else:
        return
    one, other = (columns["answer_id"][row] for row in twice[0][:2])
    what += f" listed again under other IDs, such as {one} and {other}: the customer, measure, day, employee"
    hint = "Remove the others, if they are one answer each."
    out.warning(table, twice[0][1], "answer_id", f"{what} and score are the same", hint, severity="note")


def _day_of_all(dates: Array, twice: list[list[int]]) -> int:
    """The first day whose every answer, of two customers or more, is listed again; 0 if there is none."""
    of_day: dict[int, list[list[int]]] = {}
    for rows in twice:
        of_day.setdefault(int(dates[rows[0]]), []).append(rows)
    return next((day for day, those in sorted(of_day.items()) if len(those) > 1
                 and np.count_nonzero(dates == day) == sum(map(len, those))), 0)  # fmt: skip
