"""Pools of which a part is paid to nobody, or that pay next to nothing, are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "team"
type = "pool"
measure = "Tickets"
pool_amount = 12000
pool_person_cap = 6500
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\n"
    + "".join(f"E{n},CSM,82000,2023-02-01\n" for n in (1, 2, 3)),
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,Tickets,120,\n"
    "2026-Q1,individual,E2,Tickets,100,\n2026-Q1,individual,E3,Tickets,80,\n",
}


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("plan.toml", "12000", "12000", ""),
        ("plan.toml", "6500", "6500\nmax_amount = 5000", ""),
        ("plan.toml", "6500", "6500\nmax_amount = 4000", "the pool of team of CSM pays 11,200.00 of 12,000.00"
         " in 2026-Q1: what max_amount cuts (1 of 3 people) goes to nobody"),
        ("plan.toml", "12000", "12", "the pool of team of CSM is 12, 4.00 for each of 3 people"),
        ("results.csv", "Tickets,120,", "Tickets,120,110", "the goal 110 of Tickets is not used"),
    ],
)  # fmt: skip
def test_an_odd_pool_is_paid_and_named(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in FILES[file]
    status, told = paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after, 1)})
    assert status == 0
    assert says in told and (says or not told)


def test_a_pool_is_compared_with_its_amount_of_the_period(tmp_path: Path) -> None:
    later = PLAN.replace('"pool"', '"pool"\nvalid_to = 2026-03-31', 1)
    later += PLAN[PLAN.rindex("[[components]]") :].replace("12000", "90000") + "valid_from = 2026-04-01\n"
    status, told = paid_folder(tmp_path, FILES | {"plan.toml": later.replace("6500", "3900")})
    assert status == 0
    assert "the pool of team of CSM pays 11,700.00 of 12,000.00 in 2026-Q1: everybody" in told


@pytest.mark.parametrize("scope", ["company", "team"])
def test_a_pool_that_nobody_has_a_result_for_is_named(tmp_path: Path, scope: str) -> None:
    plan = PLAN.replace("pool_person_cap = 6500", f'pool_scope = "{scope}"')
    roster = "employee_id,plan_id,base_salary,hire_date,team\n" + "".join(
        f"E{n},CSM,82000,2023-02-01,{team}\n" for n, team in ((1, "East"), (2, "West"), (3, "West"))
    )
    none = FILES["results.csv"].replace("Tickets,100", "Tickets,0").replace("Tickets,80", "Tickets,0")
    if scope == "company":
        none = none.replace("Tickets,120", "Tickets,0")
    people = 2 if scope == "team" else 3
    for results, found in ((FILES["results.csv"], False), (none, True)):
        files = {"plan.toml": plan, "roster.csv": roster, "results.csv": results}
        status, told = paid_folder(tmp_path, files)
        said = f"the pool of team of CSM pays nothing to {people} people in 2026-Q1"
        assert status == 0 and (said in told) == found, told
        assert found or not told
