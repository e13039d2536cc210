"""The Statement against sums made from the payout lines themselves, for whoever is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from books import REFRESHED, small_tables

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.page import Sheet, Template
from csm_xl.workbook.sample import sample_tables
from csm_xl.workbook.sheets.statement.helper_tables import PERIOD, PERSON, REWARDS
from csm_xl.workbook.sheets.statement.sheet import LINES
from csm_xl.workbook.template import template
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.evaluate import recalculate

NAME = "Statement"
Lines = list[dict[str, Any]]


@cache
def paid(source: Callable[[], dict[str, Any]], period: str) -> tuple[Template, Lines]:
    read = read_strict(
        [RawTable.of_rows(rows, name) for name, rows in source().items()], component_types(), PAY_TABLES
    )
    rows = run(read, period).rows()
    return template(read, period, rows, REFRESHED), [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def page_of(made: Template) -> Sheet:
    return next(sheet for sheet in made.sheets if sheet.name == NAME)


def shown(made: Template, person: str, period: str) -> dict[tuple[int, int], Any]:
    """What the printed page says when a person and a period are chosen."""
    book, page = made.book(), page_of(made)
    for name, value in ((PERSON, person), (PERIOD, period)):
        book.values[Place(NAME, *page.names[name])] = value
    # The other sheets keep no formula that the page reads.
    book.formulas = {place: formula for place, formula in book.formulas.items() if place.sheet == NAME}
    values = {**book.values, **recalculate(book)}
    last = page.printed or (0, 0)
    return {place[1:]: value for place, value in values.items() if place.sheet == NAME
            and place.row <= last[0] and place.column <= last[1]}  # fmt: skip


def under(cells: dict[tuple[int, int], Any], head: str, column: int | None = None) -> tuple[int, int]:
    """The place of a header."""
    return next(place for place, value in sorted(cells.items())
                if value == head and column in (None, place[1]))  # fmt: skip


CHOICES = [
    ("E0001", "2026-Q4"),  # target and commission
    ("E0005", "2026-Q2"),  # changes plan within the quarter: five lines
    ("E0021", "2026-Q2"),  # trued up over the year, with a modifier
    ("E0033", "2026-07"),  # paid by the month, without a target
    ("E0047", "2026-Q4"),  # not measured yet
    ("E0055", "2026-Q1"),  # leaves later in the year
]


@pytest.mark.parametrize(("person", "period"), CHOICES)
def test_the_page_says_what_the_payout_lines_say(person: str, period: str) -> None:
    made, lines = paid(sample_tables, "2026")
    cells = shown(made, person, period)
    own = [line for line in lines if line["employee_id"] == person]
    here = [line for line in own if line["period"] == period]
    assert here
    row, _ = under(cells, "Component")
    for at, line in enumerate(here):
        at_row = row + 1 + 2 * at
        assert cells[at_row, 7] == pytest.approx(line["amount"], abs=1e-9)
        for place, name in (
            (2, "component_target"),
            (3, "goal"),
            (4, "actual"),
            (5, "attainment"),
            (6, "payout_ratio"),
        ):
            wanted = line[name]
            assert cells[at_row, place] == ("" if wanted is None else pytest.approx(wanted, abs=1e-9)), name
        words = cells[at_row + 1, 1]
        assert f"{line['before_modifier']:,.2f}" in words
        assert f"{line['amount']:,.2f}" in words or line["amount"] == line["before_modifier"]
        assert (line["note"] or "") in words
    for at in range(len(here), LINES):
        assert all(cells[row + 1 + 2 * at, place] == "" for place in range(1, 8))
    assert cells[row - 1, 7] == pytest.approx(math.fsum(line["amount"] for line in here))
    assert cells[row - 1, 2] == pytest.approx(math.fsum(line["component_target"] or 0 for line in here))


@pytest.mark.parametrize(("person", "period"), CHOICES)
def test_the_year_to_date_adds_up_by_period(person: str, period: str) -> None:
    made, lines = paid(sample_tables, "2026")
    cells = shown(made, person, period)
    own = [line for line in lines if line["employee_id"] == person]
    sums: dict[str, float] = {}
    for line in own:
        sums[line["period"]] = sums.get(line["period"], 0.0) + line["amount"]
    row, _ = under(cells, "Period", 4)
    running = 0.0
    for at, name in enumerate(sorted(sums)):
        running += sums[name]
        assert cells[row + 1 + at, 4] == name
        assert cells[row + 1 + at, 6] == pytest.approx(sums[name])
        assert cells[row + 1 + at, 7] == pytest.approx(running)
    assert all(cells[row + 1 + at, place] == "" for at in range(len(sums), 12) for place in range(4, 8))
    total, _ = under(cells, "Total pay")
    assert cells[total, 2] == pytest.approx(math.fsum(cells[total - at, 2] for at in range(1, 6)))
    assert cells[total - 4, 2] == pytest.approx(running)


def test_nobody_else_is_on_the_page() -> None:
    made, lines = paid(sample_tables, "2026")
    everyone = {line["employee_id"] for line in lines}
    text = " ".join(str(value) for value in shown(made, "E0021", "2026-Q2").values())
    assert [name for name in everyone if name in text] == ["E0021"]


def test_a_period_without_lines_says_so_and_shows_no_figure() -> None:
    made, _ = paid(sample_tables, "2026")
    cells = shown(made, "E0001", "2026-03")
    row, _ = under(cells, "Component")
    assert all(cells[row + 1 + 2 * at, 1] == "" for at in range(LINES))
    assert "This person has no payout lines" in cells[row + 1 + 2 * LINES, 1]
    assert cells[row - 1, 7] == 0


def with_twin() -> dict[str, Any]:
    """A person whose id is another's without its zeros, and one whose id is a pattern."""
    tables = small_tables()
    header, first, *rest = tables["roster"]
    tables["roster"] = [header, first, ["123", *first[1:]], ["*", *first[1:]], *rest]
    tables["goals"] += [["2026-Q1", name, "goal", 1, score] for name, score in (("123", 0.5), ("*", 0.1))]
    return tables


@pytest.mark.parametrize("person", ["00123", "123", "*"])
def test_an_id_is_that_person_alone(person: str) -> None:
    made, lines = paid(with_twin, "2026-Q1")
    cells = shown(made, person, "2026-Q1")
    row, _ = under(cells, "Component")
    wanted = math.fsum(line["amount"] for line in lines if line["employee_id"] == person)
    assert wanted > 0 and cells[row - 1, 7] == pytest.approx(wanted)


def with_rewards() -> dict[str, Any]:
    tables = small_tables()
    day = date(2026, 3, 1)
    tables["grants"] = [["employee_id", "grant_date", "shares", "schedule"],
                        ["E2", date(2025, 3, 1), 400, "25/25/25/25"]]  # fmt: skip
    tables["prices"] = [["date", "price"], [date(2026, 1, 1), 50]]
    tables["other_pay"] = [["employee_id", "date", "amount", "reason"], ["E3", day, 1500, "sign-on"]]
    for name in ("plans",):
        tables[name][1][2] = tables[name][2][2] = "year"
    tables["results"][1][0] = "2026"
    for row in tables["goals"][1:]:
        row[0] = "2026"
    return tables


def test_equity_and_other_pay_stand_beside_base_and_variable() -> None:
    made, _ = paid(with_rewards, "2026")
    rewards = next(table for table in page_of(made).tables if table.name == REWARDS)
    assert sorted(map(tuple, rewards.rows)) == [("E2", 5000.0, 0.0, 0.0), ("E3", 0.0, 0.0, 1500.0)]
    cells = shown(made, "E2", "2026")
    total, _ = under(cells, "Total pay")
    assert cells[under(cells, "Equity vested")[0], 2] == 5000
    assert cells[total, 2] == pytest.approx(math.fsum(cells[total - at, 2] for at in range(1, 6)))


def second_quarter() -> dict[str, Any]:
    """00123 has goals in both quarters, E2 in the second one alone."""
    tables = small_tables()
    tables["results"].append(["2026-Q2", "team", "East", "GRR", 0.95, 0.92])
    tables["goals"] = [tables["goals"][0], ["2026-Q1", "00123", "Ramp", 1, 0.8],
                       ["2026-Q2", "00123", "Ramp", 1, 1], ["2026-Q2", "E2", "Ramp", 1, 1]]  # fmt: skip
    return tables


def test_an_earlier_period_that_cannot_be_calculated_is_shown_as_not_known() -> None:
    made, lines = paid(second_quarter, "2026-Q2")
    for person, known in (("E2", False), ("00123", True)):
        cells = shown(made, person, "2026-Q2")
        row, _ = under(cells, "Period", 4)
        now = math.fsum(line["amount"] for line in lines if line["employee_id"] == person)
        assert cells[row + 1, 4] == "2026-Q1"
        assert (cells[row + 1, 5], cells[row + 1, 6]) == ("not known",) * 2 or known
        assert cells[row + 2, 7] == pytest.approx(now + (cells[row + 1, 6] if known else 0))
        without = ", without the periods not known"
        assert cells[row - 1, 4] == f"Variable pay to date{'' if known else without}"
    (found,) = made.findings
    assert found.message.startswith("2026-Q1 is not in the year to date of E2: ")
    checks = next(sheet for sheet in made.sheets if sheet.name == "Checks")
    assert found.message[:60] in str(checks.tables[-1].rows)
