"""`csm-xl health` and `csm-xl paygap` from the outside."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csm_xl.cli.app import app

SHIPPED = Path(__file__).parents[2] / "workbooks" / "csm_plan.xlsx"


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["employee_id", "Base salary (USD)", "Group", "Level", "Tenure"])
        for n in range(40):
            group, level, tenure = "MF"[n % 2], f"L{n % 3}", n % 7
            rows.writerow(
                [
                    f"E{n:04}",
                    70000 + 5000 * (n % 3) + 900 * tenure + 1500 * (group == "M"),
                    group,
                    level,
                    tenure,
                ]
            )
    return path


def test_health(tmp_path):
    out = tmp_path / "health.csv"
    ran = run("health", SHIPPED, "--period", "2026-Q1", "--out", out, "--json")
    assert ran.exit_code == 0, ran.output
    rows = json.loads(ran.stdout)
    found = {row["measure"]: row["value"] for row in rows if row["plan_id"] == "all plans"}
    paid = json.loads(run("pay", SHIPPED, "--period", "2026-Q1", "--json").stdout)
    lines = [line for line in paid["lines"] if line["component_target"]]
    assert found["people"] == len({line["employee_id"] for line in paid["lines"]})
    assert found["target"] == pytest.approx(sum(line["component_target"] for line in lines))
    assert found["paid"] == pytest.approx(sum(line["amount"] for line in paid["lines"]))
    assert found["paid_to_target"] == pytest.approx(
        sum(line["amount"] for line in lines) / sum(line["component_target"] for line in lines)
    )
    assert out.read_text("utf-8-sig").startswith("plan_id,measure,value,norm,verdict")
    assert run("health", SHIPPED, "--period", "2026-Q1").exit_code == 0


def test_paygap(people):
    ran = run(
        "paygap", people, "--pay", "base_salary", "--group", "group", "--with", "level, tenure", "--json"
    )
    assert ran.exit_code == 0, ran.output
    found = {row["part"]: row["amount"] for row in json.loads(ran.stdout)}
    assert found["unexplained"] == pytest.approx(1500)  # the pay has no other source of a gap
    assert run("paygap", people, "--pay", "base_salary", "--group", "group", "--with", "level").exit_code == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--pay": "salary"}, "has no column salary"),
        ({"--group": "tenure"}, "7 groups"),
        ({"--pay": "employee_id"}, "not a number"),
        ({"--with": "level,level"}, "the same name"),
        ({"--with": "employee_id"}, "too few people"),
    ],
)
def test_paygap_refuses(people, changed, said):
    options = {"--pay": "base_salary", "--group": "group", "--with": "level"} | changed
    ran = run("paygap", people, *(word for pair in options.items() for word in pair))
    assert ran.exit_code == 2 and said in ran.stderr


def test_paygap_names_the_row_that_lacks_a_column(people):
    options = ("--pay", "base_salary", "--group", "group", "--with", "tenure")
    text = people.read_text(encoding="utf-8")
    people.write_text(f"{text}\n\n", encoding="utf-8")
    assert run("paygap", people, *options).exit_code == 0, "blank lines at the end are nobody"
    people.write_text(f"{text}E9999,70000\n", encoding="utf-8")
    ran = run("paygap", people, *options)
    assert ran.exit_code == 2 and "group row 41: the cell is blank" in ran.stderr
