"""The commands of docs/ADDIN.md, with the real files of Pyodide and a host of our own."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tarfile
from pathlib import Path

from csm_xl.office.runtime import runtime_files

PAGE = Path(__file__).parents[2] / "docs" / "ADDIN.md"


def test_the_commands_of_the_page_run(runtime: list[Path], host: str, tmp_path: Path) -> None:
    lines = [line.strip() for line in PAGE.read_text("utf-8").splitlines() if line.startswith("    csm-xl ")]
    assert [" ".join(line.split()[1:3]) for line in lines[:2]] == ["addin build", "addin verify"]
    assert len(lines) == 4
    lines.insert(0, "csm-xl new mine.xlsm --plan starter")
    release = tmp_path / "pyodide-0.27.7.tar.bz2"
    with tarfile.open(release, "w:bz2", compresslevel=1) as tar:
        for name, content in runtime_files(runtime).items():
            (tmp_path / name).write_bytes(content)
            tar.add(tmp_path / name, f"pyodide/{name}")
    for line in lines:
        program, *words = shlex.split(line)
        if words[1] == "verify":  # what is hosted here was built for the same address
            words = [host if word.startswith("https:") else word for word in words]
        script = Path(sys.executable).with_name(program)
        done = subprocess.run([script, *words], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    size = sum(path.stat().st_size for path in (tmp_path / "addin").rglob("*") if path.is_file())
    assert size <= 20_000_000
