"""Payout lines as a Parquet file: where it is written, and what it may replace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from csm_xl.cli.outputs import PRIVATE, refuse_among_inputs, refuse_foreign, refuse_inputs, replacing
from csm_xl.errors import VALUE, CsmError
from csm_xl.extras import require

if TYPE_CHECKING:
    from csm_xl.engine.paid_lines import PaidLines

_NAME: Final = "payouts.parquet"
"""The file that is written into a folder."""


def parquet_file(out: Path) -> Path | None:
    """The Parquet file that --out means: itself, or one in a folder; None where it is another kind of file.

    >>> [parquet_file(Path(name)).name for name in ("lines.parquet", "paid")], parquet_file(Path("a.csv"))
    (['lines.parquet', 'payouts.parquet'], None)
    """
    kind = out.suffix.lower()
    if kind == ".parquet":
        return out
    return out / _NAME if not kind or (out.is_dir() and kind not in (".csv", ".xlsx")) else None


def parquet_writer(path: Path, source: Path, force: bool) -> Callable[[PaidLines], None]:
    """The writer of payout lines for a Parquet file. Nothing is half written.

    source: what the run reads. force: replace a file that csm_xl did not write.
    Errors: the extra that is missing; an input, or somebody else's file; a folder that cannot be written.
    """
    require("arrow", "writing a Parquet file")
    if path.parent.exists() and not path.parent.is_dir():
        raise CsmError(VALUE, "this path exists and is not a folder", "--out", str(path.parent),
                       "Choose another name.")  # fmt: skip
    refuse_inputs(path, (source,))

    def save(lines: PaidLines) -> None:
        from csm_xl.batch.parquet_files import write_lines, written_by_us
        from csm_xl.workbook.operations.refresh.sources import passed_over

        if not passed_over(path.name, lines.header):
            refuse_among_inputs(path, (source,))
        refuse_foreign(path, written_by_us, force)
        with replacing(path, PRIVATE) as temporary:
            write_lines(temporary, lines)

    return save
