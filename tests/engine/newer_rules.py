"""Rules that random companies take on one at a time; `Newer` pays them.

Each function of `RULES` gives a made-up company one more rule. What a rule does not go with is taken out.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from changing import Changing
from newer_oracle import Newer
from pay_oracle import MONTHS, Oracle, Row, Rows
from scenarios import TEAMS, Maker, fraction, rows_differ

from csm_xl.engine.lines import Lines

UNITS = (Decimal("0.001"), Decimal("0.01"), Decimal("0.05"), Decimal("0.1"))
REASONS = ("resignation", "retirement", "cause")


def _key(line: Row) -> tuple[str, ...]:
    return line["period"], line["employee_id"], line["plan_id"], line["component_id"]


def differences(oracle: Newer, lines: Lines, expected: list[Row]) -> list[str]:
    """Where payout lines are not what is expected; who waits has lines that pay nothing and say so."""
    every = [line for line in lines.dicts() if line["line_kind"] == "earned"]
    found = [line for line in every if "waiting period" not in (line["note"] or "")]
    waits = [line for line in every if "waiting period" in (line["note"] or "")]
    wrong = [f"{line['period']} {line['employee_id']}: {line['amount']} in a waiting period"
             for line in waits if line["amount"] or not oracle.waiting_in(line)]  # fmt: skip
    carried = {(line["period"], line["employee_id"], line["line_kind"]): fraction(line["amount"])
               for line in lines.dicts() if line["line_kind"] != "earned"}  # fmt: skip
    if carried != oracle.carried:
        wrong.append(f"carried {sorted(carried.items() ^ oracle.carried.items())}")
    if any(row.get("pay_cycle") for row in oracle.rows("components")):  # in whatever order cycles are paid
        found, expected = sorted(found, key=_key), sorted(expected, key=_key)
    amounts = ("amount", "before_modifier", "unrounded")
    theirs = {_key(line): line for line in found if line["type"] == "pool"}
    for row in (row for row in expected if _key(row) in theirs):  # a pool is paid in whole cents at once
        row |= {name: fraction(cell) if name in amounts else cell for name, cell in theirs[_key(row)].items()
                if name != "amount"}  # fmt: skip
        row["unmeasured"] = "missing actual" in (row["note"] or "")
    return wrong + rows_differ(found, expected)


def _sound(made: Maker) -> None:
    """Takes out what the company would be refused for, once its people are employed on other days."""
    oracle = Oracle(made.tables)
    span = [date(2025, 1, 1) + timedelta(days=at) for at in range(730)]
    on = {row["employee_id"]: {values["plan_id"] for day in span if (values := oracle.values(row, day))}
          for row in made.tables["roster"]}  # fmt: skip
    plan_of = {row["component_id"]: row["plan_id"] for row in made.tables["components"]}
    made.tables["events"] = [row for row in made.tables["events"]
                             if plan_of[row["component_id"]] in on[row["employee_id"]]]  # fmt: skip
    for at, row in enumerate(made.tables["credits"]):
        row["role"] = ("csm", "am")[at % 2]


def _busy(rng: random.Random, made: Maker) -> None:
    """Every deal on a day of the period that is asked for, so that most of them are paid."""
    first, last = Oracle(made.tables).asked(made.asked)
    for row in made.tables["deals"]:
        row["date"] = first + timedelta(days=rng.randint(0, (last - first).days))
    _sound(made)


Rule = Callable[[random.Random, Maker], None]


def _by_plan(made: Maker, give: Callable[[], Row]) -> None:
    """Gives all versions of each plan the same terms."""
    for name in made.plans:
        terms = give()
        for row in made.tables["plans"]:
            if row["plan_id"] == name:
                row |= terms


def _eligibility(rng: random.Random, made: Maker) -> None:
    """Waiting periods, minimums of days, and leavers who forfeit."""
    for row in made.tables["roster"]:
        if row.get("leave_date") is None and rng.random() < 0.4:
            begins: date = max(row["hire_date"], date(2025, 12, 1))
            row["leave_date"] = begins + timedelta(days=rng.randint(0, 400))
        if row.get("leave_date") and rng.random() < 0.4:  # just on the last day of a period
            ends = [p.end for p in made.periods(made.kinds[0]) if p.end >= row["leave_date"]]
            row["leave_date"] = min(ends, default=row["leave_date"])
        row["leave_reason"] = rng.choice(REASONS) if row.get("leave_date") else None
    _sound(made)
    must = ["none", "period_end"]
    if made.fiscal:
        must.append("pay_date")
        made.tables["periods"] = [
            row | {"pay_date": row["end"] + timedelta(days=rng.choice([30, 60]))}
            for row in made.tables["periods"]
        ]
    _by_plan(made, lambda: {
        "waiting_days": rng.choice([None, None, 20, 45, 100]),
        "minimum_days": rng.choice([None, None, 10, 25]),
        "must_be_employed": rng.choice(must),
        "forfeit_reasons": rng.choice([None, "resignation", "resignation, cause"]),
    })  # fmt: skip


def _strict(rng: random.Random, made: Maker) -> None:
    """Tiers whose bounds must be exceeded, and sums of deals that are at them."""
    for row in made.tables["tiers"]:
        row["strict"] = True if row["from"] == 0 else None
        row["tie"] = "upper" if row.get("tie") else None
    for row in made.tables["components"]:
        if row["type"] == "commission" and not row.get("rate") and rng.random() < 0.7:
            row |= {"tier_id": "W", "tier_basis": rng.choice(["period", "deal"]), "fixed_amount": None,
                    "measure": None, "max_amount": None}  # fmt: skip
    for row in made.tables["deals"]:
        row["amount"] = Decimal(rng.choice([10000, 20000, 20000, 50000, -20000]))


def _maximum(rng: random.Random, made: Maker) -> None:
    """A maximum amount of components of every type, from one version to the next another one."""
    for row in made.tables["components"]:
        row["max_amount"] = rng.choice([None, Decimal(150), Decimal("333.335"), Decimal(1000)])


def _exchange(rng: random.Random, made: Maker) -> None:
    """Deals in three currencies of people who are paid in two, and rates that change; no bound of a total."""
    _busy(rng, made)
    for row in made.tables["roster"]:
        row["currency"] = rng.choice(["USD", "USD", "EUR"])
    for row in made.tables["deals"]:
        row["currency"] = rng.choice(["USD", "EUR", "GBP"])
    usual = {("EUR", "USD"): "1.1", ("GBP", "USD"): "1.3", ("USD", "EUR"): "0.9", ("GBP", "EUR"): "1.15"}
    days = sorted({row["date"] for row in made.tables["deals"]})
    made.tables["rates"] = [
        {"from_currency": one, "to_currency": other, "date": day,
         "rate": Decimal(value) * rng.randint(9000, 11000) / 10000}
        for (one, other), value in usual.items()
        for day in [date(2025, 1, 1), *rng.sample(days, min(3, len(days)))]
    ]  # fmt: skip


def _rounded(rng: random.Random, made: Maker) -> None:
    """Attainments and payout ratios that are rounded, where versions count by days."""
    for row in made.tables["plans"]:
        row |= {"version_rule": "by_days", "round_ratio": rng.choice([None, *UNITS]),
                "round_attainment": rng.choice([None, *UNITS]),
                "round_mode": rng.choice(["half_up", "half_even", "down"])}  # fmt: skip
    for row in made.tables["components"]:
        if row.get("tier_id") == "A":
            row |= {"tier_id": "M", "measure": None}


def _shares(rng: random.Random, made: Maker) -> None:
    """Shares of the year of each pay period, of each plan its own."""

    def give(count: int) -> str:
        cuts = [0, *sorted(rng.sample(range(1, 1000), count - 1)), 1000]
        return ", ".join(f"{(after - at) / 10:g}%" for at, after in pairwise(cuts))

    for name in made.plans:
        mine = [row for row in made.tables["plans"] if row["plan_id"] == name]
        shares = give(12 // MONTHS[mine[0]["pay_period"]])
        for row in mine:
            row["period_shares"] = shares


def _cycles(rng: random.Random, made: Maker) -> None:
    """Components that are paid by another cycle than their plan. Its ratios add; a year is asked for."""
    made.asked = "2026"
    if made.fiscal:
        return
    made.kinds = rng.sample(list(MONTHS), 2)
    for row in made.tables["plans"]:
        first = next(one for one in made.tables["plans"] if one["plan_id"] == row["plan_id"])
        cycle = first["pay_period"] if row is not first else rng.choice(made.kinds)
        row |= {"year_start": 1, "combination": "additive", "pay_period": cycle}
    own = {row["plan_id"]: row["pay_period"] for row in made.tables["plans"]}
    others = {row["component_id"] for row in made.tables["components"] if rng.random() < 0.5}
    for row in made.tables["components"]:
        kinds = [kind for kind in made.kinds if kind != own[row["plan_id"]]]
        row["pay_cycle"] = kinds[0] if row["component_id"] in others else None
    made._results()
    made.tables["paid"] = []


def _tier_measures(rng: random.Random, made: Maker) -> None:
    """Tiers that another amount finds: of deals of every kind, of a result, of a team, or each deal's own.

    Nobody changes the team, and nothing is returned: an amount that is to find a tier is above 0.
    """
    _busy(rng, made)
    for row in made.tables["changes"]:
        row["team"] = None
    for row in made.tables["deals"]:
        row |= {"amount": abs(row["amount"]), "margin": Decimal(rng.choice([10, 20, 25, 30, 40])) / 100,
                "term": rng.choice([6, 12, 24, 36])}  # fmt: skip
    bounds = {"MG": ("0", "0.2", "0.3"), "TM": ("0", "12", "24"), "FA": ("0", "20000", "60000")}
    strict = rng.random() < 0.5
    made.tables["tiers"] += [
        {"tier_id": name, "from": Decimal(start), "rate": Decimal(rate), "mode": None if at else "whole",
         "strict": None if at else strict}
        for name, starts in bounds.items()
        for at, (start, rate) in enumerate(zip(starts, ("0.01", "0.025", "0.06"), strict=True))
    ]  # fmt: skip
    for row in made.tables["components"]:
        if row["type"] != "commission":
            continue
        row |= {"rate": None, "cumulative": None, "measure": None, "tier_basis": None}
        measure = rng.choice(["deals", "deals", "SALES", None, "margin", "term"])
        row["tier_measure"] = measure
        row["tier_id"] = {"margin": "MG", "term": "TM"}.get(measure or "", rng.choice(["FA", "M"]))
        if measure in (None, "SALES"):
            row["tier_scope"] = rng.choice(["team", "company"] + ["individual"] * (measure is not None))
        elif measure == "deals":
            row["tier_scope"] = rng.choice([None, "team", "company"])
        for kind in made.kinds if measure == "SALES" else ():
            _results_of(rng, made, "SALES", kind, lambda: rng.choice([5000, 20000, 45000, 60000, 90000]))


def _results_of(rng: random.Random, made: Maker, measure: str, kind: str, give: Callable[[], Any]) -> None:
    """Results of a measure of everybody, every team and the company, where there are none yet."""
    there = {(row["period"], row["measure"]) for row in made.tables["results"]}
    subjects = [*(("individual", who) for who in made.people), *(("team", team) for team in TEAMS),
                ("company", "company")]  # fmt: skip
    made.tables["results"] += [
        {"period": period.name, "scope": scope, "id": name, "measure": measure, "actual": give()}
        for period in made.periods(kind) if (period.name, measure) not in there
        for scope, name in subjects
    ]  # fmt: skip


def _pools(rng: random.Random, made: Maker) -> None:
    """A pool of each plan, by points, salary or days, with a maximum for one person, funded by a measure."""
    for row in made.tables["plans"]:
        row |= {"rounding": "line", "valuation": "daily"}
    for name in made.plans:
        first = next(row for row in made.tables["plans"] if row["plan_id"] == name)
        for row in made.tables["plans"]:
            if row["plan_id"] == name:
                row["rounding_unit"] = first["rounding_unit"]
        by = rng.choice(["measure", "measure", "salary", "days"])
        funded = rng.random() < 0.4
        made.tables["components"].append({
            "plan_id": name, "component_id": f"{name}POOL", "type": "pool", "share_by": by,
            "measure": "POINTS" if by == "measure" else None,
            "pool_amount": Decimal(rng.randint(2000, 900000)) / 100,
            "pool_person_cap": rng.choice([None, Decimal("700.005"), Decimal(1200), Decimal(2500)]),
            "pool_measure": "GRR" if funded else None, "curve_id": "R" if funded else None,
        })  # fmt: skip
        for kind in made.kinds:
            _results_of(rng, made, "POINTS", kind, lambda: rng.choice([None, 0, 1, 2, 3, 3, 5, 8]))
    made.tables["paid"] = [row for row in made.tables["paid"] if "POOL" not in row["component_id"]]


def _threshold(rng: random.Random, made: Maker) -> None:
    """A payment threshold in all plans, which pay by one cycle; now and then what somebody is just paid.

    What was really paid is left out.
    """
    cycle, start = made.kinds[0], rng.choice([1, 1, 7])
    for row in made.tables["plans"]:
        row |= {"pay_period": cycle, "year_start": start if cycle != "year" and not made.fiscal else 1}
        if row.get("target_value") is not None:
            row["target_value"] = row["target_value"] / rng.choice([1, 10, 50])
    made.tables["paid"] = []
    totals: dict[tuple[str, str], Fraction] = {}
    for line in Newer(made.tables).pay(made.asked):
        key = (line["period"], line["employee_id"])
        totals[key] = totals.get(key, Fraction(0)) + line["amount"]
    just = [total for total in totals.values() if 0 < total < 5000]
    least = rng.choice(just) if just and rng.random() < 0.5 else Fraction(rng.choice([150, 600, 2500]))
    for row in made.tables["plans"]:
        row["payment_threshold"] = Decimal(least.numerator) / least.denominator


def _per_deal(rng: random.Random, made: Maker) -> None:
    """An amount for each deal, by its size or by how many there are; shared deals in full or by share."""
    _busy(rng, made)
    made.tables["tiers"] += [
        {"tier_id": name, "from": Decimal(start), "rate": Decimal(rate), "mode": None if at else mode,
         "strict": None if at else rng.random() < 0.3}
        for name, mode, steps in (
            ("SIZE", "fixed", ((0, "250"), (20000, "500"), (50000, "1000.5"))),
            ("FROM", "fixed", ((10000, "99.995"), (20000, "300"))),
            ("EACH", "marginal", ((0, "100"), (1, "150.25"), (2, "200"))),
            ("ALL", "whole", ((0, "100"), (2, "133.335"))),
            ("ONCE", "fixed", ((1, "500"), (3, "1500"))),
        )
        for at, (start, rate) in enumerate(steps)
    ]  # fmt: skip
    for row in made.tables["components"]:
        if row["type"] != "commission":
            continue
        counted = rng.random() < 0.6
        row |= {"rate": None, "measure": None, "tier_basis": "count" if counted else "deal",
                "tier_id": rng.choice(["EACH", "ALL", "ONCE"] if counted else ["SIZE", "FROM"]),
                "shared_deals": rng.choice(["share", "full"]),
                "cumulative": rng.choice([None, "ytd_sum"]) if counted else None}  # fmt: skip
    for row in made.tables["deals"]:
        if rng.random() < 0.5:
            row["amount"] = Decimal(rng.choice([10000, 20000, 50000, -20000]))


def _funded(rng: random.Random, made: Maker) -> None:
    """Pools that are a share of a result of the company, up to an amount or not, or that tiers or a curve in
    the result's own unit give."""
    _pools(rng, made)
    made.tables["tiers"] += [
        {"tier_id": name, "from": Decimal(start), "to": None if to is None else Decimal(to),
         "rate": Decimal(rate), "mode": None if at else mode}
        for name, mode, steps in (
            ("P1", "marginal", ((0, None, "0.01"), (50000, None, "0.033"))),
            ("P2", "fixed", ((30000, None, "1000"), (60000, None, "2500.55"))),
            ("P3", "interpolated", ((30000, 60000, "1500"), (60000, 90000, "777.77"))),
        )
        for at, (start, to, rate) in enumerate(steps)
    ]  # fmt: skip
    for row in (row for row in made.tables["components"] if row["type"] == "pool"):
        how = rng.choice(["rate", "rate", "tiers", "curve"])
        most = row["pool_amount"] if how == "curve" or rng.random() < 0.5 else None
        row["pool_scope"] = rng.choice([None, "team"])
        row |= {"pool_measure": "SALES", "pool_amount": most, "on": "actual" if how == "curve" else None,
                "curve_id": "U" if how == "curve" else None,
                "pool_rate": Decimal("0.0333") if how == "rate" else None,
                "tier_id": rng.choice(["P1", "P2", "P3"]) if how == "tiers" else None}  # fmt: skip
    if any(row.get("curve_id") == "U" for row in made.tables["components"]):
        made.tables["curves"] += [
            {"curve_id": "U", "attainment": Decimal(at), "payout": Decimal(pays)}
            for at, pays in ((30000, "0.5"), (60000, "1"), (90000, "1.7"))
        ]
    for kind in made.kinds:
        _results_of(rng, made, "SALES", kind,
                    lambda: rng.choice([None, -5000, 0, 30000, 59999, 60000, 77777, 120000]))  # fmt: skip


def _composites(rng: random.Random, made: Maker) -> None:
    """One curve on the weighted average attainment of a plan's metrics, and of its goals in some companies,
    rounded or not."""
    goals = {row["plan_id"] for row in made.tables["components"] if row["type"] == "goals"}
    scored = rng.random() < 0.6
    for row in made.tables["plans"]:  # with goals beside it there is a composite of ratios as well
        unit = None if row["plan_id"] in goals and not scored else rng.choice([None, Decimal("0.001")])
        row |= {"combination": "additive", "round_composite": unit,
                "round_attainment": rng.choice([None, Decimal("0.01")])}  # fmt: skip
    for name in made.plans:
        curve, span = rng.choice(["R", "J", "S", "X"]), rng.choice([None, "ytd_sum", None])
        together = ("metric", "goals") if scored else ("metric",)
        span = None if scored and name in goals else span  # goals are of a period
        for row in made.tables["components"]:
            if row["plan_id"] == name and row["type"] in together:
                row |= {"on": "composite", "curve_id": curve, "cumulative": span, "interim_cap": None,
                        "kicker_ratio": None}  # fmt: skip
    for row in made.tables["results"]:
        if row["actual"] is None and rng.random() < 0.7:
            row["actual"] = row["goal"] = row.get("goal") or 1


def _quarters(rng: random.Random, made: Maker) -> None:
    """Paid by the month on the quarter to date, with a cap before the quarter's last month; deals too."""
    if made.fiscal:
        return
    made.kinds, made.asked = ["month"], rng.choice(["2026-02", "2026-05", "2026-Q2", "2026-Q3"])
    start = rng.choice([1, 1, 2, 7])
    if start == 2 and made.asked.endswith(("Q2", "Q3")):
        made.asked = "2026-06"
    for row in made.tables["plans"]:
        row |= {"pay_period": "month", "year_start": start, "combination": "additive"}
    gone = {row["component_id"] for row in made.tables["components"] if row["type"] == "milestone"}
    made.tables["components"] = [row for row in made.tables["components"] if row["type"] != "milestone"]
    made.tables["events"] = [row for row in made.tables["events"] if row["component_id"] not in gone]
    for row in made.tables["components"]:
        if row["type"] == "metric":
            most = rng.choice([None, Decimal("0.9"), Decimal("0.7")])
            row |= {"cumulative": "qtd_sum", "interim_cap": most}
        if row["type"] == "commission" and row.get("tier_id"):
            row["cumulative"] = "qtd_sum"
    made._results()
    made.tables["paid"] = []
    _busy(rng, made)


def _result_shares(rng: random.Random, made: Maker) -> None:
    """A rate on a result of the company, the team or the person; some people have rates of their own."""
    made.tables["targets"] = []
    for at, name in enumerate(made.plans):
        shared, scope = f"{name}SHARE", rng.choice(["company", "company", "team", "individual"])
        made.tables["components"].append({
            "plan_id": name, "component_id": shared, "type": "result_share", "measure": "ARR", "scope": scope,
            "rate": Decimal(rng.choice(["0.0005", "0.001", "0.033333"])),
            "part_period": rng.choice([None, "days", "full"]), "modified": rng.random() < 0.3,
            "max_amount": rng.choice([None, Decimal("222.225"), Decimal(900)]),
        })  # fmt: skip
        oracle, day = Oracle(made.tables), date(2026, 3, 1)
        on = [row["employee_id"] for row in made.tables["roster"]
              if (oracle.values(row, day) or {}).get("plan_id") == name]  # fmt: skip
        for who in on[: 2 - at]:
            made.tables["targets"] += [
                {"employee_id": who, "component_id": shared, "from": day, "rate": Decimal(rate)}
                for day, rate in ((None, "0.002"), (date(2026, 2, 10), "0.0045"))
            ]
        for kind in made.kinds:
            _results_of(rng, made, "ARR", kind,
                        lambda: rng.choice([None, -4000, 0, 1000, 123456, 987654]))  # fmt: skip
    if not made.tables["targets"]:
        del made.tables["targets"]
    made.tables["paid"] = [row for row in made.tables["paid"] if "SHARE" not in row["component_id"]]


def _awards(rng: random.Random, made: Maker) -> None:
    """Payouts in round amounts: of some components, or of all that a plan pays a person."""
    for name in made.plans:
        whole = rng.random() < 0.5
        terms = {"round_award": Decimal(rng.choice(["1", "5", "25", "100"])) if whole else None,
                 "round_award_mode": rng.choice([None, "half_up", "half_even", "down", "up"]),
                 "round_mode": rng.choice(["half_up", "up"])}  # fmt: skip
        for row in made.tables["plans"]:
            if row["plan_id"] == name:
                row |= terms | ({"rounding": "line"} if row.get("rounding") == "total" else {})
        units: dict[str, Decimal | None] = {}
        for row in made.tables["components"]:
            if row["plan_id"] == name:
                unit = units.setdefault(
                    row["component_id"], Decimal(rng.choice([1, 10, 100])) if rng.random() < 0.6 else None
                )
                bound = row.get("max_amount") or (Decimal(rng.choice([555, 1234])) if unit else None)
                row |= {"pool_amount": None, "round_award": None if whole else unit,
                        "max_amount": None if whole else bound}  # fmt: skip
    made.tables["paid"] = [row | {"before_modifier": row.get("before_modifier") or row["amount"]}
                           for row in made.tables["paid"]]  # fmt: skip


RULES: dict[str, tuple[Rule, tuple[str, ...]]] = {
    "amounts per deal": (_per_deal, ("tier_basis",)),
    "pools that a result funds": (_funded, ("pool_measure",)),
    "one curve for several measures": (_composites, ("on",)),
    "the quarter to date": (_quarters, ("cumulative",)),
    "shares of a result": (_result_shares, ("part_period",)),
    "payouts in round amounts": (_awards, ("round_award",)),
    "payment threshold": (_threshold, ("payment_threshold",)),
    "maximum amounts": (_maximum, ("max_amount",)),
    "deals in other currencies": (_exchange, ("currency",)),
    "rounded ratios by days": (_rounded, ("round_ratio", "round_attainment")),
    "shares of periods": (_shares, ("period_shares",)),
    "cycles of components": (_cycles, ("pay_cycle",)),
    "tiers that another amount finds": (_tier_measures, ("tier_measure", "tier_scope")),
    "pools with a maximum for one person": (_pools, ("pool_person_cap",)),
    "strict tiers": (_strict, ("strict",)),
    "eligibility": (_eligibility, ("waiting_days", "minimum_days", "must_be_employed", "forfeit_reasons")),
}
"""Name of a rule → what gives it to a company, and the columns that state it."""


CHANGING = ("rounded ratios by days",)
"""Rules of companies whose plans and components change inside the periods."""


def without(tables: Rows, name: str) -> Rows:
    """The tables without the rule."""
    columns = RULES[name][1]
    return {table: [{key: cell for key, cell in row.items() if key not in columns} for row in rows]
            for table, rows in tables.items()}  # fmt: skip


def ruled(seed: int, *names: str) -> Maker:
    """A made-up company with one newer rule, or with several."""
    make = Changing if set(names) & set(CHANGING) else Maker
    made = make(seed, round_inputs=seed % 2 == 0)
    for name in names:
        RULES[name][0](random.Random(seed), made)
    return made


TOGETHER = (
    ("amounts per deal", "deals in other currencies"),
    ("amounts per deal", "eligibility"),
    ("pools that a result funds", "eligibility"),
    ("one curve for several measures", "payouts in round amounts"),
    ("the quarter to date", "shares of periods"),
    ("the quarter to date", "payment threshold"),
    ("shares of a result", "eligibility"),
)
"""Rules that companies have together."""
