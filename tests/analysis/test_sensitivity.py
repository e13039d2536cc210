"""What the cost depends on: each figure against tables that are changed by hand and paid by themselves."""

import copy
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from pay_oracle import Oracle
from scenarios import Maker, raw
from small_company import company, pay, raws, result

from csm_xl.analysis.pay_curves import pay_curves
from csm_xl.analysis.sensitivity import sensitivity
from csm_xl.cli.app import app
from csm_xl.cli.files import csv_text
from csm_xl.errors import CsmError

Q1 = "2026-Q1"


def made():
    """Two people with a curve, a capped churn measure, goals, deals, events and a modifier."""
    tables = company("E0001", "E0002", curve_id="N", weight=0.5, modified=True)
    parts = [
        {"component_id": "CH", "type": "metric", "weight": 0.3, "measure": "CHURN", "direction": "lower",
         "cap": 1.1},
        {"component_id": "G", "type": "goals", "weight": 0.2},
        {"component_id": "D", "type": "commission", "tier_id": "T"},
        {"component_id": "S", "type": "spif", "fixed_amount": 100},
    ]  # fmt: skip
    tables["components"] += [{"plan_id": "S"} | part for part in parts]
    knots = ((0.9, 0.5), (1, 1), (1.1, 1.5))
    tables["curves"] = [{"curve_id": "N", "attainment": a, "payout": p} for a, p in knots]
    tables["tiers"] = [
        {"tier_id": "T", "from": 0, "rate": 0.01},
        {"tier_id": "T", "from": 5000, "rate": 0.02},
    ]
    for measure, actuals in (("CSAT", (95, 108)), ("CHURN", (80, 130))):
        tables["results"] += [result(f"E000{n}", actual, 100, measure) for n, actual in enumerate(actuals, 1)]
    tables["goals"] = [{"period": Q1, "employee_id": who, "goal": "g", "weight": 1, "score": 0.8}
                       for who in ("E0001", "E0002")]  # fmt: skip
    tables["deals"] = [{"deal_id": "1", "date": "2026-02-01", "amount": 9000, "employee_id": "E0001"}]
    tables["events"] = [{"date": "2026-02-01", "employee_id": "E0002", "component_id": "S", "count": 3}]
    tables["modifiers"] = [{"period": Q1, "scope": "company", "factor": 1.2}]
    tables["roster"][1]["target_ratio"] = 0.15
    return tables


def changed(label, factor):
    """The tables with one input multiplied, written out by hand."""
    tables = copy.deepcopy(made())
    attained = tables["results"]
    if label == "base salaries":
        for row in tables["roster"]:
            row["base_salary"] *= factor
    elif label == "headcount, as everyone's FTE":
        for row in tables["roster"]:
            row["fte"] = factor
    elif label == "target of plan S":
        tables["plans"][0]["target_value"] = 0.1 * factor
        tables["roster"][1]["target_ratio"] = 0.15 * factor
    elif label == "attainment of CSAT of each person":
        for row in attained[:2]:
            row["actual"] *= factor
    elif label == "attainment of CHURN of each person":
        for row, reached in zip(attained[2:], (1.2, 0.7), strict=True):
            row["actual"] = 100 * (2 - reached * factor)
    elif label == "scores of goals":
        for row in tables["goals"]:
            row["score"] *= factor
    elif label == "cap of component S/CH":
        tables["components"][1]["cap"] *= factor
    elif label == "fixed_amount of component S/S":
        tables["components"][4]["fixed_amount"] *= factor
    elif label.startswith("curve N at "):
        at = float(label.split()[-1])
        next(row for row in tables["curves"] if row["attainment"] == at)["payout"] *= factor
    elif label.startswith("tier table T from "):
        at = float(label.split()[-1])
        next(row for row in tables["tiers"] if row["from"] == at)["rate"] *= factor
    else:
        name, column = {"amounts of deals": ("deals", "amount"), "counts of events": ("events", "count"),
                        "modifiers": ("modifiers", "factor")}[label]  # fmt: skip
        tables[name][0][column] *= factor
    return tables


def total(tables):
    return round(sum(line["amount"] for line in pay(tables)), 4)


def test_every_input_as_if_it_were_typed():
    found = sensitivity(raws(made()), Q1, 0.1)
    assert found.base == total(made())
    assert len(found.swings) == 16
    for one in found.swings:
        typed = [total(changed(one.label, factor)) for factor in (0.9, 1.1)]
        assert [one.low, one.high] == pytest.approx(typed, abs=0.011), one.label
        assert one.swing == pytest.approx(max(*typed, found.base) - min(*typed, found.base), abs=0.021)
    swings = [one.swing for one in found.swings]
    assert swings == sorted(swings, reverse=True)
    assert len(set(swings)) > 10


def test_what_cannot_be_moved_alone_says_so():
    tables = made()
    tables["components"][1] |= {"floor": 1.05}
    rows = {row[0]: row for row in sensitivity(raws(tables), Q1, 0.1).rows()}
    assert rows["cap of component S/CH"][2] is None
    assert "not at × 0.9" in rows["cap of component S/CH"][6]
    assert rows["floor of component S/CH"][4] is None


@pytest.mark.parametrize("change", [0, 1, -0.1, float("nan")])
def test_a_change_that_is_none(change):
    with pytest.raises(CsmError, match="the change must be a fraction"):
        sensitivity(raws(made()), Q1, change)


def test_several_currencies_are_refused():
    tables = made()
    tables["plans"].append(tables["plans"][0] | {"plan_id": "B", "currency": "EUR"})
    tables["components"].append({"plan_id": "B", "component_id": "C", "type": "metric", "weight": 1,
                                 "measure": "CSAT"})  # fmt: skip
    tables["roster"][1]["plan_id"] = "B"
    tables["events"] = []
    with pytest.raises(CsmError, match="several currencies"):
        sensitivity(raws(tables), Q1)


@pytest.mark.parametrize("seed", range(6))
def test_random_plans_against_the_oracle(seed):
    """Salaries a tenth higher, paid by an independent reckoning."""
    scene = Maker(seed, round_inputs=True)
    found = sensitivity(raw(scene.tables), scene.asked, 0.5)
    assert found.base == pytest.approx(float(sum(r["amount"] for r in Oracle(scene.tables).pay(scene.asked))))
    more = copy.deepcopy(scene.tables)
    for row in (*more["roster"], *more["changes"]):
        if row.get("base_salary"):
            row["base_salary"] = row["base_salary"] * 3 / 2
    paid = float(sum(row["amount"] for row in Oracle(more).pay(scene.asked)))
    assert next(one.high for one in found.swings if one.label == "base salaries") == pytest.approx(paid)


def test_pay_curves():
    header, *rows = pay_curves(raws(made()), Q1, (0.8, 0.95, 1.05, 1.3))
    assert header == ["plan_id", "component_id", "attainment", "payout", "ratio", "currency"]
    assert {row[5] for row in rows} == {"USD"}
    # E0001: a target of 2,000, half of it × 1.2 through the curve; churn capped at 1.1; 90 + 0.02 × 4,000.
    curve = {row[2]: row[3] for row in rows if row[1] == "C"}
    assert curve == {0.8: 0, 0.95: 900, 1.05: 1500, 1.3: 1800}
    assert {row[2]: row[3] for row in rows if row[1] == "CH"} == {0.8: 480, 0.95: 570, 1.05: 630, 1.3: 660}
    assert {row[2]: row[3] for row in rows if row[1] == "G"} == {0.8: 320, 0.95: 380, 1.05: 420, 1.3: 520}
    assert {row[2]: row[3] for row in rows if row[1] == "D"} == dict.fromkeys((0.8, 0.95, 1.05, 1.3), 130)
    totals = [row for row in rows if row[1] == "total"]
    assert [row[3] for row in totals] == [930, 1980, 2680, 3110]
    assert [row[4] for row in totals] == [0.465, 0.99, 1.34, 1.555]
    assert rows[-4:] == totals


def test_the_command(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for table in raws(made()):
        (data / f"{table.name}.csv").write_text(csv_text(table.rows), "utf-8")
    out, curves = tmp_path / "out.csv", tmp_path / "curves.csv"
    told = CliRunner().invoke(app, ["sensitivity", str(data), "--out", str(out), "--curves", str(curves)])
    assert told.exit_code == 0, told.output
    assert "base salaries" in told.output
    assert len(out.read_text("utf-8").splitlines()) == 17
    assert curves.read_text("utf-8").startswith(
        "plan_id,component_id,attainment,payout,ratio,currency\nS,C,0,0,0,USD\n"
    )
    found = json.loads(CliRunner().invoke(app, ["sensitivity", str(data), "--json"]).stdout)
    assert found["base"] == total(made())
    assert CliRunner().invoke(app, ["sensitivity", str(data), "--change", "2"]).exit_code == 2
