"""The statement and the explanation of one person need only what that person's pay depends on."""

from pathlib import Path

import pytest
from commands import shell
from pypdf import PdfReader

PLANS = """
[[plans]]
plan_id = "Q"
model = "base_bonus"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.1
[[components]]
plan_id = "Q"
component_id = "retention"
type = "metric"
weight = 1.0
measure = "GRR"
[[plans]]
plan_id = "OTHER"
model = "base_bonus"
pay_period = "month"
target_basis = "ratio"
target_value = 0.1
[[components]]
plan_id = "OTHER"
component_id = "adoption"
type = "metric"
weight = 1.0
measure = "ADOPTION"
"""
POOL = PLANS.replace('measure = "GRR"', 'measure = "GRR"\npool_amount = 2500')
TEAM = PLANS.replace('measure = "GRR"', 'measure = "GRR"\nscope = "team"')
RANK = PLANS.replace('measure = "GRR"', 'measure = "GRR"\npeer_group = "plan"')
ROSTER = {
    "E1": "E1,Q,80000,2024-01-01,A,CSM",
    "E2": "E2,Q,40000,2024-01-01,A,CSM",
    "E3": "E3,OTHER,40000,2024-01-01,B,CSM",
}
RESULTS = {
    "E1": "2026-Q1,individual,E1,GRR,0.9,0.9",
    "E2": "2026-Q1,individual,E2,GRR,0.9,0.9",
    "A": "2026-Q1,team,A,GRR,0.9,0.9",
    "B": "2026-Q1,team,B,GRR,0.9,0.9",
}


def folder(path: Path, plan: str, roster: dict[str, str] | None = None, results: dict[str, str] | None = None,
           **tables: str) -> Path:  # fmt: skip
    """A folder of sound tables, with some rows in place of others; a blank row leaves it out."""
    path.mkdir()
    (path / "plan.toml").write_text(plan, "utf-8")
    people = [row for row in (ROSTER | (roster or {})).values() if row]
    said = [row for row in (RESULTS | (results or {})).values() if row]
    head = "employee_id,plan_id,base_salary,hire_date,team,role"
    (path / "roster.csv").write_text("\n".join([head, *people]), "utf-8")
    (path / "results.csv").write_text("\n".join(["period,scope,id,measure,actual,goal", *said]), "utf-8")
    for name, text in tables.items():
        (path / f"{name}.csv").write_text(text, "utf-8")
    return path


def statement(source: Path, who: str = "E1", period: str = "2026-Q1") -> tuple[int, str, str]:
    """The status, the text and what is said but for notes; the explanation must end alike."""
    out = source / "statements"
    status, _, told = shell("statements", source, "--period", period, "--employee", who, "--out", out)
    explained, _, why = shell("explain", source, who, period)
    stopping, told = ("".join(f"{line}\n" for line in each.splitlines() if not line.startswith("note "))
                      for each in (why, told))  # fmt: skip
    assert (explained, set(stopping.splitlines())) == (status, set(told.splitlines()))
    path = out / f"{period}_{who}.pdf"
    return status, path.exists() and "".join(p.extract_text() for p in PdfReader(path).pages), told


OTHERS = {
    "a salary that is no number": {"roster": {"E2": "E2,Q,lots,2024-01-01,A,CSM"}},
    "a day that is none": {"roster": {"E2": "E2,Q,40000,2024-13-01,A,CSM"}},
    "a plan that is none": {"roster": {"E2": "E2,NONE,40000,2024-01-01,A,CSM"}},
    "a row that names nobody": {"roster": {"E2": ",Q,40000,2024-01-01,A,CSM"}},
    "an id that stands twice": {"roster": {"E9": ROSTER["E2"]}},
    "a result that is no number": {"results": {"E2": "2026-Q1,individual,E2,GRR,good,0.9"}},
    "a result that is missing": {"results": {"E2": ""}},
    "a goal of zero": {"results": {"E2": "2026-Q1,individual,E2,GRR,0.9,0"}},
    "another team's result": {"results": {"B": "2026-Q1,team,B,GRR,good,0.9"}},
    "goals that sum to less": {"goals": "period,employee_id,goal,weight,score\n2026-Q1,E2,a,0.4,1\n"},
    "a deal": {"deals": "deal_id,date,amount,employee_id\nD1,2026-02-01,much,E2\n"},
    "an adjustment": {"adjustments": "period,employee_id,kind,amount,reason\n2026-Q1,E2,manual,x,y\n"},
    "an event of an unknown component": {"events": "employee_id,date,component_id\nE2,2026-02-01,none\n"},
}


@pytest.mark.parametrize("wrong", OTHERS)
def test_what_is_wrong_about_others_stops_no_statement(tmp_path: Path, wrong: str) -> None:
    source = folder(tmp_path / "in", PLANS, **OTHERS[wrong])
    status, text, told = statement(source)
    assert (status, told) == (0, "")
    assert "2,000.00" in str(text)
    if "missing" not in wrong and "team" not in wrong and wrong != "a row that names nobody":
        assert statement(source, "E2")[0] == 2


def test_a_factor_of_somebody_who_is_left_out_stops_no_statement(tmp_path: Path) -> None:
    modified = PLANS.replace('measure = "GRR"', 'measure = "GRR"\nmodified = true')
    factors = "period,scope,id,factor\n2026-Q1,individual,E1,1.1\n2026-Q1,individual,E2,1.2\n"
    source = folder(tmp_path / "in", modified, roster={"E2": "E2,Q,lots,2024-01-01,A,CSM"}, modifiers=factors)
    status, text, told = statement(source)
    assert (status, told) == (0, "")
    assert "2,200.00" in str(text)


def test_others_open_periods_and_other_pay_periods_stop_nothing(tmp_path: Path) -> None:
    """The others are paid by the month, and nothing of theirs is measured."""
    source = folder(tmp_path / "in", PLANS)
    assert shell("pay", source, "--period", "2026-Q1")[0] == 2
    assert statement(source)[0] == 0
    results = {"E3": "2026-02,individual,E3,ADOPTION,1,1"}
    source = folder(tmp_path / "month", PLANS, results=results)
    status, text, told = statement(source, "E3", "2026-02")
    assert (status, told) == (0, "")
    assert "333.33" in str(text)


@pytest.mark.parametrize(
    "wrong",
    ['weight = 0.7\nmeasure = "ADOPTION"', 'weight = 1.0\nmeasure = "ADOPTION"\ncurve_id = "none"',
     'weight = 1.0\nmeasure = "ADOPTION"\ngate_measure = "GRR"', 'weight = "all"\nmeasure = "ADOPTION"'],
)  # fmt: skip
def test_a_fault_in_a_plan_stops_only_those_who_are_on_it(tmp_path: Path, wrong: str) -> None:
    plan = PLANS.replace('weight = 1.0\nmeasure = "ADOPTION"', wrong)
    source = folder(tmp_path / "in", plan, results={"E3": "2026-02,individual,E3,ADOPTION,1,1"})
    status, text, told = statement(source)
    assert (status, told) == (0, "")
    assert "2,000.00" in str(text)
    assert statement(source, "E3", "2026-02")[0] == 2


def test_ones_own_faults_stop(tmp_path: Path) -> None:
    for number, given in enumerate(
        (
            {"roster": {"E1": "E1,Q,lots,2024-01-01,A,CSM"}},
            {"results": {"E1": "2026-Q1,individual,E1,GRR,good,0.9"}},
            {"results": {"E1": ""}},
            {"adjustments": "period,employee_id,kind,amount,reason\n2026-Q1,E1,manual,x,y\n"},
            {"adjustments": "period,employee_id,kind,amount,reason\n2026-Q1,,manual,5,y\n"},
            {"deals": "deal_id,date,amount,employee_id\nD1,2026-02-01,much,E1\n"},
        )
    ):
        status, text, told = statement(folder(tmp_path / str(number), PLANS, **given))  # type: ignore[arg-type]
        assert (status, text, told.startswith("error ")) == (2, False, True)


def test_a_shared_pool_needs_everybody_who_shares_it(tmp_path: Path) -> None:
    status, text, told = statement(folder(tmp_path / "sound", POOL))
    assert (status, told) == (0, "")
    assert "1,666.67" in str(text)  # 2,500 over 2,000 and 1,000
    for number, given in enumerate(
        ({"roster": {"E2": "E2,Q,lots,2024-01-01,A,CSM"}}, {"results": {"E2": ""}})
    ):
        status, _, told = statement(folder(tmp_path / str(number), POOL, **given))  # type: ignore[arg-type]
        assert status == 2
        assert "E2" in told or "row 3" in told
    faulty = {"E3": "E3,OTHER,lots,2024-01-01,B,CSM"}
    assert statement(folder(tmp_path / "other", POOL, roster=faulty))[0] == 0


def test_a_team_needs_its_result_and_no_teammate(tmp_path: Path) -> None:
    faulty = {"E2": "E2,Q,lots,2024-01-01,A,CSM"}
    status, text, told = statement(folder(tmp_path / "mate", TEAM, roster=faulty))
    assert (status, told) == (0, "")
    assert "2,000.00" in str(text)
    status, _, told = statement(folder(tmp_path / "team", TEAM, results={"A": "2026-Q1,team,A,GRR,x,0.9"}))
    assert (status, "results.csv row 4" in told) == (2, True)


def test_accounts_of_teammates_count_for_the_team(tmp_path: Path) -> None:
    accounts = "period,account_id,employee_id,start,end\n2026-Q1,A1,E1,1000,1000\n2026-Q1,A2,E2,1000,{}\n"
    none = {"A": "", "B": ""}
    sound = folder(tmp_path / "a", TEAM, results=none, accounts=accounts.format(800) + "2026-Q1,A3,E3,1,1\n")
    status, text, told = statement(sound)
    assert (status, told) == (0, "")
    assert "1,800.00" in str(text)
    faulty = {"E2": "E2,Q,lots,2024-01-01,A,CSM"}
    source = folder(tmp_path / "b", TEAM, roster=faulty, results=none, accounts=accounts.format(800))
    assert "1,800.00" in str(statement(source)[1])
    source = folder(tmp_path / "c", TEAM, results=none, accounts=accounts.format("x"))
    assert statement(source)[0] == 2
    source = folder(tmp_path / "d", PLANS, accounts=accounts.format("x"))
    assert statement(source)[0] == 0


def test_a_rank_needs_the_results_of_peers_and_not_their_pay(tmp_path: Path) -> None:
    better = {"E2": "2026-Q1,individual,E2,GRR,0.95,0.9"}
    curve = "curve_id,attainment,payout\nrank,0,0.5\nrank,1,2\n"
    plan = RANK.replace('peer_group = "plan"', 'peer_group = "plan"\ncurve_id = "rank"')
    status, text, told = statement(folder(tmp_path / "a", plan, results=better, curves=curve))
    assert (status, told) == (0, "")
    faulty = {"E2": "E2,Q,lots,2024-01-01,A,CSM"}
    again = statement(folder(tmp_path / "b", plan, roster=faulty, results=better, curves=curve))
    assert (again[0], again[2]) == (0, "")
    assert "1,000.00" in str(text)
    assert "1,000.00" in str(again[1])
    wrong = {"E2": "2026-Q1,individual,E2,GRR,good,0.9"}
    status, _, told = statement(folder(tmp_path / "c", plan, results=wrong, curves=curve))
    assert (status, "results.csv row 3" in told) == (2, True)


def test_a_deal_that_is_shared_must_be_sound(tmp_path: Path) -> None:
    plan = PLANS + '[[components]]\nplan_id = "Q"\ncomponent_id = "deals"\ntype = "commission"\nrate = 0.1\n'
    credits = "deal_id,employee_id,share\nD1,E1,{}\nD1,E2,{}\n"
    deals = "deal_id,date,amount\nD1,2026-02-01,1000\n"
    status, text, told = statement(
        folder(tmp_path / "a", plan, deals=deals, credits=credits.format(0.5, 0.5))
    )
    assert (status, told, "2,050.00" in str(text)) == (0, "", True)
    source = folder(tmp_path / "b", plan, deals=deals, credits=credits.format(0.7, 0.7))
    assert statement(source)[0] == 2


def test_the_figures_and_the_fingerprint_are_those_of_everyones_run(tmp_path: Path) -> None:
    months = {month: f"2026-0{month},individual,E3,ADOPTION,1,1" for month in "123"}
    source = folder(tmp_path / "in", POOL, results=months)
    every, one = tmp_path / "every", tmp_path / "one"
    words = ("statements", source, "--period", "2026-Q1", "--as-of", "2026-05-01")
    assert shell(*words, "--out", every)[0] == 0
    assert shell(*words, "--out", one, "--employee", "E1")[0] == 0
    assert (every / "2026-Q1_E1.pdf").read_bytes() == (one / "2026-Q1_E1.pdf").read_bytes()


def test_somebody_unknown_is_named_before_anything_else(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", PLANS, roster={"E2": "E2,Q,lots,2024-01-01,A,CSM"})
    status, _, told = statement(source, "E7")
    assert status == 2
    assert told.startswith("error employee_id: the employee is not on the roster (found 'E7')")


def test_the_worksheet_function_needs_no_more() -> None:
    from csm_xl.functions.calling import call

    tables = [
        [["plan_id", "model", "pay_period", "target_basis", "target_value"],
         ["A", "base_bonus", "quarter", "ratio", 0.1]],
        [["plan_id", "component_id", "type", "weight", "measure"], ["A", "R", "metric", 1, "NRR"]],
        [["employee_id", "plan_id", "base_salary", "hire_date"],
         ["E1", "A", 80000, "2024-01-01"], ["E2", "A", "lots", "2024-01-01"]],
        [["period", "scope", "id", "measure", "actual", "goal"],
         ["2026-Q1", "individual", "E1", "NRR", 1, 1]],
    ]  # fmt: skip
    assert call("CSM_EXPLAIN", "E1", "2026-Q1", *tables)[-1][3] == 2000
    assert call("CSM_EXPLAIN", "E1", "2026", *tables)[-1][3] == 2000
