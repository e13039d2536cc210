"""Which deals are probably one."""

from __future__ import annotations

from datetime import date

import pytest
from plan_tables import TYPES

from csm_xl.plan.like_deals import like_deals
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_tables

HEADER = ["deal_id", "date", "amount", "employee_id", "account_id", "kind"]
Deal = tuple[int, float, str, str, str]


def found(*deals: Deal, credits: list[list[object]] | None = None) -> list[tuple[int, int]]:
    """The pairs among deals of a day of January, an amount, a person, an account and a kind."""
    rows = [[f"D{n}", date(2026, 1, day), *rest] for n, (day, *rest) in enumerate(deals)]
    credited = [["deal_id", "employee_id", "share"], *(credits or [])]
    raws = [RawTable.of_rows([HEADER, *rows], "deals"), RawTable.of_rows(credited, "credits")]
    return [(one.first, one.row) for one in like_deals(read_tables(raws, TYPES)[0])]


FIRST: Deal = (5, 1234.0, "E1", "A", "upsell")


@pytest.mark.parametrize(
    ("second", "like"),
    [
        ((5, 1234.0, "E1", "A", "upsell"), True),
        ((10, 1234.0, "E1", "A", "upsell"), True),
        ((11, 1234.0, "E1", "A", "upsell"), False),
        ((6, 1234.0, "E1", "A", "renewal"), True),
        ((6, 1234.0, "E2", "A", "upsell"), False),
        ((5, 1234.0, "E2", "A", "upsell"), True),  # one deal of one day, imported for two people
        ((6, 1234.0, "E1", "B", "upsell"), False),
        ((6, 1234.01, "E1", "A", "upsell"), False),
        ((6, -1234.0, "E1", "A", "upsell"), False),  # a return
        ((6, 1234.0, "E1", "", "upsell"), True),
        ((6, 1234.0, "E1", "", "renewal"), False),
    ],
)
def test_the_same_amount_person_and_account_within_days_is_one_deal(second: Deal, like: bool) -> None:
    assert found(FIRST, second) == ([(0, 1)] if like else [])


def test_prices_of_a_list_repeat_without_an_account() -> None:
    bare = [(day, 1200.0, "E1", "", "upsell") for day in (5, 6)]
    assert found(*bare) == [(0, 1)]
    others = [(day, price, "E1", "", "upsell") for day in (8, 9) for price in (2400.0, 600.0)]
    assert found(*bare, *others) == []
    assert found(*((day, 5.0, "E1", "", "upsell") for day in (5, 6))) == []  # five seats, twice
    assert found(*((day, 1200.0, "E1", "", "upsell") for day in (5, 6, 7))) == []


def test_who_is_credited_counts_before_the_owner() -> None:
    second: Deal = (6, 1234.0, "E2", "A", "upsell")
    assert found(FIRST, second, credits=[["D1", "E1", 1]]) == [(0, 1)]
    assert found(FIRST, second, credits=[["D0", "E3", 1]]) == []
