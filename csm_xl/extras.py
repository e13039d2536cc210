"""What is optional: the extras of the package, and the packages that each brings.

A plain installation does everything but what needs an extra, and that names the extra where it is asked
for: a cell, a call or a command of its own, nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from csm_xl.errors import NOT_FOUND, CsmError

EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {"analysis": ("statsmodels",), "postgres": ("psycopg",)}
"""Each extra of pyproject.toml that adds to what csm_xl does → the packages it imports."""


def missing(extra: str) -> tuple[str, ...]:
    """The packages of an extra that are not installed.

    extra: one of `EXTRAS`; empty, for what needs none.

    >>> missing("")
    ()
    """
    return tuple(package for package in EXTRAS[extra] if not _installed(package)) if extra else ()


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # somebody keeps it from being found
        return False


def lack(extra: str, what: str) -> str:
    """What something lacks, as a clause.

    extra: one of `EXTRAS`, with a package that is missing. what: what needs it, such as ``CSM_PAYGAP``.
    """
    names = missing(extra)
    packages = " and ".join(names)
    if len(names) > 1:
        return f"{what} needs the packages {packages}, which are not installed"
    return f"{what} needs the package {packages}, which is not installed"


def install(extra: str) -> str:
    """How an extra is installed, as a sentence.

    >>> install("analysis")
    'Install it: pip install "csm-xl[analysis]".'
    """
    return f'Install it: pip install "csm-xl[{extra}]".'


def require(extra: str, what: str) -> None:
    """Refuse what needs an extra that is not installed.

    extra, what: as for `lack`.
    Errors: #N/A where a package of the extra is missing, with how to install it.
    """
    if missing(extra):
        raise CsmError(NOT_FOUND, lack(extra, what), hint=install(extra))


def broken(extra: str, what: str, why: ImportError) -> CsmError:
    """The refusal of what needs an extra that is installed, but does not load."""
    return CsmError(NOT_FOUND, f"{what} needs the extra {extra}, which does not load", got=str(why),
                    hint=install(extra).replace("install ", "install --upgrade "))  # fmt: skip
