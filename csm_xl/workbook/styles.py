"""How the workbook looks, as data: colors, number formats, and the roles that cells play."""

from __future__ import annotations

from typing import Any, Final, Literal

NAVY: Final = "#1F3A5F"
TEAL: Final = "#2A9D8F"
TEAL_TEXT: Final = "#1B6F65"  # the accent, dark enough to be read on white
AMBER: Final = "#E9A23B"
FAULT: Final = "#C8553D"
FAULT_TEXT: Final = "#A63F2A"
RULE: Final = "#D9DEE5"
INPUT_TEXT: Final = "#1F4E9E"
INPUT_FILL: Final = "#FFF9DB"
CALC_FILL: Final = "#EFF6F5"
GREY: Final = "#5B6675"
INK: Final = "#1C2530"
WHITE: Final = "#FFFFFF"

FONT: Final = "Calibri"
SIZE: Final = 10

Class = Literal["cover", "input", "output", "check"]
TABS: Final[dict[Class, str]] = {"cover": GREY, "input": "#1F4E9E", "output": TEAL, "check": AMBER}
"""Tab color by class of sheet."""

NUMBERS: Final = {
    "general": "General",
    "text": "@",
    "name": "@",
    "money": "#,##0.00",
    "percent": "0.0%",
    "fine percent": "0.00%",
    "rate": "0.0##%",
    "share": "0.00",
    "factor": "0.00##",
    "fine": "#,##0.00####",
    "any": "General",
    "tolerance": "0.0000",
    "number": "#,##0.00##",
    "count": "#,##0",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
}
"""Number formats by what a cell holds."""

RIGHT: Final = frozenset(
    {
        "money",
        "percent",
        "fine percent",
        "rate",
        "share",
        "factor",
        "number",
        "count",
        "fine",
        "any",
        "tolerance",
    }
)
"""What is at the right of its cell."""

_CELL: Final = {"bottom": 1, "bottom_color": RULE, "valign": "vcenter"}
ROLES: Final[dict[str, dict[str, Any]]] = {
    "plain": {"font_color": INK},
    "title": {"font_color": NAVY, "font_size": 18, "bold": True},
    "company": {"font_color": NAVY, "font_size": 12, "bold": True, "align": "right"},
    "subtitle": {"font_color": GREY, "font_size": 11},
    "caption": {"font_color": NAVY, "font_size": 12, "bold": True},
    "note": {"font_color": GREY, "font_size": 9, "italic": True},
    "head": {"font_color": WHITE, "bg_color": NAVY, "bold": True, "text_wrap": True, "valign": "vcenter",
             "align": "left", "indent": 1, "border": 1, "border_color": NAVY},
    "column head": {"font_color": WHITE, "bg_color": NAVY, "bold": True, "text_wrap": True,
                    "valign": "vcenter", "align": "left", "indent": 1, "border": 1, "border_color": NAVY},
    "input": {**_CELL, "indent": 1, "font_color": INPUT_TEXT, "bg_color": INPUT_FILL, "locked": False},
    "value": {**_CELL, "indent": 1, "font_color": INK},
    "calc": {**_CELL, "indent": 1, "font_color": INK, "bg_color": CALC_FILL},
    "total": {"font_color": NAVY, "bold": True, "bottom": 2, "bottom_color": NAVY},
    "label": {**_CELL, "font_color": GREY},
    "remark": {**_CELL, "font_color": GREY, "indent": 1},
    "text": {**_CELL, "font_color": INK, "text_wrap": True, "align": "left", "indent": 1},
    "prose": {**_CELL, "font_color": INK, "text_wrap": True, "align": "left", "indent": 1, "valign": "top"},
    "entry": {**_CELL, "font_color": NAVY, "bold": True, "indent": 1, "align": "left", "valign": "top"},
    "fact": {**_CELL, "font_color": NAVY, "bold": True, "font_size": 12, "align": "right", "indent": 1},
    "found": {"font_color": INK, "indent": 1, "valign": "vcenter"},
    "found words": {"font_color": INK, "text_wrap": True, "align": "left", "indent": 1, "valign": "vcenter"},
    "live": {**_CELL, "indent": 1, "font_color": INK, "bg_color": CALC_FILL, "valign": "top"},
    "example": {**_CELL, "indent": 1, "font_color": INPUT_TEXT, "bg_color": INPUT_FILL, "locked": False,
                "align": "left"},
    "setting": {**_CELL, "indent": 1, "font_color": INPUT_TEXT, "bg_color": INPUT_FILL, "locked": False,
                "align": "left", "border": 1, "border_color": RULE},
    "state": {**_CELL, "font_color": NAVY, "bold": True, "align": "left", "indent": 1},
    "button": {"font_color": WHITE, "bg_color": NAVY, "bold": True, "align": "center", "valign": "vcenter"},
    "code": {**_CELL, "font_color": INK, "font_name": "Consolas", "font_size": 9, "indent": 1},
    "kpi": {"font_color": NAVY, "bold": True, "font_size": 15, "align": "left"},
    "kpi label": {"font_color": GREY, "font_size": 9, "top": 2, "top_color": TEAL},
    "words": {"font_color": GREY, "font_size": 9, "indent": 2},
    "ruled": {"font_color": GREY, "bottom": 1, "bottom_color": RULE},
    "figure": {"font_color": INK, "indent": 1},
    "sum": {**_CELL, "font_color": NAVY, "bold": True, "indent": 1},
    "box": {"font_color": GREY, "font_size": 9, "border": 1, "border_color": RULE},
    "chosen": {"font_color": NAVY, "bg_color": "#E3EDF6", "bold": True},
    "sign": {"font_color": GREY, "font_size": 9, "top": 1, "top_color": GREY},
    "status": {"font_color": TEAL_TEXT, "bold": True},
    "link": {"font_color": INPUT_TEXT, "underline": 1, "valign": "vcenter"},
    "holds": {"font_color": TEAL_TEXT, "bold": True},
    "fails": {"font_color": WHITE, "bg_color": FAULT_TEXT, "bold": True},
    "warns": {"font_color": "#7A4D00", "bg_color": "#FCEFD8"},
    "negative": {"font_color": FAULT_TEXT},
    "tab cover": {"bg_color": TABS["cover"], "font_color": WHITE, "align": "center"},
    "tab input": {"bg_color": TABS["input"], "font_color": WHITE, "align": "center"},
    "tab output": {"bg_color": TABS["output"], "font_color": "#08211E", "align": "center"},
    "tab check": {"bg_color": TABS["check"], "font_color": "#2B1B00", "align": "center"},
}  # fmt: skip
"""What a cell is, and how it looks for it."""


_LEFT: Final = ("setting", "state", "example", "kpi")
"""What is at the left of its cell whatever it holds."""


def properties(role: str, number: str = "general") -> dict[str, Any]:
    """The format of a cell of a role that holds a kind of value, in XlsxWriter's words."""
    found = {**ROLES[role], "num_format": NUMBERS[number]}
    if number in RIGHT and role not in _LEFT:
        # The button that filters a table covers the right end of a column's header.
        found |= {"align": "right", "indent": 2 if role == "column head" else 1}
    elif number == "date" and role not in ("fact", *_LEFT):
        found["align"] = "center"
    return {"font_name": FONT, "font_size": SIZE, **found}


LEGEND: Final = (
    ("input", "Input", "Type or paste here; select a cell to see what it accepts."),
    ("value", "Written", "Written by the refresh; checked by csm-xl check."),
    ("calc", "Formula", "Calculated in the workbook by a formula."),
    ("head", "Header", "Column header, with the unit in ()."),
    ("holds", "Holds", "A check that passes."),
    ("fails", "Fails", "A check that fails: see Checks."),
    ("warns", "Look here", "A payout line with a note."),
)
"""The legend of the Cover: role, sample text, meaning."""
