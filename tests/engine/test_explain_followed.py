"""Somebody with a calculator and the tables, and nothing else, follows every step of an explanation, finds
every number where it is said to stand, and arrives at the cent that the engine pays."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from functools import cache

import pytest
from calculator import TYPES, Cells, Chapter, Followed, cut, exactly, shared
from changing import Changing
from everything import Everything
from scenarios import Maker, raw

from csm_xl.engine.explain import Explanation, Passage
from csm_xl.errors import CsmError
from csm_xl.plan.tables import RawTable


class EverythingChanges(Everything, Changing):
    """A company with everything, where plans and components change inside the periods that are paid."""


SEEDS = (*range(24), *range(100, 124))
"""From 100 on plans change inside periods."""
FEATURES = (
    "line:metric", "line:goals", "line:commission", "line:spif", "line:milestone", "line:guarantee",
    "line:draw", "line:holdback", "line:manual", "line:clawback", "line:release", "Recovered", "Owed after",
    "Owed before", "Draw of the days", "Kicker", "Pool factor", "Plan cap", "Modifier", "Matrix", "Goal",
    "Column attainment", "GRR kept own", "NRR kept own", "LOGO kept own", "GRR kept team's",
    "Book adjustment", "Credited to date", "Unrounded", "Gate", "Curve", "Weight", "Target of the version",
    "Product of the ratios",
)  # fmt: skip


class Company:
    """A made-up company, explained and followed."""

    def __init__(self, seed: int) -> None:
        self.made: Maker = Everything(seed) if seed < 100 else EverythingChanges(seed)
        self.restart(raw(self.made.tables))

    def restart(self, raws: list[RawTable]) -> None:
        """With these tables, of which nothing has been explained yet."""
        self.raws = raws
        self.cells = Cells({str(table.name): table for table in self.raws})
        self.explained: dict[str, Explanation | CsmError] = {}
        self.periods = {period.name: (period.start, period.end) for kind in self.made.kinds
                        for period in self.made.periods(kind)}  # fmt: skip
        self.done: dict[tuple[str, str], Followed] = {}
        self.told: dict[tuple[str, str], list[Passage]] = {}

    def explanation(self, period: str) -> Explanation:
        """The explanation of a period, or why it cannot be paid: many ask for either."""
        if period not in self.explained:
            try:
                self.explained[period] = Explanation(self.raws, period)
            except CsmError as why:
                self.explained[period] = why
        found = self.explained[period]
        if isinstance(found, CsmError):
            raise found
        return found

    def passages(self, who: str, asked: str) -> list[Passage]:
        """The explanation of a person; each is asked for by many."""
        if (who, asked) not in self.told:
            self.told[who, asked] = self.explanation(asked).of(who)
        return self.told[who, asked]

    def askable(self, period: str) -> str:
        """The year of a period; the period alone where the year's results do not suffice."""
        year = str(self.periods[period][1].year)
        try:
            self.explanation(year)
        except CsmError:
            return period
        return year

    def pooled(self, asked: str, *of: str) -> Fraction:
        found = [
            exactly(step.value) for who in self.made.people for passage in self.passages(who, asked)
            for step in passage.steps if passage.line and step.step == "Before the pool"
            and (passage.line["plan_id"], passage.line["component_id"], passage.period.name) == of
        ]  # fmt: skip
        return sum(found, Fraction(0))

    def of(self, who: str, asked: str) -> Followed:
        if (who, asked) not in self.done:
            chapters = []
            for passage in self.passages(who, asked):
                line = passage.line or {"component_id": "", "amount": None, "type": ""}
                kind = line["type"] or ("" if passage.cohort else "sum")
                chapters.append(
                    Chapter(passage.period.name, line["component_id"], passage.steps, line["amount"], kind)
                )
            told = Followed(
                chapters, self.cells, lambda period: self.of(who, self.askable(period)),
                lambda *of: self.pooled(asked, *of), self.periods, who,
            )  # fmt: skip
            self.done[who, asked] = told
            told.follow()
        return self.done[who, asked]


@cache
def followed(seed: int) -> Counter[str]:
    """A company's pay, followed by the calculator: how often each way to be paid was met."""
    seen: Counter[str] = Counter()
    company = Company(seed)
    asked = company.made.asked
    lines = list(company.explanation(asked).lines.dicts())
    for who in company.made.people:
        told = company.of(who, asked)
        mine = [line for line in lines if line["employee_id"] == who]
        amounts = [chapter.amount for chapter in told.chapters if chapter.amount is not None]
        assert sum(map(exactly, amounts)) == sum(exactly(line["amount"]) for line in mine)
        assert len(amounts) == len(mine)
    for told in company.done.values():
        seen.update(told.counts)
    left_over(company, asked, seen)
    return seen


@pytest.mark.slow("explains every line of four dozen made-up companies, and calculates it again")
@pytest.mark.parametrize("seed", SEEDS)
def test_with_a_calculator_one_arrives_at_the_same_cent(seed: int) -> None:
    assert followed(seed)


def left_over(company: Company, asked: str, seen: Counter[str]) -> None:
    """What rounding down leaves over goes where the explanations of everyone together say it does."""
    pools: dict[tuple[str, str, str], list[tuple[Fraction, Fraction, Fraction, Fraction]]] = {}
    for who in company.made.people:
        for passage in company.passages(who, asked):
            steps = {step.step: step for step in passage.steps}
            if "Pool factor" in steps:
                assert passage.line is not None
                earned, _ = re.findall(r"\d+(?:\.\d+)?", steps["Share of the pool"].inputs)
                fund, total = map(Fraction, steps["Pool factor"].inputs.split(" / "))
                sign = -1 if steps["Share of the pool"].inputs.startswith("(-") else 1
                key = passage.period.name, passage.line["plan_id"], passage.line["component_id"]
                pools.setdefault(key, []).append(
                    (sign * Fraction(earned), exactly(steps["Amount"].value), fund, total)
                )
                seen["pooled"] += 1
    unit = {row["plan_id"]: Fraction(str(row["rounding_unit"])) for row in company.made.tables["plans"]}
    for (_, plan, _), parts in pools.items():
        _, _, fund, total = parts[0]
        assert sum(earned for earned, *_ in parts) == total
        most = cut(fund, unit[plan])
        assert shared([earned * fund / total for earned, *_ in parts], most, unit[plan]) == [
            p[1] for p in parts
        ]
        assert sum(paid for _, paid, *_ in parts) <= fund
    for who in company.made.people:
        totals: dict[tuple[str, Fraction], list[tuple[Fraction, Fraction]]] = {}
        for passage in company.passages(who, asked):
            steps = {step.step: step for step in passage.steps}
            if "Unrounded" in steps and passage.line is not None and passage.line["type"] in TYPES:
                last = steps.get("Before the pool", steps["Amount"])
                cents = Fraction(re.search(r"rounded to (\d+(?:\.\d+)?)", last.formula)[1])  # type: ignore[index]
                key = passage.period.name, cents
                totals.setdefault(key, []).append((exactly(steps["Unrounded"].value), exactly(last.value)))
        for (_, cents), parts_of in totals.items():
            values = [value for value, _ in parts_of]
            assert shared(values, sum(values, Fraction(0)), cents) == [paid for _, paid in parts_of]
            seen["cents shared"] += 1


@pytest.mark.slow("as the test above")
def test_every_way_to_be_paid_was_followed() -> None:
    seen = sum(map(followed, SEEDS), Counter[str]())
    missing = [name for name in FEATURES if not any(each.startswith(name) for each in seen)]
    assert not missing, missing
