"""An output is never an input, and replaces only what csm_xl made; nothing is half written."""

import csv
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from commands import shell

from csm_xl.cli.files import csv_text
from csm_xl.workbook.sample import sample_of

SCRIPT = Path(sys.executable).with_name("csm-xl")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    assert shell("new", path, "--plan", "starter", "--period", "2026-Q2")[0] == 0
    return path


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "plan.xlsx"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for raw in sample_of("starter"):
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ---- an output is never an input ----------------------------------------------------------------------


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("way", ["itself", "hard link", "link", "whole path", "way around"])
def test_a_workbook_is_never_replaced_by_what_it_pays(
    book: Path, monkeypatch: pytest.MonkeyPatch, way: str, force: tuple[str, ...]
) -> None:
    monkeypatch.chdir(book.parent)
    other = book.with_name("other.xlsx")
    if way == "hard link":
        other.hardlink_to(book)
    if way == "link":
        other.symlink_to(book.name)
    target = {"itself": "plan.xlsx", "hard link": "other.xlsx", "link": "other.xlsx",
              "whole path": str(book), "way around": f"../{book.parent.name}/./plan.xlsx"}[way]  # fmt: skip
    before = book.read_bytes()
    for words in (
        ("pay",),
        ("health",),
        ("sensitivity",),
        ("lint",),
        ("solve", "--what", "rate", "--amount", "9"),
    ):
        period = () if words[0] == "lint" else ("--period", "2026-Q2")
        status, _, told = shell(words[0], "plan.xlsx", *words[1:], *period, "--out", target, *force)
        assert (status, "replace an input of this run" in told) == (2, True), words
    assert book.read_bytes() == before


def test_no_file_of_a_folder_that_is_read_is_replaced(source: Path) -> None:
    for name in ("roster.csv", "results.csv"):
        before = (source / name).read_bytes()
        status, _, told = shell("pay", source, "--out", source / name, "--force")
        assert (status, "input of this run" in told) == (2, True)
        assert (source / name).read_bytes() == before


def test_what_would_be_read_the_next_time_goes_elsewhere(source: Path, tmp_path: Path) -> None:
    there = sorted(file.name for file in source.iterdir())
    for words in (
        ("health", "--out", source / "health.csv"),
        ("statements", "--out", source),
        ("simulate", "--trials", "10", "--out", source / "people.csv"),
    ):
        status, _, told = shell(words[0], source, "--period", "2026-Q2", *words[1:])
        assert (status, "would read this file as input" in told) == (2, True), words
    assert shell("plans", "export", source, source)[0] == 2
    assert sorted(file.name for file in source.iterdir()) == there
    link = tmp_path / "link"
    link.symlink_to(source)
    assert shell("health", source, "--period", "2026-Q2", "--out", link / "health.csv")[0] == 2
    # Payout lines are known for what they are, and passed over when the folder is read.
    for _ in range(2):
        assert shell("pay", source, "--out", source / "what we paid.csv")[0] == 0


def test_lines_that_are_called_paid_are_what_was_paid(source: Path, tmp_path: Path) -> None:
    """A name that a person gave is read, and no output has it."""
    lines = tmp_path / "payouts.csv"
    assert shell("pay", source, "--period", "2026-Q1", "--out", lines)[0] == 0
    shutil.copy(lines, source / "payouts.csv")
    assert shell("pay", source, "--period", "2026-Q2")[0] == 0
    (source / "payouts.csv").rename(source / "paid.csv")
    status, _, told = shell("pay", source, "--period", "2026-Q2")
    assert status == 2 and "paid.csv row 1 (currency)" in told
    status, _, told = shell("pay", source, "--period", "2026-Q2", "--ignore-column", "paid: currency")
    assert status == 0 and "paid.csv row 2 (amount)" in told
    status, _, told = shell("pay", source, "--period", "2026-Q1", "--out", source / "paid.csv", "--force")
    assert status == 2 and "--out: the result would replace an input of this run" in told
    (source / "paid.csv").unlink()
    status, _, told = shell("pay", source, "--period", "2026-Q1", "--out", source / "paid.csv")
    assert status == 2 and "the next run would read this file as input" in told


def test_the_folders_that_a_workbook_reads_are_inputs_too(book: Path, source: Path) -> None:
    opened = openpyxl.load_workbook(book)
    place = opened.defined_names["results_source"].attr_text
    sheet, cell = place.replace("$", "").split("!")
    opened[sheet.strip("'")][cell] = str(source)
    opened.save(book)
    before = (source / "results.csv").read_bytes()
    words = ("pay", book, "--period", "2026-Q2", "--out", source / "results.csv", "--force")
    status, _, told = shell(*words)
    assert (status, "input of this run" in told) == (2, True)
    assert (source / "results.csv").read_bytes() == before


def test_new_and_the_statements_replace_no_input(source: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.xlsx"
    shutil.copy(source / "roster.csv", roster)
    status, _, told = shell("new", roster, "--roster", roster, "--force")
    assert (status, "input of this run" in told) == (2, True)
    keys = tmp_path / "out" / "index.csv"
    keys.parent.mkdir()
    keys.write_text("employee_id,password\nE0001,x\n")
    words = ("statements", source, "--period", "2026-Q2", "--out", keys.parent, "--passwords", keys)
    assert shell(*words, "--employee", "E0001", "--force")[0] == 2
    assert keys.read_text().startswith("employee_id,password")


# ---- only what csm_xl made is replaced ------------------------------------------------------------------


def test_lines_replace_lines_and_nothing_else(book: Path, tmp_path: Path) -> None:
    words = ("pay", book, "--period", "2026-Q2", "--out")
    for name in ("lines.csv", "lines.xlsx"):
        out = tmp_path / name
        assert shell(*words, out)[0] == 0
        assert shell(*words, out)[0] == 0
    mine = tmp_path / "mine.csv"
    mine.write_text("my,notes\n1,2\n")
    workbook = Path(shutil.copy(book, tmp_path / "mine.xlsx"))
    noted = openpyxl.load_workbook(tmp_path / "lines.xlsx")
    noted["Payouts"]["A1"].value = "mine"
    noted.save(tmp_path / "noted.xlsx")
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(b"no workbook")
    for out in (mine, workbook, tmp_path / "noted.xlsx", picture):
        before = out.read_bytes()
        status, _, told = shell(*words, out)
        assert (status, "csm-xl did not write it" in told, "--force" in told) == (2, True, True)
        assert out.read_bytes() == before
        assert shell(*words, out, "--force")[0] == 0
        assert out.read_bytes() != before
    assert shell("health", book, "--period", "2026-Q2", "--out", tmp_path / "lines.csv")[0] == 2


@pytest.mark.parametrize("saved", [("\n", "\r\n"), ("\n", '"\n"'), ("", "\ufeff"), ("\n", ",\n")])
def test_lines_that_another_program_saved_are_not_replaced(source: Path, tmp_path: Path, saved) -> None:
    out = tmp_path / "out.csv"
    assert shell("pay", source, "--period", "2026-Q2", "--out", out)[0] == 0
    assert shell("pay", source, "--period", "2026-Q2", "--out", out)[0] == 0  # its own are
    before, after = saved
    text = out.read_text(encoding="utf-8")
    out.write_bytes((text.replace(before, after) if before else after + text).encode())
    status, _, told = shell("pay", source, "--period", "2026-Q2", "--out", out)
    assert status == 2 and "csm-xl did not write it" in told
    assert shell("pay", source, "--period", "2026-Q2", "--out", out, "--force")[0] == 0


def test_lines_that_a_person_edited_are_not_replaced(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    words = ("pay", source, "--period", "2026-Q2", "--out", out)
    assert shell(*words)[0] == 0
    text = out.read_text(encoding="utf-8")
    (tmp_path / "copy.csv").write_text(text, encoding="utf-8")
    assert shell(*words[:-1], tmp_path / "copy.csv")[0] == 0  # the same lines: nothing is lost
    out.replace(tmp_path / "moved.csv").replace(out)
    edited = text.replace("2026-Q2", "2026-Q1", 1)
    out.write_text(edited, encoding="utf-8", newline="")
    status, _, told = shell(*words)
    assert status == 2 and "it was changed or copied since" in told and "--force" in told
    assert out.read_text(encoding="utf-8") == edited
    assert shell(*words, "--force")[0] == 0
    assert out.read_text(encoding="utf-8") == text


def test_a_file_system_that_keeps_whole_seconds_does_not_ask_each_time(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert shell("pay", source, "--period", "2026-Q2", "--out", out)[0] == 0
    out.write_text(out.read_text(encoding="utf-8").replace("2026-Q2", "2026-Q1", 1), encoding="utf-8")
    os.utime(out, (1_800_000_000, 1_800_000_000))
    assert shell("pay", source, "--period", "2026-Q2", "--out", out)[0] == 0


def test_what_is_no_file_is_not_replaced(book: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    status, _, told = shell("pay", book, "--period", "2026-Q2", "--out", tmp_path / "pipe.csv", "--force")
    assert (status, "is not a file" in told) == (2, True)
    assert shell("pay", book, "--period", "2026-Q2", "--out", "/dev/null")[0] == 2
    (tmp_path / "one.csv").symlink_to("other.csv")
    (tmp_path / "other.csv").symlink_to("one.csv")
    status, _, told = shell("pay", book, "--period", "2026-Q2", "--out", tmp_path / "one.csv")
    assert (status, "is not a file" in told) == (2, True)


def test_a_link_is_written_through(book: Path, tmp_path: Path) -> None:
    real, link = tmp_path / "deep" / "lines.csv", tmp_path / "lines.csv"
    real.parent.mkdir()
    link.symlink_to(real)
    assert shell("pay", book, "--period", "2026-Q2", "--out", link)[0] == 0
    assert link.is_symlink()
    assert real.read_text().startswith("period,")


def test_the_demo_is_replaced_until_somebody_has_saved_it(demo: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "csm_plan.xlsx"
    shutil.copy(demo[0], path)
    assert shell("demo", "--out", tmp_path)[0] == 0
    openpyxl.load_workbook(path).save(path)
    before = path.read_bytes()
    status, _, told = shell("demo", "--out", tmp_path)
    assert (status, "--force" in told, path.read_bytes() == before) == (2, True, True)
    assert shell("demo", "--out", tmp_path, "--force")[0] == 0


def test_an_export_replaces_exports_and_no_plan_with_words_of_ones_own(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    assert shell("plans", "export", book, folder)[0] == 0
    plan = folder / "starter.toml"
    text = plan.read_text("utf-8")
    plan.write_text(text.replace("rate = 0.02", "rate = 0.03"), "utf-8")
    assert shell("plans", "export", book, folder)[0] == 0
    assert plan.read_text("utf-8") == text
    plan.write_text(f"# Agreed with finance.\n{text}", "utf-8")
    extra = folder / "old.toml"
    extra.write_text(
        "# Of last year.\n" + text.split("[[components]]")[0].replace('"starter"', '"old"'), "utf-8"
    )
    status, _, told = shell("plans", "export", book, folder)
    assert (status, "starter.toml" in told or extra.name in told) == (2, True)
    assert plan.read_text("utf-8").startswith("# Agreed")
    assert extra.exists()
    assert shell("plans", "export", book, folder, "--force")[0] == 0
    assert plan.read_text("utf-8") == text


def test_a_list_of_ones_own_is_no_index(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.csv").write_text("mine\n1\n")
    words = ("statements", book, "--period", "2026-Q2", "--out", out, "--employee", "E0001")
    status, _, told = shell(*words)
    assert (status, "index.csv" in told) == (2, True)
    assert [file.name for file in out.iterdir()] == ["index.csv"]
    assert shell(*words, "--force")[0] == 0


# ---- whole or not at all, and for the owner alone ------------------------------------------------------


def test_what_tells_of_people_is_for_its_owner_alone(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "statements"
    old = tmp_path / "lines.csv"
    assert shell("pay", book, "--period", "2026-Q2", "--out", old)[0] == 0
    old.chmod(0o644)
    assert shell("pay", book, "--period", "2026-Q2", "--out", old)[0] == 0
    assert shell("pay", book, "--total", "--period", "2026", "--out", tmp_path / "year.xlsx")[0] == 0
    assert shell("statements", book, "--period", "2026-Q2", "--out", out, "--employee", "E0001")[0] == 0
    assert mode(out) == 0o700
    assert {mode(path) for path in (old, tmp_path / "year.xlsx", *out.iterdir())} == {0o600}


@pytest.mark.parametrize(
    "words",
    [("pay", "--period", "2026-Q2", "--out", "OUT/lines.xlsx"),
     ("pay", "--period", "2026", "--out", "OUT/lines.csv"),
     ("statements", "--period", "2026-Q2", "--out", "OUT"), ("review", "--period", "2026-Q2", "--out", "OUT"),
     ("refresh",)],
)  # fmt: skip
def test_a_full_disk_is_told_and_leaves_nothing(book: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    before = book.read_bytes()
    given = [str(word).replace("OUT", str(out)) for word in words[1:]]
    limit = "import resource,os,sys; resource.setrlimit(resource.RLIMIT_FSIZE,(4096,4096));"
    run = f"{limit} os.execv(sys.argv[1], sys.argv[1:])"
    line = [sys.executable, "-c", run, SCRIPT, words[0], book, *given]
    alone = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=alone)
    assert done.returncode == 2, done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(out.iterdir()) == []
    assert book.read_bytes() == before
    assert {file.name for file in tmp_path.iterdir()} == {"out", book.name}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words", [("functions",), ("pay", "BOOK", "--json"), ("call", "CSM_CAP", "1", "0", "2")]
)
def test_output_that_cannot_be_printed_is_told(book: Path, words: tuple[str, ...]) -> None:
    given = [str(book) if word == "BOOK" else word for word in words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([SCRIPT, *given], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    "words",
    ["functions", "pay BOOK --json", "pay BOOK --period 2026-Q2", "--help", "explain BOOK E0001 2026-Q1"],
)
def test_a_reader_that_goes_away_ends_the_command_without_a_word(book: Path, words: str) -> None:
    line = f'"{SCRIPT}" {words.replace("BOOK", str(book))} | head -c 1 > /dev/null'
    assert in_a_shell(line)[1] == []


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_fault(book: Path, closed: str) -> None:
    assert in_a_shell(f'"{SCRIPT}" pay "{book}" --period 2026-Q2 {closed}') == (0, [])


def in_a_shell(line: str) -> tuple[int, list[str]]:
    """How a line ends in a shell, and what it says of faults. A shell warns of a locale that is not there."""
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    return done.returncode, [
        said for said in lines if not said.startswith("note ") and "setlocale" not in said
    ]


# ---- names --------------------------------------------------------------------------------------------


ODD = ["E1", "e1", "a/b", "a\\b", "a:b", "x*?", "CON", "nul.txt", "E1.", "..", "👩‍💼", "שלום", "漢字",
       "Ünïcödé", "x" * 300, "x" * 299 + "y",
       "-rf", "~root", "$(id)", "a\u202eb", "<b>", "%s", "a\tb"]  # fmt: skip


def test_every_id_gets_a_statement_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    roster = [
        ["employee_id", "plan_id", "base_salary", "hire_date"],
        *([who, "B", 60000, "2024-01-01"] for who in ODD),
    ]
    with (source / "roster.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(roster)
    plan = "plan_id,model,pay_period,target_basis\nB,base_only,quarter,ratio\n"
    (source / "plans.csv").write_text(plan, "utf-8")
    out = tmp_path / "out"
    status, _, told = shell("statements", source, "--period", "2026-Q1", "--out", out)
    assert status == 0, told
    with (out / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(ODD)
    names = [row["file"] for row in rows]
    assert len({name.casefold() for name in names}) == len(ODD)
    assert {path.name for path in out.iterdir()} == {"index.csv", *names}
    assert all(len(name.encode()) < 120 and not set(name) & set('/\\:*?"<>|\t\u202e') for name in names)
    one = shell("statements", source, "--period", "2026-Q1", "--out", tmp_path / "one", "--employee", "漢字")
    assert (one[0], "U+6F22" in one[2]) == (0, True)
