"""Print the lowest version of each dependency that pyproject.toml allows, as constraints for pip."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_APART = ("docs", "mutants")
"""Extras of environments of their own."""
_BOUND = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?(?:>=|==)(?P<version>[\w.]+)")


def lowest(requirements: list[str]) -> list[str]:
    """Constraints that hold each requirement at its lowest version.

    >>> lowest(["numpy>=1.26,<3", "pypdf[crypto]>=5.1,<8", "xlwings==0.37.8", "csm-xl[postgres]"])
    ['numpy==1.26', 'pypdf==5.1', 'xlwings==0.37.8']
    """
    found = []
    for requirement in requirements:
        if requirement.startswith("csm-xl"):
            continue
        bound = _BOUND.match(requirement)
        if bound is None:
            raise ValueError(f"pyproject.toml states no lowest version: {requirement}")
        found.append(f"{bound['name']}=={bound['version']}")
    return found


def main() -> int:
    """Print them, those of the extras too."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    tested = [line for name, lines in extras.items() if name not in _APART for line in lines]
    print("\n".join(lowest([*project["dependencies"], *tested])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
