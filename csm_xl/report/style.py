"""How a statement looks: the workbook's colors, and a font that travels inside the file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

NAVY: Final = "#1F3A5F"
TEAL: Final = "#2A9D8F"
TEAL_TEXT: Final = "#1B6F65"
AMBER: Final = "#E9A23B"
AMBER_FILL: Final = "#FCEFD8"
AMBER_TEXT: Final = "#7A4D00"
FAULT_TEXT: Final = "#A63F2A"
RULE: Final = "#D9DEE5"
PALE: Final = "#F4F6F9"
GREY: Final = "#5B6675"
INK: Final = "#1C2530"

REGULAR: Final = "Roboto"
BOLD: Final = "Roboto-Bold"
_FONTS: Final = Path(__file__).with_name("fonts")
"""The folder of its files, with their license."""


@cache
def glyphs() -> frozenset[int]:
    """The characters that the font can show, after registering it."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    files = {REGULAR: "Roboto-Regular.ttf", BOLD: "Roboto-Bold.ttf"}
    fonts = [TTFont(name, str(_FONTS / file)) for name, file in files.items()]
    for font in fonts:
        pdfmetrics.registerFont(font)
    both = set(fonts[0].face.charToGlyph) & set(fonts[1].face.charToGlyph)
    return frozenset(code for code in both if code >= 32)
