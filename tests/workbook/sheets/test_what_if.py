"""The What-if: the figures it shows against the functions called directly, for cells typed by a person."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from test_statement_sheet import paid

from csm_xl.functions import call
from csm_xl.workbook.page import Sheet
from csm_xl.workbook.sample import sample_tables
from csm_xl.workbook.sheets.what_if.sheet import (
    _CAP,
    _CURVE,
    _FIRST,
    _MODELLER,
    _MODIFIER,
    _PAY,
    _PERSON,
    _POINT,
    _RATIO,
    _TARGET,
    _TOTAL,
)
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.values import ErrorCell

NAME = "What-if"
RETENTION = [[0.9, 0.5], [1, 1], [1.2, 1.5]]


@cache
def page() -> Sheet:
    return next(sheet for sheet in paid(sample_tables, "2026")[0].sheets if sheet.name == NAME)


def beneath(place: Place) -> bool:
    """Whether a cell belongs to the plan modeler, which has tests of its own."""
    return place.sheet == NAME and place.row >= _MODELLER


def tried(**typed: Any) -> dict[tuple[int, int], Any]:
    """The sheet's cells after cells were typed: C18=… by name."""
    book = paid(sample_tables, "2026")[0].book()
    book.formulas = {place: formula for place, formula in book.formulas.items()
                     if place.sheet in (NAME, "Total Comp") and not beneath(place)}  # fmt: skip
    for name, value in typed.items():
        place = (int(name[1:]), ord(name[0]) - 64)
        assert place in page().rules, f"{name} is not for typing"
        if value is None:
            book.values.pop(Place(NAME, *place), None)
        else:
            book.values[Place(NAME, *place)] = value
    values = {**book.values, **recalculate(book)}
    found = {place[1:]: value for place, value in values.items() if place.sheet == NAME}
    assert [place for place, value in found.items() if isinstance(value, ErrorCell)] == []
    return found


def row_of(label: str) -> int:
    return next(row for (row, column), cell in sorted(page().cells.items())
                if column == 1 and str(cell.value).startswith(label))  # fmt: skip


BLANK = {f"C{_FIRST}": None, f"E{_POINT + 2}": None}  # what the sheet starts with


def test_nothing_typed_is_no_difference() -> None:
    cells = tried(**BLANK)
    for row in (_RATIO, _PAY, _TOTAL):
        assert cells[row, 2] == cells[row, 3] and cells[row, 4] == 0


def lines_of(person: str) -> list[dict[str, Any]]:
    """The payout lines of a person with a target."""
    lines = paid(sample_tables, "2026")[1]
    return [line for line in lines if line["employee_id"] == person and line["weight"] is not None]


def test_today_is_what_is_paid() -> None:
    cells = tried(**BLANK)
    own = lines_of(str(cells[_PERSON, 2]))
    target, amount = (sum(line[name] for line in own) for name in ("component_target", "amount"))
    assert cells[_PAY, 2] == pytest.approx(amount)
    assert cells[_RATIO, 2] == pytest.approx(amount / target)
    for row in (_FIRST, _FIRST + 1):
        component = [line for line in own if line["component_id"] == cells[row, 1]]
        ratio = sum(line["component_target"] * line["payout_ratio"] for line in component)
        assert cells[row, 6] == pytest.approx(ratio / sum(line["component_target"] for line in component))


def test_attainment_weight_and_cap_move_the_pay() -> None:
    base = tried(**BLANK)
    target = base[_TARGET, 2]
    typed = {**BLANK, f"C{_FIRST}": 1.1, f"E{_FIRST}": 0.8, f"E{_FIRST + 1}": 0.2}
    then = 0.8 * 1.25 + 0.2 * base[_FIRST + 1, 6]
    cells = tried(**typed)
    assert cells[_RATIO, 3] == pytest.approx(then)
    assert cells[_TOTAL, 4] == pytest.approx(target * then - base[_PAY, 2], abs=0.01)
    assert tried(**typed, **{f"C{_CAP}": 1.05})[_RATIO, 3] == pytest.approx(1.05)


def test_a_modifier_multiplies_the_components_that_it_applies_to() -> None:
    assert tried(**BLANK, **{f"C{_MODIFIER}": 1.2})[_TOTAL, 4] == 0  # no component of the plan is modified
    person = next(row[0] for row in sample_tables()["roster"][1:] if row[1] == "base_bonus")
    chosen = {f"B{_PERSON}": person, **BLANK}
    base, moved = tried(**chosen), tried(**chosen, **{f"C{_MODIFIER}": 9})
    own = [line for line in lines_of(person) if line["component_id"] == "nrr"]
    ratio = sum(line["component_target"] * line["payout_ratio"] for line in own) / base[_TARGET, 2]
    factor = sum(line["component_target"] * line["modifier"] for line in own)
    factor /= sum(line["component_target"] for line in own)
    more = ratio * (1.25 - factor)  # at most 1.25 in this plan
    assert moved[_PAY, 3] - base[_PAY, 3] == pytest.approx(base[_TARGET, 2] * more, abs=0.2)


def test_a_moved_point_pays_where_the_curve_is_used() -> None:
    cells = tried(**{f"C{_FIRST}": 1.1, f"E{_POINT + 2}": 1.75})
    assert cells[_FIRST, 7] == pytest.approx(call("CSM_PAYCURVE", 1.1, [*RETENTION[:2], [1.2, 1.75]]))
    assert cells[_FIRST + 1, 7] == cells[_FIRST + 1, 6]  # goals have no curve
    other = tried(**{f"C{_FIRST}": 1.1, f"E{_POINT + 2}": 1.75, f"B{_CURVE + 2}": "nrr"})
    assert other[_FIRST, 7] == pytest.approx(1.25)


@pytest.mark.parametrize("person", ["E0021", "E0033", "E0047", "E0055"])
def test_anybody_may_be_chosen(person: str) -> None:
    cells = tried(**{f"B{_PERSON}": person, **BLANK})
    roster = {row[0]: row for row in sample_tables()["roster"][1:]}
    assert cells[_PERSON, 4] == roster[person][1]
    assert cells[_TOTAL, 4] == 0


def test_the_other_blocks_are_their_functions() -> None:
    cells = tried()
    earned = row_of("Earned")
    tiers = [[0, 0.03], [150_000, 0.05], [400_000, 0.07]]
    for column in (2, 3):
        assert cells[earned, column] == pytest.approx(call("CSM_TIERPAY", cells[earned - 1, column], tiers))
    place = row_of("Salary in the location")
    assert cells[place, 2] == pytest.approx(call("CSM_GEOPAY", 100_000, "Denver"))
    assert cells[place, 3] == pytest.approx(call("CSM_GEOPAY", 100_000, "San Francisco"))
    net = row_of("Net pay")
    assert cells[net, 2] == pytest.approx(call("CSM_NETPAY", cells[_TOTAL, 2], "2026", "single"))
    prorated = row_of("Prorated amount")
    assert cells[prorated, 2] == 10_000 and cells[prorated, 3] == pytest.approx(10_000 * 351 / 365, abs=0.01)
    merit = row_of("Salary after")
    assert cells[merit, 2] == pytest.approx(95_000 * 1.035) and cells[merit, 3] == pytest.approx(
        95_000 * 1.05
    )
    worth = row_of("Total value after")
    offers = [
        ["offer", "A", "B"], ["base", 110_000, 120_000], ["raise", 0.03, 0.03],
        ["target_bonus", 15_000, 12_000], ["equity_grant", 80_000, 40_000],
        ["equity_schedule", "25/25/25/25", "48m cliff 12 monthly"], ["benefits", 14_000, 12_000],
        ["sign_on", 0, 15_000],
    ]  # fmt: skip
    for years in (1, 4):
        both = call("CSM_OFFERCOMPARE", offers, years)
        assert [cells[worth + years, 2], cells[worth + years, 3]] == pytest.approx([row[6] for row in both])
        assert cells[worth + years, 4] == cells[worth + years, 5] == ""
    assert [cells[worth + years, 6] for years in (1, 2, 3, 4)] == ["B", "B", "B", "A"]


def test_up_to_four_offers_stand_side_by_side() -> None:
    first, worth = row_of("Offer") + 3, row_of("Total value after")
    typed = {"C": (120_000, 12_000, 15_000), "D": (100_000, 40_000, None), "E": (150_000, None, -5_000)}
    rows = (first, first + 2, worth - 1)
    cells = tried(**{f"{column}{row}": value for column, values in typed.items()
                     for row, value in zip(rows, values, strict=True)})  # fmt: skip
    offers = [
        ["offer", *"ABCD"], ["base", 110_000, 120_000, 100_000, 150_000], ["raise", 0.03, 0.03, None, None],
        ["target_bonus", 15_000, 12_000, 40_000, None], ["equity_grant", 80_000, 40_000, None, None],
        ["equity_schedule", "25/25/25/25", "48m cliff 12 monthly", None, None],
        ["benefits", 14_000, 12_000, None, None], ["sign_on", 0, 15_000, None, -5_000],
    ]  # fmt: skip
    for years in (1, 2, 3, 4):
        each = [row[6] for row in call("CSM_OFFERCOMPARE", offers, years)]
        assert [cells[worth + years, column] for column in range(2, 6)] == pytest.approx(each)
        assert cells[worth + years, 6] == "ABCD"[each.index(max(each))]


def test_each_block_explains_itself_and_inputs_say_what_they_take() -> None:
    sheet = page()
    captions = [row for (row, column), cell in sheet.cells.items() if cell.role == "caption" and column == 1]
    assert len(captions) == 5 + 4
    for row in captions:
        assert sheet.cells[row + 1, 1].role == "note" and len(str(sheet.cells[row + 1, 1].value)) > 40
    typed = {place for place, cell in sheet.cells.items() if cell.role in ("input", "setting")}
    assert typed == set(sheet.rules) and len(typed) > 60
    assert all(rule.help for rule, _ in sheet.rules.values())
