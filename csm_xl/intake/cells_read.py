"""The cells of an export's column as a mapping reads them; what does not fit is a finding of its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.intake.dates import NoDate, day_of
from csm_xl.intake.numbers import NumberFormat, number_format
from csm_xl.intake.sources import Source
from csm_xl.plan import cells
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.schema import Column


class Unfit(Exception):  # noqa: N818 - the caller turns it into a finding of a cell
    """Why a cell does not fit its mapping, and what to do: `message`, `hint`."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


def read_cells(
    source: Source, column: Column, given: Sequence[Any], where: Callable[[int], str]
) -> tuple[list[Any], list[Issue]]:
    """The cells of our column, from those of the export, and what does not fit.

    where: row, counted from 0 → the cell's place. A cell that does not fit stays as it is.
    """
    read = _reader(source, column)
    if read is None:
        return list(given), []
    known: dict[str, Any] = {}
    values: list[Any] = []
    issues: list[Issue] = []
    for row, cell in enumerate(given):
        if cells.is_blank(cell):
            values.append(None)
            continue
        key = cell if isinstance(cell, str) else None
        if key is not None and key in known:
            values.append(known[key])
            continue
        try:
            value = read(cell)
        except (Unfit, NoDate, cells.BadCell) as why:
            issues.append(Issue(VALUE, why.message, where(row), str(cell), why.hint))
            values.append(cell)
            continue
        if key is not None:
            known[key] = value
        values.append(value)
    return values, issues


def _reader(source: Source, column: Column) -> Callable[[Any], Any] | None:
    """How a column is read; None where its cells are handed over as they are."""
    name = column.name
    if name in source.values:
        return _mapped(source, name)
    if name in source.text:
        return None
    if column.kind in ("date", "period"):
        return lambda cell: day_of(cell, source.dates, source.times)
    if column.kind in NUMERIC:
        format_ = number_format(source.number) if source.number else None
        if format_ is not None or name in source.percent:
            return _numbers(source, format_, name in source.percent)
    return None


def _mapped(source: Source, name: str) -> Callable[[Any], Any]:
    said = source.values[name]
    kept = set(said.values())

    def read(cell: Any) -> Any:
        text = cells.text(cell) or ""
        if text in said:
            return said[text] or None
        if text in kept:
            return text
        hint = f'{did_you_mean(text, said)}Add it: values.{name} = {{ "{text}" = "…" }}.'
        raise Unfit(f"values.{name} does not map this value", f"{hint} It maps {listed(said, 20)}.")

    return read


def _numbers(source: Source, format_: NumberFormat | None, percent: bool) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        value = cell
        if isinstance(cell, str) and format_ is not None:
            value = format_.plain(cell, source.currency)
            if value is None:
                said = f"the text is not a number as number = {source.number!r} says".replace("'", '"')
                raise Unfit(said, "Correct the cell, or the sample in sources.toml.")
        if percent:
            return _as_percent(value)
        return value

    return read


def _as_percent(value: Any) -> Any:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return f"{value}%"
    return f"{value.strip()}%" if isinstance(value, str) and not value.strip().endswith("%") else value


def texts(given: Iterable[Any]) -> list[str]:
    """The cells that are text, trimmed, without blanks."""
    return [cell.strip() for cell in given if isinstance(cell, str) and not cell.isspace() and cell]
