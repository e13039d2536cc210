"""Why two groups are paid differently: the Oaxaca–Blinder decomposition of a gap in mean pay.

Source: R. Oaxaca, "Male-Female Wage Differentials in Urban Labor Markets", 1973; A. Blinder, "Wage
Discrimination", 1973; names, the pooled reference and the standard errors as in B. Jann, "The
Blinder-Oaxaca decomposition for linear regression models", Stata Journal 8(4), 2008.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.pay.rounding import Array
from csm_xl.plan.cells import BadCell, is_blank, number
from csm_xl.xlsx.values import ErrorCell

FEWEST: Final = 10
"""Of a smaller group nothing is said: a mean of few is a person's pay."""
_DIGITS: Final = 12
"""Significant digits that least squares give alike on every processor; what is beyond is its noise."""
_NOISE: Final = 1e-10
"""A standard error of less than this share of the widest is one of 0."""
PARTS: Final = (
    "difference", "endowments", "coefficients", "interaction", "explained", "unexplained",
)  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """The gap in mean pay between two groups, and what it is made of; all in the unit of the pay.

    groups: the better paid one, then the other. people, means: of each.
    parts: of `PARTS`, each with its standard error. Threefold: endowments (the groups differ in what is
    counted), coefficients (the same counts are paid differently) and interaction sum to the difference.
    Twofold: explained (by what is counted, at the pooled rates) and unexplained sum to it as well.
    covariates: what is counted → its share of the explained part.
    """

    groups: tuple[str, str]
    people: tuple[int, int]
    means: tuple[float, float]
    parts: Mapping[str, tuple[float, float]]
    covariates: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """The gap as a share of the better paid group's mean."""
        return self.parts["difference"][0] / self.means[0] if self.means[0] else 0.0


def pay_gap(pay: Array, group: Sequence[Any], covariates: Mapping[str, Sequence[Any]]) -> Gap:
    """Decompose the gap in mean pay between two groups.

    pay: one figure per person, such as base salary, or paid variable; of LN(pay) the parts are shares of pay.
    group: two different values, one a person. covariates: name → values a person, numbers as they are,
        text as a class each; what is counted of a person, such as level, tenure or place.
    Errors: columns of other lengths; not exactly two groups, or one of fewer than `FEWEST` people; a
        covariate that is collinear with others within a group.

    >>> import numpy as np
    >>> tenure = np.arange(40) % 10.0
    >>> group = ["A"] * 20 + ["B"] * 20
    >>> pay = 1000 + 10 * tenure + np.where(np.arange(40) < 20, 50, 0) + np.tile([1, -1], 20)
    >>> found = pay_gap(pay, group, {"tenure": tenure})
    >>> found.groups, round(found.parts["unexplained"][0], 6)
    (('A', 'B'), 50.0)
    """
    labels = [str(one) for one in group]
    _refuse_lengths(len(pay), {"group": len(labels), **{name: len(one) for name, one in covariates.items()}})
    high, low = _groups(pay, labels)
    names, counted = _matrix(covariates, len(pay))
    mask = np.array([label == high for label in labels])
    fits = {name: _fitted(pay[chosen], counted[chosen], names, label)
            for name, chosen, label in (("a", mask, high), ("b", ~mask, low))}  # fmt: skip
    pooled = _fitted(pay, np.column_stack([counted, mask.astype(float)]), [*names, "group"], "both groups")
    (ba, va, xa, sa), (bb, vb, xb, sb) = fits["a"], fits["b"]
    width = len(names)
    rate, rates_error = pooled[0][:width], pooled[1][:width, :width]
    apart, unlike = xa - xb, ba - bb
    spread, rates = sa + sb, va + vb
    means = float(pay[mask].mean()), float(pay[~mask].mean())
    whole = _variance(xa, va) + _quadratic(ba, sa) + _variance(xb, vb) + _quadratic(bb, sb)
    explained = _quadratic(rate, spread) + _variance(apart, rates_error)
    # Var(whole − explained) from differences of rates: taking the two apart afterwards would cancel digits.
    rest = _variance(xa, va) + _variance(xb, vb) + _variance(apart, rates_error)
    rest += _quadratic(ba - rate, sa) + _quadratic(bb - rate, sb)
    parts = {
        "difference": (means[0] - means[1], whole),
        "endowments": (float(apart @ bb), _quadratic(bb, spread) + _variance(apart, vb)),
        "coefficients": (float(xb @ unlike), _quadratic(unlike, sb) + _variance(xb, rates)),
        "interaction": (float(apart @ unlike), _quadratic(unlike, spread) + _variance(apart, rates)),
        "explained": (float(apart @ rate), explained),
        "unexplained": (means[0] - means[1] - float(apart @ rate), rest),
    }
    by_covariate: dict[str, float] = {}
    for name, part in zip(names[1:], (apart * rate)[1:].tolist(), strict=True):
        own = name.partition("=")[0]
        by_covariate[own] = by_covariate.get(own, 0.0) + part
    size, widest = max(map(abs, means)), max(variance for _, variance in parts.values())
    return Gap(
        (high, low),
        (int(mask.sum()), int((~mask).sum())),
        (steady(means[0], size), steady(means[1], size)),
        {name: (steady(value, size), _error(variance, widest)) for name, (value, variance) in parts.items()},
        {name: steady(value, size) for name, value in by_covariate.items()},
    )


def steady(value: float, size: float) -> float:
    """A figure without the digits that depend on the processor: rounded to 12 digits of `size`, the
    magnitude of what it was calculated from.

    >>> steady(9.99999999999998, 155.1), steady(2.4e-15, 155.1)
    (10.0, 0.0)
    """
    if not size or not math.isfinite(size):
        return value
    return round(value, _DIGITS - 1 - math.floor(math.log10(size))) + 0.0


def _error(variance: float, widest: float) -> float:
    """A standard error; 0 where it is no more than the noise of the widest."""
    error = math.sqrt(max(0.0, variance))
    return steady(error, error) if error > _NOISE * math.sqrt(widest) else 0.0


def gap_rows(gap: Gap) -> list[list[Any]]:
    """A header and the parts of a gap as rows: part, amount, standard error, share of the gap."""
    whole = gap.parts["difference"][0]
    rows: list[list[Any]] = [["part", "amount", "standard_error", "share"]]
    for label, people, mean in zip(gap.groups, gap.people, gap.means, strict=True):
        rows.append([f"mean of {label} ({people} people)", mean, None, None])
    for name, (value, error) in gap.parts.items():
        rows.append([name, value, error, steady(value / whole, 1.0) if whole else None])
    for name, value in gap.covariates.items():
        rows.append([f"explained by {name}", value, None, steady(value / whole, 1.0) if whole else None])
    return rows


def values_of(cells: Sequence[Any], name: str) -> list[Any]:
    """The values of a column, none of them blank or an error.

    Errors: each cell that is, and each number that is too large.
    """
    wrong = [
        Issue(VALUE, "the cell is blank or an error", f"{name} row {row}", None, "Type a value.")
        for row, cell in enumerate(cells, 1)
        if is_blank(cell) or isinstance(cell, ErrorCell)
    ]
    for row, cell in enumerate(cells, 1):
        if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
            try:
                number(cell)
            except BadCell as bad:
                wrong.append(Issue(VALUE, bad.message, f"{name} row {row}", None, bad.hint))
    if wrong:
        raise CsmError.of(wrong)
    return list(cells)


def columns_of(rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Columns under their headers.

    Errors: a header that is blank, not text or a duplicate; a blank cell.

    >>> columns_of([("Level", "Tenure"), ("L1", 2.0), ("L2", 3.0)])
    {'Level': ['L1', 'L2'], 'Tenure': [2.0, 3.0]}
    """
    headers = list(rows[0])
    wrong = [Issue(VALUE, "the header is blank, not text, or a duplicate", f"covariates column {at}", header,
                   "Name each column in the first row.")
             for at, header in enumerate(headers, 1)
             if not isinstance(header, str) or not header.strip() or headers.count(header) > 1]  # fmt: skip
    if wrong:
        raise CsmError.of(wrong)
    columns = list(zip(*rows[1:], strict=True)) or [() for _ in headers]
    return {header: values_of(column, header) for header, column in zip(headers, columns, strict=True)}


def _refuse_lengths(people: int, lengths: Mapping[str, int]) -> None:
    wrong = [Issue(VALUE, f"the column has {size} values, but pay has {people}", name, None,
                   "Give one value per person in each column.")
             for name, size in lengths.items() if size != people]  # fmt: skip
    if wrong:
        raise CsmError.of(wrong)


def _groups(pay: Array, labels: Sequence[str]) -> tuple[str, str]:
    """The two groups, the better paid one first."""
    sizes = {label: labels.count(label) for label in dict.fromkeys(labels)}
    if len(sizes) != 2:
        raise CsmError(VALUE, f"there are {len(sizes)} groups, but a gap needs two", "group",
                       ", ".join(list(sizes)[:5]), "Give exactly two groups.")  # fmt: skip
    small = [f"{label} has {size}" for label, size in sizes.items() if size < FEWEST]
    if small:
        raise CsmError(NOT_FOUND, f"a group of fewer than {FEWEST} people is not shown", "group",
                       "; ".join(small), "Use a longer period or a larger group.")  # fmt: skip
    mean = {label: float(np.mean([p for p, one in zip(pay, labels, strict=True) if one == label]))
            for label in sizes}  # fmt: skip
    first, second = sorted(sizes, key=lambda label: -mean[label])
    return first, second


def _matrix(covariates: Mapping[str, Sequence[Any]], people: int) -> tuple[list[str], Array]:
    """Covariates as columns: a constant, numbers, and one column per category except the first."""
    names, columns = ["constant"], [np.ones(people)]
    for name, values in covariates.items():
        if all(isinstance(value, (int, float, Decimal)) for value in values):
            names.append(name)
            columns.append(np.asarray(values, float))
            continue
        texts = [str(value) for value in values]
        for text in sorted(set(texts))[1:]:
            names.append(f"{name}={text}")
            columns.append(np.array([float(one == text) for one in texts]))
    return names, np.column_stack(columns)


def _fitted(
    pay: Array, counted: Array, names: Sequence[str], group: str
) -> tuple[Array, Array, Array, Array]:
    """Rates by least squares with their covariance, and the means of what is counted with theirs."""
    if len(pay) <= len(names):
        raise CsmError(VALUE, f"{group} has too few people for so many covariates", "covariates",
                       f"{len(pay)} people, {len(names)} rates", "Leave some out.")  # fmt: skip
    if np.linalg.matrix_rank(counted) < len(names):
        raise CsmError(
            VALUE, f"among {group} the covariates are collinear: one follows from the others, or does"
            " not vary", "covariates", listed(names[1:], 5), "Leave one of them out, or combine rare "
                                                             "categories.",
        )  # fmt: skip
    rates, covariance = least_squares(pay, counted)
    spread = np.atleast_2d(np.cov(counted, rowvar=False)) / len(pay)
    return rates, covariance, counted.mean(axis=0), spread


def least_squares(pay: Array, counted: Array) -> tuple[Array, Array]:
    """The rates that fit best, and their classical covariance, s²(X'X)⁻¹.

    pay: n figures. counted: X, n rows and fewer columns, none of which follows from the others.
    From X = QR, so that X'X, in which digits would cancel, is never formed: the rates are R⁻¹Q'y, and
    (X'X)⁻¹ is R⁻¹R⁻¹'. s² is the sum of the squared residuals over n less the number of rates.

    >>> counted = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
    >>> rates, covariance = least_squares(np.array([1.0, 3.0, 5.0, 6.0]), counted)
    >>> rates.round(6).tolist(), covariance.round(6).tolist()
    ([1.2, 1.7], [[0.105, -0.045], [-0.045, 0.03]])
    """
    orthogonal, upper = np.linalg.qr(counted)
    rates: Array = np.linalg.solve(upper, orthogonal.T @ pay)
    residuals = pay - counted @ rates
    inverse = np.linalg.solve(upper, np.eye(len(rates)))
    variance = residuals @ residuals / (len(pay) - len(rates))
    return rates, variance * (inverse @ inverse.T)


def _variance(weights: Array, covariance: Array) -> float:
    return float(weights @ covariance @ weights)


def _quadratic(rates: Array, spread: Array) -> float:
    return float(rates @ spread @ rates)
