"""The engine against the oracle where companies have one of the newer rules, column by column."""

from __future__ import annotations

import pytest
from newer_oracle import Newer
from newer_rules import RULES, TOGETHER, differences, ruled, without
from scenarios import engine
from sweeps import WHOLE, swept

SEEDS = swept(range(1000, 1040))
CHANGED = 4 if WHOLE else 1
"""In so many of these companies at least a rule changes what is paid: else it is hardly tried."""


@pytest.mark.slow("dozens of companies for each rule, paid in fractions")
@pytest.mark.parametrize("name", RULES)
def test_every_line_of_a_company_with_the_rule(name: str) -> None:
    changed = 0
    for seed in SEEDS:
        made = ruled(seed, name)
        oracle = Newer(made.tables)
        expected = oracle.pay(made.asked)
        wrong = differences(oracle, engine(made.tables, made.asked), expected)
        assert not wrong, (seed, wrong)
        if changed < CHANGED:
            changed += Newer(without(made.tables, name)).paid_to(made.asked) != oracle.paid_to(made.asked)
    drew = "did scenarios.py draw more from its own random numbers? Use others for what is new."
    assert changed >= CHANGED, f"{name} changes only {changed} of {len(SEEDS)} companies: {drew}"


@pytest.mark.slow("a few companies for each pair of rules, paid in fractions")
@pytest.mark.parametrize("names", TOGETHER, ids=" with ".join)
def test_every_line_of_a_company_with_two_rules(names: tuple[str, str]) -> None:
    for seed in swept(range(3100, 3106)):
        made = ruled(seed, *names)
        oracle = Newer(made.tables)
        expected = oracle.pay(made.asked)
        assert not differences(oracle, engine(made.tables, made.asked), expected), seed
