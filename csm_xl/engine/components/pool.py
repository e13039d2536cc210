"""A share of a pool: an amount for everybody on the plan, shared out by weights, with a cap per person."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import POOL_CAPPED, POOL_UNSHARED, UNMEASURED, ComponentType, Outcome
from csm_xl.engine.components.shared import CURVE, MAX_AMOUNT, ON
from csm_xl.engine.context import RunContext
from csm_xl.engine.lookup.pools import SHARE_BY, Pool
from csm_xl.engine.measure_results import MeasureResults, measure_results, stated
from csm_xl.engine.tier_amounts import listed_tiers
from csm_xl.engine.wording import rounded_down
from csm_xl.pay.attainment import attainment
from csm_xl.pay.recording import step, tracing, unrecorded
from csm_xl.pay.rounding import Array, as_fraction, exact
from csm_xl.pay.trace import Cell, greater, number, smaller, told
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import MOST_MONEY, Column

COLUMNS: Final = (
    Column("measure", "id", "The measure, spelled as in results.", only_with=("share_by", "measure")),
    Column("share_by", "word", "What determines the shares of a pool: each person's own result of measure;"
           " salary, day-weighted with the FTE; or days on the plan.", default="measure", choices=SHARE_BY),
    Column("pool_person_cap", "money", "Maximum for one person from a pool; the excess goes to those below"
           " it.", unit="money", at_least=0, most=MOST_MONEY),
    Column("pool_measure", "id", "Company or team measure that funds a pool, which is pool_amount × the"
           " payout ratio of its attainment; blank: pool_amount."),
    Column("pool_scope", "word", "Who shares a pool: everybody on the plan, and the company's pool_measure"
           " funds it; or each team its own pool, which the team's funds.", default="company",
           choices=("company", "team")),
    Column("pool_rate", "ratio", "Share of the actual of pool_measure that is the pool, at most pool_amount.",
           unit="ratio", at_least=0, at_most=1, only_with=("pool_measure", "")),
    Column("tier_id", "id", "Tier table; blank: use the rate.", refers="tiers.tier_id"),
    ON,
    CURVE,
    MAX_AMOUNT,
)  # fmt: skip


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """Each person's share of the pool, to the cent, and the weight by which it is shared."""
    found = context.pools.version(terms, cohort.period)
    of = terms if found.row == terms.row else found
    own: MeasureResults | None = None
    if of.values["share_by"] == "measure":
        own = measure_results(context, cohort, of, str(of.values["measure"]), "individual", goal_needed=False)
    owner = cohort.owner("team" if of.by_team else "company")
    if of.by_team and not of.values["pool_measure"]:
        context.pools.report_teamless(of, cohort.person[owner < 0])
    found_of: dict[str, Array] = {
        "share": np.zeros(cohort.size), "weight": np.zeros(cohort.size),
        "attainment": np.full(cohort.size, np.nan), "notes": np.zeros(cohort.size, dtype=np.uint16),
    }  # fmt: skip
    for code in np.unique(owner).tolist():
        rows = np.flatnonzero(owner == code)
        with unrecorded():  # its steps are made below, once
            ratio, fund, blank = _fund(context, cohort, of, rows)
        pool = context.pools.of(found, cohort.period, Fraction(fund), code if of.by_team else None)
        at = pool.at(cohort.person[rows])
        missing = np.full(len(rows), blank)
        if own is not None:
            missing |= np.isnan(own.actual[rows])
        notes = np.where(pool.shares.capped[at], POOL_CAPPED, 0)
        notes = np.where(missing, UNMEASURED, notes if pool.weights.any() else POOL_UNSHARED)
        found_of["share"][rows] = pool.shares.paid[at].astype(np.float64)
        found_of["weight"][rows] = pool.weights[at].astype(np.float64)
        found_of["attainment"][rows] = np.nan if ratio is None else float(ratio)
        found_of["notes"][rows] = notes
    inputs: Inputs = {**found_of}
    if tracing():
        people = int(np.count_nonzero(pool.weights))
        fund = _pool_steps(context, cohort, of, rows, people)
        share = _steps(context, cohort, of, pool, int(at[0]), own, fund, people)
        inputs["share"] = np.array([share], dtype=object)
        rule = f"share of the pool; if its remainder is among the largest, plus {told(pool.unit)} of what"
        inputs["rule"] = np.array([f"{rule} rounding down leaves over of the pool"], dtype=object)
    return inputs


def _fund(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, rows: NDArray[np.intp]
) -> tuple[Fraction | None, Fraction, bool]:
    """The attainment that funds a pool, what there is to share, and whether its actual is missing. rows: who
    of the group shares it."""
    if not terms.values["pool_measure"]:
        return None, as_fraction(terms.pool_amount or 0), False
    columns, blank = _funding(context, cohort, terms, rows)
    if blank:
        return None, Fraction(0), True
    reached, fund = _funded(terms, columns)
    return None if reached is None else Fraction(reached[0]), Fraction(fund[0]), False


def _by_actual(terms: ComponentTerms) -> bool:
    """Whether the measure's own figure, not its attainment, funds a pool."""
    return terms.own_unit or terms.tiers is not None or terms.values["pool_rate"] is not None


def _funded(terms: ComponentTerms, columns: Inputs, people: int = 0) -> tuple[Array | None, Array]:
    """The attainment that funds a pool, None where the figure itself does, and what there is to share.

    people: how many share it, for the steps: with one's own share it tells what the others get.
    """
    actual, measure = stated(columns, "actual"), terms.values["pool_measure"]
    whose = "team's" if terms.by_team else "company's"
    least: Any = Fraction(0)
    amount = number(terms.pool_amount or 0, ("components", terms.row, "pool_amount"))
    if not _by_actual(terms):
        reached = attainment(actual, stated(columns, "goal"))
        reached = step("Attainment of the pool", f"{whose} {measure}: actual / goal", reached)
        ratio = greater(reached, least)
        if terms.curve is not None:
            rule = f"what curve {terms.values['curve_id']} pays"
            ratio = step("Payout ratio of the pool", rule, terms.curve.payout_ratio(reached))
        return reached, step(
            "Pool", f"pool amount × payout ratio of {measure}", amount * ratio, shared_by=people
        )
    figure = step("Figure of the pool", f"{whose} {measure}: the actual, in its own unit", actual,
                  shared_by=people)  # fmt: skip
    if terms.own_unit and terms.curve is not None:
        rule = f"what curve {terms.values['curve_id']} pays"
        ratio = step("Payout ratio of the pool", rule, terms.curve.payout_ratio(figure))
        return None, step(
            "Pool", f"pool amount × payout ratio of {measure}", amount * ratio, shared_by=people
        )
    if terms.tiers is not None:
        rule = f"what tiers {terms.values['tier_id']} ({terms.tiers.mode}) give on {measure}:"
        rule += f" {listed_tiers(terms)}"
        found: Any = terms.tiers.pay(figure)
    elif terms.values["pool_rate"] is None:  # its curve or tiers are wrong, which is reported
        return None, figure * least
    else:
        rate = number(terms.values["pool_rate"], ("components", terms.row, "pool_rate"))
        rule, found = f"{measure} × pool rate", figure * rate
    found = greater(found, least)
    if terms.pool_amount is not None:
        rule, found = f"{rule}; at most the pool amount", smaller(found, amount)
    cell = ("components", terms.row, "pool_rate" if terms.tiers is None else "tier_id")
    return None, np.asarray(step("Pool", rule, found, otherwise=cell, shared_by=people))


def _funding(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, rows: NDArray[np.intp]
) -> tuple[Inputs, bool]:
    """The company's or the team's result that funds a pool, exact, and whether it is missing."""
    measure, scope = str(terms.values["pool_measure"]), str(terms.values["pool_scope"])
    result = measure_results(context, cohort, terms, measure, scope, rows, not _by_actual(terms))
    columns = {name: np.asarray(column)[:1] for name, column in result.columns().items()}
    blank = bool(np.isnan(result.actual[0]))
    return {name: exact(np.nan_to_num(column, nan=0.0)) if column.dtype != object else column
            for name, column in columns.items()}, blank  # fmt: skip


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, cohort: Cohort) -> Outcome:
    """The share that is paid: already in whole units, as all shares together add up to the pool."""
    measured = terms.values["share_by"] == "measure"
    return Outcome(
        amount=np.asarray(inputs["share"]),
        actual=np.asarray(inputs["weight"]) if measured else None,
        attainment=np.asarray(inputs["attainment"]),
        notes=np.asarray(inputs["notes"]),
        rule=str(np.asarray(inputs["rule"])[0]) if tracing() else "",
    )


# ---- in words ------------------------------------------------------------------------------------


def _pool_steps(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, rows: NDArray[np.intp], people: int
) -> Any:
    """The steps of what there is to share."""
    measure = terms.values["pool_measure"]
    if not measure:
        amount = number(terms.pool_amount or 0, ("components", terms.row, "pool_amount"))
        return step("Pool", "pool amount", amount, shared_by=people)
    columns, blank = _funding(context, cohort, terms, rows)
    if blank:
        return step("Pool", f"nothing while the actual of {measure} is missing", number(0),
                    ("components", terms.row, "pool_measure"))  # fmt: skip
    return _funded(terms, columns, people)[1][0]


def _steps(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, pool: Pool, at: int,
    own: MeasureResults | None, fund: Any, people: int,
) -> Any:  # fmt: skip
    """The steps of one person's share of the pool, which people share; the share."""
    shares, unit = pool.shares, pool.unit
    weight = _weight(cohort, terms, pool, at, own)
    others, capped = int(np.count_nonzero(pool.weights > 0)), int(shares.capped.sum())
    cap = terms.values["pool_person_cap"]
    most: Any = None if cap is None else number(cap, ("components", terms.row, "pool_person_cap"))
    each: Any = number(0)
    rule = "nobody has a weight"
    if shares.weights:
        each, rule = fund, f"pool × weight / sum of the weights of {_people(others)}"
        if capped:
            each = fund - number(capped) * most
            rule = f"(pool − the cap of {_people(capped)}) × weight / sum of the weights of the other"
            rule += f" {_people(others - capped)}"
        each = each * weight / number(shares.weights, *_cells(terms, pool, cohort))
        if shares.capped[at]:
            each, rule = smaller(each, most), f"{rule}, at most the cap per person"
    elif shares.capped[at]:
        each, rule = most, "the cap per person, as everybody with a weight is at it"
    paid = float(shares.paid[at])
    down = rounded_down(float(shares.each[at]), paid, unit)
    funds = next((name for name in ("pool_rate", "tier_id") if terms.values[name] is not None), "pool_amount")
    cell = ("components", terms.row, funds)
    share = step("Share of the pool", f"{rule}; rounded down to {told(unit)}", number(down), cell, given=each,
                 shared_by=people)  # fmt: skip
    return share + (number(unit) if paid > down else Fraction(0))


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _weight(cohort: Cohort, terms: ComponentTerms, pool: Pool, at: int, own: MeasureResults | None) -> Any:
    """The step of one person's weight."""
    value = number(pool.weights[at])
    if pool.out[at]:
        return step("Weight", "not eligible, so 0: the others share the pool", number(0),
                    ("components", terms.row, "share_by"))  # fmt: skip
    if own is not None:
        row = int(pool.rows[at])
        cells: tuple[Cell, ...] = (("results", row, "actual"),) if row >= 0 else ()
        if not cells and own.accounts is not None:
            value = (own.accounts[0] / own.accounts[1])[0]
        value = value if not cells else number(pool.weights[at], *cells)
        return step("Weight", f"own {terms.values['measure']}", value,
                    ("components", terms.row, "measure"))  # fmt: skip
    if terms.values["share_by"] == "days":
        return step("Weight", "days on the plan in the period", value, ("components", terms.row, "share_by"))
    spells = cohort.spells
    given = spells.sum(spells["time"] * spells["salary"] * spells["fte"]) / cohort.time_total
    return step("Weight", f"sum of days × salary × FTE, / {cohort.time_total}", value, given=given)


def _cells(terms: ComponentTerms, pool: Pool, cohort: Cohort) -> tuple[Cell, ...]:
    """Where the weights are that are added up: those of the people below the cap."""
    rows: NDArray[np.intp] = pool.rows[(pool.weights > 0) & ~pool.shares.capped]
    if len(rows) and (rows >= 0).all():
        return tuple(("results", row, "actual") for row in rows.tolist())
    team = ", of the team" if terms.by_team else ""
    return (f"weights of plan {terms.plan_id}, component {terms.component_id}{team}, {cohort.period.name}",)


TYPE: Final = ComponentType(
    name="pool",
    help="A share of a pool: an amount for everybody on the plan, divided by weights.",
    columns=COLUMNS,
    target_based=False,
    gather=gather,
    evaluate=evaluate,
    earns="Pool share",
)
