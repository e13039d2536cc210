"""The rules of what follows a close: payroll, history from before the book, accruals, disputes, erasure."""

from __future__ import annotations

from typing import Final

from csm_xl.book.conditions import Rule, approvals, approved, live, overlaps, states

EVERY_PLAN: Final = ""
"""The plan of a span or an entry that is about every plan: those of a payroll and of an erasure."""

_EVERY_PLAN: Final = states(f"s.plan_id = '{EVERY_PLAN}'")
_NOT_BOOKS: Final = states("s.role <> 'books'")
_ACCOUNTS: Final = (
    "(NEW.kind IN ('close', 'retro') AND n.credit = 'payable' AND n.debit IN ('expense', 'held', 'advance'))"
    " OR (NEW.kind = 'close' AND n.debit = 'accrued' AND n.credit IN ('expense', 'held', 'advance'))"
    " OR (NEW.kind = 'accrue' AND n.credit = 'accrued' AND n.debit IN ('expense', 'held', 'advance'))"
    " OR (NEW.kind = 'open' AND n.debit = 'expense' AND n.credit = 'payroll')"
    " OR (NEW.kind = 'payroll' AND n.debit = 'payable' AND n.credit = 'payroll')"
)


_WITHIN: Final = (
    "(o.last_day >= w.first_day AND o.last_day <= w.last_day AND (o.first_day >= w.first_day OR EXISTS"
    " (SELECT"
    " 1 FROM span i WHERE i.event_id = o.event_id AND i.plan_id = o.plan_id AND i.role = o.role AND"
    " i.first_day >= w.first_day AND i.last_day <= w.last_day)))"
)
"""That the period o of an event lies in that of a payroll, w: in whole, or it is a longer pay cycle of
a plan, such as the year, and ends there with a shorter one of the same event."""


def _pays(event: str, where: str) -> str:
    """That an event pays in a period o, where that is compared with the period w of the payroll."""
    return (
        f"EXISTS (SELECT 1 FROM span o JOIN span w ON w.event_id = NEW.id WHERE o.event_id = {event}.id AND"
        f" o.role IN ('closes', 'books') AND {where})"
    )


def _paid(event: str) -> str:
    """That an earlier payroll has paid an event."""
    return (
        f"EXISTS (SELECT 1 FROM about q JOIN event y ON y.id = q.event_id AND y.kind = 'payroll' WHERE"
        f" q.about_id = {event}.id AND q.event_id <> NEW.id)"
    )


def _waiting(event: str) -> str:
    """That an event waits for the payroll that is written."""
    return (
        f"{event}.kind IN ('close', 'retro') AND {live(event)} AND NOT {_paid(event)}"
        f" AND {_pays(event, _WITHIN)}"
    )


_OPEN_AT_CLOSE: Final = (
    "SELECT n.employee_id, n.plan_id, n.component_id, n.line_kind, n.earned, n.currency, n.debit AS account,"
    " n.amount FROM span s JOIN span o ON o.plan_id = s.plan_id AND o.period = s.period AND o.role = 'books'"
    " JOIN event e ON e.id = o.event_id AND e.kind = 'accrue' JOIN entry n ON n.event_id = e.id AND n.plan_id"
    f" = o.plan_id AND n.earned = o.period WHERE s.event_id = NEW.id AND {live('e')} UNION ALL SELECT"
    " n.employee_id, n.plan_id, n.component_id, n.line_kind, n.earned, n.currency, n.credit, -n.amount FROM"
    " entry n WHERE n.event_id = NEW.id AND n.debit = 'accrued' UNION ALL SELECT n.employee_id, n.plan_id,"
    " n.component_id, n.line_kind, n.earned, n.currency, n.credit, -n.amount FROM span s JOIN span o ON"
    " o.plan_id = s.plan_id AND o.period = s.period AND o.role = 'closes' AND o.event_id <> s.event_id JOIN"
    " event e ON e.id = o.event_id JOIN entry n ON n.event_id = e.id AND n.plan_id = o.plan_id AND n.earned ="
    f" o.period AND n.debit = 'accrued' WHERE s.event_id = NEW.id AND {live('e')}"
)
"""What is accrued for the periods of a close, less what the close reverses, and closes of other pay groups
have reversed."""
_CLOSED_HERE: Final = (
    "(NOT EXISTS (SELECT 1 FROM portion c WHERE c.event_id = NEW.id AND c.plan_id = f.plan_id AND c.period ="
    " f.earned AND c.pay_group <> '') OR EXISTS (SELECT 1 FROM entry n WHERE n.event_id + 0 = NEW.id"
    " AND n.employee_id = f.employee_id AND n.plan_id || '' = f.plan_id AND n.earned || '' = f.earned AND"
    " n.credit = 'payable'))"
)
"""Whether a close pays the people of the accruals f: everybody left, or its pay group, whose people are found
by their entries (+ 0 and || '' keep the database from reading the whole event)."""

_DUE: Final = (
    "SELECT n.employee_id, n.currency, n.amount AS due, 0 AS moved FROM about a JOIN entry n ON n.event_id ="
    " a.about_id AND n.credit = 'payable' WHERE a.event_id = NEW.id OR a.event_id IN (SELECT p.id FROM event"
    " p WHERE p.kind = 'payroll') UNION ALL SELECT n.employee_id, n.currency, -n.amount, 0 FROM event p JOIN"
    " entry n ON n.event_id = p.id WHERE p.kind = 'payroll' UNION ALL SELECT n.employee_id, n.currency, 0,"
    " n.amount FROM entry n WHERE n.event_id = NEW.id"
)
"""What everybody is owed by the events that payrolls have taken, and what the payroll moves."""

PAYROLL_RULES: Final = (
    Rule(
        "own_accounts",
        f"EXISTS (SELECT 1 FROM entry n WHERE n.event_id = NEW.id AND NOT ({_ACCOUNTS}))",
        "events of this kind do not move money between these accounts", "Use csm-xl to write in the book.",
    ),
    Rule(
        "own_periods",
        f"(NEW.kind IN ('payroll', 'erase')) <> {_EVERY_PLAN} OR"
        " (NEW.kind IN ('payroll', 'erase') AND (SELECT count(*) FROM span s WHERE s.event_id = NEW.id) <> 1)"
        f" OR (NEW.kind IN ('payroll', 'erase', 'open', 'accrue') AND {_NOT_BOOKS})"
        " OR (NEW.kind = 'erase' AND EXISTS (SELECT 1 FROM entry n WHERE n.event_id = NEW.id))",
        "the event does not state its periods as events of its kind do", "Use csm-xl to write in the book.",
    ),
    Rule(
        "about",
        "(NEW.kind IN ('payroll', 'dispute')) <> EXISTS (SELECT 1 FROM about a WHERE a.event_id = NEW.id)",
        "the event does not name the events that it is about", "Use csm-xl to write in the book.",
    ),
    Rule(
        "payroll_decided",
        f"NEW.kind = 'payroll' AND EXISTS (SELECT 1 FROM event e WHERE {_waiting('e')} AND"
        f" {approvals('e')} < e.approvals)",
        "an event of the period is not decided yet, so nobody is paid",
        "Approve or reject it first; csm-xl ledger lists what is undecided.",
    ),
    Rule(
        "payroll_whole",
        f"NEW.kind = 'payroll' AND EXISTS (SELECT 1 FROM event e WHERE {_waiting('e')} AND"
        f" {_pays('e', f'NOT {_WITHIN}')})",
        "an event of the period also pays in another one, and is paid as a whole",
        "Give the longer period that the event was closed for.",
    ),
    Rule(
        "payroll_once",
        "NEW.kind = 'payroll' AND EXISTS (SELECT 1 FROM about a JOIN event e ON e.id = a.about_id WHERE"
        f" a.event_id = NEW.id AND {_paid('e')})",
        "the event was paid by a payroll already",
        "csm-xl payroll --event N writes the file of a payroll again.",
    ),
    Rule(
        "payroll_takes",
        f"NEW.kind = 'payroll' AND (EXISTS (SELECT 1 FROM event e WHERE {_waiting('e')} AND NOT EXISTS"
        " (SELECT 1 FROM about a WHERE a.event_id = NEW.id AND a.about_id = e.id)) OR EXISTS (SELECT 1 FROM"
        " about a WHERE a.event_id = NEW.id AND (a.line <> 0 OR NOT EXISTS (SELECT 1 FROM event e WHERE e.id"
        f" = a.about_id AND {_waiting('e')}))))",
        "a payroll takes every unpaid event that is booked in its period, and no other",
        "Use csm-xl payroll.",
    ),
    Rule(
        "payroll_amounts",
        f"NEW.kind = 'payroll' AND (EXISTS (SELECT 1 FROM (SELECT b.employee_id, b.currency, sum(b.due) AS"
        f" due, sum(b.moved) AS moved FROM ({_DUE}) b GROUP BY b.employee_id, b.currency) f WHERE f.moved <>"
        " CASE WHEN f.due > 0 THEN f.due ELSE 0 END) OR EXISTS (SELECT 1 FROM entry n WHERE n.event_id ="
        " NEW.id AND n.amount <= 0))",
        "a payroll moves what each person is owed, and nothing of somebody who owes", "Use csm-xl payroll.",
    ),
    Rule(
        "opens_first",
        f"NEW.kind = 'open' AND EXISTS (SELECT 1 FROM span s JOIN span o ON o.plan_id = s.plan_id AND o.role"
        " = 'closes' AND o.first_day <= s.last_day JOIN event e ON e.id = o.event_id WHERE s.event_id ="
        f" NEW.id AND {live('e')})",
        "history is from before the first close of its plan", "Correct closed periods with csm-xl retro.",
    ),
    Rule(
        "history_decided",
        "NEW.kind = 'close' AND EXISTS (SELECT 1 FROM span s JOIN span o ON o.plan_id = s.plan_id JOIN event"
        f" e ON e.id = o.event_id AND e.kind = 'open' WHERE s.event_id = NEW.id AND {live('e')} AND"
        f" {approvals('e')} < e.approvals)",
        "the history of the plan is not decided yet", "Approve or reject it first.",
    ),
    Rule(
        "accruals_reversed",
        "NEW.kind = 'close' AND EXISTS (SELECT 1 FROM (SELECT b.employee_id, b.plan_id, b.earned,"
        f" sum(b.amount) AS amount FROM ({_OPEN_AT_CLOSE}) b GROUP BY b.employee_id, b.plan_id,"
        " b.component_id, b.line_kind, b.earned, b.currency, b.account) f WHERE f.amount <> 0 AND"
        f" {_CLOSED_HERE})",
        "a close reverses what is accrued for its periods", "Use csm-xl close.",
    ),
    Rule(
        "stands_on",
        "NEW.kind = 'reject' AND (EXISTS (SELECT 1 FROM about a JOIN event p ON p.id = a.event_id AND p.kind"
        " = 'payroll' WHERE a.about_id = NEW.refers) OR EXISTS (SELECT 1 FROM event h JOIN span s ON"
        f" s.event_id = h.id JOIN span o ON {overlaps('s', 'o')} AND o.role = 'closes' JOIN event e ON e.id ="
        f" o.event_id WHERE h.id = NEW.refers AND h.kind = 'accrue' AND e.id > h.id AND {live('e')}) OR"
        " EXISTS (SELECT 1 FROM event h JOIN span s ON s.event_id = h.id JOIN span o ON o.plan_id = s.plan_id"
        " AND o.role = 'closes' JOIN event e ON e.id = o.event_id WHERE h.id = NEW.refers AND h.kind = 'open'"
        f" AND e.id > h.id AND {live('e')}))",
        "a payroll or a close stands on this event, so it cannot be rejected",
        "Correct what is wrong with csm-xl retro.",
    ),
    Rule(
        "erasure_kept",
        "NEW.kind = 'reject' AND EXISTS (SELECT 1 FROM event p WHERE p.id = NEW.refers AND p.kind = 'erase'"
        f" AND {approvals('p')} >= p.approvals)",
        "an approved erasure is not rejected", "What it names may be gone already.",
    ),
    Rule(
        "disputes_line",
        "NEW.kind = 'dispute' AND ((SELECT count(*) FROM about a WHERE a.event_id = NEW.id) <> 1 OR NOT"
        " EXISTS (SELECT 1 FROM about a JOIN entry n ON n.event_id = a.about_id AND n.line = a.line JOIN"
        " event e ON e.id = a.about_id AND e.kind IN ('close', 'retro') WHERE a.event_id = NEW.id AND"
        f" a.about_id = NEW.refers AND n.credit = 'payable' AND {live('e')}))",
        "a dispute is about one line of a close or a retro that counts",
        "csm-xl ledger --employee lists event and line of every entry.",
    ),
    Rule(
        "one_dispute",
        "NEW.kind = 'dispute' AND EXISTS (SELECT 1 FROM about a JOIN about o ON o.about_id = a.about_id AND"
        " o.line = a.line AND o.event_id <> a.event_id JOIN event e ON e.id = o.event_id AND e.kind ="
        " 'dispute' WHERE a.event_id = NEW.id AND NOT EXISTS (SELECT 1 FROM event x WHERE x.refers = e.id AND"
        " x.kind = 'resolve'))",
        "a dispute about this line is open already", "Answer or resolve that one.",
    ),
    Rule(
        "dispute_open",
        "NEW.kind IN ('answer', 'resolve') AND (NOT EXISTS (SELECT 1 FROM event e WHERE e.id = NEW.refers AND"
        " e.kind = 'dispute') OR EXISTS (SELECT 1 FROM event x WHERE x.refers = NEW.refers AND x.kind ="
        " 'resolve'))",
        "this is no open dispute", "Give the number of the dispute; csm-xl ledger lists them.",
    ),
)  # fmt: skip
"""What is checked of these events, in this order."""


def erasable(digest: str) -> str:
    """That an approved erasure names archived content: every event that has it was there when the erasure was
    made, and is about periods that end before the one it names.

    digest: SQL for the hash of the content.
    """
    about = "CASE WHEN k.kind = 'dispute' THEN k.refers ELSE k.id END"
    return (
        "EXISTS (SELECT 1 FROM event z JOIN span w ON w.event_id = z.id WHERE z.kind = 'erase' AND"
        f" {approved('z')} AND NOT EXISTS (SELECT 1 FROM attachment a JOIN event k ON k.id = a.event_id WHERE"
        f" a.sha256 = {digest} AND (k.id > z.id OR NOT EXISTS (SELECT 1 FROM span s WHERE s.event_id ="
        f" {about}) OR EXISTS (SELECT 1 FROM span s WHERE s.event_id = {about} AND s.last_day >="
        " w.first_day))))"
    )


BLOB_KEPT: Final = (
    "NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR (length(OLD.data) > 0 AND (length(NEW.data) > 0 OR"
    f" NOT {erasable('OLD.sha256')}))"
)
"""That a change of archived content is none of the two that a book takes: it is emptied where an approved
erasure names it, and filled again where a later event has the same content."""
