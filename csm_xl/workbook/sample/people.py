"""The people of the sample: who they are, what they earn, where they spend the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from csm_xl.plan.periods import calendar_period
from csm_xl.workbook.sample.draws import Draws
from csm_xl.workbook.sample.wages import salary_at

YEAR: Final = 2026
QUARTERS: Final = tuple(f"{YEAR}-Q{number}" for number in (1, 2, 3, 4))


@dataclass(frozen=True)
class Cohort:
    """The people hired for one plan: how many, the proxy occupation whose wages they earn, their teams."""

    template: str
    plan: str
    people: int
    occupation: str
    teams: tuple[str, ...]
    role: str = "CSM"


CSMS: Final = (
    Cohort("starter", "starter", 14, "13-1199", ("Enterprise East", "Enterprise West")),
    Cohort("base_only", "base_only", 6, "13-1161", ("Onboarding",)),
    Cohort("base_bonus", "base_bonus", 12, "13-1199", ("Mid-market East", "Mid-market West")),
    Cohort("base_variable", "base_variable", 8, "41-3091", ("Scale",)),
    Cohort("base_quota", "base_quota", 10, "41-3091", ("Growth",)),
    Cohort("revenue_centric", "revenue_csm", 10, "41-3091", ("Renewals East", "Renewals West")),
)
ACCOUNT_MANAGERS: Final = (
    Cohort("starter", "starter_am", 4, "41-3091", ("Enterprise Sales",), "Account manager"),
    Cohort("revenue_centric", "revenue_am", 3, "41-3091", ("Renewal Sales",), "Account manager"),
)
"""They earn the other half of double credits; they are not among the 60."""

JOINER, JOINED = "E0024", date(2026, 2, 16)
LEAVER, LEFT = "E0055", date(2026, 10, 15)
MOVER, MOVED, MOVED_TO = "E0005", date(2026, 5, 16), "base_quota"
ON_LEAVE, LEAVE_FROM, BACK_FROM = "E0010", date(2026, 8, 3), date(2026, 9, 2)  # 30 days
PART_TIME = "E0029"
UNMEASURED = "E0047"
OVER_ACHIEVERS = "Enterprise West"

PLACES: Final = {
    "Atlanta": ("0012060", "East"),
    "Austin": ("0012420", "West"),
    "Boston": ("0014460", "East"),
    "Chicago": ("0016980", "East"),
    "Denver": ("0019740", "West"),
    "Minneapolis": ("0033460", "East"),
    "New York": ("0035620", "East"),
    "Phoenix": ("0038060", "West"),
    "Raleigh": ("0039580", "East"),
    "Salt Lake City": ("0041620", "West"),
    "San Francisco": ("0041860", "West"),
    "Seattle": ("0042660", "West"),
}
"""Place of work: its area code in the wage extract, and its division."""
LEVELS: Final = {"CSM I": (200, 400), "CSM II": (400, 650), "Senior CSM": (650, 850)}
"""Between which percentiles (per mille) of the area's wages a level is paid."""


@dataclass(frozen=True)
class Stay:
    """A person's days of the year on one plan."""

    plan: str
    team: str
    first: date
    last: date

    def days_in(self, period: str) -> tuple[date, date] | None:
        """The first and last of its days in a period; None where it has none."""
        start, end = span(period)
        first, last = max(self.first, start), min(self.last, end)
        return (first, last) if first <= last else None


@dataclass(frozen=True)
class Person:
    """A row of the roster, where the person spends the year, and a strength that lasts."""

    row: dict[str, Any]
    stays: tuple[Stay, ...]
    strength: int

    @property
    def id(self) -> str:
        """The employee_id."""
        return str(self.row["employee_id"])

    def on(self, plan: str, period: str) -> tuple[date, date] | None:
        """The first and last day of the period on a plan; None where there is none."""
        found = (stay.days_in(period) for stay in self.stays if stay.plan == plan)
        return next((days for days in found if days), None)


def span(period: str) -> tuple[date, date]:
    """The first and last day of a period."""
    found = calendar_period(period)
    assert found is not None
    return date.fromordinal(found.start), date.fromordinal(found.end)


def make_people(draws: Draws) -> list[Person]:
    """Everyone, CSMs first."""
    people = []
    for letter, cohorts in (("E", CSMS), ("A", ACCOUNT_MANAGERS)):
        number = 0
        for cohort in cohorts:
            for strength in draws.shuffled(range(cohort.people)):
                number += 1
                people.append(_person(draws, cohort, f"{letter}{number:04d}", strength))
    return people


def _person(draws: Draws, cohort: Cohort, employee_id: str, strength: int) -> Person:
    place = draws.one_of(tuple(PLACES))
    area, division = PLACES[place]
    level = draws.one_of(("CSM I", "CSM I", "CSM II", "CSM II", "Senior CSM"))
    salary = salary_at(cohort.occupation, area, draws.between(*LEVELS[level]))
    hired = date(2019, 1, 1) + timedelta(days=draws.below(2500))
    team = cohort.teams[strength % len(cohort.teams)]
    row = {
        "employee_id": employee_id,
        "employee_name": _made_up_name(employee_id),
        "plan_id": cohort.plan,
        "base_salary": salary,
        "hire_date": JOINED if employee_id == JOINER else hired,
        "leave_date": LEFT if employee_id == LEAVER else None,
        "fte": 0.8 if employee_id == PART_TIME else 1,
        "role": cohort.role,
        "level": level if cohort.role == "CSM" else None,
        "location": place,
        "team": team,
        "division": division,
        # On-target earnings of 75/25, to the nearest thousand, where the plan is on them.
        "ote": _ote(salary) if cohort.plan == MOVED_TO else None,
    }
    if cohort.plan == MOVED_TO:
        row["base_salary"] = _ote(salary) * 3 // 4
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    if employee_id == JOINER:
        first = JOINED
    if employee_id == LEAVER:
        last = LEFT
    stays: tuple[Stay, ...] = (Stay(cohort.plan, team, first, last),)
    if employee_id == MOVER:
        before = Stay(cohort.plan, team, first, MOVED - timedelta(days=1))
        stays = (before, Stay(MOVED_TO, "Growth", MOVED, last))
    return Person(row, stays, strength)


def _made_up_name(employee_id: str) -> str:
    """A name that is plainly nobody's: ``Sample 01``; account managers are numbered after the CSMs."""
    csms = sum(cohort.people for cohort in CSMS)
    return f"Sample {int(employee_id[1:]) + (0 if employee_id.startswith('E') else csms):02d}"


def _ote(salary: int) -> int:
    return (salary * 4 // 3 + 500) // 1000 * 1000


def changes(people: list[Person]) -> list[dict[str, Any]]:
    """The raise and plan change, and the leave without pay."""
    mover = next(person for person in people if person.id == MOVER)
    ote = _ote(int(mover.row["base_salary"]) * 106 // 100)
    return [
        {"employee_id": MOVER, "from": MOVED, "base_salary": ote * 3 // 4, "plan_id": MOVED_TO, "ote": ote,
         "team": "Growth"},
        {"employee_id": ON_LEAVE, "from": LEAVE_FROM, "fte": 0},
        {"employee_id": ON_LEAVE, "from": BACK_FROM, "fte": 1},
    ]  # fmt: skip
