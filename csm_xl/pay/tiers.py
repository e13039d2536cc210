"""Tier tables: from an amount to what it earns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, VALUE, CsmError, Issue
from csm_xl.pay.check import number_block, one_of, refuse
from csm_xl.pay.rounding import EPS, Array, alike, exact, exceeds, floats, is_exact, numbers, reaches

Mode = Literal["marginal", "whole", "interpolated", "fixed"]
Tie = Literal["upper", "lower"]

MODES: Final[tuple[str, ...]] = get_args(Mode)
TIES: Final[tuple[str, ...]] = get_args(Tie)


@dataclass(eq=False, repr=False)
class TierTable:
    """Tiers of an amount, and what an amount earns as it climbs through them.

    start: where each tier begins, rising, none below 0.
    rate: the rate of each tier; of ``interpolated`` tiers the money that the whole tier earns, of ``fixed``
        ones what reaching the tier earns.
    end: where each tier ends: the start of the next one (None: just that), for the last tier where
        earning stops (None: never).
    mode: ``marginal`` (each slice earns its own rate), ``whole`` (the rate reached applies to all of
        the amount), ``interpolated`` (a tier's money is earned pro rata inside it) or ``fixed`` (the money of
        the tier reached, and nothing for an amount of 0).
    tie: whether an amount on a bound belongs to the ``upper`` or the ``lower`` tier (the bound must be
        exceeded).

    Below the first start nothing is earned. Amounts below 0 run back down the same tiers:
    earned(−x) = −earned(x).
    """

    start: tuple[float, ...]
    rate: tuple[float, ...]
    end: tuple[float | None, ...]
    mode: str = "marginal"
    tie: str = "upper"
    _tables: dict[bool, tuple[Array, Array, Array]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        one_of(self.mode, MODES, "mode")
        one_of(self.tie, TIES, "tie")
        if not self.start or not len(self.start) == len(self.rate) == len(self.end):
            raise CsmError(VALUE, "a tier table needs at least one tier", "tiers", len(self.start),
                           "Give rows of from and rate, or of from, to and rate.")  # fmt: skip
        issues = [issue for i in range(len(self.start)) for issue in self._wrong(i)]
        if issues:
            raise CsmError.of(issues)

    def _wrong(self, i: int) -> list[Issue]:
        """What is wrong with tier i, by itself or against the next one."""
        start, end = self.start[i], self.end[i]
        last = i == len(self.start) - 1
        found: list[Issue] = []

        def wrong(message: str, got: Any, hint: str) -> None:
            found.append(Issue(VALUE, message, f"tiers row {i + 1}", got, hint))

        if not np.isfinite(start) or not np.isfinite(self.rate[i]):
            wrong("a tier lacks its from or its rate", (start, self.rate[i]), "Type both as numbers.")
            return found
        if start < 0:
            wrong("a tier starts below 0", start, "Start at 0 or above; returned credits run back down.")
        if end is not None and not exceeds(end, start):
            wrong("a tier ends where it starts or before", (start, end), "Type a `to` above its `from`.")
        elif not last and not exceeds(self.start[i + 1], start):
            wrong("the next tier does not start above this one", self.start[i + 1],
                  "Sort the tiers by `from`, lowest first, each once.")  # fmt: skip
        elif not last and end is not None and exceeds(end, self.start[i + 1]):
            wrong("the tier overlaps the next one", (end, self.start[i + 1]),
                  "End each tier where the next one starts.")  # fmt: skip
        elif not last and end is not None and exceeds(self.start[i + 1], end):
            wrong("there is a gap before the next tier", (end, self.start[i + 1]),
                  "End each tier where the next one starts; a rate of 0 earns nothing.")  # fmt: skip
        if last and end is None and self.mode == "interpolated":
            wrong("the last interpolated tier has no end", None,
                  "Type a `to`: its money is earned pro rata up to there.")  # fmt: skip
        return found

    @classmethod
    def of(cls, block: ArrayLike, mode: str = "marginal", tie: str = "upper") -> TierTable:
        """A tier table from an n×2 block (from, rate) or n×3 block (from, to, rate); blank `to`: no end."""
        rows = number_block(block, (2, 3), "tiers", "from and rate, or from, to and rate")
        starts, rates = rows[:, 0].tolist(), rows[:, -1].tolist()
        ends = rows[:, 1].tolist() if rows.shape[1] == 3 else [np.nan] * len(starts)
        return cls(tuple(starts), tuple(rates), tuple(e if np.isfinite(e) else None for e in ends), mode, tie)

    def _kept(self, exactly: bool) -> tuple[Array, Array, Array]:
        """Where each tier starts, how wide it is (one fewer when the last has no end), and its slope.

        Made on exact numbers for both kinds, so that a float table is as near as floats can be.
        """
        if exactly not in self._tables:
            starts, slopes = exact(list(self.start)), exact(list(self.rate))
            ends = starts[1:] if self.end[-1] is None else np.append(starts[1:], exact(self.end[-1]))
            widths = ends - starts[: len(ends)]
            if self.mode == "interpolated":
                slopes = slopes / widths
            dtype = object if exactly else np.float64
            self._tables[exactly] = (starts.astype(dtype), widths.astype(dtype), slopes.astype(dtype))
        return self._tables[exactly]

    def earned(self, x: ArrayLike, doubt: Array | None = None, scale: ArrayLike | None = None,
               error: ArrayLike | None = None) -> Array:  # fmt: skip
        """What a total of `x`, climbed from 0, earns.

        x: money, any shape, either kind of number. doubt: see `tier_pay`.
        scale: what the bounds are multiples of, per row and above 0: the goal, for tiers on attainment.
        error: how far each float `x` may be from its exact value (default: as if typed).
        """
        total, stretch = self._with_goal(x, scale)
        size = np.asarray(np.abs(total))
        if self.mode == "whole":
            gain = self._reached(size, stretch, doubt, error)
        elif self.mode == "fixed":
            gain = self._rate_reached(size, stretch, doubt, error)
            none = np.asarray(total == 0, dtype=bool)
            gain = np.where(none, gain * 0, gain) if none.any() else gain
        else:
            gain = self._climbed(size, stretch)
        back = np.asarray(total < 0, dtype=bool)
        return np.asarray(np.where(back, -gain, gain) if back.any() else gain, dtype=total.dtype)

    def _with_goal(self, x: ArrayLike, scale: ArrayLike | None) -> tuple[Array, Any]:
        """An amount and the goal that bounds are multiples of, None for none, in one kind of number."""
        if scale is None:
            return alike(x)[0], None
        total, goal = alike(x, scale)
        self._refuse_goal(goal)
        return total, goal

    def _climbed(self, size: Array, goal: Any) -> Any:
        """The sum of what each tier's slice earns; it has no jump, so that no bound can be missed."""
        starts, widths, slopes = self._kept(is_exact(size))
        nothing: Any = starts[0] * 0
        shape = size.shape if goal is None else np.broadcast_shapes(size.shape, goal.shape)
        gain, part = (np.empty(shape, dtype=size.dtype) for _ in range(2))
        for i, (start, slope) in enumerate(zip(starts, slopes, strict=True)):
            np.subtract(size, start if goal is None else start * goal, out=part)
            if i < len(widths):
                np.minimum(part, widths[i] if goal is None else widths[i] * goal, out=part)
            np.maximum(nothing, part, out=part)
            part *= slope if goal is None or self.mode == "marginal" else slope / goal
            if i:
                gain += part
            else:
                gain[...] = part
        return gain

    def _reached(self, size: Array, goal: Any, doubt: Array | None, error: ArrayLike | None) -> Any:
        """All of the amount, or of the last tier's end, at the rate of the tier it reached."""
        rate = self._rate_reached(size, goal, doubt, error)
        return np.minimum(size, self._end(size, goal)) * rate if self.end[-1] is not None else size * rate

    def _rate_reached(self, size: Array, goal: Any, doubt: Array | None, error: ArrayLike | None) -> Any:
        """The rate of the tier that an amount reaches, 0 below the first."""
        starts, _, rates = self._kept(is_exact(size))
        passed = reaches if self.tie == "upper" else exceeds
        tier: Any = 0
        for start in starts:
            bound = start if goal is None else start * goal
            tier = tier + passed(size, bound, doubt, error).astype(np.intp)
        return np.append(starts[0] * 0, rates)[tier]

    def _end(self, size: Array, goal: Any) -> Any:
        """Where the last tier ends, in the unit of the amount."""
        starts, widths, _ = self._kept(is_exact(size))
        end = starts[-1] + widths[-1]
        return end if goal is None else end * goal

    def rate_at(self, x: ArrayLike, doubt: Array | None = None, scale: ArrayLike | None = None,
                error: ArrayLike | None = None) -> Array:  # fmt: skip
        """The rate that another amount earns where `x` finds the tier.

        Of ``whole`` tiers that is the rate of the tier that `x` reaches; of ``marginal`` and
        ``interpolated`` ones earned(x) / x, the mean rate of the slices that `x` climbs through (at 0 the
        rate of the first). Where `x` does not reach the first tier, as below 0, it is 0. Beyond the end of
        the last tier no more is earned, so that the rate falls.
        x, doubt, scale, error: as for `earned`.
        Errors: ``fixed`` tiers, which earn an amount and have no rate.

        >>> TierTable.of([(0, 0.05), (100000, 0.08)], "whole").rate_at(120000).item()
        0.08
        >>> TierTable.of([(0, 0.05), (100000, 0.08)]).rate_at(120000).item()
        0.055
        """
        if self.mode == "fixed":
            raise CsmError(VALUE, "fixed tiers earn an amount, not a rate", "mode", self.mode,
                           "Use tiers that have rates.")  # fmt: skip
        total, stretch = self._with_goal(x, scale)
        if self.mode == "whole":
            rate = self._rate_reached(total, stretch, doubt, error)
            if self.end[-1] is not None:
                end = self._end(total, stretch)
                over = np.asarray(total > end, dtype=bool)
                rate = np.where(over, rate * (end / np.where(over, total, 1)), rate)
            return np.asarray(rate, dtype=total.dtype)
        starts, _, slopes = self._kept(is_exact(total))
        none = np.asarray(total <= 0, dtype=bool)
        rate = self._climbed(np.asarray(total), stretch) / (np.where(none, 1, total) if none.any() else total)
        if none.any():
            first: Any = slopes[0] if starts[0] == 0 else starts[0] * 0
            if stretch is not None and self.mode == "interpolated":
                first = first / stretch
            rate = np.where(none, np.where(np.asarray(total == 0, dtype=bool), first, starts[0] * 0), rate)
        return np.asarray(rate, dtype=total.dtype)

    @staticmethod
    def _refuse_goal(goal: Array) -> None:
        refuse(goal <= 0, goal, ARITHMETIC, "tiers on attainment need a goal above 0", "goal",
               "Type a goal above 0.")  # fmt: skip

    def pay(self, amount: ArrayLike, prior: ArrayLike = 0.0, doubt: Array | None = None,
            scale: ArrayLike | None = None, total: ArrayLike | None = None) -> Array:  # fmt: skip
        """What `amount` adds to what `prior` has earned: earned(prior + amount) − earned(prior).

        total: prior + amount, where it has been added up already.
        """
        added, before = alike(amount, prior)
        after = np.asarray(before + added if total is None else alike(total, added)[0])
        goal: Any = 1.0 if scale is None else scale
        unsure = np.zeros(np.broadcast_shapes(after.shape, np.shape(goal)), dtype=bool)
        error: Any = None
        if self.mode in ("whole", "fixed") and not is_exact(after) and before.any():
            # A sum of floats is no number that was typed: near a bound its rows are decided exactly.
            error = 2 * EPS * np.max(np.abs(before) + np.abs(added), initial=0.0)
        paid = np.asarray(self.earned(after, unsure, scale, error) - self.earned(before, unsure, scale))
        if doubt is not None:
            doubt |= unsure
        elif unsure.any():
            paid = np.array(paid)
            rows = [exact(np.broadcast_to(part, unsure.shape)[unsure]) for part in (added, before, goal)]
            paid[unsure] = floats(self.pay(rows[0], rows[1], None, rows[2]))
        return paid

    def rate_error(self, x: ArrayLike, scale: ArrayLike | None = None) -> Array:
        """A bound, in units of the last place of 1.0, on the float error of `rate_at`."""
        steepest: Any = float(np.max(np.abs(self._kept(False)[2])))
        if scale is not None and self.mode == "interpolated":
            steepest = steepest / floats(scale)
        return np.asarray((20 + len(self.start)) * steepest * np.ones(np.shape(x)))

    def error(self, total: ArrayLike, scale: ArrayLike | None = None) -> Array:
        """A bound, in units of the last place of 1.0, on the float error of `pay`.

        total: |prior| + |amount|; scale: as given to `pay`.
        """
        steepest: Any = float(np.max(np.abs(self._kept(False)[2])))
        if scale is not None and self.mode == "interpolated":
            steepest = steepest / floats(scale)
        if self.mode == "fixed":  # the money of a tier is a number of the plan's
            return np.asarray(4 * steepest * np.ones(np.shape(total)))
        # Half a unit for every number taken in, kept or rounded on the way through both totals.
        halves = (10 if scale is None else 15) + len(self.start)
        return np.asarray(halves * steepest * np.abs(floats(total)))


def tier_pay(amount: ArrayLike, tiers: ArrayLike, mode: str = "marginal", prior: ArrayLike = 0.0,
             tie: str = "upper", doubt: Array | None = None) -> Array:  # fmt: skip
    """What an amount earns under a tier table.

    amount: money, any shape; the result has the broadcast shape of amount and prior, and their kind.
    tiers: n×2 (from, rate) or n×3 (from, to, rate), a blank `to` being no end; see `TierTable`.
    mode: ``marginal``, ``whole``, ``interpolated`` or ``fixed``.
    prior: what was credited before; the amount earns earned(prior + amount) − earned(prior), so that
        instalments add up to the whole. Negative amounts run back down the same tiers.
    tie: the tier that an amount on a bound belongs to, ``upper`` or ``lower``.
    doubt: bool array of the result's shape; rows too near a bound for floats are set in it.
    Errors: tiers that overlap, leave a gap or are not sorted; a last interpolated tier without an end.
    Source: Oracle Incentive Compensation, "Examples of Calculating Earnings Using Step Rates" and
        "... Interpolated Rates"; Salesforce Spiff, marginal payout rule functions.

    >>> tier_pay([1500, 4500], [(0, 0.01), (1000, 0.02), (3000, 0.03)]).tolist()
    [20.0, 95.0]
    >>> float(tier_pay(20000, [(0, 0.04), (150000, 0.06)], prior=145000))
    1100.0
    >>> tier_pay([8000, 10000, 60000, -20000], [(0, 250), (10000, 500), (50000, 1000)], "fixed").tolist()
    [250.0, 500.0, 1000.0, -500.0]
    """
    return TierTable.of(tiers, mode, tie).pay(amount, prior, doubt)


def blended_rate(amount: ArrayLike, tiers: ArrayLike, mode: str = "marginal",
                 prior: ArrayLike = 0.0) -> Array:  # fmt: skip
    """What an amount earns under a tier table, as a ratio of the amount: earned / amount.

    amount, tiers, mode, prior: see `tier_pay`. Errors: an amount of 0 has no blended rate.
    Source: Salesforce Spiff, marginal payout rule functions.

    >>> float(blended_rate(20000, [(0, 0.04), (150000, 0.06)], prior=145000))
    0.055
    """
    earned = tier_pay(amount, tiers, mode, prior)
    given = numbers(amount, earned)
    refuse(given == 0, given, ARITHMETIC, "an amount of 0 has no blended rate", "amount",
           "Leave out the rows without an amount.")  # fmt: skip
    return np.asarray(earned / given)
