"""The add-in as one static folder, to be hosted on any https server."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Final

from csm_xl import __version__
from csm_xl.errors import VALUE, CsmError
from csm_xl.functions import REGISTRY
from csm_xl.office.manifest import ICONS, manifest_xml
from csm_xl.office.metadata import functions_json
from csm_xl.office.runtime import RUNTIME, VERSION, runtime_files

HASHES: Final = "hashes.json"
"""The file that names every other file of the folder, with its SHA-256 and size."""
SITE: Final = (
    "index.html", "pane.css", "pane.js", "show.js", "excel.js", "arrays.js", "functions.js", "python.js",
    "worker.js",
    *(f"icon-{size}.png" for size in ICONS),
)  # fmt: skip
HOUSE: Final = "csm_xl.zip"
"""The Python of the add-in."""
_ROOMS: Final = (
    "data",
    "intake",
    "engine",
    "analysis",
    "functions",
    "office",
    "pay",
    "plan",
    "workbook",
    "xlsx",
)
_BESIDE: Final = ("openpyxl", "et-xmlfile")
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_LICENSES: Final = f"""The files of this folder and their licenses

csm_xl ({__version__}): MIT; index.html, *.js, *.css, *.png, csm_xl.zip/csm_xl
openpyxl, et_xmlfile: MIT; csm_xl.zip/openpyxl, csm_xl.zip/et_xmlfile
Pyodide ({VERSION}): Mozilla Public License 2.0; pyodide/pyodide.mjs, pyodide.asm.js, pyodide.asm.wasm,
    pyodide-lock.json. Its source: the repository pyodide/pyodide, tag {VERSION}.
CPython 3.12: PSF License; pyodide/python_stdlib.zip and parts of pyodide.asm.wasm
NumPy 2.0.2: BSD 3-Clause; pyodide/numpy-*.whl, which holds its license
"""


@dataclass(frozen=True)
class Folder:
    """A folder that was built. missing: files of the runtime that no archive had; bytes: of all files."""

    path: Path
    files: int
    bytes: int
    missing: tuple[str, ...]


def build_folder(out: Path, url: str, archives: Iterable[Path] = (), force: bool = False) -> Folder:
    """Build the folder of the add-in.

    out: the folder; one that is there is replaced file by file where this program made it. url: the https
        address that it will have. archives: as for `runtime_files`; what they lack is listed, and all else is
        built.
    force: replace the files of a folder that this program did not make.
    Errors: as `manifest_xml` and `runtime_files`; a folder of somebody else's files.
    """
    found = runtime_files(archives)
    made = {
        **{name: _site(name) for name in SITE},
        "names.js": f"export const NAMES = {json.dumps(list(REGISTRY))};\n".encode(),
        "functions.json": (json.dumps(functions_json(), indent=1) + "\n").encode(),
        "manifest.xml": manifest_xml(url).encode(),
        "LICENSES.txt": _LICENSES.encode(),
        HOUSE: _house(),
        **{f"pyodide/{name}": content for name, content in found.items()},
    }
    made[HASHES] = hashes_json(made).encode()
    if out.exists() and not force and any(out.iterdir()) and not (out / HASHES).is_file():
        raise CsmError(VALUE, "the folder has files that csm-xl did not make", str(out), None,
                       "Give another folder, or --force.")  # fmt: skip
    for name, content in made.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    missing = tuple(name for name in RUNTIME if name not in found)
    return Folder(out, len(made), sum(map(len, made.values())), missing)


def hashes_json(made: dict[str, bytes]) -> str:
    """What the folder states of its files."""
    said = {name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in sorted(made.items())}  # fmt: skip
    return json.dumps({"csm_xl": __version__, "files": said}, indent=1) + "\n"


def _site(name: str) -> bytes:
    return (files("csm_xl.office") / "site" / name).read_bytes()


def _house() -> bytes:
    """The modules that run in the page, as an archive that is the same for the same files."""
    root = Path(str(files("csm_xl")))
    kept = {f"csm_xl/{one}": (root / one).read_bytes() for one in ("__init__.py", "errors.py", "extras.py")}
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "site" not in path.parts:
                kept[f"csm_xl/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    kept |= dict(_beside())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(kept.items()):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def _beside() -> Iterator[tuple[str, bytes]]:
    """The packages in pure Python that the modules need, with their licenses."""
    for name in _BESIDE:
        for file in distribution(name).files or ():
            path = PurePosixPath(str(file))
            if path.suffix == ".py" or path.name.upper().startswith("LICEN"):
                yield str(path), Path(str(file.locate())).read_bytes()
