"""Tables read and checked, once, so that people can be paid from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.gathering import gathered
from csm_xl.engine.open_periods import open_periods
from csm_xl.engine.pay_periods import pay_periods
from csm_xl.engine.reviews import reviewed
from csm_xl.errors import CsmError, Issue
from csm_xl.plan.dependence import for_people
from csm_xl.plan.load import judged, leave_out, load_tables, sound
from csm_xl.plan.parts import PARTS
from csm_xl.plan.tables import PAY_TABLES, RawTable, Tables
from csm_xl.plan.validate import check_plans, foundation_stands


def read_tables_to_pay(
    raws: Iterable[RawTable], required: Collection[str] = PAY_TABLES, remarks: bool = True
) -> tuple[Tables, list[Issue]]:
    """Read tables and check them, with the component types there are; and everything that is wrong.

    required: the tables that must be given. remarks: whether what stops no run is looked for too. Tables
    without an error are not checked again when they are paid.
    """
    return load_tables(raws, component_types(), required, remarks)


def errors_in(tables: Tables) -> list[Issue]:
    """What is wrong with tables that were read, as far as it may stop a run; nothing where they are as they
    were checked."""
    return [] if tables.checked else check_plans(judged(tables), remarks=False)


def load(
    tables: Tables | Iterable[RawTable], period: Any = None, skip_errors: bool = False,
    people: Iterable[str] | None = None,
) -> Tables:  # fmt: skip
    """Tables fit to be paid from: read where they are raw, and checked.

    period: what is going to be paid; where there are errors, what it lacks is reported beside them.
    skip_errors: leave out the people with an error; they are in `Tables.left_out`.
    people: who alone is to be paid (None: everyone): what their pay does not depend on stops nothing.
    Errors: all findings at once, each with its place.
    """
    if isinstance(tables, Tables):
        read, issues = tables, errors_in(tables)
    else:
        read, issues = read_tables_to_pay(tables, remarks=False)
    if people is not None:
        read, issues = for_people(read, issues, people)
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors and skip_errors:
        read, errors = leave_out(read, errors)
    if errors:
        raise CsmError.of([*errors, *missing_inputs(read, period, errors)])
    if not read["reviews"].rows:
        return read
    return reviewed(read, skip_errors)


def missing_inputs(tables: Tables, period: Any, errors: list[Issue]) -> list[Issue]:
    """What the payment of a period lacks, such as somebody's result, as far as errors let it be reported.

    tables: as they were read, with `errors`. period: None where it is not known yet.
    """
    whole = sound(tables)
    measured = ("results", "goals", "accounts", "answers")
    if period is None or any(tables[name].faulty for name in measured) or not foundation_stands(whole):
        return []  # what seems to be missing may be in a row that cannot be read
    # What is missing depends on no curve, so that a fault in one hides nothing.
    context = RunContext(
        Tables(whole.types, {name: whole[name] for name in whole if name not in PARTS}),
        not_paid(whole, tables),
    )
    told = {issue.where for issue in errors}
    try:
        paying = pay_periods(context, period)
        shut = open_periods(context, paying)
        paying = [each for each in paying if each not in shut]
    except CsmError as error:
        return list(error.issues)
    every = [cohort for each in paying for cohort in cohorts_of(context, each)]
    context.issues.clear()  # about people and the plans that they are on; the errors speak of these
    for cohort in every:
        for terms in cohort.components:
            # Those that pay on deals or events lack nothing: no deal is no commission.
            if component_types()[terms.type].pays_on not in ("deals", "events"):
                gathered(context, cohort, terms)
    found = dict.fromkeys(issue for _, issue in context.issues)
    return [issue for issue in found if issue.where not in told]


def not_paid(tables: Tables, read: Tables | None = None) -> frozenset[int]:
    """The places on the roster of `tables` of those who are left out of what was read (None: of `tables`)."""
    left_out = (tables if read is None else read).left_out
    names = tables["roster"].columns["employee_id"].tolist()
    return frozenset(person for person, name in enumerate(names) if name in left_out)
