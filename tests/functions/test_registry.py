"""The registry: what is declared, and what is made from it."""

import inspect
import re
import subprocess
import sys
import textwrap

import pytest

from csm_xl.errors import CsmError
from csm_xl.functions import REGISTRY, call, find
from csm_xl.functions.formula import parse_call
from csm_xl.functions.reference import PATH, call_text, main, reference

CONTRACT = """
CSM_TOTALCOMP(base_salary, [target_variable=0], [payout_ratio=1], [equity=0], [benefits=0], [other=0])
CSM_OTE(base_salary, target_variable)
CSM_PAYMIX(base_salary, target_variable)
CSM_SPLITOTE(ote, base_share)
CSM_TARGETINCENTIVE(salary, target_ratio, periods_per_year)
CSM_ATTAINMENT(actual, goal, [direction="higher"], [method="complement"])
CSM_PAYCURVE(attainment, curve, [mode="linear"], [below="zero"], [above="hold"], [cap], [on="attainment"])
CSM_TIERPAY(amount, tiers, [mode="marginal"], [prior=0], [tie="upper"])
CSM_BLENDEDRATE(amount, tiers, [mode="marginal"], [prior=0])
CSM_WEIGHTED(ratios, weights, [method="additive"])
CSM_GATE(measure, minimum, payout, [otherwise=0])
CSM_MODIFY(payout, factor, [floor], [cap])
CSM_CAP(payout, [floor], [cap])
CSM_MATRIX(row_measure, column_measure, table, [mode="lookup"])
CSM_MBO(weights, scores, [max_score])
CSM_COMMISSION(amount, rate, [split=1], [fixed=0])
CSM_CREDIT(amount, shares, [allow_over=FALSE])
CSM_SPIF(count, amount, [cap])
CSM_POOL(payouts, pool)
CSM_POOLSHARES(pool, weights, [cap])
CSM_RANKPAY(value, peers, curve)
CSM_DAYS(period_start, period_end, [from], [to])
CSM_PRORATE(amount, period_start, period_end, [from], [to], [basis="calendar_days"])
CSM_ELIGIBLESALARY(history, period_start, period_end, [method="daily"])
CSM_RAMP(quota, ramp, month)
CSM_SEASONALQUOTA(annual_quota, weights, year_start, [start], [basis="calendar_days"])
CSM_GUARANTEE(earned, floor)
CSM_DRAW(earned, draw, [recoverable=TRUE], [recovery_share=1], [recovery_start=1], [opening_balance=0], \
[recovery_of="above_draw"])
CSM_TRUEUP(earned_to_date, paid_to_date, [interim_cap])
CSM_HOLDBACK(earned, ratio)
CSM_CLAWBACK(paid, term_months, active_months, [method="prorata"], [window_months])
CSM_GRR(start, churn, [contraction=0])
CSM_NRR(start, expansion, churn, [contraction=0])
CSM_RETENTION(accounts, [measure="GRR"])
CSM_LOGORETENTION(start_count, end_count, [new_count=0])
CSM_CHURN(start, lost)
CSM_COVERAGE(pipeline, target)
CSM_NPS(scores)
CSM_NPSCOUNTS(promoters, passives, detractors)
CSM_CSAT(scores, [satisfied_from=4])
CSM_CSATCOUNTS(satisfied, responses)
CSM_HEALTH(values, weights)
CSM_BOOKADJUST(accounts, expected, [measure="GRR"])
CSM_COMPARATIO(salary, midpoint)
CSM_RANGEPENETRATION(salary, minimum, maximum)
CSM_MERIT(salary, rating, matrix, range_min, range_max, [budget_scale=1], [months=12], [addition=0])
CSM_BONUSHISTORY(ratios, addition, [years=3], [target=1])
CSM_PROMOTE(salary, promotion_ratio, new_minimum, [new_maximum])
CSM_GEOPAY(national, location, [locations], [basis="labour"], [living_share])
CSM_SKILLPREMIUM(salary, skills, premiums, [cap])
CSM_MARKETPAY(occupation, area, [percentile=0.5], [wages])
CSM_MARKETPERCENTILE(salary, occupation, area, [wages])
CSM_PEERGAP(salary, peers)
CSM_VEST(shares, grant_date, schedule, as_of)
CSM_VESTSCHEDULE(shares, grant_date, schedule)
CSM_RSU(shares, price, [withholding=0])
CSM_OPTION(shares, strike, price, [kind="NSO"])
CSM_BLACKSCHOLES(price, strike, rate, years, volatility, [dividend_yield=0])
CSM_ESPP(discount, offer_price, purchase_price, [lookback=TRUE])
CSM_MATCH(salary, deferral_ratio, tiers)
CSM_BENEFITS(salary, items)
CSM_TAX(income, year, [status="single"], [state], [kind="federal"], [deduction], [brackets])
CSM_NETPAY(gross, year, [status="single"], [state], [supplemental=0], [brackets])
CSM_OFFER(offer, [years=4], [discount_rate=0], [brackets])
CSM_OFFERCOMPARE(offers, [years=4], [discount_rate=0], [brackets])
CSM_PAYOUTS(period, tables…)
CSM_EXPLAIN(employee_id, period, tables…)
CSM_ERROR([address])
CSM_VERSION()
"""


@pytest.mark.parametrize("signature", CONTRACT.strip().splitlines())
def test_names_order_and_defaults_are_those_of_the_contract(signature):
    assert REGISTRY[signature.split("(")[0]].signature == signature


@pytest.mark.parametrize("function", REGISTRY.values(), ids=lambda function: function.name)
def test_every_function_is_described(function):
    assert re.fullmatch(r"CSM_[A-Z]+", function.name)
    assert 10 < len(function.summary) <= 255 and function.summary.endswith(".")
    assert function.result.help.endswith(".")
    for parameter in function.parameters:
        assert parameter.help.endswith(".") and len(parameter.help) <= 255
    assert len(inspect.signature(function.python).parameters) == len(function.parameters)
    assert function.examples
    for example in function.examples:
        name, _ = parse_call(example)
        assert name == function.name
        call_text(example)


def test_a_module_that_declares_a_function_is_found(tmp_path):
    """Nothing lists the functions: a file in the package is enough."""
    code = textwrap.dedent('''
        import sys
        from pathlib import Path
        import csm_xl.functions as functions
        from csm_xl.functions.registry import load

        Path(sys.argv[1], "extra.py").write_text("""
        from csm_xl.functions.registry import Result, function, number

        @function("Measures", Result("Twice.", "", "each"), {"x": number("A number.")}, ("CSM_TWICE(2)",))
        def twice(x):
            \\"\\"\\"Twice a number.\\"\\"\\"
            return 2 * x
        """.replace("\\n        ", "\\n"))
        functions.__path__.append(sys.argv[1])
        load("csm_xl.functions", [sys.argv[1]])
        print(functions.call("CSM_TWICE", [1, 2]), list(functions.REGISTRY).index("CSM_TWICE") > 20)
    ''')
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout.strip() == "[[2.0], [4.0]] True", done.stderr


@pytest.mark.parametrize("name", ["CSM_OTE", "csm_ote", "ote", " =OTE "])
def test_a_name_is_found_with_or_without_its_prefix_and_in_any_case(name):
    assert find(name).name == "CSM_OTE"


def test_an_unknown_name_suggests_a_near_one():
    with pytest.raises(CsmError) as failed:
        call("CSM_PAYCURV", 1)
    assert failed.value.code == "#N/A" and "CSM_PAYCURVE" in str(failed.value)


def test_the_reference_in_the_repository_is_what_the_registry_says(capsys):
    assert PATH.read_text(encoding="utf-8") == reference()
    assert main(["--check"]) == 0


def test_a_reference_that_is_out_of_date_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert "csm_xl.functions.reference" in capsys.readouterr().err
    assert main() == 0 and main(["--check"]) == 0
    PATH.write_text(PATH.read_text(encoding="utf-8").replace("127500", "127501"), encoding="utf-8")
    assert main(["--check"]) == 1


@pytest.mark.parametrize("formula", [
    "CSM_OTE", "CSM_OTE(1", "CSM_OTE(1 2)", "CSM_OTE({1,{2}})", "CSM_OTE(A1)", "CSM_OTE(CSM_OTE(1,2),1)",
    "CSM_OTE({1;2)", "CSM_OTE({1 2})", "CSM_OTE(1) + 1",
])  # fmt: skip
def test_what_is_not_a_call_of_constants_is_refused(formula):
    with pytest.raises(CsmError):
        parse_call(formula)


def test_importing_leaves_the_heavy_packages_out():
    heavy = ("pandas", "polars", "pyarrow", "openpyxl", "xlwings", "xlsxwriter", "hypothesis")
    code = (
        "import sys, csm_xl.functions, csm_xl.engine, csm_xl.engine.run; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
