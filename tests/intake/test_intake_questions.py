"""What an export leaves open is a question with its answers; what all of its values decide is none."""

from pathlib import Path

import pytest
from mapping import KNOWN, only, table_of_file

from csm_xl.intake.column_answers import Around
from csm_xl.intake.files import grid_of_file
from csm_xl.intake.proposal import Proposal, completed, stub_of
from csm_xl.intake.questions import Question
from csm_xl.intake.sources import Source
from csm_xl.intake.sources_reading import sources_of
from csm_xl.intake.sources_writing import new_text, pattern_of, source_text, sources_text

ROSTER = "Employee ID,Plan ID,Annual Salary,Hire Date"
USD = Around(("starter",), frozenset({"USD"}))


def proposed(
    folder: Path, text: str, table: str = "roster", around: Around = USD, **stated: object
) -> Proposal:
    path = folder / "export_1.csv"
    path.write_text(text, encoding="utf-8")
    source = Source(table, "export_*.csv", place="sources.toml source 1", **stated)  # type: ignore[arg-type]
    return completed(source, grid_of_file(path, source), KNOWN[table], around)


def answered(folder: Path, text: str, question: Question, number: int, **options: object) -> Proposal:
    """What is left after an answer, as a line of sources.toml says it."""
    found = proposed(folder, text, **options)  # type: ignore[arg-type]
    source = question.answers[number].change(found.source)
    path = folder / "export_1.csv"
    return completed(source, grid_of_file(path, source), KNOWN[source.table], USD)


def test_an_export_that_says_everything_leaves_nothing_to_ask(tmp_path: Path) -> None:
    found = proposed(
        tmp_path, f'{ROSTER}\nE1,starter,"$81,500.00",03/15/2026\nE2,starter,$90.50,01/02/2026\n'
    )
    assert found.questions == ()
    assert found.source.dates == "mdy"
    assert found.source.number == "$1,234.56"
    assert found.source.columns["base_salary"] == "Annual Salary"


def test_dates_that_could_be_either_are_asked_and_each_answer_is_a_line(tmp_path: Path) -> None:
    text = f"{ROSTER}\nE1,starter,81500,03/04/2026\n"
    (question,) = proposed(tmp_path, text).questions
    assert "03/04/2026 can be month, day, year or day, month, year" in question.text
    assert [answer.line for answer in question.answers] == ['dates = "mdy"', 'dates = "dmy"']
    done = answered(tmp_path, text, question, 1)
    assert done.questions == ()
    assert done.source.dates == "dmy"


def test_one_column_never_decides_for_another(tmp_path: Path) -> None:
    text = f"{ROSTER},Termination Date\nE1,starter,81500,03/15/2026,04/05/2026\n"
    (question,) = proposed(tmp_path, text).questions
    assert "'Termination Date': 04/05/2026 can be" in question.text


def test_numbers_that_could_be_either_are_asked(tmp_path: Path) -> None:
    (question,) = proposed(tmp_path, f"{ROSTER}\nE1,starter,81.500,2026-03-15\n").questions
    assert "'81.500' can be 81.500 or 81500" in question.text
    assert {answer.line for answer in question.answers} == {'number = "1,234.56"', 'number = "1.234,56"'}


def test_a_sign_that_is_no_plans_currency_is_asked(tmp_path: Path) -> None:
    text = f"{ROSTER}\nE1,starter,$81.50,2026-03-15\n"
    assert proposed(tmp_path, text).questions == ()
    (question,) = proposed(tmp_path, text, around=Around((), frozenset({"EUR"}))).questions
    assert "which currency is '$'" in question.text
    assert 'currency = "CAD"' in [answer.line for answer in question.answers]
    euros = proposed(tmp_path, text.replace("$", "€"), around=Around((), frozenset({"USD"})))
    assert (euros.questions, euros.source.currency) == ((), "EUR")


@pytest.mark.parametrize(
    ("salary", "says"),
    [
        ("81.5k", "'Annual Salary': what does 'k' in '81.5k' mean?"),
        ("6792/mo", "'Annual Salary': what does '/mo' in '6792/mo' mean?"),
        ("€81500.50", "'Annual Salary' has '€81500.50', and 'Currency' holds USD. Which currency is it?"),
        ("$81500.50", ""),
        ("USD 81500.50", ""),
    ],
)
def test_what_is_beside_an_amount_is_asked_even_with_a_column_of_currencies(
    tmp_path: Path, salary: str, says: str
) -> None:
    text = f"{ROSTER},Currency\nE1,starter,{salary},2026-03-15,USD\nE2,starter,76000.5,2026-03-15,USD\n"
    said = [question.text for question in proposed(tmp_path, text).questions]
    assert (says in " ".join(said)) if says else said == []


@pytest.mark.parametrize(("actual", "asked"), [("120k", True), ("1.2M", True), ("41 pts", False)])
def test_thousands_beside_a_result_are_asked(tmp_path: Path, actual: str, asked: bool) -> None:
    text = f"Period,Scope,ID,Measure,Actual,Goal\n2026-Q1,individual,E1,Sales,{actual},100\n"
    said = " ".join(question.text for question in proposed(tmp_path, text, "results").questions)
    assert (f"in '{actual}' mean?" in said) == asked, said


def test_two_headers_for_one_column_are_asked(tmp_path: Path) -> None:
    header = ROSTER.replace("Hire Date", "Start Date")
    text = f"{header},Original Hire Date\nE1,starter,1,2026-01-05,2020-01-05\n"
    questions = proposed(tmp_path, text).questions
    assert "2 columns can be hire_date" in questions[0].text
    done = answered(tmp_path, text, questions[0], 0)
    assert done.source.columns["hire_date"] == "Start Date"
    assert done.source.ignore == ("Original Hire Date",)
    assert done.questions == ()


def test_a_header_that_is_only_similar_is_asked_and_not_taken(tmp_path: Path) -> None:
    text = f"{ROSTER},Termination Daet\nE1,starter,1,2026-01-05,2026-02-05\n"
    found = proposed(tmp_path, text)
    assert "leave_date" not in found.source.columns
    (question,) = found.questions
    assert "Is it leave_date?" in question.text
    assert [answer.line for answer in question.answers] == [
        'columns.leave_date = "Termination Daet"', 'ignore = ["Termination Daet"]'
    ]  # fmt: skip


def test_a_monthly_salary_is_never_taken_for_an_annual_one(tmp_path: Path) -> None:
    text = f"{ROSTER.replace('Annual Salary', 'Monthly Salary')}\nE1,starter,8000,2026-01-05\n"
    found = proposed(tmp_path, text)
    assert "base_salary" not in found.source.columns
    assert any("'Monthly Salary'" in question.text for question in found.questions)


def test_a_stage_is_asked_by_its_values(tmp_path: Path) -> None:
    text = "Opportunity ID,Close Date,Amount,Stage\nD1,2026-01-05,1,Won\nD2,2026-01-05,1,Open\n"
    (question,) = proposed(tmp_path, text, "deals").questions
    assert "It holds 'Won' (1), 'Open' (1)" in question.text
    assert [answer.line for answer in question.answers] == [
        'where.Stage = "Won"', 'where.Stage = "Open"', 'ignore = ["Stage"]'
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["Amount (converted)", "Deal Amount (converted)", "ACV (TCV)"])
def test_figures_that_may_not_be_those_that_are_paid_are_asked(tmp_path: Path, header: str) -> None:
    text = f"Opportunity ID,Close Date,{header}\nD1,2026-01-05,1\n"
    found = proposed(tmp_path, text, "deals")
    assert f"{header!r} says" in found.questions[0].text
    assert "amount" not in found.source.columns


def test_percentages_without_a_sign_are_asked(tmp_path: Path) -> None:
    text = f"{ROSTER},FTE %\nE1,starter,1,2026-01-05,80\nE2,starter,1,2026-01-05,100\n"
    (question,) = proposed(tmp_path, text).questions
    assert [answer.line for answer in question.answers] == ['percent = ["fte"]']
    path = tmp_path / "sources.toml"
    source = question.answers[0].change(proposed(tmp_path, text).source)
    assert only(tmp_path, sources_text([source]).replace("[[source]]", "[[source]]")).raw.rows[1][-1] == "80%"
    assert not path.exists()


def test_names_of_owners_are_looked_up_where_all_of_them_are(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        f"{ROSTER},Worker\nE1,starter,1,2026-01-05,Sample One\nE2,starter,1,2026-01-05,Sample Two\n"
    )
    stub = stub_of(people, tmp_path, "roster")
    roster = completed(stub, grid_of_file(people, stub), KNOWN["roster"], USD)
    around = Around(("starter",), frozenset({"USD"}), [(roster.source, roster.grid)])
    text = "Opportunity ID,Close Date,Amount,Opportunity Owner\nD1,2026-01-05,1,sample two\n"
    (question,) = proposed(tmp_path, text, "deals", around).questions
    (answer,) = question.answers
    assert answer.line == (
        'join.employee_id = { column = "Opportunity Owner", table = "roster",'
        ' key = "Worker", value = "Employee ID" }'
    )
    (question,) = proposed(tmp_path, text, "deals").questions
    assert "people*.csv" in question.issue().hint


def test_what_a_mapping_states_is_not_asked_again(tmp_path: Path) -> None:
    text = f"{ROSTER},Status\nE1,starter,81500,03/04/2026,Active\n"
    assert len(proposed(tmp_path, text).questions) == 2
    assert proposed(tmp_path, text, dates="dmy", ignore=("Status",)).questions == ()


def test_a_file_that_can_be_two_tables_is_asked(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Deal ID,Date,Amount\nD1,2026-01-05,1\n")
    table, _, questions = table_of_file(tmp_path / "x.csv")
    assert table in ("deals", "payments")
    assert questions and {"deals", "payments"} <= {answer.words for answer in questions[0].answers}
    (tmp_path / "crm_deals.csv").write_text("Deal ID,Date,Amount\nD1,2026-01-05,1\n")
    assert table_of_file(tmp_path / "crm_deals.csv")[::2] == ("deals", [])


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Workers 2026-03-31.xlsx", "Workers *.xlsx"),
        ("report1764.csv", "report*.csv"),
        ("Closed 7-1-2026 9-15-33 AM.xlsx", "Closed *.xlsx"),
        ("crm.csv", "crm.csv"),
        ("2026-03.csv", "2026-03.csv"),
        ("a[1].csv", "a?*?.csv"),
    ],
)
def test_the_next_export_is_found_by_its_name(tmp_path: Path, name: str, pattern: str) -> None:
    assert pattern_of(tmp_path / name, tmp_path) == pattern
    (tmp_path / name).write_text("x")
    assert [file.name for file in tmp_path.glob(pattern)] == [name]


def test_two_exports_of_one_import_have_patterns_of_their_own(tmp_path: Path) -> None:
    first, second = tmp_path / "export1.csv", tmp_path / "export2.csv"
    assert pattern_of(first, tmp_path, [first, second]) == "export1.csv"


def test_a_mapping_with_comments_is_added_to_and_never_rewritten() -> None:
    text = '# ours\n[[source]]\ntable = "deals"\nfrom = "a#b.csv"\n'
    old = sources_of(text, Path("sources.toml"), KNOWN)
    new = Source("roster", "w*.csv")
    assert new_text(text, old, [*old.sources, new]) == f"{text}\n{source_text(new)}"
    changed = Source("deals", "a#b.csv", dates="mdy", place=old.sources[0].place)
    assert new_text(text, old, [changed]) is None
    assert new_text(text.removeprefix("# ours\n"), old, [changed]) == sources_text([changed])


def test_a_number_format_is_never_taken_from_percentages_alone(tmp_path: Path) -> None:
    text = f"{ROSTER},FTE\nE1,starter,81500,2026-01-05,80 %\nE2,starter,1,2026-01-05,100 %\n"
    found = proposed(tmp_path, text)
    assert (found.questions, found.source.number) == ((), "")


def test_amounts_and_days_are_no_states_of_rows(tmp_path: Path) -> None:
    text = "Opportunity ID,Close Date,Amount,{}\nD1,2026-01-05,1,{}\nD2,2026-01-05,1,{}\n"
    for header, value in (
        ("Est. Revenue", "10000"),
        ("Amount Refunded", "0.00"),
        ("Est. Close", "2026-06-30"),
    ):
        (question,) = proposed(tmp_path, text.format(header, value, value), "deals").questions
        assert [answer.line for answer in question.answers] == [f'ignore = ["{header}"]']
    (question,) = proposed(tmp_path, text.format("Probability", "100", "0"), "deals").questions
    assert question.answers[0].line == 'where.Probability = "100"'


def test_the_end_of_a_contract_is_asked_and_not_taken_for_the_last_day(tmp_path: Path) -> None:
    found = proposed(tmp_path, f"{ROSTER},Contract end date\nE1,starter,1,2026-01-05,2026-12-31\n")
    assert "leave_date" not in found.source.columns
    assert "Is it leave_date?" in found.questions[0].text


def test_words_where_numbers_are_needed_are_asked_with_their_values(tmp_path: Path) -> None:
    text = "date,measure,Rating\n2026-01-05,CSAT,good\n2026-01-06,CSAT,bad\n"
    (question,) = proposed(tmp_path, text, "answers").questions
    assert question.line.startswith('values.score = { good = "NUMBER", bad = "NUMBER" }')
    values = {"score": {"good": "5", "bad": "1"}}
    assert proposed(tmp_path, text, "answers", values=values, columns={"score": "Rating"}).questions == ()


def test_a_file_whose_name_says_another_table_than_its_headers_is_asked(tmp_path: Path) -> None:
    text = "id,Amount,Currency,Customer ID,opportunity_id\nch_1,1,usd,cus_1,D1\n"
    (tmp_path / "unified_payments.csv").write_text(text)
    _, _, questions = table_of_file(tmp_path / "unified_payments.csv")
    assert {"deals", "payments"} <= {answer.words for answer in questions[0].answers}


def test_a_column_that_filters_is_still_read_where_it_has_our_name(tmp_path: Path) -> None:
    mapping = '[[source]]\ntable = "deals"\nfrom = "crm.csv"\nwhere.kind = "upsell"\n'
    found = only(tmp_path, mapping, crm="deal_id,date,amount,kind\nD1,2026-01-05,1,upsell\n")
    assert list(found.raw.rows[0]) == ["deal_id", "date", "amount", "kind"]
    assert found.raw.rows[1][3] == "upsell"


def test_a_status_beside_leave_dates_keeps_who_left_during_the_period_first(tmp_path: Path) -> None:
    text = f"{ROSTER},Termination Date,Worker Status\nE1,starter,1,2024-01-15,,Active\n"
    text += "E2,starter,1,2024-01-15,2026-02-20,Terminated\n"
    (question,) = proposed(tmp_path, text).questions
    assert question.answers[0].line == 'ignore = ["Worker Status"]'
    assert "'Termination Date' already ends each person's pay" in question.text
    assert "not at all if the row is left out" in question.text


def test_the_most_frequent_state_is_offered_first(tmp_path: Path) -> None:
    text = "Opportunity ID,Close Date,Amount,Stage\nD1,2026-01-15,1,Closed Lost\n"
    text += "D2,2026-01-15,1,Closed Won\nD3,2026-01-16,1,Closed Won\n"
    (question,) = proposed(tmp_path, text, "deals").questions
    assert question.answers[0].line == 'where.Stage = "Closed Won"'


def test_a_column_called_a_plan_that_names_none_of_them_is_no_plan_id(tmp_path: Path) -> None:
    text = "Employee ID,Annual Salary,Hire Date,Compensation Plan\nE1,1,2024-01-15,Base Pay\n"
    found = proposed(tmp_path, text)
    assert "plan_id" not in found.source.columns
    (question,) = found.questions
    assert "'Compensation Plan' holds none of the plans, starter, but 'Base Pay' (1)" in question.text
    assert question.answers[0].line == 'fill.plan_id = "starter" and ignore = ["Compensation Plan"]'
    sure = proposed(tmp_path, text.replace("Base Pay", "starter"))
    assert sure.source.columns["plan_id"] == "Compensation Plan" and not sure.questions


def test_owners_are_found_whichever_name_comes_first(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        f'{ROSTER},Worker\nE1,starter,1,2026-01-05,"One, Sample"\nE2,starter,1,2026-01-05,"Two, Sample"\n'
    )
    stub = stub_of(people, tmp_path, "roster")
    roster = completed(stub, grid_of_file(people, stub), KNOWN["roster"], USD)
    around = Around(("starter",), frozenset({"USD"}), [(roster.source, roster.grid)])
    text = "Opportunity ID,Close Date,Amount,Opportunity Owner\nD1,2026-01-05,1,Sample Two\n"
    (question,) = proposed(tmp_path, text, "deals", around).questions
    assert question.answers[0].line == (
        'join.employee_id = { column = "Opportunity Owner", table = "roster",'
        ' key = "Worker", value = "Employee ID" }'
    )
    join = '{ column = "Owner", file = "people.csv", key = "Worker", value = "Employee ID" }'
    (tmp_path / "deals.csv").write_text("Deal ID,Date,Amount,Owner\nD1,2026-01-05,1,Sample Two\n")
    mapping = f'[[source]]\ntable = "deals"\nfrom = "deals.csv"\njoin.employee_id = {join}\n'
    assert only(tmp_path, mapping).raw.rows[1][-1] == "E2"


def test_a_needed_employee_id_says_how_a_name_is_looked_up(tmp_path: Path) -> None:
    text = "Date,CSM,component_id\n2026-01-15,Sample One,reference\n"
    (question,) = proposed(tmp_path, text, "events").questions
    assert "or join.employee_id = {" in question.issue().hint


def test_the_one_amount_that_is_lacking_is_offered_for_pay_that_nobody_knows(tmp_path: Path) -> None:
    text = "Employee ID,Plan ID,Total Base Pay - Amount,Hire Date,Supervisory Organization\n"
    text += 'E1,starter,"$84,500.00",2024-01-15,West\n'
    found = proposed(tmp_path, text)
    assert found.questions[0].answers[0].line == 'columns.base_salary = "Total Base Pay - Amount"'
    assert "Is it base_salary?" in found.questions[0].text
    assert found.source.columns["team"] == "Supervisory Organization"
    assert answered(tmp_path, text, found.questions[0], 0).questions == ()
    sure = proposed(tmp_path, text.replace("Base Pay", "Base Pay Annualized"))
    assert sure.questions == ()


ACCOUNTS = "Quarter,Account ID,Employee ID,Opening ARR,Closing ARR"


@pytest.mark.parametrize("header", ["Renewal Goal", "Retention Target", "NRR target", "Goal"])
def test_a_goal_of_accounts_is_known_by_what_exports_call_it(tmp_path: Path, header: str) -> None:
    text = f"{ACCOUNTS},{header}\n2026-Q1,A1,E1,1000,900,95%\n"
    found = proposed(tmp_path, text, "accounts")
    assert found.questions == ()
    assert header == "Goal" or found.source.columns["goal"] == header


def test_two_goals_of_accounts_and_goals_in_percent_are_asked_about(tmp_path: Path) -> None:
    text = f"{ACCOUNTS},GRR Target,NRR Target\n2026-Q1,A1,E1,1000,900,95%,102%\n"
    assert any("2 columns can be goal" in one.text for one in proposed(tmp_path, text, "accounts").questions)
    text = f"{ACCOUNTS},Renewal Goal (%)\n2026-Q1,A1,E1,1000,900,95\n"
    assert any("percentages" in one.text for one in proposed(tmp_path, text, "accounts").questions)
