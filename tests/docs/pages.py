"""The documents as a test reads them: commands, links, and the recipes of the cookbook."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?![$`>]).*\n)*)", re.MULTILINE)
_BLOCK = re.compile(r'^( *)```\w+ title="([^"]+)"\n(.*?)^ *```', re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Recipe:
    """One plan of the cookbook: its files, what it pays, and the published example that it follows."""

    title: str
    published: str
    text: str
    files: dict[str, str]
    paid: list[dict[str, str]]

    def __str__(self) -> str:
        return self.title


def written() -> dict[str, str]:
    """Every page that a person wrote, by its path from the root."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a page after a `$`, each with the output that the page shows."""
    return _COMMAND.findall("".join(_CONSOLE.findall(text)))


def files(text: str) -> dict[str, str]:
    """The blocks of a page that are files, by their names."""
    return {name: textwrap.dedent(block) for _, name, block in _BLOCK.findall(text)}


def links(text: str) -> list[str]:
    """The targets of a page's links, without those in code."""
    plain = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    return _LINK.findall(plain)


def anchors(text: str) -> set[str]:
    """What a link into a page may point at, as GitHub and the site write it."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def table(text: str, head: str) -> list[dict[str, str]]:
    """The rows of the Markdown table that begins with a column of this name."""
    lines = text.splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def recipes() -> list[Recipe]:
    """The plans of the cookbook in docs/PLANS.md."""
    _, _, cookbook = (DOCS / "PLANS.md").read_text(encoding="utf-8").partition("\n## Cookbook\n")
    found = []
    for section in re.split(r"^### ", cookbook, flags=re.MULTILINE)[1:]:
        published = re.search(r"<!-- published: (\w+) -->", section)
        assert published, section.splitlines()[0]
        found.append(
            Recipe(
                section.splitlines()[0],
                published[1],
                section,
                files(section),
                table(section, "period"),
            )
        )
    return found
