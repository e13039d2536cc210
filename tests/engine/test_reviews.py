"""Reviews of salary within a person's year: merit, promotion, place, skills, by hand and by fractions."""

import random
from datetime import date
from fractions import Fraction

import pytest
from sweeps import swept
from test_person_year import company, raws, typed, years

from csm_xl.data import places
from csm_xl.engine.explain import explain
from csm_xl.engine.loading import load
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.functions import call

MATRIX = [("High", 0, 0.06), ("High", 1, 0.04), ("Met", 0, 0.03), ("Met", 1, 0.02)]


def reviewed(*reviews, **roster):
    given = company()
    del given["changes"]
    given["roster"][0] |= {"level": "L1", "location": "National"} | roster
    given["ranges"] = [{"level": "L1", "minimum": 60000, "maximum": 100000},
                       {"level": "L2", "minimum": 90000, "maximum": 130000}]  # fmt: skip
    given["merit_matrix"] = [
        {"rating": rating, "compa_ratio": band, "increase": increase} for rating, band, increase in MATRIX
    ]
    given["reviews"] = [{"employee_id": "E1", "from": date(2025, 7, 1)} | review for review in reviews]
    return given


def salaries(given):
    changes = load(raws(given))["changes"].columns
    return [
        pay for who, pay in zip(changes["employee_id"], changes["base_salary"], strict=True) if who == "E1"
    ]


def test_a_merit_review_is_that_of_the_worksheet_function_and_counts_in_base_pay():
    row = years(reviewed({"kind": "merit", "rating": "High"}))["E1"]
    assert row["base"] == 40000 + 41600  # half a year each: 80,000 is on the midpoint
    block = [[None, 0, 1], ["High", 0.06, 0.04], ["Met", 0.03, 0.02]]
    assert call("CSM_MERIT", 80000, "High", block, 60000, 100000)[0][0] == 83200


def test_what_merit_would_lift_above_the_range_is_paid_once():
    row = years(reviewed({"kind": "merit", "rating": "high", "addition": 0.01}, base_salary=98000))["E1"]
    assert (row["base"], row["other"]) == (49000 + 50000, 2900)  # 5% of 98,000 is 4,900; 2,000 fit


def test_total_comp_on_the_columns_gives_the_same_total():
    given = reviewed({"kind": "merit", "ratio": 0.033, "months": 7}, {"kind": "skill", "premium": 1234.56})
    for row in years(given).values():
        parts = (row[name] for name in ("base", "variable", "equity", "benefits", "other"))
        base, variable, *others = parts
        assert round(call("CSM_TOTALCOMP", base, variable, 1, *others), 9) == row["total"]


def test_one_after_the_other_on_one_day_whatever_their_rows():
    given = reviewed(
        {"kind": "skill", "ratio": 0.05, "premium": 1000, "premium_cap": 5000},
        {"kind": "geography", "location": "Boston"},
        {"kind": "promotion", "ratio": 0.08, "level": "L2"},
        {"kind": "merit", "rating": "Met", "budget_scale": 0.5},
    )
    merit = 80000 * Fraction("1.01")
    promoted = max(merit * Fraction("1.08"), 90000)
    moved = round(promoted * places.labour("Boston"), 2)
    expected = [merit, promoted, moved, moved + 5000]
    assert salaries(given) == [float(each) for each in expected]
    # The new level is what the next review is judged by.
    given["reviews"].append(
        {"employee_id": "E1", "from": date(2025, 10, 1), "kind": "merit", "rating": "High"}
    )
    assert typed(salaries(given)[-1]) == _cent((moved + 5000) * Fraction("1.04"))


@pytest.mark.parametrize("seed", swept(range(8)))
def test_against_fractions(seed):
    rng = random.Random(seed)
    salary = Fraction(rng.randint(40000_00, 99000_00), 100)
    ratio, premium = Fraction(rng.randint(0, 300), 3000).limit_denominator(1000), rng.randint(0, 900000)
    months, scale = rng.randint(0, 12), Fraction(rng.randint(0, 150), 100)
    earned = salary * ratio * scale * months / 12
    raised = _cent(salary + min(earned, max(100000 - salary, Fraction(0))))
    skilled = _cent(raised + raised * ratio + Fraction(premium, 100))
    given = reviewed(
        {"kind": "merit", "ratio": float(ratio), "months": months, "budget_scale": float(scale)},
        {"kind": "skill", "ratio": float(ratio), "premium": premium / 100},
        base_salary=float(salary),
    )
    assert [typed(each) for each in salaries(given)] == [raised, skilled]


def _cent(value):
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def test_places_by_a_table_of_ones_own_in_the_version_of_the_day():
    given = reviewed({"kind": "geography", "location": "West"})
    given["locations"] = [
        {"location": "National", "labour": 1, "valid_from": None},
        {"location": "west", "labour": 1.1, "valid_from": None},
        {"location": "West", "labour": 1.2, "valid_from": date(2025, 6, 1)},
    ]
    with pytest.raises(CsmError) as failed:  # two spellings of one place, both without end
        salaries(given)
    assert "overlapping" in str(failed.value)
    given["locations"][1]["location"] = "West"
    assert salaries(given) == [96000]
    given["locations"][2]["valid_from"] = date(2025, 8, 1)
    assert salaries(given) == [88000]


def test_targets_follow_and_explain_names_the_review():
    given = reviewed({"kind": "merit", "ratio": 0.1})
    given["plans"][0] |= {"target_basis": "ratio", "target_value": 0.1}
    given["components"].append({"plan_id": "P", "component_id": "N", "type": "metric", "weight": 1,
                                "measure": "NRR", "scope": "company"})  # fmt: skip
    given["results"] = [{"period": "2025-Q3", "scope": "company", "id": "company", "measure": "NRR",
                         "actual": 1, "goal": 1}]  # fmt: skip
    given["roster"] = given["roster"][:1]
    given["other_pay"], given["grants"], given["benefits"] = [], [], []
    del given["other_pay"], given["grants"], given["benefits"]
    lines = run(raws(given), "2025-Q3")
    assert lines.totals()[1][3] == 2200
    assert any(row[3] == 2200 for row in explain(raws(given), "E1", "2025-Q3")[1:])


@pytest.mark.parametrize(
    ("review", "where", "says"),
    [
        ({"kind": "merit"}, "(rating)", "needs it"),
        ({"kind": "merit", "rating": "Superb"}, "(rating)", "no such rating"),
        ({"kind": "promotion", "level": "L2"}, "(ratio)", "needs it"),
        ({"kind": "promotion", "ratio": 0.1, "level": "L9"}, "(level)", "no row of L9"),
        ({"kind": "geography"}, "(location)", "needs it"),
        ({"kind": "geography", "location": "Atlantis"}, "(location)", "no figures"),
        ({"kind": "skill", "skill": "German"}, "(ratio)", "neither"),
        ({"kind": "skill", "ratio": 0.1, "premium_cap": 0.5}, "(kind)", "money"),
        ({"kind": "bonus", "ratio": 0.1}, "(kind)", "merit, promotion"),
    ],
)
def test_what_a_review_lacks_is_told_at_its_cell(review, where, says):
    given = reviewed(review)
    tables = raws(given)
    with pytest.raises(CsmError) as failed:
        load(tables)
    (issue,) = failed.value.issues
    columns = next(table for table in tables if table.name == "tblReviews").rows[0]
    column = where.strip("()")
    place = f"Reviews!{chr(65 + columns.index(column))}2" if column in columns else "Reviews row 2"
    assert issue.where.startswith(place) and says in str(issue)


def test_every_bad_review_is_told_at_once_and_gaps_of_the_matrix():
    given = reviewed({"kind": "merit", "rating": "Met"}, {"kind": "geography"}, location=None)
    given["merit_matrix"].pop()
    with pytest.raises(CsmError) as failed:
        load(raws(given))
    assert len(failed.value.issues) == 2
    assert "no increase for Met from 1" in str(failed.value)
