"""What the people of the sample did in the year: results, goals, deals and events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from csm_xl.workbook.sample.draws import Draws, attainment
from csm_xl.workbook.sample.people import (
    OVER_ACHIEVERS,
    QUARTERS,
    UNMEASURED,
    Person,
)

Row = dict[str, Any]

GOALS: Final = (
    (0.4, "Adoption plans agreed with the ten largest accounts"),
    (0.4, "Executive business reviews held"),
    (0.2, "Playbook written and taught"),
)
SCORES: Final = (50, 60, 75, 80, 90, 90, 100, 100, 100, 100)
"""How far a goal was reached, in percent: most of them wholly."""

RETENTION: Final = {
    "Enterprise East": (82, 12_000),
    "Enterprise West": (82, 12_000),
    "Renewals East": (88, 11_000),
    "Renewals West": (88, 11_000),
}
"""A team's goal of gross retention, in percent, and the attainment at excellence, in ten-thousandths."""
COMPANY_NRR: Final = ((10_192, 10_400), (10_608, 10_400), (10_395, 10_500), (10_920, 10_500))
"""Net revenue retention of the company by quarter: actual and goal, in ten-thousandths."""


def results(draws: Draws, people: list[Person], bookings: dict[tuple[str, str], int]) -> list[Row]:
    """What was measured, for people, teams and the company.

    bookings: (period, employee) → what deals brought in, for those whose tiers are on a bookings goal.
    """
    return [
        *_team_results(draws),
        *(
            _row(period, "company", "company", "NRR", actual / 10_000, goal / 10_000)
            for period, (actual, goal) in zip(QUARTERS, COMPANY_NRR, strict=True)
        ),
        *_people_results(draws, people),
        *_bookings(draws, people, bookings),
    ]


def _row(period: str, scope: str, name: str, measure: str, actual: Any, goal: Any) -> Row:
    return {"period": period, "scope": scope, "id": name, "measure": measure, "actual": actual, "goal": goal}


def _team_results(draws: Draws) -> list[Row]:
    """Gross retention by team; one team is ahead all year."""
    others = [team for team in RETENTION if team != OVER_ACHIEVERS]
    spread = draws.spread(len(others) * len(QUARTERS))
    rows = []
    for period in QUARTERS:
        for team, (goal, excellence) in RETENTION.items():
            ahead = team == OVER_ACHIEVERS
            reached = draws.between(10_700, 12_100) if ahead else attainment(spread.pop(), 9_000, excellence)
            # No team keeps more than all its revenue.
            actual = min(goal * reached // 100, 9_950)
            rows.append(_row(period, "team", team, "GRR", actual / 10_000, goal / 100))
    return rows


Measured = Callable[[Draws, int, Person], tuple[float, float]]
"""From an attainment in ten-thousandths to a plausible actual and goal."""


def _health(draws: Draws, reached: int, person: Person) -> tuple[float, float]:
    return 75 * reached // 1000 / 10, 75


def _of_ninety_percent(draws: Draws, reached: int, person: Person) -> tuple[float, float]:
    return min(90 * reached // 1000, 995) / 1000, 0.9


def _quota(draws: Draws, reached: int, person: Person) -> tuple[float, float]:
    goal = int(person.row["base_salary"]) // 500 * 1000
    return goal * reached // 2_500_000 * 250, goal


def _churned(draws: Draws, reached: int, person: Person) -> tuple[float, float]:
    goal = draws.between(20_000, 40_000, 2_500)
    return goal * (20_000 - reached) // 1_000_000 * 100, goal


MEASURES: Final[tuple[tuple[str, str, int, int, Measured], ...]] = (
    ("base_bonus", "health_score", 8_000, 11_000, _health),
    ("base_bonus", "CSAT", 8_000, 10_900, _of_ninety_percent),
    ("base_quota", "bookings", 7_000, 12_000, _quota),
    ("base_quota", "GRR", 9_500, 10_800, _of_ninety_percent),
    ("base_quota", "churned_revenue", 8_000, 12_000, _churned),
)
"""Plan, measure, attainment at threshold and at excellence, and its figures."""


def _people_results(draws: Draws, people: list[Person]) -> list[Row]:
    """Each measure of each plan, spread over the plan's people; the strong are mostly ahead."""
    rows = []
    for plan, measure, threshold, excellence, figures in MEASURES:
        for period in QUARTERS:
            group = [person for person in people if person.on(plan, period)]
            form = {person.id: 2 * person.strength + draws.below(len(group)) for person in group}
            ranked = sorted(group, key=lambda person: (form[person.id], person.id))
            reached = dict(
                zip((person.id for person in ranked), sorted(draws.spread(len(group))), strict=True)
            )
            for person in group:
                at = attainment(reached[person.id], threshold, excellence)
                actual, goal = figures(draws, at, person)
                waits = person.id == UNMEASURED and period == QUARTERS[-1] and measure == "bookings"
                rows.append(_row(period, "individual", person.id, measure, None if waits else actual, goal))
    return rows


def _bookings(draws: Draws, people: list[Person], bookings: dict[tuple[str, str], int]) -> list[Row]:
    """What their deals brought in, against goals set so that attainments spread as usual."""
    rows = []
    for period in QUARTERS:
        group = [person for person in people if person.on("revenue_csm", period)]
        for person, percentile in zip(group, draws.spread(len(group)), strict=True):
            actual = bookings[period, person.id]
            goal = 10_000 * actual // attainment(percentile, 7_000, 15_000) // 500 * 500
            rows.append(_row(period, "individual", person.id, "bookings", actual, goal))
    return rows


def goals(draws: Draws, people: list[Person]) -> list[Row]:
    """Three goals a quarter for everyone on a plan that has them."""
    return [
        {"period": period, "employee_id": person.id, "goal": goal, "weight": weight,
         "score": draws.one_of(SCORES) / 100}
        for period in QUARTERS for person in people
        if any(person.on(plan, period) for plan in ("starter", "base_bonus"))
        for weight, goal in GOALS
    ]  # fmt: skip


class Deals:
    """Deals as they are signed, and who is credited for them."""

    def __init__(self, draws: Draws, people: list[Person]) -> None:
        self.draws = draws
        self.people = people
        self.rows: list[Row] = []
        self.credits: list[Row] = []
        self.bookings: dict[tuple[str, str], int] = {}
        for period in QUARTERS:
            for person in people:
                self._of_starter(person, period)
                self._of_commission(person, period)
                self._of_revenue(person, period)

    def _sign(self, days: tuple[date, date], kind: str, amount: int, employee: str | None = None,
              effective: date | None = None) -> str:  # fmt: skip
        first, last = days
        number = f"D{len(self.rows) + 1:04d}"
        signed = first + timedelta(days=self.draws.below((last - first).days + 1))
        if effective is not None:
            effective = max(signed, effective)
        self.rows.append({"deal_id": number, "date": signed, "amount": amount, "kind": kind,
                          "account_id": f"C{self.draws.between(1, 240):04d}", "employee_id": employee,
                          "effective_date": effective})  # fmt: skip
        return number

    def _credit(self, deal: str, employee: str, role: str, share: float = 1) -> None:
        self.credits.append({"deal_id": deal, "employee_id": employee, "role": role, "share": share})

    def _seller(self, plan: str) -> str:
        return self.draws.one_of([person.id for person in self.people if person.row["plan_id"] == plan])

    def _of_starter(self, person: Person, period: str) -> None:
        """Upsell, credited to the CSM at 2% and the account manager at 8%; every fourth is shared by two."""
        days = person.on("starter", period)
        for _ in range(self.draws.below(3) if days else 0):
            assert days is not None
            deal = self._sign(days, "upsell", self.draws.between(6_000, 48_000, 500))
            mates = [
                other.id
                for other in self.people
                if other.on("starter", period) == days and other.id != person.id
            ]
            if mates and self.draws.chance(250):
                self._credit(deal, person.id, "csm", 0.6)
                self._credit(deal, self.draws.one_of(mates), "csm", 0.4)
            else:
                self._credit(deal, person.id, "csm")
            self._credit(deal, self._seller("starter_am"), "am")

    def _of_commission(self, person: Person, period: str) -> None:
        """Expansion and renewals, the CSM's alone."""
        days = person.on("base_variable", period)
        for _ in range(self.draws.between(2, 5) if days else 0):
            assert days is not None
            kind = self.draws.one_of(("upsell", "cross_sell", "renewal", "renewal"))
            self._sign(days, kind, self.draws.between(8_000, 80_000, 750), person.id)

    def _of_revenue(self, person: Person, period: str) -> None:
        """Renewals, which count when they take effect, and expansion, which counts when it is signed."""
        days = person.on("revenue_csm", period)
        for at in range(self.draws.between(3, 4) if days else 0):
            assert days is not None
            kind = "renewal" if at < 2 else self.draws.one_of(("upsell", "cross_sell"))
            bounds = (20_000, 150_000, 1_000) if kind == "renewal" else (8_000, 45_000, 500)
            amount = self.draws.between(*bounds)
            effective = days[1] if kind == "renewal" else None
            deal = self._sign(days, kind, amount, effective=effective)
            self._credit(deal, person.id, "csm")
            self._credit(deal, self._seller("revenue_am"), "am")
            if kind != "renewal":
                key = (period, person.id)
                self.bookings[key] = self.bookings.get(key, 0) + amount


def events(draws: Draws, people: list[Person]) -> list[Row]:
    """Reference customers, certifications and multi-year terms."""
    rows: list[Row] = []
    certified: set[str] = set()
    for person in people:
        for period in QUARTERS:
            for plan, component, mille in (
                ("base_only", "reference_award", 500),
                ("base_only", "certification", 200),
                ("base_variable", "multi_year", 400),
            ):
                days = person.on(plan, period)
                if days and draws.chance(mille):
                    when = days[0] + timedelta(days=draws.below((days[1] - days[0]).days + 1))
                    once = component == "certification"
                    count = 1 if once else draws.between(1, 4)
                    row = {"date": when, "employee_id": person.id, "component_id": component, "count": count}
                    if not (once and person.id in certified):  # a milestone pays once a year
                        rows.append(row)
                    certified |= {person.id} if once else set()
    return rows
