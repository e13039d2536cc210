"""The explanations of companies with a newer rule, followed by somebody with a calculator."""

from __future__ import annotations

from collections import Counter

import pytest
from calculator import exactly
from newer_rules import ruled
from scenarios import raw
from sweeps import swept
from test_explain_followed import Company

STEPS = {
    "amounts per deal": ("Deals counted", "Commission", "Credited before"),
    "pools that a result funds": ("Figure of the pool", "Pool", "Payout ratio of the pool"),
    "one curve for several measures": ("Composite attainment",),
    "the quarter to date": ("Attainment", "Before the modifier"),
    "shares of a result": ("Share of the result", "Part of the period", "line:result_share"),
    "payouts in round amounts": ("Rounded payout", "Rounded payout of the plan", "In cents"),
}
"""Name of a rule → the steps of it that must be met."""
SEEDS = swept(range(1000, 1012))


class Ruled(Company):
    """A made-up company with one newer rule, explained and followed."""

    def __init__(self, name: str, seed: int) -> None:
        super().__init__(0)
        self.made = ruled(seed, name)
        for row in self.made.tables["plans"]:  # a gate shows its attainment as it is rounded
            row["round_attainment"] = None
        for row in self.made.tables["components"]:
            if row["type"] == "pool":  # other weights are everybody's, which no cell of one person states
                most = row["pool_person_cap"] and 700  # a cap in whole units
                row |= {"share_by": "measure", "measure": "POINTS", "pool_person_cap": most}
        self.restart(raw(self.made.tables))


@pytest.mark.slow("explains every line of a dozen companies for each rule, and calculates it again")
@pytest.mark.parametrize("name", STEPS)
def test_with_a_calculator_one_arrives_at_the_same_cent(name: str) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        company = Ruled(name, seed)
        lines = list(company.explanation(company.made.asked).lines.dicts())
        for who in company.made.people:
            told = company.of(who, company.made.asked)
            amounts = [exactly(chapter.amount) for chapter in told.chapters if chapter.amount is not None]
            mine = [exactly(line["amount"]) for line in lines if line["employee_id"] == who]
            assert sorted(amounts) == sorted(mine)
            seen.update(told.counts)
    assert not [step for step in STEPS[name] if not seen[step]]
