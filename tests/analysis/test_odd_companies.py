"""Every analysis on small odd companies: an answer or a clear refusal; currencies are never added."""

import copy
import warnings

import pytest
from test_simulate import company, raws

from csm_xl.analysis.health import EVERY, health, people_of
from csm_xl.analysis.scenario import currencies
from csm_xl.analysis.sensitivity import sensitivity
from csm_xl.analysis.simulate import simulate
from csm_xl.analysis.solve import solve
from csm_xl.engine.loading import load
from csm_xl.engine.run import run
from csm_xl.errors import CsmError

Q1 = "2026-Q1"
ONE = [{"weight": 1, "measure": "NRR"}]


def two_currencies(plan_of_their_own, people=12):
    """Every other person is paid in EUR: by a plan of their own, or by their row on the roster."""
    tables = {raw.name: [dict(zip(raw.rows[0], row, strict=True)) for row in raw.rows[1:]]
              for raw in company(people, ONE)}  # fmt: skip
    for person in tables["roster"][1::2]:
        person |= {"plan_id": "B"} if plan_of_their_own else {"currency": "EUR"}
    if plan_of_their_own:
        for name in ("plans", "components"):
            tables[name].append(copy.deepcopy(tables[name][0]) | {"plan_id": "B"})
        tables["plans"][1]["currency"] = "EUR"
    return raws(**tables)


@pytest.mark.parametrize("own", [True, False])
def test_currencies_are_never_added(own):
    tables = two_currencies(own)
    for analysis in (lambda: sensitivity(tables, Q1), lambda: simulate(tables, Q1, 50),
                     lambda: solve(tables, "attainment", 100, Q1)):  # fmt: skip
        with pytest.raises(CsmError, match="several currencies"):
            analysis()
    each = {code: simulate(tables, Q1, 50, currency=code) for code in ("EUR", "USD")}
    assert [found.base for found in each.values()] == [12000, 12000]
    assert not set(each["EUR"].people.ids) & set(each["USD"].people.ids)
    with pytest.raises(CsmError, match="nobody is paid in the currency"):
        simulate(tables, Q1, 50, currency="GBP")


@pytest.mark.parametrize("own", [True, False])
def test_health_measures_each_currency_apart(own):
    tables = load(two_currencies(own))
    lines = run(tables, Q1)
    columns = lines.columns
    people = people_of(
        [lines.names["employee_id"][code] for code in columns["employee_id"].tolist()],
        [lines.names["plan_id"][code] for code in columns["plan_id"].tolist()],
        columns["component_target"], columns["attainment"], columns["amount"], currencies(tables, lines),
    )  # fmt: skip
    found = health(people, retained=1e6)
    paid = {one.plan_id: one.value for one in found if one.measure == "paid"}
    assert paid[f"{EVERY} in EUR"] == paid[f"{EVERY} in USD"] == 12000 and EVERY not in paid
    assert all(one.measure != "payout_per_retained" for one in found)


@pytest.mark.parametrize(
    "tables",
    [
        company(1, ONE),
        company(2, [{"weight": 1, "measure": "Zufriedenheit"}], {"plan_name": "Plän 東京"}),
        company(2, ONE, {"target_value": 0}),
        company(1, ONE, results=[{"period": Q1, "scope": "individual", "id": "E0000", "measure": "NRR",
                                  "actual": 0, "goal": 1.0}]),
        company(1, ONE, results=[{"period": Q1, "scope": "individual", "id": "E0000", "measure": "NRR",
                                  "actual": None, "goal": 1.0}]),
    ],
    ids=["one person", "other letters", "no variable pay", "nothing reached", "not measured"],
)  # fmt: skip
def test_no_warning_of_arithmetic_reaches_anyone(tables):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sensitivity(tables, Q1).base >= 0
        found = simulate(tables, Q1, 50)
        assert (found.totals >= 0).all()
