"""Plan health against figures counted one by one."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm_xl.analysis.health import EVERY, gini, health, people_of, rank_correlation
from csm_xl.errors import CsmError

AMOUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any)


@given(AMOUNTS)
def test_gini_is_the_mean_difference_over_twice_the_mean(amounts):
    count = len(amounts)
    apart = sum(abs(one - other) for one in amounts for other in amounts)
    wanted = Fraction(apart, 2 * count * sum(amounts))
    assert gini(np.array(amounts, float)) == pytest.approx(float(wanted), abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_rank_correlation_is_scipys(pairs):
    from scipy.stats import spearmanr  # here, as it takes seconds to load

    one, other = (np.array(column, float) for column in zip(*pairs, strict=True))
    found = rank_correlation(one, other)
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(one, other).statistic, abs=1e-9)


def test_people_gather_their_lines_and_periods():
    people = people_of(
        ["E2", "E1", "E1", "E2"], ["A", "A", "A", "A"],
        np.array([100.0, 50, np.nan, 100]), np.array([1.0, 0.5, np.nan, 0.5]), np.array([90.0, 20, 7, 30]),
    )  # fmt: skip
    assert people.names == ["E2", "E1"]
    assert people.target.tolist() == [200, 50]
    assert people.paid.tolist() == [120, 20]
    assert people.amount.tolist() == [120, 27]
    assert people.performance.tolist() == [0.75, 0.5]


def company(plans):
    """Lines of people named E0…, a plan each: target 100, attained and paid in per cent."""
    rows = [(f"E{n}", plan, 100.0, reached, paid) for n, (plan, reached, paid) in enumerate(plans)]
    names, of, target, reached, paid = zip(*rows, strict=True)
    return people_of(names, of, np.array(target), np.array(reached), np.array(paid, float))


def measures(found, plan=EVERY):
    return {one.measure: (one.value, one.verdict) for one in found if one.plan_id == plan}


def test_a_healthy_plan():
    paid = [0, 80, 90, 100, 100, 101, 105, 110, 120, 160]
    found = measures(health(company([("A", 0.5 + n / 10, one) for n, one in enumerate(paid)])))
    assert found["share_at_threshold"] == (0.9, "ok")
    assert found["share_at_target"] == (0.7, "ok")
    assert found["share_at_excellence"] == (0.1, "ok")
    assert found["rank_correlation"][0] == pytest.approx(0.997, abs=1e-3)
    assert found["paid_to_target"][0] == pytest.approx(0.966)


def test_small_plans_are_not_told_apart():
    found = health(company([("A", 1.0, 100)] * 6 + [("B", 1.0, 50)] * 4))
    assert measures(found, "B") == {"people": (4.0, ""), "suppressed": (None, "")}
    # All plans less A would be B.
    assert measures(found, "A") == {"people": (6.0, ""), "suppressed": (None, "")}
    assert "share_at_target" in measures(found, EVERY)


def test_payout_per_unit_retained():
    people = company([("A", 1.0, 100)] * 5)
    assert measures(health(people, retained=5000.0))["payout_per_retained"] == (0.1, "")
    with pytest.raises(CsmError):
        health(people, retained=0.0)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"A": 9, "B": 7, "C": 3}, {"A"}),
        ({"A": 9, "B": 7, "C": 3, "D": 2}, {"A", "B"}),  # C and D together are five
        ({"A": 9, "B": 2}, set()),
        ({"A": 9, "B": 5}, {"A", "B"}),
    ],
)
def test_no_difference_of_sums_is_of_fewer_than_five_people(sizes, shown):
    made = company([(plan, 1.0, 100 + at) for plan, count in sizes.items() for at in range(count)])
    found = health(made)
    apart = {plan for plan in sizes if "paid" in measures(found, plan)}
    assert apart == shown
    rest = sum(count for plan, count in sizes.items() if plan not in apart)
    assert rest == 0 or rest >= 5


def test_the_rule_holds_within_each_currency():
    made = company([("A", 1.0, 100)] * 9 + [("B", 1.0, 100)] * 2 + [("A", 1.0, 100)] * 6)
    made = replace(made, currencies=["USD"] * 11 + ["EUR"] * 6)
    found = health(made)
    assert "paid" not in measures(found, "A in USD") and "paid" in measures(found, "A in EUR")


def test_sums_are_what_exact_arithmetic_gives():
    each = [
        [0.1, 0.2, 14027.04],
        [4366.7, 4366.65, 4366.65],
    ]
    for amounts in each:
        lines = 10 * amounts
        names = [f"E{at // 3}" for at in range(30)]
        people = people_of(names, ["P"] * 30, np.array(lines), np.ones(30), np.array(lines))
        exact = float(sum(Fraction(str(one)) for one in lines))
        found = {one.measure: one.value for one in health(people)}
        assert (found["target"], found["paid"]) == (exact, exact)
        assert found["share_at_target"] == 1
