"""Numbers far from their like: what is found, and what is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from csm_xl.plan.outliers import unlike_goals
from csm_xl.plan.salary_scale import unlike_salaries

SOUND = [81_500, 76_000, 109_000, 85_000, 99_500, 240_000, 38_000]


def found(*salaries: float, places: list[str] | None = None, groups: list[str] | None = None) -> list[int]:
    count = len(salaries)
    given = (groups or ["USD"] * count, places or [""] * count, [None] * count)
    return [one.row for one in unlike_salaries(np.array(salaries, dtype=float), *given) if one.sure]


@pytest.mark.parametrize(
    "odd", [850_000, 1_020_000, 85, 81.5, 41.25, 7_083.33, 6_500, 8_500_000_0, 12_000_000]
)
def test_a_salary_in_another_unit_is_found_and_no_other(odd: float) -> None:
    assert found(*SOUND, odd) == [len(SOUND)]


def test_salaries_that_differ_as_salaries_do_are_sound() -> None:
    assert found(*SOUND) == [] == found(30_000, 200_000) == found(85_000) == found(0, 85_000)


def test_of_two_the_reader_decides_which() -> None:
    assert found(85, 85_000, groups=["XTS"] * 2) == [0, 1]
    assert found(85, 85_000) == [0]  # no year of full time is paid 85 dollars


def test_a_small_company_of_all_levels_is_sound() -> None:
    assert found(260_000, 60_000, 28_000) == []
    assert found(260_000, 180_000, 60_000, 28_000) == []
    assert found(380_000, 95_000, 82_000, 31_000, 78_000) == []


@pytest.mark.parametrize(
    ("currency", "salaries"),
    [
        ("USD", (85, 92, 110)),
        ("USD", (41.25, 28, 60)),
        ("USD", (7_083.33, 6_500, 9_166.67, 21_000)),
        ("KWD", (12, 18, 9.5)),
        ("JPY", (6_500, 7_200, 9_100)),
        ("JPY", (541_666, 600_000, 420_000)),
        ("INR", (50_000, 120_000, 75_000)),
        ("IDR", (180_000, 240_000, 150_000)),
        ("VND", (400_000, 350_000, 520_000)),
    ],
)
def test_salaries_that_are_all_in_one_wrong_unit_are_told_once(
    currency: str, salaries: tuple[float, ...]
) -> None:
    assert found(*salaries, groups=[currency] * len(salaries)) == [0]


@pytest.mark.parametrize(
    ("currency", "salaries"),
    [
        ("USD", (18_000, 22_000, 31_000)),
        ("KWD", (9_600, 14_400, 21_000)),
        ("JPY", (4_200_000, 6_500_000, 9_000_000)),
        ("INR", (350_000, 900_000, 2_400_000)),
        ("IDR", (96_000_000, 180_000_000, 420_000_000)),
        ("VND", (180_000_000, 400_000_000, 900_000_000)),
        ("XTS", (3, 4, 5)),
    ],
)
def test_salaries_of_a_year_are_sound_in_every_currency(currency: str, salaries: tuple[float, ...]) -> None:
    assert found(*salaries, groups=[currency] * len(salaries)) == []


def test_only_salaries_of_one_currency_are_compared() -> None:
    assert found(80_000, 90_000, 8_000_000, groups=["USD", "USD", "JPY"]) == []


def test_a_place_that_pays_less_is_no_mistake() -> None:
    places = ["Austin"] * 5 + ["Pune"] * 3
    assert found(*SOUND[:5], 9_000, 8_200, 10_500, places=places) == []
    assert found(*SOUND[:5], 9_000, 8_200, 10_500) == [5, 6, 7]


@pytest.mark.parametrize(
    ("goals", "rows"),
    [
        ((0.92, 0.9, 92, 0.95), [2]),
        ((92, 90, 0.92, 95), [2]),
        ((0.92, 0.92, float("nan"), 0.9), []),
        ((50_000, 4_000_000, 120_000), []),
        ((150_000, 160_000, 150), [2]),
        ((1, 60, 80), []),  # counts
        ((0.92,), []),
    ],
)
def test_goals_of_one_measure_are_in_one_unit(goals: tuple[float, ...], rows: list[int]) -> None:
    assert [row for row, _ in unlike_goals(np.array(goals))] == rows
