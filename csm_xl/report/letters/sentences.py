"""How the fields of a plan become sentences: each rule states the fields it covers, so that none is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar

from csm_xl.pay.trace import told
from csm_xl.report import words

T = TypeVar("T")

PERIODS: Final = {
    "week": "week", "biweek": "two weeks", "semimonth": "half month", "p13": "four-week period",
    "month": "month", "quarter": "quarter", "half": "half year", "year": "year",
}  # fmt: skip
"""Kinds of pay period, in words."""


@dataclass(eq=False, repr=False)
class Rules(Generic[T]):
    """Sentences about things of one kind, in the order in which a letter has them.

    rules: the fields that a sentence covers, and the sentence: None where there is nothing to say.
    """

    rules: list[tuple[tuple[str, ...], Callable[[T], str | None]]] = field(default_factory=list)

    def covers(self, *fields: str) -> Callable[[Callable[[T], str | None]], Callable[[T], str | None]]:
        """Marks a function as the sentence of some fields."""

        def remember(rule: Callable[[T], str | None]) -> Callable[[T], str | None]:
            self.rules.append((fields, rule))
            return rule

        return remember

    @property
    def fields(self) -> frozenset[str]:
        """Every field that some sentence covers."""
        return frozenset(name for fields, _ in self.rules for name in fields)

    def sentences(self, thing: T) -> Iterator[str]:
        """What there is to say about a thing."""
        for _, rule in self.rules:
            if said := rule(thing):
                yield said


def day(ordinal: int) -> str:
    """A day as a letter writes it.

    >>> day(date(2026, 7, 1).toordinal())
    'July 1, 2026'
    """
    on = date.fromordinal(ordinal)
    if words.days_are_european():
        return words.days_in_style(on.isoformat())
    return f"{on:%B} {on.day}, {on.year}"


def joined(parts: list[str], last: str = "and") -> str:
    """Some words as a list in a sentence.

    >>> joined(["a"]), joined(["a", "b"], "or"), joined(["a", "b", "c"])
    ('a', 'a or b', 'a, b, and c')
    """
    if len(parts) < 3:
        return f" {last} ".join(parts)
    return f"{', '.join(parts[:-1])}, {last} {parts[-1]}"


def money(amount: float, currency: str) -> str:
    """Money with its currency.

    >>> money(1234.5, "USD")
    'USD 1,234.50'
    """
    return f"{currency} {words.money(amount)}"


def ratio(value: Any) -> str:
    """A ratio of a plan as a percentage, with all digits that were typed.

    >>> ratio(0.9), ratio(0.075), ratio(1.0)
    ('90%', '7.5%', '100%')
    """
    return words.in_style(f"{told(round(float(value) * 100, 9))}%")


def figure(value: Any) -> str:
    """A number as people write it, with all digits.

    >>> figure(250000.0), figure(-0.5)
    ('250,000', '−0.5')
    """
    return words.in_style(f"{float(value):,.9f}".rstrip("0").rstrip(".")).replace("-", "−")


def times(count: float, noun: str) -> str:
    """A number of things.

    >>> times(1, "day"), times(90, "day")
    ('1 day', '90 days')
    """
    return f"{figure(count)} {noun}{'' if count == 1 else 's'}"
