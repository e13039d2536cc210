"""Worked examples of equity, benefits and tax as others published them, through the worksheet functions."""

import numpy as np
import pytest
from published import assert_published, records

from csm_xl.functions import call
from csm_xl.pay.tiers import TierTable

RECORDS = records("published_rewards.jsonl")


def sell_to_cover(i):
    [[gross, sold, net_shares, net_value]] = call("CSM_RSU", i["shares"], i["price"], i["rate"])
    # The page shows one decimal.
    percent = round(100 * sold / i["shares"], 1)
    return {
        "gross": gross,
        "sold": sold,
        "net_shares": net_shares,
        "net_value": net_value,
        "effective_pct": percent,
    }


def exercise_and_sale(i):
    [[_, ordinary, _]] = call("CSM_OPTION", 1, i["strike"], i["fmv_exercise"])
    [[later, _, _]] = call("CSM_OPTION", 1, i["fmv_exercise"], i["sale"])
    return {"ordinary": ordinary, "capital_gain": later}


def purchase(i):
    rows = call("CSM_ESPP", i["discount"], i["offer_price"], i["purchase_price"])
    price, gain, ratio = (list(column) for column in zip(*rows, strict=True))
    return {"price": price, "gain": gain, "gain_pct": [100 * value for value in ratio]}


def purchase_in_percent(i):
    found = purchase(i)
    # Whole percents, the first rounded as the page does, the second cut off.
    found["gain_pct"] = [round(found["gain_pct"][0]), np.floor(100 * found["gain_pct"][1]) / 100]
    return found


def purchase_in_money(i):
    found = purchase(i)
    return {part: found[part] for part in ("price", "gain")}


def match_percent(i):
    rows = call("CSM_MATCH", 100, [percent / 100 for percent in i["deferral_pct"]], i["tiers"])
    return [row[0] for row in rows]


def load_share(i):
    total = call("CSM_TOTALCOMP", i["wages"], 0, 1, 0, i["benefits"])
    return {
        "total": total,
        "wages_pct": 100 * i["wages"] / total,
        "benefits_pct": 100 * i["benefits"] / total,
    }


def federal_brackets(i):
    taxed = call("CSM_TAX", i["gross"], 2025, "single", None, "federal", i["standard_deduction"])
    taxable = i["gross"] - i["standard_deduction"]
    starts = [0, *i["upper"]]
    legs = [
        float(TierTable((low,), (rate,), (high,)).earned(taxable))
        for low, high, rate in zip(starts, i["upper"], i["rates"], strict=False)
    ]
    assert sum(legs) == pytest.approx(taxed)
    percent = round(100 * taxed / i["gross"], 1)
    return {"legs": legs, "tax": taxed, "effective_pct": percent, "after_tax": i["gross"] - taxed}


CASES = {
    "E01": lambda i: call("CSM_RSU", i["shares"], i["fmv"])[0][0],
    "E03": sell_to_cover,
    "E05": exercise_and_sale,
    "E07": purchase_in_percent,
    "E09": purchase_in_money,
    "E11": lambda i: call("CSM_BLACKSCHOLES", i["S"], i["K"], i["r"], i["t"], i["sigma"]),
    "B01": lambda i: call("CSM_MATCH", i["salary"], i["deferral"], i["tiers"]),
    "B03": match_percent,
    "B07": load_share,
    "A01": federal_brackets,
}


def test_every_example_is_computed():
    assert set(CASES) == set(RECORDS)


@pytest.mark.parametrize("name", CASES)
def test_published_example(name):
    record = RECORDS[name]
    assert_published(record, CASES[name](record["inputs"]))
