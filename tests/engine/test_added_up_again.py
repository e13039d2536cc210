"""Every payout line added up again, with fractions, from nothing but the figures in its columns."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from scenarios import Maker, engine
from small_company import TARGET, company, one, pay, result

from csm_xl.engine.lines import EVERY_COLUMN, EXTRAS, STORED, Lines
from csm_xl.engine.run import run
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.sample import sample_tables

Line = dict[str, Any]
MOST = Fraction("1500.505")
"""The max_amount of the target-based components of made-up companies."""


def again(line: Line) -> Fraction | None:
    """A line's unrounded amount from its other columns; None for a line that no component makes."""
    figure = {name: Fraction(value) for name, value in line.items() if type(value) is float}
    if "before_pool" in figure:
        return figure["before_pool"] * figure["pool_factor"]
    if "weight" in figure:
        ratio = figure.get("combined_ratio", figure["payout_ratio"])
        earned = figure["component_target"] * ratio
        if "target_to_date" in figure:
            to_date = figure.get("earned_to_date")
            earned = Fraction(0) if to_date is None else to_date - figure["paid_before"]
            assert to_date is None or near(to_date, figure["target_to_date"] * ratio, to_date)
        if "maximum amount" in (line["note"] or ""):
            assert earned > MOST
            earned = MOST
    elif line["before_modifier"] is not None:
        earned = figure.get("earned", figure["unrounded"])
        assert "earned" in figure or line["modifier"] == 1
    else:
        return None
    return (earned * figure["modifier"] + figure.get("kicker", 0)) * figure["plan_cap_factor"]


def near(one: Fraction, other: Fraction, *sizes: Fraction) -> bool:
    """Whether two figures are one, but for the last digits that a float has."""
    return abs(one - other) <= Fraction(1, 10**12) * max(1, *map(abs, sizes))


def wrong(lines: Lines) -> list[Line]:
    """The lines that do not add up."""
    found = []
    for line in lines.dicts():
        made, said = again(line), Fraction(line["unrounded"])
        sizes = [Fraction(line.get(name) or 0) for name in ("earned_to_date", "paid_before", "unrounded")]
        if made is not None and not near(made, said, *sizes):
            found.append(line)
    return found


@pytest.mark.parametrize("batch", range(4))
def test_lines_of_made_up_companies_add_up(batch: int) -> None:
    used: set[str] = set()
    for seed in range(20 * batch, 20 * batch + 20):
        made = Maker(seed, round_inputs=seed % 2 == 0)
        lines = engine(made.tables, made.asked)
        assert not wrong(lines), seed
        names = list(lines.columns)
        assert names == [name for name in EVERY_COLUMN if name in names] and set(STORED) <= set(names)
        used |= {
            name for name in EXTRAS if name in names and (lines.columns[name] == lines.columns[name]).any()
        }
    assert used >= {
        "curve_ratio",
        "combined_ratio",
        "target_to_date",
        "earned_to_date",
        "paid_before",
        "earned",
    }


def test_lines_of_the_sample_add_up() -> None:
    lines = run([RawTable.of_rows(rows, name) for name, rows in sample_tables().items()], "2026")
    assert len(lines) > 800 and not wrong(lines)


def test_what_the_curve_gives_stands_beside_what_is_paid() -> None:
    """Floor, cap and gate, each with what it was that they changed."""
    tables = company("E1", "E2", "E3", "E4", floor=0.4, cap=1.2, gate_measure="NPS", gate_minimum=1)
    tables["results"] = [result(who, actual, 1) for who, actual in
                         (("E1", 1.5), ("E2", 0.3), ("E3", 0.9), ("E4", None))]  # fmt: skip
    tables["results"] += [result(who, met, 1, "NPS") for who, met in
                          (("E1", 1), ("E2", 1), ("E3", 0.5), ("E4", 1))]  # fmt: skip
    found = [(line["curve_ratio"], line["payout_ratio"], line["gate_met"]) for line in pay(tables)]
    assert found == [(1.5, 1.2, True), (0.3, 0.4, True), (0.9, 0, False), (None, 0, True)]


def test_a_year_to_date_says_its_sums() -> None:
    tables = company(cumulative="ytd_sum", interim_cap=1.1)
    tables["results"] = [result("E0001", 1.2, 1), result("E0001", 0.8, 1, period="2026-Q2"),
                         result("E0001", None, 1, period="2026-Q3")]  # fmt: skip
    names = ("curve_ratio", "payout_ratio", "target_to_date", "earned_to_date", "paid_before", "unrounded")
    first, second, third = ([one(tables, f"2026-Q{q}")[name] for name in names] for q in (1, 2, 3))
    assert first == [1.2, 1.1, TARGET, pytest.approx(1.1 * TARGET), 0, pytest.approx(1.1 * TARGET)]
    assert second == [1, 1, 2 * TARGET, 2 * TARGET, 1.1 * TARGET, pytest.approx(0.9 * TARGET)]
    assert third == [None, 0, 3 * TARGET, None, 2 * TARGET, 0]  # not measured: it takes nothing back


def test_a_pool_says_what_it_scales() -> None:
    tables = company("E1", "E2", pool_amount=3000)
    tables["results"] = [result("E1", 1, 1), result("E2", 1, 1)]
    [line, _] = pay(tables)
    assert (line["before_pool"], line["pool_factor"], line["unrounded"]) == (TARGET, 0.75, 1500)
    tables["components"][0]["pool_amount"] = 4000
    [line, _] = pay(tables)
    assert (line["before_pool"], line["pool_factor"], line["unrounded"]) == (None, 1, TARGET)


def test_dollars_before_the_modifier_are_told_to_the_last_digit() -> None:
    tables = company()
    tables["results"] = [result("E0001", 1, 1)]
    tables["components"].append(
        {"plan_id": "S", "component_id": "D", "type": "commission", "rate": 0.03333, "modified": True}
    )
    tables["deals"] = [{"deal_id": "D1", "date": date(2026, 2, 1), "amount": 1234.56, "employee_id": "E0001"}]
    tables["modifiers"] = [{"period": "2026-Q1", "scope": "company", "factor": 1.1}]
    line = pay(tables)[1]
    assert line["earned"] == pytest.approx(1234.56 * 0.03333, rel=1e-15) != line["before_modifier"]
    assert line["unrounded"] == pytest.approx(line["earned"] * 1.1, rel=1e-15)
