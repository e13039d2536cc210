"""Examples are the same on every run, so that a red test means a changed product; no clock decides."""

from examples import PHASES, examples
from hypothesis import settings

settings.register_profile("csm", examples(100), deadline=None, derandomize=True, phases=PHASES)
settings.load_profile("csm")
