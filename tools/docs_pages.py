"""Pages of the docs site that are kept elsewhere, or come from the code: a hook of MkDocs.

Documents of the repository's root become pages with their links turned. docs/TABLES.md is written from the
schema: ``python -m tools.docs_pages > docs/TABLES.md``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from csm_xl.plan.schema import Column

ROOT: Final = Path(__file__).parents[1]
ELSEWHERE: Final = {
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "BENCHMARKS.md": "benchmarks/RESULTS.md",
    "DATA.md": "csm_xl/data/README.md",
}
"""Page → the document of the repository that it shows."""
_LINK: Final = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


def generated() -> dict[str, str]:
    """The text of every page that no file in docs holds."""
    return {page: (ROOT / path).read_text(encoding="utf-8") for page, path in ELSEWHERE.items()}


def on_files(files: Any, config: Any) -> Any:
    """MkDocs: what pages there are."""
    from mkdocs.structure.files import File

    for page, text in generated().items():
        files.append(File.generated(config, page, content=turned(text)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """MkDocs: the text of a page before it is drawn."""
    return turned(markdown)


def turned(text: str) -> str:
    """Links between documents of the repository as links between pages.

    >>> turned("[a](docs/PLANS.md#cookbook), [b](../CONTRIBUTING.md), [c](LINT.md)")
    '[a](PLANS.md#cookbook), [b](CONTRIBUTING.md), [c](LINT.md)'
    """
    pages = {path: page for page, path in ELSEWHERE.items()}

    def link(found: re.Match[str]) -> str:
        target = found[1].removeprefix("../").removeprefix("docs/")
        return f"]({pages.get(target, target)}{found[2] or ''})"

    return _LINK.sub(link, text)


def tables_page() -> str:
    """Every table with its columns, as the schema has them."""
    from csm_xl.cli.tables import tables_in_order
    from csm_xl.engine.components import component_types

    parts = [
        "# Tables\n\nThe tables that hold plans, people and results: as sheets of a workbook, CSV files or "
        "TOML. This page is generated from the schema that reads them.\n"
    ]
    for table in tables_in_order(component_types()).values():
        rows = [
            f"| `{column.name}` | {_takes(column)} | {_blank(column)} | {_cell(column.help)} |"
            for column in table.columns
        ]
        parts.append(f"## {table.name}\n\n{table.help}\n")
        head = ["| column | takes | blank means | meaning |", "|---|---|---|---|"]
        parts.append("\n".join([*head, *rows, ""]))
        if table.name == "components":
            for kind in component_types().values():
                columns = ", ".join(f"`{column.name}`" for column in kind.columns)
                parts.append(f"**{kind.name}**: {kind.help} Uses {columns}.\n")
    return "\n".join(parts)


def _takes(column: Column) -> str:
    unit = "" if column.unit in ("", column.kind) else f" ({column.unit})"
    return " / ".join(column.choices) or f"{column.kind}{unit}"


def _blank(column: Column) -> str:
    if column.required:
        return "missing actual" if column.blank else "required"
    return "" if column.default is None else str(column.default)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(tables_page(), end="")
