"""The rules of a book, once: conditions that both databases check when an event is written.

A rule is an SQL condition that must not hold. SQLite and PostgreSQL get the same conditions as triggers
(`csm_xl.book.triggers`); `csm_xl.book.verify` writes every event again into an empty book, so that the same
conditions judge the whole chain once more. In a condition NEW is the event that is written; what belongs to
it is in the book already, for it is written before.
"""

from __future__ import annotations

from typing import Final

from csm_xl.book.conditions import POLICY, Rule, approvals, live, overlaps, pay_group, states
from csm_xl.book.payroll_rules import PAYROLL_RULES
from csm_xl.book.signing_rules import SIGNING_RULES
from csm_xl.book.tables import GENESIS

_KIND: Final = "(SELECT k.{0} FROM kind k WHERE k.kind = NEW.kind)"
_OWN: Final = "s.event_id = NEW.id"
_CLOSES: Final = states("s.role = 'closes'")
_DOES_MORE: Final = states("s.role <> 'closes'")
_CORRECTS: Final = states("s.role = 'corrects'")
_SHUT: Final = "(o.role = 'closes' OR e.kind = 'open')"
"""That a period takes no more money of its own: it is closed, or history from before the book."""
_OTHER_GROUP: Final = (
    f"(o.role = 'closes' AND o.period = s.period AND o.first_day = s.first_day AND o.last_day ="
    f" s.last_day AND"
    f" {pay_group('o')} <> '' AND {pay_group('o')} <> {pay_group('s')})"
)
"""That two closes of a period pay different people: each its pay group, or the later one whoever is left."""
_PARTLY_CLOSED: Final = (
    f"FROM span s JOIN span o ON {overlaps('s', 'o')} AND o.role = 'closes' AND o.event_id <> s.event_id JOIN"
    f" event e ON e.id = o.event_id WHERE {_OWN} AND s.role = 'closes' AND {live('e')}"
)
"""The closes of other parts of the periods that a close is about."""

EVENT_RULES: Final = (
    Rule(
        "known_kind",
        "NOT EXISTS (SELECT 1 FROM kind k WHERE k.kind = NEW.kind)",
        "the book knows no such kind of event", "Update csm_xl, or upgrade the book.",
    ),
    Rule(
        "no_gap",
        "NEW.id <> (SELECT coalesce(max(e.id), 0) + 1 FROM event e)",
        "events are numbered without a gap", "Use csm-xl to write in the book.",
    ),
    Rule(
        "follows",
        f"NEW.prev <> coalesce((SELECT e.hash FROM event e ORDER BY e.id DESC LIMIT 1), '{GENESIS}')"
        " OR EXISTS (SELECT 1 FROM event e WHERE e.hash = NEW.hash)",
        "the event does not follow the last one", "Use csm-xl to write in the book.",
    ),
    Rule(
        "created_first",
        "(NEW.kind = 'create') <> (NEW.id = 1)",
        "a book begins with its creation, which comes once", "Create a book with csm-xl book create.",
    ),
    Rule(
        "refers",
        f"({_KIND.format('refers')} = 1) <> (NEW.refers IS NOT NULL)"
        " OR (NEW.refers IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event e WHERE e.id = NEW.refers"
        " AND e.hash = coalesce(NEW.refers_hash, '')))"
        " OR (NEW.refers IS NULL AND NEW.refers_hash IS NOT NULL)",
        "the event that is decided is not the one that was seen",
        "Look at it again with csm-xl ledger, and give its hash.",
    ),
    Rule(
        "decided_by_policy",
        f"({_KIND.format('decided')} = 1) <> (NEW.approvals IS NOT NULL)"
        f" OR (NEW.approvals IS NOT NULL AND NEW.approvals <> {POLICY})"
        " OR (NEW.kind IN ('create', 'policy')) <> (NEW.policy IS NOT NULL)",
        "the event does not need the approvals that the policy asks for",
        "Change the number of approvals with csm-xl book policy.",
    ),
    Rule(
        "stated_sums",
        "EXISTS (SELECT 1 FROM (SELECT n.currency, n.debit, n.credit, count(*) AS entries, sum(n.amount) AS"
        " amount FROM entry n WHERE n.event_id = NEW.id GROUP BY n.currency, n.debit, n.credit) f WHERE NOT"
        " EXISTS (SELECT 1 FROM total t WHERE t.event_id = NEW.id AND t.currency = f.currency AND t.debit ="
        " f.debit AND t.credit = f.credit AND t.entries = f.entries AND t.amount = f.amount))"
        " OR (SELECT coalesce(sum(t.entries), 0) FROM total t WHERE t.event_id = NEW.id)"
        " <> (SELECT count(*) FROM entry n WHERE n.event_id = NEW.id)"
        " OR EXISTS (SELECT 1 FROM total t WHERE t.event_id = NEW.id AND t.entries < 1)",
        "the entries do not sum to what the event states", "Use csm-xl to write in the book.",
    ),
    Rule(
        "pays",
        f"{_KIND.format('pays')} = 0 AND (EXISTS (SELECT 1 FROM entry n WHERE n.event_id = NEW.id)"
        f" OR {states()})",
        "events of this kind have no entries and no periods", "Use csm-xl to write in the book.",
    ),
    Rule(
        "closes",
        f"(NEW.kind = 'close') <> {_CLOSES}"
        f" OR (NEW.kind = 'close' AND {_DOES_MORE})",
        "a close states the periods that it closes, and nothing else does", "Use csm-xl close.",
    ),
    Rule(
        "closed_once",
        f"EXISTS (SELECT 1 FROM span s JOIN span o ON {overlaps('s', 'o')} JOIN event e ON e.id = o.event_id"
        f" AND {_SHUT} WHERE {_OWN} AND s.role = 'closes' AND {live('e')} AND NOT {_OTHER_GROUP})"
        f" OR EXISTS (SELECT 1 FROM span s JOIN span o ON {overlaps('s', 'o')} AND o.event_id = s.event_id"
        f" AND o.role = 'closes' AND o.period <> s.period WHERE {_OWN} AND s.role = 'closes')",
        "the period is closed already, whole or in part",
        "Correct it with csm-xl retro, or reject the close that is there.",
    ),
    Rule(
        "paid_once",
        # Most closes find no part of their periods closed, and look for nobody. People are grouped, not
        # joined: a database that does not know yet how many there are would try each one with everybody.
        f"(CASE WHEN NEW.kind = 'close' AND EXISTS (SELECT 1 {_PARTLY_CLOSED}) THEN EXISTS (SELECT 1 FROM"
        " entry m WHERE m.credit = 'payable' AND (m.event_id = NEW.id OR m.event_id IN (SELECT o.event_id"
        f" {_PARTLY_CLOSED})) GROUP BY m.employee_id, m.plan_id, m.earned HAVING min(m.event_id) <>"
        " max(m.event_id)) ELSE 1 = 0 END)",
        "somebody is paid for this period already, by the close of another pay group",
        "Use csm-xl close, which leaves them out; correct what they were paid with csm-xl retro.",
    ),
    Rule(
        "portions",
        "EXISTS (SELECT 1 FROM portion c WHERE c.event_id = NEW.id AND (NOT EXISTS (SELECT 1 FROM span s"
        " WHERE"
        f" {_OWN} AND s.role = c.role AND s.plan_id = c.plan_id AND s.period = c.period) OR (c.pay_group"
        f" <> ''"
        " AND NEW.kind <> 'close')))",
        "the event states a part of a plan that it is not about", "Use csm-xl to write in the book.",
    ),
    Rule(
        "booked_in_open",
        f"EXISTS (SELECT 1 FROM span s JOIN span o ON {overlaps('s', 'o')} JOIN event e ON e.id = o.event_id"
        f" AND {_SHUT} WHERE {_OWN} AND s.role = 'books' AND {live('e')})",
        "money is booked in a period that is open, and this one is closed",
        "Give a later period.",
    ),
    Rule(
        "within_periods",
        "EXISTS (SELECT 1 FROM entry n WHERE n.event_id = NEW.id AND (NOT EXISTS (SELECT 1 FROM span s WHERE"
        f" {_OWN} AND s.role IN ('closes', 'books') AND s.plan_id = n.plan_id AND s.period = n.booked) OR"
        f" (NEW.kind = 'retro' AND NOT EXISTS (SELECT 1 FROM span s WHERE {_OWN} AND s.role = 'corrects' AND"
        " s.plan_id = n.plan_id AND s.period = n.earned)) OR (NEW.kind <> 'retro' AND n.booked <>"
        " n.earned)))",
        "an entry is in a period that the event does not state", "Use csm-xl to write in the book.",
    ),
    Rule(
        "corrects_closed",
        f"(NEW.kind = 'retro') <> {_CORRECTS}"
        f" OR EXISTS (SELECT 1 FROM span s WHERE {_OWN} AND s.role = 'corrects' AND NOT EXISTS (SELECT 1 FROM"
        " span o JOIN event e ON e.id = o.event_id WHERE o.plan_id = s.plan_id AND o.period = s.period AND"
        " o.first_day = s.first_day AND o.last_day = s.last_day AND o.role = 'closes' AND e.kind = 'close'"
        f" AND {live('e')}))",
        "a retro corrects periods that are closed, and this one is not",
        "Close the period with csm-xl close.",
    ),
    Rule(
        "one_retro_undecided",
        f"NEW.kind = 'retro' AND EXISTS (SELECT 1 FROM span s JOIN span o ON {overlaps('s', 'o')} AND"
        " o.role = 'corrects' JOIN event e ON e.id = o.event_id AND e.kind = 'retro' WHERE"
        f" {_OWN} AND s.role = 'corrects' AND {live('e')} AND {approvals('e')} < e.approvals)",
        "a correction of this period is not decided yet", "Approve or reject that one first.",
    ),
    Rule(
        "decidable",
        "NEW.kind IN ('approve', 'reject') AND NOT EXISTS (SELECT 1 FROM event e JOIN kind k ON k.kind ="
        " e.kind WHERE e.id = NEW.refers AND k.decided = 1)",
        "this event is neither approved nor rejected", "csm-xl ledger lists what is undecided.",
    ),
    Rule(
        "two_people",
        "NEW.kind = 'approve' AND EXISTS (SELECT 1 FROM event e WHERE e.id = NEW.refers AND"
        " lower(trim(e.made_by)) = lower(trim(NEW.made_by)))",
        "nobody approves what they made", "Ask a colleague to approve it.",
    ),
    Rule(
        "decides_once",
        "NEW.kind = 'approve' AND EXISTS (SELECT 1 FROM event x WHERE x.refers = NEW.refers AND x.kind ="
        " 'approve' AND lower(trim(x.made_by)) = lower(trim(NEW.made_by)))",
        "a person approves an event once", "Ask another colleague.",
    ),
    Rule(
        "not_rejected",
        "NEW.kind IN ('approve', 'reject') AND EXISTS (SELECT 1 FROM event x WHERE x.refers = NEW.refers AND"
        " x.kind = 'reject')",
        "the event is rejected", "Make it again, and have that approved.",
    ),
    Rule(
        "stands",
        f"NEW.kind = 'reject' AND EXISTS (SELECT 1 FROM span s JOIN span o ON {overlaps('s', 'o')} AND"
        " o.role = 'corrects' JOIN event e ON e.id = o.event_id AND e.kind = 'retro' WHERE s.event_id ="
        f" NEW.refers AND s.role = 'closes' AND e.id > NEW.refers AND {live('e')})",
        "a correction stands on this close, so it cannot be rejected",
        "Reject the correction first, or make another one.",
    ),
    Rule(
        "policy_kept",
        f"NEW.kind = 'reject' AND EXISTS (SELECT 1 FROM event p WHERE p.id = NEW.refers AND p.kind = 'policy'"
        f" AND {approvals('p')} >= p.approvals)",
        "a policy in force is not rejected", "Change it by another csm-xl book policy.",
    ),
    *PAYROLL_RULES,
    *SIGNING_RULES,
)  # fmt: skip
"""What is checked when an event is written, in this order."""

SEALED: Final = Rule(
    "sealed", "", "the event is written already, and takes nothing more", "Use csm-xl to write in the book."
)
KEPT: Final = Rule(
    "kept", "", "an archived input is there already, and never replaced", "Use csm-xl to write in the book."
)
APPEND_ONLY: Final = Rule(
    "append_only", "", "nothing in a book is changed or removed", "Correct what is wrong by another event."
)
ONE_WRITER: Final = Rule(
    "one_writer", "", "a book is written at the isolation READ COMMITTED", "Use csm-xl to write in the book."
)
ITS_OWN_NAME: Final = Rule(
    "own_name", "", "an event names the user who is logged in as its maker", "Leave --by out."
)
NO_OWNER: Final = Rule(
    "no_owner", "", "the owner of the database does not work in the book", "Log in as yourself."
)
ITS_ROLE: Final = Rule(
    "own_role", "", "your role does not make events of this kind",
    "Ask whoever runs the database for the role: csm_book_preparer, csm_book_approver or csm_book_payroll.",
)  # fmt: skip

BY_NAME: Final = {
    rule.name: rule
    for rule in (
        *EVENT_RULES, SEALED, KEPT, APPEND_ONLY, ONE_WRITER, ITS_OWN_NAME, NO_OWNER, ITS_ROLE,
    )
}  # fmt: skip
MARK: Final = "csm_book"
"""What begins a message of a rule, so that it is distinguished from one of the database."""


def said(rule: Rule) -> str:
    """The message with which the database refuses what breaks a rule."""
    return f"{MARK} {rule.name}: {rule.message}"
