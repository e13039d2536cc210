"""The worksheet functions of Excel: one Python function each, made from the registry.

xlwings names this module in its settings (UDF MODULES) and calls its functions through COM. A function here
only passes values: cells from Excel go to `csm_xl.functions`, and rows of plain values come back. xlwings'
own conversions are not used (``raw``): on a range of 10,000 × 10 they take twenty times as long as the
calculation, and lose error values and blanks.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import xlwings as xw

from csm_xl.errors import CsmError
from csm_xl.excel.conversion import failure, from_excel, to_excel
from csm_xl.excel.vba import argument_name
from csm_xl.functions import REGISTRY, Function, Parameter
from csm_xl.functions.calling import compute


def _worksheet_function(function: Function) -> Any:
    """The xlwings function of a registered one: its name, arguments, help and category."""

    def udf(*arguments: Any) -> Sequence[Sequence[Any]]:
        try:
            return to_excel(compute(function, [from_excel(argument) for argument in arguments]))
        except CsmError as error:
            raise failure(error) from None

    udf.__name__ = udf.__qualname__ = function.name
    udf.__doc__ = function.summary
    many = any(parameter.rank == "tables" for parameter in function.parameters)
    udf.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [_signed(parameter, many) for parameter in function.parameters]
    )
    declare: Any = xw.func
    made = declare(udf, category=f"CSM {function.category}")
    for parameter in function.parameters:
        made = xw.arg(argument_name(parameter.name), "raw", doc=parameter.help)(made)
    return xw.ret("raw")(made)


def _signed(parameter: Parameter, many: bool) -> inspect.Parameter:
    """An argument for xlwings, which does not accept an optional one before any number of tables."""
    name = argument_name(parameter.name)
    if parameter.rank == "tables":
        return inspect.Parameter(name, inspect.Parameter.VAR_POSITIONAL)
    default = inspect.Parameter.empty if parameter.required or many else None
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)


globals().update({name: _worksheet_function(function) for name, function in REGISTRY.items()})
__all__ = list(REGISTRY)
