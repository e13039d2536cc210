"""docs/WINDOWS.md names commands, options, buttons, modules and figures that are there."""

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from csm_xl.cli.app import app
from csm_xl.excel.ovba import module_sources
from csm_xl.excel.vba_project import BUTTONS, macros
from csm_xl.functions import call

TEXT = (Path(__file__).parents[2] / "docs" / "WINDOWS.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"csm-xl ((?:\w+)(?: (?![A-Z→])[^\s`]+| FILE| PERIOD)*)", TEXT)))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_guide_is_there_with_its_options(command):
    name, *words = command.split()
    known = get_command(app)
    with typer.Context(known) as context:
        found = known.get_command(context, name)
        assert found is not None, name
        options = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_the_guide_names_enough_to_be_tested():
    assert {command.split()[0] for command in COMMANDS} >= {
        "doctor",
        "open",
        "new",
        "refresh",
        "check",
        "statements",
    }


def test_the_first_formula_gives_what_the_guide_says():
    formula, shown = re.search(r"```\n=(CSM_\w+)\(.*?\)\n```\n\nIt shows (\d+)\.", TEXT).groups()
    arguments = re.search(rf"={formula}\((.*?)\)", TEXT)[1]
    assert call(formula, *map(float, arguments.split(","))) == float(shown)


def test_the_modules_and_buttons_are_those_of_the_macros():
    modules = module_sources(macros())
    for name in ("csm_functions", "csm_buttons", "xlwings", "Dictionary"):
        assert f"`{name}`" in TEXT and name in modules
    for macro, (_, said) in BUTTONS.items():
        assert f"| {said} |" in TEXT and f"Sub {macro}()" in modules["csm_buttons"]


def test_the_messages_of_xlwings_are_as_it_writes_them():
    text = module_sources(macros())["xlwings"]
    for message in ("Could not find Interpreter!", "Could not load "):
        assert f'"{message}' in text and f"*{message}" in TEXT


def test_it_says_plainly_that_excel_has_not_opened_the_workbook():
    assert "**The workbook has never been opened in Excel itself.**" in TEXT
