"""A payout line that is no component's."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from csm_xl.engine.component import LineExplanation
from csm_xl.engine.person_period import PersonPeriod
from csm_xl.plan.periods import Period


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """A line that is no component's: what it changes, why, and the days it counts for."""

    period: Period
    person: int
    seat: PersonPeriod
    type: str
    component_id: str
    days: int
    unrounded: Fraction
    amount: Fraction
    explanation: LineExplanation

    def columns(self) -> dict[str, Any]:
        """The line by column name."""
        return {
            "period": self.period.name,
            "employee_id": self.person,
            "plan_id": self.seat.plan.plan_id,
            "component_id": self.component_id,
            "type": self.type,
            "eligible_days": self.days,
            "period_days": self.period.days,
            "proration": self.days / self.period.days,
            "unrounded": float(self.unrounded),
            "amount": float(self.amount),
            "explanation": self.explanation,
        }
