"""Small flawed plans: what is wrong in words, the plan, its sound neighbour, and the rules that must speak.

Every plan starts as a sound one: a quarterly bonus of 25% of salary on one measure with a cap, which finds
nothing. A flaw changes as little as it can; the neighbour stops just short of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Row = dict[str, Any]
Plan = dict[str, list[Row]]

DAY = date(2026, 1, 1)
SLOPE = [(0.8, 0.5), (1, 1), (1.2, 1.5)]


@dataclass(frozen=True)
class Flaw:
    words: str
    plan: Plan
    sound: Plan
    rules: frozenset[str]


def metric(measure: str = "NRR", weight: float = 1, knots: Any = None, **more: Any) -> Row:
    """A component on a measure, on a curve of its own where curve points are given, else capped at 2."""
    own = {"component_id": measure, "type": "metric", "measure": measure, "weight": weight, "knots": knots}
    return own | ({} if knots else {"cap": 2.0}) | more


def bookings(**more: Any) -> Row:
    """Commission of 2% on upsell."""
    return {"component_id": "Upsell", "type": "commission", "deal_kinds": "upsell", "rate": 0.02} | more


def spif(**more: Any) -> Row:
    return {
        "component_id": "Push",
        "type": "spif",
        "fixed_amount": 100,
        "valid_from": DAY,
        "valid_to": date(2026, 3, 31),
    } | more


def plan(*components: Row, terms: Mapping[str, Any] | None = None, **tables: list[Row]) -> Plan:
    """One plan S with components; terms are its own columns, tables whatever is beside it."""
    first = {
        "plan_id": "S",
        "model": "base_bonus",
        "pay_period": "quarter",
        "target_basis": "ratio",
        "target_value": 0.25,
    } | dict(terms or {})
    found: Plan = {
        "plans": [first, *tables.pop("plans", [])],
        "components": [],
        "curves": tables.pop("curves", []),
    }
    for row in components or (metric(),):
        own = {key: value for key, value in row.items() if key != "knots"}
        if row.get("knots"):
            own["curve_id"] = row["component_id"]
            options = {key: own.pop(key) for key in ("mode", "below", "above") if key in own}
            for at, (reached, paid) in enumerate(row["knots"]):
                found["curves"].append(
                    {
                        "curve_id": row["component_id"],
                        "attainment": reached,
                        "payout": paid,
                        **(options if at == 0 else {}),
                    }
                )
        found["components"].append({"plan_id": "S", **own})
    return found | tables


def people(count: int = 1, **more: Any) -> list[Row]:
    return [
        {
            "employee_id": f"E{n}",
            "plan_id": "S",
            "base_salary": 80000,
            "hire_date": date(2024, 1, 1),
            "team": "T1",
        }
        | more
        for n in range(1, count + 1)
    ]


def got(
    who: str,
    actual: float | None,
    goal: float | None = 1,
    measure: str = "NRR",
    period: str = "2026-Q1",
    scope: str = "individual",
) -> Row:
    return {"period": period, "scope": scope, "id": who, "measure": measure, "actual": actual, "goal": goal}


def goal(who: str, period: str) -> Row:
    return {"period": period, "employee_id": who, "goal": "Win", "weight": 1, "score": 1}


def tiers(*steps: tuple[Any, ...], **options: Any) -> list[Row]:
    """Tiers T of (from, rate) or (from, rate, to); options on the first row."""
    rows = [dict(zip(("tier_id", "from", "rate", "to"), ("T", *step), strict=False)) for step in steps]
    return [rows[0] | options, *rows[1:]]


def on_tiers(*steps: tuple[Any, ...], **options: Any) -> Plan:
    return plan(metric(), bookings(rate=None, tier_id="T"), tiers=tiers(*steps, **options))


def several(*weights: float, **more: Any) -> list[Row]:
    names = ("NRR", "NPS", "adoption", "bookings", "health_score")
    return [metric(name, weight, **more) for name, weight in zip(names, weights, strict=False)]


def results(*actuals: float, measure: str = "NRR", goal: float = 1, scope: str = "individual") -> Plan:
    """A roster of as many people, and a result of each."""
    rows = [got(f"E{n}", actual, goal, measure, scope=scope) for n, actual in enumerate(actuals, 1)]
    return {"roster": people(len(actuals)), "results": rows}


def ramp(*shares: float) -> list[Row]:
    return [{"ramp_id": "R", "month": month, "share": share} for month, share in enumerate(shares, 1)]


def deal(name: str, **more: Any) -> Row:
    return {
        "deal_id": name,
        "date": DAY,
        "amount": 1000,
        "kind": "upsell",
        "account_id": "A",
        "employee_id": "E1",
    } | more


def factor(value: float) -> list[Row]:
    return [{"period": "2026-Q1", "scope": "company", "factor": value}]


def arranged(kind: str, **more: Any) -> Plan:
    row = {"employee_id": "E1", "kind": kind, "from": DAY, "amount": 500} | more
    return plan(roster=people(), arrangements=[row])


def gated(**more: Any) -> Row:
    return metric(weight=0.5, gate_measure="GRR", gate_minimum=0.9) | more


OWN = metric("NPS", 0.5)
END = date(2026, 6, 30)
AT_POINTS = gated(weight=1, gate_measure="NPS", gate_on="actual", gate_minimum=20, gate_otherwise=0.5)
TEN = (0.5, 0.6, 0.7, 0.75)
MATRIX = [
    {"matrix_id": "M", "row": r, "column": c, "payout": p}
    for r, c, p in ((0.8, 0.8, 0.5), (0.8, 1, 0.8), (1, 0.8, 0.9), (1, 1, 1.2))
]

FLAWED: list[Flaw] = []


def flaw(words: str, bad: Plan, sound: Plan, *rules: str) -> None:
    FLAWED.append(Flaw(words, bad, sound, frozenset(rules)))


OWING = {"employee_id": "E1", "kind": "draw", "from": DAY, "amount": 500}
flaw(
    "a draw with more owed than a year's salary",
    plan(roster=people(), arrangements=[OWING | {"opening_balance": 90_000}]),
    plan(roster=people(), arrangements=[OWING | {"opening_balance": 9_000}]),
    "W514",
)


def _months(*goals: float) -> Plan:
    """One person's goals and actuals of months."""
    rows = [got("E1", 58_000, goal, "bookings", f"2026-{month:02}") for month, goal in enumerate(goals, 1)]
    return plan(metric("bookings"), terms={"pay_period": "month"}, roster=people(), results=rows)


def _hours(*hours: float) -> Plan:
    """Hours of people that a curve of its own unit pays."""
    rows = [got(f"E{n}", actual, None, "hours") for n, actual in enumerate(hours, 1)]
    points = [(20, 1.5), (30, 1), (45, 0.5)]
    one = metric("hours", knots=points, on="actual", direction="lower")
    return plan(one, roster=people(len(hours)), results=rows)


def _goals_of(measure: str, *goals: float) -> Plan:
    """One goal of a measure for each of some people."""
    rows = [got(f"E{n}", goal + n / 100, goal, measure) for n, goal in enumerate(goals, 1)]
    return plan(metric(measure), roster=people(len(goals)), results=rows)


# What is measured, and how it weighs
flaw(
    "five measures; four are enough",
    plan(*several(0.2, 0.2, 0.2, 0.2, 0.2)),
    plan(*several(0.25, 0.25, 0.25, 0.25)),
    "W101",
)
flaw(
    "five measures of which one weighs next to nothing",
    plan(*several(0.3, 0.3, 0.2, 0.15, 0.05)),
    plan(*several(0.4, 0.3, 0.2, 0.1)),
    "W101",
    "W102",
)
flaw("a weight of 9%", plan(*several(0.91, 0.09)), plan(*several(0.9, 0.1)), "W102")
flaw("a component of weight 0", plan(*several(1, 0)), plan(*several(0.9, 0.1)), "W103")
flaw(
    "a component of weight 0 that nothing refers to",
    plan(metric("NPS", 0), metric()),
    plan(metric("NPS", 0), metric(payout_of="NPS", payout_of_join="greater")),
    "W103",
)
flaw(
    "a team's result decides six tenths",
    plan(metric(weight=0.6, scope="team"), metric("NPS", 0.4)),
    plan(metric(weight=0.5, scope="team"), OWN),
    "W104",
)
flaw(
    "the company's and the team's results decide all",
    plan(metric(weight=0.5, scope="team"), metric("NPS", 0.5, scope="company")),
    plan(metric(weight=0.5, scope="team"), OWN),
    "W105",
)
flaw(
    "the team's result decides all, and nothing is sold",
    plan(metric(scope="team")),
    plan(metric(scope="team"), bookings()),
    "W105",
)
flaw("a person's new logos", plan(metric("New-logo ARR")), plan(metric("Expansion ARR")), "W106")
flaw(
    "the team's EBITDA",
    plan(metric("EBITDA", 0.5, scope="team"), OWN),
    plan(metric("EBITDA", 0.5, scope="company"), OWN),
    "W106",
)
flaw(
    "one measure twice",
    plan(metric(weight=0.5), metric(weight=0.5, component_id="Again")),
    plan(metric(weight=0.5), metric(weight=0.5, component_id="Team", scope="team")),
    "W107",
)
flaw(
    "churn that pays more the higher it is",
    plan(metric("Churned revenue")),
    plan(metric("Churned revenue", direction="lower")),
    "E108",
)
flaw(
    "a gate that high churn meets",
    plan(metric(gate_measure="Churn", gate_on="actual", gate_minimum=0.05, gate_otherwise=0.5)),
    plan(metric(gate_measure="Churn", gate_on="actual", gate_minimum=0.05, gate_otherwise=0.5,
                gate_direction="lower")),
    "E108",
)  # fmt: skip
flaw(
    "satisfaction that pays more the lower it is",
    plan(metric("CSAT", direction="lower")),
    plan(metric("CSAT")),
    "E108",
)
flaw(
    "a base_only plan with a bonus",
    plan(terms={"model": "base_only"}),
    plan(spif(), terms={"model": "base_only"}),
    "W111",
)
flaw("a bonus plan of commission alone", plan(bookings()), plan(metric(), bookings()), "W109")
flaw(
    "a commission plan that has none",
    plan(terms={"model": "base_variable"}),
    plan(metric(), bookings(), terms={"model": "base_variable"}),
    "W109",
)
flaw(
    "two components called the same",
    plan(metric(weight=0.5, component_name="Growth"), metric("NPS", 0.5, component_name="growth")),
    plan(metric(weight=0.5, component_name="Growth"), metric("NPS", 0.5, component_name="Loyalty")),
    "N110",
)

# What is paid at each attainment
flaw(
    "30% of target for the last point before the goal",
    plan(metric(knots=[(0.8, 0.5), (1, 0.7), (1, 1), (1.2, 1.5)])),
    plan(metric(knots=[(0.8, 0.5), (1, 0.8), (1, 1), (1.2, 1.5)])),
    "W201",
)
flaw(
    "a slope so steep that it is a cliff",
    plan(metric(knots=[(0.9, 0.5), (0.99, 0.7), (1, 1), (1.2, 1.5)])),
    plan(metric(knots=[(0.9, 0.5), (0.98, 0.7), (1, 1), (1.2, 1.5)])),
    "W201",
)
flaw(
    "the first payment is 60% of target",
    plan(metric(knots=[(0.8, 0.6), (1, 1), (1.2, 1.5)])),
    plan(metric(knots=SLOPE)),
    "W201",
)
flaw("all or nothing", plan(metric(knots=[(1, 1)])), plan(metric(knots=SLOPE)), "W201")
flaw(
    "a step of half the target",
    plan(metric(knots=[(0.8, 0.5), (1, 1), (1.2, 1.25)], mode="step")),
    plan(metric(knots=[(0.8, 0.5), (0.9, 0.75), (1, 1), (1.2, 1.25)], mode="step")),
    "W201",
)
flaw(
    "the curve falls after the top",
    plan(metric(knots=[*SLOPE, (1.4, 1.4)])),
    plan(metric(knots=[*SLOPE, (1.4, 1.5)])),
    "E202",
)
flaw(
    "the curve drops at a bound",
    plan(metric(knots=[(0.8, 0.5), (1, 1.1), (1, 1), (1.2, 1.5)])),
    plan(metric(knots=[(0.8, 0.5), (1, 1), (1, 1.1), (1.2, 1.5)])),
    "E202",
)
EBIT = [(505, 0.5), (631, 1), (694, 2)]
DAYS = [(73, 0.5), (68, 1), (61, 2)]
flaw(
    "days of which fewer are better, without saying so",
    plan(metric("days", knots=DAYS[::-1], on="actual")),
    plan(metric("days", knots=DAYS, on="actual", direction="lower")),
    "E202",
)
flaw(
    "points of millions beside actuals in dollars",
    plan(metric("EBIT", knots=EBIT, on="actual"), roster=people(), results=[got("E1", 553e6, None, "EBIT")]),
    plan(metric("EBIT", knots=EBIT, on="actual"), roster=people(), results=[got("E1", 553, None, "EBIT")]),
    "E608",
)
flaw(
    "a goal beside points in the measure's own unit",
    plan(metric("EBIT", knots=EBIT, on="actual"), roster=people(), results=[got("E1", 553, 600, "EBIT")]),
    plan(metric("EBIT", knots=EBIT, on="actual"), roster=people(), results=[got("E1", 553, None, "EBIT")]),
    "N002",
)
flaw(
    "points in percent beside actuals that are shares",
    plan(metric(knots=[(85, 0.5), (90, 1), (95, 1.5)], on="actual"), roster=people(),
         results=[got("E1", 0.91, None)]),
    plan(metric(knots=[(0.85, 0.5), (0.9, 1), (0.95, 1.5)], on="actual"), roster=people(),
         results=[got("E1", 0.91, None)]),
    "E608",
)  # fmt: skip
flaw(
    "an actual that lacks a digit",
    plan(metric("EBIT", knots=EBIT, on="actual"), roster=people(), results=[got("E1", 55.3, None, "EBIT")]),
    plan(metric("EBIT", knots=EBIT, on="actual"), roster=people(), results=[got("E1", 553, None, "EBIT")]),
    "W621",
)
flaw(
    "nothing more from 90% to 98%",
    plan(metric(knots=[(0.8, 0.5), (0.9, 0.8), (0.98, 0.8), (1, 1)])),
    plan(metric(knots=[(0.8, 0.5), (0.9, 0.8), (0.95, 0.8), (1, 1)])),
    "W203",
)
flaw(
    "a step of 30 points",
    plan(metric(knots=[(0.7, 0.4), (0.85, 0.6), (0.95, 0.8), (1, 1), (1.3, 1.2)], mode="step")),
    plan(metric(knots=[(0.7, 0.4), (0.85, 0.6), (0.95, 0.8), (1, 1), (1.2, 1.2)], mode="step")),
    "W203",
)
flaw("a component capped at 80% of target", plan(metric(cap=0.8)), plan(metric(cap=1)), "E204")
flaw(
    "a curve that ends at 90% of target",
    plan(metric(knots=[(0.8, 0.5), (1, 0.9)])),
    plan(metric(knots=[(0.8, 0.5), (1, 1)])),
    "E204",
)
flaw("a plan capped below its target", plan(terms={"plan_cap": 0.9}), plan(terms={"plan_cap": 1}), "E204")
flaw(
    "the goal pays 80%",
    plan(metric(knots=[(0.8, 0.5), (1, 0.8), (1.2, 1.5)])),
    plan(metric(knots=[(0.8, 0.5), (1, 0.9), (1.2, 1.5)])),
    "W205",
)
flaw(
    "the goal pays 120%",
    plan(metric(knots=[(0.8, 0.5), (1, 1.2), (1.2, 1.5)])),
    plan(metric(knots=[(0.8, 0.5), (1, 1.1), (1.2, 1.5)])),
    "W205",
)
flaw("a floor of 30% of target", plan(metric(floor=0.3)), plan(), "W206")
flaw(
    "a curve that holds its first payout down to 0",
    plan(metric(knots=SLOPE, below="hold")),
    plan(metric(knots=SLOPE, below="zero")),
    "W206",
)
flaw(
    "a gross retention of 108% for the top",
    plan(metric("GRR", knots=SLOPE), **results(0.88, 0.92, measure="GRR", goal=0.9)),
    plan(metric("GRR", knots=SLOPE), **results(0.8, 0.85, measure="GRR", goal=0.83)),
    "W207",
)
flaw(
    "only six in ten reach the threshold",
    plan(metric(knots=SLOPE), **results(*TEN, *[0.9] * 6)),
    plan(metric(knots=SLOPE), **results(*TEN[:3], *[0.9] * 7)),
    "W208",
)
flaw(
    "nobody of 30 reached the top",
    plan(metric(knots=SLOPE), **results(*[1.1] * 30)),
    plan(metric(knots=SLOPE), **results(*[1.1] * 29, 1.2)),
    "W209",
)
flaw(
    "a cap above what the curve pays",
    plan(metric(knots=SLOPE, cap=1.5)),
    plan(metric(knots=SLOPE, cap=1.4)),
    "N210",
)
flaw("a floor of 0", plan(metric(floor=0)), plan(), "N210")
flaw(
    "an interim cap above the cap",
    plan(metric(cumulative="ytd_sum", interim_cap=2)),
    plan(metric(cumulative="ytd_sum", interim_cap=1)),
    "N210",
)
flaw(
    "a plan cap that the components cannot reach",
    plan(metric(knots=SLOPE), terms={"plan_cap": 1.5}),
    plan(metric(knots=SLOPE), terms={"plan_cap": 1.4}),
    "N211",
)
flaw(
    "a bonus without any bound", plan(metric(cap=None)), plan(metric(cap=None), terms={"plan_cap": 2}), "N212"
)
flaw(
    "a curve that runs on for ever",
    plan(metric(knots=SLOPE, above="extrapolate")),
    plan(metric(knots=SLOPE, above="extrapolate", cap=3)),
    "N212",
)

# Commission
flaw(
    "nothing is earned on the first 10,000",
    on_tiers((10000, 0.02), (50000, 0.03)),
    on_tiers((0, 0), (10000, 0.02), (50000, 0.03)),
    "W301",
)
flaw(
    "nothing is earned above 90,000",
    on_tiers((0, 0.02, 50000), (50000, 0.03, 90000)),
    on_tiers((0, 0.02, 50000), (50000, 0.03)),
    "W302",
)
flaw(
    "tiers with neither beginning nor end",
    on_tiers((10000, 0.02, 50000)),
    on_tiers((0, 0.02)),
    "W301",
    "W302",
)
flaw("rates that fall", on_tiers((0, 0.03), (50000, 0.02)), on_tiers((0, 0.02), (50000, 0.02)), "W303")
flaw(
    "no pay above 500,000 in a period, and only of one deal",
    on_tiers((0, 0.03), (500000, 0)),
    plan(
        metric(),
        bookings(rate=None, tier_id="T", tier_basis="deal"),
        tiers=tiers((0, 0.03), (500000, 0)),
    ),
    "W303",
)
flaw(
    "a lower rate on everything",
    on_tiers((0, 0.03), (50000, 0.02), mode="whole"),
    on_tiers((0, 0.02), (50000, 0.025), mode="whole"),
    "E304",
)
flaw("a rate below 0", on_tiers((0, -0.01), (50000, 0.02)), on_tiers((0, 0), (50000, 0.02)), "E304")
flaw(
    "half as much again on everything",
    on_tiers((0, 0.02), (50000, 0.03), mode="whole"),
    on_tiers((0, 0.02), (50000, 0.025), mode="whole"),
    "W305",
)
flaw(
    "two components pay for upsell",
    plan(metric(), bookings(), bookings(component_id="All", deal_kinds=None)),
    plan(metric(), bookings(), bookings(component_id="All", deal_kinds="renewal")),
    "W306",
)
flaw(
    "half of it twice at signing",
    plan(metric(), bookings(rate=0.01), bookings(component_id="Half", rate=0.01)),
    plan(metric(), bookings(rate=0.01), bookings(component_id="Half", rate=0.01, credit_date="effective")),
    "W306",
)
flaw(
    "one role blank, the other csm",
    plan(metric(), bookings(), bookings(component_id="Csm", credit_role="csm")),
    plan(metric(), bookings(credit_role="am"), bookings(component_id="Csm", credit_role="csm")),
    "W306",
)
flaw(
    "a deal imported twice",
    plan(metric(), bookings(), roster=people(), deals=[deal("D1"), deal("D2")]),
    plan(metric(), bookings(), roster=people(), deals=[deal("D1"), deal("D2", amount=1001)]),
    "W307",
)


def _twice(days: int, **second: Any) -> Plan:
    """A deal, and another of the same person and amount some days later."""
    first = deal("D1", employee_id="E1", amount=1234)
    again = deal("D2", employee_id="E1", amount=1234, date=date(2026, 1, 1 + days))
    others = [deal(f"X{n}", employee_id="E1", amount=900 + n, account_id="Z") for n in range(4)]
    return plan(metric(), bookings(), roster=people(), deals=[first, again | second, *others])


flaw("a deal listed again two days later", _twice(2), _twice(9), "W307")
flaw("a deal listed twice without an account", _twice(1, account_id=""), _twice(6, account_id=""), "W307")
flaw(
    "deals that nobody is paid for",
    plan(metric(), bookings(), roster=people(), deals=[deal("D1", kind="renewal")]),
    plan(metric(), bookings(), roster=people(), deals=[deal("D1")]),
    "W308",
)
flaw(
    "a deal credited one and a half times",
    plan(
        metric(),
        bookings(),
        terms={"over_assignment": True},
        roster=people(2),
        deals=[deal("D1", employee_id=None)],
        credits=[
            {"deal_id": "D1", "employee_id": "E1", "share": 1},
            {"deal_id": "D1", "employee_id": "E2", "share": 0.5},
        ],
    ),
    plan(
        metric(),
        bookings(),
        terms={"over_assignment": True},
        roster=people(2),
        deals=[deal("D1", employee_id=None)],
        credits=[
            {"deal_id": "D1", "employee_id": "E1", "share": 0.5},
            {"deal_id": "D1", "employee_id": "E2", "share": 0.5},
        ],
    ),
    "W309",
)

flaw(
    "a deal under its id of 15 characters and of 18",
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[deal("0065e000000001A"), deal("0065e000000001AAAQ", account_id="B")],
    ),
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[deal("0065e000000001A"), deal("0065e000000001BAAQ", account_id="B")],
    ),
    "W307",
)
for _words, _bounds, _sound in (
    ("bounds that are multiples, on amounts", (1, 1.25), (1000, 1250)),
    ("bounds in thousands", (20, 25), (20000, 25000)),
    ("bounds with three zeros too many", (2e7, 2.5e7), (2e4, 2.5e4)),
):
    flaw(
        _words,
        on_tiers((0, 0.01), (_bounds[0], 0.02), (_bounds[1], 0.03))
        | {"roster": people(), "deals": [deal(f"D{n}", account_id=None, amount=2000) for n in range(4)]},
        on_tiers((0, 0.01), (_sound[0], 0.02), (_sound[1], 0.03))
        | {"roster": people(), "deals": [deal(f"D{n}", account_id=None, amount=2000) for n in range(4)]},
        "E310",
    )
flaw(
    "bounds of attainment in percent",
    plan(metric(), bookings(rate=None, tier_id="T", measure="bookings"),
         tiers=tiers((0, 0.01), (100, 0.02), on="attainment")),
    plan(metric(), bookings(rate=None, tier_id="T", measure="bookings"),
         tiers=tiers((0, 0.01), (1, 0.02), on="attainment")),
    "E607",
)  # fmt: skip
flaw(
    "a rate of 60% after 4%",
    on_tiers((0, 0.04), (50000, 0.6)),
    on_tiers((0, 0.04), (50000, 0.16)),
    "W311",
)
flaw(
    "a rate of 0.6% between 4% and 8%",
    on_tiers((0, 0.04), (5000, 0.006), (50000, 0.08)),
    on_tiers((0, 0.04), (5000, 0.06), (50000, 0.08)),
    "W311",
    "W303",
)

# Gates and modifiers
flaw(
    "one gate zeroes everything",
    plan(gated(), gated(component_id="B", measure="NPS")),
    plan(gated(), OWN),
    "W401",
)
flaw(
    "one gate zeroes everything, but leaves a part",
    plan(gated(), gated(component_id="B", measure="NPS")),
    plan(gated(), gated(component_id="B", measure="NPS", gate_otherwise=0.5)),
    "W401",
)
flaw(
    "a gate on the component's own measure", plan(gated(gate_measure="NRR"), OWN), plan(gated(), OWN), "W402"
)
flaw(
    "a gate that anything meets",
    plan(gated(gate_minimum=0), OWN),
    plan(gated(gate_minimum=0.5), OWN),
    "W403",
)
flaw("a failed gate pays all", plan(gated(gate_otherwise=2), OWN), plan(gated(gate_otherwise=1), OWN), "W403")
flaw(
    "the modifier on everything",
    plan(metric(weight=0.5, modified=True), OWN | {"modified": True}),
    plan(metric(weight=0.5, modified=True), OWN),
    "W404",
)
flaw(
    "a modifier's cap, and nothing that it moves",
    plan(terms={"modifier_cap": 1.2}),
    plan(metric(modified=True), terms={"modifier_cap": 1.2}),
    "W405",
)
flaw(
    "factors that move nothing",
    plan(modifiers=factor(1.1)),
    plan(metric(modified=True), modifiers=factor(1.1)),
    "W405",
)
RATED = {"period": "2026-Q1", "scope": "individual", "id": "E1"}
flaw(
    "a person's factor of 2.5 beside one that a rating gives",
    plan(metric(modified=True), roster=people(), ratings=[{"rating": "A", "factor": 1.2}],
         modifiers=[RATED | {"factor": 2.5}]),
    plan(metric(modified=True), roster=people(), ratings=[{"rating": "A", "factor": 1.2}],
         modifiers=[RATED | {"factor": None, "rating": "A"}]),
    "W406",
)  # fmt: skip
flaw(
    "a factor of 2.5 without bounds",
    plan(metric(modified=True), modifiers=factor(2.5)),
    plan(metric(modified=True), terms={"modifier_cap": 1.2, "modifier_floor": 0.8}, modifiers=factor(2.5)),
    "W406",
)
flaw(
    "a product of which a part can be 0",
    plan(metric(weight=0.5), OWN, terms={"combination": "multiplicative"}),
    plan(metric(weight=0.5), OWN),
    "W407",
)

# People
flaw(
    "a salary in thousands",
    plan(roster=[*people(2), *people(3, base_salary=80)[2:]]),
    plan(roster=[*people(2), *people(3, base_salary=160000)[2:]]),
    "E511",
)
flaw(
    "a salary for a month",
    plan(roster=[*people(4), *people(5, base_salary=7083)[4:]]),
    plan(roster=[*people(4), *people(5, base_salary=27083)[4:]]),
    "E511",
)
flaw(
    "a raise in thousands",
    plan(roster=people(2), changes=[{"employee_id": "E1", "from": END, "base_salary": 82}]),
    plan(roster=people(2), changes=[{"employee_id": "E1", "from": END, "base_salary": 82000}]),
    "E511",
)
flaw(
    "a job title where a role is asked for",
    plan(metric(), bookings(credit_role="csm"), roster=people(), deals=[deal("D1")],
         credits=[{"deal_id": "D1", "employee_id": "E1", "role": "Customer Success Manager"}]),
    plan(metric(), bookings(credit_role="csm"), roster=people(), deals=[deal("D1")],
         credits=[{"deal_id": "D1", "employee_id": "E1", "role": "csm"}]),
    "E006",
    "W001",
)  # fmt: skip
flaw(
    "results that no plan asks for",
    plan(metric(), roster=people(), results=[got("E1", 1.1), got("E1", 40, 35, "NPS")]),
    plan(metric(), roster=people(), results=[got("E1", 1.1)]),
    "N002",
)
flaw(
    "a salary that is an account number",
    plan(roster=people(base_salary=4_000_123_400_005_678 // 10)),
    plan(terms={"currency": "IDR"}, roster=people(base_salary=400_012_340)),
    "E003",
)
flaw(
    "a last day under another name",
    plan(roster=people(**{"Termination Date": date(2026, 5, 15)})),
    plan(roster=people(**{"# Termination Date": date(2026, 5, 15)})),
    "E002",
)
flaw(
    "a column that pay does not use",
    plan(roster=people(gender="f")),
    plan(roster=people(comment="f")),
    "N001",
)
flaw(
    "half of the pay is variable",
    plan(roster=people(target_ratio=0.99)),
    plan(roster=people(target_ratio=0.42)),
    "W501",
)
flaw(
    "a bonus of 4% of salary",
    plan(terms={"target_value": 0.04}, roster=people()),
    plan(terms={"target_value": 0.06}, roster=people()),
    "W501",
)
flaw(
    "a quota plan of 85/15",
    plan(
        terms={"model": "base_quota", "target_basis": "ote", "target_value": 100000, "base_share": 0.85},
        roster=people(),
    ),
    plan(
        terms={"model": "base_quota", "target_basis": "ote", "target_value": 100000, "base_share": 0.8},
        roster=people(),
    ),
    "W501",
)
flaw(
    "a plan without participants",
    plan(
        plans=[{"plan_id": "Z", "model": "base_only", "pay_period": "quarter", "target_basis": "ratio"}],
        roster=people(),
    ),
    plan(roster=people()),
    "W502",
)
flaw(
    "rupees on a dollar plan",
    plan(metric(), spif(), roster=people(currency="INR", base_salary=1_800_000)),
    plan(metric(), spif(), roster=people(currency="USD")),
    "W503",
)
flaw(
    "a target in dollars for somebody paid in rupees",
    plan(
        terms={"target_basis": "amount", "target_value": 200_000},
        roster=people(currency="INR", base_salary=1_800_000),
    ),
    plan(
        terms={"target_basis": "amount", "target_value": 200_000},
        roster=people(currency="INR", base_salary=1_800_000, target_amount=250_000),
    ),
    "W503",
)
flaw(
    "rupees on a dollar plan of tiers on amounts",
    plan(
        metric(),
        bookings(rate=None, tier_id="T"),
        tiers=tiers((0, 0.02), (100_000, 0.03)),
        roster=people(currency="INR", base_salary=1_800_000),
    ),
    plan(metric(), bookings(), roster=people(currency="INR", base_salary=1_800_000)),
    "W503",
)
flaw(
    "a plan that changes its currency",
    plan(
        plans=[
            {
                "plan_id": "S",
                "model": "base_bonus",
                "pay_period": "quarter",
                "target_basis": "ratio",
                "target_value": 0.25,
                "valid_from": DAY,
                "currency": "EUR",
            }
        ]
    ),
    plan(
        plans=[
            {
                "plan_id": "S",
                "model": "base_bonus",
                "pay_period": "quarter",
                "target_basis": "ratio",
                "target_value": 0.25,
                "valid_from": DAY,
            }
        ]
    ),
    "W504",
)
flaw(
    "a ramp of six months, and nobody there for longer than four",
    plan(
        metric(ramp_id="R"),
        ramps=ramp(0, 0.2, 0.4, 0.6, 0.8, 1),
        results=[got("E1", 1)],
        roster=people(hire_date=date(2025, 12, 1)),
    ),
    plan(
        metric(ramp_id="R"),
        ramps=ramp(0, 0.2, 0.4, 0.6, 0.8, 1),
        results=[got("E1", 1)],
        roster=people(hire_date=date(2025, 10, 1)),
    ),
    "W505",
)
flaw(
    "a ramp that falls",
    plan(metric(ramp_id="R"), ramps=ramp(0.25, 0.05, 0.75, 1)),
    plan(metric(ramp_id="R"), ramps=ramp(0.25, 0.25, 0.75, 1)),
    "W535",
)
flaw(
    "a ramp of 13 months",
    plan(metric(ramp_id="R"), ramps=ramp(*[0.5] * 12, 1)),
    plan(metric(ramp_id="R"), ramps=ramp(*[0.5] * 11, 1)),
    "W506",
)
flaw(
    "a ramp that ends at 90%",
    plan(metric(ramp_id="R"), ramps=ramp(0.5, 0.9)),
    plan(metric(ramp_id="R"), ramps=ramp(0.5, 1)),
    "W506",
)
flaw(
    "a rank among four",
    plan(metric(peer_group="team"), roster=people(4)),
    plan(metric(peer_group="team"), roster=people(5)),
    "W507",
)
flaw("a guarantee without end", arranged("guarantee"), arranged("guarantee", to=END), "W508")
flaw(
    "a draw that is never recovered, without end",
    arranged("draw", recoverable=False),
    arranged("draw"),
    "W508",
)
flaw(
    "a recoverable draw at a share of 0",
    arranged("draw", recovery_share=0),
    arranged("draw", recovery_share=0.1),
    "W509",
)
flaw(
    "a draw recovered from all that is earned",
    arranged("draw", recovery_of="earned"),
    arranged("draw", recovery_of="earned", recovery_share=0.5),
    "W531",
)
SHARED = {"component_id": "Pool", "type": "pool", "measure": "points", "pool_amount": 10000}
flaw(
    "a pool that the maximum per person never spends",
    plan(SHARED | {"pool_person_cap": 4000}, roster=people(2)),
    plan(SHARED | {"pool_person_cap": 5000}, roster=people(2)),
    "W532",
)
flaw(
    "a pool of each team that its people's maximum never spends",
    plan(
        SHARED | {"pool_person_cap": 4000, "pool_scope": "team"},
        roster=[person | {"team": f"T{at // 2}"} for at, person in enumerate(people(4))],
    ),
    plan(
        SHARED | {"pool_person_cap": 4000, "pool_scope": "team"},
        roster=[person | {"team": "T1"} for person in people(4)],
    ),
    "W532",
)
flaw(
    "a pool of 0% of a result",
    plan(SHARED | {"pool_amount": None, "pool_measure": "ARR", "pool_rate": 0}, roster=people(2)),
    plan(SHARED | {"pool_amount": None, "pool_measure": "ARR", "pool_rate": 0.01}, roster=people(2)),
    "W804",
)
flaw(
    "a pool in thousands",
    plan(SHARED | {"pool_amount": 12}, roster=people(2)),
    plan(SHARED | {"pool_amount": 12_000}, roster=people(2)),
    "W536",
)
PAID_OF_ARR = SHARED | {"pool_amount": None, "pool_measure": "ARR", "pool_rate": 0.03}
flaw(
    "a pool that is a share of a result in thousands",
    plan(PAID_OF_ARR, roster=people(2), results=[got("company", 310, None, "ARR", scope="company")]),
    plan(PAID_OF_ARR, roster=people(2), results=[got("company", 310_000, None, "ARR", scope="company")]),
    "W536",
)
ARR_SHARE = {"component_id": "Share", "type": "result_share", "measure": "ARR", "scope": "company"}
ARR = [got("company", 900000, None, "ARR", scope="company"), got("E1", 1.1)]
flaw(
    "a share of a result that is more than a year's salary",
    plan(metric(), ARR_SHARE | {"rate": 0.1}, roster=people(), results=ARR),
    plan(metric(), ARR_SHARE | {"rate": 0.001}, roster=people(), results=ARR),
    "W315",
)
flaw(
    "a share of a result in thousands",
    plan(metric(), ARR_SHARE | {"rate": 0.001}, roster=people(),
         results=[got("company", 900, None, "ARR", scope="company"), got("E1", 1.1)]),
    plan(metric(), ARR_SHARE | {"rate": 0.001}, roster=people(), results=ARR),
    "W316",
)  # fmt: skip
SIZED = (metric(), bookings(tier_id="T", tier_basis="deal", rate=None))
flaw(
    "a rate where the tiers give amounts",
    plan(*SIZED, tiers=tiers((0, 0.02), (10000, 0.05), mode="fixed")),
    plan(*SIZED, tiers=tiers((0, 250), (10000, 500), mode="fixed")),
    "W313",
)


def _by_term(bounds: tuple[int, int], *terms: int) -> Plan:
    """Deals of so many months, whose rate their term finds."""
    return plan(metric(), bookings(tier_id="T", tier_measure="term", rate=None), roster=people(),
                tiers=tiers((0, 0.02), (bounds[0], 0.025), (bounds[1], 0.03), mode="whole"),
                deals=[deal(f"D{n}", amount=9000 + 811 * n, term=each) for n, each in enumerate(terms)],
                )  # fmt: skip


def _by_year(*bounds: int) -> Plan:
    """Deals whose rate their customer's year finds."""
    return plan(metric(), bookings(tier_id="T", tier_measure="customer_year", rate=None), roster=people(),
                tiers=tiers(*((bound, 0.05 + 0.01 * at) for at, bound in enumerate(bounds)), mode="whole"),
                deals=[deal("D1", customer_start=date(2025, 2, 1))])  # fmt: skip


flaw("bounds of customers' years in months", _by_year(1, 13, 25), _by_year(1, 2, 10), "W317")
flaw("bounds of terms in years", _by_term((2, 3), 12, 24, 36), _by_term((24, 36), 12, 24, 36), "W317")
flaw("terms in years", _by_term((24, 36), 1, 2, 3), _by_term((24, 36), 1, 1, 1), "W317")
flaw("bounds of terms below contracts of odd months", _by_term((2, 3), 12, 24, 36),
     _by_term((2, 3), 1, 6, 12), "W317")  # fmt: skip
COUNTED = (metric(), bookings(tier_id="T", tier_basis="count", rate=None))
flaw(
    "bounds of a number of deals that are amounts",
    plan(*COUNTED, tiers=tiers((0, 100), (10000, 150)), deals=[deal("D1")], roster=people()),
    plan(*COUNTED, tiers=tiers((0, 100), (5, 150)), deals=[deal("D1")], roster=people()),
    "W314",
)
flaw(
    "payouts rounded to more than the target of a quarter",
    plan(terms={"round_award": 800}, roster=people(base_salary=12000)),
    plan(terms={"round_award": 700}, roster=people(base_salary=12000)),
    "W538",
)
flaw(
    "a component rounded to more than its part of the target",
    plan(metric(weight=0.5, round_award=500), metric("GRR", 0.5), roster=people(base_salary=12000)),
    plan(metric(weight=0.5, round_award=200), metric("GRR", 0.5), roster=people(base_salary=12000)),
    "W538",
)
flaw(
    "CSMs and account managers on one plan",
    plan(roster=[*people(1, role="CSM"), people(2, role="AM")[1]]),
    plan(roster=[*people(1, role="CSM"), people(2, role="csm")[1]]),
    "W510",
)

# Results and goals
GOALS = {"component_id": "Goals", "type": "goals", "weight": 1}
flaw(
    "one of two has no goals in the second quarter",
    plan(
        GOALS, roster=people(2), goals=[goal("E1", "2026-Q1"), goal("E2", "2026-Q1"), goal("E1", "2026-Q2")]
    ),
    plan(GOALS, roster=people(2), goals=[goal("E1", "2026-Q1"), goal("E2", "2026-Q1")]),
    "W601",
)
flaw(
    "a result is missing",
    plan(roster=people(2), results=[got("E1", 1.1)]),
    plan(roster=people(2), results=[got("E1", 1.1), got("E2", None)]),
    "W602",
)
flaw(
    "a result without its goal",
    plan(roster=people(), results=[got("E1", 1.1, None)]),
    plan(roster=people(), results=[got("E1", 1.1)]),
    "W603",
)
flaw(
    "a measure that is never reported",
    plan(metric(weight=0.5), OWN, roster=people(), results=[got("E1", 1.1)]),
    plan(metric(weight=0.5), OWN, roster=people(), results=[got("E1", 1.1), got("E1", 40, 35, "NPS")]),
    "W604",
)
flaw(
    "gross retention of 104%",
    plan(metric("GRR"), roster=people(), results=[got("E1", 1.04, 0.9, "GRR")]),
    plan(metric("GRR"), roster=people(), results=[got("E1", 1, 0.9, "GRR")]),
    "E605",
)
flaw(
    "a gate on an NPS of 2,000",
    plan(AT_POINTS | {"gate_minimum": 2000}, roster=people(),
         results=[got("E1", 1.1), got("E1", 41, None, "NPS")]),
    plan(AT_POINTS, roster=people(),
         results=[got("E1", 1.1), got("E1", 41, None, "NPS")]),
    "E605",
)  # fmt: skip
flaw(
    "satisfaction is above 1, and its goal is not",
    plan(metric("CSAT"), roster=people(), results=[got("E1", 1.2, 0.9, "CSAT")]),
    plan(metric("CSAT"), roster=people(), results=[got("E1", 4.4, 4.2, "CSAT")]),
    "E605",
)
flaw(
    "deals in thousands, which a rate pays",
    plan(metric(), bookings(), roster=people(), deals=[deal(f"D{n}", amount=40 + n) for n in range(3)]),
    plan(metric(), bookings(), roster=people(), deals=[deal(f"D{n}", amount=40000 + n) for n in range(3)]),
    "W616",
)


def _renewals(*goals: float | None, measures: Sequence[str] = ("NRR",), **more: Any) -> Plan:
    """One person's accounts with goals of retention."""
    rows = [{"period": "2026-Q1", "account_id": f"A{n}", "employee_id": "E1", "start": 1000 * n,
             "end": 990 * n, "goal": goal} for n, goal in enumerate(goals, 1)]  # fmt: skip
    each = [metric(name, weight=1 / len(measures), **more) for name in measures]
    return plan(*each, roster=people(), accounts=rows)


flaw("an account without a goal beside two that have one", _renewals(0.9, None, 0.95),
     _renewals(0.9, 0.9, 0.95), "W625")  # fmt: skip
flaw("one goal of accounts for two measures", _renewals(0.9, 0.95, measures=("NRR", "GRR")),
     _renewals(0.9, 0.95, measures=("GRR",)), "W625")  # fmt: skip
flaw("goals of accounts that need a gross retention of 108% for the top",
     _renewals(0.9, 0.9, measures=("GRR",), knots=SLOPE),
     _renewals(0.7, 0.9, measures=("GRR",), knots=SLOPE), "W207")  # fmt: skip
flaw("five goals that are the results", plan(**results(*[1] * 5)), plan(**results(*[1] * 4, 0.99)), "W606")
flaw(
    "goals and actuals that are swapped",
    plan(roster=people(5), results=[got(f"E{n}", 1, 0.9 + n / 50) for n in range(1, 6)]),
    plan(roster=people(5), results=[got(f"E{n}", 0.9 + n / 50, 1) for n in range(1, 6)]),
    "W615",
)
flaw("a curve in percent", plan(metric(knots=[(90, 50), (100, 100)])), plan(metric(knots=SLOPE)), "E607")
flaw("a cap of 150", plan(metric(cap=150)), plan(metric(cap=1.5)), "E607")
flaw(
    "a gate at 95",
    plan(gated(gate_minimum=95), OWN),
    plan(gated(gate_minimum=95, gate_on="actual"), OWN),
    "E607",
)
flaw(
    "a target of 25 times the salary",
    plan(terms={"target_value": 25}, roster=people()),
    plan(roster=people()),
    "E607",
)
flaw(
    "a person's target ratio of 20",
    plan(roster=people(target_ratio=20)),
    plan(roster=people(target_ratio=0.2)),
    "E607",
)
flaw(
    "a commission of 5 times the deal",
    plan(metric(), bookings(rate=5)),
    plan(metric(), bookings(rate=0.05)),
    "E607",
)
flaw(
    "$25 for each account, which the deals count",
    plan(metric(), bookings(rate=25), roster=people(), deals=[deal("D1", amount=12, employee_id="E1")]),
    plan(metric(), bookings(rate=1), roster=people(), deals=[deal("D1", amount=12, employee_id="E1")]),
    "W609",
)
flaw(
    "a rate of 5 on deals in money",
    plan(metric(), bookings(rate=5), roster=people(), deals=[deal("D1", amount=12000, employee_id="E1")]),
    plan(metric(), bookings(rate=0.05), roster=people(), deals=[deal("D1", amount=12000, employee_id="E1")]),
    "E607",
)
flaw("a tier's rate of 3", on_tiers((0, 2), (50000, 3)), on_tiers((0, 0.02), (50000, 0.03)), "E607")

flaw(
    "a goal as a percentage, its actual too",
    plan(roster=people(3), results=[got("E1", 0.9, 0.9), got("E2", 1.1, 0.95), got("E3", 92, 95)]),
    plan(roster=people(3), results=[got("E1", 0.9, 0.9), got("E2", 1.1, 0.95), got("E3", 0.92, 0.95)]),
    "E608",
)
flaw(
    "an actual as a percentage of a goal that is a share",
    plan(roster=people(), results=[got("E1", 91.0, 0.92)]),
    plan(roster=people(), results=[got("E1", 0.91, 0.92)]),
    "E608",
)
flaw(
    "a goal that lost a digit",
    plan(roster=people(), results=[got("E1", 0.94, 0.092)]),
    plan(roster=people(), results=[got("E1", 0.94, 0.92)]),
    "E608",
)
flaw(
    "one goal in thousands, with an actual in units",
    plan(
        metric("bookings"),
        roster=people(3),
        results=[
            got("E1", 90_000, 100_000, "bookings"),
            got("E2", 130_000, 120_000, "bookings"),
            got("E3", 100_000, 110, "bookings"),
        ],
    ),
    plan(
        metric("bookings"),
        roster=people(3),
        results=[
            got("E1", 90_000, 100_000, "bookings"),
            got("E2", 130_000, 120_000, "bookings"),
            got("E3", 100_000, 110_000, "bookings"),
        ],
    ),
    "E608",
)
flaw(
    "a gate in points on actuals that are shares",
    plan(
        gated(gate_measure="NPS", gate_on="actual", gate_minimum=30),
        OWN,
        roster=people(),
        results=[
            got("E1", 1.1),
            got("E1", 0.35, 0.3, "NPS"),
        ],
    ),
    plan(
        gated(gate_measure="NPS", gate_on="actual", gate_minimum=0.3),
        OWN,
        roster=people(),
        results=[
            got("E1", 1.1),
            got("E1", 0.35, 0.3, "NPS"),
        ],
    ),
    "E608",
)
flaw(
    "an actual that is a share, at a gate in points",
    plan(AT_POINTS, roster=people(2), results=[got("E1", 1.1), got("E2", 1.1),
         got("E1", 34, None, "NPS"), got("E2", 0.41, None, "NPS")]),
    plan(AT_POINTS, roster=people(2), results=[got("E1", 1.1), got("E2", 1.1),
         got("E1", 34, None, "NPS"), got("E2", 4.1, None, "NPS")]),
    "W610",
)  # fmt: skip
flaw(
    "twelve times the goal",
    plan(metric("bookings"), roster=people(), results=[got("E1", 1_200_000, 100_000, "bookings")]),
    plan(metric("bookings"), roster=people(), results=[got("E1", 700_000, 100_000, "bookings")]),
    "W610",
)
flaw(
    "churn of 0, paid by goal / actual",
    plan(
        metric("churn", direction="lower", method="inverse"),
        roster=people(),
        results=[got("E1", 0, 0.05, "churn")],
    ),
    plan(metric("churn", direction="lower"), roster=people(), results=[got("E1", 0, 0.05, "churn")]),
    "E614",
)

# Amounts
flaw(
    "every salary in thousands",
    plan(roster=people(3, base_salary=85)),
    plan(roster=people(3, base_salary=85_000)),
    "E511",
)
flaw(
    "every salary for a month",
    plan(roster=people(3, base_salary=7083.33)),
    plan(roster=people(3, base_salary=27_000)),
    "E511",
)
flaw(
    "the one salary is perhaps for a month",
    plan(roster=people(base_salary=7083.33)),
    plan(roster=people(base_salary=17_083.33)),
    "W512",
)
flaw(
    "a salary with a digit too many",
    plan(roster=[*people(4), *people(5, base_salary=850_000)[4:]]),
    plan(roster=[*people(4), *people(5, base_salary=400_000)[4:]]),
    "E511",
)
flaw(
    "an OTE that is the variable part alone",
    plan(terms={"target_basis": "ote", "target_value": None, "base_share": 0.8}, roster=people(ote=20_000)),
    plan(terms={"target_basis": "ote", "target_value": None, "base_share": 0.8}, roster=people(ote=100_000)),
    "E513",
)
OTE = {"target_basis": "ote", "target_value": None, "base_share": 0.8}
flaw(
    "an OTE that is the salary",
    plan(terms=OTE, roster=people(ote=80_000)),
    plan(terms=OTE, roster=people(ote=100_000)),
    "W534",
)
flaw(
    "an OTE unlike those of the others",
    plan(terms=OTE, roster=[*people(3, ote=100_000), people(4, ote=130_000)[3]]),
    plan(terms=OTE, roster=[*people(3, ote=100_000), people(4, ote=115_000)[3]]),
    "W534",
)
flaw(
    "a base share unlike that of everybody",
    plan(terms=OTE | {"base_share": 0.7}, roster=people(3, ote=100_000)),
    plan(terms=OTE | {"base_share": 0.7}, roster=people(2, ote=100_000)),
    "W534",
)
flaw(
    "a base share that is that of variable pay",
    plan(terms={"target_basis": "ote", "target_value": 100_000, "base_share": 0.2}, roster=people()),
    plan(terms={"target_basis": "ote", "target_value": 100_000, "base_share": 0.8}, roster=people()),
    "W534",
    "W501",
)
flaw(
    "a target amount of a month",
    plan(terms={"target_basis": "amount", "target_value": 1600}, roster=people()),
    plan(terms={"target_basis": "amount", "target_value": 19_200}, roster=people()),
    "W533",
    "W501",
)
flaw(
    "a base rate of six times the accelerator",
    plan(
        metric(),
        bookings(rate=None, tier_id="t"),
        roster=people(),
        tiers=[{"tier_id": "t", "from": at, "rate": rate} for at, rate in ((0, 0.3), (50_000, 0.05))],
    ),
    plan(
        metric(),
        bookings(rate=None, tier_id="t"),
        roster=people(),
        tiers=[{"tier_id": "t", "from": at, "rate": rate} for at, rate in ((0, 0.03), (50_000, 0.05))],
    ),
    "W303",
    "W311",
)
flaw(
    "a deal with three zeros too many",
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[
            deal(f"D{n}", amount=amount, employee_id="E1") for n, amount in enumerate((8e3, 12e3, 9e3, 10e6))
        ],
    ),
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[
            deal(f"D{n}", amount=amount, employee_id="E1") for n, amount in enumerate((8e3, 12e3, 9e3, 240e3))
        ],
    ),
    "E611",
)
flaw(
    "a deal with two zeros too many among many",
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[
            deal(f"D{n}", amount=amount, employee_id="E1")
            for n, amount in enumerate((8e3, 12e3, 9e3, 10e3, 7e3, 15e3, 1e6))
        ],
    ),
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[
            deal(f"D{n}", amount=amount, employee_id="E1")
            for n, amount in enumerate((8e3, 12e3, 9e3, 10e3, 7e3, 15e3, 6e4))
        ],
    ),
    "W612",
)


def _amounts(*amounts: float, start: float | None = None) -> Plan:
    """Deals of those amounts. start: the revenue of their account, where there is one."""
    deals = [deal(f"D{n}", amount=amount, employee_id="E1") for n, amount in enumerate(amounts)]
    book = {"period": "2026-Q1", "account_id": "A", "employee_id": "E1", "start": start, "end": 42_000}
    accounts = [] if start is None else [book]
    return plan(metric(), bookings(), roster=people(), deals=deals, accounts=accounts)


flaw(
    "a deal with a digit too many among like ones",
    _amounts(41e3, 385e2, 52e3, 44e3, 475e2, 39e3, 42e4),
    _amounts(41e3, 385e2, 52e3, 44e3, 475e2, 39e3, 14e4),
    "W612",
)
flaw(
    "a deal of ten times its account",
    _amounts(42e4, start=40_000),
    _amounts(42e3, start=40_000),
    "W612",
)
flaw(
    "a correction with a digit too many",
    plan(
        roster=people(),
        adjustments=[{"period": "2026-Q1", "employee_id": "E1", "amount": -25_000, "reason": "correction"}],
    ),
    plan(
        roster=people(),
        adjustments=[{"period": "2026-Q1", "employee_id": "E1", "amount": -20_000, "reason": "correction"}],
    ),
    "W514",
)
flaw(
    "an adjustment of ten salaries",
    plan(
        roster=people(),
        adjustments=[{"period": "2026-Q1", "employee_id": "E1", "amount": 800_000, "reason": "correction"}],
    ),
    plan(
        roster=people(),
        adjustments=[{"period": "2026-Q1", "employee_id": "E1", "amount": 8_000, "reason": "correction"}],
    ),
    "W514",
)
flaw(
    "8% of full time",
    plan(roster=people(fte=0.08)),
    plan(roster=people(fte=0.8)),
    "W613",
)
flaw(
    "120% of full time",
    plan(roster=people(fte=1.2)),
    plan(roster=people(fte=1)),
    "W613",
)

for _column in ("base_salary", "fte"):
    flaw(
        f"a {_column} of 0",
        plan(roster=[*people(2), *people(1, **{"employee_id": "E9", _column: 0})]),
        plan(
            roster=[*people(2), *people(1, **{"employee_id": "E9", _column: 0})],
            changes=[
                {"employee_id": "E9", "from": date(2026, 2, 1), _column: 70000 if "s" in _column else 1}
            ],
        ),
        "W515",
    )
flaw("a guarantee of 0.9", arranged("guarantee", amount=0.9, to=END), arranged("guarantee", to=END), "W516")
flaw(
    "a most amount of 5",
    plan(metric(), bookings(max_amount=5)),
    plan(metric(), bookings(max_amount=5000)),
    "W516",
)
flaw("2% typed as an amount for each", plan(metric(), bookings(fixed_amount=0.02)),
     plan(metric(), bookings(fixed_amount=20)), "W516")  # fmt: skip
flaw(
    "a draw of a year for each quarter",
    arranged("draw", amount=60000, to=END),
    arranged("draw", amount=15000, to=END),
    "W514",
)
flaw(
    "events counted in money",
    plan(metric(), spif(), roster=people(),
         events=[{"date": DAY, "employee_id": "E1", "component_id": "Push", "count": 500}]),
    plan(metric(), spif(), roster=people(),
         events=[{"date": DAY, "employee_id": "E1", "component_id": "Push", "count": 5}]),
    "W514",
)  # fmt: skip
flaw(
    "a person's goal of ten times the other months'",
    _months(60_000, 600_000, 60_000),
    _months(60_000, 95_000, 60_000),
    "W610",
)
flaw(
    "hours without a goal, one with a digit too many",
    _hours(28, 33, 410, 38),
    _hours(28, 33, 110, 38),
    "W610",
)
flaw(
    "hours without a goal, one below 0",
    _hours(28, -33, 41, 38),
    _hours(28, 0, 41, 38),
    "W610",
)
flaw(
    "goals of months that are those of the year to date",
    _months(60_000, 120_000, 180_000),
    _months(60_000, 70_000, 80_000),
    "W610",
)
flaw(
    "a goal of retention of half the others'",
    _goals_of("NRR", 1.05, 0.5, 1.04, 1.06),
    _goals_of("NRR", 1.05, 0.9, 1.04, 1.06),
    "W610",
)
flaw(
    "an amount typed as the count of events",
    plan(metric(), spif(max_amount=1000), roster=people(),
         events=[{"date": DAY, "employee_id": "E1", "component_id": "Push", "count": 200}]),
    plan(metric(), spif(max_amount=1000), roster=people(),
         events=[{"date": DAY, "employee_id": "E1", "component_id": "Push", "count": 20}]),
    "W514",
)  # fmt: skip
flaw(
    "a retention of 0",
    plan(metric("GRR")) | results(0.9, 0.93, 0, measure="GRR", goal=0.92),
    plan(metric("GRR")) | results(0.9, 0.93, 0.9, measure="GRR", goal=0.92),
    "W610",
)


def _sold(goal: float, *amounts: float) -> Plan:
    """Commission by tiers on attainment, a goal of bookings, and deals."""
    return plan(
        metric(),
        bookings(rate=None, tier_id="T", measure="bookings"),
        tiers=tiers((0, 0.01), (1, 0.02), on="attainment"),
        roster=people(),
        results=[got("E1", 0.9), got("E1", None, goal, "bookings")],
        deals=[deal(f"D{n}", account_id=None, amount=amount) for n, amount in enumerate(amounts)],
    )


_DEALS = (20000, 25000, 18000, 21000, 15000)
flaw("a goal in thousands", _sold(90, *_DEALS), _sold(90000, *_DEALS), "E618")
flaw("deals in thousands", _sold(90000, *(one / 1000 for one in _DEALS)), _sold(90000, *_DEALS), "E618")
flaw(
    "a total below the deals",
    plan(metric(), bookings(), roster=people(),
         deals=[deal(f"D{n}", amount=one, account_id=f"A{n}") for n, one in enumerate((*_DEALS, 99000))]),
    plan(metric(), bookings(), roster=people(),
         deals=[deal(f"D{n}", amount=one, account_id=f"A{n}") for n, one in enumerate((*_DEALS, 98000))]),
    "W617",
)  # fmt: skip


def _accounts(*ends: float, start: float = 60000) -> Plan:
    rows = [{"period": "2026-Q1", "account_id": f"A{n}", "employee_id": "E1", "start": start + 9 * n,
             "end": end} for n, end in enumerate(ends)]  # fmt: skip
    return plan(metric(), roster=people(), accounts=rows)


flaw(
    "accounts that end in months",
    _accounts(4900, 5100, 5000, 4800, 5200, 5000),
    _accounts(59000, 61000, 60000, 58000, 62000, 60000),
    "E619",
)


flaw(
    "accounts that end in quarters",
    _accounts(14900, 15100, 15000, 13500, 15200, 15000),
    _accounts(30000, 61000, 24000, 58000, 20000, 33000),
    "E619",
)


def _kept(*ends: float) -> Plan:
    """Accounts of very different sizes. ends: what some of them are at the end."""
    starts = (310_000, 5_250, 47_250, 18_900, 640_000, 12_000, 96_000)
    rows = [
        {"period": "2026-Q1", "account_id": f"A{n}", "employee_id": "E1", "start": start, "end": end}
        for n, (start, end) in enumerate(zip(starts, (*ends, *starts[len(ends) :]), strict=True))
    ]
    return plan(metric(), roster=people(), accounts=rows)


flaw("one account that keeps a tenth", _kept(31_500), _kept(89_000), "W612")


def _books(total: float) -> Plan:
    rows = [
        {"period": "2026-Q1", "account_id": f"{who}{n}", "employee_id": who, "start": start, "end": start}
        for who in ("E1", "E2")
        for n, start in enumerate((31_000, 52_500, 47_250, 18_900, total if who == "E2" else 26_000))
    ]
    return plan(metric(), roster=people(2), accounts=rows)


flaw("a person's total among the accounts", _books(149_650), _books(22_000), "W617")
flaw(
    "an amount where the plan takes a ratio",
    plan(roster=people(target_amount=9000)),
    plan(roster=people(target_amount=20_000, target_ratio=0.25)),
    "N517",
)
flaw(
    "an amount that contradicts the ratio of the plan",
    plan(roster=people(target_amount=16_000, target_ratio=0.25)),
    plan(roster=people(target_amount=19_900, target_ratio=0.25)),
    "N517",
)
flaw(
    "an OTE that contradicts the amount of the plan",
    plan(terms={"target_basis": "amount", "target_value": 20_000},
         roster=people(target_amount=20_000, ote=120_000)),
    plan(terms={"target_basis": "amount", "target_value": 20_000},
         roster=people(target_amount=20_000, ote=100_000)),
    "N517",
)  # fmt: skip
flaw(
    "an amount that contradicts the ratio of somebody part-time",
    plan(roster=people(target_amount=14_000, target_ratio=0.25, fte=0.5)),
    plan(roster=people(target_amount=10_000, target_ratio=0.25, fte=0.5)),
    "N517",
)


def _reached(*actuals: float) -> Plan:
    rows = [{"period": "2026-Q1", "scope": "individual", "id": f"E{n}", "measure": "bookings",
             "actual": actual, "goal": 100_000 + 10 * n} for n, actual in enumerate(actuals, 1)]  # fmt: skip
    team = [{"employee_id": f"E{n}"} for n in range(1, len(actuals) + 1)]
    roster = [people()[0] | one for one in team]
    return plan(metric(measure="bookings", scope="individual"), roster=roster, results=rows)


flaw(
    "goals of a year among actuals of a quarter",
    _reached(24e3, 26e3, 22e3, 31e3, 25e3),
    _reached(94e3, 106e3, 82e3, 121e3, 95e3),
    "W620",
)
flaw(
    "a curve of which attainment and payout are swapped",
    plan(metric(knots=[(0.5, 0.9), (1, 1), (1.8, 1.2)])),
    plan(metric(knots=[(0.9, 0.5), (1, 1), (1.2, 1.8)])),
    "W201",
    "W214",
)
flaw(
    "a gate that lacks its decimal point",
    plan(metric(gate_measure="Health", gate_on="actual", gate_minimum=7, gate_otherwise=0.5),
         roster=people(), results=[got("E1", 1.1), got("E1", 0.78, None, "Health")]),
    plan(metric(gate_measure="Health", gate_on="actual", gate_minimum=0.7, gate_otherwise=0.5),
         roster=people(), results=[got("E1", 1.1), got("E1", 0.78, None, "Health")]),
    "W610",
)  # fmt: skip
flaw(
    "a cell of a matrix that lacks a digit",
    plan(metric(cap=None, matrix_id="M", column_measure="NPS"),
         matrices=[{"matrix_id": "M", "row": row, "column": column, "payout": payout}
                   for row, column, payout in ((0.9, 1, 0.8), (0.9, 2, 1), (1, 1, 1), (1, 2, 0.13))]),
    plan(metric(cap=None, matrix_id="M", column_measure="NPS"),
         matrices=[{"matrix_id": "M", "row": row, "column": column, "payout": payout}
                   for row, column, payout in ((0.9, 1, 0.8), (0.9, 2, 1), (1, 1, 1), (1, 2, 1.3))]),
    "W213",
)  # fmt: skip


def _two(most: float) -> Plan:
    """Two people in two quarters, the better of them with this actual in each."""
    every = [
        got(who, actual, 400e3, "bookings", f"2026-Q{n}")
        for n in (1, 2)
        for who, actual in (("E1", 95e3), ("E2", most))
    ]
    return plan(metric("bookings"), roster=people(2), results=every)


flaw("goals of a year for two people in each of two quarters", _two(110e3), _two(150e3), "W620")
flaw(
    "an actual that lacks a digit among like attainments",
    _reached(94e3, 106e3, 82e3, 92e3, 95e3, 98e3, 101e2),
    _reached(94e3, 106e3, 82e3, 92e3, 95e3, 98e3, 61e3),
    "W610",
)
flaw(
    "the goal of a year in one of two quarters",
    plan(metric("bookings"), roster=people(),
         results=[got("E1", 95e3, 400e3, "bookings"),
                  got("E1", 98e3, 100e3, "bookings") | {"period": "2026-Q2"}]),
    plan(metric("bookings"), roster=people(),
         results=[got("E1", 395e3, 400e3, "bookings"),
                  got("E1", 98e3, 100e3, "bookings") | {"period": "2026-Q2"}]),
    "W610",
)  # fmt: skip
YEARLY = metric("bookings", 0.5, component_id="Annual", pay_cycle="year")
flaw(
    "the goal of the year in every quarter",
    plan(metric("bookings", 0.5), YEARLY, roster=people(),
         results=[*(got("E1", 95e3, 400e3, "bookings", f"2026-Q{n}") for n in (1, 2)),
                  got("E1", 390e3, 400e3, "bookings", "2026")]),
    plan(metric("bookings", 0.5), YEARLY, roster=people(),
         results=[*(got("E1", 395e3, 400e3, "bookings", f"2026-Q{n}") for n in (1, 2)),
                  got("E1", 390e3, 400e3, "bookings", "2026")]),
    "W610",
)  # fmt: skip
GATE = {"plan_id": "S", "component_id": "NRR", "measure": "CSAT", "otherwise": 0.5}
flaw(
    "a gate of a table of its own in percent",
    plan(metric(), roster=people(), results=[got("E1", 1.1), got("E1", 0.9, 0.9, "CSAT")],
         gates=[GATE | {"minimum": 80}]),
    plan(metric(), roster=people(), results=[got("E1", 1.1), got("E1", 0.9, 0.9, "CSAT")],
         gates=[GATE | {"minimum": 0.8}]),
    "E607",
)  # fmt: skip
flaw(
    "a changed target in a column that the plan does not use",
    plan(metric(), roster=people(), changes=[{"employee_id": "E1", "from": DAY, "target_amount": 12_000}]),
    plan(metric(), roster=people(), changes=[{"employee_id": "E1", "from": DAY, "target_ratio": 0.3}]),
    "N517",
)
flaw("a currency in words", plan(terms={"currency": "Euro"}), plan(terms={"currency": "EUR"}), "E518")
flaw("a currency in small letters", plan(terms={"currency": "eur"}), plan(terms={"currency": "EUR"}), "N519")

# Dates
IN_EUR = [deal(f"D{n}", date=date(2026, n, 9), amount=20000 + 700 * n, account_id=f"A{n}", currency="EUR")
          for n in (1, 2, 3)]  # fmt: skip
RATES = [{"from_currency": "EUR", "to_currency": "USD", "rate": 1.08, "date": date(2026, n, 1)}
         for n in (1, 2, 3)]  # fmt: skip
flaw(
    "a month without the exchange rate that others have",
    plan(metric(), bookings(), roster=people(), deals=IN_EUR, rates=RATES[:2]),
    plan(metric(), bookings(), roster=people(), deals=IN_EUR, rates=RATES),
    "W709",
)
flaw(
    "a deal of the year before among those of the quarter",
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[
            deal(f"D{n}", date=day, employee_id="E1")
            for n, day in enumerate((DAY, date(2026, 2, 3), date(2025, 2, 15)))
        ],
    ),
    plan(
        metric(),
        bookings(),
        roster=people(),
        deals=[
            deal(f"D{n}", date=day, employee_id="E1")
            for n, day in enumerate((DAY, date(2026, 2, 3), date(2026, 2, 15)))
        ],
    ),
    "W707",
)
flaw(
    "the holidays of last year alone",
    plan(
        terms={"proration": "workdays", "valuation": "period_end"},
        results=[got("E1", 1.1)],
        holidays=[{"date": date(2025, 1, 1)}],
    ),
    plan(
        terms={"proration": "workdays", "valuation": "period_end"},
        results=[got("E1", 1.1)],
        holidays=[{"date": date(2025, 1, 1)}, {"date": date(2026, 1, 1)}],
    ),
    "W708",
)
flaw(
    "a hire date typed as a number of another century",
    plan(roster=people(hire_date=date(1926, 1, 4))),
    plan(roster=people(hire_date=date(1951, 1, 4))),
    "E706",
)
flaw(
    "a last day that stands for never",
    plan(roster=people(leave_date=date(9999, 12, 31)), results=[got("E1", 1.1)]),
    plan(roster=people(leave_date=date(2028, 3, 31)), results=[got("E1", 1.1)]),
    "E706",
)
flaw("a SPIF without an end", plan(metric(), spif(valid_to=None)), plan(metric(), spif()), "W701")
flaw(
    "a SPIF without an end or a maximum",
    plan(metric(), spif(valid_from=None, valid_to=None)),
    plan(metric(), spif(valid_from=None, valid_to=None, max_amount=500)),
    "W701",
)
flaw(
    "a SPIF of a year",
    plan(metric(), spif(valid_to=date(2026, 12, 31))),
    plan(metric(), spif(valid_to=END)),
    "N702",
)
flaw(
    "a plan that ended before the results",
    plan(terms={"valid_to": date(2026, 2, 28)}, **results(1.1)),
    plan(terms={"valid_to": END}, **results(1.1)),
    "W703",
)
flaw(
    "a SPIF before its plan",
    plan(metric(), spif(), terms={"valid_from": date(2026, 5, 1)}),
    plan(metric(), spif(), terms={"valid_from": date(2026, 3, 1)}),
    "W704",
)
_NEXT = {
    "plan_id": "S",
    "model": "base_bonus",
    "pay_period": "quarter",
    "target_basis": "ratio",
    "target_value": 0.25,
}
flaw(
    "a month between two versions",
    plan(terms={"valid_to": END}, plans=[_NEXT | {"valid_from": date(2026, 8, 1)}]),
    plan(terms={"valid_to": END}, plans=[_NEXT | {"valid_from": date(2026, 7, 1)}]),
    "W705",
)

# What does nothing
flaw(
    "a curve that nobody names",
    plan(curves=[{"curve_id": "Old", "attainment": 1, "payout": 1}]),
    plan(metric(knots=SLOPE)),
    "W801",
)
flaw(
    "a matrix that nobody names",
    plan(matrices=MATRIX),
    plan(metric(cap=None, matrix_id="M", column_measure="NPS"), matrices=MATRIX),
    "W801",
)
flaw(
    "one curve under two names",
    plan(metric(weight=0.5, knots=SLOPE), metric("NPS", 0.5, SLOPE)),
    plan(metric(weight=0.5, knots=SLOPE), metric("NPS", 0.5, [*SLOPE, (1.3, 1.6)])),
    "N802",
)
_PUSHES = (metric(), spif(), spif(component_id="Other"))
flaw(
    "a SPIF that nobody meets",
    plan(*_PUSHES, roster=people(), events=[{"date": DAY, "employee_id": "E1", "component_id": "Push"}]),
    plan(
        *_PUSHES,
        roster=people(),
        events=[
            {"date": DAY, "employee_id": "E1", "component_id": "Push"},
            {"date": DAY, "employee_id": "E1", "component_id": "Other"},
        ],
    ),
    "W803",
)
flaw(
    "a commission of 0%",
    plan(metric(), bookings(rate=0)),
    plan(metric(), bookings(rate=0, fixed_amount=50)),
    "W804",
)
flaw("tiers of 0% alone", on_tiers((0, 0), (100_000, 0)), on_tiers((0, 0), (100_000, 0.02)), "W804")
flaw("a SPIF of at most 0", plan(metric(), spif(max_amount=0)), plan(metric(), spif(max_amount=100)), "W804")

# Tables that are wrong, or odd
flaw("weights that sum to 0.9", plan(*several(0.5, 0.4)), plan(*several(0.5, 0.5)), "E001")
flaw(
    "wrong weights, and a cap below target all the same",
    plan(metric(weight=0.9), metric("NPS", 0.2, cap=0.5)),
    plan(metric(weight=0.8), metric("NPS", 0.2)),
    "E001",
    "E204",
)
flaw(
    "a curve that does not exist", plan(metric(curve_id="Gone", cap=None)), plan(metric(knots=SLOPE)), "E001"
)
flaw(
    "tiers that overlap",
    on_tiers((0, 0.02, 60000), (50000, 0.03)),
    on_tiers((0, 0.02, 50000), (50000, 0.03)),
    "E001",
)
flaw(
    "a person on a plan that does not exist",
    plan(metric(cap=0.8), roster=[*people(), {**people(2)[1], "plan_id": "X"}]),
    plan(roster=people()),
    "E001",
    "E204",
)
flaw(
    "results of a measure that no component uses",
    plan(**results(1.1, measure="NRRR")),
    plan(**results(1.1)),
    "W001",
    "W604",
)
flaw(
    "half of ten results reach the threshold; nine would tell nothing",
    plan(metric(knots=SLOPE), **results(*[0.7] * 5, *[0.9] * 5)),
    plan(metric(knots=SLOPE), **results(*[0.7] * 5, *[0.9] * 4)),
    "W208",
)
flaw(
    "nobody of 30 reached the top; 29 would tell nothing",
    plan(metric(knots=SLOPE), **results(*[1.05] * 30)),
    plan(metric(knots=SLOPE), **results(*[1.05] * 29)),
    "W209",
)


def _found_by(total: float, measure: str = "Total sales") -> Plan:
    """A deal of 70,000 whose tier total sales find."""
    return plan(metric(), bookings(rate=None, tier_id="T", tier_measure=measure), roster=people(),
                tiers=tiers((0, 0.02), (100000, 0.024), mode="whole"), deals=[deal("D1", amount=70000)],
                results=[got("E1", 0.9), got("E1", total, None, measure)])  # fmt: skip


flaw("total sales below the part that is paid", _found_by(12000), _found_by(120000), "W312")
flaw("total sales a cent below the part", _found_by(69999.99), _found_by(0.97), "W312")


def _of_kind(kind: str) -> Plan:
    return plan(metric(), bookings(deal_kinds="co term"), roster=people(), deals=[deal("D1", kind=kind)])


flaw("a misspelled kind of deal", _of_kind("co trem"), _of_kind("Co-Term"), "E008")

flaw(
    "a manager's override on the same products",
    plan(
        metric(),
        bookings(deal_products="platform"),
        bookings(component_id="Override", deal_products="platform"),
    ),
    plan(
        metric(),
        bookings(deal_products="platform"),
        bookings(component_id="Training", deal_products="training"),
    ),
    "W306",
)
ACCELERATED = bookings(component_id="Above", rate=None, tier_id="T")
flaw(
    "an accelerator that pays its rate from the first dollar on",
    plan(metric(), bookings(), ACCELERATED, tiers=tiers((0, 0.01), (50000, 0.02))),
    plan(metric(), bookings(), ACCELERATED, tiers=tiers((0, 0), (50000, 0.02))),
    "W306",
)
flaw(
    "an accelerator twice",
    plan(metric(), ACCELERATED, ACCELERATED | {"component_id": "Again"},
         tiers=tiers((0, 0), (50000, 0.02))),
    plan(metric(), ACCELERATED, tiers=tiers((0, 0), (50000, 0.02))),
    "W306",
)  # fmt: skip
_ZERO = [RATED | {"factor": 0.3}]
flaw(
    "a person's factor of 0.3 where only the company's is bounded",
    plan(metric(modified=True), terms={"modifier_floor": 0.8, "modifier_cap": 1.2}, roster=people(),
         modifiers=_ZERO),
    plan(metric(modified=True), terms={"individual_floor": 0, "individual_cap": 1.25}, roster=people(),
         modifiers=_ZERO),
    "W406",
)  # fmt: skip


def _above_index(first: float) -> Plan:
    """What four people have above an index, one of them less, on a curve that begins at a first point."""
    own = metric("above index", knots=[(first, 0.1), (0.04, 1)], on="actual")
    figures = (0.03, 0.02, 0.01, -0.02)
    years = [got(f"E{n}", actual, None, "above index") for n, actual in enumerate(figures, 1)]
    return plan(own, roster=people(4), results=years)


flaw("a figure below 0 that no curve expects", _above_index(0.01), _above_index(0), "W610")


def _or_to_date(join: str) -> Plan:
    """All is paid for the quarter's goal, and that for the year to date; or for either."""
    gate = {"plan_id": "S", "component_id": "NRR", "measure": "NRR", "minimum": 1, "join": join}
    return plan(metric(knots=[(0, 1)], mode="step"), gates=[gate, gate | {"span": "ytd"}])


flaw("a gate on the own measure that is no alternative", _or_to_date("all"), _or_to_date("any"),
     "W401", "W402")  # fmt: skip
flaw(
    "bookings below 0, beside a growth",
    plan(metric("bookings"), **results(-4e5, measure="bookings", goal=2e6)),
    plan(metric("adoption growth"), **results(-0.4, measure="adoption growth", goal=0.2)),
    "W610",
)
flaw(
    "a base share where the plan takes a ratio",
    plan(roster=people(base_share=0.8)),
    plan(roster=people()),
    "N517",
)
flaw(
    "a changed base share alone, where the plan takes a ratio",
    plan(roster=people(), changes=[{"employee_id": "E1", "from": DAY, "base_share": 0.8}]),
    plan(roster=people(), changes=[{"employee_id": "E1", "from": DAY, "target_ratio": 0.3}]),
    "N517",
)
flaw(
    "a person's target of 0",
    plan(roster=people(2, target_ratio=0)),
    plan(roster=people(2, target_ratio=None)),
    "W515",
    "W501",
)
flaw(
    "a plan's target of 0",
    plan(terms={"target_value": 0}, roster=people()),
    plan(roster=people()),
    "W515",
    "W501",
)
OTE_PLAN = {"target_basis": "ote", "target_value": 107_000, "base_share": 0.75, "model": "base_quota"}
flaw(
    "a base share of all on-target earnings",
    plan(terms=OTE_PLAN | {"base_share": 1}, roster=people()),
    plan(terms=OTE_PLAN, roster=people()),
    "W515",
    "W501",
)
flaw(
    "on-target earnings below the salary",
    plan(terms=OTE_PLAN | {"target_value": 70_000}, roster=people()),
    plan(terms=OTE_PLAN, roster=people()),
    "W534",
)
flaw(
    "a bonus of 1, which is 100%",
    plan(roster=people(8, target_ratio=0.25)[:7] + people(8, target_ratio=1)[7:]),
    plan(roster=people(8, target_ratio=0.25)),
    "W613",
    "W501",
)
flaw(
    "the pool of a year in every quarter",
    plan(metric(), SHARED | {"pool_amount": 80_000}, roster=people(8)),
    plan(metric(), SHARED | {"pool_amount": 20_000}, roster=people(8)),
    "W537",
)
flaw(
    "a draw in thousands",
    arranged("draw", amount=15, recovery_share=0.5),
    arranged("draw", amount=1500, recovery_share=0.5),
    "W516",
)
flaw(
    "an award of 2 for an event",
    plan(metric(), spif(fixed_amount=2), roster=people()),
    plan(metric(), spif(fixed_amount=200), roster=people()),
    "W516",
)
flaw(
    "deals with the sign of an accounting system",
    plan(metric(), bookings(), roster=people(),
         deals=[deal(f"D{n}", amount=-40_000 - n) for n in range(3)]),
    plan(metric(), bookings(), roster=people(),
         deals=[deal("D1", amount=-40_000), *(deal(f"D{n}", amount=40_000 + n) for n in range(2, 5))]),
    "W623",
)  # fmt: skip


def _to_date(*pairs: tuple[float, float]) -> Plan:
    """Bookings to date of two quarters, of several people."""
    rows = [got(f"E{n}", actual, 100_000 + 10 * n, "bookings", period)
            for n, pair in enumerate(pairs, 1)
            for actual, period in zip(pair, ("2026-Q1", "2026-Q2"), strict=True)]  # fmt: skip
    return plan(metric("bookings", cumulative="ytd_latest"), roster=people(len(pairs)), results=rows)


flaw(
    "actuals of the quarter where the plan takes those to date",
    _to_date((96e3, 88e3), (91e3, 87e3), (95e3, 104e3), (88e3, 99e3)),
    _to_date((46e3, 88e3), (51e3, 87e3), (45e3, 104e3), (48e3, 99e3)),
    "W622",
)
flaw(
    "goals that double for everybody",
    plan(metric("bookings"), roster=people(3),
         results=[got(f"E{n}", 95e3 * times + n, 100e3 * times, "bookings", f"2026-Q{times}")
                  for n in (1, 2, 3) for times in (1, 2)]),
    plan(metric("bookings"), roster=people(3),
         results=[got(f"E{n}", 95e3 * times + n, 100e3 * times - n, "bookings", f"2026-Q{times}")
                  for n in (1, 2, 3) for times in (1, 2)]),
    "W610",
)  # fmt: skip
flaw(
    "an actual of 0 where everybody else is near the goal",
    _reached(94e3, 106e3, 82e3, 92e3, 95e3, 98e3, 0),
    _reached(94e3, 106e3, 82e3, 92e3, 95e3, 31e3, 0),
    "W610",
)
flaw(
    "goals of the month among actuals of the quarter",
    _reached(264e3, 276e3, 282e3, 291e3, 255e3),
    _reached(164e3, 176e3, 182e3, 191e3, 155e3),
    "W620",
)
flaw(
    "a goal of a tenth among like goals",
    plan(metric("visits"), roster=people(7),
         results=[got(f"E{n}", 28 + n, 3 if n == 7 else 30, "visits") for n in range(1, 8)]),
    plan(metric("visits"), roster=people(7),
         results=[got(f"E{n}", 28 + n, 20 if n == 7 else 30, "visits") for n in range(1, 8)]),
    "W610",
)  # fmt: skip
flaw(
    "a commission of 0.04%",
    plan(metric(), bookings(rate=0.0004)),
    plan(metric(), bookings(rate=0.004)),
    "W613",
)
flaw(
    "retention among churn",
    plan(metric("churn", direction="lower"), roster=people(), results=[got("E1", 0.95, 0.05, "churn")]),
    plan(metric("churn", direction="lower"), roster=people(), results=[got("E1", 0.35, 0.05, "churn")]),
    "W610",
)
flaw(
    "satisfaction above the highest step",
    plan(metric("CSAT"), roster=people(), results=[got("E1", 5.5, 4.4, "CSAT")]),
    plan(metric("CSAT"), roster=people(), results=[got("E1", 5, 4.4, "CSAT")]),
    "W610",
)


def _quotas(goal: float) -> Plan:
    """Four people whose actual is what they sold in a quarter."""
    sold = [deal(f"D{n}", amount=80_000 + n, employee_id=f"E{n}", account_id=f"A{n}") for n in range(1, 5)]
    return plan(metric("bookings", measure_from="deals"), roster=people(4), deals=sold,
                results=[got(f"E{n}", None, goal + n, "bookings") for n in range(1, 5)])  # fmt: skip


flaw("the year's quota among deals of a quarter", _quotas(360_000), _quotas(90_000), "W624")
DAYS_OFF = [date(2026, 1, 1), date(2026, 5, 25), date(2026, 7, 3), date(2026, 9, 7), date(2026, 11, 26)]
WORKDAYS = {"proration": "workdays", "valuation": "period_end"}
flaw(
    "one holiday of the year before",
    plan(terms=WORKDAYS, holidays=[{"date": day} for day in (date(2025, 12, 25), *DAYS_OFF)]),
    plan(terms=WORKDAYS, holidays=[{"date": day} for day in (*DAYS_OFF, date(2026, 12, 25))]),
    "W707",
)
