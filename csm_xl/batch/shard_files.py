"""What processes hand to one another, as files: shards and what they need, and the lines that come back.

Files, because a process that is killed in the middle of a pipe leaves the other one waiting for ever. Tables
are mapped into memory, so that several processes share what they have in common.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from csm_xl.errors import VALUE, CsmError

if TYPE_CHECKING:
    import pyarrow as pa

    from csm_xl.batch.shards import SharedTables
    from csm_xl.engine.lines import Lines

_COMPANY: Final = "company.pickle"
_LINES: Final = "lines.pickle"
_HINT: Final = "Run the command again."


def write_shared(folder: Path, shared: SharedTables) -> None:
    """Write what every shard of a company needs. folder: a new one."""
    write_shard(folder, shared.tables)
    _dump(folder / _COMPANY, shared.company)


def read_shared(folder: Path) -> SharedTables:
    """What `write_shared` wrote. Errors: a file that is damaged, by its name."""
    from csm_xl.batch.shards import SharedTables

    return SharedTables(read_shard(folder), _loaded(folder / _COMPANY))


def write_shard(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables of a shard, a file each. folder: a new one."""
    import pyarrow as pa

    folder.mkdir()
    for name, table in tables.items():
        with pa.ipc.new_file(folder / f"{name}.arrow", table.schema) as writer:
            writer.write_table(table)


def read_shard(folder: Path) -> dict[str, pa.Table]:
    """The tables that `write_shard` wrote. Errors: a file that is damaged, by its name."""
    import pyarrow as pa

    found = {}
    for file in sorted(folder.glob("*.arrow")):
        try:
            found[file.stem] = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
        except (pa.ArrowException, OSError):
            raise _damaged(file) from None
    return found


def write_runs(folder: Path, runs: Sequence[Lines]) -> None:
    """Write the lines of a shard, one entry a run, into its folder."""
    _dump(folder / _LINES, list(runs))


def read_runs(folder: Path) -> list[Lines]:
    """The lines that `write_runs` wrote. Errors: a file that is damaged, by its name."""
    found: list[Lines] = _loaded(folder / _LINES)
    return found


def _dump(file: Path, value: Any) -> None:
    with file.open("wb") as out:
        pickle.dump(value, out, protocol=pickle.HIGHEST_PROTOCOL)


def _loaded(file: Path) -> Any:
    try:
        with file.open("rb") as given:
            return pickle.load(given)
    except (pickle.UnpicklingError, EOFError, OSError):
        raise _damaged(file) from None


def _damaged(file: Path) -> CsmError:
    where = f"shard {file.parent.name}, {file.name}"
    return CsmError(VALUE, "the file of a shard is damaged", where, None, _HINT)
