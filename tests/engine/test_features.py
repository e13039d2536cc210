"""Ramps, seasons, matrices, kickers, peers, accounts: figures worked out by hand."""

from datetime import date

import pytest
from small_company import (
    ACCOUNTS,
    MATRIX,
    RISKS,
    TARGET,
    account,
    company,
    issues,
    one,
    pay,
    ramps,
    raws,
    result,
    seasons,
    steps,
)

from csm_xl.engine.lines import LINE_COLUMNS
from csm_xl.engine.run import run
from csm_xl.errors import CsmError

# -- ramps and seasons --------------------------------------------------------------------------------


@pytest.mark.parametrize(("hired", "period", "share"), [
    (date(2026, 1, 10), "2026-Q1", (0 + 0.25 + 0.5) / 3),  # January is month 1
    (date(2026, 2, 27), "2026-Q1", (0 + 0.25) / 2),  # no month before the hire
    (date(2026, 2, 27), "2026-Q2", (0.5 + 0.75 + 1) / 3),
    (date(2025, 12, 1), "2026-Q1", (0.25 + 0.5 + 0.75) / 3),
    (date(2025, 1, 1), "2026-Q1", 1),  # after the last month the last share
])  # fmt: skip
def test_a_ramp_lowers_the_goal_by_months_of_tenure(hired, period, share):
    tables = company(ramp_id="R")
    tables |= {"ramps": ramps(0, 0.25, 0.5, 0.75, 1), "results": [result("E0001", 30, 90, period=period)]}
    tables["roster"][0]["hire_date"] = hired
    line = one(tables, period)
    assert line["goal"] == pytest.approx(90 * share)
    assert line["attainment"] == pytest.approx(30 / (90 * share))
    told = steps(tables, period=period)["Goal"]
    assert told[3] == line["goal"]
    assert "ramp R" in told[1]


def test_a_month_without_a_goal_is_reached_and_says_so():
    tables = company(period="month", ramp_id="R")
    tables |= {"ramps": ramps(0, 0.5), "results": [result("E0001", 0, 90, period="2026-03")]}
    tables["roster"][0]["hire_date"] = date(2026, 3, 1)
    line = one(tables, "2026-03")
    assert (line["goal"], line["attainment"], line["payout_ratio"]) == (0, 1, 1)
    assert line["note"] == "ramp or season asks for nothing, so the attainment is 1"
    assert line["amount"] == 666.67
    assert "asks for nothing" in steps(tables, period="2026-03")["Attainment"][1]


def test_a_ramp_by_months_of_a_fiscal_calendar():
    tables = company(period="month", ramp_id="R")
    days = [(date(2026, 1, 1), date(2026, 1, 28)), (date(2026, 1, 29), date(2026, 2, 25)),
            (date(2026, 2, 26), date(2026, 4, 1))]  # fmt: skip
    tables["periods"] = [{"period": f"FY26-P0{n}", "start": a, "end": b, "year": 2026}
                         for n, (a, b) in enumerate(days, 1)]  # fmt: skip
    tables |= {"ramps": ramps(0.1, 0.2, 0.3, 1), "results": [result("E0001", 9, 90, period="FY26-P03")]}
    tables["roster"][0]["hire_date"] = date(2026, 1, 5)
    assert one(tables, "FY26-P03")["goal"] == pytest.approx(27)  # the 15th of March lies in it
    tables["periods"][2] |= {"start": date(2026, 2, 15), "end": date(2026, 3, 15)}
    tables["periods"].pop(1)
    assert one(tables, "FY26-P03")["goal"] == pytest.approx(90 * (0.2 + 0.3) / 2)
    tables["periods"][1] |= {"start": date(2026, 3, 16), "end": date(2026, 4, 12)}
    assert one(tables, "FY26-P03")["goal"] == 90  # no 15th, so the month of the last day, the fourth


def test_a_season_shares_the_annual_goal():
    tables = company(season_id="S")
    tables |= {"seasons": seasons(0.2, 0.2, 0.2, 0.4),
               "results": [result("E0001", 60, 300, period=f"2026-Q{n}") for n in (1, 4)]}  # fmt: skip
    assert [line["goal"] for line in pay({**tables, "results": tables["results"][:1]})] == [60]
    assert one(tables, "2026-Q4")["attainment"] == 0.5
    assert not any(said.startswith("error") for said in issues(tables).values())


def test_a_season_counts_parts_of_the_sum_and_days_employed():
    tables = company(season_id="S")
    tables |= {"seasons": seasons(2, 3, 3, 2), "results": [result("E0001", 20, 400)]}
    tables["roster"][0]["hire_date"] = date(2026, 3, 2)  # 30 of 90 days
    line = one(tables)
    assert line["goal"] == pytest.approx(400 * 2 / 10 * 30 / 90)
    assert steps(tables)["Goal"][2] == "400 × 2 / (2 + 3 + 3 + 2) × 30 / 90"
    assert issues(tables)["seasons, row 2 (share)"].startswith("warning: the shares of season S sum to 10")


def test_seasons_of_a_year_to_date():
    tables = company(season_id="S", cumulative="ytd_sum")
    tables["seasons"] = seasons(0.1, 0.3, 0.3, 0.3)
    tables["results"] = [result("E0001", n * 10, 100, period=f"2026-Q{n}") for n in (1, 2)]
    line = one(tables, "2026-Q2")
    assert (line["actual"], line["goal"]) == (30, 40)
    assert line["before_modifier"] == 2 * TARGET * 0.75 - TARGET


def test_a_plan_year_that_starts_in_october_counts_its_periods():
    tables = company(season_id="S")
    tables["plans"][0]["year_start"] = 10
    tables |= {"seasons": seasons(0.1, 0.2, 0.3, 0.4), "results": [result("E0001", 20, 100)]}
    assert one(tables)["goal"] == pytest.approx(20)


# -- matrices and kickers -----------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "own", "beside", "ratio"), [
    ("lookup", 0.95, 0.9, 0.4), ("lookup", 1, 1.5, 1.2), ("lookup", 0.89, 1, 0), ("lookup", 1, 0.79, 0),
    ("bilinear", 0.95, 0.9, 0.75), ("bilinear", 1, 0.9, 1.0),
])  # fmt: skip
def test_a_matrix_pays_by_two_attainments(mode, own, beside, ratio):
    tables = company(matrix_id="M", column_measure="NPS")
    tables["matrices"] = [{**row, "mode": mode if row is MATRIX[0] else None} for row in MATRIX]
    tables["results"] = [result("E0001", own * 50, 50), result("E0001", beside * 40, 40, "NPS")]
    line = one(tables)
    assert line["payout_ratio"] == pytest.approx(ratio, abs=1e-12)
    assert line["amount"] == round(TARGET * ratio, 2)
    assert line["column_attainment"] == pytest.approx(beside)
    told = steps(tables)
    assert told["Column attainment"][3] == line["column_attainment"]
    assert told["Payout ratio"][1].startswith("matrix M: ")


def test_a_matrix_waits_for_both_measures():
    tables = company(matrix_id="M", column_measure="NPS", column_direction="lower")
    tables["matrices"] = MATRIX
    tables["results"] = [result("E0001", 50, 50), result("E0001", None, 40, "NPS")]
    line = one(tables)
    assert (line["amount"], line["note"]) == (0, "missing actual, paid at 0")
    tables["results"][1]["actual"] = 48  # 2 − 48/40 = 0.8
    assert one(tables)["payout_ratio"] == 0.8


@pytest.mark.parametrize(("actual", "gate", "kicker"), [
    (50, 0.9, 100), (60, 0.9, 100), (49.999999975, 0.9, 100), (49.99999997, 0.9, 0), (60, 0.7, 0),
    (60, None, 0),
])  # fmt: skip
def test_a_kicker_adds_after_the_modifier(actual, gate, kicker):
    tables = company(kicker_ratio=0.05, modified=True, gate_measure="NPS", gate_minimum=0.8)
    tables["results"] = [result("E0001", actual, 50), result("E0001", gate, 1, "NPS")]
    tables["modifiers"] = [{"period": "2026-Q1", "scope": "company", "factor": 1.1}]
    line = one(tables)
    assert line["kicker"] == pytest.approx(kicker)
    again = line["component_target"] * line["payout_ratio"] * line["modifier"] + line["kicker"]
    assert line["unrounded"] == pytest.approx(again * line["plan_cap_factor"])
    assert line["amount"] == round(TARGET * line["payout_ratio"] * 1.1 + kicker, 2)
    assert ("kicker added" in (line["note"] or "")) == bool(kicker)
    assert steps(tables)["Kicker"][3] == line["kicker"]


def test_the_plan_cap_holds_a_kicker_too():
    tables = company(kicker_ratio=0.5)
    tables["plans"][0]["plan_cap"] = 1.25
    tables["results"] = [result("E0001", 50, 50)]
    line = one(tables)
    assert (line["kicker"], line["amount"], line["before_modifier"]) == (1000, 2500, 2000)
    assert line["note"] == "scaled to the plan cap; kicker added"


def test_nobody_without_kicker_or_matrix_sees_their_columns():
    tables = company()
    tables["results"] = [result("E0001", 50, 50)]
    assert tuple(one(tables)) == LINE_COLUMNS


# -- peers --------------------------------------------------------------------------------------------


def test_people_are_ranked_among_their_peers():
    tables = company("E1", "E2", "E3", "E4", "E5", "E6", peer_group="team")
    tables["results"] = [result(f"E{n}", actual) for n, actual in enumerate((3, 1, 2, 2, None, 9), 1)]
    tables["roster"][5] |= {"team": "T2"}
    tables["changes"] = [{"employee_id": "E4", "from": date(2026, 4, 1), "team": "T2"}]
    by = {line["employee_id"]: line for line in pay(tables)}
    third = pytest.approx(1 / 3)
    assert [by[f"E{n}"]["attainment"] for n in range(1, 7)] == [1, 0, third, third, None, 1]
    assert by["E1"]["goal"] is None
    assert by["E3"]["amount"] == 666.67
    assert by["E5"]["note"] == "missing actual, paid at 0"
    assert "among the measured results of team T1" in steps(tables, "E3")["Attainment"][1]


def test_the_lowest_leads_where_lower_is_better_and_a_curve_pays():
    tables = company("E1", "E2", "E3", peer_group="plan", direction="lower", curve_id="K")
    knots = ((0, 0), (0.5, 1), (1, 3))
    tables["curves"] = [{"curve_id": "K", "attainment": x, "payout": y} for x, y in knots]
    tables["results"] = [result(f"E{n}", n / 10) for n in (1, 2, 3)]
    assert [line["payout_ratio"] for line in pay(tables)] == [3, 1, 0]


def test_peers_need_not_be_paid_on_the_measure_nor_at_all():
    tables = company("E1", "E2", "E3", peer_group="role")
    for row, role in zip(tables["roster"], ("CSM", "CSM", "AM"), strict=True):
        row["role"] = role
    tables["plans"].append({**tables["plans"][0], "plan_id": "N", "model": "base_only"})
    tables["roster"][1]["plan_id"] = "N"
    tables["results"] = [result("E1", 5), result("E2", 7), result("E3", 1)]
    assert {line["employee_id"]: line["attainment"] for line in pay(tables)} == {"E1": 0, "E3": 1}


def test_someone_without_a_group_is_named():
    tables = company("E1", "E2", peer_group="level")
    del tables["roster"][1]["level"]
    tables["results"] = [result("E1", 5), result("E2", 7)]
    with pytest.raises(CsmError) as caught:
        run(raws(tables), "2026-Q1")
    assert [issue.where for issue in caught.value.issues] == ["roster, row 3 (level)"]
    assert "E2 has no level" in str(caught.value)


# -- accounts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("measure", "scope", "actual"), [
    ("GRR", "individual", [0.5, 1]), ("NRR", "individual", [0.575, 1]), ("LOGO", "individual", [2 / 3, 1]),
    ("GRR", "team", [0.75, 0.75]), ("NRR", "company", [0.7875, 0.7875]), ("LOGO", "company", [0.75, 0.75]),
])  # fmt: skip
def test_retention_comes_from_accounts_where_results_say_nothing(measure, scope, actual):
    tables = company("E1", "E2", measure=measure, scope=scope)
    tables["accounts"] = ACCOUNTS
    tables["results"] = [result("E1", 1, 1)]
    lines = pay(tables)
    assert [line["actual"] for line in lines] == pytest.approx(actual)
    assert [line["attainment"] for line in lines] == pytest.approx(actual)
    assert [line["goal"] for line in lines] == [None, None]
    assert steps(tables, "E1")["Attainment"][1].endswith(
        f"{measure}: the measure itself, as no goal is stated"
    )
    assert [line["amount"] for line in lines] == [round(TARGET * ratio, 2) for ratio in actual]
    last = {"individual": 4, "team": 5, "company": 5}[scope]
    cells = "; ".join(f"accounts, rows 2 to {last} ({column})" for column in ("start", "end"))
    assert steps(tables, "E1")[f"{measure} kept"][4] == steps(tables, "E1")["Attainment"][4] == cells


def test_a_results_row_beats_the_accounts_even_while_it_is_blank():
    tables = company("E1", "E2", measure="GRR")
    tables["accounts"] = ACCOUNTS
    tables["results"] = [result("E1", 0.8, 1, "GRR"), result("E2", None, None, "GRR")]
    lines = pay(tables)
    assert [line["actual"] for line in lines] == [0.8, None]
    assert [line["note"] for line in lines] == [None, "missing actual, paid at 0"]


def test_a_results_row_may_give_the_goal_alone_which_the_accounts_are_measured_against():
    tables = company("E1", "E2", measure="GRR")
    tables["accounts"] = ACCOUNTS
    tables["results"] = [result("E1", None, 0.8, "GRR"), result("E2", None, 0.8, "GRR")]
    lines = pay(tables)
    assert [(line["actual"], line["goal"], line["note"]) for line in lines] == [
        (0.5, 0.8, None),
        (1, 0.8, None),
    ]
    assert [line["attainment"] for line in lines] == [0.625, 1.25]
    rule, put_in, value, cells = steps(tables, "E1")["Attainment"][1:]
    assert (rule, value) == ("own GRR: actual / goal", 0.625)
    assert put_in.endswith(" / 0.8") and cells.endswith("results, row 2 (goal)")
    ranked = company("E1", "E2", measure="GRR", peer_group="plan", scope="individual")
    ranked |= {"accounts": ACCOUNTS, "results": [tables["results"][0], result("E2", 0.4, 0.8, "GRR")]}
    assert [line["attainment"] for line in pay(ranked)] == [1, 0]


def test_a_gate_reads_accounts_too():
    tables = company("E1", "E2", gate_measure="GRR", gate_minimum=0.6)
    tables["accounts"] = ACCOUNTS
    tables["results"] = [result("E1", 1, 1), result("E2", 1, 1)]
    assert [line["gate_met"] for line in pay(tables)] == [False, True]


def test_accounts_count_for_the_team_they_name_or_that_of_their_owner_on_the_last_day():
    tables = company("E1", "E2", measure="GRR", scope="team")
    tables["roster"][1]["team"] = "T2"
    tables["changes"] = [{"employee_id": "E2", "from": date(2026, 3, 31), "team": "T1"}]
    tables["accounts"] = [account("A", "E1", 100, 50), account("B", "E2", 300, 300),
                          account("C", "E1", 100, 0, team="T2")]  # fmt: skip
    assert [line["actual"] for line in pay(tables)] == [0.875, 0.875]


def test_somebody_without_opening_accounts_has_no_result():
    tables = company("E1", "E2", measure="GRR")
    tables["accounts"] = [*ACCOUNTS[:3], ACCOUNTS[4]]
    with pytest.raises(CsmError) as caught:
        run(raws(tables), "2026-Q1")
    (issue,) = caught.value.issues
    assert issue.message.startswith("there is no result GRR of individual E2 for 2026-Q1")
    assert "Or give the accounts." in issue.hint


def test_a_blank_end_is_an_error_that_names_its_cell():
    tables = company("E1", "E2", measure="GRR")
    tables["accounts"] = [*ACCOUNTS[:3], account("D", "E2", 400, None)]
    with pytest.raises(CsmError) as caught:
        run(raws(tables), "2026-Q1")
    assert [issue.where for issue in caught.value.issues] == ["accounts, row 5 (end)"]


def test_the_team_rate_is_adjusted_by_each_persons_book():
    tables = company("E1", "E2", "E3", measure="GRR", scope="team", book_adjusted=True)
    tables |= {"accounts": ACCOUNTS, "risk_classes": RISKS}
    # E1 kept 100 + 100 + 0 of 400, where 95 + 80 + 40 are expected; E2 kept 400, 380 expected.
    expected = [0.75 + (200 - 215) / 400, 0.75 + (400 - 380) / 400, 0.75]
    lines = pay(tables)
    assert [line["actual"] for line in lines] == pytest.approx(expected)
    assert [line["amount"] for line in lines] == [1425, 1600, 1500]
    told = steps(tables, "E1")
    assert told["Book adjustment"][3] == -0.0375
    assert told["Adjusted rate"][3] == lines[0]["actual"]
    tables["results"] = [result("T1", 0.9, 0.96, "GRR", "team")]
    rates = [0.8625 / 0.96, 0.95 / 0.96, 0.9 / 0.96]
    assert [line["attainment"] for line in pay(tables)] == pytest.approx(rates)


# -- tiers and windows --------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "basis", "amount"), [
    ("marginal", "period", 100_000 * 0.02 + 50_000 * 0.03),  # of 150,000, the goal is 100,000
    ("whole", "period", 150_000 * 0.03),
    ("marginal", "deal", 30_000 * 0.02 + 100_000 * 0.02 + 20_000 * 0.03),
    ("whole", "deal", 30_000 * 0.02 + 120_000 * 0.03),
])  # fmt: skip
def test_tiers_on_attainment_are_multiples_of_the_goal(mode, basis, amount):
    tables = company()
    tables["results"] = [result("E0001", 1, 1), result("E0001", None, 100_000, "QUOTA")]
    tables["components"].append({"plan_id": "S", "component_id": "D", "type": "commission", "tier_id": "T",
                                 "measure": "QUOTA", "tier_basis": basis})  # fmt: skip
    tables["tiers"] = [{"tier_id": "T", "from": 0, "rate": 0.02, "mode": mode, "on": "attainment"},
                       {"tier_id": "T", "from": 1, "rate": 0.03}]  # fmt: skip
    tables["deals"] = [{"deal_id": f"D{n}", "date": date(2026, 2, n), "amount": money, "employee_id": "E0001"}
                       for n, money in enumerate((30_000, 120_000), 1)]  # fmt: skip
    assert pay(tables)[1]["amount"] == amount


def test_versions_of_a_spif_in_one_period_share_one_line_and_one_bound():
    tables = company()
    spif = {"plan_id": "S", "component_id": "SPIF", "type": "spif", "fixed_amount": 150, "max_amount": 200}
    tables["components"] += [
        spif | {"valid_to": date(2026, 1, 31)},
        spif | {"fixed_amount": 100, "max_amount": 420, "valid_from": date(2026, 2, 1)},
    ]
    tables["results"] = [result("E0001", 1, 1)]
    days = [date(2026, 1, 5), date(2026, 1, 6), date(2026, 2, 3)]
    tables["events"] = [{"date": day, "employee_id": "E0001", "component_id": "SPIF"} for day in days]
    assert [line["amount"] for line in pay(tables)] == [TARGET, 400]  # the bound of the last day's version
    tables["events"].append({"date": days[0], "employee_id": "E0001", "component_id": "SPIF"})
    assert [line["amount"] for line in pay(tables)] == [TARGET, 420]


def test_a_spif_pays_inside_its_window_only():
    tables = company()
    tables["components"].append({"plan_id": "S", "component_id": "SPIF", "type": "spif", "fixed_amount": 150,
                                 "valid_from": date(2026, 2, 1), "valid_to": date(2026, 2, 28)})  # fmt: skip
    tables["results"] = [result("E0001", 1, 1)]
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1))
    tables["events"] = [{"date": day, "employee_id": "E0001", "component_id": "SPIF"} for day in days]
    assert [line["amount"] for line in pay(tables)] == [TARGET, 300]
