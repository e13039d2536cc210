"""The company's letterhead on a document: its name, its logo, and the contact for questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.plan.company import Company
from csm_xl.report.paper import Size, line
from csm_xl.report.style import NAVY

HEIGHT: Final = 50.0
"""What it takes of a page, in points."""
_HIGHEST, _WIDEST = 28.0, 140.0  # the logo, in points
_MOST_PIXELS: Final = 4_000_000
_ENDINGS: Final = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is drawn above a document's head. logo: as ReportLab reads it; None without one."""

    company_name: str = ""
    contact_line: str = ""
    logo: Any = None

    @property
    def height(self) -> float:
        """What it takes of the first page, in points; nothing where there is neither name nor logo."""
        return HEIGHT if self.company_name or self.logo is not None else 0.0

    def draw(self, canvas: Any, size: Size, margin: float) -> None:
        """Draw it at the top of a page."""
        left, top = margin, size[1] - 14
        if self.logo is not None:
            wide, high = self.logo.getSize()
            scale = min(_WIDEST / wide, _HIGHEST / high)
            wide, high = wide * scale, high * scale
            middle = top - _HIGHEST / 2
            canvas.drawImage(self.logo, left, middle - high / 2, wide, high, mask="auto")
            left += wide + 10
        room = size[0] - margin - left
        line(canvas, left, top - _HIGHEST / 2 - 4, self.company_name, 12, NAVY, room, bold=True)


PLAIN: Final = Letterhead()
"""No letterhead."""


def letterhead_of(company: Company) -> Letterhead:
    """The letterhead that a company's settings ask for.

    Errors: the logo is not there, is no PNG or JPEG picture, or is larger than any paper needs.
    """
    path = company.company_logo
    logo = _picture(Path(path), company.logo_cell or "company_logo") if path else None
    return Letterhead(company.company_name, company.contact_line, logo)


def _picture(path: Path, where: str) -> Any:
    from reportlab.lib.utils import ImageReader

    if path.suffix.lower() not in _ENDINGS:
        raise CsmError(VALUE, "the logo is not a PNG or JPEG file", where, str(path),
                       "Save it as PNG or JPEG, and name that file.")  # fmt: skip
    if not path.is_file():
        raise CsmError(NOT_FOUND, "there is no such logo file", where, str(path),
                       "Correct the path, or clear the setting.")  # fmt: skip
    try:
        found = ImageReader(str(path))
        wide, high = found.getSize()
    except Exception as why:  # whatever the picture library finds wrong with a file
        raise CsmError(VALUE, "the logo cannot be read as a picture", where, str(path),
                       "Save it again as PNG or JPEG, or clear the setting.") from why  # fmt: skip
    if wide * high > _MOST_PIXELS:
        raise CsmError(VALUE, f"the logo has {wide:,} × {high:,} pixels, which makes every file large", where,
                       str(path), "Save it about 600 pixels wide.")  # fmt: skip
    return found
