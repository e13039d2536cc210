"""Whatever somebody changes in a built workbook, the check names the cell."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from books import AMOUNT, REFRESHED, edited, sheet_part, small_tables, with_cell
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweeps import tried

from csm_xl import __version__
from csm_xl.errors import CsmError
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.page import HEAD_ROW
from csm_xl.xlsx.addresses import quoted
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.same import same


def errors(path: Path) -> dict[str, str]:
    return {issue.where: issue.message for issue in check(path) if issue.severity == "error"}


def tampered(source: Path, target: Path, sheet: str, cell: str, xml: str) -> Path:
    return edited(source, target, sheet_part(sheet), lambda text: with_cell(text, cell, xml))


@cache
def guarded(path: Path) -> list[tuple[str, str, str]]:
    """Every cell that must be found when it changes: formulas, and what the refresh wrote."""
    book = load(Package(path))
    cells = [(place.sheet, str(place).rpartition("!")[2], "formula") for place in book.formulas]
    written = [
        (place.sheet, str(place).rpartition("!")[2], "value")
        for place in book.values
        if (place.sheet in ("Payouts", "Total Comp") and place.row > HEAD_ROW)
        or place.sheet in ("Checks", "Cover")
    ]
    return sorted(cells + written)


def test_a_built_workbook_is_clean(small: Path) -> None:
    assert check(small) == []


def test_the_time_of_the_refresh_is_the_logs(small: Path, tmp_path: Path) -> None:
    place = load(Package(small)).names["last_refresh"].rpartition("!")[2].replace("$", "")
    path = tampered(small, tmp_path / "changed.xlsx", "Cover", place, "<c {head}><v>46000.5</v></c>")
    assert f"Cover!{place}" in {issue.where for issue in check(path)}


def test_the_sample_is_clean_and_its_one_open_result_is_named(sample: Path) -> None:
    (found,) = check(sample)
    assert found.severity == "note" and "bookings of E0047 in 2026-Q4 has no actual" in found.message


@settings(max_examples=tried(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_cell_is_found(small: Path, tmp_path: Path, data: st.DataObject) -> None:
    sheet, cell, kind = data.draw(st.sampled_from(guarded(small)))
    xml = zipfile.ZipFile(small).read(sheet_part(sheet)).decode()
    old = re.search(rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', xml)[0]
    formula = (re.search(r"<f>.*?</f>", old) or [""])[0]
    numeric = "t=" not in old.partition(">")[0]
    stored = (re.search(r"<v>(.*?)</v>", old) or ["", ""])[1]
    if numeric:
        shift = data.draw(st.sampled_from([0.01, -0.01, 1.0, -1000.0]))
        new = f"<c {{head}}>{formula}<v>{float(stored) + shift!r}</v></c>"
    elif 't="b"' in old:
        new = f'<c {{head}} t="b">{formula}<v>{1 - int(stored)}</v></c>'
    else:
        new = f'<c {{head}} t="str">{formula}<v>other</v></c>'
    path = tampered(small, tmp_path / "changed.xlsx", sheet, cell, new)
    where = {issue.where for issue in check(path)}
    place = f"{quoted(sheet)}!{cell}"
    # A changed key makes a row unknown, which is reported at its first cell.
    row = re.sub(r"[A-Z]+\d+$", "A" + re.search(r"\d+$", cell)[0], place)
    assert place in where or (kind == "value" and row in where), (place, sorted(where))


@pytest.mark.parametrize(
    ("sheet", "cell", "xml", "said"),
    [
        ("Total Comp", "L7", "<c {head}><f>CSM_OTE(1,2)</f></c>", "has no stored value"),
        ("Total Comp", "L7", "<c {head}><v>1</v></c>", "does not hold the formula"),
        ("Total Comp", "L7", '<c {head} t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error"),
        ("Total Comp", "L7", '<c {head} t="str"><f>CSM_NOPE(1)</f><v>1</v></c>', "does not hold the formula"),
        ("Total Comp", "L7", "<c {head}><f>L7+1</f><v>1</v></c>", "circular"),
        ("Payouts", AMOUNT, '<c {head} t="e"><v>#N/A</v></c>', "differs from the engine's"),
        ("Payouts", AMOUNT, "<c {head}/>", "differs from the engine's"),
        ("Payouts", AMOUNT, '<c {head} t="inlineStr"><is><t>1400</t></is></c>', "differs from the engine's"),
        ("Checks", "C10", "<c {head}><f>SUM(F7:F8)</f><v>0</v></c>", "a refresh writes"),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_named(
    small: Path, tmp_path: Path, sheet: str, cell: str, xml: str, said: str
) -> None:
    path = tampered(small, tmp_path / "changed.xlsx", sheet, cell, xml)
    place = f"{quoted(sheet)}!{cell}"
    found = [issue.message for issue in check(path) if issue.where == place]
    assert any(said in message for message in found), check(path)


def test_missing_and_added_lines_are_named(small: Path, tmp_path: Path) -> None:
    def without_first(xml: str) -> str:
        return re.sub(r'(<row r="7".*?</row>)', lambda row: re.sub(r"<v>.*?</v>", "", row[1]), xml)

    found = errors(edited(small, tmp_path / "less.xlsx", sheet_part("Payouts"), without_first))
    assert "a row is missing: 2026-Q1 00123 bonus grr" in found["Payouts"]
    assert found["Payouts!A7"] == "the engine does not produce this row"


def test_a_changed_input_is_found_in_everything_it_pays(small: Path, tmp_path: Path) -> None:
    def raised(xml: str) -> str:
        return xml.replace("<v>90000</v>", "<v>99000</v>")

    found = errors(edited(small, tmp_path / "raise.xlsx", sheet_part("Roster"), raised))
    assert any(where.startswith("Payouts!") and "amount" in said for where, said in found.items())
    assert any(where.startswith("'Total Comp'!G7") for where in found)
    assert any("Checks!" in where for where in found)


def test_a_bad_input_is_named_with_its_cell(small: Path, tmp_path: Path) -> None:
    path = tampered(small, tmp_path / "bad.xlsx", "Roster", "C7", '<c {head} t="e"><v>#REF!</v></c>')
    issues = check(path)
    assert {issue.where for issue in issues} >= {"Roster!C7"}


def test_a_deleted_table_is_named(small: Path, tmp_path: Path) -> None:
    def unnamed(xml: str) -> str:
        return xml.replace("tblPayouts", "tblOther")

    tables = [n for n in zipfile.ZipFile(small).namelist() if n.startswith("xl/tables/")]
    part = next(n for n in tables if b"tblPayouts" in zipfile.ZipFile(small).read(n))
    found = errors(edited(small, tmp_path / "none.xlsx", part, unnamed))
    assert any("no table tblPayouts" in message for message in found.values())


def test_another_version_is_a_note_and_the_figures_are_still_proven(small: Path, tmp_path: Path) -> None:
    def older(xml: str) -> str:
        return xml.replace(f">{__version__}<", ">0.0.1<")

    old = edited(small, tmp_path / "old.xlsx", "docProps/custom.xml", older)
    assert [issue.severity for issue in check(old)] == ["note"]
    refresh_file(old)
    assert [issue.severity for issue in check(old)] == ["note"]  # a refresh lays out no sheets
    path = tampered(old, tmp_path / "changed.xlsx", "Payouts", AMOUNT, "<c {head}><v>1</v></c>")
    assert f"Payouts!{AMOUNT}" in errors(path)


def test_a_file_that_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("period,amount")
    with pytest.raises(CsmError, match="not a workbook"):
        check(tmp_path / "x.xlsx")


def test_same_tells_a_cent_in_a_billion_and_kinds_apart() -> None:
    assert same(1e9, 1e9 + 0.5) and not same(1e9, 1e9 + 2)
    assert not same(1.0, "1") and not same(0.0, None) and not same(False, None) and not same(False, 0.0)


def test_causes_come_before_what_follows_and_that_is_told_together(small: Path, tmp_path: Path) -> None:
    path = tampered(small, tmp_path / "changed.xlsx", "Payouts", AMOUNT, "<c {head}><v>1</v></c>")
    found = check(path)
    assert (found[0].where, f"csm-xl refresh {path}." in found[0].hint) == (f"Payouts!{AMOUNT}", True)
    assert "follow from the findings above" in found[-1].message and "!" in found[-1].where
    single = [issue for issue in found if issue.where.count("!") == 1]
    assert len(found) - len(single) == 1 and len(found) < 12


def test_another_version_is_said_first(small: Path, tmp_path: Path) -> None:
    def older(xml: str) -> str:
        return xml.replace(f">{__version__}<", ">0.0.1<")

    old = edited(small, tmp_path / "old.xlsx", "docProps/custom.xml", older)
    path = tampered(old, tmp_path / "changed.xlsx", "Payouts", AMOUNT, "<c {head}><v>1</v></c>")
    assert "version 0.0.1" in check(path)[0].message


def test_truths_as_libreoffice_writes_them_are_values(small: Path, tmp_path: Path) -> None:
    tables = small_tables()
    tables["plans"][0].append("over_assignment")
    for row, flag in zip(tables["plans"][1:], (True, False), strict=True):
        row.append(flag)
    built = build(tmp_path / "plan.xlsx", tables, "2026-Q1", REFRESHED)

    def saved(xml: str) -> str:
        for number, word in (("1", "TRUE"), ("0", "FALSE")):
            xml = re.sub(rf't="b"><v>{number}</v>', f't="b"><f aca="false">{word}()</f><v>{number}</v>', xml)
        return xml

    assert check(edited(built, tmp_path / "saved.xlsx", sheet_part("Plans"), saved)) == []


def test_a_function_of_a_newer_version_is_named(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.xlsx"
    xml = "<c {head}><f>1+csm_tomorrow(2)+CSM_CAP(1,2)</f><v>3</v></c>"
    tampered(small, path, "Cover", "A2", xml)
    said = [issue.message for issue in check(path) if issue.where == "Cover!A2"]
    assert f"the formula calls CSM_TOMORROW, which csm_xl {__version__} does not have" in said
