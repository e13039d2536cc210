"""``csm-xl libreoffice``: the add-in for LibreOffice Calc."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.errors import faults

Profile = Annotated[
    Path | None, typer.Option(help="Folder of the profile. Default: the one LibreOffice uses.")
]


def install(profile: Profile = None) -> None:
    """Install the functions and the menu in LibreOffice, and try them in a cell."""
    from csm_xl.libreoffice import install as installing

    done = installing.install(profile)
    show.say(f"Installed csm_xl {done.installed} in LibreOffice {_version(done.office)}.")
    show.say("Open a spreadsheet and type =CSM_TOTALCOMP(100000; 25000; 1.1)")


def uninstall(profile: Profile = None) -> None:
    """Remove the functions and the menu from LibreOffice."""
    from csm_xl.libreoffice import install as installing

    show.say("Removed." if installing.uninstall(profile) else "It was not installed.")


def status(profile: Profile = None) -> None:
    """Show whether they are installed and work. Exit status 1: they do not."""
    from csm_xl.libreoffice import install as installing

    found = installing.status(profile)
    show.say(f"LibreOffice {_version(found.office)}")
    show.say(f"Add-in: {f'csm_xl {found.installed}' if found.installed else 'not installed'}")
    if found.installed:
        show.say(f"=CSM_VERSION() shows {found.answers}")
    if not found.works:
        show.note("Run: csm-xl libreoffice install")
        raise typer.Exit(1)


def check(
    file: Annotated[Path, typer.Argument(help="A workbook, .xlsx or .xlsm.")],
    within: Annotated[float, typer.Option(help="Stop LibreOffice after this many seconds.", min=1)] = 300,
) -> None:
    """Recalculate every formula of a workbook in LibreOffice, and compare with the stored values.

    It uses a private office, so yours may stay open. Exit status 1: a cell differs.
    """
    from csm_xl.libreoffice.judge import judge

    found, cells = judge(file, within)
    show.findings(found)
    if faults(found):
        raise typer.Exit(1)
    show.say(f"LibreOffice calculates the same values: {cells:,} formula cells, no errors.")


def _version(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


app = typer.Typer(
    help="The functions in LibreOffice Calc, and checking a workbook with LibreOffice.",
    no_args_is_help=True,
)
for _command in (install, uninstall, status, check):
    app.command()(_command)
