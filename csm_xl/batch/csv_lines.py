"""Lines of CSV put together by Arrow: the text that `csm_xl.cli.csv_text` gives, in less time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Written = Callable[[NDArray[np.float64]], NDArray[Any]]
"""Numbers → the text of each."""
_AT_ONCE: Final = 1 << 14
"""How many lines are turned into text at a time."""
_LEAST: Final = 1e-4
_MOST: Final = 1e10
"""Between these Python and Arrow write a fraction alike: all its digits, and no exponent."""
_WHOLE: Final = 1e15
"""Below this a whole number has no decimals, as `csm_xl.cli.csv_text.number_text` writes it."""


def block_text(block: Sequence[Any], texts_of: Sequence[list[str] | None], written: Written) -> Iterator[str]:
    """The lines of a block, part by part.

    block: columns, as `csm_xl.cli.csv_text.Columns` has them. texts_of: of each column the texts of its
    values; None for one of numbers. written: what writes numbers, for those that Arrow writes otherwise.
    """
    import pyarrow as pa
    from pyarrow import compute

    known = [None if texts is None else pa.array(texts, type=pa.large_string()) for texts in texts_of]
    for first in range(0, len(block[0]), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        cells = [
            number_strings(column[part], written)
            if texts is None
            else texts.take(pa.array(column.codes[part]))
            for column, texts in zip(block, known, strict=True)
        ]
        lines = compute.binary_join_element_wise(*cells, pa.scalar(",", pa.large_string()))
        ends = pa.array([0, len(lines)], type=pa.int64())
        every, end = pa.LargeListArray.from_arrays(ends, lines), pa.scalar("\n", pa.large_string())
        yield compute.binary_join(every, end)[0].as_py()
        yield "\n"


def number_strings(numbers: NDArray[np.float64], written: Written) -> pa.Array:
    """The texts of numbers, each different one written once; blank for NaN."""
    import pyarrow as pa

    values, which = np.unique(numbers, return_inverse=True)
    size = np.abs(values)
    whole = (values == np.floor(values)) & (size < _WHOLE)
    fraction = ~whole & (size >= _LEAST) & (size < _MOST)
    other = ~whole & ~fraction
    texts = pa.concat_arrays([
        pa.array(values[whole].astype(np.int64)).cast(pa.large_string()),
        pa.array(values[fraction]).cast(pa.large_string()),
        pa.array(written(values[other]), type=pa.large_string()),
    ])  # fmt: skip
    place = np.empty(len(values), dtype=np.int32)
    place[np.concatenate([np.flatnonzero(kind) for kind in (whole, fraction, other)])] = np.arange(
        len(values)
    )
    return texts.take(pa.array(place[which.reshape(-1)]))
