"""Income and payroll taxes of a year, as estimates: brackets, deductions, wage bases, flat rates.

The figures of a year come as data; every scale of rates is a tier table whose slices each have their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.check import not_negative, one_of, refuse
from csm_xl.pay.rounding import Array, alike, exceeds
from csm_xl.pay.tiers import TierTable

Kind = Literal["federal", "state", "fica", "supplemental", "all"]

KINDS: Final[tuple[str, ...]] = get_args(Kind)
FEDERAL_PARTS: Final = {
    "federal": ("federal",),
    "fica": ("social_security", "medicare"),
    "supplemental": ("supplemental",),
    "all": ("federal", "social_security", "medicare"),
}
"""Kind of tax → the federal taxes in it, by the names of their rates."""


@dataclass(eq=False, repr=False)
class IncomeTax:
    """An income tax of one year and filing status.

    brackets: rates on taxable income, money of one year. deduction: what is deducted before, the
    standard deduction, money of one year.
    """

    brackets: TierTable
    deduction: float


@dataclass(eq=False, repr=False)
class Federal:
    """The federal taxes on wages of one year and filing status.

    income: the income tax. social_security, medicare: the employee's payroll taxes, the one up to its
    wage base, the other with its surtax. supplemental: the flat withholding on bonuses and the like.
    """

    income: IncomeTax
    social_security: TierTable
    medicare: TierTable
    supplemental: TierTable


def income_tax(income: ArrayLike, law: IncomeTax, deduction: ArrayLike | None = None) -> Array:
    """Income tax: what is left of the income after the deduction, through the brackets.

    income: money of one year; deduction: in place of the standard one (None), money of one year; shapes
        that broadcast. Credits and phase-outs are left out: it is an estimate.
    Errors: an income or deduction below 0.
    Source: IRC sections 1 and 63.

    >>> law = IncomeTax(TierTable.of([(0, 0.1), (11925, 0.12), (48475, 0.22)]), 15750)
    >>> income_tax([15000, 85000], law).tolist(), float(income_tax(85000, law, 15000))
    ([0.0, 10149.0], 10314.0)
    """
    earned, less = alike(income, law.deduction if deduction is None else deduction)
    not_negative(earned, "income")
    not_negative(less, "deduction")
    taxable = np.asarray(earned - less)
    return law.brackets.earned(np.maximum(taxable, taxable * 0))


def payroll_tax(wages: ArrayLike, law: Federal) -> Array:
    """The employee's payroll taxes (FICA): Social Security to its wage base, Medicare with its surtax.

    wages: money of one year, any shape, without any deduction. Errors: wages below 0.
    Source: IRC sections 3101 and 3121(a)(1); the surtax by filing status, section 3101(b)(2).

    >>> tables = [(0, 176100, 0.062)], [(0, 0.0145), (200000, 0.0235)]
    >>> law = Federal(IncomeTax(TierTable.of([(0, 0.1)]), 0), *map(TierTable.of, (*tables, [(0, 0.22)])))
    >>> payroll_tax([100000, 250000], law).round(2).tolist()
    [7650.0, 14993.2]
    """
    (paid,) = alike(wages)
    not_negative(paid, "income")
    return np.asarray(law.social_security.earned(paid) + law.medicare.earned(paid))


def supplemental_tax(wages: ArrayLike, law: Federal) -> Array:
    """The flat federal tax withheld from supplemental wages, such as bonuses: 22%, over a million 37%.

    wages: money of one year, any shape. Errors: wages below 0.
    Source: 26 CFR 31.3402(g)-1; IRS Publication 15, section 7.
    """
    (paid,) = alike(wages)
    not_negative(paid, "income")
    return law.supplemental.earned(paid)


def tax(
    income: ArrayLike,
    federal: Federal,
    state: IncomeTax | None = None,
    kind: str = "federal",
    deduction: ArrayLike | None = None,
) -> Array:
    """One of the taxes on a year's wages, or all of them.

    income: wages, money of one year. kind: ``federal`` or ``state`` income tax, ``fica`` payroll taxes,
        ``supplemental`` (all of the income at the flat rates), or ``all``: federal + state + fica.
    state: the state's income tax; None: none is taken, and the kind ``state`` is an error.
    deduction: in place of the standard one, in the federal and the state tax; payroll taxes and flat
        rates know none. Shapes that broadcast.
    Errors: an unknown kind; a state tax without a state; an income or deduction below 0.
    """
    one_of(kind, KINDS, "kind")
    if kind == "fica":
        return payroll_tax(income, federal)
    if kind == "supplemental":
        return supplemental_tax(income, federal)
    if kind == "state":
        if state is None:
            raise CsmError(VALUE, "a state tax needs a state", "state", None, "Give a state such as CA.")
        return income_tax(income, state, deduction)
    owed = income_tax(income, federal.income, deduction)
    if kind == "all":
        owed = owed + payroll_tax(income, federal)
        if state is not None:
            owed = owed + income_tax(income, state, deduction)
    return np.asarray(owed)


def net_pay(
    gross: ArrayLike, federal: Federal, state: IncomeTax | None = None, supplemental: ArrayLike = 0.0
) -> Array:
    """What is left of a year's pay after federal, state and payroll taxes, all as estimates.

    gross: money of one year; supplemental: the part of it that is taxed federally at the flat rates
        instead of through the brackets; shapes that broadcast. The standard deduction goes from the
        rest alone. The state and the payroll taxes take the whole. state: None: no state tax.
    Errors: gross or supplemental pay below 0; more supplemental than gross.

    >>> tables = [(0, 176100, 0.062)], [(0, 0.0145)], [(0, 0.22)]
    >>> law = Federal(IncomeTax(TierTable.of([(0, 0.1)]), 15750), *map(TierTable.of, tables))
    >>> net_pay(100000, law, supplemental=[0, 20000]).tolist()
    [83925.0, 81525.0]
    """
    total, flat = alike(gross, supplemental)
    not_negative(total, "gross")
    not_negative(flat, "supplemental")
    refuse(exceeds(flat, total), flat, VALUE, "the supplemental part is more than the gross pay",
           "supplemental", "Type at most the gross pay.")  # fmt: skip
    rest = np.asarray(np.maximum(total - flat, total * 0))
    taxes = income_tax(rest, federal.income) + supplemental_tax(flat, federal) + payroll_tax(total, federal)
    if state is not None:
        taxes = taxes + income_tax(total, state)
    return np.asarray(total - taxes)
