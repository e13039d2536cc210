"""No input gives a traceback, or takes long: each is refused in words, with its place."""

import os
from pathlib import Path

import pytest
from commands import shell

PLAN = """
[[plans]]
plan_id = "P"
model = "base_bonus"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.1
[[components]]
plan_id = "P"
component_id = "retention"
type = "metric"
weight = 1.0
measure = "GRR"
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,P,80000,2024-01-01\n"
RESULTS = "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,GRR,0.9,0.9\n"
DIGITS = "9" * 6000


def pay(folder: Path, **files: str | bytes) -> tuple[int, str]:
    folder.mkdir(exist_ok=True)
    for name, said in ({"plan.toml": PLAN, "roster.csv": ROSTER, "results.csv": RESULTS} | files).items():
        (folder / name).write_bytes(said if isinstance(said, bytes) else said.encode())
    status, _, told = shell("pay", folder, "--period", "2026-Q1")
    return status, told


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (PLAN.replace("0.1", DIGITS), "plan.toml line 7: the whole number is too large"),
        (PLAN.replace("0.1", f"0x{'f' * 6000}"), "plans[1].target_value: the whole number is too large"),
        (PLAN.replace("0.1", "9" * 30), "plans[1].target_value: the whole number is too large"),
        (PLAN + f"notes = {{ a = {DIGITS} }}\n", "the whole number is too large"),
        (PLAN + "x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        (PLAN + "x = " + "[" * 100 + "]" * 100, "nested too deeply"),
        (PLAN + "x = " + "{a=" * 3000 + "1" + "}" * 3000, "nested too deeply"),
        (PLAN + "[a" + ".a" * 5000 + "]\n", "nested too deeply"),
        (PLAN.replace("0.1", "nan"), "plans[1].target_value: nan is not a number"),
        (PLAN.replace("weight = 1.0", "weight = inf"), "components[1].weight: infinity is not a number"),
        (PLAN.replace("0.1", "-inf"), "infinity is not a number"),
        (PLAN.encode("utf-16"), "not text in UTF-8"),
        ((PLAN + "# é").encode("latin-1"), "not text in UTF-8"),
        (PLAN + "\0", "the TOML is broken"),
        ("plans = 3\n", "Head each entry with [[plans]]"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_in_words(tmp_path: Path, plan: str | bytes, says: str) -> None:
    status, told = pay(tmp_path, **{"plan.toml": plan})
    assert (status, says in told) == (2, True), told[:2000]
    assert max(map(len, told.splitlines())) < 1000


@pytest.mark.parametrize(
    ("roster", "says"),
    [
        (ROSTER.replace("80000", DIGITS), "roster.csv row 2 (base_salary): the number is too large"),
        (ROSTER.replace("80000", "1e999"), "too large"),
        (ROSTER.replace("80000", "1e300"), "too large"),
        (ROSTER.replace("80000", "nan"), "not a number"),
        (ROSTER.replace("80000", "inf"), "not a number"),
        (ROSTER.replace("2024-01-01", "99999-01-01"), "not a date"),
        (ROSTER.replace("2024-01-01", "999999999999"), "not a date"),
        (ROSTER.replace("E1", "E\0"), "binary"),
        (ROSTER + "\n" * 5000 + "E\0,P,1,2024-01-01\n", "binary"),
        (ROSTER.encode("utf-32"), "binary"),
        (ROSTER.encode("utf-16-le"), "binary"),
        (",".join(f"h{at}" for at in range(100_000)), "is missing"),
        (ROSTER + "E3,P,1,2024-01-01" + ",x" * 100_000, "100004 cells under 4 headers"),
        ('"' * 100_001, "not CSV"),
        ("", "roster"),
    ],
)  # fmt: skip
def test_a_roster_that_cannot_be_is_refused_in_words(tmp_path: Path, roster: str | bytes, says: str) -> None:
    status, told = pay(tmp_path, **{"roster.csv": roster})
    assert (status, says in told) == (2, True), told[:2000]
    assert max(map(len, told.splitlines())) < 2000


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "latin-1"])
def test_what_excel_writes_is_read(tmp_path: Path, coding: str) -> None:
    roster, results = (text.replace("E1", "É1") for text in (ROSTER, RESULTS))
    status, told = pay(tmp_path, **{"roster.csv": roster.encode(coding), "results.csv": results})
    assert (status, told) == (0, "")


@pytest.mark.parametrize("what", ["folder", "dangling link", "link to itself", "pipe", "device"])
def test_what_is_no_file_is_named(tmp_path: Path, what: str) -> None:
    pay(tmp_path)
    path = tmp_path / "roster.csv"
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"dangling link": "nowhere", "link to itself": "roster.csv"}.get(what, "/dev/zero"))
    for out in ((), ("--out", tmp_path.with_suffix(".csv")), ("--out", tmp_path / "payouts.csv")):
        status, _, told = shell("pay", tmp_path, "--period", "2026-Q1", *out)
        assert (status, "roster.csv: this is not a readable file" in told) == (2, True)


@pytest.mark.parametrize("command", ["statements", "health", "lint", "import"])
@pytest.mark.parametrize("name", ["more.csv", "more.parquet", "more.toml", "sources.toml"])
def test_a_pipe_in_a_folder_is_never_waited_for(tmp_path: Path, name: str, command: str) -> None:
    folder, out = tmp_path / "in", tmp_path / ("out" if command == "statements" else "out.csv")
    folder.mkdir()
    pay(folder)
    os.mkfifo(folder / name)
    words = ("--into", folder, "--yes") if command == "import" else (folder, "--out", out)
    period = ("--period", "2026-Q1") if command in ("statements", "health") else ()
    status, _, told = shell(command, *words, *period)
    assert status == 2
    assert f"{name}: this is not a readable file" in told or (command, name) == ("import", "more.parquet")


@pytest.mark.parametrize(
    "words",
    [
        ("call", "CSM_GINI", "[" * 50_000 + "]" * 50_000),
        ("call", "CSM_GINI", '{"a":' * 20_000 + "1" + "}" * 20_000),
        ("call", "CSM_CAP", DIGITS, "1"), ("call", "CSM_CAP", f"[{DIGITS}]"),
        ("call", "CSM_CAP", f"{{{DIGITS}}}"),
        ("call", "CSM_CAP", "[[NaN]]"), ("call", "CSM_CAP", "1e999"), ("call", f"=CSM_CAP({DIGITS},1,2)"),
        ("call", "=" + "CSM_CAP(" * 3000), ("pay", "a" * 5000), ("pay", "/dev/null"), ("refresh", "."),
        ("refresh", "/dev/null"), ("new", "n.xlsx", "--roster", "/dev/zero"),
        ("new", "n.xlsx", "--roster", "."),
        ("new", "n.xlsx", "--roster", "/dev/null"), ("tables", DIGITS), ("lint", "/dev/null"),
    ],
)  # fmt: skip
def test_an_argument_that_cannot_be_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, told = shell(*words)
    assert (status, out) == (2, "")
    assert told
    assert max(map(len, told.splitlines())) < 1000
    assert list(tmp_path.iterdir()) == []
