"""``csm-xl call`` and ``csm-xl functions``, as a shell hands them their words."""

import json

import pytest
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.functions import REGISTRY, call

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
    assert (status, json.loads(out)) == (
        0,
        call("CSM_PAYCURVE", 0.85, [[0.9, 0.5], [1, 1], [1.2, 1.5]], None, "extrapolate"),
    )


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("CSM_TOTLACOMP", "1"), "#N/A", "CSM_TOTALCOMP"),
        (("CSM_TOTALCOMP", "abc"), "#VALUE!", "base_salary"),
        (("CSM_ATTAINMENT", "1", "0"), "#NUM!", "goal"),
        (("CSM_TOTALCOMP", "[[1, 2]"), "#VALUE!", "not JSON"),
        (("CSM_TOTALCOMP", '{"a": 1}'), "#VALUE!", "object"),
        (("CSM_TOTALCOMP",), "#VALUE!", "base_salary"),
    ],
)
def test_an_error_says_its_code_on_stderr_and_exits_2(words: tuple[str, ...], code: str, says: str) -> None:
    status, out, error = shell("call", *words)
    assert (status, out) == (2, "")
    assert error.startswith(code)
    assert says in error
    assert "Traceback" not in error


def test_every_bad_cell_has_a_line() -> None:
    status, _, error = shell("call", "CSM_TOTALCOMP", '[["x"], [1], ["y"]]')
    assert status == 2
    lines = error.splitlines()
    assert lines[0].startswith("2 findings")
    assert [line[:8] == "#VALUE! " for line in lines[1:]] == [True, True]


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
