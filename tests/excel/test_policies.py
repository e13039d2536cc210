"""csm-xl doctor on a company's computer: each policy that stops macros or Python is seen, and told."""

from dataclasses import replace

import pytest

from csm_xl.cli.doctor import findings
from csm_xl.excel.examination import Machine
from csm_xl.excel.policies import (
    DEFENDER,
    MANAGED,
    OFFICE,
    OFFICE_MACHINE,
    OWN,
    RULES,
    SYSTEM,
    policy_findings,
)

CHILD = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
WIN32 = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
EXCEL = rf"{OFFICE}\excel\security"


def machine(settings=(), **more):
    held = dict(settings)
    return Machine(platform="win32", environment={}, setting=lambda key, name: held.get((key, name)), **more)


def test_without_policies_there_is_no_finding():
    assert policy_findings(machine()) == []


@pytest.mark.parametrize(
    ("key", "name", "value", "check", "status", "said", "mend"),
    [
        (EXCEL, "vbawarnings", 4, "macro policy", "fault", "by a policy, no macros run", "docs/ADDIN.md"),
        (EXCEL, "vbawarnings", 3, "macro policy", "fault", "only signed macros run", "trusted location"),
        (OWN, "VBAWarnings", 4, "macro policy", "fault", "by your own settings", "with notification"),
        (OWN, "VBAWarnings", 3, "macro policy", "fault", "only signed macros run", "Trust Center"),
        (rf"{OFFICE}\common", "vbaoff", 1, "macro policy", "fault", "turns VBA off", "csm-xl refresh"),
        (OFFICE_MACHINE, "VbaOff", 1, "macro policy", "fault", "turns VBA off", "docs/ADDIN.md"),
        (EXCEL, "blockcontentexecutionfrominternet", 1, "macro policy", "warning", "from the internet",
         "unblocked"),
        (RULES, CHILD, "1", "Defender", "fault", "blocks by the rule “Block all Office applications from",
         "docs/ADDIN.md"),
        (RULES, WIN32, "1", "Defender", "fault", "cannot load xlwings' library", "IT department"),
        (RULES, WIN32, "6", "Defender", "warning", "Microsoft Defender warns", "IT department"),
        (MANAGED, "ASRRules", f"{'0' * 36}=1|{CHILD.upper()}=1", "Defender", "fault",
         "Excel cannot start Python", "exception"),
        (rf"{OFFICE}\common\security", "macroruntimescanscope", 2, "antivirus", "warning", "every file",
         "exception"),
        (SYSTEM, "DisableCMD", 1, "command prompt", "fault", "cmd.exe", "docs/ADDIN.md"),
        (SYSTEM, "DisableCMD", 2, "command prompt", "fault", "cmd.exe", "docs/ADDIN.md"),
    ],
)  # fmt: skip
def test_a_policy_is_told(key, name, value, check, status, said, mend):
    (found,) = policy_findings(machine({(key, name): value}))
    assert (found.check, found.status) == (check, status)
    assert said in found.said and mend in found.hint


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        (EXCEL, "vbawarnings", 2),  # the bar that asks
        (EXCEL, "vbawarnings", 1),
        (EXCEL, "vbawarnings", "4"),  # no number: Office does not read it
        (OWN, "VBAWarnings", 2),
        (RULES, CHILD, "0"),
        (RULES, CHILD, "2"),  # noted, not stopped
        (RULES, "26190899-1602-49e8-8b27-eb1d0a1ce869", "1"),  # Outlook's
        (MANAGED, "ASRRules", "nothing"),
        (rf"{OFFICE}\common\security", "macroruntimescanscope", 1),
        (SYSTEM, "DisableCMD", 0),
        (DEFENDER, "DisableAntiSpyware", 1),
    ],
)
def test_what_stops_nothing_is_not_told(key, name, value):
    assert policy_findings(machine({(key, name): value})) == []


def test_a_policy_stands_over_ones_own_settings():
    asks = {(EXCEL, "vbawarnings"): 2, (OWN, "VBAWarnings"): 4}
    assert policy_findings(machine(asks)) == []


def test_everything_is_told_at_once():
    found = policy_findings(machine({(EXCEL, "vbawarnings"): 4, (RULES, CHILD): "1", (RULES, WIN32): "1",
                                     (SYSTEM, "DisableCMD"): 1}))  # fmt: skip
    assert [one.check for one in found] == ["macro policy", "Defender", "Defender", "command prompt"]


def test_an_environment_of_conda_that_is_not_active_is_told(tmp_path):
    (tmp_path / "conda-meta").mkdir()
    python = machine(executable=str(tmp_path / "python.exe"))
    (found,) = policy_findings(python)
    assert found.check == "conda" and str(tmp_path) in found.said and "conda activate" in found.hint
    assert policy_findings(replace(python, environment={"CONDA_PREFIX": str(tmp_path)})) == []
    elsewhere = replace(python, environment={"CONDA_PREFIX": str(tmp_path.parent)})
    assert [one.check for one in policy_findings(elsewhere)] == ["conda"]


def test_a_path_that_windows_cannot_write_in_its_code_page_is_told():
    python = machine(executable="/Users/王/python.exe", in_code_page=str.isascii)
    (found,) = policy_findings(python)
    assert found.check == "path" and "王" in found.said and r"C:\csm_xl" in found.hint


def test_doctor_asks_for_policies_on_windows_alone(monkeypatch):
    monkeypatch.setattr("csm_xl.cli.doctor._libreoffice", lambda: None)
    stopped = machine({(SYSTEM, "DisableCMD"): 1})
    assert "command prompt" in [one.check for one in findings(None, stopped) if one]
    elsewhere = findings(None, replace(stopped, platform="linux"))
    assert "command prompt" not in [one.check for one in elsewhere if one]
