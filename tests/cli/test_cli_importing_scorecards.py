"""A scorecard with one column a measure: answered once, and the next quarter is one command."""

from pathlib import Path
from typing import Any

from commands import commanded as shell
from commands import typed_in_a_terminal
from openpyxl import Workbook
from pasting import answer, of_text, paste, rows_of, setting

COMPONENT = (
    '[[components]]\nplan_id = "p"\ncomponent_id = "{0}"\ntype = "metric"\nmeasure = "{1}"\nweight = 0.5\n'
)
PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.2\n' + COMPONENT.format("nrr", "NRR") + COMPONENT.format("csat", "CSAT")
)  # fmt: skip
PEOPLE = (
    "Employee ID,Worker,Annual Base Salary (USD),Hire Date,Plan ID\n"
    'E1,"One, Sample","$100,000.00",01/24/2024,p\nE2,"Two, Sample","$80,000.00",02/15/2024,p\n'
)
HEADER = ["Worker ID", "CSM", "Region", "NRR %", "NRR % Goal", "GRR %", "GRR % Goal", "CSAT", "CSAT Goal"]


def scorecard(folder: Path, quarter: int, nrr: float) -> None:
    """The scorecard of a quarter. nrr: that of the first of the two people, in percent."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"Q{quarter} 2026"
    for row in ([f"CSM scorecard Q{quarter} 2026"], [], HEADER,
                ["E1", "One, Sample", "East", nrr, 104, 95.5, 92, 4.5, 4.5],
                ["E2", "Two, Sample", "West", 104, 104, 90.0, 92, 4.5, 4.5]):  # fmt: skip
        sheet.append(row)
    book.save(folder / f"CSM_scorecard_2026_Q{quarter}.xlsx")


def results(folder: Path) -> dict[str, tuple[Any, Any]]:
    rows = rows_of(folder / "mine.xlsx", "tblResults")
    actual, goal = (next(name for name in rows[0] if name.startswith(said)) for said in ("Actual", "Goal"))
    return {f"{row['Period']} {row['Id']} {row['Measure']}": (row[actual], row[goal]) for row in rows}


def pay(folder: Path) -> dict[Any, float]:
    found: dict[Any, float] = {}
    for row in rows_of(folder / "mine.xlsx", "tblPayouts"):
        found[row["Employee id"]] = found.get(row["Employee id"], 0) + row["Amount (USD)"]
    return found


def test_a_scorecard_is_answered_once_and_the_second_quarter_is_one_command(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "workers_0331.csv").write_text(PEOPLE)
    scorecard(tmp_path, 1, 78)
    words = ("import", "workers_0331.csv", "CSM_scorecard_2026_Q1.xlsx", "--into", "mine.xlsx", "--plan",
             "plan.toml", "--period", "2026-Q1")  # fmt: skip
    status, said = typed_in_a_terminal(tmp_path, ["1", "y"], *words)
    assert status == 0, said
    assert "yes: they are individual results of 2 measures: NRR, CSAT" in said
    assert "First rows as imported" in said
    first = {"2026-Q1 E1 NRR": (0.78, 1.04), "2026-Q1 E1 CSAT": (4.5, 4.5), "2026-Q1 E2 NRR": (1.04, 1.04),
             "2026-Q1 E2 CSAT": (4.5, 4.5)}  # fmt: skip
    assert results(tmp_path) == first
    assert pay(tmp_path) == {"E1": 4375, "E2": 4000}  # 100,000 x 0.2 / 4 x (0.75 / 2 + 1 / 2)
    (tmp_path / "CSM_scorecard_2026_Q1.xlsx").unlink()
    scorecard(tmp_path, 2, 91)
    said = shell(tmp_path, "import", "--into", "mine.xlsx", "--period", "2026-Q2", "--refresh", "--yes")
    second = {key.replace("Q1", "Q2"): value for key, value in first.items()}
    assert results(tmp_path) == {**first, **second, "2026-Q2 E1 NRR": (0.91, 1.04)}
    assert pay(tmp_path) == {"E1": 4687.5, "E2": 4000}


def test_a_pasted_scorecard_is_read_by_the_measures_of_the_plan_and_the_period_on_control(
    tmp_path: Path,
) -> None:
    (tmp_path / "plan.toml").write_text(PLAN.replace('"CSAT"', '"Launch"'))
    (tmp_path / "workers_0331.csv").write_text(PEOPLE)
    shell(tmp_path, "import", "workers_0331.csv", "--into", "mine.xlsx", "--plan", "plan.toml", "--period",
          "2026-Q1", "--yes")  # fmt: skip
    book = tmp_path / "mine.xlsx"
    setting(book, "period", "2026-Q2")
    header = "Worker ID,NRR %,NRR % Goal,GRR %,Launch,Launch Goal\n"
    paste(book, of_text(header + "E1,91,104,95,88,90\nE2,104,104,95,90,90\n"))
    said = shell(tmp_path, "refresh", "mine.xlsx", status=2)
    assert "'NRR %', 'Launch' are each of one measure." in said
    answer(book, "'NRR %', 'Launch' are each", 1)
    shell(tmp_path, "refresh", "mine.xlsx")
    assert results(tmp_path) == {"2026-Q2 E1 NRR": (0.91, 1.04), "2026-Q2 E1 Launch": (88, 90),
                                 "2026-Q2 E2 NRR": (1.04, 1.04), "2026-Q2 E2 Launch": (90, 90)}  # fmt: skip
