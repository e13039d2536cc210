"""Install the add-in into a LibreOffice profile, and report its state."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csm_xl import __version__
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.libreoffice import bridge
from csm_xl.libreoffice.addin import IDENTIFIER, write_oxt
from csm_xl.libreoffice.office import Office


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the add-in in a profile.

    office: version of LibreOffice. installed: version of the add-in there, None where it is not.
    answers: what ``=CSM_VERSION()`` shows in a cell; None where the add-in is not there.
    """

    office: tuple[int, int]
    installed: str | None
    answers: str | None

    @property
    def works(self) -> bool:
        """Whether a cell gets this version's result."""
        return self.answers == __version__


def user_profile() -> Path:
    """The profile that LibreOffice uses when it is started by hand.

    Errors: this user's home is unknown.
    """
    try:
        home = Path.home()
    except RuntimeError:
        raise CsmError(NOT_FOUND, "this user has no home, so LibreOffice has no profile", "HOME", None,
                       "Set HOME to your home folder, or name the profile with --profile.",
                       ) from None  # fmt: skip
    if sys.platform == "win32":
        return home / "AppData/Roaming/LibreOffice/4"
    if sys.platform == "darwin":
        return home / "Library/Application Support/LibreOffice/4"
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "libreoffice/4"


def install(profile: Path | None = None) -> Status:
    """Install the add-in for this environment into a profile, replacing an older one, and try it.

    Errors: LibreOffice is missing, older than 25.2, runs another Python or has the profile in use; the
    add-in does not answer.
    """
    bridge.require_office()
    bridge.require_python()
    where = _free(profile or user_profile())
    with tempfile.TemporaryDirectory() as folder:
        oxt = write_oxt(Path(folder) / "csm_xl.oxt")
        with Office(where) as office:
            _remove(office)
            add(office, oxt)
    found = status(where)
    if not found.works:
        raise CsmError(VALUE, "the add-in is installed, but does not work", str(where), found.answers,
                       "Run csm-xl doctor, then check Tools ▸ Extensions in LibreOffice.")  # fmt: skip
    return found


def uninstall(profile: Path | None = None) -> bool:
    """Remove the add-in from a profile; returns whether it was installed.

    Errors: LibreOffice is missing or has the profile in use.
    """
    where = _free(profile or user_profile())
    if not where.is_dir():
        return False
    with Office(where) as office:
        return _remove(office)


def status(profile: Path | None = None) -> Status:
    """The state of the add-in in a profile, tested by calculating a cell.

    Errors: LibreOffice is missing, too old, or has the profile in use.
    """
    version = bridge.require_office()
    where = _free(profile or user_profile())
    if not where.is_dir():
        return Status(version, None, None)
    with Office(where) as office:
        there = _installed(office)
        return Status(version, there and str(there.getVersion()), answered(office) if there else None)


def add(office: Office, oxt: Path) -> None:
    """Add an extension to the profile of a running office.

    This uses the service, because the command refuses to run as administrator.
    Errors: the office refuses it.
    """
    try:
        _manager(office).addExtension(office.url(oxt), (), "user", None, _agreeing())
    except Exception as fault:
        said = getattr(fault, "Message", "") or type(fault).__name__
        cause = getattr(getattr(fault, "Cause", None), "Message", "")
        raise CsmError(VALUE, "LibreOffice refuses the add-in", str(oxt.name), f"{said} {cause}".strip(),
                       "Run csm-xl doctor.") from fault  # fmt: skip


def _remove(office: Office) -> bool:
    if _installed(office) is None:
        return False
    _manager(office).removeExtension(IDENTIFIER, "csm_xl.oxt", "user", None, _agreeing())
    return True


def _installed(office: Office) -> Any:
    """The add-in as installed in the office; None if it is not."""
    found = _manager(office).getDeployedExtensions("user", None, _agreeing())
    return next((one for one in found if one.getIdentifier().Value == IDENTIFIER), None)


def answered(office: Office) -> str:
    """What ``=CSM_VERSION()`` shows in a cell of a new spreadsheet."""
    document = office.service("com.sun.star.frame.Desktop").loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, office.properties(Hidden=True)
    )
    try:
        cell = document.getSheets().getByIndex(0).getCellByPosition(0, 0)
        cell.setFormula("=CSM_VERSION()")
        return str(cell.getString())
    finally:
        document.close(True)


def _manager(office: Office) -> Any:
    return office.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")


def _agreeing() -> Any:
    """An environment that confirms all prompts of the office during installation."""
    import uno
    import unohelper
    from com.sun.star.task import XInteractionHandler
    from com.sun.star.ucb import XCommandEnvironment

    approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")

    class Yes(unohelper.Base, XInteractionHandler):  # type: ignore[misc]
        def handle(self, request: Any) -> None:
            for continuation in request.getContinuations():
                if (agreed := continuation.queryInterface(approve)) is not None:
                    agreed.select()
                    return

    class Environment(unohelper.Base, XCommandEnvironment):  # type: ignore[misc]
        def getInteractionHandler(self) -> Any:  # noqa: N802
            return Yes()

        def getProgressHandler(self) -> None:  # noqa: N802
            return None

    return Environment()


def _free(profile: Path) -> Path:
    """The profile, if no other office is using it."""
    if (profile / "user" / ".lock").exists() or (profile / ".lock").exists():
        raise CsmError(VALUE, "LibreOffice is open and has the profile in use", str(profile), None,
                       "Close LibreOffice and run the command again; if none is open, it crashed:"
                       " delete the file .lock there.")  # fmt: skip
    return profile
