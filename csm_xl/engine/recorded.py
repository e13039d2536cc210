"""What a book of record says about periods, as it is handed to those who pay: closed lines, and payments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from csm_xl.plan.raw import Origin
from csm_xl.plan.table import Table, Tables

Rows = Sequence[Sequence[Any]]


class Payment(NamedTuple):
    """What was really paid: a row of the table `paid`, in main units."""

    period: str
    employee_id: str
    plan_id: str
    component_id: str
    amount: float
    before_modifier: float | None


class Booked(NamedTuple):
    """What an event books for a period of a plan, in a currency. plan_id: empty where it is about every plan.
    total: in main units. made_at: in UTC, to the minute. lines_hash: of the archived lines, for a
    close. pay_group: the one that a close pays; empty: everybody left."""

    event: int
    kind: str
    plan_id: str
    period: str
    total: float
    currency: str
    state: str
    made_by: str
    made_at: str
    hash: str
    lines_hash: str
    pay_group: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a book says.

    head: the hash of its last event. events: what each books. lines: the event of each close that is not
    rejected → a header, and then its archived payout lines. paid: what was paid for components, with
    corrections. names: what must be reported about the names in the book. note: about the rest, such
    as that the book could not be opened.
    """

    head: str = ""
    events: Sequence[Booked] = ()
    lines: Mapping[int, Rows] = field(default_factory=dict)
    paid: Sequence[Payment] = ()
    names: str = ""
    note: str = ""

    @property
    def closed(self) -> dict[tuple[str, str], list[Booked]]:
        """The (plan, period) that are closed, with their closes: several where pay groups close apart."""
        found: dict[tuple[str, str], list[Booked]] = {}
        for one in self.events:
            if one.event in self.lines:
                found.setdefault((one.plan_id, one.period), []).append(one)
        return found


def line_text(row: Sequence[Any]) -> str:
    """A row of archived lines as the book archives it."""
    return json.dumps(list(row), ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False)


def lines_of(archived: bytes) -> Rows:
    """Archived lines: a header, and then a row a line."""
    rows: Rows = json.loads(archived)
    return rows


def hash_of_lines(texts: Iterable[str]) -> str:
    """The hash by which a book knows archived lines. texts: their rows, the header first, as `line_text`."""
    return hashlib.sha256(f"[{','.join(texts)}]".encode()).hexdigest()


def with_payments(tables: Tables, payments: Iterable[Payment]) -> Tables:
    """The tables with what was really paid in place of the table `paid`.

    What was paid for a component, or to somebody, that the tables do not have is left out: nothing that is
    paid now looks back on it.
    """
    people = set(tables["roster"].columns["employee_id"].tolist())
    components = tables["components"].columns
    known = set(zip(components["plan_id"].tolist(), components["component_id"].tolist(), strict=True))
    rows = [one for one in payments if one.employee_id in people and (one.plan_id, one.component_id) in known]
    schema = tables["paid"].schema
    blank = Table.blank(schema)
    columns = {
        column.name: np.array(
            [_number(getattr(one, column.name)) for one in rows] if column.kind == "money"
            else [getattr(one, column.name) for one in rows],
            dtype=blank.columns[column.name].dtype,
        )
        for column in schema.columns
    }  # fmt: skip
    paid = Table(schema, columns, len(rows), Origin("range", "the book of record"))
    found = Tables(tables.types, tables)
    found.left_out = dict(tables.left_out)
    found["paid"] = paid
    found.checked = tables.checked  # payments of people and components that the tables have
    return found


def component_cycles(tables: Tables) -> dict[tuple[str, str], str]:
    """(plan, component) → the kind of pay period of those that have another one than their plan."""
    plans, components = tables["plans"].columns, tables["components"].columns
    own = dict(zip(plans["plan_id"].tolist(), plans["pay_period"].tolist(), strict=True))
    rows = zip(*(components[name].tolist() for name in ("plan_id", "component_id", "pay_cycle")), strict=True)
    return {(plan, name): kind for plan, name, kind in rows if kind and kind != own.get(plan)}


def typed_payments(tables: Tables) -> list[tuple[Payment, str]]:
    """What the table `paid` states, each row with its place."""
    table = tables["paid"]
    names = Payment._fields
    return [
        (Payment(*(table.value(row, name) for name in names)), table.where(row, "period"))
        for row in range(table.rows)
    ]


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
