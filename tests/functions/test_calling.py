"""The one path of a call: what Python may hand over, how it broadcasts, what is said when it fails."""

import math
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csm_xl.errors import CODES, CsmError
from csm_xl.functions import REGISTRY, call
from csm_xl.functions.calling import compute
from csm_xl.functions.cell_range import cell_range
from csm_xl.xlsx.values import ErrorCell

CURVE = [[0.9, 0.5], [1, 1], [1.2, 1.5]]


@pytest.mark.parametrize("salaries", [
    [80000, 90000], (80000, 90000), [[80000], [90000]], np.array([80000, 90000]), np.array([[8e4], [9e4]]),
    pd.Series([80000, 90000]), pd.DataFrame({"base": [80000.0, 90000.0]}), ["80000", "90,000.00"],
    [Decimal("80000"), Fraction(90000)],
])  # fmt: skip
def test_a_column_may_be_any_of_these(salaries):
    assert call("CSM_OTE", salaries, 10000) == [[90000.0], [100000.0]]


@pytest.mark.parametrize("curve", [
    CURVE, np.array(CURVE), pd.DataFrame(CURVE, columns=["attainment", "payout"]),
    pd.DataFrame({"Payout": [0.5, 1, 1.5], "Attainment": [0.9, 1, 1.2]}), tuple(map(tuple, CURVE)),
    [*CURVE, [None, None], ["", " "]],
])  # fmt: skip
def test_a_table_may_be_any_of_these(curve):
    assert call("CSM_PAYCURVE", 1.1, curve) == pytest.approx(1.25, abs=1e-12)


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_days_may_be_dates_of_numpy(unit):
    hired = np.array(["2026-02-15", "NaT", "2026-03-31"], dtype=f"datetime64[{unit}]")
    for column in (hired, hired.reshape(-1, 1), list(hired), pd.Series(hired)):
        assert call("CSM_DAYS", "2026-01-01", np.datetime64("2026-03-31"), column) == [[45], [90], [1]]


def test_tables_may_be_data_frames():
    plans = pd.DataFrame({"plan_id": ["A"], "model": ["base_bonus"], "pay_period": ["quarter"],
                          "target_basis": ["ratio"], "target_value": [0.1]})  # fmt: skip
    components = pd.DataFrame({"plan_id": ["A"], "component_id": ["R"], "type": ["metric"], "weight": [1],
                               "measure": ["NRR"]})  # fmt: skip
    roster = pd.DataFrame({"employee_id": ["E0001"], "plan_id": ["A"], "base_salary": [80000],
                           "hire_date": [pd.Timestamp("2024-01-01")], "leave_date": [pd.NaT]})  # fmt: skip
    results = pd.DataFrame({"period": ["2026-Q1"], "scope": ["individual"], "id": ["E0001"],
                            "measure": ["NRR"], "actual": [1.05], "goal": [1]})  # fmt: skip
    rows = call("CSM_PAYOUTS", "2026-Q1", roster, plans, results, components)
    assert rows[1][rows[0].index("amount")] == 2100.0


def test_scalar_calls_and_one_call_on_the_range_agree():
    rng = np.random.default_rng(7)
    attainment = np.round(rng.uniform(0.5, 1.6, 200), 4).tolist()
    caps = rng.choice([1.2, 1.4, None], 200).tolist()
    above = rng.choice(["hold", "extrapolate"], 200).tolist()
    together = call("CSM_PAYCURVE", attainment, CURVE, None, None, above, caps)
    apart = [
        [call("CSM_PAYCURVE", a, CURVE, None, None, b, c)]
        for a, b, c in zip(attainment, above, caps, strict=True)
    ]
    assert together == apart


def test_a_row_and_a_column_make_a_block():
    block = call("CSM_COMMISSION", [100, 200, 300], [[0.1, 0.2]], None, [[0, 1]])
    assert block == [[10, 21], [20, 41], [30, 61]]


def test_results_are_plain_python_values():
    assert type(call("CSM_OTE", np.float32(1), np.int64(2))) is float
    assert type(call("CSM_DAYS", date(2026, 1, 1), datetime(2026, 1, 2))) is int
    assert [type(value) for value in call("CSM_OTE", [1, None], 1)[1]] == [type(None)]
    assert math.copysign(1, call("CSM_MODIFY", -5, 0)) == 1.0


def test_all_bad_cells_of_a_call_are_told_at_once():
    with pytest.raises(CsmError) as failed:
        call(
            "CSM_PAYCURVE",
            [1, "x", None, ErrorCell("#REF!")],
            [[0.9, "half"], [None, 1]],
            "curved",
            None,
            "up",
        )
    assert [issue.where for issue in failed.value.issues] == [
        "attainment row 2",
        "attainment row 4",
        "curve attainment row 2",
        "curve payout row 1",
        "mode",
        "above",
    ]
    assert all(issue.code in CODES and issue.hint for issue in failed.value.issues)


def test_rows_that_the_rule_itself_refuses_keep_their_place():
    with pytest.raises(CsmError) as failed:
        call("CSM_ATTAINMENT", [[1, None, 3]], [[5], [0], [5], [-1]], "higher")
    assert [issue.where for issue in failed.value.issues] == ["goal row 2", "goal row 4"]
    with pytest.raises(CsmError) as failed:
        call("CSM_ATTAINMENT", [1, 1, 0, 1], 5, ["higher", "higher", "lower", "higher"], "inverse")
    assert [issue.where for issue in failed.value.issues] == ["actual row 3"]


@pytest.mark.parametrize("ragged", [[[1, 2], [3]], [], [[]], [1, [2]], [[[1]], [[2]]]])
def test_what_is_no_range_is_refused(ragged):
    with pytest.raises(CsmError):
        cell_range(ragged, "x")


def test_more_arguments_than_there_are_is_refused():
    with pytest.raises(CsmError, match="at most 2"):
        call("CSM_OTE", 1, 2, 3)


def test_a_result_that_is_not_finite_never_leaves():
    with pytest.raises(CsmError) as failed:
        call("CSM_WEIGHTED", [10] * 400, [0.0025] * 400, "multiplicative")
    assert failed.value.code == "#NUM!"


def test_numbers_are_taken_to_the_decimals_that_are_kept():
    assert call("CSM_OTE", 0.1, 0.2) == pytest.approx(0.3, abs=1e-15)
    # What a formula hands on unrounded stays so; only the noise of floats is taken off it.
    assert call("CSM_TOTALCOMP", 100000 / 3) == pytest.approx(100000 / 3, abs=1e-9)
    assert call("CSM_TOTALCOMP", 1000.0000000004) == 1000.0
    assert call("CSM_GATE", sum([0.1] * 10), 1, 1) == 1.0


@pytest.mark.parametrize("given", [math.inf, -math.inf, math.nan])
def test_a_rule_that_runs_away_is_stopped_in_a_column_too(given):
    runaway = replace(
        REGISTRY["CSM_OTE"], python=lambda base_salary, target_variable: np.asarray(base_salary) * given
    )
    for salary in (1, [1, 2], [1, None]):
        with pytest.raises(CsmError, match="finite"):
            compute(runaway, (salary, 1))


CELLS = st.one_of(
    st.none(), st.booleans(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-10, 60000),
    st.integers(-(10**400), 10**400), st.floats(-2, 3).map(lambda x: round(x, 2)),
    st.sampled_from(["", " ", "linear", "LOWER", "85%", "1,234.5", "2026-01-31", "=1+1", "#N/A", "ünïcode",
                     "attainment", "payout", "from", "to", "rate", "salary"]),
    st.decimals(-1000, 1000, places=4), st.dates(), st.just(ErrorCell("#DIV/0!")),
)  # fmt: skip
RANGES = st.one_of(
    CELLS,
    st.lists(CELLS, min_size=0, max_size=4),
    st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), max_size=4)),
    st.integers(2, 3).flatmap(
        lambda n: st.lists(
            st.lists(st.floats(0, 3).map(lambda x: round(x, 2)), min_size=n, max_size=n), max_size=4
        )
    ),
)


@pytest.mark.parametrize("function", REGISTRY.values(), ids=lambda function: function.name)
def test_random_cells_give_a_result_or_an_error_and_nothing_else(function):
    width = len(function.parameters)

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.lists(RANGES, min_size=0, max_size=width))
    def check(arguments):
        try:
            result = call(function.name, *arguments)
        except CsmError as error:
            assert all(issue.code in CODES and issue.message for issue in error.issues)
            str(error)
            return
        for row in result if isinstance(result, list) else [[result]]:
            for value in row:
                assert value is None or type(value) in (float, int, str, bool, date)
                assert not isinstance(value, float) or math.isfinite(value)

    check()


@pytest.mark.parametrize(
    ("formula", "readings"),
    [
        (("CSM_TIERPAY", "120.000", [[0, 0.05], [100000, 0.08]]), "120000 or 120"),
        (("CSM_TIERPAY", 120000, [[0, 0.05], ["100.000", 0.08]]), "100000 or 100"),
        (("CSM_TOTALCOMP", [[90000], [" 81.500 "]], 25000), "81500 or 81.5"),
        (("CSM_ATTAINMENT", "-1.125", 90), "-1125 or -1.125"),
        (("CSM_LOGORETENTION", "1.200", 1100), "1200 or 1.2"),
        (("CSM_PAYCURVE", "120.000", [[100000, 1], [200000, 2]], "linear", "zero", "flat", None, "actual"),
         "120000 or 120"),
    ],
)  # fmt: skip
def test_a_text_that_can_be_two_numbers_is_refused(formula, readings):
    with pytest.raises(CsmError, match=f"can be read two ways, as {readings}"):
        call(*formula)


def test_a_text_that_is_one_number_is_read():
    assert call("CSM_TOTALCOMP", "100000", "25000.5", "1.125") == pytest.approx(128125.5625, abs=0.01)
    assert call("CSM_PAYCURVE", "1.125", [["0.900", "0.500"], ["1.200", "1.500"]]) == 1.25
    assert call("CSM_COMMISSION", "0.125", "1.000") == 0.125
