"""The Dashboard's figures against sums made from the payout lines, and its charts in the file."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from books import sheet_part
from test_statement_sheet import Lines, paid

from csm_xl.functions import call
from csm_xl.workbook.page import Table, Template
from csm_xl.workbook.sample import sample_of, sample_tables
from csm_xl.workbook.sheets.dashboard.pay_tables import BANDS, BINS, COMPONENTS, PARTS, PEOPLE, PLANS
from csm_xl.workbook.sheets.dashboard.plan_curves import MARKS, POINTS
from csm_xl.workbook.styles import FAULT
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.values import ErrorCell

NAME = "Dashboard"


@pytest.fixture(scope="module")
def made() -> tuple[Template, Lines, dict[Place, Any]]:
    template, lines = paid(sample_tables, "2026")
    book = template.book()
    book.formulas = {place: formula for place, formula in book.formulas.items()
                     if place.sheet in (NAME, "Total Comp")}  # fmt: skip
    return template, lines, {**book.values, **recalculate(book)}


def rows_of(made: tuple[Template, Lines, dict[Place, Any]], name: str) -> list[dict[str, Any]]:
    """The rows of a table as they are shown, by header without its unit."""
    template, _, values = made
    table: Table = next(one for sheet in template.sheets for one in sheet.tables if one.name == name)
    heads = [column.header.partition(" (")[0] for column in table.columns]
    return [
        {head: values.get(Place(NAME, row, table.left + at)) for at, head in enumerate(heads)}
        for row in range(table.first_row, table.last_row + 1)
    ]


def summed(lines: Lines, name: str, **where: Any) -> float:
    return math.fsum(line[name] or 0.0 for line in lines
                     if all(line[column] == value for column, value in where.items()))  # fmt: skip


def test_plans_components_and_parts_add_up_to_the_payout_lines(made: Any) -> None:
    _, lines, _ = made
    plans = rows_of(made, PLANS)
    assert {row["Plan id"] for row in plans} == {line["plan_id"] for line in lines}
    for row in plans:
        plan = row["Plan id"]
        assert row["Target"] == pytest.approx(summed(lines, "component_target", plan_id=plan))
        assert row["Variable pay"] == pytest.approx(summed(lines, "amount", plan_id=plan))
        based = math.fsum(line["amount"] for line in lines
                          if line["plan_id"] == plan and line["weight"] is not None)  # fmt: skip
        assert row["Payout of target"] == ("" if not row["Target"] else pytest.approx(based / row["Target"]))
    for row in rows_of(made, COMPONENTS):
        wanted = summed(lines, "amount", plan_id=row["Plan id"], component_id=row["Component id"])
        assert row["Variable pay"] == pytest.approx(wanted)
    parts = rows_of(made, PARTS)
    assert [row["Period"] for row in parts] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    quarter = {f"2026-{month:02}": f"2026-Q{(month + 2) // 3}" for month in range(1, 13)}
    for row in parts:
        here = [line for line in lines if quarter.get(line["period"], line["period"]) == row["Period"]]
        assert row["Budget"] == pytest.approx(summed(here, "component_target"))
        paid_here = row["Target-based pay"] + row["Commissions and awards"]
        assert paid_here == pytest.approx(summed(here, "amount"))
        unmeasured = [line for line in here if line["weight"] is not None and line["attainment"] is None]
        assert row["Missing actuals"] == pytest.approx(summed(unmeasured, "component_target"))
    assert sum(row["Missing actuals"] for row in parts) > 0


def test_every_measured_result_is_in_one_band(made: Any) -> None:
    _, lines, _ = made
    reached = [line["attainment"] for line in lines if line["attainment"] is not None]
    rows = rows_of(made, BINS)
    assert sum(row["Results"] for row in rows) == len(reached)
    for (label, low, below), row in zip(BANDS, rows, strict=True):
        assert row["Attainment"] == label
        assert row["Results"] == sum(low <= one < below for one in reached)


def test_performance_weighs_attainment_by_target(made: Any) -> None:
    _, lines, _ = made
    rows = rows_of(made, PEOPLE)
    assert len(rows) > 40
    for row in rows:
        own = [line for line in lines if line["employee_id"] == row["Employee id"]
               and line["weight"] is not None and line["attainment"] is not None]  # fmt: skip
        target = math.fsum(line["component_target"] for line in own)
        reached = math.fsum(line["component_target"] * line["attainment"] for line in own) / target
        assert row["Attainment"] == pytest.approx(reached)
        assert row["Payout of target"] == pytest.approx(summed(own, "amount") / target)


def test_pay_curves_are_what_the_components_pay_together(made: Any) -> None:
    points = {(row["Plan id"], row["Attainment"]): row["Payout of target"] for row in rows_of(made, POINTS)}
    retention = [[0.9, 0.5], [1, 1], [1.2, 1.5]]
    for attainment in (0.5, 0.9, 1.0, 1.2, 1.5):
        curve = call("CSM_PAYCURVE", attainment, retention)
        assert points["starter", attainment] == pytest.approx(0.5 * curve + 0.5 * attainment)
    quota = call("CSM_PAYCURVE", 1.2, [[0.7, 0.4], [1, 1], [1.2, 1.5]], "linear", "zero", "extrapolate", 3)
    assert points["base_quota", 1.2] == pytest.approx(0.8 * quota + 0.2 * 1.2)
    marks = {(row["Plan id"], row["Mark"]): row for row in rows_of(made, MARKS)}
    assert marks["starter", "target"]["Payout of target"] == 1
    assert marks["revenue_csm", "threshold"]["Attainment"] == 0.85
    assert marks["revenue_csm", "excellence"]["Payout of target"] == pytest.approx(1.6)


def test_titles_say_the_finding(made: Any) -> None:
    template, lines, values = made
    page = next(sheet for sheet in template.sheets if sheet.name == NAME)
    said = []
    for chart in page.charts:
        column, row = re.fullmatch(r"=Dashboard!\$([A-Z]+)\$(\d+)", chart.title).groups()
        said.append(values[Place(NAME, int(row), ord(column) - 64)])
    assert len(said) == 5 and len(set(said)) == 5
    met = [line["attainment"] >= 1 for line in lines if line["attainment"] is not None]
    assert f"{sum(met) / len(met):.0%} of {len(met)} results" in said[3]
    assert all(re.search(r"\d", text) for text in said)


def test_charts_have_alternative_text_axis_titles_and_follow_table_columns(sample: Path) -> None:
    template, _ = paid(sample_tables, "2026")
    pages = [sheet for sheet in template.sheets if sheet.charts]
    assert {page.name for page in pages} == {NAME, "What-if"}
    for page in pages:
        columns = {table.reference(column.header) for table in page.tables for column in table.columns}
        for chart in page.charts:
            assert 20 < len(chart.alt) <= 255 and chart.title.startswith("=")
            assert chart.x.title and chart.y.title
            for axis in (chart.x, chart.y):
                assert axis.number == "general" or "(" in axis.title, axis
            for series in chart.series:
                assert {series.values, series.across} <= columns
                assert series.color != FAULT or len(chart.series) > 3
    with zipfile.ZipFile(sample) as package:
        drawings = [package.read(name).decode() for name in package.namelist() if "drawings/drawing" in name
                    and "rels" not in name]  # fmt: skip
        charts = [
            package.read(name).decode() for name in package.namelist() if re.search(r"charts/chart\d", name)
        ]
        page = package.read(sheet_part(NAME)).decode()
    assert sum(text.count("<xdr:graphicFrame") for text in drawings) == len(charts)
    assert len(charts) == sum(len(page.charts) for page in pages) > 8
    assert all(descr for text in drawings for descr in re.findall(r'<xdr:cNvPr [^>]*descr="([^"]*)"', text))
    for text in charts:
        assert not re.search("(bar|line|view|pie)3D", text) and "<c:v>#" not in text
        # every number of a series is kept in the chart, for who opens it without calculating
        assert re.findall(r"<c:numCache>.*?</c:numCache>", text) and "<c:tx><c:strRef>" in text
    assert page.count("<x14:sparkline>") == len({line["plan_id"] for line in paid(sample_tables, "2026")[1]})
    assert "<x14:dataBar" in page


def without_targets() -> dict[str, Any]:
    return {str(raw.name): [list(row) for row in raw.rows] for raw in sample_of("base_variable")}


def test_plans_without_targets_have_a_dashboard() -> None:
    template, lines = paid(without_targets, "2026")
    values = recalculate(template.book())
    assert not [place for place, value in values.items() if isinstance(value, ErrorCell)]
    page = next(sheet for sheet in template.sheets if sheet.name == NAME)
    said = [values[Place(NAME, row, 14)] for row in range(9, 14)]
    assert said[0] == "No plan pays by attainment" and said[1].startswith("No plan has a target")
    assert said[4].startswith("Too few people")
    assert values[Place(NAME, 6, 8)] == pytest.approx(summed(lines, "amount"))
    assert len(page.charts) == 5
