"""The sizes of paper that statements, reviews and sheets are printed on."""

from __future__ import annotations

from typing import Final

from csm_xl.errors import VALUE, CsmError

LETTER: Final = "Letter"
PAPERS: Final = (LETTER, "A4")
"""The sizes, the usual one first."""


def paper_of(typed: str, where: str = "paper") -> str:
    """The size of paper that somebody typed, in any case; blank: the usual one.

    where: the place where it was typed, for the error. Errors: a size that is not among them.

    >>> paper_of(" letter "), paper_of("a4"), paper_of("")
    ('Letter', 'A4', 'Letter')
    """
    for paper in PAPERS:
        if paper.casefold() == (typed.strip() or LETTER).casefold():
            return paper
    raise CsmError(VALUE, "there is no such paper", where, typed, f"Allowed: {', '.join(PAPERS)}.")
