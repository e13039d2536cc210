"""The registry: every worksheet function, described once, where it is defined.

A module of this package that decorates a Python function with `function` adds it to `REGISTRY`. Names, order
and defaults of the arguments come from the Python signature; summary, errors and source come from the
docstring; only the rest is declared. From the registry come the Excel functions and their
VBA wrappers, the Calc add-in, ``csm-xl call``, argument help, the Functions sheet and the reference.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any, Final, Literal, TypeVar

from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.schema import Column, Kind

PREFIX: Final = "CSM_"
CATEGORIES: Final = (
    "Pay plan",
    "Time",
    "Measures",
    "Base pay and market",
    "Equity, benefits, tax, offers",
    "Plan, people, analysis",
)

EXACT: Final = CATEGORIES[:4]
"""Categories whose functions are exact arithmetic unless declared otherwise."""

_Python = TypeVar("_Python", bound=Callable[..., Any])

Rank = Literal["scalar", "column", "table", "tables", "cell", "cells"]
"""What an argument takes. scalar: one value, or a range that broadcasts. column: a list of values.
table: a block of rows. tables: any number of blocks, each recognized by its header. cell: one value, passed
on unread. cells: one value or a block, passed on unread as a `csm_xl.functions.cell_range.CellRange`."""

Shape = Literal["each", "row", "one", "like", "rows", "block"]
"""The shape of a result. each: one value per cell of its scalar arguments. row: a row of values for
each. one: one value from its columns. like: as many values as its column argument has. rows: rows of
its columns. block: rows under a header."""


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED: Final = _Required()
"""Marks an argument without a default."""


@dataclass(slots=True, eq=False, repr=False)
class Parameter:
    """One argument: what its cells hold, whether it is one value or many, and its default.

    column: kind of cell, unit, bounds, choices and help, as for a column of a table; its name is the
        argument's. columns: the columns of a table argument, found by header, else by position.
    default: the meaning of a blank or left-out argument; `REQUIRED`: it must be given. None: no value, also
        for a blank cell in a range.
    """

    column: Column
    rank: Rank = "scalar"
    default: Any = REQUIRED
    columns: tuple[Column, ...] = ()

    @property
    def name(self) -> str:
        """The argument's name on a worksheet."""
        return self.column.name

    @property
    def kind(self) -> str:
        """What its cells hold: see `csm_xl.plan.schema.Kind`."""
        return "table" if self.rank in ("table", "tables", "cells") else self.column.kind

    @property
    def help(self) -> str:
        """What it means, in one sentence."""
        return self.column.help

    @property
    def unit(self) -> str:
        """Its unit, such as money/year; empty if it has none."""
        return self.column.unit

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed words; empty if any value is allowed."""
        return self.column.choices

    @property
    def required(self) -> bool:
        """Whether it is required; for tables, at least one."""
        return self.default is REQUIRED


def _scalar(kind: Kind, help: str, unit: str, rank: Rank = "scalar", **bounds: Any) -> Parameter:
    return Parameter(Column("", kind, help, unit=unit, **bounds), rank)


def money(help: str, unit: str = "money", rank: Rank = "scalar", **bounds: float) -> Parameter:
    """An argument in money, stored to 4 decimals."""
    return _scalar("money", help, unit, rank, **bounds)


def ratio(help: str, rank: Rank = "scalar", **bounds: float) -> Parameter:
    """An argument that is a fraction: 1.0 is 100%."""
    return _scalar("ratio", help, "ratio", rank, **bounds)


def number(help: str, unit: str = "", rank: Rank = "scalar", **bounds: float) -> Parameter:
    """An argument that is any other number."""
    return _scalar("number", help, unit, rank, **bounds)


def count(help: str, unit: str = "", rank: Rank = "scalar", **bounds: float) -> Parameter:
    """An argument that is a whole number."""
    return _scalar("count", help, unit, rank, **bounds)


def day(help: str) -> Parameter:
    """An argument that is a date."""
    return _scalar("date", help, "date")


def flag(help: str) -> Parameter:
    """An argument that is TRUE or FALSE."""
    return _scalar("flag", help, "")


def word(help: str, choices: Sequence[str]) -> Parameter:
    """An argument that is one of some words, case ignored."""
    return _scalar("word", help, "", choices=tuple(choices))


def text(help: str) -> Parameter:
    """An argument that is text, unchanged."""
    return _scalar("id", help, "")


def cell(help: str) -> Parameter:
    """An argument that is one cell, passed on unchanged."""
    return _scalar("text", help, "", "cell")


def table(help: str, *columns: Column) -> Parameter:
    """An argument that is a block of rows; without columns, a plain block of numbers."""
    return Parameter(Column("", "number", help), "table", columns=columns)


def cells(help: str, *columns: Column) -> Parameter:
    """An argument that is a value or a block, read by the function itself; columns: the columns it looks
    for."""
    return Parameter(Column("", "text", help), "cells", columns=columns)


def tables(help: str) -> Parameter:
    """An argument that is any number of tables with headers, in any order; the last one."""
    return Parameter(Column("", "text", help), "tables")


@dataclass(slots=True, eq=False, repr=False)
class Result:
    """The result of a function: description, unit, shape and column names.

    like: for the shape ``like``, the column argument that the result follows.
    """

    help: str
    unit: str = ""
    shape: Shape = "each"
    columns: tuple[str, ...] = ()
    like: str = ""

    @property
    def words(self) -> str:
        """The shape in words."""
        return {
            "each": "one value, or one for each cell of the ranges given",
            "row": f"a row of {len(self.columns)}: {', '.join(self.columns)}",
            "one": "one value",
            "like": f"one value per cell of {self.like}",
            "rows": f"rows of {len(self.columns)}: {', '.join(self.columns)}",
            "block": "rows with a header",
        }[self.shape]


@dataclass(eq=False, repr=False)
class Function:
    """One worksheet function: its name, arguments, result and help.

    Details of the Python function are computed on first use: a spreadsheet that opens registers every
    function but calls only a few.
    """

    name: str
    python: Callable[..., Any]
    category: str
    arguments: Mapping[str, Parameter]
    result: Result
    examples: tuple[str, ...]
    recalls: bool = False
    exact: bool = True

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What each argument is, in order."""
        signature = inspect.signature(self.python)
        return tuple(_named(self.arguments[name], signed) for name, signed in signature.parameters.items())

    @cached_property
    def _explained(self) -> dict[str, str]:
        return _explained(self.python)

    @property
    def summary(self) -> str:
        """What it computes, from its docstring."""
        return self._explained[""]

    @property
    def errors(self) -> str:
        """Its errors."""
        return self._explained["Errors:"]

    @property
    def source(self) -> str:
        """The source of the rule."""
        return self._explained["Source:"]

    @property
    def signature(self) -> str:
        """The call as help shows it, optional arguments in brackets with their defaults.

        >>> REGISTRY["CSM_WEIGHTED"].signature
        'CSM_WEIGHTED(ratios, weights, [method="additive"])'
        """
        return f"{self.name}({', '.join(map(_shown, self.parameters))})"


def _shown(parameter: Parameter) -> str:
    if parameter.rank == "tables":
        return f"{parameter.name}…"
    if parameter.required:
        return parameter.name
    if parameter.default is None:
        return f"[{parameter.name}]"
    return f"[{parameter.name}={formula_text(parameter.default)}]"


def formula_text(value: Any) -> str:
    """A value as a formula writes it.

    >>> [formula_text(x) for x in ("linear", True, 0.0, 1.5)]
    ['"linear"', 'TRUE', '0', '1.5']
    """
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value).upper() if isinstance(value, bool) else f"{value:.15g}"


REGISTRY: Final[dict[str, Function]] = {}
"""Every worksheet function by its worksheet name."""


def function(
    category: str,
    result: Result,
    arguments: Mapping[str, Parameter],
    examples: Sequence[str],
    recalls: bool = False,
    exact: bool | None = None,
) -> Callable[[_Python], _Python]:
    """Make a Python function a worksheet function, named ``CSM_`` and its name without underscores.

    category: one of `CATEGORIES`. result: its result. arguments: each argument by its Python name; the
    trailing ``_`` of a reserved name is dropped. examples: calls as in a formula; their results are computed
    where they are shown. recalls: it reads stored state, so that it may give another result for the same
    arguments.
    exact: it gives exact numbers for exact numbers, without logarithms or statistics (None: as for its
        category).

    The Python function gets numbers as float64 (dates as ordinals): one value, or arrays of one length for
    the shapes each and row; columns as 1-D arrays; tables as 2-D arrays with NaN for blanks.
    """

    def declare(python: _Python) -> _Python:
        name, code = worksheet_name(python.__name__), python.__code__
        taken = code.co_varnames[: code.co_argcount + bool(code.co_flags & inspect.CO_VARARGS)]
        if set(arguments) != set(taken) or category not in CATEGORIES or name in REGISTRY:
            raise ValueError(f"{name} is declared twice, or its category or arguments do not match")
        REGISTRY[name] = Function(
            name,
            python,
            category,
            arguments,
            result,
            tuple(examples),
            recalls,
            category in EXACT if exact is None else exact,
        )
        return python

    return declare


def worksheet_name(name: str) -> str:
    """The worksheet name of a Python name.

    >>> worksheet_name("total_comp")
    'CSM_TOTALCOMP'
    """
    return PREFIX + name.replace("_", "").upper()


def _named(parameter: Parameter, signed: inspect.Parameter) -> Parameter:
    column = replace(parameter.column, name=signed.name.rstrip("_"))
    default = REQUIRED if signed.default is inspect.Parameter.empty else signed.default
    return replace(parameter, column=column, default=default)


def _explained(python: Callable[..., Any]) -> dict[str, str]:
    """The summary, errors and source in a docstring."""
    parts = {"": "", "Errors:": "", "Source:": ""}
    part = ""
    for line in inspect.cleandoc(python.__doc__ or "").splitlines():
        for title in ("Errors:", "Source:"):
            if line.startswith(title):
                part, line = title, line.removeprefix(title)
        parts[part] += " " + line.strip()
    return {title: " ".join(said.split()) for title, said in parts.items()}


def find(name: str) -> Function:
    """The function of a name, in any case, with or without ``CSM_``.

    >>> find("TotalComp").name
    'CSM_TOTALCOMP'
    """
    plain = "".join(str(name).strip().removeprefix("=").split()).replace("_", "").upper()
    wanted = PREFIX + plain.removeprefix(PREFIX.rstrip("_"))
    if wanted not in REGISTRY:
        raise CsmError(
            NOT_FOUND,
            "unknown function",
            "function",
            name,
            did_you_mean(wanted, REGISTRY) + "`csm-xl functions` lists all functions.",
        )
    return REGISTRY[wanted]


def load(package: str, path: Sequence[str], later: Collection[str] = ()) -> None:
    """Import every module of the package, so that the functions declared in them are registered.

    later: modules that read the registry, so their users import them.
    """
    for module in pkgutil.iter_modules(list(path)):
        if module.name not in later:
            import_module(f"{package}.{module.name}")
    ordered = sorted(REGISTRY.values(), key=lambda known: CATEGORIES.index(known.category))
    REGISTRY.clear()
    REGISTRY.update({known.name: known for known in ordered})
