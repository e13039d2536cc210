"""What is optional: the extras of the package, and the packages that each brings.

A plain installation does everything but what needs an extra, and that names the extra where it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from csm_xl.errors import NOT_FOUND, CsmError

EXTRAS: Final[Mapping[str, str]] = {
    "postgres": "psycopg", "parquet": "pyarrow", "arrow": "pyarrow", "xls": "python-calamine",
    "docx": "python-docx", "spark": "pyspark",
}  # fmt: skip
"""Each extra of pyproject.toml that adds to what csm_xl does → the package that it brings."""
MODULES: Final[Mapping[str, str]] = {"python-docx": "docx", "python-calamine": "python_calamine"}
"""A package → the name that it is imported by, where that is another one."""


def require(extra: str, what: str) -> None:
    """Refuse what needs an extra that is not installed.

    extra: one of `EXTRAS`. what: what needs it, such as ``a book on PostgreSQL``.
    Errors: #N/A where the package of the extra is missing, with how to install it.
    """
    package = EXTRAS[extra]
    if not _installed(MODULES.get(package, package)):
        raise CsmError(NOT_FOUND, f"{what} needs the package {package}, which is not installed",
                       hint=f'Install it: pip install "csm-xl[{extra}]".')  # fmt: skip


def has(extra: str) -> bool:
    """Whether the package of an extra is installed: what is faster with it does without otherwise."""
    package = EXTRAS[extra]
    return _installed(MODULES.get(package, package))


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # somebody keeps it from being found
        return False
