"""One column a period, one sheet a measure, words for kinds of deals: proposed and asked, never guessed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from mapping import KNOWN, only
from openpyxl import Workbook

from csm_xl.errors import CsmError
from csm_xl.intake.column_answers import Around
from csm_xl.intake.files import grid_of_file
from csm_xl.intake.proposal import Proposal, completed
from csm_xl.intake.questions import Question
from csm_xl.intake.sources import Source
from csm_xl.intake.sources_reading import sources_of
from csm_xl.intake.sources_writing import source_text
from csm_xl.intake.tables_of_files import Found, tables_of_file, unnamed_sheets

MEASURES = {"GRR": frozenset({"individual"}), "NRR": frozenset({"individual"}), "CSAT": frozenset({"team"})}
AROUND = Around(("csm",), frozenset({"USD"}), (), ("upsell",), MEASURES)


def found_in(path: Path) -> list[Found]:
    return tables_of_file(path, path.parent, [path], KNOWN, AROUND)[0]


def of_text(folder: Path, text: str, name: str = "scores.csv") -> list[Found]:
    (folder / name).write_text(text, encoding="utf-8")
    return found_in(folder / name)


def after(found: Found, question: Question, answer: int | str) -> Proposal:
    """The proposal after an answer: its number, or what is typed."""
    if isinstance(answer, int):
        change = question.answers[answer].change
    else:
        assert question.typed is not None
        change = question.typed(answer)
    source = change(found.source)
    return completed(source, found.grid, KNOWN[source.table], AROUND, new=True)


def test_one_column_a_quarter_is_asked_with_the_measure_and_scope_of_the_plan(tmp_path: Path) -> None:
    (found,) = of_text(tmp_path, "Team;Target;Q1 2026 CSAT;Q2 2026 CSAT\nEast;88%;82%;\nWest;88%;97%;\n")
    (question,) = found.questions
    assert "'Q1 2026 CSAT', 'Q2 2026 CSAT' are each of one period" in question.text
    assert question.answers[0].words == "yes: they are the measure CSAT, team results of 2026-Q1, 2026-Q2"
    proposal = after(found, question, 0)
    (of_id,) = proposal.questions
    assert [one.line for one in of_id.answers] == ['columns.id = "Team"']
    assert proposal.source.columns["goal"] == "Target"
    text = source_text(of_id.answers[0].change(proposal.source))
    table = only(tmp_path, text, scores=(tmp_path / "scores.csv").read_text())
    header, *rows = table.raw.rows
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {"period": "2026-Q1", "actual": value, "id": team, "goal": "88%", "measure": "CSAT", "scope": "team"}
        for team, value in (("East", "82%"), ("West", "97%"))
    ]


def test_a_year_that_headers_do_not_say_is_asked(tmp_path: Path) -> None:
    (found,) = of_text(tmp_path, "CSM,Q1 NRR,Q2 NRR\nSample 01,1.01,1.02\n")
    (question,) = found.questions
    assert "Of which year are they?" in question.text and not question.answers
    assert 'columns = { "Q1 NRR" = "YEAR-Q1", "Q2 NRR" = "YEAR-Q2" }' in question.line
    unpivot = after(found, question, "2026").source.unpivot
    assert unpivot is not None and unpivot.columns == {"Q1 NRR": "2026-Q1", "Q2 NRR": "2026-Q2"}
    with pytest.raises(CsmError, match="this is no year"):
        after(found, question, "next")


@pytest.mark.parametrize(
    ("name", "period", "checked"),
    [("scores.csv", "2026-Q1", "2026"), ("scores 2026.csv", "", "2026"), ("scores.csv", "", ""),
     ("scores.csv", "2025-Q4", "")],
)  # fmt: skip
def test_the_year_of_a_new_export_is_asked_once_whichever_period_is_paid(
    tmp_path: Path, name: str, period: str, checked: str
) -> None:
    """Last year's results, imported for a year-end payment: the answer is not doubted at once."""
    (tmp_path / name).write_text("CSM,Q1 NRR,Q2 NRR\nSample 01,1.01,1.02\n", encoding="utf-8")
    around = replace(AROUND, period=period)
    (found,), _ = tables_of_file(tmp_path / name, tmp_path, [tmp_path / name], KNOWN, around)
    (question,) = found.questions
    assert question.typed is not None
    source = question.typed("2025")(found.source)
    assert source.unpivot is not None and source.unpivot.checked == checked
    assert source.unpivot.columns == {"Q1 NRR": "2025-Q1", "Q2 NRR": "2025-Q2"}
    asked = completed(source, found.grid, KNOWN["results"], around, new=True).questions
    assert not [one for one in asked if "year" in one.text]
    # What is written in sources.toml, without a terminal, says it at once too.
    assert (f'checked = "{checked or period[:4]}" in it' in question.line) is bool(checked or period)
    # A later year asks again.
    later = completed(source, found.grid, KNOWN["results"], replace(around, period="2027-Q1")).questions
    assert "Of which year are they now?" in later[0].text


def test_several_measures_in_one_export_are_a_source_each_and_goals_go_beside_actuals(tmp_path: Path) -> None:
    text = "Employee ID,2026-Q1 GRR actual,2026-Q1 GRR goal,Jan 2026 NRR,Feb 2026 NRR\nE1,0.95,0.92,1.0,1.1\n"
    grr, nrr = of_text(tmp_path, text)
    unpivot = after(grr, grr.questions[0], 0).source.unpivot
    assert unpivot is not None
    assert unpivot.columns == {"2026-Q1 GRR actual": "2026-Q1"}
    assert unpivot.beside == {"goal": {"2026-Q1 GRR goal": "2026-Q1"}}
    assert after(nrr, nrr.questions[0], 0).source.ignore == ("2026-Q1 GRR actual", "2026-Q1 GRR goal")
    source = after(grr, grr.questions[0], 0).source
    said = source_text(source)
    assert sources_of(said, tmp_path / "sources.toml", KNOWN).sources[0].unpivot == source.unpivot
    header, row = only(tmp_path, said, scores=text).raw.rows
    assert dict(zip(header, row, strict=True)) == {
        "period": "2026-Q1", "actual": "0.95", "goal": "0.92", "id": "E1", "measure": "GRR",
        "scope": "individual",
    }  # fmt: skip


def test_questions_of_a_survey_and_a_whole_roster_are_no_periods(tmp_path: Path) -> None:
    (survey,) = of_text(tmp_path, "ResponseId,RecordedDate,Q1,Q2\nR1,2026-01-05,9,7\n", "survey.csv")
    assert survey.source.table == "answers" and survey.source.unpivot is None
    text = "Employee ID,Plan ID,Annual Salary,Hire Date,2025 bonus,2026 bonus\nE1,csm,90000,2020-01-01,1,2\n"
    (roster,) = of_text(tmp_path, text, "people.csv")
    assert roster.source.table == "roster" and not roster.questions


def test_the_next_export_brings_its_new_columns_and_a_year_in_doubt_is_asked_again(tmp_path: Path) -> None:
    (found,) = of_text(tmp_path, "Employee ID,Q1 2026 GRR\nE1,0.95\n")
    source = replace(after(found, found.questions[0], 0).source, place="sources.toml source 1")
    (tmp_path / "next.csv").write_text("Employee ID,Q1 2026 GRR,Q2 2026 GRR\nE1,0.95,0.9\n")
    grid = grid_of_file(tmp_path / "next.csv", Source("results"))
    later = completed(source, grid, KNOWN["results"], AROUND)
    assert later.source.unpivot is not None and not later.questions
    assert later.source.unpivot.columns == {"Q1 2026 GRR": "2026-Q1", "Q2 2026 GRR": "2026-Q2"}
    (tmp_path / "next.csv").write_text("Employee ID,Q1 2026 GRR,Q2 GRR\nE1,0.95,0.9\n")
    grid = grid_of_file(tmp_path / "next.csv", Source("results"))
    (asked,) = completed(source, grid, KNOWN["results"], AROUND).questions
    assert asked.text == "'Q2 GRR': which year? Each filled cell becomes a row."
    around = replace(AROUND, period="2027-Q1")
    (once,) = completed(source, grid, KNOWN["results"], around).questions
    assert once.text == asked.text and once.typed is not None and 'checked = "2027"' in once.line
    assert completed(once.typed("2026")(source), grid, KNOWN["results"], around).questions == ()
    (tmp_path / "next.csv").write_text("Employee ID,Q2 2026 GRR\nE1,0.9\n")
    grid = grid_of_file(tmp_path / "next.csv", Source("results"))
    (asked,) = completed(source, grid, KNOWN["results"], AROUND).questions
    assert "'Q1 2026 GRR' is gone, and 'Q2 2026 GRR' new" in asked.text
    kept = asked.answers[0].change(source)
    assert kept.unpivot is not None and kept.rows == "update"
    assert kept.unpivot.columns == {"Q2 2026 GRR": "2026-Q2"}


def book(path: Path, **sheets: list[list[object]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def test_each_sheet_of_a_workbook_that_is_a_table_is_a_source(tmp_path: Path) -> None:
    path = book(tmp_path / "retention.xlsx", GRR=[["CSM", "2026-Q1"], ["Sample 01", 0.9]],
                NRR=[["CSM", "2026-Q1"], ["Sample 01", 1.1]], Notes=[["From the warehouse"]])  # fmt: skip
    found, notes = tables_of_file(path, tmp_path, [path], KNOWN, AROUND)
    assert [(one.source.table, one.source.sheet) for one in found] == [("results", "GRR"), ("results", "NRR")]
    assert found[1].questions[0].answers[0].words == (
        "yes: they are the measure NRR, individual results of 2026-Q1"
    )
    assert [note.message.partition(":")[0] for note in notes] == ["the sheet 'Notes' is not imported"]
    sources = [one.source for one in found]
    assert "the sheet 'Notes'" in unnamed_sheets(path, sources)[0].message


def test_two_sheets_of_one_table_are_asked_about(tmp_path: Path) -> None:
    header: list[object] = ["Opportunity ID", "Close Date", "Amount", "Type"]
    path = book(tmp_path / "crm.xlsx", Won=[header, ["D1", "2026-01-05", 1, "upsell"]],
                Pipeline=[header, ["D2", "2026-01-06", 2, "upsell"]])  # fmt: skip
    won, pipeline = found_in(path)
    assert "Is 'Pipeline' a part of it?" in pipeline.questions[0].text
    assert not won.questions[0].answers[0].change(won.source).unread
    assert pipeline.questions[0].answers[1].change(pipeline.source).unread


def test_words_that_are_no_kind_of_the_plan_are_asked_and_listed(tmp_path: Path) -> None:
    text = (
        "Opportunity ID,Close Date,Amount,Type,Stage,Owner ID\nD1,2026-01-05,1,Upsell,Won,E1\n"
        "D2,2026-01-05,1,Upgrade,Won,E1\nD3,2026-01-05,1,New Logo,Lost,E1\n"
    )
    (tmp_path / "crm.csv").write_text(text, encoding="utf-8")
    source = Source("deals", "crm.csv", where={"Stage": ("Won",)})
    grid = grid_of_file(tmp_path / "crm.csv", source)
    (question,) = completed(source, grid, KNOWN["deals"], AROUND).questions
    assert "'Type' holds 'Upgrade' (1), and components pay deals of the kinds upsell" in question.text
    assert [one.line for one in question.answers] == [
        'values.kind.Upgrade = "upsell"', 'values.kind.Upgrade = "Upgrade"'
    ]  # fmt: skip
    done = completed(question.answers[0].change(source), grid, KNOWN["deals"], AROUND)
    assert not done.questions
    assert done.source.values["kind"] == {"Upgrade": "upsell", "Upsell": "upsell"}
    without = completed(source, grid, KNOWN["deals"], replace(AROUND, kinds=()))
    assert not without.questions
    (tmp_path / "own.csv").write_text("deal_id,date,amount,kind\nD1,2026-01-05,1,renewal\n")
    own = Source("deals", "own.csv")  # as csm-xl export writes it
    assert not completed(own, grid_of_file(tmp_path / "own.csv", own), KNOWN["deals"], AROUND).questions


def test_two_rows_of_headers_and_months_that_excel_made_dates_are_periods(tmp_path: Path) -> None:
    path = book(tmp_path / "health.xlsx", Sheet=[
        ["CSM", "GRR", None, "NRR", None], [None, "Q1 2026", "Q2 2026", "Q1 2026", "Q2 2026"],
        ["Sample 01", 0.95, None, 1.02, None]])  # fmt: skip
    assert [one.questions[0].answers[0].words for one in found_in(path)] == [
        "yes: they are the measure GRR, individual results of 2026-Q1, 2026-Q2",
        "yes: they are the measure NRR, individual results of 2026-Q1, 2026-Q2",
    ]
    path = book(tmp_path / "GRR by month.xlsx",
                Sheet=[["Employee ID", date(2026, 1, 1), date(2026, 2, 1)], ["E1", 0.95, 0.9]])  # fmt: skip
    (found,) = found_in(path)
    assert found.grid.header == ("Employee ID", "2026-01", "2026-02")
    assert found.questions[0].answers[0].words == (
        "yes: they are the measure GRR, individual results of 2026-01, 2026-02"
    )


def test_headers_of_no_table_are_a_question_and_no_wall(tmp_path: Path) -> None:
    (found,) = of_text(tmp_path, "Kwota;Data zamkniecia\n12500;2026-01-15\n")
    (question,) = found.questions
    assert question.text == (
        "which table is this export? Its headers are those of none: Kwota, Data zamkniecia."
    )
    assert after(found, question, 2).source.table == "deals"
    assert after(found, question, "rates").source.table == "rates"
    with pytest.raises(CsmError, match="there is no such table"):
        after(found, question, "sales")
