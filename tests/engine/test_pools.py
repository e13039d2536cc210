"""Pools that are shared out by weights, with a cap per person, and funded by a measure of the company."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from calculator import Cells, Chapter, Followed
from small_company import Rows, company, issues, one, pay, raws, result, steps

from csm_xl.engine.components import component_types
from csm_xl.engine.explain import Explanation, explain
from csm_xl.engine.payroll import Payroll
from csm_xl.engine.remarks.pools import capped_pools
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

PERIOD = "2026-01"


def pool(amount: float | None = 10000, share: dict[str, float | None] | None = None, **more: Any) -> Rows:
    """People who share a pool of January by their points."""
    weights = share or {"A": 5, "B": 3, "C": 2}
    tables = company(*weights, period="month", type="pool", measure="points", pool_amount=amount, **more)
    tables["components"][0].pop("weight")
    tables["results"] = [result(who, points, measure="points", period=PERIOD)
                         for who, points in weights.items()]  # fmt: skip
    return tables


def funded(attained: float | None, **more: Any) -> Rows:
    tables = pool(pool_measure="EBITDA", curve_id="K", **more)
    tables["curves"] = [{"curve_id": "K", "attainment": at, "payout": pays}
                        for at, pays in ((0.9, 0.5), (1, 1), (1.2, 2))]  # fmt: skip
    tables["results"].append(result("company", attained, 100, "EBITDA", "company", PERIOD))
    return tables


def amounts(tables: Rows) -> list[float]:
    return [line["amount"] for line in pay(tables, PERIOD)]


def notes(tables: Rows) -> list[str | None]:
    return [line["note"] for line in pay(tables, PERIOD)]


def test_a_pool_is_shared_in_proportion_to_weights() -> None:
    assert amounts(pool()) == [5000, 3000, 2000]
    assert amounts(pool(100, {"A": 1, "B": 1, "C": 1})) == [33.34, 33.33, 33.33]
    assert [line["actual"] for line in pay(pool(), PERIOD)] == [5, 3, 2]


def test_what_exceeds_the_cap_goes_to_those_below_it() -> None:
    assert amounts(pool(pool_person_cap=4000)) == [4000, 3600, 2400]
    assert notes(pool(pool_person_cap=4000)) == ["limited to the pool's maximum per person", None, None]
    assert amounts(pool(share={"A": 5, "B": 4, "C": 1}, pool_person_cap=4000)) == [4000, 4000, 2000]


def test_where_everybody_is_at_the_cap_the_rest_is_not_paid() -> None:
    assert amounts(pool(pool_person_cap=3000)) == [3000, 3000, 3000]
    assert amounts(pool(pool_person_cap=3000.005)) == [3000, 3000, 3000]


def test_a_pool_is_funded_by_a_measure_of_the_company() -> None:
    assert amounts(funded(110)) == [7500, 4500, 3000]  # 150% of 10,000
    assert amounts(funded(80)) == [0, 0, 0]
    assert amounts(funded(110, pool_person_cap=6000)) == [6000, 5400, 3600]
    assert [line["attainment"] for line in pay(funded(110), PERIOD)] == [1.1] * 3


def test_a_missing_result_of_the_company_funds_nothing_and_says_so() -> None:
    assert amounts(funded(None)) == [0, 0, 0]
    assert notes(funded(None)) == ["missing actual, paid at 0"] * 3


def test_without_a_curve_the_attainment_funds_the_pool() -> None:
    tables = funded(110)
    tables["components"][0]["curve_id"] = None
    assert amounts(tables) == [5500, 3300, 2200]


def test_a_missing_weight_has_no_share() -> None:
    tables = pool(share={"A": 5, "B": None, "C": 5})
    assert amounts(tables) == [5000, 0, 5000]
    assert notes(tables) == [None, "missing actual, paid at 0", None]
    assert amounts(pool(share={"A": 0, "B": 0})) == [0, 0]
    assert notes(pool(share={"A": 0, "B": 0})) == ["nobody has a weight in the pool, so it is not paid"] * 2


def test_ratios_that_multiply_do_not_wait_for_a_weight_of_the_pool() -> None:
    tables = pool(share={"A": 5, "B": None})
    tables["plans"][0]["combination"] = "multiplicative"
    tables["components"].append({"plan_id": "S", "component_id": "M", "type": "metric", "weight": 1,
                                 "measure": "CSAT"})  # fmt: skip
    tables["results"] += [result(who, 0.9, 1, period=PERIOD) for who in ("A", "B")]
    lines = [line for line in pay(tables, PERIOD) if line["component_id"] == "M"]
    assert [(line["amount"], line["note"]) for line in lines] == [(600, None), (600, None)]


def test_shares_by_salary_and_by_days() -> None:
    tables = pool(share_by="salary")
    del tables["components"][0]["measure"]
    tables["results"] = []
    tables["roster"][1] |= {"base_salary": 40000}
    tables["roster"][2] |= {"hire_date": date(2026, 1, 17), "base_salary": 62000}  # 15 of 31 days
    assert amounts(tables) == by_hand([80000 * 31, 40000 * 31, 62000 * 15])
    tables["components"][0]["share_by"] = "days"
    assert amounts(tables) == by_hand([31, 31, 15])


def by_hand(weights: list[int]) -> list[float]:
    parts = [Fraction(10000 * 100 * weight, sum(weights)) for weight in weights]
    cents = [part.__floor__() for part in parts]
    for at in sorted(range(len(parts)), key=lambda at: cents[at] - parts[at])[: 1000000 - sum(cents)]:
        cents[at] += 1
    return [cent / 100 for cent in cents]


def test_one_who_joins_after_a_version_began_shares_the_last_one() -> None:
    tables = pool()
    first = tables["components"][0]
    first["valid_to"] = date(2026, 1, 14)
    later = {"valid_from": date(2026, 1, 15), "valid_to": None, "pool_amount": 20000}
    tables["components"].append(first | later)
    assert amounts(tables) == [10000, 6000, 4000]


def test_one_person_alone_is_explained_with_the_others_weights() -> None:
    tables = pool(pool_person_cap=4000)
    said = steps(tables, "B", PERIOD)
    assert said["Share of the pool"][2:4] == ["(10000 − 1 × 4000) × 3 / 5", 3600]
    said = steps(funded(110), "C", PERIOD)
    assert said["Pool"][2:4] == ["10000 × 1.5", 15000] and said["Attainment of the pool"][2] == "110 / 100"
    said = steps(pool(100, {"A": 1, "B": 1, "C": 1}), "A", PERIOD)
    assert said["Pool share"][2:4] == ["33.33 + 0.01", 33.34]


@pytest.mark.parametrize("cap", [None, 4000, 3500.55, 3000])
@pytest.mark.parametrize("points", [(5, 3, 2), (5, 4, 1), (1, 1, 1), (0.3, 0, 7)])
def test_with_a_calculator_one_arrives_at_the_same_cent(cap: float | None, points: tuple[float, ...]) -> None:
    share = dict(zip("ABC", points, strict=True))
    for tables in (pool(share=share, pool_person_cap=cap), funded(107, share=share, pool_person_cap=cap)):
        for who in "ABC":
            assert followed(tables, who).counts["line:pool"] == 1


def followed(tables: Rows, who: str) -> Followed:
    """A person's explanation, followed by the calculator."""
    chapters = []
    for passage in Explanation(raws(tables), PERIOD).of(who):
        line = passage.line or {"component_id": "", "amount": None, "type": ""}
        kind = line["type"] or ("" if passage.cohort else "sum")
        chapters.append(Chapter(PERIOD, line["component_id"], passage.steps, line["amount"], kind))
    cells = Cells({str(table.name): table for table in raws(tables)})
    days = {PERIOD: (date(2026, 1, 1), date(2026, 1, 31))}
    found = Followed(chapters, cells, lambda _: found, lambda *_: Fraction(0), days, who)
    found.follow()
    return found


def test_what_a_pool_lacks_is_named() -> None:
    assert "the pool has no amount" in issues(pool(None))["components, row 2 (pool_amount)"]
    tables = pool()
    tables["components"][0]["measure"] = None
    assert "there is none" in issues(tables)["components, row 2 (measure)"]
    tables = funded(100)
    tables["components"][0]["pool_measure"] = None
    assert "no measure to look up" in issues(tables)["components, row 2 (pool_measure)"]
    tables = pool(share_by="salary")
    tables["plans"][0]["valuation"] = "period_end"
    assert "salary of one day" in issues(tables)["components, row 2 (share_by)"]


def test_a_measure_that_is_not_the_weight_is_named_as_not_used() -> None:
    assert "measure is not used" in issues(pool(share_by="days"))["components, row 2 (measure)"]


@pytest.mark.parametrize(("tables", "says"), [
    (pool(share={"A": 5, "B": -1}), "below 0"),
    (pool() | {"results": [result("A", 5, measure="points", period=PERIOD)]}, "no result points of .* B"),
])  # fmt: skip
def test_what_cannot_be_shared_is_refused(tables: Rows, says: str) -> None:
    with pytest.raises(CsmError, match=says):
        pay(tables, PERIOD)


def test_a_sound_pool_has_no_findings() -> None:
    assert issues(pool(pool_person_cap=4000)) == {} == issues(funded(110))
    assert one(pool(share={"A": 5}), PERIOD)["amount"] == 10000


def test_who_forfeits_is_told_so_where_the_others_are_at_the_cap() -> None:
    tables = pool(pool_person_cap=3000)
    tables["plans"][0]["must_be_employed"] = "period_end"
    tables["roster"][0]["leave_date"] = date(2026, 1, 20)
    lines = pay(tables, PERIOD)
    assert [line["amount"] for line in lines] == [0, 3000, 3000]
    assert "nobody has a weight" not in str(lines[0]["note"])
    told = steps(tables, "A", PERIOD)["Weight"]
    assert told[1] == "not eligible, so 0: the others share the pool"


def share_of(actual: float | None, tiers: Any = None, **more: Any) -> Rows:
    """A pool that the figure of a company's result gives."""
    tables = pool(more.pop("pool_amount", None), pool_measure="Expansion", **more)
    tables["tiers"] = [{"tier_id": "T", **row} for row in tiers or ()]
    tables["results"].append(result("company", actual, None, "Expansion", "company", PERIOD))
    return tables


def test_a_pool_is_a_share_of_a_result() -> None:
    assert amounts(share_of(100000, pool_rate=0.03)) == [1500, 900, 600]
    assert amounts(share_of(100000, pool_rate=0.03, pool_amount=2000)) == [1000, 600, 400]
    assert amounts(share_of(-100000, pool_rate=0.03)) == [0, 0, 0]
    assert amounts(share_of(0, pool_rate=0.03)) == [0, 0, 0]
    assert notes(share_of(None, pool_rate=0.03)) == ["missing actual, paid at 0"] * 3
    assert amounts(share_of(None, pool_rate=0.03)) == [0, 0, 0]


def test_tiers_give_the_amount_of_a_pool() -> None:
    steps_ = [{"from": 5, "rate": 1000, "mode": "fixed"}, {"from": 10, "rate": 2500}]
    assert [sum(amounts(share_of(x, steps_, tier_id="T"))) for x in (4.9, 5, 9.9, 10, 50)] == [
        0, 1000, 1000, 2500, 2500,
    ]  # fmt: skip
    lines = [{"from": 0, "to": 5, "rate": 0, "mode": "interpolated"}, {"from": 5, "to": 10, "rate": 1000}]
    assert [sum(amounts(share_of(x, lines, tier_id="T"))) for x in (5, 7.5, 10, 50)] == [0, 500, 1000, 1000]
    assert sum(amounts(share_of(50, steps_, tier_id="T", pool_amount=1800))) == 1800


def test_a_curve_in_the_measure_s_own_unit_gives_a_part_of_the_pool() -> None:
    tables = share_of(7.5, pool_amount=1000, curve_id="K", on="actual")
    points = ((5, 0.5), (10, 1))
    tables["curves"] = [{"curve_id": "K", "attainment": at, "payout": pays} for at, pays in points]
    assert amounts(tables) == [375, 225, 150]


@pytest.mark.parametrize(("more", "where", "words"), [
    ({"pool_rate": 0.03, "tier_id": "T"}, "tier_id", "would both fund the pool"),
    ({"pool_rate": 3}, "pool_rate", ""),
    ({"pool_rate": 0.03, "on": "actual"}, "on", "not a share of the pool amount"),
    ({}, "pool_amount", "the pool has no amount"),
])  # fmt: skip
def test_what_funds_a_pool_is_one_thing(more: Any, where: str, words: str) -> None:
    tables = share_of(100, [{"from": 0, "rate": 0.1}], **more)
    found = load_tables(raws(tables), component_types(), PAY_TABLES)[1]
    errors = [one for one in found if one.severity == "error" and one.where.endswith(f"({where})")]
    assert any(words in one.message for one in errors)


def test_each_step_of_a_pool_is_told_once() -> None:
    told = [row[0] for row in explain(raws(share_of(100000, pool_rate=0.03)), "C", PERIOD)]
    assert [told.count(name) for name in ("Figure of the pool", "Pool", "Share of the pool")] == [1, 1, 1]
    told = [row[0] for row in explain(raws(funded(110)), "C", PERIOD)]
    assert [told.count(name) for name in ("Attainment of the pool", "Pool")] == [1, 1]


def test_a_rate_of_no_measure_funds_nothing() -> None:
    assert "is not used" in issues(pool(pool_rate=0.03))["components, row 2 (pool_rate)"]
    tables = pool(None, tier_id="T")
    tables["tiers"] = [{"tier_id": "T", "from": 0, "rate": 0.1}]
    assert "there is no measure" in issues(tables)["components, row 2 (pool_measure)"]


def by_team(alpha: float | None, beta: float | None, **more: Any) -> Rows:
    """Two teams of two, each with a pool that its own result gives."""
    terms = {"pool_rate": 0.03, "pool_measure": "Expansion", **more}
    amount = terms.pop("pool_amount", None)
    tables = pool(amount, {"A": 5, "B": 3, "C": 1, "D": 1}, pool_scope="team", **terms)
    for at, row in enumerate(tables["roster"]):
        row["team"] = "Alpha" if at < 2 else "Beta"
    tables["results"] += [result(team, actual, None, "Expansion", "team", PERIOD)
                          for team, actual in (("Alpha", alpha), ("Beta", beta))]  # fmt: skip
    return tables


def test_each_team_shares_a_pool_that_its_own_result_gives() -> None:
    assert amounts(by_team(80000, 20000)) == [1500, 900, 300, 300]
    assert amounts(by_team(80000, 20000, pool_amount=1600)) == [1000, 600, 300, 300]
    assert amounts(by_team(80000, 20000, pool_person_cap=1200)) == [1200, 1200, 300, 300]
    assert amounts(by_team(-1, 0)) == [0, 0, 0, 0]
    assert issues(by_team(80000, 20000)) == {}


def test_a_missing_result_of_a_team_leaves_the_pools_of_the_others() -> None:
    assert amounts(by_team(None, 20000)) == [0, 0, 300, 300]
    assert notes(by_team(None, 20000)) == ["missing actual, paid at 0"] * 2 + [None] * 2


def test_a_team_s_pool_may_go_by_its_attainment_or_be_an_amount() -> None:
    tables = by_team(110, 90, pool_rate=None, pool_amount=1000)
    for row in tables["results"][-2:]:
        row["goal"] = 100
    assert amounts(tables) == [687.5, 412.5, 450, 450]
    assert [line["attainment"] for line in pay(tables, PERIOD)] == [1.1, 1.1, 0.9, 0.9]
    tables = by_team(1, 1, pool_rate=None, pool_measure=None, pool_amount=1000)
    del tables["results"][-2:]
    assert amounts(tables) == [625, 375, 500, 500]


def test_who_changes_the_team_shares_the_pool_of_the_last_one() -> None:
    tables = by_team(80000, 20000)
    tables["changes"] = [{"employee_id": "B", "from": date(2026, 1, 20), "team": "Beta"}]
    assert amounts(tables) == [2400, 360, 120, 120]


def test_a_team_s_pool_is_explained_with_those_who_share_it() -> None:
    tables = by_team(80000, 20000)
    assert steps(tables, "B", PERIOD)["Share of the pool"][2:4] == ["2400 × 3 / 8", 900]
    assert steps(tables, "B", PERIOD)["Figure of the pool"][1].startswith("team's Expansion")
    for who in "ABCD":
        assert followed(tables, who).counts["line:pool"] == 1


def test_without_a_team_there_is_no_pool_to_share() -> None:
    tables = by_team(1, 1, pool_rate=None, pool_measure=None, pool_amount=1000)
    del tables["results"][-2:]
    tables["roster"][0]["team"] = None
    with pytest.raises(CsmError, match="A has no team, and each team shares a pool of its own"):
        pay(tables, PERIOD)


@pytest.mark.parametrize("tiered", [False, True])
def test_one_person_alone_is_paid_a_share_of_a_pool_without_an_amount(tiered: bool) -> None:
    tiers = [{"from": 0, "rate": 0.03}] if tiered else None
    tables = share_of(100000, tiers, **({"tier_id": "T"} if tiered else {"pool_rate": 0.03}))
    alone = Payroll.load(raws(tables), PERIOD, people=["C"])
    assert [line["amount"] for line in alone.pay(PERIOD).dicts() if line["employee_id"] == "C"] == [600]
    assert steps(tables, "C", PERIOD)["Share of the pool"][2:4] == ["3000 × 2 / 10", 600]


def test_a_pool_without_an_amount_is_of_one_currency() -> None:
    tables = share_of(100000, pool_rate=0.03)
    tables["roster"][0]["currency"] = "EUR"
    assert "which cannot be added" in issues(tables)["components, row 2 (type)"]


def test_a_pool_without_an_amount_that_is_not_paid_out_is_named_without_one() -> None:
    tables = share_of(100000, pool_rate=0.03, pool_person_cap=500)
    loaded = load_tables(raws(tables), component_types(), PAY_TABLES)[0]
    said = list(capped_pools(loaded, [Payroll.load(raws(tables), PERIOD).pay(PERIOD)]))
    assert [one.message for one in said] == [
        "the pool of C of S pays 1,500.00 in 2026-01: everybody with a weight is at pool_person_cap"
    ]


@pytest.mark.parametrize(("more", "words"), [
    ({"tier_id": "T"}, "the next tier does not start above this one"),
    ({"on": "actual", "pool_amount": 1000, "curve_id": "K"}, "curve"),
    ({"on": "actual", "pool_amount": 1000}, "not a share of the pool amount"),
])  # fmt: skip
def test_what_funds_a_pool_and_is_typed_wrong_is_named(more: Any, words: str) -> None:
    tables = share_of(100000, [{"from": 10, "rate": 0.03}, {"from": 5, "rate": 0.1}], **more)
    tables["curves"] = [{"curve_id": "K", "attainment": at, "payout": 1} for at in (5, 3)]
    with pytest.raises(CsmError, match=words):
        pay(tables, PERIOD)
