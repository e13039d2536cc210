"""The pay gap against statsmodels' own decomposition, and its standard errors against resampling."""

import numpy as np
import pytest

from csm_xl.analysis.paygap import columns_of, gap_rows, least_squares, pay_gap
from csm_xl.errors import CsmError


def company(seed, people=400):
    draw = np.random.default_rng(seed)
    group = np.where(draw.random(people) < 0.4, "B", "A")
    tenure = draw.normal(5, 2, people) + (group == "A")
    level = draw.choice(["L1", "L2", "L3"], people)
    pay = 50 + 3 * tenure + (level == "L2") * 5 + (level == "L3") * 9 + (group == "A") * (4 + tenure / 2)
    return pay + draw.normal(0, 5, people), group, {"tenure": tenure, "level": level}


@pytest.mark.parametrize("seed", range(8))
def test_parts_are_those_of_statsmodels(seed):
    from statsmodels.stats.oaxaca import OaxacaBlinder  # here, as it takes seconds to load

    pay, group, covariates = company(seed)
    found = pay_gap(pay, group, covariates)
    first = group == found.groups[0]
    level = covariates["level"]
    counted = np.column_stack([covariates["tenure"], level == "L2", level == "L3", first]).astype(float)
    model = OaxacaBlinder(pay, counted, 3, hasconst=False, swap=True)
    unexplained, explained, gap = model.two_fold().params
    endowments, coefficients, interaction, _ = model.three_fold().params
    wanted = {"difference": gap, "endowments": endowments, "coefficients": coefficients,
              "interaction": interaction, "explained": explained, "unexplained": unexplained}  # fmt: skip
    assert {name: value for name, (value, _) in found.parts.items()} == pytest.approx(wanted, abs=1e-8)
    assert sum(found.covariates.values()) == pytest.approx(explained)


@pytest.mark.parametrize("apart", [1.0, 1e-2, 1e-4, 1e-6])
@pytest.mark.parametrize("seed", range(8))
def test_rates_and_their_covariance_are_those_of_statsmodels(seed, apart):
    """Salaries beside flags, and two covariates that are `apart` from being one: digits are lost only as far
    as the data loses them."""
    from statsmodels.api import OLS

    draw = np.random.default_rng(seed)
    people = int(draw.integers(12, 200))
    tenure = draw.normal(5, 2, people)
    salary, flag = draw.normal(80_000, 15_000, people), draw.integers(0, 2, people)
    counted = np.column_stack(
        [np.ones(people), tenure, tenure + apart * draw.normal(size=people), salary, flag]
    )
    pay = counted @ draw.normal(10, 5, 5) + draw.normal(0, 3, people)
    rates, covariance = least_squares(pay, counted)
    fit = OLS(pay, counted).fit()
    near = 100 * np.finfo(float).eps * np.linalg.cond(counted)
    assert rates == pytest.approx(fit.params, rel=near)
    scale = np.sqrt(np.outer(np.diag(fit.cov_params()), np.diag(fit.cov_params())))
    assert covariance / scale == pytest.approx(fit.cov_params() / scale, abs=near)


def test_parts_sum_to_the_gap():
    parts = {name: value for name, (value, _) in pay_gap(*company(11)).parts.items()}
    assert parts["endowments"] + parts["coefficients"] + parts["interaction"] == pytest.approx(
        parts["difference"]
    )
    assert parts["explained"] + parts["unexplained"] == pytest.approx(parts["difference"])


def test_standard_errors_are_the_spread_of_repeated_samples():
    samples = [pay_gap(*company(seed, 300)) for seed in range(100, 400)]
    for part in samples[0].parts:
        spread = np.std([one.parts[part][0] for one in samples])
        stated = np.mean([one.parts[part][1] for one in samples])
        assert stated == pytest.approx(spread, rel=0.15), part


def test_which_group_comes_first_does_not_depend_on_its_name():
    pay, group, covariates = company(3)
    renamed = np.where(group == "A", "Z", group)
    assert pay_gap(pay, group, covariates).parts == pay_gap(pay, renamed, covariates).parts


def test_small_groups_are_not_told():
    pay, group, covariates = company(5, 200)
    group[:] = "A"
    group[:9] = "B"
    with pytest.raises(CsmError, match="fewer than 10 people") as failed:
        pay_gap(pay, group, covariates)
    assert failed.value.code == "#N/A"


def test_covariates_that_say_the_same_are_refused():
    pay, group, covariates = company(6)
    with pytest.raises(CsmError, match="are collinear"):
        pay_gap(pay, group, {**covariates, "years": covariates["tenure"] * 2})


def test_rows_and_columns():
    rows = gap_rows(pay_gap(*company(7)))
    assert rows[0] == ["part", "amount", "standard_error", "share"]
    assert [row[0] for row in rows[-2:]] == ["explained by tenure", "explained by level"]
    with pytest.raises(CsmError) as failed:
        columns_of([("a", "a", None), (1, 2, 3)])
    assert len(failed.value.issues) == 3


def test_a_number_that_is_too_large_is_refused():
    with pytest.raises(CsmError, match="tenure row 2: the number is too large"):
        columns_of([["tenure"], [3], [10**400]])
