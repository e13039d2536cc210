"""Rates that were typed as percentages are refused with the reason; money for each account is not."""

from __future__ import annotations

import pytest

from csm_xl.errors import CsmError
from csm_xl.functions import call


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        (("CSM_COMMISSION", 50000, 2), "the ratio 2 is 200%"),
        (("CSM_COMMISSION", 50000, [[0.02], [8]]), "the ratio 8 is 800%"),
        (("CSM_TIERPAY", 120000, [[0, 5], [100000, 8]]), "the ratio 5 is 500%"),
        (("CSM_TIERPAY", 120000, [[0, 100000], [0.05, 0.08]]), "the ratio 100,000 is"),
    ],
)
def test_a_rate_above_1_of_money_is_refused(formula, says):
    with pytest.raises(CsmError, match=says):
        call(*formula)


@pytest.mark.parametrize(
    ("formula", "paid"),
    [
        (("CSM_COMMISSION", 40, 5), 200),
        (("CSM_TIERPAY", 40, [[0, 25], [20, 30]]), 1100),
        (("CSM_TIERPAY", 120000, [[0, 5000], [100000, 8000]], "fixed"), 8000),
    ],
)
def test_money_for_each_account_is_paid(formula, paid):
    assert call(*formula) == paid
