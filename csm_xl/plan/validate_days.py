"""Parameters of plans about months and days that nothing reads."""

from __future__ import annotations

from csm_xl.errors import CsmError
from csm_xl.pay.day_counts import week_days
from csm_xl.plan.findings import Findings
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_parameters import NOT_USED


def check_days(tables: Tables, out: Findings) -> None:
    """Collect what plans state about ramps and days that no component or rule of theirs uses."""
    _check_ramps(tables, out)
    _check_weeks(tables, out)
    _check_prorated(tables, out)


def _check_ramps(tables: Tables, out: Findings) -> None:
    plans, components = tables["plans"], tables["components"]
    ramps = components.columns.get("ramp_id")
    ramped = set() if ramps is None else set(components.columns["plan_id"][ramps != ""].tolist())
    for row, start in enumerate(plans.columns["ramp_start"].tolist()):
        plan = plans.columns["plan_id"][row]
        if start != "hire" and plan not in ramped:
            what = f"plan {plan}: no component has a ramp, so ramp_start is not used"
            out.warning(plans, row, "ramp_start", what, "Clear it, or fill ramp_id.", kind=NOT_USED)


def _check_weeks(tables: Tables, out: Findings) -> None:
    plans = tables["plans"]
    for row in range(plans.rows):
        try:
            week_days(plans.value(row, "work_week"))
        except CsmError as error:
            out.error(plans, row, "work_week", error.message, error.hint, got=error.got)


def _check_prorated(tables: Tables, out: Findings) -> None:
    """With daily values each calendar day counts; months and workdays prorate the values of one day. Holidays
    count for workdays alone."""
    plans, holidays, used = tables["plans"], tables["holidays"], False
    for row in range(plans.rows):
        unit = plans.value(row, "proration")
        if unit not in ("months", "workdays"):
            continue
        used = used or unit == "workdays"
        if plans.value(row, "valuation") == "daily":
            name = plans.columns["plan_id"][row]
            what = f"plan {name}: valuation is daily, so each calendar day counts, and {unit} do not"
            hint = "Set valuation to period_end or period_start, or choose another proration."
            out.warning(plans, row, "proration", what, hint, kind=NOT_USED)
    if holidays.rows and not used:
        what = "no plan prorates by workdays, so holidays are not used"
        out.warning(
            holidays, 0, "date", what, "Set proration to workdays, or remove the holidays.", kind=NOT_USED
        )
