"""What people who are not eligible are paid by a plan: nothing, on lines that say why."""

from __future__ import annotations

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.eligibility import NOT_ELIGIBLE, Notes
from csm_xl.engine.targets import Figures
from csm_xl.pay.recording import chapter, step, tracing
from csm_xl.pay.trace import Cell, number
from csm_xl.plan.model import PlanTerms


def forfeit(cohort: Cohort, figures: Figures, notes: Notes) -> bool:
    """Takes the pay of those who are not eligible from their lines; whether there is anybody.

    notes: why each person is not, 0 for one who is. What a line came to before its modifier stays: a year to
    date counts it as settled, so that no later period pays it.
    """
    gone = notes != 0
    if not gone.any():
        return False
    for line, terms in zip(figures.lines, cohort.components, strict=True):
        line.notes = line.notes | notes
        nothing = np.where(gone, line.value * 0, line.value)
        if tracing():
            chapter(terms.component_id)
            why = "; ".join(words for note, words in NOT_ELIGIBLE.items() if notes[0] & note)
            given = line.value * number(0)
            nothing = step("Eligibility", f"not eligible: {why}", nothing, *_cells(cohort.plan), given=given)
        line.value = nothing
        line.error = np.where(gone, 0.0, line.error)
    return True


def _cells(plan: PlanTerms) -> tuple[Cell, ...]:
    """The cells that say who is eligible."""
    stated = {
        "must_be_employed": plan.must_be_employed != "none",
        "minimum_days": plan.minimum_days is not None,
        "waiting_days": bool(plan.waiting_days),
        "forfeit_reasons": bool(plan.forfeit_reasons),
    }
    return tuple(("plans", plan.row, name) for name, there in stated.items() if there)
