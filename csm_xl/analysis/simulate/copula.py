"""Correlation of results: a Gaussian copula with common factors for the company and each team.

The standard normal number of a person's measure is √c × company's + √(t − c) × team's + √(1 − t) × own, where
c is the correlation of any two people's results and t that of two people of one team. Each of the three is a
vector over the measures with the same correlations, set so that one person's measures correlate as stated. A
company's result is the company's number itself, a team's the company's and the team's together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Final

import numpy as np

from csm_xl.analysis.simulate.numbers import Floats, Room, Words, key, keys, name_keys, normals
from csm_xl.errors import ARITHMETIC, VALUE, CsmError, Issue
from csm_xl.plan.table import Table

COMMON: Final = ("company", "team")
EVERY: Final = "*"
_TOLERANCE: Final = 1e-12  # correlations are kept to 12 decimals: so far is −1 of three from impossible


def cholesky(matrix: Floats) -> Floats | None:
    """The lower triangle L with L·Lᵀ = matrix, None where there is none: the matrix cannot be a correlation.

    Written out because a linear-algebra library gives other last digits on other machines.

    >>> cholesky(np.array([[1, 0.6], [0.6, 1]])).tolist()
    [[1.0, 0.0], [0.6, 0.8]]
    >>> cholesky(np.array([[1, 2], [2, 1.0]])) is None
    True
    """
    size = len(matrix)
    low = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = float(matrix[i, j])
            for k in range(j):
                rest -= low[i][k] * low[j][k]
            if i == j:
                if rest < -_TOLERANCE:
                    return None
                low[i][i] = sqrt(rest) if rest > _TOLERANCE else 0.0
            elif low[j][j]:
                low[i][j] = rest / low[j][j]
            elif abs(rest) > sqrt(_TOLERANCE):
                return None
    return np.array(low)


def nearest(matrix: Floats) -> Floats:
    """The correlation matrix nearest to one that is none, to 4 decimals on the safe side.

    Source: N. J. Higham, "Computing the nearest correlation matrix: a problem from finance", 2002.

    >>> nearest(np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])).round(2).tolist()
    [[1.0, 0.5, -0.5], [0.5, 1.0, 0.5], [-0.5, 0.5, 1.0]]
    """
    found, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(500):
        tried = found - correction
        values, vectors = np.linalg.eigh(tried)
        held = (vectors * np.maximum(values, 0)) @ vectors.T
        correction = held - tried
        found = held.copy()
        np.fill_diagonal(found, 1)
        if np.max(np.abs(found - held)) < 1e-9:
            break
    shrink = 1.0
    while True:
        safe = np.trunc(found * shrink * 1e4 + np.sign(found) * 1e-6) / 1e4
        np.fill_diagonal(safe, 1)
        if cholesky(safe) is not None:
            return safe
        shrink -= 1e-4


@dataclass(eq=False, repr=False)
class Dependence:
    """What the correlations table says, ready to be drawn from.

    measures: those that correlate with others. mixing: the lower triangle over them.
    common: measure → correlation of any two people, and of two of one team.
    """

    measures: tuple[str, ...] = ()
    mixing: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    common: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table) -> Dependence:
        """From the table of correlations.

        Errors: all at once: correlations of people below 0, of a team below the company's; pairs of measures
        that cannot hold together, with the nearest that can.
        """
        issues: list[Issue] = []
        common, pairs = _read(table, issues)
        if issues:
            raise CsmError.of(issues)
        found = cls(tuple(sorted({name for pair in pairs for name in pair})), common=common)
        found.mixing = found._mixing(table, pairs)
        return found

    def loadings(self, measure: str) -> tuple[float, float, float]:
        """How much of the company's, the team's and the own number is in a person's number.

        >>> Dependence(common={"GRR": (0.25, 0.25)}).loadings("GRR")[:2]
        (0.5, 0.0)
        """
        company, team = self.common.get(measure) or self.common.get(EVERY) or (0.0, 0.0)
        return sqrt(company), sqrt(team - company), sqrt(1 - team)

    def _mixing(self, table: Table, pairs: dict[tuple[str, str], tuple[float, int]]) -> Floats:
        size = len(self.measures)
        loads = [self.loadings(name) for name in self.measures]
        most = np.array([[sum(x * y for x, y in zip(a, b, strict=True)) for b in loads] for a in loads])
        asked = np.eye(size)
        at = {name: i for i, name in enumerate(self.measures)}
        over: list[Issue] = []
        for (one, other), (value, row) in pairs.items():
            i, j = at[one], at[other]
            held = np.copysign(np.floor(most[i, j] * 1e4) / 1e4, value)
            if abs(value) > most[i, j] + _TOLERANCE:
                over.append(
                    Issue(
                        ARITHMETIC,
                        f"{one} and {other} cannot have this correlation: what they share with company and"
                        " team leaves less",
                        table.where(row, "correlation"),
                        value,
                        f"The nearest possible value is {held:g}.",
                    )
                )
            else:
                asked[i, j] = asked[j, i] = value / most[i, j] if value else 0.0
        if over:
            raise CsmError.of(over)
        found = cholesky(asked)
        if found is None:
            near = nearest(asked) * most
            told = ", ".join(
                f"{one} with {other} {near[at[one], at[other]]:.4g} (asked {value:g})"
                for (one, other), (value, _) in pairs.items()
            )
            raise CsmError(
                ARITHMETIC,
                "these correlations between measures are not possible together: their"
                " matrix is not positive definite",
                table.where(0, "correlation"),
                None,
                f"The nearest possible: {told}.",
            )
        return found


def _read(
    table: Table, issues: list[Issue]
) -> tuple[dict[str, tuple[float, float]], dict[tuple[str, str], tuple[float, int]]]:
    people: dict[str, dict[str, tuple[float, int]]] = {}
    pairs: dict[tuple[str, str], tuple[float, int]] = {}
    columns = (table.columns[name].tolist() for name in ("measure", "with", "correlation"))
    for row, (measure, other, value) in enumerate(zip(*columns, strict=True)):
        if other.casefold() in COMMON:
            if value < 0:
                issues.append(
                    Issue(
                        VALUE,
                        f"the results of many people cannot all be negatively correlated in {measure}",
                        table.where(row, "correlation"),
                        value,
                        "Enter a number from 0 to 1; the nearest is 0.",
                    )
                )
            people.setdefault(measure, {})[other.casefold()] = (value, row)
        elif measure in (other, EVERY) or other == EVERY:
            issues.append(
                Issue(
                    VALUE,
                    f"{measure} with {other} is not a pair of measures",
                    table.where(row, "with"),
                    other,
                    "Name another measure, or company, or team.",
                )
            )
        elif (other, measure) in pairs:
            issues.append(
                Issue(
                    VALUE,
                    f"{measure} with {other} is listed twice, once in reverse order",
                    table.where(row, "with"),
                    None,
                    "Keep one of the two rows.",
                )
            )
        else:
            pairs[measure, other] = (value, row)
    common: dict[str, tuple[float, float]] = {}
    for measure, said in people.items():
        company = said.get("company", (0.0, 0))[0]
        team, row = said.get("team", (company, 0))
        if team < company:
            issues.append(
                Issue(
                    VALUE,
                    f"people of one team cannot be less correlated than any two people in {measure}",
                    table.where(row, "correlation"),
                    team,
                    f"The nearest value is the company's, {company:g}.",
                )
            )
        common[measure] = company, team
    return common, pairs


class Drawn:
    """The standard normal numbers of some people in one period: a row each, a column a trial.

    people, teams: the keys of their names, in parallel. What several measures need is drawn once.
    """

    def __init__(
        self, dependence: Dependence, seed: int, period: str, people: Words, teams: Words, trials: int,
        room: Room,
    ) -> None:  # fmt: skip
        self.dependence, self.seed, self.period, self.trials = dependence, seed, period, trials
        self.people, self.room = people, room
        self.teams, self.team_rows = np.unique(teams, return_inverse=True)
        self._raw: dict[tuple[str, str], Floats] = {}

    def numbers(self, measure: str, scope: str, name: str) -> Floats:
        """Standard normal numbers of each person's own, team's or company's result, in the room's array of
        that name."""
        out = self.room.floats(name, len(self.people), self.trials)
        company, team, own = self.dependence.loadings(measure)
        if scope == "individual" and own == 1 and measure not in self.dependence.measures:
            return normals(self._keys(scope, measure), self.trials, out, self.room)
        if scope == "company":
            out[:] = self._mixed("company", measure)
            return out
        if scope == "team":
            both = sqrt(company * company + team * team)
            company, team, own = (company / both, team / both, 0.0) if both else (0.0, 1.0, 0.0)
        if own:
            np.multiply(self._mixed("individual", measure), own, out=out)
        else:
            out.fill(0)
        if company:
            out += self._mixed("company", measure) * company
        if team:
            theirs = self._mixed("team", measure) * team
            out += theirs if len(theirs) == 1 else theirs[self.team_rows]
        return out

    def _mixed(self, level: str, measure: str) -> Floats:
        """The numbers of a level for one measure, correlated with those of the other measures."""
        dependence = self.dependence
        if measure not in dependence.measures:
            return self._drawn(level, measure)
        row = dependence.mixing[dependence.measures.index(measure)]
        parts = [
            (name, share) for name, share in zip(dependence.measures, row.tolist(), strict=True) if share
        ]
        found = self._drawn(level, parts[0][0]) * parts[0][1]
        for name, share in parts[1:]:
            found += self._drawn(level, name) * share
        return np.asarray(found)

    def _drawn(self, level: str, measure: str) -> Floats:
        if (level, measure) not in self._raw:
            self._raw[level, measure] = normals(self._keys(level, measure), self.trials, room=self.room)
        return self._raw[level, measure]

    def _keys(self, level: str, measure: str) -> Words:
        named = {"individual": self.people, "team": self.teams, "company": name_keys(["company"])}[level]
        return keys(key(self.seed, self.period, measure, level), named)
