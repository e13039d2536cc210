"""Columns that several component types share, each declared once."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema import DIRECTIONS, SCOPES, Column

WEIGHT: Final = Column("weight", "ratio", "Share of the target incentive; the plan's weights sum to 1.",
                       required=True, at_least=0, at_most=1, unit="ratio")  # fmt: skip
CURVE: Final = Column("curve_id", "id", "Payout curve; blank: the payout ratio is the attainment.",
                      refers="curves.curve_id")  # fmt: skip
FLOOR: Final = Column("floor", "ratio", "Least payout ratio.", unit="ratio", at_least=0)
CAP: Final = Column("cap", "ratio", "Greatest payout ratio.", unit="ratio", at_least=0)
MODIFIED: Final = Column("modified", "flag", "Whether the company and division modifier applies.",
                         default=False)  # fmt: skip
GATE: Final = (
    Column("gate_measure", "id", "Another measure that must hold, else gate_otherwise is the most paid."),
    Column("gate_scope", "word", "Whose result the gate looks at; blank: the component's scope.",
           choices=SCOPES),
    Column("gate_on", "word", "What the gate compares.", default="attainment",
           choices=("attainment", "actual")),
    Column("gate_direction", "word", "higher: must reach the minimum; lower: lower is better.",
           default="higher", choices=DIRECTIONS),
    Column("gate_minimum", "number", "What must be reached; for a lower-is-better actual, the most allowed."),
    Column("gate_otherwise", "ratio", "Greatest payout ratio when the gate fails.", default=0.0, at_least=0,
           unit="ratio"),
)  # fmt: skip
RATE: Final = Column("rate", "ratio", "Commission rate on the credited amount.", unit="ratio")
FIXED_AMOUNT: Final = Column("fixed_amount", "money", "Amount per deal, event or milestone.", unit="money")
MAX_AMOUNT: Final = Column("max_amount", "money", "Most that the component pays in a period.", unit="money",
                           at_least=0)  # fmt: skip
