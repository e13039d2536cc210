"""Plans as TOML: lossless both ways, and clear about what is wrong."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_tables import TYPES, base, read, the_one
from test_plan_reading import same

from csm_xl.errors import CsmError
from csm_xl.plan import cells
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.tables import RawTable, read_strict, read_tables
from csm_xl.plan.toml import from_toml, to_toml


def round_trip(tables):
    return read_strict(from_toml(to_toml(tables)), tables.types)


def test_a_plan_reads_well():
    text = to_toml(read(base()))
    assert text.startswith('[[plans]]\nplan_id = "bonus"\nmodel = "base_bonus"\n')
    assert 'curve_id = "line"\npoints = [[0.9, 0.5], [1, 1], [1.2, 1.5]]\n' in text
    assert (
        "steps = [\n    { from = 0, to = 1000, rate = 0.02 },\n    { from = 1000, rate = 0.03 },\n]" in text
    )
    assert "cumulative" not in text  # what is at its default is left out


ids = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp", "Cs")), min_size=1, max_size=5
).filter(lambda name: cells.text(name) == name)  # characters that nobody sees are not read
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
ratios = st.floats(0, 1e6, allow_nan=False)
days = st.dates(date(1990, 1, 1), date(2200, 1, 1))
maybe = st.none


@st.composite
def plans(draw):
    """Plan tables as they can be read, sensible or not: versions, odd names, any float, options anywhere."""
    names = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    curves = draw(st.lists(ids, min_size=1, max_size=2, unique=True))
    tiers = draw(st.lists(ids, min_size=1, max_size=2, unique=True))
    starts = draw(st.lists(days, min_size=1, max_size=2, unique=True))
    plan_rows = [
        [name, "base_quota", "month", "ote", draw(texts), start, draw(maybe() | days), draw(maybe() | ratios),
         draw(maybe() | st.sampled_from(["workdays", "calendar_days"])), draw(maybe() | st.booleans()),
         draw(maybe() | st.integers(1, 12))]
        for name in names for start in starts
    ]  # fmt: skip
    types = draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=4))
    component_rows = [
        [draw(st.sampled_from(names)), f"00{number}", type_, draw(st.floats(0, 1)), "GRR",
         draw(maybe() | st.sampled_from(curves)), draw(maybe() | st.sampled_from(tiers)),
          draw(maybe() | ratios),
         draw(st.sampled_from([None, "upsell", "upsell, renewal"])), draw(maybe() | days)]
        for number, type_ in enumerate(types)
    ]  # fmt: skip
    curve_rows = draw(st.lists(st.tuples(
        st.sampled_from(curves), ratios, ratios, maybe() | st.sampled_from(["step", "linear"]),
         maybe() | ratios,
    ), min_size=1, max_size=6))  # fmt: skip
    tier_rows = draw(st.lists(st.tuples(
        st.sampled_from(tiers), ratios, maybe() | ratios, ratios, maybe() | st.sampled_from(["whole",
         "marginal"]),
    ), min_size=1, max_size=5))  # fmt: skip
    return {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "plan_name", "valid_from", "valid_to",
         "plan_cap",
                   "proration", "over_assignment", "year_start"], *plan_rows],
        "components": [["plan_id", "component_id", "type", "weight", "measure", "curve_id", "tier_id", "rate",
                        "deal_kinds", "valid_from"], *component_rows],
        "curves": [["curve_id", "attainment", "payout", "mode", "cap"],
                   *[(curve, 0, 0, None, None) for curve in curves], *curve_rows],
        "tiers": [["tier_id", "from", "to", "rate", "mode"],
                  *[(tier, 0, None, 0, None) for tier in tiers], *tier_rows],
    }  # fmt: skip


@settings(max_examples=150)
@given(plans())
def test_plan_tables_survive_toml(given_rows):
    raws = [RawTable.of_rows(rows, name) for name, rows in given_rows.items()]
    tables = read_strict(raws, TYPES)
    again = round_trip(tables)
    for name in PLAN_TABLES:
        assert same(tables[name], again[name])
    assert to_toml(again) == to_toml(tables)


@pytest.mark.parametrize(("text", "where", "words"), [
    ('[[plans]]\nplan_id = "a\n', "plan.toml line 2", "the TOML is broken"),
    ("plan_id = a", "plan.toml line 1", "the TOML is broken"),
    ('[[plan]]\nplan_id = "a"', "plan.toml", "a plan has no part 'plan'"),
    ('[plans]\nplan_id = "a"', "plan.toml plans", "plans is not a list of entries"),
    ('[[curves]]\ncurve_id = "c"', "plan.toml curves[1]", "the points are missing"),
    ('[[curves]]\ncurve_id = "c"\npoints = [[1, 1], [1]]', "plan.toml curves[1].points[2]",
     "attainment and payout"),
    ('[[tiers]]\ntier_id = "c"\nsteps = [{ from = 0, rat = 1 }]', "plan.toml tiers[1].steps[1]",
     "a row of steps has no key 'rat'"),
])  # fmt: skip
def test_what_is_wrong_with_the_file_is_said(text, where, words):
    with pytest.raises(CsmError) as caught:
        from_toml(text)
    issue = the_one(list(caught.value.issues))
    assert issue.where == where
    assert words in issue.message
    assert issue.hint


GOOD = to_toml(read(base()))


@pytest.mark.parametrize(("old", "new", "where", "words"), [
    ("weight = 0.5\nmeasure", "wieght = 0.5\nweight = 0.5\nmeasure", "plan.toml components[1].wieght",
     "have no wieght"),
    ("curve_id = \"line\"\npoints", "curve_id = \"line\"\nmod = \"step\"\npoints",
     "plan.toml curves[1].points[1].mod",
     "have no mod"),
    ('pay_period = "quarter"\n', "", "plan.toml plans[1].pay_period", "pay_period is blank"),
    ("[1.2, 1.5]", '[1.2, "high"]', "plan.toml curves[1].points[3].payout", "the text is not a number"),
    ("rate = 0.03", "rate = true", "plan.toml tiers[1].steps[2].rate", "TRUE or FALSE"),
    ('plan_id = "bonus"\nmodel', 'plan_id = ["bonus"]\nmodel', "plan.toml plans[1].plan_id",
     "a list instead of"),
    ('tier_id = "steps"\n\n', 'tier_id = "stpes"\n\n', "plan.toml components[3].tier_id",
     "no tier_id 'stpes'"),
])  # fmt: skip
def test_what_is_wrong_with_an_entry_is_said(old, new, where, words):
    text = GOOD.replace('measure = "GRR"\nweight = 0.5', 'weight = 0.5\nmeasure = "GRR"')
    text = text.replace('tier_id = "steps"\nsteps', 'tier_id = "steps"\n steps')
    assert old in text
    found = read_tables(from_toml(text.replace(old, new, 1)), TYPES)[1]
    by_place = {issue.where: issue.message for issue in found}
    assert words in by_place.get(where, ""), by_place


def test_identifiers_stay_text():
    tables = read(base())
    text = to_toml(tables).replace('"bonus"', '"00123"')
    assert read_strict(from_toml(text), TYPES)["plans"].columns["plan_id"].tolist() == ["00123"]


def test_a_file_and_several_files(tmp_path):
    (tmp_path / "one.toml").write_text("\ufeff" + GOOD, encoding="utf-8")
    (tmp_path / "two.toml").write_text(
        '[[plans]]\nplan_id = "second"\nmodel = "base_only"\npay_period = "year"\ntarget_basis = "often"\n',
        encoding="utf-8",
    )
    raws = [*from_toml(str(tmp_path / "one.toml")), *from_toml(tmp_path / "two.toml")]
    tables, found = read_tables(raws, TYPES)
    assert tables["plans"].columns["plan_id"].tolist() == ["bonus", "second"]
    assert the_one(found).where == "two.toml plans[1].target_basis"
    with pytest.raises(CsmError) as caught:
        from_toml(tmp_path / "three.toml")
    assert caught.value.code == "#N/A"
    (tmp_path / "four.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CsmError, match="not text in UTF-8"):
        from_toml(tmp_path / "four.toml")


def test_tiers_may_be_lists():
    text = '[[tiers]]\ntier_id = "t"\nsteps = [[0, 0.02], [1000, 2000, 0.03]]'
    table = read_strict(from_toml(text), TYPES)["tiers"]
    assert table.columns["rate"].tolist() == [0.02, 0.03]
    assert [table.value(row, "to") for row in (0, 1)] == [None, 2000.0]


def test_the_former_name_of_the_points_of_a_curve_is_still_read():
    now = from_toml('[[curves]]\ncurve_id = "c"\npoints = [[0.9, 0.5], [1, 1]]')[0]
    before = from_toml('[[curves]]\ncurve_id = "c"\nknots = [[0.9, 0.5], [1, 1]]')[0]
    assert before.rows == now.rows
    assert before.origin.place(1, "payout") == "plan.toml curves[1].knots[2].payout"


def test_points_under_both_names_are_refused():
    both = '[[curves]]\ncurve_id = "c"\npoints = [[0.9, 0.5]]\nknots = [[1, 1]]'
    _, issues = read_tables(from_toml(both), TYPES)
    assert any("knots" in str(issue) and issue.severity == "error" for issue in issues)


def test_calendars_cycles_and_working_weeks_come_back_as_they_were():
    tables = base()
    plan = {"period_shares": ("20%", "20%", "20%", "40%"), "work_week": ("mon_fri", "sat_0.5")}
    columns = {**plan, "ramp_start": "next_month_after_15", "proration": "days_360"}
    for name, cell in columns.items():
        if name not in tables["plans"][0]:
            tables["plans"][0].append(name)
            for row in tables["plans"][1:]:
                row.append(None)
        tables["plans"][1][tables["plans"][0].index(name)] = (
            ", ".join(cell) if isinstance(cell, tuple) else cell
        )
    tables["components"][0].append("pay_cycle")
    tables["components"][1].append("year")
    for row in tables["components"][2:]:
        row.append(None)
    before = read(tables)
    after = round_trip(before)
    for name, cell in columns.items():
        assert after["plans"].value(0, name) == before["plans"].value(0, name) == cell
    cycles = [one["components"].columns["pay_cycle"].tolist() for one in (before, after)]
    assert cycles[0] == cycles[1]
    assert "year" in cycles[0]
