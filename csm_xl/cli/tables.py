"""``csm-xl tables``: the tables of the schema and the meaning of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from csm_xl.cli import show
from csm_xl.cli.options import AsJson
from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.plan.names import did_you_mean, plain_name
from csm_xl.plan.schema import Column, ComponentKind, TableSchema, schemas

if TYPE_CHECKING:
    from csm_xl.engine.component import ComponentType


def tables_in_order(types: Mapping[str, ComponentKind]) -> dict[str, TableSchema]:
    """Every table by name, with components next to plans.

    >>> list(tables_in_order({}))[:3]
    ['plans', 'components', 'curves']
    """
    found = schemas(types)
    return {name: found[name] for name in dict.fromkeys(["plans", "components", *found])}


def tables(
    name: Annotated[str | None, typer.Argument(help="A table to describe, with all its columns.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the tables of plans and people, or describe one in full with the meaning of each column."""
    from csm_xl.engine.components import component_types

    known = tables_in_order(component_types())
    if name is None:
        if as_json:
            print(show.to_json([_record(table) for table in known.values()]))
        else:
            _list(known.values())
        return
    table = known.get(plain_name(name))
    if table is None:
        raise CsmError(NOT_FOUND, "unknown table", "table", name,
                       f"{did_you_mean(name, known)}Allowed: {', '.join(known)}.")  # fmt: skip
    if as_json:
        print(show.to_json(_record(table)))
    else:
        _describe(table, component_types() if table.name == "components" else {})


def _list(known: Iterable[TableSchema]) -> None:
    rows = [(table.name, table.help, ", ".join(table.required)) for table in known]
    show.table(("table", "one row per", "required columns"), rows)
    show.say("For details: csm-xl tables roster")


def _describe(table: TableSchema, types: Mapping[str, ComponentType]) -> None:
    show.say(Text.assemble((table.name, "bold cyan"), f": {table.help}"))
    rows = [(column.name, _takes(column), _default(column), column.help) for column in table.columns]
    show.table(("column", "takes", "if blank", "meaning"), rows)
    for each in types.values():
        own = ", ".join(column.name for column in each.columns)
        show.say(Text.assemble((f"{each.name}: ", "bold"), f"{each.help} Columns: {own}."))


def _takes(column: Column) -> str:
    if column.choices:
        return " / ".join(column.choices)
    unit = "" if column.unit in ("", column.kind) else f" ({column.unit})"
    return f"{column.kind}{unit}"


def _default(column: Column) -> str:
    from csm_xl.functions.registry import formula_text

    if column.instead:
        return f"by {column.instead}"
    if column.required:
        return "missing actual" if column.blank else "needed"
    return "" if column.default is None else formula_text(column.default).strip('"')


def _record(table: TableSchema) -> dict[str, Any]:
    return {
        "name": table.name,
        "help": table.help,
        "key": list(table.key),
        "columns": [
            {
                "name": column.name,
                "kind": column.kind,
                "unit": column.unit,
                "choices": list(column.choices),
                "required": column.required,
                "default": column.default,
                "refers": column.refers,
                "help": column.help,
            }
            for column in table.columns
        ],
    }
