"""What the Dashboard says about the plans' health and of what the lint finds, against the analysis itself."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from books import REFRESHED, small_tables
from test_statement_sheet import Lines, paid

from csm_xl.analysis.health import EVERY, Health, health, people_of
from csm_xl.analysis.lint import Finding, lint
from csm_xl.engine.components import component_types
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.page import Template
from csm_xl.workbook.sample import sample_tables
from csm_xl.workbook.sheets.dashboard import findings as sections
from csm_xl.workbook.sheets.dashboard.pay_tables import PLANS, TABLE
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.values import ErrorCell

NAME = "Dashboard"
HEALTH, LINT = 8, TABLE - 16
SWITCH = Place(NAME, LINT, 12)
"""The column of the plans' health; the row of the lint's caption; the cell that switches it."""


def of_dashboard(template: Template) -> Book:
    """The workbook with the formulas of the sections alone."""
    book = template.book()
    page = next(sheet for sheet in template.sheets if sheet.name == NAME)
    book.formulas = {Place(NAME, *at): cell.formula for at, cell in page.cells.items()
                     if cell.formula and at[0] > LINT}  # fmt: skip
    return book


@pytest.fixture(scope="module")
def made() -> tuple[Template, Lines]:
    return paid(sample_tables, "2026")


@pytest.fixture(scope="module")
def values(made: tuple[Template, Lines]) -> dict[Place, Any]:
    book = of_dashboard(made[0])
    return {**book.values, **recalculate(book)}


def told(lines: Lines) -> dict[tuple[str, str], Health]:
    """The health of the plans by the analysis, from the payout lines."""
    blank = math.nan
    people = people_of(
        [line["employee_id"] for line in lines],
        [line["plan_id"] for line in lines],
        np.array([blank if line["component_target"] is None else line["component_target"] for line in lines]),
        np.array([blank if line["attainment"] is None else line["attainment"] for line in lines]),
        np.array([line["amount"] for line in lines]),
    )
    return {(one.plan_id, one.measure): one for one in health(people)}


def health_rows(values: dict[Place, Any]) -> list[list[Any]]:
    """The section as it is shown: the norms, then all plans, then each."""
    rows = range(TABLE + 1, TABLE + 3 + sections.SHOWN_PLANS)
    columns = range(HEALTH, HEALTH + 1 + len(sections.MEASURES))
    return [[values[Place(NAME, row, column)] for column in columns] for row in rows]


def lint_rows(values: dict[Place, Any]) -> list[tuple[Any, ...]]:
    """Severity, rule, where and message of each finding that is shown; the message is on two lines."""
    shown = []
    for at in range(sections.SHOWN_FINDINGS):
        row = LINT + 3 + 2 * at
        told = [values[Place(NAME, row, column)] for column in (1, 2, 3, 5)]
        more = values[Place(NAME, row + 1, 5)]
        assert max(len(told[3]), len(more)) <= sections._LETTERS + 1
        shown.append((*told[:3], f"{told[3]} {more}".strip()))
    return shown


def as_shown(found: list[Finding]) -> list[tuple[str, ...]]:
    """Findings of a file as the section words them: sheet and row in the place of the cell."""
    shown = []
    for one in found:
        sheet, _, cell = one.where.partition("!")
        row = "".join(letter for letter in cell if letter.isdigit())
        shown.append((one.severity, one.rule, f"{sheet} row {row}", f"{one.message}. {one.hint}".strip()))
    return shown


def rowwise(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows without the column's name, which the cell of a file says by its letters."""
    return [(*row[:2], row[2].partition(" (")[0], row[3]) for row in rows if row[0]]


def test_every_plan_is_held_against_the_norms(made: Any, values: dict[Place, Any]) -> None:
    template, lines = made
    known = told(lines)
    norms, *rows = health_rows(values)
    assert norms == ["Norm", *(known[EVERY, measure].norm for _, measure, _ in sections.MEASURES)]
    plans = next(one for sheet in template.sheets for one in sheet.tables if one.name == PLANS)
    assert [row[0] for row in rows] == [EVERY, *(row[0] for row in plans.rows)]
    seen = Counter[str]()
    for plan, *cells in rows:
        for (_, measure, form), cell in zip(sections.MEASURES, cells, strict=True):
            one = known.get((plan, measure))
            if one is None:
                assert cell == "–"
            else:
                assert one.value is not None
                shown = f"{one.value:.0%}" if form == "0%" else f"{one.value:.2f}"
                assert cell == f"{shown} {one.verdict}"
                seen[one.verdict] += 1
    assert seen["ok"] > 2 and seen["low"] > 2 and seen["high"] > 2
    gini = known[EVERY, "gini"].value
    assert values[Place(NAME, TABLE - 1, HEALTH)].endswith(f"Gini of variable pay {gini:.2f}.")


def poor_tables() -> dict[str, Any]:
    """The sample with a low cap on every metric: errors, and a gate and interim caps that do nothing."""
    tables = sample_tables()
    header, *rows = tables["components"]
    for row in rows:
        row[header.index("cap")] = 0.8 if row[header.index("type")] == "metric" else None
    return tables


def test_the_lint_s_findings_are_those_of_the_file(tmp_path: Path) -> None:
    path = build(tmp_path / "poor.xlsx", poor_tables(), "2026", REFRESHED)
    found = lint(read_workbook(path, component_types()))
    counts = Counter(one.severity for one in found)
    assert all(counts[severity] for severity in ("error", "warning", "note"))
    book = of_dashboard(paid(poor_tables, "2026")[0])
    values = {**book.values, **recalculate(book)}
    assert rowwise(lint_rows(values)) == as_shown(found)[: sections.SHOWN_FINDINGS]
    numbers = [f"{n} {word}{'' if n == 1 else 's'}" for word, n in
               ((one, counts[one]) for one in ("error", "warning", "note"))]  # fmt: skip
    assert values[Place(NAME, LINT + 1, 1)] == f"{', '.join(numbers)}."


def test_a_plan_without_flaws_says_so(sample: Path, values: dict[Place, Any]) -> None:
    assert lint(read_workbook(sample, component_types())) == []
    assert lint_rows(values) == [("", "", "", "")] * sections.SHOWN_FINDINGS
    assert values[Place(NAME, LINT + 1, 1)] == "No findings: every rule was checked."


def test_no_cell_of_the_sections_shows_an_error(values: dict[Place, Any]) -> None:
    here = [value for place, value in values.items() if place.sheet == NAME]
    assert len(here) > 2000
    assert not [value for value in here if isinstance(value, ErrorCell)]


def cell_of(book: Book, table: str, header: str, row: int) -> Place:
    region = book.tables[table.casefold()]
    at = next(at for at, name in enumerate(region.headers) if name.startswith(header))
    return Place(region.sheet, region.first_row + row, region.first_column + at)


def test_a_flaw_typed_into_a_plan_shows_once_the_workbook_is_calculated(made: Any) -> None:
    book = of_dashboard(made[0])
    place = cell_of(book, "tblComponents", "Weight", 2)
    book.values[place] = -0.5
    found = {**book.values, **recalculate(book)}
    severity, rule, where, message = lint_rows(found)[0]
    assert (severity, rule) == ("error", "E001")
    assert where == f"Plans row {place.row} (weight)"
    assert "weight" in message
    assert found[Place(NAME, LINT + 1, 1)].startswith("1 error, ")


def test_a_flaw_of_design_is_named_by_its_rule(tmp_path: Path) -> None:
    tables = small_tables()
    tables["components"][0].append("cap")
    tables["components"][1].append(0.8)  # less than what the target pays
    for row in tables["components"][2:]:
        row.append(None)
    path = build(tmp_path / "flawed.xlsx", tables, "2026-Q1", REFRESHED)
    found = lint(read_workbook(path, component_types()))
    assert "E204" in {one.rule for one in found}
    template, _ = paid(lambda: tables, "2026-Q1")
    book = of_dashboard(template)
    shown = rowwise(lint_rows({**book.values, **recalculate(book)}))
    assert shown == as_shown(found)[: sections.SHOWN_FINDINGS]


def test_few_people_are_not_told_apart_and_a_plan_alone_stands_for_all() -> None:
    template, _ = paid(small_tables, "2026-Q1")
    book = of_dashboard(template)
    found = {**book.values, **recalculate(book)}
    _, every, *others = health_rows(found)
    assert every == [EVERY, *["–"] * len(sections.MEASURES)]
    assert [row[0] for row in others][:2] == ["bonus", "deals"]
    assert all(set(row[1:]) <= {"–", ""} for row in others)
    assert not [value for place, value in found.items()
                if place.sheet == NAME and isinstance(value, ErrorCell)]  # fmt: skip


def test_with_no_the_lint_is_not_calculated(made: Any) -> None:
    book = of_dashboard(made[0])
    assert book.values[SWITCH] == "yes"
    book.values[SWITCH] = "no"
    found = recalculate(book)
    assert found[Place(NAME, LINT + 1, 1)].startswith("Not calculated: enter yes.")
    assert lint_rows({**book.values, **found}) == [("", "", "", "")] * sections.SHOWN_FINDINGS


def test_of_many_people_it_is_not_calculated_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MOST_PEOPLE", 2)
    template, _ = paid(lambda: small_tables(), "2026-Q1")
    assert template.book().values[SWITCH] == "no"


def test_a_lint_without_a_result_says_so(made: Any) -> None:
    book = of_dashboard(made[0])
    region = book.tables["tblplans"]
    for column in range(region.first_column, region.first_column + len(region.headers)):
        book.values[Place(region.sheet, region.first_row, column)] = f"x{column}"
    found = recalculate(book)
    assert found[Place(NAME, LINT + 1, 1)].startswith("The plan check gives no result here")
    assert lint_rows({**book.values, **found}) == [("", "", "", "")] * sections.SHOWN_FINDINGS


def test_plans_without_a_finding_say_none() -> None:
    tables = small_tables()
    tables["results"][1][-1] = 0.8  # at 1.2 of it nobody retains more than there is
    template, _ = paid(lambda: tables, "2026-Q1")
    found = recalculate(of_dashboard(template))
    assert found[Place(NAME, LINT + 1, 1)] == "No findings: every rule was checked."
    assert {found[Place(NAME, LINT + 3, column)] for column in (1, 2, 3, 5)} == {""}
