"""A column that was sorted without the rest of its rows is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.03
"""
AMOUNTS = [17500 + 3700 * (7 * n % 20) + 100 * (n % 3) for n in range(20)]
SAYS = "amount is in order from the first row to the last, and so is deal_id"


def files(amounts: Sequence[int], ids: Sequence[int] = range(1, 21)) -> dict[str, str]:
    rows = zip(ids, amounts, strict=True)
    return {
        "plan.toml": PLAN,
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n",
        "deals.csv": "deal_id,date,amount,employee_id\n"
        + "".join(f"D{at:02},2026-02-{1 + at % 28:02},{amount},E1\n" for at, amount in rows),
    }


@pytest.mark.parametrize("backwards", [False, True])
def test_amounts_in_the_order_of_their_ids_are_named(tmp_path: Path, backwards: bool) -> None:
    status, said = paid_folder(tmp_path, files(sorted(AMOUNTS, reverse=backwards)))
    assert status == 0 and SAYS in said


@pytest.mark.parametrize("clean", ["as they came", "the whole table sorted", "even steps", "few"])
def test_right_amounts_are_not(tmp_path: Path, clean: str) -> None:
    in_order = sorted(range(20), key=AMOUNTS.__getitem__)
    found = {
        "as they came": files(AMOUNTS),
        "the whole table sorted": files([AMOUNTS[at] for at in in_order], [1 + at for at in in_order]),
        "even steps": files([10000 + 1500 * at for at in range(20)]),
        "few": files(sorted(AMOUNTS)[:10], range(1, 11)),
    }[clean]
    status, said = paid_folder(tmp_path, found)
    assert status == 0 and "is in order" not in said
