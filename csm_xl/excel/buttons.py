"""The buttons of a workbook: refresh, check, statements and close, each with a message at the end.

The macros call these functions through xlwings' RunPython, in a separate Python. Errors that a user can act
on appear in a message box. Nothing else is caught, so a bug in csm_xl is visible as one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import xlwings as xw

from csm_xl.errors import VALUE, CsmError, Issue, faults, grouped
from csm_xl.excel.vba_project import BUTTONS

_SAYS: Final = dict(BUTTONS.values())
_MOST: Final = 12
"""How many findings a message box shows."""

Tell = Callable[[str], None]


def today() -> date:
    """The day on which a period is closed."""
    return date.today()


def refresh() -> None:
    """Pay everyone from the current inputs, and rewrite Payouts, Total Comp, Checks and Log."""
    _pressed("refresh", _refresh)


def check() -> None:
    """Recalculate every figure of the workbook and compare; nothing changes."""
    _pressed("check", _check)


def statements() -> None:
    """Write one PDF per person into a folder next to the workbook."""
    _pressed("statements", _statements)


def close() -> None:
    """Close the period on Control in the book of record, and refresh."""
    _pressed("close", _close)


def _pressed(button: str, act: Callable[[xw.Book, Tell], str]) -> None:
    """Run the action of a button, and report the result.

    The status bar shows progress; it and screen updating are restored afterwards.
    """
    book = xw.Book.caller()
    app = book.app
    title = f"csm_xl: {_SAYS[button]}"

    def tell(what: str) -> None:
        app.status_bar = f"{title}: {what} …"

    try:
        said, mode = act(book, tell), "info"
    except CsmError as error:
        said, mode = _listed(error.issues), "critical"
    finally:
        app.status_bar = False
        app.screen_updating = True
    app.alert(said, title, mode=mode)


def _listed(issues: Sequence[Issue]) -> str:
    """Findings for a message box: one per line, and the number of others."""
    from csm_xl.workbook.sheets.findings import on_control

    lines = [str(replace(issue, hint=on_control(issue.hint))) for issue in issues[:_MOST]]
    if len(issues) > 1:
        lines.insert(0, f"{len(issues):,} findings:\n")
    if len(issues) > _MOST:
        lines.append(f"… and {len(issues) - _MOST:,} more.")
    return "\n".join(lines)


def _refresh(book: xw.Book, tell: Tell) -> str:
    from csm_xl.excel.refresh import refresh_book

    report = refresh_book(book, datetime.now().replace(microsecond=0), tell)
    return "\n".join(report.said())


def _check(book: xw.Book, tell: Tell) -> str:
    from csm_xl.workbook.operations.check import check as check_file

    with _copied(book) as file:
        tell("recalculating every formula and paying everyone again")
        found = grouped(check_file(file))
    if wrong := faults(found):
        raise CsmError.of(wrong)
    said = "Every formula and every payout line matches what Python calculates."
    return "\n".join([said, *map(str, found)])


def _statements(book: xw.Book, tell: Tell) -> str:
    from csm_xl.report.statements import write
    from csm_xl.workbook.operations.refresh.core import inputs_of
    from csm_xl.workbook.operations.refresh.state import state_of
    from csm_xl.workbook.own_functions import load
    from csm_xl.xlsx.package import Package

    with _copied(book) as file:
        package = Package(file)
        given = inputs_of(state_of(package, load(package)), tell)
    period = given.settings.period
    folder = _folder(book) / f"statements {period}"
    if folder.exists() and any(folder.iterdir()):
        asked = f"{folder} already has statements. Replace those of the same people?"
        if book.app.alert(asked, f"csm_xl: {_SAYS['statements']}", buttons="yes_no") != "yes":
            return "Nothing was written."
    done = write(
        given.tables, period, folder, force=True, as_of=given.settings.as_of,
        paper=given.settings.paper_size,
        progress=lambda at, of: tell(f"{at:,} of {of:,} people"),
    )  # fmt: skip
    return f"{len(done):,} statements of {period} are in {folder}."


def _close(book: xw.Book, tell: Tell) -> str:
    from csm_xl.book.closing import close as close_period
    from csm_xl.book.deciding import CLAIMED, names_are_claimed
    from csm_xl.book.recorded import opened_for
    from csm_xl.workbook.operations.refresh.core import inputs_of, tables_of
    from csm_xl.workbook.operations.refresh.state import state_of
    from csm_xl.workbook.own_functions import load
    from csm_xl.xlsx.package import Package

    with _copied(book) as file:
        package = Package(file)
        state = state_of(package, load(package))
        given = inputs_of(state, tell)
        raws = tables_of(state)
    settings = given.settings
    if settings.scenario:
        raise CsmError(VALUE, "a scenario is never closed", given.where["scenario"], settings.scenario,
                       "Clear the scenario, and refresh.")  # fmt: skip
    kept = opened_for(settings.book, _folder(book))
    asked = f"Close {settings.period} in {kept.store.shown}? It is recorded for good."
    if book.app.alert(asked, f"csm_xl: {_SAYS['close']}", buttons="yes_no") != "yes":
        return "Nothing was closed."
    tell(f"closing {settings.period}")
    closed = close_period(kept, raws, given.tables, settings.period, today=today())
    event = closed.event
    said = [f"{settings.period} is closed: event {event.id}, {event.body['lines']:,} payout lines for"
            f" {event.body['people']:,} people.",
            f"A colleague approves it: csm-xl approve {event.id} --hash {event.hash[:16]}",
            *closed.notes]  # fmt: skip
    if names_are_claimed(kept):
        said.append(CLAIMED)
    try:
        said.append(_refresh(book, tell))
    except CsmError as error:  # the period is closed all the same, and that is what a person must know
        said.append(f"The workbook is not refreshed yet: {_listed(error.issues)}")
    return "\n".join(said)


def _folder(book: xw.Book) -> Path:
    """The folder of a workbook.

    Errors: it was never saved, or is only available at a web address.
    """
    path = Path(book.fullname)
    if not path.is_absolute() or not path.is_file():
        raise CsmError(
            VALUE, "the workbook is not in a folder on this computer", book.name, book.fullname,
            "Save it to a folder on this computer first.",
        )  # fmt: skip
    return path.parent


@contextmanager
def _copied(book: xw.Book) -> Iterator[Path]:
    """A temporary copy of the workbook as it is on the screen, saved or not, in the same folder."""
    folder = _folder(book)
    file = folder / f".csm_xl-{secrets.token_hex(4)}{Path(book.fullname).suffix}"
    native: Any = book.api
    try:
        native.SaveCopyAs(str(file))
        if not file.is_file():
            raise CsmError(VALUE, "Excel could not write a copy of the workbook", str(folder), None,
                           "Make sure that you may write to its folder.")  # fmt: skip
        yield file
    finally:
        file.unlink(missing_ok=True)
