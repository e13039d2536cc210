"""Headers whose brackets say that the figures may not be those that are paid: "Amount (converted)"."""

from __future__ import annotations

import re
from typing import Final

from csm_xl.plan.header_remarks import remark
from csm_xl.plan.header_units import not_final, other_unit
from csm_xl.plan.schema import TableSchema

_ASIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def doubt(schema: TableSchema, ours: str, header: str) -> str:
    """The word in the brackets of a header by which its figures may be others; empty where there is none.

    >>> from csm_xl.plan.schema import schemas
    >>> deals = schemas({})["deals"]
    >>> [doubt(deals, "amount", text) for text in ("Amount (converted)", "Amount (TCV)", "Amount (USD)")]
    ['converted', 'tcv', '']
    """
    column = schema.column(ours)
    if other_unit(column, header):
        return ""  # a unit that is refused whoever maps it
    return not_final(column, header) or remark(schema.name, column, header)


def our_header(schema: TableSchema, ours: str, header: str, stated: bool) -> str:
    """Our column as a header, with the unit in the brackets of the export's, which the reader checks.

    stated: whether the mapping names the header, so that what its brackets say beside a unit is known.

    >>> from csm_xl.plan.schema import schemas
    >>> our_header(schemas({})["roster"], "base_salary", "Annual Base Salary (USD)", True)
    'base_salary (USD)'
    """
    aside = "" if stated and doubt(schema, ours, header) else " ".join(_ASIDE.findall(header))
    return f"{ours} {aside}".strip()
