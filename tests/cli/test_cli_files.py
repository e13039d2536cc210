"""Where the command line reads and writes: nothing half-written, nothing a spreadsheet would run."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm_xl.cli import show
from csm_xl.cli.files import cell_text, csv_text, read_input, replacing, row_writer
from csm_xl.errors import CsmError, Issue

ROWS = [["employee_id", "amount", "note", "date", "met"],
        ["E0001", 4500.0, "=HYPERLINK(\"http://x\")", date(2026, 3, 31), True],
        ["00123", -0.1, None, None, False]]  # fmt: skip


def test_csv_is_plain_and_escaped() -> None:
    assert csv_text(ROWS).splitlines() == [
        "employee_id,amount,note,date,met",
        'E0001,4500,"\'=HYPERLINK(""http://x"")",2026-03-31,TRUE',
        "00123,-0.1,,,FALSE",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_begins_as_a_formula_is_escaped(start: str) -> None:
    assert cell_text(f"{start}1") == f"'{start}1"
    assert cell_text(f"E{start}1") == f"E{start}1"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(cell_text(value)) == value


@given(st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r")), min_size=2,
                         max_size=2), min_size=1, max_size=5))  # fmt: skip
def test_text_reads_back_but_for_the_escape(rows: list[list[str]]) -> None:
    back = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert [[cell_text(cell) for cell in row] for row in rows] == back


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "payouts.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["payouts.csv"]


def test_a_written_file_is_readable_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    row_writer(tmp_path / "deep" / "payouts.csv")(ROWS)
    assert (tmp_path / "deep" / "payouts.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_file_open_in_excel_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "~$payouts.xlsx").write_text("")
    with pytest.raises(CsmError, match="open in Excel"):
        row_writer(tmp_path / "payouts.xlsx")(ROWS)


def test_the_ending_is_judged_before_the_run(tmp_path: Path) -> None:
    for name in ("payouts.txt", "payouts", "payouts.xlsm"):
        with pytest.raises(CsmError, match=r"\.csv or \.xlsx"):
            row_writer(tmp_path / name)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(CsmError, match=r"\.csv or \.xlsx"):
        row_writer(tmp_path / "folder.csv")


def test_a_workbook_of_lines_holds_text_as_text(tmp_path: Path) -> None:
    path = tmp_path / "payouts.xlsx"
    row_writer(path)(ROWS)
    sheet = openpyxl.load_workbook(path)["Payouts"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)][1] == [
        "00123",
        -0.1,
        None,
        None,
        False,
    ]
    assert (sheet["C2"].data_type, sheet["C2"].value) == ("s", '=HYPERLINK("http://x")')
    assert sheet["D2"].value.date() == date(2026, 3, 31)
    first = path.read_bytes()
    row_writer(path)(ROWS)
    assert path.read_bytes() == first


def test_where_nothing_can_be_read_it_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(CsmError, match="no such file"):
        read_input(tmp_path / "nowhere")
    with pytest.raises(CsmError, match="has no CSV"):
        read_input(tmp_path)
    (tmp_path / "roster.csv").write_text("employee_id\n")
    with pytest.raises(CsmError, match="the folder that holds"):
        read_input(tmp_path / "roster.csv")


def test_a_folder_gives_its_csv_files(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("employee_id,plan_id\n00123,p\n")
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "notes.txt").write_text("x")
    tables = read_input(tmp_path)
    assert [(table.name, list(table.rows[1])) for table in tables] == [("roster.csv", ["00123", "p"])]


@pytest.mark.parametrize("width", [20, 50, 80])
def test_a_narrow_terminal_cuts_no_number_and_no_name(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(show, "_PIPED_WIDTH", width)
    row = ["base_variable", 159847.08, "a sentence that is long enough to be folded", 1373313.34, "98.8%"]
    show.table(["plan", "target", "what", "variable pay of everyone", "payout"], [row] * 3, "Everyone")
    words = capsys.readouterr().out.split()
    for whole in ("base_variable", "159,847.08", "sentence", "1,373,313.34", "98.8%"):
        assert words.count(whole) == 3


def test_a_small_rate_is_not_shown_as_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(["input", "value"], [["rate", 0.0005], ["target", 0.12], ["none", 0.0], ["noise", 1e-12]], "")
    words = capsys.readouterr().out.split()
    assert [words[words.index(name) + 1] for name in ("rate", "target", "none", "noise")] == [
        "0.0005", "0.12", "0.00", "0.00",
    ]  # fmt: skip


def test_a_warning_says_that_it_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    show.findings([Issue("#N/A", "nobody is credited", "deals.csv row 2", severity="warning"),
                   Issue("#N/A", "unknown plan", "roster.csv row 2")])  # fmt: skip
    warning, error = capsys.readouterr().err.splitlines()
    assert warning.startswith("warning deals.csv")
    assert error.startswith("error roster.csv")
