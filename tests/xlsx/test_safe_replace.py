"""A file is the old one or the new one: killed, on a full disk, read-only, or by eight at once."""

from __future__ import annotations

import builtins
import contextlib
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks._updater import count_on, make
from benchmarks.kills import FAULTS, consistent, kill, patches
from csm_xl.errors import CsmError
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.atomic import held, replace_file
from csm_xl.xlsx.package import Package

ROOT = Path(__file__).parents[2]
KILLS = 24
ERRORS = (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    return make(folder / "book.xlsx")


def alone(book: Path) -> bool:
    return [one.name for one in book.parent.iterdir()] == [book.name]


def test_killed_at_any_moment_the_file_is_whole_and_the_next_run_sweeps(tmp_path: Path) -> None:
    counts = kill(KILLS, patches(tmp_path))
    assert {fault: counts[fault] for fault in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert counts["kills"] == KILLS
    assert counts["updates made"] > 0


class Faults:
    """The calls that write to the disk, one of which fails."""

    def __init__(self, code: int, at: int, folder: Path) -> None:
        self.code, self.at, self.calls, self.folder = code, at, 0, str(folder)

    def count(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise OSError(self.code, os.strerror(self.code), self.folder)


class Failing:
    """An open file whose writes may fail, half done."""

    def __init__(self, file: Any, faults: Faults) -> None:
        self._file, self._faults = file, faults

    def write(self, data: bytes) -> int:
        try:
            self._faults.count()
        except OSError:
            self._file.write(bytes(data)[: len(data) // 2])
            raise
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@contextlib.contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, faults: Faults) -> Iterator[None]:
    """Let the n-th of all opens for writing, writes, syncs, renames and changes of mode fail."""
    real_open = Path.open

    def path_open(path: Path, mode: str = "r", *rest: Any, **said: Any) -> Any:
        if "w" not in mode and "+" not in mode:
            return real_open(path, mode, *rest, **said)
        faults.count()
        return Failing(real_open(path, mode, *rest, **said), faults)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **said: Any) -> Any:
            faults.count()
            return real(*arguments, **said)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", path_open)
        for name in ("fsync", "replace", "rename", "chmod", "open"):
            patched.setattr(os, name, counted(getattr(os, name)))
        patched.setattr(builtins, "open", builtins.open)
        yield


@pytest.mark.parametrize("code", ERRORS, ids=[errno.errorcode[code] for code in ERRORS])
def test_a_fault_at_every_call_leaves_the_old_file(
    code: int, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_on(book)
    before, failed = book.read_bytes(), 0
    for at in range(1, 200):
        faults = Faults(code, at, book.parent)
        try:
            with failing(monkeypatch, faults):
                count_on(book)
        except CsmError as error:
            failed += 1
            assert book.read_bytes() == before
            assert "it is unchanged" in str(error)
        else:
            # Only where the folder cannot be brought to the disk the new file is already.
            if faults.calls < at:
                break
            assert book.read_bytes() != before
            consistent(book)
            before = book.read_bytes()
        assert alone(book)
    assert failed > 20
    assert faults.calls < at


def test_a_write_that_raises_leaves_nothing(book: Path) -> None:
    before = book.read_bytes()

    def write(new: Path) -> None:
        new.write_bytes(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        replace_file(book, write, lambda new: None)
    assert book.read_bytes() == before
    assert alone(book)


def test_a_file_that_is_not_sound_never_takes_the_place(book: Path) -> None:
    before = book.read_bytes()
    with pytest.raises(CsmError, match="damaged"):
        replace_file(book, lambda new: new.write_bytes(before[:-100]), Package)
    assert book.read_bytes() == before
    assert alone(book)


def test_eight_at_once_lose_no_update(book: Path) -> None:
    names = [f"P{at}" for at in range(8)]
    running = [
        subprocess.Popen([sys.executable, "-m", "benchmarks._updater", str(book), name], cwd=ROOT,
                         stdout=subprocess.PIPE, text=True)
        for name in names
    ]  # fmt: skip
    said = {name: one.communicate(timeout=120)[0] for name, one in zip(names, running, strict=True)}
    kept = {name for name, one in zip(names, running, strict=True) if one.returncode == 0}
    assert all("in use by" in said[name] for name in set(names) - kept)
    loaded = load(Package(book))
    region = loaded.tables["tblout"]
    found = [loaded.values[Place("Out", row, 1)] for row in range(region.first_row + 1, region.last_row + 1)]
    assert sorted(found) == sorted(["nobody", *kept])
    assert kept
    assert alone(book)


def test_a_second_one_is_told_who_has_the_file(book: Path) -> None:
    with held(book):
        code = ("from pathlib import Path; from csm_xl.xlsx.atomic import held\n"
                f"with held(Path({str(book)!r}), wait=0.2): pass")  # fmt: skip
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "in use by another run of this program" in told.stderr
    assert f"process {os.getpid()} on " in told.stderr
    assert alone(book)


@pytest.mark.parametrize(
    ("sign", "content", "program", "who"),
    [("~$book.xlsx", b"\x05A. B." + b" " * 48, "Excel", "A. B."), ("~$book.xlsx", b"", "Excel", None),
     (".~lock.book.xlsx#", b",ab,desk,01.01.2026;", "LibreOffice", "ab on desk")],
)  # fmt: skip
def test_a_file_that_is_open_is_refused(
    sign: str, content: bytes, program: str, who: str | None, book: Path
) -> None:
    before = book.read_bytes()
    book.with_name(sign).write_bytes(content)
    with pytest.raises(CsmError, match=f"open in {program}") as refused:
        count_on(book)
    assert refused.value.got == who
    assert book.read_bytes() == before


def test_one_who_opens_it_meanwhile_keeps_it(book: Path) -> None:
    before = book.read_bytes()
    with held(book) as file, pytest.raises(CsmError, match="open in Excel"):
        file.replace(lambda new: new.write_bytes(before + b" "),
                     lambda new: book.with_name("~$book.xlsx").write_bytes(b""))  # fmt: skip
    assert book.read_bytes() == before


def test_what_killed_runs_left_is_swept_and_nothing_else(book: Path) -> None:
    stale = [".book.xlsx.abcd1234.csm_xl.new", ".book.xlsx.csm_xl.lock"]
    others = [".book.xlsx.bak", ".book2.xlsx.abcd1234.csm_xl.new", "notes.txt"]
    for name in (*stale, *others):
        book.with_name(name).write_text("left")
    count_on(book)
    assert sorted(one.name for one in book.parent.iterdir()) == sorted([book.name, *others])


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o664])
def test_permissions_stay(mode: int, book: Path) -> None:
    book.chmod(mode)
    count_on(book)
    assert stat.S_IMODE(book.stat().st_mode) == mode


def test_a_read_only_file_is_left_alone(book: Path) -> None:
    book.chmod(0o444)
    with pytest.raises(CsmError, match="read-only"):
        count_on(book)
    assert alone(book)


def test_a_link_stays_a_link(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    count_on(link)
    assert link.is_symlink()
    assert consistent(book) == 1
    assert alone(book)


def test_a_new_file_gets_what_the_umask_leaves(tmp_path: Path) -> None:
    was = os.umask(0o027)
    try:
        replace_file(tmp_path / "new.txt", lambda new: new.write_text("x"), lambda new: None)
    finally:
        os.umask(was)
    assert stat.S_IMODE((tmp_path / "new.txt").stat().st_mode) == 0o640


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CsmError, match="no such folder"):
        replace_file(tmp_path / "no" / "new.txt", lambda new: None, lambda new: None)


def test_strange_names(tmp_path: Path) -> None:
    for name in ("a [1] *.xlsx", "Übersicht Q1 (final).xlsx", "-x.xlsx"):
        book = make(tmp_path / name)
        book.with_name(f".{name}.abc.csm_xl.new").write_text("left")
        count_on(book)
        assert consistent(book) == 1
    assert len(list(tmp_path.iterdir())) == 3
