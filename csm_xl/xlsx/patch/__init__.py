"""A workbook file changed in place: only the parts that change are rewritten.

The refresh of a file goes: `moved` says where the workbook's formulas are once the tables have their new
sizes; what they give is worked out; `patch` writes tables, cells and stored values at once.
"""

from __future__ import annotations

from csm_xl.xlsx.patch.edit import Edit
from csm_xl.xlsx.patch.write import moved, patch, patched, sound

__all__ = ["Edit", "moved", "patch", "patched", "sound"]
