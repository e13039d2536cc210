"""``csm-xl libreoffice``: the add-in for LibreOffice Calc."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.errors import faults

Profile = Annotated[
    Path | None, typer.Option(help="The profile's folder; left out: the one LibreOffice uses by itself.")
]


def install(profile: Profile = None) -> None:
    """Put the functions and the menu into LibreOffice, and try them in a cell."""
    from csm_xl.libreoffice import install as installing

    done = installing.install(profile)
    show.say(f"Installed csm_xl {done.installed} in LibreOffice {_version(done.office)}.")
    show.say("Open a spreadsheet and type =CSM_TOTALCOMP(100000; 25000; 1.1)")


def uninstall(profile: Profile = None) -> None:
    """Take them out of LibreOffice again."""
    from csm_xl.libreoffice import install as installing

    show.say("Taken out." if installing.uninstall(profile) else "It was not installed.")


def status(profile: Profile = None) -> None:
    """Tell whether they are there and answer. Exit status 1: they do not."""
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
    within: Annotated[float, typer.Option(help="Seconds after which LibreOffice is ended.", min=1)] = 300,
) -> None:
    """Let LibreOffice calculate every formula of a workbook anew, and compare with what the file keeps.

    The office that does it is a private one; yours may stay open. Exit status 1: a cell differs.
    """
    from csm_xl.libreoffice.judge import judge

    found, cells = judge(file, within)
    show.findings(found)
    if faults(found):
        raise typer.Exit(1)
    show.say(f"LibreOffice calculates the same: {cells:,} formula cells, no error.")


def _version(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


app = typer.Typer(
    help="The functions in LibreOffice Calc, and LibreOffice as the judge of a workbook.",
    no_args_is_help=True,
)
for _command in (install, uninstall, status, check):
    app.command()(_command)
