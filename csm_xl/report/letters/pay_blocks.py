"""What a component pays, as a table and a chart; the figures are the engine's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from csm_xl.analysis.letter_pay.assumed import own_gates
from csm_xl.analysis.letter_pay.figures import at_goal
from csm_xl.analysis.letter_pay.pay import PaidAt
from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.report import words
from csm_xl.report.letters.component_words import Component
from csm_xl.report.letters.document import Block, Chart, Grid, Paragraph, Together
from csm_xl.report.letters.sentences import ratio

_MOST_COLUMNS: Final = 8


def pay_blocks(component: Component, one: YearTerms, rows: Sequence[PaidAt], others: bool) -> list[Block]:
    """The table of what a target-based component pays, its chart, and what the figures assume.

    others: whether the plan has other target-based components.
    """
    terms = component.terms
    if terms.matrix is not None:
        return [_matrix(component, one, rows), _note(component, one, others)]
    table, chart = _table(component, one, rows), _chart(component, one, rows)
    return [Together(table, chart) if chart is not None else table, _note(component, one, others)]


def _heads(component: Component, one: YearTerms) -> list[str]:
    currency, shown = component.plan.currency, one.shown[component.terms.component_id].period
    year = f"Plan year {one.year} ({currency})"
    return [year] if shown.kind == "year" else [f"{shown.name} ({currency})", year]


def _amounts(component: Component, one: YearTerms, row: PaidAt) -> list[str]:
    shown = one.shown[component.terms.component_id].period
    return (
        [words.money(row.year)] if shown.kind == "year" else [words.money(row.period), words.money(row.year)]
    )


def _table(component: Component, one: YearTerms, rows: Sequence[PaidAt]) -> Grid:
    figure = f"{component.values.get('measure')}" if component.terms.own_unit else "Attainment"
    if component.terms.pays_on == "goals":
        figure = "Score"
    heads = _heads(component, one)
    # Before the last period of the year an interim cap may hold the payout down.
    payout = (
        f"Payout, {heads[0].split(' (')[0]}" if component.values.get("interim_cap") is not None else "Payout"
    )
    found = [[figure, payout, *heads]]
    goal = at_goal(component.terms).figure
    strong = set()
    for row in table_rows(rows):
        label = _label(component, row)
        if row.point.at.figure == goal:
            strong.add(len(found) - 1)
        paid = words.BLANK if row.ratio is None else ratio(round(row.ratio, 4))
        found.append([label, paid, *_amounts(component, one, row)])
    return Grid(found, 1, frozenset(strong))


def table_rows(rows: Sequence[PaidAt]) -> list[PaidAt]:
    """The rows of the table: of those that pay nothing before pay begins only the last."""
    shown = [row for row in rows if row.point.shown]
    paying = [at for at, row in enumerate(shown) if row.year or row.period]
    return shown[max(paying[0] - 1, 0) :] if paying else shown


def _label(component: Component, row: PaidAt) -> str:
    value = component.value if component.terms.own_unit else ratio
    if row.point.near:
        worse = "above" if component.terms.own_unit and _lower(component) else "below"
        better = "below" if worse == "above" else "above"
        return f"just {worse if row.point.near < 0 else better} {value(row.point.bound)}"
    return value(row.point.at.figure)


def _lower(component: Component) -> bool:
    return component.terms.curve is not None and component.terms.curve.lower


def _matrix(component: Component, one: YearTerms, rows: Sequence[PaidAt]) -> Grid:
    terms = component.terms
    assert terms.matrix is not None
    down, across = str(component.values["measure"]), str(component.values["column_measure"])
    value = component.value if terms.own_unit else ratio
    heads = zip((terms.matrix.rows, terms.matrix.columns), terms.matrix.exceeded(), strict=True)
    downs, acrosses = (
        [f"{'above ' if exceed else ''}{value(head)}" for head, exceed in zip(*part, strict=True)]
        for part in heads
    )
    wide = len(acrosses)
    if wide > _MOST_COLUMNS:
        lines = [
            [
                downs[at // wide],
                acrosses[at % wide],
                ratio(row.ratio or 0.0),
                *_amounts(component, one, row),
            ]
            for at, row in enumerate(rows)
        ]
        return Grid([[down, across, "Payout", *_heads(component, one)], *lines], 2)
    head = [f"{down} down, {across} across: {_heads(component, one)[0]}", *acrosses]
    several = len(_heads(component, one)) > 1
    found = [head]
    for at in range(0, len(rows), wide):
        line = rows[at : at + wide]
        amounts = [words.money(row.period if several else row.year) for row in line]
        found.append([downs[at // wide], *amounts])
    return Grid(found, 1)


def _chart(component: Component, one: YearTerms, rows: Sequence[PaidAt]) -> Chart | None:
    shown = one.shown[component.terms.component_id].period
    year = shown.kind == "year"
    spots = [(row.point.at.figure, row.year if year else row.period) for row in rows]
    spots.sort()
    if len({row.point.at.figure for row in rows if not row.point.near}) < 2:
        return None  # one point and the one next to it would look like a slope
    goal = at_goal(component.terms).figure
    marked = next((spot for spot in spots if spot[0] == goal), None)
    of = str(component.values.get("measure")) if component.terms.own_unit else "attainment"
    if component.terms.pays_on == "goals":
        of = "score"
    when = f"plan year {one.year}" if year else shown.name
    as_ratio = not component.terms.own_unit or component.value(spots[-1][0]).endswith("%")
    if marked is not None and next(row for row in rows if row.point.at.figure == goal).ratio != 1:
        marked = None if component.terms.own_unit else marked
    return Chart(spots, marked, of, f"{component.plan.currency}, {when}", as_ratio)


def _note(component: Component, one: YearTerms, others: bool) -> Paragraph:
    """What the figures assume."""
    terms, assumed = component.terms, []
    if others:
        assumed.append("all other components are at goal")
    if not all(own_gates(terms)):
        assumed.append("the conditions on other figures are met")
    if terms.values.get("modified"):
        assumed.append("all modifiers are 1")
    if terms.pool_amount is not None:
        assumed.append("the maximum for everybody together is not exceeded")
    if terms.values.get("book_adjusted"):
        assumed.append("your accounts retain what is expected")
    shown = one.shown[terms.component_id]
    if shown.period.kind != "year":
        assumed.append("the plan year has the same attainment in every period")
    said = "Calculated with the rules that pay you"
    said += f", if {'; '.join(assumed)}." if assumed else "."
    if component.plan.combination == "multiplicative":
        said += " Because payout percentages are multiplied, amounts are those of all components together."
    if not shown.whole:
        said += f" In {shown.period.name} you are on these terms for part of the period."
    return Paragraph(said, small=True)
