"""The versions of a book's tables, and the way from one to the next, by Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from csm_xl.errors import VALUE, CsmError

_FOLDER: Final = Path(__file__).parent / "migrations"


def versions() -> list[str]:
    """Every version, the first one first: the numbers in the names of the files, which follow each other.

    Alembic knows them too, but every command asks, and only an upgrade has to load Alembic.
    """
    return sorted(file.stem[1:].partition("_")[0] for file in (_FOLDER / "versions").glob("v[0-9]*.py"))


def current() -> str:
    """The version of this program."""
    return versions()[-1]


def found(connection: sa.Connection) -> str | None:
    """The version of the tables of a database; None where there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if version is None else str(version)


def require_known(version: str, book: str) -> None:
    """Refuse a book that is newer than this program."""
    if version not in versions():
        raise CsmError(VALUE, "the book is newer than this csm_xl", book, version,
                       "Update csm_xl: pip install --upgrade csm-xl.")  # fmt: skip


def require_current(version: str, book: str) -> None:
    """Refuse a book of another version than this program's."""
    require_known(version, book)
    if version != current():
        # A backup by csm-xl is refused here too: it is a book of this version.
        copied = "Make a backup with pg_dump" if "://" in book else "Copy the file to keep it as it is"
        raise CsmError(VALUE, "the book was made by an older csm_xl", book, version,
                       f"{copied}, and then upgrade it with csm-xl book upgrade.")  # fmt: skip


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Bring the tables of a database to a version, within the transaction of its connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
