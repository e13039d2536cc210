"""Days as spreadsheets count them: numbers from a first day on, of the 1900 or of the 1904 system."""

from __future__ import annotations

from datetime import date
from typing import Final

EPOCH_1900: Final = date(1899, 12, 30).toordinal()
"""The ordinal of Excel serial 0 in the 1900 system, for serials from 61 (1 March 1900) on."""
EPOCH_1904: Final = date(1904, 1, 1).toordinal()
