"""A company of people with names, managers and addresses, some of them hard to print or to reach."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Any

from csm_xl.plan.company import company_table
from csm_xl.plan.tables import RawTable

_ROSTER = ("employee_id", "employee_name", "first_name", "last_name", "email", "manager_id", "plan_id",
           "base_salary", "hire_date", "leave_date")  # fmt: skip
PEOPLE: tuple[tuple[Any, ...], ...] = (
    ("E1", "Sample, One Ä", None, None, "e1@example.com", "M1", "p", 90000),
    ("E2", None, "=cmd", "Two", "e2@example.com", "M1", "p", 80000),
    ("E3", "שלום דוגמה", None, None, "not an address", "M2", "p", 70000),
    ("E4", "Sample " * 14, None, None, None, "M2", "p", 60000),
    ("E5", "Sample 😀 Five", None, None, "e5@example.com", "E5", "p", 50000),
    ("M1", "Sample Boss", None, None, "m1@example.com", None, "p", 120000),
)  # fmt: skip
CHANGES: list[list[Any]] = [["employee_id", "from", "manager_id"], ["E2", date(2026, 5, 11), "M2"]]
PLAN: dict[str, list[list[Any]]] = {
    "plans": [["plan_id", "plan_name", "model", "pay_period", "target_basis", "target_value"],
              ["p", "The plan", "base_variable", "quarter", "ratio", 0.2]],
    "components": [["plan_id", "component_id", "type", "measure", "scope", "weight"],
                   ["p", "retention", "metric", "nrr", "company", 1]],
    "results": [["period", "scope", "id", "measure", "actual", "goal"],
                ["2026-Q1", "company", "company", "nrr", 0.98, 1],
                ["2026-Q2", "company", "company", "nrr", 1, 1]],
}  # fmt: skip


def raws(*people: tuple[Any, ...], **company: Any) -> list[RawTable]:
    """The company's tables. people: others than PEOPLE. company: settings of how outputs show it."""
    roster: list[list[Any]] = [list(_ROSTER), *([*one, date(2024, 1, 1), None] for one in people or PEOPLE)]
    tables: dict[str, list[list[Any]]] = {
        **PLAN,
        "roster": roster,
        **({} if people else {"changes": CHANGES}),
    }
    return [*(RawTable.of_rows(rows, name) for name, rows in tables.items()),
            *company_table(company, {}, "Control")]  # fmt: skip


def picture(path: Path, wide: int = 40, high: int = 10) -> Path:
    """A PNG picture of one color."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\x20\xa0\x90" * wide) * high
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    return path
