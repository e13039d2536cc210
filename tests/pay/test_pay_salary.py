"""Salaries in their range, merit, promotion, skills, peers, the market and places at their edges."""

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.market import geo_pay, labour_factor, location_factor, market_pay, market_percentile
from csm_xl.pay.rounding import exact
from csm_xl.pay.salary import (
    MeritMatrix,
    compa_ratio,
    merit,
    peer_gap,
    promote,
    range_penetration,
    skill_premium,
)

MATRIX = MeritMatrix(("Meets", "Exceeds"), (0, 0.9, 1.1), ((0.04, 0.03, 0.01), (0.08, 0.06, 0.03)))
AT = [0.1, 0.25, 0.5, 0.75, 0.9]


def places(caught):
    return [issue.where for issue in caught.value.issues]


def failure(call, *arguments):
    with pytest.raises(CsmError) as caught:
        call(*arguments)
    return caught.value.code, places(caught)


def test_a_compa_ratio_on_a_band_belongs_to_it():
    salaries = [71999.99, 72000, 87999.99, 88000]
    increases = merit(salaries, "Meets", MATRIX, 60000, 100000)[1]
    assert (increases / salaries).round(9).tolist() == [0.04, 0.03, 0.03, 0.01]
    thirds = MeritMatrix(("A",), (0, 1.1), ((0.5, 0.25),))
    assert 3.3 / 3 < 1.1
    assert merit(3.3, "A", thirds, 1, 5)[1] == pytest.approx(3.3 * 0.25)


def test_a_merit_keeps_every_dollar():
    salaries = np.array([60000, 95000, 99000, 100000, 130000])
    new, increase, lump = merit(salaries, "Exceeds", MATRIX, 60000, 100000, 1.1, 9)
    assert (new - increase).tolist() == salaries.tolist()
    assert np.allclose(increase + lump, salaries * MATRIX.ratio("Exceeds", salaries / 80000) * 1.1 * 9 / 12)
    assert new.tolist()[-2:] == [100000, 130000] and increase.tolist()[-2:] == [0, 0]


def test_ratings_of_a_column():
    new = merit([80000, 80000, 80000], ["Meets", "EXCEEDS", " exceeds "], MATRIX, 60000, 100000)[0]
    assert new.tolist() == [82400, 84800, 84800]
    assert failure(merit, [1, 1, 1], ["Meets", "Great", "Poor"], MATRIX, 1, 2) == (
        "#N/A", ["rating row 2", "rating row 3"])  # fmt: skip
    exact_new = merit(exact([80000]), ["Meets"], MATRIX, 60000, 100000)[0]
    assert exact_new.dtype == object and exact_new.tolist() == [82400]
    assert merit([72000, 98000], "Meets", MATRIX, 60000, 100000, addition=[0, 0.01])[0].tolist() == [
        74160,
        99960,
    ]
    worded = MeritMatrix(("far  above", "at goal"), (0,), ((0.05,), (0.03,)))
    assert worded.ratio([["Far Above", "at  goal"]], np.array([[1.0, 1.0]])).tolist() == [[0.05, 0.03]]
    assert worded.ratio("at goal", np.array([0.9, 1.1])).tolist() == [0.03, 0.03]


def test_merit_refuses_what_cannot_be():
    assert failure(merit, 1, "Great", MATRIX, 1, 2) == ("#N/A", ["rating"])
    with pytest.raises(CsmError, match=r"not above its minimum \(found 5\.0\)"):
        merit(1, "Meets", MATRIX, 7, 5)
    assert failure(merit, -1, "Meets", MATRIX, 60000, 100000) == ("#VALUE!", ["salary"])
    assert failure(merit, 1, "Meets", MATRIX, -1, 100000) == ("#VALUE!", ["range_min"])
    assert failure(merit, 1, "Meets", MATRIX, 60000, [60000, 70000]) == ("#VALUE!", ["range_max row 1"])
    assert failure(merit, 1, "Meets", MATRIX, 1, 2, -1) == ("#VALUE!", ["budget_scale"])
    assert failure(merit, 1, "Meets", MATRIX, 1, 2, 1, [0, 12, 12.1, -1]) == (
        "#VALUE!", ["months row 3", "months row 4"])  # fmt: skip
    above = MeritMatrix(("A",), (0.8,), ((0.1,),))
    assert failure(merit, [2, 1], "A", above, 1, 3) == ("#N/A", ["salary row 2"])


def test_a_merit_matrix_is_whole_or_refused():
    for parts, where in [
        ((("A",), (0, 1), ((0.1,),)), "matrix"),
        ((("A", "B"), (0,), ((0.1,),)), "matrix"),
        (((), (), ()), "matrix"),
        ((("A",), (0, 0), ((0.1, 0.1),)), "matrix band row 2"),
        ((("A",), (0, np.nan), ((0.1, 0.1),)), "matrix band row 2"),
        ((("A",), (0,), ((np.nan,),)), "matrix increase"),
        ((("A",), (0,), ((-0.1,),)), "matrix increase"),
        ((("A", " a"), (0,), ((0.1,), (0.1,))), "matrix rating row 2"),
    ]:
        with pytest.raises(CsmError) as caught:
            MeritMatrix(*parts)
        assert places(caught) == [where]


def test_ranges():
    assert compa_ratio([0, 80000], 80000).tolist() == [0, 1]
    assert failure(compa_ratio, [1, -1], 1) == ("#VALUE!", ["salary row 2"])
    assert failure(compa_ratio, 1, [1, 0, -1]) == ("#NUM!", ["midpoint row 2", "midpoint row 3"])
    assert range_penetration([0, 50, 150], 50, 100).tolist() == [-1, 0, 2]
    assert failure(range_penetration, 1, [5, 6], 6) == ("#NUM!", ["maximum row 2"])
    assert failure(range_penetration, 1, -1, 6) == ("#VALUE!", ["minimum"])
    assert failure(range_penetration, -1, 1, 6) == ("#VALUE!", ["salary"])


def test_a_promotion_at_its_bounds():
    assert promote(100, 0.1, [105, 110, 111]).round(9).tolist() == [110, 110, 111]
    assert promote(100, 0.1, 100, [105, 110, 120]).round(9).tolist() == [105, 110, 110]
    assert promote(100, 0.1, 50, 60) == 100
    assert failure(promote, 100, 0.1, 101, 100) == ("#VALUE!", ["new_minimum"])
    assert failure(promote, 100, 0.1, [-1, 1]) == ("#VALUE!", ["new_minimum row 1"])
    assert failure(promote, 100, -0.1, 1) == ("#VALUE!", ["promotion_ratio"])
    assert failure(promote, -100, 0.1, 1) == ("#VALUE!", ["salary"])


def test_premiums_add_and_are_paid_on_no_premium():
    assert float(skill_premium(1000, [0.125, 0.25], [5, 0])) == 380
    assert skill_premium([1000, 2000], [0.1], [0], [150, 150]).tolist() == [100, 150]
    each = skill_premium([1000, 2000], [[0.125, 0.25], [0.5, 0]], [[1, 2], [3, 4]])
    assert each.tolist() == [378, 1007]
    for arguments, where in [
        ((-1, [0.1], [0]), "salary"),
        ((1, [0, -0.1], [0, 0]), "premiums ratio row 2"),
        ((1, [0.1], [-1]), "premiums amount"),
        ((1, [0.1], [0], -1), "cap"),
        ((1, [0.1], [0], [0, 1, 1.01]), "cap row 2"),
    ]:
        assert failure(skill_premium, *arguments) == ("#VALUE!", [where])


def test_the_median_of_peers():
    assert peer_gap(110, [100]) == pytest.approx(0.1) and peer_gap(100, [300, 100, 50]) == 0
    assert peer_gap([0, 150], [90, 110]).tolist() == [-1, 0.5]
    assert peer_gap(exact(100), exact([90, 120]))[()] * 21 == -1
    with pytest.raises(CsmError, match=r"no peers \(found 0\)"):
        peer_gap(100, [])
    assert failure(peer_gap, 100, [0, 0, 50]) == ("#NUM!", ["peers"])
    assert failure(peer_gap, -1, [5]) == ("#VALUE!", ["salary"])
    assert failure(peer_gap, 1, [5, -5]) == ("#VALUE!", ["peers row 2"])


def test_the_market_between_and_at_what_is_published():
    wages = [40000, 50000, 60000, 80000, 100000]
    assert market_pay(AT, AT, wages).tolist() == wages
    assert market_percentile(wages, AT, wages).tolist() == AT
    assert float(market_pay(0.625, AT, wages)) == pytest.approx((60000 * 80000) ** 0.5)
    assert float(market_percentile((60000 * 80000) ** 0.5, AT, wages)) == pytest.approx(0.625)
    assert float(market_pay(0.1 + 0.15, AT, wages)) == 50000
    assert failure(market_pay, [0.0999, 0.5, 0.9001], AT, wages) == (
        "#NUM!", ["percentile row 1", "percentile row 3"])  # fmt: skip
    assert failure(market_percentile, [39999, 100001, 50000], AT, wages) == (
        "#NUM!", ["salary row 1", "salary row 2"])  # fmt: skip
    assert failure(market_percentile, [50000, 0, -5], AT, wages) == (
        "#NUM!", ["salary row 2", "salary row 3"])  # fmt: skip


def test_a_suppressed_wage_is_not_guessed():
    wages = [40000, np.nan, 60000, 80000, np.nan]
    assert market_pay([0.1, 0.5, 0.6, 0.75], AT, wages).round().tolist() == [40000, 60000, 67317, 80000]
    assert failure(market_pay, [0.2, 0.25, 0.3, 0.5, 0.9, 0.8], AT, wages) == (
        "#N/A", [f"percentile row {n}" for n in (1, 2, 3, 5, 6)])  # fmt: skip
    assert market_percentile([40000, 60000, 70000, 80000], AT, wages).round(4).tolist() == [
        0.1, 0.5, 0.634, 0.75]  # fmt: skip
    assert failure(market_percentile, [50000, 60000], AT, wages) == ("#N/A", ["salary row 1"])
    assert failure(market_percentile, [80001], AT, wages) == ("#NUM!", ["salary"])


def test_a_market_of_two_percentiles_and_small_money():
    assert market_pay([0.4, 0.6], [0.4, 0.6], [0.5, 2]).tolist() == [0.5, 2]
    assert market_percentile([0.5, 1], [0.4, 0.6], [0.5, 2]).round(12).tolist() == [0.4, 0.5]


def test_one_wage_at_several_percentiles():
    wages = [40000, 50000, 50000, 80000, 80000]
    assert market_percentile([50000, 80000], AT, wages).tolist() == [0.5, 0.9]
    assert market_pay([0.3, 0.8], AT, wages).tolist() == pytest.approx([50000, 80000])


@pytest.mark.parametrize(
    ("percentiles", "wages"),
    [([0.5], [1]), ([0.5, 0.4], [1, 2]), ([0.4, 0.5], [1, 2, 3]), ([0.4, 0.5], [2, 1]), ([0.4, 0.5], [0, 1]),
     ([0.4, 0.5], [np.nan, np.nan])],
)  # fmt: skip
def test_what_is_no_series_is_refused(percentiles, wages):
    assert failure(market_pay, 0.45, percentiles, wages) == ("#VALUE!", ["wages"])
    assert failure(market_percentile, 1.5, percentiles, wages) == ("#VALUE!", ["wages"])


def test_places():
    assert labour_factor([110, 90], [100, 100], [1, 1]) == 1 and labour_factor([110], [100], [7]) == 1.1
    assert labour_factor([[120, 100], [100, 100]], [100, 100], [1, 3]).tolist() == [1.05, 1]
    assert failure(labour_factor, [0, 1], [1, 1], [1, 1]) == ("#NUM!", ["area row 1"])
    assert failure(labour_factor, [1, 1], [1, 0], [1, 1]) == ("#NUM!", ["nation row 2"])
    assert failure(labour_factor, [1, 1], [1, 1], [1, -1]) == ("#VALUE!", ["weights row 2"])
    assert failure(labour_factor, [1, 1], [1, 1], [0, 0]) == ("#NUM!", ["weights"])
    assert location_factor(1.2, 0.8, [0, 0.5, 1]).tolist() == [1.2, 1, 0.8]
    assert failure(location_factor, 1, 1, [0.5, 1.1, -0.1]) == (
        "#VALUE!", ["living_share row 2", "living_share row 3"])  # fmt: skip
    assert failure(location_factor, 0, 1, 0.5) == ("#VALUE!", ["labour"])
    assert failure(location_factor, 1, -1, 0.5) == ("#VALUE!", ["living"])
    assert geo_pay([0, 100], 1.5).tolist() == [0, 150]
    assert failure(geo_pay, -1, 1) == ("#VALUE!", ["national"])
    assert failure(geo_pay, 1, [1, 0]) == ("#VALUE!", ["locations row 2"])
