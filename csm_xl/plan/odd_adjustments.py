"""Adjustments that say one thing in words and another in figures, or that nobody else approved."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from csm_xl.plan.findings import Findings, Remarks
from csm_xl.plan.names import NOTHING, plain_ids, plain_name, same_id, words_in
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table

_DEDUCTIONS: Final = frozenset({
    "deduct", "deducted", "deduction", "overpaid", "overpayment", "clawback", "recoup", "recoupment", "repay",
    "repayment", "chargeback", "withhold",
})  # fmt: skip
_PAID_TWICE: Final = re.compile(
    r"\b(paid|credited|counted|booked) twice\b|\b(double|duplicate|excess) (pay|payment|payout|credit|count"
    r"|commission|paid|credited|counted|booked)\b"
)
"""How people write that something was paid too often."""
_CHURNED: Final = frozenset({"churn", "churned"})
_ENDED: Final = frozenset({"cancelled", "canceled", "cancellation"})
"""What a deal is whose commission is taken back; before a deduction, or as the last word, it is perhaps the
deduction that is."""
_UNDERPAID: Final = frozenset({"underpaid", "underpayment", "underpay", "underpayments"})
_OWED: Final = re.compile(r"\b(late|missed|missing|omitted|forgotten) (credit|payout|commission|bonus)\b")
"""How people write that something is still to be paid."""
_TINY: Final = (0.05, 1.0)
"""Amounts from a few cents to 1 are ratios, such as 0.1 for a tenth more; a cent or two are roundings."""
_ROUNDED: Final = frozenset({"round", "rounding", "rounded", "cent", "cents", "penny"})
_TAKEN_BACK: Final = frozenset({
    "refund", "refunded", "waived", "waive", "no", "undo", "undone", "return", "reversal", "reverse",
    "reversed",
})  # fmt: skip
"""With one of these the deduction is perhaps taken back: "reversal of a clawback"."""


def check_odd_adjustments(table: Table, out: Findings) -> None:
    """Collect adjustments whose sign contradicts their reason, and those that only their person approved.

    table: the adjustments.
    """
    _check_signs(table, out)
    check_tiny(table, out)
    _check_twice(table, out)
    _check_approval(table, out)


def suggests_deduction(reason: str) -> bool:
    """Whether the reason of an adjustment suggests that it lowers somebody's pay.

    >>> suggests_deduction("Overpaid in Q1"), suggests_deduction("Reversal of a clawback")
    (True, False)
    >>> suggests_deduction("Clawback of a canceled deal"), suggests_deduction("Clawback cancelled")
    (True, False)
    """
    words = re.findall(r"[^\W_]+", reason.casefold())
    if not _TAKEN_BACK.isdisjoint(words):
        return False
    deducted = [at for at, word in enumerate(words) if word in _DEDUCTIONS]
    ended = [at for at, word in enumerate(words) if word in _ENDED]
    if deducted and ended:
        return deducted[0] + 1 < ended[0] < len(words) - 1
    twice = bool(re.search(_PAID_TWICE, reason.casefold()))
    return bool(deducted or ended or twice) or not _CHURNED.isdisjoint(words)


def check_tiny(table: Table, out: Remarks, column: str = "amount") -> None:
    """Collect amounts of money that are probably ratios, unless their reason speaks of rounding.

    table: one with the column, such as the premium of a review.
    """
    for row, amount in enumerate(table.columns[column].tolist()):
        reason = table.columns["reason"][row] if "reason" in table.columns else ""
        if _TINY[0] <= abs(amount) <= _TINY[1] and words_in(str(reason)).isdisjoint(_ROUNDED):
            what = f"the {column} is {amount:,.10g} in money: as a ratio it would mean {amount:.4g} times"
            out.warning(table, row, column, what, "Enter the amount in whole currency units.",
                        kind=f"{column}s are 1 or less")  # fmt: skip


def _check_signs(table: Table, out: Findings) -> None:
    """A manual correction is added as it is typed; what is to be deducted is negative."""
    manual = (table.columns["kind"] == "manual") & (table.columns["amount"] > 0)
    for row in np.flatnonzero(manual).tolist():
        reason = str(table.columns["reason"][row])
        if suggests_deduction(reason):
            added = f"{table.columns['amount'][row]:,.10g} is added"
            what = f"the reason {reason!r} suggests a deduction, but {added}"
            hint = "If it is a deduction, enter a negative amount or set kind to clawback."
            out.warning(table, row, "amount", what, hint,
                        kind="adjustments are added, but their reasons suggest deductions")  # fmt: skip

    taken = (table.columns["kind"] == "manual") & (table.columns["amount"] < 0)
    for row in np.flatnonzero(taken | (table.columns["kind"] == "clawback")).tolist():
        reason = str(table.columns["reason"][row])
        words = words_in(reason)
        owed = words & _UNDERPAID or re.search(_OWED, reason.casefold())
        if owed and not words & _TAKEN_BACK and not suggests_deduction(reason):
            what = f"the reason {reason!r} suggests an addition, but"
            out.warning(table, row, "amount", f"{what} {abs(table.columns['amount'][row]):,.10g} is deducted",
                        "If it is an addition, enter a positive amount.",
                        kind="adjustments are deducted, but their reasons suggest additions")  # fmt: skip


def _check_twice(table: Table, out: Findings) -> None:
    """The same adjustment with a reason in other letters; the same in every letter is reported elsewhere."""
    names = ("period", "employee_id", "amount", "component_id", "kind")
    for rows in grouped(table, *names).values():
        reasons: dict[str, int] = {}
        for row in rows:
            reason = table.columns["reason"][row]
            first = reasons.setdefault(plain_name(reason), row)
            if first != row and table.columns["reason"][first] != reason:
                place = f"{table.where(first, 'amount')}, with the reason written differently"
                out.warning(table, row, "amount", f"the same adjustment is also in {place}; both are paid",
                            "Remove one, or give them different reasons.")  # fmt: skip


def _check_approval(table: Table, out: Findings) -> None:
    """Nobody approves an amount of their own; and where others are approved, a blank was forgotten."""
    approved, people = (table.columns[name].tolist() for name in ("approved_by", "employee_id"))
    blank = [name == "" or name.casefold() in NOTHING for name in approved]
    for row, (who, person) in enumerate(zip(approved, people, strict=True)):
        if who and (who == person or same_id(who, plain_ids([person]))):
            out.warning(table, row, "approved_by", f"{person} approved an adjustment of their own pay",
                        "Let somebody else approve it.",
                        kind="adjustments are approved by the person they pay")  # fmt: skip
        elif blank[row] and 2 * sum(blank) < len(blank):
            out.warning(table, row, "approved_by", "nobody approved this adjustment, but most are approved",
                        "Enter who approved it.", kind="adjustments are not approved",
                        severity="note")  # fmt: skip
