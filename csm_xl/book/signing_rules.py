"""The rules of signatures: whose keys count, and that decisions are signed where the book asks for it."""

from __future__ import annotations

from typing import Final

from csm_xl.book.conditions import POLICY, Rule, approvals, approved


def _same_name(one: str, other: str) -> str:
    return f"lower(trim({one}.made_by)) = lower(trim({other}.made_by))"


def _in_force(key: str) -> str:
    """That a key counts now: it is approved and not revoked, and its owner has had no later one approved."""
    return (
        f"{key}.kind = 'key' AND {approved(key)} AND NOT EXISTS (SELECT 1 FROM event j WHERE j.kind = 'key'"
        f" AND j.id > {key}.id AND {_same_name('j', key)} AND {approvals('j')} >= j.approvals)"
    )


REQUIRED: Final = (
    "coalesce((SELECT CASE WHEN q.kind = 'sign' THEN 1 ELSE 0 END FROM event q WHERE q.kind IN ('sign',"
    f" 'unsign') AND {approved('q')} ORDER BY q.id DESC LIMIT 1), 0)"
)
"""1 where approvals and rejections are signed: what the latest such policy in force says."""

_SIGNERS: Final = (
    f"(SELECT count(DISTINCT lower(trim(k.made_by))) FROM event k WHERE {_in_force('k')}"
    " AND k.id <> coalesce(NEW.refers, 0))"
)
"""How many people have a key in force, without the one that is being revoked."""

SIGNING_RULES: Final = (
    Rule(
        "own_key",
        "EXISTS (SELECT 1 FROM signature g WHERE g.event_id = NEW.id AND NOT EXISTS (SELECT 1 FROM event k"
        f" WHERE k.id = g.key_id AND {_same_name('k', 'NEW')} AND {_in_force('k')}))"
        " OR (SELECT count(*) FROM signature g WHERE g.event_id = NEW.id) > 1",
        "the event is not signed by a key of its maker that is in force",
        "Enroll a key with csm-xl key new, and have it approved.",
    ),
    Rule(
        "signed_decisions",
        f"NEW.kind IN ('approve', 'reject') AND {REQUIRED} = 1 AND NOT EXISTS (SELECT 1 FROM signature g"
        " WHERE g.event_id = NEW.id)",
        "in this book approvals and rejections are signed, and this one is not",
        "Give --key FILE, or set CSM_XL_KEY; csm-xl key new enrolls a key.",
    ),
    Rule(
        "enough_keys",
        f"NEW.kind = 'sign' AND {_SIGNERS} <= NEW.approvals",
        "too few people have a key in force to approve anything that is signed",
        "Enroll a key of everybody who approves: one person more than an event needs approvals.",
    ),
    Rule(
        "keys_left",
        f"NEW.kind = 'reject' AND {REQUIRED} = 1 AND EXISTS (SELECT 1 FROM event k WHERE k.id = NEW.refers"
        f" AND {_in_force('k')}) AND {_SIGNERS} <= {POLICY}",
        "without this key too few people could approve anything",
        "Enroll another key first, or have the requirement of signatures lifted.",
    ),
    Rule(
        "requirement_kept",
        "NEW.kind = 'reject' AND EXISTS (SELECT 1 FROM event p WHERE p.id = NEW.refers AND p.kind IN ('sign',"
        f" 'unsign') AND {approvals('p')} >= p.approvals)",
        "a policy in force is not rejected", "Change it by another csm-xl book policy.",
    ),
)  # fmt: skip
