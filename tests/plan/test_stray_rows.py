"""Rows of an export that hold no data are reported as such, once each, and stop the payment."""

from __future__ import annotations

from typing import Any

import pytest
from plan_tables import TYPES

from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_tables

HEAD = ["Deal ID", "Date", "Amount", "Kind", "Employee ID"]
ROWS: list[list[Any]] = [["D1", "2026-01-05", "1000", "upsell", "E1"], ["D2", "2026-01-06", "900", "", "E1"]]


def told(*rows: list[Any], head: list[str] = HEAD, name: str = "deals") -> list[str]:
    roster = [["employee_id", "plan_id", "base_salary", "hire_date"], ["E1", "p", "80000", "2024-01-01"]]
    plans = [["plan_id", "model", "pay_period", "target_basis"], ["p", "base_only", "month", "ratio"]]
    tables = [RawTable.of_rows(plans, "plans"), RawTable.of_rows(roster, "roster")]
    return [
        str(one.message) for one in read_tables([*tables, RawTable.of_rows([head, *rows], name)], TYPES)[1]
    ]


def test_a_header_in_the_middle_is_one_finding() -> None:
    assert told(ROWS[0], HEAD, ROWS[1]) == ["the row repeats the header"]
    assert told(ROWS[0], [one.lower().replace(" ", "_") for one in HEAD]) == ["the row repeats the header"]


@pytest.mark.parametrize("word", ["Total", "Grand Total", "TOTALS:", "Sub-total", "Summe"])
def test_a_row_of_totals_is_one_finding(word: str) -> None:
    (said,) = told(*ROWS, [word, None, "1900", None, None])
    assert said == f"the row seems to be one of totals ({word!r})"
    (said,) = told(*ROWS, [None, word, "1900", None, None])
    assert said == f"the row seems to be one of totals ({word!r})"


def test_what_is_sound_is_no_total_whatever_it_is_called() -> None:
    head = ["period", "account_id", "employee_id", "start", "end"]
    assert told(["2026-Q1", "Total", "E1", "90", "90"], head=head, name="accounts") == []
    assert told(["Sum", *ROWS[0][1:]]) == []


def test_other_faults_of_a_row_are_told_as_they_are() -> None:
    assert told(["D3", None, "5", None, "E1"]) == ["date is blank"]
