"""Who is paid by a plan at all: waiting period, minimum of days, employed on a day, reasons of leaving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from small_company import TARGET, Rows, company, issues, one, pay, raws, result, steps

from csm_xl.engine.explain import explain
from csm_xl.errors import CsmError

Q1_END = date(2026, 3, 31)
QUARTERS = [
    {"period": "2026-Q1", "start": date(2026, 1, 1), "end": Q1_END, "pay_date": None},
    {"period": "2026-Q2", "start": date(2026, 4, 1), "end": date(2026, 6, 30), "pay_date": date(2026, 8, 1)},
]


def plan(hired: date = date(2024, 1, 1), left: date | None = None, reason: str | None = None,
         **terms: Any) -> Rows:  # fmt: skip
    """A person whose CSAT is at goal in the first quarter of 2026: 2,000 for the whole of it."""
    tables = company("E1")
    tables["plans"][0] |= terms
    tables["roster"][0] |= {"hire_date": hired, "leave_date": left, "leave_reason": reason}
    tables["results"] = [result("E1", 1, 1)]
    return tables


def paid(tables: Rows) -> tuple[float, str | None]:
    line = one(tables)
    return line["amount"], line["note"]


GONE = "not employed on the last day of the period, so not paid"


def test_who_has_left_before_the_last_day_is_not_paid() -> None:
    left = date(2026, 3, 30)
    assert paid(plan(left=left)) == (1977.78, None)  # 89 of 90 days
    assert paid(plan(left=left, must_be_employed="period_end")) == (0, GONE)
    assert paid(plan(left=Q1_END, must_be_employed="period_end")) == (2000, None)
    assert paid(plan(left=date(2026, 4, 1), must_be_employed="period_end")) == (2000, None)


def test_who_has_left_before_the_pay_date_is_not_paid() -> None:
    quarter = {"period": "2026-Q1", "start": date(2026, 1, 1), "end": Q1_END, "pay_date": date(2026, 5, 15)}
    for left, amount in ((date(2026, 5, 14), 0), (date(2026, 5, 15), 2000), (None, 2000)):
        tables = plan(left=left, must_be_employed="pay_date") | {"periods": [quarter]}
        assert paid(tables) == (amount, None if amount else "not employed on the pay date, so not paid")


def test_a_period_without_a_pay_date_is_refused() -> None:
    with pytest.raises(CsmError, match="2026-Q1 has none"):
        pay(plan(must_be_employed="pay_date") | {"periods": QUARTERS})


def test_only_reasons_that_forfeit_do() -> None:
    terms = {"must_be_employed": "period_end", "forfeit_reasons": "Resignation; cause"}
    left = date(2026, 2, 28)
    assert paid(plan(left=left, reason="resignation", **terms)) == (
        0,
        "left for a reason that forfeits the pay, so not paid",
    )
    assert paid(plan(left=left, reason="Retirement", **terms)) == (1311.11, None)  # 59 of 90 days
    assert paid(plan(left=Q1_END, reason="resignation", **terms)) == (2000, None)


def test_reasons_alone_forfeit_the_period_of_leaving() -> None:
    assert paid(plan(left=Q1_END, reason="cause", forfeit_reasons="cause"))[0] == 0
    assert paid(plan(left=date(2026, 4, 1), reason="cause", forfeit_reasons="cause"))[0] == 2000


def test_a_leave_without_a_reason_is_refused_where_the_reason_decides() -> None:
    with pytest.raises(CsmError, match="needs a leave_reason") as failed:
        pay(plan(left=date(2026, 2, 1), forfeit_reasons="cause"))
    assert failed.value.issues[0].where == "roster, row 2 (leave_reason)"
    assert one(plan(forfeit_reasons="cause"))["amount"] == 2000  # who stays needs none


def test_fewer_days_than_the_minimum_pay_nothing() -> None:
    for hired, amount in ((date(2026, 3, 2), 666.67), (date(2026, 3, 3), 0)):  # 30 and 29 days
        note = None if amount else "fewer days on the plan than its minimum, so not paid"
        assert paid(plan(hired=hired, minimum_days=30)) == (amount, note)


def test_days_of_unpaid_leave_are_none_of_the_minimum() -> None:
    tables = plan(minimum_days=60)
    tables["changes"] = [{"employee_id": "E1", "from": date(2026, 1, 15), "fte": 0},
                         {"employee_id": "E1", "from": date(2026, 2, 14), "fte": 1}]  # fmt: skip
    assert paid(tables)[0] == 1333.33  # 60 of 90 days
    tables["changes"][1]["from"] = date(2026, 2, 15)
    assert paid(tables)[0] == 0
    tables["changes"][0]["fte"] = 0.2  # on leave, but paid
    assert paid(tables)[0] > 0


def test_days_of_the_waiting_period_are_no_days_on_the_plan() -> None:
    line = one(plan(hired=date(2026, 1, 1), waiting_days=60))
    assert (line["eligible_days"], line["amount"], line["note"]) == (30, 666.67, None)
    line = one(plan(hired=date(2026, 1, 31), waiting_days=60))
    assert (line["amount"], line["note"]) == (0, "still in the plan's waiting period, so not paid")
    assert (line["target_incentive"], line["component_target"]) == (0, 0)
    assert one(plan(hired=date(2025, 11, 2), waiting_days=60))["amount"] == 2000


def test_deals_of_the_waiting_period_are_not_paid() -> None:
    tables = plan(hired=date(2026, 1, 1), waiting_days=60)
    tables["components"] = [{"plan_id": "S", "component_id": "C", "type": "commission", "rate": 0.1}]
    tables["deals"] = [{"deal_id": day, "date": date(2026, 3, day), "amount": 1000, "employee_id": "E1"}
                       for day in (1, 2)]  # fmt: skip
    assert one(tables)["amount"] == 100


def test_no_later_period_of_the_year_pays_what_was_forfeited() -> None:
    tables = plan(hired=date(2026, 3, 3), minimum_days=30)
    tables["components"][0]["cumulative"] = "ytd_sum"
    tables["results"].append(result("E1", 1, 1, period="2026-Q2"))
    assert [line["amount"] for line in pay(tables, "2026-Q1") + pay(tables, "2026-Q2")] == [0, 2000]


@pytest.mark.parametrize("cumulative", ["ytd_sum", "ytd_latest"])
def test_a_period_of_waiting_is_none_of_the_year_to_date(cumulative: str) -> None:
    tables = plan(hired=date(2026, 1, 31), waiting_days=60)  # on the plan from April 1
    tables["components"][0]["cumulative"] = cumulative
    tables["results"] = [result("E1", 0.5, 1), result("E1", 1.2, 1, period="2026-Q2")]
    line = one(tables, "2026-Q2")
    assert (line["attainment"], line["target_to_date"], line["amount"]) == (1.2, 2000, 2400)
    tables["paid"] = [{"period": "2026-Q1", "employee_id": "E1", "plan_id": "S", "component_id": "C",
                       "amount": 100}]  # fmt: skip
    assert one(tables, "2026-Q2")["amount"] == 2300


def test_a_leaver_who_is_not_eligible_needs_no_result() -> None:
    tables = plan(left=date(2026, 2, 1), must_be_employed="period_end")
    tables["results"] = []
    assert one(tables)["amount"] == 0 and GONE in one(tables)["note"]


def test_the_pool_of_others_has_no_share_for_who_is_not_eligible() -> None:
    tables = company("A", "B", type="pool", measure="points", pool_amount=1000)
    tables["components"][0]["weight"] = None
    tables["plans"][0]["must_be_employed"] = "period_end"
    tables["results"] = [result("A", 3, measure="points"), result("B", 1, measure="points")]
    tables["roster"][0]["leave_date"] = date(2026, 3, 30)
    assert [line["amount"] for line in pay(tables)] == [0, 1000]


def test_a_person_on_two_plans_is_judged_on_each() -> None:
    tables = plan(minimum_days=60)
    tables["plans"].append(tables["plans"][0] | {"plan_id": "T", "minimum_days": None})
    tables["components"].append(tables["components"][0] | {"plan_id": "T"})
    tables["changes"] = [{"employee_id": "E1", "from": date(2026, 2, 1), "plan_id": "T"}]
    assert [line["amount"] for line in pay(tables)] == [0, 1311.11]


@pytest.mark.parametrize("rounding", ["line", "total", "step"])
def test_every_rounding_and_kicker_is_forfeited(rounding: str) -> None:
    tables = plan(left=date(2026, 3, 30), must_be_employed="period_end", rounding=rounding, plan_cap=0.5)
    tables["components"][0] |= {"kicker_ratio": 0.1, "modified": True}
    tables["modifiers"] = [{"period": "2026-Q1", "scope": "company", "factor": 1.2}]
    assert one(tables)["amount"] == 0


def test_the_explanation_says_why() -> None:
    tables = plan(left=date(2026, 3, 30), must_be_employed="period_end")
    said = steps(tables, "E1")
    _, rule, put_in, value, cells = said["Eligibility"]
    assert (rule, value) == ("not eligible: not employed on the last day of the period", 0)
    assert put_in.endswith("× 0") and "must_be_employed" in cells
    assert said["Amount"][2:4] == ["0", 0]
    assert explain(raws(tables), "E1", "2026-Q1")[-1][3] == 0


def test_terms_that_nobody_can_meet_are_named() -> None:
    assert "93 days in a quarter" in issues(plan(minimum_days=93))["plans, row 2 (minimum_days)"]
    assert issues(plan(minimum_days=92)) == {}
    own = {"periods": [{"period": "2026-Q1", "start": date(2026, 1, 1), "end": date(2026, 4, 4)}]}  # 94 days
    assert "95 days in a quarter" in issues(plan(minimum_days=95) | own)["plans, row 2 (minimum_days)"]
    assert "plans, row 2 (minimum_days)" not in issues(plan(minimum_days=94) | own)
    assert "error" in issues(plan(must_be_employed="pay_date"))["plans, row 2 (must_be_employed)"]
    quarter = {"period": "2026-Q1", "start": date(2026, 1, 1), "end": Q1_END, "pay_date": date(2026, 3, 15)}
    early = issues(plan(must_be_employed="pay_date") | {"periods": [quarter]})
    assert early["periods, row 2 (pay_date)"].startswith("warning: 2026-Q1 is paid before it ends")


def test_a_period_that_is_paid_after_the_next_one_is_named() -> None:
    for year, found in ((2026, False), (2027, True)):
        quarters = [QUARTERS[0] | {"pay_date": date(year, 4, 30)}, QUARTERS[1]]
        told = issues(plan(must_be_employed="pay_date") | {"periods": quarters})
        assert ("periods, row 2 (pay_date)" in told) == found
        assert (
            not found or "2026-Q1 is paid on 2027-04-30, after 2026-Q2" in told["periods, row 2 (pay_date)"]
        )


def test_a_reason_that_is_nearly_one_that_forfeits_is_named() -> None:
    terms = {"left": date(2026, 2, 1), "forfeit_reasons": "resignation, cause"}
    assert "resignation" in issues(plan(reason="resignaton", **terms))["roster, row 2 (leave_reason)"]
    assert issues(plan(reason="Cause", **terms)) == {}
    place = "roster, row 2 (leave_reason)"
    for reason in ("Resigned, new job", "Quit", "misconduct"):
        assert issues(plan(reason=reason, **terms))[place].startswith("warning")
    for reason in ("retirement", "Involuntary, without cause"):
        assert issues(plan(reason=reason, **terms))[place].startswith("note")
    terms["forfeit_reasons"] = "voluntary"
    assert issues(plan(reason="involuntary", **terms))[place].startswith("note")


def test_plans_without_such_terms_pay_as_before() -> None:
    assert issues(plan()) == {} and one(plan())["amount"] == TARGET


DAYS = st.one_of(st.none(), st.integers(1, 90))


@drawn(
    st.integers(0, 120), st.one_of(st.none(), st.integers(0, 120)), DAYS, DAYS,
    st.sampled_from(["none", "period_end"]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_against_days_counted_one_by_one(
    hired: int, stays: int | None, minimum: int | None, waiting: int | None, must: str
) -> None:
    first = date(2025, 12, 1) + timedelta(hired)
    last = None if stays is None else first + timedelta(stays)
    tables = plan(first, last, minimum_days=minimum, waiting_days=waiting, must_be_employed=must)
    quarter = [date(2026, 1, 1) + timedelta(day) for day in range(90)]
    here = [day for day in quarter if first <= day <= (last or date.max)]
    on_plan = [day for day in here if day >= first + timedelta(waiting or 0)]
    eligible = len(on_plan) >= (minimum or 0) and (must == "none" or last is None or last >= quarter[-1])
    expected = round(2000 * len(on_plan) / 90 + 1e-9, 2) if eligible else 0
    lines = pay(tables) if here else []
    assert [line["amount"] for line in lines] == ([expected] if here else [])
