"""Every formula calculated, those that are not proven held at the value that the file stores for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import CIRCULAR, UNKNOWN, recalculate
from csm_xl.xlsx.followers import direct_followers, direct_sources, followers
from csm_xl.xlsx.mentions import Mentions, mentions
from csm_xl.xlsx.proof.areas import Sheets
from csm_xl.xlsx.proof.certain import Tree, agrees, certain
from csm_xl.xlsx.proof.doubtful import doubtful, shows_too_much
from csm_xl.xlsx.proof.familiar import calls_ours, familiar
from csm_xl.xlsx.proof.local import by_themselves
from csm_xl.xlsx.proof.noise import differs, is_noise, is_noise_apart, is_unmoved, noise_in
from csm_xl.xlsx.proof.trees import Trees
from csm_xl.xlsx.proof.values import UnsureError
from csm_xl.xlsx.references import area_of, plainly
from csm_xl.xlsx.values import ErrorCell

Alone = Callable[[Sequence[Place]], Mapping[Place, bool | None]]
"""Of formulas, whether each gives the stored value on the stored inputs; None: it gives no value at all."""
_MISREAD: Final = tuple(
    map(ErrorCell, ("#VALUE!", "#NUM!", "#REF!", "#NAME?", "#NULL!", "#CALC!", "#SPILL!"))
)
"""The errors of what is no number, does not fit, or is not there, unless it does and is for Excel."""
_SHORT: Final = 4
"""Decimals that a number has at least which is taken for a shortened one."""
_ROUNDS: Final = 20  # more than any workbook has needed; what is not proven then keeps its value


@dataclass(frozen=True)
class Proof:
    """What a recalculation may write.

    values: what every formula cell gives, but those held at their stored value. written: the proven values
    that are not the stored ones, by cell. kept: cells that keep their value, because what is calculated here
    is not proven to be right, and those that depend on one whose value may be outdated. left: those that
    only Excel can calculate although something that they depend on has changed, or that have no value.
    circular: those of both that need their own result, and do not give what is stored from what is stored.
    outdated: the builder's cells that cannot be calculated here, and depend on what has changed.
    """

    values: dict[Place, Any]
    written: dict[Place, Any]
    kept: tuple[Place, ...]
    left: tuple[Place, ...]
    circular: tuple[Place, ...] = ()
    outdated: frozenset[Place] = frozenset()


def prove(
    book: Book,
    alone: Alone,
    ours: Callable[[Sequence[Place]], Container[Place]],
    changed: Iterable[Place] = (),
    unset: Container[Place] = (),
) -> Proof:
    """Calculate a workbook, and say what of it is proven.

    alone: says which formulas give their stored value on the stored inputs. ours: of some formulas, those
    that the builder laid out, which need no proof. changed: the typed cells that are others than before.
    unset: cells whose stored value nobody calculated.
    """
    moved = set(changed)
    work = _Work(book, alone, ours, unset, frozenset(moved))
    work.run()
    while work.hold_noise():
        work.run()
    work.hold_coincidences(moved)
    return work.proof(moved)


def alone_in(book: Book) -> Alone:
    """`Alone` on a workbook's own stored values."""
    known: dict[Place, bool | None] = {}

    def answer(places: Sequence[Place]) -> Mapping[Place, bool | None]:
        new = [place for place in places if place not in known]
        values = by_themselves(book, new) if new else {}
        for place in new:
            cells = book.filled_by(place)
            given = [values.get(cell, UNKNOWN) for cell in cells]
            if any(no_value(value) for value in given):
                known[place] = None
            else:
                known[place] = all(book.holds(cell, value) for cell, value in zip(cells, given, strict=True))
        return known

    return answer


def no_value(value: Any) -> bool:
    """Whether a result is none that a cell could hold: it cannot be calculated, or is not finite."""
    return value in (UNKNOWN, CIRCULAR) or (isinstance(value, float) and not math.isfinite(value))


@dataclass
class _Work:
    book: Book
    alone: Alone
    ours: Callable[[Sequence[Place]], Container[Place]]
    unset: Container[Place]
    changed: frozenset[Place] = frozenset()
    held: dict[Place, None] = field(default_factory=dict)  # formulas that are not calculated
    settled: dict[Place, Any] = field(default_factory=dict)  # what Excel stored where noise is left here
    noisy: set[Place] = field(default_factory=set)  # cells of which only Excel knows whether they are 0
    values: dict[Place, Any] = field(default_factory=dict)
    owned: set[Place] = field(default_factory=set)  # of those looked at, the builder's
    circular: list[Place] = field(default_factory=list)
    edited: bool = False  # whether somebody changed inputs and did not have the file calculated
    handing: set[Place] | None = None  # of these values, what hands an error on

    def run(self) -> None:
        """Calculate, hold what is not proven, and calculate again, until all that differs is proven."""
        for last in range(_ROUNDS, -1, -1):
            self.values, self.handing = self._calculated(), None
            new = self._unproven(everything=not last)
            if not new:
                return
            self.held |= dict.fromkeys(new)

    def _calculated(self) -> dict[Place, Any]:
        """The value of every formula. Where nothing of what it reads has changed, what is noise here stays
        what Excel stored: others see that."""
        while True:
            values = recalculate(self._without_held(), self._plain) | self.settled
            apart = {
                cell: self.book.stored[cell] for cell in self.book.formulas
                if cell not in self.held and cell not in self.book.arrays and cell not in self.unset
                and is_noise_apart(self.book.stored.get(cell), values.get(cell))
            }  # fmt: skip
            moved = self._moved(values) if apart else set()
            new = {cell: value for cell, value in apart.items() if cell not in moved}
            if not new:
                return values
            self.settled |= new

    def _moved(self, values: Mapping[Place, Any]) -> set[Place]:
        """The cells whose value is not the stored one, and the formulas that read one of them."""
        book = self.book
        sources = set(self.changed) | {cell for cell in values if self._other(cell, values)}

        def ends(place: Place) -> bool:
            return all(cell not in self.unset and is_unmoved(book.stored.get(cell), values.get(cell))
                       for cell in book.filled_by(place))  # fmt: skip

        return followers(book, self._mentions.areas, sources, ends) | sources

    def hold_noise(self) -> bool:
        """Hold the formulas that show something else where a value that is noise is another one, as it may be
        in Excel; whether there were any."""
        book, areas = self.book, self._mentions.areas
        moved = self._moved(self.values)
        mine = self._laid_out if moved else frozenset()
        free = [place for place in book.formulas if place not in self.held and place not in self.settled
                and not moved.isdisjoint(book.filled_by(place))]  # fmt: skip
        judged = [place for place in free if place not in mine]
        read = direct_sources({place: areas[place] for place in judged}, mine & moved)
        noise = noise_in(book, self.values, areas, moved, [
            place for place in free if place in read or place not in mine])  # fmt: skip
        if not noise.off:
            return False
        some = self._without_held()
        given = [self.values, *(self._on_trial(some, trial) for trial in noise.trials())]
        new: list[Place] = []
        reached = followers(book, areas, noise.off)
        self.noisy = {cell for cell in noise.off if noise.may_be_zero(cell)} - mine
        for place in judged:
            cells = [cell for cell in book.filled_by(place) if cell in reached and cell not in noise.off]
            shown = [[values[cell] for values in given] for cell in cells]
            if any(differs(one, noise.tolerance) for one in shown):
                new.append(place)
            self.noisy.update(cell for cell, one in zip(cells, shown, strict=True)
                              if is_noise(one, noise.tolerance))  # fmt: skip
        self.held |= dict.fromkeys(new)
        return bool(new)

    def _on_trial(self, book: Book, values: Mapping[Place, Any]) -> dict[Place, Any]:
        """The value of every formula where some have other values."""
        return {**recalculate(book.with_typed(values), self._plain), **values}

    def hold_coincidences(self, changed: set[Place]) -> None:
        """Hold what shows its stored value, by a calculation that is not proven, although something that it
        depends on has changed: Excel may show another one."""
        book = self.book
        moved = changed | {cell for cell in self.values if self._other(cell)}
        if not moved:
            return
        others = {place: text for place, text in book.formulas.items()
                  if place not in self.held and not self._mine(place)}  # fmt: skip
        areas = {place: named for place, named in self._mentions.areas.items() if place in others}
        reached = followers(book, areas, moved)
        suspects = [place for place in others if not self._differs(place)
                    and not reached.isdisjoint(book.filled_by(place))]  # fmt: skip
        if suspects:
            alone, sheets = self.alone(suspects), self._sheets()
            self.held |= dict.fromkeys(one for one in suspects if not self._proven(one, alone[one], sheets))

    def _mine(self, place: Place) -> bool:
        return place in self._laid_out

    def _sheets(self) -> Sheets:
        # A stored value that is reproduced is Excel's own to the last digit, on which a rounding may hang.
        shown = {cell: value if self._other(cell) else self.book.stored[cell]
                 for cell, value in self.values.items()}  # fmt: skip
        return Sheets({**self._without_held().values, **shown}, self.book.unreadable)

    def _without_held(self) -> Book:
        book = self.book
        if not self.held and not self.settled:
            return book
        cells = (cell for place in self.held for cell in book.filled_by(place))
        held = {cell: book.stored.get(cell) for cell in cells}
        return book.with_typed({**dict.fromkeys(self.held), **held, **self.settled})

    def _unproven(self, everything: bool) -> list[Place]:
        """The formulas that give another value than is stored, and are not proven."""
        suspects = [place for place in self.book.formulas if place not in self.held and self._differs(place)]
        if suspects:
            mine = self.ours([place for place in suspects if place not in self.owned])
            self.owned.update(place for place in suspects if place in mine)
        suspects = [place for place in suspects if place not in self.owned]
        if not suspects or everything:
            return suspects
        alone = self.alone(suspects)
        without = {place for place in suspects
                   if any(no_value(self.values[cell]) for cell in self.book.filled_by(place))}  # fmt: skip
        # What depends on a formula without a value has none either, until that formula is held.
        sources = {place for place in without if alone[place] is None} or without
        self.circular += [place for place in sources if not alone[place]
                          and self.values[place] == CIRCULAR]  # fmt: skip
        sheets, settled = self._sheets(), self._settled(suspects, alone)
        return [place for place in suspects
                if place in sources or place in settled
                or (place not in without and not self._proven(place, alone[place], sheets))]  # fmt: skip

    def _settled(self, suspects: list[Place], alone: Mapping[Place, bool | None]) -> set[Place]:
        """Of formulas that differ, those that give the stored value on the stored inputs although no input of
        theirs has changed: they differ by the last digits of what they depend on, as a comparison may."""
        quiet = [place for place in suspects if alone[place]]
        if not quiet:
            return set()
        book = self.book
        moved = set(self.changed)
        moved.update(cell for place in (*self.owned, *suspects) if not alone.get(place)
                     for cell in book.filled_by(place) if self._other(cell))  # fmt: skip
        reached = followers(book, self._mentions.areas, moved) | moved
        return {place for place in quiet if reached.isdisjoint(book.filled_by(place))}

    def _differs(self, place: Place) -> bool:
        return any(self._other(cell) for cell in self.book.filled_by(place))

    def _other(self, cell: Place, values: Mapping[Place, Any] | None = None) -> bool:
        if cell in self.unset or cell not in self.book.stored:
            return True
        value = (self.values if values is None else values)[cell]
        return no_value(value) or not self.book.holds(cell, value)

    def _proven(self, place: Place, alone: bool | None, sheets: Sheets) -> bool:
        cells = self.book.filled_by(place)
        stored = [self.book.stored.get(cell) for cell in cells]
        tells = any(value not in (None, "", 0.0) and not isinstance(value, ErrorCell) for value in stored)
        tree = self._trees.get(place)
        own = self.book.functions
        if tree is None or calls_ours(tree, own):
            if alone and tells:
                return True
        elif self._doubted(place, tree, sheets):
            return False
        elif alone and tells:
            return True
        if tree is None:
            return False
        known = familiar(tree, lambda reference: _is_one(reference, place.sheet), own)
        # Of no text, 0 or an error little can be concluded: many ways of calculating end there.
        if known and (alone or calls_ours(tree, own) or all(cell in self._valueless for cell in cells)):
            return True
        if place in self.book.arrays or self.book.iterates or self.book.as_displayed:
            return False
        try:
            found = certain(tree, lambda reference: area_of(reference, place.sheet), sheets)
        except (UnsureError, ValueError, RecursionError):
            return False
        sure = agrees(found, self.values[place]) and not _shortened(stored[0], self.values[place])
        self.edited |= sure and alone is False and stored[0] is not None
        return sure

    def _doubted(self, place: Place, tree: Tree, sheets: Sheets) -> bool:
        """Whether a formula depends on what Excel reads otherwise; so may an error that nothing hands on."""
        cells = self.book.filled_by(place)
        values = [self.values[cell] for cell in cells]
        if any(shows_too_much(value) for value in values):
            return True
        misread = any(value in _MISREAD and self._other(cell)
                      for cell, value in zip(cells, values, strict=True))  # fmt: skip
        if misread and place not in self._handed_on():
            return True
        return doubtful(tree, lambda reference: area_of(reference, place.sheet), sheets)

    def _handed_on(self) -> set[Place]:
        """The formulas that name a cell with such an error."""
        if self.handing is None:
            wrong = [cell for cell, value in {**self.book.values, **self.values}.items() if value in _MISREAD]
            self.handing = direct_followers(self._mentions.areas, wrong)
        return self.handing

    @cached_property
    def _valueless(self) -> set[Place]:
        return {cell for place in self.book.formulas for cell in self.book.filled_by(place)
                if cell in self.unset or cell not in self.book.stored}  # fmt: skip

    @cached_property
    def _trees(self) -> Trees:
        return Trees(self._plain)

    @cached_property
    def _plain(self) -> dict[Place, str]:
        return plainly(self.book)

    @cached_property
    def _mentions(self) -> Mentions:
        return mentions(self.book, self._plain)

    def proof(self, changed: set[Place]) -> Proof:
        book = self.book
        written = {
            cell: value for cell, value in self.values.items() if not no_value(value)
            and not book.holds(cell, value)
        }  # fmt: skip
        kept = [cell for place in self.held for cell in book.filled_by(place)]
        lacking = {cell for place in self.owned for cell in book.filled_by(place)
                   if self.values[cell] == UNKNOWN}  # fmt: skip
        noisy = {cell for cell in self.noisy if cell in written}
        if not kept and not lacking and not noisy:
            return Proof(self.values, written, (), ())
        areas = self._mentions.areas
        makers = {cell for place in self._mentions.anywhere for cell in book.filled_by(place)}
        moved = changed | written.keys()
        reached = followers(book, areas, moved) | moved
        if moved:  # nobody knows what a reference that a function makes refers to
            reached |= makers
        left = {cell for cell in kept if cell in reached or cell not in book.stored or cell in self.unset}
        if self.edited:  # what is kept may be outdated, and what is made of it would be half new
            left |= (followers(book, areas, kept) & written.keys()) - self._laid_out
        if left:
            left |= makers & written.keys()
            left |= followers(book, areas, left) - self._laid_out
        left |= noisy  # what follows is right with either value
        kept += self._following_doubt(kept, left)
        return Proof(
            self.values,
            {cell: value for cell, value in written.items() if cell not in left},
            tuple(cell for cell in kept if cell not in left),
            tuple(cell for cell in book.filled() if cell in left),
            tuple(self.circular),
            frozenset(lacking & reached),
        )

    def _following_doubt(self, kept: list[Place], left: set[Place]) -> list[Place]:
        """What depends on a kept value that is not what its formula gives here on the stored inputs: somebody
        may have changed one of these, and then all of it is outdated alike."""
        alone = self.alone(list(self.held))
        doubted = [cell for place in self.held if alone[place] is False
                   for cell in self.book.filled_by(place) if cell not in left]  # fmt: skip
        if not doubted:
            return []
        found = followers(self.book, self._mentions.areas, doubted) - self._laid_out
        return sorted(found.difference(kept, left))

    @cached_property
    def _laid_out(self) -> set[Place]:
        mine = self.ours(list(self.book.formulas))
        return {cell for place in self.book.formulas if place in mine for cell in self.book.filled_by(place)}


def _shortened(stored: Any, value: Any) -> bool:
    """Whether a stored number is the value with fewer decimals, as some programs write it.

    >>> _shortened(33.503407, 33.50340743007063), _shortened(33.5, 33.50340743007063)
    (True, False)
    """
    if type(stored) is not float or type(value) is not float:
        return False
    decimals = len(repr(stored).partition(".")[2])
    return decimals >= _SHORT and stored == round(value, decimals)


def _is_one(reference: str, sheet: str) -> bool:
    _, top, left, bottom, right = area_of(reference, sheet)
    return (top, left) == (bottom, right)
