"""Results that were perhaps copied from the period before, or from the goals, are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from paid_folder import NRR
from typer.testing import CliRunner

from csm_xl.cli import app

PEOPLE = range(1, 7)
ROSTER = "employee_id,plan_id,base_salary,hire_date\n" + "".join(
    f"E{n},CSM,{80000 + 700 * (n * n % 7)},2023-02-01\n" for n in PEOPLE
)
FIRST = (0.94, 1.01, 0.97, 1.05, 0.99, 1.02)
SECOND = (0.96, 0.98, 1.03, 1.01, 0.95, 1.0)
GOALS = (1.01, 1.02, 1.03, 1.04, 1.05, 1.06)


def paid(folder: Path, first: Sequence[float], second: Sequence[float], **more: str) -> tuple[int, str]:
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-{quarter},individual,E{n},NRR,{actual},{goal}\n"
        for quarter, each in (("Q1", first), ("Q2", second))
        for n, actual, goal in zip(PEOPLE, each, GOALS, strict=True)
    )
    for name, text in ({"plan": NRR, "results": results, "roster": ROSTER} | more).items():
        (folder / f"{name}.{'toml' if name == 'plan' else 'csv'}").write_text(text)
    result = CliRunner().invoke(app, ["pay", str(folder), "--period", "2026-Q2"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (FIRST, FIRST, "the actuals of NRR (individual) in 2026-Q2 are exactly those of 2026-Q1"),
        (FIRST, GOALS, "all 6 actuals of NRR (individual) in 2026-Q2 are exactly their goals"),
        (FIRST, (0,) * 6, "NRR (individual) is 0 for everybody in 2026-Q2, and above 0 in 2026-Q1"),
    ],
)  # fmt: skip
def test_results_that_were_perhaps_copied_are_named(
    tmp_path: Path, first: Sequence[float], second: Sequence[float], says: str
) -> None:
    status, said = paid(tmp_path, first, second)
    assert status == 0 and says in said


@pytest.mark.parametrize("second", [SECOND, (*FIRST[:5], 0.5)])
def test_other_results_are_not(tmp_path: Path, second: Sequence[float]) -> None:
    status, said = paid(tmp_path, FIRST, second)
    assert status == 0 and "actuals of NRR" not in said and "for everybody" not in said


def test_accounts_of_the_period_before_are_named(tmp_path: Path) -> None:
    plan = NRR.replace('"NRR"', '"GRR"')
    rows = [(f"A{n}", 40000 + 3100 * (n * n % 11), 40000 + 3100 * (n * n % 11) - 2500 * (n % 2))
            for n in range(1, 9)]  # fmt: skip
    accounts = "period,account_id,employee_id,start,end\n" + "".join(
        f"2026-{quarter},{name},E{1 + at % 6},{start},{end}\n"
        for quarter in ("Q1", "Q2")
        for at, (name, start, end) in enumerate(rows)
    )
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-{quarter},individual,E{n},GRR,,0.95\n" for quarter in ("Q1", "Q2") for n in PEOPLE
    )
    status, said = paid(tmp_path, FIRST, SECOND, plan=plan, accounts=accounts, results=results)
    assert status == 0 and "the accounts of 2026-Q2 start and end exactly as in 2026-Q1" in said


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (lambda start, end: (end, end + 900), ""),
        (lambda start, end: (end + 900, end), ", but end it with that: are start and end swapped?"),
        (lambda start, end: (start, end + 900), ""),
        (
            lambda start, end: (start + 700, end + 900),
            "8 of 8 accounts do not start 2026-Q2 with the revenue at the end of 2026-Q1",
        ),
    ],
)
def test_accounts_that_do_not_start_where_they_ended_are_named(
    tmp_path: Path, second: Callable[[int, int], tuple[int, int]], says: str
) -> None:
    first = [(40000 + 3100 * (n * n % 11), 41700 + 3100 * (n * n % 11)) for n in range(1, 9)]
    accounts = "period,account_id,employee_id,start,end\n" + "".join(
        f"2026-{quarter},A{at},E{1 + at % 6},{start},{end}\n"
        for quarter, each in (("Q1", first), ("Q2", [second(*one) for one in first]))
        for at, (start, end) in enumerate(each)
    )
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-{quarter},individual,E{n},NRR,,1.02\n" for quarter in ("Q1", "Q2") for n in PEOPLE
    )
    status, said = paid(tmp_path, FIRST, SECOND, accounts=accounts, results=results)
    assert status == 0 and says in said and ("do not start 2026-Q2 with" in said) == bool(says), said


def test_accounts_of_a_month_of_a_quarter_are_named_beside_those_who_are_paid_by_the_month(
    tmp_path: Path,
) -> None:
    plan = NRR.replace('"NRR"', '"GRR"') + """
[[plans]]
plan_id = "AM"
model = "base_variable"
pay_period = "month"
target_basis = "ratio"
[[components]]
plan_id = "AM"
component_id = "deals"
type = "commission"
rate = 0.05
"""  # fmt: skip
    accounts = "period,account_id,employee_id,start,end\n" + "".join(
        f"2026-06,A{n},E{n},{40000 + 900 * n},{39000 + 900 * n}\n" for n in PEOPLE
    )
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-Q2,individual,E{n},GRR,,0.95\n" for n in PEOPLE
    )
    modifiers = "period,scope,factor\n2026-06,company,1.1\n"
    roster = f"{ROSTER}E9,AM,70000,2023-02-01\n"
    deals = "deal_id,date,amount,employee_id\nD1,2026-05-03,42000,E9\n"
    plan = plan.replace('measure = "GRR"', 'measure = "GRR"\nmodified = true')
    status, said = paid(tmp_path, FIRST, SECOND, plan=plan, accounts=accounts, results=results,
                        roster=roster, deals=deals, modifiers=modifiers)  # fmt: skip
    assert status == 0 and "6 rows of accounts are of periods that no plan pays (a month): 2026-06" in said
    assert "2026-06 is a month, but those who are paid for it are paid by the quarter" in said


def scored_by(folder: Path, **quarters: Callable[[int, int], float]) -> tuple[int, str]:
    """What a payment says where everybody has two goals a quarter. quarters: each one's score, by goal."""
    plan = NRR.replace('type = "metric"', 'type = "goals"').replace('measure = "NRR"\n', "")
    goals = "period,employee_id,goal,weight,score\n" + "".join(
        f"2026-{quarter},E{n},{goal},0.5,{score(n, at)}\n"
        for quarter, score in quarters.items()
        for n in PEOPLE
        for at, goal in enumerate(("Success plans", "Playbooks"))
    )
    return paid(folder, FIRST, SECOND, plan=plan, goals=goals)


@pytest.mark.parametrize(
    ("scores", "found"),
    [((0.8, 0.95, 1.1, 0.7), True), ((1, 1, 1, 1), False), ((0.8, 0.95, 1.1, 0.75), False)],
)
def test_scores_of_the_period_before_are_named(tmp_path: Path, scores: Sequence[float], found: bool) -> None:
    scored = (0.8, 0.95, 1.1, 0.7) if len(set(scores)) > 1 else scores
    status, said = scored_by(tmp_path, Q1=lambda n, at: scored[(n + at) % 4],
                             Q2=lambda n, at: scores[(n + at) % 4])  # fmt: skip
    told = "the scores of all 12 goals in 2026-Q2 are exactly those of 2026-Q1" in said
    assert status == 0 and told == found, said


@pytest.mark.parametrize(
    ("scores", "found"),
    [((0, 0, 0, 0), True), ((0.1, 0.08, 0.09, 0.1), True), ((0, 0, 0, 0.3), False), ((0, 0.7, 1, 0), False)],
)
def test_scores_that_are_all_next_to_nothing_are_named(
    tmp_path: Path, scores: Sequence[float], found: bool
) -> None:
    status, said = scored_by(tmp_path, Q2=lambda n, at: scores[(n + at) % 4])
    told = "the scores of all 12 goals in 2026-Q2 are 10% or less" in said
    assert status == 0 and told == found, said


@pytest.mark.parametrize(
    ("score", "found"), [(0.09, True), (0.1, True), (0, False), (0.2, False), (0.3, False), (1.2, False)]
)
def test_a_score_that_lacks_a_digit_is_named(tmp_path: Path, score: float, found: bool) -> None:
    status, said = scored_by(
        tmp_path, Q2=lambda n, at: score if (n, at) == (3, 1) else (0.7, 1, 0.9, 0.85, 1)[(n + at) % 5]
    )
    told = f"the score {score} is 1/" in said and "of the median of the others" in said
    assert status == 0 and told == found and ("the median" in said) == found, said


def test_scores_that_differ_widely_are_not_named(tmp_path: Path) -> None:
    status, said = scored_by(tmp_path, Q2=lambda n, at: (0.1, 1, 0.4, 0.7, 0.25, 1)[(n + at) % 6])
    assert status == 0 and "the median" not in said, said


@pytest.mark.parametrize(("last", "found"), [(0, True), (41000, False)])
def test_a_few_accounts_that_are_all_lost_are_named(tmp_path: Path, last: int, found: bool) -> None:
    plan = NRR.replace('measure = "NRR"', 'measure = "GRR"')
    accounts = "period,account_id,employee_id,start,end\n" + "".join(
        f"2026-Q2,A{n},E{n},{40000 + 900 * n},{last if n == 1 else 0}\n" for n in PEOPLE
    )
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-Q2,individual,E{n},GRR,,0.95\n" for n in PEOPLE
    )
    status, said = paid(tmp_path, FIRST, SECOND, plan=plan, accounts=accounts, results=results)
    assert status == 0 and ("6 of 6 accounts of 2026-Q2 end at 0, as customers lost" in said) == found, said


@pytest.mark.parametrize(
    ("lost", "says"),
    [
        (
            (1, 2, 3),
            "all 3 accounts of E1 in 2026-Q2 end at 0, as customers lost, and none of the 6",
        ),
        ((1, 2, 3, 5), ""),  # a small company in which others leave too
        ((1, 2), ""),
        ((1, 2, 4), ""),
        ((1, 2, 3, 4, 5), ""),  # a period in which many customers leave
        ((7, 8), ""),
    ],
)
def test_accounts_of_one_owner_that_are_all_lost_are_named(
    tmp_path: Path, lost: Sequence[int], says: str
) -> None:
    plan = NRR.replace('measure = "NRR"', 'measure = "GRR"')
    owners = ("E1", "E1", "E1", "E2", "E2", "E2", "E4", "E3", "E3")
    accounts = "period,account_id,employee_id,start,end\n" + "".join(
        f"2026-Q2,A{n},{who},{40000 + 900 * n},{0 if n in lost else 41000 + 700 * n}\n"
        for n, who in enumerate(owners, 1)
    )
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-Q2,individual,E{n},GRR,{'' if n < 5 else 0.9},0.95\n" for n in PEOPLE
    )
    status, said = paid(tmp_path, FIRST, SECOND, plan=plan, accounts=accounts, results=results)
    assert status == 0 and says in said and ("end at 0, as customers lost" in said) == bool(says), said


@pytest.mark.parametrize(("last", "found"), [("4.35", True), ("4.31", False)])
def test_results_of_teams_of_the_period_before_are_named(tmp_path: Path, last: str, found: bool) -> None:
    plan = NRR.replace('measure = "NRR"', 'measure = "NRR"\nscope = "team"')
    plan += plan[plan.index("[[components]]") :].replace('"nrr"', '"csat"').replace('"NRR"', '"CSAT"')
    people = ROSTER.replace("hire_date", "hire_date,team").replace("02-01\n", "02-01,East\n", 3)
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-{quarter},team,{team},{measure},{actual}\n"
        for quarter, west in (("Q1", "4.35"), ("Q2", last))
        for team, measure, actual in (
            ("East", "NRR", "1.023,1.05"), ("East", "CSAT", "4.42,4.4"), ("West", "NRR", "0.987,1.05"),
            ("West", "CSAT", f"{west},4.4"),
        )
    )  # fmt: skip
    files = {"roster": people.replace("02-01\n", "02-01,West\n"), "results": results}
    status, said = paid(tmp_path, FIRST, SECOND, plan=plan.replace("weight = 1", "weight = 0.5"), **files)
    told = "all 4 actuals of the scope team in 2026-Q2 are exactly those of 2026-Q1" in said
    assert status == 0 and told == found, said
