"""What another program does to a file while it is held, and what is in the place of its lock."""

import errno
import os
import shutil
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.errors import CsmError
from csm_xl.workbook.operations.refresh import file as refreshing
from csm_xl.xlsx import atomic as safe
from csm_xl.xlsx.atomic import held

runner = CliRunner()


def nothing(_: Path) -> None:
    pass


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("again", ["later", "sooner"])
def test_a_file_that_another_program_changes_is_not_overwritten(tmp_path: Path, again: str) -> None:
    path = tmp_path / "pay.xlsx"
    path.write_bytes(b"before")
    was = path.stat()
    with held(path) as file:
        path.write_bytes(b"theirs")
        if again == "sooner":  # even where neither length nor time shows
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
        with pytest.raises(CsmError, match="changed by another program"):
            file.replace(lambda new: new.write_bytes(b"ours"), nothing)
    assert (path.read_bytes(), names(tmp_path)) == (b"theirs", ["pay.xlsx"])


def test_a_file_that_another_program_replaces_is_not_overwritten(tmp_path: Path) -> None:
    path, other = tmp_path / "pay.xlsx", tmp_path / "other.xlsx"
    path.write_bytes(b"before")
    other.write_bytes(b"theirs")
    with held(path) as file:
        other.replace(path)
        with pytest.raises(CsmError, match="changed by another program"):
            file.replace(lambda new: new.write_bytes(b"ours"), nothing)
    assert path.read_bytes() == b"theirs"


def test_a_file_that_another_program_removes_is_not_revived(tmp_path: Path) -> None:
    path = tmp_path / "pay.xlsx"
    path.write_bytes(b"before")
    with held(path) as file:
        path.unlink()
        with pytest.raises(CsmError, match="removed by another program"):
            file.replace(lambda new: new.write_bytes(b"ours"), nothing)
    assert names(tmp_path) == []


def test_a_file_that_another_program_makes_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "pay.xlsx"
    with held(path) as file:
        path.write_bytes(b"theirs")
        with pytest.raises(CsmError, match="made by another program"):
            file.replace(lambda new: new.write_bytes(b"ours"), nothing)
    assert path.read_bytes() == b"theirs"


def test_who_holds_a_file_may_replace_it_twice(tmp_path: Path) -> None:
    path = tmp_path / "pay.xlsx"
    with held(path) as file:
        for text in (b"one", b"two"):
            file.replace(lambda new, text=text: new.write_bytes(text), nothing)
    assert path.read_bytes() == b"two"


@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_refresh_neither_overwrites_nor_revives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    made = tmp_path / "plan.xlsx"
    assert runner.invoke(app, ["new", str(made), "--plan", "starter", "--period", "2026-Q1"]).exit_code == 0
    theirs = made.read_bytes() + b"\0"
    calculated = refreshing.calculated

    def meanwhile(*given: object) -> object:
        if how == "removed":
            made.unlink()
        else:
            made.write_bytes(theirs)
        return calculated(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(refreshing, "calculated", meanwhile)
    done = runner.invoke(app, ["refresh", str(made)])
    assert (done.exit_code, f"{how} by another program" in done.stderr) == (2, True)
    assert made.exists() == (how == "changed")
    assert names(tmp_path) == (["plan.xlsx"] if how == "changed" else [])
    if how == "changed":
        assert made.read_bytes() == theirs


# ---- locks --------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "pay.xlsx"
    path.write_bytes(b"before")
    return path


def lock_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.csm_xl.lock")


def test_lock_and_temporary_file_are_for_their_owner_alone(path: Path) -> None:
    def write(new: Path) -> None:
        assert stat.S_IMODE(new.stat().st_mode) == 0o600
        new.write_bytes(b"ours")

    with held(path) as file:
        assert stat.S_IMODE(lock_of(path).stat().st_mode) == 0o600
        file.replace(write, nothing)


@pytest.mark.parametrize("way", ["link", "dangling link", "hard link", "pipe"])
def test_a_lock_that_is_somebody_elses_is_not_touched(path: Path, tmp_path: Path, way: str) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    if way == "hard link":
        lock_of(path).hardlink_to(precious)
    elif way == "pipe":
        os.mkfifo(lock_of(path))
    else:
        lock_of(path).symlink_to(precious if way == "link" else tmp_path / "nowhere")
    with pytest.raises(CsmError, match="lock file"), held(path):
        pass
    assert precious.read_bytes() == b"precious"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(not hasattr(safe, "fcntl"), reason="needs flock")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS])
def test_a_file_system_without_locks_works(path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def none(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(safe.fcntl, "flock", none)
    with held(path) as file:
        file.replace(lambda new: new.write_bytes(b"ours"), nothing)
    assert (path.read_bytes(), names(path.parent)) == (b"ours", ["pay.xlsx"])


def test_a_left_over_lock_of_a_killed_run_is_taken(path: Path) -> None:
    lock_of(path).write_text("somebody, process 1 on there")
    with held(path) as file:
        file.replace(lambda new: shutil.copy(path, new), nothing)
    assert names(path.parent) == ["pay.xlsx"]
