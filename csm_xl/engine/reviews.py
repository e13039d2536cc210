"""Reviews of salary: merit, promotion, another place and skill premiums as dated changes of base salary.

The rules are in `csm_xl.pay.salary` and `csm_xl.pay.market`. A new salary is rounded to the cent, and
counts wherever base salary does: in base pay, in targets, in benefits that are a share of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.pay.market import geo_pay
from csm_xl.pay.rounding import exact, floats, round_money
from csm_xl.pay.salary import MeritMatrix, merit, promote, skill_premium
from csm_xl.plan.columns import empty
from csm_xl.plan.employment import FOREVER, History
from csm_xl.plan.findings import shown_day
from csm_xl.plan.model import version_ends
from csm_xl.plan.names import plain_name
from csm_xl.plan.table import Table, Tables

if TYPE_CHECKING:
    from csm_xl.data.own_wages import OwnWages

ORDER: Final = ("merit", "promotion", "geography", "skill")
"""What comes first of several reviews on one day: a premium is paid on the salary that the others made."""
NO_BOUND: Final = 10**12
"""The maximum of the range of a level without one."""


class _With(Table):
    """A table with rows that come from the reviews; those are found where the review is."""

    reviews: Table
    own: int
    came_from: Sequence[int]

    def where(self, row: int, column: str = "") -> str:
        if row < self.own:
            return super().where(row, column)
        return self.reviews.where(self.came_from[row - self.own], "kind")


@dataclass(slots=True)
class _Person:
    """What a person has by the day that the walk has reached. seen: how much of their history that is."""

    salary: Any
    level: str = ""
    location: str = ""
    seen: int = 0

    def say(self, table: Table, row: int) -> None:
        """What a row of the roster or of the changes states; blank means unchanged."""
        salary = table.value(row, "base_salary")
        self.salary = self.salary if salary is None else exact(salary)
        self.level = table.value(row, "level") or self.level
        self.location = table.value(row, "location") or self.location
        self.seen += 1


def reviewed(tables: Tables, skip_errors: bool = False) -> Tables:
    """The tables with each review as a row of `changes`, and each lump sum of a merit review as other pay.

    Merit: salary × (ratio + addition) × scale × months / 12, the ratio stated or that of merit_matrix at the
    rating and compa-ratio in the range of the level; what would lift it above the range is the lump sum.
    Promotion: the greater of salary × (1 + ratio) and the minimum of the new level's range. Geography:
    salary × factor of the new place / factor of the old one. Skill: salary × ratio + premium, up to its cap.
    skip_errors: people whose review cannot be are left out; see `Tables.left_out`.
    Errors, all at once: a rating, range or place without figures on that day; what a rule needs and is blank.
    """
    table = tables["reviews"]
    if not table.rows:
        return tables
    made = _Made(tables)
    changes: list[tuple[int, dict[str, Any]]] = []
    lumps: list[tuple[int, dict[str, Any]]] = []
    for who, row, kind in _in_time(table):
        if who in tables.left_out or who not in made.history.index:
            continue
        person = made.person(who, int(table.columns["from"][row]))
        try:
            lump = made.apply(row, kind, person)
        except CsmError as error:
            made.issues += [
                replace(issue, where=made.where(issue, row), person=who) for issue in error.issues
            ]
            continue
        both = {name: table.columns[name][row] for name in ("employee_id", "from")}
        values = {"base_salary": floats(person.salary).item(), "level": person.level}
        changes.append((row, both | values | {"location": person.location}))
        if lump:
            paid = {"amount": floats(lump).item(), "reason": "merit above the range", "date": both["from"]}
            lumps.append((row, {"employee_id": both["employee_id"]} | paid))
    if made.issues and not skip_errors:
        raise CsmError.of(dict.fromkeys(made.issues))
    found = Tables(tables.types, tables)
    found.left_out = dict(tables.left_out)
    for issue in made.issues:
        found.left_out[issue.person] = (*found.left_out.get(issue.person, ()), issue)
    found["reviews"] = Table.blank(table.schema)
    found["changes"] = _joined(tables["changes"], table, changes)
    found["other_pay"] = _joined(tables["other_pay"], table, lumps)
    return found


def _in_time(reviews: Table) -> Iterator[tuple[str, int, str]]:
    """Every review by day, those of one day in their order: whose, its row and its kind."""
    columns = zip(*(reviews.columns[name] for name in ("employee_id", "from", "kind")), strict=True)
    events = [(int(day), ORDER.index(kind), row, who) for row, (who, day, kind) in enumerate(columns)]
    for _, order, row, who in sorted(events):
        yield who, row, ORDER[order]


class _Made:
    """What reviews make of salaries, by the tables of ranges, merit and places."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.issues: list[Issue] = []
        self.history = History(tables)
        self._people: dict[str, _Person] = {}
        self._ends = {
            name: version_ends(tables[name], (key,)) for name, key in (("ranges", "level"),
                                                                       ("locations", "location"))
        }  # fmt: skip
        self._matrices: dict[int, MeritMatrix] = {}

    def person(self, who: str, day: int) -> _Person:
        """What somebody has by a day: what the roster and its changes say by then, a change of that day too,
        and the reviews that came before make of it."""
        person = self._people.setdefault(who, _Person(exact(0.0)))
        for table, row in self.history.rows(self.history.index[who], day)[person.seen :]:
            person.say(table, row)
        return person

    def where(self, issue: Issue, row: int) -> str:
        """The cell that an issue of a rule speaks of."""
        table = self.tables["reviews"]
        named = issue.where.split(" row ")[0]
        return table.where(row, named if named in table.columns else "kind") if "!" not in named else named

    def apply(self, row: int, kind: str, person: _Person) -> Any:
        """The review of a row: the person changed by it. Returns what is paid once."""
        table = self.tables["reviews"]
        given = {column.name: table.value(row, column.name) for column in table.schema.columns}
        day, lump = int(given["from"]), exact(0)
        before = person.salary
        if kind == "merit":
            lump = self._merit(given, day, person)
        elif kind == "promotion":
            level = given["level"] or person.level
            least, most = self._range(level, day, "level") or (exact(0), None)
            ratio = exact(_needed(given, "ratio", "promotion"))
            person.salary, person.level = promote(person.salary, ratio, least, most), level
        elif kind == "geography":
            place = _needed(given, "location", "geography")
            if not person.location:
                raise CsmError(VALUE, "the roster does not say where the person works until then", "location",
                               None, "Fill location on the roster.")  # fmt: skip
            new, old = (self._factor(name, given["basis"], day) for name in (place, person.location))
            person.salary, person.location = geo_pay(person.salary, exact(new) / exact(old)), place
        else:
            share, money, most = given["ratio"], given["premium"], given["premium_cap"]
            if share is None and money is None:
                raise CsmError(VALUE, "the skill premium states neither ratio nor premium", "ratio", None,
                               "Type one of them.")  # fmt: skip
            premium = skill_premium(before, [exact(share or 0.0)], [exact(money or 0.0)],
                                    None if most is None else exact(most))  # fmt: skip
            person.salary = before + premium
        person.salary = exact(round_money(np.asarray(person.salary, dtype=object)))
        return lump

    def _merit(self, given: dict[str, Any], day: int, person: _Person) -> Any:
        range_ = self._range(person.level, day, "kind")
        stated = given["ratio"]
        if stated is None:
            rating = _needed(given, "rating", "merit without a ratio")
            matrix = self._matrix(day)
            if range_ is None:
                whose = f"the level {person.level}" if person.level else "a person without level"
                raise CsmError(NOT_FOUND, f"{whose} has no range, and so no compa-ratio", "rating", rating,
                               "Add the level to ranges, or type a ratio.")  # fmt: skip
        else:
            rating, matrix = "stated", MeritMatrix(("stated",), (0,), ((stated,),))
        least, most = range_ or (exact(0), exact(NO_BOUND))
        rest = (exact(given[name]) for name in ("budget_scale", "months", "addition"))
        person.salary, _, lump = merit(person.salary, rating, matrix, least, most, *rest)
        return round_money(np.asarray(lump, dtype=object))

    def _range(self, level: str, day: int, column: str) -> tuple[Any, Any] | None:
        """The range of a level on a day; None where there are no ranges at all, or no level is stated."""
        table = self.tables["ranges"]
        if not table.rows or not level:
            return None
        row = self._version("ranges", "level", level, day, column)
        return exact(table.columns["minimum"][row]), exact(table.columns["maximum"][row])

    def _factor(self, place: str, basis: str, day: int) -> float:
        """What labor or living costs in a place: by the user's own table where there is one, of labor
        else by their own wages."""
        table = self.tables["locations"]
        if not table.rows and self.tables["wages"].rows and basis == "labour":
            return float(self._wages.labour(place, day))
        if not table.rows:
            from csm_xl.data import places

            return float(places.labour(place) if basis == "labour" else places.living(place))
        row = self._version("locations", "location", place, day, "location")
        factor = table.value(row, basis)
        if factor is None:
            raise CsmError(NOT_FOUND, f"locations has no cost of living for {place}", "basis", basis,
                           f"Fill living ({table.where(row, 'living')}).")  # fmt: skip
        return float(factor)

    @cached_property
    def _wages(self) -> OwnWages:
        from csm_xl.data.own_wages import OwnWages, Wage

        table, columns = self.tables["wages"], self.tables["wages"].columns
        ends = version_ends(table, ("occupation", "area"))
        return OwnWages(
            Wage(columns["occupation"][row], columns["area"][row], columns["area_name"][row],
                 bool(columns["csm_proxy"][row]), table.value(row, "employment"), table.value(row, "p50"),
                 int(columns["valid_from"][row]), ends[row] or FOREVER)
            for row in range(table.rows)
        )  # fmt: skip

    def _version(self, name: str, key: str, wanted: str, day: int, column: str) -> int:
        """The row of what is called so, in the version of a day."""
        table, ends = self.tables[name], self._ends[name]
        named = [plain_name(each) for each in table.columns[key]]
        rows = [row for row, each in enumerate(named) if each == plain_name(wanted)]
        starts = table.columns["valid_from"]
        found = [row for row in rows if starts[row] <= day <= (ends[row] or FOREVER)]
        if len(found) != 1:
            said = "overlapping rows" if found else f"no row for {shown_day(day)}" if rows else "no row"
            hint = f"Add it; there are {listed(dict.fromkeys(table.columns[key]))}."
            if rows:
                hint = f"Correct valid_from and valid_to: {listed(table.where(row, key) for row in rows)}."
            raise CsmError(VALUE if found else NOT_FOUND, f"{name} have {said} of {wanted}", column, wanted,
                           hint)  # fmt: skip
        return found[0]

    def _matrix(self, day: int) -> MeritMatrix:
        """The merit matrix of a day: the rows of the latest valid_from by then."""
        table = self.tables["merit_matrix"]
        starts = table.columns["valid_from"]
        if not (starts <= day).any():
            raise CsmError(NOT_FOUND, f"merit_matrix has no rows for {shown_day(day)}", "rating", None,
                           "Add the matrix of that day, or type a ratio.")  # fmt: skip
        start = int(starts[starts <= day].max())
        if start not in self._matrices:
            rows = np.flatnonzero(starts == start).tolist()
            cells = {(plain_name(table.columns["rating"][row]), float(table.columns["compa_ratio"][row])):
                     float(table.columns["increase"][row]) for row in rows}  # fmt: skip
            ratings = {plain_name(name): name for name in table.columns["rating"][rows]}
            bands = sorted({band for _, band in cells})
            lacking = [f"{ratings[name]} from {band:g}" for name in ratings for band in bands
                       if (name, band) not in cells]  # fmt: skip
            if lacking:
                said = f"merit_matrix leaves gaps: no increase for {listed(lacking)}"
                raise CsmError(VALUE, said, "rating", None,
                               "Add a row for each rating in each band; 0 means no increase.")  # fmt: skip
            self._matrices[start] = MeritMatrix(
                tuple(ratings.values()), tuple(bands),
                tuple(tuple(cells[name, band] for band in bands) for name in ratings),
            )  # fmt: skip
        return self._matrices[start]


def _needed(given: dict[str, Any], name: str, rule: str) -> Any:
    if given[name] is None:
        raise CsmError(VALUE, f"{name} is blank, but {rule} needs it", name, None, "Fill it in.")
    return given[name]


def _joined(table: Table, reviews: Table, more: list[tuple[int, dict[str, Any]]]) -> Table:
    """A table with more rows below its own; blanks are in the columns that they do not state."""
    columns = {}
    for column in table.schema.columns:
        added = empty(column, len(more))
        for at, (_, values) in enumerate(more):
            if column.name in values:
                added[at] = values[column.name]
        columns[column.name] = np.concatenate([table.columns[column.name], added])
    lines = table.lines if len(table.lines) else np.arange(table.rows)
    lines = np.concatenate([lines, np.full(len(more), -1)])
    found = _With(table.schema, columns, table.rows + len(more), table.origin, {}, lines)
    found.reviews, found.own, found.came_from = reviews, table.rows, [row for row, _ in more]
    return found
