"""What every look-up is: the tables of a company on one subject, indexed when they are first asked for."""

from __future__ import annotations

from typing import Self

from csm_xl.engine.company import Company


class Lookup:
    """One subject of a company.

    company: whose tables these are; what is missing or wrong is reported to it.
    """

    def __init__(self, company: Company) -> None:
        self.company = company

    @classmethod
    def sharing(cls, other: Lookup, company: Company) -> Self:
        """The same subject for another run over the same tables: what is indexed already is shared."""
        found = cls.__new__(cls)
        found.__dict__.update(vars(other))
        found.company = company
        return found
