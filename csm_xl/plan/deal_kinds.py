"""Which deals a component pays: those of its kinds and products, in the user's own words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.errors import NOT_FOUND, listed
from csm_xl.plan.findings import Findings
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables

OF_COMPONENT: Final = {"deal_kinds": "kind", "deal_products": "product"}
"""Which column of a deal each list of a component is about."""
UNPAID_KIND: Final = "E008"
"""The rule of a kind or product of deals that is nearly one that a component pays."""
_KIND: Final = "deals are of a kind or product that is nearly one that a component pays"
_NEAR: Final = 0.8
"""How alike a misspelling is to what was meant; renew and new are two words."""
_FIELD: Final = frozenset({"renewal", "upsell", "cross_sell", "new", "pilot", "expansion", "upgrade"})
"""What the field calls its kinds of deal: none of these is another one's misspelling."""


def wanted_deals(values: Mapping[str, Any], deals: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Whether each deal is of the kinds and products that a component pays.

    values: the component's parameters. deals: the columns of the table.

    >>> deals = {"kind": np.array(["renewal", "upsell"], dtype=object), "product": np.array(["", ""])}
    >>> wanted_deals({"deal_kinds": ("upsell",)}, deals).tolist(), wanted_deals({}, deals).tolist()
    ([False, True], [True, True])
    """
    found = np.ones(len(deals["kind"]), dtype=bool)
    for parameter, column in OF_COMPONENT.items():
        if wanted := values.get(parameter):
            found &= np.isin(deals[column], list(wanted))
    return found


def pays_deal(values: Mapping[str, Any], deals: Mapping[str, Any], row: int) -> bool:
    """Whether one deal is of the kinds and products that a component pays; see `wanted_deals`."""
    return all(
        deals[column][row] in (values.get(parameter) or (deals[column][row],))
        for parameter, column in OF_COMPONENT.items()
    )


def check_kinds(tables: Tables, out: Findings) -> None:
    """Collect kinds and products of deals that nobody pays and that are nearly one that somebody does: on
    the deals, or on the components, one of the two is misspelled."""
    components, deals = tables["components"].columns, tables["deals"]
    for parameter, column in OF_COMPONENT.items():
        if parameter not in components:
            continue
        asked = {word for words in components[parameter].tolist() for word in words}
        for word, rows in grouped(deals, column).items() if asked else ():
            near = near_word(word, asked) if word and word not in asked else ""
            for row in rows if near else ():
                what = f"no component pays deals of the {column} {word!r}"
                hint = f"Did you mean {near!r}? Write it in the same way here and in {parameter}, which has"
                hint += f" {listed(sorted(asked))}. --accept {UNPAID_KIND} goes on."
                out.error(deals, row, column, what, hint, NOT_FOUND, rule=UNPAID_KIND, kind=_KIND)


def near_word(word: str, known: Collection[str]) -> str:
    """The kind or product that another one probably is; empty where none is near. Numbers are not near."""
    if word in _FIELD:
        return ""
    joined = {one.replace("_", ""): one for one in known}
    if same := joined.get(word.replace("_", "")):
        return same
    found = get_close_matches(word, known, n=1, cutoff=_NEAR)
    numbered = bool(found) and len(word) == len(found[0]) and any(map(str.isdigit, word))
    return "" if numbered or not found else found[0]
