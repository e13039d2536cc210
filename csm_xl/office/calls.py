"""Calls of worksheet functions from cells of Excel, as many as arrive together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from csm_xl import __version__
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.functions import REGISTRY, Function
from csm_xl.functions.calling import compute, computed
from csm_xl.functions.cell_range import CellRange
from csm_xl.office.values import cell_of, from_office, to_office
from csm_xl.pay.rounding import MOST_EXACT

_ALONE: Final = "alone"
_UPDATE: Final = "Open the workbook again. If that does not help, the host of the add-in has another version."
Call = tuple[str, Sequence[Any]]


def answers(asked: str) -> str:
    """What each of many calls gives, as a JSON list: ``{"value": rows}``, or ``{"error": code, "message":
    words}``.

    asked: a JSON list of calls, each a function's name and its arguments. An argument is null where it is
        left out, else rows of cells; of a function of any number of tables, the last is a list of such.

    >>> answers('[["CSM_TOTALCOMP", [[[100000]], [[25000]]]], ["CSM_TOTALCOMP", [[["x"]], [[1]]]]]')[:54]
    '[{"value": [[125000.0]]}, {"error": "#VALUE!", "messag'
    """
    calls: list[Call] = json.loads(asked)
    found: list[dict[str, Any]] = [{}] * len(calls)
    for places in _together(calls):
        for place, answer in zip(places, _answered([calls[place] for place in places]), strict=True):
            found[place] = answer
    return json.dumps(found)


def _together(calls: Sequence[Call]) -> Iterator[tuple[int, ...]]:
    """The calls that one array call answers: of one function, alike in all but their single values."""
    alike: dict[Any, list[int]] = {}
    for place, (name, arguments) in enumerate(calls):
        alike.setdefault(_shape(name, arguments, place), []).append(place)
    for places in alike.values():
        for first in range(0, len(places), MOST_EXACT):  # a longer range is not computed in exact numbers
            yield tuple(places[first : first + MOST_EXACT])


def _shape(name: str, arguments: Sequence[Any], place: int) -> Any:
    """What two calls have in common that one array call can answer."""
    function = REGISTRY.get(name)
    if function is None or len(arguments) > len(function.parameters):
        return _ALONE, place  # of a newer add-in
    if function.recalls or function.result.shape != "each":
        return _ALONE, place
    said = []
    for parameter, argument in zip(function.parameters, arguments, strict=False):
        if parameter.rank == "scalar" and argument is not None:
            # A single blank takes the default; a blank in a range gives a blank.
            if len(argument) > 1 or len(argument[0]) > 1 or cell_of(argument[0][0]) is None:
                return _ALONE, place
            said.append("")
        else:
            said.append(json.dumps(argument))
    return function.name, tuple(said)


def _answered(calls: Sequence[Call]) -> list[dict[str, Any]]:
    if len(calls) > 1:
        function = REGISTRY[calls[0][0]]
        try:
            values = to_office(computed(function, _as_columns(function, [given for _, given in calls])))
        except CsmError:
            pass  # which of them is at fault, each says itself
        else:
            if len(values) == 1:  # no argument was a single value, so all ask the same
                values *= len(calls)
            return [{"value": [row]} for row in values]
    return [_answer(call) for call in calls]


def _as_columns(function: Function, many: Sequence[Sequence[Any]]) -> list[Any]:
    """The arguments of calls that are alike, the single values of each as a column."""
    return [
        CellRange(len(each), 1, [cell_of(argument[0][0]) for argument in each])
        if parameter.rank == "scalar" and each[0] is not None
        else from_office(each[0])
        for parameter, each in zip(function.parameters, zip(*many, strict=True), strict=False)
    ]


def _answer(call: Call) -> dict[str, Any]:
    name, arguments = call
    function = REGISTRY.get(name)
    if function is None:
        return {
            "error": NOT_FOUND,
            "message": f"{name} is not a function of csm_xl {__version__}. {_UPDATE}",
        }
    most = len(function.parameters)
    if any(one is not None for one in arguments[most:]):  # of any number of tables there is one list
        said = f"{name} takes at most {most} arguments in csm_xl {__version__} (found {len(arguments)})."
        return {"error": VALUE, "message": f"{said} {_UPDATE}"}
    given: list[Any] = []
    for parameter, argument in zip(function.parameters, arguments, strict=False):
        given += map(from_office, argument or ()) if parameter.rank == "tables" else [from_office(argument)]
    try:
        return {"value": to_office(compute(function, given))}
    except CsmError as error:
        return {"error": error.code, "message": str(error)}
