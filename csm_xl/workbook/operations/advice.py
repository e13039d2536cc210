"""The commands that findings about a workbook advise, as a person can copy them."""

from __future__ import annotations

from pathlib import PurePath


def refresh_command(path: PurePath) -> str:
    """The command that refreshes a workbook, with its path as it was given.

    >>> refresh_command(PurePath("plans/q2.xlsx"))
    'csm-xl refresh plans/q2.xlsx'
    >>> refresh_command(PurePath("My plan.xlsx"))
    'csm-xl refresh "My plan.xlsx"'
    """
    name = str(path)
    return f'csm-xl refresh "{name}"' if any(sign in name for sign in " '&()") else f"csm-xl refresh {name}"
