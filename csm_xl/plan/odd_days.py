"""Days that were probably typed into the wrong column or year: dates of deals, and holidays."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

import numpy as np

from csm_xl.plan.findings import Remarks
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_FEW: Final = 5
"""With at least this many deals, it is clear what is usual."""
_A_YEAR: Final = range(300, 430)
"""A date that is this many days away may have the wrong year."""
_SOON: Final = 60
_MOST_OF_A_MONTH: Final = 10
"""No country has more holidays in a month, even in weeks that are free."""
_LATER: Final = ("effective_date", "notice_date", "invoice_date")
"""Days that for most deals are soon after they are signed."""


def check_odd_days(tables: Tables, out: Remarks) -> None:
    """Collect deals that are invoiced before they are signed, or a year later than the others, and months
    that are full of holidays."""
    deals = tables["deals"]
    signed = deals.columns["date"].astype(np.int64)
    for column in _LATER:
        days = deals.columns[column].astype(np.int64)
        filled = np.flatnonzero((days > 0) & (signed > 0))
        if len(filled) < _FEW:
            continue
        later = (days - signed)[filled]
        before = filled[later < 0].tolist()
        if column == "invoice_date" and 2 * len(before) > len(filled):
            what = f"{len(before)} of {len(filled)} deals have an {column} before the date they are signed"
            out.warning(
                deals, before[0], column, what, "Swap the two headers, if they are swapped.", rule=UNUSUAL
            )
        usual = float(np.median(later))
        for row in filled[np.isin(np.abs(later), _A_YEAR)].tolist() if abs(usual) <= _SOON else ():
            apart = int(days[row] - signed[row])
            when = f"{abs(apart)} days {'after' if apart > 0 else 'before'} the date of the deal"
            what = f"{column} is {when}, and of the others usually {usual:g} days after it"
            out.warning(deals, row, column, what, "Correct the year, if it is wrong.", rule=UNUSUAL)
    _check_holidays(tables, out)


def _check_holidays(tables: Tables, out: Remarks) -> None:
    holidays = tables["holidays"]
    days = [date.fromordinal(day) if day else None for day in holidays.columns["date"].astype(int).tolist()]
    of_month = Counter((day.year, day.month) for day in days if day)
    for (year, month), count in of_month.items():
        if count > _MOST_OF_A_MONTH:
            row = next(at for at, day in enumerate(days) if day and (day.year, day.month) == (year, month))
            what = f"{count} days of {year}-{month:02d} are holidays"
            out.warning(holidays, row, "date", what, "Remove the days on which people work.", rule=UNUSUAL)
