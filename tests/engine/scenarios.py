"""Plans and people made up at random, as people would type them, and what comes out compared."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pay_oracle import MONTHS, Oracle, Period, Row, Rows, calendar, fiscal

from csm_xl.engine.lines import LINE_COLUMNS, STORED, Lines
from csm_xl.engine.run import run
from csm_xl.plan.tables import RawTable

MEASURES = ("GRR", "NPS", "CHURN")
TEAMS = ("T1", "T2")
DIVISIONS = ("EMEA", "APAC")
HAIRS = [Decimal(h) for h in ("0", "1e-9", "-1e-9", "6e-10", "-6e-10", "4e-10", "-4e-10", "1e-10", "-1e-10",
                              "1e-12", "-1e-12")]  # fmt: skip
FISCAL = [
    {"period": f"FY26-Q{q}", "start": start, "end": end, "year": 2026, "share": Decimal(share)}
    for q, start, end, share in (
        (1, date(2025, 12, 28), date(2026, 3, 28), "0.2"),
        (2, date(2026, 3, 29), date(2026, 6, 27), "0.2"),
        (3, date(2026, 6, 28), date(2026, 9, 26), "0.2"),
        (4, date(2026, 9, 27), date(2026, 12, 26), "0.4"),
    )
]


class Maker:
    """One made-up company: `tables` and the period that is `asked` for."""

    def __init__(self, seed: int, round_inputs: bool) -> None:
        self.rng = random.Random(seed)
        self.round = round_inputs
        self.tables: Rows = {}
        self.fiscal = self.rng.random() < 0.15
        self.kinds = (
            ["quarter"] if self.fiscal else self.rng.sample(list(MONTHS), 1 if self.rng.random() < 0.7 else 2)
        )
        if self.fiscal:
            self.tables["periods"] = list(FISCAL)
        self.plans = [f"P{i}" for i in range(1, self.rng.randint(1, 3) + 1)]
        self.people = [f"E{i:04d}" for i in range(1, self.rng.randint(3, 6) + 1)]
        self.asked = self._asked()
        self._curves_and_tiers()
        for plan in self.plans:
            self._plan(plan)
        self._people()
        self._results()
        self._deals()
        self._paid()

    def some(self, chance: float) -> bool:
        return self.rng.random() < chance

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def ratio(self, low: int, high: int) -> Decimal:
        """A ratio between two percentages: in 5%, in 1%, or to four decimals of a percent."""
        if self.round:
            return (
                Decimal(self.rng.randrange(low, high + 1, 5)) / 100
                if self.some(0.6)
                else Decimal(self.rng.randint(low, high)) / 100
            )
        return Decimal(self.rng.randint(low * 10**4, high * 10**4)) / 10**6

    def amount(self, low: int, high: int) -> Decimal:
        if self.round:
            return Decimal(self.rng.randrange(low, high, 500))
        return Decimal(self.rng.randint(low * 10**4, high * 10**4)) / 10**4

    def day(self, first: date = date(2025, 11, 1), last: date = date(2026, 12, 31)) -> date:
        return first + timedelta(days=self.rng.randint(0, (last - first).days))

    def periods(self, kind: str) -> list[Period]:
        return fiscal(FISCAL) if self.fiscal else calendar(kind, 2025, 2026)

    def _asked(self) -> str:
        if self.fiscal:
            return self.pick("FY26-Q1", "FY26-Q3", "FY26-Q4", "2026")
        longest = max(self.kinds, key=list(MONTHS).index)
        return self.pick(
            *[p.name for p in calendar(longest, 2026, 2026)],
            "2026" if self.some(0.3) else "2026-H2" if longest != "year" else "2026",
        )

    # plans

    def _curves_and_tiers(self) -> None:
        self.knots = [Decimal("0.9"), Decimal(1), Decimal("1.2")]
        curves: list[tuple[str, list[tuple[str, str]], dict[str, Any]]] = [
                  ("R", [("0.9", "0.5"), ("1", "1"), ("1.2", "1.5")], {}),
                  ("J", [("0.8", "0"), ("0.9", "0.4"), ("0.9", "0.6"), ("1", "1")],
                   {"above": "extrapolate", "below": "hold", "cap": Decimal("1.8")}),
                  ("S", [("0.85", "0.25"), ("1", "1"), ("1.1", "1.35")], {"mode": "step"}),
                  ("X", [("0.7", "0.3"), ("1", "1")],
                   {"below": "extrapolate", "above": "extrapolate"})]  # fmt: skip
        self.tables["curves"] = [
            {"curve_id": name, "attainment": Decimal(x), "payout": Decimal(y)} | (options if i == 0 else {})
            for name, knots, options in curves
            for i, (x, y) in enumerate(knots)
        ]
        tiers: list[tuple[str, list[tuple[Any, str]], dict[str, Any]]] = [
                 ("M", [(0, "0.02"), (10000, "0.035"), (25000, "0.0475")], {}),
                 ("W", [(0, "0.01"), (20000, "0.03"), (50000, "0.04")],
                  {"mode": "whole", "tie": self.pick("upper", "lower")}),
                 ("I", [(0, "500"), (20000, "1250.5"), (60000, "3000")], {"mode": "interpolated"}),
                 ("A", [("0", "0.01"), ("0.5", "0.02"), ("1", "0.05")],
                  {"on": "attainment", "mode": self.pick("marginal", "whole")})]  # fmt: skip
        self.tables["tiers"] = [
            {"tier_id": name, "from": Decimal(x), "rate": Decimal(y)} | (options if i == 0 else {})
            | ({"to": Decimal(150000)} if name == "I" and i == 2 else {})
            for name, rows, options in tiers
            for i, (x, y) in enumerate(rows)
        ]  # fmt: skip

    def _plan(self, plan: str) -> None:
        basis = self.pick("ratio", "ratio", "amount", "ote")
        value = {
            "ratio": self.ratio(5, 30),
            "amount": self.amount(4000, 20000),
            "ote": self.amount(60000, 160000),
        }
        terms = {
            "plan_id": plan, "model": "base_bonus", "pay_period": self.pick(*self.kinds),
            "target_basis": basis,
            "target_value": value[basis], "base_share": self.ratio(60, 90) if basis == "ote" else None,
            "combination": self.pick("additive", "additive", "multiplicative"),
            "plan_cap": self.ratio(80, 150) if self.some(0.4) else None,
            "modifier_floor": Decimal("0.8") if self.some(0.4) else None,
            "modifier_cap": Decimal("1.15") if self.some(0.4) else None,
            "valuation": self.pick("daily", "daily", "period_start", "period_end"),
            "proration": self.pick("calendar_days", "months", "workdays"),
            "rounding": self.pick("line", "line", "total", "step"),
            "rounding_unit": self.pick(Decimal("0.01"), Decimal("0.01"), 1),
            "over_assignment": True,
            "year_start": 1 if self.fiscal else self.pick(1, 1, 7),
        }  # fmt: skip
        if terms["pay_period"] == "year":
            terms["year_start"] = 1
        self.tables.setdefault("plans", []).append(terms)
        if self.some(0.25):
            basis = self.pick(basis, *value)
            later = terms | {
                "valid_from": self.day(date(2025, 12, 1)), "plan_cap": None, "target_basis": basis,
                "base_share": Decimal("0.75"), "target_value": value[basis] * 2,
                "rounding": self.pick("line", "total", "step"),
            }  # fmt: skip
            self.tables["plans"].append(later)
        based = [self._based(plan, f"B{i}") for i in range(self.rng.randint(1, 3))]
        self._weigh(based)
        if self.some(0.25):  # the same components from a day on, otherwise weighed
            changed = [dict(row, valid_from=self.day(date(2025, 12, 1))) for row in based]
            start = changed[0]["valid_from"]
            for row in changed:
                row["valid_from"] = start
                if row["type"] == "metric" and self.some(0.3):
                    row["cumulative"] = self.pick("discrete", "ytd_sum", "ytd_latest")
            self._weigh(changed)
            based += changed
        dollars = [self._dollars(plan, f"D{i}") for i in range(self.rng.randint(0, 3))]
        for row in list(dollars):
            if row["type"] != "commission" and row.get("valid_to") and self.some(0.5):
                start = row["valid_to"] + timedelta(days=1)
                dollars.append(row | {"valid_from": start, "valid_to": None, "fixed_amount": Decimal(100)})
        rows = based + dollars
        self.rng.shuffle(rows)
        self.tables.setdefault("components", []).extend(rows)

    def _weigh(self, rows: list[Row]) -> None:
        cuts = sorted(self.rng.sample(range(5, 100, 5), len(rows) - 1))
        if not self.round and len(rows) == 3:
            cuts = sorted(self.rng.sample(range(1, 10**6), 2))
            for row, a, b in zip(rows, [0, *cuts], [*cuts, 10**6], strict=True):
                row["weight"] = Decimal(b - a) / 10**6
            return
        for row, a, b in zip(rows, [0, *cuts], [*cuts, 100], strict=True):
            row["weight"] = Decimal(b - a) / 100

    def _based(self, plan: str, name: str) -> Row:
        row: Row = {"plan_id": plan, "component_id": f"{plan}{name}", "modified": self.some(0.5)}
        if self.some(0.3):
            row |= {"type": "goals"}
        else:
            measure = self.pick(*MEASURES)
            row |= {
                "type": "metric", "measure": measure, "scope": self.pick("individual", "team", "company"),
                "cumulative": self.pick("discrete", "discrete", "ytd_sum", "ytd_latest"),
            }  # fmt: skip
            if measure == "CHURN":
                row |= {"direction": "lower", "method": self.pick("complement", "inverse")}
            if row["cumulative"] != "discrete" and self.some(0.5):
                row["interim_cap"] = Decimal(1)
        row["curve_id"] = self.pick(None, "R", "R", "J", "S", "X")
        if row["modified"] and row["curve_id"] != "R":
            row["max_amount"] = Decimal("1500.505")
        if self.some(0.3):
            row["floor"] = Decimal("0.2")
        if self.some(0.3):
            row["cap"] = self.ratio(100, 150)
        if self.some(0.35):
            row |= {
                "gate_measure": self.pick(*MEASURES),
                "gate_scope": self.pick(None, "individual", "team", "company"),
                "gate_on": self.pick("attainment", "actual"),
                "gate_otherwise": self.pick(None, Decimal("0.5")),
                "gate_direction": self.pick("higher", "lower"),
            }  # fmt: skip
            row["gate_minimum"] = (
                self.pick(Decimal("0.9"), Decimal(1))
                if row["gate_on"] == "attainment"
                else self.pick(Decimal(45), Decimal(60))
            )
        return row

    def _dollars(self, plan: str, name: str) -> Row:
        row: Row = {"plan_id": plan, "component_id": f"{plan}{name}", "modified": self.some(0.3)}
        kind = self.pick("commission", "commission", "spif", "milestone")
        row["type"] = kind
        if kind != "commission":
            row["fixed_amount"] = self.pick(Decimal(250), Decimal("99.995"), Decimal("33.3333"))
            if kind == "spif" and self.some(0.4):
                row["max_amount"] = Decimal(500)
            if self.some(0.4):
                row["valid_from"] = self.day(date(2025, 12, 1))
                if self.some(0.5):
                    row["valid_to"] = row["valid_from"] + timedelta(days=self.rng.randint(10, 200))
            return row
        row |= {
            "deal_kinds": self.pick(None, "upsell", "upsell, renewal"),
            "credit_role": self.pick(None, "csm", "am"),
            "max_amount": self.pick(None, None, Decimal(2000)),
        }
        way = self.pick("rate", "fixed", "tiers", "tiers", "both")
        if way in ("fixed", "both"):
            row["fixed_amount"] = Decimal("125.125")
        if way in ("rate", "both"):
            row["rate"] = self.pick(Decimal("0.02"), Decimal("0.0325"), Decimal("0.085"))
        if way == "tiers":
            row |= {
                "tier_id": self.pick("M", "W", "I", "A"),
                "tier_basis": self.pick("period", "period", "deal"),
                "cumulative": self.pick("discrete", "ytd_sum"),
            }
            if row["tier_id"] == "A":
                row |= {"measure": "BOOKED"}
        return row

    # people

    def _people(self) -> None:
        roster, changes = [], []
        for who in self.people:
            row: Row = {
                "employee_id": who, "plan_id": self.pick(*self.plans),
                "base_salary": self.amount(45000, 130000),
                "hire_date": self.day() if self.some(0.35) else date(2024, 3, 1), "team": self.pick(*TEAMS),
                "division": self.pick(None, *DIVISIONS),
                "fte": self.pick(None, None, Decimal("0.8"), Decimal("0.5")),
            }  # fmt: skip
            row |= self._own(0.25)
            if self.some(0.25):
                row["leave_date"] = row["hire_date"] + timedelta(days=self.rng.randint(0, 900))
            roster.append(row)
            for day in sorted({self.day() for _ in range(self.pick(0, 0, 1, 2, 3))}):
                change: Row = {"employee_id": who, "from": day}
                for name, make in (("base_salary", lambda: self.amount(45000, 130000)),
                                   ("fte", lambda: self.pick(0, 1, Decimal("0.6"))),
                                   ("plan_id", lambda: self.pick(*self.plans)),
                                   ("team", lambda: self.pick(*TEAMS)),
                                   ("division", lambda: self.pick(*DIVISIONS))):  # fmt: skip
                    if self.some(0.4):
                        change[name] = make()
                change |= self._own(0.15)
                changes.append(change)
        self.tables |= {"roster": roster, "changes": changes}

    def _own(self, chance: float) -> Row:
        """A person's own values of the target."""
        own: Row = {}
        for name, make in (("target_ratio", lambda: self.ratio(5, 40)),
                           ("target_amount", lambda: self.amount(3000, 25000)),
                           ("ote", lambda: self.amount(60000, 180000)),
                           ("base_share", lambda: self.ratio(50, 90))):  # fmt: skip
            if self.some(chance):
                own[name] = make()
        return own

    def _results(self) -> None:
        results: list[dict[str, Any]] = []
        goals: list[dict[str, Any]] = []
        modifiers: list[dict[str, Any]] = []
        for kind in self.kinds:
            for period in self.periods(kind):
                ids = (
                    [("individual", who) for who in self.people]
                    + [("team", t) for t in TEAMS]
                    + [("company", "company")]
                )
                for scope, ident in ids:
                    for measure in MEASURES:
                        results.append(
                            {"period": period.name, "scope": scope, "id": ident, "measure": measure}
                            | self._reached()
                        )
                    if scope == "individual":
                        results.append({"period": period.name, "scope": scope, "id": ident,
                                        "measure": "BOOKED", "actual": 0,
                                        "goal": self.pick(20000, 30000, 45000)})  # fmt: skip
                for who in self.people:
                    weights = self.pick([100], [40, 40, 20], [35, 65])
                    for i, weight in enumerate(weights):
                        goals.append({"period": period.name, "employee_id": who, "goal": f"g{i}",
                                      "weight": Decimal(weight) / 100,
                                      "score": self.ratio(0, 125)})  # fmt: skip
                if self.some(0.5):
                    modifiers.append(
                        {"period": period.name, "scope": "company", "factor": self.ratio(70, 130)}
                    )
                for division in DIVISIONS:
                    if self.some(0.4):
                        modifiers.append(
                            {
                                "period": period.name,
                                "scope": "division",
                                "id": division,
                                "factor": self.ratio(70, 130),
                            }
                        )
        self.tables |= {"results": results, "goals": goals, "modifiers": modifiers}

    def _reached(self) -> Row:
        """An actual and a goal: on a curve point or a gate or a hair from it, in whole percents, or
        anything."""
        if self.some(0.06):
            return {"actual": None, "goal": self.pick(None, 40)}
        goal = Decimal(self.pick(1, 20, 40, 50, 80))
        way = self.rng.random()
        if way < 0.3:
            return {
                "goal": goal,
                "actual": goal * self.pick(*self.knots, Decimal("0.8"), Decimal("1.1")) + self.pick(*HAIRS),
            }
        if self.round or way < 0.7:
            return {"goal": goal, "actual": goal * self.ratio(60, 130)}
        return {
            "goal": Decimal(self.rng.randint(1, 9999)) / 7 // Decimal("0.0001") * Decimal("0.0001") + 1,
            "actual": self.amount(30, 60),
        }

    def _deals(self) -> None:
        deals, credits, events = [], [], []
        people = Oracle(self.tables)
        for i in range(self.rng.randint(0, 25)):
            who = self.pick(*self.people)
            amount = self.pick(
                self.amount(500, 30000),
                Decimal(10000),
                Decimal(20000),
                Decimal(15000),
                -self.amount(500, 9000),
            )
            deals.append({"deal_id": f"D{i}", "date": self.day(), "amount": amount,
                          "kind": self.pick(None, "upsell", "renewal", "new"),
                          "employee_id": who})  # fmt: skip
            if self.some(0.5):
                deals[-1]["employee_id"] = None if self.some(0.5) else who
                others = self.rng.sample(self.people, 2)
                shares = self.pick(
                    (1, 1), (Decimal("0.5"), Decimal("0.5")), (Decimal("0.333333"), Decimal("0.666667"))
                )
                roles = self.pick(("csm", "am"), ("csm", None))
                rows = [row for row in self.tables["roster"] if row["employee_id"] in others]
                if not any(people.values(row, deals[-1]["date"]) for row in rows):
                    roles = ("csm", "am")  # over-assignment is allowed by the plan that someone is on
                for other, share, role in zip(others, shares, roles, strict=True):
                    credits.append({"deal_id": f"D{i}", "employee_id": other, "role": role, "share": share})
        paying = [row for row in self.tables["components"] if row["type"] in ("spif", "milestone")]
        span = [date(2025, 1, 1) + timedelta(days=i) for i in range(730)]
        on = {row["employee_id"]: {values["plan_id"] for day in span if (values := people.values(row, day))}
              for row in self.tables["roster"]}  # fmt: skip
        for _ in range(20 if paying else 0):
            row, who = self.pick(*paying), self.pick(*self.people)
            if row["plan_id"] in on[who]:
                events.append({"date": self.day(), "employee_id": who, "component_id": row["component_id"],
                               "count": self.pick(None, 1, 2, 3)})  # fmt: skip
        self.tables |= {"deals": deals, "credits": credits, "events": events}

    def _paid(self) -> None:
        """What was really paid in some earlier periods, now and then to people since moved elsewhere."""
        paid: dict[tuple[str, ...], Row] = {}
        for row in self.tables["components"]:
            plan = next(plan for plan in self.tables["plans"] if plan["plan_id"] == row["plan_id"])
            for period in self.periods(plan["pay_period"]):
                for who in self.people:
                    if self.some(0.06):
                        key = (period.name, who, row["plan_id"], row["component_id"])
                        amount = Decimal(self.rng.randint(0, 300000)) / 100
                        names = ("period", "employee_id", "plan_id", "component_id")
                        paid[key] = dict(zip(names, key, strict=True)) | {
                            "amount": amount, "before_modifier": self.pick(None, amount + 100),
                        }  # fmt: skip
        self.tables["paid"] = list(paid.values())


def raw(tables: Rows, number: Any = float) -> list[RawTable]:
    """The tables as a worksheet hands them over: a header, and floats for numbers."""
    found = []
    for name, rows in tables.items():
        if not rows:
            continue
        header = list(dict.fromkeys(key for row in rows for key in row))
        cells = [[row.get(key) for key in header] for row in rows]
        body = [[number(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in cells]
        found.append(RawTable.of_rows([header, *body], name))
    return found


def fraction(x: float) -> Fraction:
    return Fraction(Decimal(repr(x)))


NOTES = {"plan_capped": "plan cap", "at_most": "maximum amount", "unmeasured": "paid at 0",
         "met_before": "milestone"}  # fmt: skip
KEYS = LINE_COLUMNS[: LINE_COLUMNS.index("proration")]
CENTS = ("before_modifier", "amount")


def same(name: str, got: Any, want: Any) -> bool:
    """Money on a line to the cent, every other figure within a billionth of itself."""
    if got is None or want is None or isinstance(want, bool):
        return got is want
    if name in CENTS:
        return fraction(got) == want
    return abs(Fraction(got) - want) <= Fraction(1, 10**9) * max(1, abs(want))


def differences(lines: Lines, expected: list[Row]) -> list[str]:
    """Where payout lines are not what the oracle says."""
    return rows_differ(list(lines.dicts()), expected)


def rows_differ(found: list[Row], expected: list[Row]) -> list[str]:
    """Where lines, as rows, are not what the oracle says."""
    mine, theirs = ([tuple(line[key] for key in KEYS) for line in each] for each in (found, expected))
    if mine != theirs:
        return [f"not the same lines: only in engine {[k for k in mine if k not in theirs]},"
                f" only in oracle {[k for k in theirs if k not in mine]}, or another order"]  # fmt: skip
    wrong = []
    for line, row in zip(found, expected, strict=True):
        what = f"{row['period']} {row['employee_id']} {row['component_id']}"
        for name in STORED[len(KEYS) : -1]:
            if not same(name, line[name], row[name]):
                want = row[name] if row[name] is None else float(row[name])
                wrong.append(f"{what} {name}: {line[name]} != {want}")
        for flag, said in NOTES.items():
            if bool(row.get(flag)) != (said in (line["note"] or "")):
                wrong.append(f"{what} note: {line['note']!r} where {flag} is {row.get(flag)}")
    return wrong


def engine(tables: Rows, asked: str, number: Any = float) -> Lines:
    return run(raw(tables, number), asked)
