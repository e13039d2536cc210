"""Which book a workbook names, and what that says; nothing heavy is loaded where none is named."""

from __future__ import annotations

import os
from pathlib import Path

from csm_xl.book.places import ENVIRONMENT
from csm_xl.engine.recorded import Recorded
from csm_xl.errors import CsmError


def recorded_for(setting: str, beside: Path) -> Recorded | str:
    """What the book of a workbook says; in words, why it cannot be read; empty where no book is named.

    setting: what the workbook names, a path beside it or a URL; blank: the book of the environment.
    """
    if not setting and not os.environ.get(ENVIRONMENT):
        return ""
    from csm_xl.book.recorded import opened_for, recorded

    try:
        return recorded(opened_for(setting, beside))
    except CsmError as error:
        return str(error)
