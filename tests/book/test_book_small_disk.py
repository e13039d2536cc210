"""PostgreSQL alone: the disk of the database is full."""

import os
from pathlib import Path

import pytest
from companies import closing
from places import ServerPlace

from csm_xl.book.verify import verify
from csm_xl.errors import CsmError

pytestmark = pytest.mark.postgres
FOLDER = Path(os.environ["CSM_XL_TEST_SMALL_DISK"])


@pytest.fixture
def small(server):
    """A book in a database on a small disk."""
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLESPACE small LOCATION '{FOLDER}'")
        connection.exec_driver_sql('CREATE DATABASE small OWNER "owner" TABLESPACE small')
    yield ServerPlace(server.url.set(database="small")).create()
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE small WITH (FORCE)")
        connection.exec_driver_sql("DROP TABLESPACE small")


def test_a_full_disk_is_told_and_leaves_nothing_half(small):
    book = small.book("ann")
    book.post(closing())
    filler = FOLDER / "filler"
    try:
        with pytest.raises(OSError, match="No space left"), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with pytest.raises(CsmError, match="the disk of the book is full, so nothing was written") as full:
            book.post(closing("2026-Q2", people=5_000))
        assert "E1" not in str(full.value) and "10001" not in str(full.value)
        found = verify(small.book("aud"))
        assert (found.findings, found.events, found.entries) == ([], 2, 3)
    finally:
        filler.unlink()
    assert book.post(closing("2026-Q2", people=5_000)).id == 3
    assert verify(small.book("aud")).findings == []
