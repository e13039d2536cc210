"""Names as people type them: headers, words from a list, and what somebody probably meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

_ASIDE: Final = r"\([^()]*\)|\[[^\[\]]*\]"
_GAP: Final = re.compile(r"[\s\-_‐-―]+")
NOTHING: Final = frozenset(
    {"n/a", "#n/a", "na", "<na>", "nan", "none", "null", "(null)", "nil", "unknown", "tbd", "tba", "(blank)",
     "(empty)", "unassigned", "not assigned", "-", "--", "?", "???"}
)  # fmt: skip
"""What exports write where there is nothing, casefolded."""
_CANDIDATES: Final = 2000
"""How many names are searched for a near one: finding it must never cost more than the run."""


def plain_name(text: str) -> str:
    """A name as it is compared: lower case, blanks and hyphens as ``_``.

    >>> plain_name(" Cross-sell ")
    'cross_sell'
    """
    return _GAP.sub("_", unicodedata.normalize("NFC", text).strip().casefold()).strip("_")


def header_name(header: str) -> str:
    """The column that a header names: what is in () or [] is a remark.

    >>> header_name("Base salary [USD/year]"), header_name("hire-date (first paid day)")
    ('base_salary', 'hire_date')
    """
    return plain_name(re.sub(_ASIDE, " ", header) if "(" in header or "[" in header else header)


def words_in(text: str) -> set[str]:
    """The words of a text, casefolded.

    >>> sorted(words_in("Resigned, new job"))
    ['job', 'new', 'resigned']
    """
    return set(re.findall(r"[^\W_]+", text.casefold()))


def table_name(name: str) -> str:
    """The table that a sheet table, a sheet or a file names.

    >>> table_name("tblRoster"), table_name("exports/roster.csv"), table_name("Roster")
    ('roster', 'roster', 'roster')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = plain_name(re.sub(r"\.(csv|tsv|txt|xlsx|xlsm|toml)\Z", "", last, flags=re.IGNORECASE))
    return plain.removeprefix("tbl").strip("_")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean 'grr'? `` where a known name is near, else nothing.

    Near is a name in other letters, blanks or leading zeros, the initials of the word, or one that is
    spelled nearly so. Of E0012 and E0021 neither is the other's misspelling: numbers are not near.

    >>> did_you_mean("reveune", ["revenue", "goals"]), did_you_mean("Account Manager", ["csm", "am"])
    ("Did you mean 'revenue'? ", "Did you mean 'am'? ")
    >>> did_you_mean("E12", ["E21"]), did_you_mean("cs  east", ["CS East"])
    ('', "Did you mean 'CS East'? ")
    """
    near = near_name(word, known)
    return f"Did you mean {near!r}? " if near else ""


def near_name(word: str, known: Iterable[str]) -> str:
    """The known name that a word probably is, as `did_you_mean` says it; empty where none is near."""
    from difflib import get_close_matches

    names = list(dict.fromkeys(name for name in known if name))
    same = same_id(word, plain_ids(names))
    if same:
        return same
    plain = plain_name(word)
    initials = "".join(part[:1] for part in plain.split("_"))
    by_plain: dict[str, str] = {}
    for name in names:
        if len(initials) > 1 and plain_name(name) == initials:
            return name
        if abs(len(name) - len(word)) <= 3 and len(by_plain) < _CANDIDATES:
            by_plain.setdefault(plain_name(name), name)
    near = [plain] if plain in by_plain else get_close_matches(plain, by_plain, n=1, cutoff=0.6)
    numbered = len(word) == len(by_plain[near[0]]) and any(map(str.isdigit, word)) if near else False
    return by_plain[near[0]] if near and not numbered else ""


def same_id(value: str, known: Mapping[str, str]) -> str:
    """The id that one probably is, written another way: without its leading zeros, in other letters.

    known: as `plain_ids` gives it. Empty where there is none, or it is written so.

    >>> same_id("001041", plain_ids(["1041", "E7"])), same_id("e0007", plain_ids(["1041", "E7"]))
    ('1041', 'E7')
    """
    same = known.get(_plain_id(value), "")
    return "" if same == value else same


def plain_ids(ids: Iterable[str]) -> dict[str, str]:
    """Ids by what is left of them without leading zeros, blanks and hyphens, unless two are alike then."""
    found: dict[str, str] = {}
    for name in ids:
        plain = _plain_id(name)
        found[plain] = "" if plain in found else name
    return found


def _plain_id(value: str) -> str:
    joined = re.sub(
        r"[\s\-_.\u00ad\u200b-\u200d\u2060\ufeff]+", "", re.sub(r"\.0+\Z", "", value.strip().casefold())
    )
    return re.sub(r"(?<!\d)0+(?=\d)", "", joined)
