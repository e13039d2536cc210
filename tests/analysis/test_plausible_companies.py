"""Sound companies are paid without a word, and a figure that is far from its like is named."""

from __future__ import annotations

import random

import pytest
from flawed_plans import Plan
from plausible_companies import Company, company, slipped
from sweeps import swept
from typed import typed

from csm_xl.analysis.lint import stopping
from csm_xl.engine.components import component_types
from csm_xl.errors import Issue
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

COMPANIES = 300
FAR = (100.0, 1000.0, 0.01, 0.001)
NEAR = (10.0, 12.0, 0.1, 1 / 12)
TARGETS = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}


def told(tables: Plan) -> list[Issue]:
    """What is said before a company is paid, as `pay`, `new` and `refresh` say it."""
    raws = typed(tables)
    read, issues = load_tables(raws, component_types(), PAY_TABLES)
    if not any(issue.severity == "error" for issue in issues):
        issues += stopping(read, None)
    return issues


def test_sound_companies_are_paid_without_a_warning() -> None:
    odd = {seed: [issue for issue in told(company(seed).tables) if issue.severity != "note"]
           for seed in swept(range(COMPANIES))}  # fmt: skip
    odd = {seed: found for seed, found in odd.items() if found}
    assert not odd, "\n".join(f"{seed}: {issue}" for seed, found in odd.items() for issue in found)


def figures(made: Company) -> list[tuple[str, str, int]]:
    """Which figures a slip can be in: the table, the column, and one row of it."""
    rng, found = random.Random(len(made.tables["roster"])), []
    for table, column in (
        ("roster", "base_salary"),
        ("roster", "fte"),
        ("roster", TARGETS[made.basis]),
        ("results", "goal"),
        ("results", "actual"),
        ("deals", "amount"),
        ("accounts", "start"),
        ("accounts", "end"),
        ("changes", "base_salary"),
    ):
        rows = made.tables.get(table, [])
        filled = [at for at, row in enumerate(rows) if row[column] and row[column] > 0]
        if filled and (table != "deals" or len(filled) >= 8):
            found.append((table, column, rng.choice(filled)))
    return found


@pytest.fixture(scope="module")
def shares() -> dict[tuple[str, float], tuple[int, int]]:
    """Table and factor → how many figures multiplied by it were named, and of how many."""
    named: dict[tuple[str, float], tuple[int, int]] = {}
    for seed in swept(range(0, COMPANIES, 20)):
        made = company(seed)
        for table, column, row in figures(made):
            for factor in (*FAR, *NEAR):
                before = named.get((table, factor), (0, 0))
                hit = bool(told(slipped(made, table, row, column, factor)))
                named[table, factor] = (before[0] + hit, before[1] + 1)
    return named


def share(named: dict[tuple[str, float], tuple[int, int]], tables: set[str], factors: set[float]) -> float:
    found = [each for (table, factor), each in named.items() if table in tables and factor in factors]
    return sum(hits for hits, _ in found) / sum(of for _, of in found)


def test_a_figure_off_by_a_hundred_or_a_thousand_is_named(
    shares: dict[tuple[str, float], tuple[int, int]],
) -> None:
    for table in ("roster", "changes", "results", "accounts"):
        assert share(shares, {table}, set(FAR)) >= 0.95, table
    # Deals of one company differ by twenty times either way: of three zeros most can be reported, of two
    # some.
    assert share(shares, {"deals"}, {1000.0, 0.001}) >= 0.85
    assert share(shares, {"deals"}, {100.0, 0.01}) >= 0.3


def test_a_digit_too_many_or_a_month_is_mostly_named_in_salaries_and_targets(
    shares: dict[tuple[str, float], tuple[int, int]],
) -> None:
    assert share(shares, {"roster", "changes"}, set(NEAR)) >= 0.8
    assert share(shares, {"results"}, set(NEAR)) >= 0.5
