"""Where a person is on the pay curves of their statement."""

from __future__ import annotations

from typing import Any

import pytest
from small_company import company, raws, result

from csm_xl.engine.explain import Explanation
from csm_xl.report.curve import drawing
from csm_xl.report.statement_curves import CurveView, curves

CURVE = ((0.8, 0.4), (1, 1), (1.2, 2))


def on_curve(*actuals: float | None, on: str = "composite") -> list[CurveView]:
    """The curves of somebody with a component for each actual, on one curve."""
    tables = company(on=on, curve_id="K")
    (first,) = tables["components"]
    names = "ABC"[: len(actuals)]
    tables["components"] = [
        first | {"component_id": name, "measure": name, "weight": 1 / len(actuals)} for name in names
    ]
    tables["curves"] = [{"curve_id": "K", "attainment": at, "payout": pays} for at, pays in CURVE]
    tables["results"] = [
        result("E0001", actual, 100, name) for name, actual in zip(names, actuals, strict=True)
    ]
    return curves(list(Explanation(raws(tables), "2026-Q1").of("E0001")))


def words(view: CurveView) -> list[str]:
    picture: Any = drawing(view, view.name, 240, 120)
    return [one.text for one in picture.contents if hasattr(one, "text")]


def test_a_composite_is_one_curve_with_the_person_at_its_average() -> None:
    (one,) = on_curve(120, 90)
    assert one.name == "A + B"
    assert [(point.label, point.attainment, point.ratio) for point in one.points] == [("2026-Q1", 1.05, 1.25)]
    assert "105.0% attained on average pays 125.0% of target" in words(one)
    assert any("attainment of the composite across" in text for text in words(one))


def test_a_composite_with_a_missing_actual_has_no_point() -> None:
    assert on_curve(120, None) == []


def test_components_on_their_own_attainment_have_a_curve_each() -> None:
    assert [(one.name, one.points[0].attainment) for one in on_curve(120, 90, on="attainment")] == [
        ("A", 1.2), ("B", 0.9),
    ]  # fmt: skip


@pytest.mark.parametrize("on", ["actual", "attainment"])
def test_the_curve_of_a_pool_is_no_curve_of_a_person(on: str) -> None:
    tables = company(
        type="pool", measure="points", pool_measure="EBITDA", pool_amount=900, curve_id="K", on=on
    )
    tables["components"][0]["weight"] = None
    tables["curves"] = [{"curve_id": "K", "attainment": at, "payout": pays} for at, pays in CURVE]
    tables["results"] = [result("E0001", 3, measure="points"), result("company", 1, 1, "EBITDA", "company")]
    assert curves(list(Explanation(raws(tables), "2026-Q1").of("E0001"))) == []
