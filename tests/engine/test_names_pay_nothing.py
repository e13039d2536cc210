"""Who somebody is changes nothing of their pay: random companies are paid with names and without."""

from __future__ import annotations

import copy
import random
from datetime import date
from typing import Any

import pytest
from named import NASTY
from scenarios import Maker, engine
from sweeps import swept

COLUMNS = ("employee_name", "first_name", "last_name", "email", "cost_center", "pay_group", "payroll_id")


def named(tables: dict[str, list[dict[str, Any]]], drawn: random.Random) -> dict[str, list[dict[str, Any]]]:
    """The tables with nasty names on the roster."""
    found = copy.deepcopy(tables)
    for person in found["roster"]:
        person |= {column: drawn.choice((None, *NASTY)) for column in COLUMNS}
    return found


def moved(tables: dict[str, list[dict[str, Any]]], drawn: random.Random) -> dict[str, list[dict[str, Any]]]:
    """The tables with a change of the cost center alone, on some day of the year, for everybody."""
    found = copy.deepcopy(tables)
    changes = found.setdefault("changes", [])
    days = {(row["employee_id"], row["from"]) for row in changes}
    for person in found["roster"]:
        who, day = person["employee_id"], date(2026, drawn.randint(1, 12), drawn.randint(1, 28))
        if (who, day) not in days:
            changes.append({"employee_id": who, "from": day, "cost_center": drawn.choice(NASTY)})
    return found


@pytest.mark.parametrize("seeds", swept([range(at, at + 5) for at in range(0, 20, 5)]))
def test_payout_lines_are_the_same_with_nasty_names_and_without(seeds: range) -> None:
    for seed in seeds:
        made, drawn = Maker(seed, round_inputs=seed % 2 == 0), random.Random(f"names {seed}")
        without = engine(made.tables, made.asked).rows()
        assert engine(named(made.tables, drawn), made.asked).rows() == without and len(without) > 1, seed


@pytest.mark.parametrize("seeds", swept([range(at, at + 5) for at in range(0, 20, 5)]))
def test_another_cost_center_pays_the_same_to_the_cent(seeds: range) -> None:
    for seed in seeds:
        made, drawn = Maker(seed, round_inputs=seed % 2 == 0), random.Random(f"centers {seed}")
        before = list(engine(made.tables, made.asked).dicts())
        after = list(engine(moved(made.tables, drawn), made.asked).dicts())
        keys = ("period", "employee_id", "plan_id", "component_id", "type", "amount", "before_modifier")
        mine, theirs = ([[line[key] for key in keys] for line in lines] for lines in (after, before))
        assert mine == theirs, seed
