"""What it takes to pay a sum: every answer paid again by itself, and answers known from the arithmetic."""

import copy
import json
import random
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from small_company import company, pay, raws, result
from sweeps import swept

from csm_xl.analysis.sensitivity import sensitivity
from csm_xl.analysis.solve import first_payable, solve
from csm_xl.cli.app import app
from csm_xl.cli.files import csv_text
from csm_xl.errors import CsmError

Q1 = "2026-Q1"


def curved(*knots, people=("E0001", "E0002"), **options):
    """People with a target of 2,000 each through one curve."""
    tables = company(*people, curve_id="N", weight=1)
    tables["curves"] = [{"curve_id": "N", "attainment": a, "payout": p} for a, p in knots]
    tables["curves"][0] |= options
    tables["results"] = [result(who, 95, 100) for who in people]
    return tables


USUAL = ((0.9, 0.5), (1, 1), (1.1, 1.5))


def answers(tables, what, amount, of="", who=""):
    return [(one.value, one.to) for one in solve(raws(tables), what, amount, Q1, of, who).answers]


def test_attainment_by_hand():
    tables = curved(*USUAL)
    assert answers(tables, "attainment", 2500, who="E0001") == [(1.05, 1.05)]
    assert answers(tables, "attainment", 5000) == [(1.05, 1.05)]
    assert answers(tables, "attainment", 3000, who="E0002") == [(1.1, None)]
    assert answers(tables, "attainment", 1000, who="E0002") == [(0.9, 0.9)]


def test_a_sum_far_beyond_the_curve():
    tables = curved(*USUAL, above="extrapolate")
    assert answers(tables, "attainment", 20_000, who="E0001") == [(2.8, 2.8)]
    assert answers(tables, "attainment", 92_000, who="E0001") == [(10, 10)]


def test_a_curve_that_pays_the_sum_three_times():
    tables = curved((0.5, 0), (0.8, 0.6), (0.9, 0.6), (1, 0.2), (1.2, 1))
    assert answers(tables, "attainment", 800, who="E0001") == [(0.7, 0.7), (0.95, 0.95), (1.05, 1.05)]
    (low, flat), rest = answers(tables, "attainment", 1200, who="E0001")
    assert (low, flat) == pytest.approx((0.8, 0.9), abs=1e-4)
    assert rest == (1.1, 1.1)


KNOTS = {
    "jumps": ((0.8, 0), (0.9, 0.4), (0.9, 0.6), (1, 1), (1.25, 2)),
    "three times": ((0.5, 0), (0.8, 0.6), (0.9, 0.6), (1, 0.2), (1.2, 1)),
    "usual": USUAL,
}


@pytest.mark.parametrize("name", KNOTS)
def test_the_first_sum_that_is_payable_is_the_first_that_has_an_answer(name):
    tables = curved(*KNOTS[name])
    asked = [9_000_000, 5000, 900, 900.5, 2001, 1000, 401.1, 3000]  # beyond the curve, within a jump, payable
    met = []
    for amount in asked:
        try:
            met.append(bool(answers(tables, "attainment", amount, who="E0001")))
        except CsmError:
            met.append(False)
    assert any(met) and not all(met)
    for first in range(len(asked)):
        expected = next((one for one, is_met in list(zip(asked, met, strict=True))[first:] if is_met), None)
        assert first_payable(raws(tables), asked[first:], Q1, "E0001") == expected
    assert first_payable(raws(tables), asked, Q1, "E9") is None


def test_lower_is_better_and_goals():
    tables = curved(*USUAL)
    tables["components"][0] |= {"direction": "lower"}
    assert answers(tables, "attainment", 2500, who="E0001") == [(1.05, 1.05)]
    tables["components"][0] |= {"method": "inverse"}
    assert answers(tables, "attainment", 2500, who="E0001") == [(1.05, 1.05)]
    tables["components"] = [{"plan_id": "S", "component_id": "G", "type": "goals", "weight": 1}]
    tables["goals"] = [{"period": Q1, "employee_id": who, "goal": "g", "weight": 1, "score": 0.5}
                       for who in ("E0001", "E0002")]  # fmt: skip
    assert answers(tables, "attainment", 1234.56, who="E0001") == [(0.61728, 0.61728)]


def test_target_rate_and_curve_point_meet_a_budget():
    tables = curved(*USUAL)
    assert answers(tables, "target", 6000, "S") == [(0.2, 0.2)]  # 0.75 of two targets
    assert answers(tables, "curve", 3600, "N@1") == [(1.3, 1.3)]  # 95% lies half way from 0.5 to it
    tables["components"].append({"plan_id": "S", "component_id": "D", "type": "commission", "rate": 0.01})
    tables["deals"] = [{"deal_id": str(at), "date": "2026-02-01", "amount": 10000, "employee_id": who}
                       for at, who in enumerate(("E0001", "E0002"))]  # fmt: skip
    assert answers(tables, "rate", 3400, "D") == [(0.02, 0.02)]
    assert answers(tables, "rate", 1600, "S/D", "E0001") == [(0.01, 0.01)]
    tables["components"][1] = {"plan_id": "S", "component_id": "D", "type": "commission", "fixed_amount": 50}
    assert answers(tables, "rate", 3000 + 2 * 500.5, "") == [(500.5, 500.5)]


def test_no_answer_tells_the_nearest():
    tables = curved(*USUAL)
    with pytest.raises(CsmError, match=r"largest possible payout is 3,000\.00"):
        solve(raws(tables), "attainment", 3000.01, Q1, "", "E0001")
    with pytest.raises(CsmError, match=r"below 0\.9 it is 0\.00, from there 1,000\.00"):
        solve(raws(tables), "attainment", 800, Q1, "", "E0001")
    with pytest.raises(CsmError, match=r"smallest possible payout is 2,000\.00, at 0"):
        solve(raws(tables), "curve", 1000, Q1, "N@0.9")


def test_rounding_that_no_value_can_meet():
    """Three alike are paid alike: their sum moves by three cents at a time."""
    tables = curved((0, 0), (2, 2), people=("E0001", "E0002", "E0003"))
    found = solve(raws(tables), "attainment", 1000, Q1).answers
    assert [one.pays for one in found] == [999.99]
    assert "met except for rounding; the next value pays 1,000.02" in found[0].note


@pytest.mark.parametrize("seed", swept(range(12)))
def test_every_answer_is_paid_and_none_is_missed(seed):
    """Random curves: the answers against the crossings of the straight lines between the curve points."""
    rng = random.Random(seed)
    xs = sorted(rng.sample(range(50, 140, 5), 4))
    knots = [(x / 100, rng.randrange(0, 200, 10) / 100) for x in xs]
    tables = curved(*knots, people=("E0001",))
    wanted = rng.randrange(105, 3900, 10)
    crossings = []
    for (a, p), (b, q) in pairwise(knots):
        if (2000 * p - wanted) * (2000 * q - wanted) < 0:
            crossings.append(a + (wanted / 2000 - p) * (b - a) / (q - p))
    if not crossings:
        if wanted / 2000 not in [p for _, p in knots]:
            with pytest.raises(CsmError, match=f"no attainment of every measure of E0001 pays {wanted:,}"):
                answers(tables, "attainment", wanted, who="E0001")
        return
    found = answers(tables, "attainment", wanted, who="E0001")
    assert [value for value, _ in found] == pytest.approx(crossings, abs=2e-5)
    for value, _ in found:
        again = copy.deepcopy(tables)
        again["results"] = [result("E0001", value * 100, 100)]
        assert pay(again)[0]["amount"] == wanted


def test_the_rate_by_which_a_result_funds_a_pool():
    tables = company("E0001", "E0002", type="pool", measure="points", pool_measure="ARR", pool_rate=0.03)
    tables["components"][0]["weight"] = None
    tables["results"] = [result(who, 1, measure="points") for who in ("E0001", "E0002")]
    tables["results"].append(result("company", 100000, measure="ARR", scope="company"))
    assert answers(tables, "rate", 5000, "C") == [(0.05, 0.05)]
    (driver,) = [row for row in sensitivity(raws(tables), Q1).rows() if str(row[0]).startswith("pool_rate")]
    assert driver[:6] == ["pool_rate of component S/C", 0.03, 2700, 3000, 3300, 600]


@pytest.mark.parametrize(
    ("what", "of", "who", "said"),
    [
        ("bonus", "", "", "what: unknown kind of input"),
        ("attainment", "X", "", "unknown component"),
        ("attainment", "", "E9", "not on the roster"),
        ("target", "T", "", "unknown plan"),
        ("curve", "N", "", "Write curve@attainment, such as N@1.1"),
        ("curve", "N@1.05", "", "Its points: 0.9, 1, 1.1"),
        ("rate", "C", "", "no rate and no fixed amount"),
    ],
)
def test_what_cannot_be_asked(what, of, who, said):
    with pytest.raises(CsmError, match=said):
        solve(raws(curved(*USUAL)), what, 1000, Q1, of, who)


def test_a_goal_of_nothing_has_no_attainment():
    tables = curved(*USUAL)
    tables["results"][1]["goal"] = 0
    with pytest.raises(CsmError, match="the goal of CSAT is not above 0"):
        solve(raws(tables), "attainment", 1000, Q1)
    tables["results"][1]["goal"] = None
    tables["components"][0]["peer_group"] = "plan"
    with pytest.raises(CsmError, match="there is no result with a goal to vary"):
        solve(raws(tables), "attainment", 1000, Q1)  # a rank is nothing that one person can move


def test_the_command(tmp_path):
    company, out = tmp_path / "company", tmp_path / "out.csv"
    company.mkdir()
    for table in raws(curved(*USUAL)):
        (company / f"{table.name}.csv").write_text(csv_text(table.rows), "utf-8")
    call = ["solve", str(company), "--what", "attainment", "--amount", "2500", "--period", Q1]
    told = CliRunner().invoke(app, [*call, "--employee", "E0001", "--out", str(out)])
    assert told.exit_code == 0, told.output
    assert "1.05" in told.output
    assert "attainment of every measure of E0001,1.05,1.05,2500,1500," in out.read_text()
    found = json.loads(CliRunner().invoke(app, [*call, "--json"]).stdout)
    assert found["answers"][0]["value"] == 0.925
    none = CliRunner().invoke(app, [*call[:4], "--amount", "99999", "--json"])
    assert none.exit_code == 2
    assert "The largest possible payout" in json.loads(none.stdout)["errors"][0]["hint"]
