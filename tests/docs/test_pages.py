"""The pages of the docs: every command runs, every link leads somewhere, every function exists."""

import re
import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from commands import shell
from pages import DOCS, ROOT, anchors, commands, links, written

from csm_xl.cli.files import csv_text
from csm_xl.functions import REGISTRY
from csm_xl.workbook.sample import sample_of
from tools.docs_pages import ELSEWHERE, generated, tables_page

PAGES = {path: text for path, text in written().items() if path != "README.md"}
README = [line for line, _ in commands(written()["README.md"])]
"""What tests/test_readme.py runs, and is not run a second time."""
SET_UP = ("new",)
ELSEWHERE_RUN = ("docs/WINDOWS.md", "docs/BOOK.md", "docs/ADDIN.md")
"""What tests/excel/test_windows_guide.py, tests/book/test_book_page.py and tests/office/test_addin_page.py
run."""

EXTRAS = {"docs/PARQUET.md": ("pyarrow", "arrow")}
"""Pages whose commands need an extra: its package, and its name."""


@pytest.mark.slow("runs the commands of every page")
@pytest.mark.parametrize(
    "path", [path for path in PAGES if commands(PAGES[path]) and path not in ELSEWHERE_RUN]
)
def test_every_command_of_a_page_runs_as_shown(path: str, tmp_path: Path) -> None:
    if path in EXTRAS:
        package, extra = EXTRAS[path]
        pytest.importorskip(package, reason=f"needs the extra {extra}")
    for raw in sample_of("starter"):
        (tmp_path / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    for line, shown in commands(PAGES[path]):
        name, *words = shlex.split(line)
        if name == "make":
            assert subprocess.run(["make", "-n", *words], capture_output=True, cwd=ROOT).returncode == 0, line
            continue
        assert name == "csm-xl", line
        if (line in README and words[0] not in SET_UP) or words[0] == "libreoffice":
            continue
        with chdir(tmp_path):
            status, printed, told = shell(*words)
        assert status == 0, f"{line}\n{told}"
        assert printed == shown or not shown, line


@pytest.mark.usefixtures("there")
def test_the_commands_of_the_page_on_libreoffice_run(tmp_path: Path) -> None:
    for line, _ in commands(PAGES["docs/LIBREOFFICE.md"]):
        script, *words = shlex.split(line)
        command = [Path(sys.executable).with_name(script), *words]
        assert subprocess.run(command, capture_output=True, cwd=tmp_path).returncode == 0, line


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(path: str) -> None:
    for link in links(PAGES[path]):
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        found = (ROOT / path).parent / target if target else ROOT / path
        text = found.read_text(encoding="utf-8") if found.suffix == ".md" and found.is_file() else ""
        assert found.exists(), f"{path}: {link}"
        if anchor:
            assert anchor in anchors(text), f"{path}: {link}"


@pytest.mark.parametrize("path", PAGES)
def test_every_function_and_target_that_a_page_names_exists(path: str) -> None:
    assert set(re.findall(r"\bCSM_[A-Z]+\b", PAGES[path])) <= set(REGISTRY)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)", PAGES[path]):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_names_is_there(path: str) -> None:
    named = re.findall(r"`((?:csm_xl|tests|docs|tools|benchmarks)/[\w/.-]*)`", PAGES[path])
    made_up = {"csm_xl/engine/components/piece_rate.py", "tests/engine/test_piece_rate.py"}
    assert not [name for name in named if name not in made_up and not (ROOT / name).exists()]


def test_the_page_of_tables_is_what_the_schema_says() -> None:
    made = "python -m tools.docs_pages > docs/TABLES.md"
    assert (DOCS / "TABLES.md").read_text(encoding="utf-8") == tables_page(), f"write it anew: {made}"


def test_the_site_has_every_page_in_its_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r": ([\w]+\.md)$", menu, re.MULTILINE))
    assert listed == {path.name for path in DOCS.glob("*.md")} | set(generated())
    assert set(ELSEWHERE) <= listed
