"""The payout lines of one or several runs, each with the currency of its person, and the name where people
have one: what is written and added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from csm_xl.engine.currency import line_currencies
from csm_xl.engine.lines import Lines, plain_values
from csm_xl.pay.rounding import Array
from csm_xl.plan.coded import Coded
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.paid_in import CURRENCY, Currencies


class PaidLines:
    """Payout lines by column, run after run.

    runs: the payout lines of one or several runs, one at least. currencies: in which people are paid.
    names: what people are called; a column beside employee_id where anybody has a name.
    """

    def __init__(self, runs: Sequence[Lines], currencies: Currencies, names: DisplayNames) -> None:
        self.runs = runs
        self._currencies = currencies
        self._names = names

    def __len__(self) -> int:
        return sum(map(len, self.runs))

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        stored = [*self.runs[0].columns, "line_kind"]
        return [*self._names.header(stored), CURRENCY]

    def blocks(self) -> Iterator[list[Coded | Array]]:
        """The columns of each run, as `Lines.by_value` has them."""
        for lines in self.runs:
            columns: list[Coded | Array] = []
            for name, column in lines.by_value().items():
                columns.append(column)
                if name == "employee_id" and self._names:
                    ids = lines.names[name]
                    columns.append(Coded([self._names.beside_id(who) for who in ids], lines.columns[name]))
            yield [*columns, line_currencies(lines, self._currencies)]

    def rows(self) -> list[list[Any]]:
        """A header, then the lines, as plain values."""
        found: list[list[Any]] = [self.header]
        for columns in self.blocks():
            found += map(list, zip(*map(plain_values, columns), strict=True))
        return found
