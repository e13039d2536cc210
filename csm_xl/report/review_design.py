"""Forward-looking sections of a review: plan check, cost forecast, and the effect of proposed plans."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.analysis.privacy import FEWEST, too_small
from csm_xl.analysis.scenario import money
from csm_xl.errors import CsmError, counted
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.tables import RawTable, Tables
from csm_xl.report import words
from csm_xl.report.review_charts import density, short, waterfall, whole
from csm_xl.report.review_figures import NOT_STATED, SMALLER
from csm_xl.report.review_parts import FAULT, MARK, Block, Grid, Picture, Section, Text
from csm_xl.report.style import NAVY, TEAL_TEXT

if TYPE_CHECKING:
    from csm_xl.analysis.diff import PlanDiff
    from csm_xl.analysis.lint import Finding
    from csm_xl.analysis.simulate import Simulation

LINT: Final = "Plan check findings"
COST: Final = "Cost forecast"
COMPARED: Final = "Proposed plans"
_BARS: Final = 36
_MOST_CHANGES: Final = 14
_ABOUT_PEOPLE: Final = ("people", "results")


def names_someone(text: str, ids: Collection[str]) -> bool:
    """Whether a text holds one of the ids as a word of its own.

    >>> names_someone("not measured: E0047.", ["E0047"]), names_someone("at 100", ["10", "E1"])
    (True, False)
    """
    return any(who in text and re.search(rf"(?<!\w){re.escape(who)}(?!\w)", text) for who in ids)


def few(count: int) -> str:
    """How many people; of one to four that they are few, since what moves could be reported to be theirs.

    >>> few(0), few(3), few(1200)
    ('0', 'under 5', '1,200')
    """
    return f"under {FEWEST}" if 0 < count < FEWEST else f"{count:,}"


def _why(key: str, topic: str, said: str) -> Section:
    return Section(key, topic, f"{topic}: not available", [Text(said, note=True)])


def why_not(error: CsmError, what: str, command: str, ids: Collection[str]) -> str:
    """Why an analysis is not there, without a name: the finding, or how many there are and who shows them."""
    count = len(error.issues)
    said = str(error.issues[0])
    if count == 1 and not names_someone(said, ids) and not error.issues[0].person:
        return f"{what} is not available. {said}"
    findings = "a finding about the tables is" if count == 1 else f"{count:,} findings about the tables are"
    return f"{what} is not available until {findings} fixed: see csm-xl {command}."


def lint_section(tables: Tables) -> Section:
    """What the plan check finds in the plans, each finding; of people and their results how many it finds."""
    from csm_xl.analysis.lint import lint
    from csm_xl.analysis.lint.rule import SEVERITIES

    found = lint(tables)
    counts = Counter(one.severity for one in found)
    if not found:
        return Section("lint", LINT, "The plan check finds nothing to fix", [Text("Every rule was checked.")])
    said = [counted(counts[one], one) for one in SEVERITIES if counts[one]]
    none = "" if counts["error"] else "No errors; "
    title = f"{none}{' and '.join(said)} to look at"
    rows = _lint_rows(found, tables["roster"].columns["employee_id"].tolist())
    head = ("Severity", "Rule", "Where", "Finding", "What to do")
    grid = Grid("Findings, errors first", head,
                rows, frozenset(), shares=(0.11, 0.08, 0.2, 0.36, 0.25))  # fmt: skip
    return Section(
        "lint", LINT, title, [grid, Text("csm-xl lint lists the findings about people one by one.")]
    )


def _lint_rows(found: Sequence[Finding], ids: Collection[str]) -> list[tuple[str, ...]]:
    from csm_xl.analysis.lint import RULES

    rows: dict[tuple[str, ...], int] = {}
    for one in found:
        rule = RULES[one.rule]
        about = rule.check.__module__.rpartition(".")[2] in _ABOUT_PEOPLE
        table = re.split(r"\W", one.where, maxsplit=1)[0].lower()
        plan = table in PLAN_TABLES or ".toml" in one.where
        if about or not plan or names_someone(f"{one.where} {one.message}", ids):
            row = (one.severity, one.rule, "people and results", rule.title, one.hint)
        else:
            row = (one.severity, one.rule, one.where, one.message, one.hint)
        rows[row] = rows.get(row, 0) + 1
    return [(*row[:3], row[3] if count == 1 else f"{row[3]} ({count:,} times)", row[4])
            for row, count in rows.items()]  # fmt: skip


def cost_section(
    tables: Tables,
    period: str,
    currency: str,
    several: bool,
    *,
    trials: int,
    seed: int,
    budget: float | None,
    proposed: Sequence[RawTable] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Section:
    """How the cost of one currency's plans may turn out. budget: in that currency; None: there is none.

    proposed: tables with proposed plans, which are drawn the same results.
    """
    from csm_xl.analysis.diff import under
    from csm_xl.analysis.simulate import simulate

    key, topic = ("cost", COST)
    if several:
        key, topic = f"cost-{currency.lower()}", f"{COST} ({currency})"
    ids = tables["roster"].columns["employee_id"].tolist()
    drawn = partial(simulate, period=period, trials=trials, seed=seed, currency=currency, progress=progress)
    try:
        done = drawn(tables)
    except CsmError as error:
        if {one.where for one in error.issues} & {"trials", "seed"}:
            raise  # a mistake of who asks, not of the tables
        return _why(key, topic, why_not(error, "The cost forecast", "simulate", ids))
    other, said = None, ""
    if proposed:
        try:
            other = drawn(under(tables, proposed))
        except CsmError as error:
            said = why_not(error, "The cost forecast of the proposed plans", "simulate", ids)
        else:
            moved = int((done.people.mean != other.people.mean).sum())
            if 0 < moved < FEWEST:
                other, said = (
                    None,
                    f"Fewer than {FEWEST} people would be paid differently under the proposed plans.",
                )
    title, blocks = _cost(done, other, budget, ids)
    return Section(key, topic, title, [*blocks, Text(said, note=True)] if said else blocks)


def _cost(
    done: Simulation, other: Simulation | None, budget: float | None, ids: Collection[str]
) -> tuple[str, list[Block]]:
    figures = dict(done.figures(budget)[1:])
    low, middle, high = (figures[name] for name in ("P10", "P50", "P90"))
    code = done.currency
    title = f"80% range of the cost: {whole(low)} to {whole(high)} {code}"
    marks = [
        (middle, f"P50 {short(middle)}", NAVY),
        (done.base, f"with today's results {short(done.base)}", TEAL_TEXT),
    ]
    if budget is not None:
        over = figures["probability over budget"]
        title += f"; over the budget of {whole(budget)} in {words.percent(over)} of trials"
        marks.append((budget, f"budget {short(budget)}", FAULT))
    every = done.totals if other is None else np.concatenate([done.totals, other.totals])
    edges = np.histogram_bin_edges(every, bins=_BARS)
    counts = np.histogram(done.totals, edges)[0]
    outline: list[int] = []
    if other is not None:
        more = other.mean - done.mean
        way = "more" if more > 0 else "less"
        title += "; the proposed plans cost " + (
            f"{whole(abs(more))} {way} on average" if abs(more) >= 1 else "as much on average"
        )
        middle = dict(other.figures()[1:])["P50"]
        marks.append((middle, f"proposed, outlined: P50 {short(middle)}", MARK))
        outline = np.histogram(other.totals, edges)[0].tolist()
    scene = density(edges.tolist(), counts.tolist(), marks,
                    f"variable pay of {done.period} ({code}); height: number of trials",
                    outline)  # fmt: skip
    head = f"{whole(done.mean)} {code} on average, from {whole(float(done.totals.min()))}"
    source = f"{done.trials:,} trials, seed {done.seed};"
    source += f" standard error of the mean {whole(done.standard_error)} {code}"
    alt = (
        f"Histogram of the simulated cost: P10 {whole(low)}, P50 {whole(figures['P50'])}, P90 {whole(high)}."
    )
    picture = Picture(f"{head} to {whole(float(done.totals.max()))}", scene, alt, source)
    told = [one for one in done.notes if not names_someone(one, ids)]
    if len(told) < len(done.notes):
        told.append("Missing actuals are assumed to be at goal.")
    if other is not None:
        told.append(
            "Both plans are drawn the same results. The last column shows the difference of each trial: its"
            " P10, P50 and P90 are not the differences of the two columns before it."
        )
    return title, [picture, _cost_table(done, other, budget), Text(" ".join(told))]


def _cost_table(done: Simulation, other: Simulation | None, budget: float | None) -> Grid:
    """The figures of the cost, beside them those of the proposed plans and of the difference."""
    from csm_xl.analysis.simulate import compare

    each = [done.figures(budget)]
    if other is not None:
        each += [other.figures(budget), compare(done, other).figures()]
    columns = [dict(rows[1:]) for rows in each]
    names = [name for name in columns[0] if name not in ("people", "seed")]
    if other is not None:
        names.remove("trials")
    rows = [(name, *(_figure(name, one[name]) if name in one else words.BLANK for one in columns))
            for name in names]  # fmt: skip
    heads = ("Value",) if other is None else ("Today", "Proposed", "Difference by trial")
    shares = (0.7, 0.3) if other is None else (0.38, 0.2, 0.2, 0.22)
    return Grid(f"Figures of the cost ({done.currency})", ("Figure", *heads), rows,
                frozenset(range(1, len(heads) + 1)), shares=shares)  # fmt: skip


def _figure(name: str, value: Any) -> str:
    if "probability" in name:
        return f"{value:.2%}"
    return f"{value:,}" if isinstance(value, int) else whole(value)


def comparison_section(
    tables: Tables, against: Iterable[RawTable], period: str, source: str,
    told: Callable[[str], None] = lambda _: None,
) -> list[Section]:  # fmt: skip
    """What other plans would pay the same people for the same results, by currency.

    against: tables with the proposed plans. source: what these were read from.
    """
    from csm_xl.analysis.diff import diff

    try:
        done = diff(tables, against, period, told)
    except CsmError as error:
        ids = tables["roster"].columns["employee_id"].tolist()
        return [_why("proposed", COMPARED, why_not(error, "What the proposed plans would pay", "diff", ids))]
    each = done.currencies
    return [_compared(done, currency, len(each) > 1, f"{source}, on the people and results of {period}")
            for currency in each]  # fmt: skip


def _compared(done: PlanDiff, currency: str, several: bool, source: str) -> Section:
    key, topic = "proposed", COMPARED
    if several:
        key, topic = f"proposed-{currency.lower()}", f"{COMPARED} ({currency})"
    mine = np.array([one == currency for one in done.facts["currency"]], dtype=bool)
    if int(mine.sum()) < FEWEST:
        return _why(key, topic, f"Fewer than {FEWEST} people are paid in {currency}.")
    before, after = done.before[mine], done.after[mine]
    moved = int((after - before).sum())
    up, down = int((after > before).sum()), int((after < before).sum())
    share = f" ({words.percent(moved / int(before.sum()))})" if before.sum() else ""
    if not done.labels:
        return Section(key, topic, "The proposed plans are the same as today's",
                       [Text("No change of theirs moves anybody's pay.")])  # fmt: skip
    if 0 < up + down < FEWEST:
        return _why(key, topic, f"Fewer than {FEWEST} people would be paid differently.")
    way = (
        "cost as much"
        if not moved
        else f"cost {whole(abs(money(moved)))} {currency} {'more' if moved > 0 else 'less'}"
    )
    title = f"The proposed plans {way}{share if moved else ''}: {few(up)} people gain, {few(down)} lose"
    changes = _changes(done, mine)
    start = money(int(before.sum()))
    rows, so_far = [("Today", start, start)], int(before.sum())
    for said, units, _ in changes:
        so_far += units
        rows.append((said, money(units), money(so_far)))
    rows.append(("Proposed", money(so_far), money(so_far)))
    biggest = max(changes, key=lambda one: abs(one[1]))
    finding = f"{biggest[0]}: {'+' if biggest[1] > 0 else ''}{whole(money(biggest[1]))} {currency}"
    alt = "; ".join(f"{said} {whole(amount)}" for said, amount, _ in rows)
    picture = Picture(f"Largest effect: {finding}", waterfall(rows, f"variable pay ({currency})"),
                      f"Waterfall in {currency}: {alt}.", source)  # fmt: skip
    listed = [(said, whole(money(units)), few(people)) for said, units, people in changes]
    table = Grid(f"Effect of each change ({currency})", ("Change", "Effect", "People affected"),
                 [*listed, ("All", whole(money(moved)), few(up + down))],
                 frozenset({1, 2}), True, (0.7, 0.15, 0.15))  # fmt: skip
    kinds = (("plan_id", "plan of a person"), ("level", "level"), ("location", "location"))
    groups = [_groups(done, mine, column, f"By {word} ({currency})", word.capitalize())
              for column, word in kinds]  # fmt: skip
    note = "Changes are applied one after another, in this order; they add up to the difference, to the cent."
    return Section(key, topic, title, [picture, table, *groups, Text(note)])


def _changes(done: PlanDiff, mine: Any) -> list[tuple[str, int, int]]:
    """Changes in words, what each moves, and how many people; those that move few people as one."""
    # The arrow is not in the font of the PDF.
    labels = [label.replace(" → ", " to ") for label in done.labels]
    each = list(zip(labels, (effect[mine] for effect in done.effects), strict=True))
    each = [one for one in each if one[1].any()]
    in_order = sorted(range(len(each)), key=lambda at: (int((each[at][1] != 0).sum()),
                                                        abs(int(each[at][1].sum()))))  # fmt: skip
    small: set[int] = set()
    together = np.zeros(int(mine.sum()), dtype=bool)
    for at in in_order:
        moved = each[at][1] != 0
        few = int(moved.sum()) < FEWEST or (small and int(together.sum()) < FEWEST)
        if few or len(each) - len(small) > _MOST_CHANGES:
            small.add(at)
            together |= moved
    found = [(label, int(effect.sum()), int((effect != 0).sum()))
             for at, (label, effect) in enumerate(each) if at not in small]  # fmt: skip
    if small:
        rest = np.sum([each[at][1] for at in small], axis=0)
        word = f"{len(small)} other changes"
        found.append((word if len(small) > 1 else each[min(small)][0], int(rest.sum()), int(together.sum())))
    return found or [("nothing", 0, 0)]


def _groups(done: PlanDiff, mine: Any, column: str, title: str, head: str) -> Grid:
    """Before and after by group; groups of fewer than five people as one."""
    said = [
        one or NOT_STATED for one in np.array([*done.facts[column], None], dtype=object)[:-1][mine].tolist()
    ]
    members: dict[str, list[int]] = {}
    for person, name in enumerate(said):
        members.setdefault(name, []).append(person)
    small = too_small(members)
    labels = np.array([SMALLER if one in small else one for one in said], dtype=object)
    rows = []
    for name in sorted(set(labels.tolist()), key=lambda one: (one == SMALLER, one)):
        at = labels == name
        old, new = done.before[mine][at], done.after[mine][at]
        sums = int(old.sum()), int(new.sum())
        rows.append((name, f"{int(at.sum()):,}", *(whole(money(one)) for one in (*sums, sums[1] - sums[0])),
                     few(int((new > old).sum())), few(int((new < old).sum()))))  # fmt: skip
    return Grid(title, (head, "People", "Today", "Proposed", "Difference", "Gain", "Lose"), rows,
                frozenset(range(1, 7)), shares=(0.27, 0.09, 0.15, 0.15, 0.14, 0.1, 0.1))  # fmt: skip
