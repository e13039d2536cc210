"""Reports as people print them: groups with their totals, lines with counts, plans of another system."""

from pathlib import Path

from mapping import KNOWN, only

from csm_xl.intake.column_answers import Around
from csm_xl.intake.files import grid_of_file
from csm_xl.intake.proposal import Proposal, completed
from csm_xl.intake.sources import Source

USD = Around(("starter",), frozenset({"USD"}))


def proposed(folder: Path, text: str, table: str) -> Proposal:
    path = folder / "export_1.csv"
    path.write_text(text, encoding="utf-8")
    source = Source(table, "export_*.csv", place="sources.toml source 1")
    return completed(source, grid_of_file(path, source), KNOWN[table], USD)


GROUPED = """Opportunity Owner,Opportunity ID,Type,Amount,Close Date
Sample 01,D1,upsell,100.00,2026-01-19
Subtotal,,,100.00,
Sample 02,D2,upsell,200.00,2026-01-20
,D3,upsell,300.00,2026-01-21
Subtotal,,,500.00,
Grand Totals (3 records)
"""


def test_a_grouped_report_asks_what_its_blanks_mean_and_leaves_its_totals_out(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("Name,ID\nSample 01,E1\nSample 02,E2\n", encoding="utf-8")
    proposal = proposed(tmp_path, GROUPED, "deals")
    assert [question.text for question in proposal.questions] == [
        "'Opportunity Owner' holds names (2 people). Where are their employee IDs?",
        "'Opportunity Owner' is blank in 1 of 3 rows, as in a grouped report. Does a blank cell mean the"
        " value above it?",
    ]
    assert [answer.line for answer in proposal.questions[1].answers] == [
        'blanks."Opportunity Owner" = "the value above"',
        'blanks."Opportunity Owner" = "blank"',
    ]
    mapping = """[[source]]
table = "deals"
from = "crm.csv"
join.employee_id = { column = "Opportunity Owner", file = "people.csv", key = "Name", value = "ID" }
blanks."Opportunity Owner" = "the value above"
columns = { deal_id = "Opportunity ID", date = "Close Date", kind = "Type" }
"""
    found = only(tmp_path, mapping, crm=GROUPED)
    at = list(found.raw.rows[0]).index("employee_id")
    assert [row[at] for row in found.raw.rows[1:]] == ["E1", "E2", "E2"]
    assert "1 row between the data is not read: totals" in [one.message for one in found.raw.issues]


def test_a_blank_key_is_no_group(tmp_path: Path) -> None:
    text = "Opportunity ID,Opportunity Owner,Type,Amount,Close Date\nD1,E1,upsell,1,2026-01-19\n"
    proposal = proposed(tmp_path, f"{text},E1,upsell,2,2026-01-19\n", "deals")
    assert not [one for one in proposal.questions if "grouped report" in one.text]


def test_a_line_with_the_count_of_a_report_is_no_person(tmp_path: Path) -> None:
    text = "Employee ID,Worker,Annual Salary,Hire Date\nE1,Sample 01,90000,2020-01-01\n\nTotal Workers,1\n"
    found = only(tmp_path, '[[source]]\ntable = "roster"\nfrom = "hr.csv"\n', hr=text)
    assert [row[0] for row in found.raw.rows[1:]] == ["E1"]


def test_a_column_that_names_none_of_the_plans_is_not_used_once_the_plan_is_given(tmp_path: Path) -> None:
    text = "Employee ID,Annual Salary,Hire Date,Bonus Plan\nE1,90000,2020-01-01,CSM Variable\n"
    (question,) = proposed(tmp_path, text, "roster").questions
    (answer,) = question.answers
    assert answer.line == 'fill.plan_id = "starter" and ignore = ["Bonus Plan"]'
    assert answer.change(Source("roster")).ignore == ("Bonus Plan",)


def test_the_currency_beside_an_amount_is_known(tmp_path: Path) -> None:
    header = "Opportunity ID,Opportunity Owner,Type,Amount Currency,Amount,Close Date"
    text = f"{header}\nD1,E1,upsell,EUR,1,2026-01-19\n"
    assert proposed(tmp_path, text, "deals").source.columns["currency"] == "Amount Currency"
