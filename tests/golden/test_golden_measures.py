"""Worked examples as others published them, against ramps, draws, measures, salaries and places.

published_measures.jsonl keeps every example as its page gives it; here each is put into the words of a rule.
"""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from csm_xl.functions import call
from csm_xl.pay.draws import clawback, draw
from csm_xl.pay.market import geo_pay, location_factor
from csm_xl.pay.measures import gross_retention, health_score, net_promoter_score, net_retention
from csm_xl.pay.ramp import ramp_quota
from csm_xl.pay.rounding import round_money
from csm_xl.pay.salary import MeritMatrix, compa_ratio, merit

RECORDS = {
    record["id"]: record
    for line in (Path(__file__).parent / "published_measures.jsonl").read_text(encoding="utf-8").splitlines()
    for record in [json.loads(line)]
}


def draw_while_it_lasts(i):
    amounts = [i["draw"] * lasts for lasts in i["draw_periods"]]
    after = draw(i["earned"], amounts, i["recoverable"])
    return {"paid": after.paid.tolist(), "balance": after.balance.tolist()}


def draw_recovered_later(i):
    after = draw(i["earned"], i["minimum"], recovery_start=i["recovery_starts_period"])
    given = after.paid - np.array(i["earned"])
    return {"draw": given.tolist(), "paid": after.paid.tolist(), "balance": after.balance.tolist()}


def year_to_date(i):
    """Attainment of the year to date adds up the credits: what each month is trued up by is its own."""
    paid, reached = 0.0, []
    for earned in np.cumsum(i["credits"]):
        paid += call("CSM_TRUEUP", float(earned), paid)
        reached.append(paid)
    return reached


def net(i):
    ratio = net_retention(i["start"], i["expansion"], i["churn"], i["contraction"])
    return {"end": float(ratio * i["start"]), "nrr_pct": 100 * float(ratio)}


def gross_and_net(i):
    lost = i["churn"], sum(i["downgrades"])
    return {
        "grr_pct": 100 * float(gross_retention(i["start"], *lost)),
        "nrr_pct": 100 * float(net_retention(i["start"], i["expansion"], *lost)),
    }


def health_of_rounded_components(i):
    means = [sum(part["metrics"]) / len(part["metrics"]) for part in i["components"]]
    rounded = round_money(means, unit=1)
    weights = [part["weight"] for part in i["components"]]
    assert float(health_score(means, weights)) == pytest.approx(74.95)
    return {"engagement": float(rounded[1]), "score": float(round_money(health_score(rounded, weights), 1))}


def compa(i):
    return {
        "compa_pct": 100 * float(compa_ratio(i["salary"], i["midpoint"])),
        "gap": float(i["salary"] - i["midpoint"]),
    }


def merit_of_one_rating(i):
    flat = MeritMatrix(("Meets",), (0,), ((i["merit_pct"],),))
    return float(merit(i["salary"], "Meets", flat, 0.8 * i["salary"], 1.2 * i["salary"])[0])


def real_value(i):
    """The national rate that buys on average what the income buys there."""
    factors = np.array(i["rpp"]) / 100
    national = np.array(i["incomes"]) / factors
    assert geo_pay(national, factors).tolist() == pytest.approx(i["incomes"])
    return national.tolist()


def rent_with_a_floor(i):
    rents = [max(0.2, rent) / 1.26 for rent in i["rent"]]
    return round_money(100 * location_factor(1, rents, 0.7), unit=1).tolist()


CASES = {
    "D01": draw_while_it_lasts,
    "D03": draw_recovered_later,
    "D05": lambda i: float(draw(i["earned"], i["draw"]).balance[0]),
    "P03": lambda i: ramp_quota(i["full_quota"], i["ramp"], range(1, 6)).tolist(),
    "X01": lambda i: float(clawback(1, i["term_months"], i["active_months"])),
    "X03": year_to_date,
    "M01": net,
    "M03": lambda i: 100 * float(net_retention(i["start"], i["expansion"], i["churn"], i["contraction"])),
    "M05": gross_and_net,
    "M07": lambda i: 100 * float(gross_retention(i["start"], i["churn"], i["contraction"])),
    "M09": lambda i: float(net_promoter_score(i["promoters_pct"], i["passives_pct"], i["detractors_pct"])),
    "M11": health_of_rounded_components,
    "K01": compa,
    "K03": merit_of_one_rating,
    "K05": lambda i: geo_pay(i["national"], i["ratio"]).tolist(),
    "K07": real_value,
    "K09": rent_with_a_floor,
}


def test_every_example_is_computed():
    assert set(CASES) == set(RECORDS)


@pytest.mark.parametrize("name", CASES)
def test_published_example(name):
    record = RECORDS[name]
    found, expected = CASES[name](record["inputs"]), record["expected"]
    tolerance = record["tolerance"]
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for part, value in expected.items():
            assert found[part] == pytest.approx(value, abs=tolerance), part
    else:
        assert found == pytest.approx(expected, abs=tolerance)


def test_the_seasonal_quota_published_for_a_start_in_march():
    """20,000 × 1 of 3 months, to the dollar; by the days that remain it would be 31 of 90."""
    quotas = call(
        "CSM_SEASONALQUOTA", 100000, [0.2, 0.2, 0.2, 0.4], date(2019, 1, 1), date(2019, 3, 1), "months"
    )
    rounded = [float(round_money(row[0], unit=1)) for row in quotas]
    assert rounded == [6667, 20000, 20000, 40000] and sum(rounded) == 86667
    by_days = call("CSM_SEASONALQUOTA", 100000, [0.2, 0.2, 0.2, 0.4], date(2019, 1, 1), date(2019, 3, 1))
    assert by_days[0][0] == pytest.approx(20000 * 31 / 90)
