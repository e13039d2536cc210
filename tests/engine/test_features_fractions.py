"""Everything that a metric can do at once, against a calculation of its own in fractions."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from small_company import (
    MATRIX,
    RISKS,
    account,
    company,
    pay,
    ramps,
    result,
    seasons,
)
from sweeps import swept


def half_away(x: Fraction, unit: Fraction) -> Fraction:
    size = floor(abs(x) / unit + Fraction(1, 2)) * unit
    return size if x >= 0 else -size


def cents(x: Fraction) -> Fraction:
    return half_away(half_away(x, Fraction(1, 10**9)), Fraction(1, 100))


def nine(x: Fraction) -> Fraction:
    return half_away(x, Fraction(1, 10**9))


def typed(x: Any) -> Fraction:
    return Fraction(Decimal(repr(x)))


def in_matrix(x: Fraction, y: Fraction, mode: str) -> Fraction:
    grid = {(typed(c["row"]), typed(c["column"])): typed(c["payout"]) for c in MATRIX}
    rows, columns = sorted({a for a, _ in grid}), sorted({b for _, b in grid})
    if nine(x) < rows[0] or nine(y) < columns[0]:
        return Fraction(0)
    if mode == "lookup":
        return grid[max(a for a in rows if nine(a) <= nine(x)), max(b for b in columns if nine(b) <= nine(y))]
    (a0, a1), (b0, b1) = rows, columns
    u, v = (min(x, a1) - a0) / (a1 - a0), (min(y, b1) - b0) / (b1 - b0)
    return ((grid[a0, b0] * (1 - v) + grid[a0, b1] * v) * (1 - u)
            + (grid[a1, b0] * (1 - v) + grid[a1, b1] * v) * u)  # fmt: skip


def mean_share(shares: list[float], hired: date, months: list[int]) -> Fraction:
    """Of a period of 2026: the mean of the shares of its months from the month of hire."""
    tenure = [12 * 2026 + month - 12 * hired.year - hired.month + 1 for month in months]
    counted = [typed(shares[min(n, len(shares)) - 1]) for n in tenure if n >= 1]
    return sum(counted, Fraction(0)) / len(counted)


@pytest.mark.parametrize("seed", swept(range(6)))
def test_every_cent_is_that_of_fractions(seed):
    rng = random.Random(seed)
    people = [f"E{n:03d}" for n in range(40)]
    mode, kick = rng.choice(["lookup", "bilinear"]), 0.075
    weights = (0.3, 0.3, 0.2, 0.2)
    kinds: list[dict[str, Any]] = [
        {"measure": "CSAT", "ramp_id": "R", "season_id": "S", "kicker_ratio": kick},
        {"measure": "CSAT", "matrix_id": "M", "column_measure": "NPS"},
        {"measure": "ADOPTION", "peer_group": "team"},
        {"measure": "GRR", "scope": "team", "book_adjusted": True, "kicker_ratio": kick},
    ]
    tables = company(*people)
    tables["components"] = [
        {"plan_id": "S", "component_id": f"C{n}", "type": "metric", "weight": weights[n], **kinds[n]}
        for n in range(4)
    ]
    ramp, season = [0.1, 0.35, 0.7, 1], [rng.randint(1, 40) / 100 for _ in range(4)]
    tables |= {"ramps": ramps(*ramp), "seasons": seasons(*season), "risk_classes": RISKS, "accounts": []}
    tables["matrices"] = [{**row, "mode": mode if row is MATRIX[0] else None} for row in MATRIX]
    for row in tables["roster"]:
        row |= {"base_salary": rng.randrange(50000, 150000, 500), "team": rng.choice(["T1", "T2"]),
                "hire_date": rng.choice([date(2025, 3, 1), date(2026, 1, rng.randint(1, 31)),
                                         date(2026, rng.randint(2, 3), rng.randint(1, 28))])}  # fmt: skip
        who = row["employee_id"]
        tables["results"] += [result(who, rng.randint(1, 60), rng.choice([100, 120, 90])),
                              result(who, rng.randint(30, 50), 40, "NPS"),
                              result(who, rng.choice([5, 7.5, 9, None]), None, "ADOPTION")]  # fmt: skip
        for n in range(rng.randint(0, 6)):
            start, end = rng.randint(0, 9) * 12.5, rng.randint(0, 9) * 12.5
            tables["accounts"].append(account(f"{who}-{n}", who, start, end, new=start == 0,
                                              risk_class=rng.choice(["low", "high"])))  # fmt: skip
    lines = iter(pay(tables))
    said = {(row["id"], row["measure"]): row for row in tables["results"]}
    team = {row["employee_id"]: row["team"] for row in tables["roster"]}
    for row in tables["roster"]:
        who, hired = row["employee_id"], row["hire_date"]
        days = (date(2026, 3, 31) - max(hired, date(2026, 1, 1))).days + 1
        incentive = row["base_salary"] * Fraction(1, 10) * Fraction(days, 90) / 4
        csat = said[who, "CSAT"]
        goal = csat["goal"] * mean_share(ramp, hired, [1, 2, 3]) * typed(season[0])
        goal = goal / sum(map(typed, season)) * Fraction(days, 90)
        ramped = csat["actual"] / goal
        nps = Fraction(said[who, "NPS"]["actual"], 40)
        peers = [typed(said[one, "ADOPTION"]["actual"]) for one in people
                 if team[one] == team[who] and said[one, "ADOPTION"]["actual"] is not None]  # fmt: skip
        mine = said[who, "ADOPTION"]["actual"]
        rank = Fraction(0)
        if mine is not None:
            below = sum(peer < typed(mine) for peer in peers)
            rank = Fraction(below, len(peers) - 1) if len(peers) > 1 else Fraction(1)
        there = {a["account_id"]: typed(a["start"]) for a in tables["accounts"]}
        kept = {a["account_id"]: min(typed(a["start"]), typed(a["end"])) for a in tables["accounts"]}
        expected = {
            a["account_id"]: typed(a["start"]) * typed(0.95 if a["risk_class"] == "low" else 0.4)
            for a in tables["accounts"]
        }
        book = [name for name in there if name.startswith(who)]
        of_team = [name for name in there if team[name[:4]] == team[who]]
        rate = sum(kept[name] for name in of_team) / sum(there[name] for name in of_team)
        if sum(there[name] for name in book):
            above = sum(kept[name] - expected[name] for name in book)
            rate += above / sum(there[name] for name in book)
        in_grid = in_matrix(Fraction(csat["actual"], csat["goal"]), nps, mode)
        ratios = [ramped, in_grid, rank, max(rate, Fraction(0))]
        for n, ratio in enumerate(ratios):
            line = next(lines)
            target = incentive * typed(weights[n])
            kicked = n in (0, 3) and nine((ramped, None, None, rate)[n]) >= 1
            assert (line["employee_id"], line["component_id"]) == (who, f"C{n}")
            assert typed(line["amount"]) == cents(target * (ratio + (typed(kick) if kicked else 0)))
            assert line["payout_ratio"] == pytest.approx(float(ratio), abs=1e-12)
