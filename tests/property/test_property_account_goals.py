"""Goals of accounts: random books of people in teams, paid again in exact fractions account by account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from examples import examples
from hypothesis import event, given
from hypothesis import strategies as st
from typed import typed

from csm_xl.engine.explain import explain
from csm_xl.engine.run import run
from csm_xl.plan.tables import RawTable

PEOPLE = ("A", "B", "C")
ENDS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30))
TARGETS = {"A": 10_000, "B": 7_777, "C": 3_333}


def exact(x: Any) -> Fraction:
    return Fraction(str(x))


def cents(x: Fraction) -> Fraction:
    nano = Fraction(floor(abs(x) * 10**9 + Fraction(1, 2)), 10**9)
    return Fraction(floor(nano * 100 + Fraction(1, 2)), 100) * (1 if x >= 0 else -1)


def team_of(made: dict[str, Any], who: str, quarter: int) -> str:
    moved = made["moves"].get(who)
    return "S" if moved is not None and moved <= ENDS[quarter] else "N"


def book(made: dict[str, Any], who: str, quarter: int) -> list[dict[str, Any]]:
    """The opening accounts that count for somebody: their own, those of their team, or everybody's."""
    rows = [row for row in made["accounts"] if row["quarter"] == quarter and row["start"] and not row["new"]]
    if made["scope"] == "individual":
        return [row for row in rows if row["owner"] == who]
    if made["scope"] == "company":
        return rows
    team = team_of(made, who, quarter)
    return [row for row in rows if (row["team"] or team_of(made, row["owner"], quarter)) == team]


def measured(made: dict[str, Any], who: str, quarter: int) -> tuple[Fraction, Fraction] | None:
    """Actual and goal, each from its definition; None where nothing is there to retain."""
    rows = book(made, who, quarter)
    if not rows:
        return None
    logo = made["measure"] == "LOGO"
    weight = [Fraction(1) if logo else exact(row["start"]) for row in rows]
    kept = {"GRR": lambda row: min(exact(row["start"]), exact(row["end"])),
            "NRR": lambda row: exact(row["end"]),
            "LOGO": lambda row: Fraction(row["end"] > 0)}[made["measure"]]  # fmt: skip
    goal = sum(w * exact(row["goal"]) for w, row in zip(weight, rows, strict=True)) / sum(weight)
    return sum(map(kept, rows), Fraction(0)) / sum(weight), goal


def ratio(made: dict[str, Any], at: Fraction) -> Fraction:
    """What is attained is paid; on a step curve nothing below the goal, and all from it on."""
    at = Fraction(floor(at * 10**9 + Fraction(1, 2)), 10**9) if made["step"] else at
    return Fraction(at >= 1) if made["step"] else at


def oracle(made: dict[str, Any], who: str) -> list[Fraction]:
    """What is paid, by quarter."""
    found: list[Fraction] = []
    actuals = goals = paid = Fraction(0)
    for quarter in range(len(ENDS)):
        actual, goal = measured(made, who, quarter) or (Fraction(1), Fraction(1))
        actuals, goals = actuals + actual, goals + goal
        target = Fraction(TARGETS[who], 4)
        if made["ytd"]:
            value = target * (quarter + 1) * ratio(made, actuals / goals) - paid
        else:
            value = target * ratio(made, actual / goal)
        found.append(cents(value))
        paid += found[-1]
    return found


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    measure = draw(st.sampled_from(["GRR", "NRR", "LOGO"]))
    goals = st.one_of(
        st.integers(30, 100).map(lambda n: Decimal(n) / 100),
        st.integers(3 * 10**11, 10**12).map(lambda n: Decimal(n) / 10**12),
        *([st.integers(100, 290).map(lambda n: Decimal(n) / 100)] if measure == "NRR" else []),
    )
    accounts = []
    for quarter in range(len(ENDS)):
        for who in PEOPLE:
            for n in range(draw(st.integers(1, 3))):
                start = Decimal(draw(st.integers(1, 10**7))) / draw(st.sampled_from([1, 100, 10_000]))
                goal = draw(goals)
                met = (start * goal).quantize(Decimal("0.0001"))
                end = draw(st.one_of(st.just(met), st.just(start), st.just(Decimal(0)),
                                     st.integers(0, 10**7).map(Decimal)))  # fmt: skip
                new = n > 0 and draw(st.integers(0, 5)) == 0
                accounts.append({"quarter": quarter, "owner": who, "start": Decimal(0) if new else start,
                                 "end": end, "goal": draw(st.none() | goals) if new else goal, "new": new,
                                 "team": draw(st.sampled_from([None, None, "N"]))})  # fmt: skip
    moved = draw(st.dates(date(2026, 2, 1), date(2026, 9, 30)))
    return {
        "measure": measure, "scope": draw(st.sampled_from(["individual", "team", "company"])),
        "step": draw(st.booleans()), "ytd": draw(st.booleans()), "accounts": accounts,
        "moves": draw(st.sampled_from([{}, {"B": moved}])),
    }  # fmt: skip


def tables(made: dict[str, Any]) -> list[RawTable]:
    """As typed; who has nothing to retain has a row of results with 1 of 1."""
    given = {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount"}],
        "components": [{"plan_id": "P", "component_id": "kept", "type": "metric", "weight": 1,
                        "measure": made["measure"], "scope": made["scope"],
                        "curve_id": "K" if made["step"] else None,
                        "cumulative": "ytd_sum" if made["ytd"] else "discrete"}],
        "curves": [{"curve_id": "K", "attainment": 1, "payout": 1, "mode": "step"}],
        "roster": [{"employee_id": who, "plan_id": "P", "base_salary": 80_000, "target_amount": TARGETS[who],
                    "hire_date": date(2024, 1, 1), "team": "N"} for who in PEOPLE],
        "changes": [{"employee_id": who, "from": day, "team": "S"} for who, day in made["moves"].items()],
        "accounts": [{"period": f"2026-Q{row['quarter'] + 1}", "account_id": f"K{at}",
                      "employee_id": row["owner"],
                      **{name: row[name] for name in ("start", "end", "goal", "new", "team")}}
                     for at, row in enumerate(made["accounts"])],
        "results": [{"period": f"2026-Q{quarter + 1}", "scope": "team", "id": team,
                     "measure": made["measure"], "actual": 1, "goal": 1}
                    for quarter in range(len(ENDS)) for team in "NS"
                    if made["scope"] == "team" and any(
                        team_of(made, who, quarter) == team and not book(made, who, quarter)
                        for who in PEOPLE)],
    }  # fmt: skip
    return typed(given)


@given(companies())
@examples(150)
def test_goals_of_accounts_pay_what_their_definition_says(made: dict[str, Any]) -> None:
    raws = tables(made)
    quarters = [f"2026-Q{quarter + 1}" for quarter in range(len(ENDS))]
    lines = [line for quarter in quarters for line in run(raws, quarter).dicts()]
    of = {(line["employee_id"], line["period"]): line for line in lines}
    for who in PEOPLE:
        for quarter, amount in enumerate(oracle(made, who)):
            line = of[who, f"2026-Q{quarter + 1}"]
            assert line["amount"] == float(amount)
            found = measured(made, who, quarter)
            if found is not None and not made["ytd"]:
                assert abs(line["goal"] - float(found[1])) < 1e-12
    event(
        f"{made['measure']} {made['scope']}{' step' if made['step'] else ''}{' ytd' if made['ytd'] else ''}"
    )
    steps = explain(raws, "B", "2026-Q3")
    assert steps[-1][3] == float(oracle(made, "B")[2])
