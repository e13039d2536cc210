"""Names that are written in two ways: a team, a measure or a person that would be two."""

from __future__ import annotations

from typing import Final

from csm_xl.errors import NOT_FOUND
from csm_xl.plan.findings import Findings
from csm_xl.plan.names import plain_ids, plain_name, same_id
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_ALIKE = "Spell it the same everywhere."
_SEVERAL: Final = 3
"""A team of this many is no misspelling itself."""
_WORD: Final = 4
"""Letters of a word of which one may be wrong: Team A is not Team B."""


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
    _check_misspelled(tables, out)
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


def _check_misspelled(tables: Tables, out: Findings) -> None:
    """A team of one person whose name is one letter off that of a team of several, and that no other table
    names: its results are counted from that person's own answers and accounts alone."""
    named = {team for name in ("answers", "accounts") for team in tables[name].columns["team"].tolist()}
    named |= set(tables["results"].columns["id"][tables["results"].columns["scope"] == "team"].tolist())
    people: dict[str, set[str]] = {}
    cells = []
    for name in ("roster", "changes"):
        columns = (tables[name].columns[column].tolist() for column in ("employee_id", "team"))
        for row, (who, team) in enumerate(zip(*columns, strict=True)):
            people.setdefault(team, set()).add(who)
            cells.append((tables[name], row, team))
    several = [team for team, those in people.items() if team and len(those) >= _SEVERAL]
    for table, row, team in cells:
        if team and len(people[team]) == 1 and team not in named:
            for near in (one for one in several if one_letter_off(team, one)):
                what = f"nobody else is in the team {team!r}, and {len(people[near]):,} are in {near!r}"
                out.warning(table, row, "team", what, f"Did you mean {near!r}? Correct the team.")


def one_letter_off(name: str, other: str) -> bool:
    """Whether two names differ by one letter of one longer word: left out, added, another one, or turned.

    >>> one_letter_off("Alpin", "Alpine"), one_letter_off("Team A", "Team B"), one_letter_off("East", "West")
    (True, False, False)
    """
    words, others = name.casefold().split(), other.casefold().split()
    apart = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    if len(words) != len(others) or len(apart) != 1:
        return False
    one, two = apart[0]
    at = next((at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), -1)
    at = min(len(one), len(two)) if at < 0 else at
    same = one[at + 1 :] == two[at:] or one[at:] == two[at + 1 :] or one[at + 1 :] == two[at + 1 :]
    turned = one[at : at + 2] == two[at : at + 2][::-1] and one[at + 2 :] == two[at + 2 :]
    longer = min(len(one), len(two)) >= _WORD and not any(map(str.isdigit, one + two))
    return longer and (same or turned)


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
