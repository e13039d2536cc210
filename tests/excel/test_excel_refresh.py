"""A refresh inside Excel: the same as that of the file, through xlwings' own objects and converters."""

from __future__ import annotations

import copy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from books import REFRESHED, small_tables
from engine import Book, Memory, Refused, opened

from csm_xl.errors import CsmError
from csm_xl.excel import buttons
from csm_xl.excel.refresh import refresh_book
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.sheets import total_comp
from csm_xl.workbook.sheets.findings import FINDINGS
from csm_xl.xlsx.addresses import letters
from csm_xl.xlsx.serial_dates import plain

LATER = datetime(2026, 5, 4, 8, 15)
Rows = list[list[Any]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("excel") / "small.xlsx", small_tables(), "2026-Q1", REFRESHED)


def rows(memory: Memory, name: str) -> Rows:
    page = next(page for page in memory.pages.values() if name in page.tables)
    top, left, bottom, right = page.tables[name]
    return [[page.values.get((row, column)) for column in range(left, right + 1)]
            for row in range(top + 1, bottom + 1)]  # fmt: skip


def grown(tables: dict[str, Rows]) -> dict[str, Rows]:
    """With people whose ids Excel would read as something else, and goals that look like formulas."""
    more = copy.deepcopy(tables)
    for who in ("007", "1E5", "=cmd|' /C calc'!A0", "2026-03", "TRUE", "@sum", "+1"):
        more["roster"].append([who, "bonus", 60_000, date(2026, 1, 1), "East", None])
        more["goals"].append(["2026-Q1", who, "=1+1", 1, 0.9])
    return more


def typed_in(memory: Memory, source: Path) -> None:
    """Let the input tables of a workbook in memory say what those of a file do."""
    other = Memory.of_file(source)
    for page in other.pages.values():
        for name, place in page.tables.items():
            if name in ("tblRoster", "tblGoals", "tblResults", "tblCurves", "tblTiers"):
                mine = next(one for one in memory.pages.values() if name in one.tables)
                last = max(place[2], mine.tables[name][2])
                mine.tables[name] = list(place)
                for row in range(place[0] + 1, last + 1):
                    for column in range(place[1], place[3] + 1):
                        mine.clear(row, column)
                        if (row, column) in page.values:
                            mine.values[row, column] = page.values[row, column]


def same_figures(memory: Memory, path: Path) -> None:
    other = Memory.of_file(path)
    for name, page in other.pages.items():
        for at, value in page.values.items():
            found = memory.pages[name].values.get(at)
            one, two = plain(found), plain(value)
            if isinstance(one, float) and isinstance(two, float):
                assert one == pytest.approx(two, rel=1e-9), (name, at)
            else:
                assert (one or None) == (two or None), (name, at)
        for key, place in page.tables.items():
            assert memory.pages[name].tables[key] == place, key


@pytest.mark.parametrize("shrinks", [False, True])
def test_excel_and_the_file_show_the_same(small: Path, tmp_path: Path, shrinks: bool) -> None:
    few, many = small_tables(), grown(small_tables())
    before, after = (many, few) if shrinks else (few, many)
    start = build(tmp_path / "start.xlsx", before, "2026-Q1", REFRESHED)
    wanted = build(tmp_path / "wanted.xlsx", after, "2026-Q1", LATER)
    book, memory = opened(start)
    typed_in(memory, wanted)
    report = refresh_book(book, LATER)
    assert report.written and report.people == (len(before["roster"]) - 1, len(after["roster"]) - 1)
    ids = [row[1] for row in rows(memory, "tblPayouts")]
    assert all(isinstance(one, str) for one in ids)
    assert set(ids) == {row[0] for row in after["roster"][1:]}
    assert all(
        page.ProtectContents == (name not in unprotected(memory)) for name, page in memory.pages.items()
    )
    fresh = Memory.of_file(wanted)
    for name in ("tblPayouts", "tblTotalComp"):
        assert_rows(rows(memory, name), rows(fresh, name))


def unprotected(memory: Memory) -> set[str]:
    return {name for name, page in Memory.of_file(memory.path).pages.items() if not page.ProtectContents}


def assert_rows(found: Rows, wanted: Rows) -> None:
    assert len(found) == len(wanted)
    for one, two in zip(found, wanted, strict=True):
        for left, right in zip(map(plain, one), map(plain, two), strict=True):
            assert left == (pytest.approx(right) if isinstance(right, float) else right)


def test_without_changes_it_is_what_the_file_carrier_writes(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small.read_bytes())
    book, memory = opened(path)
    refresh_book(book, LATER)
    refresh_file(path, LATER)
    same_figures(memory, path)


def test_a_table_that_was_empty_is_printed_once_it_has_rows(tmp_path: Path) -> None:
    tables = small_tables()
    path = build(tmp_path / "plan.xlsx", tables, "2026-Q1", REFRESHED)
    book, memory = opened(path)
    before = {name: page.printed for name, page in memory.pages.items()}
    roster = memory.pages["Roster"]
    top, left, _, right = roster.tables["tblChanges"]
    heads = {roster.values[top, column]: column for column in range(left, right + 1)}
    for head, value in (("Employee id", "E2"), ("From", datetime(2026, 3, 1)),
                        ("Base salary (USD/year)", 90_000.0)):  # fmt: skip
        roster.values[top + 1, heads[head]] = value
    refresh_book(book, LATER)
    changed = {name for name, page in memory.pages.items() if page.printed != before[name]}
    assert changed == {"Roster"}
    assert roster.printed.startswith(before["Roster"] + ",") and f"${top + 1}" in roster.printed


def test_each_table_is_read_once(small: Path) -> None:
    book, memory = opened(small)
    refresh_book(book, LATER)
    tables = sum(len(page.tables) for page in memory.pages.values())
    assert memory.reads <= tables + len(memory.names)
    assert memory.writes < 40


def test_currency_cells_and_error_cells(small: Path) -> None:
    book, memory = opened(small)
    roster = memory.pages["Roster"]
    top, left, bottom, _ = roster.tables["tblRoster"]
    roster.currency = {(row, left + 2) for row in range(top + 1, bottom + 1)}
    assert refresh_book(book, LATER).changed == 0
    from csm_xl.xlsx.values import ErrorCell

    roster.values[top + 1, left + 2] = ErrorCell("#REF!")
    before = rows(memory, "tblPayouts")
    with pytest.raises(CsmError, match="Roster!C7"):
        refresh_book(book, LATER)
    assert rows(memory, "tblPayouts") == before
    assert rows(memory, FINDINGS)[0][:2] == ["error", "Roster!C7"]
    assert book.app.screen_updating and book.app.calculation == "automatic" and book.app.enable_events


def test_every_fault_is_taken_back(small: Path, tmp_path: Path) -> None:
    """Whichever write fails, the workbook is as it was, and so is Excel."""
    wanted = build(tmp_path / "wanted.xlsx", grown(small_tables()), "2026-Q1", LATER)
    book, memory = opened(small)
    typed_in(memory, wanted)
    memory.calculate()
    before = memory.snapshot()
    refresh_book(book, LATER)
    writes = memory.writes
    assert writes > 10 and memory.snapshot() != before
    for fail_at in {1, 2, writes // 3, writes // 2, writes - 1, writes}:
        book, memory = opened(small)
        typed_in(memory, wanted)
        memory.calculate()
        before = memory.snapshot()
        memory.fail_at = fail_at
        with pytest.raises(Refused):
            refresh_book(book, LATER)
        assert memory.snapshot() == before, fail_at
        assert book.app.screen_updating and book.app.calculation == "automatic"


def test_what_stands_beneath_a_table_is_not_written_over(small: Path, tmp_path: Path) -> None:
    wanted = build(tmp_path / "wanted.xlsx", grown(small_tables()), "2026-Q1", LATER)
    book, memory = opened(small)
    typed_in(memory, wanted)
    page = memory.pages["Payouts"]
    bottom = page.tables["tblPayouts"][2]
    page.values[bottom + 3, 2] = "ask finance"
    before = rows(memory, "tblPayouts")
    with pytest.raises(CsmError, match="below it are in use"):
        refresh_book(book, LATER)
    assert rows(memory, "tblPayouts") == before and page.tables["tblPayouts"][2] == bottom
    assert page.values[bottom + 3, 2] == "ask finance" and memory.writes == 0


def test_the_document_s_properties_say_what_was_paid(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = small_tables()
    tables["curves"][1][2] = 0.6
    wanted = build(tmp_path / "wanted.xlsx", tables, "2026-Q1", LATER)
    version = "csm_xl version"  # that laid out the sheets, which a refresh leaves as they are
    for lost in ((), ("Period",), ("Period", "Plan fingerprint"), (version,)):
        book, memory = opened(small)
        typed_in(memory, wanted)
        memory.properties |= {"Approved by": "finance", version: "0.0.9"}
        before = dict(memory.properties)
        for name in lost:
            del memory.properties[name]
        kept = {name: before[name] for name in ("Approved by", version) if name not in lost}
        refresh_book(book, LATER)
        paid = {name: value for name, value in Memory.of_file(wanted).properties.items() if name != version}
        assert set(paid) == {"Period", "Plan fingerprint"}
        assert memory.properties == {**paid, **kept} != before
    monkeypatch.delattr(Book, "CustomDocumentProperties")  # as on a Mac
    book, memory = opened(small)
    typed_in(memory, wanted)
    assert refresh_book(book, LATER).written and memory.properties == Memory.of_file(small).properties


def test_a_column_that_begins_to_be_used_is_shown(tmp_path: Path) -> None:
    tables = small_tables()
    tables["components"] = [
        [*row, at] for row, at in zip(tables["components"], ("kicker_ratio", 0.05, None, None), strict=True)
    ]
    book, memory = opened(build(tmp_path / "start.xlsx", small_tables(), "2026-Q1", REFRESHED))
    components, payouts = memory.pages["Plans"], memory.pages["Payouts"]
    top, left, _, right = components.tables["tblComponents"]
    place = next(c for c in range(left, right + 1) if components.values[top, c].startswith("Kicker"))
    components.values[top + 1, place] = 0.05
    before = {column for column, width in payouts.widths.items() if not width}
    refresh_book(book, LATER)
    fresh = Memory.of_file(build(tmp_path / "fresh.xlsx", tables, "2026-Q1", LATER))
    assert_rows(rows(memory, "tblPayouts"), rows(fresh, "tblPayouts"))
    [kicker] = before - {column for column, width in payouts.widths.items() if not width}
    assert payouts.values[payouts.tables["tblPayouts"][0], kicker] == "Kicker (USD)"
    assert payouts.widths[kicker] >= 15
    for fail_at in (memory.writes, memory.writes - 1):
        book, memory = opened(tmp_path / "start.xlsx")
        memory.pages["Plans"].values[top + 1, place] = 0.05
        memory.calculate()
        snapshot = memory.snapshot()
        memory.fail_at = fail_at
        with pytest.raises(Refused):
            refresh_book(book, LATER)
        assert memory.snapshot() == snapshot


def test_arrays_and_their_names_take_the_new_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(total_comp, "MOST_LIVE", 2)
    start = build(tmp_path / "start.xlsx", small_tables(), "2026-Q1", REFRESHED)
    wanted = build(tmp_path / "wanted.xlsx", grown(small_tables()), "2026-Q1", LATER)
    book, memory = opened(start)
    typed_in(memory, wanted)
    refresh_book(book, LATER)
    fresh = Memory.of_file(wanted)
    name = next(name for name in memory.names if name.casefold() == "totalcomp")
    assert memory.names[name] == fresh.names[name]
    assert memory.pages["Total Comp"].arrays == fresh.pages["Total Comp"].arrays


def pressed(book: xw.Book, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Press the button Refresh in a book; the message boxes that it shows."""
    said: list[tuple[str, str, str]] = []

    def alert(_: Any, prompt: str, title: str, *, mode: str) -> None:
        said.append((title, prompt, mode))

    monkeypatch.setattr(xw.App, "alert", alert)
    monkeypatch.setattr(xw.Book, "caller", lambda: book)
    buttons.refresh()
    return said


def test_the_button_pays_and_says_so(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book, memory = opened(small)
    roster = memory.pages["Roster"]
    top, left, _, right = roster.tables["tblRoster"]
    salary = next(c for c in range(left, right + 1) if str(roster.values[top, c]).startswith("Base salary"))
    roster.values[top + 1, salary] += 10_000
    paid = rows(memory, "tblPayouts")
    [(title, said, mode)] = pressed(book, monkeypatch)
    assert (title, mode) == ("csm_xl: Refresh", "info")
    assert said.startswith("2026-Q1: ") and "the pay of 1 person changed" in said
    assert rows(memory, "tblPayouts") != paid


def test_the_button_lists_what_is_wrong_and_leaves_payouts(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, memory = opened(small)
    roster = memory.pages["Roster"]
    top, left, _, right = roster.tables["tblRoster"]
    salary = next(c for c in range(left, right + 1) if str(roster.values[top, c]).startswith("Base salary"))
    roster.values[top + 1, salary] = "much"
    paid = rows(memory, "tblPayouts")
    [(title, said, mode)] = pressed(book, monkeypatch)
    assert (title, mode) == ("csm_xl: Refresh", "critical")
    assert "Roster!" in said and "much" in said
    assert rows(memory, "tblPayouts") == paid


def test_a_decision_is_typed_on_control_by_those_who_are_in_the_workbook(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, memory = opened(small)
    roster = memory.pages["Roster"]
    top, left, _, right = roster.tables["tblRoster"]
    team = next(c for c in range(left, right + 1) if roster.values[top, c] == "Team")
    roster.values[top, team] = "Termination"
    [(_, said, _)] = pressed(book, monkeypatch)
    ways = '"Termination" at Ignored columns on Control'
    assert ways in said and '"Termination = leave_date" at Mapped columns on Control' in said
    [hint] = [row[-1] for row in rows(memory, FINDINGS) if "Termination" in str(row)]
    assert ways in hint and "--" not in hint


def told(report: Any) -> list[str]:
    return [str(one) for one in report.warnings]


def test_rows_below_a_table_stop_the_refresh_as_in_the_file(small: Path) -> None:
    book, memory = opened(small)
    page = memory.pages["Roster"]
    top, left, bottom, _ = page.tables["tblRoster"]
    page.values[bottom + 3, left] = "00777"
    page.values[bottom + 3, left + 1] = "bonus"
    with pytest.raises(CsmError, match="below the table tblRoster") as caught:
        refresh_book(book, LATER)
    assert caught.value.issues[0].where.startswith(f"Roster!{letters(left)}{bottom + 3}")
    assert top < bottom


def test_a_range_that_looks_like_a_table_is_named(small: Path) -> None:
    book, memory = opened(small)
    rows = [["period", "employee_id", "amount", "reason"], ["2026-Q1", "00123", 500.0, "late"]]
    for row, cells in enumerate(rows, 40):
        for column, value in enumerate(cells, 60):
            memory.pages["Roster"].values[row, column] = value
    said = told(refresh_book(book, LATER))
    words = ("Roster!BH40", "adjustments", "not an Excel table")
    assert [one for one in said if all(word in one for word in words)]


def test_without_a_copy_the_tables_alone_are_read_and_that_is_said(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, memory = opened(small)
    monkeypatch.setattr(type(memory), "save_copy", lambda *_: 1 / 0)
    said = told(refresh_book(book, LATER))
    assert [one for one in said if "only the tables were read" in one]
