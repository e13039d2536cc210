"""The parts of a statement, from the person's facts to the room for questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from reportlab.platypus import KeepTogether, Spacer, Table, TableStyle

from csm_xl.errors import counted
from csm_xl.pay.recording import Step
from csm_xl.report import words
from csm_xl.report.curve import drawing
from csm_xl.report.statement import TYPED_REASON, Chapter, Line, Statement
from csm_xl.report.style import (
    AMBER,
    AMBER_FILL,
    AMBER_TEXT,
    BOLD,
    FAULT_TEXT,
    GREY,
    INK,
    NAVY,
    PALE,
    REGULAR,
    RULE,
    TEAL,
    TEAL_TEXT,
)
from csm_xl.report.text import Run, Text, color

_WHITE: Final = "#FFFFFF"


def story(statement: Statement, width: float, analyst: bool = False, contact: str = "") -> list[Any]:
    """Everything between head and foot, in order, at a width in points.

    analyst: whether the IDs of components and the cells of the numbers are shown too. contact: for questions.
    """
    parts = [_who(statement, width), Spacer(1, 6), _tiles(statement, width), Spacer(1, 7)]
    for text in statement.notices:
        parts += [_banner(text, width), Spacer(1, 6)]
    parts += [_lines(statement, width, analyst), Spacer(1, 7), *_standing(statement, width), Spacer(1, 7)]
    return [*parts, *_how(statement, width, analyst), Spacer(1, 7), _signed(width, contact)]


def _text(text: str, size: float = 7.5, ink: str = INK, bold: bool = False, right: bool = False) -> Text:
    return Text(Run(text, size, ink, bold), right=right)


def styled_table(
    rows: Sequence[Sequence[Any]], widths: Sequence[float], *style: Any, **options: Any
) -> Table:
    """A table of texts or flowables in the statements' plain look, with more of `TableStyle` on top.

    widths: of its columns, in points.
    """
    plain = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 7.5, 9.2),
        ("TEXTCOLOR", (0, 0), (-1, -1), color(INK)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    looks = TableStyle([*plain, *style])
    return Table([list(row) for row in rows], list(widths), style=looks, hAlign="LEFT", **options)


def head_style(last: int = -1) -> list[Any]:
    """The look of a table's head, and of its rows down to the last."""
    return [
        ("BACKGROUND", (0, 0), (-1, 0), color(NAVY)),
        ("TEXTCOLOR", (0, 0), (-1, 0), color(_WHITE)),
        ("FONT", (0, 0), (-1, 0), BOLD, 7, 8.5),
        ("LINEBELOW", (0, 1), (-1, last), 0.4, color(RULE)),
    ]


def _who(statement: Statement, width: float) -> Table:
    named = [("Employee", statement.name), ("ID", statement.employee_id)]
    facts = [*(named if statement.name else [("Employee", statement.employee_id)]), *statement.who]
    cells = [
        Text(Run(label, 6, GREY), Run(value, 8, fresh=True)) for label, value in facts if label != "Plan"
    ]
    rows: list[list[Any]] = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    rows = [[*row, *[""] * (7 - len(row))] for row in rows]
    style: list[Any] = [("LEFTPADDING", (0, 0), (0, -1), 0)]
    for label, value in statement.who:
        if label == "Plan":
            style.append(("SPAN", (0, len(rows)), (-1, len(rows))))
            rows.append([Text(Run(label, 6, GREY), Run(value, 8, fresh=True)), *[""] * 6])
    return styled_table(rows, [width / 7] * 7, *style)


def _tiles(statement: Statement, width: float) -> Table:
    beyond = round(statement.paid - statement.on_target, 4)
    ratio = statement.on_target / statement.target if statement.target else None
    year = [amount for _, _, amount in statement.to_date if amount is not None]
    said = "paid, by the book of record" if statement.book else "calculated"
    periods = f"{said}, {counted(len(year), 'row' if statement.book else 'period')}"
    if unknown := len(statement.to_date) - len(year):
        periods += f", {unknown} not known"
    parts = f"{words.money(statement.on_target)} against target, {words.money(beyond)} without a target"
    with_more = parts if beyond else "all of it against a target"
    tiles = [
        ("Target variable pay", words.money(statement.target), f"{statement.currency}, for the period"),
        ("Attainment", words.percent(statement.attainment), "weighted by target"),
        ("% of target paid", words.percent(ratio), "target-based pay / target"),
        ("Variable pay", words.money(statement.paid), with_more),
        ("Plan year to date", words.money(round(sum(year), 4)), periods),
    ]
    if statement.base_alone:
        tiles = [
            ("Base pay", words.money(statement.base), f"{statement.currency}, for the period"),
            ("Variable pay", words.money(statement.paid), "the plan pays base salary only"),
            ("Pay", words.money(_pay_total(statement)), f"{statement.currency}, for the period"),
        ]
    cells = [
        [_text(label, 6.5, GREY), _text(value, 13, NAVY, bold=True), _text(under, 6, GREY)]
        for label, value, under in tiles
    ]
    return styled_table(
        [cells],
        [width / len(tiles)] * len(tiles),
        ("BACKGROUND", (0, 0), (-1, -1), color(PALE)),
        ("LINEABOVE", (0, 0), (-1, 0), 1.4, color(TEAL)),
        ("LINEAFTER", (0, 0), (-2, -1), 4, color(_WHITE)),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    )


def _banner(text: str, width: float) -> Table:
    return styled_table(
        [[_text(text, 8, AMBER_TEXT, bold=True)]],
        [width],
        ("BACKGROUND", (0, 0), (-1, -1), color(AMBER_FILL)),
        ("LINEBEFORE", (0, 0), (0, -1), 3, color(AMBER)),
    )


_SHARES: Final = (0.285, 0.105, 0.09, 0.1, 0.08, 0.075, 0.075, 0.075, 0.115)
"""How wide the columns of the payout lines are."""


def _lines(statement: Statement, width: float, analyst: bool) -> Table:
    """The table that adds up: components, what turns earned into payable, the total."""
    currency = f" ({statement.currency})"
    names = ("Component", f"Target{currency}", "Goal", "Actual", "Attained", "Payout", "Gate", "Modifier",
             f"Amount{currency}")  # fmt: skip
    rows: list[list[Any]] = [[_text(name, 7, _WHITE, True, at > 0) for at, name in enumerate(names)]]
    style = head_style()
    several = len(statement.lines) > 1 or len(statement.plans) > 1

    def full(*said: Run, amount: float | None = None, bold: bool = True, ink: str = NAVY) -> None:
        style.append(("SPAN", (0, len(rows)), (-2, len(rows))))
        shown = "" if amount is None else words.money(amount)
        rows.append([Text(*said), *[""] * 7, _text(shown, 7.5, ink, bold, right=True)])

    for period, lines in statement.lines.items():
        components = [line for line in lines if line.kind == "component"]
        plan = ""
        for line in components:
            if several and line.plan_id != plan:
                plan = line.plan_id
                style.append(("BACKGROUND", (0, len(rows)), (-1, len(rows)), color(PALE)))
                full(Run(f"{period} · {statement.plan_names.get(plan, plan)}", 7.5, NAVY, True))
            rows.append(_line_cells(line, analyst))
        extras = [line for line in lines if line.kind != "component"]
        if extras:
            full(Run("Earned", 7.5, INK, True), amount=_sum(components), ink=INK)
        for line in extras:
            other = "" if line.component_id == line.kind or not analyst else f", {line.component_id}"
            said = line.note if line.kind in TYPED_REASON else words.sentence_in_style(line.note)
            note = [Run(said, 6.3, GREY, fresh=True)]
            full(Run(line.kind.replace("_", " ").capitalize() + other), *note, amount=line.amount, ink=INK)
        if len(statement.lines) > 1:
            full(Run(f"Sum of {period}", 7.5, NAVY, True), amount=_sum(lines))
    if not statement.every:
        why = "The plan pays base salary only." if statement.base_alone else "No plan paid in this period."
        full(Run(why, 7.5, GREY))
    style.append(("LINEABOVE", (0, len(rows)), (-1, len(rows)), 1, color(NAVY)))
    full(Run(f"Variable pay of {statement.period}", 7.5, NAVY, True), amount=statement.paid)
    for period, amount in statement.corrections:
        full(Run(f"Correction of {period}, paid with {statement.period}"), amount=amount, ink=INK)
    if statement.corrections:
        whole = round(statement.paid + sum(amount for _, amount in statement.corrections), 4)
        full(Run(f"Variable pay of {statement.period} with corrections", 7.5, NAVY, True), amount=whole)
    return styled_table(rows, [share * width for share in _SHARES], *style, repeatRows=1)


def _sum(lines: Sequence[Line]) -> float:
    return round(sum(line.amount for line in lines), 4)


def _line_cells(line: Line, analyst: bool) -> list[Any]:
    name = [Run(line.name)]
    if analyst and line.name != line.component_id:
        name.append(Run(f"({line.component_id})", 7.5, GREY))
    if line.note:
        name.append(Run(line.note, 6.3, AMBER_TEXT, fresh=True))
    failed = line.gate is False
    gate = words.BLANK if line.gate is None else "not met" if failed else "met"
    modifier = words.BLANK if line.modifier in (None, 1.0) else f"× {words.figure(line.modifier)}"
    measured = words.ratio if line.measures_ratio else words.figure
    shown = [words.money(line.target), measured(line.goal), measured(line.actual),
             words.percent(line.attainment), words.percent(line.ratio)]  # fmt: skip
    return [
        Text(*name),
        *(_text(text, right=True) for text in shown),
        _text(gate, 7.5, FAULT_TEXT if failed else INK, right=True),
        _text(modifier, right=True),
        _text(words.money(line.amount), bold=True, right=True),
    ]


def _standing(statement: Statement, width: float) -> list[Any]:
    """The pay curves, and the sums of the period and the year: beside a lone curve, else beneath."""
    wide = width / 3
    pictures = [drawing(view, words.one_line(view.name), wide - 10, 118) for view in statement.curves]
    bare = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]  # fmt: skip
    if len(pictures) == 1 and len(statement.to_date) <= 6:
        room = 2 * wide
        sums = [_pay(statement, room), Spacer(1, 5), _year(statement, room)]
        return [styled_table([[pictures[0], sums]], [wide, room], *bare)]
    lines = [pictures[at : at + 3] for at in range(0, len(pictures), 3)]
    rows = [[*line, *[""] * (3 - len(line))] for line in lines]
    apart = ("BOTTOMPADDING", (0, 0), (-1, -1), 6)
    curves = [styled_table(rows, [wide] * 3, *bare, apart)] if rows else []
    left, right = width * 0.4, width * 0.57
    year = "" if statement.base_alone else _year(statement, right)
    sums = [[_pay(statement, left), year]]
    return [*curves, styled_table(sums, [width - right, right], *bare)]


_SUMMED: Final = [
    ("FONT", (0, -1), (-1, -1), BOLD, 7.5, 9),
    ("LINEABOVE", (0, -1), (-1, -1), 0.8, color(NAVY)),
    ("TEXTCOLOR", (0, -1), (-1, -1), color(NAVY)),
    ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
]
"""The look of a table whose last row is a sum."""


def _pay_total(statement: Statement) -> float:
    return round(statement.base + statement.paid + (statement.equity or 0.0), 4)


def _pay(statement: Statement, width: float) -> Table:
    pay = [("Base pay", statement.base), ("Variable pay", statement.paid)]
    if statement.equity is not None:
        pay.append(("Equity vested, valued at the day's price (estimate)", statement.equity))
    rows: list[list[Any]] = [[_text(name), words.money(amount)] for name, amount in pay]
    rows.append(["Total", words.money(_pay_total(statement))])
    head = [f"Pay of {words.one_line(statement.period)}", f"Amount ({statement.currency})"]
    return styled_table([head, *rows], [width * 0.66, width * 0.34], *head_style(-2), *_SUMMED)


def _year(statement: Statement, width: float) -> Table:
    rows = [["Plan year to date", "Target", "Paid" if statement.book else "Calculated"]]
    targets = round(sum(target or 0.0 for _, target, _ in statement.to_date), 4)
    paid = round(sum(amount or 0.0 for *_, amount in statement.to_date), 4)
    for period, target, amount in [*statement.to_date, ("Sum", targets, paid)]:
        shown = words.money(amount) if amount is not None else "not known"
        rows.append([words.one_line(period), words.money(target), shown])
    return styled_table(rows, [share * width for share in (0.4, 0.3, 0.3)], *head_style(-2), *_SUMMED)


def _how(statement: Statement, width: float, analyst: bool) -> list[Any]:
    """Every step, with its calculation in numbers; for an analyst all digits and their cells."""
    style = [*head_style(), ("TOPPADDING", (0, 1), (-1, -1), 1), ("BOTTOMPADDING", (0, 1), (-1, -1), 1.6)]
    style.append(("SPAN", (0, 0), (1, 0)))
    style.append(("ALIGN", (2, 0), (2, 0), "RIGHT"))
    rows: list[list[Any]] = [
        ["How this was calculated", "", "Result", "Rule, and the cells of its numbers" if analyst else "Rule"]
    ]
    shortened = False
    several = len(statement.lines) > 1
    for chapter in statement.chapters:
        style.append(("BACKGROUND", (0, len(rows)), (-1, len(rows)), color(PALE)))
        style.append(("SPAN", (0, len(rows)), (1, len(rows))))
        style.append(("NOSPLIT", (0, len(rows)), (-1, len(rows) + 1)))
        title = f"{chapter.period} · {chapter.title}" if several else chapter.title
        amount = "" if chapter.amount is None else words.money(chapter.amount)
        rows.append([_text(title, 7, NAVY, True), "", _text(amount, 7, NAVY, True, True), ""])
        for step in chapter.steps:
            inputs = step.inputs if analyst else words.shortened(step.inputs)
            shortened |= inputs != step.inputs
            rows.append(_step(step, words.calculation_in_style(inputs), _rule(step, chapter), analyst))
    table = styled_table(rows, [share * width for share in (0.13, 0.36, 0.11, 0.4)], *style, repeatRows=1)
    return [table, Spacer(1, 3), _text(_SHORTENED, 6.3, GREY)] if shortened else [table]


_SHORTENED: Final = "Long numbers are shown with four decimals; the calculation used every digit."


def _rule(step: Step, chapter: Chapter) -> str:
    """The rule of a step. A reason that somebody typed stays as it is."""
    rule, colon, reason = step.formula.partition(": ") if chapter.typed_reason else (step.formula, "", "")
    return f"{words.sentence_in_style(rule)}{colon}{reason}"


def _step(step: Step, inputs: str, rule: str, analyst: bool) -> list[Any]:
    cells = [Run(step.source, 6.3, TEAL_TEXT)] if analyst else []
    return [
        _text(step.step, 6.3, INK, True),
        _text(inputs, 6.3),
        _text(_result(step), 6.3, INK, True, True),
        Text(Run(rule, 6.3, GREY), *cells),
    ]


_RATIOS: Final = ("Attainment", "Column attainment", "Score", "Curve", "Matrix", "Payout ratio",
                  "Eligible days", "Plan cap", "Pool factor")  # fmt: skip
_PLAIN: Final = ("Goal", "Modifier", "Book adjustment", "Adjusted rate", "Unrounded", "Before the plan cap")


def _result(step: Step) -> str:
    if step.value is None:
        return ""
    if isinstance(step.value, bool):
        return "met" if step.value else "not met"
    if step.step in _RATIOS:
        return f"{words.figure(step.value * 100)}%"
    plain = step.step in _PLAIN or step.step.endswith((" kept", " opening", " to retain"))
    return words.figure(step.value) if plain else words.money(step.value)


def _signed(width: float, contact: str) -> KeepTogether:
    """Room for questions, with the contact, and for signatures, on one page."""
    asked = "Questions: which line, which number, and what you expected"
    query = Text(Run(asked, 6.5, GREY), Run(contact, 7.5, INK, fresh=True))
    employee, manager = (_text(text, 6.5, GREY) for text in ("Employee, date", "Manager, date"))
    box = styled_table(
        [[query, "", employee], ["", "", ""], ["", "", manager], ["", "", ""]],
        [width * 0.5, width * 0.04, width * 0.46],
        ("BOX", (0, 0), (0, -1), 0.6, color(RULE)),
        ("SPAN", (0, 0), (0, -1)),
        ("LINEBELOW", (2, 1), (2, 1), 0.6, color(GREY)),
        ("LINEBELOW", (2, 3), (2, 3), 0.6, color(GREY)),
        rowHeights=[11, 13, 11, 13],
    )
    return KeepTogether([box])
