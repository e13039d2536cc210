"""What a payroll system calls each kind of pay: its pay codes, as they are given to a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from csm_xl.engine.components import component_types
from csm_xl.engine.lines import LINE_KINDS
from csm_xl.errors import VALUE, CsmError, Issue, listed
from csm_xl.plan.names import did_you_mean

OPTION: Final = "--pay-code"
BONUS: Final = "bonus"
"""Every component type without a word of its own in payroll."""
COMPONENT: Final = "component:"
"""What the code of a single component begins with."""
CARRIED: Final = "carried"
_OWN: Final = ("commission", "spif")
"""The component types that payroll has a word of its own for."""
_HALVES: Final = {"carried_forward": CARRIED}
"""The two lines of an amount that waits for a payment threshold are one kind: together they are nothing."""


def adjusting_kinds() -> tuple[str, ...]:
    """The kinds of pay that no component earns, in order.

    >>> adjusting_kinds()
    ('adjustment', 'guarantee', 'draw', 'holdback', 'clawback', 'release', 'carried')
    """
    return tuple(dict.fromkeys(adjusting_kind(name) for name in LINE_KINDS))


def adjusting_kind(line_kind: str) -> str:
    """The kind of pay of a line that no component earns. line_kind: as entries of a book state it."""
    return _HALVES.get(line_kind, line_kind)


def kinds_of_pay() -> tuple[str, ...]:
    """Every kind that may have a code: the bonus, each component type, then what no component earns."""
    return (BONUS, *component_types(), *adjusting_kinds())


@dataclass(frozen=True)
class PayCodes:
    """The codes that are given. default: of every kind without one of its own. kinds: kind → code.
    components: component_id → code of what that component earns."""

    default: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_kind(self) -> bool:
        """Whether kinds of pay are kept apart."""
        return bool(self.kinds or self.components)

    @property
    def every(self) -> tuple[str, ...]:
        """Each code once, in the order of a file: those of kinds and components, then the default."""
        given = (*self.kinds.values(), *self.components.values(), self.default)
        return tuple(dict.fromkeys(code for code in given if code))

    def of(self, component_id: str, kind: str) -> str:
        """The code of an amount; empty where it has none.

        component_id: of the component that earned it, else empty. kind: a component type, or one of
        `adjusting_kinds`. The nearest counts: of the component, of its type, of the bonus, the default.

        >>> codes = pay_codes(["bonus=BON", "goals=MBO", "component:expansion=EXP"])
        >>> [codes.of(*one) for one in (("nrr", "metric"), ("mbo", "goals"), ("expansion", "commission"),
        ...                             ("", "clawback"))]
        ['BON', 'MBO', 'EXP', '']
        """
        if component_id in self.components:
            return self.components[component_id]
        wide = BONUS if kind in component_types() and kind not in _OWN else kind
        return self.kinds.get(kind) or self.kinds.get(wide) or self.default


NO_CODES: Final = PayCodes()
"""Nobody says what this pay is called."""


def pay_codes(given: Iterable[str]) -> PayCodes:
    """The codes as they are typed: CODE, KIND=CODE or component:ID=CODE; blank ones are left out.

    Errors: an unknown kind; no code after the equals sign; a kind, a component or the default twice.
    """
    found: dict[str, str] = {}
    issues = []
    for text in filter(None, map(str.strip, given)):
        name, mark, code = (part.strip() for part in text.partition("="))
        name, code = (name, code) if mark else ("", name)
        kind, of_component = name.casefold(), name.casefold().startswith(COMPONENT)
        key = f"{COMPONENT}{name[len(COMPONENT) :].strip()}" if of_component else kind
        if mark and not (of_component and key != COMPONENT) and kind not in kinds_of_pay():
            what, hint = "there is no such kind of pay", did_you_mean(kind, kinds_of_pay()) + kinds_in_words()
        elif mark and not code:
            what, hint = "the pay code is missing", f"Give it after the equals sign: {OPTION} {name}=CODE."
        elif key in found:
            what = f"{name} has two pay codes" if key else "two pay codes are given for every kind of pay"
            hint = f"Give one; for a kind of pay, {OPTION} KIND=CODE."
        else:
            found[key] = code
            continue
        issues.append(Issue(VALUE, what, OPTION, text, hint))
    if issues:
        raise CsmError.of(issues)
    default = found.pop("", "")
    components = {key[len(COMPONENT) :]: code for key, code in found.items() if key.startswith(COMPONENT)}
    kinds = {key: code for key, code in found.items() if not key.startswith(COMPONENT)}
    return PayCodes(default, kinds, components)


def kinds_in_words() -> str:
    """The kinds that a code may be given for, as a sentence."""
    bonus = listed(name for name in component_types() if name not in _OWN)
    others = listed((*_OWN, *adjusting_kinds()))
    return f"Kinds: {BONUS} ({bonus}), {others}; or {COMPONENT}ID for one component."
