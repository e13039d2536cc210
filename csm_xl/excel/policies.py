"""What a company's settings on Windows keep Excel's macros from doing, as far as the registry shows it.

Sources: Microsoft's reference of attack surface reduction rules (their GUIDs and states), and the policy
templates of Office 2016 and newer and of Windows (names and values of the settings).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from csm_xl.excel.examination import Finding, Machine, Status

OFFICE: Final = r"HKCU\Software\Policies\Microsoft\office\16.0"
OFFICE_MACHINE: Final = r"HKLM\Software\Microsoft\Office\16.0\Common"
OWN: Final = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
DEFENDER: Final = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender"
RULES: Final = rf"{DEFENDER}\Windows Defender Exploit Guard\ASR\Rules"
MANAGED: Final = rf"{DEFENDER}\Policy Manager"
SYSTEM: Final = r"HKCU\Software\Policies\Microsoft\Windows\System"
_WAY_OUT: Final = (
    "Ask your IT department for an exception, or use the Office add-in (docs/ADDIN.md), which needs neither"
    " macros nor Python, or the commands csm-xl refresh, check and statements."
)
_RULES: Final = {
    "d4f940ab-401b-4efc-aadc-ad5f3c50688a": (
        "Block all Office applications from creating child processes", "Excel cannot start Python",
    ),
    "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": (
        "Block Win32 API calls from Office macros", "the macros cannot load xlwings' library",
    ),
}  # fmt: skip
_STATES: Final[dict[str, tuple[Status, str]]] = {"1": ("fault", "blocks"), "6": ("warning", "warns")}
_UNSIGNED, _NONE = 3, 4


def policy_findings(machine: Machine) -> list[Finding]:
    """What keeps macros, or the Python that they start, from running on a Windows machine; empty without."""
    return [*_macros_off(machine), *_defender(machine), *_scanned(machine), *_no_prompt(machine),
            *_conda(machine), *_unreadable_path(machine)]  # fmt: skip


def _number(machine: Machine, key: str, name: str) -> int:
    """A setting that is a number; 0 where there is none."""
    found = machine.setting(key, name)
    return found if isinstance(found, int) else 0


def _macros_off(machine: Machine) -> Iterator[Finding]:
    check = "macro policy"
    if _number(machine, rf"{OFFICE}\common", "vbaoff") or _number(machine, OFFICE_MACHINE, "VbaOff"):
        yield Finding(check, "fault", "a policy turns VBA off in all of Office", _WAY_OUT)
        return
    by_policy = _number(machine, rf"{OFFICE}\excel\security", "vbawarnings")
    said = {_UNSIGNED: "only signed macros run, and those of csm_xl are not signed", _NONE: "no macros run"}
    trusted = "Or put the workbook into a trusted location, if the policy allows that."
    if by_policy in said:
        yield Finding(check, "fault", f"by a policy, {said[by_policy]} in Excel", f"{_WAY_OUT} {trusted}")
    elif not by_policy and (own := _number(machine, OWN, "VBAWarnings")) in said:
        yield Finding(
            check, "fault", f"by your own settings, {said[own]} in Excel",
            "File, Options, Trust Center, Trust Center Settings, Macro Settings: choose Disable VBA macros"
            " with notification.",
        )  # fmt: skip
    if _number(machine, rf"{OFFICE}\excel\security", "blockcontentexecutionfrominternet"):
        yield Finding(
            check, "warning", "a policy blocks macros of files from the internet, without asking",
            "Save the workbook in a folder of your own, and see the line blocked: a file that is marked as"
            f" downloaded has to be unblocked. {_WAY_OUT}",
        )  # fmt: skip


def _defender(machine: Machine) -> Iterator[Finding]:
    """Rules of Microsoft Defender against what the macros do."""
    listed = str(machine.setting(MANAGED, "ASRRules") or "")
    managed = dict(one.lower().split("=", 1) for one in listed.split("|") if "=" in one)
    for guid, (name, effect) in _RULES.items():
        state = str(machine.setting(RULES, guid) or managed.get(guid, "")).strip()
        if state in _STATES:
            status, does = _STATES[state]
            yield Finding(
                "Defender", status, f"Microsoft Defender {does} by the rule “{name}”: {effect}", _WAY_OUT
            )


def _scanned(machine: Machine) -> Iterator[Finding]:
    every = 2
    if _number(machine, rf"{OFFICE}\common\security", "macroruntimescanscope") == every:
        yield Finding(
            "antivirus", "warning", "a policy has the antivirus watch the macros of every file as they run",
            f"If Excel stops a macro with a message of the antivirus: {_WAY_OUT}",
        )  # fmt: skip


def _no_prompt(machine: Machine) -> Iterator[Finding]:
    if _number(machine, SYSTEM, "DisableCMD"):
        yield Finding(
            "command prompt", "fault", "a policy forbids cmd.exe, and the buttons need it", _WAY_OUT
        )


def _conda(machine: Machine) -> Iterator[Finding]:
    """A Python of conda finds its libraries only where its environment is active."""
    folder = Path(machine.executable).parent
    if (folder / "conda-meta").is_dir():
        active = machine.environment.get("CONDA_PREFIX", "")
        if not active or Path(active) != folder:
            yield Finding(
                "conda", "warning", f"{folder} is a conda environment, which is not active",
                "Excel starts its Python without activating it, and packages with libraries of their own may"
                " not load. Install Python from python.org, and csm_xl in it; or run: conda activate"
                f' "{folder}"',
            )  # fmt: skip


def _unreadable_path(machine: Machine) -> Iterator[Finding]:
    """The macros name files in the code page of Windows, which cannot write every letter."""
    folder = str(Path(machine.executable).parent)
    if not machine.in_code_page(folder):
        yield Finding(
            "path", "fault", f"the path of Python, {folder}, has letters that the code page of Windows lacks",
            "The macros cannot load its library. Install Python and csm_xl in a folder such as C:\\csm_xl.",
        )  # fmt: skip
