"""One column a measure, such as "NRR %" and "NRR % Goal": proposed as individual results, never guessed."""

from pathlib import Path

import pytest
from mapping import KNOWN, only

from csm_xl.intake.column_answers import Around
from csm_xl.intake.proposal import Proposal, completed
from csm_xl.intake.sources_writing import source_text
from csm_xl.intake.tables_of_files import Found, tables_of_file

INDIVIDUAL = frozenset({"individual"})
MEASURES = {"NRR": INDIVIDUAL, "CSAT": INDIVIDUAL, "Onboarding": INDIVIDUAL}
HEADER = (
    "Worker ID,CSM,Region,NRR %,NRR % Goal,GRR %,GRR % Goal,CSAT score,CSAT Target,ONBOARDING,Onboarding_goal"
)
SCORES = HEADER + (
    '\n001,"One, Sample",East,108.7,104,97.1,92,4.45,4.5,88,90\n'
    '002,"Two, Sample",West,,104,91.0,92,4.1,4.5,,\n'
)


def found_in(folder: Path, text: str, measures: dict[str, frozenset[str]], period: str = "2026-Q1") -> Found:
    path = folder / "scores.csv"
    path.write_text(text, encoding="utf-8")
    around = Around(("csm",), frozenset({"USD"}), (), (), measures, (), period)
    (found,) = tables_of_file(path, folder, [path], KNOWN, around)[0]
    return found


def after(found: Found, period: str = "2026-Q1") -> Proposal:
    """The proposal after the first answer."""
    (question,) = found.questions
    source = question.answers[0].change(found.source)
    around = Around(("csm",), frozenset({"USD"}), (), (), MEASURES, (), period)
    return completed(source, found.grid, KNOWN[source.table], around, new=True)


def test_columns_of_measures_become_individual_results_with_their_goals(tmp_path: Path) -> None:
    found = found_in(tmp_path, SCORES, MEASURES)
    assert found.source.table == "results"
    (question,) = found.questions
    assert "'NRR %', 'CSAT score', 'ONBOARDING' are each of one measure." in question.text
    assert "'NRR %', 'NRR % Goal': 108.7 is 108.7%." in question.text
    assert "Not used, because no component pays on them: 'GRR %', 'GRR % Goal'." in question.text
    proposal = after(found)
    assert proposal.questions == ()
    text = source_text(proposal.source)
    assert 'fill.period = "--period"' in text and 'rows = "update"' in text
    table = only(tmp_path, text.replace("--period", "2026-Q1"), scores=SCORES)
    header, *rows = table.raw.rows
    keys = ("id", "measure", "actual", "goal", "scope", "period")
    said = [tuple(row[header.index(key)] for key in keys) for row in rows]
    assert said == [
        ("001", "NRR", "108.7%", "104%", "individual", "2026-Q1"),
        ("001", "CSAT", "4.45", "4.5", "individual", "2026-Q1"),
        ("001", "Onboarding", "88", "90", "individual", "2026-Q1"),
        ("002", "NRR", None, "104%", "individual", "2026-Q1"),
        ("002", "CSAT", "4.1", "4.5", "individual", "2026-Q1"),
    ]


def test_a_measure_of_the_plan_without_a_column_is_named(tmp_path: Path) -> None:
    text = "Employee ID,NRR,CSAT\nE1,1.01,0.9\n"
    (question,) = found_in(tmp_path, text, MEASURES).questions
    assert "No column is 'Onboarding'." in question.text
    assert "percent" not in question.answers[0].line  # 1.01 is a share already


def test_without_a_plan_the_usual_measures_count(tmp_path: Path) -> None:
    text = "CSM,Net Revenue Retention (%),Customer Satisfaction\nSample 01,101.5,4.5\n"
    found = found_in(tmp_path, text, {})
    source = after(found).source
    assert source.unpivot is not None and list(source.unpivot.columns.values()) == ["NRR", "CSAT"]
    assert source.columns["id"] == "CSM" and source.percent == ("Net Revenue Retention (%)",)


def test_attainment_is_a_share_of_the_goal(tmp_path: Path) -> None:
    text = "Employee ID,NRR attainment %,CSAT attainment %\nE1,104,92\n"
    source = after(found_in(tmp_path, text, MEASURES)).source
    assert source.fill["goal"] == "1" and source.percent == ("NRR attainment %", "CSAT attainment %")


@pytest.mark.parametrize(
    "text",
    [
        "Account ID,CSM,NRR,CSAT,Start ARR,End ARR\nA1,E1,1.01,4.5,100,90\n",  # customers
        "Employee ID,NRR,CSAT\nE1,1.01,4.5\nE1,1.02,4.4\n",  # answers, or deals: several rows a person
        "Team,NRR,CSAT\nEast,1.01,4.5\n",  # no people
    ],
)
def test_other_exports_with_measures_are_no_scorecard(tmp_path: Path, text: str) -> None:
    found = found_in(tmp_path, text, MEASURES)
    assert not any("of one measure" in one.text for one in found.questions)


def test_the_question_which_table_it_is_offers_results(tmp_path: Path) -> None:
    path = tmp_path / "unified_payments.csv"
    path.write_text("id,Amount,Currency,opportunity_id\nch_1,1.00,usd,D1\n")
    (found,) = tables_of_file(path, tmp_path, [path], KNOWN, Around())[0]
    (question,) = found.questions
    assert "which table is this export?" in question.text
    assert "results" in [one.words for one in question.answers]
