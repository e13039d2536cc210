"""`csm-xl simulate`: what it shows, writes and refuses."""

from __future__ import annotations

import csv
import json

import pytest
from test_simulate import company, spread
from typer.testing import CliRunner

from csm_xl.analysis.simulate import simulate
from csm_xl.cli.app import app
from csm_xl.engine.currency import all_in


@pytest.fixture
def folder(tmp_path):
    def write(name, tables):
        (tmp_path / name).mkdir()
        for raw in tables:
            with (tmp_path / name / f"{raw.name}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(raw.rows)
        return tmp_path / name

    return write


def ran(*arguments):
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def test_json_and_csv_are_what_python_gives(folder, tmp_path):
    tables = company(6, distributions=spread(mean=0.97, spread=0.07))
    here, out = folder("a", tables), tmp_path / "people.csv"
    done = ran(
        here, "--period", "2026-Q1", "--trials", 300, "--seed", 4, "--budget", 11000, "--json", "--out", out
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    found = simulate(tables, "2026-Q1", 300, 4)
    assert told["figures"] == dict(found.figures(11000)[1:])
    assert [list(row.values()) for row in told["people"]] == all_in(found.person_rows(), "USD")[1:]
    with out.open(encoding="utf-8") as file:
        assert [row[0] for row in csv.reader(file)] == ["employee_id", *found.people.ids]


def test_against_takes_people_and_results_of_the_first(folder):
    first = folder("a", company(6, [{"weight": 1, "measure": "NRR"}]))
    richer = company(6, [{"weight": 1, "measure": "NRR"}], {"target_value": 0.12})
    other = folder("b", [raw for raw in richer if raw.name in ("plans", "components")])
    done = ran(first, "--against", other, "--trials", 200, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["difference"]["mean"] == pytest.approx(told["figures"]["mean"] * 0.2, rel=1e-5)
    assert told["difference"]["cost at current results"] == 2400
    assert (
        told["difference"]["standard error of the mean"]
        < told["figures"]["standard error of the mean"] * 0.21
    )


def test_a_table_is_shown_and_a_fault_is_told(folder):
    here = folder("a", company(3))
    done = ran(here, "--trials", 50)
    assert done.exit_code == 0
    assert "P90" in done.output
    assert "standard deviation 0.1" in done.output
    bad = ran(folder("b", company(3, distributions=spread(spread=-1))), "--trials", 50)
    assert bad.exit_code == 2
    assert "distributions.csv row 2 (spread): spread is below 0" in bad.output
    assert ran(here, "--trials", 1).exit_code == 2


def test_against_says_from_where_each_table_is_taken(folder):
    parts = [{"weight": 1, "measure": "NRR"}]
    first = folder("a", company(6, parts))
    plans = [raw for raw in company(6, parts, {"target_value": 0.12}) if raw.name in ("plans", "components")]
    other = folder("b", plans)
    done = ran(first, "--against", other, "--trials", 50, "--json")
    assert (
        json.loads(done.stdout)["notes"][0]
        == f"Against: the plans from {other}; results, roster from {first}."
    )
    another = folder("c", company(9, parts))
    done = ran(first, "--against", another, "--trials", 50)
    shown = " ".join(done.output.split())
    assert f"Against: the plans, results, roster from {another}; nothing from {first}." in shown
    assert "The people are not the same: 6 in the first, 9 in the second, 6 in both." in shown
