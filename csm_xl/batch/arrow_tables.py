"""Tables that are read and checked, as Arrow tables and back, without loss.

Texts are dictionary-encoded, numbers and days are the engine's own. With each table travels where it was, so
that a finding about a row names the file and the row that people know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.coded import Coded
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.raw import Origin
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.table import Table

if TYPE_CHECKING:
    import pyarrow as pa

_LINE: Final = "(line)"
"""The column with each row's place in what was given: no column of a table has such a name."""
_ORIGIN: Final = b"origin"
_TYPES: Final = {**dict.fromkeys(NUMERIC, ("double",)), "date": ("int64",), "flag": ("bool",)}
"""The kinds of columns that are arrays of numbers, days or flags → the type that Arrow has for them."""
_ARROW_TEXTS: Final = ("string", "large_string", "dictionary", "list", "large_list")


def to_arrow(table: Table) -> pa.Table:
    """A table as an Arrow table, in the order of its rows. Columns that the schema does not know are left
    out: nobody is paid from them."""
    import pyarrow as pa

    arrays = {
        column.name: _to_array(table, column.name, column.kind) for column in table.schema.columns
    }  # fmt: skip
    arrays[_LINE] = pa.array(table.lines if len(table.lines) else np.arange(table.rows))
    origin = None if table.origin is None else asdict(table.origin) | {"notes": sorted(table.origin.notes)}
    return pa.table(arrays).replace_schema_metadata({_ORIGIN: json.dumps(origin).encode()})


def from_arrow(given: pa.Table, schema: TableSchema) -> Table:
    """The table that `to_arrow` made an Arrow table of. Texts may have been decoded since.

    Errors: columns that are missing, or of another type, each with its table.
    """
    import pyarrow as pa

    _check(given, schema)
    columns: dict[str, Any] = {}
    texts: dict[str, Coded] = {}
    for column in schema.columns:
        array = given.column(column.name).combine_chunks()
        if column.kind in _TYPES:
            columns[column.name] = np.array(array.to_numpy(zero_copy_only=False))
        elif column.kind == "words":
            columns[column.name] = _objects([tuple(words) for words in array.to_pylist()])
        else:
            coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
            texts[column.name] = Coded(
                coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False)
            )
            columns[column.name] = texts[column.name].spread(texts[column.name].values)
    lines = np.array(given.column(_LINE).to_numpy(), dtype=np.int64)
    origin = _origin((given.schema.metadata or {}).get(_ORIGIN, b"null"))
    found = Table(schema, columns, given.num_rows, origin, lines=lines)
    found.differs(texts)
    return found


def _check(given: pa.Table, schema: TableSchema) -> None:
    """Refuse a table that `to_arrow` did not make."""
    there = dict(zip(given.schema.names, given.schema.types, strict=True))
    wanted = {column.name: column.kind for column in schema.columns} | {_LINE: "date"}
    hint = "Split the company into shards again, and do not change them."
    issues = [
        Issue(NOT_FOUND, f"the column {name} is missing", f"shard, table {schema.name}", None, hint)
        for name in wanted if name not in there
    ]  # fmt: skip
    for name, kind in wanted.items():
        found = str(there.get(name, ""))
        blank = name in there and given.column(name).null_count
        if name in there and (blank or not found.startswith(_TYPES.get(kind, _ARROW_TEXTS))):
            what = f"the column {name} {'has blank cells' if blank else 'has another type'}"
            issues.append(Issue(VALUE, what, f"shard, table {schema.name}", found, hint))
    if issues:
        raise CsmError.of(issues)


def _to_array(table: Table, name: str, kind: str) -> pa.Array:
    import pyarrow as pa

    if kind in _TYPES:
        return pa.array(table.columns[name])  # NaN stays NaN
    if kind == "words":
        return pa.array(map(list, table.columns[name].tolist()), type=pa.list_(pa.string()), size=table.rows)
    coded = table.coded(name)
    return pa.DictionaryArray.from_arrays(
        pa.array(coded.codes.astype(np.int32)), pa.array(coded.values, type=pa.string())
    )


def _objects(values: list[Any]) -> np.ndarray[Any, Any]:
    return np.array([*values, None], dtype=object)[:-1]


def _origin(said: bytes) -> Origin | None:
    origin: Mapping[str, Any] | None = json.loads(said)
    if origin is None:
        return None
    made = {**origin, "labels": tuple(origin["labels"]), "notes": frozenset(origin["notes"])}
    return Origin(**made)
