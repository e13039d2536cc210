"""The folder of the add-in: what is in it, what is refused, and whether a host serves it as it was built."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commands import shell
from hosting import served

from csm_xl import __version__
from csm_xl.errors import CsmError
from csm_xl.functions import REGISTRY
from csm_xl.office.folder import HASHES, HOUSE, build_folder
from csm_xl.office.manifest import manifest_xml
from csm_xl.office.metadata import LONGEST, functions_json
from csm_xl.office.runtime import RUNTIME, runtime_files

URL = "https://pay.example.com/csm_xl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_folder(tmp_path_factory.mktemp("addin") / "site", URL).path


def test_without_the_runtime_all_else_is_built_and_what_lacks_is_listed(tmp_path: Path) -> None:
    status, shown, told = shell("addin", "build", tmp_path / "site", "--url", URL)
    assert status == 1 and "19 files" not in told
    assert all(name in told for name in RUNTIME)
    assert (tmp_path / "site" / "manifest.xml").is_file() and "files" in shown


def test_every_file_is_listed_with_its_hash(folder: Path) -> None:
    said = json.loads((folder / HASHES).read_text("utf-8"))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(said["files"]) == there - {HASHES}
    assert said["csm_xl"] == __version__


def test_building_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = build_folder(tmp_path / "site", URL).path
    assert (again / HASHES).read_bytes() == (folder / HASHES).read_bytes()


def test_the_house_has_what_runs_in_the_page_and_no_more(folder: Path) -> None:
    with zipfile.ZipFile(folder / HOUSE) as archive:
        names = archive.namelist()
    rooms = {name.split("/")[1] for name in names if name.startswith("csm_xl/")}
    assert {"office", "workbook", "engine", "pay"} <= rooms
    assert not rooms & {"book", "cli", "excel", "libreoffice", "report"}
    assert any(name.startswith("openpyxl") and "LICEN" in name.upper() for name in names)


def test_every_function_is_described_as_excel_asks() -> None:
    said = functions_json()["functions"]
    assert [one["name"] for one in said] == list(REGISTRY)
    for one in said:
        assert len(one["description"]) <= LONGEST and one["result"]["dimensionality"] == "matrix"
        optional = [each.get("optional", False) for each in one["parameters"] if "repeating" not in each]
        assert optional == sorted(optional), (
            f"{one['name']}: an argument that is needed after one that is not"
        )
        assert [each.get("repeating", False) for each in one["parameters"]][:-1].count(True) == 0
        assert all(len(each["description"]) <= LONGEST for each in one["parameters"])


def test_the_manifest_names_what_is_there(folder: Path) -> None:
    root = ElementTree.fromstring(manifest_xml(URL))
    spaces = {"": "http://schemas.microsoft.com/office/appforoffice/1.1"}
    assert root.find("Id", spaces) is not None and root.attrib
    addresses = {each.attrib["DefaultValue"] for each in root.iter()
                 if each.attrib.get("DefaultValue", "").startswith("https:")}  # fmt: skip
    assert addresses and all((folder / one.removeprefix(f"{URL}/")).is_file() for one in addresses)
    declared = {
        each.attrib["id"]
        for each in root.iter()
        if "id" in each.attrib and each.tag.endswith(("Image", "Url", "String"))
    }
    asked = {each.attrib["resid"] for each in root.iter() if "resid" in each.attrib}
    assert asked == declared
    assert all(len(each.attrib["DefaultValue"]) <= 125 for each in root.iter() if each.tag.endswith("}String")
               and each.attrib["id"].endswith("Label"))  # fmt: skip


@pytest.mark.parametrize(
    "url", ["http://pay.example.com", "pay.example.com", "https://", "https://a b.com", "https://x.com/?a=1"]
)
def test_an_address_that_excel_does_not_take_is_refused(url: str) -> None:
    with pytest.raises(CsmError, match="Excel does not load an add-in from this address"):
        manifest_xml(url)


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:bz2") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"pyodide/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def test_a_file_of_another_release_is_refused(tmp_path: Path) -> None:
    wrong = archive(tmp_path / "pyodide.tar.bz2", {"pyodide.mjs": b"another", "notes.txt": b"x"})
    with pytest.raises(CsmError, match="not the file of Pyodide") as refused:
        runtime_files([wrong])
    assert "pyodide/pyodide.mjs" in str(refused.value)


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(b"no archive")
    with pytest.raises(CsmError, match="cannot be read"):
        runtime_files([tmp_path / "a.tgz"])
    with pytest.raises(CsmError, match="no such archive"):
        runtime_files([tmp_path / "none.tgz"])


def test_a_folder_of_somebody_else_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    status, _, told = shell("addin", "build", tmp_path, "--url", URL)
    assert status == 2 and "did not make" in told
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert shell("addin", "build", tmp_path, "--url", URL, "--force")[0] == 1
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    path = build_folder(tmp_path / "site", URL).path
    with served(path) as address:
        yield address, path


def test_a_host_is_compared_with_what_was_built(hosted: tuple[str, Path], tmp_path: Path) -> None:
    address, path = hosted
    built = tmp_path / "built"
    build_folder(built, URL)
    status, shown, _ = shell("addin", "verify", address, "--folder", built)
    assert status == 0 and "files are as they were built" in shown
    (path / "pane.js").write_text("alert(1)", encoding="utf-8")
    (path / "worker.js").unlink()
    status, shown, _ = shell("addin", "verify", address, "--folder", built)
    assert status == 1
    assert "pane.js: another file (8 bytes" in shown and "worker.js: the host answers 404" in shown


def test_a_host_that_is_not_there(folder: Path) -> None:
    status, _, told = shell("addin", "verify", "http://127.0.0.1:9", "--folder", folder)
    assert status == 2 and "cannot be reached" in told
    status, _, told = shell("addin", "verify", "http://127.0.0.1:9", "--folder", folder.parent)
    assert status == 2 and "hashes.json" in told
