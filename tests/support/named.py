"""Names that files, sheets, prints and mails could trip over, and people who have them."""

from __future__ import annotations

from typing import Final

NASTY: Final = (
    "Sample, One", 'Sample "Two"', "=cmd|' /C calc'!A0", "+1", "-2.5", "@SUM(1)", "1E5", "0012", "2026-03-31",
    "Sämple Ñandú Łódź", "Sample 😀 Three", "שלום דוגמה", "دوغما", "サンプル", "Sample\u202eruoF",
    "Sample\nFive", "Sample\tSix", "<b>Sample</b> & Co; x", "Sample/../Seven", "TRUE", "NaN", "[U+6F22]",
    "Sample " * 12, "'quoted", "Sample{0}%s$HOME", "null",
)  # fmt: skip
"""A name each; none is a person's."""
