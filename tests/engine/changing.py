"""Companies made up at random, whose plans and components change inside the periods that are paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from pay_oracle import Row
from scenarios import Maker

TERMS = (
    "curve_id", "floor", "cap", "gate_measure", "gate_scope", "gate_on", "gate_otherwise", "gate_direction",
    "gate_minimum", "modified",
)  # fmt: skip
FIRST, LAST = date(2025, 11, 20), date(2026, 12, 20)


class Changing(Maker):
    """A made-up company with versions of everything; see `Maker`."""

    def _plan(self, plan: str) -> None:
        before = len(self.tables.get("components", []))
        super()._plan(plan)
        rows, self.tables["components"] = (
            self.tables["components"][before:],
            self.tables["components"][:before],
        )
        self._plan_versions(plan)
        based = [row for row in rows if "weight" in row and not row.get("valid_from")]
        dollars = [row for row in rows if row["type"] in ("spif", "milestone")]
        for row in (row for row in rows if row["type"] == "commission"):
            dollars += self._commissions(row)
        if self.some(0.4):  # from a day on other components have the target
            start = self.day(FIRST, LAST)
            later = [self._based(plan, f"N{i}") for i in range(self.rng.randint(1, 2))]
            for row in later:
                row["valid_from"] = start
            leave = self.rng.sample(based, self.rng.randint(0, len(based) - 1)) if len(based) > 1 else []
            for row in based:
                if row not in leave:
                    row["valid_to"] = start - timedelta(days=1)
            self._weigh(based)
            weights = [row["weight"] for row in leave]
            rest = 1 - sum(weights, Decimal(0))
            self._weigh(later)
            for row in later:
                row["weight"] *= rest
            based += later
        for _ in range(self.pick(0, 1, 1, 2)):
            based += self._changed([row for row in based if not row.get("valid_to")], based)
        found = based + dollars
        self.rng.shuffle(found)
        self.tables["components"] += found

    def _plan_versions(self, plan: str) -> None:
        """Versions of the plan, each with its own target, cap, rounding and rule of versions."""
        plans = self.tables["plans"]
        mine = [row for row in plans if row["plan_id"] == plan]
        for row in mine:
            row["version_rule"] = self.pick(None, "last_day", "by_days", "by_days")
        days = {row.get("valid_from") for row in mine}
        for _ in range(self.pick(0, 1, 1, 2)):
            start = self.day(FIRST, LAST)
            if start in days:
                continue
            days.add(start)
            same = self.pick(*mine)
            plans.append(
                same
                | {
                    "valid_from": start,
                    "target_value": same["target_value"] * self.ratio(80, 130),
                    "plan_cap": self.pick(None, Decimal("0.9"), same["plan_cap"]),
                    "version_rule": self.pick(None, "by_days"),
                    "combination": self.pick("additive", "multiplicative"),
                }
            )

    def _changed(self, rows: list[Row], every: list[Row]) -> list[Row]:
        """Next versions from a day on of components that go on, otherwise weighed."""
        start = self.day(FIRST, LAST)
        last = {row["component_id"]: row for row in rows}
        going = [
            row for name, row in last.items()
            if (row.get("valid_from") or date.min) < start
            and not any(one["component_id"] == name and (one.get("valid_from") or date.min) >= start
                        for one in every)
        ]  # fmt: skip
        found = []
        for row in going:
            new = dict(row, valid_from=start)
            fresh = self._based(row["plan_id"], "X")
            same = fresh["type"] == row["type"]
            for name in TERMS:
                new[name] = fresh.get(name)
            if same and self.some(0.3):
                for name in ("measure", "scope", "direction", "method"):
                    new[name] = fresh.get(name)
            found.append(new)
        if len(found) > 1 and self.some(0.6):
            total = sum((row["weight"] for row in found), Decimal(0))
            part = (total * self.ratio(10, 90)).quantize(Decimal("1e-6"))
            found[0]["weight"], rest = part, total - part
            for row in found[1:-1]:
                row["weight"] = (rest / 2).quantize(Decimal("1e-6"))
                rest -= row["weight"]
            found[-1]["weight"] = rest
        return found

    def _commissions(self, row: Row) -> list[Row]:
        """Versions of a commission, of any way to be paid."""
        found = [row]
        if self.some(0.3):
            row["valid_from"] = self.day(FIRST, LAST)
        for _ in range(self.pick(0, 1, 1, 2, 3)):
            start = self.day(FIRST, LAST)
            if start <= max(one.get("valid_from") or date.min for one in found):
                continue
            while (fresh := self._dollars(row["plan_id"], "X"))["type"] != "commission":
                pass
            found.append(fresh | {"component_id": row["component_id"], "valid_from": start})
        if self.some(0.3):
            start = found[-1].get("valid_from") or FIRST
            found[-1]["valid_to"] = start + timedelta(days=self.rng.randint(1, 200))
        return found
