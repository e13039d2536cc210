"""Files on Windows: who holds one, who may replace it, and what is left behind."""

import shutil
import time

from commands import shell
from wine_machine import PYTHON

HOLD = """
import sys, time
from pathlib import Path
from csm_xl.xlsx.atomic import held
with held(Path(sys.argv[1])):
    Path(sys.argv[2]).touch()
    time.sleep(60)
"""
OPEN = """
import sys, time
with open(sys.argv[1], "rb+"):
    open(sys.argv[2], "w").close()
    time.sleep(60)
"""


def meanwhile(windows, folder, code, workbook, act):
    """What a command gives while another program does something with a workbook."""
    ready = folder / "ready"
    with windows.start(PYTHON, "-c", code, workbook, ready) as other:
        last = time.monotonic() + 120
        while not windows.here(ready).exists():
            assert other.poll() is None and time.monotonic() < last
            time.sleep(0.1)
        done = act()
        other.kill()
    windows.here(ready).unlink()
    return done


def names(windows, folder):
    return sorted(one.name for one in windows.here(folder).iterdir())


def test_a_workbook_that_another_run_holds_is_not_touched(windows, made, folder):
    workbook = folder / "pay.xlsm"
    shutil.copy(windows.here(made), windows.here(workbook))
    before = windows.here(workbook).read_bytes()
    done = meanwhile(windows, folder, HOLD, workbook, lambda: windows.csm_xl("refresh", workbook))
    assert done.code == 2
    # Windows says why it refuses the lock; Wine 8 does not, so that the run can only say that it is refused.
    assert "in use by another run" in done.said or "cannot be written; it is unchanged" in done.said
    assert windows.here(workbook).read_bytes() == before


def test_a_workbook_that_a_program_has_open_is_not_torn(windows, made, folder):
    workbook = folder / "pay.xlsm"
    shutil.copy(windows.here(made), windows.here(workbook))
    before = windows.here(workbook).read_bytes()
    done = meanwhile(windows, folder, OPEN, workbook, lambda: windows.csm_xl("refresh", workbook))
    assert done.code == 2 and str(workbook.name) in done.said and "Traceback" not in done.said
    assert windows.here(workbook).read_bytes() == before
    assert names(windows, folder) == ["pay.xlsm"]
    assert windows.csm_xl("refresh", workbook).code == 0
    assert shell("check", windows.here(workbook))[0] == 0
