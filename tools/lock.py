"""Write requirements/constraints.txt: the newest version of everything that csm_xl and its tests use.

It is resolved in an environment of its own. Run by the oldest Python that csm_xl supports, best by
that of Debian 12 (3.11.2): what has a version for that one has it for the newer ones.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "requirements" / "constraints.txt"
HEAD = "# Written by `make lock`: what everything is tested with. Newer versions have a lane of their own.\n"


def main() -> int:
    """Resolve and write; 2 where this Python is not the oldest supported."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        oldest = tomllib.load(file)["project"]["requires-python"].removeprefix(">=")
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if running != oldest:
        print(f"This is Python {running}: run make lock PYTHON=python{oldest}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", f"{ROOT}[dev,docs,spark]"], check=True)
        # As in the Makefile: without what it depends on, and is never asked for.
        subprocess.run([*pip, "install", "--no-deps", "oletools", "antlr4_vba"], check=True)
        frozen = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    lines = [line for line in frozen.splitlines(keepends=True) if "==" in line]  # not csm_xl itself
    TARGET.write_text(HEAD + "".join(sorted(lines, key=str.lower)), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(lines)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
