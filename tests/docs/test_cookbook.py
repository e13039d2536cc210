"""Every plan of the cookbook, taken from its page, pays what the page prints and its source printed."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT, Recipe, recipes
from typer.testing import CliRunner

from csm_xl.cli import app

RECIPES = recipes()
GOLDEN = {
    record["id"]: record
    for file in sorted((ROOT / "tests" / "golden").glob("*.jsonl"))
    for record in map(json.loads, file.read_text(encoding="utf-8").splitlines())
}

Lines = list[dict[str, str]]


def every(lines: Lines) -> list[Decimal]:
    return [Decimal(line["amount"]) for line in lines]


def total(lines: Lines) -> list[Decimal]:
    return [sum(every(lines), Decimal(0))]


def by_period(lines: Lines) -> list[Decimal]:
    periods = sorted({line["period"] for line in lines})
    return [total(of("period", period)(lines))[0] for period in periods]


def by_person(lines: Lines) -> list[Decimal]:
    people = sorted({line["employee_id"] for line in lines})
    return [total(of("employee_id", person)(lines))[0] for person in people]


def of(column: str, value: str) -> Callable[[Lines], Lines]:
    return lambda lines: [line for line in lines if line[column] == value]


PUBLISHED: dict[str, tuple[Callable[[Any], list[float]], Callable[[Lines], list[Decimal]]]] = {
    "C11": (lambda expected: [expected["bonus"]], total),
    "C07": (lambda expected: [10_000 * ratio for ratio in expected], every),
    "C03": (lambda expected: [expected], every),
    # The quarters are capped at target; the year pays 150% of it.
    "C15": (lambda expected: [10_000 * expected[3]], lambda lines: total(of("employee_id", "E1")(lines))),
    "C09": (
        lambda expected: [2_500 * expected[1], 2_500 * expected[0]],
        lambda lines: every(of("component_id", "nrr")(lines))[:2],
    ),
    "C05": (lambda expected: [expected], total),
    "M05": (lambda expected: [10 * expected["grr_pct"], 10 * expected["nrr_pct"]], every),
    # At a quota of a million the rate pays the variable half.
    "R01": (lambda expected: [1_000_000 * expected / 100], total),
    "T01": (lambda expected: [expected["total"]], every),
    "T03": (lambda expected: [expected["total"]], every),
    "T05": (lambda expected: [expected["commission"]], lambda lines: every(lines)[-1:]),
    "T07": (lambda expected: [sum(expected["paid"])], every),
    "P05": (lambda expected: [expected["bonus"]], every),
    # Who meets each month's ramped quota is paid the month's target.
    "P03": (lambda expected: [2_000 for _ in expected], lambda lines: every(lines)[:-1]),
    "D01": (lambda expected: expected["paid"], by_period),
    "D03": (lambda expected: expected["draw"], lambda lines: every(of("line_kind", "draw")(lines))[:3]),
    "H1": (
        lambda expected: expected,
        lambda lines: [total(of("employee_id", who)(lines))[0] for who in "ABCDE"],
    ),
    "H4": (
        lambda expected: [75_000 * ratio for ratio in expected],
        lambda lines: every(of("component_id", "profit")(lines)),
    ),
    "H5": (lambda expected: expected, every),
    "H7": (
        lambda expected: (
            expected["paid"][0] + expected["paid"][1] + expected["paid"][2] + expected["paid"][3]
        ),
        lambda lines: [
            amount
            for who, months in (("E1", 3), ("E2", 2), ("E3", 2), ("E4", 2))
            for amount in by_period(of("employee_id", who)(lines))[:months]
        ],
    ),
    "Q1": (lambda expected: [*expected[0], *expected[1]], every),
    "Q2": (lambda expected: expected, by_period),
    "Q3": (lambda expected: expected, every),
    "Q11": (lambda expected: [expected], every),
    "Q12": (lambda expected: [expected], lambda lines: every(lines)[:1]),
    "Q13": (lambda expected: expected, every),
    # Two deals of the year in each of these months: one just before the customer's next year begins.
    "Q14": (
        lambda expected: [expected[0], sum(expected[1:3]), sum(expected[3:5]), expected[5]],
        by_period,
    ),
    "Q15": (lambda expected: expected, every),
    "Q16": (
        lambda expected: [expected[way][at] for at in (0, 1) for way in ("booking", "payment")],
        every,
    ),
    "W1": (lambda expected: [expected[who] for who in ("E1", "E2", "M")], every),
    "W2": (lambda expected: [expected], every),
    "W39": (lambda expected: expected, every),
    "W40": (lambda expected: [expected], every),
    "W52": (lambda expected: [5_200 / expected["weeks"]] * 5, every),
    "Q40": (
        lambda expected: [expected["first_quarter"], expected["annual"]],
        lambda lines: [*every(lines)[:1], *total(lines)],
    ),
    "QY": (lambda expected: [*[10_000 * expected["each_quarter"]] * 4, 10_000 * expected["annual"]], every),
    "D365": (lambda expected: [75_000 * expected["share"]], total),
    "E13": (
        lambda expected: [1_000_000 * expected[0], 400_000 * expected[1]],
        lambda lines: [total(of("employee_id", who)(lines))[0] for who in ("CEO", "L12")],
    ),
    # Two years of net income below its threshold, with cash flow superior and at target.
    "K1": (
        lambda expected: [100_000 * ratio for ratio in (*expected["met"], *expected["missed"][:0:-1])],
        by_period,
    ),
    "K2": (
        lambda expected: [50_000 * ratio for ratio in (*expected["revenue"], *expected["ebitda"])],
        lambda lines: [
            *every(of("component_id", "revenue")(lines))[:4],
            *every(of("component_id", "ebitda")(lines))[:3],
        ],
    ),
    "K3": (
        lambda expected: [
            salary * expected[role][2]
            for role, salary in (("ceo", 300_000), ("evp", 200_000), ("senior", 100_000))
        ],
        lambda lines: every(of("period", "2005")(lines)),
    ),
    "K4": (
        lambda expected: [expected["quarter"]] * 2,
        lambda lines: [total(of("period", quarter)(lines))[0] for quarter in ("2009-Q1", "2009-Q2")],
    ),
    "K5": (lambda expected: expected, by_period),
    "F1": (lambda expected: expected, by_person),
    "F2": (lambda expected: expected, every),
    "F3": (lambda expected: expected, by_period),
    "F5": (lambda expected: expected, by_period),
    "F6": (lambda expected: expected, every),
    "F4": (lambda expected: expected, by_person),
    "F7": (lambda expected: expected, every),
    "V1": (lambda expected: expected, every),
    "V2": (lambda expected: expected, by_person),
    "V3": (lambda expected: expected, every),
    "V4": (lambda expected: [2_000 * part for part in expected], every),
    "V5": (lambda expected: expected, every),
    "V6": (lambda expected: [10_000 * ratio for ratio in expected], every),
    "V7": (lambda expected: [expected], every),
    "V8": (lambda expected: [expected], every),
    "V10": (lambda expected: expected, every),
    "V9": (lambda expected: [40_000 * ratio for ratio in expected], every),
    "WD22": (lambda expected: [expected["paid"]], every),
    "X01": (lambda expected: [-1_000 * expected], lambda lines: every(of("line_kind", "clawback")(lines))),
}
"""What a source printed as amounts of the recipe, and which of its lines they are."""


def test_there_are_fifteen_plans_and_more() -> None:
    assert len(RECIPES) >= 15
    assert len({recipe.published for recipe in RECIPES}) == len(RECIPES)


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_a_plan_of_the_cookbook_pays_what_the_page_prints(recipe: Recipe, tmp_path: Path) -> None:
    for name, text in recipe.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    out = tmp_path / "payouts.csv"
    done = CliRunner().invoke(app, ["pay", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(recipe.paid)
    for row in recipe.paid:
        keys = [key for key in row if key != "amount"]
        (found,) = [line for line in lines if all(line[key] == row[key] for key in keys)]
        assert Decimal(found["amount"]) == Decimal(row["amount"]), row


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_a_plan_of_the_cookbook_pays_what_its_source_printed(recipe: Recipe) -> None:
    record = GOLDEN[recipe.published]
    assert record["source"].split(" ")[0] in recipe.text
    published, chosen = PUBLISHED[recipe.published]
    wanted, found = published(record["expected"]), chosen(recipe.paid)
    assert [float(amount) for amount in found] == pytest.approx(wanted, abs=record["tolerance"])
