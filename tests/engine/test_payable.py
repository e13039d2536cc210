"""From earned to payable: guarantees, draws, holdbacks, adjustments and pools, by hand and by fractions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sweeps import swept

from csm_xl.engine.components import component_types
from csm_xl.engine.explain import explain
from csm_xl.engine.lines import Lines
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import RawTable

Row = dict[str, Any]
Given = dict[str, list[Row]]
CENT = Fraction(1, 100)


def company(**earned: Sequence[float]) -> Given:
    """People on a plan that pays by the month what each of their deals is worth; E1=(500, 3000) earns
    500 in January and 3,000 in February 2026."""
    return {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "month",
                   "target_basis": "amount", "target_value": 0}],
        "components": [{"plan_id": "P", "component_id": "SALES", "type": "commission", "rate": 1,
                        "pool_amount": None}],
        "roster": [{"employee_id": who, "plan_id": "P", "base_salary": 60000,
                    "hire_date": date(2025, 1, 1), "leave_date": None} for who in earned],
        "deals": [{"deal_id": f"{who}-{month}", "date": date(2026, month, 10), "amount": amount,
                   "employee_id": who}
                  for who, amounts in earned.items() for month, amount in enumerate(amounts, 1)],
    }  # fmt: skip


def draw(amount: float, start: date = date(2026, 1, 1), who: str = "E1", **more: Any) -> Row:
    return {"employee_id": who, "kind": "draw", "from": start, "amount": amount, **more}


def adjustment(amount: float, kind: str = "manual", period: str = "2026-01", **more: Any) -> Row:
    return {"period": period, "employee_id": "E1", "amount": amount, "reason": "why", "kind": kind, **more}


def raws(given: Given) -> list[RawTable]:
    tables = []
    for name, rows in ((name, rows) for name, rows in given.items() if rows):
        columns = list(dict.fromkeys(column for row in rows for column in row))
        body = [[row.get(column) for column in columns] for row in rows]
        tables.append(RawTable.of_sheet(name.capitalize(), [columns, *body], f"tbl{name.capitalize()}"))
    return tables


def paid(given: Given, period: str) -> Lines:
    return run(raws(given), period)


def amounts(given: Given, period: str, type_: str) -> list[float]:
    return [line["amount"] for line in paid(given, period).dicts() if line["type"] == type_]


def variable(given: Given, period: str, months: int = 12) -> list[float]:
    return [row[3] for row in paid(given, period).totals()[1 : months + 1]]


def notes(given: Given, period: str, type_: str) -> list[str]:
    return [line["note"] for line in paid(given, period).dicts() if line["type"] == type_]


# ---- published -----------------------------------------------------------------------------------


def test_recoverable_draw_as_xactly_publishes_it() -> None:
    given = company(E1=(500, 3000)) | {"arrangements": [draw(1500)]}
    assert variable(given, "2026", 2) == [1500, 2000]
    assert amounts(given, "2026", "draw")[:2] == [1000, -1000]
    assert "1000 after" in notes(given, "2026-01", "draw")[0]
    assert "owed 1000 before, 0 after" in notes(given, "2026-02", "draw")[0]


def test_delayed_recovery_as_oracle_publishes_it() -> None:
    given = company(E1=(500, 700, 400)) | {"arrangements": [draw(1000, recovery_start=4)]}
    assert amounts(given, "2026", "draw")[:3] == [500, 300, 600]
    assert variable(given, "2026", 3) == [1000, 1000, 1000]
    for month, owed in zip((1, 2, 3), (500, 800, 1400), strict=True):
        assert f"{owed} after" in notes(given, f"2026-0{month}", "draw")[0]


def test_shortfall_as_visdum_publishes_it() -> None:
    given = company(E1=(2000,)) | {"arrangements": [draw(3000)]}
    assert amounts(given, "2026-01", "draw") == [1000]


FORM = [("above_draw", 3500, 2000), ("earned", 2000, 500), ("earned_above_draw", 3000, 1500)]


@pytest.mark.parametrize(("of", "paid_then", "owed"), FORM)
def test_recovery_as_an_hr_associations_form_has_it(of: str, paid_then: float, owed: float) -> None:
    given = company(E1=(500, 4000)) | {"arrangements": [draw(3000, recovery_share=0.5, recovery_of=of)]}
    assert variable(given, "2026", 2) == [3000, paid_then]
    assert f"owed 2500 before, {owed} after" in notes(given, "2026-02", "draw")[0]
    given = company(E1=(2000, 8000, 10000)) | {"arrangements": given["arrangements"]}
    assert variable(given, "2026", 3) == [3000, 7000, 10000]


def test_the_explanation_says_what_is_recovered_of() -> None:
    given = company(E1=(500, 4000))
    for of, sum_ in [("above_draw", "min(2500, 0.5 × (4000 − 3000))"), ("earned", "min(2500, 0.5 × 4000)"),
                     ("earned_above_draw", "min(2500, min(0.5 × 4000, 4000 − 3000))")]:  # fmt: skip
        given["arrangements"] = [draw(3000, recovery_share=0.5, recovery_of=of)]
        said = {step[0]: step for step in explain(raws(given), "E1", "2026-02")}["Recovered"]
        assert said[2] == sum_
        assert ("is always left" in said[1]) == (of == "earned_above_draw")
        assert ("above the draw" in said[1]) == (of == "above_draw")
        assert "Arrangements!F2" in said[4]


# ---- by hand -------------------------------------------------------------------------------------


def test_a_delayed_recovery_begins_and_takes_a_share() -> None:
    more = {"recovery_start": 3, "recovery_share": 0.5}
    given = company(E1=(0, 5000, 1401.01)) | {"arrangements": [draw(1000, **more)]}
    # January advances 1,000; February may not recover; March recovers half of 401.01: 200.505 → 200.51.
    assert amounts(given, "2026", "draw")[:3] == [1000, 0, -200.51]
    assert "owed 1000 before, 799.49 after" in notes(given, "2026-03", "draw")[0]


def test_a_balance_is_recovered_after_the_draw_has_ended() -> None:
    given = company(E1=(200, 300, 5000, 10)) | {"arrangements": [draw(1000, to=date(2026, 1, 31))]}
    assert amounts(given, "2026", "draw") == [800, -300, -500]
    assert "draw 0 (ended)" in notes(given, "2026-02", "draw")[0]


def test_a_new_draw_takes_over_the_balance_of_the_one_before() -> None:
    rows = [draw(1000), draw(400, date(2026, 2, 1))]
    given = company(E1=(0, 100, 2000)) | {"arrangements": rows}
    assert amounts(given, "2026", "draw")[:3] == [1000, 300, -1300]


def test_what_is_owed_at_first_is_recovered_first() -> None:
    given = company(E1=(1800,)) | {"arrangements": [draw(1000, opening_balance=300)]}
    assert amounts(given, "2026-01", "draw") == [-300]
    given["arrangements"] = [draw(1000, opening_balance=300, recoverable=False)]
    assert amounts(given, "2026-01", "draw") == [0]


def test_a_draw_that_is_not_recovered_ends_whoever_else_draws() -> None:
    ends = draw(1000, to=date(2026, 1, 31), opening_balance=300, recoverable=False)
    alone = company(E1=(1800, 1800)) | {"arrangements": [ends]}
    together = company(E1=(1800, 1800), E2=(0, 0))
    together |= {"arrangements": [ends, draw(500, who="E2")]}
    for given in (alone, together):
        header, *rows = paid(given, "2026-02").rows()
        theirs = [dict(zip(header, row, strict=True)) for row in rows]
        assert [row["type"] for row in theirs if row["employee_id"] == "E1"] == ["commission"]


def test_paid_history_counts_in_place_of_what_is_computed() -> None:
    given = company(E1=(500, 3000)) | {"arrangements": [draw(1500)]}
    given["paid"] = [{"period": "2026-01", "employee_id": "E1", "plan_id": "P", "component_id": "SALES",
                      "amount": 1200}]  # fmt: skip
    for asked in ("2026-02", "2026"):
        assert "recovered 300, owed 300 before, 0 after" in next(
            note for note in notes(given, asked, "draw") if note.startswith("earned 3000")
        )


def test_a_guarantee_is_prorated_by_its_days() -> None:
    rows = [{"employee_id": "E1", "kind": "guarantee", "from": date(2026, 1, 17), "amount": 3100}]
    given = company(E1=(1000, 4000)) | {"arrangements": rows}
    assert amounts(given, "2026-01", "guarantee") == [500]  # 15 of 31 days: 1,500
    assert notes(given, "2026-01", "guarantee") == ["earned 1000, guaranteed 1500 (15 of 31 days)"]
    assert amounts(given, "2026-02", "guarantee") == [0]
    given["roster"][0]["hire_date"] = date(2026, 1, 30)
    given["deals"] = [row for row in given["deals"] if row["date"].month > 1]
    assert amounts(given, "2026-01", "guarantee") == [200]  # two days of employment


def test_a_draw_stands_on_what_is_guaranteed_and_a_holdback_on_what_is_earned() -> None:
    rows = [
        {"employee_id": "E1", "kind": "holdback", "from": date(2026, 1, 1), "amount": 0.25},
        {"employee_id": "E1", "kind": "guarantee", "from": date(2026, 1, 1), "amount": 800},
        draw(1000),
    ]
    lines = [
        (line["type"], line["amount"])
        for line in paid(company(E1=(500,)) | {"arrangements": rows}, "2026-01").dicts()
    ]
    assert lines == [("commission", 500), ("guarantee", 300), ("draw", 200), ("holdback", -125)]


def test_a_holdback_of_part_of_a_period_and_of_nothing() -> None:
    rows = [{"employee_id": "E1", "kind": "holdback", "from": date(2026, 2, 15), "amount": 0.1}]
    given = company(E1=(100, 1000, -50)) | {"arrangements": rows}
    assert amounts(given, "2026", "holdback")[:2] == [-50, 0]  # 14 of 28 days; nothing of a return


def test_adjustments_come_last_with_their_reason() -> None:
    rows = [adjustment(100, "clawback", approved_by="CFO"), adjustment(-40, "clawback"),
            adjustment(-7.5, component_id="SALES"), adjustment(125, "release")]  # fmt: skip
    lines = list(paid(company(E1=(500,)) | {"adjustments": rows}, "2026-01").dicts())
    assert [(line["type"], line["component_id"], line["amount"]) for line in lines[1:]] == [
        ("clawback", "clawback", -140), ("manual", "SALES", -7.5), ("release", "release", 125)]  # fmt: skip
    assert lines[1]["note"] == "why (approved by CFO); why"


def test_no_two_lines_have_the_same_key() -> None:
    """A clawback of a component has a line of its own beside what the component earned."""
    typed = [(100.005, "clawback"), (40.005, "clawback"), (5, "manual"), (6, "manual"), (2, "release")]
    rows = [adjustment(amount, kind, component_id="SALES") for amount, kind in typed]
    rows.insert(4, adjustment(1))
    kept = [{"employee_id": "E1", "kind": kind, "from": date(2026, 1, 1), "amount": amount}
            for kind, amount in (("guarantee", 800), ("draw", 900), ("holdback", 0.1))]  # fmt: skip
    given = company(E1=(500,)) | {"adjustments": rows, "arrangements": kept}
    given["components"][0]["component_id"] = "SALES"
    lines = list(paid(given, "2026-01").dicts())
    assert [(line["component_id"], line["line_kind"], line["amount"]) for line in lines] == [
        ("SALES", "earned", 500), ("guarantee", "guarantee", 300), ("draw", "draw", 100),
        ("holdback", "holdback", -50), ("SALES", "clawback", -140.02), ("SALES", "adjustment", 11),
        ("manual", "adjustment", 1), ("SALES", "release", 2),
    ]  # fmt: skip
    names = ("period", "employee_id", "plan_id", "component_id", "line_kind")
    assert len({tuple(line[name] for name in names) for line in lines}) == len(lines)
    said = [step for step in explain(raws(given), "E1", "2026-01") if step[0] in ("Clawback", "Sum")]
    assert [(step[0], step[2], step[3]) for step in said[:3]] == [
        ("Clawback", "0 − 100.005", -100.01), ("Clawback", "0 − 40.005", -40.01),
        ("Sum", "(-100.01) + (-40.01)", -140.02),
    ]  # fmt: skip


def test_a_clawback_reaches_one_who_has_left() -> None:
    given = company(E1=(500,), E2=(1, 2, 3)) | {"adjustments": [adjustment(100, "clawback", "2026-03")]}
    given["roster"][0]["leave_date"] = date(2026, 1, 31)
    lines = paid(given, "2026-03")
    assert lines.totals()[1:] == [["2026-03", "E1", 0, -100], ["2026-03", "E2", 0, 3]]
    assert explain(raws(given), "E1", "2026-03")[-1][3] == -100


def test_a_plan_that_rounds_to_whole_units_rounds_these_lines_too() -> None:
    given = company(E1=(500,)) | {"arrangements": [draw(1000, date(2026, 1, 17))]}
    given["plans"][0]["rounding_unit"] = 1
    given["deals"] = []
    assert amounts(given, "2026-01", "draw") == [484]  # 15 of 31 days of 1,000: 483.87


def test_a_plan_without_components_can_guarantee() -> None:
    rows = [{"employee_id": "E1", "kind": "guarantee", "from": date(2026, 1, 1), "amount": 900}]
    given = company(E1=()) | {"arrangements": rows, "components": company()["components"]}
    given["plans"].append(dict(given["plans"][0], plan_id="NONE", model="base_only"))
    given["roster"][0]["plan_id"] = "NONE"
    assert paid(given, "2026-01").totals()[1] == ["2026-01", "E1", 0, 900]


# ---- pools ---------------------------------------------------------------------------------------


def test_a_pool_is_shared_to_the_cent() -> None:
    given = company(E1=(100,), E2=(100,), E3=(100,))
    given["components"][0]["pool_amount"] = 100
    assert amounts(given, "2026-01", "commission") == [33.34, 33.33, 33.33]
    assert notes(given, "2026-01", "commission")[0] == "earned 100, of which the pool pays 33.33%"
    given["components"][0]["pool_amount"] = 300
    assert amounts(given, "2026-01", "commission") == [100, 100, 100]
    assert notes(given, "2026-01", "commission") == [None] * 3


@pytest.mark.parametrize(
    ("unit", "fund", "shares"),
    [(0.01, 1000.005, [600, 400]), (0.01, 100.0099, [60, 40]), (1, 1000.5, [600, 400]), (1, 0.5, [0, 0])],
)
def test_a_pool_that_is_no_multiple_of_the_unit_is_never_exceeded(
    unit: float, fund: float, shares: list[float]
) -> None:
    given = company(E1=(900,), E2=(600,))
    given["plans"][0]["rounding_unit"] = unit
    given["components"][0]["pool_amount"] = fund
    assert amounts(given, "2026-01", "commission") == shares


def test_a_draw_looks_back_on_what_the_pool_left() -> None:
    given = company(E1=(600, 2000), E2=(1800, 0)) | {"arrangements": [draw(1000)]}
    given["components"][0]["pool_amount"] = 2000
    # January: 600 of 2,400 is 500 of the pool, so 500 is advanced; E2 counts though only E1 draws.
    assert amounts(given, "2026-02", "draw") == [-500]
    assert amounts(given, "2026", "draw")[:2] == [500, -500]


# ---- against fractions ---------------------------------------------------------------------------


def made_up(seed: int) -> Given:
    rng = random.Random(seed)
    cents = lambda most: rng.randint(0, most * 100) / 100  # noqa: E731
    given = company(**{who: [cents(3000) for _ in range(6)] for who in ("E1", "E2", "E3")})
    given["roster"][1]["hire_date"] = date(2026, 1, 1) + timedelta(rng.randint(0, 60))
    given["roster"][2]["leave_date"] = date(2026, 6, 30) - timedelta(rng.randint(0, 60))
    rows: list[Row] = []
    for who in ("E1", "E2", "E3"):
        day = date(2026, 1, 1) + timedelta(rng.randint(-20, 40))
        recoverable = rng.random() < 0.8
        more = {"recoverable": recoverable, "recovery_share": rng.choice((1, 0.5, 0.333)),
                "recovery_start": rng.randint(1, 3), "to": day + timedelta(rng.randint(20, 120))}  # fmt: skip
        if rng.random() < 0.3:
            day = max(day, date(2026, 1, 1))
        more["recovery_of"] = rng.choice(("above_draw", "earned", "earned_above_draw"))
        rows.append(draw(cents(2500), day, who, opening_balance=cents(300), **more))
        rows.append({"employee_id": who, "kind": "guarantee", "from": date(2026, rng.randint(1, 6), 11),
                     "amount": cents(2000)})  # fmt: skip
        rows.append({"employee_id": who, "kind": "holdback", "from": date(2026, rng.randint(1, 6), 5),
                     "amount": rng.randint(0, 1000) / 1000})  # fmt: skip
    return given | {"arrangements": rows}


def to_cent(x: Fraction) -> Fraction:
    sign = 1 if x >= 0 else -1
    return sign * ((abs(x) / CENT + Fraction(1, 2)) // 1) * CENT


def typed(x: Any) -> Fraction:
    return Fraction(str(x))


def expected(given: Given) -> list[tuple[str, str, str, Fraction]]:
    """Each payable line of January to June 2026, calculated day by day, one person after another."""
    found = []
    for person in given["roster"]:
        who, balance, number = person["employee_id"], None, 0
        terms = {row["kind"]: row for row in given["arrangements"] if row["employee_id"] == who}
        begin = min(date(2025, 12, 1), date(2026, 1, 1))
        for month in range(-1, 6):
            first = date(begin.year + (begin.month + month) // 12, (begin.month + month) % 12 + 1, 1)
            after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            days = [first + timedelta(n) for n in range((after - first).days)]
            left = person["leave_date"] or date.max
            here = [day for day in days if person["hire_date"] <= day <= left]
            if not here:
                continue
            earned = sum((typed(deal["amount"]) for deal in given["deals"]
                          if deal["employee_id"] == who and deal["date"] in here), Fraction(0))  # fmt: skip
            of = {kind: sum(row["from"] <= day <= (row.get("to") or date.max) for day in here)
                  for kind, row in terms.items()}  # fmt: skip
            gets: dict[str, Fraction] = {}
            base = earned
            if of["guarantee"]:
                floor = typed(terms["guarantee"]["amount"]) * of["guarantee"] / len(days)
                gets["guarantee"] = to_cent(max(base, floor) - base)
                base += gets["guarantee"]
            row = terms["draw"]
            if of["draw"] or (balance and row["recoverable"]):
                balance = typed(row["opening_balance"]) if balance is None else balance
                number += 1
                advance = to_cent(typed(row["amount"]) * of["draw"] / len(days))
                back = Fraction(0)
                if row["recoverable"]:
                    if number >= row["recovery_start"] and base >= advance:
                        part = base - advance if row["recovery_of"] == "above_draw" else base
                        most = typed(row["recovery_share"]) * part
                        most = (
                            min(most, base - advance) if row["recovery_of"] == "earned_above_draw" else most
                        )
                        back = to_cent(min(balance, most))
                    balance += max(advance - base, 0) - back
                gets["draw"] = max(base, advance) - back - base
            if of["holdback"]:
                share = typed(terms["holdback"]["amount"]) * of["holdback"] / len(here)
                gets["holdback"] = -to_cent(max(earned, Fraction(0)) * share)
            if first.year == 2026:
                found += [(f"{first:%Y-%m}", who, kind, amount) for kind, amount in gets.items()]
    return sorted(found)


@pytest.mark.parametrize("seed", swept(range(25)))
def test_every_cent_against_fractions(seed: int) -> None:
    given = made_up(seed)
    lines = list(paid(given, "2026-H1").dicts())
    got = sorted(
        (line["period"], line["employee_id"], line["type"], typed(line["amount"]))
        for line in lines
        if line["type"] != "commission"
    )
    assert got == expected(given)
    by_month = [line for month in range(1, 7) for line in paid(given, f"2026-0{month}").dicts()]
    assert by_month == lines  # a month alone looks back, and pays the same


@pytest.mark.parametrize("seed", swept(range(3)))
def test_totals_are_sums_and_what_is_earned_comes_back(seed: int) -> None:
    given = made_up(seed) | {"adjustments": [adjustment(12.34), adjustment(-5, "clawback", "2026-02")]}
    lines = paid(given, "2026-H1")
    sums: dict[tuple[str, str], Fraction] = {}
    for line in lines.dicts():
        key = (line["period"], line["employee_id"])
        sums[key] = sums.get(key, Fraction(0)) + typed(line["amount"])
    assert {(row[0], row[1]): typed(row[3]) for row in lines.totals()[1:]} == sums
    earned = [line for line in lines.dicts() if line["type"] == "commission"]
    del given["arrangements"], given["adjustments"]
    assert list(paid(given, "2026-H1").dicts()) == earned


def test_explained_to_the_cell() -> None:
    given = company(E1=(500,)) | {"arrangements": [draw(1500)], "adjustments": [adjustment(-20)]}
    steps = explain(raws(given), "E1", "2026-01")[-5:]
    assert [(step[0], *step[2:]) for step in steps] == [
        ("Earned", "500 [SALES]", 500, ""),
        ("Owed after 2026-01", "max(1500 − 500, 0)", 1000, "Arrangements!D2"),
        ("Draw", "max(500, 1500) − 500", 1000, "Arrangements!D2"),
        ("Manual", "(-20)", -20, "Adjustments!C2"),
        ("Total", "500 [SALES] + 1000 [draw] + (-20) [manual]", 1480, ""),
    ]


# ---- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "where", "says"),
    [
        ("arrangements", draw(-1), "Arrangements!D2", "0"),
        ("arrangements", draw(1, kind="loan"), "Arrangements!B2", "draw"),
        ("arrangements", draw(1, who="E9"), "Arrangements!A2", "E9"),
        ("arrangements", draw(1, kind="holdback") | {"amount": 25}, "Arrangements!D2", "0.25"),
        ("arrangements", draw(1, to=date(2025, 12, 31)), "Arrangements!E2", "ends before it starts"),
        ("arrangements", draw(1, recovery_share=1.5), "Arrangements!E2", "1"),
        ("arrangements", draw(1, recovery_start=0), "Arrangements!E2", "1"),
        ("arrangements", draw(1, opening_balance=-5), "Arrangements!E2", "0"),
        ("arrangements", draw(1, recovery_of="all"), "Arrangements!E2", "earned_above_draw"),
        ("adjustments", adjustment(-1, "release"), "Adjustments!C2", "release"),
        ("adjustments", adjustment(5) | {"reason": None}, "Adjustments!D2", "blank"),
        ("adjustments", adjustment(5, period="2026-Q1"), "Adjustments!A2", "2026-Q1 is a quarter"),
        ("adjustments", adjustment(5, period="2024-12"), "Adjustments!A2", "not employed"),
        ("adjustments", adjustment(5, component_id="SALE"), "Adjustments!F2", "SALES"),
        ("components", {"plan_id": "P", "component_id": "X", "type": "commission", "rate": 1,
                        "pool_amount": -1}, "Components!E2", "0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(table: str, row: Row, where: str, says: str) -> None:
    with pytest.raises(CsmError) as failed:
        paid(company(E1=(500,)) | {table: [row]}, "2026-01")
    assert [issue.where for issue in failed.value.issues] == [where]
    assert says in str(failed.value)


def test_two_draws_at_once_and_a_balance_opened_twice() -> None:
    rows = [draw(1000, to=date(2026, 3, 31)), draw(500, date(2026, 3, 1), opening_balance=9)]
    with pytest.raises(CsmError) as failed:
        paid(company(E1=(500,)) | {"arrangements": rows}, "2026-01")
    assert "overlap" in str(failed.value)
    rows[0]["to"] = None
    with pytest.raises(CsmError) as failed:
        paid(company(E1=(500,)) | {"arrangements": rows}, "2026-01")
    assert [issue.where for issue in failed.value.issues] == ["Arrangements!F3"]


def test_a_draw_older_than_the_fiscal_calendar_says_so() -> None:
    given = company(E1=(500, 500)) | {"arrangements": [draw(1000, date(2025, 12, 1))]}
    given["periods"] = [
        {
            "period": f"FY-P{month}",
            "start": date(2026, month, 1),
            "end": date(2026, month + 1, 1) - timedelta(1),
        }
        for month in (1, 2)
    ]
    with pytest.raises(CsmError) as failed:
        paid(given, "FY-P2")
    assert [issue.where for issue in failed.value.issues] == ["Arrangements!C2"]
    assert "opening_balance" in str(failed.value)


def test_what_a_draw_that_is_not_recovered_has_no_use_for_is_named() -> None:
    given = company(E1=(500,)) | {"arrangements": [draw(100, opening_balance=9, recoverable=False)]}
    _, issues = load_tables(raws(given), component_types())
    assert [(issue.where, issue.severity) for issue in issues if "not used" in issue.message] == [
        ("Arrangements!E2", "warning")
    ]
