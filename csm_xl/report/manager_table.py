"""The table of a manager's summary, and its sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from reportlab.platypus import Spacer, Table

from csm_xl.errors import counted
from csm_xl.report import words
from csm_xl.report.blocks import head_style, styled_table
from csm_xl.report.statement import Statement
from csm_xl.report.style import AMBER_TEXT, GREY, NAVY
from csm_xl.report.text import Run, Text, color

_HEADS: Final = ("Employee", "Plan", "Target", "Attained", "% of target paid", "Variable pay",
                 "Plan year to date")  # fmt: skip
_SHARES: Final = (0.25, 0.2, 0.115, 0.085, 0.1, 0.125, 0.125)


def story(people: Sequence[Statement], width: float, contact: str) -> list[Any]:
    """The tables, one for each currency, with their notes, at a width in points. contact: for questions."""
    parts: list[Any] = []
    for currency in dict.fromkeys(one.currency for one in people):
        mine = [one for one in people if one.currency == currency]
        parts += [_table(mine, currency, width), Spacer(1, 8)]
    told = "The statement of each person follows, with every step. Attained is weighted by target."
    if any(amount is None for one in people for *_, amount in one.to_date):
        told += " * without periods whose pay is not known."
    parts.append(Text(Run(told, 7, GREY)))
    if contact:
        parts += [Spacer(1, 3), Text(Run(f"Questions: {contact}", 7.5, GREY))]
    return parts


def _table(people: Sequence[Statement], currency: str, width: float) -> Table:
    heads = [name if at in (0, 1, 3, 4) else f"{name} ({currency})" for at, name in enumerate(_HEADS)]
    rows: list[list[Any]] = [
        [Text(Run(name, 7, "#FFFFFF", True), right=at > 1) for at, name in enumerate(heads)]
    ]
    for one in people:
        rows.append([_who(one), Text(Run(_plans(one))), *map(_figure, _figures([one]))])
    sums = _figures(people)
    size = counted(len(people), "person", "people")
    rows.append([Text(Run(f"Total, {size}", 8, NAVY, True)), "", *(_figure(text, True) for text in sums)])
    style = [*head_style(-2), ("LINEABOVE", (0, -1), (-1, -1), 1, color(NAVY)),
             ("TOPPADDING", (0, 1), (-1, -1), 4), ("BOTTOMPADDING", (0, 1), (-1, -1), 4)]  # fmt: skip
    return styled_table(rows, [share * width for share in _SHARES], *style, repeatRows=1)


def _who(one: Statement) -> Text:
    """The name, the ID beneath it, and what must be known of the statement."""
    runs = [Run(one.name, 8.5, NAVY, True), Run(one.employee_id, 6.5, GREY, fresh=True)] if one.name else [
        Run(one.employee_id, 8.5, NAVY, True)
    ]  # fmt: skip
    return Text(*runs, *(Run(notice, 6.3, AMBER_TEXT, fresh=True) for notice in one.notices))


def _plans(one: Statement) -> str:
    return ", ".join(one.plan_names.get(plan, plan) for plan in one.plans) or words.BLANK


def _figures(people: Sequence[Statement]) -> list[str]:
    """Target, attainment, % of target paid, variable pay and year to date of one person or several."""
    target = round(sum(one.target for one in people), 4)
    based = round(sum(one.on_target for one in people), 4)
    reached = [(line.target, line.attainment) for one in people for line in one.every
               if line.target and line.attainment is not None]  # fmt: skip
    whole = sum(weight for weight, _ in reached)
    attained = sum(weight * share for weight, share in reached) / whole if whole else None
    paid = round(sum(one.paid for one in people), 4)
    year = [amount for one in people for *_, amount in one.to_date]
    known = words.money(round(sum(amount or 0.0 for amount in year), 4))
    return [
        words.money(target),
        words.percent(attained),
        words.percent(based / target if target else None),
        words.money(paid),
        f"{known} *" if None in year else known,
    ]


def _figure(text: str, bold: bool = False) -> Text:
    return Text(Run(text, 8, NAVY if bold else "#1C2530", bold), right=True)
