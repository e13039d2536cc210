"""Whether a place of work is in the United States, whose taxes are the only ones that are estimated.

A place is told by its text: a state, an area or city of the wage figures, or words such as US. Of every other
text nothing is assumed.
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
_OTHERS_TOO: Final = frozenset({
    "al", "ar", "az", "ca", "co", "de", "ga", "id", "il", "in", "ky", "la", "ma", "md", "me", "mn", "mo",
    "ms", "mt", "nc", "ne", "pa", "sc", "sd", "tn", "va",
})  # fmt: skip
"""Postal codes of states that are also codes of countries: CA is California and Canada."""
_TERRITORIES: Final = frozenset({"puerto_rico", "pr", "guam", "gu", "virgin_islands", "us_virgin_islands",
                                 "vi", "american_samoa", "northern_mariana_islands"})  # fmt: skip
"""Of the United States, and with income taxes of their own in place of the federal one."""
_ANYWHERE: Final = re.compile(r"\b(?:remote|hybrid|home office|wfh)\b", re.IGNORECASE)
"""Words that name no place: NY (remote) is NY."""
_SPLIT: Final = re.compile(r"[,;()/|]|\s[-–—]\s|\s(?=[A-Z]{2}\s*$)")
"""Between the parts of a place: signs, and the blank before a code at the end, as in Washington DC."""


def is_us_state(text: str) -> bool:
    """Whether a text is a state by name or postal code.

    >>> [is_us_state(text) for text in ("WI", "new york", "Bavaria", "National")]
    [True, True, False, False]
    """
    return plain_name(text) not in _NATION and _known(text, prices.states())


def is_us_place(text: str) -> bool:
    """Whether a text names a place in the United States where federal income tax is paid.

    >>> [is_us_place(text) for text in ("Boston", "Waco, TX", "Remote (US)", "Boise, Idaho", "Dallas TX")]
    [True, True, True, True, True]
    >>> [is_us_place(text) for text in ("Berlin", "Berlin, DE", "Toronto, CA", "Remote", "HQ", "Puerto Rico")]
    [False, False, False, False, False, False]
    """
    parts = _parts(text)
    if any(plain_name(part) in _TERRITORIES for part in (text, *parts)):
        return False
    if plain_name(text) in _NATION or is_us_state(text) or _known(text, wages.areas()):
        return True
    if any(plain_name(part) in _NATION for part in parts):
        return True
    # Georgia is a country too; of one word alone the state is meant, which was found above.
    last = parts[-1] if parts and parts != [text.strip()] else ""
    return plain_name(last) not in {*_OTHERS_TOO, "georgia"} and bool(last) and is_us_state(last)


def read_two_ways(text: str) -> str:
    """The last part of a text that is both a state's and a country's; empty where there is none.

    >>> read_two_ways("Toronto, CA"), read_two_ways("Berlin")
    ('CA', '')
    """
    parts = _parts(text)
    both = bool(parts) and parts != [text.strip()] and plain_name(parts[-1]) in {*_OTHERS_TOO, "georgia"}
    return parts[-1] if both and not is_us_place(text) else ""


def _parts(text: str) -> list[str]:
    """What a place is made of, without words that name no place.

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
