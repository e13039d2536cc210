"""Numbers as exports write them: ``$84,500.00``, ``81.500,00``, ``(1,200)``, ``1'234.50``, ``95%``.

A format is stated by a sample, or detected from all the values of a column. A value that does not fit it is
refused, never read some other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from csm_xl.plan.currency_codes import marked_currencies

_SPACES: Final = " \u00a0\u2009\u202f"
_PARTS: Final = re.compile(
    rf"(?P<open>\()?(?P<minus>[-+−])?\s*(?P<before>[^\d\s.,()+−-]*)[{_SPACES}]*(?P<minus2>[-+−])?"
    rf"(?P<digits>[\d][\d.,'’{_SPACES}]*|[.,]\d+)[{_SPACES}]*(?P<minus3>-)?[{_SPACES}]*(?P<after>[^\d\s.,()-]*)"
    r"(?P<close>\))?\Z"
)
"""A number with what is around it: parentheses or a sign for a negative one, a currency before or behind."""
SIGNS: Final = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "US$": ("USD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "A$": ("AUD",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "kr": ("SEK", "NOK", "DKK"),
    "zł": ("PLN",),
    "R$": ("BRL",),
}
"""The signs of currencies → the currencies that they can mean."""


@dataclass(frozen=True)
class NumberFormat:
    """How an export writes numbers.

    point: what is before decimals. group: what is between thousands; blank where nothing is. sign: the
    currency beside the number, in whatever letters; blank where there is none.
    """

    point: str
    group: str = ""
    sign: str = ""

    @property
    def sample(self) -> str:
        """A number as this format writes it.

        >>> NumberFormat(",", ".", "€").sample
        '€1.234,56'
        """
        return f"{self.sign}1{self.group}234{self.point}56"

    def plain(self, text: str, currency: str = "") -> str | None:
        """A number with a decimal point and nothing else but a minus and a %; None where the text does not
        fit.

        currency: the code that may be beside the number as well.

        >>> dollars = NumberFormat(".", ",", "$")
        >>> [dollars.plain(text) for text in ("$84,500.00", "(1,200)", "95%", "€3.00", "1.234,50", "12,34")]
        ['84500.00', '-1200', '95%', None, None, None]
        """
        found = _PARTS.match(text.strip())
        if found is None or bool(found["open"]) != bool(found["close"]):
            return None
        around = [said for said in (found["before"], found["after"].replace("%", "")) if said]
        if any(not self._is_sign(said, currency) for said in around) or len(around) > 1:
            return None
        minus = [sign for sign in (found["minus"], found["minus2"], found["minus3"]) if sign]
        if len(minus) + bool(found["open"]) > 1:
            return None
        digits = self._digits(found["digits"].rstrip(_SPACES))
        if digits is None:
            return None
        negative = bool(found["open"]) or minus[:1] in (["-"], ["−"])
        return f"{'-' if negative else ''}{digits}{'%' if '%' in found['after'] else ''}"

    def _is_sign(self, said: str, currency: str) -> bool:
        if said.casefold() in (self.sign.casefold(), currency.casefold()):
            return True
        return bool(currency) and currency.upper() in SIGNS.get(said, ())

    def _digits(self, text: str) -> str | None:
        whole, point, part = text.partition(self.point)
        if point and not part.isdigit():
            return None
        if not whole and point:
            return f"0.{part}"
        groups = re.split(f"[{re.escape(_same(self.group))}]", whole) if self.group else [whole]
        if not all(group.isdigit() for group in groups):
            return None
        if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
            return None
        return "".join(groups) + (f".{part}" if point else "")


def possible_currencies(sign: str) -> frozenset[str]:
    """The codes of the currencies that a sign or code beside numbers can mean; none where it is not known.

    >>> sorted(possible_currencies("€")), sorted(possible_currencies("chf")), sorted(possible_currencies("x"))
    (['EUR'], ['CHF'], [])
    """
    return marked_currencies(sign) | frozenset(SIGNS.get(sign, ()))


def _same(group: str) -> str:
    """The characters that are written for one: a space is any space, an apostrophe either one."""
    return _SPACES if group in _SPACES else "'’" if group in "'’" else group


def number_format(sample: str) -> NumberFormat | None:
    """The format that a sample shows; None where it can be read two ways, or is none.

    >>> number_format("1.234,56"), number_format("$1,234.50").sign, number_format("1,234")
    (NumberFormat(point=',', group='.', sign=''), '$', None)
    """
    found = _PARTS.match(sample.strip())
    if found is None:
        return None
    sign = found["before"] or found["after"].replace("%", "")
    digits = found["digits"].rstrip(_SPACES)
    marks = [char for char in digits if not char.isdigit()]
    if not marks:
        return NumberFormat(".", "", sign)
    last, kinds = marks[-1], {_same(mark) for mark in marks}
    behind = len(digits) - 1 - digits.rindex(last)
    if len(kinds) == 2 and last in ".,":
        made = NumberFormat(last, marks[0], sign)
    elif (len(kinds) == 1 and len(marks) > 1) or last not in ".,":
        made = NumberFormat("." if last != "." else ",", last, sign)
    elif len(kinds) == 1 and behind != 3:
        made = NumberFormat(last, "", sign)
    else:
        return None
    return made if made.plain(sample) is not None else None


@dataclass(frozen=True)
class NumbersFound:
    """What all the values of a column say about how it writes numbers.

    formats: those that fit every value; none where no one does. first: a value that decides nothing, of a
    column that can be read two ways. misfit: a value that does not fit where the others do, or is none.
    needed: whether any value is more than digits, a point and a minus.
    """

    formats: tuple[NumberFormat, ...]
    first: str = ""
    misfit: str = ""
    needed: bool = False


def detect_numbers(values: Iterable[str], currency: str = "") -> NumbersFound:
    """How a column writes its numbers, from all of its values.

    >>> [one.sample for one in detect_numbers(["$84,500.00", "(1,200)"]).formats]
    ['$1,234.56']
    >>> detect_numbers(["81.500", "120.000"]).first, len(detect_numbers(["81.500", "120.000"]).formats)
    ('81.500', 2)
    """
    every = list(dict.fromkeys(value.strip() for value in values))
    found = [(value, match) for value in every if (match := _PARTS.match(value))]
    signs = {
        said for _, match in found for said in (match["before"], match["after"].replace("%", "")) if said
    }
    sign = min(signs, default="")
    used = {char for _, match in found for char in match["digits"].rstrip(_SPACES) if not char.isdigit()}
    plain = not signs and used <= {"."} and all(_is_plain(value) for value in every)
    candidates = [NumberFormat(".", "", sign), NumberFormat(",", "", sign)]
    candidates += [
        NumberFormat(point, group, sign) for point in ".," for group in sorted(used) if group != point
    ]
    fitting = [
        one
        for one in candidates
        if used <= {one.point, *_same(one.group)}
        and all(one.plain(value, currency) is not None for value in every)
    ]
    said: dict[tuple[str | None, ...], NumberFormat] = {}
    for one in fitting:
        said.setdefault(tuple(one.plain(value, currency) for value in every), one)
    formats = tuple(said.values())
    if len(formats) > 1:
        first = next(value for value in every if len({one.plain(value, currency) for one in formats}) > 1)
        return NumbersFound(formats, first, needed=True)
    misfit = ""
    if not formats:
        best = max(candidates, key=lambda one: sum(one.plain(value, currency) is not None for value in every))
        misfit = next((value for value in every if best.plain(value, currency) is None), "")
    return NumbersFound(formats, "", misfit, not plain)


def _is_plain(value: str) -> bool:
    return re.fullmatch(rf"-?(\d+\.?\d*|\.\d+)[{_SPACES}]?%?", value) is not None
