"""Rules about targets that are 0, so that nothing is paid from them."""

from __future__ import annotations

from collections.abc import Iterator

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View


@rule("W515", "Enter the salary or the FTE, or delete the row if the person is not paid here.", ("roster",),
      at_pay=True)  # fmt: skip
def nothing_to_pay_on(view: View) -> Iterator[Found]:
    """A salary, FTE or target of 0, or a base share of 100%, which makes the target 0.

    Usually the export lacked the figure. People with a later FTE or salary (leave, apprentices) are not
    reported, nor is a salary of 0 where the target is an amount (commission-only agents). A blank target
    means the plan's target; 0 means no target.
    """
    yield from _no_targets(view)
    roster, changes = view.tables["roster"], view.tables["changes"]
    by_ratio = {name for name in view.book.plan_ids
                if any(one.target_basis == "ratio" for one in view.book.versions(name))}  # fmt: skip
    later = {
        (who, column)
        for column in ("base_salary", "fte")
        for who, value in zip(changes.columns["employee_id"].tolist(), changes.columns[column].tolist(),
                              strict=True)
        if value > 0
    }  # fmt: skip
    for row, (who, plan) in enumerate(zip(*(roster.columns[n].tolist() for n in ("employee_id", "plan_id")),
                                          strict=True)):  # fmt: skip
        for column in ("base_salary", "fte"):
            if column == "base_salary" and (plan not in by_ratio):
                continue
            if roster.columns[column][row] == 0 and (who, column) not in later:
                what = f"{column} of {who} is 0, so the target pays nothing at any attainment"
                yield roster.where(row, column), what, who


def _no_targets(view: View) -> Iterator[Found]:
    """Targets of 0 where components pay from the target, and base shares that leave nothing of the OTE, or
    all of it."""
    based = {one.plan_id for one in view.components if view.tables.types[one.type].target_based}
    zero = "{} is 0, so components that pay from the target pay nothing"
    for plan in sorted(based):
        terms = view.book.versions(plan)[-1]
        column = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}[terms.target_basis]
        if terms.target_value == 0:
            yield view.of_plan(terms, "target_value"), zero.format(f"target_value of {plan}")
        shares = [(view.of_plan(terms, "base_share"), f"base_share of {plan}", terms.base_share, "")]
        for who in view.people.get(plan, ()):
            row, roster = view.on_roster[who], view.tables["roster"]
            if roster.columns["plan_id"][row] != plan:
                continue
            if roster.columns[column][row] == 0:
                said = zero.format(f"{column} of {who}")
                yield roster.where(row, column), f"{said}; a blank takes the plan's", who
            place = roster.where(row, "base_share")
            shares.append((place, f"base_share of {who}", roster.value(row, "base_share"), who))
        for where, whose, share, who in shares if column == "ote" else ():
            if share in (0, 1):
                part = "base pay, and nothing is variable" if share else "variable, and nothing is base pay"
                yield where, f"{whose} is {share:g}: all of the OTE is {part}", who
