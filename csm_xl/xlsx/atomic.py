"""A file replaced so that it is never torn: the old one or the new one, whatever happens in between.

The new file is written beside the old one, brought to the disk, verified, and put in its place in one
step. Meanwhile a lock keeps other processes off, which ends with the process that holds it: after a
power cut or a kill nothing is locked, and the next run sweeps what was left behind.
"""

from __future__ import annotations

import contextlib
import errno
import getpass
import hashlib
import os
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError

_LOCK: Final = ".csm_xl.lock"
_NEW: Final = ".csm_xl.new"
_PAUSE: Final = 0.05
_FAR: Final = 1 << 30
"""The byte that is locked on Windows: none that the file has, so that who holds it can be read."""
_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})
"""What a file system without locks answers."""
_LOST: Final = 50
"""How often a lock may be lost to others, by whose hands the lock file goes, before it counts as busy."""


def _digest(path: Path) -> bytes | None:
    """A digest of what is in a file; None where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except FileNotFoundError:
        return None


@dataclass
class Held:
    """A file that this process alone may replace.

    path: the file itself, where the path that was given is a link. before: a digest of what was in it when
    it was taken, so that the hand of another program is reported; None where it was not there.
    """

    path: Path
    before: bytes | None = field(repr=False)

    def replace(self, write: Callable[[Path], object], verify: Callable[[Path], object]) -> None:
        """Put what `write` makes in place of the file.

        write: makes the new file at the path it is given. verify: raises where the new file is not sound.
        Errors: whatever the two raise; the disk is full, or the folder is read-only; somebody opened
        the file in the meantime. The file is as it was then, and nothing is left beside it.
        """
        try:
            with _new_file(self.path, f".{self.path.name}.", _NEW) as new:
                write(new)
                _keep_mode(self.path, new)
                _to_disk(new)
                verify(new)
                refuse_open(self.path)
                self._refuse_changed()
                new.replace(self.path)
                self.before = _digest(self.path)
        except OSError as why:
            raise _cannot_write(self.path, why) from None
        folder_to_disk(self.path.parent)

    def _refuse_changed(self) -> None:
        """Refuse to go on where another program has changed, made or removed the file since it was taken."""
        now = _digest(self.path)
        if now == self.before:
            return
        what = "removed" if now is None else "made" if self.before is None else "changed"
        raise CsmError(VALUE, f"the file was {what} by another program meanwhile; nothing was written",
                       str(self.path), None, "Check what the other program did, then try again.")  # fmt: skip


@contextmanager
def held(path: Path, wait: float = 10.0) -> Iterator[Held]:
    """Hold a file alone while it is read and replaced; what is read within is what will be replaced.

    wait: for how many seconds another process may hold it. Left-overs of killed runs are swept.
    Errors: the file is open in Excel or LibreOffice, held by another process, or cannot be written.
    """
    file = Path(os.path.realpath(path))  # `resolve` raises for links that lead to one another
    if not file.parent.is_dir():
        raise CsmError(NOT_FOUND, "no such folder", str(file.parent), None, "Create it first.")
    if file.is_dir():
        raise CsmError(VALUE, "this is a folder, not a workbook", str(path), None, "Give the path of a file.")
    if file.exists() and not file.stat().st_mode & stat.S_IWUSR:
        raise CsmError(VALUE, "the file is read-only", str(path), None, "Allow writing to it, or use a copy.")
    refuse_open(file)
    lock = file.with_name(f".{file.name}{_LOCK}")
    handle = _locked(file, lock, time.monotonic() + wait)
    try:
        _sweep(file)
        try:
            before = _digest(file)
        except OSError as why:
            raise _cannot_write(file, why) from None
        yield Held(file, before)
    finally:
        _unlock(handle, lock)


def replace_file(path: Path, write: Callable[[Path], object], verify: Callable[[Path], object]) -> None:
    """Hold a file, new or old, and replace it: `held` and `Held.replace` at once.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "pay.txt")
    ...     replace_file(file, lambda new: new.write_text("1,000"), lambda new: None)
    ...     [one.name for one in Path(folder).iterdir()], file.read_text()
    (['pay.txt'], '1,000')
    """
    with held(path) as file:
        file.replace(write, verify)


@contextmanager
def replacing(path: Path, mode: int | None = None) -> Iterator[Path]:
    """A new file with the same extension, which takes a file's place in one step where the block succeeds.

    For files that are written and not read before: nobody else is kept off. mode: its permissions; None means
    the default (umask).
    Errors: `OSError`, and `ValueError` for a name that no file can have; the old file is as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "pay.csv")) as new:
    ...         _ = new.write_text("1,000")
    ...     [(one.name, one.read_text()) for one in Path(folder).iterdir()]
    [('pay.csv', '1,000')]
    """
    with _new_file(path, f".{path.stem[:40]}-", path.suffix) as new:
        yield new
        new.chmod(_default_mode() if mode is None else mode)
        _to_disk(new)
        new.replace(path)


@contextmanager
def _new_file(path: Path, start: str, end: str) -> Iterator[Path]:
    """An empty file beside another, for the owner alone; it is gone afterwards, unless it was moved away."""
    handle, name = tempfile.mkstemp(end, start, path.parent)
    os.close(handle)
    new = Path(name)
    try:
        yield new
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)


def _default_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def refuse_open(path: Path) -> None:
    """Refuse a file that somebody has open.

    Errors: Excel's ``~$name`` or LibreOffice's ``.~lock.name#`` is beside it.
    """
    for program, sign in (
        ("Excel", path.with_name(f"~${path.name}")),
        ("LibreOffice", path.with_name(f".~lock.{path.name}#")),
    ):
        if sign.exists():
            raise CsmError(
                VALUE, f"the workbook is open in {program}", str(path), _owner(sign),
                f"Save and close it there. If nobody has it open, {program} ended without"
                f" cleaning up: delete {sign.name} next to it.",
            )  # fmt: skip


def _owner(sign: Path) -> str | None:
    """Who has the file open, as the program wrote it down."""
    try:
        data = sign.read_bytes()
    except OSError:  # Excel keeps its own to itself
        return None
    if sign.name.startswith("~$"):
        name = data[1 : 1 + data[0]].decode("cp1252", "replace") if data else ""
    else:
        name = " on ".join(part for part in data.decode("utf-8", "replace").split(",")[1:3] if part)
    return name.strip(" \0") or None


def _opened(lock: Path) -> int:
    """The handle of the lock file: no link is followed to another file, and only the owner may read it.

    Errors: `OSError`; a link, or something that is no file, in its place.
    """
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        return os.open(lock, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    try:
        if lock.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        handle = os.open(lock, flags)
    except FileNotFoundError:  # whoever had it has just gone
        return _opened(lock)
    except OSError as why:
        if why.errno == errno.ELOOP:
            raise _no_lock(lock, "a link") from None
        raise
    now = os.fstat(handle)
    if not stat.S_ISREG(now.st_mode) or now.st_nlink > 1:
        os.close(handle)
        raise _no_lock(lock, "no file of its own")
    return handle


def _no_lock(lock: Path, what: str) -> CsmError:
    return CsmError(VALUE, f"the lock file of the workbook is {what}, so it is not used", str(lock), None,
                    "Delete it, and find out who put it there.")  # fmt: skip


def _locked(file: Path, lock: Path, until: float) -> int:
    """The handle of the lock file, once this process has it alone."""
    for _ in range(_LOST):
        try:
            handle = _opened(lock)
        except OSError as why:
            # Windows denies a lock file that is just being deleted.
            if sys.platform == "win32" and isinstance(why, PermissionError) and time.monotonic() < until:
                time.sleep(_PAUSE)
                continue
            raise _cannot_write(file, why) from None
        try:
            while not _take(handle):
                if time.monotonic() >= until:
                    raise _in_use(file, lock)
                time.sleep(_PAUSE)
            # Who held it has deleted the lock file: another process may have made and locked a new one.
            if _is_same(handle, lock):
                _sign(handle)
                return handle
        except OSError as why:
            os.close(handle)
            raise _cannot_write(file, why) from None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
    raise _in_use(file, lock)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as why:
            if why.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        return True

    def _unlock(handle: int, lock: Path) -> None:
        # An open file cannot be deleted: the last one to close it deletes it.
        os.close(handle)
        with contextlib.suppress(OSError):
            lock.unlink(missing_ok=True)

    def folder_to_disk(folder: Path) -> None:
        """Windows writes a folder's entries by itself."""

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as why:
            if why.errno not in _NO_LOCKS:
                raise
            # A file system without locks: what others change meanwhile is found before it is replaced.
        return True

    def _unlock(handle: int, lock: Path) -> None:
        # Deleted while it is held, so that nobody locks a file that is about to go.
        with contextlib.suppress(OSError):
            lock.unlink(missing_ok=True)
        os.close(handle)

    def folder_to_disk(folder: Path) -> None:
        """Bring the names of a folder's files to the disk, where the system can."""
        # The new file is in its place; a file system that cannot sync a folder has no better to offer.
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _is_same(handle: int, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except FileNotFoundError:
        return False


def _sign(handle: int) -> None:
    """Write down who holds the file, for those who wait; on a full disk they are not informed."""
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{_user()}, process {os.getpid()} on {socket.gethostname()}".encode())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # nobody is logged in
        return "somebody"


def _in_use(file: Path, lock: Path) -> CsmError:
    try:
        by = lock.read_text(encoding="utf-8", errors="replace").strip() or None
    except OSError:
        by = None
    return CsmError(VALUE, "the workbook is in use by another run of this program", str(file), by,
                    "Wait until it is done, and try again.")  # fmt: skip


def _sweep(file: Path) -> None:
    """Delete what killed runs left beside the file; who holds the lock is the only one to write there."""
    for left in file.parent.glob(f".{_literal(file.name)}.*{_NEW}"):
        with contextlib.suppress(OSError):
            left.unlink(missing_ok=True)


def _literal(name: str) -> str:
    """A name as a pattern that means itself."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _keep_mode(old: Path, new: Path) -> None:
    """Give the new file the old one's owner and permissions; a first one has what the umask leaves."""
    if old.exists():
        was = old.stat()
        if sys.platform != "win32" and (was.st_uid, was.st_gid) != (new.stat().st_uid, new.stat().st_gid):
            with contextlib.suppress(PermissionError):
                os.chown(new, was.st_uid, was.st_gid)
        new.chmod(stat.S_IMODE(was.st_mode))
    else:
        new.chmod(_default_mode())


def _to_disk(new: Path) -> None:
    with new.open("rb+") as file:
        os.fsync(file.fileno())


def _cannot_write(file: Path, why: OSError) -> CsmError:
    hints = {
        errno.ENOSPC: "The disk is full: free some space.",
        errno.EROFS: "The disk is read-only: copy the workbook elsewhere.",
        errno.EDQUOT: "Your disk quota is used up: free some space.",
        errno.EACCES: "Close the file in other programs, and make sure that you may write to its folder.",
        errno.EPERM: "Close the file in other programs, and make sure that you may write to its folder.",
    }
    hint = hints.get(why.errno or 0, "Check the disk for errors.")
    return CsmError(VALUE, "the workbook cannot be written; it is unchanged", str(file),
                    why.strerror or str(why), hint)  # fmt: skip
