"""Worked examples as others published them, each with its source, against csm_xl.pay.

published.jsonl keeps every example as its page gives it; here each is put into the words of a function.
"""

from datetime import date, timedelta

import numpy as np
import pytest
from published import assert_published, records

from csm_xl.pay.adjust import modify
from csm_xl.pay.attainment import attainment
from csm_xl.pay.curves import pay_curve
from csm_xl.pay.goals import goal_score, weighted
from csm_xl.pay.matrix import matrix_payout
from csm_xl.pay.pay_mix import split_ote, target_incentive, total_comp
from csm_xl.pay.proration import eligible_days, eligible_months, prorate
from csm_xl.pay.rounding import round_money
from csm_xl.pay.tiers import TierTable, blended_rate, tier_pay

RECORDS = records("published.jsonl")


def deals_alone(i):
    each = tier_pay(i["amounts"], i["tiers"])
    return {"each": each.tolist(), "total": float(each.sum())}


def deals_interpolated(i):
    each = tier_pay(i["amounts"], i["tiers_amount"], "interpolated")
    return {"each": each.tolist(), "total": float(each.sum())}


def deal_after_prior(i):
    rate = blended_rate(i["deal"], i["tiers"], prior=i["prior"])
    paid = tier_pay(i["deal"], i["tiers"], prior=i["prior"])
    return {"commission": float(paid), "blended_pct": 100 * float(rate)}


def accelerator_legs(i):
    legs = [TierTable.of([tier]) for tier in i["tiers_over_quota"]]
    whole = TierTable.of(i["tiers_over_quota"])
    paid = [float(leg.earned(i["performance"], scale=i["quota"])) for leg in legs]
    assert float(whole.earned(i["performance"], scale=i["quota"])) == pytest.approx(sum(paid))
    return {"eligible": [p / leg.rate[0] for p, leg in zip(paid, legs, strict=True)], "paid": paid}


def two_slopes(i):
    ratio = pay_curve(i["attainment_pct"] / 100, [(0.9, 0.6), (1.0, 0.6 + 10 * 0.025)], above="extrapolate")
    return i["target"] * float(ratio)


def bonus_on_a_grid(i):
    table = [[None, *i["grid_cols"]], [i["ebitda_k"], *i["grid_row_2473"]]]
    factor = matrix_payout(i["ebitda_k"], i["revenue_k"], table)
    return float(modify(i["quarter_target"] * goal_score([1], [i["mbo_score"]]), factor))


def weighted_bonus(i):
    factor = weighted(i["payouts"], i["weights"])
    return {"factor": float(factor), "bonus": float(modify(i["target"], factor))}


def target_chain(i):
    annual = target_incentive(i["base"], i["target_pct"])
    quarter = annual * i["quarter_weight"]
    low, high = modify(quarter, i["matrix_range"])
    return {"annual": float(annual), "quarter": float(quarter), "low": float(low), "high": float(high)}


def slopes_with_cap(i):
    knots = [(0.9, 0.9), (1.0, 1.0), (1.2, 1.0 + 20 * 0.025)]
    return pay_curve(i["attainment"], knots, above="extrapolate", cap=1.5).tolist()


def commission_rate(i):
    _, variable = split_ote(i["ote"], 1 - i["variable_share"])
    return 100 * float(attainment(variable, i["quota"]))


def seasonal_quota(i):
    start = date.fromisoformat(i["start"])
    quarters = [(date(2019, m - 2, 1), date(2019, m, d)) for m, d in [(3, 31), (6, 30), (9, 30), (12, 31)]]
    column = np.array([[a.toordinal(), b.toordinal()] for a, b in quarters])
    shares = np.array(i["season"]) * i["annual_quota"]
    assert eligible_months(column[:, 0], column[:, 1], start).tolist() == [1, 3, 3, 3]
    quotas = round_money(prorate(shares, column[:, 0], column[:, 1], start, basis="months"), unit=1)
    return {"quarters": quotas.tolist(), "total": float(quotas.sum())}


def year_part(i):
    year = (date(2025, 1, 1), date(2025, 12, 31))
    part = [date.fromisoformat(f"2025-{i[end]}") for end in ("start", "end")]
    return {
        "days": int(eligible_days(*year, *part)),
        "bonus": float(round_money(prorate(i["bonus"], *year, *part))),
    }


def days_of_days(i):
    start = date(2025, 1, 1)
    return [
        float(
            round_money(
                prorate(amount, start, start + timedelta(whole - 1), last=start + timedelta(part - 1))
            )
        )
        for amount, part, whole in i["cases"]
    ]


CASES = {
    "T01": deals_alone,
    "T03": deals_interpolated,
    "T05": deal_after_prior,
    "T07": accelerator_legs,
    "C01": lambda i: pay_curve(i["actual"], i["points"]).tolist(),
    "C03": two_slopes,
    "C05": bonus_on_a_grid,
    "C07": lambda i: pay_curve(i["attainment"], i["points"]).tolist(),
    "C09": lambda i: pay_curve(i["nrr"], i["points"], above="extrapolate").tolist(),
    "C11": weighted_bonus,
    "C13": target_chain,
    "C15": slopes_with_cap,
    "R01": commission_rate,
    "P01": seasonal_quota,
    "P05": year_part,
    "P07": days_of_days,
    "B05": lambda i: float(
        total_comp(i["base"], i["bonus"], 1, i["equity"], i["benefits"], other=-i["costs"])
    ),
}


def test_every_example_is_computed():
    assert set(CASES) == set(RECORDS)


@pytest.mark.parametrize("name", CASES)
def test_published_example(name):
    record = RECORDS[name]
    assert_published(record, CASES[name](record["inputs"]))
