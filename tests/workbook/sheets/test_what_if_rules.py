"""The What-if pays by the plan's own rules: its figures against the engine, for plans of many kinds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from books import REFRESHED, Rows
from test_what_if import row_of

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.page import Template
from csm_xl.workbook.sheets.what_if.rows import FIRST, LIST
from csm_xl.workbook.sheets.what_if.sheet import _MODELLER, _PAY, _TOTAL
from csm_xl.workbook.template import template
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.values import ErrorCell

NAME = "What-if"
PERIOD = "2026-Q2"
CURVES = [
    ["curve_id", "attainment", "payout", "mode", "below", "above", "cap"],
    ["linear", 0.8, 0.5, None, None, "extrapolate", 1.7],
    ["linear", 1, 1, None, None, None, None],
    ["linear", 1.2, 1.6, None, None, None, None],
    ["step", 0.8, 0.5, "step", "hold", None, None],
    ["step", 1, 1, None, None, None, None],
    ["step", 1.1, 1.3, None, None, None, None],
    ["jump", 0.9, 0.4, None, "extrapolate", None, None],
    ["jump", 1, 0.9, None, None, None, None],
    ["jump", 1, 1.1, None, None, None, None],
    ["jump", 1.2, 1.5, None, None, None, None],
]


def company(reached: float, plan: dict[str, Any], own: dict[str, Any], **more: Rows) -> dict[str, Rows]:
    """Two people under one plan with two components; the first of E1 reaches what is given."""
    terms = {"plan_id": "p", "component_id": "first", "type": "metric", "weight": 0.6, "measure": "M1", **own}
    lower = own.get("direction") == "lower"
    names = list(terms)
    second = {"plan_id": "p", "component_id": "second", "type": "metric", "weight": 0.4, "measure": "M2"}
    plans = {"plan_id": "p", "model": "base_bonus", "pay_period": "quarter", "target_basis": "ratio",
             "target_value": 0.2, **plan}  # fmt: skip
    actual = (2 - reached) * 80 if lower else reached * 80
    return {
        "plans": [list(plans), list(plans.values())],
        "components": [names, list(terms.values()), [second.get(name) for name in names]],
        "curves": CURVES,
        "roster": [
            ["employee_id", "plan_id", "base_salary", "hire_date"],
            *([name, "p", 80_000, date(2024, 1, 1)] for name in ("E1", "E2")),
        ],
        "results": [
            ["period", "scope", "id", "measure", "actual", "goal"],
            *([PERIOD, "individual", "E1", *each] for each in (["M1", actual, 80], ["M2", 90, 100])),
            *([PERIOD, "individual", "E2", *each] for each in (["M1", 70, 80], ["M2", 97, 100])),
            *([PERIOD, "individual", name, "G", 50, 60] for name in ("E1", "E2")),
            *(["2026-Q1", "individual", name, *each] for name in ("E1", "E2")
              for each in (["M1", 70, 80], ["M2", 97, 100])),
        ],
        **more,
    }  # fmt: skip


def made(tables: dict[str, Rows]) -> tuple[Template, list[dict[str, Any]]]:
    read = read_strict(
        [RawTable.of_rows(rows, name) for name, rows in tables.items()], component_types(), PAY_TABLES
    )
    header, *rows = run(read, PERIOD).rows()
    book = template(read, PERIOD, [header, *rows], REFRESHED)
    return book, [dict(zip(header, row, strict=True)) for row in rows]


def shown(book: Template, **typed: Any) -> dict[tuple[int, int], Any]:
    """The cells of the What-if, once cells were typed."""
    page = next(sheet for sheet in book.sheets if sheet.name == NAME)
    whole = book.book()
    whole.formulas = {
        place: formula
        for place, formula in whole.formulas.items()
        if place.sheet == "Total Comp" or (place.sheet == NAME and place.row < _MODELLER)
    }
    for at in page.rules:
        if at[0] < _MODELLER and at[1] in (3, 5) and at[0] < row_of("Commission by tiers"):
            whole.values.pop(Place(NAME, *at), None)
    for name, value in typed.items():
        whole.values[Place(NAME, int(name[1:]), ord(name[0]) - 64)] = value
    values = {**whole.values, **recalculate(whole)}
    found = {place[1:]: value for place, value in values.items() if place.sheet == NAME}
    assert [place for place, value in found.items() if isinstance(value, ErrorCell)] == []
    return found


MODIFIERS: Rows = [["period", "scope", "factor"], [PERIOD, "company", 1.1]]
FOLLOWED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Rows]]] = {
    "no curve": ({}, {}, {}),
    "linear, extrapolated, capped": ({}, {"curve_id": "linear"}, {}),
    "step, held below": ({}, {"curve_id": "step"}, {}),
    "jump, extrapolated below": ({}, {"curve_id": "jump"}, {}),
    "floor and cap": ({}, {"curve_id": "linear", "floor": 0.3, "cap": 1.2}, {}),
    "lower is better": ({}, {"direction": "lower", "curve_id": "linear"}, {}),
    "a product": ({"combination": "multiplicative"}, {"curve_id": "linear"}, {}),
    "a plan cap": ({"plan_cap": 1.05}, {"curve_id": "linear"}, {}),
    "a modifier": ({}, {"curve_id": "linear", "modified": True}, {"modifiers": MODIFIERS}),
    "a modifier on a product": (
        {"combination": "multiplicative"},
        {"curve_id": "linear", "modified": True},
        {"modifiers": MODIFIERS},
    ),
    "a gate that holds": ({}, {"curve_id": "linear", "gate_measure": "G", "gate_minimum": 0.8}, {}),
    "a gate that fails": (
        {},
        {"curve_id": "linear", "gate_measure": "G", "gate_minimum": 0.9, "gate_otherwise": 0.7},
        {},
    ),
}


@pytest.mark.parametrize("kind", FOLLOWED)
@pytest.mark.parametrize("to", [0.7, 1.0, 1.35])
def test_another_attainment_pays_what_the_engine_pays_for_it(kind: str, to: float) -> None:
    plan, own, more = FOLLOWED[kind]
    book, lines = made(company(0.95, plan, own, **more))
    cells = shown(book, **{f"C{FIRST}": to})
    now = sum(line["amount"] for line in lines if line["employee_id"] == "E1")
    then = sum(line["amount"] for line in made(company(to, plan, own, **more))[1]
               if line["employee_id"] == "E1")  # fmt: skip
    assert cells[_PAY, 2] == pytest.approx(now, abs=1e-6)
    assert cells[_PAY, 3] == pytest.approx(then, abs=0.0101)
    assert cells[_TOTAL, 3] - cells[_TOTAL, 2] == pytest.approx(then - now, abs=0.0201)


MATRIX: Rows = [
    ["matrix_id", "row", "column", "payout"],
    *(["m", row, column, row * column] for row in (0.5, 1, 1.5) for column in (0.5, 1, 1.5)),
]
LEFT_ALONE: dict[str, tuple[dict[str, Any], dict[str, Rows]]] = {
    "matrix": ({"matrix_id": "m", "column_measure": "M2"}, {"matrices": MATRIX}),
    "rank among peers": ({"peer_group": "plan", "curve_id": "linear"}, {}),
    "kicker": ({"kicker_ratio": 0.1}, {}),
    "to date": ({"cumulative": "ytd_sum"}, {}),
    "pool": ({"pool_amount": 1000}, {}),
    "own unit": ({"on": "actual", "curve_id": "unit"}, {"curves": [
        ["curve_id", "attainment", "payout"], ["unit", 60, 0.5], ["unit", 80, 1], ["unit", 120, 2]]}),
    "points to exceed": ({"curve_id": "above"}, {"curves": [
        ["curve_id", "attainment", "payout", "strict"], ["above", 0.8, 0.5, True], ["above", 1, 1, None]]}),
    "gates": ({}, {"gates": [["plan_id", "component_id", "measure", "minimum"], ["p", "first", "G", 0.8],
                             ["p", "first", "M2", 0.5]]}),
    "maximum amount": ({"max_amount": 900}, {}),
}  # fmt: skip


@pytest.mark.parametrize("kind", LEFT_ALONE)
def test_a_component_that_one_attainment_does_not_decide_stays_as_today_and_says_so(kind: str) -> None:
    own, more = LEFT_ALONE[kind]
    book, lines = made(company(0.95, {}, own, **more))
    cells = shown(book, **{f"C{FIRST}": 1.3})
    assert cells[FIRST, 1] == f"first ({kind}, as today)"
    assert cells[FIRST, 7] == cells[FIRST, 6]
    paid = sum(line["amount"] for line in lines if line["employee_id"] == "E1")
    assert cells[_PAY, 2] == cells[_PAY, 3] == pytest.approx(paid)
    moved = shown(book, **{f"C{FIRST + 1}": 1.3})  # the other component still moves
    assert cells[FIRST + 1, 1] == "second"
    assert moved[_PAY, 3] - paid == pytest.approx(4000 * 0.4 * (1.3 - 0.9), abs=0.02)


def test_components_that_need_each_other_and_rounded_plans_stay_as_today() -> None:
    for plan, own, said in (
        ({}, {"payout_of": "second"}, ["second (others need its payout", "first (another's payout"]),
        ({"round_composite": 0.1}, {}, ["second (rounded by the plan", "first (rounded by the plan"]),
    ):
        tables = company(0.95, plan, own)
        header, first, second = tables["components"]
        tables["components"] = [header, second, first]
        book, lines = made(tables)
        cells = shown(book, **{f"C{FIRST}": 1.3, f"C{FIRST + 1}": 1.3})
        assert [cells[FIRST + at, 1] for at in (0, 1)] == [f"{words}, as today)" for words in said]
        paid = sum(line["amount"] for line in lines if line["employee_id"] == "E1")
        assert cells[_PAY, 2] == cells[_PAY, 3] == pytest.approx(paid)


def test_weights_of_ones_own_are_the_weights_of_today() -> None:
    own = [["employee_id", "component_id", "weight"], ["E1", "first", 0.3], ["E1", "second", 0.7]]
    book, lines = made(company(0.95, {}, {}, targets=own))
    cells = shown(book, **{f"C{FIRST}": 1.3})
    assert (cells[FIRST, 4], cells[FIRST + 1, 4]) == (0.3, 0.7)
    then = made(company(1.3, {}, {}, targets=own))[1]
    now, new = (sum(line["amount"] for line in each if line["employee_id"] == "E1") for each in (lines, then))
    assert cells[_PAY, 2] == pytest.approx(now) and cells[_PAY, 3] == pytest.approx(new, abs=0.0101)
    assert cells[_PAY, 4] == pytest.approx(4000 * 0.3 * 0.35, abs=0.0101)


def test_pay_that_the_cells_do_not_move_is_named() -> None:
    tables = company(0.95, {}, {})
    header = tables["components"][0]
    weights = [0.1] * 10
    rows = [dict(zip(header, tables["components"][2], strict=True)) for _ in weights]
    for at, row in enumerate(rows):
        row["component_id"], row["weight"] = f"c{at}", weights[at]
    tables["components"] = [header, *([row[name] for name in header] for row in rows)]
    cells = shown(made(tables)[0], **{f"C{FIRST}": 1.3})
    assert cells[LIST - 1, 1] == "Components beyond the rows below are unchanged. "
    assert cells[_PAY, 4] == pytest.approx(4000 * 0.1 * (1.3 - 0.9), abs=0.11)


TIERS = {
    "marginal": [[0, None, 0.04], [1, None, 0.06], [1.25, None, 0.08]],
    "whole": [[0, None, 0.02], [1, None, 0.05], [1.3, 2, 0.07]],
    "interpolated": [[0, None, 3000], [1, None, 5000], [1.5, 2, 2000]],
}


def selling(
    amount: float, mode: str, on: str, tie: str, own: dict[str, Any], goal: float | None = 150_000
) -> dict[str, Rows]:
    """One person paid by tiers on one deal."""
    terms = {"plan_id": "q", "component_id": "sales", "type": "commission", "measure": "bookings",
             "tier_id": "t", **own}  # fmt: skip
    scale = 1 if on == "attainment" else 120_000
    tiers = [
        ["t", start * scale, end and end * scale, rate, mode, tie, on] for start, end, rate in TIERS[mode]
    ]
    return {
        "plans": [
            ["plan_id", "model", "pay_period", "target_basis"],
            ["q", "base_quota", "quarter", "amount"],
        ],
        "components": [list(terms), list(terms.values())],
        "tiers": [["tier_id", "from", "to", "rate", "mode", "tie", "on"], *tiers],
        "roster": [
            ["employee_id", "plan_id", "base_salary", "hire_date"],
            ["E1", "q", 80_000, date(2024, 1, 1)],
        ],
        "results": [
            ["period", "scope", "id", "measure", "actual", "goal"],
            [PERIOD, "individual", "E1", "bookings", None, goal],
        ],
        "deals": [["deal_id", "date", "amount", "employee_id"], ["D1", date(2026, 4, 15), amount, "E1"]],
    }


def block(book: Template, amount: float, **typed: Any) -> dict[str, Any]:
    """The block of tiers for an amount: what it earns, at what rate, and what is said beneath."""
    top = row_of("Commission by tiers")
    cells = shown(book, **{f"B{top + 2}": "t", f"B{top + 4}": amount, **typed})
    return {"earned": cells[top + 5, 2], "rate": cells[top + 6, 2], "words": cells[top + 7, 1]}


@pytest.mark.parametrize("mode", TIERS)
@pytest.mark.parametrize("on", ["attainment", "amount"])
@pytest.mark.parametrize("tie", ["upper", "lower"])
def test_an_amount_earns_what_the_engine_pays_for_a_deal_of_it(mode: str, on: str, tie: str) -> None:
    book, _ = made(selling(1000, mode, on, tie, {}))
    for amount in (250_000, 150_000, 120_000, 187_500, 400_000, 0, -50_000):
        (line,) = made(selling(amount, mode, on, tie, {}))[1]
        found = block(book, amount)
        assert found["earned"] == pytest.approx(line["unrounded"], abs=1e-6), amount
        assert found["rate"] == pytest.approx(line["unrounded"] / amount if amount else 0)
        assert ("multiples of the goal, 150,000" in found["words"]) == (on == "attainment")


def test_tiers_on_attainment_earn_13_250_on_250_000_of_a_goal_of_150_000() -> None:
    book, _ = made(selling(1000, "marginal", "attainment", "upper", {}))
    assert block(book, 250_000)["earned"] == 13_250
    top = row_of("Commission by tiers")
    assert block(book, 250_000, **{f"D{top + 2}": 250_000})["earned"] == 10_000  # another goal is typed


def test_what_the_component_adds_to_its_tiers_is_in_the_figure_or_said_beneath() -> None:
    terms = {"max_amount": 7000, "fixed_amount": 100, "tier_basis": "deal"}
    book, _ = made(selling(1000, "marginal", "attainment", "upper", terms))
    found = block(book, 250_000)
    assert found["earned"] == 7000
    for words in ("At most 7,000 is paid", "Enter a deal", "Plus 100.00 per deal"):
        assert words in found["words"]
    for terms, words in (
        ({"tier_measure": "bookings"}, "Pay finds the tier by bookings, here the amount does."),
        ({"tier_scope": "team"}, "The tier is that of the team: here the amount finds it."),
    ):
        tables = selling(1000, "marginal", "amount", "upper", terms)
        tables["results"][1][4] = 90_000
        tables["roster"] = [[*tables["roster"][0], "team"], [*tables["roster"][1], "T"]]
        assert words in block(made(tables)[0], 250_000)["words"]
    yearly = made(selling(1000, "marginal", "amount", "upper", {"cumulative": "ytd_sum"}))[0]
    assert "Tiers accumulate over the year" in block(yearly, 250_000)["words"]


def test_a_year_is_a_year_of_the_periods_rate_taxed_in_the_periods_year() -> None:
    book, _ = made(company(0.95, {}, {}))
    cells = shown(book)
    gross = row_of("Gross pay at the period's rate")
    assert cells[gross, 2] == pytest.approx(4 * cells[_TOTAL, 2])
    assert cells[gross, 5] == "total pay of 2026-Q2 × 4"
    assert cells[gross + 1, 2] == "2026" and cells[gross + 4, 4] == 0
    assert cells[gross + 4, 2] < cells[gross, 2]
    other = shown(book, **{f"C{gross + 1}": "2031"})
    assert other[gross + 4, 3] == "no figures" and other[gross + 4, 4] == ""
    assert "No figures for this year" in other[gross + 5, 1] and cells[gross + 5, 1] == ""


def test_rows_of_two_tier_tables_that_take_turns_are_told_apart_and_of_curves_it_is_said() -> None:
    tables = company(0.95, {}, {"curve_id": "linear"})
    header, *rows = tables["curves"]
    linear, step = ([row for row in rows if row[0] == name] for name in ("linear", "step"))
    tables["curves"] = [header, *(row for both in zip(linear, step, strict=True) for row in both)]
    book, _ = made(tables)
    assert "curve apart" in shown(book, **{f"C{FIRST}": 1.1})[FIRST, 1]
    sold = selling(1000, "marginal", "attainment", "upper", {})
    header, *rows = sold["tiers"]
    other = ["u", 0, None, 0.5, "whole", "upper", "amount"]
    sold["tiers"] = [header, rows[0], other, *rows[1:]]
    assert block(made(sold)[0], 250_000)["earned"] == 13_250


def test_a_row_that_is_typed_under_the_other_curves_or_tiers() -> None:
    tables = company(0.95, {}, {"curve_id": "linear"})
    book, lines = made(tables)
    whole = apart(book, "tblCurves", "Curve id", "linear")
    cells = shown(whole, **{f"C{FIRST}": 1.1})
    assert "as today" in cells[FIRST, 1] and "curve apart" in cells[FIRST, 1]
    assert (
        cells[_PAY, 3]
        == cells[_PAY, 2]
        == sum(line["amount"] for line in lines if line["employee_id"] == "E1")
    )
    assert "next to each other" in cells[row_of("Change a curve") + 2, 3]
    sold = selling(1000, "marginal", "attainment", "upper", {})
    sold["tiers"].append(["u", 0, None, 0.5, "whole", "upper", "amount"])
    assert block(apart(made(sold)[0], "tblTiers", "Tier id", "t"), 250_000)["earned"] == 13_250


def apart(book: Template, name: str, key: str, of: str) -> Template:
    """The book, once the last row of a curve or tier table was moved below all others."""
    table = next(each for sheet in book.sheets for each in sheet.tables if each.name == name)
    at = [column.header for column in table.columns].index(key)
    last = max(place for place, row in enumerate(table.rows) if row[at] == of)
    table.rows.append(table.rows.pop(last))
    return book


def test_without_a_tier_table_nothing_is_said_of_what_other_components_pay() -> None:
    tables = selling(1000, "marginal", "amount", "upper", {})
    header = ["plan_id", "component_id", "type", "fixed_amount", "max_amount"]
    tables["components"] = [header, ["q", "spot", "spif", 500, 1500]]
    del tables["tiers"], tables["deals"]
    top = row_of("Commission by tiers")
    cells = shown(made(tables)[0])
    assert (cells[top + 5, 2], cells[top + 7, 1]) == (0, "")
