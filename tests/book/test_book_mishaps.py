"""Killed programs, full disks, many writers, lost connections, copies that part: whole events, or none."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from companies import closing

from csm_xl.book.backup import backup, restore
from csm_xl.book.deciding import approve
from csm_xl.book.ledger import Book
from csm_xl.book.places import shared_place
from csm_xl.book.store import Store
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError

WRITER = Path(__file__).with_name("writer.py")
YEAR_WRITER = Path(__file__).with_name("year_writer.py")
KILLS = 8
WRITERS = (("ann", "A"), ("bob", "B"), ("cat", "C"), ("pat", "D"),
           ("ann", "E"), ("bob", "F"), ("cat", "G"), ("pat", "H"))  # fmt: skip
"""Who writes at once, each in a plan of their own."""


def start(place, program=WRITER, *rest, who="ann", **options):
    """A writer that has begun."""
    where = place.where if place.sqlite else place.of(who)
    writer = subprocess.Popen(
        [sys.executable, *map(str, (program, where, *rest))], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, **options,
    )  # fmt: skip
    assert writer.stdout.readline() == "ready\n", writer.stderr.read()
    return writer


def told(writer):
    return [line.split() for line in writer.stdout.read().splitlines() if len(line.split()) == 3]


def test_a_killed_close_payroll_or_retro_leaves_whole_events_and_loses_none_it_acknowledged(place):
    """`python -m benchmarks book_kills` does it 500 times."""
    place.create()
    known = []
    for kill in range(KILLS):
        writer = start(place, YEAR_WRITER)
        known.append(writer.stdout.readline().split())  # at least one is written
        time.sleep(0.013 * kill)
        writer.send_signal(signal.SIGKILL)
        known += told(writer)
        writer.communicate()
    book = place.book()
    assert verify(book).findings == []
    there = {str(event.id): event.hash for event in book.events()}
    assert len(known) >= KILLS and {kind for *_, kind in known} == {"close", "approve", "payroll", "retro"}
    assert all(there[number] == digest for number, digest, _ in known)


def test_eight_writers_at_once_leave_one_chain(place):
    place.create()
    writers = [start(place, WRITER, plan, "2", who=who) for who, plan in WRITERS]
    for writer in writers:
        assert writer.wait(240) == 0, writer.stderr.read()
        writer.communicate()
    found = verify(place.book())
    assert (found.findings, found.events) == ([], 1 + 2 * len(WRITERS))


def test_a_full_disk_is_told_and_leaves_nothing_half(tmp_path):
    from places import FilePlace

    place = FilePlace(tmp_path / "pay.book").create()
    before = place.file.stat().st_size

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (before + 20_000, before + 20_000))

    writer = start(place, WRITER, "ann", preexec_fn=limit)
    assert writer.wait(120) == 1
    said = writer.stderr.read()
    writer.communicate()
    assert "the book cannot be written, so nothing was" in said or "the disk of the book is full" in said
    found = verify(place.book())
    assert found.findings == []
    assert place.book().post(closing(), "ann").id == found.events + 1


def test_a_lock_that_does_not_end_is_told(place, monkeypatch):
    from csm_xl.book import store

    place.create()
    monkeypatch.setattr(store, "_PRAGMAS", ("busy_timeout = 50",))
    monkeypatch.setattr(store, "_WAIT_MS", 50)
    with place.raw() as other:
        if place.sqlite:
            other.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        else:
            other.exec_driver_sql("SELECT pg_advisory_xact_lock(7261943)")
        with pytest.raises(CsmError, match="somebody else is writing in the book"):
            place.book().post(closing(), place.by("ann"))
    assert len(place.book().events()) == 1


def test_a_backup_is_a_book_and_goes_back(place, tmp_path):
    place.create()
    event = place.book("ann").post(closing(), place.by("ann"))
    approve(place.book("bob"), event.id, by=place.by("bob"))
    found = backup(place.book(), tmp_path / "kept.book")
    assert found.head == place.book().head()[1]
    assert (tmp_path / "kept.book").stat().st_mode & 0o777 == 0o600
    with pytest.raises(CsmError, match="there is a file already"):
        backup(place.book(), tmp_path / "kept.book")
    back = restore(tmp_path / "kept.book", str(tmp_path / "back.book"))
    assert back.head == found.head and back.findings == []
    assert Book(Store(str(tmp_path / "back.book"))).event(event.id).state == "approved"
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(".")) == []
    if not place.sqlite:
        with pytest.raises(CsmError, match="there is a book already"):
            restore(tmp_path / "kept.book", place.of("owner"))
        with place.raw() as connection:
            connection.exec_driver_sql("DROP SCHEMA csm_book CASCADE")
        assert restore(tmp_path / "kept.book", place.of("owner")).head == found.head
        assert verify(place.book("aud"), found.head).findings == []
        place.book("ann").post(closing("2026-Q2"))


def test_a_backup_that_is_not_sound_is_not_restored(tmp_path):
    from places import FilePlace

    place = FilePlace(tmp_path / "pay.book").create()
    place.book().post(closing(), "ann")
    with place.tampering() as connection:
        connection.exec_driver_sql("UPDATE entry SET amount = amount + 1")
    with pytest.raises(CsmError, match="the backup is not sound"):
        restore(place.file, str(tmp_path / "back.book"))
    with pytest.raises(CsmError, match="the copy is not sound"):
        backup(place.book(), tmp_path / "kept.book")
    assert [each.name for each in tmp_path.iterdir()] == ["pay.book"]


def test_copies_that_part_are_not_written_any_more(tmp_path):
    from places import FilePlace

    place = FilePlace(tmp_path / "pay.book").create()
    place.book().post(closing(), "ann")
    copy = FilePlace(tmp_path / "pay (Ann's conflicted copy).book")
    shutil.copy(place.file, copy.file)
    place.book().post(closing("2026-Q2"), "ann")  # the copy has nothing of its own yet
    mine = place.book().head()[1]
    hidden = place.file.rename(tmp_path.with_name(tmp_path.name + "-away"))
    theirs = copy.book().post(closing("2026-Q2", people=9), "bob").hash
    hidden.rename(place.file)
    for each in (place, copy):
        with pytest.raises(CsmError, match="there are two books") as fork:
            each.book().post(closing("2026-Q3"), "ann")
        assert mine[:16] in str(fork.value) and theirs[:16] in str(fork.value)


@pytest.mark.parametrize("folder", ["OneDrive - Example", "Dropbox", "Google Drive", "Mobile Documents"])
def test_a_synced_folder_is_warned_about(tmp_path, folder):
    from csm_xl.book.ledger import create

    (tmp_path / folder).mkdir()
    book = create(str(tmp_path / folder / "pay.book"), 1, "ann")
    assert "two people who write at once" in book.store.warnings()[0]
    assert shared_place(tmp_path / "pay.book") is None or os.environ.get("TMPDIR")


def test_a_lost_connection_is_told(place):
    if place.sqlite:
        with pytest.raises(CsmError, match="there is no book"):
            Book(Store(place.where))
        return
    place.create()
    book = place.book("ann")
    with pytest.raises(CsmError, match="connection"), book.store.begin() as connection:
        number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with place.raw() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
        connection.exec_driver_sql("SELECT 1")
    assert verify(place.book()).findings == []
