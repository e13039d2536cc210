"""Every refusal of the arithmetic of pay, in full: its code, where, what was found, and how to fix it."""

from datetime import date
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest

from csm_xl import pay
from csm_xl.errors import CsmError
from csm_xl.pay.salary import MeritMatrix
from csm_xl.pay.tax import Federal, IncomeTax
from csm_xl.pay.tiers import TierTable

FLAT = TierTable.of([(0, 0.1)])
NAMES = {
    "np": np,
    "date": date,
    "HALF": Fraction(1, 2),
    "MERIT": MeritMatrix(("A", "B"), (0.5, 1), ((0.04, 0.03), (0.02, 0.01))),
    "LAW": Federal(IncomeTax(FLAT, 10), FLAT, FLAT, FLAT),
}
for module in iter_modules(pay.__path__, f"{pay.__name__}."):
    parts = vars(import_module(module.name)).items()
    NAMES |= {name: part for name, part in parts if getattr(part, "__module__", "") == module.name}


def refusals():
    """Calls, each with the refusals that stand indented below it."""
    found = []
    for line in Path(__file__).with_name("refusals.txt").read_text(encoding="utf-8").splitlines()[3:]:
        if line.startswith("    "):
            found[-1][1].append(line.strip())
        else:
            found.append((line, []))
    return found


@pytest.mark.parametrize(("call", "said"), [pytest.param(*row, id=row[0]) for row in refusals()])
def test_what_is_refused_and_how(call, said):
    with pytest.raises(CsmError) as caught:
        eval(call, NAMES)
    assert [f"{issue.code} {issue}" for issue in caught.value.issues] == said
