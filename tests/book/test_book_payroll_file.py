"""The file of a payroll in the layouts that payroll systems read; what it could not say books nothing."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from companies import close_period, company, entry, span
from test_book_payroll import approved, decide, pay_out

from csm_xl.book.archive import LINES
from csm_xl.book.ledger import Draft
from csm_xl.book.pay_codes import PayCodes
from csm_xl.book.payroll_file import PayrollFile
from csm_xl.book.payroll_layouts import LAYOUTS
from csm_xl.book.replay import replay
from csm_xl.errors import CsmError
from csm_xl.plan.company import company_table
from csm_xl.plan.raw import RawTable

COM = PayCodes("COM")
CODES: dict[str, dict[str, Any]] = {
    "adp": {"pay_codes": COM, "company": "A1B"},
    "gusto": {},
    "workday": {"pay_codes": PayCodes("CSM_VAR")},
}
HEADER = ("Employee ID", "Payroll ID", "First name", "Last name")


def closed(
    place: Any, *people: tuple[Any, ...], header: tuple[str, ...] = HEADER, named: bool = True
) -> None:
    """An approved quarter of a company whose roster has these columns. named: whether outputs name people."""
    place.create()
    raws = company(90, people=tuple(one[0] for one in people))
    added = [header[1:], *(one[1:] for one in people)]
    roster = [[*row, *more] for row, more in zip(raws[3].rows, added, strict=True)]
    raws[3] = RawTable.of_rows(roster, "roster")
    raws += company_table({"names_on_outputs": named}, {}, "Control")
    decide(place, close_period(place, raws, "2026-Q1"))


def written(place: Any, layout: str, **options: Any) -> list[list[Any]]:
    """The file of the first quarter in a layout, paid and written."""
    file = PayrollFile(layout=layout, **(CODES[layout] | options))
    event = pay_out(place, "2026-Q1", check=partial(file.check, place.book())).event
    return file.rows(place.book(), event)


TWO = (("E1", "000017", "Sample", "01"), ("E2", "000018", "Sample", "02"))


@pytest.mark.parametrize(
    ("layout", "first"),
    [
        ("adp", ["A1B", "CSM-4", "000017", "COM", 2250.0]),
        ("gusto", ["01", "Sample", "000017", 2250.0]),
        ("workday", [1, 1, "CSM-4", "2026-01-01", "2026-03-31", "000017", "CSM_VAR", 2250.0, "USD"]),
    ],
)
def test_each_layout_has_its_columns(place: Any, layout: str, first: list[Any]) -> None:
    closed(place, *TWO)
    header, row, other = written(place, layout)
    assert header == list(LAYOUTS[layout].header)
    assert row == first
    assert len(other) == len(header)


@pytest.mark.parametrize(
    ("layout", "who", "says"),
    [
        ("adp", ("E2", None, "Sample", "02"), "E2 has no payroll id"),
        ("gusto", ("E2", "000018", None, "02"), "E2 has no first_name, which Gusto needs"),
        ("gusto", ("E2", "000018", "Sample", ""), "E2 has no last_name, which Gusto needs"),
    ],
)
def test_who_lacks_what_a_layout_needs_is_named_before_anything_is_booked(
    place: Any, layout: str, who: tuple[Any, ...], says: str
) -> None:
    closed(place, TWO[0], who)
    before = len(place.book().events())
    with pytest.raises(CsmError, match=says):
        written(place, layout)
    assert len(place.book().events()) == before


def test_adp_needs_numbers_of_everybody_also_where_no_roster_has_them(place: Any) -> None:
    closed(place, ("E1", "Sample"), header=("Employee ID", "First name"))
    with pytest.raises(CsmError, match="E1 has no payroll_id, which ADP Workforce Now needs"):
        written(place, "adp")
    assert written(place, "adp", ids={"E1": "000017"})[1][2] == "000017"


def test_workday_counts_the_rows_of_a_person_and_has_the_currency(place: Any) -> None:
    place.create()
    entries = [entry("E1", 700, currency="EUR"), entry("E1", 150), entry("E2", 40), entry("E3", -5)]
    approved(place, Draft("close", "2026-Q1", {}, [span()], entries))
    rows = written(place, "workday")[1:]
    assert [(row[0], row[1], row[5], row[7], row[8]) for row in rows] == [
        (1, 1, "E1", 7.0, "EUR"), (2, 2, "E1", 1.5, "USD"), (3, 1, "E2", 0.4, "USD"),
    ]  # fmt: skip


def test_a_layout_without_a_currency_takes_one_at_a_time(place: Any) -> None:
    place.create()
    entries = [entry("E1", 700, currency="EUR"), entry("E1", 150), entry("E2", 40)]
    approved(place, Draft("close", "2026-Q1", {}, [span()], entries))
    ids = {"E1": "000017", "E2": "000018"}
    with pytest.raises(CsmError, match="pays in EUR, USD, and the file for ADP Workforce"):
        written(place, "adp", ids=ids)
    assert [row[4] for row in written(place, "adp", ids=ids, currency="usd")[1:]] == [1.5, 0.4]
    event = place.book().events()[-1]
    rest = PayrollFile(ids, "adp", COM, "A1B", "EUR").rows(place.book(), event)
    assert [row[4] for row in rest[1:]] == [7.0]
    with pytest.raises(CsmError, match="pays nobody in the currency"):
        PayrollFile(ids, "adp", COM, "A1B", "JPY").rows(place.book(), event)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"layout": "sage"}, "Choose one of generic, adp, gusto, workday"),
        ({"layout": "adp", "company": "ABC"}, "needs the pay code of your payroll"),
        (
            {"layout": "adp", "pay_codes": PayCodes("COM"), "company": "ABCD"},
            "needs the company code, 3 characters",
        ),
        ({"layout": "gusto", "pay_codes": COM}, "the file for Gusto has no pay code"),
        (
            {"layout": "workday", "pay_codes": COM, "company": "ABC"},
            "for Workday has no company code",
        ),
        ({"company": "ABC"}, "the generic file has no company code"),
    ],
)
def test_what_a_layout_does_not_take_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(CsmError, match=says):
        PayrollFile(**options)  # type: ignore[arg-type]


def test_the_generic_file_has_names_beside_the_ids_only_where_they_are_asked_for(place: Any) -> None:
    closed(place, *TWO)
    file = PayrollFile(names=True)
    event = pay_out(place, "2026-Q1", check=partial(file.check, place.book())).event
    header, row, _ = file.rows(place.book(), event)
    assert header[:3] == ["employee_id", "employee_name", "payroll_id"]
    assert row[:3] == ["E1", "Sample 01", "000017"]
    assert "employee_name" not in PayrollFile().rows(place.book(), event)[0]
    with pytest.raises(CsmError, match="--names"):
        PayrollFile(layout="gusto", names=True)


def test_a_company_whose_outputs_name_nobody_has_no_names_in_the_file(place: Any) -> None:
    closed(place, *TWO, named=False)
    file = PayrollFile(names=True)
    event = pay_out(place, "2026-Q1", check=partial(file.check, place.book())).event
    assert file.rows(place.book(), event)[0][:2] == ["employee_id", "payroll_id"]


def test_a_close_whose_outputs_name_nobody_names_no_approver_and_is_replayed_byte_for_byte(
    place: Any,
) -> None:
    place.create()
    raws = company(90, people=("E1", "E2"), adjustments=[
        ["period", "employee_id", "amount", "reason", "approved_by"],
        ["2026-Q1", "E1", 5, "thanks", "Sample 02"], ["2026-Q1", "E2", 5, "thanks", "one@example.com"],
    ])  # fmt: skip
    added = (
        ("First name", "Last name", "Email"),
        ("Sample", "01", "one@example.com"),
        ("Sample", "02", None),
    )
    roster = [[*row, *more] for row, more in zip(raws[3].rows, added, strict=True)]
    raws[3] = RawTable.of_rows(roster, "roster")
    raws += company_table({"names_on_outputs": False}, {}, "Control")
    event = close_period(place, raws, "2026-Q1")
    lines = place.book().attachments(event.id)[LINES].decode()
    assert "thanks (approved by E2)" in lines and "thanks (approved by E1)" in lines
    assert "Sample" not in lines and "example.com" not in lines
    found = replay(place.book(), event.id)
    assert found.same_bytes and found.sound
