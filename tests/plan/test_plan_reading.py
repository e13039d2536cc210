"""Tables read from rows, DataFrames, CSV files and sheets: recognized, matched, typed, and written back."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_tables import TYPES, base, raws, read, the_one

from csm_xl.errors import CsmError
from csm_xl.plan.names import header_name
from csm_xl.plan.schema import schemas
from csm_xl.plan.tables import PAY_TABLES, Origin, RawTable, Table, read_strict, read_tables, rows_of

ROSTER = ["employee_id", "plan_id", "base_salary", "hire_date"]


def read_one(name, rows, **known):
    """One table, read beside what it refers to."""
    tables = {"plans": base()["plans"], **known, name: rows}
    return read_strict([RawTable.of_rows(rows, name) for name, rows in tables.items()], TYPES)[name]


@pytest.mark.parametrize(
    "header",
    ["base_salary", "Base salary", "BASE-SALARY", " Base  Salary ", "Base salary [USD/year]",
     "base salary (full time)",
     "Base\nsalary", "Base salary (USD) [year]", "Base – salary"],
)  # fmt: skip
def test_headers_match_however_they_are_dressed(header):
    assert header_name(header) == "base_salary"
    table = read_one(
        "roster", [["Employee ID", "plan-id", header, "HIRE DATE"], ["E1", "bonus", 5.0, "2026-01-05"]]
    )
    assert table.columns["base_salary"].tolist() == [5.0]


def test_cells_as_excel_sends_them():
    rows = [
        [*ROSTER, "leave_date", "fte", "target_amount", "team", "level"],
        [1001.0, "bonus", Decimal("90000.50"), datetime(2024, 1, 15), None, 1, "1,234.50", " North ", 3.0],
        ["00123", "bonus", 60000, date(2024, 2, 1), 46022.0, "80%", "", None, True],
        ["é", "bonus", np.float64(5), pd.Timestamp("2024-03-01"), pd.NaT, float("nan"), None, "", "L2"],
    ]
    table = read_one("roster", rows)
    columns = {name: column.tolist() for name, column in table.columns.items()}
    assert columns["employee_id"] == ["1001", "00123", "é"]
    assert columns["base_salary"] == [90000.5, 60000.0, 5.0]
    assert [date.fromordinal(day).isoformat() for day in columns["hire_date"]] == [
        "2024-01-15", "2024-02-01", "2024-03-01",
    ]  # fmt: skip
    assert columns["leave_date"] == [0, date(2025, 12, 31).toordinal(), 0]
    assert columns["fte"] == [1.0, 0.8, 1.0]  # a blank takes the default
    assert columns["target_amount"][0] == 1234.5
    assert np.isnan(columns["target_amount"][1:]).all()
    assert columns["team"] == ["North", "", ""]
    assert columns["level"] == ["3", "TRUE", "L2"]


def test_dates_of_numpy_and_serials_as_text():
    given = [np.datetime64("2025-12-31"), np.datetime64("2025-12-31T00:00:00.000000001", "ns"), " 46022 ",
             "46022.0", np.datetime64("NaT", "D"), Decimal("46022")]  # fmt: skip
    rows = [[*ROSTER, "leave_date"]]
    rows += [[f"E{i}", "bonus", 1, np.datetime64("2024-01-15"), left] for i, left in enumerate(given)]
    table = read_one("roster", rows)
    day = date(2025, 12, 31).toordinal()
    assert table.columns["leave_date"].tolist() == [day, day, day, day, 0, day]
    with pytest.raises(CsmError, match="found a date instead of a number"):
        read_one("roster", [ROSTER, ["E1", "bonus", np.datetime64("2024-01-15"), "2024-01-15"]])


def test_every_column_of_the_schema_is_there_in_its_kind():
    tables = read_strict([], TYPES)
    kinds = {"money": "f", "ratio": "f", "number": "f", "count": "f", "date": "i", "flag": "b"}
    assert set(tables) == set(schemas(TYPES))
    for table in tables.values():
        assert table.rows == 0
        for column in table.schema.columns:
            assert table.columns[column.name].dtype.kind == kinds.get(column.kind, "O")
            assert table.columns[column.name].shape == (0,)


def test_absent_columns_take_their_defaults():
    table = read_one("roster", [ROSTER, ["E1", "bonus", 1, "2026-01-01"]])
    assert table.columns["fte"].tolist() == [1.0]
    assert table.columns["leave_date"].tolist() == [0]
    assert table.columns["team"].tolist() == [""]
    assert np.isnan(table.columns["ote"][0])
    assert table.value(0, "ote") is None


def test_numbers_are_kept_to_their_decimals_and_large_ones_untouched():
    rows = [[*ROSTER, "target_ratio"], ["E1", "bonus", 0.1 + 0.2, "2026-01-01", 0.1 + 0.2],
            ["E2", "bonus", 412345678.91, "2026-01-01", 0.123456789012]]  # fmt: skip
    table = read_one("roster", rows)
    assert table.columns["base_salary"].tolist() == [0.3, 412345678.91]
    assert table.columns["target_ratio"].tolist() == [0.3, 0.123456789012]
    result = read_one("results", [["period", "scope", "id", "measure", "actual"],
                                  ["2026", "company", "company", "ARR", 987654321.01]])  # fmt: skip
    assert result.columns["actual"].tolist() == [987654321.01]


def test_words_ignore_case_and_lists_are_split():
    tables = base()
    tables["components"][0].append("Deal kinds")
    for row, kinds in zip(tables["components"][1:], [None, None, "Upsell; cross-sell", None], strict=True):
        row.append(kinds)
    tables["plans"][1][2] = " QUARTER "
    found = read(tables)
    assert found["plans"].columns["pay_period"].tolist() == ["quarter"]
    assert found["components"].columns["deal_kinds"].tolist() == [(), (), ("upsell", "cross_sell"), ()]


def test_a_blank_actual_stays_blank_and_a_zero_stays_zero():
    table = read_one("results", [["period", "scope", "id", "measure", "actual", "goal"],
                                 ["2026-Q1", "company", "company", "a", None, 1],
                                 ["2026-Q1", "company", "company", "b", 0, 1]])  # fmt: skip
    assert table.value(0, "actual") is None
    assert table.value(1, "actual") == 0.0


def test_periods_are_normalised_in_every_table():
    header = ["period", "scope", "id", "measure", "actual"]
    cells = ["2026-q1", date(2026, 3, 1), 2026.0, "2026-h2", datetime(2026, 4, 1)]
    rows = [header, *([cell, "company", "company", "m", 1] for cell in cells)]
    assert read_one("results", rows).columns["period"].tolist() == [
        "2026-Q1",
        "2026-03",
        "2026",
        "2026-H2",
        "2026-04",
    ]


def test_a_fiscal_calendar_names_its_own_periods():
    table = read_one(
        "results",
        [["period", "scope", "id", "measure", "actual"], ["fy26-p01", "company", "company", "m", 1]],
        periods=[["period", "start", "end"], ["FY26-P01", "2025-12-29", "2026-01-25"]],
    )
    assert table.columns["period"].tolist() == ["FY26-P01"]
    dated = read_one("periods", [["period", "start", "end"], [date(2026, 3, 1), "2026-03-02", "2026-03-29"]])
    assert dated.columns["period"].tolist() == ["2026-03"]


def test_blank_rows_are_left_out_and_places_stay_true():
    tables = base()
    header, *people = tables["roster"]
    tables["roster"] = [
        header,
        [None] * 8,
        people[0],
        ["", " ", None, None, None, None, None, None],
        people[1],
    ]
    table = read(tables)["roster"]
    assert table.rows == 2
    assert [table.where(row, "base_salary") for row in (0, 1)] == ["Roster!D5", "Roster!D7"]
    assert table.where(1) == "Roster row 7"


def test_places_by_kind_of_origin():
    sheet = Origin("sheet", "Pay data", 3, 27, {"fte": 0})
    assert sheet.place(0, "fte") == "'Pay data'!AA4"
    assert Origin("range", "argument 2").place(5, "base_salary") == "argument 2, row 7 (base_salary)"
    assert (
        Origin("toml", "plan.toml", labels=("components[1]",)).place(0, "weight")
        == "plan.toml components[1].weight"
    )
    assert Table.blank(schemas(TYPES)["roster"]).where(0, "fte") == "roster row 1 (fte)"


@pytest.mark.parametrize("name", sorted(base()))
def test_a_bare_range_is_recognised_by_its_headers(name):
    tables = base()
    tables[name] = [row[::-1] for row in tables[name]]  # in any order
    found = read_strict([RawTable.of_rows(rows) for rows in tables.values()], TYPES, PAY_TABLES)
    assert found[name].rows == len(base()[name]) - 1
    assert found[name].origin.name == "table"


def test_a_name_says_which_table_it_is_and_headers_where_it_does_not():
    rows = [["deal_id", "employee_id", "date", "amount"], ["D1", "E0001", "2026-01-01", 5]]
    people = RawTable.of_rows(base()["roster"], "people 2026.csv")  # no table's name: the headers tell
    plans = RawTable.of_rows(base()["plans"], "exports/PLANS.CSV")
    tables = read_strict([plans, people, RawTable.of_rows(rows, "tblDeals")], TYPES)
    assert (tables["deals"].rows, tables["roster"].rows) == (1, 2)


def test_unknown_columns_are_kept():
    table = read_one("roster", [[*ROSTER, "Badge no.", "Note", "Note", None],
                                ["E1", "bonus", 1, "2026-01-01", 7, "x", "y", "z"],
                                ["E2", "bonus", 1, "2026-01-01", 8, "x", "y", None]])  # fmt: skip
    assert table.extra == {"Badge no.": [7, 8], "Note": ["x", "x"], "Note (2)": ["y", "y"]}
    assert rows_of(table)[0][-3:] == ["Badge no.", "Note", "Note (2)"]


def test_payout_lines_are_never_read_as_history():
    header = ["period", "employee_id", "plan_id", "component_id", "amount", "before_modifier",
     "component_target",
              "payout_ratio", "plan_cap_factor", "unrounded"]  # fmt: skip
    line = ["2026-Q1", "E0001", "bonus", "goals", 1, 1, 1, 1, 1, 1]
    for name in (None, "tblPayouts"):
        tables = read_strict([*raws(base()), RawTable.of_rows([header, line], name)], TYPES)
        assert tables["paid"].rows == 0
    assert read_strict([*raws(base()), RawTable.of_rows([header, line], "paid")], TYPES)["paid"].rows == 1


def test_a_data_frame_is_a_table():
    frame = pd.DataFrame({"employee_id": ["E1", "E2"], "plan_id": "bonus", "base_salary": [1.5, 2],
                          "hire_date": pd.to_datetime(["2026-01-01", "2026-02-01"]),
                          "leave_date": pd.to_datetime([None, "2026-03-01"]),
                          "fte": pd.array([None, 1], dtype="Int64")})  # fmt: skip
    table = read_strict([RawTable.of_rows(base()["plans"]), RawTable.of_frame(frame, "roster")], TYPES)[
        "roster"
    ]
    assert table.columns["base_salary"].tolist() == [1.5, 2.0]
    assert table.columns["leave_date"].tolist() == [0, date(2026, 3, 1).toordinal()]
    assert table.columns["fte"].tolist() == [1.0, 1.0]
    assert table.where(1, "fte") == "roster, row 3 (fte)"


# ---- CSV ----------------------------------------------------------------------------------------


def csv(tmp_path, data, name="roster.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return RawTable.of_csv(path)


TEXT = "employee_id{0}plan_id{0}base_salary{0}hire_date{0}team\n00123{0}bonus{0}{1}{0}2026-01-05{0}Köln\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_any_country(tmp_path, encoding, delimiter):
    raw = csv(tmp_path, TEXT.format(delimiter, "1234.5").encode(encoding))
    table = read_strict([RawTable.of_rows(base()["plans"]), raw], TYPES)["roster"]
    assert table.columns["employee_id"].tolist() == ["00123"]
    assert table.columns["team"].tolist() == ["Köln"]
    assert table.columns["base_salary"].tolist() == [1234.5]
    assert table.where(0, "base_salary") == "roster.csv row 2 (base_salary)"


def test_a_comma_inside_quotes_is_no_delimiter(tmp_path):
    raw = csv(tmp_path, b'employee_id;plan_id;"base_salary (a,b,c,d,e)";hire_date\nE1;bonus;1;2026-01-01\n')
    assert raw.rows[1] == ["E1", "bonus", "1", "2026-01-01"]


def test_a_row_with_more_cells_than_headers_is_found(tmp_path):
    raw = csv(
        tmp_path,
        b"employee_id,plan_id,base_salary,hire_date\nE1,bonus,90,000,2026-01-01\nE2,bonus,1,2026-01-01\n",
    )
    found = read_tables([RawTable.of_rows(base()["plans"]), raw], TYPES)[1]
    assert {issue.where for issue in found} == {"roster.csv row 2", "roster.csv row 2 (hire_date)"}
    assert "the row has 5 cells under 4 headers" in [issue.message for issue in found]


def test_csv_rows_above_the_header_and_short_rows(tmp_path):
    raw = csv(tmp_path, b"\n,,\nemployee_id,plan_id,base_salary,hire_date,team\nE1,bonus,1,2026-01-01\n")
    table = read_strict([RawTable.of_rows(base()["plans"]), raw], TYPES)["roster"]
    assert table.columns["team"].tolist() == [""]
    assert table.where(0, "base_salary") == "roster.csv row 4 (base_salary)"


@pytest.mark.parametrize(("data", "words"), [
    (b"PK\x03\x04rest of a workbook", "not CSV but a workbook"),
    (b"\xd0\xcf\x11\xe0old workbook", "not CSV but a workbook"),
    (b"a,b\n\0\0", "not CSV but a workbook"),
    (b'employee_id,plan_id\n"E1,bonus\n', "the file is not CSV"),
])  # fmt: skip
def test_what_is_no_csv_is_refused(tmp_path, data, words):
    with pytest.raises(CsmError, match=words) as caught:
        csv(tmp_path, data)
    assert caught.value.where.startswith("roster.csv")


def test_an_empty_csv_and_no_csv_at_all(tmp_path):
    issue = the_one(read_tables([csv(tmp_path, b"")], TYPES)[1])
    assert (issue.where, issue.message) == ("roster.csv", "the table is empty: it has no header")
    with pytest.raises(CsmError) as caught:
        RawTable.of_csv(tmp_path / "missing.csv")
    assert caught.value.code == "#N/A"


# ---- any table, and back ------------------------------------------------------------------------

ids = st.text("abc019 -é_", min_size=1, max_size=6).map(str.strip).filter(bool)
money = st.integers(0, 10**9).map(lambda cents: cents / 100)
ratio = st.decimals(0, 5, places=6).map(float)
days = st.dates(date(1990, 1, 1), date(2200, 1, 1))
maybe = st.none


@st.composite
def rosters(draw):
    people = draw(st.lists(ids, min_size=1, max_size=5, unique_by=lambda name: name))
    header = [*ROSTER, "leave_date", "fte", "role", "target_ratio", "ote"]
    return [header, *(
        [who, "bonus", draw(money), draw(days), draw(maybe() | days), draw(maybe() | ratio),
         draw(maybe() | ids),
         draw(maybe() | ratio), draw(maybe() | money)]
        for who in people
    )]  # fmt: skip


def same(a: Table, b: Table) -> bool:
    return a.rows == b.rows and all(
        np.array_equal(column, b.columns[name], equal_nan=True)
        if column.dtype.kind == "f" else column.tolist() == b.columns[name].tolist()
        for name, column in a.columns.items()
    )  # fmt: skip


@settings(max_examples=60)
@given(rosters())
def test_rows_survive_being_read_and_written(rows):
    table = read_one("roster", rows)
    back = rows_of(table, blanks=False)
    assert same(read_one("roster", back), table)
    assert rows_of(table) == rows_of(read_one("roster", rows_of(table)))
    for row, given_row in enumerate(rows[1:]):
        shown = dict(zip(back[0], back[row + 1], strict=True))
        for name, cell in zip(rows[0], given_row, strict=True):
            if cell is not None:
                assert shown[name] == cell


@settings(max_examples=60)
@given(rosters(), st.sampled_from([str, Decimal, Fraction, float]))
def test_the_kind_of_number_makes_no_difference(rows, kind):
    def as_kind(cell):
        if not isinstance(cell, float):
            return cell.isoformat() if isinstance(cell, date) and kind is str else cell
        return kind(cell) if kind in (str, float) else kind(str(cell))

    assert same(
        read_one("roster", [rows[0], *([as_kind(c) for c in row] for row in rows[1:])]),
        read_one("roster", rows),
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('="00123"', "00123"),
        ('"=""00123"""', "00123"),
        (' ="00123" ', "00123"),
        ('"=""say """"hi"""" """', 'say "hi" '),
        ('=""', ""),
        ('="1"&"2"', '="1"&"2"'),
        ("=1+1", "=1+1"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_a_text_that_an_export_wrote_as_a_formula_is_the_text(tmp_path, written, read):
    data = f"employee_id;team\n{written};North\n".encode()
    assert csv(tmp_path, data).rows[1] == [read, "North"]
