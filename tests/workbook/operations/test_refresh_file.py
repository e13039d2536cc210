"""A refresh of a file: what it writes is what a fresh build of the same inputs writes, and nothing else."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from books import REFRESHED, edited, sheet_part, small_tables, with_cell
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from csm_xl.engine.lines import EVERY_COLUMN, LINE_COLUMNS, Lines
from csm_xl.errors import CsmError
from csm_xl.plan.names import header_name
from csm_xl.workbook import layout
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sheets import functions, results, total_comp
from csm_xl.workbook.sheets.findings import FINDINGS
from csm_xl.workbook.sheets.log import LOG
from csm_xl.workbook.sheets.what_if.sheet import _MODELLER
from csm_xl.xlsx.addresses import letters
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

LATER = datetime(2026, 5, 4, 8, 15)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
INPUTS = {place.excel_name for place in layout.INPUTS}
ORDER = results.payout_columns("USD")
Rows = list[list[Any]]


def built(path: Path, tables: dict[str, Rows], when: datetime = REFRESHED, period: str = "2026-Q1") -> Path:
    return build(path, tables, period, when)


def cells(path: Path) -> dict[tuple[str, int, int], Any]:
    """What every cell shows and every formula says, but for the history."""
    package = Package(path)
    past = [region for region in package.tables() if region.name in (LOG, FINDINGS)]
    found: dict[tuple[str, int, int], Any] = {}
    for sheet in package.sheets:
        held = package.cells(sheet)
        for (row, column), value in held.values.items():
            found[sheet, row, column] = (value, held.formulas.get((row, column)))
    return {
        place: value
        for place, value in found.items()
        if not any(
            region.sheet == place[0]
            and region.first_column <= place[2] <= region.last_column
            and place[1] > region.first_row
            for region in past
        )
    }


def with_inputs(source: Path, wanted: Path, target: Path) -> Path:
    """A workbook whose input tables say what those of another do; nothing else of it changes."""
    old, new = Package(source), Package(wanted)
    said = {region.name: region for region in new.tables()}
    tables: dict[str, Rows] = {}
    for region in old.tables():
        if region.name in INPUTS and region.name in said:
            other = said[region.name]
            values = new.cells(other.sheet).values
            at = {header_name(header): other.first_column + i for i, header in enumerate(other.headers)}
            tables[region.name] = [
                [values.get((row, at[header_name(header)])) for header in region.headers]
                for row in range(other.first_row + 1, other.last_row + 1)
            ]
    patch(old, Edit(tables), target)
    return target


def table(path: Path, name: str) -> Rows:
    package = Package(path)
    region = next(region for region in package.tables() if region.name == name)
    values = package.cells(region.sheet).values
    columns = range(region.first_column, region.last_column + 1)
    rows = range(region.first_row + 1, region.last_row + 1)
    return [[values.get((row, column)) for column in columns] for row in rows]


def same_cells(refreshed: Path, fresh: Path) -> None:
    """Cell by cell, each place that the fresh workbook has and each that the refreshed one has."""
    one, other = cells(refreshed), cells(fresh)
    # Input tables keep the order of their columns, which depends on what was used when they were drawn.
    inputs = {sheet for sheet in layout.ORDER if layout.CLASSES.get(sheet, "input") == "input"}
    differ = {
        place: (one.get(place), other.get(place))
        for place in one.keys() | other.keys()
        if place[0] not in inputs and not tried_out(place) and not near(one.get(place), other.get(place))
    }
    assert differ == {}
    for name in ("tblCurveTrial", "tblTierTrial"):
        assert table(refreshed, name) == table(fresh, name)


def tried_out(place: tuple[str, int, int]) -> bool:
    """Whether a cell depends on what the plan modeler is asked: a build asks it a case of its own people, and
    a refresh leaves what is there."""
    return place[0] == "What-if" and place[1] >= _MODELLER


def near(one: Any, other: Any) -> bool:
    if one is None or other is None or one[1] != other[1]:
        return one == other
    if isinstance(one[0], float | int) and isinstance(other[0], float | int):
        return one == other or abs(one[0] - other[0]) <= 1e-9 * max(1, abs(one[0]))
    return one == other


@st.composite
def changed_tables(draw: st.DrawFn) -> dict[str, Rows]:
    """The small tables with other people, salaries, curves, results and deals."""
    tables = copy.deepcopy(small_tables())
    money = st.integers(30_000, 250_000)
    salary = st.integers(50_000, 200_000)  # nearer to each other than those of a month to those of a year
    ratio = st.integers(50, 130).map(lambda whole: whole / 100)
    for row in tables["roster"][1:]:
        row[2] = draw(salary)
    for number in range(draw(st.integers(0, 4))):
        plan = draw(st.sampled_from(["bonus", "deals"]))
        tables["roster"].append([f"N{number}", plan, draw(salary), date(2026, 1, 15), "East", "new"])
        if plan == "bonus":
            tables["goals"].append(["2026-Q1", f"N{number}", "=HYPERLINK(1)", 1, draw(ratio)])
        else:
            tables["deals"].append([f"X{number}", date(2026, 2, 2), draw(money), f"N{number}"])
    if draw(st.booleans()):  # somebody leaves, with what is reported about them
        tables["roster"] = [row for row in tables["roster"] if row[0] != "E2"]
        tables["goals"] = [row for row in tables["goals"] if row[1] != "E2"]
    tables["results"][1][4] = min(draw(ratio), 1.0)  # gross retention
    if draw(st.booleans()):
        tables["curves"].append(["c1", 1.5, draw(st.sampled_from([1.6, 1.75])), None, None])
    if draw(st.booleans()):
        tables["tiers"].append(["t1", 90_000, 0.06])
    tables["components"][1][3] = weight = draw(st.sampled_from([0.25, 0.5, 0.75]))
    tables["components"][2][3] = 1 - weight
    return tables


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(before=changed_tables(), after=changed_tables())
def test_a_refresh_writes_what_a_fresh_build_writes(
    tmp_path: Path, before: dict[str, Rows], after: dict[str, Rows]
) -> None:
    fresh = built(tmp_path / "fresh.xlsx", after, LATER)
    old = built(tmp_path / "old.xlsx", before)
    path = with_inputs(old, fresh, tmp_path / "plan.xlsx")
    report = refresh_file(path, LATER)
    assert report.written
    same_cells(path, fresh)
    assert [str(issue) for issue in check(path)] == []
    once = path.read_bytes()
    assert refresh_file(path, LATER).changed == 0
    assert path.read_bytes() == once


def test_without_changes_only_the_time_is_new(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small.read_bytes())
    refresh_file(path, LATER)
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(path) as new:
        parts = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert old.namelist() == new.namelist()
    kept = {sheet_part(sheet) for sheet in layout.ORDER if sheet not in ("Cover", "Control", "Log")}
    # A writer of workbooks keeps 16 digits; what follows from one cut there may differ in the last of them.
    assert parts & kept <= {sheet_part(sheet) for sheet in ("Statement", "Dashboard", "What-if")}
    assert all(
        part.startswith(("xl/worksheets/", "xl/tables/", "docProps/", "xl/workbook.xml")) for part in parts
    )


def test_a_dry_run_tells_the_same_and_writes_nothing(small: Path, tmp_path: Path) -> None:
    path = edited(small, tmp_path / "plan.xlsx", sheet_part("Roster"), raised)
    before = path.read_bytes()
    told = refresh_file(path, LATER, dry_run=True)
    assert path.read_bytes() == before and not told.written
    assert told.changed == 1 and told.movers[0][0] == "00123"
    done = refresh_file(path, LATER)
    assert (done.movers, done.amount, done.lines) == (told.movers, told.amount, told.lines)


def raised(xml: str) -> str:
    return xml.replace("<v>90000</v>", "<v>99000</v>")


def test_the_report_is_what_the_lines_say(small: Path, tmp_path: Path) -> None:
    path = edited(small, tmp_path / "plan.xlsx", sheet_part("Roster"), raised)
    old = sum(row[ORDER.index("amount")] for row in table(path, "tblPayouts"))
    report = refresh_file(path, LATER)
    new = sum(row[ORDER.index("amount")] for row in table(path, "tblPayouts"))
    assert report.amount == (pytest.approx(old), pytest.approx(new))
    # 90,000 to 99,000 raises every figure of a bonus by a tenth, to the cent.
    assert report.movers == (("00123", pytest.approx(2116.71), pytest.approx(2328.38)),)


def test_wrong_inputs_change_no_figure_and_are_listed_on_checks(small: Path, tmp_path: Path) -> None:
    bad = '<c {head} t="e"><v>#REF!</v></c>'
    path = edited(small, tmp_path / "plan.xlsx", sheet_part("Roster"), lambda xml: with_cell(xml, "C7", bad))
    before = cells(path)
    with pytest.raises(CsmError, match=r"Roster!C7"):
        refresh_file(path, LATER)
    told = table(path, FINDINGS)
    assert told[0][:2] == ["error", "Roster!C7"]
    package = Package(path)
    region = next(region for region in package.tables() if region.name == FINDINGS)
    link = package.cells("Checks").formulas[region.first_row + 1, region.first_column + 2]
    assert "HYPERLINK" in link
    for sheet in ("Payouts", "Total Comp"):  # the master check above them fails, as it must
        after = {place: value for place, value in cells(path).items() if place[0] == sheet and place[1] > 3}
        assert after.items() <= before.items()
    mended = edited(path, tmp_path / "mended.xlsx", sheet_part("Roster"),
                    lambda xml: with_cell(xml, "C7", "<c {head}><v>90000</v></c>"))  # fmt: skip
    refresh_file(mended, LATER)
    assert not any(cell for row in table(mended, FINDINGS) for cell in row)
    assert check(mended) == []


def test_a_period_asked_for_is_paid_and_written_to_control(tmp_path: Path) -> None:
    tables = small_tables()
    tables["results"].append(["2026-Q2", "team", "East", "GRR", 0.99, 0.92])
    tables["goals"] += [["2026-Q2", who, "x", 1, 1] for who in ("00123", "E2")]
    path = built(tmp_path / "plan.xlsx", tables)
    report = refresh_file(path, LATER, "2026-Q2")
    assert report.period == "2026-Q2" and {row[0] for row in table(path, "tblPayouts")} == {"2026-Q2"}
    assert state_of(Package(path), load(Package(path))).named["period"] == "2026-Q2"
    (other,) = check(path)
    assert (other.severity, other.rule) == ("note", "N002") and "not of 2026-Q2" in other.message
    with pytest.raises(CsmError, match="period"):
        refresh_file(path, LATER, "soon")


def test_the_log_has_a_row_for_each_refresh(small: Path, tmp_path: Path) -> None:
    path = edited(small, tmp_path / "plan.xlsx", sheet_part("Roster"), raised)
    refresh_file(path, LATER)
    refresh_file(path, datetime(2026, 6, 1))
    rows = table(path, LOG)
    assert [row[:3] for row in rows] == [
        [REFRESHED, "built", "2026-Q1"], [LATER, "refreshed", "2026-Q1"],
        [datetime(2026, 6, 1), "refreshed", "2026-Q1"],
    ]  # fmt: skip
    assert [row[7] for row in rows] == [None, pytest.approx(211.67), 0]


def test_a_column_of_ones_own_stays_with_its_row(small: Path, tmp_path: Path) -> None:
    """A comment beside a payout line goes where its line goes."""
    from csm_xl.workbook.operations.refresh.core import reckoned
    from csm_xl.workbook.operations.refresh.update import update_of

    package = Package(small)
    book = load(package)
    region = book.tables["tblpayouts"]
    own = type(region)(*(getattr(region, name) for name in
                         ("name", "sheet", "first_row", "first_column", "last_row")),
                       (*region.headers, "Checked by"), region.formulas)  # fmt: skip
    book.tables["tblpayouts"] = own
    state = state_of(package, book)
    held = [[*row[:-1], f"seen {row[1]} {row[3]}"] for row in state.held["tblpayouts"]]
    state.held["tblpayouts"] = list(reversed(held))  # type: ignore[index]
    rows = update_of(reckoned(state, LATER).template, state).tables["tblPayouts"]
    assert [row[-1] for row in rows] == [f"seen {row[1]} {row[3]}" for row in rows]


def kicked() -> dict[str, Rows]:
    """The small tables with a kicker on one component."""
    tables = small_tables()
    tables["components"] = [
        [*row, at] for row, at in zip(tables["components"], ("kicker_ratio", 0.05, None, None), strict=True)
    ]
    return tables


def hidden(path: Path, name: str) -> bool:
    """Whether a column of the payout lines is hidden."""
    package = Package(path)
    region = next(region for region in package.tables() if region.name == "tblPayouts")
    at = region.first_column + [header_name(header) for header in region.headers].index(name)
    columns = package.tree(package.sheets[region.sheet]).iter(f"{_MAIN}col")
    return any(int(one.get("min")) <= at <= int(one.get("max")) and one.get("hidden") == "1"
               for one in columns)  # fmt: skip


def test_a_column_that_begins_to_be_used_is_filled_and_shown(tmp_path: Path) -> None:
    before, after = small_tables(), kicked()
    for number in range(6):
        after["roster"].append([f"N{number}", "deals", 50_000, date(2026, 1, 1), "East", None])
    fresh = built(tmp_path / "fresh.xlsx", after, LATER)
    path = with_inputs(built(tmp_path / "old.xlsx", before), fresh, tmp_path / "plan.xlsx")
    assert hidden(path, "kicker") and not hidden(fresh, "kicker")
    refresh_file(path, LATER)
    assert not hidden(path, "kicker") and hidden(path, "column_attainment")
    same_cells(path, fresh)
    assert [str(issue) for issue in check(path)] == []
    at = ORDER.index("kicker")
    kickers = [row[at] for row in table(path, "tblPayouts")]
    assert kickers[0] == pytest.approx(90_000 * 0.1 / 4 * 0.5 * 0.05) and kickers[1] is None
    styles = styles_of(path, "tblPayouts", "kicker")
    assert len(styles) == 1 and styles == styles_of(path, "tblPayouts", "kicker", rows=1)
    # Nobody's choice is overruled: who hides it again finds it hidden after the next refresh.
    column = f'<col min="{at + 1}" max="{at + 1}"'
    again = edited(path, tmp_path / "again.xlsx", sheet_part("Payouts"),
                   lambda xml: xml.replace(column, f'{column} hidden="1"'))  # fmt: skip
    refresh_file(again, datetime(2026, 6, 1))
    assert hidden(again, "kicker")


def styles_of(path: Path, name: str, column: str, rows: int = 0) -> set[str]:
    """The styles of the cells of a table's column, of all rows or of the first ones."""
    package = Package(path)
    region = next(region for region in package.tables() if region.name == name)
    at = region.first_column + [header_name(header) for header in region.headers].index(column)
    cells = package.tree(package.sheets[region.sheet]).iter(f"{_MAIN}c")
    last = region.first_row + rows if rows else region.last_row
    wanted = {f"{letters(at)}{row}" for row in range(region.first_row + 1, last + 1)}
    return {one.get("s", "") for one in cells if one.get("r") in wanted}


def test_an_older_workbook_without_the_column_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        then.setattr(results, "EVERY_COLUMN", LINE_COLUMNS)
        old = built(tmp_path / "old.xlsx", small_tables())
    assert "kicker" not in map(header_name, load(Package(old)).tables["tblpayouts"].headers)
    assert check(old) == [] and refresh_file(old, LATER).written  # as long as nothing would be there
    fresh = built(tmp_path / "fresh.xlsx", kicked(), LATER)
    path = with_inputs(old, fresh, tmp_path / "plan.xlsx")
    with pytest.raises(
        CsmError, match=r"tblPayouts has no column 'Kicker \(USD\)'.*Add a column with that name"
    ):
        refresh_file(path, LATER)


def test_a_workbook_whose_result_columns_had_other_names_is_refreshed(small: Path, tmp_path: Path) -> None:
    """What a refresh writes was called "Not measured yet" and "How to mend it" in version 0.1.0."""
    old = tmp_path / "old.xlsx"
    names = {b"Missing actuals (USD)": b"Not measured yet (USD)", b"How to fix it": b"How to mend it"}
    with zipfile.ZipFile(small) as before, zipfile.ZipFile(old, "w") as after:
        for part in before.namelist():
            data = before.read(part)
            for new, former in names.items():
                data = data.replace(new, former)
            after.writestr(part, data)
    region = load(Package(old)).tables["tblfindings"]
    assert "How to mend it" in region.headers
    assert refresh_file(old, LATER).written
    assert "How to mend it" in load(Package(old)).tables["tblfindings"].headers
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(old) as before, zipfile.ZipFile(other, "w") as after:
        for part in before.namelist():
            after.writestr(part, before.read(part).replace(b"measured yet (USD)", b"measured yet (EUR)"))
    with pytest.raises(CsmError, match=r"a header of tblPlanPeriods is not 'Missing actuals \(USD\)'"):
        refresh_file(other, LATER)


def test_a_workbook_built_before_lines_had_a_kind_is_refreshed_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python_columns = Lines.python_columns

    def without(lines: Lines) -> dict[str, Any]:
        return {name: cells for name, cells in python_columns(lines).items() if name != "line_kind"}

    with monkeypatch.context() as then:
        then.setattr(results, "EVERY_COLUMN", tuple(name for name in EVERY_COLUMN if name != "line_kind"))
        then.setattr(Lines, "python_columns", without)
        then.setattr(functions, "_called", functions._called.__wrapped__)  # what it remembers has them
        old = built(tmp_path / "old.xlsx", small_tables())
    assert "line_kind" not in map(header_name, load(Package(old)).tables["tblpayouts"].headers)
    assert check(old) == []
    after = small_tables()
    after["roster"][1][2] = 95_000
    fresh = built(tmp_path / "fresh.xlsx", after, LATER)
    path = with_inputs(old, fresh, tmp_path / "plan.xlsx")
    assert refresh_file(path, LATER).written
    assert check(path) == []
    at = ORDER.index("amount")
    assert [row[at] for row in table(path, "tblPayouts")] == [row[at] for row in table(fresh, "tblPayouts")]
    assert {row[ORDER.index("line_kind")] for row in table(fresh, "tblPayouts")} == {"earned"}


@pytest.mark.parametrize("live", [True, False])
def test_total_comp_keeps_its_shape_when_people_come_and_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live: bool
) -> None:
    """Built live it stays live beyond the number, built with arrays it keeps them, sized again."""
    many = small_tables()
    for number in range(6):
        many["roster"].append([f"N{number}", "deals", 50_000, date(2026, 1, 1), "East", None])
    few = small_tables()
    before, after = (few, many) if live else (many, few)
    monkeypatch.setattr(total_comp, "MOST_LIVE", 5)
    for first, second in ((before, after), (after, before)):
        fresh = built(tmp_path / "fresh.xlsx", second, LATER)
        path = with_inputs(built(tmp_path / "old.xlsx", first), fresh, tmp_path / "plan.xlsx")
        formulas = len([f for f in load(Package(path)).formulas.values() if "CSM_TOTALCOMP" in f])
        refresh_file(path, LATER)
        left = len([f for f in load(Package(path)).formulas.values() if "CSM_TOTALCOMP" in f])
        assert (formulas == 1) == (left == 1)
        assert check(path) == []
        totals = {row[0]: row[4] for row in table(path, "tblTotalComp")}
        assert totals == {row[0]: row[4] for row in table(fresh, "tblTotalComp")}


def test_what_only_excel_can_calculate_waits_for_it(small: Path, tmp_path: Path) -> None:
    """A formula with a function that nothing here knows, and what follows from it, keeps what it shows, and
    Excel is asked to calculate where something that it depends on changed."""

    def strange(xml: str) -> str:
        own = {"A": ("CUBEVALUE(tblPayouts[Amount (USD)])", 3), "B": ("IFERROR(A80,0)+1", 4), "C": ("1+1", 5),
               "D": ('CUBEVALUE("x","y")', 6), "E": ("D80+1", 7), "F": ("[1]Sheet1!A1", 8)}  # fmt: skip
        row = "".join(
            f'<c r="{at}80"><f>{formula}</f><v>{value}</v></c>' for at, (formula, value) in own.items()
        )
        return raised(xml).replace("</sheetData>", f'<row r="80">{row}</row></sheetData>')

    path = edited(small, tmp_path / "plan.xlsx", sheet_part("Roster"), strange)
    report = refresh_file(path, LATER)
    assert [str(place) for place in report.left_to_excel] == ["Roster!A80", "Roster!B80"]
    held = Package(path).cells("Roster")
    shown = [held.values.get((80, column)) for column in range(1, 7)]
    assert shown == [3, 4, 2, 6, 7, 8]
    assert held.formulas[80, 1] == "=CUBEVALUE(tblPayouts[Amount (USD)])"
    with zipfile.ZipFile(path) as package:
        assert b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml")
    assert not [issue for issue in check(path) if issue.severity != "note"]
    (note,) = [issue for issue in check(path) if "not checked" in issue.message]
    assert note.where == "Roster!A80, Roster!D80, Roster!F80"
    (row,) = [issue for issue in check(path) if "below the table" in issue.message]
    assert (row.where, row.got) == ("Roster!A80", None)  # what formulas show is not what somebody typed
    once = path.read_bytes()
    assert refresh_file(path, LATER).left_to_excel == ()
    assert path.read_bytes() == once


def test_a_salary_stands_in_no_log_and_in_nobody_elses_finding(tmp_path: Path) -> None:
    tables = small_tables()
    tables["roster"][1][2] = 131_313.13  # the canary
    path = built(tmp_path / "plan.xlsx", tables)
    tables["roster"][2][2] = "many"
    report = refresh_file(path, LATER)
    assert "131313" not in str(report.record()).replace(",", "")
    assert not any("131313" in str(cell) for row in table(path, LOG) for cell in row)
    bad = edited(path, tmp_path / "bad.xlsx", sheet_part("Roster"),
                 lambda xml: with_cell(xml, "C8", '<c {head} t="str"><v>many</v></c>'))  # fmt: skip
    with pytest.raises(CsmError) as caught:
        refresh_file(bad, LATER)
    assert "131313" not in str(caught.value).replace(",", "")
    assert not any("131313" in str(cell) for row in table(bad, FINDINGS) for cell in row)


def test_several_at_once_each_have_their_row_in_the_log(tmp_path: Path) -> None:
    path = build(tmp_path / "plan.xlsx", small_tables(), "2026-Q1", REFRESHED)
    code = "import sys; from csm_xl.workbook.operations.refresh.file import refresh_file as r; r(sys.argv[1])"
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.PIPE) for _ in range(3)
    ]
    said = [(run.communicate()[1].decode(), run.returncode) for run in runs]
    assert all(code == 0 or "in use by" in text for text, code in said)
    done = sum(code == 0 for _, code in said)
    log = load(Package(path)).tables["tbllog"]
    assert done >= 1 and log.last_row - log.first_row == 1 + done


def in_1904(source: Path, target: Path) -> Path:
    """A copy of a workbook that counts its days from 1904, as Excel for the Mac did: the same days."""
    package = Package(source)
    dates, parts = package.dates.styles, set(package.sheets.values())

    def shifted(cell: re.Match[str]) -> str:
        number = float(cell["number"]) - 1462
        return f"{cell['head']}{number!r}</v>" if cell["style"] in dates else cell[0]

    cells = re.compile(
        r'(?P<head><c r="\w+" s="(?P<style>\d+)">(?:<f[^>]*>[^<]*</f>)?<v>)(?P<number>[\d.]+)</v>'
    )
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name in parts:
                text = cells.sub(shifted, text.decode()).encode()
            elif name == "xl/workbook.xml":
                assert text.count(b"<workbookPr ") == 1
                text = text.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
            new.writestr(name, text)
    return target


def test_days_counted_from_1904_are_the_same_days(small: Path, tmp_path: Path) -> None:
    """Read, checked and written: typed days, days of tables, single cells, and days that formulas give."""
    path = in_1904(small, tmp_path / "mac.xlsx")
    assert cells(path) == cells(small)
    assert any(isinstance(value, datetime) and formula for value, formula in cells(path).values())
    assert [str(issue) for issue in check(path)] == []
    for file in (path, small_copy := tmp_path / "plan.xlsx"):
        if file == small_copy:
            file.write_bytes(small.read_bytes())
        refresh_file(edited(file, tmp_path / f"raised {file.name}", sheet_part("Roster"), raised), LATER)
    mac, windows = (tmp_path / f"raised {name}" for name in ("mac.xlsx", "plan.xlsx"))
    assert cells(mac) == cells(windows)
    assert table(mac, LOG) == table(windows, LOG) and table(mac, LOG)[1][0] == LATER
    assert [str(issue) for issue in check(mac)] == []
