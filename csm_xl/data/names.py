"""Names of things: from what was typed to the one thing it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.plan.names import did_you_mean, plain_name


@dataclass(eq=False, repr=False)
class Names:
    """Things by code, with their accepted names.

    what: what they are, for messages. called: names by code, the main name first.
    A name belongs to the thing with the better match: New York is the state before it is the first city of a
    metropolitan area.
    """

    what: str
    called: Mapping[str, tuple[str, ...]]
    _code: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        most = max(map(len, self.called.values()))
        for rank in range(most):
            named = [(plain_name(names[rank]), code) for code, names in self.called.items()
                     if rank < len(names)]  # fmt: skip
            for name, code in named:
                # A name that fits two things equally well refers to neither.
                if sum(name == other for other, _ in named) == 1:
                    self._code.setdefault(name, code)

    def name(self, code: str) -> str:
        """The full name of a thing."""
        return self.called[code][1]

    def find(self, typed: str, where: str) -> str:
        """The code of what was typed, case, blanks and hyphens ignored.

        where: the argument, for the message. Errors: #N/A where nothing is called so.

        >>> Names("fruit", {"a": ("A1", "Apple"), "b": ("B1", "Pear")}).find(" apple", "fruit")
        'a'
        """
        code = self._code.get(plain_name(str(typed)))
        if code is None:
            proper = [names[1] for names in self.called.values()]
            every = [name for names in self.called.values() for name in names]
            hint = did_you_mean(str(typed), every) + f"There are {listed(proper)}."
            raise CsmError(NOT_FOUND, f"there are no figures for this {self.what}", where, typed, hint)
        return code
