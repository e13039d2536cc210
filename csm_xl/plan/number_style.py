"""How statements and letters write numbers and days."""

from __future__ import annotations

from typing import Final

from csm_xl.errors import VALUE, CsmError

NUMBER_STYLES: Final = {"English": "1,234.56", "German": "1.234,56", "French": "1 234,56"}
"""What writes numbers, the usual one first → an example."""
DATE_STYLES: Final = {"ISO": "2026-03-31", "US": "03/31/2026", "European": "31.03.2026"}
"""What writes days, the usual one first → an example."""
STYLES: Final = {"number_style": NUMBER_STYLES, "date_style": DATE_STYLES}
"""Setting → its choices."""


def usual(setting: str) -> str:
    """The choice of a setting that nobody has to state.

    >>> usual("number_style"), usual("date_style")
    ('English', 'ISO')
    """
    return next(iter(STYLES[setting]))


def style_of(setting: str, typed: str, where: str) -> str:
    """The choice that somebody typed, in any case. Errors: there is no such choice.

    >>> style_of("date_style", "european", "")
    'European'
    """
    for name in STYLES[setting]:
        if name.casefold() == typed.strip().casefold():
            return name
    allowed = ", ".join(f"{name} ({example})" for name, example in STYLES[setting].items())
    raise CsmError(VALUE, f"there is no such {setting}", where, typed, f"Allowed: {allowed}.")
