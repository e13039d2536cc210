"""What the rules of a book are made of: a rule, and the conditions that several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. name: what it is called in messages of the database. broken: the condition that must not hold.
    message, hint: what is wrong and how to fix it, in words."""

    name: str
    broken: str
    message: str
    hint: str


def live(event: str) -> str:
    """That an event is not rejected."""
    return f"NOT EXISTS (SELECT 1 FROM event x WHERE x.refers = {event}.id AND x.kind = 'reject')"


def approvals(event: str) -> str:
    """How many approvals an event has."""
    return f"(SELECT count(*) FROM event x WHERE x.refers = {event}.id AND x.kind = 'approve')"


def approved(event: str) -> str:
    """That an event counts for good: it is not rejected and has the approvals that it needs."""
    return f"({live(event)} AND {approvals(event)} >= {event}.approvals)"


def overlaps(one: str, other: str) -> str:
    """That two spans of a pay cycle of a plan have days in common."""
    return (
        f"{other}.plan_id = {one}.plan_id AND {other}.first_day <= {one}.last_day"
        f" AND {other}.last_day >= {one}.first_day AND {_portion(one, 'cycle')} = {_portion(other, 'cycle')}"
    )


def pay_group(span: str) -> str:
    """The pay group that a span is about; empty where it is about everybody left."""
    return _portion(span, "pay_group")


def _portion(span: str, column: str) -> str:
    return (
        f"coalesce((SELECT c.{column} FROM portion c WHERE c.event_id = {span}.event_id AND c.role ="
        f" {span}.role AND c.plan_id = {span}.plan_id AND c.period = {span}.period), '')"
    )


def states(span: str = "") -> str:
    """That the event that is written has a span s. span: a further condition on it."""
    more = f" AND {span}" if span else ""
    return f"EXISTS (SELECT 1 FROM span s WHERE s.event_id = NEW.id{more})"


POLICY: Final = (
    "coalesce((SELECT p.policy FROM event p WHERE p.kind = 'create' OR (p.kind = 'policy'"
    f" AND {approved('p')}) ORDER BY p.id DESC LIMIT 1), 0)"
)
"""How many approvals an event needs now: what the latest policy in force says."""
