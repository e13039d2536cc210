"""A private, headless office: started on its own pipe, controlled over UNO, and always stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.libreoffice import bridge
from csm_xl.libreoffice.environment import private_environment

_POLL: Final = 0.05
_CLOSE_WITHIN: Final = 10.0
_SWEPT_WITHIN: Final = 5.0
_SWITCHES: Final = (
    "--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
    "--nolockcheck",
)  # fmt: skip


class Office:
    """An office process of our own.

    profile: the folder of its settings; a temporary one by default.
    within: seconds allowed for its start.
    Errors: it is missing or too old; it dies or does not answer while it starts.

    Use it in a ``with`` block: at the end the process is asked to stop, and killed if needed.
    """

    def __init__(self, profile: Path | None = None, within: float = 60.0) -> None:
        bridge.require_office()
        self._uno = bridge.uno()
        self._folder = Path(tempfile.mkdtemp(prefix="csm_xl_office_"))
        self.profile = profile or self._folder / "profile"
        self.profile.mkdir(parents=True, exist_ok=True)
        self._within = within
        self.process: subprocess.Popen[bytes] | None = None
        self.context: Any = None

    def __enter__(self) -> Office:
        pipe = f"csm_xl_{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [str(bridge.soffice()), f"-env:UserInstallation={self.profile.resolve().as_uri()}", *_SWITCHES,
             f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=private_environment(self._folder), start_new_session=True,
        )  # fmt: skip
        try:
            self.context = self._connected(pipe)
        except BaseException:
            self.kill()
            sweep(self._folder)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connected(self, pipe: str) -> Any:
        from com.sun.star.connection import NoConnectException

        assert self.process is not None
        local = self._uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        deadline = time.monotonic() + self._within
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            except NoConnectException:
                status = self.process.poll()
                if status is not None:
                    raise CsmError(
                        VALUE, "LibreOffice ended while it started", str(bridge.soffice()),
                        f"status {status}", "Start it manually once to see why.",
                    ) from None  # fmt: skip
                if time.monotonic() > deadline:
                    raise CsmError(VALUE, f"LibreOffice did not answer within {self._within:g} seconds",
                                   str(bridge.soffice()), None, "Close other offices, or try again.",
                                   ) from None  # fmt: skip
            time.sleep(_POLL)

    def service(self, name: str) -> Any:
        """A service of the office."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def url(self, path: Path) -> str:
        """A path as the office names it."""
        return str(self._uno.systemPathToFileUrl(str(path.resolve())))

    def properties(self, **said: Any) -> tuple[Any, ...]:
        """Arguments as the office takes them."""
        from com.sun.star.beans import PropertyValue

        return tuple(PropertyValue(name, 0, value, 0) for name, value in said.items())

    def open(self, path: Path, to_change: bool = False) -> Any:
        """A document, loaded without a window and without its macros.

        to_change: without it the document is only looked at; its file is not locked then, and may be open
        elsewhere.
        Errors: the office cannot load it, or died of it.
        """
        desktop = self.service("com.sun.star.frame.Desktop")
        try:
            document = desktop.loadComponentFromURL(
                self.url(path), "_blank", 0, self.properties(Hidden=True, ReadOnly=not to_change)
            )
        except Exception as fault:
            raise self._lost(path, fault) from fault
        if document is None:
            raise CsmError(VALUE, "LibreOffice cannot open the file", str(path), None,
                           "Is it a spreadsheet that Excel opens?")  # fmt: skip
        return document

    @contextlib.contextmanager
    def answering(self, within: float, about: Path) -> Iterator[None]:
        """A block in which the office must answer in time; else it is ended, which ends the call as well.

        Errors: it did not answer within the seconds, or died; about: the file that is named then.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            self.kill()

        watch = threading.Timer(within, end)
        watch.daemon = True
        watch.start()
        try:
            yield
        except CsmError:
            if late.is_set():
                raise self._late(within, about) from None
            raise
        except Exception as fault:
            if late.is_set():
                raise self._late(within, about) from None
            raise self._lost(about, fault) from fault
        finally:
            watch.cancel()

    def _late(self, within: float, about: Path) -> CsmError:
        return CsmError(VALUE, f"LibreOffice did not answer within {within:g} seconds and was ended",
                        str(about), None, "Open the file by hand: does it take as long there?")  # fmt: skip

    def _lost(self, path: Path, fault: Exception) -> CsmError:
        status = self.process.poll() if self.process else None
        ended = "is still running" if status is None else f"ended with status {status}"
        return CsmError(VALUE, f"LibreOffice could not handle the file and {ended}", str(path),
                        type(fault).__name__, "Open it by hand to see why.")  # fmt: skip

    def close(self) -> None:
        """End the office: asked first, then killed; its own folder goes with it."""
        if self.process is not None:
            with contextlib.suppress(Exception):  # it may be gone already, and gone is what is wanted
                self.service("com.sun.star.frame.Desktop").terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_CLOSE_WITHIN)
            self.kill()
        sweep(self._folder)

    def kill(self) -> None:
        """End the office and whatever it started, at once."""
        if self.process is None:
            return
        if sys.platform == "win32":
            self.process.kill()
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def sweep(folder: Path) -> None:
    """Remove a folder of an office that has ended; one that was killed may write into it for a moment."""
    deadline = time.monotonic() + _SWEPT_WITHIN
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def private_folder(prefix: str) -> Iterator[Path]:
    """A temporary folder for offices, removed at the end.

    prefix: of its name.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        sweep(folder)


def require_file(path: Path) -> None:
    """See that a file is there.

    Errors: it is not.
    """
    if not path.is_file():
        raise CsmError(NOT_FOUND, "there is no such file", str(path), None, "Give the path of a workbook.")
