"""Names that are written in two ways: a team, a measure or a person that would be two."""

from __future__ import annotations

from csm_xl.errors import NOT_FOUND
from csm_xl.plan.findings import Findings
from csm_xl.plan.names import plain_ids, plain_name, same_id
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_ALIKE = "Spell it the same everywhere."


def team_names(tables: Tables) -> set[str]:
    """The teams that anybody is ever in."""
    columns = (tables[name].columns["team"].tolist() for name in ("roster", "changes"))
    return {team for teams in columns for team in teams} - {""}


def otherwise(table: Table, row: int, column: str, whose: str, name: str, out: Findings) -> None:
    """Collect that a cell names something otherwise than where it is from: in other letters, with other
    blanks or leading zeros. whose: where it is from, and what it is. name: how it is written there."""
    found = table.value(row, column)
    kind = f"rows of {table.schema.name} spell a name differently than {whose.partition(' spells ')[0]}"
    out.error(table, row, column, f"{whose} {found!r} as {name!r}", _ALIKE, NOT_FOUND, kind=kind, meant=name)


def check_names(tables: Tables, out: Findings) -> None:
    """Collect the teams, divisions and managers that the roster itself writes in two ways."""
    _check_groups(tables, out)
    _check_managers(tables, out)


def _check_groups(tables: Tables, out: Findings) -> None:
    """A team or division that is written in two ways would be two, each with a part of its people."""
    for column in ("team", "division"):
        first: dict[str, str] = {}
        for name in ("roster", "changes"):
            table = tables[name]
            for row, value in enumerate(table.columns[column].tolist()):
                known = first.setdefault(plain_name(value), value)
                if value and known != value:
                    otherwise(table, row, column, f"another row spells the {column}", known, out)


def _check_managers(tables: Tables, out: Findings) -> None:
    """A manager who is not on the roster is often none of those who are paid; a name is no id."""
    roster = tables["roster"]
    ids = set(roster.columns["employee_id"].tolist())
    plain, written = plain_ids(ids), any(" " in who for who in ids)
    for row, manager in enumerate(roster.columns["manager_id"].tolist()):
        if not manager or manager in ids:
            continue
        if same := same_id(manager, plain):
            kind = "rows of roster spell a manager differently than the manager's own row"
            what = f"the roster spells the employee {manager!r} as {same!r}"
            out.warning(roster, row, "manager_id", what, _ALIKE, NOT_FOUND, kind=kind)
        elif " " in manager and not written:
            kind = "rows of roster give a manager's name where the manager's employee_id is asked for"
            hint = "Map the column that holds their ids, or ignore this one: nobody's pay depends on it."
            out.warning(roster, row, "manager_id", "this is not an employee_id", hint, NOT_FOUND, kind=kind)
