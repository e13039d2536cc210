"""The plan modeler on the What-if: what its cells and charts show against the analyses called directly, over
the same tables; what a person types; and what is shown where nothing answers.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import pytest
from books import REFRESHED, small_tables
from test_statement_sheet import paid

from csm_xl.analysis import solve as solve_module
from csm_xl.analysis.diff import diff_of_plans
from csm_xl.analysis.sensitivity import sensitivity
from csm_xl.analysis.simulate import simulate
from csm_xl.analysis.solve import solve
from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES, Tables, read_strict
from csm_xl.workbook.page import Sheet, Template
from csm_xl.workbook.sample import sample_raw_tables, sample_tables
from csm_xl.workbook.sheets.what_if import modeller
from csm_xl.workbook.sheets.what_if.modeller_charts import ODDS, STEPS, SWINGS
from csm_xl.workbook.template import template
from csm_xl.xlsx.addresses import Place, letters
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.values import ErrorCell

NAME = "What-if"
Cells = dict[tuple[int, int], Any]


@cache
def given() -> Tables:
    return read_strict(sample_raw_tables(), component_types(), PAY_TABLES)


def page(made: Template) -> Sheet:
    return next(sheet for sheet in made.sheets if sheet.name == NAME)


def sample() -> Template:
    return paid(sample_tables, "2026")[0]


def row_of(made: Template, caption: str) -> int:
    return next(row for (row, column), cell in page(made).cells.items()
                if column == 1 and cell.role == "caption" and cell.value == caption)  # fmt: skip


SOLVE, SWING, COST, COMPARE = (
    row_of(sample(), caption)
    for caption in ("Goal seek", "Cost drivers", "Cost forecast",
                    "Plan comparison")
)  # fmt: skip
BLOCKS = (SOLVE, SWING, COST, COMPARE)


def tried(made: Template, typed: dict[tuple[int, int], Any], blocks: tuple[int, ...] = BLOCKS) -> Cells:
    """The sheet's cells once cells were typed by row and column; only some blocks are computed."""
    book, last = made.book(), page(made).last[0] + 1
    ends = {row: min((other for other in BLOCKS if other > row), default=last) for row in BLOCKS}
    book.formulas = {place: formula for place, formula in book.formulas.items() if place.sheet == NAME
                     and any(row <= place.row < ends[row] for row in blocks)}  # fmt: skip
    for place, value in typed.items():
        assert place in page(made).rules, f"{place} is not for typing"
        book.values.pop(Place(NAME, *place), None)
        if value is not None:
            book.values[Place(NAME, *place)] = value
    values = {**book.values, **recalculate(book)}
    found = {place[1:]: value for place, value in values.items() if place.sheet == NAME}
    assert [place for place, value in found.items() if isinstance(value, ErrorCell)] == []
    return found


def start(row: int, column: int) -> Any:
    return page(sample()).cells[row, column].value


def table(cells: Cells, made: Template, name: str) -> list[dict[str, Any]]:
    """The rows of a table by header without its unit."""
    one = next(table for table in page(made).tables if table.name == name)
    heads = [column.header.partition(" (")[0] for column in one.columns]
    return [
        {head: cells.get((row, one.left + at)) for at, head in enumerate(heads)}
        for row in range(one.first_row, one.last_row + 1)
    ]


def shown(cells: Cells, row: int, columns: range) -> list[Any]:
    return [None if cells[row, column] == "" else cells[row, column] for column in columns]


def test_a_solve_shows_every_answer_and_its_proof() -> None:
    cells = tried(sample(), {}, (SOLVE,))
    period, amount, person = start(SOLVE + 2, 4), start(SOLVE + 4, 2), start(SOLVE + 3, 4)
    found = solve(given(), "attainment", amount, period, "", person)
    assert found.answers and found.answers[0].pays == amount
    rows = [shown(cells, SOLVE + 7 + at, range(1, 7)) for at in range(modeller.ANSWERS)]
    wanted = found.rows()[1:]
    assert rows[: len(wanted)] == [pytest.approx(row) for row in wanted]
    assert rows[len(wanted) :] == [[None] * 6] * (modeller.ANSWERS - len(wanted))
    assert cells[SOLVE + 5, 1].startswith(f"{len(wanted)} answer")


def test_what_is_typed_moves_the_answer() -> None:
    typed = {(SOLVE + 2, 4): "2026-Q1", (SOLVE + 3, 2): "target", (SOLVE + 3, 4): None,
             (SOLVE + 4, 2): 345_000.0, (SOLVE + 4, 4): "starter"}  # fmt: skip
    cells = tried(sample(), typed, (SOLVE,))
    wanted = solve(given(), "target", 345_000.0, "2026-Q1", "starter").rows()[1]
    assert shown(cells, SOLVE + 7, range(1, 7)) == pytest.approx(wanted)
    assert cells[SOLVE + 7, 2] != start(SOLVE + 7, 2)


def test_an_impossible_sum_says_why_and_what_comes_nearest() -> None:
    cells = tried(sample(), {(SOLVE + 4, 2): 9_999_999.0}, (SOLVE,))
    said = cells[SOLVE + 5, 1]
    assert "pays 9,999,999.00" in said and "The largest possible payout is" in said
    assert {cells[SOLVE + 7 + at, column] for at in range(5) for column in range(1, 7)} == {""}
    cells = tried(sample(), {(SOLVE + 3, 4): "E9999"}, (SOLVE,))
    assert "not on the roster" in cells[SOLVE + 5, 1]
    rules = [condition for place, condition in page(sample()).conditions if place[0] == SOLVE + 5]
    assert [rule["format"] for rule in rules] == ["negative"]


def test_two_plans_compared_to_the_cent_with_every_group_and_person() -> None:
    cells = tried(sample(), {}, (COMPARE,))
    period, plan, other = start(COMPARE + 2, 4), start(COMPARE + 3, 2), start(COMPARE + 4, 2)
    assert (plan, other) == ("revenue_csm", "base_variable")
    wanted = diff_of_plans(given(), period, plan, other).rows()[1:]
    head = next(row for row in range(COMPARE, COMPARE + 40) if cells.get((row, 2)) == "People (count)")
    for at, (part, item, _, *figures) in enumerate(wanted[: modeller.COMPARED]):
        assert shown(cells, head + 1 + at, range(2, 8)) == figures, item
        assert cells[head + 1 + at, 1].endswith(
            "Everyone" if part == "total" else item.rpartition(f"{plan}/")[2].removeprefix(f"plan {plan}: ")
        )
    assert cells[head + len(wanted), 1] == f"person {wanted[-1][1]}" and len(wanted) <= modeller.COMPARED


def test_the_waterfall_leads_from_one_cost_to_the_other() -> None:
    cells = tried(sample(), {}, (COMPARE,))
    wanted = diff_of_plans(given(), *(start(COMPARE + at, column) for at, column in ((2, 4), (3, 2), (4, 2))))
    before, after = wanted.rows()[1][4:6]
    steps = [row for row in table(cells, sample(), STEPS) if row["Label"]]
    assert (steps[0]["Cost"], steps[-1]["Cost"]) == (before, after)
    assert steps[0]["Cost"] + sum(row["More"] - row["Less"] for row in steps) == pytest.approx(after)
    moving = sorted((abs(amount) for _, amount, _ in wanted.waterfall()[2:-1] if amount), reverse=True)
    assert [row["More"] + row["Less"] for row in steps[1:-1]] == pytest.approx(moving)
    top = before
    for row in steps[1:-1]:
        assert row["Beneath"] == pytest.approx(min(top, top + row["Change"]))
        top += row["Change"]
    winners, losers = wanted.rows()[1][7:9]
    title = next(value for value in cells.values() if str(value).startswith("base_variable instead of"))
    assert f"costs {before - after:,.0f} less: {winners} of 10 people get more, {losers} less" in title


def test_more_changes_than_the_waterfall_has_room_for_are_one_step() -> None:
    made = sample()
    cells = tried(made, {}, (COMPARE,))
    count = next(place for place, value in cells.items() if value == "Shown (count)")
    book = made.book()
    book.formulas = {place: formula for place, formula in book.formulas.items()
                     if place.sheet == NAME and place.row >= COMPARE}  # fmt: skip
    book.values[Place(NAME, count[0], count[1] + 1)] = 2
    cells = {place[1:]: value for place, value in {**book.values, **recalculate(book)}.items()
             if place.sheet == NAME}  # fmt: skip
    steps = [row for row in table(cells, made, STEPS) if row["Label"]]
    assert [row["Label"] for row in steps][3:] == ["3 other changes", "base_variable"]
    moved = sum(row["Change"] for row in steps[1:-1])
    assert steps[0]["Cost"] + moved == pytest.approx(steps[-1]["Cost"]) and len(steps) == 5


def test_a_plan_compared_with_itself_changes_nothing() -> None:
    cells = tried(sample(), {(COMPARE + 4, 2): "revenue_csm"}, (COMPARE,))
    steps = [row for row in table(cells, sample(), STEPS) if row["Label"]]
    assert len(steps) == 2 and steps[0]["Cost"] == steps[1]["Cost"] > 0


def test_the_tornado_is_the_strongest_inputs() -> None:
    cells = tried(sample(), {(SWING + 3, 2): 0.2}, (SWING,))
    wanted = sensitivity(given(), start(SWING + 2, 4), 0.2)
    head = next(row for row in range(SWING, SWING + 40) if cells.get((row, 1)) == "Input")
    for at, row in enumerate(wanted.rows()[1 : modeller.SWINGS + 1], head + 1):
        assert shown(cells, at, range(1, 8)) == row
    bars = {row["Input"]: row for row in table(cells, sample(), SWINGS)}
    assert list(bars)[-1] == wanted.swings[0].label, "the strongest is on top, where bars begin beneath"
    for swing in wanted.swings[: modeller.SWINGS]:
        assert bars[swing.label]["Lower"] == pytest.approx(swing.low - wanted.base)
        assert bars[swing.label]["Higher"] == pytest.approx(swing.high - wanted.base)


@pytest.mark.parametrize("budget", [300_000.0, None])
def test_what_it_may_cost_is_the_simulation(budget: float | None) -> None:
    cells = tried(sample(), {(COST + 4, 2): budget, (COST + 3, 4): 7}, (COST,))
    wanted = dict(map(tuple, simulate(given(), start(COST + 2, 4), 500, 7).figures(budget)[1:]))
    labels = {"Cost at current results": "cost at current results", "Mean": "mean", "P90": "P90",
              "Standard error of the mean": "standard error of the mean", "P10": "P10", "P50": "P50",
              "Expected shortfall": "expected shortfall over budget",
              "Probability over": "probability over budget"}  # fmt: skip
    for label, figure in labels.items():
        row = next(row for row in range(COST + 6, COST + 20) if cells.get((row, 1), "").startswith(label))
        assert cells[row, 2] == (pytest.approx(wanted[figure]) if figure in wanted else "")
    bars = {row["Figure"]: row["Against"] for row in table(cells, sample(), ODDS)}
    level = wanted["cost at current results"] if budget is None else budget
    assert bars["P10"] == pytest.approx(wanted["P10"] - level)
    assert bars["at current results"] == pytest.approx(wanted["cost at current results"] - level)


def test_what_goals_say_of_attainments_counts() -> None:
    made = sample()
    formula = next(one for place, one in made.book().formulas.items() if "CSM_SIMULATE(" in one
                   and place.sheet == NAME)  # fmt: skip
    assert "distributions" in formula and "correlations" in formula
    others = [one for place, one in made.book().formulas.items() if "CSM_SENSITIVITY(" in one
              and place.sheet == NAME]  # fmt: skip
    assert len(others) == 1 and "distributions" not in others[0]


def test_switched_off_nothing_is_computed() -> None:
    cells = tried(sample(), {(row + 2, 2): "no" for row in BLOCKS})
    said = [value for (row, column), value in cells.items() if str(value).startswith("Not calculated")]
    assert len(said) == 4 + 1, "each block, and where the words stand"
    for name in (STEPS, SWINGS, ODDS):
        for row in table(cells, sample(), name):
            figures = [value for head, value in row.items() if head not in ("Step", "Rank", "Row", "Figure")]
            assert set(figures) <= {"", 0.0}


def test_a_large_company_starts_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modeller, "MOST_PEOPLE", 2)
    tables = read_strict([RawTable.of_rows(rows, name) for name, rows in small_tables().items()],
                         component_types(), PAY_TABLES)  # fmt: skip
    lines = run(tables, "2026-Q1").rows()
    made = template(tables, "2026-Q1", lines, datetime(2026, 4, 7))
    assert [page(made).cells[row_of(made, caption) + 2, 2].value
            for caption in ("Plan comparison", "Cost forecast")] == ["no", "no"]  # fmt: skip
    monkeypatch.undo()
    made = template(tables, "2026-Q1", lines, REFRESHED)
    assert page(made).cells[row_of(made, "Plan comparison") + 2, 2].value == "yes"


def test_only_a_new_workbook_is_searched_for_a_case_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody typed there since is theirs, so that a refresh need not know."""
    tables = read_strict([RawTable.of_rows(rows, name) for name, rows in small_tables().items()],
                         component_types(), PAY_TABLES)  # fmt: skip
    lines = run(tables, "2026-Q1").rows()
    asked: list[str] = []
    monkeypatch.setattr(solve_module, "first_payable", lambda *given: asked.append(given[2]))
    template(tables, "2026-Q1", lines, REFRESHED, log=[])
    assert asked == []
    template(tables, "2026-Q1", lines, REFRESHED)
    assert asked == ["2026-Q1"]


def test_every_table_that_pays_is_handed_over_under_its_name() -> None:
    made = sample()
    assert made.names["roster"] == "=tblRoster[#All]" and "tax_brackets" not in made.names
    blocks = {name: formula for place, formula in made.book().formulas.items() if place.sheet == NAME
              for name in ("SOLVE", "PLANDIFF", "SENSITIVITY", "SIMULATE")
              if f"CSM_{name}(" in formula}  # fmt: skip
    assert len(blocks) == 4
    for formula in blocks.values():
        handed = set(formula.replace(")", ",").split(","))
        assert {"plans", "components", "roster", "results", "deals", "paid", "reviews"} <= handed
        assert handed & {"benefits", "prices", "grants"} == set()
        assert len(formula) <= 400


def test_nothing_stands_where_results_may_spill() -> None:
    """Beneath the cells that a function fills there is nothing, so that a longer result has room."""
    sheet = page(sample())
    for (row, column), cell in sheet.cells.items():
        if cell.rows > 1 and column > 9:
            beneath = [place for place in sheet.cells if place[0] >= row + cell.rows
                       and column <= place[1] < column + cell.extent[1]]  # fmt: skip
            assert not beneath, letters(column)
            for one in sheet.tables:
                assert not range(max(one.left, column), min(one.right, column + cell.extent[1] - 1) + 1)
