"""The formulas of a workbook as the engine parses them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.proof.certain import Tree


class Trees:
    """Each formula as the engine parses it, its references plain."""

    def __init__(self, plain: Mapping[Place, str]) -> None:
        self._plain = plain
        self._known: dict[Place, Tree | None] = {}

    def get(self, place: Place) -> Tree | None:
        """None for a formula that cannot be read."""
        import formualizer as engine

        if place not in self._known:
            self._known[place] = None
            if place in self._plain:
                with suppress(ValueError, engine.TokenizerError, engine.ParserError):
                    self._known[place] = engine.parse(self._plain[place]).to_dict()
        return self._known[place]
