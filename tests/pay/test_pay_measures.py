"""Retention, churn, satisfaction and health at their edges."""

import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.measures import (
    book_adjusted,
    churn_rate,
    coverage,
    gross_retention,
    health_score,
    logo_retention,
    net_promoter_score,
    net_retention,
    nps_of_scores,
    retained,
    retention,
    satisfaction,
    satisfaction_of_scores,
)
from csm_xl.pay.rounding import exact


def places(caught):
    return [issue.where for issue in caught.value.issues]


def test_expansion_does_not_hide_churn():
    assert float(retention([100, 100], [300, 0])) == 0.5
    assert float(retention([100, 100], [300, 0], "NRR")) == 1.5
    assert float(retention([100, 100], [300, 0], "LOGO")) == 0.5


def test_an_account_that_is_new_counts_in_no_measure():
    for measure in ("GRR", "NRR", "LOGO"):
        kept, there = retained([0, 50], [80, 50], measure)
        assert kept[0] == there[0] == 0 and kept[1] == there[1] > 0
    kept, there = retained(exact([0, 50]), exact([80, 10]), "LOGO")
    assert kept.tolist() == [0, 1] and kept.dtype == there.dtype == object


def test_retention_of_several_books_at_once():
    assert retention([[100, 100], [50, 0]], [[90, 110], [25, 90]]).tolist() == [0.95, 0.5]
    with pytest.raises(CsmError) as caught:
        retention([[100, 100], [0, 0]], [1, 1])
    assert caught.value.code == "#NUM!" and places(caught) == ["accounts row 2"]


def test_retention_refuses_what_cannot_be():
    with pytest.raises(CsmError, match="Allowed: GRR, NRR, LOGO"):
        retention([1], [1], "grr")
    with pytest.raises(CsmError) as caught:
        retention([1, -1], [1, 1])
    assert places(caught) == ["start row 2"]
    with pytest.raises(CsmError) as caught:
        retention([1, 1], [-1, 1])
    assert places(caught) == ["end row 1"]


def test_all_may_be_lost_and_no_more():
    assert float(gross_retention(0.3, 0.1, 0.2)) == 0 and float(net_retention(0.3, 0, 0.1, 0.2)) == 0
    assert float(net_retention(100, 50, 120, 30)) == 0
    for call in (lambda: gross_retention(100, 60, 41), lambda: net_retention(100, 10, 60, 51)):
        with pytest.raises(CsmError) as caught:
            call()
        assert places(caught) == ["churn"]


@pytest.mark.parametrize("name", ["expansion", "churn", "contraction"])
def test_a_movement_below_0_is_named(name):
    with pytest.raises(CsmError) as caught:
        net_retention(100, **{"expansion": 0, "churn": 0, "contraction": 0, name: [0, -1]})
    assert places(caught) == [f"{name} row 2"]


def test_nothing_at_the_start_has_no_retention():
    for call in (
        lambda: gross_retention([1, 0], 0),
        lambda: net_retention([1, -1], 0, 0),
        lambda: churn_rate([1, 0], 0),
    ):
        with pytest.raises(CsmError) as caught:
            call()
        assert caught.value.code == "#NUM!" and places(caught) == ["start row 2"]


def test_logos_that_are_new_are_not_retained():
    assert logo_retention(10, [10, 10, 4], [0, 10, 4]).tolist() == [1, 0, 0]
    for arguments, where in [
        ((0, 0, 0), "start_count"),
        ((10, 11, 0), "end_count"),
        ((10, 5, 6), "new_count"),
        ((10, -1, 0), "end_count"),
        ((10, 5, -1), "new_count"),
    ]:
        with pytest.raises(CsmError) as caught:
            logo_retention(*arguments)
        assert places(caught) == [where]


def test_churn_and_retention_make_one():
    assert float(churn_rate(exact(7), exact(2))) == 2 / 7
    assert churn_rate(exact(7), exact(2))[()] + gross_retention(exact(7), exact(2))[()] == 1
    assert churn_rate(5, [0, 5]).tolist() == [0, 1]
    for lost in (-1, 6):
        with pytest.raises(CsmError) as caught:
            churn_rate(5, lost)
        assert places(caught) == ["lost"]


def test_coverage():
    assert coverage(0, 5) == 0 and coverage([10, 20], 5).tolist() == [2, 4]
    for arguments, code, where in [((1, 0), "#NUM!", "target"), ((-1, 1), "#VALUE!", "pipeline")]:
        with pytest.raises(CsmError) as caught:
            coverage(*arguments)
        assert (caught.value.code, places(caught)) == (code, [where])


def test_where_promoters_begin_and_detractors_end():
    assert [float(nps_of_scores([score])) for score in range(11)] == [-100] * 7 + [0, 0, 100, 100]
    assert nps_of_scores([[10, 0], [10, 8]]).tolist() == [0, 50]
    with pytest.raises(CsmError) as caught:
        nps_of_scores([10, 11, -1, 7.5, 0])
    assert places(caught) == ["scores row 2", "scores row 3", "scores row 4"]
    with pytest.raises(CsmError, match=r"no answer \(found 0\)"):
        nps_of_scores([])


def test_counts_of_answers():
    assert net_promoter_score(1, 0, 0) == 100 and net_promoter_score([0, 5], 5, 0).tolist() == [0, 50]
    with pytest.raises(CsmError) as caught:
        net_promoter_score([1, 0], [1, 0], 0)
    assert caught.value.code == "#NUM!" and places(caught) == ["promoters row 2"]
    for arguments, where in [((-1, 5, 5), "promoters"), ((5, -1, 5), "passives"), ((5, 5, -1), "detractors")]:
        with pytest.raises(CsmError) as caught:
            net_promoter_score(*arguments)
        assert places(caught) == [where]


def test_who_is_satisfied():
    assert satisfaction_of_scores([3.9, 4, 0.1 + 0.2], [0.3, 4, 4.1]).tolist() == pytest.approx([1, 1 / 3, 0])
    assert satisfaction([0, 3], 3).tolist() == [0, 1]
    with pytest.raises(CsmError) as caught:
        satisfaction_of_scores([4, -1])
    assert places(caught) == ["scores row 2"]
    for arguments, code, where in [
        ((1, 0), "#NUM!", "responses"),
        ((4, 3), "#VALUE!", "satisfied"),
        ((-1, 3), "#VALUE!", "satisfied"),
    ]:
        with pytest.raises(CsmError) as caught:
            satisfaction(*arguments)
        assert (caught.value.code, places(caught)) == (code, [where])


def test_health_of_several_accounts_at_once():
    assert health_score([[80, 60], [40, 20]], [3, 1]).tolist() == [75, 35]
    for weights, message in [([1], "1 weights for 2 values"), ([0, 0], "sum to 0"), ([2, -1], "below 0")]:
        with pytest.raises(CsmError, match=message):
            health_score([80, 60], weights)
    with pytest.raises(CsmError, match="0 values"):
        health_score([], [])


def test_the_strongest_csm_with_the_hardest_book():
    """Two books of 100: an easy one kept at 93 of an expected 95, a hard one kept at 80 of an expected 70."""
    easy, hard = book_adjusted([100], [93], [0.95]), book_adjusted([100], [80], [0.7])
    assert easy[0] > hard[0] and easy[2] < 0 < hard[2]
    everyone = book_adjusted([[100], [100]], [[93], [80]], [[0.95], [0.7]])
    assert everyone[2].round(9).tolist() == [-0.02, 0.1]
    with pytest.raises(CsmError) as caught:
        book_adjusted([100], [80], [-0.1])
    assert places(caught) == ["expected"]
    assert float(book_adjusted([100, 0], [80, 40], [0.7, 0.9], "LOGO")[1]) == 0.7


def test_losses_in_two_parts_of_all_there_was_are_no_more_than_there_was():
    # As floats the two parts sum to a hair more than the whole.
    start, churn, contraction = 17972529.49, 9293527.93, 8679001.56
    assert churn + contraction > start
    assert float(gross_retention(start, churn, contraction)) == 0
    assert float(net_retention(17972529.0, 0.49, churn, contraction)) == 0
    with pytest.raises(CsmError) as caught:
        gross_retention([100, start], [0, churn], [100.01, contraction + 0.01])
    assert places(caught) == ["churn row 1", "churn row 2"]
