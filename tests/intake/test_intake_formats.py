"""Numbers and dates: the format comes from all values of a column; what fits two ways is never guessed."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm_xl.intake.dates import NoDate, day_of, detect_dates
from csm_xl.intake.numbers import NumberFormat, detect_numbers, number_format


@pytest.mark.parametrize(
    ("sample", "text", "plain"),
    [
        ("$1,234.50", "$84,500.00", "84500.00"),
        ("$1,234.50", "-$84,500.00", "-84500.00"),
        ("$1,234.50", "($1,200)", "-1200"),
        ("1.234,56", "81.500,00", "81500.00"),
        ("1.234,56", "0,8", "0.8"),
        ("1.234,56 €", "81.500 €", "81500"),
        ("1 234,50", "12 345,6", "12345.6"),
        ("1'234.50", "1’234'567.5", "1234567.5"),
        ("1,234.50", "1,234-", "-1234"),
        ("1,234.50", "95%", "95%"),
        ("USD 1,234.50", "USD 7.00", "7.00"),
    ],
)
def test_a_number_is_read_as_the_sample_says(sample: str, text: str, plain: str) -> None:
    form = number_format(sample)
    assert form is not None
    assert form.plain(text) == plain


@pytest.mark.parametrize(
    ("sample", "text"),
    [
        ("$1,234.50", "€84,500.00"),
        ("$1,234.50", "1.234,50"),
        ("1.234,56", "1,234.56"),
        ("1.234,56", "12.34"),
        ("1,234.50", "12,34"),
        ("1,234.50", "(5"),
        ("1,234.50", "n/a"),
        ("1,234.50", "--5"),
        ("1,234.50", "1,234.50.1"),
    ],
)
def test_a_number_of_another_format_is_none(sample: str, text: str) -> None:
    form = number_format(sample)
    assert form is not None
    assert form.plain(text) is None


def test_a_sample_that_can_be_read_two_ways_is_none() -> None:
    assert number_format("1,234") is None
    assert number_format("1.234") is None
    assert number_format("1,234,567") == NumberFormat(".", ",")


def test_the_format_comes_from_all_values_not_from_the_first() -> None:
    assert [one.sample for one in detect_numbers(["81.500", "76.000,50"]).formats] == ["1.234,56"]
    assert [one.sample for one in detect_numbers(["1,234", "$99.5"]).formats] == ["$1,234.56"]
    assert detect_numbers(["81500", "1.5"]).needed is False


def test_a_column_that_can_be_read_two_ways_says_which_value_shows_it() -> None:
    found = detect_numbers(["500", "81.500", "120.000"])
    assert len(found.formats) == 2
    assert found.first == "81.500"


def test_a_column_of_two_formats_names_the_value_that_does_not_fit() -> None:
    found = detect_numbers(["1,234.50", "2,500.00", "1.234,50"])
    assert found.formats == ()
    assert found.misfit == "1.234,50"


@given(st.integers(-(10**9), 10**9), st.sampled_from([".", ","]), st.booleans())
def test_what_a_format_writes_it_reads(cents: int, point: str, signed: bool) -> None:
    group = "," if point == "." else "."
    whole, part = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", group) + f"{point}{part:02}"
    text = f"({text})" if cents < 0 and signed else f"-{text}" if cents < 0 else text
    assert NumberFormat(point, group).plain(text) == f"{'-' if cents < 0 else ''}{whole}.{part:02}"


def test_the_order_of_dates_comes_from_all_values() -> None:
    assert detect_dates(["03/04/2026", "03/15/2026"]).orders == ("mdy",)
    assert detect_dates(["03/04/2026", "15/03/2026"]).orders == ("dmy",)
    both = detect_dates(["03/04/2026", "05/06/2026"])
    assert (both.orders, both.first) == (("mdy", "dmy"), "03/04/2026")
    neither = detect_dates(["03/15/2026", "03/16/2026", "15/03/2026"])
    assert (neither.orders, neither.misfit) == ((), "15/03/2026")


def test_dates_that_are_the_same_either_way_are_no_question() -> None:
    assert len(detect_dates(["03/03/2026", "05/05/2026"]).orders) == 1


def test_dates_with_words_need_no_order() -> None:
    for text in ("15-Mar-2026", "15 March 2026", "Mar 15, 2026", "2026/3/15", "2026-03-15T00:00:00.000Z"):
        assert day_of(text) == date(2026, 3, 15), text


def test_a_date_without_a_known_order_stays_text() -> None:
    assert day_of("03/04/2026") == "03/04/2026"


def test_a_date_of_another_order_is_refused() -> None:
    with pytest.raises(NoDate, match="month, day, year"):
        day_of("15/03/2026", "mdy")
    with pytest.raises(NoDate, match="no such day"):
        day_of("02/30/2026", "mdy")


def test_a_time_of_day_is_refused_until_its_day_counts() -> None:
    for cell in ("2026-03-31T23:30:00Z", datetime(2026, 3, 31, 23, 30), "3/31/2026 11:30 PM"):
        with pytest.raises(NoDate, match="time of day"):
            day_of(cell, "mdy")
        assert day_of(cell, "mdy", "as written") == date(2026, 3, 31)
    assert day_of("3/31/2026 12:00 AM", "mdy") == date(2026, 3, 31)


def test_years_of_two_digits_are_from_1950_to_2049() -> None:
    assert day_of("3/15/26", "mdy") == date(2026, 3, 15)
    assert day_of("3/15/98", "mdy") == date(1998, 3, 15)
