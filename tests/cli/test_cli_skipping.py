"""People who cannot be paid are left out, whatever the reason, and what is odd is reported."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csm_xl.cli.app import app

runner = CliRunner()
PLANS = "plan_id,model,pay_period,target_basis,target_value\nP,base_bonus,quarter,ratio,0.1\n"
COMPONENTS = """plan_id,component_id,type,weight,measure,scope,peer_group,curve_id
P,NRR,metric,0.5,NRR,individual,,
P,MBO,goals,0.5,,,,
"""
ROSTER = """employee_id,plan_id,base_salary,hire_date,leave_date,team
E1,P,80000,2024-01-01,,A
E2,P,{salary},2024-01-01,,A
E3,P,80000,2024-01-01,,A
E4,P,80000,2024-01-01,{left},A
E5,{plan},80000,2024-01-01,,A
E6,P,80000,2024-01-01,,A
"""
RESULTS = "period,scope,id,measure,actual,goal\n" + "".join(
    f"2026-Q1,individual,E{n},NRR,1,{{goal{n}}}\n" for n in range(1, 7)
)
GOALS = "period,employee_id,goal,weight,score\n" + "".join(
    f"2026-Q1,E{n},a,{{weight{n}}},1\n" for n in range(1, 7)
)
FINE = {"salary": 80000, "left": "", "plan": "P"} | {
    f"{name}{n}": 1 for n in range(1, 7) for name in ("goal", "weight")
}
WRONG = {"salary": '"$80,000"', "left": "2023-01-01", "plan": "X", "goal3": 0, "weight6": 0.9}


def folder(tmp_path: Path, **changed: object) -> Path:
    files = {"plans": PLANS, "components": COMPONENTS, "roster": ROSTER, "results": RESULTS, "goals": GOALS}
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text.format(**FINE | changed), encoding="utf-8")
    return tmp_path


def shell(*words: str | Path) -> tuple[int, str, str]:
    result = runner.invoke(app, ["pay", *(str(word) for word in words)])
    return result.exit_code, result.stdout, result.stderr


def paid(source: Path, *words: str) -> tuple[dict[str, float], dict[str, str]]:
    status, shown, told = shell(source, "--period", "2026-Q1", "--skip-errors", "--json", *words)
    assert status == 0, told + shown
    document = json.loads(shown)
    return (
        {each["employee_id"]: each["variable"] for each in document["totals"]},
        {each["employee_id"]: each["reason"] for each in document["left_out"]},
    )


def test_without_errors_nobody_is_left_out(tmp_path: Path) -> None:
    totals, out = paid(folder(tmp_path))
    assert (set(totals), out) == ({f"E{n}" for n in range(1, 7)}, {})


def test_wrong_cells_of_one_person_stop_that_person_alone(tmp_path: Path) -> None:
    source = folder(tmp_path, **WRONG)
    assert shell(source, "--period", "2026-Q1")[0] == 2
    totals, out = paid(source)
    assert totals == {"E1": 2000}
    assert set(out) == {"E2", "E3", "E4", "E5", "E6"}
    for who, says in (
        ("E2", "roster.csv row 3 (base_salary)"), ("E3", "results.csv row 4 (goal)"),
        ("E4", "roster.csv row 5 (leave_date)"), ("E5", "roster.csv row 6 (plan_id)"),
        ("E6", "goals.csv row 7 (weight)"),
    ):  # fmt: skip
        assert says in out[who]


def test_what_concerns_all_stops_the_run_all_the_same(tmp_path: Path) -> None:
    source = folder(tmp_path, **WRONG)
    components = (source / "components.csv").read_text(encoding="utf-8").replace("0.5,NRR", "0.4,NRR")
    (source / "components.csv").write_text(components, encoding="utf-8")
    status, _, told = shell(source, "--period", "2026-Q1", "--skip-errors")
    assert (status, "sum to 0.9" in told) == (2, True)


def test_who_is_left_out_still_ranks_among_the_peers(tmp_path: Path) -> None:
    source = folder(tmp_path)
    (source / "components.csv").write_text(
        "plan_id,component_id,type,weight,measure,scope,peer_group\nP,NRR,metric,1,NRR,individual,team\n",
        encoding="utf-8",
    )
    (source / "goals.csv").unlink()
    results = RESULTS.format(**FINE).replace("E1,NRR,1,", "E1,NRR,1.1,").replace("E2,NRR,1,", "E2,NRR,1.2,")
    (source / "results.csv").write_text(results, encoding="utf-8")
    before, _ = paid(source)
    (source / "roster.csv").write_text(ROSTER.format(**FINE | {"salary": "tbd"}), encoding="utf-8")
    after, out = paid(source)
    assert set(out) == {"E2"}
    assert after == {who: amount for who, amount in before.items() if who != "E2"}


def test_the_total_of_the_year_leaves_them_out_too(tmp_path: Path) -> None:
    source = folder(tmp_path, **WRONG)
    for name in ("results", "goals"):
        header, *rows = (source / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        every = [row.replace("2026-Q1", f"2026-Q{q}") for q in (1, 2, 3, 4) for row in rows]
        (source / f"{name}.csv").write_text("\n".join([header, *every]) + "\n", encoding="utf-8")
    status, shown, _ = shell(source, "--total", "--period", "2026", "--skip-errors", "--json")
    document = json.loads(shown)
    assert (status, [each["total"] for each in document["total"]]) == (0, [88000])
    assert {each["employee_id"] for each in document["left_out"]} == {"E2", "E3", "E4", "E5", "E6"}


def test_a_goal_in_another_unit_and_a_measure_that_nobody_uses_are_told(tmp_path: Path) -> None:
    source = folder(tmp_path, goal3=92)
    results = (source / "results.csv").read_text(encoding="utf-8") + "2026-Q1,individual,E1,NNR,1,1\n"
    (source / "results.csv").write_text(results, encoding="utf-8")
    status, _, told = shell(source, "--period", "2026-Q1")
    assert status == 2
    assert "E608 results.csv row 4 (goal): the goal 92 is 92 times the median of the others, 1, and" in told
    status, _, told = shell(source, "--period", "2026-Q1", "--accept", "E608")
    assert status == 0 and "warning E608 results.csv row 4 (goal)" in told
    assert "no component uses the measure 'NNR' (found 'NNR'). Did you mean 'NRR'?" in told
    assert told.count("warning") == 2


def test_many_findings_that_say_the_same_are_told_together(tmp_path: Path) -> None:
    source = folder(tmp_path)
    roster = ROSTER.splitlines()[0] + "\n" + "".join(f"E{n},P,tbd,2024-01-01,,A\n" for n in range(1, 41))
    (source / "roster.csv").write_text(roster, encoding="utf-8")
    status, _, told = shell(source, "--period", "2026-Q1")
    assert status == 2
    assert (
        "roster.csv row 2 (base_salary): the text is not a number; 39 more like it: roster.csv row 3" in told
    )
    assert told.count("the text is not a number") == 1


def test_a_month_of_a_quarterly_plan_and_a_tax_year_of_no_year(tmp_path: Path) -> None:
    source = folder(tmp_path)
    status, _, told = shell(source, "--period", "2026-01")
    assert (status, "6 people are on P" in told, "quarter" in told) == (2, True, True)
    status, _, told = shell(source, "--tax-year", "2025")
    assert (status, "--total" in told) == (2, True)


@pytest.mark.parametrize("header", ["", "sep=;\n"])
def test_semicolons_and_decimal_commas(tmp_path: Path, header: str) -> None:
    source = folder(tmp_path)
    roster = ROSTER.format(**FINE).replace(",", ";").replace("80000", "80.000,50")
    (source / "roster.csv").write_text(header + roster.replace("80.000,50", "80.000", 1), encoding="utf-8")
    totals, out = paid(source)
    assert out == {}
    assert (totals["E1"], totals["E2"]) == (2000, 2000.02)
    # Without a cell that can be nothing else, a point stays a point.
    (source / "roster.csv").write_text(header + ROSTER.format(**FINE).replace(",", ";"), encoding="utf-8")
    results = RESULTS.format(**FINE).replace(",", ";").replace("NRR;1;", "NRR;0.925;")
    (source / "results.csv").write_text(results, encoding="utf-8")
    assert paid(source)[0]["E1"] == 1925
