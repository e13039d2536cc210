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


PEOPLE = (
    ("E1", "Ana Sample", "ana.sample"),
    ("E2", "Bo Sample", "bsample"),
    ("E3", "Cy Example", "cyexample2"),
)


def roster(emails: Sequence[str]) -> str:
    rows = ["employee_id,employee_name,email,plan_id,base_salary,hire_date"]
    rows += [f"{who},{name},{email}@example.com,CSM,82000,2023-02-01"
             for (who, name, _), email in zip(PEOPLE, emails, strict=True)]  # fmt: skip
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("order", "found"),
    [((0, 1, 2), False), ((2, 0, 1), True), ((1, 0, 2), True)],
)
def test_emails_that_are_those_of_others_by_the_names_are_named(
    tmp_path: Path, order: tuple[int, ...], found: bool
) -> None:
    emails = [PEOPLE[at][2] for at in order]
    _, said = paid_folder(tmp_path, files(AMOUNTS) | {"roster.csv": roster(emails)})
    assert ("is that of" in said or "have another person's email" in said) == found


def test_one_email_of_a_name_that_changed_is_not(tmp_path: Path) -> None:
    _, said = paid_folder(
        tmp_path, files(AMOUNTS) | {"roster.csv": roster(["ana.sample", "cy.example", "x"])}
    )
    assert "email" not in said


def test_names_that_are_in_other_rows_are_named(tmp_path: Path) -> None:
    people = ("E1,Ana Sample,Bo,Sample", "E2,Bo Sample,Ana,Sample", "E3,Cy Example,Cy,Example")
    text = "employee_id,employee_name,first_name,last_name,plan_id,base_salary,hire_date\n"
    text += "".join(f"{one},CSM,82000,2023-02-01\n" for one in people)
    _, said = paid_folder(tmp_path, files(AMOUNTS) | {"roster.csv": text})
    assert "2 people have another person's first and last name, going by the names" in said
