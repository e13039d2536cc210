"""A total in one currency: each payout line at the rate of its period, rounded once, then added."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_company import company, raws, result
from test_exchange import rate
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.cli.files import csv_text
from csm_xl.engine.exchanged import exchanged
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import CsmError

HEADER = ["period", "employee_id", "amount", "currency"]


def tables(*rates: Any) -> Any:
    made = company()
    made["results"] = [result("E0001", 100, 100)]
    made["rates"] = list(rates)
    return Payroll.load(raws(made)).tables


def test_each_line_is_exchanged_at_the_last_day_of_its_period_and_rounded_once() -> None:
    rates = (rate(1.0835, date(2026, 1, 1)), rate(1.2, date(2026, 4, 1)))
    lines = [HEADER, *(["2026-Q1", who, 100.05, "EUR"] for who in ("E1", "E2", "E3")),
             ["2026-Q2", "E1", 10.0, "EUR"], ["2026-Q1", "E4", 50.5, "USD"]]  # fmt: skip
    found = exchanged(lines, tables(*rates), "usd")
    assert found.of == {"EUR": (310.15, 337.2), "USD": (50.5, 50.5)}
    assert found.total == 387.7


def test_yen_are_rounded_to_whole_yen() -> None:
    lines = [HEADER, ["2026-Q1", "E1", 1.0, "USD"], ["2026-Q1", "E2", 1.0, "USD"]]
    assert exchanged(lines, tables(rate(149.55, pair="USD JPY")), "JPY").total == 300.0


def test_every_missing_rate_is_named_and_none_is_inverted() -> None:
    lines = [HEADER, ["2026-Q1", "E1", 1.0, "USD"], ["2026-Q2", "E1", 1.0, "USD"],
             ["2026-Q1", "E2", 1.0, "GBP"]]  # fmt: skip
    with pytest.raises(CsmError) as missing:
        exchanged(lines, tables(rate(0.9, pair="EUR USD")), "EUR")
    assert [issue.message for issue in missing.value.issues] == [
        "there is no rate of GBP in EUR for 2026-Q1", "there is no rate of USD in EUR for 2026-Q1",
        "there is no rate of USD in EUR for 2026-Q2",
    ]  # fmt: skip
    assert "how many EUR one USD is, with a date up to 2026-06-30" in missing.value.issues[2].hint


@given(
    st.lists(st.tuples(st.sampled_from(("EUR", "GBP", "USD")), st.integers(-(10**7), 10**7)), max_size=12),
    st.integers(8_000, 15_000),
    st.integers(8_000, 15_000),
)
def test_the_total_is_that_of_exact_arithmetic(paid: list[tuple[str, int]], euro: int, pound: int) -> None:
    known = tables(rate(euro / 10_000), rate(pound / 10_000, pair="GBP USD"))
    rates = {"EUR": Fraction(euro, 10_000), "GBP": Fraction(pound, 10_000), "USD": Fraction(1)}
    lines = [HEADER, *(["2026-Q1", f"E{n}", cents / 100, code] for n, (code, cents) in enumerate(paid))]
    total = Fraction(0)
    for code, cents in paid:
        exact = cents * rates[code]
        whole = int(abs(exact) + Fraction(1, 2))
        total += whole if exact >= 0 else -whole
    assert exchanged(lines, known, "USD").total == float(total / 100)


def test_pay_shows_it_and_other_totals_stay_apart(tmp_path: Path) -> None:
    made = company("E0001", "E0002")
    made["roster"][1]["currency"] = "EUR"
    made["results"] = [result(who, 100, 100) for who in ("E0001", "E0002")]
    made["rates"] = [rate(1.1)]
    for raw in raws(made):
        (tmp_path / f"{raw.name}.csv").write_text(csv_text(raw.rows))

    def run(*options: str) -> Any:
        return CliRunner().invoke(app, ["pay", str(tmp_path), "--period", "2026-Q1", *options])

    shown = run("--in", "USD")
    assert shown.exit_code == 0, shown.output
    said = " ".join(shown.output.split())
    assert "Variable pay in USD: 4,200.00 (each line at the rate of its period: 2,000.00 EUR = 2,2" in said
    told = json.loads(run("--in", "USD", "--json").stdout)
    assert told["in_currency"]["total"] == 4200.0
    assert [one["variable"] for one in told["sums"]] == [2000.0, 2000.0]
    refused = run("--in", "GBP")
    assert refused.exit_code == 2 and "there is no rate of EUR in GBP for 2026-Q1" in refused.stderr
    both = run("--in", "USD", "--total")
    assert both.exit_code == 2 and "Leave out one of --in and --total" in both.stderr
