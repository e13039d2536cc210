"""What every built workbook keeps to, looked up in the file itself."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from csm_xl import __version__
from csm_xl.engine.components import component_types
from csm_xl.plan.names import header_name
from csm_xl.plan.schema import schemas
from csm_xl.workbook.layout import CLASSES, INPUTS, ORDER, InputTable, list_name
from csm_xl.workbook.page import HEAD_ROW
from csm_xl.workbook.styles import LEGEND, NUMBERS, ROLES, TABS

ORDERED = [
    "Cover",
    "Control",
    "Plans",
    "Curves",
    "Roster",
    "Results",
    "Goals",
    "Deals",
    "Pay data",
    "Import",
    "Payouts",
    "Total Comp",
    "Statement",
    "Dashboard",
    "What-if",
    "Checks",
    "Log",
    "Ledger",
    "Functions",
]
INPUT_SHEETS = ORDERED[2:9]
PAGES = (
    "Statement",
    "Dashboard",
    "What-if",
)  # free pages, whose tables serve what is drawn and printed of them
FORMULAS_FORBIDDEN = re.compile(
    r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN)\(|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?![A-Z0-9(])"
)


def drawn(book: Workbook) -> list[InputTable]:
    found = [place for place in INPUTS if place.excel_name in book[place.sheet].tables]
    assert [place for place in INPUTS if place.always and place not in found] == []
    return found


def named(book: Workbook, sheet: str) -> dict[str, object]:
    """What the named cells of a sheet hold."""
    found = {name: defined.value.rpartition("!") for name, defined in book.defined_names.items()}
    return {
        name: book[sheet][cell.replace("$", "")].value
        for name, (on, _, cell) in found.items()
        if on == sheet and ":" not in cell
    }


@pytest.fixture(scope="module")
def typed(sample: Path) -> Workbook:
    return openpyxl.load_workbook(sample)


@pytest.fixture(scope="module")
def shown(sample: Path) -> Workbook:
    return openpyxl.load_workbook(sample, data_only=True)


@pytest.fixture(scope="module")
def formulas(typed: Workbook) -> dict[tuple[str, str], str]:
    return {
        (page.title, cell.coordinate): str(cell.value)
        for page in typed
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.fixture(scope="module")
def parts(sample: Path) -> dict[str, str]:
    with zipfile.ZipFile(sample) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def test_sheets_stand_in_order_with_the_colour_of_their_class(typed: Workbook) -> None:
    assert typed.sheetnames == list(ORDER) == ORDERED
    for page in typed:
        colour = TABS[CLASSES.get(page.title, "input")].lstrip("#").upper()
        assert page.sheet_properties.tabColor.rgb == f"FF{colour}"
    assert len(set(TABS.values())) == 4


def test_no_sheet_is_hidden_and_it_opens_at_cover_a1(typed: Workbook) -> None:
    assert {page.sheet_state for page in typed} == {"visible"}
    assert typed.active.title == "Cover"
    view = typed["Cover"].sheet_view
    assert view.selection[0].activeCell in (None, "A1") and view.topLeftCell in (None, "A1")


def test_the_cover_says_what_it_is(sample: Path, shown: Workbook) -> None:
    said = named(shown, "Cover")
    assert said["paid_period"] == "2026" and said["currency"] == "USD" and said["version"] == __version__
    assert said["last_refresh"] == datetime(2026, 4, 7, 9, 30)
    assert said["period_start"] == datetime(2026, 1, 1) and said["period_end"] == datetime(2026, 12, 31)
    properties = {one.name: one.value for one in shown.custom_doc_props.props}
    assert properties["csm_xl version"] == __version__
    assert properties["Plan fingerprint"].startswith(said["plan_fingerprint"])
    assert shown["Cover"]["A1"].value == "Customer Success pay plan" == shown.properties.title


def test_the_settings_are_named_cells_that_say_what_they_take(typed: Workbook, shown: Workbook) -> None:
    page, said = shown["Control"], named(shown, "Control")
    assert said == {
        "period": "2026",
        "as_of": None,
        "plan_source": "this workbook",
        "results_source": "this workbook",
        "import_sources": None,
        "scenario": None,
        "mapped_columns": None,
        "ignored_columns": None,
        "accepted_findings": None,
        "book": None,
        "paper_size": "Letter",
        "company_name": None,
        "company_logo": None,
        "contact_line": None,
        "number_style": "English",
        "date_style": "ISO",
        "names_on_outputs": "yes",
    }
    for name in said:
        cell = typed["Control"][typed.defined_names[name].value.rpartition("!")[2].replace("$", "")]
        rules = [
            one for one in typed["Control"].data_validations.dataValidation if cell.coordinate in one.sqref
        ]
        assert len(rules) == 1 and rules[0].prompt and rules[0].error and rules[0].promptTitle, name
        assert cell.protection.locked is False and cell.fill.start_color.rgb == "FFFFF9DB", name
    rows = {row[0].value: row[1].value for row in page.iter_rows(min_col=1, max_col=2)}
    assert rows["Period paid"] == "2026" and rows["Last refresh"] == datetime(2026, 4, 7, 9, 30)
    assert rows["Plan fingerprint"] == named(shown, "Cover")["plan_fingerprint"]
    assert rows["Master check"] is True


def test_links_resolve_and_none_leads_out(typed: Workbook, parts: dict[str, str]) -> None:
    links = [cell.hyperlink for page in typed for row in page.iter_rows() for cell in row if cell.hyperlink]
    assert len(links) >= 11 + 11
    for link in links:
        sheet, _, cell = link.location.rpartition("!")
        assert sheet.strip("'") in typed.sheetnames
        assert typed[sheet.strip("'")][cell].value, link.location
    assert not any("externalLink" in name for name in parts)
    assert not any('TargetMode="External"' in text for text in parts.values())


def test_the_legend_shows_the_styles_that_are_used(typed: Workbook) -> None:
    cover = typed["Cover"]
    for role, sample, _ in LEGEND:
        cell = next(row[0] for row in cover.iter_rows(min_row=20) if row[0].value == sample)
        wanted = ROLES[role]
        if "bg_color" in wanted:
            assert cell.fill.start_color.rgb == "FF" + wanted["bg_color"].lstrip("#")
        assert cell.font.color.rgb == "FF" + wanted["font_color"].lstrip("#")


def test_inputs_are_blue_on_yellow_and_unprotected_outputs_protected_without_a_password(
    typed: Workbook,
) -> None:
    for page in typed:
        is_input = page.title in ("Control", "Import", *INPUT_SHEETS)
        assert page.protection.sheet is not is_input
        assert page.protection.password is None
    for place in drawn(typed):
        page = typed[place.sheet]
        table = page.tables[place.excel_name]
        for row in page[table.ref][1:]:
            for cell in row:
                assert cell.fill.start_color.rgb == "FFFFF9DB" and cell.font.color.rgb == "FF1F4E9E"
                assert cell.data_type != "f", f"formula in the input {page.title}!{cell.coordinate}"
                assert cell.protection.locked is False


def test_every_input_column_is_validated_with_words(typed: Workbook) -> None:
    for place in drawn(typed):
        page = typed[place.sheet]
        for cell in page[page.tables[place.excel_name].ref][1]:
            rules = [rule for rule in page.data_validations.dataValidation if cell.coordinate in rule.sqref]
            assert len(rules) == 1, f"{page.title}!{cell.coordinate}"
            rule = rules[0]
            assert rule.promptTitle and rule.prompt and rule.errorTitle and rule.error
            assert max(len(rule.promptTitle), len(rule.errorTitle)) <= 32
            assert max(len(rule.prompt), len(rule.error)) <= 255
            assert rule.showInputMessage and rule.showErrorMessage
            if rule.type == "list":
                assert len(rule.formula1) <= 257
                assert rule.formula1.startswith('"') or rule.formula1 in typed.defined_names


def test_lists_of_drop_downs_come_from_tables(typed: Workbook) -> None:
    tables = {table.name: table for page in typed for table in page.tables.values()}
    names = {name: defined.value for name, defined in typed.defined_names.items() if name.endswith("Ids")}
    assert set(names) >= {"PlanIds", "EmployeeIds", "CurveIds", "TierIds", "ComponentIds", "DealIds"}
    for refers in names.values():
        table, column = re.fullmatch(r"(\w+)\[(.+)\]", refers).groups()
        assert column in [one.name for one in tables[table].tableColumns]


def test_no_list_of_a_drop_down_has_the_name_of_a_table_as_excel_reads_names() -> None:
    columns = [column for schema in schemas(component_types()).values() for column in schema.columns]
    lists = {list_name(wanted) for one in columns for wanted in (one.refers, one.suggests) if wanted}
    assert {name.casefold() for name in lists}.isdisjoint(place.name for place in INPUTS)


def test_every_table_of_the_schema_has_its_place() -> None:
    assert {place.name for place in INPUTS} == set(schemas(component_types()))
    assert {place.sheet for place in INPUTS} == set(INPUT_SHEETS)


def test_every_input_table_has_a_comment_column(typed: Workbook) -> None:
    for place in drawn(typed):
        headers = [one.name for one in typed[place.sheet].tables[place.excel_name].tableColumns]
        assert "Comment" in headers


def test_headers_are_the_columns_of_the_schema_with_units_in_round_brackets(typed: Workbook) -> None:
    known = schemas(component_types())
    for place in drawn(typed):
        page = typed[place.sheet]
        columns = {column.name: column for column in known[place.name].columns}
        headers = [one.name for one in page.tables[place.excel_name].tableColumns]
        assert set(columns) <= {header_name(header) for header in headers}
        for header in headers:
            assert "[" not in header
            column = columns.get(header_name(header))
            if column is not None and column.kind in ("money", "ratio", "number"):
                assert re.search(r"\(.+\)$", header), f"no unit in {place.name} {header}"
    for sheet in ("Payouts", "Total Comp"):
        for cell, below in zip(typed[sheet][HEAD_ROW], typed[sheet][HEAD_ROW + 1], strict=True):
            if below.number_format not in ("General", "@"):
                assert re.search(r"\(.+\)$", cell.value), cell.value


def test_tables_are_named_tbl_do_not_overlap_and_their_headers_are_their_cells(typed: Workbook) -> None:
    names = [table.name for page in typed for table in page.tables.values()]
    assert all(re.fullmatch(r"tbl[A-Z]\w+", name) for name in names) and len(set(names)) == len(names)
    assert not any(name.startswith("tbl") for name in typed.defined_names)
    for page in typed:
        taken: set[int] = set()
        for table in page.tables.values():
            head = page[table.ref][0]
            assert [cell.value for cell in head] == [column.name for column in table.tableColumns]
            columns = {cell.column for cell in head}
            assert not taken & columns, "a table must be able to grow downwards"
            taken |= columns
        assert not page.merged_cells.ranges


def test_formulas_are_short_stable_and_hold_no_constant_but_0_and_1(
    formulas: dict[tuple[str, str], str],
) -> None:
    assert len(formulas) > 500
    for place, formula in formulas.items():
        assert len(formula) <= 400, (place, len(formula))
        bare = re.sub(r'"[^"]*"|\[[^\[\]]*\]|\'[^\']*\'', "", formula)
        assert not FORMULAS_FORBIDDEN.search(bare), (place, formula)
        numbers = re.findall(r"(?<![A-Za-z$_.\d])\d+\.?\d*(?![A-Za-z\d(])", bare)
        assert set(numbers) <= {"0", "1"}, (place, formula)
        assert "ROUND" not in formula
        assert "@" not in formula, "written in full for Calc"


def test_a_table_column_has_one_formula_and_declares_it(
    typed: Workbook, formulas: dict[tuple[str, str], str]
) -> None:
    found = 0
    for page in typed:
        for table in page.tables.values():
            _, *rows = page[table.ref]
            for at, column in enumerate(table.tableColumns):
                here = {str(row[at].value) for row in rows if row[at].data_type == "f"}
                if column.calculatedColumnFormula is not None:
                    assert here == {f"={column.calculatedColumnFormula.attr_text}"}, column.name
                    found += 1
                else:
                    assert not here, f"{page.title} {column.name}"
    assert found > 15


def test_every_formula_has_a_stored_value_and_none_is_an_error(
    shown: Workbook, formulas: dict[tuple[str, str], str]
) -> None:
    live = 0
    for (sheet, cell), formula in formulas.items():
        stored = shown[sheet][cell]
        assert stored.value is not None or stored.data_type == "str", (sheet, cell)  # a text of no letters
        assert stored.data_type != "e", (sheet, cell)
        live += "CSM_" in formula
    assert live > 150


def test_totals_over_csm_cells_are_guarded(formulas: dict[tuple[str, str], str]) -> None:
    sums = [text for (sheet, _), text in formulas.items() if sheet == "Total Comp" and "SUM(tbl" in text]
    assert len(sums) >= 7
    for text in sums:
        assert re.fullmatch(r"=IF\(COUNT\((.+)\)=ROWS\(\1\),SUM\(\1\),NA\(\)\)", text)


def test_calculation_is_automatic_without_a_full_one_on_opening(parts: dict[str, str]) -> None:
    calc = re.search(r"<calcPr[^>]*>", parts["xl/workbook.xml"])[0]
    assert "fullCalcOnLoad" not in calc and "manual" not in calc
    assert int(re.search(r'calcId="(\d+)"', calc)[1]) >= 191029


def test_formats_fit_units_and_dates_are_real_and_iso(typed: Workbook) -> None:
    page = typed["Total Comp"]
    for head, cell in zip(page[HEAD_ROW], page[HEAD_ROW + 1], strict=True):
        unit = re.search(r"\((.+)\)$", head.value)
        wanted = {"USD": NUMBERS["money"], "%": NUMBERS["percent"], "count": NUMBERS["count"]}
        wanted["days"] = NUMBERS["count"]
        if unit:
            assert cell.number_format == wanted[unit[1]], head.value
    dates = [cell for sheet in INPUT_SHEETS for row in typed[sheet].iter_rows() for cell in row
             if isinstance(cell.value, datetime)]  # fmt: skip
    assert len(dates) > 100 and {cell.number_format for cell in dates} == {"yyyy-mm-dd"}
    assert NUMBERS["percent"] == "0.0%"


def test_sheets_freeze_print_and_sign_their_pages(typed: Workbook) -> None:
    for page in typed:
        if page.title in PAGES:
            assert page.freeze_panes == "A4" and page.sheet_properties.pageSetUpPr.fitToPage
            continue
        if page.tables and page.title not in ("Control", "Import"):
            assert page.freeze_panes == "B7"
            assert page.print_title_rows == "$6:$6"
        assert page.print_area
        fits = page.sheet_properties.pageSetUpPr is not None and page.sheet_properties.pageSetUpPr.fitToPage
        parted = (
            page.col_breaks.brk and 60 <= (page.page_setup.scale or 100) <= 100
        )  # too wide to be read on one
        assert (fits and page.page_setup.fitToHeight == 0) or parted, page.title
        footer = page.oddFooter
        assert __version__ in footer.left.text and "Confidential" in footer.center.text
        assert "&P" in footer.right.text and "&N" in footer.right.text


def test_every_sheet_shows_the_master_check(typed: Workbook, shown: Workbook) -> None:
    for page in typed:
        cells = [
            cell for row in page.iter_rows(max_row=4) for cell in row if "master_check" in str(cell.value)
        ]
        assert len(cells) == 1
        assert shown[page.title][cells[0].coordinate].value == "✔ All checks pass"


def test_ten_or_more_named_checks_with_tolerance_all_hold(shown: Workbook) -> None:
    rows = [
        row for row in shown["Checks"].iter_rows(min_row=HEAD_ROW + 1, max_col=6, values_only=True) if row[0]
    ]
    assert len(rows) >= 10 and len({row[0] for row in rows}) == len(rows)
    for name, meaning, found, expected, tolerance, holds in rows:
        assert meaning and tolerance >= 0, name
        assert holds is True and abs(found - expected) <= tolerance, name


def test_nothing_is_cut_off(shown: Workbook) -> None:
    """A number wider than its column shows as ####."""
    for page in shown:
        groups = {}
        for dimension in page.column_dimensions.values():
            for at in range(dimension.min, dimension.max + 1):
                groups[get_column_letter(at)] = dimension.width
        for row in page.iter_rows(min_row=HEAD_ROW - 1):
            for cell in row:
                if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
                    text = f"{cell.value:,.2f}" if cell.number_format.startswith("#,##0.00") else "100.0%"
                    assert len(text) <= groups.get(cell.column_letter, 8.43) - 1, (
                        f"{page.title}!{cell.coordinate}"
                    )


def luminance(colour: str) -> float:
    parts = [int(colour.lstrip("#")[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("role", list(ROLES))
def test_text_can_be_read_on_its_ground(role: str) -> None:
    look = ROLES[role]
    light, dark = sorted(
        (luminance(look.get("bg_color", "#FFFFFF")), luminance(look["font_color"])), reverse=True
    )
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_property_dates_and_zip_stamps_are_fixed(sample: Path, typed: Workbook) -> None:
    with zipfile.ZipFile(sample) as package:
        stamps = Counter(info.date_time for info in package.infolist())
    assert len(stamps) == 1
    assert typed.properties.created == typed.properties.modified == datetime(2026, 4, 7, 9, 30)


def test_every_drawing_says_in_words_what_it_shows(parts: dict[str, str]) -> None:
    drawings = [text for name, text in parts.items() if re.match(r"xl/drawings/drawing\d+\.xml", name)]
    shapes = [shape for text in drawings for shape in re.findall(r"<xdr:cNvPr [^>]*>", text)]
    assert len(shapes) >= 5
    for shape in shapes:
        assert len(re.search(r'descr="([^"]*)"', shape)[1]) > 20, shape


def test_charts_have_titles_and_axes_with_words(parts: dict[str, str]) -> None:
    charts = [text for name, text in parts.items() if re.match(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) >= 5
    for text in charts:
        assert "<c:title>" in text.partition("<c:plotArea>")[0]
        assert "3DChart" not in text and "bar3D" not in text
        for axis in re.findall(r"<c:(?:val|cat)Ax>.*?</c:(?:val|cat)Ax>", text, re.DOTALL):
            assert "<c:title>" in axis or '<c:delete val="1"/>' in axis, axis[:200]


def test_sheets_that_are_looked_at_have_no_gridlines(typed: Workbook) -> None:
    for name in ("Cover", "Statement", "Dashboard", "Payouts", "Total Comp"):
        assert typed[name].sheet_view.showGridLines is False


def test_each_table_header_over_numbers_says_its_unit(typed: Workbook) -> None:
    units = {
        NUMBERS[kind] for kind in ("money", "percent", "rate", "share", "factor", "number", "count", "fine")
    }
    for page in typed:
        for table in page.tables.values():
            head, below, *_ = page[table.ref]
            for cell, first in zip(head, below, strict=True):
                if first.number_format in units:
                    assert re.search(r"\(.+\)$", cell.value), f"{page.title} {cell.value}"


def test_cells_to_type_in_on_other_sheets_say_what_they_take_too(typed: Workbook) -> None:
    """Cells that a person fills on protected sheets: unlocked, in the look of inputs, and validated."""
    found = 0
    for name in ("Statement", *(["What-if"] if "What-if" in typed.sheetnames else [])):
        page = typed[name]
        for row in page.iter_rows():
            for cell in row:
                if not cell.protection.locked and cell.fill.start_color.rgb == "FFFFF9DB":
                    rules = [
                        one for one in page.data_validations.dataValidation if cell.coordinate in one.sqref
                    ]
                    assert len(rules) == 1 and rules[0].prompt and rules[0].error, f"{name}!{cell.coordinate}"
                    found += 1
    assert found >= 2


def test_names_refer_to_cells_and_tables_that_are_there(typed: Workbook) -> None:
    tables = {table.name: {column.name for column in table.tableColumns}
              for page in typed for table in page.tables.values()}  # fmt: skip
    for name, defined in typed.defined_names.items():
        assert "#REF" not in defined.value
        inside = re.fullmatch(r"(tbl\w+)\[(.+)\]", defined.value)
        if inside and inside[2] != "#All":
            assert inside[2] in tables[inside[1]], name
        elif inside:
            assert inside[1] in tables, name
        elif "!" in defined.value and "(" not in defined.value:
            assert defined.value.rpartition("!")[0].strip("'") in typed.sheetnames, name
