"""NPS and CSAT of answers to surveys: whose they are, of which period, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from following import follow
from small_company import TARGET, Rows, company, pay, raws, result, steps

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError, Issue
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

NPS = (10, 9, 9, 8, 7, 3, 10, 9, 10, 2)
"""Six promoters and two detractors of ten: 40 points."""
CSAT = (5, 4, 3, 5, 1, 4, 4)
"""Five satisfied of seven."""


def answer(
    who: str | None, score: float, day: int = 10, measure: str = "CSAT", **more: Any
) -> dict[str, Any]:
    return {"date": date(2026, 2, day), "measure": measure, "score": score, "employee_id": who, **more}


def answered(measure: str = "CSAT", **component: Any) -> Rows:
    """E1 and E2 of the team T1, with E1's answers, and one of E2's."""
    tables = company("E1", "E2", measure=measure, **component)
    scores = NPS if measure == "NPS" else CSAT
    tables["answers"] = [answer("E1", score, day, measure) for day, score in enumerate(scores, 1)]
    tables["answers"].append(answer("E2", 9 if measure == "NPS" else 5, 20, measure))
    return tables


def found(tables: Rows) -> list[Issue]:
    return load_tables(raws(tables), component_types(), PAY_TABLES)[1]


def errors(tables: Rows) -> list[str]:
    return [str(one) for one in found(tables) if one.severity == "error"]


def remarks(tables: Rows) -> list[str]:
    return [str(one) for one in found(tables) if one.severity != "error"]


@pytest.mark.parametrize(("scope", "actual"), [
    ("individual", [5 / 7, 1]), ("team", [6 / 8, 6 / 8]), ("company", [6 / 8, 6 / 8]),
])  # fmt: skip
def test_satisfied_answers_of_all_are_the_csat_of_whom_they_are_about(
    scope: str, actual: list[float]
) -> None:
    lines = pay(answered(scope=scope))
    assert [line["actual"] for line in lines] == pytest.approx(actual)
    assert [line["amount"] for line in lines] == [round(TARGET * ratio, 2) for ratio in actual]


@pytest.mark.parametrize(("scope", "actual"), [("individual", [40, 100]), ("team", [500 / 11, 500 / 11])])
def test_promoters_less_detractors_in_points_are_measured_against_the_goal(
    scope: str, actual: list[float]
) -> None:
    tables = answered("NPS", scope=scope)
    whose = ("E1", "E2") if scope == "individual" else ("T1",)
    tables["results"] = [result(who, None, 50, "NPS", scope) for who in whose]
    lines = pay(tables)
    assert [line["actual"] for line in lines] == pytest.approx(actual)
    assert [line["attainment"] for line in lines] == pytest.approx([one / 50 for one in actual])


def test_points_need_a_goal() -> None:
    with pytest.raises(CsmError) as caught:
        pay(answered("NPS"))
    first = caught.value.issues[0]
    assert first.message.startswith("there is no result NPS of individual E1 for 2026-Q1")
    assert "with its goal; leave its actual blank" in first.hint


def test_points_of_a_curve_in_points_need_none() -> None:
    tables = answered("NPS", on="actual", curve_id="C")
    tables["curves"] = [{"curve_id": "C", "attainment": x, "payout": y} for x, y in ((30, 0.5), (50, 1))]
    assert [line["amount"] for line in pay(tables)] == [TARGET * 0.75, TARGET]


def test_answers_count_in_the_period_of_their_day() -> None:
    tables = answered()
    tables["answers"].append(answer("E1", 1) | {"date": date(2026, 3, 31)})
    tables["answers"].append(answer("E1", 1) | {"date": date(2026, 4, 1)})
    assert pay(tables)[0]["actual"] == pytest.approx(5 / 8)


def test_a_team_change_takes_the_answers_of_its_days_along() -> None:
    tables = answered(scope="team")
    tables["changes"] = [{"employee_id": "E2", "from": date(2026, 2, 20), "team": "T2"}]
    tables["answers"] += [answer("E2", 1, 19), answer(None, 2, 5, team="T1")]
    assert [line["actual"] for line in pay(tables)] == pytest.approx([5 / 9, 1])  # T1 and T2


def test_an_answer_about_nobody_counts_for_the_company_alone() -> None:
    tables = answered(scope="company")
    tables["answers"].append(answer(None, 1))
    assert pay(tables)[0]["actual"] == pytest.approx(6 / 9)
    tables["components"][0]["scope"] = "team"
    assert pay(tables)[0]["actual"] == pytest.approx(6 / 8)


def test_another_scale_is_stated_beside_every_answer() -> None:
    tables = company("E1")
    tables["answers"] = [
        answer("E1", score, at, satisfied_from=80) for at, score in enumerate((95, 80, 79), 1)
    ]
    assert pay(tables)[0]["actual"] == pytest.approx(2 / 3)
    del tables["answers"][1]["satisfied_from"]
    (said,) = errors(tables)
    assert "answers, row 3 (score)" in said and "the score 80 is not on the scale from 1 to 5" in said


def test_a_result_counts_in_place_of_answers_and_that_is_said() -> None:
    tables = answered()
    tables["results"] = [result("E1", 0.9, 0.9)]
    assert [line["actual"] for line in pay(tables)] == [0.9, 1]
    assert [one for one in remarks(tables) if "its answers are not used" in one]


def test_a_gate_and_ranks_read_answers_too() -> None:
    tables = answered(measure="GRR", gate_measure="CSAT", gate_minimum=0.8, gate_on="actual")
    tables["results"] = [result(who, 1, 1, "GRR") for who in ("E1", "E2")]
    for one in tables["answers"]:
        one["measure"] = "CSAT"
    assert [line["gate_met"] for line in pay(tables)] == [False, True]
    ranked = answered("NPS", peer_group="plan", scope="individual")
    assert [line["attainment"] for line in pay(ranked)] == [0, 1]


@pytest.mark.parametrize(("more", "words"), [
    (answer("E1", 11, measure="NPS"), "11 is not an NPS answer"),
    (answer("E1", 8.5, measure="NPS"), "8.5 is not an NPS answer"),
    (answer("E1", 8, measure="NPS", satisfied_from=4), "satisfied_from is not used"),
    (answer("E1", 8, measure="Health"), "'Health' is neither by its name"),
    (answer("E1", 0), "the score 0 is not on the scale from 1 to 5"),
    (answer("E9", 5), "no employee_id 'E9'"),
    (answer("E1", -1), "0"),
])  # fmt: skip
def test_what_cannot_be_an_answer_is_refused(more: dict[str, Any], words: str) -> None:
    tables = answered()
    tables["answers"].append(more)
    (said,) = errors(tables)
    assert words in said and f"row {len(tables['answers']) + 1}" in said


def test_the_same_answer_twice_is_refused_by_its_id_and_else_said() -> None:
    tables = answered()
    for at in (0, 1):
        tables["answers"][at]["answer_id"] = "R-1"
    (said,) = errors(tables)
    assert "row 3 (answer_id)" in said and "answer R-1 is listed twice" in said
    tables = answered()
    tables["answers"] += [answer("E1", 5, 20, account_id="Larch")] * 2
    assert [one for one in remarks(tables) if "Larch answers CSAT 2 times on 2026-02-20" in one]


def test_answers_that_pay_nobody_or_reach_nothing_are_named() -> None:
    tables = answered()
    tables["answers"].append(answer("E1", 9, measure="NPS"))
    assert [one for one in remarks(tables) if "no component uses NPS, so its answers (1) pay nobody" in one]
    for one in tables["answers"]:
        one |= {"satisfied_from": 6, "measure": "CSAT", "score": 5}
    assert [one for one in remarks(tables) if "none of the 9 answers of CSAT reaches 6" in one]
    tables["answers"].append(answer(None, 5, team="T9"))
    assert [one for one in remarks(tables) if "nobody is in the team 'T9'" in one]


@pytest.mark.parametrize(("measure", "goal", "words"), [
    ("NPS", 0.5, "answers give NPS as points from −100 to 100"),
    ("CSAT", 90, "answers give CSAT as a share"), ("CSAT", 4.5, "answers give CSAT as a share"),
])  # fmt: skip
def test_a_goal_in_another_unit_than_the_answers_is_refused(measure: str, goal: float, words: str) -> None:
    tables = answered(measure)
    tables["results"] = [result("E1", None, goal, measure)]
    said = errors(tables)
    assert len(said) == 1 and words in said[0] and "results, row 2 (goal)" in said[0]


def test_a_goal_in_percent_of_what_accounts_give_is_refused() -> None:
    tables = company("E1", measure="GRR")
    tables["accounts"] = [
        {"period": "2026-Q1", "account_id": "A", "employee_id": "E1", "start": 100, "end": 95}
    ]
    tables["results"] = [result("E1", None, 92, "GRR")]
    (said,) = errors(tables)
    assert [one.rule for one in found(tables)] == ["E608"]
    assert "accounts give GRR as a share" in said and "Type 0.92" in said
    tables["results"] = [result("E1", None, 0.92, "GRR")]
    assert not errors(tables)
    gated = company("E1", measure="NRR", gate_measure="GRR", gate_minimum=92, gate_on="actual")
    gated |= {"accounts": tables["accounts"]}
    (said,) = errors(gated)
    assert "the minimum of GRR is 92" in said


def test_curve_points_and_own_points_in_another_unit_are_refused() -> None:
    tables = answered(on="actual", curve_id="C")
    tables["curves"] = [{"curve_id": "C", "attainment": x, "payout": y} for x, y in ((3.5, 0.5), (4.5, 1))]
    tables["targets"] = [{"employee_id": "E1", "component_id": "C", "threshold": 3.6, "goal": 4.6}]
    said = errors(tables)
    assert len(said) == 4 and all("answers give CSAT as a share" in one for one in said)


def test_blank_actuals_beside_answers_do_not_hide_another_unit() -> None:
    tables = answered(gate_measure="CSAT", gate_on="actual", gate_minimum=80)
    tables["results"] = [result(who, None, 0.9) for who in ("E1", "E2")]
    (said,) = errors(tables)
    assert "the minimum of CSAT is 80" in said
    points = answered("NPS", on="actual", curve_id="C")
    points["curves"] = [{"curve_id": "C", "attainment": x, "payout": y} for x, y in ((0.9, 0.5), (1.2, 1))]
    assert ["answers give NPS as points" in one for one in errors(points)] == [True]


def test_answers_of_days_off_the_payroll_count_for_the_last_team_and_the_first() -> None:
    tables = answered(scope="team")
    tables["roster"][0] |= {"leave_date": date(2026, 2, 4), "leave_reason": "Retirement"}
    tables["roster"][1]["hire_date"] = date(2026, 2, 25)  # after the answer about E2
    assert {line["actual"] for line in pay(tables)} == {6 / 8}


@pytest.mark.parametrize(("scores", "sound", "more", "words"), [
    ((5, 5, 4, 2), (6, 5, 4, 2), {"measure": "NPS"}, "none of the 4 answers of NPS is above 5"),
    ((3, 3, 1, 3), (3, 3, 1, 4), {}, "none of the 4 answers of CSAT reaches 4: the highest is 3"),
    ((5, 4, 2, 4), (1, 0, 1, 1), {"satisfied_from": 0.8}, "is 0.8, which every answer reaches"),
])  # fmt: skip
def test_answers_on_another_scale_are_named(
    scores: tuple[int, ...], sound: tuple[int, ...], more: dict[str, Any], words: str
) -> None:
    tables = company("E1", measure=more.get("measure", "CSAT"))
    tables["answers"] = [answer("E1", score, day) | more for day, score in enumerate(scores, 1)]
    assert [one for one in remarks(tables) if words in one]
    tables["answers"] = [answer("E1", score, day) | more for day, score in enumerate(sound, 1)]
    assert not [one for one in remarks(tables) if words in one]


def test_a_month_of_answers_on_another_scale_is_named() -> None:
    tables = company("E1", measure="NPS")
    march = [date(2026, 3, day) for day in range(1, 7)]
    january = [answer("E1", score, day) | {"measure": "NPS"} for day, score in enumerate((9, 10, 7), 1)]
    for scores, found in (((5, 4, 4, 5, 3, 5), True), ((5, 4, 4, 5, 3, 6), False)):
        rated = zip(scores, march, strict=True)
        tables["answers"] = [
            *january, *(answer("E1", score) | {"measure": "NPS", "date": day} for score, day in rated)
        ]  # fmt: skip
        words = "none of the 6 answers of NPS in 2026-03 is above 5"
        assert bool([one for one in remarks(tables) if words in one]) == found


def test_two_scales_of_one_measure_are_named() -> None:
    tables = answered()
    tables["answers"][0]["satisfied_from"] = 3
    assert [one for one in remarks(tables) if "satisfied from 3 and from 4" in one]


def test_answers_about_nobody_are_named_where_only_people_and_teams_are_paid_on_them() -> None:
    tables = answered()
    tables["answers"].append(answer(None, 1))
    assert [one for one in remarks(tables) if "1 answers of CSAT name no employee or team" in one]
    tables["components"][0]["scope"] = "company"
    assert not [one for one in remarks(tables) if "name no employee" in one]


def test_a_measure_spelled_in_another_way_is_refused() -> None:
    tables = answered()
    tables["answers"][0]["measure"] = "csat"
    (said,) = errors(tables)
    assert "the components spell the measure" in said and "CSAT" in said


def test_a_year_is_paid_as_far_as_answers_go() -> None:
    tables = answered()
    assert {line["period"] for line in run(raws(tables), "2026").dicts()} == {"2026-Q1"}


@pytest.mark.parametrize("scope", ["individual", "team"])
@pytest.mark.parametrize("measure", ["NPS", "CSAT"])
def test_a_calculator_follows_the_answers(measure: str, scope: str) -> None:
    tables = answered(measure, scope=scope)
    tables["results"] = [result("E1" if scope == "individual" else "T1", None, 0.9, "CSAT", scope),
                         result("E1" if scope == "individual" else "T1", None, 45, "NPS", scope),
                         *([result("E2", None, 45, "NPS"), result("E2", None, 0.9, "CSAT")]
                           if scope == "individual" else [])]  # fmt: skip
    told = follow(tables, "2026-Q1", "E1")
    assert told.chapters
    rows = steps(tables, "E1")
    assert f"{measure} answers" in rows and "count of the" in rows[f"{measure} answers"][1]
