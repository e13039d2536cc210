"""Two plans compared: against an independent reckoning of both, and changes made one at a time by hand."""

import copy
import json
import random
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from pay_oracle import Oracle
from scenarios import Maker, raw
from small_company import company, raws, result
from sweeps import swept

from csm_xl.analysis.diff import diff, diff_of_plans
from csm_xl.cli.app import app
from csm_xl.cli.files import csv_text
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.schema import PLAN_TABLES

Q1 = "2026-Q1"
KNOTS = ((0.9, 0.5), (1, 1), (1.1, 1.5))


def two():
    """Two people on two measures, one through a curve, and those tables again to be changed."""
    tables = company("E0001", "E0002", curve_id="N", weight=0.5)
    tables["components"].append(
        {"plan_id": "S", "component_id": "G", "type": "metric", "weight": 0.5, "measure": "REVENUE"}
    )
    tables["curves"] = [{"curve_id": "N", "attainment": a, "payout": p} for a, p in KNOTS]
    reached = {
        ("E0001", "CSAT"): 90,
        ("E0002", "CSAT"): 110,
        ("E0001", "REVENUE"): 90,
        ("E0002", "REVENUE"): 120,
    }
    tables["results"] = [result(who, actual, 100, measure) for (who, measure), actual in reached.items()]
    tables["roster"][0]["manager_id"] = tables["roster"][1]["location"] = "M1"
    return tables, copy.deepcopy(tables)


def compared(before, after, period=Q1):
    return diff(raws(before), raws(after), period)


def steps(found):
    return {label: amount for label, amount, _ in found.waterfall()[2:-1]}


def test_every_change_by_hand():
    before, after = two()
    after["plans"][0]["target_value"] = 0.12
    after["components"][0]["weight"], after["components"][1]["weight"] = 0.6, 0.4
    after["components"][1]["cap"] = 1.1
    after["curves"][2]["payout"] = 1.75
    found = compared(before, after)
    # Targets of 2,000 become 2,400. At first E0001 has 1,000 × (0.5 + 0.9), E0002 1,000 × (1.5 + 1.2).
    assert steps(found) == {
        "plan S: target_value 0.1 → 0.12": 820,
        "component S/C: weight 0.5 → 0.6; component S/G: weight 0.5 → 0.4": -24,
        "component S/G: cap blank → 1.1": -96,
        "curve N: at 1.1 pays 1.5 → 1.75": 360,
    }
    assert [row[-3:] for row in found.persons()[1:]] == [[1400, 1584, 184], [2700, 3576, 876]]
    assert found.rows()[1] == ["total", "All", "USD", 2, 4100, 5160, 1060, 2, 0]
    weights = next(row for row in found.rows() if "weight" in row[1])
    assert weights == ["change", weights[1], "USD", 2, 4920, 4896, -24, 1, 1]
    assert [row[:7] for row in found.rows() if row[0] in ("manager", "location")] == [
        ["location", "M1", "USD", 1, 2700, 3576, 876], ["location", "not stated", "USD", 1, 1400, 1584, 184],
        ["manager", "M1", "USD", 1, 1400, 1584, 184], ["manager", "not stated", "USD", 1, 2700, 3576, 876],
    ]  # fmt: skip
    chart = found.waterfall()[1:]
    assert [chart[0], chart[-1]] == [["Before", 4100, 4100], ["After", 5160, 5160]]
    assert [row[2] for row in chart[1:-1]] == [4920, 4896, 4800, 5160]


def test_the_same_plans_differ_in_nothing():
    before, after = two()
    after["components"].reverse()
    after["roster"] = [{"employee_id": "E9", "plan_id": "S", "base_salary": 1, "hire_date": date(2026, 1, 1)}]
    found = compared(before, after)  # people of the second tables are passed over
    assert steps(found) == {}
    assert found.people == ["E0001", "E0002"]
    assert (found.before == found.after).all()


def test_changes_that_cannot_stand_alone_come_together():
    before, after = two()
    before["components"][0] |= {"floor": 0.1, "cap": 0.4}
    after["components"][0] |= {"floor": 0.6, "cap": 0.8}  # a floor of 0.6 cannot be under a cap of 0.4
    found = compared(before, after)
    assert list(steps(found)) == ["component S/C: cap 0.4 → 0.8", "component S/C: floor 0.1 → 0.6"]
    before["components"][1] |= {"gate_measure": "CSAT", "gate_minimum": 0.95}
    found = compared(before, after)
    assert "component S/G: gate_measure CSAT → blank, gate_minimum 0.95 → blank" in steps(found)


def test_components_and_knots_that_come_and_go():
    before, after = two()
    after["components"] = [after["components"][0] | {"weight": 0.7, "component_name": "Another name"},
                           {"plan_id": "S", "component_id": "T", "type": "goals", "weight": 0.3,
                            "curve_id": "new"}]  # fmt: skip
    after["curves"] = [one for one in after["curves"] if one["attainment"] != 1]
    after["curves"] += [{"curve_id": "new", "attainment": 0, "payout": 2}]
    for tables in (before, after):
        tables["goals"] = [{"period": Q1, "employee_id": who, "goal": "g", "weight": 1, "score": 1}
                           for who in ("E0001", "E0002")]  # fmt: skip
    found = compared(before, after)
    assert list(steps(found)) == [
        "component S/C: weight 0.5 → 0.7; component S/G (metric, weight 0.5) removed;"
        " component S/T (goals, weight 0.3) added",
        "curve N: at 1 no longer",
    ]
    assert found.after.tolist() == [int((1400 * 0.5 + 600 * 2) * 1e4), int((1400 * 1.5 + 600 * 2) * 1e4)]


def test_next_years_plan_changes_its_dates_as_one():
    before, after = two()
    for tables, start in ((before, date(2025, 1, 1)), (after, date(2026, 1, 1))):
        for row in (*tables["plans"], *tables["components"]):
            row["valid_from"] = start
    after["plans"][0]["target_value"] = 0.2
    found = compared(before, after)
    dates = "plan S: valid_from 2025-01-01 → 2026-01-01"
    assert list(steps(found)) == ["plan S: target_value 0.1 → 0.2", dates + "; " + "; ".join(
        f"component S/{name}: valid_from 2025-01-01 → 2026-01-01" for name in "CG")]  # fmt: skip
    assert list(steps(found).values()) == [4100, 0]


def test_one_plan_in_the_place_of_another():
    tables, _ = two()
    tables["plans"].append(tables["plans"][0] | {"plan_id": "B", "target_value": 0.2})
    tables["components"].append({"plan_id": "B", "component_id": "C", "type": "metric", "weight": 1,
                                 "measure": "CSAT", "curve_id": "N"})  # fmt: skip
    tables["roster"].append(tables["roster"][0] | {"employee_id": "E0003", "plan_id": "B"})
    tables["results"].append(result("E0003", 100, 100))
    found = diff_of_plans(raws(tables), Q1, "S", "B")
    assert found.people == ["E0001", "E0002"]
    assert found.after.tolist() == [4000 * 5000, 4000 * 15000]
    assert sum(steps(found).values()) == 8000 - 4100
    assert not diff_of_plans(raws(tables), Q1, "B", "B").labels
    with pytest.raises(CsmError, match="plan_b: unknown plan"):
        diff_of_plans(raws(tables), Q1, "S", "Z")


def adjustment(period, amount, component, kind="clawback", who="E0001"):
    return {"period": period, "employee_id": who, "amount": amount, "reason": "cancelled",
            "component_id": component, "kind": kind}  # fmt: skip


def with_another_plan(*adjustments, **plan):
    """The company, and a plan B that has none of plan S's components."""
    tables, _ = two()
    tables["components"].append({"plan_id": "S", "component_id": "upsell", "type": "commission", "rate": 0.01,
                                 "deal_kinds": "upsell"})  # fmt: skip
    tables["plans"].append(tables["plans"][0] | {"plan_id": "B", "model": "base_variable"} | plan)
    tables["components"].append({"plan_id": "B", "component_id": "upsell_am", "type": "commission",
                                 "rate": 0.06, "deal_kinds": "upsell"})  # fmt: skip
    tables["deals"] = [{"deal_id": "d", "date": date(2026, 2, 1), "amount": 1000, "kind": "upsell",
                        "employee_id": "E0001"}]  # fmt: skip
    return tables | {"adjustments": list(adjustments)}


def test_an_adjustment_of_a_component_that_the_other_plan_lacks_is_shown_apart():
    before, after = 1400 + 10 + 2700, 60
    plain = diff_of_plans(raws(with_another_plan()), Q1, "S", "B").rows()
    assert plain[1][:7] == ["total", "All", "USD", 2, before, after, after - before]
    other_period = adjustment("2026-Q3", -250, "upsell")
    assert diff_of_plans(raws(with_another_plan(other_period)), Q1, "S", "B").rows() == plain
    adjusted = (adjustment(Q1, -250, "upsell"), adjustment(Q1, 30, "C", "manual", "E0002"),
                adjustment(Q1, 5, None, "manual"))  # fmt: skip
    found = diff_of_plans(raws(with_another_plan(other_period, *adjusted)), Q1, "S", "B")
    assert found.rows()[1][4:7] == [before - 215, after - 215, after - before]
    assert sum(steps(found).values()) == after - before
    lacking = ", a component that the other plan does not have"
    assert [row[1:] for row in found.rows() if row[0] == "adjustment"] == [
        ["manual of C" + lacking, "USD", 1, 30, 30, 0, 0, 0],
        ["manual", "USD", 1, 5, 5, 0, 0, 0],
        ["clawback of upsell" + lacking, "USD", 1, -250, -250, 0, 0, 0],
    ]
    assert [row[-3:] for row in found.persons()[1:]] == [[1165, -185, -1350], [2730, 30, -2700]]


@pytest.mark.parametrize("plan", [{"pay_period": "month"}, {"rounding_unit": 1}])
def test_an_adjustment_is_paid_as_typed_under_a_plan_of_another_pay_period_or_unit(plan):
    tables = with_another_plan(adjustment(Q1, -0.25, "upsell"), **plan)
    found = diff_of_plans(raws(tables), Q1, "S", "B")
    assert found.rows()[1][4:7] == [4109.75, 59.75, -4050]


def test_two_files_whose_components_have_other_names():
    before = with_another_plan(adjustment(Q1, 40, "upsell"))
    after = copy.deepcopy(before)
    for row in after["components"]:
        row["component_id"] += " 2026"
    found = compared(before, after)
    assert found.before.tolist() == found.after.tolist() == [13700000, 27000000]
    assert [row[1] for row in found.rows() if row[0] == "adjustment"] == [
        "clawback of upsell, a component that the other plan does not have"
    ]


def test_currencies_are_never_added():
    tables, after = two()
    for each in (tables, after):
        each["plans"].append(each["plans"][0] | {"plan_id": "B", "currency": "EUR"})
        each["components"].append({"plan_id": "B", "component_id": "C", "type": "metric", "weight": 1,
                                   "measure": "REVENUE"})  # fmt: skip
        each["roster"][1]["plan_id"] = "B"
    after["plans"][0]["target_value"], after["plans"][1]["target_value"] = 0.2, 0.05
    found = compared(tables, after)
    assert [row[2:7] for row in found.rows() if row[0] == "total"] == [
        ["EUR", 1, 2400, 1200, -1200], ["USD", 1, 1400, 2800, 1400]]  # fmt: skip
    assert [row[2:7] for row in found.rows() if row[0] == "change" and row[1].startswith("plan B")] == [
        ["EUR", 1, 2400, 1200, -1200], ["USD", 1, 2800, 2800, 0]]  # fmt: skip
    assert found.waterfall("EUR")[-1] == ["After", 1200, 1200]
    with pytest.raises(CsmError, match="several currencies"):
        found.waterfall()
    after["plans"][1]["currency"] = "GBP"
    with pytest.raises(CsmError, match="EUR, then GBP"):
        compared(tables, after)


def test_second_plans_that_cannot_pay_are_refused():
    before, after = two()
    after["plans"][0]["plan_id"] = "T"
    for row in after["components"]:
        row["plan_id"] = "T"
    with pytest.raises(CsmError, match="plan S is missing in the second plans, but E0001, E0002 are on it"):
        compared(before, after)
    before, after = two()
    after["components"][0]["weight"] = 0.7
    with pytest.raises(CsmError, match=r"sum to 1\.2"):
        compared(before, after)


def tweaked(tables, seed):
    """The plans with a few cells changed at random, so that they still stand."""
    rng = random.Random(seed)
    after = copy.deepcopy(tables)
    for row in after["plans"]:
        if rng.random() < 0.5:
            row["target_value"] = row["target_value"] * Decimal("1.1")
        if rng.random() < 0.3:
            row["rounding"] = rng.choice(["line", "total", "step"])
        if rng.random() < 0.3:
            row["plan_cap"] = rng.choice([None, Decimal("1.2")])
        if rng.random() < 0.3:
            row["combination"] = rng.choice(["additive", "multiplicative"])
    for row in after["components"]:
        if "curve_id" in row and rng.random() < 0.3:
            row["curve_id"] = rng.choice([None, "R", "J"])
        if rng.random() < 0.2 and row["type"] in ("metric", "goals"):
            row["cap"] = Decimal("1.05")
        if row["type"] == "spif":
            row["fixed_amount"] += Decimal("10.01")
    for row in after["curves"]:
        if rng.random() < 0.2 and row["attainment"] >= 1:
            row["payout"] += Decimal("0.07")
    rng.shuffle(after["components"])
    return after


@pytest.mark.parametrize("seed", swept(range(12)))
def test_random_plans_in_each_others_place_lose_no_cent(seed):
    """Whatever components the other plan lacks: events, amounts really paid and adjustments name them."""
    made = Maker(seed, round_inputs=True)
    tables, rng = made.tables, random.Random(seed)
    lines = [line for line in run(raw(tables), made.asked).dicts() if rng.random() < 0.5]
    tables["adjustments"] = [adjustment(line["period"], rng.randint(1, 99), line["component_id"],
                                        rng.choice(["manual", "clawback", "release"]), line["employee_id"])
                             for line in lines]  # fmt: skip
    plans = sorted({row["plan_id"] for row in tables["plans"]})
    for plan, other in ((plan, other) for plan in plans for other in plans if plan != other):
        found = diff_of_plans(raw(tables), made.asked, plan, other)
        assert (found.effects.sum(axis=0) == found.after - found.before).all()
        total = sum(row[6] for row in found.rows() if row[0] == "total")
        for part in ("change", "plan", "person"):
            assert sum(row[6] for row in found.rows() if row[0] == part) == pytest.approx(total, abs=1e-6)
        paid = {row["employee_id"]: 0 for row in tables["roster"]}
        for row in tables["adjustments"]:
            paid[row["employee_id"]] += -row["amount"] if row["kind"] == "clawback" else row["amount"]
        shown = sum(amounts for amounts in found.adjustments.values()) if found.adjustments else 0
        assert sum(np.broadcast_to(shown, len(found.people)).tolist()) == 10_000 * sum(
            paid[who] for who in found.people)  # fmt: skip


@pytest.mark.parametrize("seed", swept(range(24)))
def test_random_plans_against_the_oracle(seed):
    made = Maker(seed, round_inputs=seed % 2 == 0)
    after = tweaked(made.tables, seed)
    found = diff(raw(made.tables), raw(after), made.asked)
    paid = []
    for tables in (made.tables, made.tables | {name: after[name] for name in PLAN_TABLES if name in after}):
        sums = dict.fromkeys(found.people, 0)
        for row in Oracle(tables).pay(made.asked):
            sums[row["employee_id"]] += row["amount"]
        paid.append([int(amount * 10_000) for amount in sums.values()])
    assert [found.before.tolist(), found.after.tolist()] == paid
    assert (found.effects.sum(axis=0) == found.after - found.before).all()
    assert sum(round(row[6] * 10_000) for row in found.rows() if row[0] == "change") == sum(paid[1]) - sum(
        paid[0]
    )
    for part in ("plan", "level", "person"):
        rows = [row for row in found.rows() if row[0] == part]
        assert sum(round(row[6] * 10_000) for row in rows) == sum(paid[1]) - sum(paid[0])


def folder(path, tables):
    path.mkdir()
    for table in raws(tables):
        (path / f"{table.name}.csv").write_text(csv_text(table.rows), "utf-8")
    return str(path)


def test_the_command(tmp_path):
    before, after = two()
    after["plans"][0]["target_value"] = 0.12
    a, b = folder(tmp_path / "a", before), folder(tmp_path / "b", after)
    told = CliRunner().invoke(app, ["diff", a, b, "--period", Q1, "--out", str(tmp_path / "d.csv")])
    assert told.exit_code == 0, told.output
    assert "target_value 0.1 → 0.12" in told.output
    assert "2 gain, 0 lose, 0 unchanged." in told.output
    assert "total,All,USD,2,4100,4920,820,2,0" in (tmp_path / "d.csv").read_text("utf-8")
    found = json.loads(CliRunner().invoke(app, ["diff", a, b, "--json"]).stdout)
    assert found["period"] == Q1
    assert [row["difference"] for row in found["people"]] == [280, 540]
    assert found["waterfall"]["USD"][-1] == {"label": "After", "amount": 4920, "cumulative": 4920}
    assert CliRunner().invoke(app, ["diff", a, "--period", Q1]).exit_code == 2
    assert CliRunner().invoke(app, ["diff", a, b, "--plan", "S", "--with", "S"]).exit_code == 2
    same = CliRunner().invoke(app, ["diff", a, "--plan", "S", "--with", "S"])
    assert "The plans do not differ in anything that affects pay." in same.output


def test_a_new_component_without_events_is_named_and_counted_as_0(tmp_path):
    before, after = two()
    after["components"].append({"plan_id": "S", "component_id": "REFER", "type": "spif",
                                "fixed_amount": Decimal(500)})  # fmt: skip
    found = compared(before, after)
    assert found.before.tolist() == found.after.tolist()
    assert [row[:7] for row in found.rows() if row[0] == "counted as 0"] == [
        ["counted as 0", "spif REFER is new and has no events: counted as 0", "USD", 2, 0, 0, 0]
    ]
    a, b = folder(tmp_path / "a", before), folder(tmp_path / "b", after)
    told = CliRunner().invoke(app, ["diff", a, b, "--period", Q1])
    assert "New components without data" in told.output
    assert "spif REFER is new" in told.output
    shown = json.loads(CliRunner().invoke(app, ["diff", a, b, "--period", Q1, "--json"]).stdout)
    assert [row["people"] for row in shown["counted as 0"]] == [2]


def test_a_new_component_is_named_though_others_have_events_of_it():
    tables = two()[0]
    tables["plans"].append(tables["plans"][0] | {"plan_id": "T"})
    tables["components"] += [one | {"plan_id": "T"} for one in tables["components"]]
    tables["components"].append({"plan_id": "T", "component_id": "REFER", "type": "spif",
                                 "fixed_amount": Decimal(500)})  # fmt: skip
    tables["roster"].append(tables["roster"][0] | {"employee_id": "E0009", "plan_id": "T"})
    tables["results"] += [one | {"id": "E0009"} for one in tables["results"] if one["id"] == "E0001"]
    tables["events"] = [{"date": date(2026, 2, 1), "employee_id": "E0009", "component_id": "REFER"}]
    found = diff_of_plans(raws(tables), Q1, "S", "T").rows()
    assert [row[:2] for row in found if row[0] == "counted as 0"] == [
        ["counted as 0", "spif REFER is new and has no events: counted as 0"]
    ]


def test_a_component_that_both_plans_have_is_not_named_for_want_of_events():
    before, after = two()
    for tables in (before, after):
        tables["components"].append({"plan_id": "S", "component_id": "REFER", "type": "spif",
                                     "fixed_amount": Decimal(500)})  # fmt: skip
    assert not [row for row in compared(before, after).rows() if row[0] == "counted as 0"]


def test_what_the_other_terms_lack_is_said_to_be_theirs():
    tables = two()[0]
    tables["plans"].append(tables["plans"][0] | {"plan_id": "T"})
    tables["components"].append(
        {"plan_id": "T", "component_id": "F", "type": "metric", "weight": 1, "measure": "NPS"}
    )
    with pytest.raises(CsmError, match="with the terms of plan T: there is no result NPS"):
        diff_of_plans(raws(tables), Q1, "S", "T")
    other = copy.deepcopy(tables)
    other["components"][-1] |= {"plan_id": "S", "component_id": "F", "weight": 1}
    other["components"] = other["components"][-1:]
    with pytest.raises(CsmError, match="with the other plans: there is no result NPS"):
        diff(raws(tables), raws({name: other[name] for name in ("plans", "components")}), Q1)


def test_plans_that_credit_at_signing_are_compared_with_those_that_pay_as_collected():
    before, _ = two()
    before["components"].append({"plan_id": "S", "component_id": "SOLD", "type": "commission",
                                 "rate": Decimal("0.05"), "credit_date": "payment"})  # fmt: skip
    before["deals"] = [{"deal_id": "D1", "date": date(2026, 1, 15), "amount": 10_000, "employee_id": "E0001"}]
    before["payments"] = [{"deal_id": "D1", "date": date(2026, 2, 10), "amount": 4_000}]
    signing = copy.deepcopy(before)
    signing["components"][-1]["credit_date"] = None
    assert steps(compared(before, signing)) == {"component S/SOLD: credit_date payment → signing": 300}
    without = copy.deepcopy(before)
    del without["components"][-1]
    (change,) = steps(compared(before, without)).values()
    assert change == -200
