"""The rules of a plan in words, from its fields: when it pays, how parts of a year count, who is eligible."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.model import PlanTerms
from csm_xl.report.letters.sentences import PERIODS, Rules, figure, joined, money, ratio, times

PAYS: Final = Rules[PlanTerms]()
"""How the plan pays."""
CHANGES: Final = Rules[PlanTerms]()
"""What counts when somebody joins, leaves, is on leave, or changes."""
ELIGIBILITY: Final = Rules[PlanTerms]()
"""Who is paid."""
ROUNDING: Final = Rules[PlanTerms]()
"""What is rounded."""

ELSEWHERE: Final = frozenset({
    "plan_id", "plan_name", "valid_from", "valid_to", "currency", "target_basis", "target_value",
    "base_share",
})  # fmt: skip
"""Fields that the head of a letter and its table of pay show."""
NOT_SHOWN: Final = frozenset({"over_assignment", "ramp_start"})
"""Fields of a check of the data, and of the ramps of components, which explain it themselves."""

_MODELS: Final = {
    "base_only": "The plan pays base salary only.",
    "base_bonus": "The plan pays a bonus on top of base salary.",
    "base_variable": "The plan pays variable pay on top of base salary.",
    "base_quota": "The plan pays on quota attainment, on top of base salary.",
    "revenue_centric": "The plan pays on revenue, on top of base salary.",
}
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
                  "October", "November", "December")  # fmt: skip


@PAYS.covers("model", "pay_period")
def _model(plan: PlanTerms) -> str:
    said = _MODELS[plan.model]
    return said if plan.model == "base_only" else f"{said} It pays every {PERIODS[plan.pay_period]}."


@PAYS.covers("year_start")
def _year(plan: PlanTerms) -> str | None:
    return f"The plan year begins in {_MONTHS[int(plan.year_start) - 1]}." if plan.year_start != 1 else None


@PAYS.covers("period_shares")
def _shares(plan: PlanTerms) -> str | None:
    if not plan.period_shares:
        return None
    shares = joined([ratio(share) for share in plan.period_shares])
    return f"The {PERIODS[plan.pay_period]}s of the plan year have {shares} of the annual target."


@PAYS.covers("combination")
def _combination(plan: PlanTerms) -> str | None:
    if plan.combination == "additive":
        return None
    return "The payout percentages of the components are multiplied with each other, not added."


@PAYS.covers("plan_cap")
def _cap(plan: PlanTerms) -> str | None:
    if plan.plan_cap is None:
        return None
    return f"All components with a target together pay at most {ratio(plan.plan_cap)} of their target."


@PAYS.covers("max_payout", "max_salary_ratio")
def _maximum(plan: PlanTerms) -> str | None:
    limits, period = [], PERIODS[plan.pay_period]
    if plan.max_payout is not None:
        limits.append(money(plan.max_payout, plan.currency))
    if plan.max_salary_ratio is not None:
        limits.append(f"{ratio(plan.max_salary_ratio)} of your base salary for that {period}")
    if not limits:
        return None
    return f"For a {period}, all components together pay at most {' or, if less, '.join(limits)}."


@PAYS.covers("modifier_floor", "modifier_cap")
def _modifier(plan: PlanTerms) -> str | None:
    return _bounds("The company and division modifier", plan.modifier_floor, plan.modifier_cap)


@PAYS.covers("individual_floor", "individual_cap")
def _individual(plan: PlanTerms) -> str | None:
    return _bounds("Your individual modifier", plan.individual_floor, plan.individual_cap)


def _bounds(what: str, least: float | None, most: float | None) -> str | None:
    said = [f"at least {ratio(least)}"] if least is not None else []
    said += [f"at most {ratio(most)}"] if most is not None else []
    return f"{what} is {' and '.join(said)}." if said else None


@PAYS.covers("payment_threshold")
def _threshold(plan: PlanTerms) -> str | None:
    if not plan.payment_threshold:
        return None
    return (
        f"If your total for a period is below {money(plan.payment_threshold, plan.currency)}, it is carried"
        " to the next period. It is paid when you leave or when the plan year ends, at the latest."
    )


_TIME: Final = {
    "calendar_days": "by calendar days", "days_365": "by days of a year of 365",
    "days_360": "by days of a year of 360, 30 in each month", "months": "by months",
    "workdays": "by working days",
}  # fmt: skip


@CHANGES.covers("valuation", "proration", "work_week")
def _proration(plan: PlanTerms) -> str:
    if plan.valuation == "daily":
        said = "Salary, FTE, target, and plan count day by day: a change counts from its day on."
    else:
        on = "first" if plan.valuation == "period_start" else "last"
        said = f"Salary, FTE, and target of your {on} day on the plan in a period count for all of it."
    said += f" If you are on the plan for part of a period, your target is prorated {_TIME[plan.time_basis]}."
    if plan.time_basis == "workdays" and plan.work_week:
        said += f" Your work week: {', '.join(plan.work_week)}."
    return said


@CHANGES.covers("version_rule")
def _version(plan: PlanTerms) -> str:
    if plan.version_rule == "last_day":
        return "If terms with a target change inside a period, those of its last day count for all of it."
    return "If terms with a target change inside a period, each version counts for its own days."


@ELIGIBILITY.covers("must_be_employed", "forfeit_reasons")
def _employed(plan: PlanTerms) -> str:
    until = {"period_end": "on the last day of a period", "pay_date": "on the pay date of a period"}
    day = until.get(plan.must_be_employed)
    if plan.forfeit_reasons:
        why = joined(list(plan.forfeit_reasons), "or")
        before = f"before {day.removeprefix('on ')}" if day else "in a period"
        return f"If you leave {before} for one of these reasons, you are not paid for it: {why}."
    if day:
        return f"You must still be employed {day} to be paid for it."
    return "If you leave, you are paid for the part of the period that you were on the plan."


@ELIGIBILITY.covers("minimum_days")
def _days(plan: PlanTerms) -> str | None:
    if not plan.minimum_days:
        return None
    return (
        f"You must be on the plan for at least {times(plan.minimum_days, 'day')} of a period to be paid for"
        " it. Days of unpaid leave do not count."
    )


@ELIGIBILITY.covers("waiting_days")
def _waiting(plan: PlanTerms) -> str | None:
    if not plan.waiting_days:
        return None
    return (
        f"Your first {times(plan.waiting_days, 'day')} after the hire date do not count as days on the plan."
    )


@ROUNDING.covers("rounding", "rounding_unit")
def _rounding(plan: PlanTerms) -> str:
    unit = money(plan.rounding_unit, plan.currency)
    what = {
        "line": "Each amount is rounded once, at the end,",
        "total": "Your total for a period is rounded once, at the end,",
        "step": "Each figure of money is rounded on the way",
    }[plan.rounding]
    return f"{what} to {unit}."


_ROUNDED: Final = {
    "round_attainment": "attainment", "round_ratio": "each component's payout percentage",
    "round_composite": "the weighted payout percentage or average attainment of a composite",
    "round_payout": "the payout percentage of a period",
}  # fmt: skip


@ROUNDING.covers(
    "round_attainment", "round_ratio", "round_composite", "round_payout", "round_target", "round_mode"
)
def _rounded(plan: PlanTerms) -> str | None:
    said = [f"{what} to {ratio(unit)}" for name, what in _ROUNDED.items() if (unit := getattr(plan, name))]
    if plan.round_target:
        said.append(f"the target incentive of a period to {plan.currency} {figure(plan.round_target)}")
    how = {
        "half_up": "a half up", "half_even": "a half to the even number", "down": "down", "up": "up",
    }[plan.round_mode]  # fmt: skip
    return f"The plan also rounds {joined(said)} ({how})." if said else None


@ROUNDING.covers("round_award", "round_award_mode")
def _award(plan: PlanTerms) -> str | None:
    if plan.round_award is None:
        return None
    return f"Last of all, your payout of a period is rounded {award_words(plan, plan.round_award)}."


def award_words(plan: PlanTerms, unit: float) -> str:
    """How a payout is rounded to a unit of the plan's own, after the verb."""
    how = {"half_up": "to the nearest", "half_even": "to the nearest", "down": "down to the next",
           "up": "up to the next"}[plan.round_award_mode or plan.round_mode]  # fmt: skip
    return f"{how} {money(unit, plan.currency)}"
