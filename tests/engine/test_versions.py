"""A version of a plan or a component that changes inside a period: what each day's version is worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from changing import Changing
from pay_oracle import Oracle, Row, Rows
from scenarios import differences, engine, raw

from csm_xl.engine.explain import Explanation
from csm_xl.errors import CsmError

FEB_15 = date(2026, 2, 15)


_MANY = pytest.mark.slow("an oracle pays dozens of made-up companies day by day")


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(at, at + 10), id=str(at), marks=[_MANY] if at else []) for at in range(0, 80, 10)],
)
def test_companies_whose_plans_change_inside_periods(seeds: range) -> None:
    for seed in seeds:
        made = Changing(seed, round_inputs=seed % 2 == 0)
        wrong = differences(engine(made.tables, made.asked), Oracle(made.tables).pay(made.asked))
        assert not wrong, (seed, wrong)


def company(components: list[Row], plans: list[Row] | None = None, **more: list[Row]) -> Rows:
    """One person with a salary of 100,000 on a plan that pays by the quarter."""
    plan = {"plan_id": "P", "model": "base_variable", "pay_period": "quarter", "target_basis": "ratio"}
    team = {"period": "2026-Q1", "scope": "team", "id": "T"}
    return {
        "plans": [plan | row for row in plans or [{"target_value": Decimal("0.2")}]],
        "components": [{"plan_id": "P"} | row for row in components],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": 100_000, "team": "T",
                    "hire_date": date(2020, 1, 1)}],
        "results": [team | {"measure": "GRR", "actual": Decimal("0.95"), "goal": Decimal("0.95")},
                    team | {"measure": "NPS", "actual": 45, "goal": 50}],
        **more,
    }  # fmt: skip


def metric(name: str = "r", **more: Any) -> Row:
    return {"component_id": name, "type": "metric", "weight": 1, "measure": "GRR", "scope": "team"} | more


def commission(**more: Any) -> Row:
    return {"component_id": "c", "type": "commission"} | more


def deals(*of: tuple[date, int], **more: Any) -> list[Row]:
    return [{"deal_id": f"D{n}", "date": day, "amount": amount, "employee_id": "E1"} | more
            for n, (day, amount) in enumerate(of)]  # fmt: skip


def paid(tables: Rows, period: str = "2026-Q1") -> dict[str, float]:
    """Each component's amount; the oracle says the same of every column."""
    lines = engine(tables, period)
    assert not differences(lines, Oracle(tables).pay(period))
    return {line["component_id"]: line["amount"] for line in lines.dicts() if line["period"] == period}


ONE_DEAL = deals((date(2026, 2, 1), 50_000))


@pytest.mark.parametrize(
    ("versions", "amount"),
    [
        ([{"rate": Decimal("0.02")}, {"rate": Decimal("0.1"), "valid_from": date(2026, 3, 31)}], 1000),
        ([{"rate": Decimal("0.02"), "valid_from": date(2026, 3, 1)}], 0),
        ([{"rate": Decimal("0.02"), "valid_to": date(2026, 2, 28)}], 1000),
        ([{"rate": Decimal("0.02"), "valid_to": date(2026, 1, 31)}], 0),
        ([{"fixed_amount": 70, "valid_to": date(2026, 2, 1)}], 70),
        ([{"rate": Decimal("0.02")}, {"rate": Decimal("0.03"), "valid_from": date(2026, 2, 1)},
          {"rate": Decimal("0.04"), "valid_from": date(2026, 2, 2)}], 1500),
    ],
    ids=["rate", "starts", "ends", "ended before", "fixed amount ends on the day", "from the day on"],
)  # fmt: skip
def test_a_deal_pays_by_the_version_of_its_day(versions: list[Row], amount: float) -> None:
    tables = company([metric(), *(commission(**version) for version in versions)], deals=ONE_DEAL)
    assert paid(tables)["c"] == amount


def test_the_target_of_a_plan_counts_by_days() -> None:
    plans = [{"target_value": Decimal("0.2")},
             {"target_value": Decimal("0.4"), "valid_from": date(2026, 3, 31)}]  # fmt: skip
    assert paid(company([metric()], plans)) == {"r": 5055.56}


def test_tiers_that_change_go_on_from_what_was_credited_under_any_version() -> None:
    tiers = [{"tier_id": name, "from": start, "rate": Decimal(rate)} for name, start, rate in
             (("a", 0, "0.05"), ("a", 100_000, "0.1"), ("b", 0, "0.06"), ("b", 100_000, "0.12"))]  # fmt: skip
    components = [metric(), commission(tier_id="a"), commission(tier_id="b", valid_from=FEB_15)]
    two = deals((date(2026, 2, 1), 80_000), (date(2026, 3, 1), 80_000))
    assert paid(company(components, tiers=tiers, deals=two))["c"] == 4000 + 1200 + 7200
    most = [components[0], components[1] | {"max_amount": 10}, components[2] | {"max_amount": 12_000}]
    assert paid(company(most, tiers=tiers, deals=two))["c"] == 12_000
    yearly = [components[0], *(row | {"cumulative": "ytd_sum"} for row in components[1:])]
    april = company(yearly, tiers=tiers, deals=[*two, *deals((date(2026, 4, 1), 1000), deal_id="D9")])
    april["results"] += [row | {"period": "2026-Q2"} for row in april["results"]]
    assert paid(april)["c"] == 12_400
    assert paid(april, "2026-Q2")["c"] == 120


def test_a_version_credits_its_own_kinds_of_deals() -> None:
    tables = company(
        [metric(), commission(rate=Decimal("0.1"), deal_kinds="renewal"),
         commission(rate=Decimal("0.1"), deal_kinds="upsell", valid_from=FEB_15)],
        deals=[*deals((date(2026, 2, 1), 100), (date(2026, 3, 1), 1000), kind="renewal"),
               *deals((date(2026, 2, 2), 10), deal_id="U1", kind="upsell"),
               *deals((date(2026, 3, 2), 10_000), deal_id="U2", kind="upsell")],
    )  # fmt: skip
    assert paid(tables)["c"] == 1010


HALVES = [
    metric("a", weight=Decimal("0.5")),
    metric("a", weight=1, valid_from=FEB_15),
    metric("b", weight=Decimal("0.5"), valid_to=date(2026, 2, 14)),
]


def test_weights_count_by_days_and_what_has_ended_has_a_line() -> None:
    assert paid(company(HALVES)) == {"a": 3750, "b": 1250}


@pytest.mark.parametrize(("rule", "a"), [("last_day", 2250), ("by_days", 1250 * 0.9 + 2500 * 0.6)])
def test_the_last_version_of_a_curve_counts_or_each_by_its_days(rule: str, a: float) -> None:
    components = [HALVES[0], HALVES[1] | {"cap": Decimal("0.6")}, HALVES[2]]
    components = [row | {"measure": "NPS"} for row in components]
    tables = company(components, [{"target_value": Decimal("0.2"), "version_rule": rule}])
    assert paid(tables) == {"a": a, "b": 1125}


def test_ratios_multiply_on_the_days_on_which_they_count_together() -> None:
    components = [HALVES[0], HALVES[1], HALVES[2] | {"measure": "NPS"}]
    plan = {"target_value": Decimal("0.2"), "combination": "multiplicative"}
    assert paid(company(components, [plan])) == {"a": 1250 * 0.9 + 2500, "b": 1125}


def test_days_before_a_plan_begins_are_no_days_on_it() -> None:
    tables = company([metric()], [{"target_value": Decimal("0.2"), "valid_from": date(2026, 3, 1)}])
    (line,) = engine(tables, "2026-Q1").dicts()
    assert (line["eligible_days"], line["period_days"], line["amount"]) == (31, 90, 1722.22)


def test_a_version_that_is_valid_only_while_somebody_is_away_has_no_line() -> None:
    tables = company(
        [metric("a"), metric("b", weight=0, valid_from=date(2026, 2, 1), valid_to=date(2026, 2, 5))]
    )
    tables["plans"].append(tables["plans"][0] | {"plan_id": "Q"})
    tables["components"].append(metric("q") | {"plan_id": "Q"})
    tables["changes"] = [{"employee_id": "E1", "from": date(2026, 1, 20), "plan_id": "Q"},
                         {"employee_id": "E1", "from": date(2026, 2, 20), "plan_id": "P"}]  # fmt: skip
    assert list(paid(tables)) == ["a", "q"]


def test_values_of_one_day_and_weights_by_days() -> None:
    plan = {"target_value": Decimal("0.2"), "valuation": "period_end"}
    later = plan | {"target_value": Decimal("0.4"), "valid_from": date(2026, 3, 31)}
    assert paid(company(HALVES, [plan, later])) == {"a": 7500, "b": 2500}


def test_a_component_that_becomes_another_type_inside_a_period_is_refused() -> None:
    becomes = {"component_id": "c", "type": "spif", "fixed_amount": 5, "valid_from": FEB_15}
    tables = company([metric(), commission(rate=Decimal("0.1")), becomes], deals=ONE_DEAL)
    with pytest.raises(CsmError) as caught:
        engine(tables, "2026-Q1")
    (issue,) = caught.value.issues
    assert "is a commission and then a spif within 2026-Q1" in issue.message
    assert issue.where == "components, row 4 (type)"
    becomes["valid_from"] = date(2026, 4, 1)
    assert paid(company([metric(), commission(rate=Decimal("0.1")), becomes], deals=ONE_DEAL))["c"] == 5000


def test_a_deal_that_two_versions_would_credit_is_refused() -> None:
    versions = [commission(rate=Decimal("0.1")),
                commission(rate=Decimal("0.1"), credit_date="effective", valid_from=FEB_15)]  # fmt: skip
    twice = deals((date(2026, 2, 1), 50_000), effective_date=date(2026, 3, 1))
    with pytest.raises(CsmError, match="deal D0 counts twice for component c of plan P") as caught:
        engine(company([metric(), *versions], deals=twice), "2026-Q1")
    assert caught.value.issues[0].where == "deals, row 2 (deal_id)"
    once = deals((date(2026, 2, 1), 50_000), effective_date=date(2026, 2, 2))
    assert paid(company([metric(), *versions], deals=once))["c"] == 5000


def test_the_explanation_says_which_version_counted() -> None:
    components = [
        *HALVES,
        commission(rate=Decimal("0.02")),
        commission(rate=Decimal("0.1"), valid_from=FEB_15),
    ]
    plans = [{"target_value": Decimal("0.2")}, {"target_value": Decimal("0.4"), "valid_from": FEB_15}]
    tables = raw(company(components, plans, deals=ONE_DEAL))
    said = {passage.line["component_id"] if passage.line else "": [step.formula for step in passage.steps]
            for passage in reversed(Explanation(tables, "2026-Q1").of("E1"))}  # fmt: skip
    assert (
        "the version from 2026-02-15, the last of 2 in the period, says how it caps and rounds" in said[""][0]
    )
    assert "the version from 2026-02-15 counts, the last of 2 in the period" in said["a"][0]
    assert "each of its 2 versions in the period counts on its own days" in said["c"][0]
    assert "days 2026-01-01 to 2026-02-14" in said["c"][1]
    by_days = raw(company(components, [plan | {"version_rule": "by_days"} for plan in plans], deals=ONE_DEAL))
    steps = [step for passage in Explanation(by_days, "2026-Q1").of("E1") for step in passage.steps
             if passage.line and passage.line["component_id"] == "a"]  # fmt: skip
    assert [step.formula for step in steps if step.step == "Version"] == [
        "the first version, on its own days", "the version from 2026-02-15, on its own days",
    ]  # fmt: skip
