"""Vesting at its edges: schedules in words and rows, month ends, whole shares."""

import re
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.rounding import exact
from csm_xl.pay.vesting import Vesting, add_months, months_between, vest_schedule, vested_shares

GRANTED = date(2024, 1, 31)


@pytest.mark.parametrize(
    ("text", "first", "every", "last", "share"),
    [
        ("20/20/20/20/20", 12, 12, 60, Fraction(1, 5)),
        ("5 / 15 / 40 / 40", 12, 12, 48, Fraction(1, 20)),
        ("25%/25%/25%/25%", 12, 12, 48, Fraction(1, 4)),
        ("0.5/0.5", 12, 12, 24, Fraction(1, 2)),
        ("50/50 by quarters", 3, 3, 6, Fraction(1, 2)),
        ("12.5/87.5 monthly", 1, 1, 2, Fraction(1, 8)),
        ("48m cliff 12 monthly", 12, 1, 48, Fraction(1, 4)),
        ("48M Cliff 12m Monthly", 12, 1, 48, Fraction(1, 4)),
        ("48m cliff 12", 12, 1, 48, Fraction(1, 4)),
        ("48m, 12m cliff - monthly", 12, 1, 48, Fraction(1, 4)),
        ("48m cliff 12m half-yearly", 12, 6, 48, Fraction(1, 4)),
        ("4 years, 1 year cliff, quarterly", 12, 3, 48, Fraction(1, 4)),
        ("4 year vest, 1-year cliff, monthly", 12, 1, 48, Fraction(1, 4)),
        ("quarterly for 4 years", 3, 3, 48, Fraction(1, 16)),
        ("4-year vesting with a 12-month cliff, then monthly", 12, 1, 48, Fraction(1, 4)),
        ("4y cliff 1 annually", 12, 12, 48, Fraction(1, 4)),
        ("12m cliff 48m half-yearly", 12, 6, 48, Fraction(1, 4)),
        ("60m semiannually", 6, 6, 60, Fraction(1, 10)),
        ("3 yrs no cliff quarterly", 3, 3, 36, Fraction(1, 12)),
        ("monthly over 36 months", 1, 1, 36, Fraction(1, 36)),
        ("25 then monthly", 12, 1, 48, Fraction(1, 4)),
        ("20% then quarterly", 12, 3, 60, Fraction(1, 5)),
        ("50, then yearly", 12, 12, 24, Fraction(1, 2)),
        ("100 then monthly", 12, 1, 12, Fraction(1)),
        ("48", 1, 1, 48, Fraction(1, 48)),
        ("1m", 1, 1, 1, Fraction(1)),
        ("4y cliff 12m", 12, 1, 48, Fraction(1, 4)),
        ("48 monthly cliff 12", 12, 1, 48, Fraction(1, 4)),
        ("48m cliff 48", 48, 1, 48, Fraction(1)),
        ("3y annually", 12, 12, 36, Fraction(1, 3)),
        ("33.33/33.33/33.34", 12, 12, 36, Fraction(3333, 10000)),
        ("12.5 then quarterly over 84 months", 12, 3, 96, Fraction(1, 8)),
        ("40 then monthly over 18 months", 12, 1, 30, Fraction(2, 5)),
        ("33.4% after a year, then annually over the next 2 years", 12, 12, 36, Fraction(334, 1000)),
        ("25% after 1 year, then monthly", 12, 1, 48, Fraction(1, 4)),
    ],
)
def test_schedules_in_words(text, first, every, last, share):
    plan = Vesting.of(text)
    assert (plan.months[0], plan.months[-1], plan.shares[0]) == (first, last, share)
    assert {later - month for month, later in zip(plan.months, plan.months[1:], strict=False)} <= {every}
    assert plan.cumulative[-1] == 1 == sum(plan.shares)


@pytest.mark.parametrize(
    "text",
    ["", "four years", "48m cliff", "cliff 12", "48m 12m", "48m cliff 12 weekly", "48m cliff 12 6 monthly",
     "48m monthly quarterly", "50/40", "20/20/20/20/20 weekly", "0m", "1201m", "48m cliff 5 quarterly",
     "50m quarterly", "30 then monthly", "0 then monthly", "25 then weekly", "-4y"],
)  # fmt: skip
def test_words_that_are_no_schedule(text):
    with pytest.raises(CsmError) as caught:
        Vesting.of(text)
    assert caught.value.code == "#VALUE!" and caught.value.where == "schedule"
    assert "48m cliff 12 monthly" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("12.5 then quarterly",
         ["96m cliff 12 quarterly", "24m quarterly", "12.5 then quarterly over 36 months"]),
        ("10% then monthly", ["120m cliff 12 monthly", "10m monthly", "10 then monthly over 36 months"]),
        ("5 then annually", ["240m cliff 12 annually", "5 then annually over 36 months"]),
        ("30 then monthly", ["30 then monthly over 36 months"]),
        ("33.33 then monthly", ["33.33 then monthly over 36 months"]),
        ("0.25 then monthly", ["25 then monthly"]),
        ("25 then monthly over 36", ["over 36 months", "over 36 years"]),
        ("4y", ["4y monthly", "4y annually"]),
        ("25 yearly", ["25y annually", "48m annually", "300m annually"]),
        ("25 a year", ["25y annually", "48m annually"]),
        ("12 quarterly", ["12m quarterly", "12y quarterly", "36m quarterly"]),
        ("16 quarterly", ["16y quarterly", "48m quarterly"]),
        ("10 annually", ["10y annually", "120m annually"]),
        ("1 year cliff then monthly over 3 years", ["36m cliff 12m monthly", "48m cliff 12m monthly"]),
        ("12m cliff then monthly over 36 months", ["36m cliff 12m monthly", "48m cliff 12m monthly"]),
        ("25 then quarterly over 4 years",
         ["48m cliff 12 quarterly", "25 then quarterly over the next 4 years"]),
        ("50 then monthly over 24 months",
         ["24m cliff 12 monthly", "50 then monthly over the next 24 months"]),
        ("4", ["4m", "4y"]),
        ("100", ["100m", "100y"]),
        ("4y cliff 12", ["4y cliff 12m", "4y cliff 12y"]),
        ("4y cliff 1", ["4y cliff 1m", "4y cliff 1y"]),
        ("4y cliff 6 quarterly", ["4y cliff 6m quarterly", "4y cliff 6y quarterly"]),
        ("48m cliff 60", ["60m cliff 48m"]),
        ("25/25/25/25 monthly", ["25/25/25/25", "48m monthly", "4m monthly"]),
    ],
)  # fmt: skip
def test_what_can_be_read_two_ways_is_refused_with_each(text, ways):
    with pytest.raises(CsmError, match="can be read in several ways") as caught:
        Vesting.of(text)
    assert all(f'"{way}"' in caught.value.hint for way in ways)


def test_each_way_that_is_named_can_be_written():
    """What a refusal offers is a schedule, and no two of them are the same."""
    for text in (
        "12.5 then quarterly",
        "10 then monthly",
        "4y",
        "4y cliff 12",
        "33.33 then monthly",
        "25/25/25/25 monthly",
    ):
        with pytest.raises(CsmError) as caught:
            Vesting.of(text)
        ways = re.findall('"([^"]+)"', caught.value.hint.partition("Other forms")[0])
        read = [(plan.months, plan.shares) for plan in map(Vesting.of, ways)]
        assert len(set(read)) == len(read) >= 2


@pytest.mark.parametrize(
    "text",
    ["0.5%/0.5%", "1%/0%", "25/25/25", "1/4", "33/33/33", "-25/50/75", "120 then monthly",
     "100 then monthly over 3 years", "25 then quarterly over 10m"],
)  # fmt: skip
def test_shares_that_make_no_whole(text):
    with pytest.raises(CsmError):
        Vesting.of(text)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(12, 0.5), (12, 0.5)], "schedule row 2: a tranche does not come after"),
        ([(24, 0.5), (12, 0.5)], "schedule row 2: a tranche does not come after"),
        ([(12, 0.25), (24, 0.5), (36, 0.75), (48, 1)], "do not sum to 1 .found 2.5.*not the cumulative one"),
        ([(12, 1.5), (24, -0.5)], "schedule row 2: the share of a tranche is below 0"),
        ([(-1, 0.5), (12, 0.5)], "schedule row 1: a tranche does not lie"),
        ([(12, 0.5), (1201, 0.5)], "schedule row 2: a tranche does not lie"),
        ([(12.5, 0.5), (24, 0.5)], "schedule row 1: the months are not a whole number"),
        ([(12, np.nan), (24, 1)], "schedule row 1 column 2: a row lacks"),
        ([(12, 1, 3)], "not a block of numbers"),
        (np.empty((0, 2)), "not a block of numbers"),
    ],
)
def test_rows_that_are_no_schedule(rows, said):
    with pytest.raises(CsmError, match=said):
        Vesting.of(rows)
    with pytest.raises(CsmError, match="no tranche"):
        Vesting((), ())
    with pytest.raises(CsmError, match="no tranche"):
        Vesting((1,), ())


def test_all_wrong_tranches_are_told_at_once():
    with pytest.raises(CsmError) as caught:
        Vesting.of([(12, 0.5), (6, -0.5), (24, 1)])
    assert [issue.where for issue in caught.value.issues] == ["schedule row 2", "schedule row 2"]


def test_shares_of_three_thirds_make_one():
    plan = Vesting.of([(1, 1 / 3), (2, 1 / 3), (3, 1 / 3)])
    assert plan.cumulative[-1] == 1
    assert vested_shares(9e14, GRANTED, plan, [date(2024, 4, 30)]).tolist() == [9e14]
    with pytest.raises(CsmError, match="sum to 1"):
        Vesting.of([(1, 0.333333333), (2, 0.333333333), (3, 0.333333333)])
    assert Vesting.of([(1, 0.5), (2, 0.5 - 4e-10)]).cumulative[-1] == 1


def test_month_ends():
    assert [date.fromordinal(int(day)) for day in add_months(GRANTED, [1, 13, 2, 3, 0, -1, -11])] == [
        date(2024, 2, 29), date(2025, 2, 28), date(2024, 3, 31), date(2024, 4, 30), GRANTED,
        date(2023, 12, 31), date(2023, 2, 28),
    ]  # fmt: skip
    leap = date(2024, 2, 29)
    assert date.fromordinal(int(add_months(leap, 12))) == date(2025, 2, 28)
    assert date.fromordinal(int(add_months(leap, 48))) == date(2028, 2, 29)
    assert add_months([GRANTED, leap], [[0], [1]]).shape == (2, 2)
    starts = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 15), date(2024, 3, 15)]
    ends = [date(2024, 2, 28), date(2025, 2, 28), date(2024, 3, 14), date(2024, 4, 15)]
    assert months_between(starts, ends).tolist() == [0, 12, -1, 1]


def test_tranches_vest_on_their_day_and_not_before():
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 30), date(2024, 3, 31), date(2023, 12, 31)]
    assert vested_shares(100, GRANTED, "50/50 monthly", days).tolist() == [0, 50, 50, 100, 0]
    assert vested_shares(100, GRANTED, [(0, 0.1), (1, 0.9)], [date(2024, 1, 30), GRANTED]).tolist() == [0, 10]


def test_whole_shares_are_exact():
    assert float(vested_shares(850, GRANTED, [(12, 0.3), (24, 0.7)], date(2025, 1, 31))) == 255
    assert float(vested_shares(1000, GRANTED, [(12, 0.029), (24, 0.971)], date(2025, 1, 31))) == 29
    large = 10**15 - 1
    found = [float(vested_shares(large, GRANTED, f"{n}m", add_months(GRANTED, n - 1))) for n in (7, 997)]
    assert found == [large * 6 // 7, large * 996 // 997]
    # The shares times ten thousand no longer fit into 64 bits.
    long = f"{'3' * 2}.{'3' * 30}/{'6' * 2}.{'6' * 29}7"
    assert [float(vested_shares(n, GRANTED, long, date(2025, 1, 31))) for n in (0, 3, 4)] == [0, 0, 1]
    parts = [(12, 0.0001), (24, 0.9999)]
    assert float(vested_shares(large, GRANTED, parts, date(2025, 1, 31))) == 10**11 - 1
    assert float(vested_shares(large, GRANTED, parts, date(2026, 1, 31))) == large
    assert vested_shares(5, GRANTED, [(12, 0), (24, 1)], date(2025, 1, 31)).tolist() == 0
    huge = exact(10**17 + 1)
    half = vested_shares(huge, GRANTED, "50/50", [date(2025, 1, 31), date(2026, 1, 31)])
    assert half.tolist() == [5 * 10**16, 10**17 + 1] and all(type(part) is Fraction for part in half)


def test_columns_of_grants():
    found = vested_shares([[100], [7]], [GRANTED, date(2024, 7, 31)], "25/25/25/25", date(2025, 2, 1))
    assert found.tolist() == [[25, 0], [1, 0]] and found.dtype == np.float64


def test_the_schedule_of_a_grant():
    rows = vest_schedule(10, GRANTED, "3m")
    assert rows == [
        (date(2024, 2, 29), 3, 3), (date(2024, 3, 31), 3, 6), (date(2024, 4, 30), 4, 10),
    ]  # fmt: skip
    exactly = vest_schedule(exact(10), GRANTED, "3m")
    assert exactly == rows and type(exactly[0][1]) is Fraction


@pytest.mark.parametrize(
    "call",
    [
        lambda shares: vested_shares(shares, GRANTED, "50/50", GRANTED),
        lambda shares: vest_schedule(shares, GRANTED, "50/50"),
    ],
)
def test_shares_that_are_no_grant(call):
    with pytest.raises(CsmError, match="shares: the value is below 0"):
        call(-1)
    for part in (0.5, exact(0.5), 1e-6):
        with pytest.raises(CsmError, match="shares: the shares are not a whole number"):
            call(part)


def test_a_schedule_after_the_end_of_time():
    with pytest.raises(CsmError, match="last day of the calendar") as caught:
        vest_schedule(1, date(9999, 1, 31), "50/50")
    assert caught.value.code == "#NUM!"
    assert vest_schedule(1, date(9998, 12, 31), [(12, 1)]) == [(date.max, 1, 1)]


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("40,30,20,10", "40/30/20/10"),
        ("40%, 30%, 30%", "40/30/30"),
        ("25% yearly", "25/25/25/25"),
        ("25% per year", "4y annually"),
        ("12.5% every 6 months", "48m half-yearly"),
        ("5% a quarter", "60m quarterly"),
    ],
)
def test_shares_with_commas_and_shares_that_vest_again_and_again(text, like):
    assert (Vesting.of(text).months, Vesting.of(text).shares) == (
        Vesting.of(like).months,
        Vesting.of(like).shares,
    )


@pytest.mark.parametrize("text", ["30% yearly", "40,30", "0% yearly", "25 yearly"])
def test_such_shares_that_make_no_whole_are_refused(text):
    with pytest.raises(CsmError) as refused:
        Vesting.of(text)
    assert refused.value.issues[0].got == text
