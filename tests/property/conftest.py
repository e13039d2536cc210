"""Examples are the same on every run, so that a red test means a changed product; no clock decides."""

from examples import MUTATING, PHASES, examples
from hypothesis import settings

settings.register_profile("csm", examples(100), deadline=None, derandomize=True, phases=PHASES)
settings.load_profile("csm")


def pytest_collection_modifyitems(items):
    """A mutant meets the quick tests first; most die of them."""
    if MUTATING:
        items.sort(key=lambda item: "/property/" in str(item.path))
