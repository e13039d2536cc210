"""The plan templates, under the component types that the engine really has."""

import pytest
from test_plan_reading import same

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.plan.model import PlanBook
from csm_xl.plan.schema import MODELS, PLAN_TABLES
from csm_xl.plan.tables import read_strict, read_tables
from csm_xl.plan.templates import read_template, template_names, template_text
from csm_xl.plan.toml import from_toml, to_toml
from csm_xl.plan.validate import check_plans


def read(name):
    return read_strict(read_template(name), component_types())


def test_there_is_one_for_each_model_and_the_starter():
    assert set(template_names()) == {*MODELS, "starter"}
    for name in MODELS:
        assert set(read(name)["plans"].columns["model"]) == {name}


@pytest.mark.parametrize("name", template_names())
def test_a_template_has_no_finding_and_survives_toml(name):
    tables, found = read_tables(read_template(name), component_types())
    assert found == []
    assert check_plans(tables) == []
    again = read_strict(from_toml(to_toml(tables)), component_types())
    for table in PLAN_TABLES:
        assert same(tables[table], again[table])


@pytest.mark.parametrize("name", template_names())
def test_a_template_explains_itself(name):
    lines = template_text(name).splitlines()
    assert sum(line.startswith("#") for line in lines) >= 6
    ids = [component.component_id for plan in PlanBook(read(name)).plan_ids
           for component in PlanBook(read(name)).components(plan, 1)]  # fmt: skip
    assert len(ids) == len(set(ids)) > 0  # an event names a component by its id alone


def test_the_starter_plan_is_the_classic_one():
    book = PlanBook(read("starter"))
    plan = book.versions("starter")[0]
    assert (plan.model, plan.pay_period, plan.target_basis, plan.target_value) == (
        "base_bonus",
        "quarter",
        "ratio",
        0.1,
    )
    retention, goals, upsell = book.components("starter", 1)
    assert (retention.type, retention.values["weight"], retention.values["scope"]) == ("metric", 0.5, "team")
    assert (retention.curve.attainment, retention.curve.payout) == ((0.9, 1.0, 1.2), (0.5, 1.0, 1.5))
    assert (retention.curve.mode, retention.curve.below, retention.curve.above) == ("linear", "zero", "hold")
    assert (goals.type, goals.values["weight"], goals.curve) == ("goals", 0.5, None)
    (upsell_am,) = book.components("starter_am", 1)
    for component, role, rate in ((upsell, "csm", 0.02), (upsell_am, "am", 0.08)):
        assert component.type == "commission"
        assert component.values["deal_kinds"] == ("upsell",)
        assert (component.values["credit_role"], component.values["rate"]) == (role, rate)


def test_an_unknown_template_is_an_error():
    with pytest.raises(CsmError) as caught:
        read_template("base_bonos")
    assert caught.value.code == "#N/A"
    assert "Did you mean 'base_bonus'?" in caught.value.hint
