"""Closed periods in a workbook: their archived lines are written, whatever today's inputs would pay.

They come from the book of record where a door opens it, else from what the workbook carries of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from csm_xl.engine.recorded import (
    Booked,
    Payment,
    Recorded,
    component_cycles,
    hash_of_lines,
    lines_of,
    typed_payments,
    with_payments,
)
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.names import header_name
from csm_xl.plan.tables import Tables
from csm_xl.workbook.operations.refresh.state import Rows, State
from csm_xl.workbook.sheets import ledger

_NEAR: Final = 0.005
_SHOWN: Final = 6
_KEY: Final = ("period", "employee_id", "plan_id", "component_id", "type")


def recorded_in(state: State, given: Recorded | str | None) -> Recorded:
    """The closed lines from the book, or from the copy in the workbook.

    given: what was read from the book; or the reason why it could not be read, empty if no book is named;
    None if no reason need be given.
    Errors: closed lines that the workbook carries were changed.
    """
    if isinstance(given, Recorded):
        return given
    events = [ledger.booked_of(row) for row in _rows(state, ledger.LEDGER) if row[0] is not None]
    texts: dict[int, list[str]] = {}
    for row in _rows(state, ledger.CLOSED_LINES):
        if row[0] is not None:
            texts.setdefault(int(row[0]), []).append(str(row[-1]))
    wanted = {one.event: one.lines_hash for one in events if one.lines_hash}
    changed = sorted(number for number in {*wanted, *texts}
                     if hash_of_lines(texts.get(number, ())) != wanted.get(number))  # fmt: skip
    if changed:
        raise CsmError(
            VALUE, f"the closed lines of event {listed(map(str, changed))} are not what the book archived",
            "Ledger", None, "Refresh where the book of record can be opened, which writes them again.",
        )  # fmt: skip
    lines = {number: lines_of(f"[{','.join(rows)}]".encode()) for number, rows in texts.items()}
    paid = [_payment(row) for row in _rows(state, ledger.BOOK_PAID) if row[0] is not None]
    note = ""
    if given is not None and (events or given):
        why = f"the book of record could not be read ({given})" if given else "no book of record is named"
        kept = "closed periods are kept as the last refresh with it wrote them" if events else ""
        note = "; ".join(filter(None, (why, kept)))
    said = (str(state.named.get(name) or "") for name in (ledger.HEAD, ledger.NAMES))
    head, names = said
    return Recorded(head, events, lines, paid, names, note)


def _rows(state: State, table: str) -> list[list[Any]]:
    """The rows of a table of the sheet Ledger, with its own columns in their order."""
    columns = [state.column(table, header_name(header)) for header in ledger.columns(table)]
    if table == ledger.LEDGER and not columns[-1]:  # laid out before periods were closed by pay group
        columns[-1] = [None] * len(columns[0])
    return [list(row) for row in zip(*columns, strict=True)] if all(columns) else []


def _payment(row: Sequence[Any]) -> Payment:
    *texts, amount, before = row
    period, person, plan, component = map(str, texts)
    return Payment(period, person, plan, component, float(amount or 0.0),
                   None if before is None else float(before))  # fmt: skip


def with_book_payments(tables: Tables, recorded: Recorded, period: str) -> tuple[Tables, list[Issue]]:
    """The tables with what the book says was paid; and the typed payments that do not count beside it.

    period: what is going to be paid.
    """
    if not recorded.paid:
        return tables, []
    calendar = Calendar(tables["periods"])
    known = {one.period: found for one in recorded.paid if (found := calendar.known(one.period))}
    cycles = component_cycles(tables)

    def of(one: Payment) -> tuple[str, str]:
        return one.plan_id, cycles.get((one.plan_id, one.component_id), "")

    begins: dict[tuple[str, str], int] = {}
    for one in recorded.paid:
        if one.period in known:
            start = known[one.period].start
            begins[of(one)] = min(begins.get(of(one), start), start)
    typed = typed_payments(tables)
    counts = {
        place: of(one) not in begins or calendar.find(one.period).start < begins[of(one)]
        for one, place in typed
    }
    unused = [place for place, good in counts.items() if not good]
    rows = [one for one, place in typed if counts[place]]
    rows += [one for one in recorded.paid if one.period in known]
    if tables["arrangements"].rows:  # with a draw what a period itself paid would count in it
        start = calendar.find(period).start
        rows = [one for one in rows if (known.get(one.period) or calendar.find(one.period)).end < start]
    what = f"not used, because the book says what was paid: {listed(unused, _SHOWN)}"
    said = [Issue(VALUE, what, unused[0], None, "Clear these rows.", "note")] if unused else []
    return with_payments(tables, rows), said


def with_closed(
    lines: Rows, tables: Tables, recorded: Recorded, period: str, scenario: str, where: str
) -> tuple[Rows, list[Issue]]:
    """Payout lines with those of closed periods as the book has archived them; and what that hides.

    lines: a header, and then the engine's lines with their currency. scenario: the one that is on. where: the
    cell of the period.
    Errors: somebody who was paid is no longer on the roster.
    """
    said = [Issue(VALUE, recorded.note, where, None, "Name the book on Control or in CSM_XL_BOOK.", "note")
            ] if recorded.note else []  # fmt: skip
    names = {(row[lines[0].index("plan_id")], row[lines[0].index("period")]) for row in lines[1:]}
    closed = _inside(recorded, Calendar(tables["periods"]), period, names)
    if not closed:
        return lines, said
    archived = [
        dict(zip(recorded.lines[number][0], row, strict=True))
        for number in dict.fromkeys(one.event for closes in closed.values() for one in closes)
        for row in recorded.lines[number][1:]
    ]
    archived = [row for row in archived if (row["plan_id"], row["period"]) in closed]
    _require_people(archived, tables)
    header = [*lines[0], *(name for name in dict.fromkeys(n for row in archived for n in row)
                           if name not in lines[0])]  # fmt: skip
    plan, name, who = (header.index(column) for column in ("plan_id", "period", "employee_id"))
    whole = {pair for pair, closes in closed.items() if not all(one.pay_group for one in closes)}
    paid = {(row["plan_id"], row["period"], row["employee_id"]) for row in archived}

    def is_closed(row: Sequence[Any]) -> bool:
        # Where pay groups close apart, everybody else is still open.
        return (row[plan], row[name]) in whole or (row[plan], row[name], row[who]) in paid

    open_lines = [row for row in lines[1:] if not is_closed(row)]
    now = [dict(zip(lines[0], row, strict=True)) for row in lines[1:] if is_closed(row)]
    blank: list[Any] = [None] * (len(header) - len(lines[0]))
    merged = [
        *([*row, *blank] for row in open_lines),
        *([row.get(one) for one in header] for row in archived),
    ]
    order = {each: at for at, each in enumerate(dict.fromkeys(row[name] for row in lines[1:]))}
    merged.sort(key=lambda row: order.get(row[name], -1))
    said += _otherwise(archived, now, closed, scenario)
    return [header, *merged], said


def _inside(
    recorded: Recorded, calendar: Calendar, period: str, paid: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[Booked]]:
    """The closed (plan, period) inside a period, with the closes of each. paid: those that have lines:
    a longer pay cycle is paid where it ends."""
    asked = calendar.find(period)
    found = {}
    for key, closes in recorded.closed.items():
        its = calendar.known(key[1])
        if its is None or its.end > asked.end:
            continue
        if asked.start <= its.start or (asked.start <= its.end and key in paid):
            found[key] = closes
    return found


def _require_people(archived: Iterable[Mapping[str, Any]], tables: Tables) -> None:
    known = set(tables["roster"].columns["employee_id"].tolist())
    gone = list(dict.fromkeys(row["employee_id"] for row in archived if row["employee_id"] not in known))
    if gone:
        raise CsmError.of(
            Issue(NOT_FOUND, f"{who} was paid in a closed period, but is no longer on the roster", "Roster",
                  None, "Put the person back on the roster, with the leave_date.")
            for who in gone
        )  # fmt: skip


def _sums(lines: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], float]:
    """Lines by what they are about; adjustments may share that."""
    found: dict[tuple[str, ...], float] = {}
    for row in lines:
        key = tuple(row[name] for name in _KEY)
        found[key] = found.get(key, 0.0) + row["amount"]
    return found


def _otherwise(
    archived: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]],
    closed: Mapping[tuple[str, str], Sequence[Booked]], scenario: str,
) -> Iterator[Issue]:  # fmt: skip
    """What today's inputs would pay otherwise in closed periods, one finding a plan and period."""
    was, would = (_sums(each) for each in (archived, now))
    moved: dict[tuple[str, str], dict[str, float]] = {}
    for key in dict.fromkeys([*was, *would]):
        by = would.get(key, 0.0) - was.get(key, 0.0)
        if abs(by) > _NEAR:
            people = moved.setdefault((key[2], key[0]), {})
            people[key[1]] = people.get(key[1], 0.0) + by
    for (plan, period), people in moved.items():
        most = sorted(people.items(), key=lambda one: -abs(one[1]))
        who = listed([f"{one} {by:+,.2f}" for one, by in most], _SHOWN)
        paid = counted(len(people), "person", "people")
        events = f"event {listed(dict.fromkeys(str(one.event) for one in closed[plan, period]))}"
        if scenario:
            what = f"{period} of {plan} is closed by {events}, so the scenario {scenario}"
            what += f" does not change it; otherwise it would pay {paid} another amount: {who}"
            yield Issue(VALUE, what, "Ledger", None, "Look at an open period.", "note")
        else:
            what = f"{period} of {plan} is closed by {events}; today's inputs would pay"
            what += f" {paid} otherwise: {who}"
            hint = "Book the corrections: csm-xl retro; --dry-run shows them."
            yield Issue(VALUE, what, "Ledger", None, hint, "warning")
