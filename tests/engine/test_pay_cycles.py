"""Components that pay by another kind of period than their plan, and a plan's own shares of the year."""

from datetime import date
from fractions import Fraction

import pytest
from following import follow
from hypothesis import given, settings
from hypothesis import strategies as st
from small_company import company, issues, pay, raws, result

from csm_xl.book.cycles import pay_periods
from csm_xl.engine.components import component_types
from csm_xl.engine.open_periods import open_periods
from csm_xl.engine.payroll import Payroll
from csm_xl.engine.person_year import person_years
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def halves(target=10000, year=1.05, **plan):
    """Half of the target by quarter and half by year, on the same measure."""
    tables = company(weight=0.5)
    tables["plans"][0].update(target_basis="amount", target_value=target, **plan)
    tables["components"].append({**tables["components"][0], "component_id": "Y", "pay_cycle": "year"})
    reached = zip(QUARTERS, (1, 0.9, 1.1, 1.2), strict=True)
    tables["results"] = [result("E0001", actual, 1, period=name) for name, actual in reached]
    if year is not None:
        tables["results"].append(result("E0001", year, 1, period="2026"))
    return tables


def paid(tables, period="2026"):
    return {(line["period"], line["component_id"]): line["amount"] for line in pay(tables, period)}


def test_an_eighth_each_quarter_and_half_on_the_year():
    assert paid(halves()) == {
        ("2026-Q1", "C"): 1250, ("2026-Q2", "C"): 1125, ("2026-Q3", "C"): 1375, ("2026-Q4", "C"): 1500,
        ("2026", "Y"): 5250,
    }  # fmt: skip


def test_a_quarter_pays_its_own_components_and_the_last_one_what_ends_with_it():
    assert paid(halves(), "2026-Q3") == {("2026-Q3", "C"): 1375}
    assert paid(halves(), "2026-Q4") == {("2026-Q4", "C"): 1500, ("2026", "Y"): 5250}


def test_the_year_may_be_measured_after_its_last_quarter_and_is_then_named_as_open():
    lines = run(raws(halves(year=None)), "2026-Q4")
    assert [line["component_id"] for line in lines.dicts()] == ["C"]
    assert lines.open == ("2026",)
    with pytest.raises(CsmError, match="there is no result CSAT of individual E0001 for 2026"):
        pay(halves(year=None), "2026")


def test_a_plan_by_the_year_may_have_a_part_by_the_quarter():
    tables = halves()
    tables["plans"][0]["pay_period"] = "year"
    tables["components"][0]["pay_cycle"], tables["components"][1]["pay_cycle"] = "quarter", None
    assert paid(tables) == paid(halves())
    assert paid(tables, "2026-Q2") == {("2026-Q2", "C"): 1125}
    with pytest.raises(CsmError, match="a month was requested, but the plan pays by the quarter"):
        pay(tables, "2026-02")


def test_the_target_of_a_period_is_that_of_what_it_pays():
    totals = {row[0]: row[2] for row in run(raws(halves()), "2026").totals()[1:]}
    assert totals == {**dict.fromkeys(QUARTERS, 1250), "2026": 5000}
    header, row = person_years(raws(halves(year=None)), "2026", through="2026-Q2").rows
    assert dict(zip(header, row, strict=True))["unmeasured_target"] == 1250 * 2 + 5000


def test_a_plan_cap_is_a_multiple_of_what_the_period_pays_at_target():
    assert paid(halves(plan_cap=1.02)) == {
        ("2026-Q1", "C"): 1250, ("2026-Q2", "C"): 1125, ("2026-Q3", "C"): 1275, ("2026-Q4", "C"): 1275,
        ("2026", "Y"): 5100,
    }  # fmt: skip


def test_who_joins_during_the_year_is_paid_the_days_of_each_cycle():
    tables = halves()
    tables["roster"][0]["hire_date"] = date(2026, 7, 1)
    tables["results"] = tables["results"][2:]
    assert paid(tables) == {
        ("2026-Q3", "C"): 1375, ("2026-Q4", "C"): 1500, ("2026", "Y"): round(5250 * 184 / 365, 2),
    }  # fmt: skip


def test_a_cycle_calculates_its_own_year_to_date():
    tables = halves()
    for row in tables["components"]:
        row["cumulative"] = "ytd_sum"
    found = paid(tables)
    assert found["2026-Q2", "C"] == round(2500 * 0.95 - 1250, 2)
    assert found["2026", "Y"] == 5250


def test_a_holdback_takes_its_share_of_every_cycle_and_a_draw_is_of_the_plans_own_period():
    tables = halves()
    tables["arrangements"] = [
        {"employee_id": "E0001", "kind": "holdback", "from": "2026-01-01", "amount": 0.1},
        {"employee_id": "E0001", "kind": "guarantee", "from": "2026-01-01", "amount": 2000},
    ]
    found = paid(tables)
    assert found["2026", "holdback"] == -525
    assert ("2026", "guarantee") not in found
    assert found["2026-Q1", "guarantee"] == 750


def test_an_adjustment_may_be_of_the_years_cycle():
    tables = halves()
    tables["adjustments"] = [{"period": "2026", "employee_id": "E0001", "amount": 10, "reason": "late"}]
    assert paid(tables)["2026", "manual"] == 10


@pytest.mark.parametrize("shares", ["20/20/20/40", "20 / 20 / 20 / 40", "20%/20%/20%/40%", "20.0/20.0/20/40"])
def test_shares_of_the_year_may_be_typed_as_documents_write_them(shares):
    found = paid(halves(period_shares=shares))
    assert [found[name, "C"] for name in QUARTERS] == [1000, 900, 1100, 2400]


@pytest.mark.parametrize(("shares", "says"), [
    ("20/20/x/40", "x is not a share above 0"), ("20/20/60", "there are 3 shares"),
    ("20/20/20/20", "sum to 0.8"), ("1/4", "sum to 0.25"),
])  # fmt: skip
def test_shares_that_are_no_whole_year_are_refused(shares, says):
    with pytest.raises(CsmError, match=says):
        paid(halves(period_shares=shares))


def test_shares_of_the_year_of_one_plan_alone():
    tables = halves(period_shares="20%, 0.2, 1/5, 40%")
    found = paid(tables)
    assert [found[name, "C"] for name in QUARTERS] == [1000, 900, 1100, 2400]
    assert found["2026", "Y"] == 5250
    tables["plans"].append({**tables["plans"][0], "plan_id": "T", "period_shares": None})
    tables["components"].append({**tables["components"][0], "plan_id": "T", "weight": 1})
    tables["roster"].append({**tables["roster"][0], "employee_id": "E2", "plan_id": "T"})
    tables["results"].append(result("E2", 1, 1, period="2026-Q4"))
    lines = [line["amount"] for line in pay(tables, "2026-Q4") if line["employee_id"] == "E2"]
    assert lines == [2500]


@pytest.mark.parametrize("plan", [{}, {"period_shares": "20%, 20%, 20%, 40%"}, {"plan_cap": 1.02}])
def test_with_a_calculator_one_arrives_at_the_same_cent(plan):
    told = follow(halves(**plan), "2026")
    assert told.counts["line:metric"] == 5
    assert told.counts["Target incentive"] == 5


def changed(**cells):
    """Findings where the second component's row has other cells."""
    tables = halves()
    tables["components"][1].update(cells)
    return issues(tables)


def test_one_component_in_two_cycles_is_refused():
    tables = halves()
    tables["components"] = [
        {**tables["components"][0], "weight": 1},
        {**tables["components"][1], "component_id": "C", "weight": 1, "valid_from": date(2026, 7, 1)},
    ]
    found = issues(tables)["components, row 3 (pay_cycle)"]
    assert (
        found == "error: component C pays by the quarter in another version (components, row 2 (pay_cycle))"
    )


def test_the_same_component_twice_in_one_cycle_is_refused():
    tables = halves()
    tables["components"][1]["weight"] = 0.25
    tables["components"].append({**tables["components"][1], "component_id": "Z"})
    found = issues(tables)["components, row 4 (pay_cycle)"]
    assert found.startswith(
        "error: components Z and Y (components, row 3 (component_id)) both pay by the year"
    )


def test_ratios_that_multiply_are_paid_together():
    tables = halves(combination="multiplicative")
    found = issues(tables)["components, row 3 (pay_cycle)"]
    assert "component Y pays by the year, and the ratios of plan S, which pays by the quarter" in found


@pytest.mark.parametrize(("cycle", "says"), [
    ("week", "component Y pays by the week, and the periods table is not given"),
    ("fortnight", "unknown pay_cycle 'fortnight'"),
])  # fmt: skip
def test_a_cycle_needs_its_periods(cycle, says):
    assert says in changed(pay_cycle=cycle)["components, row 3 (pay_cycle)"]


def test_a_table_of_periods_must_list_the_periods_of_a_cycle():
    tables = halves()
    tables["periods"] = [
        {"period": name, "start": f"2026-{3 * at + 1:02}-01", "end": f"2026-{3 * at + 3:02}-{day}"}
        for at, (name, day) in enumerate(zip(QUARTERS, (31, 30, 30, 31), strict=True))
    ]
    found = issues(tables)["components, row 3 (pay_cycle)"]
    assert "pays by the year, and the periods table lists no year" in found


@pytest.mark.parametrize(("shares", "says"), [
    ("20%, 20%, 30%, 10%", "the shares of the year sum to 0.8"),
    ("50%, 50%", "there are 2 shares, and a year has 4 quarters"),
    ("a, b, c, d", "a, b, c, d is not a share above 0"), ("100%, 0, 0, 0", "0, 0, 0 is not a share above 0"),
])  # fmt: skip
def test_shares_that_do_not_make_a_year_are_refused(shares, says):
    assert says in issues(halves(period_shares=shares))["plans, row 2 (period_shares)"]


def test_the_book_closes_the_year_with_its_last_quarter():
    tables = load_tables(raws(halves()), component_types(), PAY_TABLES)[0]
    assert [(one.period, one.cycle) for one in pay_periods(tables, "2026-Q3", ["S"])] == [("2026-Q3", "")]
    ends = [(one.period, one.cycle) for one in pay_periods(tables, "2026-Q4", ["S"])]
    assert ends == [("2026", "year"), ("2026-Q4", "")]
    assert len(pay_periods(tables, "2026", ["S"])) == 5
    with pytest.raises(CsmError, match="2026-02 is shorter than S pays by"):
        pay_periods(tables, "2026-02", ["S"])


def test_a_yearly_component_on_deals_needs_no_row_and_is_paid_with_the_last_quarter():
    tables = halves(year=None)
    tables["components"][0]["weight"] = 1
    tables["components"][1] = {
        "plan_id": "S", "component_id": "D", "type": "commission", "rate": 0.1, "pay_cycle": "year",
    }  # fmt: skip
    tables["deals"] = [
        {"deal_id": f"D{at}", "date": day, "amount": 1000, "employee_id": "E0001"}
        for at, day in enumerate(("2026-01-10", "2026-12-10"))
    ]
    assert paid(tables, "2026-Q1") == {("2026-Q1", "C"): 2500}
    assert paid(tables, "2026-Q4")["2026", "D"] == 200


def test_a_year_that_only_ends_in_the_quarter_is_open_while_nothing_of_it_is_known():
    payroll = Payroll.load(raws(halves(year=None)))
    every = [payroll.context.calendar.find(name) for name in ("2026-Q4", "2026")]
    assert [one.name for one in open_periods(payroll.context, every)] == ["2026"]


def cents(value):
    return int(value * 100 + Fraction(1, 2))


CYCLES = {"month": 12, "quarter": 4, "half": 2, "year": 1}


@given(
    st.sampled_from(["month", "quarter", "half"]), st.sampled_from(["quarter", "half", "year"]),
    st.integers(1, 99), st.integers(1, 10_000_000), st.lists(st.integers(0, 200), min_size=13, max_size=13),
    st.lists(st.integers(1, 40), min_size=12, max_size=12), st.integers(0, 300),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_random_cycles_pay_what_exact_arithmetic_gives(own, cycle, weight, target, reached, parts, hired):
    if own == cycle:
        return
    tables = company(period=own, weight=weight / 100)
    tables["plans"][0].update(target_basis="amount", target_value=target / 100)
    tables["components"].append(
        {**tables["components"][0], "component_id": "Y", "pay_cycle": cycle, "weight": 1 - weight / 100}
    )
    count = CYCLES[own]
    shares = [Fraction(part, sum(parts[:count])) for part in parts[:count]]
    if sum(parts[:count]) <= 400:
        tables["plans"][0]["period_shares"] = ", ".join(f"{s.numerator}/{s.denominator}" for s in shares)
    else:
        shares = [Fraction(1, count)] * count
    start = date.fromordinal(date(2026, 1, 1).toordinal() + hired)
    tables["roster"][0]["hire_date"] = start
    expected, given_rows = {}, iter(reached)
    for kind, name, part in ((own, "C", Fraction(weight, 100)), (cycle, "Y", 1 - Fraction(weight, 100))):
        size = 12 // CYCLES[kind]
        for at in range(CYCLES[kind]):
            first = date(2026, at * size + 1, 1)
            after = date(2026 + (at + 1) * size // 12, (at + 1) * size % 12 + 1, 1)
            days, there = (after - first).days, min((after - start).days, (after - first).days)
            if there <= 0:
                continue
            label = {
                "month": f"2026-{at + 1:02}",
                "quarter": f"2026-Q{at + 1}",
                "half": f"2026-H{at + 1}",
            }.get(kind, "2026")
            actual = next(given_rows, 100)
            tables["results"].append(result("E0001", actual / 100, 1, period=label))
            share = shares[at] if kind == own else Fraction(1, CYCLES[kind])
            due = Fraction(target, 100) * share * Fraction(there, days) * part * Fraction(actual, 100)
            expected[label, name] = cents(due)
    found = {key: round(amount * 100) for key, amount in paid(tables).items()}
    assert found == expected
