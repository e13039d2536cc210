"""Credits that roll up to managers, paid by the engine against fractions."""

import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import oracle
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import signed_money

sys.path.append(str(Path(__file__).parents[1] / "engine"))
from deal_company import deal, sales
from small_company import pay

NAMES = ("E0", "E1", "E2", "E3")
WAYS = (("reports",), ("all_reports",), ("own", "reports"), ("own", "all_reports"))


@st.composite
def companies(draw):
    """Managers of January, those from the 16th on (never in a circle), and deals of the month."""
    managers = [[draw(st.sampled_from([None, *NAMES[:at]])) for at in range(4)] for _ in range(2)]
    deals = [(draw(signed_money), date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 30))),
              draw(st.sampled_from(NAMES)), draw(st.sampled_from([Fraction(1), Fraction(1, 2)])))
             for _ in range(draw(st.integers(1, 5)))]  # fmt: skip
    return managers, deals, draw(st.sampled_from(WAYS))


def counts(who, seller, managers, ways):
    """How often a credit of the seller counts for somebody."""
    above, at = [], seller
    while (at := managers[NAMES.index(at)]) is not None:
        above.append(at)
    found = int("own" in ways and who == seller)
    return found + int(who in (above if "all_reports" in ways else above[:1]))


@given(companies())
@examples(100)
def test_what_rolls_up_is_what_fractions_say(made):
    managers, deals, ways = made
    company = sales(*NAMES, rate=0.1, credit_from=", ".join(ways))
    company["changes"] = []
    for row, then, later in zip(company["roster"], *managers, strict=True):
        row["manager_id"] = then
        if later not in (None, then):
            company["changes"].append(
                {"employee_id": row["employee_id"], "from": date(2026, 1, 16), "manager_id": later}
            )
    if not any(manager for each in managers for manager in each):
        company["roster"][1]["manager_id"] = managers[0][1] = managers[1][1] = "E0"
    second = [later or then for then, later in zip(*managers, strict=True)]
    company["deals"] = [deal(f"D{at}", float(one[0]), None, one[1]) for at, one in enumerate(deals)]
    company["credits"] = [{"deal_id": f"D{at}", "employee_id": one[2], "share": float(one[3])}
                          for at, one in enumerate(deals)]  # fmt: skip
    for who, line in zip(NAMES, pay(company, "2026-01"), strict=True):
        total = sum((amount * share * counts(who, seller, managers[0] if day.day < 16 else second, ways)
                     for amount, day, seller, share in deals), Fraction(0))  # fmt: skip
        assert line["amount"] == float(oracle.half_away(oracle.half_away(total / 10, 9), 2)), who
