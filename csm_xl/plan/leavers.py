"""People who have left by what another column says, and are paid because no leave_date does."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.cells import is_blank
from csm_xl.plan.findings import Findings
from csm_xl.plan.names import NOTHING, plain_name
from csm_xl.plan.table import Table

_EMPLOYMENT: Final = frozenset(
    {"active", "inactive", "terminated", "term", "left", "leaver", "on_leave", "leave", "loa", "resigned",
     "retired", "suspended", "employed", "fired", "hired", "current", "former", "regular", "full_time",
     "part_time", "aktiv", "inaktiv"}
)  # fmt: skip
_NO_REASON: Final = NOTHING | {"active"}


def check_leavers(roster: Table, out: Findings) -> None:
    """Collect what speaks of leaving where no leave_date is."""
    _check_states(roster, out)
    _check_leave_reasons(roster, out)


def _check_states(roster: Table, out: Findings) -> None:
    """Exports also call an employment's state so, and who left is paid until a leave_date says it."""
    for row, state in enumerate(roster.columns["state"].tolist()):
        if state and plain_name(state) in _EMPLOYMENT:
            what = (
                f"state is {state!r}, which is not a state: the column is for the state whose income tax is"
            )
            out.error(roster, row, "state", f"{what} estimated",
                      "Ignore the column, and give the last paid day of everyone who left in leave_date.",
                      kind="values of state are employment statuses")  # fmt: skip


def _check_leave_reasons(roster: Table, out: Findings) -> None:
    """A reason for leaving without a last day: the person is paid to the end."""
    for row, reason in enumerate(roster.columns["leave_reason"].tolist()):
        said = str(reason).strip()
        if is_blank(reason) or said.casefold() in _NO_REASON or roster.columns["leave_date"][row]:
            continue
        who = roster.columns["employee_id"][row]
        what = f"{who} has the leave_reason {said!r} and no leave_date, and is paid as if still employed"
        out.warning(roster, row, "leave_date", what, "Type the last paid day, or clear the reason.",
                    kind="people have a leave_reason and no leave_date")  # fmt: skip
