"""A small company's explanations, followed by somebody with a calculator."""

from __future__ import annotations

from datetime import date

from calculator import Cells, Chapter, Followed, exactly
from small_company import Rows, raws

from csm_xl.engine.explain import Explanation


def follow(tables: Rows, period: str, who: str = "E0001") -> Followed:
    """Every step of a person's explanation, calculated again; each line arrives at its amount."""
    given = raws(tables)
    explanation = Explanation(given, period)
    chapters = []
    for passage in explanation.of(who):
        line = passage.line or {"component_id": "", "amount": None, "type": ""}
        kind = line["type"] or ("" if passage.cohort else "sum")
        chapters.append(
            Chapter(passage.period.name, line["component_id"], passage.steps, line["amount"], kind)
        )
    days = {one.name: (date.fromordinal(one.start), date.fromordinal(one.end)) for one in explanation.periods}
    told = Followed(
        chapters,
        Cells({str(table.name): table for table in given}),
        lambda period: follow(tables, period, who),
        lambda *_: exactly(0),
        days,
        who,
    )
    told.follow()
    return told
