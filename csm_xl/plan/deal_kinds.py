"""Which deals a component pays: those of its kinds and products, in the user's own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.errors import NOT_FOUND, listed
from csm_xl.plan.findings import Findings
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

OF_COMPONENT: Final = {"deal_kinds": "kind", "deal_products": "product"}
"""Which column of a deal each list of a component is about."""
_PARAMETER: Final = {column: parameter for parameter, column in OF_COMPONENT.items()}
_SEPARATORS: Final = re.compile("[;,/+&|]")
"""Between two kinds in one cell; a deal is of one kind."""
UNPAID_KIND: Final = "E008"
"""The rule of a kind or product of deals that is nearly one that a component pays."""
_KIND: Final = "deals have a kind or product that resembles one that a component pays"
_NEAR: Final = 0.8
"""How alike a misspelling is to what was meant; renew and new are two words."""
_SHORTEST: Final = 3
"""Letters of a word that is short for a kind."""
_RARELY: Final = 8
"""How many times more deals are of one word for a kind where another was typed by mistake."""
_FIELD: Final = frozenset({"renewal", "upsell", "cross_sell", "new", "pilot", "expansion", "upgrade"})
"""What the field calls its kinds of deal: none of these is another one's misspelling."""


_ALIKE: Final = (
    frozenset({"upsell", "expansion", "upgrade", "add_on"}),
    frozenset({"renewal", "renew", "extension"}),
    frozenset({"new", "new_business", "new_logo", "new_customer"}),
)
"""Words of the field for one kind of deal, of which a company uses one."""


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
        _check_blank(deals, column, asked, out)
        _check_unmet(tables, parameter, column, asked, out)
        _check_near(tables, parameter, column, out)
        there = set(deals.columns[column].tolist())
        for word, rows in grouped(deals, column).items() if asked else ():
            near = meant_word(word, asked, there) if word and word not in asked else ""
            if not near and column == "kind" and word not in asked:
                near = _short_for(word, asked)
                _check_other_word(deals, word, rows, asked, out)
            for row in rows if near else ():
                what = f"no component pays deals of the {column} {word!r}"
                hint = f"Did you mean {near!r}? Write it in the same way here and in {parameter}, which has"
                hint += f" {listed(sorted(asked))}. --accept {UNPAID_KIND} goes on."
                out.error(deals, row, column, what, hint, NOT_FOUND, rule=UNPAID_KIND, kind=_KIND)


def _check_blank(deals: Table, column: str, asked: Collection[str], out: Findings) -> None:
    """Where components pay certain kinds and most deals state theirs, a blank one was probably forgotten;
    where none states one, the column was."""
    blank = np.flatnonzero(deals.columns[column] == "").tolist()
    if asked and blank and len(blank) >= deals.rows - len(blank):
        every = len(blank) == deals.rows
        count = (
            f"no deal has a {column}" if every else f"{len(blank):,} of {deals.rows:,} deals have no {column}"
        )
        what = f"{count}, and components pay only deals of {listed(sorted(asked))}"
        hint = f"Fill the column {column}: components with {_PARAMETER[column]} do not pay these deals."
        out.warning(deals, blank[0], column, what, hint, severity="warning" if every else "note")
    if asked and 0 < len(blank) < deals.rows - len(blank):
        for row in blank:
            what = f"the {column} of deal {deals.columns['deal_id'][row]} is blank, but most deals have one"
            hint = f"Type it: components with {_PARAMETER[column]} do not pay this deal."
            out.warning(deals, row, column, what, hint, kind=f"deals have no {column}, but most have one")


def _check_unmet(tables: Tables, parameter: str, column: str, asked: Collection[str], out: Findings) -> None:
    """Components that pay kinds of which no deal is, where all deals are of kinds that others pay."""
    components = tables["components"]
    known = {word for word in tables["deals"].columns[column].tolist() if word}
    of_all = {row for row, kind in enumerate(components.columns["type"].tolist())
              if kind in tables.types and tables.types[kind].pays_on == "deals"
              and not components.columns[parameter][row]}  # fmt: skip
    for row, words in enumerate(components.columns[parameter].tolist() if known else ()):
        paid = bool(of_all) or known <= set(asked)
        if words and paid and known.isdisjoint(words):
            what = f"no deal is of the {column} {listed(map(repr, words))}, so"
            what += f" {components.columns['component_id'][row]} pays nobody"
            hint = f"Deals have {listed(sorted(known))}."
            kind = "components pay kinds or products that no deal has"
            out.warning(components, row, parameter, what, hint, severity="note", kind=kind)


def _check_near(tables: Tables, parameter: str, column: str, out: Findings) -> None:
    """A word of a component that no deal has, where deals have nearly that: another component's spelling is
    theirs, or it is a word of the field, so that nothing is reported about these deals."""
    components = tables["components"]
    known = {word for word in tables["deals"].columns[column].tolist() if word}
    every = {word for words in components.columns[parameter].tolist() for word in words}
    for row, words in enumerate(components.columns[parameter].tolist()):
        for word in words if known else ():
            near = near_word(word, known) if word not in known else ""
            if near and near in every | _FIELD and near not in words:  # else the deals are reported
                what = f"no deal is of the {column} {word!r}, and deals are of the {column} {near!r}"
                hint = f"Did you mean {near!r}? --accept {UNPAID_KIND} continues."
                out.error(components, row, parameter, what, hint, NOT_FOUND, rule=UNPAID_KIND,
                          kind=f"components pay a {column} that is similar to one of the deals")  # fmt: skip


def meant_word(word: str, asked: Collection[str], there: Collection[str]) -> str:
    """The kind or product that components pay and that an unpaid one of a deal probably is: one written
    nearly alike, or another word for the same, which no deal has. Empty where there is none.

    asked: what components pay. there: what deals have.

    >>> meant_word("expansion", {"upsell"}, {"expansion"}), meant_word("expansion", {"upsell"}, {"upsell"})
    ('upsell', '')
    """
    if near := near_word(word, asked):
        return near
    alike = next((group for group in _ALIKE if word in group), frozenset())
    others = sorted(alike.intersection(asked))
    return others[0] if others and alike.intersection(there) == {word} else ""


def _short_for(word: str, asked: Collection[str]) -> str:
    """The kind of which a word is the beginning: "exp" of expansion, but not "new" of new_logo."""
    if len(word) < _SHORTEST or word in _FIELD:
        return ""
    found = [one for one in asked if one.startswith(word) and one[len(word)] != "_"]
    return found[0] if len(found) == 1 else ""


def _check_other_word(
    deals: Table, word: str, rows: Sequence[int], asked: Collection[str], out: Findings
) -> None:
    """A few deals of a kind that nobody is paid for by its name, beside many of another word for the same."""
    alike = next((group for group in _ALIKE if word in group), frozenset())
    kinds = deals.columns["kind"]
    for other in sorted(alike.intersection(asked)):
        many = int((kinds == other).sum())
        if len(rows) * _RARELY <= many:
            count = f"{len(rows):,} of {len(rows) + many:,} deals {'is' if len(rows) == 1 else 'are'}"
            what = f"{count} of the kind {word!r}, which no component names, and the others of {other!r}"
            hint = f"Type {other}, if that is meant. None needed if they are two kinds."
            out.warning(deals, rows[0], "kind", what, hint)


def near_word(word: str, known: Collection[str]) -> str:
    """The kind or product that another one probably is; empty where none is near. Numbers are not near."""
    parts = [part.strip() for part in _SEPARATORS.split(word)]
    if len(parts) > 1 and (within := [part for part in parts if part in known]):
        return within[0]
    joined = {one.replace("_", ""): one for one in known}
    if same := joined.get(word.replace("_", "")):
        return same
    if word in _FIELD:
        return ""
    found = get_close_matches(word, known, n=1, cutoff=_NEAR)
    numbered = bool(found) and len(word) == len(found[0]) and any(map(str.isdigit, word))
    return "" if numbered or not found else found[0]
