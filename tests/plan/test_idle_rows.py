"""What reads like any other row and pays nothing, or less than it seems to, is reported."""

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH}
[[components]]
plan_id = "CSM"
component_id = "grr"
type = "metric"
weight = 1.0
measure = "GRR"
scope = "team"
modified = true
curve_id = "c1"
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.02
[[components]]
plan_id = "CSM"
component_id = "ref"
type = "spif"
fixed_amount = 250
[[curves]]
curve_id = "c1"
knots = [[0.9, 0.5], [1.0, 1.0], [1.1, 1.5]]
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,fte,team\n"
    "E1,CSM,82000,2023-02-01,1,East\nE2,CSM,91000,2022-05-16,0.8,East\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,team,East,GRR,0.93,0.92\n",
    "deals.csv": "deal_id,date,amount,kind\nD1,2026-01-15,42000,upsell\n",
    "credits.csv": "deal_id,employee_id,share\nD1,E1,0.5\nD1,E2,0.5\n",
    "events.csv": "date,employee_id,component_id,count\n2026-02-03,E1,ref,2\n2026-02-04,E2,ref,1\n",
    "modifiers.csv": "period,scope,factor,id\n2026-Q1,company,1.05,\n",
    "changes.csv": "employee_id,from,base_salary\nE2,2026-02-16,95000\n",
}


def paid(folder: Path, **changed: str) -> tuple[int, str]:
    return paid_folder(folder, FILES | {name.replace("_", "."): text for name, text in changed.items()})


def test_a_sound_company_has_no_finding(tmp_path: Path) -> None:
    assert paid(tmp_path) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("deals.csv", "42000", "0", "the amount of deal D1 is 0, so it earns nothing"),
        ("credits.csv", "E1,0.5", "E1,0.4", "sum to 0.9 (E1 0.4, E2 0.5): the rest is credited to nobody"),
        ("credits.csv", "E1,0.5\nD1,E2,0.5", "E1,0.5\nD1,E2,0.25", "sum to 0.75"),
        ("events.csv", "ref,2", "ref,0", "the count is 0, so the event pays nothing"),
        ("events.csv", "ref,2", "ref,", "count is blank, and counts as 1"),
        ("events.csv", "ref,2\n", "ref,2\n2026-02-03,E1,ref,1\n", "with the count 2; both are paid"),
        ("roster.csv", "0.8", "", "fte is blank, and counts as 1"),
        ("changes.csv", "95000", "91000", "the row changes nothing; already in effect: base_salary 91,000"),
        ("changes.csv", "95000", "0", "base_salary becomes 0"),
        ("changes.csv", "95000", "40000", "base_salary changes from 91,000 to 40,000, 44% of it"),
        ("changes.csv", "95000", "59000", "base_salary changes from 91,000 to 59,000, 65% of it"),
        ("plan.toml", "target_value = 0.2", "target_value = 2", "target_value is 2, a ratio: it means 200%"),
        ("plan.toml", "[[0.9, 0.5]", "[[0.09, 0.5]", "attainment is 0.09, a ratio: it means 9%"),
        ("plan.toml", "modified = true", 'modified = true\ngate_measure = "GRR"\ngate_minimum = 0.09',
         "gate_minimum is 0.09, a ratio: it means 9%"),
        ("plan.toml", "fixed_amount = 250", "fixed_amount = 250\npool_amount = 100",
         "the pool of ref of CSM pays 13% of what is earned in 2026-Q1"),
        ("plan.toml", "[1.1, 1.5]", "[1.1, 10]", "payout is 10, a ratio: it means 1,000%"),
        ("plan.toml", "fixed_amount = 250", "fixed_amount = 250\npool_amount = 0", "the pool of"),
        ("plan.toml", "rate = 0.02", "rate = 0", "upsell of"),
        ("plan.toml", "rate = 0.02", "rate = 0.8", "rate is 0.8, a ratio: it means 80%"),
        ("deals.csv", "42000", "42000000", "2 people are paid far more than base pay and"),
        ("events.csv", "ref,2", "ref,400", "Most of it comes from the component ref."),
    ],
)  # fmt: skip
def test_it_is_paid_and_named(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in FILES[file]
    status, told = paid(tmp_path, **{file.replace(".", "_"): FILES[file].replace(before, after, 1)})
    assert status == 0
    assert says in told


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("modifiers.csv", "1.05,", "1.05,SMB", "the factor is for the company, so 'SMB' is not used"),
        ("roster.csv", "team\nE1,CSM,82000,2023-02-01,1,East", "team,state\nE1,CSM,82000,2023-02-01,1,East,"
         "Terminated", "state is 'Terminated', which is not a state"),
        ("results.csv", "0.93,0.92", "0.93,1.92", "the goal of GRR is 1.92: GRR is never below 0% or above"),
        ("changes.csv", "salary\nE2,2026-02-16,95000", "salary,to\nE2,2026-02-16,95000,2026-03-01", "'to'"),
        ("roster.csv", "team\nE1,CSM,82000,2023-02-01,1,East", "team,Ccy\nE1,CSM,82000,2023-02-01,1,East,EUR",
         "no column of roster is called 'Ccy'"),
    ],
)  # fmt: skip
def test_it_stops_the_payment(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in FILES[file]
    status, told = paid(tmp_path, **{file.replace(".", "_"): FILES[file].replace(before, after, 1)})
    assert status == 2
    assert says in told


@pytest.mark.parametrize(("name", "says"), [("TRUE", "are TRUE or FALSE"), ("2026-03-05", "are a day")])
def test_an_id_that_a_spreadsheet_made_is_named(tmp_path: Path, name: str, says: str) -> None:
    changed = {f"{table}_csv": FILES[f"{table}.csv"].replace("E1", name)
               for table in ("roster", "credits", "events")}  # fmt: skip
    status, told = paid(tmp_path, **changed)
    assert status == 0
    assert f"3 values of employee_id {says}" in told


def test_an_adjustment_of_0_is_named(tmp_path: Path) -> None:
    status, told = paid(tmp_path, adjustments_csv="period,employee_id,amount,reason\n2026-Q1,E1,0,fix\n")
    assert status == 0
    assert "the amount is 0, so nothing is adjusted" in told


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["guarantee,2026-01-01,0,"], True),
        (["draw,2026-01-01,0,"], True),
        (["guarantee,2025-01-01,4000,", "guarantee,2026-01-01,0,"], False),
        (["draw,2026-01-01,0,2500"], False),
    ],
)
def test_an_arrangement_of_0_is_named(tmp_path: Path, rows: list[str], found: bool) -> None:
    head = "employee_id,kind,from,amount,opening_balance\n"
    status, told = paid(tmp_path, arrangements_csv=head + "".join(f"E1,{row}\n" for row in rows))
    assert status == 0 and ("the amount is 0, so the" in told) == found, told


def test_shares_of_a_whole_year_that_leave_a_part_are_refused(tmp_path: Path) -> None:
    ends = ("03-31", "06-30", "09-30", "12-31")
    rows = [f"2026-Q{at + 1},2026-{3 * at + 1:02}-01,2026-{end},{{}}" for at, end in enumerate(ends)]
    header, shares = "period,start,end,share", (0.2, 0.2, 0.2, 0.3)
    periods = "\n".join([header, *(row.format(share) for row, share in zip(rows, shares, strict=True))])
    status, told = paid(tmp_path, periods_csv=periods)
    assert status == 2
    assert "the shares of the quarters of 2026 sum to 0.9, so the rest is not paid" in told
    status, told = paid(tmp_path, periods_csv=periods.replace("0.3", "0.4"))
    assert (status, told) == (0, "")


def test_a_gate_that_any_retention_meets_is_refused(tmp_path: Path) -> None:
    gate = 'curve_id = "c1"\ngate_measure = "GRR"\ngate_on = "actual"\ngate_minimum = 0.09'
    status, told = paid(tmp_path, plan_toml=PLAN.replace('curve_id = "c1"', gate, 1))
    assert status == 2
    assert (
        "gate_minimum is 0.09, and the actuals of GRR are about 0.93: does one of them lack a digit?" in told
    )


def test_accounts_beside_a_result_are_named(tmp_path: Path) -> None:
    accounts = "period,account_id,employee_id,start,end\n2026-Q1,A1,E1,100000,80000\n"
    status, told = paid(tmp_path, accounts_csv=accounts)
    assert status == 0
    assert "GRR of East in 2026-Q1 is 0.93 here, so its accounts are not used" in told
    _, told = paid(tmp_path, accounts_csv=accounts, results_csv=FILES["results.csv"].replace("0.93", ""))
    assert "accounts are not used" not in told
    _, told = paid(tmp_path, plan_toml=PLAN.replace('"GRR"', '"CSAT"'),
                   results_csv=FILES["results.csv"].replace("GRR", "CSAT"))  # fmt: skip
    assert "accounts give GRR, NRR, LOGO, but no component uses them: the accounts pay nobody" in told


def test_rows_of_a_curve_among_those_of_another_are_named(tmp_path: Path) -> None:
    plan = PLAN.partition("[[curves]]")[0]
    points = ["c1,0.9,0.5", "c1,1.0,1.0", "c2,0.8,0.5", "c2,1.0,1.0", "c1,1.1,1.5", "c2,1.2,2"]
    status, told = paid(
        tmp_path, plan_toml=plan, curves_csv="curve_id,attainment,payout\n" + "\n".join(points)
    )
    assert status == 0
    assert "2 rows of curves are apart" in told


def test_an_earlier_payment_on_which_nothing_looks_back_is_named(tmp_path: Path) -> None:
    rows = "period,employee_id,plan_id,component_id,amount\n2025-Q4,E1,CSM,upsell,400\n"
    status, told = paid(tmp_path, paid_csv=rows)
    assert status == 0
    assert "upsell of CSM pays each period separately, so earlier pay of E1 counts on statements only" in told
    draws = "employee_id,kind,amount,from\nE1,draw,500,2025-10-01\n"
    status, told = paid(tmp_path, arrangements_csv=draws)
    assert "on statements only" not in told
    (tmp_path / "arrangements.csv").unlink()
    climbing = PLAN.replace("rate = 0.02", 'rate = 0.02\ncumulative = "ytd_sum"')
    assert "on statements only" in paid(tmp_path, plan_toml=climbing)[1]  # it climbs on deals, not on pay
    yearly = PLAN.replace('scope = "team"', 'scope = "team"\ncumulative = "ytd_sum"')
    status, told = paid(tmp_path, plan_toml=yearly, paid_csv=rows.replace("upsell", "grr"))
    assert "on statements only" not in told
    (tmp_path / "plan.toml").unlink()
    assert "on statements only" in paid(tmp_path, paid_csv=rows.replace("upsell", "grr"))[1]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("modifiers", "there are no modifiers, so grr is paid without a modifier. Add the modifiers"),
        ("events", "there are no events, so ref pays nobody"),
        ("deals", "there are no deals, so upsell pays nobody"),
    ],
)
def test_a_table_that_was_perhaps_forgotten_is_named(tmp_path: Path, name: str, says: str) -> None:
    header = FILES[f"{name}.csv"].splitlines()[0]
    more = {"credits_csv": "deal_id,employee_id,share\n"} if name == "deals" else {}
    status, told = paid(tmp_path, **{f"{name}_csv": f"{header}\n"}, **more)
    assert status == 0
    assert says in told


def test_a_modifier_that_other_periods_have_is_named_where_it_counts_as_1(tmp_path: Path) -> None:
    status, told = paid(tmp_path, modifiers_csv="period,scope,factor,id\n2026-Q2,company,1.1,\n")
    assert status == 0
    assert "there is no modifier of the company for 2026-Q1, so it counts as 1" in told
    for sound in (FILES["modifiers.csv"], "period,scope,factor,id\n"):
        assert "counts as 1" not in paid(tmp_path, modifiers_csv=sound)[1]


def test_a_month_without_a_factor_is_named_though_other_months_of_the_quarter_have_one(
    tmp_path: Path,
) -> None:
    monthly = PLAN.replace('"quarter"', '"month"')
    months = ("2026-01", "2026-02", "2026-03")
    results = "period,scope,id,measure,actual,goal\n"
    results += "".join(f"{month},team,East,GRR,0.93,0.92\n" for month in months)
    for given in (months, months[:2]):
        factors = "period,scope,factor,id\n" + "".join(f"{month},company,1.05,\n" for month in given)
        files = FILES | {"plan.toml": monthly, "results.csv": results, "modifiers.csv": factors}
        told = paid_folder(tmp_path, files)[1]
        said = "there is no modifier of the company for 2026-03, so it counts as 1"
        assert (said in told) is (len(given) == 2)


def test_factors_of_quarters_do_not_modify_a_component_of_the_year_in_silence(tmp_path: Path) -> None:
    annual = PLAN.replace("modified = true", 'modified = true\npay_cycle = "year"')
    factors = "period,scope,factor,id\n2026-Q4,company,1.1,\n2026-Q1,company,1.1,\n"
    results = FILES["results.csv"].replace("2026-Q1", "2026")
    more = {"plan.toml": annual, "results.csv": results, "modifiers.csv": factors}
    for period, named in (("2026", True), ("2026-Q4", True), ("2026-Q1", False)):
        told = paid_folder(tmp_path, FILES | more, "--period", period)[1]
        assert ("there is no modifier of the company for 2026, so it counts as 1" in told) is named


def test_accounts_of_a_period_that_no_plan_pays_are_named(tmp_path: Path) -> None:
    header = "period,account_id,employee_id,start,end\n"
    results = "period,scope,id,measure,actual,goal\n"
    rows = "2026-Q1,A,E1,50000,48000\n2026-Q1,B,E2,40000,39000\n"
    _, told = paid(tmp_path, accounts_csv=header + rows, results_csv=results)
    assert "pays nobody" not in told
    _, told = paid(tmp_path, accounts_csv=header + rows + "2026-03-31,C,E1,90000,9000\n", results_csv=results)
    assert "2026-03 is a month, but plans pay by the quarter: this pays nobody" in told


def test_a_modifier_cap_typed_as_what_it_adds_is_named(tmp_path: Path) -> None:
    cap = "target_value = 0.2\nmodifier_cap = 0.1"
    assert "modifier_cap is 0.1" in paid(tmp_path, plan_toml=PLAN.replace("target_value = 0.2", cap))[1]
    assert (
        "modifier_cap"
        not in paid(tmp_path, plan_toml=PLAN.replace("target_value = 0.2", cap.replace("0.1", "1.1")))[1]
    )


def test_a_goal_without_weight_is_named(tmp_path: Path) -> None:
    plan = PLAN.replace("weight = 1.0", "weight = 0.5").replace(
        "[[curves]]",
        '[[components]]\nplan_id = "CSM"\ncomponent_id = "mbo"\ntype = "goals"\nweight = 0.5\n[[curves]]',
    )
    goals = "period,employee_id,goal,weight,score\n2026-Q1,E1,a,1,1\n2026-Q1,E2,a,1,1\n"
    assert "its score is not used" not in paid(tmp_path, plan_toml=plan, goals_csv=goals)[1]
    status, told = paid(tmp_path, plan_toml=plan, goals_csv=goals + "2026-Q1,E1,b,0,1\n")
    assert status == 0 and "the weight of the goal 'b' is 0, so its score is not used" in told


def test_a_release_of_what_was_never_held_back_is_named(tmp_path: Path) -> None:
    release = "period,employee_id,amount,reason,kind\n2026-Q1,E1,100,paid out,release\n"
    status, told = paid(tmp_path, adjustments_csv=release)
    assert status == 0 and "no holdback of E1 is among the arrangements" in told
    held = "employee_id,kind,from,amount\nE1,holdback,2025-01-01,0.1\n"
    assert "no holdback" not in paid(tmp_path, adjustments_csv=release, arrangements_csv=held)[1]


def test_a_year_that_goes_back_from_one_period_to_the_next_is_refused(tmp_path: Path) -> None:
    periods = "period,start,end,year\n2026-Q1,2026-01-01,2026-03-31,2026\n2026-Q2,2026-04-01,2026-06-30,{}\n"
    status, told = paid(tmp_path, periods_csv=periods.format(2025))
    assert status == 2 and "2026-Q2 is in the year 2025, and 2026-Q1 before it in 2026" in told
    assert "before it in" not in paid(tmp_path, periods_csv=periods.format(2026))[1]


def test_a_number_as_a_spreadsheet_shortens_it_is_named(tmp_path: Path) -> None:
    roster = FILES["roster.csv"].replace("82000", "8.2E+04")
    status, told = paid(tmp_path, roster_csv=roster)
    assert status == 0 and "base_salary is 8.2E+04, a number that a spreadsheet has shortened" in told
    assert "shortens" not in paid(tmp_path)[1]


def test_a_reason_for_leaving_without_a_last_day_is_named(tmp_path: Path) -> None:
    head, first, second = FILES["roster.csv"].splitlines()
    roster = f"{head},leave_date,leave_reason\n{first},{{}},resigned\n{second},,\n"
    status, told = paid(tmp_path, roster_csv=roster.format(""))
    assert status == 0 and "E1 has the leave_reason 'resigned' and no leave_date" in told
    assert "leave_reason" not in paid(tmp_path, roster_csv=roster.format("2026-12-31"))[1]
