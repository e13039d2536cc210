"""A table written as ``csm-xl export`` writes it, and imported, is the same table."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from mapping import only

from csm_xl.cli.exporting import export_text
from csm_xl.engine.components import component_types
from csm_xl.plan.cells import is_blank
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_tables

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12) | st.sampled_from(
    [
        "=1+1",
        "'=x",
        "''",
        "@team",
        "-",
        "it's",
        'say "so"',
        "a,b",
        "a;b",
        "total",
        "as of",
        "2026-01-01",
        "01/02/2026",
    ]
)
IDS = st.from_regex(r"\A[A-Z0]{1,3}[0-9]{1,6}\Z")
MONEY = st.floats(-1e9, 1e9).map(lambda value: round(value, 4))
DAY = st.dates(date(1990, 1, 1), date(2030, 12, 31))
ROW = st.tuples(IDS, DAY, MONEY, TEXT, st.none() | IDS, st.none() | DAY, TEXT)
HEADER = ["deal_id", "date", "amount", "kind", "account_id", "effective_date", "My note"]


@settings(max_examples=150)
@given(st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: row[0]))
def test_importing_an_exported_table_is_the_identity(rows: list[tuple[object, ...]]) -> None:
    cells = [[None if is_blank(cell) else cell for cell in row] for row in rows]
    typed = RawTable.of_rows([HEADER, *cells], "deals")
    with TemporaryDirectory() as folder:
        mapping = '[[source]]\ntable = "deals"\nfrom = "crm.csv"\n'
        found = only(Path(folder), mapping, crm=export_text([HEADER, *cells]))
    before = read_tables([typed], component_types())[0]["deals"]
    after = read_tables([found.raw], component_types())[0]["deals"]
    assert after.rows == before.rows == len(rows)
    for name in HEADER[:-1]:
        assert [after.value(row, name) for row in range(after.rows)] == [
            before.value(row, name) for row in range(before.rows)
        ]
    said = [None if cell is None else str(cell) for cell in before.extra["My note"]]
    assert [None if is_blank(cell) else cell for cell in after.extra.get("My note", said)] == said
