"""People's names as a document can print them."""

from __future__ import annotations

from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.table import Tables
from csm_xl.report import words
from csm_xl.report.style import glyphs


class PrintedNames:
    """The names of `DisplayNames`, as far as the document's font has their letters.

    Symbols that the font lacks are left out of a name; of a name in another script the ID is printed in its
    place. `unshown` says so.
    """

    def __init__(self, tables: Tables) -> None:
        self._names = DisplayNames(tables)

    def of(self, employee_id: str) -> str:
        """A person's name; blank where there is none, or none that can be printed."""
        name = self._names.of(employee_id)
        if not words.missing(name, glyphs()):
            return name
        if words.lacks_letters(name, glyphs()):
            return ""
        return words.one_line("".join(c for c in name if ord(c) in glyphs()))

    def shown(self, employee_id: str) -> str:
        """The name with the ID, or the ID alone."""
        name = self.of(employee_id)
        return f"{name} ({employee_id})" if name else employee_id

    def unshown(self, *ids: str) -> dict[str, str]:
        """Of some people the names that are not printed as they are: name → the ID."""
        named = ((self._names.of(who), who) for who in ids)
        return {name: who for name, who in named if words.missing(name, glyphs())}
