"""The mapping that a refresh completed, saved beside the workbook."""

from __future__ import annotations

from pathlib import Path

from csm_xl.errors import VALUE, CsmError
from csm_xl.xlsx.atomic import replacing


def save_mapping(mapping: tuple[Path, str] | None) -> None:
    """Save a mapping. It comes before the workbook: answers are worth keeping where that fails.

    Errors: it cannot be written.
    """
    if mapping is None:
        return
    path, text = mapping
    try:
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as why:
        raise CsmError(
            VALUE, "the answers cannot be saved, so nothing is imported", str(path), why.strerror,
            "Save the workbook in a folder of this computer that you may write to.",
        ) from None  # fmt: skip
