"""Parameters of a plan that are typed in another unit are named before anyone is paid."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
round_attainment = 0.001
[[components]]
plan_id = "CSM"
component_id = "nrr"
type = "metric"
weight = 1
measure = "NRR"
curve_id = "nrr"
gate_measure = "CSAT"
gate_on = "actual"
gate_minimum = 0.8
gate_otherwise = 0.5
kicker_ratio = 0.1
floor = 0.1
[[curves]]
curve_id = "nrr"
points = [[0.9, 0.5], [1.0, 1.0], [1.2, 2.0]]
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n"
    "E2,CSM,91000,2022-05-16\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,NRR,1.08,1.05\n"
    "2026-Q1,individual,E2,NRR,1.02,1.05\n2026-Q1,individual,E1,CSAT,0.91,0.9\n"
    "2026-Q1,individual,E2,CSAT,0.78,0.9\n",
}


def test_a_clean_plan_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("round_attainment = 0.001", "round_attainment = 0.1", "it means 10%, which is rarely above 5%"),
        ("round_attainment = 0.001", "round_ratio = 1", "round_ratio is 1, a ratio: it means 100%"),
        ("round_attainment = 0.001", "round_target = 5000", "round_target is 5,000, which is rarely above"),
        ("gate_otherwise = 0.5", "gate_otherwise = 5", "nrr of CSM pays up to 2 when its gate fails"),
        ("kicker_ratio = 0.1", "kicker_ratio = 10", "kicker_ratio is 10, a ratio: it means 1,000%"),
        ("floor = 0.1", "floor = 1.1", "floor is 1.1, a ratio: it means 110%, which is rarely above 100%"),
    ],
)
def test_a_slip_is_paid_and_named(tmp_path: Path, before: str, after: str, says: str) -> None:
    assert before in PLAN
    status, told = paid_folder(tmp_path, FILES | {"plan.toml": PLAN.replace(before, after)})
    assert status == 0 and says in told


def test_a_maximum_below_everybodys_target_is_named(tmp_path: Path) -> None:
    people = FILES["roster.csv"] + "E3,CSM,88000,2021-03-01\n"
    results = FILES["results.csv"] + (
        "2026-Q1,individual,E3,NRR,1.06,1.05\n2026-Q1,individual,E3,CSAT,0.9,0.9\n"
    )
    for most, found in ((200, True), (4700, False)):
        plan = PLAN.replace("floor = 0.1", f"floor = 0.1\nmax_amount = {most}")
        files = FILES | {"plan.toml": plan, "roster.csv": people, "results.csv": results}
        status, told = paid_folder(tmp_path, files)
        said = f"all 3 people who earn nrr of CSM in 2026-Q1 are paid its maximum, {most:,}"
        assert status == 0 and (said in told) == found


CAPPED = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.03
max_amount = 20000
"""


@pytest.mark.parametrize(
    ("most", "amounts", "found"),
    [(20, (42000, 38500, 27400), True), (1000, (42000, 38500, 27400), False), (20, (42000, 38500, 0), False)],
)
def test_a_maximum_that_everybody_is_held_to_is_named(
    tmp_path: Path, most: int, amounts: tuple[int, ...], found: bool
) -> None:
    people = range(1, len(amounts) + 1)
    files = {
        "plan.toml": CAPPED.replace("20000", str(most)),
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\n"
        + "".join(f"E{n},CSM,82000,2023-02-01\n" for n in people),
        "deals.csv": "deal_id,date,amount,employee_id\n"
        + "".join(f"D{n},2026-01-1{n},{amount},E{n}\n" for n, amount in zip(people, amounts, strict=True)),
    }
    status, told = paid_folder(tmp_path, files)
    assert status == 0
    assert ("all 3 people who earn upsell of CSM in 2026-Q1 are paid its maximum, 20" in told) == found


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ("max_payout = 50", True),
        ("max_payout = 0.2", True),
        ("max_salary_ratio = 0.016", True),
        ("max_payout = 4300", False),
        ("max_salary_ratio = 1.6", False),
    ],
)
def test_a_maximum_payout_below_everybodys_target_is_named(tmp_path: Path, limit: str, found: bool) -> None:
    people = FILES["roster.csv"] + "E3,CSM,88000,2021-03-01\n"
    results = FILES["results.csv"] + (
        "2026-Q1,individual,E3,NRR,1.06,1.05\n2026-Q1,individual,E3,CSAT,0.9,0.9\n"
    )
    plan = PLAN.replace("round_attainment = 0.001", limit)
    files = FILES | {"plan.toml": plan, "roster.csv": people, "results.csv": results}
    status, told = paid_folder(tmp_path, files)
    said = "all 3 people who are paid by plan CSM in 2026-Q1 get its maximum payout, which is less than their"
    assert status == 0 and (said in told) == found


def test_a_maximum_payout_far_below_all_commissions_is_named(tmp_path: Path) -> None:
    people = FILES["roster.csv"] + "E3,CSM,88000,2021-03-01\n"
    deals = "deal_id,date,amount,employee_id\nD1,2026-02-01,90000,E1\nD2,2026-02-01,120000,E2\n"
    files = {"roster.csv": people, "deals.csv": deals + "D3,2026-03-01,105000,E3\n"}
    for limit, found in ((25, True), (2500, False)):
        plan = CAPPED.replace("max_amount = 20000", "").replace("0.2\n", f"0.2\nmax_payout = {limit}\n", 1)
        status, told = paid_folder(tmp_path, files | {"plan.toml": plan})
        said = "get its maximum payout, which is less than a tenth of what they earned"
        assert status == 0 and (said in told) == found


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "floor = 0.1",
            "max_amount = 400\nround_award = 500",
            "max_amount is 400, less than the unit of 500",
        ),
        ("round_attainment = 0.001", "max_payout = 400\nround_award = 500", "max_payout is 400, less than"),
    ],
)
def test_a_unit_above_the_maximum_is_refused(tmp_path: Path, before: str, after: str, says: str) -> None:
    status, told = paid_folder(tmp_path, FILES | {"plan.toml": PLAN.replace(before, after)})
    assert status == 2 and says in told and "so nobody would be paid anything" in told


TO_DATE = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "nrr"
type = "metric"
weight = 1
measure = "NRR"
cumulative = "ytd_sum"
"""


def test_earlier_payments_below_nothing_are_named(tmp_path: Path) -> None:
    rows = "".join(f"2025-Q{n},individual,E1,NRR,104,100\n" for n in (1, 2, 3))
    files = {
        "plan.toml": TO_DATE,
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,80000,2023-02-01\n",
        "results.csv": "period,scope,id,measure,actual,goal\n" + rows,
    }
    for amount, found in ((4160, False), (-4160, True)):
        paid = f"period,employee_id,plan_id,component_id,amount\n2025-Q1,E1,CSM,nrr,{amount}\n"
        status, told = paid_folder(tmp_path, files | {"paid.csv": paid}, "--period", "2025-Q2")
        said = "E1 was paid -4,160.00 for nrr in 2025-Q1, so less than nothing up to here"
        assert status == 0 and (said in told) == found


def test_bounds_of_a_number_of_deals_that_are_amounts_are_named(tmp_path: Path) -> None:
    plan = CAPPED.replace("rate = 0.03\nmax_amount = 20000", 'tier_id = "t"\ntier_basis = "count"')
    deals = "deal_id,date,amount,employee_id\nD1,2026-02-01,90000,E1\nD2,2026-02-01,120000,E2\n"
    files = {"roster.csv": FILES["roster.csv"], "deals.csv": deals}
    for bound, found in ((5000, True), (5, False)):
        tiers = f'[[tiers]]\ntier_id = "t"\nsteps = [[0, 100], [{bound}, 150]]\n'
        status, told = paid_folder(tmp_path, files | {"plan.toml": plan + tiers})
        assert status == 0 and ("W314" in told) == found


def test_a_later_version_without_what_the_one_before_states_is_named(tmp_path: Path) -> None:
    later = PLAN[PLAN.index("[[components]]") : PLAN.index("gate_measure")]
    for stated, gone in (
        (
            "valid_from = 2026-02-01\n",
            "kicker_ratio, gate_measure, gate_on, gate_minimum, gate_otherwise, floor",
        ),
        ("valid_from = 2026-02-01\n" + PLAN[PLAN.index("gate_measure") : PLAN.index("[[curves]]")], ""),
    ):
        plan = PLAN.replace("[[curves]]", later + stated + "[[curves]]", 1)
        status, told = paid_folder(tmp_path, FILES | {"plan.toml": plan})
        assert status == 0 and ("the version of nrr from 2026-02-01 on states no" in told) == bool(gone), told
        assert all(name in told for name in filter(None, gone.split(", ")))


VERSIONS = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
tier_id = "old"
valid_to = 2026-02-14
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
tier_id = "new"
valid_from = 2026-02-15
[[tiers]]
tier_id = "old"
steps = [[0, 0.05], [100000, 0.10]]
[[tiers]]
tier_id = "new"
steps = [[0, 0.06], [150000, 0.15]]
"""
OLD, NEW = 'tier_id = "old"\n', 'tier_id = "new"\n'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "rate = 0.05\n",
            "rate = 0.006\n",
            "0.006, 1/8.33 of the 0.05 of the version before (plan.toml",
        ),
        ("rate = 0.05\n", "rate = 0.5\n", "rate is 0.5, 10 times the 0.05 of the version before"),
        ("rate = 0.05\n", "rate = 0.025\n", ""),
        ('rate = 0.05\ndeal_kinds = ["renewal"]\n', 'rate = 0.005\ndeal_kinds = ["upsell"]\n', ""),
        ("fixed_amount = 250\n", "fixed_amount = 2500\n", "fixed_amount is 2,500, 10 times the 250 of the"),
        (
            "rate = 0.05\nmax_amount = 20000\n",
            "rate = 0.06\nmax_amount = 2000\n",
            "is 2,000, 1/10 of",
        ),
        ("rate = 0.05\nmax_amount = 2000\n", "rate = 0.06\nmax_amount = 90000\n", ""),
    ],
)
def test_a_version_that_changes_a_figure_tenfold_is_named(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    plan = VERSIONS[: VERSIONS.index("[[tiers]]")].replace(OLD, old).replace(NEW, new)
    _says_of_versions(tmp_path, plan, says)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("[[0, 0.06], [150000, 0.15]]", ""),
        ("[[0, 0.006], [150000, 0.15]]", "tiers[2].steps[1].rate: rate is 0.006, 1/8.33 of the 0.05 of the"),
        ("[[0, 0.06], [150000, 0.012]]", "tiers[2].steps[2].rate: rate is 0.012, 1/8.33 of the 0.1 of the"),
        ("[[0, 0.06], [10000, 0.12]]", "tiers[2].steps[2].from: from is 10,000, 1/10 of the 100,000 of the"),
        ("[[0, 0.06]]", ""),
    ],
)
def test_a_tier_that_a_later_version_changes_tenfold_is_named(tmp_path: Path, steps: str, says: str) -> None:
    _says_of_versions(tmp_path, VERSIONS.replace("[[0, 0.06], [150000, 0.15]]", steps), says)


def _says_of_versions(folder: Path, plan: str, says: str) -> None:
    deals = "deal_id,date,amount,employee_id,kind\nD1,2026-01-10,90000,E1,upsell\n"
    deals += "D2,2026-03-01,120000,E2,upsell\n"
    files = {"plan.toml": plan, "roster.csv": FILES["roster.csv"], "deals.csv": deals}
    status, told = paid_folder(folder, files)
    assert status == 0 and says in told and ("of the version before" in told) == bool(says), told


TOTALS = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "sold"
type = "commission"
measure = "Sales"
deal_kinds = ["new"]
tier_id = "goal"
[[components]]
plan_id = "CSM"
component_id = "boost"
type = "commission"
deal_kinds = ["training"]
tier_id = "team"
tier_measure = "deals"
tier_scope = "team"
[[tiers]]
tier_id = "goal"
on = "attainment"
steps = [[0, 0.02], [1, 0.03]]
[[tiers]]
tier_id = "team"
mode = "whole"
steps = [[0, 0.02], [400000, 0.03]]
"""


@pytest.mark.parametrize(
    ("before", "after", "status", "says"),
    [
        ("", "", 0, ""),
        ("[400000, ", "[400, ", 2, "the bounds of team (400) are far below its deals"),
        ("[400000, ", "[400000000, ", 2, "the bounds of team (400,000,000) are far above the sum of all its"),
        (",150000", ",600000", 0, "the deals of Sales in 2026-Q1 are usually 22% of the goal: are both of"),
        (",150000", ",300000", 0, ""),
    ],
)
def test_bounds_and_goals_of_other_totals_are_named(
    tmp_path: Path, before: str, after: str, status: int, says: str
) -> None:
    people = range(1, 5)
    files = {
        "plan.toml": TOTALS,
        "roster.csv": "employee_id,plan_id,base_salary,hire_date,team\n"
        + "".join(f"E{n},CSM,{80000 + 900 * n},2023-02-01,East\n" for n in people),
        "results.csv": "period,scope,id,measure,actual,goal\n"
        + "".join(f"2026-Q1,individual,E{n},Sales,,150000\n" for n in people),
        "deals.csv": "deal_id,date,amount,employee_id,kind\n"
        + "".join(f"D{n},2026-02-1{n},{127000 + 911 * n},E{n},new\n" for n in people)
        + "".join(f"T{n},2026-03-1{n},{19000 + 311 * n},E{n},training\n" for n in people),
    }
    found, told = paid_folder(tmp_path, {name: text.replace(before, after) for name, text in files.items()})
    assert found == status and says in told and (says or not told), told


@pytest.mark.parametrize(("east", "found"), [("0.87", True), ("4.1", False), ("1.4", False)])
def test_satisfaction_as_a_share_beside_scores_is_refused(tmp_path: Path, east: str, found: bool) -> None:
    plan = PLAN.replace("gate_minimum = 0.8", 'gate_minimum = 4\ngate_scope = "team"')
    roster = "employee_id,plan_id,base_salary,hire_date,team\n"
    roster += "E1,CSM,82000,2023-02-01,East\nE2,CSM,91000,2022-05-16,West\n"
    results = "".join(row for row in FILES["results.csv"].splitlines(keepends=True) if "CSAT" not in row)
    results += f"2026-Q1,team,East,CSAT,{east},\n2026-Q1,team,West,CSAT,4.3,\n"
    files = {"plan.toml": plan, "roster.csv": roster, "results.csv": results}
    status, told = paid_folder(tmp_path, files)
    assert ("E608" in told) == found and status == (2 if found else 0)
    assert not found or "the actual is 0.87, and 1 other is above 1" in told


MBO = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "mbo"
type = "goals"
weight = 1
"""


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (("E1,a,0.5,0.5", "E1,b,0.3,0.3", "E1,c,0.2,0.2"), 3),
        (("E1,a,0.6,0.6", "E1,b,0.4,0.4", "E2,c,0.7,0.7", "E2,d,0.3,0.3"), 4),
        (("E1,a,0.5,0.5", "E1,b,0.3,0.3", "E1,c,0.2,0.9"), 0),
        (("E1,a,0.5,0.5", "E1,b,0.5,0.5", "E2,c,0.5,0.5", "E2,d,0.5,0.5"), 0),
        (("E1,a,1,1", "E2,b,1,1"), 0),
        (("E1,a,0.5,1", "E1,b,0.3,0", "E1,c,0.2,1"), 0),
    ],
)
def test_scores_that_are_the_weights_of_their_goals_are_named(
    tmp_path: Path, rows: tuple[str, ...], found: int
) -> None:
    goals = "period,employee_id,goal,weight,score\n" + "".join(f"2026-Q1,{row}\n" for row in rows)
    files = {"plan.toml": MBO, "roster.csv": FILES["roster.csv"], "goals.csv": goals}
    if not any("E2" in row for row in rows):
        files["roster.csv"] = files["roster.csv"].partition("E2")[0]
    status, told = paid_folder(tmp_path, files)
    said = f"all {found} scores of 2026-Q1 equal the weights of their goals, which multiply them"
    assert status == 0 and (said in told) == bool(found) == bool(told), told


@pytest.mark.parametrize(
    ("hired", "since", "balance", "found"),
    [
        ("2026-02-01", "2026-02-01", 1500, True),
        ("2026-02-01", "2026-01-01", 1500, True),
        ("2026-04-01", "2026-04-01", 1500, True),
        ("2025-11-03", "2026-01-01", 1500, False),
        ("2023-02-01", "2026-02-01", 1500, False),
        ("2026-02-01", "2026-02-01", 0, False),
    ],
)
def test_a_balance_from_before_the_hire_is_named(
    tmp_path: Path, hired: str, since: str, balance: int, found: bool
) -> None:
    files = FILES | {
        "roster.csv": FILES["roster.csv"] + f"E3,CSM,88000,{hired}\n",
        "results.csv": FILES["results.csv"]
        + "2026-Q1,individual,E3,NRR,1.06,1.05\n2026-Q1,individual,E3,CSAT,0.92,0.9\n",
        "arrangements.csv": f"employee_id,kind,from,amount,opening_balance\nE3,draw,{since},3000,{balance}\n",
    }
    status, told = paid_folder(tmp_path, files)
    said = f"E3 was hired on {hired}, and owes a balance from before 2026-Q{1 + (hired > '2026-03')}"
    assert status == 0 and (said in told) == found, told
