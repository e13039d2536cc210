"""Called by the VBA wrapper after a failed call, with its cell, so that CSM_ERROR can show the message.

The wrapper gets the address from Excel only then; getting it on every call would cost more than the call. A
module of its own, because every function of `csm_xl.excel.udfs` gets a wrapper.
"""

from __future__ import annotations

from typing import Any

import xlwings as xw

from csm_xl.errors import VALUE, CsmError
from csm_xl.excel.conversion import MARK
from csm_xl.functions.error_log import ERROR_LOG


@xw.func
@xw.arg("address", "raw")
@xw.arg("description", "raw")
@xw.ret("raw")
def remember(address: Any, description: Any) -> list[list[Any]]:
    """Remember in which cell the last error happened.

    address: with workbook and sheet. description: the text of the error as VBA saw it; errors from elsewhere
    (Python could not be reached, or a bug in csm_xl) are stored unchanged.
    """
    if MARK not in str(description):
        last = str(description).strip().splitlines()[-1:]
        ERROR_LOG.note(CsmError(VALUE, "the calculation failed", hint="".join(last)))
    ERROR_LOG.place(str(address))
    return [[True]]
