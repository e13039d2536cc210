"""What was really paid in earlier periods where the inputs calculate another amount."""

from __future__ import annotations

from typing import NamedTuple


class Replaced(NamedTuple):
    """A row of the table `paid` that counts in place of what these inputs calculate, and differs from it."""

    period: str
    employee_id: str
    plan_id: str
    component_id: str
    calculated: float
