"""Where the blocks of one employee's pay are on the What-if, and what is behind each component."""

from __future__ import annotations

from typing import Final

from csm_xl.workbook.sheets.what_if.trial import BEHIND
from csm_xl.xlsx.addresses import letters

WAYS: Final = "tblWhatIfWays"
COMPONENTS: Final = 6
POINTS: Final = 8
HEADS, LIST, CURVE_TOP = 8, 18, 27
"""Rows: the heads of the pay of the period, of its components, and the block that changes a curve."""
FIRST, LAST = LIST + 1, LIST + COMPONENTS
"""The rows of components."""
POINT: Final = CURVE_TOP + 4
"""The row of the first curve point."""
CHART_ROWS: Final = 14
TIERS: Final = POINT + POINTS + 1 + CHART_ROWS + 1
"""The row of the block beneath the chart of the curve."""
FIELDS: Final = ("component", "row", "curve", "first", "last", "mode", "below", "above", "curve cap",
                  "floor", "cap", "attainment", "weight", "as today", "gate", "target", "measured",
                  "by curve", "by curve then", "modified", "factor", "factor then", "paid",
                  "paid then", "curve rows", "rows apart", "stays")  # fmt: skip
"""What is behind each component, from the column after the one that numbers them. as today: why another
attainment does not show its payout, stays: the reason that its rules or its curve are; gate: the most that
it pays while its gate is not met; factor: of the modifier; paid: the payout times it."""
COLUMN: Final = {name: f"${letters(BEHIND + 1 + at)}" for at, name in enumerate(FIELDS)}
"""The letters of each of those columns, behind a $."""
TODAY_OR: Final = "Blank: unchanged."
