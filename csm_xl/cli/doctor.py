"""``csm-xl doctor``: what keeps Excel or LibreOffice from calling csm_xl, and how to fix it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.text import Text

from csm_xl import __version__
from csm_xl.cli import show
from csm_xl.cli.options import AsJson
from csm_xl.errors import CsmError
from csm_xl.excel.examination import Finding, Machine, machine_findings
from csm_xl.excel.policies import policy_findings

_SIGNS: Final = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "fault": ("✗", "red")}


def doctor(
    file: Annotated[Path | None, typer.Argument(help="A workbook to examine as well.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find what keeps worksheet functions and buttons from working, and how to fix it.

    Exit status 1 if something does not work.
    """
    found = findings(file, Machine())
    faults = sum(finding.status == "fault" for finding in found)
    if as_json:
        print(
            show.to_json(
                {
                    "findings": [asdict(finding) | {"mend": finding.hint} for finding in found],
                    "faults": faults,
                }
            )
        )
    else:
        for finding in found:
            sign, color = _SIGNS[finding.status]
            show.say(
                Text.assemble((f"{sign} ", f"bold {color}"), (f"{finding.check}: ", "bold"), finding.said)
            )
            if finding.hint:
                show.say(f"  → {finding.hint}")
    if faults:
        raise typer.Exit(1)


def findings(file: Path | None, machine: Machine) -> list[Finding]:
    """Findings about the computer, LibreOffice and, if given, the workbook."""
    found = machine_findings(machine)
    if machine.windows:
        found += policy_findings(machine)
    found.append(_libreoffice())
    if file is None:
        return found
    if any(finding.check == "packages" and finding.status == "fault" for finding in found):
        return [*found, Finding("file", "fault", f"{file} was not examined", "Fix the packages first.")]
    from csm_xl.excel.workbook_examination import workbook_findings

    return found + workbook_findings(file, machine)


def _libreoffice() -> Finding:
    """Whether LibreOffice is installed, recent enough, and calculates a worksheet function in a cell.

    It starts a private office with the add-in, as every other command does. LibreOffice is optional: if it is
    missing, too old or has another Python, that is a warning; if it fails, that is a fault.
    """
    from csm_xl.libreoffice import bridge
    from csm_xl.libreoffice.judge import answer

    try:
        version = bridge.require_office()
        bridge.require_python()
        bridge.uno()
    except CsmError as error:
        return _said("warning", error)
    try:
        said = answer()
    except CsmError as error:
        return _said("fault", error)
    where = f"LibreOffice {'.'.join(map(str, version))} at {bridge.soffice()}"
    if said != __version__:
        return Finding("libreoffice", "fault", f"{where}: =CSM_VERSION() shows {said}, not {__version__}",
                       "Run csm-xl libreoffice install, and read what it reports.")  # fmt: skip
    return Finding("libreoffice", "ok", f"{where}; =CSM_VERSION() shows {said}")


def _said(status: Literal["warning", "fault"], error: CsmError) -> Finding:
    issue = error.issues[0]
    seen = f" ({issue.got})" if issue.got else ""
    return Finding("libreoffice", status, f"{issue.message}{seen}", issue.hint)
