"""What people who are not eligible are paid by a plan: nothing, on lines that say why."""

from __future__ import annotations

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.eligibility import NOT_ELIGIBLE, WAITING, Notes
from csm_xl.engine.targets import Figures
from csm_xl.pay.recording import chapter, step, tracing
from csm_xl.pay.trace import Cell, number
from csm_xl.plan.model import PlanTerms


def forfeit(cohort: Cohort, figures: Figures, notes: Notes) -> bool:
    """Takes the pay of those who are not eligible from their lines; whether there is anybody.

    notes: why each person is not, 0 for one who is. What a line came to before its modifier stays: a year to
    date counts it as settled, so that no later period pays it. Days of the waiting period are no days on the
    plan: who has no others has no target either.
    """
    gone = notes != 0
    if not gone.any():
        return False
    waits = (notes & WAITING) != 0
    figures.target_incentive = np.where(waits, figures.target_incentive * 0, figures.target_incentive)
    for line, terms in zip(figures.lines, cohort.components, strict=True):
        line.notes = line.notes | notes
        if line.component_target is not None and waits.any():
            target = np.where(waits, line.component_target * 0, line.component_target)
            if tracing():
                chapter(terms.component_id)
                given = line.component_target * number(0)
                target = step("Component target", "none in the waiting period", target,
                              ("plans", cohort.plan.row, "waiting_days"), given=given)  # fmt: skip
            line.component_target = target
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
