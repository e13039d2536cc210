"""csm-xl data: what figures there are, how old, from whom, and their rows."""

import csv
import json

from typer.testing import CliRunner

from csm_xl.cli.app import app

runner = CliRunner()


def shell(*words):
    result = runner.invoke(app, ["data", *(str(word) for word in words)])
    return result.exit_code, result.stdout, result.stderr


def test_every_dataset_is_listed_and_the_stale_ones_are_told():
    status, shown, told = shell("--today", "2026-11-22")
    assert status == 0
    for name in ("wages", "parities", "locations", "federal_tax", "state_tax"):
        assert name in shown
    assert "540" in shown and "1.5" in shown  # days and years since 31 May 2025
    assert "state_tax: the figures end on 2025-12-31" in told
    assert "federal_tax" not in told
    assert "federal_tax" in shell("--today", "2027-01-01")[2]
    assert shell("--today", "2025-06-01")[2] == ""


def test_one_dataset_is_told_with_its_source_and_written(tmp_path):
    out = tmp_path / "tax_brackets.csv"
    status, shown, told = shell("federal_tax", "--out", out)
    assert status == 0
    assert "CC0-1.0" in shown and "156 rows written" in told
    header, first, *_ = csv.reader(out.read_text(encoding="utf-8").splitlines())
    assert header == ["year", "tax", "from", "rate", "status", "deduction", "source"]
    assert first == ["2024", "federal", "0", "0.1", "single", "14600", "Rev. Proc. 2023-34"]
    assert "675 more" in shell("wages")[1]


def test_as_json():
    document = json.loads(shell("--json", "--today", "2026-11-22")[1])
    ages = {each["name"]: (each["age_days"], each["stale"]) for each in document["datasets"]}
    assert ages["wages"] == (540, False) and ages["state_tax"] == (326, True)
    assert [each["where"] for each in document["warnings"]] == ["parities", "locations", "state_tax"]
    one = json.loads(shell("parities", "--json")[1])
    assert one["table"][1] == ["0000000", "National", "US", 100.0] and one["rows"] == 52


def test_an_unknown_one_and_rows_of_none():
    status, _, told = shell("wagse")
    assert (status, "Did you mean 'wages'" in told) == (2, True)
    status, _, told = shell("--out", "a.csv")
    assert (status, "--out" in told) == (2, True)
