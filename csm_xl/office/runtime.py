"""Pyodide, the Python that runs in the page: its files, each known by its hash."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue

VERSION: Final = "0.27.7"
RUNTIME: Final = {
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
    "pyodide-lock.json": "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    # The hash that Pyodide's own pyodide-lock.json holds.
    "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl": (
        "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08"
    ),
}
"""File of the runtime → the SHA-256 that it must have.

Source: the release of Pyodide 0.27.7 (Python 3.12.7, NumPy 2.0.2), as npm has it too.
"""


def runtime_files(archives: Iterable[Path]) -> dict[str, bytes]:
    """The files of the runtime that are in archives or folders, wherever they lie inside.

    archives: Pyodide's release (.tar.bz2), npm's package of it (.tgz), a .zip or .whl that holds some of its
        files, or folders; what one lacks another may have.
    Errors: an archive that is not there or cannot be read; a file under one of these names with another
        content.
    """
    found: dict[str, bytes] = {}
    wrong: list[Issue] = []
    for archive in archives:
        for place, content in _members(archive):
            name = PurePosixPath(place).name
            known = hashlib.sha256(content).hexdigest()
            if known == RUNTIME[name]:
                found[name] = content
            else:
                wrong.append(Issue(
                    VALUE, f"this is not the file of Pyodide {VERSION}", f"{archive}: {place}", known[:16],
                    f"Its SHA-256 must begin with {RUNTIME[name][:16]}: give the release {VERSION}.",
                ))  # fmt: skip
    if wrong := [issue for issue in wrong if PurePosixPath(issue.where).name not in found]:
        raise CsmError.of(wrong)
    return found


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an archive that have a name of the runtime."""
    if archive.is_dir():
        for path in sorted(archive.rglob("*")):
            if path.name in RUNTIME and path.is_file():
                yield str(path.relative_to(archive)), path.read_bytes()
        return
    if not archive.is_file():
        raise CsmError(NOT_FOUND, "there is no such archive", str(archive), None,
                       "Give Pyodide's release, or a folder with its files.")  # fmt: skip
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zipped:
            for name in zipped.namelist():
                if PurePosixPath(name).name in RUNTIME:
                    yield name, zipped.read(name)
        return
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and PurePosixPath(member.name).name in RUNTIME:
                    file = tar.extractfile(member)
                    if file is not None:
                        yield member.name, file.read()
    except (tarfile.TarError, EOFError, OSError) as why:
        raise CsmError(VALUE, "the archive cannot be read", str(archive), str(why),
                       "Give it as it was downloaded: .tar.bz2, .tgz, .zip or .whl.") from None  # fmt: skip
