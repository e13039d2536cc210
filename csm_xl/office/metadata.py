"""functions.json: the description of the functions that Excel reads before it runs any of them."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.functions import REGISTRY, Function, Parameter

LONGEST: Final = 255
"""The most characters that Excel shows of a description."""


def functions_json() -> dict[str, Any]:
    """The metadata of every worksheet function, in the form of Microsoft's schema for custom functions.

    Source: Microsoft, "Manually create JSON metadata for custom functions".
    """
    return {
        "allowErrorForDataTypeAny": True,
        "allowRepeatingWithNoLimit": True,
        "functions": [_function(one) for one in REGISTRY.values()],
    }


def _function(one: Function) -> dict[str, Any]:
    return {
        "id": one.name,
        "name": one.name,
        "description": shortened(one.summary),
        "parameters": [_parameter(each) for each in one.parameters],
        "result": {"type": "any", "dimensionality": "matrix"},
        # The addresses show which 0 comes out of an empty cell.
        "options": {"requiresParameterAddresses": True, **({"volatile": True} if one.recalls else {})},
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    said = {"name": one.name, "description": shortened(one.help), "type": "any", "dimensionality": "matrix"}
    if one.rank == "tables":
        return said | {"repeating": True}
    return said if one.required else said | {"optional": True}


def shortened(text: str) -> str:
    """A description that fits: whole where it can be, else cut at a word.

    >>> shortened("as it is"), shortened("word " * 60)[-8:], len(shortened("word " * 60)) <= LONGEST
    ('as it is', 'd word …', True)
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rpartition(" ")[0] + " …"
