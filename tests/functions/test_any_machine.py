"""What the functions give does not depend on the processor, its linear algebra, or where the machine is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MACHINES = {
    "linear algebra without vectors": {"OPENBLAS_CORETYPE": "Prescott"},
    "an older processor": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3 AVX512_ICL",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX,-FMA4",
    },
    "one thread": {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    "another place": {"TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "4711"},
}


@pytest.mark.slow("a Python of its own calls every example")
@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_example_of_the_reference_gives_the_same_figures_on(machine: dict[str, str]) -> None:
    # -W: NumPy says so where it has no such vectors to leave out.
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "csm_xl.functions.reference", "--check"],
        env={**os.environ, **machine}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
