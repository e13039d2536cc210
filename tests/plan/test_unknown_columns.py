"""Columns that no table knows: which stop the payment, which are named, what was decided about them."""

from __future__ import annotations

from cProfile import Profile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from plan_tables import TYPES

from csm_xl.errors import CsmError, Issue
from csm_xl.plan.decisions import toml_decisions, typed_choices
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import schemas
from csm_xl.plan.tables import Tables, read_tables
from csm_xl.plan.toml import from_toml
from csm_xl.plan.unknown_columns import meant_column, pay_word

HEAD = ["employee_id", "plan_id", "base_salary", "hire_date"]


def read(columns: dict[str, Any], *decisions: RawTable) -> tuple[Tables, list[Issue]]:
    """A roster of one person with more columns, read with what was decided about them."""
    rows = [[*HEAD, *columns], ["E1", "p", 80000, date(2024, 1, 1), *columns.values()]]
    plans = [["plan_id", "model", "pay_period", "target_basis"], ["p", "base_only", "month", "ratio"]]
    tables = [RawTable.of_rows(rows, "roster"), RawTable.of_rows(plans, "plans")]
    return read_tables([*tables, *decisions], TYPES)


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("Termination Date", "leave_date"), ("TerminationDate", "leave_date"),
        ("Last Day of Work", "leave_date"),
        ("Separation date", "leave_date"), ("leavedate", "leave_date"), ("LEAVE-DAT", "leave_date"),
        ("Austrittsdatum", "leave_date"), ("FTE%", "fte"), ("ftee", "fte"), ("Work percentage", "fte"),
        ("target_raito", "target_ratio"), ("Target Bonus %", "target_ratio"), ("Teams", "team"),
        ("Business unit", "division"), ("Currency Code", "currency"), ("On-target earnings", "ote"),
        ("Employment status", ""), ("Restated", ""), ("Bonus Amount", ""), ("LOA", ""),
        ("Is Active", ""), ("Cancelled?", ""), ("Weekly hours", ""), ("FLSA status", ""),
        # Workday, BambooHR, ADP, Rippling, Personio
        ("Compensation Effective Date", ""), ("Pay Rate Type", ""), ("Salary Basis", ""),
        ("Pay Frequency", ""), ("Pay Per", ""), ("Pay Schedule", ""), ("Time Type", ""), ("Worker Type", ""),
        ("Employment Type", ""), ("On Leave", ""), ("Leave Return Date", ""), ("Rehire Date", ""),
        ("Annualization Factor", ""), ("Scheduled Weekly Hours", ""), ("Employment (%)", ""),
        ("Workload %", "fte"), ("Pensum", ""), ("Probation Period End", ""), ("Salary Interval", ""),
        ("Annual Compensation", ""), ("Merit Increase", ""),
        ("Notice given", ""), ("LWP days", ""), ("Std Hrs", ""), ("Hrs/week", ""), ("Opt-out", ""),
        ("In plan?", ""), ("Previous plan", ""), ("2026 base", ""), ("Comp", ""), ("Ramp", ""),
        ("Pro-rating", ""), ("Kurzarbeit", ""), ("Fin de contrat", ""), ("Counts?", ""), ("YTD", ""),
        ("Attribution", ""), ("Contribution", ""), ("Portion", ""), ("Net ARR", ""), ("Countersigned", ""),
        ("Locked", ""), ("Calibrated", ""), ("Einheit", ""), ("Retirement date", ""), ("Storno", ""),
        ("Date de départ", ""), ("Date de cessation", ""), ("Taux d'activité", "fte"),
    ],
)  # fmt: skip
def test_a_column_that_may_change_pay_stops_with_what_it_probably_means(header: str, meant: str) -> None:
    (issue,) = read({header: "x"})[1]
    assert issue.severity == "error" and issue.rule == "E002"
    assert header in issue.message and issue.where == f"roster, row 1 ({header})"
    assert (f"probably means {meant}" in issue.message) == bool(meant)
    assert "--ignore-column" in issue.hint


@pytest.mark.parametrize(
    "header",
    ["Stage", "Deal Stage", "Probability (%)", "Forecast Category", "Is Won", "Closed", "Pipeline", "Deleted",
     "Opportunity Currency", "Exchange Rate", "Discount %", "Secondary Owner", "Split %", "Churn Date",
     "Unit", "Disqualified", "Nullified", "In dispute", "Fraud check", "Amended", "Overridden by"],
)  # fmt: skip
def test_the_state_and_the_money_of_a_deal_stop_the_payment(header: str) -> None:
    assert pay_word(header)


@pytest.mark.parametrize(
    ("table", "headers"),
    [
        ("roster", ("LWD", "Left On", "Left", "Relieving Date", "Deactivated", "First Day Off Payroll",
                    "FT/PT", "Emp Type", "Days/wk", "Elig Flag", "Excl.", "Eff Date", "Pro Rated", "Curr.",
                    "Contract Type", "Transfer Date", "Old Team")),
        ("deals", ("Outcome", "Prob.", "Written Off", "Claw-back", "Do Not Pay", "DNP", "Merged into",
                   "Is Pilot", "Comm?", "One-time", "Net Amt", "Co-owner", "Shared With", "Past Due")),
        ("results", ("Adj. Actual", "Latest Actual", "Actual v2", "Prelim", "Fcst", "Direction", "Wgt.")),
        ("goals", ("Manager Score", "Out of", "Max", "Deferred", "Dropped")),
        ("adjustments", ("DR/CR", "Debit", "Plus/Minus", "Add/Deduct", "Deduction", "Sign", "Gross-up")),
        ("arrangements", ("Months", "Expires", "Duration", "Per Month", "Term")),
        ("modifiers", ("Plan", "Component", "Team", "Applies to", "Min", "Max")),
        ("events", ("Count 2", "Void", "Points", "Qty")),
        ("holidays", ("Country", "Half day", "Observed")),
        ("roster", ("Plan start date", "Uplift", "Kicker", "STI", "Retired")), ("targets", ("Period",)),
        ("arrangements", ("Balance", "Annual", "Recoverable?")), ("payments", ("VAT", "Fee")),
        ("rates", ("Inverse", "Per", "Scale")), ("grants", ("Vesting start", "Forfeited")),
        ("results", ("Achievement", "Quota relief")), ("goals", ("Waived", "Not applicable")),
        ("accounts", ("Non-regrettable",)), ("deals", ("Windfall", "House account")),
        ("accounts", ("In Scope", "Merged Into", "CSM 2", "Downsell")),
        ("roster", ("Currently employed", "Still employed?", "Out since", "Moved to")),
        ("goals", ("Done", "Agreed?")), ("credits", ("Type",)),
        ("deals", ("Rescinded on", "Revoked", "Date of rescission", "Retracted?", "PO received")),
        ("roster", ("Per diem", "Offer rescinded")),
    ],
)  # fmt: skip
def test_short_words_and_second_figures_stop_the_payment(table: str, headers: tuple[str, ...]) -> None:
    assert [header for header in headers if not pay_word(header, table)] == []


@pytest.mark.parametrize(
    ("table", "headers"),
    [
        ("roster", ("Team lead", "Adjusted Service Date", "Location code", "Role family", "Tenure", "Plant")),
        (
            "deals",
            (
                "Last Updated",
                "Internal notes",
                "Next Step",
                "Lead Source",
                "Owner Role",
                "Region",
                "PO number",
                "PO",
            ),
        ),
        ("accounts", ("Health score", "Segment", "Industry", "Headcount", "Owner since")),
    ],
)
def test_what_other_exports_hold_besides_stops_nobody(table: str, headers: tuple[str, ...]) -> None:
    assert [header for header in headers if pay_word(header, table)] == []


def test_a_kind_of_adjustments_is_known_by_what_payroll_calls_it() -> None:
    meant = meant_column(schemas({})["adjustments"], "Type")
    assert meant is not None and meant.name == "kind"


def test_rows_that_must_not_count_are_taken_out_before_their_state_is_ignored() -> None:
    (issue,) = read({"Employment status": "Terminated"})[1]
    assert "first remove the rows that must not count ('Terminated')" in issue.hint
    assert '--ignore-column "Employment status"' in issue.hint and "--map" not in issue.hint


def test_a_share_of_full_time_says_that_salaries_are_of_full_time() -> None:
    (issue,) = read({"FTE%": "80%"})[1]
    assert "base_salary is the full-time salary" in issue.hint and '--map "FTE% = fte"' in issue.hint


@pytest.mark.parametrize(
    "header", ["Employee name", "first_name", "Last-Name", "EMAIL", "Cost center", "Pay group", "Payroll ID"]
)
def test_who_somebody_is_needs_no_remark(header: str) -> None:
    assert read({header: "x"})[1] == []


HARMLESS = [
    "Job title", "Department", "Cost center code", "Manager", "Work phone", "Preferred name", "Gender",
    "Vendor", "Country", "Worker", "Middle name", "Full name", "End user", "Calendar", "Weekend",
    "Date of birth", "Ethnicity", "Pay grade", "Marital status", "Job family", "Hire reason", "Work email",
    "Nationality", "Manager name", "Region", "Time zone", "Legal entity", "Original hire date", "Union",
    "Position ID", "FLSA description", "Compensation grade", "Business title", "Org unit",
]  # fmt: skip


def test_harmless_columns_are_named_in_one_note() -> None:
    (note,) = read(dict.fromkeys(HARMLESS, "x"))[1]
    assert note.severity == "note" and note.message.startswith(f"{len(HARMLESS)} columns are not used")
    assert all(header in note.message for header in HARMLESS[:15])
    assert "Manager (probably manager_id)" in note.message
    assert [header for header in HARMLESS if pay_word(header)] == []


@pytest.mark.parametrize("header", ["comment", "Comments", "Note", "NOTES", "Source", "Description", "# FTE"])
def test_a_persons_own_columns_are_free(header: str) -> None:
    assert read({header: "x"})[1] == []


def test_a_column_without_a_value_stops_nobody() -> None:
    assert [issue.severity for issue in read({"Termination Date": ""})[1]] == ["note"]


def test_values_under_no_header_stop_the_payment_unless_they_number_the_rows() -> None:
    (issue,) = read({"": "0.5"})[1]
    assert issue.severity == "error" and "has no header" in issue.message
    (note,) = read({"": "0"})[1]
    assert note.severity == "note" and "no header" in note.message
    assert read({"": None})[1] == []


def test_parts_of_words_do_not_count() -> None:
    assert [pay_word(one) for one in ("Gender", "Vendor", "Legend", "Sender", "Leaven", "Statuses")] == [
        ""
    ] * 6


def test_a_mapped_column_is_read_and_an_ignored_one_is_kept() -> None:
    decided = [
        *typed_choices(["Termination Date = leave_date", "roster: FTE% = fte"], [], "--map"),
        *typed_choices([], ["Roster: FLSA status"], "--ignore-column"),
    ]
    columns = {"Termination Date": "2026-05-15", "FTE%": "80%", "FLSA Status": "exempt"}
    tables, found = read(columns, *decided)
    roster = tables["roster"]
    assert found == [] and roster.ignored == {"FLSA Status"} and roster.extra == {"FLSA Status": ["exempt"]}
    assert roster.value(0, "fte") == 0.8
    assert roster.value(0, "leave_date") == date(2026, 5, 15).toordinal()
    assert roster.where(0, "leave_date") == "roster, row 2 (leave_date)"


def test_a_mapped_column_takes_the_place_of_a_blank_one_and_of_no_other() -> None:
    decided = typed_choices(["Termination Date = leave_date"], [], "--map")
    tables, found = read({"leave_date": None, "Termination Date": "2026-05-15"}, *decided)
    assert found == [] and tables["roster"].value(0, "leave_date")
    _, found = read({"leave_date": "2026-05-14", "Termination Date": "2026-05-15"}, *decided)
    assert "duplicate header" in found[0].message


@pytest.mark.parametrize(
    ("mapped", "ignored", "says"),
    [
        (["rooster: X = fte"], [], "Did you mean 'roster'"),
        (["roster: X = ftee"], [], "Did you mean 'fte'"),
        ([], ["Stage"], "no table has a column 'Stage'"),
    ],
)
def test_a_decision_that_decides_nothing_is_named(mapped: list[str], ignored: list[str], says: str) -> None:
    found = read({}, *typed_choices(mapped, ignored, "Control!B12"))[1]
    assert any(says in str(issue) and issue.where == "Control!B12" for issue in found)


def test_a_column_that_a_header_cannot_mean_is_named_and_not_the_header() -> None:
    for mapped in ("Termination Date = leave_dat", "roster: Termination Date = leave_dat"):
        found = read({"Termination Date": "2026-05-15"}, *typed_choices([mapped], [], "--map"))[1]
        issue = found[0]
        assert issue.severity == "error" and issue.got == "leave_dat", issue
        assert "'Termination Date' cannot mean leave_dat" in issue.message
        assert "Did you mean 'leave_date'?" in issue.hint


def test_a_slip_in_the_header_of_a_decision_is_told_beside_what_it_did_not_decide() -> None:
    decided = typed_choices(["Termination Dat = leave_date"], [], "--map")
    first, second = read({"Termination Date": "2026-05-15"}, *decided)[1]
    assert first.severity == "error" and "Did you mean 'termination_date'?" in first.hint
    assert second.rule == "E002"


def test_two_decisions_about_one_column_are_refused_with_both() -> None:
    decided = [
        *typed_choices(["Termination Date = leave_date"], [], "--map"),
        *typed_choices([], ["termination date"], "Control!B14"),
    ]
    issue = read({"Termination Date": "2026-05-15"}, *decided)[1][0]
    assert "it means leave_date (--map) and it is not used (Control!B14)" in issue.message


def test_a_plan_in_toml_holds_decisions() -> None:
    text = """
columns = { roster = { "Termination Date" = "leave_date" } }
ignore = { roster = ["FLSA status"] }
"""
    tables, found = read({"Termination date": "2026-05-15", "FLSA status": "x"}, *from_toml(text))
    assert found == [] and tables["roster"].value(0, "leave_date")
    with pytest.raises(CsmError, match=r"columns does not have(.|\n)*ignore does not have(.|\n)*accept is"):
        toml_decisions({"columns": {"roster": ["x"]}, "ignore": "x", "accept": 3}, "plan.toml")


def test_a_required_column_under_another_name_is_told_once() -> None:
    rows = [["employee_id", "plan_id", "Annual Salary", "hire_date"], ["E1", "p", 80000, date(2024, 1, 1)]]
    (issue,) = [one for one in read_tables([RawTable.of_rows(rows, "roster")], TYPES)[1] if one.rule != "x"][
        :1
    ]
    assert "base_salary of roster is missing" in issue.message and "Is it 'Annual Salary'" in issue.hint


@pytest.mark.parametrize("header", ["Column {}", "Pay rate {}", "TerminationDate{}"])
def test_very_many_headers_are_told_in_a_few_findings_and_soon(header: str) -> None:
    calls = []
    for many in (5_000, 25_000):  # Excel has 16,384 columns
        counting = Profile()
        found = counting.runcall(read, {header.format(number): "x" for number in range(many)})[1]
        calls.append(sum(one.callcount for one in counting.getstats()))
    assert calls[1] < 6 * calls[0]  # five times the headers; a comparison of each with each is 25
    assert len(found) <= 51 and len(str(found)) < 50_000
    assert "24,950 more columns may change pay" in found[-1].message or found[-1].severity == "note"


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [
        ("credits", "Opportunity ID", "deal_id"), ("payments", "Opportunity ID", "deal_id"),
        ("changes", "Effective From", "from"), ("arrangements", "Effective Date", "from"),
        ("results", "Quarter", "period"), ("goals", "Quarter", "period"),
        ("credits", "Worker ID", "employee_id"), ("roster", "Start", "hire_date"),
    ],
)  # fmt: skip
def test_what_exports_call_a_column_is_known_in_each_table_that_has_it(
    table: str, header: str, column: str
) -> None:
    meant = meant_column(schemas({})[table], header)
    assert meant is not None and meant.name == column


def test_a_renamed_column_is_not_looked_for_in_columns_of_another_meaning() -> None:
    rows = [["employee_id", "plan_id", "base_salary", "hire_date", "Squad", "Full Name", "Country"],
            ["E1", "P", 90000, "2024-01-01", "East", "Ann Berg", "Norway"]]  # fmt: skip
    squad = replace(RawTable.of_rows(rows, "roster"), drawn=("team",))
    said = {one.got: one.message for one in read_tables([squad], {})[1] if "Squad" in one.message}
    every = " ".join(one.message for one in read_tables([squad], {})[1])
    assert "probably means team" in " ".join(said.values())
    assert every.count("team") == 1
    rows[0][4] = "Zzz"
    every = " ".join(f"{one.message} {one.hint}" for one in read_tables([squad], {})[1])
    assert "'Zzz'; it may change pay, and probably means team" in every
    assert "'Country'; it may change pay. " in every and "Full Name = team" not in every


@pytest.mark.parametrize(("table", "head", "header", "place"), [
    ("results", ["period", "scope", "id", "measure", "actual"], "Individual modifier", "a row of modifiers"),
])  # fmt: skip
def test_what_has_its_place_in_another_table_says_which(
    table: str, head: list[str], header: str, place: str
) -> None:
    row = ["2026-Q1", "A1" if table == "accounts" else "individual", "E1", *([1] * (len(head) - 3)), 0.9]
    raw = RawTable.of_rows([[*head, header], row], table)
    said = [issue for issue in read_tables([raw], TYPES)[1] if issue.rule == "E002"]
    assert len(said) == 1 and place in said[0].hint and "--ignore-column" in said[0].hint
