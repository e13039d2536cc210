"""Names, company and contact line on statements; none of them where nobody is to be named."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from named import NASTY
from people import PEOPLE, picture, raws
from pypdf import PdfReader

from csm_xl.errors import CsmError
from csm_xl.report.statements import Written, write


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def made(folder: Path, *people: tuple[Any, ...], **company: Any) -> dict[str, Written]:
    return {one.employee_id: one for one in write(raws(*people, **company), "2026-Q1", folder)}


def shown(one: Written) -> str:
    return text_of(one.path.read_bytes())


def test_a_statement_names_its_person_and_the_manager_with_their_ids(tmp_path: Path) -> None:
    done = made(tmp_path)
    assert "Sample, One Ä (E1)" in shown(done["E1"]) and "Sample Boss (M1)" in shown(done["E1"])
    assert "=cmd Two (E2)" in shown(done["E2"])
    assert "Confidential: for Sample, One Ä (E1) only" in shown(done["E1"])
    assert "Sample Boss" not in shown(done["E3"])  # whose manager is M2


def test_files_are_called_by_the_id_alone(tmp_path: Path) -> None:
    assert {one.path.name for one in made(tmp_path).values()} == {f"2026-Q1_{who}.pdf" for who, *_ in PEOPLE}


def test_of_a_name_in_another_script_the_id_is_printed_and_said_so(tmp_path: Path) -> None:
    one = made(tmp_path)["E3"]
    assert "U+05" not in shown(one) and "for E3 only" in shown(one)
    (issue,) = one.warnings
    assert "in the name of E3" in issue.message and issue.hint == "The ID is printed instead."


def test_a_symbol_that_the_font_lacks_is_left_out_of_a_name_and_said_so(tmp_path: Path) -> None:
    one = made(tmp_path)["E5"]
    assert "Sample Five (E5)" in shown(one)
    assert "😀 (U+1F600) in the name of E5" in one.warnings[0].message


def test_any_name_makes_a_whole_statement(tmp_path: Path) -> None:
    people = [(f"E{at}", name, None, None, None, "E0", "p", 90000) for at, name in enumerate(NASTY)]
    done = made(tmp_path, *people)
    assert len(done) == len(NASTY)
    for who, one in done.items():
        assert who in shown(one) and "Variable pay of 2026-Q1" in shown(one)


def test_without_names_a_statement_is_as_if_the_columns_were_not_there(tmp_path: Path) -> None:
    bare = [(who, None, None, None, None, manager, "p", pay) for who, _, _, _, _, manager, _, pay in PEOPLE]
    hidden = made(tmp_path / "hidden", names_on_outputs=False)
    without = made(tmp_path / "bare", *bare)
    assert [one.path.read_bytes() for one in hidden.values()] == [
        one.path.read_bytes() for one in without.values()
    ]


def test_the_letterhead_has_company_logo_and_whom_to_ask(tmp_path: Path) -> None:
    logo = picture(tmp_path / "logo.png")
    company = {"company_name": "Sample Company", "contact_line": "pay@example.com", "company_logo": str(logo)}
    data = made(tmp_path / "out", **company)["E1"].path.read_bytes()
    assert "Sample Company" in text_of(data) and "pay@example.com" in text_of(data)
    assert len(PdfReader(io.BytesIO(data)).pages[0].images) == 1
    assert made(tmp_path / "again", **company)["E1"].path.read_bytes() == data
    plain = made(tmp_path / "plain")["E1"].path.read_bytes()
    assert len(PdfReader(io.BytesIO(plain)).pages[0].images) == 0


def test_a_logo_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    text, huge = tmp_path / "text.png", picture(tmp_path / "huge.png", 3000, 2000)
    text.write_text("no picture", encoding="utf-8")
    bad = {tmp_path / "gone.png": "there is no such logo file", text: "cannot be read as a picture",
           tmp_path / "logo.svg": "not a PNG or JPEG file", huge: "3,000 × 2,000 pixels"}  # fmt: skip
    for path, said in bad.items():
        with pytest.raises(CsmError) as error:
            made(tmp_path / "out", company_logo=str(path))
        assert said in error.value.issues[0].message and error.value.issues[0].got == str(path)
    assert not (tmp_path / "out").exists()
