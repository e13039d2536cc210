"""Companies made up at random with every way to be paid at once: on top of plans, people and results of
`scenarios`, ramps, seasons, matrices, ranks, accounts, kickers, pools, arrangements and adjustments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from pay_oracle import Oracle, Period, Row, calendar, fiscal
from scenarios import FISCAL, Maker

from csm_xl.pay.draws import RECOVERY_OF

PERIODS = {"month": 12, "quarter": 4, "half": 2, "year": 1}


class Everything(Maker):
    """A made-up company with everything; see `Maker`."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, round_inputs=seed % 2 == 0)
        self.tables["matrices"] = [
            {"matrix_id": "MX", "row": x, "column": y, "payout": payout, "mode": mode}
            for (x, y, payout), mode in zip(
                (("0.8", "0.7", "0.2"), ("0.8", "1", "0.55"), ("1", "0.7", "0.9"), ("1", "1", "1.3")),
                (self.pick("lookup", "bilinear"), None, None, None), strict=True)
        ]  # fmt: skip
        for row in self.tables["matrices"]:
            row |= {name: Decimal(row[name]) for name in ("row", "column", "payout")}
        shares = [Decimal(share) / 100 for share in (0, 35, 60, 85, 100)]
        self.tables["ramps"] = [
            {"ramp_id": "RA", "month": n, "share": share}
            for n, share in enumerate(shares, 1)
            if share or n == 1
        ]
        self.tables["seasons"] = [
            {"season_id": f"S-{kind}", "period_number": n, "share": Decimal(self.rng.randint(5, 40)) / 100}
            for kind, count in PERIODS.items() for n in range(1, count + 1)
        ]  # fmt: skip
        self.tables["risk_classes"] = [{"risk_class": "low", "ratio": Decimal("0.95")},
                                       {"risk_class": "high", "ratio": Decimal("0.61")}]  # fmt: skip
        kinds = {row["plan_id"]: row["pay_period"] for row in self.tables["plans"]}
        done: dict[str, Row] = {}
        for row in self.tables["components"]:
            # Versions of a component keep what the first one measures.
            row |= done.setdefault(row["component_id"], self._more(row, kinds[row["plan_id"]]))
        self._accounts()
        self._arrangements()
        self._adjustments()

    def _more(self, row: Row, kind: str) -> Row:
        more: Row = {"pool_amount": self.amount(200, 6000)} if self.some(0.2) else {}
        if row.get("tier_id") and self.some(0.5):
            more |= {"tier_basis": "period", "cumulative": "ytd_sum", "deal_kinds": None, "credit_role": None}
        if row["type"] != "metric":
            return more
        if self.some(0.25):
            more["kicker_ratio"] = self.ratio(2, 20)
        way = self.pick("plain", "ramp", "season", "both", "matrix", "rank", "book", *["accounts"] * 5)
        own: Row = {"scope": "individual", "direction": "higher", "measure": "NPS"}
        to_date = row.get("cumulative") if row.get("cumulative") != "ytd_latest" else "discrete"
        if way in ("ramp", "both"):
            more |= own | {"ramp_id": "RA", "cumulative": to_date}
        if way in ("season", "both"):
            more |= own | {"season_id": f"S-{kind}", "cumulative": to_date}
        if way == "matrix":
            more |= {"matrix_id": "MX", "curve_id": None, "column_measure": self.pick("GRR", "NPS")}
        if way == "rank":
            more |= own | {"peer_group": self.pick("plan", "team"), "cumulative": "discrete", "measure":
                           self.pick("GRR", "NPS"), "direction": self.pick("higher", "lower")}  # fmt: skip
        if way == "book":
            more |= {"scope": "team", "measure": "GRR", "direction": "higher", "cumulative": "discrete",
                     "book_adjusted": True}  # fmt: skip
        if way == "accounts":
            more |= {"measure": self.pick("GRR", "NRR", "LOGO"), "direction": "higher",
                     "scope": self.pick("individual", "individual", "team", "company")}  # fmt: skip
        return more

    def _accounts(self) -> None:
        """Accounts for everybody, and results without those that they tell."""
        rows = []
        for kind in self.kinds:
            for period in self.periods(kind):
                for who in self.people:
                    for n in range(self.rng.randint(1, 4)):
                        start, end = (Decimal(self.rng.randint(0, 20)) * 50 for _ in range(2))
                        rows.append({"period": period.name, "account_id": f"A{who[1:]}-{n}",
                                     "employee_id": who, "start": start if n else start + 50, "end": end,
                                     "risk_class": self.pick("low", "high"),
                                     "team": self.pick(None, None, None, "T1")})  # fmt: skip
        self.tables["accounts"] = rows
        known = {row["period"] for row in rows if row["team"] == "T1" and row["start"]}
        told = {
            (row["period"], row["scope"], row["id"]) for row in self.tables["results"] if self.some(0.5)
            and (row["scope"] != "team" or (row["id"] == "T1" and row["period"] in known))
        }  # fmt: skip
        self.tables["results"] = [
            row for row in self.tables["results"]
            if row["measure"] != "GRR" or (row["period"], row["scope"], row["id"]) not in told
        ]  # fmt: skip
        self._plain_teams()
        for row in self.tables["results"]:
            if row["measure"] in ("GRR", "NRR", "LOGO") and row["actual"] is None and row["goal"] is not None:
                row["goal"] = row["goal"] / 100  # of what accounts give: a share

    def _plain_teams(self) -> None:
        """Teams that nobody's accounts may tell of: a typed result represents NRR and LOGO."""
        there = {(row["period"], row["scope"], row["id"], row["measure"]) for row in self.tables["results"]}
        for period, scope, ident, measure in sorted(there):
            if scope == "team" and measure == "NPS":
                for name in ("NRR", "LOGO"):
                    if (period, scope, ident, name) not in there:
                        self.tables["results"].append({"period": period, "scope": scope, "id": ident,
                                                       "measure": name, **self._reached()})  # fmt: skip

    def _spans(self, row: Row, kind: str) -> list[Period]:
        """The periods of 2026 whose last days a person works, on a plan that pays by them."""
        oracle = Oracle(self.tables)
        kinds = {plan["plan_id"]: plan["pay_period"] for plan in self.tables["plans"]}
        periods = fiscal(FISCAL) if self.fiscal else calendar(kind, 2026, 2026)
        on = ((period, oracle.values(row, period.end)) for period in periods)
        return [period for period, values in on if values and kinds[values["plan_id"]] == kind]

    def _arrangements(self) -> None:
        rows: list[Row] = []
        least = date(2025, 12, 28) if self.fiscal else date(2025, 8, 1)
        for who in self.people:
            for kind in ("guarantee", "holdback", "draw"):
                if not self.some(0.5):
                    continue
                row: Row = {"employee_id": who, "kind": kind, "from": self.day(least, date(2026, 8, 1))}
                row["amount"] = self.amount(200, 5000) if kind != "holdback" else self.ratio(5, 40)
                if self.some(0.4):
                    row["to"] = row["from"] + timedelta(days=self.rng.randint(20, 300))
                if kind == "draw":
                    row |= {"recoverable": self.pick(True, True, False),
                            "recovery_share": self.pick(None, Decimal("0.5"), Decimal("0.333")),
                            "recovery_start": self.pick(None, 1, 2, 3),
                            "opening_balance": self.pick(None, 0, Decimal("750.25")),
                            # Not picked: the companies of all seeds stay as they are.
                            "recovery_of": RECOVERY_OF[int(row["amount"] * 100) % 3]}  # fmt: skip
                rows.append(row)
                if self.some(0.3):
                    later = row | {
                        "from": row["from"] + timedelta(days=self.rng.randint(301, 330)),
                        "to": None,
                    }
                    if row.get("to") and later["from"] < date(2026, 12, 31):
                        rows.append(later | {"amount": row["amount"] / 2, "opening_balance": None})
        self.tables["arrangements"] = rows

    def _adjustments(self) -> None:
        rows: list[Row] = []
        for person in self.tables["roster"]:
            for period in [period for kind in self.kinds for period in self._spans(person, kind)]:
                if self.some(0.3):
                    rows.append({"period": period.name, "employee_id": person["employee_id"],
                                 "amount": self.amount(20, 900), "reason": "rounded to 5 [why]; as agreed",
                                 "kind": self.pick("manual", "clawback", "release"),
                                 "approved_by": self.pick(None, "CFO")})  # fmt: skip
        self.tables["adjustments"] = rows
