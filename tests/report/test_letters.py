"""Plan letters: every plan of the cookbook has one, it holds one person's data, and its files are private."""

from __future__ import annotations

import io
import re
import stat
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from csm_xl.analysis.letter_pay.terms import year_terms
from csm_xl.engine.components import component_types
from csm_xl.engine.loading import load
from csm_xl.errors import CsmError
from csm_xl.plan.fingerprint import fingerprint, plan_fingerprint
from csm_xl.plan.schema import component_schema
from csm_xl.plan.schema.plans import GATES, PLANS
from csm_xl.plan.tables import Tables
from csm_xl.report.letters import component_words, plan_words
from csm_xl.report.letters.document import Bullets, Grid, Heading, Letter, Paragraph, Together
from csm_xl.report.letters.dollar_words import EARNING
from csm_xl.report.letters.files import write
from csm_xl.report.letters.letter import Letters
from csm_xl.report.letters.pdf import pdf
from csm_xl.report.letters.word import docx
from csm_xl.workbook.operations.refresh.sources import folder_tables
from csm_xl.workbook.sample import sample_of

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
from pages import Recipe, recipes

RECIPES = recipes()


WORD = find_spec("docx") is not None
needs_word = pytest.mark.skipif(not WORD, reason="needs the extra docx")


def said(letter: Letter) -> str:
    return "\n".join(letter.texts())


def sentences(letter: Letter) -> list[str]:
    return [item for block in letter.blocks if isinstance(block, Bullets) for item in block.items]


def of_recipe(recipe: Recipe, folder: Path, *, people: list[str] | None = None) -> Iterator[Letter]:
    for name, text in recipe.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    tables = load(folder_tables(folder))
    named = re.search(r"(20\d\d)", recipe.paid[0]["period"])
    year = 2023 if recipe.paid[0]["period"] == "FY23" else int(named[1]) if named else 2026
    terms = year_terms(tables, year, None, people)
    letters = Letters(tables, terms)
    yield from map(letters.of, terms)


def recipe(number: int) -> Recipe:
    return next(one for one in RECIPES if one.title.startswith(f"{number}. "))


@pytest.fixture(scope="module")
def starter() -> Tables:
    return load(sample_of("starter"))


@pytest.mark.parametrize("one", RECIPES, ids=str)
def test_every_plan_of_the_cookbook_has_a_letter(one: Recipe, tmp_path: Path) -> None:
    found = list(of_recipe(one, tmp_path))
    assert found
    for letter in found:
        heads = [block.text for block in letter.blocks if isinstance(block, Heading)]
        assert {"Your pay", "How your plan pays", "Joining, leaving, and leave", "Acknowledgment"} <= set(
            heads
        )
        assert "None" not in said(letter)
        assert "nan" not in said(letter)
    for letter in found[:1]:
        pages = PdfReader(io.BytesIO(pdf(letter))).pages
        text = "\n".join(page.extract_text() for page in pages)
        assert f"page 1 of {len(pages)}" in text
        assert letter.fingerprint in text
        if WORD:
            assert zipfile.is_zipfile(io.BytesIO(docx(letter)))


def test_every_field_of_a_plan_is_told_or_stated_to_be_elsewhere() -> None:
    told = [plan_words.PAYS, plan_words.CHANGES, plan_words.ELIGIBILITY, plan_words.ROUNDING]
    fields = frozenset[str]().union(*(rules.fields for rules in told))
    assert fields | plan_words.ELSEWHERE | plan_words.NOT_SHOWN == set(PLANS.names)
    assert not fields & (plan_words.ELSEWHERE | plan_words.NOT_SHOWN)


def test_every_field_of_a_component_is_told_or_in_its_heading() -> None:
    schema = component_schema(component_types())
    fields = component_words.SENTENCES.fields | EARNING.fields
    assert fields | component_words.ELSEWHERE == set(schema.names)
    assert not component_words.SENTENCES.fields & EARNING.fields
    # What a row of gates states is in a Gate, and a sentence tells each of its fields.
    assert set(GATES.names) - {"plan_id", "component_id"} == {
        "measure", "minimum", "join", "scope", "on", "direction", "strict", "span", "otherwise",
    }  # fmt: skip


def test_conditions_are_in_words(tmp_path: Path) -> None:
    (letter,) = of_recipe(recipe(44), tmp_path)
    expected = (
        "Condition: either your own Bookings attainment must be at least 100% or your own Bookings attainment"
        " of the plan year to date must be at least 100%. Otherwise this component pays nothing."
    )
    assert expected in sentences(letter)


def test_the_table_of_a_component_shows_what_is_just_below_its_threshold(tmp_path: Path) -> None:
    letter = next(of_recipe(recipe(2), tmp_path))
    (both,) = [block for block in letter.blocks if isinstance(block, Together)]
    rows = both.left.rows
    assert list(rows[0]) == ["Attainment", "Payout", "2026-Q1 (USD)", "Plan year 2026 (USD)"]
    assert list(rows[1]) == ["just below 75%", "0%", "0.00", "0.00"]
    assert list(rows[2]) == ["75%", "50%", "5,000.00", "20,000.00"]
    assert list(rows[-1]) == ["150%", "300%", "30,000.00", "120,000.00"]


def test_known_goals_are_the_persons_own(tmp_path: Path) -> None:
    one = recipe(2)
    lines = one.files["results.csv"].splitlines()
    more = [line.replace("2026-Q1", "2026-Q2") for line in lines[1:]]
    files = one.files | {
        "results.csv": "\n".join([lines[0], *lines[1:], *more]).replace("E2,bookings,750000,1000000",
                                                                        "E2,bookings,750000,900000") + "\n",
        "targets.csv": "employee_id,component_id,from,goal\nE3,bookings,2026-04-01,1200000\n",
    }  # fmt: skip
    letters = of_recipe(Recipe(one.title, one.published, one.text, files, one.paid), tmp_path)
    found = {letter.employee_id: said(letter) for letter in letters}
    assert "Goals known so far: 2026-Q1 to 2026-Q2: 1,000,000." in found["E1"]
    assert "Goals known so far: 2026-Q1 to 2026-Q2: 900,000." in found["E2"]
    assert "Goals known so far: 2026-Q1: 1,000,000; 2026-Q2 to 2026-Q4: 1,200,000." in found["E3"]


def test_a_single_point_has_no_chart(tmp_path: Path) -> None:
    (letter,) = of_recipe(recipe(44), tmp_path)
    charted = [block.left.rows[0][0] for block in letter.blocks if isinstance(block, Together)]
    assert charted == ["Attainment"]  # of retention a chart would show a slope between two points as one


def test_draws_are_in_words(tmp_path: Path) -> None:
    letter = next(of_recipe(recipe(15), tmp_path))
    assert any(
        text.startswith("Draw: USD 1,500.00 for a full month is paid in advance.")
        for text in sentences(letter)
    )


def test_a_letter_holds_nobody_elses_data(starter: Tables) -> None:
    terms = year_terms(starter, 2026, None)
    letters = Letters(starter, terms)
    ids = starter["roster"].columns["employee_id"].tolist()
    managers = set(starter["roster"].columns["manager_id"].tolist())
    for one in terms:
        text = said(letters.of(one))
        assert one.employee_id in text
        others = [name for name in ids if name != one.employee_id and name not in managers]
        assert not [name for name in others if name in text]


def test_a_letter_is_the_same_alone_and_among_all(starter: Tables) -> None:
    every = year_terms(starter, 2026, None)
    (alone,) = year_terms(starter, 2026, None, ["E0002"])
    among = Letters(starter, every).of(next(one for one in every if one.employee_id == "E0002"))
    assert Letters(starter, [alone]).of(alone).blocks == among.blocks


@pytest.mark.parametrize("people", [2, 5])
def test_a_pool_of_few_people_is_not_shown_in_money(tmp_path: Path, people: int) -> None:
    one = recipe(22)
    rows = one.files["roster.csv"].splitlines()
    ids = [f"X{number}" for number in range(people)]
    more = [rows[0], *(f"{name},{rows[1].split(',', 1)[1]}" for name in ids)]
    changed = Recipe(
        one.title, one.published, one.text, one.files | {"roster.csv": "\n".join(more) + "\n"}, one.paid
    )
    changed.files.pop("results.csv", None)
    letter = next(of_recipe(changed, tmp_path))
    pool = next(text for text in sentences(letter) if ", a pool" in text)
    assert ("Its amount is not shown" in pool) == (people < 5)
    assert ("USD" in pool.split(" is shared")[0]) == (people >= 5)


def test_a_letter_says_whose_pool_it_is(tmp_path: Path) -> None:
    letter = next(of_recipe(recipe(61), tmp_path))
    pool = next(text for text in sentences(letter) if ", a pool" in text)
    assert "shared among everybody on the plan who is in your team by each person’s own Renewals" in pool
    assert "It is 3% of your team’s Expansion, at most its amount." in pool
    assert "Its amount is not shown" in pool  # four people are on the plan, two in the team


def test_a_letter_says_that_a_score_counts_in_a_composite(tmp_path: Path) -> None:
    one = recipe(49)
    plan = one.files["plan.toml"].replace('type = "metric"\nweight = 0.1\nmeasure = "Satisfaction"',
                                          'type = "goals"\nweight = 0.1')  # fmt: skip
    results = "\n".join(row for row in one.files["results.csv"].splitlines() if "Satisfaction" not in row)
    goals = "period,employee_id,goal,weight,score\n2026,E1,Onboarding,1,0.9\n"
    files = one.files | {"plan.toml": plan, "results.csv": results + "\n", "goals.csv": goals}
    letter = next(of_recipe(Recipe(one.title, one.published, one.text, files, one.paid), tmp_path))
    said_of_goals = next(text for text in sentences(letter) if "personal goals" in text)
    average = "The curve is read at the weighted average attainment of revenue, retention, and csat."
    assert f"The score is its attainment. {average}" in said_of_goals


def test_a_letter_says_of_which_span_the_cap_is(tmp_path: Path) -> None:
    text = sentences(next(of_recipe(recipe(50), tmp_path)))
    assert any("Before the quarter’s last month at most 100% of target is paid" in one for one in text)


def test_a_letter_says_that_the_accounts_give_the_goal(tmp_path: Path) -> None:
    (recipe,) = (one for one in RECIPES if one.published == "V10")
    (letter, _) = of_recipe(recipe, tmp_path)
    assert "The goal is the mean of the goals of your accounts, weighted by their revenue" in said(letter)
    assert "the actual itself" not in said(letter)


def test_an_example_of_tiers_that_count_deals_is_a_number_of_deals(tmp_path: Path) -> None:
    one = next(of_recipe(recipe(48), tmp_path))
    text = said(one)
    assert "Example: 8 credited deals in the month 2026-01 earn USD 950.00." in text  # 5 × 100 + 3 × 150
    assert "Example: a credited deal of USD 30,000.00 in the month 2026-01 earns USD 500.00." in text
    assert "Each deal earns the amount of the tier that it reaches." in text


@needs_word
def test_the_same_inputs_give_the_same_bytes(starter: Tables) -> None:
    (one,) = year_terms(starter, 2026, None, ["E0001"])
    first, second = (Letters(starter, [one]).of(one) for _ in range(2))
    assert pdf(first) == pdf(second)
    assert docx(first) == docx(second)
    assert pdf(first, "A4") != pdf(first, "Letter")


@needs_word
def test_word_and_pdf_show_the_same_words(starter: Tables) -> None:
    from docx import Document

    (one,) = year_terms(starter, 2026, None, ["E0001"])
    letter = Letters(starter, [one]).of(one)
    document = Document(io.BytesIO(docx(letter)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for block in letter.blocks:
        match block:
            case Bullets():
                assert all(item in text for item in block.items)
            case Paragraph() | Heading():
                assert block.text in text
            case Grid():
                assert all(cell in text for row in block.rows for cell in row)
            case Together():
                assert all(cell in text for row in block.left.rows for cell in row)


def test_part_years_and_dated_changes_are_named(tmp_path: Path) -> None:
    one = recipe(2)
    files = one.files | {
        "roster.csv": "employee_id,plan_id,base_salary,hire_date,leave_date\n"
        "E1,points,90000,2026-02-16,2026-11-30\n",
        "changes.csv": "employee_id,from,base_salary,fte\nE1,2026-07-01,95000,\nE1,2026-09-01,,0\n",
    }
    letter = next(of_recipe(Recipe(one.title, one.published, one.text, files, one.paid), tmp_path))
    dated = next(block for block in letter.blocks if isinstance(block, Grid) and "What" in block.rows[0])
    assert [list(row) for row in dated.rows[1:]] == [
        ["February 16, 2026", "First paid day"],
        ["July 1, 2026", "Base salary: USD 95,000.00"],
        ["September 1, 2026", "Unpaid leave begins (FTE 0%)"],
        ["November 30, 2026", "Last paid day"],
    ]
    assert letter.dated == date(2026, 2, 16)


@needs_word
def test_files_are_private_and_never_replaced_by_chance(starter: Tables, tmp_path: Path) -> None:
    out = tmp_path / "letters"
    done = write(starter, out, period="2026", people=["E0001", "E0002"], word=True)
    assert [one.path.name for one in done] == ["plan_2026_E0001.pdf", "plan_2026_E0002.pdf"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    with pytest.raises(CsmError, match="the plan letter already exists"):
        write(starter, out, period="2026", people=["E0002"])
    write(starter, out, period="2026", people=["E0002"], force=True)


def test_a_plans_fingerprint_is_its_own(tmp_path: Path, starter: Tables) -> None:
    for name, text in recipe(2).files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    alone = load(folder_tables(tmp_path))
    assert plan_fingerprint(alone, "points") == fingerprint(alone)
    assert plan_fingerprint(starter, "starter") != plan_fingerprint(starter, "starter_am")
    changed: Any = Tables(starter.types, starter)
    rows = [
        row for row in range(starter["plans"].rows) if starter["plans"].columns["plan_id"][row] == "starter"
    ]
    changed["plans"] = starter["plans"].take(rows)
    assert plan_fingerprint(changed, "starter") == plan_fingerprint(starter, "starter")


def test_a_curve_of_many_points_and_long_texts_flow_over_pages(tmp_path: Path) -> None:
    one = recipe(6)
    points = ", ".join(f"[{number / 100}, {number / 100}]" for number in range(50, 170))
    plan = one.files["plan.toml"].replace('type = "goals"', 'type = "goals"\ncurve_id = "many"')
    files = one.files | {
        "plan.toml": f'{plan}\n[[curves]]\ncurve_id = "many"\npoints = [{points}]\n',
        "goals.csv": one.files["goals.csv"].replace("Onboarding playbook", "Onboarding playbook " * 400),
    }
    letter = next(of_recipe(Recipe(one.title, one.published, one.text, files, one.paid), tmp_path))
    assert any("the table shows the 118 points in between" in text for text in sentences(letter))
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(letter))).pages)
    assert text.count("playbook") == 400
    assert "168%" in text


def test_who_moves_to_another_plan_sees_the_days_on_this_one(tmp_path: Path) -> None:
    one = recipe(2)
    second = one.files["plan.toml"].replace('"points"', '"second"').partition("[[curves]]")[0]
    files = one.files | {
        "plan.toml": one.files["plan.toml"] + second,
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,points,73000,2023-01-09\n",
        "changes.csv": "employee_id,from,plan_id\nE1,2026-04-01,second\n",
    }
    letter = next(of_recipe(Recipe(one.title, one.published, one.text, files, one.paid), tmp_path))
    pay = next(block for block in letter.blocks if isinstance(block, Grid))
    assert pay.rows[0][2] == "Plan year 2026, days on this plan (USD)"
    assert [row[2] for row in pay.rows[1:]] == ["18,250.00", "10,000.00", "28,250.00"]
    later = load(folder_tables(tmp_path))
    (terms,) = year_terms(later, None, date(2026, 5, 1).toordinal())
    assert (terms.plan.plan_id, terms.moves) == ("second", True)


def test_amounts_are_in_the_persons_currency(tmp_path: Path) -> None:
    one = recipe(2)
    roster = "employee_id,plan_id,base_salary,hire_date,currency\nE1,points,90000,2023-01-09,EUR\n"
    files = one.files | {"roster.csv": roster}
    letter = next(of_recipe(Recipe(one.title, one.published, one.text, files, one.paid), tmp_path))
    assert "USD" not in said(letter)
    assert "Plan year 2026 (EUR)" in said(letter)


NAMED = """
[[plans]]
plan_id = "csm"
model = "base_variable"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.2
[[components]]
plan_id = "csm"
component_id = "nrr"
type = "metric"
weight = 1
measure = "NRR"
[company]
company_name = "Sample Co"
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date,first_name,last_name\nE1,csm,90000,2023-01-09,Sample,01\n"


@needs_word
@pytest.mark.parametrize("shown", [True, False])
def test_names_are_on_letters_unless_outputs_name_nobody(tmp_path: Path, shown: bool) -> None:
    (tmp_path / "plan.toml").write_text(f"{NAMED}names_on_outputs = {str(shown).lower()}\n")
    (tmp_path / "roster.csv").write_text(ROSTER)
    done = write(load(folder_tables(tmp_path)), tmp_path / "out", period="2026", word=True)[0]
    assert done.word
    pages = "".join(page.extract_text() for page in PdfReader(done.path).pages)
    with zipfile.ZipFile(done.word) as archive:
        word = "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    for text in (pages, word):
        assert "Sample Co" in text
        assert ("Sample 01" in text) == shown
        assert "E1" in text


SHARE = """[[components]]
plan_id = "csm"
component_id = "share"
type = "result_share"
measure = "Net new ARR"
scope = "company"
rate = 0.0005
"""


@pytest.mark.parametrize(
    ("of_plan", "of_component", "says"),
    [
        ("round_award = 100\n", "", "your payout of a period is rounded down to the next USD 100.00"),
        ("", "round_award = 50\n", "Its payout of a quarter is rounded down to the next USD 50.00"),
    ],
)
def test_shares_of_a_result_and_rounded_payouts_are_said_in_words(
    tmp_path: Path, of_plan: str, of_component: str, says: str
) -> None:
    terms = f'target_value = 0.2\nround_award_mode = "down"\n{of_plan}'
    text = NAMED.replace("target_value = 0.2\n", terms).replace(
        "[company]", f"{SHARE}{of_component}[company]"
    )
    (tmp_path / "plan.toml").write_text(text)
    (tmp_path / "roster.csv").write_text(ROSTER + "E2,csm,90000,2023-01-09,Sample,02\n")
    own = "employee_id,component_id,from,rate\nE2,share,2026-01-01,0.001\n"
    (tmp_path / "targets.csv").write_text(own)
    tables = load(folder_tables(tmp_path))
    years = year_terms(tables, 2026, None)
    letters = Letters(tables, years)
    mine, other = (said(letters.of(one)) for one in years)
    assert says in mine
    assert "It pays 0.05% of the company’s Net new ARR; for part of a quarter, by days" in mine
    assert "It pays 0.1% of the company’s Net new ARR" in other
