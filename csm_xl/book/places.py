"""Where a book is named; and places that are no good for its file: synced folders, network disks."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

ENVIRONMENT: Final = "CSM_XL_BOOK"
"""The environment variable that names the book."""
_SERVICES: Final = (
    (r"onedrive.*", "a OneDrive folder"),
    (r"dropbox.*", "a Dropbox folder"),
    (r"google ?drive.*|my drive", "a Google Drive folder"),
    (r"icloud.*|mobile documents|com~apple~clouddocs", "an iCloud folder"),
    (r"box( sync)?", "a Box folder"),
    (r"nextcloud|owncloud|syncthing", "a synced folder"),
)
_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "9p", "fuse.sshfs", "fuse.rclone"}
)
_MOUNTS: Final = Path("/proc/mounts")


def shared_place(file: Path) -> str | None:
    """What sort of shared place a file is in; None where it is on a disk of this machine.

    >>> shared_place(Path("/home/ann/OneDrive - Example/pay.book"))
    'a OneDrive folder'
    """
    whole = file.absolute()
    if str(whole).startswith("\\\\"):
        return "a network folder"
    for part in whole.parent.parts:
        for pattern, what in _SERVICES:
            if re.fullmatch(pattern, part.casefold()):
                return what
    return "a network folder" if _mounted(whole) in _NETWORK else None


def _mounted(file: Path) -> str:
    """The kind of file system that a file is on, as Linux lists it; empty where that is not known."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
        target = os.path.realpath(file)
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        fields = line.split()
        point = fields[1].replace("\\040", " ") if len(fields) > 2 else ""
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if point and inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind
