"""NPS and CSAT of answers: random surveys, counted again in exact fractions, answer by answer."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import oracle
from hypothesis import event, given
from hypothesis import strategies as st
from typed import typed

from csm_xl.engine.run import run
from csm_xl.plan.tables import RawTable

Rows = list[dict[str, Any]]
CYCLES = {"month": [(m, m) for m in range(1, 13)], "quarter": [(m, m + 2) for m in (1, 4, 7, 10)],
          "half": [(1, 6), (7, 12)]}  # fmt: skip
PEOPLE = ("A", "B", "C")
MOVE = date(2026, 5, 17)


@st.composite
def surveys(draw: st.DrawFn) -> dict[str, Any]:
    """A plan on one of the two measures, three people of whom C may move to B's team, and their answers."""
    kind = draw(st.sampled_from(sorted(CYCLES)))
    first, last = draw(st.sampled_from(CYCLES[kind]))
    measure = draw(st.sampled_from(("NPS", "CSAT")))
    start = date(2026, first, 1)
    after = date(2026 + last // 12, last % 12 + 1, 1)
    scale = draw(st.sampled_from((None, 3, 6.5))) if measure == "CSAT" else None
    scores = {"NPS": st.integers(0, 10), "CSAT": st.integers(1, 5)}[measure]
    if scale is not None:
        scores = st.integers(0, 20).map(lambda n: n / 2)
    answer = st.fixed_dictionaries({
        "date": st.integers(-20, (after - start).days + 20).map(lambda n: start + timedelta(n)),
        "score": scores, "employee_id": st.sampled_from((*PEOPLE, *PEOPLE, None)),
        "team": st.sampled_from((None, None, None, "T1", "T2")),
    })  # fmt: skip
    rows = draw(st.lists(answer, min_size=1, max_size=25))
    for who in PEOPLE:  # everybody, and each team, has at least one
        rows.append({"date": start, "score": draw(scores), "employee_id": who, "team": None})
    for row in rows:
        row |= {"measure": measure, "satisfied_from": scale}
    scope = draw(st.sampled_from(("individual", "team", "company")))
    whole = (
        draw(st.sampled_from((1, 4, 7.5, 40))) if measure == "NPS" else draw(st.sampled_from((0.35, 0.9, 1)))
    )
    goal = whole + 1 if measure == "NPS" else whole
    return {"kind": kind, "start": start, "after": after, "measure": measure, "answers": rows, "scope": scope,
            "goal": goal, "bare": measure == "CSAT" and draw(st.booleans()),
            "moves": draw(st.booleans()), "target": draw(st.sampled_from((12_000, 9_999.99)))}  # fmt: skip


def team_of(made: dict[str, Any], who: str, day: date) -> str:
    return "T1" if who == "A" or (who == "C" and not (made["moves"] and day >= MOVE)) else "T2"


def expected(made: dict[str, Any], who: str) -> Fraction:
    """The measure of a person's scope in the period."""
    last = made["after"] - timedelta(1)
    scores = []
    for row in made["answers"]:
        if not made["start"] <= row["date"] <= last:
            continue
        about = row["employee_id"]
        if made["scope"] == "individual" and about != who:
            continue
        if made["scope"] == "team":
            team = row["team"] or (about and team_of(made, about, row["date"]))
            if team != team_of(made, who, last):
                continue
        scores.append(Fraction(str(row["score"])))
    if made["measure"] == "NPS":
        return Fraction(100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)), len(scores))
    least = Fraction(str(made["answers"][0]["satisfied_from"] or 4))
    return Fraction(sum(s >= least for s in scores), len(scores))


def raws(made: dict[str, Any], period: str) -> list[RawTable]:
    measure = made["measure"]
    whose = {"individual": PEOPLE, "team": ("T1", "T2"), "company": ("company",)}[made["scope"]]
    tables: dict[str, Rows] = {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": made["kind"],
                   "target_value": made["target"], "target_basis": "amount"}],
        "components": [{"plan_id": "P", "component_id": "survey", "type": "metric", "weight": 1,
                        "measure": measure, "scope": made["scope"], "floor": 0}],
        "roster": [{"employee_id": who, "plan_id": "P", "base_salary": 90_000, "hire_date": date(2025, 1, 6),
                    "team": team_of(made, who, date(2026, 1, 1))} for who in PEOPLE],
        "answers": made["answers"],
    }  # fmt: skip
    if not made["bare"]:
        tables["results"] = [{"period": period, "scope": made["scope"], "id": name, "measure": measure,
                              "actual": None, "goal": made["goal"]} for name in whose]  # fmt: skip
    if made["moves"]:
        tables["changes"] = [{"employee_id": "C", "from": MOVE, "team": "T2"}]
    return typed(tables)


@given(surveys())
def test_answers_pay_what_they_amount_to(made: dict[str, Any]) -> None:
    first, count = made["start"].month, {"month": 12, "quarter": 4, "half": 2}[made["kind"]]
    number = (first - 1) * count // 12 + 1
    period = {"month": f"2026-{first:02}", "quarter": f"2026-Q{number}", "half": f"2026-H{number}"}[
        made["kind"]
    ]
    lines = {line["employee_id"]: line for line in run(raws(made, period), period).dicts()}
    target = Fraction(str(made["target"])) / count
    goal = Fraction(1) if made["bare"] else Fraction(str(made["goal"]))
    for who in PEOPLE:
        event(f"{made['measure']} of {made['scope']}")
        ratio = expected(made, who) / goal
        line = lines[who]
        assert abs(Fraction(repr(line["attainment"])) - ratio) < Fraction(1, 10**9)
        assert Fraction(repr(line["amount"])) == oracle.money(target * max(ratio, Fraction(0))), (who, line)
