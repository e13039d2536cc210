"""Tiers that another amount finds than the one that is paid: a measure, the team, a figure of each deal."""

from __future__ import annotations

from datetime import date

import pytest
from deal_company import deal, follow, sales
from small_company import issues, one, pay, result, steps

from csm_xl.errors import CsmError

STEPS = [(0, 0.05), (100000, 0.08)]
MARGINS = [(0, 0), (0.2, 0.07), (0.3, 0.1)]
YEARS = [(1, 0.1), (2, 0.05), (3, 0.02)]


def by_measure(actual, **more):
    tables = sales(tiers=STEPS, tier_measure="Total sales", **more)
    tables["deals"] = [deal("D1", 70000)]
    tables["results"] = [result("E0001", actual, measure="Total sales", period="2026-01")]
    return tables


def test_a_measure_of_results_finds_the_tier():
    tables = by_measure(120000)
    assert not issues(tables)
    line = one(tables, "2026-01")
    assert (line["amount"], line["actual"], line["goal"]) == (5600, 70000, None)
    assert steps(tables, period="2026-01")["Tier amount"][3] == 120000
    assert steps(tables, period="2026-01")["Commission"][2] == "70000 × 0.08"
    follow(tables)


def test_a_tier_is_reached_on_its_bound_and_with_tie_lower_above_it():
    tables = by_measure(100000)
    assert one(tables, "2026-01")["amount"] == 5600
    tables["tiers"][0]["tie"] = "lower"
    assert one(tables, "2026-01")["amount"] == 3500
    tables["results"][0]["actual"] = 100000.01
    assert one(tables, "2026-01")["amount"] == 5600


def test_strict_tiers_begin_above_their_bound():
    tables = sales(tiers=STEPS)
    tables["deals"] = [deal("D1", 100000)]
    assert one(tables, "2026-01")["amount"] == 8000
    tables["tiers"][0]["strict"] = True
    assert not issues(tables)
    assert one(tables, "2026-01")["amount"] == 5000
    assert "above 100000: 0.08" in steps(tables, period="2026-01")["Commission"][1]
    follow(tables)
    tables["tiers"][0]["strict"], tables["tiers"][1]["strict"] = None, True
    assert "T has another strict in its first row" in issues(tables)["tiers, row 3 (strict)"]


def test_marginal_tiers_pay_the_mean_rate_of_the_slices():
    tables = by_measure(120000)
    tables["tiers"][0]["mode"] = "marginal"
    assert one(tables, "2026-01")["amount"] == 70000 * 0.055
    follow(tables)
    tables["results"][0]["actual"] = 0
    assert one(tables, "2026-01")["amount"] == 3500
    tables["tiers"][0]["from"] = 10
    assert one(tables, "2026-01")["amount"] == 0


def test_interpolated_tiers_pay_each_unit_its_part_of_what_the_tier_amount_earns():
    tables = by_measure(120000)
    tables["tiers"] = [{"tier_id": "T", "from": 0, "to": 100000, "rate": 6000, "mode": "interpolated"},
                       {"tier_id": "T", "from": 100000, "to": 200000, "rate": 9000}]  # fmt: skip
    assert one(tables, "2026-01")["amount"] == 7800 * 70000 / 120000
    follow(tables)


def test_the_end_of_the_last_whole_tier_ends_what_is_earned():
    tables = by_measure(200000)
    tables["tiers"][1]["to"] = 160000
    assert one(tables, "2026-01")["amount"] == 70000 * 0.08 * 0.8
    follow(tables)


def test_a_missing_actual_pays_nothing_and_says_so():
    line = one(by_measure(None), "2026-01")
    assert line["amount"] == 0 and "missing actual" in line["note"]
    follow(by_measure(None))


def test_a_measure_without_a_row_is_an_error():
    tables = by_measure(1)
    tables["results"] = []
    with pytest.raises(CsmError, match="no result Total sales of individual E0001"):
        pay(tables, "2026-01")


def test_bounds_may_be_multiples_of_the_goal_of_the_measure():
    tables = sales("E1", "E2", tiers=[(0, 0.05), (1, 0.06)], tier_measure="Region", tier_scope="team")
    tables["tiers"][0]["on"] = "attainment"
    tables["results"] = [result("T1", 260000, 250000, "Region", "team", "2026-01")]
    tables["deals"] = [deal("D1", 90000, "E1")]
    assert not issues(tables)
    first, second = pay(tables, "2026-01")
    assert (first["amount"], second["amount"]) == (5400, 0)
    assert first["attainment"] == pytest.approx(1.04) and first["goal"] is None
    follow(tables, "E1")


def test_retention_from_accounts_finds_the_rate_of_expansion():
    tables = sales(tiers=[(0, 0.02), (0.9, 0.05)], tier_measure="GRR")
    tables["accounts"] = [{"period": "2026-01", "account_id": name, "employee_id": "E0001", "start": 100000,
                           "end": end} for name, end in (("A", 100000), ("B", 80000))]  # fmt: skip
    tables["deals"] = [deal("D1", 10000)]
    assert one(tables, "2026-01")["amount"] == 500
    follow(tables)
    tables["accounts"][1]["end"] = 79999.99
    assert one(tables, "2026-01")["amount"] == 200


def test_credits_of_every_kind_find_the_tier():
    tables = sales(tiers=STEPS, tier_measure="deals", deal_kinds="recurring", credit_role="csm")
    tables["deals"] = [
        deal("D1", 70000, kind="Recurring"),
        deal("D2", 20000, kind="hardware"),
        deal("D3", 40000, None, kind="services"),
        deal("D4", 5000, day=date(2026, 2, 1), kind="hardware"),
    ]
    tables["credits"] = [{"deal_id": "D3", "employee_id": "E0001", "role": role, "share": 0.25}
                         for role in ("csm", "am")]  # fmt: skip
    assert one(tables, "2026-01")["amount"] == 5600
    follow(tables)
    assert not [found for found in issues(tables).values() if "kind" in found]
    tables["credits"][0]["share"] = 0.24999
    assert one(tables, "2026-01")["amount"] == 3500


def test_what_the_team_sold_finds_the_tier_of_each():
    tables = sales("E1", "E2", "E3", tiers=[(0, 0.05), (200000, 0.06)], tier_scope="team")
    tables["roster"][2]["team"] = "T2"
    tables["deals"] = [deal("D1", 90000, "E1"), deal("D2", 110000, "E2"), deal("D3", 190000, "E3")]
    assert not issues(tables)
    assert [line["amount"] for line in pay(tables, "2026-01")] == [5400, 6600, 9500]
    follow(tables, "E1")
    tables["components"][0]["tier_scope"] = "company"
    assert [line["amount"] for line in pay(tables, "2026-01")] == [5400, 6600, 11400]
    follow(tables, "E3")


def test_a_deal_counts_for_the_team_that_its_person_is_on_that_day():
    tables = sales("E1", "E2", tiers=[(0, 0.05), (200000, 0.06)], tier_scope="team")
    tables["changes"] = [{"employee_id": "E2", "from": date(2026, 1, 16), "team": "T2"}]
    tables["deals"] = [deal("D1", 90000, "E1"), deal("D2", 110000, "E2", date(2026, 1, 15))]
    assert [line["amount"] for line in pay(tables, "2026-01")] == [5400, 5500]
    tables["deals"][1]["date"] = date(2026, 1, 16)
    assert [line["amount"] for line in pay(tables, "2026-01")] == [4500, 5500]


def test_a_team_of_two_currencies_has_no_total():
    tables = sales("E1", "E2", tiers=STEPS, tier_scope="team")
    for row, code in zip(tables["roster"], ("USD", "EUR"), strict=True):
        row["currency"] = code
    tables["deals"] = [deal("D1", 90000, "E1"), deal("D2", 110000, "E2")]
    with pytest.raises(CsmError, match="paid in EUR and USD"):
        pay(tables, "2026-01")


def test_the_goal_of_a_team_scales_the_bounds_of_what_the_team_sold():
    tables = sales("E1", "E2", tiers=[(0, 0.05), (1, 0.06)], tier_scope="team", measure="Quota")
    tables["tiers"][0]["on"] = "attainment"
    tables["results"] = [result("T1", None, 200000, "Quota", "team", "2026-01")]
    tables["deals"] = [deal("D1", 90000, "E1"), deal("D2", 110000, "E2")]
    assert not [found for found in issues(tables).values() if not found.startswith("note")]
    assert [line["amount"] for line in pay(tables, "2026-01")] == [5400, 6600]
    follow(tables, "E2")


def test_each_version_pays_its_own_deals_at_the_rate_of_the_whole_period():
    tables = sales(tiers=STEPS, tier_measure="Total sales")
    tables["components"].append(tables["components"][0] | {"valid_from": date(2026, 1, 15), "tier_id": "U"})
    tables["tiers"] += [{"tier_id": "U", "from": 0, "rate": 0.06, "mode": "whole"},
                        {"tier_id": "U", "from": 110000, "rate": 0.1}]  # fmt: skip
    tables["results"] = [result("E0001", 120000, measure="Total sales", period="2026-01")]
    tables["deals"] = [deal("D1", 10000, day=date(2026, 1, 14)), deal("D2", 10000, day=date(2026, 1, 15))]
    assert one(tables, "2026-01")["amount"] == 800 + 1000
    follow(tables)


def test_shared_deals_of_a_team_count_by_their_shares():
    tables = sales("E1", "E2", "E3", tiers=[(0, 0.05), (100000, 0.06)], tier_scope="team")
    tables["roster"][2]["team"] = "T2"
    tables["deals"] = [deal("D1", 150000, None), deal("D2", 50000, "E1")]
    tables["credits"] = [{"deal_id": "D1", "employee_id": who, "share": 0.333333333333}
                         for who in ("E1", "E2", "E3")]  # fmt: skip
    assert [line["amount"] for line in pay(tables, "2026-01")] == [6000, 3000, 2500]
    follow(tables, "E2")


def test_a_total_below_0_finds_the_lowest_tier():
    tables = by_measure(-120000)
    assert one(tables, "2026-01")["amount"] == 3500
    follow(tables)


# ---- figures of deals -----------------------------------------------------------------------------


def test_margin_finds_the_rate_of_each_deal():
    tables = sales(tiers=MARGINS, tier_measure="margin", fixed_amount=10)
    tables["deals"] = [
        deal(f"D{at}", 10000, margin=margin) for at, margin in enumerate((0.3, "29.99%", 0.1, -0.2))
    ]
    assert not issues(tables)
    assert one(tables, "2026-01")["amount"] == 1000 + 700 + 0 + 0 + 40
    follow(tables)


def test_term_finds_the_rate_of_each_deal():
    tables = sales(tiers=[(0, 0.02), (12, 0.03), (36, 0.05)], tier_measure="term")
    tables["deals"] = [deal(f"D{at}", 10000, term=term) for at, term in enumerate((6, 12, 36))]
    assert one(tables, "2026-01")["amount"] == 200 + 300 + 500
    follow(tables)


def test_a_component_pays_the_products_that_it_names():
    tables = sales(rate=0.05, deal_products="Platform, add on")
    tables["deals"] = [deal("D1", 1000, product="platform"), deal("D2", 1000, product="Add-on"),
                       deal("D3", 1000, product="Training"), deal("D4", 1000)]  # fmt: skip
    assert one(tables, "2026-01")["amount"] == 100
    follow(tables)


def test_a_deal_without_the_figure_is_an_error_with_its_cell():
    tables = sales(tiers=MARGINS, tier_measure="margin")
    tables["deals"] = [deal("D1", 10000, margin=0.3), deal("D2", 10000)]
    with pytest.raises(CsmError) as caught:
        pay(tables, "2026-01")
    (issue,) = caught.value.issues
    assert issue.where == "deals, row 3 (margin)" and "deal D2 has no margin" in issue.message
    assert pay(tables, "2026-02")[0]["amount"] == 0


def test_the_first_day_of_a_customer_may_be_in_accounts():
    tables = sales(tiers=YEARS, tier_measure="customer_year")
    tables["accounts"] = [{"period": "2026-01", "account_id": "Larch", "employee_id": "E0001", "start": 1000,
                           "end": 1000, "customer_start": date(2024, 1, 31)}]  # fmt: skip
    tables["deals"] = [deal("D1", 10000, day=date(2026, 1, 30), account_id="Larch"),
                       deal("D2", 10000, day=date(2026, 1, 31), account_id="Larch")]  # fmt: skip
    assert not issues(tables)
    assert one(tables, "2026-01")["amount"] == 500 + 200
    follow(tables)
    tables["deals"][1] |= {"customer_start": date(2024, 2, 1)}
    assert issues(tables)["deals, row 3 (customer_start)"].startswith("error: the customer Larch begins on")


def test_the_day_that_credits_a_deal_is_the_day_of_the_customers_year():
    tables = sales(tiers=YEARS, tier_measure="customer_year", credit_date="effective")
    tables["deals"] = [deal("D1", 10000, effective_date=date(2026, 1, 20), customer_start=date(2025, 1, 20),
                            day=date(2025, 12, 1))]  # fmt: skip
    assert one(tables, "2026-01")["amount"] == 500


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (None, "deal D1 has no customer_start"),
        (date(2026, 1, 16), "before the customer's first day, 2026-01-16"),
    ],
)
def test_a_deal_without_a_year_of_its_customer_is_refused(start, words):
    tables = sales(tiers=YEARS, tier_measure="customer_year")
    tables["deals"] = [deal("D1", 10000, customer_start=start)]
    with pytest.raises(CsmError, match=words):
        pay(tables, "2026-01")


# ---- what is refused ------------------------------------------------------------------------------


def refused(**component):
    tables = sales(tiers=component.pop("tiers", STEPS), mode=component.pop("mode", "whole"), **component)
    tables["deals"] = [deal("D1", 10000, margin=0.3, customer_start=date(2025, 1, 1))]
    tables["results"] = [result("E0001", 1, 1, measure="Total sales", period="2026-01")]
    return {where: text for where, text in issues(tables).items() if text.startswith("error")}


CUMULATIVE = "components, row 2 (cumulative)"
BY_MARGIN = {"tier_measure": "margin", "tiers": MARGINS}
BY_YEAR = {"tier_measure": "customer_year"}


@pytest.mark.parametrize(
    ("component", "where", "words"),
    [
        ({"tier_measure": "Total sales", "cumulative": "ytd_sum"}, CUMULATIVE, "two ways"),
        ({"tier_scope": "team", "tier_basis": "deal"}, "components, row 2 (tier_basis)", "the team sold"),
        (BY_MARGIN | {"mode": "marginal"}, "components, row 2 (tier_measure)", "are marginal"),
        (BY_MARGIN | {"tier_scope": "team"}, "components, row 2 (tier_scope)", "its own margin"),
        (BY_MARGIN | {"tiers": [(0, 0), (30, 0.1)]}, "tiers, row 3 (from)", "30 is 3,000%"),
        (BY_YEAR | {"tiers": [(0, 0.1), (1, 0.05)]}, "tiers, row 2 (from)", "not such a year"),
        (BY_YEAR | {"tiers": [(1, 0.1), (1.5, 0.05)]}, "tiers, row 3 (from)", "1.5"),
    ],
)  # fmt: skip
def test_what_can_be_read_two_ways_or_not_at_all_is_refused(component, where, words):
    found = refused(**component)
    assert list(found) == [where] and words in found[where]


def test_a_figure_of_deals_has_no_goal():
    tables = sales(tiers=MARGINS, tier_measure="margin")
    tables["tiers"][0]["on"] = "attainment"
    found = issues(tables)["components, row 2 (tier_measure)"]
    assert found.startswith("error") and "has no goal" in found


def test_a_measure_with_the_name_of_a_figure_of_deals_is_refused():
    for measure, actual in (("margin", 0.3), ("deals", 5)):
        tables = sales(tiers=MARGINS, tier_measure=measure)
        tables["results"] = [result("E0001", actual, measure=measure, period="2026-01")]
        found = issues(tables)["components, row 2 (tier_measure)"]
        assert found.startswith("error: it can be read two ways")


def test_a_tier_measure_without_tiers_is_named_as_not_used():
    tables = sales(rate=0.05, tier_measure="margin", tier_scope="team")
    tables["deals"] = [deal("D1", 10000, margin=0.3)]
    found = issues(tables)
    assert "tier_measure is not used" in found["components, row 2 (tier_measure)"]
    assert "tier_scope is not used" in found["components, row 2 (tier_scope)"]


# ---- kinds in the user's words --------------------------------------------------------------------


def test_any_word_is_a_kind_of_deal():
    tables = sales(rate=0.1, deal_kinds="Land & Expand; Co-Term")
    tables["deals"] = [deal("D1", 1000, kind="land & expand"), deal("D2", 100, kind="co term")]
    assert not issues(tables)
    assert one(tables, "2026-01")["amount"] == 110


def test_a_kind_that_no_component_asks_for_is_named():
    tables = sales(rate=0.1, deal_kinds="renew")
    tables["deals"] = [deal("D1", 1000, kind="renew"), deal("D2", 100, kind="new")]
    assert issues(tables) == {"deals, row 3 (kind)": "note: no component pays deals of the kind new"}


@pytest.mark.parametrize(("column", "parameter"), [("kind", "deal_kinds"), ("product", "deal_products")])
def test_a_misspelled_kind_or_product_is_refused(column, parameter):
    tables = sales(rate=0.1, **{parameter: "Expansions, tier 1"})
    tables["deals"] = [deal("D1", 1000, **{column: "Expansoins"}), deal("D2", 10, **{column: "tier 2"})]
    found = issues(tables)
    assert f"no component pays deals of the {column} 'expansoins'" in found[f"deals, row 2 ({column})"]
    assert [where for where, text in found.items() if text.startswith("error")] == [
        f"deals, row 2 ({column})"
    ]
