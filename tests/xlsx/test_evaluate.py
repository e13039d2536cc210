"""Recalculation without Excel: references expanded, native and CSM_ functions computed together."""

from __future__ import annotations

import pytest

from csm_xl.functions import call
from csm_xl.workbook.own_functions import OURS
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import CIRCULAR, UNKNOWN, recalculate
from csm_xl.xlsx.package import Region
from csm_xl.xlsx.references import expand
from csm_xl.xlsx.values import ErrorCell

TABLE = Region("tblPay", "Pay here", 1, 1, 3, ("Who", "It's [a] #1", "Pay (USD)"))
HERE = Place("Pay here", 2, 6)


def book(**formulas: str) -> Book:
    made = Book(
        ["Pay here"],
        functions=OURS,
        tables={"tblpay": TABLE},
        names={"rate": "'Pay here'!$E$1", "all": "tblPay[Pay (USD)]"},
    )
    cells = [
        ["Who", "It's [a] #1", "Pay (USD)", None, 0.5],
        ["00123", 1.0, 100.0],
        ["b", ErrorCell("#N/A"), 200.0],
    ]
    made.values = {
        Place("Pay here", row, column): value
        for row, line in enumerate(cells, 1)
        for column, value in enumerate(line, 1)
        if value is not None
    }
    made.formulas = {Place("Pay here", 10 + int(name[1:]), 6): formula for name, formula in formulas.items()}
    return made


def value(formula: str) -> object:
    made = book()
    made.formulas[HERE] = formula
    return recalculate(made)[HERE]


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("=SUM(tblPay[Pay (USD)])", "=SUM('Pay here'!$C$2:$C$3)"),
        ("=SUM(TBLPAY[pay (usd)])", "=SUM('Pay here'!$C$2:$C$3)"),
        ("=tblPay[[#This Row],[Who]]", "='Pay here'!$A$2"),
        ("=tblPay[@Who]", "='Pay here'!$A$2"),
        ("=tblPay[@[Pay (USD)]]", "='Pay here'!$C$2"),
        ("=tblPay[[#This Row],[It''s '[a'] '#1]]", "='Pay here'!$B$2"),
        ("=ROWS(tblPay[#All])", "=ROWS('Pay here'!$A$1:$C$3)"),
        ("=COUNTA(tblPay[[#Headers],[Who]])", "=COUNTA('Pay here'!$A$1)"),
        ("=COUNTA(tblPay[[#Headers],[#Data],[Who]])", "=COUNTA('Pay here'!$A$1:$A$3)"),
        ("=COUNTA(tblPay[[Who]:[Pay (USD)]])", "=COUNTA('Pay here'!$A$2:$C$3)"),
        ("=COUNTA(tblPay)", "=COUNTA('Pay here'!$A$2:$C$3)"),
        ('="tblPay[Who]"&Rate', "=\"tblPay[Who]\"&'Pay here'!$E$1"),
        ("=SUM(All)", "=SUM('Pay here'!$C$2:$C$3)"),
        ("=_xlfn.XLOOKUP(1,A1:A2,B1:B2)", "=XLOOKUP(1,A1:A2,B1:B2)"),
        ("=CSM_TOTALCOMP(1,,2)", "=CSM_TOTALCOMP(1,'nothing at all'!A1,2)"),
        ("=CSM_TOTALCOMP( 1 , , )", "=CSM_TOTALCOMP(1,'nothing at all'!A1,'nothing at all'!A1)"),
        ("=IF(TRUE,,1)+CSM_VERSION()", "=IF(TRUE,,1)+CSM_VERSION()"),
    ],
)
def test_references_become_plain(formula: str, plain: str) -> None:
    assert expand(formula, HERE, book()) == plain


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("=CSM_TOTALCOMP(100,10,,,5)", 115.0),
        ("=CSM_TOTALCOMP(tblPay[[#This Row],[Pay (USD)]],10,Rate)", 105.0),
        ("=SUM(CSM_TOTALCOMP(tblPay[Pay (USD)],10))", 320.0),
        ("=SUM(CSM_TOTALCOMP(INDEX(tblPay[It''s '[a'] '#1],1):INDEX(tblPay[Pay (USD)],1),10))", 121.0),
        ("=tblPay[[#This Row],[Who]]", "00123"),
        ('=COUNTIFS(tblPay[Who],"00123")', 1.0),
        ("=1/0", ErrorCell("#DIV/0!")),
        ("=tblPay[[#Totals],[Who]]", ErrorCell("#REF!")),
        ("=tblPay[Nobody]", ErrorCell("#N/A")),
        ('=CSM_TOTALCOMP("many")', ErrorCell("#VALUE!")),
        ("=CSM_PAYMIX(0,0)", ErrorCell("#NUM!")),
        ("=CSM_NOPE(1)", ErrorCell("#NAME?")),
        ("=IFERROR(CSM_PAYMIX(0,0),7)", 7.0),
        ("=SUM(tblPay[It''s '[a'] '#1])", ErrorCell("#N/A")),
        ("=F2", CIRCULAR),
        ("=LAMBDA(x,x)(1)", UNKNOWN),
        ("=SUM((", UNKNOWN),
        ("=DATE(2026,3,31)", 46112.0),
        ("=AND(TRUE,1=1)", True),
        ('=""', ""),
    ],
)
def test_values_are_computed(formula: str, wanted: object) -> None:
    assert value(formula) == wanted


def test_csm_cells_are_what_the_one_call_path_gives() -> None:
    made = book(r1="=CSM_TIERPAY(120000,A21:B22)")
    for at, cell in {(21, 1): 0.0, (21, 2): 0.05, (22, 1): 100000.0, (22, 2): 0.08}.items():
        made.values[Place("Pay here", *at)] = cell
    wanted = call("CSM_TIERPAY", 120000, [[0, 0.05], [100000, 0.08]])
    assert list(recalculate(made).values()) == [wanted]


def test_an_array_fills_its_cells() -> None:
    made = book(r0="=CSM_TOTALCOMP(tblPay[Pay (USD)],1)")
    made.arrays[Place("Pay here", 10, 6)] = (2, 1)
    assert list(recalculate(made).values()) == [101.0, 201.0]


def test_an_array_fills_its_cells_between_typed_ones() -> None:
    made = book()
    made.formulas[Place("Pay here", 1, 7)] = '=A1:A3&""'
    made.arrays[Place("Pay here", 1, 7)] = (3, 1)
    made.values |= {Place("Pay here", 2, 6): "before", Place("Pay here", 2, 8): "behind"}
    found = recalculate(made)
    assert [found[Place("Pay here", row, 7)] for row in (1, 2, 3)] == ["Who", "00123", "b"]


def test_a_formula_for_one_cell_fills_no_other() -> None:
    made = book(r0="=CSM_TOTALCOMP(tblPay[Pay (USD)],1)", r5="=SUM(F10:F11)")
    assert list(recalculate(made).values()) == [101.0, 101.0]


def test_a_formula_over_an_area_fills_all_of_it_and_a_dynamic_one_its_result():
    first, second, last = (Place("Pay", row, 1) for row in (1, 2, 3))
    book = Book(["Pay"], formulas={first: '=IF(TRUE,"","")', Place("Pay", 1, 2): "=INDEX(A1:A3,2)"},
                arrays={first: (3, 1)})  # fmt: skip
    values = recalculate(book)
    assert [values[place] for place in (first, second, last, Place("Pay", 1, 2))] == ["", "", "", ""]
    book.dynamic = {first}
    assert recalculate(book)[Place("Pay", 1, 2)] == 0.0


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({}, 5.0),
        ({"tables": {"tblpay": Region("tblPay", "Pay", 1, 1, 2, ("Pay",))}}, 3.0),
        ({"tables": {"tblpay": Region("tblPay", "Pay", 1, 2, 3, ("Pay",))}}, 71.0),
        ({"names": {"more": "Pay!$B$2"}}, 34.0),
        ({"own_names": {("pay", "more"): "Pay!$B$3"}}, 44.0),
    ],
)
def test_a_formula_is_read_anew_where_tables_or_names_mean_something_else(
    changed: dict[str, dict[str, object]], value: float
) -> None:
    cells = {(1, 1): "Pay", (2, 1): 2.0, (3, 1): 2.0, (1, 2): "Pay", (2, 2): 30.0, (3, 2): 40.0, (4, 1): 1.0}

    def made(**other: object) -> Book:
        book = Book(["Pay"], {Place("Pay", *at): held for at, held in cells.items()})
        book.tables = {"tblpay": Region("tblPay", "Pay", 1, 1, 3, ("Pay",))}
        book.names = {"more": "Pay!$A$4"}
        book.formulas = {Place("Pay", 9, 9): "=SUM(tblPay[Pay])+more"}
        for name, meanings in other.items():
            setattr(book, name, meanings)
        return book

    recalculate(made())
    assert recalculate(made(**changed)) == {Place("Pay", 9, 9): value}


def _filtered(sheet, row):
    column = f"{sheet}!$B$1:$B$8"
    return (f'=IFERROR(INDEX(_xlfn._xlws.FILTER(IF({column}="","",{column}),({sheet}!$A$1:$A$8=S!$F$1)'
            f'*({sheet}!$C$1:$C$8=S!$F$2)),{row}),"none")')  # fmt: skip


@pytest.mark.parametrize("key", [1.0, 2.0, 3.0, 4.0, 9.0, "x", ErrorCell("#N/A")])
def test_what_formulas_filter_alike_is_what_each_of_them_filters_alone(key):
    """One row, several, none, blanks, texts, truth and errors; beside an error in the condition."""
    rows = [(1.0, 5.0), (2.0, 6.0), (1.0, "x"), (1.0, None), (3.0, True), (4.0, ErrorCell("#DIV/0!")),
            ("x", "007"), (1.0, "")]  # fmt: skip
    values = {Place("S", row, column): value for row, line in enumerate(rows, 1)
              for column, value in enumerate((*line, "q"), 1) if value is not None}  # fmt: skip
    values |= {Place("S", 1, 6): key, Place("S", 2, 6): "q"}
    formulas = {Place("S", row, 8): _filtered("S", row) for row in (1, 2, 3, 4, 5)}
    arrays = dict.fromkeys(formulas, (1, 1))

    def of(some):
        return recalculate(Book(["S"], dict(values), some, {place: arrays[place] for place in some},
                                dynamic=set(some), functions=OURS))  # fmt: skip

    together = of(formulas)
    alone = [of({place: text}) for place, text in formulas.items()]
    assert together == {place: value for one in alone for place, value in one.items()}
    assert together[Place("S", 5, 8)] == "none"


def test_a_text_that_reads_like_a_shared_filter_stays_a_text():
    """Two cells that show the words of the call, in quotes."""
    raw = _filtered("S", 1).removeprefix("=").replace("_xlfn._xlws.", "").replace('"none"', '""none""')
    formulas = {Place("S", row, 1): f'="{raw}"' for row in (1, 2)}
    book = Book(["S"], {}, formulas, dict.fromkeys(formulas, (1, 1)), dynamic=set(formulas))
    assert set(recalculate(book).values()) == {raw.replace('""', '"')}
