"""A person with a calculator, who follows an explanation and looks up every number where it should be.

Nothing here knows a rule of pay: it reads × / + − ≤ ≥, brackets, min and max, rounds where a step says so,
finds cells, and counts days and people. What it cannot follow is an AssertionError.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from csm_xl.plan.tables import RawTable

NINE = Fraction(1, 10**9)
TOKEN = re.compile(r"\s*(\[[^\]]*\]|\d+(?:\.\d+)?|min|max|[()×/+−,≥≤-])")


def labelled(words: str) -> list[tuple[Fraction, str]]:
    """Each number of a calculation, without its sign, and the label that follows it, if any."""
    tokens = [found[1] for found in TOKEN.finditer(words)] + ["", ""]
    named = []
    for at, token in enumerate(tokens[:-2]):
        if token[0].isdigit():
            after = tokens[at + 2] if tokens[at - 1] == "-" and tokens[at + 1] == ")" else tokens[at + 1]
            named.append((Fraction(token), after[1:-1] if after.startswith("[") else ""))
    return named


def calculated(words: str) -> Fraction | bool:
    """What comes out; what is in square brackets is passed over."""
    tokens, at = [], 0
    while at < len(words.rstrip()):
        found = TOKEN.match(words, at)
        assert found, f"no calculation: {words!r} at {words[at:]!r}"
        if not found[1].startswith("["):
            tokens.append(found[1])
        at = found.end()
    tokens.append("")

    def number() -> Fraction:
        token = tokens.pop(0)
        if token in ("min", "max"):
            assert tokens.pop(0) == "("
            every = [total()]
            while tokens[0] == ",":
                tokens.pop(0)
                every.append(total())
            assert tokens.pop(0) == ")"
            return min(every) if token == "min" else max(every)
        if token == "(":
            value = total()
            assert tokens.pop(0) == ")", words
            return value
        if token == "-":
            return -number()
        return Fraction(token)

    def product() -> Fraction:
        value = number()
        while tokens[0] in ("×", "/"):
            value = value * number() if tokens.pop(0) == "×" else value / number()
        return value

    def total() -> Fraction:
        value = product()
        while tokens[0] in ("+", "−"):
            value = value + product() if tokens.pop(0) == "+" else value - product()
        return value

    value: Any = total()
    if tokens[0] in ("≥", "≤"):
        value = value + NINE / 2 >= total() if tokens.pop(0) == "≥" else value - NINE / 2 <= total()
    assert tokens == [""], words
    return value


def rounded(value: Fraction, unit: Fraction) -> Fraction:
    """To 9 decimals, then to the unit, halves away from zero."""
    for step in (NINE, unit):
        size = abs(value) / step + Fraction(1, 2)
        value = (size.numerator // size.denominator) * step * (1 if value >= 0 else -1)
    return value


def cut(value: Fraction, unit: Fraction) -> Fraction:
    """Rounded down to the unit."""
    whole = rounded(value, NINE) / unit
    return (whole.numerator // whole.denominator) * unit


def shared(values: list[Fraction], total: Fraction, unit: Fraction) -> list[Fraction]:
    """Each cut to the unit, and what is left over of the total given by largest remainder, ties to the
    earlier."""
    floors = [cut(value, unit) for value in values]
    spare = (rounded(total, unit) - sum(floors)) / unit
    assert spare.denominator == 1
    order = sorted(range(len(values)), key=lambda at: (floors[at] - rounded(values[at], NINE), at))
    return [floor + unit * (at in order[: int(spare)]) for at, floor in enumerate(floors)]


def exactly(value: Any) -> Fraction:
    """A number as it is typed."""
    return Fraction(repr(float(value)))


def alike(one: Fraction, other: Fraction) -> bool:
    """Whether a number that is reported represents another: its 15 digits."""
    return abs(one - other) <= Fraction(1, 10**13) * max(abs(one), abs(other))


@dataclass
class Cells:
    """The tables that were given, to look numbers up in."""

    given: dict[str, RawTable]

    def of(self, source: str) -> list[tuple[str, str, int, Any]]:
        """Table, column, row and value of each cell that a source names."""
        found = []
        for part in source.split("; "):
            place = re.fullmatch(r"(\w+), rows? (\d+)(?: to (\d+))? \((\w+)\)", part)
            if place is None:
                continue
            column, first, last = place[4], int(place[2]), int(place[3] or place[2])
            assert place[1] in self.given and first <= last, part
            for row in range(first, last + 1):
                found.append((place[1], column, row, self.cell(place[1], row, column)))
        return found

    def cell(self, table: str, row: int, column: str) -> Any:
        """A cell by the number of its row, the header being row 1; None where there is no such column."""
        header, *_ = rows = self.given[table].rows
        return rows[row - 1][list(header).index(column)] if column in header else None


@dataclass
class Chapter:
    """The steps that lead to one line. line: its component_id, "" for what has none."""

    period: str
    line: str
    steps: list[Any]
    amount: float | None
    kind: str


@dataclass
class Followed:
    """One person's explanation, followed step by step.

    chapters: of one or more periods. cells: the tables. of_period: the same person's explanation of another
    period, followed too. pooled: what everybody's explanations say was earned of a plan's component in a
    period before its pool. periods: first and last day of each. counts: how often each step was followed.
    """

    chapters: list[Chapter]
    cells: Cells
    of_period: Callable[[str], Followed]
    pooled: Callable[[str, str, str], Fraction]
    periods: dict[str, tuple[date, date]]
    who: str
    counts: Counter[str] = field(default_factory=Counter)

    def values(self, period: str, line: str, name: str = "") -> list[Fraction]:
        """What the steps of a line come to, those of one name or all."""
        return [exactly(step.value) for one in self.chapters for step in one.steps
                if one.period == period and one.line == line and not isinstance(step.value, bool)
                and step.value is not None and name in ("", step.step)]  # fmt: skip

    def follow(self) -> None:
        """Every step of every chapter."""
        for chapter in self.chapters:
            if chapter.line == "" and chapter.kind == "":
                self.target = chapter  # the target of the plan that the next lines belong to
            known: list[Fraction] = []
            for step in chapter.steps:
                self.step(chapter, step, known)
                if step.value is not None and not isinstance(step.value, bool):
                    known.append(exactly(step.value))
            if chapter.amount is not None:
                last = chapter.steps[-1]
                assert exactly(last.value) == exactly(chapter.amount), (self.who, chapter.line)
                self.counts[f"line:{chapter.kind}"] += 1

    def step(self, chapter: Chapter, step: Any, known: list[Fraction]) -> None:
        """One step: its calculation gives its value, and its numbers stand where it says."""
        where = (
            f"{self.who} {chapter.period} {chapter.line} {step.step}: {step.formula} | {step.inputs} = "
            f"{step.value} | {step.source}"
        )
        if (
            step.step in ("Plan", "No plan", "Component")
            or step.inputs == "missing actual"
            or step.value is None
        ):
            return
        self.counts[step.step.split(" 20")[0].split(" FY")[0]] += 1
        if whose := re.search(r"sum over the (own|team's|company's) \d+ opening accounts", step.formula):
            self.counts[f"{step.step} {whose[1]}"] += 1
        if chapter.kind == "clawback":
            assert step.value <= 0, where
        found = calculated(step.inputs)
        if isinstance(found, bool):
            assert found is step.value, where
        else:
            value = exactly(step.value)
            down = re.search(r"rounded down to (\d+(?:\.\d+)?)", step.formula)
            up = re.search(r"rounded up to (\d+(?:\.\d+)?)", step.formula)
            even = re.search(r"halves to even, to (\d+(?:\.\d+)?)", step.formula)
            unit = re.search(r"rounded to (\d+(?:\.\d+)?)", step.formula)
            if down:
                towards = cut(abs(found), Fraction(down[1])) * (1 if found >= 0 else -1)
                assert value in (cut(found, Fraction(down[1])), towards), where
            elif up:
                away = -cut(-abs(found), Fraction(up[1])) * (1 if found >= 0 else -1)
                assert away == value, where
            elif even:
                assert round(rounded(found, NINE) / Fraction(even[1])) * Fraction(even[1]) == value, where
            elif unit:
                assert rounded(found, Fraction(unit[1])) == value, where
            else:
                assert abs(found - value) <= NINE * max(Fraction(1), abs(value)), where
        self.numbers(chapter, step, known, where)

    def numbers(self, chapter: Chapter, step: Any, known: list[Fraction], where: str) -> None:
        """Each number of a step is what a step before came to, or is in a cell that the step names; the
        few that count something are counted again."""
        if step.step in ("Earned", "Total"):
            for number, line in labelled(step.inputs):
                if number:
                    amounts = [
                        exactly(one.amount)
                        for one in self.chapters
                        if one.period == chapter.period and one.line == line and one.amount is not None
                    ]
                    assert any(abs(one) == number for one in amounts), where
            return
        assert step.source, where
        cells = self.cells.of(step.source)
        typed = {abs(Fraction(str(value))) for *_, value in cells
                 if isinstance(value, (int, float)) and not isinstance(value, bool)}  # fmt: skip
        counted = self.counted(chapter, step, cells)
        for number, label in labelled(step.inputs):
            if number in (0, 1) or number in counted or number in typed:
                known.append(number)  # what has been found once may be used again on the way to the amount
                continue
            if any(alike(number, abs(one)) for one in typed | set(known)):
                continue
            said = self.elsewhere(chapter, step, label)
            assert any(alike(number, abs(one)) for one in said), (
                f"{float(number)} [{label}] is nowhere: {where}"
            )
            known.append(number)

    def elsewhere(self, chapter: Chapter, step: Any, label: str) -> Iterable[Fraction]:
        """What the label of a number, or the step, refers to outside the chapter."""
        mine = self.target.steps if chapter.line and chapter.period == self.target.period else []
        found = [exactly(one.value) for one in mine if one.value is not None]  # the target of the plan
        found += self.values(chapter.period, label) if label else []
        if chapter.kind in ("guarantee", "draw", "holdback"):
            for name in ("Earned", "Guarantee"):
                found += [exactly(one.value) for each in self.chapters for one in each.steps
                          if each.period == chapter.period and one.step == name]  # fmt: skip
        for component, period, column in re.findall(r"payouts, (\S+) of (\S+) \((\w+)\)", step.source):
            names = {"component_target": "Component target", "before_modifier": "Before the modifier"}
            found += self.of_period(period).values(period, component, names[column])
        for plan, component, period in re.findall(
            r"payouts of plan (\S+), component (\S+), (\S+)", step.source
        ):
            found.append(self.pooled(plan, component, period))
        for period in re.findall(r"payouts, (\S+), sum of the components' amounts", step.source):
            found.append(self.earned(period))
        return found

    def earned(self, period: str) -> Fraction:
        """What the lines of a period come to, without those that the table of what was paid replaces."""
        then = self.of_period(period)
        amounts = {one.line: exactly(one.amount) for one in then.chapters
                   if one.period == period and one.amount is not None and one.kind in TYPES}  # fmt: skip
        for row in range(2, len(self.cells.given["paid"].rows) + 1 if "paid" in self.cells.given else 0):
            of, who, line = (
                self.cells.cell("paid", row, name) for name in ("period", "employee_id", "component_id")
            )
            if (of, who) == (period, self.who):
                amounts.pop(line, None)
        return sum(amounts.values(), Fraction(0))

    # -- what is counted ---------------------------------------------------------------------------

    def counted(self, chapter: Chapter, step: Any, cells: list[tuple[str, str, int, Any]]) -> set[Fraction]:
        """The numbers that count days, deals or people, counted again."""
        first, last = self.periods[chapter.period]
        days = (last - first).days + 1
        name = re.sub(r" in \S+$", "", step.step)
        found: set[int] = set()
        if name == "Part of the period":
            plan = next(one for one in self.target.steps if one.step == "Plan")
            start, end = map(date.fromisoformat, plan.inputs.split(" to "))
            found |= {days, (end - start).days + 1}
        elif name in ("Eligible days", "Eligible salary", "Target incentive", *WEIGHED):
            found |= self.of_target(chapter, step, first, last)
        elif name in ("Attainment", "Column attainment", "Gate") and step.inputs.startswith("2 − "):
            found.add(2)
        elif name == "Goal":
            months = re.findall(r"\(([^()]*tenure\])\) / \d+", step.inputs)
            found |= {part.count(" of tenure]") for part in months}
            found |= self.tenure(chapter, step, cells)
        elif re.search(r"credited to (the team|anybody)", step.formula):
            return {self.credited(cells)}
        elif name in ("Commission", "Deals counted"):
            credited = (one for one in chapter.steps if one.step == "Credited amount")
            found |= {len(re.findall(r"\[", one.inputs)) for one in credited}
        elif unit := re.search(r"among the largest, plus (\d+(?:\.\d+)?) of", step.formula):
            return {Fraction(unit[1])}
        elif name == "Share of the pool" and chapter.kind == "pool":
            weights = [value for table, column, _, value in cells if (table, column) == ("results", "actual")]
            capped = re.search(r"the cap of (\d+) p", step.formula)
            return {
                sum((Fraction(str(one)) for one in weights), Fraction(0)),
                *([Fraction(capped[1])] if capped else []),
            }
        elif name in ("Guarantee", "Holdback", "Draw of the days"):
            period = step.step.rpartition(" in ")[2] if " in " in step.step else chapter.period
            found |= self.of_arrangement(period, cells)
        elif name.endswith((" kept", " opening")) and " own " not in step.formula:
            return {self.retained(name, cells)}
        elif name.endswith(" balance"):
            return {Fraction(100)}  # points of 100%
        elif name.endswith((" answers", " promoters", " detractors", " satisfied")):
            return {self.answers(name, cells)}
        if name == "Attainment" and "percentile rank" in step.formula:
            found |= self.standing(chapter, step)
        assert days > 0
        return {Fraction(one) for one in found}

    def credited(self, cells: list[tuple[str, str, int, Any]]) -> Fraction:
        """Amount × share of each credit, and each deal without one, that the cells are about."""
        found = Fraction(0)
        amounts = {(table, row) for table, column, row, _ in cells
                   if table in ("deals", "payments") and column == "amount"}  # fmt: skip
        shares: dict[Any, list[Any]] = {}
        for table, _, row, share in cells:
            if table == "credits":
                shares.setdefault(self.cells.cell("credits", row, "deal_id"), []).append(share)
        for table, row in amounts:
            of = shares.get(self.cells.cell(table, row, "deal_id"), [1])
            amount = Fraction(str(self.cells.cell(table, row, "amount"))) * self.exchanged(table, row, cells)
            found += sum(amount * Fraction(str(1 if share is None else share)) for share in of)
        return found

    def exchanged(self, table: str, row: int, cells: list[tuple[str, str, int, Any]]) -> Fraction:
        """The rate among the cells at which a deal is exchanged: the latest on or before its day."""
        code, day = (self.cells.cell(table, row, name) for name in ("currency", "date"))
        rates = [(self.cells.cell("rates", one, "date"), rate) for of, _, one, rate in cells
                 if of == "rates" and self.cells.cell("rates", one, "from_currency") == code]  # fmt: skip
        return Fraction(str(max(one for one in rates if one[0] <= day)[1])) if code and rates else Fraction(1)

    def of_target(self, chapter: Chapter, step: Any, first: date, last: date) -> set[int]:
        """Days, weekdays or calendar months of the person and of the period, and the period's share."""
        steps = (chapter if any(one.step == "Plan" for one in chapter.steps) else self.target).steps
        plan = next(one for one in steps if one.step == "Plan")
        start, end = map(date.fromisoformat, plan.inputs.split(" to "))
        unit = "days"
        for one in steps:
            if one.step == "Eligible days":
                unit = one.formula.split(" employed")[0]
        found = {counted_in(unit, first, last), 12, 4, 2}
        most = counted_in(unit, start, end)
        days = next(one for one in steps if one.step == "Eligible days")
        mine = int(re.match(r"\d+", days.inputs)[0])  # type: ignore[index]
        assert mine <= most, plan.inputs
        found.add(mine)
        for span in re.findall(r"\[(\S+ to \S+)\]", step.inputs):
            found |= {counted_in(one, *map(date.fromisoformat, span.split(" to "))) for one in ("days", unit)}
        shares = [value for _, column, _, value in self.cells.of(step.source) if column == "share"]
        stated = [value for _, column, _, value in self.cells.of(step.source) if column == "period_shares"]
        for part in (part.strip() for typed in stated for part in str(typed).split(",")):
            shares.append(Fraction(part[:-1]) / 100 if part.endswith("%") else Fraction(part))
        for share in shares:
            found |= {Fraction(str(share)).numerator, Fraction(str(share)).denominator}
        return found

    def tenure(self, chapter: Chapter, step: Any, cells: list[Any]) -> set[int]:
        """Days employed of a period's days, in this period or an earlier one of the year."""
        hired = next(value for _, column, _, value in cells if column == "hire_date")
        left = next((value for _, column, _, value in cells if column == "leave_date"), None) or date.max
        found = set()
        for first, last in self.periods.values():
            found |= {(last - first).days + 1, (min(last, left) - max(first, hired)).days + 1}
        return found

    def of_arrangement(self, period: str, cells: list[tuple[str, str, int, Any]]) -> set[int]:
        """The days of a period on which the rows of an arrangement count for the person, and its days."""
        then = self.of_period(period)
        spans = [tuple(map(date.fromisoformat, one.inputs.split(" to "))) for each in then.chapters
                 for one in each.steps if one.step == "Plan" and each.period == period]  # fmt: skip
        first, last = self.periods[period]
        here = {start + timedelta(n) for start, end in spans for n in range((end - start).days + 1)}
        found = {(last - first).days + 1, len(here)}
        starts = sorted((row, value) for table, column, row, value in cells
                        if (table, column) == ("arrangements", "from"))  # fmt: skip
        ends = {
            row: value for table, column, row, value in cells if (table, column) == ("arrangements", "to")
        }
        for at, (row, start) in enumerate(starts):
            end = ends.get(row) or date.max
            if at + 1 < len(starts):
                end = min(end, starts[at + 1][1] - timedelta(1))
            found.add(sum(start <= day <= end for day in here))
        return found

    def standing(self, chapter: Chapter, step: Any) -> set[int]:
        """How many results there are in the cells, and how many are below the person's own."""
        results = [value for table, column, _, value in self.cells.of(step.source)
                   if (table, column) == ("results", "actual") and value is not None]  # fmt: skip
        books: dict[Any, list[Fraction]] = {}
        for table, column, row, _ in self.cells.of(step.source):
            if (table, column) == ("accounts", "start"):
                start, end = (Fraction(str(self.cells.cell(table, row, name))) for name in ("start", "end"))
                whose = self.cells.cell(table, row, "employee_id")
                sums = books.setdefault(whose, [Fraction(0), Fraction(0)])
                sums[0] += min(start, end)
                sums[1] += start
        everyone = [rounded(Fraction(str(value)), NINE) for value in results]
        everyone += [rounded(kept / there, NINE) for kept, there in books.values()]
        mine = rounded(Fraction(re.search(r"person's own \((-?\d+(?:\.\d+)?)\)", step.formula)[1]), NINE)  # type: ignore[index]
        lower = "how many are above" in step.formula
        return {len(everyone), sum(one > mine if lower else one < mine for one in everyone)}

    def answers(self, name: str, cells: list[tuple[str, str, int, Any]]) -> Fraction:
        """How many scores there are in the cells, each of which must be what the step counts."""
        measure, what = name.split(" ")
        scores = {
            row: value for table, column, row, value in cells if (table, column) == ("answers", "score")
        }
        least, most = {"answers": (0, 10), "promoters": (9, 10), "detractors": (0, 6),
                       "satisfied": (4, 5)}[what]  # fmt: skip
        assert all(least <= score <= most for score in scores.values())
        assert {self.cells.cell("answers", row, "measure") for row in scores} <= {measure}
        return Fraction(len(scores))

    def retained(self, name: str, cells: list[tuple[str, str, int, Any]]) -> Fraction:
        """What the accounts in the cells kept, or what there was."""
        measure, what = name.split(" ")
        by_row: dict[int, dict[str, Fraction]] = {}
        for _, column, row, value in cells:
            by_row.setdefault(row, {})[column] = Fraction(str(value))
        kept = {"GRR": lambda a: min(a["start"], a["end"]), "NRR": lambda a: a["end"],
                "LOGO": lambda a: Fraction(a["end"] > 0)}[measure]  # fmt: skip
        if what == "kept":
            return sum((kept(one) for one in by_row.values()), Fraction(0))
        return sum(
            (Fraction(1) if measure == "LOGO" else one["start"] for one in by_row.values()), Fraction(0)
        )


WEIGHED = ("Weight", "Target of the version", "Product of the ratios")
"""Steps that weigh the targets of days against each other."""
TYPES = ("metric", "goals", "commission", "spif", "milestone", "pool", "result_share")


def counted_in(unit: str, first: date, last: date) -> int:
    """Days, weekdays, half workdays of a week of five and a half days, days of a year of 360, or calendar
    months by their 15th, from first to last."""
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    if unit == "days of a year of 360":
        last_day = [(day + timedelta(1)).day == 1 for day in days]
        counted = sum(day.day <= 30 for day in days)
        return counted + sum(30 - day.day for day, end in zip(days, last_day, strict=True)
                             if end and day.month == 2)  # fmt: skip
    if unit == "half workdays":
        return sum(2 if day.weekday() < 5 else day.weekday() == 5 for day in days)
    if unit == "weekdays":
        return sum(day.weekday() < 5 for day in days)
    return sum(day.day == 15 for day in days) if unit == "calendar months" else len(days)
