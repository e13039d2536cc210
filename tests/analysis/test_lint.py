"""The lint: each flawed plan finds what it should and nothing else, its sound neighbour nothing."""

import json
from pathlib import Path

import pytest
from flawed_plans import FLAWED, SLOPE, Flaw, Plan, got, metric, people, plan, several
from typed import typed
from typer.testing import CliRunner

from csm_xl.analysis.lint import RULES, Finding, lint, lint_rows, rules_text
from csm_xl.cli.app import app
from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.raw import RawTable
from csm_xl.plan.templates import read_template, template_names, template_text
from csm_xl.workbook.sample import sample_of, sample_raw_tables

PAGE = Path(__file__).parents[2] / "docs" / "LINT.md"


def raws(tables: Plan) -> list[RawTable]:
    return typed(tables)


def looked_through(tables: Plan, *only: str) -> list[Finding]:
    return lint(raws(tables), only)


@pytest.mark.parametrize("flaw", FLAWED, ids=lambda flaw: flaw.words)
def test_a_flaw_is_found_and_nothing_else(flaw: Flaw) -> None:
    found = looked_through(flaw.plan)
    assert {each.rule for each in found} == flaw.rules, "\n".join(map(str, found))


@pytest.mark.parametrize("flaw", FLAWED, ids=lambda flaw: flaw.words)
def test_its_sound_neighbour_finds_nothing(flaw: Flaw) -> None:
    assert looked_through(flaw.sound) == []


def test_a_small_amount_for_everybody_is_usual_once_a_year_but_not_each_quarter() -> None:
    terms = {"target_basis": "amount", "target_value": 500}
    yearly = plan(terms=terms | {"pay_period": "year"}, roster=people())
    assert looked_through(yearly, "W533") == []
    assert [each.rule for each in looked_through(plan(terms=terms, roster=people()), "W533")] == ["W533"]
    own = plan(terms=terms | {"pay_period": "year"}, roster=people(target_amount=500))
    assert [each.rule for each in looked_through(own, "W533")] == ["W533"]


def test_percentile_ranks_differ_by_more_than_other_figures() -> None:
    def ranks(measure: str) -> Plan:
        own = metric(measure, on="actual", knots=[(0.25, 0.5), (0.5, 1.0), (0.75, 1.5)])
        rows = [got(f"E{n}", rank, None, measure) for n, rank in enumerate((0.75, 0.9, 0.02), 1)]
        return plan(own, roster=people(3), results=rows)

    assert looked_through(ranks("TSR percentile"), "W610") == []
    assert [each.rule for each in looked_through(ranks("Quality"), "W610")] == ["W610"]


def test_every_rule_has_a_flaw() -> None:
    of_workbooks = {"E004", "E005", "E007"}  # told of sheets, of tables that are gone, and of headers
    assert {rule for flaw in FLAWED for rule in flaw.rules} == set(RULES) - of_workbooks
    assert len(FLAWED) >= 60 and len({flaw.words for flaw in FLAWED}) == len(FLAWED)


@pytest.mark.parametrize("flaw", FLAWED, ids=lambda flaw: flaw.words)
def test_each_finding_says_where_and_what_to_do(flaw: Flaw) -> None:
    for each in looked_through(flaw.plan):
        assert each.where.split(" ")[0].strip(",") in {*flaw.plan, "curves"}, each
        assert each.severity[0].upper() == each.rule[0] and len(each.hint) > 10 and each.message


def test_each_rule_says_why() -> None:
    for each in RULES.values():
        assert each.title and len(each.why) > 30 and each.hint.endswith("."), each.id


def test_findings_come_by_severity_then_rule() -> None:
    found = looked_through(plan(*several(0.3, 0.3, 0.2, 0.15, 0.05), metric("x", 0, cap=0.8, floor=0)))
    assert [each.rule for each in found] == ["E204", "W101", "W102", "W103", "N210"]


def test_the_place_is_the_cell() -> None:
    found = looked_through(plan(metric(knots=[*SLOPE, (1.4, 1.4)])))
    assert [(each.where, each.severity) for each in found] == [("curves, row 5 (payout)", "error")]


def test_only_the_rules_asked_for() -> None:
    tables = plan(*several(0.3, 0.3, 0.2, 0.15, 0.05))
    assert [each.rule for each in looked_through(tables, "w102 ")] == ["W102"]
    with pytest.raises(CsmError, match=r"unknown rule.*W999.*Rules: E001, E002"):
        looked_through(tables, "W999")


def test_a_variable_share_just_outside_the_norm_is_not_shown_as_inside() -> None:
    (found,) = looked_through(plan(terms={"target_value": 0.05}, roster=people()))
    assert found.message.endswith("outside 5% to 30%: E1 4.8%")


def test_versions_repeat_nothing() -> None:
    first, second = plan(*several(0.91, 0.09))["plans"][0], {"valid_from": "2026-01-01"}
    tables = plan(*several(0.91, 0.09), plans=[first | second])
    assert [each.rule for each in looked_through(tables)] == ["W102"]


def test_tables_that_were_read_find_the_same() -> None:
    for flaw in FLAWED:
        read, issues = load_tables(raws(flaw.plan), component_types())
        if not any(issue.severity == "error" for issue in issues):
            told_when_read = {"N001", "W613"}
            found = [each for each in looked_through(flaw.plan) if each.rule not in told_when_read]
            assert lint(read) == found, flaw.words


def test_without_a_plan_there_is_nothing_to_look_through() -> None:
    with pytest.raises(CsmError, match="the table plans is missing"):
        lint(raws({"roster": people()}))


@pytest.mark.parametrize("name", [*template_names(), "sample"])
def test_nothing_is_found_in_what_ships(name: str) -> None:
    """Neither in a template nor in the sample, whole or the part of a new workbook, not even a note."""
    each = [sample_raw_tables()] if name == "sample" else [read_template(name), sample_of(name)]
    for tables in each:
        assert not lint(tables), "\n".join(map(str, lint(tables)))


def test_rows() -> None:
    found = [Finding("W102", "warning", "Plan!C4", "It weighs 0.05", "Give it more.")]
    assert lint_rows(found) == [
        ["severity", "rule", "where", "message"],
        ["warning", "W102", "Plan!C4", "It weighs 0.05. Give it more."],
    ]


def test_targets_that_contradict_each_other_are_named_with_both_figures() -> None:
    (found,) = looked_through(plan(roster=people(target_amount=16_000, target_ratio=0.25)))
    said = "E1 has target_amount 16,000 and target_ratio 0.25, and plan S takes target_ratio"
    assert found.message == f"{said}: a target of 20,000 a year, not 16,000"


def test_the_page_is_written_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_text()
    assert all(f"**{name}**" in rules_text() for name in RULES)


def run(*typed: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["lint", *typed])
    return ran.exit_code, ran.stdout + ran.stderr


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(template_text("base_quota"), encoding="utf-8")
    status, said = run(str(file))
    assert status == 0 and "no findings" in said
    poor = template_text("base_quota").replace("\ncap = 1.5", "\ncap = 1.5\nfloor = 0.5")
    file.write_text(poor.replace("base_share = 0.75", "base_share = 0.75\nplan_cap = 3.0"), encoding="utf-8")
    status, said = run(str(file))
    assert status == 0 and "W206" in said and "2 findings" in said
    status, said = run(str(file), "--rule", "N211", "--json")
    assert status == 0 and [each["rule"] for each in json.loads(said)["findings"]] == ["N211"]
    file.write_text(template_text("base_quota").replace("cap = 1.5", "cap = 0.9"), encoding="utf-8")
    status, said = run(str(file), "--out", str(tmp_path / "found.csv"))
    assert status == 1 and "E204" in said
    assert (
        (tmp_path / "found.csv")
        .read_text()
        .splitlines()[1]
        .startswith("error,E204,plan.toml components[2].cap")
    )
    file.write_text(template_text("starter"), encoding="utf-8")
    assert run(str(file)) == (0, f"{file}: no findings.\n")


def test_the_command_lists_its_rules() -> None:
    status, said = run("--rules", "--json")
    assert status == 0 and {each["rule"] for each in json.loads(said)["rules"]} == set(RULES)
    assert f"{len(RULES)} rules" in run("--rules")[1] and run("--rules")[0] == 0


def test_the_command_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    assert run()[0] == 2 and "no file is given" in run()[1]
    assert run(str(tmp_path / "none.toml"))[0] == 2
    assert run(str(tmp_path))[0] == 2
