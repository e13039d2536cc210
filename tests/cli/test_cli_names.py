"""Names beside IDs in what the commands write; with names_on_outputs = false no byte of a name or address."""

from __future__ import annotations

import csv
import io
import json
import zlib
from pathlib import Path

import pytest
from commands import shell

SECRET = ("Zzsample", "Qqfirst", "Xxlast", "Vvmail")
ROSTER = """employee_id,employee_name,first_name,last_name,email,manager_id,plan_id,base_salary,hire_date
E1,"Zzsample, One",,,vvmail1@example.com,M1,p,90000,2024-01-01
E2,,Qqfirst,Xxlast,vvmail2@example.com,M1,p,80000,2024-01-01
E3,=Zzsample,,,vvmail3@example.com,M1,p,70000,2024-01-01
E4,Zzsample Four,,,,M1,p,70000,2024-01-01
E5,Zzsample Five,,,,M1,p,70000,2024-01-01
M1,Zzsample Boss,,,vvmail4@example.com,,p,120000,2024-01-01
"""
RESULTS = """period,scope,id,measure,actual,goal
2026-Q1,company,company,nrr,0.98,1
"""
PLAN = """
[[plans]]
plan_id = "p"
model = "base_variable"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.2

[[components]]
plan_id = "p"
component_id = "retention"
type = "metric"
measure = "nrr"
scope = "company"
weight = 1
"""
COMPANY = '[company]\ncompany_name = "Sample Company"\nnames_on_outputs = {}\n'


def folder(where: Path, names: str = "true") -> Path:
    where.mkdir()
    for file, text in {"roster.csv": ROSTER, "results.csv": RESULTS,
                       "plan.toml": COMPANY.format(names) + PLAN}.items():  # fmt: skip
        (where / file).write_text(text, encoding="utf-8")
    return where


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return folder(tmp_path / "in")


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_pay_names_everybody_after_the_id(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    status, said, _ = shell("pay", source, "--period", "2026-Q1", "--out", out)
    assert status == 0 and "Zzsample, One" in said
    found = lines(out)
    assert list(found[0])[:3] == ["period", "employee_id", "employee_name"]
    assert [row["employee_name"] for row in found[:3]] == ["Zzsample, One", "Qqfirst Xxlast", "'=Zzsample"]
    _, said, _ = shell("pay", source, "--period", "2026-Q1", "--json")
    document = json.loads(said)
    assert document["lines"][1]["employee_name"] == document["totals"][1]["employee_name"] == "Qqfirst Xxlast"


def test_the_file_is_replaced_unasked_when_names_come_and_go(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    words = ("pay", source, "--period", "2026-Q1", "--out", out)
    assert shell(*words)[0] == 0
    plan = source / "plan.toml"
    plan.write_text(COMPANY.format("false") + PLAN, encoding="utf-8")
    assert shell(*words)[0] == 0
    assert "employee_name" not in lines(out)[0]


def test_what_was_written_with_names_is_read_back_as_paid(source: Path, tmp_path: Path) -> None:
    shell("pay", source, "--period", "2026-Q1", "--out", tmp_path / "paid.csv")
    (source / "paid.csv").write_bytes((tmp_path / "paid.csv").read_bytes())
    words = ("pay", source, "--period", "2026-Q1", "--ignore-column", "paid: currency")
    status, _, told = shell(*words)
    assert status == 0 and "employee_name" not in told


def test_explain_and_the_year_name_people(source: Path, tmp_path: Path) -> None:
    assert "Zzsample, One (E1), 2026-Q1" in shell("explain", source, "E1", "2026-Q1")[1]
    out = tmp_path / "year.csv"
    assert shell("pay", source, "--total", "--period", "2026", "--out", out)[0] == 0
    assert [row["employee_name"] for row in lines(out)][:2] == ["Zzsample, One", "Qqfirst Xxlast"]


def test_the_index_says_who_gets_which_file_and_is_its_owners_alone(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("statements", source, "--period", "2026-Q1", "--out", out, "--eml")
    status, said, told = shell(*words)
    assert status == 0 and "6 statements" in said and "4 messages ready to be sent" in said
    assert "E4 has no email address" in told
    status, said, told = shell(*words, "--by", "manager")
    assert status == 0 and "1 manager's file" in said and "1 person without a manager" in told
    found = {row["file"]: row for row in lines(out / "index.csv")}
    assert len(found) == 7 and (out / "index.csv").stat().st_mode & 0o777 == 0o600
    assert {file for row in found.values() for file in (row["file"], row["message"]) if file} == {
        path.name for path in out.iterdir()} - {"index.csv"}  # fmt: skip
    rolled = found["2026-Q1_people_of_M1.pdf"]
    assert (rolled["employee_id"], rolled["employee_name"]) == ("M1", "Zzsample Boss")
    assert rolled["people"] == "E1; E2; E3; E4; E5" and rolled["message"] == "2026-Q1_people_of_M1.eml"
    own = [float(found[f"2026-Q1_E{number}.pdf"]["amount"]) for number in range(1, 6)]
    assert float(rolled["amount"]) == sum(own)


def test_an_index_of_an_earlier_run_loses_its_names_when_names_are_switched_off(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("statements", source, "--period", "2026-Q1", "--out", out)
    assert shell(*words)[0] == 0 and lines(out / "index.csv")[0]["employee_name"]
    (source / "plan.toml").write_text(COMPANY.format("false") + PLAN, encoding="utf-8")
    assert shell(*words, "--employee", "E1", "--force")[0] == 0
    found = lines(out / "index.csv")
    assert len(found) == 6 and "employee_name" not in found[0]


def test_one_password_opens_managers_files_too(source: Path, tmp_path: Path) -> None:
    words = ("statements", source, "--period", "2026-Q1", "--out", tmp_path / "out", "--by", "manager")
    status, said, _ = shell(*words, "--password", "s3cret")
    assert status == 0 and "each locked by its password" in said
    assert b"/Encrypt" in (tmp_path / "out" / "2026-Q1_people_of_M1.pdf").read_bytes()


def test_a_wrong_choice_of_by_and_one_person_of_a_managers_file_are_refused(
    source: Path, tmp_path: Path
) -> None:
    words = ("statements", source, "--period", "2026-Q1", "--out", tmp_path / "out")
    assert "Allowed: person, manager" in shell(*words, "--by", "team")[2]
    assert "all of their people" in shell(*words, "--by", "manager", "--employee", "E1")[2]
    assert not (tmp_path / "out").exists()


def plain(data: bytes) -> bytes:
    """The bytes of a file with those of its streams unpacked: PDF and workbook parts."""
    found = [data]
    if data[:2] == b"PK":
        import zipfile

        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            found += [parts.read(name) for name in parts.namelist()]
    if data[:4] == b"%PDF":
        from pypdf import PdfReader

        found += [page.extract_text().encode() for page in PdfReader(io.BytesIO(data)).pages]
        for part in data.split(b"stream")[1:]:
            try:
                found.append(zlib.decompressobj().decompress(part.strip(b"\r\n")))
            except zlib.error:
                continue
    return b"\n".join(found).lower()


def signatures(source: Path) -> Path:
    path = source.parent / "signatures.csv"
    path.write_text("employee_id,date,fingerprint\nE1,2026-01-05,0123456789abcdef\n", encoding="utf-8")
    return path


def of_the_book(source: Path) -> dict[str, tuple[str | Path, ...]]:
    """Commands on a new book, in order; the second retro is of a folder with another result."""
    kept = ("--book", source.parent / "pay.book")
    corrected = source.parent / "corrected"
    corrected.mkdir()
    for file in source.iterdir():
        text = file.read_text("utf-8").replace("0.98,1", "0.9,1")
        (corrected / file.name).write_text(text, encoding="utf-8")
    return {
        "book": ("book", "create", source.parent / "pay.book", "--by", "ann"),
        "close": ("close", source, "--period", "2026-Q1", "--by", "ann", *kept),
        "ledger": ("ledger", *kept),
        "entries": ("ledger", "--employee", "E1", *kept),
        "dispute": ("dispute", "open", "2", "1", "--question", "Why?", "--by", "bob", *kept),
        "disputed": ("dispute", "show", "3", *kept),
        "approve": ("approve", "2", "--by", "bob", *kept),
        "retro": ("retro", corrected, "--into", "2026-Q2", "--reason", "Restated", "--dry-run", *kept),
        "retro json": ("retro", corrected, "--into", "2026-Q2", "--reason", "Restated", "--dry-run", "--json",
                       *kept),
    }  # fmt: skip


def everything(source: Path, out: Path) -> dict[str, bytes]:
    """What the commands that are about people say and write, by name."""
    period = ("--period", "2026-Q1")
    runs: dict[str, tuple[str | Path, ...]] = {
        "pay": ("pay", source, *period, "--out", out / "pay.csv"),
        "pay xlsx": ("pay", source, *period, "--out", out / "pay.xlsx"),
        "pay json": ("pay", source, *period, "--json"),
        "year": ("pay", source, "--total", "--period", "2026", "--out", out / "year.csv"),
        "year json": ("pay", source, "--total", "--period", "2026", "--json"),
        "explain": ("explain", source, "E1", "2026-Q1"),
        "explain json": ("explain", source, "E1", "2026-Q1", "--json"),
        "statements": ("statements", source, *period, "--out", out / "own"),
        "analyst": ("statements", source, *period, "--out", out / "own", "--analyst"),
        "managers": ("statements", source, *period, "--out", out / "managers", "--by", "manager"),
        "review": ("review", source, *period, "--out", out / "review", "--trials", "50"),
        "diff": ("diff", source, source, *period, "--out", out / "diff.csv"),
        "diff json": ("diff", source, source, *period, "--json"),
        "health": ("health", source, *period, "--json"),
        "simulate": ("simulate", source, *period, "--trials", "50", "--out", out / "cost.csv", "--json"),
        "lint": ("lint", source),
        "forecast": ("forecast", source, "--period", "2026", "--by", "person"),
        "managers' forecast": ("forecast", source, "--period", "2026", "--by", "manager", "--json"),
        "letters": ("letters", source, "--period", "2026", "--out", out / "letters"),
        "signed": ("letters", source, "--period", "2026", "--acknowledged", signatures(source), "--out",
                   out / "signed.csv"),
        **of_the_book(source),
    }  # fmt: skip
    found = {}
    for name, words in runs.items():
        status, said, told = shell(*words)
        assert status in (0, 1), (name, told)
        found[name] = f"{said}{told}".encode().lower()
    return found | {str(path.relative_to(out)): plain(path.read_bytes())
                    for path in out.rglob("*") if path.is_file()}  # fmt: skip


def named(said: dict[str, bytes]) -> set[str]:
    return {name for name, data in said.items() for secret in SECRET if secret.lower().encode() in data}


def test_without_names_no_output_has_a_name_or_an_address_in_any_byte(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    said = everything(folder(tmp_path / "in", "false"), tmp_path / "out")
    assert len(said) > 30
    assert named(said) == set()


def test_with_names_people_are_named_where_they_are_listed_and_never_in_the_review(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    said = everything(folder(tmp_path / "in"), tmp_path / "out")
    shown = named(said)
    assert {"pay", "pay.csv", "pay.xlsx", "pay json", "year", "year.csv", "year json", "explain", "diff json",
            "cost.csv", "own/index.csv", "own/2026-Q1_E1.pdf", "own/2026-Q1_E2_analyst.pdf",
            "managers/2026-Q1_people_of_M1.pdf", "letters/index.csv", "signed", "signed.csv", "entries",
            "disputed", "retro", "retro json", "forecast", "managers' forecast"} <= shown  # fmt: skip
    assert not {name for name in shown if "review" in name}
    assert not {name for name, data in said.items() if b"vvmail" in data}
    assert any(b"sample company" in data for name, data in said.items() if name.startswith("review/"))
