"""``csm-xl call`` and ``csm-xl functions``, as a shell hands them their words."""

import json

import pytest
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.engine.components import component_types
from csm_xl.functions import REGISTRY, call
from csm_xl.plan.schema import schemas

runner = CliRunner()


def shell(*words: str) -> tuple[int, str, str]:
    result = runner.invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_result_is_json() -> None:
    assert shell("call", "CSM_TOTALCOMP", "100000", "25000", "1.1") == (0, "127500.0\n", "")
    assert shell("call", "totalcomp", "[[100000], [null]]", "25000") == (0, "[[125000.0], [null]]\n", "")


def test_negative_numbers_words_and_blanks_are_arguments() -> None:
    status, out, _ = shell("call", "CSM_CAP", "-0.5", "-0.25")
    assert (status, json.loads(out)) == (0, call("CSM_CAP", -0.5, -0.25))
    curve = "[[0.9, 0.5], [1, 1], [1.2, 1.5]]"
    status, out, _ = shell("call", "CSM_PAYCURVE", "0.85", curve, "", "EXTRAPOLATE")
    expected = call("CSM_PAYCURVE", 0.85, [[0.9, 0.5], [1, 1], [1.2, 1.5]], None, "extrapolate")
    assert (status, json.loads(out)) == (0, pytest.approx(expected, rel=1e-14))


@pytest.mark.parametrize(
    "words",
    [
        ("CSM_PAYCURVE", "0.95", "{0.9,0.5;1,1;1.2,1.5}"),
        ("=CSM_PAYCURVE(0.95, {0.9,0.5;1,1;1.2,1.5})",),
    ],
)
def test_a_formula_can_be_pasted_and_gives_what_a_cell_shows(words: tuple[str, ...]) -> None:
    assert call("CSM_PAYCURVE", 0.95, [[0.9, 0.5], [1, 1], [1.2, 1.5]]) == 0.75  # no float beside it
    assert shell("call", *words) == (0, "0.75\n", "")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("CSM_TOTLACOMP", "1"), "#N/A", "CSM_TOTALCOMP"),
        (("CSM_TOTALCOMP", "abc"), "#VALUE!", "base_salary"),
        (("CSM_ATTAINMENT", "1", "0"), "#NUM!", "goal"),
        (("CSM_TOTALCOMP", "[[1, 2]"), "#VALUE!", "not JSON"),
        (("CSM_TOTALCOMP", '{"a": 1}'), "#VALUE!", "not a range in braces"),
        (("CSM_TOTALCOMP", "{1.2.3}"), "#VALUE!", "not a range in braces"),
        (("CSM_TOTALCOMP", "{1},{2}"), "#VALUE!", "not a range in braces"),
        (("=CSM_TOTALCOMP(A1)",), "#VALUE!", "constant arguments"),
        (("=CSM_TOTALCOMP(1)", "2"), "#VALUE!", "argument 1"),
        (("CSM_TOTALCOMP",), "#VALUE!", "base_salary"),
    ],
)
def test_an_error_gives_that_of_a_cell_below_its_message(
    words: tuple[str, ...], code: str, says: str
) -> None:
    status, out, error = shell("call", *words)
    assert (status, out) == (2, "")
    message, cell = error.splitlines()
    assert message.startswith("error ") and says in message and "#" not in message[:12]
    assert cell == f"In a cell: {code}"
    assert "Traceback" not in error


def test_every_bad_cell_has_a_line() -> None:
    status, _, error = shell("call", "CSM_TOTALCOMP", '[["x"], [1], ["y"]]')
    assert status == 2
    lines = error.splitlines()
    assert lines[0].startswith("2 findings")
    assert [line.startswith("error ") for line in lines[1:3]] == [True, True]
    assert lines[3:] == ["In a cell: #VALUE!"]


def test_functions_lists_all_and_tells_one() -> None:
    status, out, _ = shell("functions")
    assert status == 0
    assert all(function.signature in out for function in REGISTRY.values())
    status, out, _ = shell("functions", "paycurve")
    assert (status, "extrapolate" in out, "Example" in out) == (0, True, True)
    for parameter in REGISTRY["CSM_PAYCURVE"].parameters:
        assert parameter.help.split(".")[0] in " ".join(out.split())


def test_functions_as_json() -> None:
    records = json.loads(shell("functions", "--json")[1])
    assert [record["name"] for record in records] == list(REGISTRY)
    one = json.loads(shell("functions", "CSM_OTE", "--json")[1])
    assert [argument["name"] for argument in one["arguments"]] == ["base_salary", "target_variable"]
    status, out, _ = shell("functions", "CSM_NOWHERE", "--json")
    assert (status, json.loads(out)["errors"][0]["code"]) == (2, "#N/A")


def test_tables_lists_all_and_tells_one_with_every_column() -> None:
    known = schemas(component_types())
    status, out, _ = shell("tables")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines() if line.split() and line.split()[0] in known] == [
        "plans",
        "components",
        *(name for name in known if name not in ("plans", "components")),
    ]
    for name, table in known.items():
        status, out, _ = shell("tables", name)
        assert status == 0
        told = {line.split()[0]: line.split() for line in out.splitlines() if line.split()}
        assert {column.name for column in table.columns} <= set(told)
        assert {column.name for column in table.columns if "needed" in told[column.name]} >= {
            column.name for column in table.columns if column.required and not column.blank
        }
    assert "credit_role" in shell("tables", "components")[1].split("commission: ")[1]


def test_tables_as_json_and_an_unknown_one() -> None:
    records = json.loads(shell("tables", "--json")[1])
    assert {each["name"] for each in records} == set(schemas(component_types()))
    goal = json.loads(shell("tables", "Results", "--json")[1])["columns"][-1]
    assert (goal["name"], goal["kind"], goal["required"]) == ("goal", "number", False)
    status, out, error = shell("tables", "roser")
    assert (status, out) == (2, "")
    assert "Did you mean 'roster'" in error
