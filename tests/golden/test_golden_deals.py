"""Plans on deals as their documents say them, typed so and paid by the engine, to the cent."""

from datetime import date

from published import records
from typed import typed

from csm_xl.engine.run import run

RECORDS = records("published_deals.jsonl")
PLAN = [{"plan_id": "P", "model": "base_variable", "pay_period": "month", "target_basis": "amount"}]


def paid(period, **tables):
    """The amounts of a company whose tables are typed as rows of cells by name."""
    raws = typed({"plans": PLAN, **tables})
    return [line["amount"] for line in run(raws, period).dicts()]


def commission(**terms):
    return [{"plan_id": "P", "component_id": "commission", "type": "commission", **terms}]


def people(*who, **more):
    return [{"employee_id": one, "plan_id": "P", "base_salary": 60000, "hire_date": date(2022, 1, 8), **more}
            for one in who]  # fmt: skip


def tiers(steps, mode="whole"):
    return [{"tier_id": "T", "from": start, "rate": rate, "mode": mode if not at else None}
            for at, (start, rate) in enumerate(steps)]  # fmt: skip


def deal(name, amount, who="A", day=date(2026, 1, 20), **more):
    return {"deal_id": name, "date": day, "amount": amount, "employee_id": who, **more}


def test_every_example_is_paid():
    tests = [
        name.removeprefix("test_").split("_")[0]
        for name in globals()
        if name.startswith(("test_q", "test_w"))
    ]
    assert {name.upper() for name in tests} == set(RECORDS)


def test_q11_total_sales_find_the_tier_of_recurring_sales():
    given = RECORDS["Q11"]["inputs"]
    deals = [deal("D1", given["recurring"], kind="recurring"),
             deal("D2", given["total"] - given["recurring"], kind="hardware")]  # fmt: skip
    terms = {"tier_id": "T", "tier_measure": "deals", "deal_kinds": "recurring"}
    company = {"roster": people("A"), "tiers": tiers(given["tiers"])}
    assert paid("2026-01", components=commission(**terms), deals=deals, **company) == [
        RECORDS["Q11"]["expected"]
    ]
    terms["tier_measure"] = "Total sales"
    row = {
        "period": "2026-01",
        "scope": "individual",
        "id": "A",
        "measure": "Total sales",
        "actual": given["total"],
    }
    typed = paid("2026-01", components=commission(**terms), deals=deals[:1], results=[row], **company)
    assert typed == [RECORDS["Q11"]["expected"]]


def test_q12_the_territory_finds_the_tier_of_own_sales():
    given = RECORDS["Q12"]["inputs"]
    company = {"roster": people("A", "B", team="North"), "tiers": tiers(given["tiers"])}
    deals = [deal("D1", given["own"]), deal("D2", given["territory"] - given["own"], "B")]
    terms = {"tier_id": "T", "tier_scope": "team"}
    found = paid("2026-01", components=commission(**terms), deals=deals, **company)
    assert found[0] == RECORDS["Q12"]["expected"]
    row = {
        "period": "2026-01",
        "scope": "team",
        "id": "North",
        "measure": "Territory",
        "actual": given["territory"],
    }
    terms["tier_measure"] = "Territory"
    typed = paid("2026-01", components=commission(**terms), deals=deals, results=[row], **company)
    assert typed[0] == RECORDS["Q12"]["expected"]


def test_q13_the_margin_of_each_deal_finds_its_rate():
    given = RECORDS["Q13"]["inputs"]
    for margin, expected in zip(given["margins"], RECORDS["Q13"]["expected"], strict=True):
        deals = [deal("D1", given["amount"], margin=f"{margin:.0%}")]
        terms = commission(tier_id="T", tier_measure="margin", tier_basis="deal")
        found = paid(
            "2026-01", components=terms, roster=people("A"), tiers=tiers(given["tiers"]), deals=deals
        )
        assert found == [expected]


def test_q14_the_year_of_the_customer_finds_the_rate():
    given = RECORDS["Q14"]["inputs"]
    start = date.fromisoformat(given["start"])
    for day, expected in zip(
        map(date.fromisoformat, given["dates"]), RECORDS["Q14"]["expected"], strict=True
    ):
        deals = [deal("D1", given["amount"], day=day, customer_start=start)]
        terms = commission(tier_id="T", tier_measure="customer_year")
        found = paid(f"{day:%Y-%m}", components=terms, roster=people("A"), tiers=tiers(given["tiers"]),
                     deals=deals)  # fmt: skip
        assert found == [expected]


def collected(example, month, **terms):
    given = RECORDS[example]["inputs"]
    payments = [{"deal_id": "D1", "date": date.fromisoformat(day), "amount": amount}
                for day, amount in given["paid"]]  # fmt: skip
    tables = {"roster": people("A"), "deals": [deal("D1", given["amount"])], "payments": payments}
    if "tiers" in given:
        tables["tiers"] = tiers(given["tiers"], "marginal")
        terms["tier_id"] = "T"
    return paid(f"2026-{month:02}", components=commission(credit_date="payment", **terms), **tables)


def test_q15_each_invoice_earns_when_it_is_paid():
    rate = RECORDS["Q15"]["inputs"]["rate"]
    assert [*collected("Q15", 3, rate=rate), *collected("Q15", 5, rate=rate)] == RECORDS["Q15"]["expected"]
    assert collected("Q15", 1, rate=rate) == [0]


def test_q16_the_tiers_are_climbed_by_what_is_signed_or_by_what_is_paid():
    for ladder, expected in RECORDS["Q16"]["expected"].items():
        assert [collected("Q16", month, ladder_on=ladder)[0] for month in (3, 5)] == expected
    assert [collected("Q16", month)[0] for month in (3, 5)] == RECORDS["Q16"]["expected"]["booking"]


def test_w1_a_manager_is_paid_on_what_the_reports_sold():
    given, expected = RECORDS["W1"]["inputs"], RECORDS["W1"]["expected"]
    plans = [*PLAN, PLAN[0] | {"plan_id": "M"}]
    terms = [*commission(rate=given["rates"]["rep"]),
             {"plan_id": "M", "component_id": "override", "type": "commission", "credit_from": "reports",
              "rate": given["rates"]["manager"]}]  # fmt: skip
    roster = [*people(*given["sold"], manager_id="M"), *people("M")]
    roster[-1]["plan_id"] = "M"
    deals = [deal(f"D-{who}", amount, who) for who, amount in given["sold"].items()]
    found = paid("2026-01", plans=plans, components=terms, roster=roster, deals=deals)
    assert dict(zip([*given["sold"], "M"], found, strict=True)) == expected


def test_w2_the_deals_reach_the_quota():
    given = RECORDS["W2"]["inputs"]
    plan = PLAN[0] | {"pay_period": "quarter", "target_value": 4 * given["target"]}
    terms = [{"plan_id": "P", "component_id": "quota", "type": "metric", "weight": 1, "measure": "Bookings",
              "measure_from": "deals"}]  # fmt: skip
    goal = {"period": "2026-Q1", "scope": "individual", "id": "A", "measure": "Bookings", "actual": None,
            "goal": given["quota"]}  # fmt: skip
    deals = [deal(f"D{at}", amount) for at, amount in enumerate(given["sold"])]
    found = paid("2026-Q1", plans=[plan], components=terms, roster=people("A"), results=[goal], deals=deals)
    assert found == [RECORDS["W2"]["expected"]]
