"""``csm-xl addin``: the add-in for Excel on the web, a Mac and locked-down Windows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show


def build(
    out: Annotated[Path, typer.Argument(help="The folder to write.")],
    url: Annotated[str, typer.Option(help="The https address at which the folder will be hosted.")],
    runtime: Annotated[
        list[Path] | None,
        typer.Option(help="Pyodide's release, or a folder with its files; repeat it for several archives."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder with other files.")] = False,
) -> None:
    """Build the add-in as one static folder. Exit status 1: files of its Python are missing."""
    from csm_xl.office.folder import build_folder

    made = build_folder(out, url, runtime or (), force)
    show.say(f"{made.files} files, {made.bytes / 1e6:.1f} MB, in {made.path}")
    if made.missing:
        show.note("Missing in pyodide/, so the functions cannot run yet:")
        for name in made.missing:
            show.note(f"  {name}")
        show.note("Give the release of Pyodide: --runtime ARCHIVE (docs/ADDIN.md says where to get it).")
        raise typer.Exit(1)
    show.say(f"Host the folder at {url}, then deploy {made.path / 'manifest.xml'}.")


def verify(
    url: Annotated[str, typer.Argument(help="The address at which the add-in is hosted.")],
    folder: Annotated[Path, typer.Option(help="The folder that was built.")],
) -> None:
    """Compare every file that a host serves with the one that was built. Exit status 1: one differs."""
    from csm_xl.office.verify import differences

    found, files = differences(url, folder)
    for said in found:
        show.say(said)
    show.say(f"{files - len(found)} of {files} files are as they were built.")
    if found:
        raise typer.Exit(1)


app = typer.Typer(
    no_args_is_help=True, help="The add-in for Excel on the web, a Mac and locked-down Windows."
)
app.command()(build)
app.command()(verify)
