"""Payout lines, and the previews beside curves and tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from csm_xl.engine.lines import EVERY_COLUMN, EXTRAS, LATER
from csm_xl.plan.display_names import EMPLOYEE_NAME
from csm_xl.plan.paid_in import CURRENCY
from csm_xl.plan.parts import not_on_attainment
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Tables
from csm_xl.workbook.layout import LINE_KINDS, NAME_ROOM, input_header, line_header, number_of
from csm_xl.workbook.page import Column, Table, this_row
from csm_xl.workbook.sheets.inputs import SEVERAL, currency_of

PAYOUTS: Final = "tblPayouts"
TOTALS: Final = "tblTotalComp"
CURVE_PREVIEW: Final = "tblCurveTrial"
TIER_PREVIEW: Final = "tblTierTrial"
_SUMMED: Final = frozenset({"component_target", "amount"})
_READ: Final = ("period", "employee_id", EMPLOYEE_NAME, "plan_id", "component_id", "type",
                "component_target", "goal", "actual", "attainment", "payout_ratio", "modifier",
                "amount")  # fmt: skip
"""The columns of a payout line that are read and printed; with its note they come first."""
FOLDABLE: Final = frozenset({*EXTRAS, EMPLOYEE_NAME})
"""The columns of payout lines that are hidden while nothing is in them."""
_ROOM: Final = 15
"""The least width of a column that a later refresh may fill."""


@dataclass(frozen=True)
class Paid:
    """What a workbook shows of a run.

    period: what was asked for. lines: a header, then the payout lines, as `Lines.rows` gives them.
    """

    period: Period
    lines: Sequence[Sequence[Any]]


def read_columns(currency: str) -> tuple[str, ...]:
    """The columns of the payout lines that are printed; their currency too, where there are several."""
    return (*_READ, *((CURRENCY,) if currency == SEVERAL else ()), "note")


def payout_columns(currency: str, header: Sequence[str] = ()) -> list[str]:
    """The columns of the payout lines in order, with those of a header that are beyond them.

    >>> payout_columns("USD")[12:15]
    ['amount', 'note', 'eligible_days']
    """
    return list(dict.fromkeys([*read_columns(currency), *EVERY_COLUMN, *header]))


def payouts(paid: Paid, currency: str) -> Table:
    """The payout lines, every figure of every step a column.

    First the columns that are read, which fit on the width of a page, then those of the other steps. Columns
    that no plan uses yet are there too, folded away, so that a refresh finds its place for each.
    """
    header, rows = list(paid.lines[0]), paid.lines[1:]
    names = payout_columns(currency, header)
    if names != header:
        at = [header.index(name) if name in header else None for name in names]
        rows = [[None if place is None else line[place] for place in at] for line in rows]
    unused = {
        name for at, name in enumerate(names) if name in FOLDABLE and all(line[at] is None for line in rows)
    }
    columns = tuple(
        Column(line_header(name, currency), "value",
               number_of("payouts", name, LINE_KINDS.get(name, "text")),
               total=name in _SUMMED and currency != SEVERAL,
               optional=name in (*LATER, EMPLOYEE_NAME) or (name == CURRENCY and currency != SEVERAL),
               folded=name in unused,
               least=NAME_ROOM if name == EMPLOYEE_NAME else _ROOM if name in EXTRAS else 0)
        for name in names
    )  # fmt: skip
    note = (
        "Written by the refresh, as values. The steps at the right of Note are not printed; columns that no"
        " plan here uses are hidden."
    )
    return Table(PAYOUTS, "Payout lines", note, columns, rows)


@dataclass(frozen=True, slots=True)
class Money:
    """The headers that the formulas of the output sheets name, in the workbook's currency."""

    currency: str

    def __getitem__(self, words: str) -> str:
        return f"{words} ({self.currency})"


def curve_preview(tables: Tables, left: int) -> Table | None:
    """Each curve tried out at its curve points, between them and beyond: live ``CSM_PAYCURVE``."""
    left_out = not_on_attainment(tables)
    points = [
        [name, at]
        for name, knots in _grouped(tables, "curves", "curve_id", "attainment").items()
        if name not in left_out
        for at in _tried(knots)
    ]
    source = _Source(CURVE_PREVIEW, "tblCurves", "Curve id", "Attainment (%)", "Payout (%)")
    options = {"Mode": "linear", "Below": "zero", "Above": "hold", "Cap (%)": "none"}
    cap = this_row(CURVE_PREVIEW, "Cap (%)")
    words = ",".join(this_row(CURVE_PREVIEW, word) for word in ("Mode", "Below", "Above"))
    columns = (
        Column("Curve id", "value", "text"),
        Column("Attainment (%)", "value", "percent"),
        Column("Payout ratio (%)", "calc", "percent",
               f"=CSM_PAYCURVE({this_row(CURVE_PREVIEW, 'Attainment (%)')},{source.block},{words},"
               f'IF(ISNUMBER({cap}),{cap},""))'),
        *(Column(header, "calc", "percent" if "%" in header else "general", source.option(header, default),
                 folded=True) for header, default in options.items()),
        *source.columns,
    )  # fmt: skip
    note = "Live: change a curve point to see the effect on pay."
    return _preview(CURVE_PREVIEW, "Curve preview", note, columns, points, left)


def tier_preview(tables: Tables, left: int) -> Table | None:
    """Each tier table on amounts tried out at its bounds and between them: live ``CSM_TIERPAY``."""
    currency = currency_of(tables)
    names, on = (reversed(tables["tiers"].columns[name].tolist()) for name in ("tier_id", "on"))
    measures = dict(zip(names, on, strict=True))  # the first row of a table counts
    points = [
        [name, at]
        for name, bounds in _grouped(tables, "tiers", "tier_id", "from").items()
        for at in _tried(bounds, below=False)
        if measures[name] == "amount"
    ]
    amount = f"Amount ({currency})"
    source = _Source(
        TIER_PREVIEW,
        "tblTiers",
        "Tier id",
        input_header(tables, "tiers", "from", currency),
        input_header(tables, "tiers", "rate", currency),
    )
    options = {"Mode": "marginal", "Tie": "upper", "Strict": "no"}
    mode, typed, strict = (this_row(TIER_PREVIEW, word) for word in options)
    tie = f'IF(N({strict})=1,"lower",{typed})'
    columns = (
        Column("Tier id", "value", "text"),
        Column(amount, "value", "money"),
        Column(f"Earned ({currency})", "calc", "money",
               f"=CSM_TIERPAY({this_row(TIER_PREVIEW, amount)},{source.block},{mode},0,{tie})"),
        *(Column(header, "calc", "general", source.option(header, default), folded=True)
          for header, default in options.items()),
        *source.columns,
    )  # fmt: skip
    return _preview(
        TIER_PREVIEW, "Tier preview", "Live: change a rate to see the effect on pay.", columns, points, left
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a preview finds the rows of a curve or tier table, however many it has."""

    preview: str
    table: str
    key: str
    first: str
    last: str

    @property
    def columns(self) -> tuple[Column, Column]:
        """The columns that find them: the first row and the last."""
        name = this_row(self.preview, self.key)
        keys = f"{self.table}[{self.key}]"
        return (
            Column("First (row)", "calc", "count", f"=MATCH({name},{keys},0)", folded=True),
            Column("Last (row)", "calc", "count",
                   f"={this_row(self.preview, 'First (row)')}+COUNTIFS({keys},{name})-1", folded=True),
        )  # fmt: skip

    @property
    def block(self) -> str:
        """The block of curve points or tiers."""
        start, end = (this_row(self.preview, name) for name in ("First (row)", "Last (row)"))
        first, last = (f"{self.table}[{header}]" for header in (self.first, self.last))
        return f"INDEX({first},{start}):INDEX({last},{end})"

    def option(self, header: str, default: str) -> str:
        """An option from the first row, or the default for a blank."""
        cell = f"INDEX({self.table}[{header}],{this_row(self.preview, 'First (row)')})"
        return f'=IF({cell}="","{default}",{cell})'


def _preview(
    name: str, caption: str, note: str, columns: tuple[Column, ...], points: list[list[Any]], left: int
) -> Table | None:
    blank: list[Any] = [None] * (len(columns) - 2)
    rows = [[*point, *blank] for point in points]
    return Table(name, caption, note, columns, rows, left) if rows else None


def _grouped(tables: Tables, table: str, key: str, column: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    columns = tables[table].columns
    for name, value in zip(columns[key].tolist(), columns[column].tolist(), strict=True):
        found.setdefault(name, []).append(value)
    return found


def _tried(knots: list[float], below: bool = True) -> list[float]:
    """The curve points, the middles between them, and a step beyond either end."""
    known = sorted(set(knots))
    step = (known[-1] - known[0]) / (len(known) - 1) if len(known) > 1 else abs(known[0]) or 1.0
    middles = [(a + b) / 2 for a, b in pairwise(known)]
    ends = [known[-1] + step / 2, *([known[0] - step / 2] if below else [])]
    return sorted(round(at, 6) for at in (*known, *middles, *ends))
