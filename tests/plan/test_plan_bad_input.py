"""Everything that can be wrong in what people hand over: each finding's place and its way out."""

import pytest
from plan_tables import TYPES, base, cell, issues, raws, reading_issues, the_one

from csm_xl.errors import CsmError
from csm_xl.plan.schema import ComponentKind
from csm_xl.plan.tables import PAY_TABLES, RawTable, read_strict, read_tables
from csm_xl.plan.validate import check_plans
from csm_xl.xlsx.values import ErrorCell


def test_a_plan_without_fault_has_no_finding():
    assert reading_issues(base()) == []
    assert issues(base()) == []


# Cells, headers and rows: found while reading. (table, row, column, value, place, words, hint)
CELLS = [
    ("roster", 2, "base_salary", "ninety", "Roster!D5", "the text is not a number", "Type a number"),
    ("roster", 2, "base_salary", "90.000,00", "Roster!D5", "the text is not a number", "1234.5"),
    ("roster", 2, "base_salary", ErrorCell("#DIV/0!"), "Roster!D5", "Excel error", "Fix the formula"),
    ("roster", 2, "base_salary", "#N/A", "Roster!D5", "Excel error", "Fix the formula"),
    ("roster", 2, "base_salary", True, "Roster!D5", "TRUE or FALSE", "Type a number"),
    ("roster", 2, "base_salary", None, "Roster!D5", "base_salary is blank", "annual base salary"),
    ("roster", 2, "base_salary", -1, "Roster!D5", "base_salary is below 0", "Type 0 or more"),
    ("roster", 2, "hire_date", "31/03/2025", "Roster!E5", "the text is not a date", "2026-03-31"),
    ("roster", 2, "hire_date", "08:30:00", "Roster!E5", "a time of day instead of a date", "2026-03-31"),
    ("roster", 2, "hire_date", 20250331, "Roster!E5", "the number is not a date", "Type 2025-03-31, if"),
    ("roster", 2, "hire_date", "20250331", "Roster!E5", "the text is not a date", "Type 2025-03-31, if"),
    ("roster", 2, "hire_date", "2025-02-30", "Roster!E5", "no such day", "2026-03-31"),
    ("roster", 2, "employee_id", "  ", "Roster!B5", "employee_id is blank", "Employee ID"),
    ("roster", 2, "employee_id", "E0001", "Roster!B5", "in roster, first at Roster!B4",
     "Keep one"),
    ("roster", 2, "plan_id", "bonos", "Roster!C5", "no plan_id 'bonos' in plans", "Did you mean 'bonus'?"),
    ("roster", 2, "plan_id", "other", "Roster!C5", "no plan_id 'other' in plans", "plans: bonus."),
    ("components", 1, "curve_id", "lime", "Components!H4", "no curve_id 'lime' in curves", "mean 'line'?"),
    ("components", 3, "tier_id", "stairs", "Components!I6", "no tier_id 'stairs' in tiers", "tiers: steps."),
    ("components", 1, "type", "metrik", "Components!D4", "unknown type 'metrik'", "Did you mean 'metric'?"),
    ("components", 1, "scope", "region", "Components!G4", "unknown scope 'region'",
     "individual, team, company"),
    ("components", 1, "weight", 1.5, "Components!E4", "weight is above 1", "1 is 100%"),
    ("components", 1, "weight", None, "Components!E4", "a metric component needs it", "Share"),
    ("components", 1, "measure", " ", "Components!F4", "a metric component needs it", "What is measured"),
    ("plans", 1, "year_start", 2.5, "Plans!I4", "year_start is not a whole number", "whole number"),
    ("results", 1, "period", "2026-Q5", "Results!B4", "the text is not a period", "2026-Q1"),
    ("results", 1, "actual", float("inf"), "Results!F4", "infinity", "finite"),
    ("results", 1, "id", ["North"], "Results!D4", "a list instead of", "one value"),
    ("goals", 1, "employee_id", "E001", "Goals!C4", "no employee_id 'E001' in roster", "mean 'E0001'?"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "column", "value", "place", "words", "hint"), CELLS)
def test_a_bad_cell_is_named(table, row, column, value, place, words, hint):
    given = cell(base(), table, row, column, value)
    issue = the_one(reading_issues(given) if table != "roster" or column != "employee_id" else
                    reading_issues({k: v for k, v in given.items() if k != "goals"}))  # fmt: skip
    assert issue.where == place
    assert words in issue.message
    assert hint in issue.hint
    assert issue.severity == "error"


def test_what_was_found_is_shown():
    assert the_one(reading_issues(cell(base(), "roster", 2, "base_salary", "ninety"))).got == "ninety"
    bad = the_one(reading_issues(cell(base(), "roster", 2, "base_salary", ErrorCell("#REF!"))))
    assert "#REF!" in str(bad)


def test_all_findings_come_at_once_in_order():
    tables = base()
    cell(tables, "roster", 1, "base_salary", "abc")
    cell(tables, "roster", 1, "hire_date", "soon")
    cell(tables, "roster", 2, "plan_id", "nowhere")
    cell(tables, "curves", 2, "payout", None)
    assert [issue.where for issue in reading_issues(tables)] == [
        "Curves!D5", "Roster!D4", "Roster!E4", "Roster!C5",
    ]  # fmt: skip
    with pytest.raises(CsmError) as caught:
        read_strict(raws(tables), TYPES, PAY_TABLES)
    assert len(caught.value.issues) == 4
    assert "Roster!C5" in str(caught.value)


def test_a_missing_header_is_named_with_what_may_be_meant():
    tables = base()
    tables["roster"][0][2] = "base_salery"
    issue = the_one(reading_issues(tables))
    assert (issue.where, issue.code) == ("Roster row 3", "#N/A")
    assert "column base_salary of roster is missing" in issue.message
    assert "Is it 'base_salery'?" in issue.hint


def test_a_doubled_header_is_named():
    tables = base()
    for number, row in enumerate(tables["roster"]):
        row.append("Base salary (USD)" if number == 0 else 1.0)
    issue = the_one(reading_issues(tables))
    assert issue.where == "Roster!J3"
    assert "duplicate header base_salary, in columns 3 and 9" in issue.message


def test_an_empty_table_is_an_error_where_people_could_not_be_paid():
    for name in PAY_TABLES:
        tables = base()
        del tables[name][1:]
        found = reading_issues(tables)
        assert f"the table {name} is empty" in [issue.message for issue in found]
    tables = base()
    del tables["results"][1:]
    assert reading_issues(tables) == []  # nobody needs to have results


@pytest.mark.parametrize("rows", [[], [[]], [[None, " "], ["", None]]])
def test_a_table_of_nothing_has_no_header(rows):
    issue = the_one(read_tables([RawTable.of_rows(rows, argument=2)], TYPES)[1])
    assert (issue.where, issue.message) == ("argument 2", "the table is empty: it has no header")


def test_a_missing_table_is_named_with_its_columns():
    tables = base()
    del tables["roster"], tables["goals"]
    issue = the_one(reading_issues(tables))
    assert issue.code == "#N/A"
    assert issue.message == "the table roster is missing"
    assert "employee_id, plan_id, base_salary, hire_date" in issue.hint


def test_a_table_that_others_refer_to_is_asked_for_once():
    tables = base()
    del tables["curves"]
    issue = the_one(reading_issues(tables))
    assert issue.where == "Components!H4"
    assert issue.message == "curve_id refers to curves, a table that is not given"


def test_a_table_given_twice_is_refused():
    issue = the_one(read_tables([*raws(base()), RawTable.of_rows(base()["roster"])], TYPES)[1])
    assert issue.message == "the table roster is given twice, first as Roster"


def test_rows_that_name_what_is_in_the_other_of_two_tables_are_no_further_fault():
    stale = [row for row in base()["roster"] if row[0] != "E0002"]
    issue = the_one(read_tables([RawTable.of_rows(stale, "Roster (1).csv"), *raws(base())], TYPES)[1])
    assert issue.message.startswith("the table roster is given twice, first as")


@pytest.mark.parametrize("name", ["payments (1).csv", "Payments - Copy.csv", "Copy of payments.csv"])
def test_a_copy_is_the_table_of_its_name(name):
    rows = [["deal_id", "date", "amount"], ["D1", "2026-01-14", 100]]
    assert read_tables([RawTable.of_rows(rows, name)], TYPES)[0]["payments"].rows == 1


def test_headers_that_fit_no_table_say_what_the_nearest_lacks():
    rows = [["employee_id", "plan_id", "base_salary"], ["E0001", "bonus", 1]]
    issue = the_one(read_tables([RawTable.of_rows(rows, argument=3)], TYPES)[1])
    assert issue.where == "argument 3, row 1"
    assert "the nearest, roster, lacks hire_date" in issue.message


def test_headers_that_fit_two_tables_say_what_would_tell():
    rows = [["employee_id", "from", "period", "goal", "weight", "score"]]  # changes has 2, goals 5
    tables, found = read_tables([RawTable.of_rows(rows)], TYPES)
    assert [issue.severity for issue in found] == ["note"]  # of the column that goals do not know
    assert tables["goals"].origin is not None
    rows = [["deal_id", "employee_id", "date", "amount", "role", "share"]]
    issue = the_one(read_tables([RawTable.of_rows(rows, argument=1)], TYPES)[1])
    assert "the table can be deals or credits" in issue.message
    assert "deals would also know kind" in issue.hint


def test_a_value_that_the_type_does_not_use_is_a_warning():
    issue = the_one(reading_issues(cell(base(), "components", 2, "rate", 0.1)))
    assert (issue.severity, issue.where) == ("warning", "Components!J5")
    assert issue.message == "a goals component does not use rate"
    read_strict(raws(cell(base(), "components", 2, "rate", 0.1)), TYPES)  # and stops nothing


# What no single cell can tell. (changes, place, words); several cells where it takes several.
WHOLE = [
    ([("components", 1, "weight", 0.4)], "Components!E4",
     "weights of plan bonus sum to 0.9 from the beginning"),
    ([("components", 1, "valid_from", "2026-04-01")], "Components!E5", "sum to 0.5 from the beginning"),
    ([("components", 1, "valid_to", "2026-03-31")], "Components!E5", "sum to 0.5 from 2026-04-01"),
    ([("curves", 2, "attainment", 1.3)], "Curves!C6",
     "curves line: the attainment of a curve point is below the previous one"),
    ([("curves", 2, "mode", "step")], "Curves!E5", "line has another mode in its first row (Curves!E4)"),
    ([("tiers", 1, "to", 1500)], "Tiers!C4", "tiers steps: the tier overlaps the next one"),
    ([("tiers", 1, "to", 500)], "Tiers!C4", "tiers steps: there is a gap before the next tier"),
    ([("tiers", 2, "to", 900)], "Tiers!C5", "ends where it starts or before"),
    ([("components", 1, "gate_measure", "CSAT")], "Components!R4", "the gate on CSAT has no gate_minimum"),
    ([("components", 1, "gate_minimum", 0.8)], "Components!Q4", "but there is no gate_measure"),
    ([("components", 1, "floor", 1.2), ("components", 1, "cap", 1)], "Components!O4",
     "floor is above the cap of 1"),
    ([("components", 3, "tier_id", None)], "Components!J6",
     "a commission needs a rate, tiers or a fixed amount"),
    ([("components", 3, "rate", 0.1)], "Components!J6", "the tiers steps pay, so the rate would not"),
    ([("components", 4, "fixed_amount", None)], "Components!K7", "a spif pays a fixed amount, but has none"),
    ([("tiers", 1, "on", "attainment")], "Components!F6", "multiples of a goal, but there is no measure"),
    ([("plans", 1, "modifier_floor", 2), ("plans", 1, "modifier_cap", 1)], "Plans!I4", "above its cap of 1"),
    ([("plans", 1, "rounding_unit", 0.02)], "Plans!I4", "not a rounding unit"),
    ([("plans", 1, "valid_from", "2026-02-01"), ("plans", 1, "valid_to", "2026-01-01")], "Plans!H4",
     "ends before it starts"),
    ([("plans", 1, "valid_from", "2030-01-01"), ("roster", 1, "leave_date", "2026-06-30")], "Roster!C4",
     "a date before the plan starts: E0001 is on bonus on 2026-06-30"),
    ([("plans", 1, "target_basis", "ote"), ("roster", 1, "base_share", 0.8)], "Roster!J5",
     "E0002 has no base_share, and plan bonus has no base_share"),
    ([("plans", 1, "target_value", None), ("roster", 1, "target_ratio", 0.2)], "Roster!I5",
     "E0002 has no target_ratio, and plan bonus has no target_value"),
    ([("roster", 2, "leave_date", "2025-02-28")], "Roster!F5",
     "E0002 leaves before the hire date, 2025-03-01"),
    ([("goals", 1, "weight", 0.3)], "Goals!E4", "E0001's goals in 2026-Q1 sum to 0.9 (0.3, 0.4, 0.2)"),
    ([("results", 1, "goal", 0)], "Results!G4", "the goal of GRR is not above 0"),
    ([("results", 1, "goal", -5)], "Results!G4", "the goal of GRR is not above 0"),
    ([("results", 1, "scope", "company")], "Results!D4", "a company's result has the id company"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "words"), WHOLE)
def test_a_contradiction_is_named(changes, place, words):
    tables = base()
    for change in changes:
        cell(tables, *change)
    found = [issue for issue in issues(tables) if issue.severity == "error"]
    issue = the_one(found)
    assert issue.where == place
    assert words in issue.message
    assert issue.hint


def test_one_finding_hides_no_other():
    tables = base()
    for change in (("components", 1, "weight", 0.4), ("curves", 2, "attainment", 1.3),
                   ("tiers", 1, "to", 1500), ("results", 1, "goal", 0), ("goals", 1, "weight", 0.3),
                   ("roster", 2, "leave_date", "2025-02-28")):  # fmt: skip
        cell(tables, *change)
    assert {issue.where for issue in issues(tables)} == {
        "Components!E4", "Curves!C6", "Tiers!C4", "Results!G4", "Goals!E4", "Roster!F5",
    }  # fmt: skip


def test_what_is_looked_up_in_plans_or_periods_waits_for_them():
    tables = cell(base(), "plans", 1, "valid_from", "2030-01-01")
    cell(tables, "plans", 1, "valid_to", "2029-01-01")
    cell(tables, "roster", 1, "leave_date", "2026-06-30")  # who is not told that the plan starts in 2030
    tables["periods"] = [["period", "start", "end"], ["FY26", "2026-03-29", "2026-03-01"]]
    assert {issue.where for issue in issues(tables)} == {"Plans!H4", "Periods!D4"}


@pytest.mark.parametrize(("name", "place", "changed"), [
    ("results", "Results!C6", [["period", "scope", "id", "measure", "actual", "goal"],
                               ["2026-Q1", "team", "North", "GRR", 1, 1],
                               ["2026-Q1", "company", "company", "GRR", 0.9, 1],
                               ["2026-Q1", "company", "Company", "GRR", 1, 1]]),
    ("modifiers", "Modifiers!C5", [["period", "scope", "factor", "id"], ["2026-Q1", "company", 1.1, None],
                                   ["Q1 2026", "company", 1.3, "company"]]),
])  # fmt: skip
def test_the_company_is_one_whatever_it_is_called(name, place, changed):
    found = issues({**base(), name: changed})
    issue = the_one([one for one in found if one.severity != "note"])  # no component uses such a result
    assert (issue.severity, issue.where) == ("error", place)
    assert "for the company" in issue.message


def test_a_goal_of_zero_is_a_fault_of_arithmetic():
    assert the_one(issues(cell(base(), "results", 1, "goal", 0))).code == "#NUM!"


def test_weights_that_sum_to_one_only_as_decimals_are_right():
    tables = base()
    for row, weight in ((1, 0.3333333333), (2, 0.6666666666)):
        cell(tables, "components", row, "weight", weight)
    cell(tables, "goals", 1, "weight", 0.1)
    cell(tables, "goals", 2, "weight", 0.7)
    assert issues(tables) == []
    cell(tables, "components", 1, "weight", 0.333333332)  # a billionth short is short
    assert "sum to 0.999999999" in the_one(issues(tables)).message


def with_table(name, *rows):
    tables = base()
    tables[name] = [list(row) for row in rows]
    return tables


EXTRA = [
    ("plans", [["plan_id", "model", "pay_period", "target_basis", "target_value", "valid_from", "valid_to"],
               ["bonus", "base_bonus", "quarter", "ratio", 0.1, None, "2026-03-31"],
               ["bonus", "base_bonus", "quarter", "ratio", 0.1, "2026-03-31", None]],
     "Plans!G5", "two versions of bonus overlap: the one before lasts to 2026-03-31 (Plans!H4)"),
    ("plans", [["plan_id", "model", "pay_period", "target_basis", "target_value", "valid_from"],
               ["bonus", "base_bonus", "quarter", "ratio", 0.1, None],
               ["bonus", "base_bonus", "month", "ratio", 0.1, "2026-04-01"]],
     "Plans!D5", "plan bonus pays by the quarter in another version (Plans!D4)"),
    ("credits", [["deal_id", "employee_id", "role", "share"], ["D1", "E0001", "csm", 0.7],
                 ["D1", "E0002", "csm", 0.4], ["D1", "E0001", "am", 1]],
     "Credits!E4", "shares of deal D1 in the role csm sum to 1.1 (E0001 0.7, E0002 0.4)"),
    ("events", [["date", "employee_id", "component_id"], ["2026-01-10", "E0001", "upsell"]],
     "Events!D4", "upsell is a commission, not paid by events"),
    ("changes", [["employee_id", "from", "plan_id"], ["E0001", "2026-02-01", "later"]],
     "Changes!C4", "a date before the plan starts: E0001 is on later on 2026-02-01"),
    ("events", [["date", "employee_id", "component_id"], ["2026-01-10", "E0001", "later_award"]],
     "Events!D4", "later_award belongs to plan later, but E0001 is on bonus"),
    ("paid", [["period", "employee_id", "plan_id", "component_id", "amount"],
              ["2026-Q1", "E0001", "later", "retention", 1]],
     "Paid!E4", "plan later has no component retention"),
    ("modifiers", [["period", "scope", "factor"], ["2026-Q1", "division", 1.1]],
     "Modifiers!E4", "does not say which division"),
    ("periods", [["period", "start", "end"], ["2026-Q1", "2025-12-29", "2026-03-29"],
                 ["2026-Q2", "2026-03-29", "2026-06-28"]],
     "Periods!C5", "period 2026-Q2 starts before 2026-Q1 ends (Periods!D4)"),
    ("periods", [["period", "start", "end"], ["2026-Q1", "2026-03-29", "2026-03-01"]],
     "Periods!D4", "period 2026-Q1 ends before it starts"),
    ("periods", [["period", "start", "end", "share"], ["2026-Q1", "2026-01-01", "2026-03-31", 0.6],
                 ["2026-Q2", "2026-04-01", "2026-06-30", 0.5]],
     "Periods!E5", "shares of the quarters of 2026 sum to more than 1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "place", "words"), EXTRA)
def test_a_contradiction_between_tables_is_named(name, rows, place, words):
    tables = with_table(name, *rows)
    if any("later" in row or "later_award" in row for row in rows):
        tables["plans"][0].append("x")
        tables["plans"].append(["later", "base_bonus", "quarter", "ratio", 0.1, "2026-06-01", None])
        tables["components"].append(["later", "later_award", "spif", *[None] * 6, 100, *[None] * 7])
    tables["deals"] = [["deal_id", "date", "amount"], ["D1", "2026-02-01", 1000]]
    if name != "credits":
        tables["credits"] = [["deal_id", "employee_id", "role"], ["D1", "E0001", "csm"]]
    issue = the_one([issue for issue in issues(tables) if issue.severity == "error"])
    assert issue.where == (place if name != "modifiers" else "Modifiers row 4 (id)")
    assert words in issue.message
    assert issue.hint


def test_shares_above_one_are_right_where_the_plans_allow_them():
    tables = with_table(
        "credits", ["deal_id", "employee_id", "share"], ["D1", "E0001", 0.7], ["D1", "E0002", 0.4]
    )
    tables["deals"] = [["deal_id", "date", "amount"], ["D1", "2026-02-01", 1000]]
    assert "sum to 1.1" in the_one(issues(tables)).message
    assert issues(cell(tables, "plans", 1, "over_assignment", "yes")) == []


def test_versions_without_an_end_last_until_the_next():
    tables = with_table(
        "plans",
        ["plan_id", "model", "pay_period", "target_basis", "target_value", "valid_from"],
        ["bonus", "base_bonus", "quarter", "ratio", 0.1, None],
        ["bonus", "base_bonus", "quarter", "ratio", 0.2, "2026-04-01"],
    )
    assert issues(tables) == []


WARNINGS = [
    ({"results": [["period", "scope", "id", "measure", "actual", "goal"], ["2026-Q1", "team", "Noth", "GRR",
     1, 1]]},
     "Results!D4", "the roster has no team 'Noth', so this result pays nobody", "Did you mean 'North'?"),
    ({"deals": [["deal_id", "date", "amount"], ["D1", "2026-02-01", 10]]},
     "Deals row 4 (employee_id)", "nobody is credited for deal D1", "Fill employee_id"),
    ({"deals": [["deal_id", "date", "amount"], ["D1", "2026-02-01", 10]],
      "credits": [["deal_id", "employee_id", "role"], ["D1", "E0001", "se"]]},
     "Credits!D4", "no component pays the role 'se'", "Roles that are paid: csm"),
    ({"modifiers": [["period", "scope", "factor", "id"], ["2026-Q1", "division", 1.1, "Eest"]]},
     "Modifiers!E4", "nobody on the roster is in the division 'Eest'", "Did you mean 'East'?"),
    ({"plans": [["plan_id", "model", "pay_period", "target_basis", "target_value", "year_start"],
                ["bonus", "base_bonus", "quarter", "ratio", 0.1, 2]]},
     "Plans!G4", "the plan year starts within a calendar quarter", "1, 4, 7, 10"),
    ({"changes": [["employee_id", "from", "fte"], ["E0001", "2026-02-01", 0.5]],
      "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "leave_date", "team"],
                 ["E0001", "bonus", 1, "2024-01-01", "2026-01-31", "North"],
                 ["E0002", "bonus", 1, "2024-01-01", None, "North"]]},
     "Changes!C4", "E0001 leaves before this change, on 2026-01-31", "Correct the date"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "place", "words", "hint"), WARNINGS)
def test_what_is_probably_a_mistake_is_a_warning(changed, place, words, hint):
    issue = the_one([one for one in issues({**base(), **changed}) if one.where == place])
    assert issue.severity == "warning"
    assert (issue.where, issue.message) == (place, words)
    assert hint in issue.hint


def test_a_period_that_the_fiscal_calendar_lacks_is_an_error():
    tables = with_table("periods", ["period", "start", "end"], ["FY26-Q1", "2025-12-29", "2026-03-29"])
    found = issues(tables)
    assert {issue.where for issue in found} == {"Results!B4", *(f"Goals!B{row}" for row in range(4, 10))}
    assert {issue.code for issue in found} == {"#N/A"}
    assert "The periods table has FY26-Q1." in found[0].hint


def test_weights_are_of_the_types_that_pay_a_share_of_the_target():
    tables = cell(base(), "components", 1, "weight", 0.4)
    assert issues(tables)
    dollars = {name: ComponentKind(kind.columns, False, pays_on=kind.pays_on) for name, kind in TYPES.items()}
    assert not check_plans(read_strict(raws(tables), dollars, PAY_TABLES))
