"""Tier tables at their edges, and what they refuse."""

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.rounding import exact
from csm_xl.pay.tiers import TierTable, blended_rate, tier_pay

TIERS = [(0, 0.01), (1000, 0.02), (3000, 0.03)]


def test_an_amount_on_a_bound_belongs_to_the_upper_tier_or_by_word_to_the_lower():
    assert tier_pay([999.99, 1000], TIERS, "whole").tolist() == pytest.approx([9.9999, 20])
    assert float(tier_pay(1000, TIERS, "whole", tie="lower")) == 10
    assert float(tier_pay(1000.0000001, TIERS, "whole", tie="lower")) == pytest.approx(20)
    # On 9 decimals a hair below is on the bound, whichever the reading.
    assert float(tier_pay(1000 - 4e-10, TIERS, "whole")) == pytest.approx(20)
    assert float(tier_pay(1000 + 4e-10, TIERS, "whole", tie="lower")) == pytest.approx(10)


def test_nothing_is_earned_below_the_first_tier_or_beyond_an_end():
    tiers = [(1000, 2000, 0.1), (2000, 3000, 0.2)]
    assert tier_pay([0, 1000, 1500, 3000, 9000], tiers).tolist() == pytest.approx([0, 0, 50, 300, 300])
    assert tier_pay([999, 1500, 9000], tiers, "whole").tolist() == pytest.approx([0, 150, 600])
    assert tier_pay([1500, 9000], [(1000, 2000, 80)], "interpolated").tolist() == [40, 80]


def test_returned_credit_runs_back_down():
    assert float(tier_pay(-500, TIERS, prior=1200)) == -7
    assert float(tier_pay(-1500, TIERS)) == -20
    assert float(tier_pay(-2000, TIERS, "whole", prior=3000)) == pytest.approx(20 - 90)


def test_a_blank_to_is_where_the_next_tier_starts():
    assert TierTable.of([(0, None, 0.1), (10, float("nan"), 0.2)]).end == (None, None)
    assert float(tier_pay(20, [(0, None, 0.1), (10, None, 0.2)])) == 3


def test_bounds_scale_with_the_goal_per_row():
    table = TierTable.of([(0, 0.05), (1, 0.1)], "whole")
    goals = np.array([1000.0, 2000.0])
    assert table.earned(np.array([1000.0, 1999.0]), scale=goals).tolist() == pytest.approx([100, 99.95])
    earned = TierTable.of([(0, 1, 500)], "interpolated").earned(np.array([500.0, 500.0]), scale=goals)
    assert earned.tolist() == [250, 125]
    with pytest.raises(CsmError, match="goal row 2") as caught:
        table.earned(np.ones(2), scale=np.array([1.0, 0.0]))
    assert caught.value.code == "#NUM!"


def test_rows_near_a_bound_are_put_in_doubt_only_where_earning_jumps():
    x = np.array([1000 - 5e-10, 1000.0, 1000 - 1e-9])
    doubt = np.zeros(3, dtype=bool)
    tier_pay(x, TIERS, "whole", doubt=doubt)
    assert doubt.tolist() == [True, False, False]
    doubt[:] = False
    tier_pay(x, TIERS, doubt=doubt)
    assert not doubt.any()


@pytest.mark.parametrize(
    ("block", "mode", "said"),
    [
        ([(0, 100, 0.1), (90, None, 0.2)], "marginal", "tiers row 1: the tier overlaps"),
        ([(0, 100, 0.1), (110, None, 0.2)], "marginal", "tiers row 1: there is a gap"),
        ([(0, 0.1), (100, 0.2), (50, 0.3)], "marginal", "tiers row 2: the next tier does not start above"),
        ([(0, 0.1), (0, 0.2)], "marginal", "tiers row 1: the next tier does not start above"),
        ([(10, 10, 0.1)], "marginal", "tiers row 1: a tier ends where it starts"),
        ([(-5, 0.1)], "marginal", "tiers row 1: a tier starts below 0"),
        ([(0, 10, 5), (10, None, 9)], "interpolated", "tiers row 2: the last interpolated tier has no end"),
        ([(0, None), (5, 0.1)], "marginal", "tiers row 1: a tier lacks"),
        ([(0, "x")], "marginal", "not a block of numbers"),
        ([(0, 1, 2, 3)], "marginal", "not a block of numbers"),
        ([], "marginal", "not a block of numbers"),
        ([(0, 0.1)], "sliding", "unknown mode"),
    ],
)
def test_a_wrong_table_is_refused_with_its_row(block, mode, said):
    with pytest.raises(CsmError, match=said) as caught:
        tier_pay(1, block, mode)
    assert caught.value.code == "#VALUE!"


def test_all_wrong_rows_are_named_at_once():
    with pytest.raises(CsmError) as caught:
        TierTable.of([(0, 100, 0.1), (90, 200, 0.2), (300, None, 0.3)])
    assert [issue.where for issue in caught.value.issues] == ["tiers row 1", "tiers row 2"]
    with pytest.raises(CsmError, match="unknown tie"):
        TierTable.of([(0, 0.1)], tie="both")


def test_blended_rate_of_nothing_is_refused():
    assert blended_rate([500, 2000], TIERS).tolist() == [0.01, 0.015]
    with pytest.raises(CsmError, match="amount row 2"):
        blended_rate([500, 0], TIERS)


def test_both_kinds_come_back_as_they_went_in():
    assert tier_pay(exact([5, 7]), TIERS).dtype == object
    assert tier_pay(exact(5), TIERS, prior=3.0).shape == ()
    assert tier_pay(np.zeros((2, 1)), TIERS, prior=np.zeros(3)).shape == (2, 3)
    assert tier_pay(np.zeros(0), TIERS).shape == (0,)


def test_a_total_of_two_instalments_meets_the_bound_that_it_makes():
    # As floats this sum is a hair below the bound; the decimals that people typed meet it.
    assert 1247292.24 + 22882476.61 < 24129768.85
    block = [(0, 0.01), (24129768.85, 0.02)]
    assert float(tier_pay(22882476.61, block, "whole", prior=1247292.24)) == pytest.approx(470122.4546)
    both = tier_pay([22882476.61, 22882476.60], block, "whole", prior=[1247292.24, 1247292.24])
    assert both.tolist() == pytest.approx([470122.4546, 228824.7660])
    doubt = np.zeros(1, dtype=bool)
    TierTable.of(block, "whole").pay([22882476.61], [1247292.24], doubt)
    assert doubt.tolist() == [True]


def test_instalments_that_cancel_are_decided_on_the_decimals():
    block = [(0, 0.0), (0.1, 0.0001)]
    back = float(tier_pay(-32999.9000000005, block, "whole", prior=33000.0))
    assert back == pytest.approx(0.0999999995 * 0.0001 - 3.3, abs=1e-15)


def test_tiers_of_a_goal_are_tiers_of_the_goal_with_what_came_before():
    # Bounds at 100% and 150% of each goal; the second person's two amounts meet the goal exactly.
    table = TierTable.of([(0, 0.01), (1, 0.02), (1.5, 0.04)], "whole")
    goals = [1000.0, 24129768.85, 0.1]
    paid = table.pay([500.0, 22882476.61, 0.1], [500.0, 1247292.24, 0.2], scale=goals)
    assert paid.tolist() == pytest.approx([15, 470122.4546, 0.3 * 0.04 - 0.2 * 0.04], abs=1e-9)
    assert table.pay(500.0, 500.0, scale=[1000.0, 100.0]).tolist() == pytest.approx([15, 20])
    slices = TierTable.of([(0, 0.01), (1, 0.02)])
    assert slices.pay(1000.0, 500.0, scale=[1000.0, 2000.0]).tolist() == pytest.approx([15, 10])


def test_the_bound_on_the_error_of_floats():
    flat = TierTable.of([(0, 0.25), (100, 0.5)])
    between = TierTable.of([(0, 100, 50)], "interpolated")
    steepest = 0.5
    assert float(flat.error(-8)) == float(flat.error(8)) == (10 + 2) * steepest * 8
    assert flat.error([8, 16], scale=4).tolist() == [(15 + 2) * steepest * total for total in (8, 16)]
    assert between.error([8, 8], scale=[1, 4]).tolist() == [16 * steepest * 8, 16 * steepest / 4 * 8]
