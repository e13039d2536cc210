"""Whether a work location is in the United States; only US taxes are estimated.

A location is recognized by its text: a state, an area or city of the wage figures, or words such as US.
Nothing is assumed about any other text.
"""

from __future__ import annotations

import re
from typing import Final

from csm_xl.data import prices, wages
from csm_xl.data.names import Names
from csm_xl.errors import CsmError
from csm_xl.plan.names import plain_name

_NATION: Final = frozenset({"us", "usa", "u.s.", "u.s.a.", "united_states", "united_states_of_america",
                            "national"})  # fmt: skip
_COUNTRIES: Final = {
    "al": "Albania", "ar": "Argentina", "az": "Azerbaijan", "ca": "Canada", "co": "Colombia",
    "de": "Germany", "ga": "Gabon", "id": "Indonesia", "il": "Israel", "in": "India",
    "ky": "the Cayman Islands", "la": "Laos", "ma": "Morocco", "md": "Moldova", "me": "Montenegro",
    "mn": "Mongolia", "mo": "Macao", "ms": "Montserrat", "mt": "Malta", "nc": "New Caledonia",
    "ne": "Niger", "pa": "Panama", "sc": "Seychelles", "sd": "Sudan", "tn": "Tunisia", "va": "the Vatican",
    "georgia": "the country Georgia",
}  # fmt: skip
"""Names shared by a state and a country, with the country: CA is California and Canada."""
_TERRITORIES: Final = frozenset({"puerto_rico", "pr", "guam", "gu", "virgin_islands", "us_virgin_islands",
                                 "vi", "american_samoa", "northern_mariana_islands"})  # fmt: skip
"""US territories with their own income tax instead of the federal one."""
_ANYWHERE: Final = re.compile(r"\b(?:remote|hybrid|home office|wfh)\b", re.IGNORECASE)
"""Words that are not part of a location: NY (remote) is NY."""
_SPLIT: Final = re.compile(r"[,;()/|]|\s[-–—]\s|\s(?=[A-Z]{2}\s*$)")
"""Separators of the parts of a location: punctuation, and the space before a code at the end, as in
Washington DC."""


def is_us_state(text: str) -> bool:
    """Whether a text is a state by name or postal code.

    >>> [is_us_state(text) for text in ("WI", "new york", "Bavaria", "National")]
    [True, True, False, False]
    """
    return plain_name(text) not in _NATION and _known(text, prices.states())


def is_us_place(text: str) -> bool:
    """Whether a text names a US location where federal income tax is paid.

    >>> [is_us_place(text) for text in ("Boston", "Waco, TX", "Remote (US)", "Boise, Idaho", "Dallas TX")]
    [True, True, True, True, True]
    >>> [is_us_place(text) for text in ("Berlin", "Berlin, DE", "Toronto, CA", "DE", "Remote", "Puerto Rico")]
    [False, False, False, False, False, False]
    """
    if plain_name(text) in _COUNTRIES:
        return False
    parts = _parts(text)
    if any(plain_name(part) in _TERRITORIES for part in (text, *parts)):
        return False
    if plain_name(text) in _NATION or is_us_state(text) or _known(text, wages.areas()):
        return True
    if any(plain_name(part) in _NATION for part in parts):
        return True
    last = parts[-1] if parts and parts != [text.strip()] else ""
    return plain_name(last) not in _COUNTRIES and bool(last) and is_us_state(last)


def read_two_ways(text: str) -> tuple[str, str, str] | None:
    """The last part of a text that names both a state and a country, with both names.

    >>> read_two_ways("Toronto, CA"), read_two_ways("DE")
    (('CA', 'California', 'Canada'), ('DE', 'Delaware', 'Germany'))
    >>> read_two_ways("Berlin"), read_two_ways("CA, USA")
    (None, None)
    """
    parts = _parts(text)
    if not parts or plain_name(parts[-1]) not in _COUNTRIES or is_us_place(text):
        return None
    states = prices.states()
    return parts[-1], states.name(states.find(parts[-1], "")), _COUNTRIES[plain_name(parts[-1])]


def names_a_place(text: str) -> bool:
    """Whether a location says where somebody works, and not only that it may be anywhere.

    >>> names_a_place("Remote"), names_a_place("Toronto")
    (False, True)
    """
    return bool(_parts(text))


def _parts(text: str) -> list[str]:
    """The parts of a location, without words that do not belong to it.

    >>> _parts("New York, NY (remote)"), _parts("Remote - US")
    (['New York', 'NY'], ['US'])
    """
    return [part.strip() for part in _SPLIT.split(_ANYWHERE.sub("|", text)) if part.strip()]


def _known(text: str, names: Names) -> bool:
    try:
        names.find(text, "")
    except CsmError:
        return False
    return True
