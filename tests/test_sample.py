"""The sample: always the same, whole, plausible, and with the cases that a year brings."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.tables import PAY_TABLES, read_tables
from csm_xl.plan.templates import template_names
from csm_xl.plan.validate import check_plans
from csm_xl.workbook.sample import sample_of, sample_raw_tables, sample_tables
from csm_xl.workbook.sample.draws import Draws
from csm_xl.workbook.sample.people import LEVELS, PLACES
from csm_xl.workbook.sample.wages import published, salary_at

FIGURES = "df955aefe49ec2cc"
PEOPLE_TABLES = ("roster", "changes", "results", "goals", "deals", "credits", "events", "modifiers")


def rows(name: str) -> list[dict[str, Any]]:
    header, *body = sample_tables()[name]
    return [dict(zip(header, row, strict=True)) for row in body]


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return list(run(sample_raw_tables(), "2026").dicts())


def test_the_same_on_every_platform() -> None:
    # What is filled, by column, so that a new column of a table changes nothing here.
    filled = [[{name: cell for name, cell in row.items() if cell is not None} for row in rows(table)]
              for table in PEOPLE_TABLES]  # fmt: skip
    text = json.dumps(filled, default=str)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == FIGURES


def test_nobody_can_change_it_by_accident() -> None:
    sample_tables()["roster"][1][0] = "somebody"
    assert sample_tables()["roster"][1][0] == "E0001"


def test_it_reads_without_a_finding() -> None:
    tables, issues = read_tables(sample_raw_tables(), component_types(), PAY_TABLES)
    issues += check_plans(tables)
    assert [str(issue) for issue in issues] == []


def test_sixty_csms_by_identifier_under_six_plans() -> None:
    roster = rows("roster")
    csms = [row for row in roster if row["role"] == "CSM"]
    assert [row["employee_id"] for row in csms] == [f"E{number:04d}" for number in range(1, 61)]
    assert len({row["plan_id"] for row in csms}) == 6
    others = [row for row in roster if row["role"] != "CSM"]
    assert others
    assert all(re.fullmatch(r"A\d{4}", row["employee_id"]) for row in others)


def test_salaries_stand_in_the_published_wages_of_their_area() -> None:
    proxies = ("13-1199", "41-3091", "13-1161")
    for row in rows("roster"):
        area = PLACES[row["location"]][0]
        low = min(published()[code, area][0] for code in proxies)
        high = max(published()[code, area][-1] for code in proxies)
        assert low < row["base_salary"] < high, row["employee_id"]
    by_level = defaultdict(list)
    for row in rows("roster"):
        if row["level"]:
            by_level[row["level"]].append(row["base_salary"])
    means = [sum(by_level[level]) / len(by_level[level]) for level in LEVELS]
    assert means == sorted(means)


@pytest.mark.parametrize(("mille", "salary"), [(100, 58_000), (250, 76_000), (750, 120_000), (900, 155_000)])
def test_published_percentiles_are_met(mille: int, salary: int) -> None:
    assert salary_at("13-1199", "0014460", mille) == salary


def test_the_cases_of_a_year(lines: list[dict[str, Any]]) -> None:
    roster = {row["employee_id"]: row for row in rows("roster")}
    assert any(row["hire_date"] > date(2026, 1, 1) for row in roster.values())
    assert any(row["leave_date"] for row in roster.values())
    assert any(row["fte"] not in (0, 1) for row in roster.values())
    changes = rows("changes")
    assert any(row["base_salary"] and row["plan_id"] for row in changes)
    away, back = (next(row["from"] for row in changes if row["fte"] == fte) for fte in (0, 1))
    assert (back - away).days == 30
    moved = next(row for row in changes if row["plan_id"])
    both = {row["plan_id"] for row in lines
            if (row["employee_id"], row["period"]) == (moved["employee_id"], "2026-Q2")}  # fmt: skip
    assert both == {roster[moved["employee_id"]]["plan_id"], moved["plan_id"]}
    notes = Counter(row["note"] for row in lines)
    assert notes["missing actual, paid at 0"] == 1
    assert notes["gate not met"] > 0
    assert [row["period"] for row in rows("results") if row["actual"] is None] == ["2026-Q4"]


def test_deals_are_split_and_credited_twice() -> None:
    shares: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows("credits"):
        shares[row["deal_id"], row["role"]].append(row["share"])
    assert all(abs(sum(each) - 1) < 1e-9 for each in shares.values())
    assert any(len(each) == 2 for each in shares.values())
    roles: dict[str, set[str]] = defaultdict(set)
    for deal, role in shares:
        roles[deal].add(role)
    assert all(found == {"csm", "am"} for found in roles.values())


def test_double_credit_pays_two_and_eight_percent_of_the_same_deal(lines: list[dict[str, Any]]) -> None:
    paid: dict[str, float] = defaultdict(float)
    for row in lines:
        if row["component_id"] in ("upsell", "upsell_am"):
            paid[row["component_id"]] += row["amount"]
    assert paid["upsell"] > 0
    assert paid["upsell_am"] == pytest.approx(4 * paid["upsell"])


def test_attainments_spread_as_in_real_life(lines: list[dict[str, Any]]) -> None:
    results = [row for row in rows("results") if row["actual"] is not None and row["scope"] == "individual"]
    higher = [
        row["actual"] / row["goal"] for row in results if row["measure"] in ("health_score", "bookings")
    ]
    assert 0.60 <= sum(each >= 1 for each in higher) / len(higher) <= 0.70
    health = [row["actual"] / row["goal"] for row in results if row["measure"] == "health_score"]
    assert 0.07 <= sum(each < 0.8 for each in health) / len(health) <= 0.13
    assert 0.07 <= sum(each >= 1.1 for each in health) / len(health) <= 0.13
    team = defaultdict(list)
    for row in rows("results"):
        if row["scope"] == "team":
            team[row["id"]].append(row["actual"] / row["goal"])
    assert min(team["Enterprise West"]) > 1.05
    assert any(min(each) < 0.9 for each in team.values())
    ratios = [row["payout_ratio"] for row in lines if row["payout_ratio"] is not None]
    assert 0.85 < sum(ratios) / len(ratios) < 1.15


def test_draws_are_fair_enough() -> None:
    draws = Draws(7)
    assert sorted(draws.shuffled(range(50))) == list(range(50))
    counts = Counter(draws.below(4) for _ in range(4000))
    assert all(850 < counts[each] < 1150 for each in range(4))
    assert {draws.between(5, 11, 3) for _ in range(100)} == {5, 8, 11}
    assert [sorted(draws.spread(10))[at] // 100 for at in range(10)] == list(range(10))


@pytest.mark.parametrize("template", template_names())
def test_each_template_has_its_part_of_the_sample(template: str) -> None:
    tables, issues = read_tables(sample_of(template), component_types(), PAY_TABLES)
    issues += check_plans(tables)
    assert [str(issue) for issue in issues] == []
    assert len(run(tables, "2026")) > 0
