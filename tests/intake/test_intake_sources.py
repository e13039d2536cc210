"""sources.toml is read strictly: what is not understood is an error with its place, all at once."""

from pathlib import Path

import pytest

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError, Issue
from csm_xl.intake.sources_reading import sources_of
from csm_xl.plan.schema import schemas

KNOWN = schemas(component_types())


def faults(text: str) -> list[Issue]:
    with pytest.raises(CsmError) as found:
        sources_of(text, Path("sources.toml"), KNOWN)
    return list(found.value.issues)


def test_a_whole_mapping_is_read() -> None:
    found = sources_of(
        """
        [[source]]
        table = "deals"
        from = "exports/report*.csv"
        columns.deal_id = "Opportunity ID"
        columns.date = "Close Date"
        values.kind = { "Existing Business" = "upsell" }
        where = { Stage = "Closed Won" }
        dates = "mdy"
        number = "$1,234.50"
        currency = "USD"
        ignore = ["Probability"]
        columns.kind = "Type"

        [source.join.employee_id]
        column = "Owner"
        table = "roster"
        key = "Worker"
        value = "Employee ID"

        [[source]]
        table = "results"
        url = "env:WAREHOUSE"
        query = "SELECT 1"
        """,
        Path("sources.toml"), KNOWN,
    ).sources  # fmt: skip
    assert found[0].where == {"Stage": ("Closed Won",)}
    assert found[0].columns == {"deal_id": "Opportunity ID", "date": "Close Date", "kind": "Type"}
    assert found[0].join["employee_id"].key == "Worker"
    assert found[1].url == "env:WAREHOUSE"


def test_everything_that_is_wrong_is_reported_at_once_with_what_was_probably_meant() -> None:
    found = faults(
        """
        [[source]]
        table = "deal"
        from = "a.csv"

        [[source]]
        table = "deals"
        form = "a.csv"
        from = "a.csv"
        columns = { amuont = "Amount", date = 3 }
        dates = "myd"
        number = "1,234"
        rows = "append"
        percent = ["kind"]
        """
    )
    said = {issue.where: f"{issue.message} {issue.hint}" for issue in found}
    assert "Did you mean 'deals'?" in said["sources.toml source 1 (deal) table"]
    assert "Did you mean 'from'?" in said["sources.toml source 2 (deals) form"]
    assert "Did you mean 'amount'?" in said["sources.toml source 2 (deals) columns"]
    assert "the export has no such header" in said["sources.toml source 2 (deals) columns.date"]
    assert "mdy, dmy, ymd" in said["sources.toml source 2 (deals) dates"]
    assert "1.234,56" in said["sources.toml source 2 (deals) number"]
    assert "replace, update" in said["sources.toml source 2 (deals) rows"]
    assert "not a number" in said["sources.toml source 2 (deals) percent"]
    assert len(found) == 8


def test_a_column_is_given_once() -> None:
    found = faults(
        '[[source]]\ntable = "deals"\nfrom = "a.csv"\ncolumns = { currency = "Cur", date = "D" }\n'
        'currency = "USD"\nfill = { date = 2026-01-01 }\nignore = ["D"]'
    )
    assert [issue.message for issue in found] == [
        "date is given by columns and by fill",
        "currency is given by columns and by currency",
        "'D' is ignored, and used by columns.date",
    ]


def test_rows_come_from_files_or_from_a_query_and_never_from_both() -> None:
    for given in ("", 'from = "a.csv"\nurl = "env:A"\nquery = "SELECT 1"', 'url = "env:A"'):
        assert "where the rows are" in faults(f'[[source]]\ntable = "deals"\n{given}')[0].message


def test_a_password_in_the_file_is_refused_and_not_repeated() -> None:
    secret = "postgresql://payroll:hunter2@db.example/pay"
    found = faults(f'[[source]]\ntable = "deals"\nurl = "{secret}"\nquery = "SELECT 1"')
    assert "must not be written" in found[0].message
    assert "hunter2" not in str(found[0])
