"""Examples are the same on every run, so that a red test means a changed product; no clock decides."""

from hypothesis import settings

settings.register_profile("csm", deadline=None, derandomize=True)
settings.load_profile("csm")
