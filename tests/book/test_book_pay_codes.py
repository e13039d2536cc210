"""A code for each kind of pay in the file of a payroll: every cent of a net under one code, also of a net
that was below 0 and is paid later."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from companies import ROSTER, close_period, company, entry, span
from sweeps import swept
from test_book_payroll import approved, decide, pay_out

from csm_xl.book import erasing, paying
from csm_xl.book.archive import LINES
from csm_xl.book.events import Entry
from csm_xl.book.hashing import canonical
from csm_xl.book.ledger import Draft
from csm_xl.book.pay_codes import PayCodes, kinds_of_pay, pay_codes
from csm_xl.book.payments import account_of
from csm_xl.book.payroll_file import PayrollFile
from csm_xl.book.retro import retro
from csm_xl.book.verify import verify
from csm_xl.engine.components import component_types
from csm_xl.engine.lines import LINE_KINDS
from csm_xl.errors import CsmError

TYPES = {"nrr": "metric", "mbo": "goals", "deals": "commission", "expansion": "commission", "kick": "spif"}
"""The components of the made-up books."""
CODES = ("bonus=BON", "commission=COM", "component:expansion=EXP", "spif=SPF", "clawback=CLW", "draw=DRW")


def line(who: str, component: str, amount: int, period: str, currency: str = "USD") -> Entry:
    """An entry of a component, or of a kind that no component earns."""
    kind = "earned" if component in TYPES else component
    one = entry(who, amount, period, currency=currency)
    return one._replace(component_id=component, line_kind=kind, debit=account_of(kind))


def closing(period: str, entries: list[Entry]) -> Draft:
    """A close with its archived payout lines; a close has lines of 0 too."""
    rows = [["period", "plan_id", "component_id", "type"],
            *([period, "P", name, type_] for name, type_ in TYPES.items())]  # fmt: skip
    archive = {**ROSTER, LINES: canonical(rows).encode()}
    none = [line("E0", name, 0, period) for name in TYPES]
    return Draft("close", period, {}, [span(period)], [*entries, *none], archive)


def written(place: Any, period: str, *codes: str, **options: Any) -> list[list[Any]]:
    """The rows of a payroll that is paid now, without their header."""
    file = PayrollFile(pay_codes=pay_codes(codes), **options)
    event = pay_out(place, period, check=partial(file.check, place.book())).event
    return file.rows(place.book(), event)[1:]


def cents(rows: list[list[Any]]) -> Counter[tuple[str, str, str]]:
    """Who is paid what under each code, in cents. Errors: two rows of one person, code and currency."""
    found: Counter[tuple[str, str, str]] = Counter()
    for who, code, amount, currency, *_ in rows:
        assert (who, code, currency) not in found
        found[who, code, currency] = int(Fraction(str(amount)) * 100)
    return found


def test_each_kind_of_pay_has_its_code_and_the_codes_sum_to_the_net(place: Any) -> None:
    place.create()
    entries = [line("E1", "nrr", 100_00, "2026-Q1"), line("E1", "mbo", 25_01, "2026-Q1"),
               line("E1", "deals", 40_00, "2026-Q1"), line("E1", "expansion", 7_50, "2026-Q1"),
               line("E1", "clawback", -30_00, "2026-Q1"),
               line("E2", "kick", 5_00, "2026-Q1", "EUR")]  # fmt: skip
    approved(place, closing("2026-Q1", entries))
    rows = written(place, "2026-Q1", *CODES)
    assert [row[:4] for row in rows] == [
        ["E1", "BON", 125.01, "USD"], ["E1", "COM", 40.0, "USD"], ["E1", "CLW", -30.0, "USD"],
        ["E1", "EXP", 7.5, "USD"], ["E2", "SPF", 5.0, "EUR"],
    ]  # fmt: skip
    event = place.book().events()[-1]
    file = PayrollFile(pay_codes=pay_codes(CODES))
    totals = file.written(place.book(), event)[1]
    assert [tuple(one) for one in totals] == [
        ("BON", "USD", 125_01), ("COM", "USD", 40_00), ("SPF", "EUR", 5_00), ("CLW", "USD", -30_00),
        ("EXP", "USD", 7_50),
    ]  # fmt: skip
    paid = Counter[str]()
    for one in totals:
        paid[one.currency] += one.amount
    assert dict(paid) == {code: amount for code, _, _, _, amount in event.totals}


def test_a_net_below_0_is_carried_with_its_kinds_and_each_of_them_is_paid_later(place: Any) -> None:
    place.create()
    approved(place, closing("2026-Q1", [line("E1", "nrr", 50_00, "2026-Q1"), line("E2", "nrr", 1, "2026-Q1"),
                                        line("E1", "clawback", -80_00, "2026-Q1")]))  # fmt: skip
    assert cents(written(place, "2026-Q1", *CODES)) == {("E2", "BON", "USD"): 1}
    approved(place, closing("2026-Q2", [line("E1", "deals", 30_00, "2026-Q2"),
                                        line("E2", "nrr", 1, "2026-Q2")]))  # fmt: skip
    assert cents(written(place, "2026-Q2", *CODES)) == {("E2", "BON", "USD"): 1}  # a net of 0 pays nothing
    approved(place, closing("2026-Q3", [line("E1", "deals", 10_00, "2026-Q3")]))
    assert cents(written(place, "2026-Q3", *CODES)) == {
        ("E1", "BON", "USD"): 50_00, ("E1", "COM", "USD"): 40_00, ("E1", "CLW", "USD"): -80_00,
    }  # fmt: skip
    approved(place, closing("2026-Q4", [line("E1", "nrr", 3_00, "2026-Q4")]))
    assert cents(written(place, "2026-Q4", *CODES)) == {("E1", "BON", "USD"): 3_00}
    assert verify(place.book()).findings == []


@pytest.mark.parametrize("seed", swept(range(6)))
def test_every_cent_of_random_books_is_paid_once_under_the_code_of_its_kind(place: Any, seed: int) -> None:
    """Against a model that knows no entries: kinds of a person are open until their sum is above 0."""
    place.create()
    dice = random.Random(seed)
    people, kinds = [f"E{n}" for n in range(6)], (*TYPES, "clawback", "draw")
    code_of = {"nrr": "BON", "mbo": "BON", "deals": "COM", "expansion": "EXP", "kick": "SPF",
               "clawback": "CLW", "draw": "DRW"}  # fmt: skip
    open_: Counter[tuple[str, str, str]] = Counter()
    for period in ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"):
        entries = []
        for who in people:
            for kind in dice.sample(kinds, dice.randint(0, len(kinds))):
                currency = dice.choice(("USD", "USD", "EUR"))
                amount = dice.choice((-1, 1, 1)) * dice.choice((0, 1, 99, dice.randint(1, 10**7)))
                entries.append(line(who, kind, amount, period, currency))
                open_[who, code_of[kind], currency] += amount
        approved(place, closing(period, entries))
        nets: Counter[tuple[str, str]] = Counter()
        for (who, _, currency), amount in open_.items():
            nets[who, currency] += amount
        right = {key: amount for key, amount in open_.items() if amount and nets[key[0], key[2]] > 0}
        rows = written(place, period, *CODES)
        assert cents(rows) == right
        open_ = Counter({key: amount for key, amount in open_.items() if nets[key[0], key[2]] <= 0})
        event = place.book().events()[-1]
        paid = {(one.employee_id, one.currency): one.amount for _, one in place.book().entries(event.id)}
        sums: Counter[tuple[str, str]] = Counter()
        for (who, _, currency), amount in right.items():
            sums[who, currency] += amount
        assert sums == paid
        # With one code for all of it, the file is that of one code.
        one_code = PayrollFile(pay_codes=PayCodes("X")).rows(place.book(), event)
        each = PayrollFile(pay_codes=PayCodes("X", {"bonus": "X", "clawback": "X"}))
        assert each.rows(place.book(), event) == one_code
    assert verify(place.book()).findings == []


def test_a_kind_without_a_code_books_nothing_and_is_named_with_the_kinds_there_are(place: Any) -> None:
    place.create()
    approved(place, closing("2026-Q1", [line("E1", "nrr", 9_00, "2026-Q1"), line("E2", "kick", 9, "2026-Q1"),
                                        line("E3", "kick", 9, "2026-Q1")]))  # fmt: skip
    with pytest.raises(CsmError) as refused:
        written(place, "2026-Q1", "bonus=BON", "commission=COM")
    said = str(refused.value.issues[0])
    assert "spif has no pay code (paid to E2, E3)" in said and "--pay-code spif=CODE" in said
    assert "bonus (metric, goals, pool, result_share, milestone), commission, spif, adjustment" in said
    assert all(one.kind != "payroll" for one in place.book().events())
    # A code without a kind is that of every other kind.
    assert cents(written(place, "2026-Q1", "bonus=BON", "VAR")) == {
        ("E1", "BON", "USD"): 9_00, ("E2", "VAR", "USD"): 9, ("E3", "VAR", "USD"): 9,
    }  # fmt: skip


def test_a_part_that_comes_to_nothing_needs_no_code(place: Any) -> None:
    """An amount that waited for the payment threshold goes out and comes in again."""
    place.create()
    approved(place, closing("2026-Q1", [line("E1", "nrr", 5, "2026-Q1"),
                                        line("E1", "carried_forward", -5, "2026-Q1")]))  # fmt: skip
    approved(place, closing("2026-Q2", [line("E1", "nrr", 95, "2026-Q2"),
                                        line("E1", "carried", 5, "2026-Q2")]))  # fmt: skip
    assert written(place, "2026-Q1", "bonus=BON") == []
    assert cents(written(place, "2026-Q2", "bonus=BON")) == {("E1", "BON", "USD"): 100}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["bonsu=BON"], "no such kind of pay (found 'bonsu=BON'). Did you mean 'bonus'?"),
        (["=BON"], "there is no such kind of pay"),
        (["component:=EXP"], "there is no such kind of pay"),
        (["bonus="], "the pay code is missing (found 'bonus='). Give it after the equals sign"),
        (["bonus=A", "Bonus=B"], "Bonus has two pay codes"),
        (["A", "B"], "two pay codes are given for every kind of pay"),
    ],
)
def test_codes_that_cannot_be_read_are_refused(given: list[str], says: str) -> None:
    with pytest.raises(CsmError) as refused:
        pay_codes(given)
    assert says in str(refused.value.issues[0])


def test_every_kind_of_line_and_type_of_component_may_have_a_code() -> None:
    assert set(component_types()) | set(LINE_KINDS) <= {*kinds_of_pay(), "carried_forward"}
    codes = pay_codes([f"{name}={name}" for name in kinds_of_pay()])
    assert [codes.of("", name) for name in kinds_of_pay()] == list(kinds_of_pay())
    assert pay_codes(["", " "]) == PayCodes()


def test_a_component_that_the_book_does_not_know_is_refused(place: Any) -> None:
    place.create()
    approved(place, closing("2026-Q1", [line("E1", "expansion", 9_00, "2026-Q1")]))
    with pytest.raises(CsmError, match="the book has no such component") as refused:
        written(place, "2026-Q1", "VAR", "component:expansoin=EXP")
    assert "Did you mean 'expansion'" in str(refused.value.issues[0])


def test_the_layouts_take_a_code_of_each_kind_as_their_formats_do(place: Any) -> None:
    place.create()
    approved(place, closing("2026-Q1", [line("E1", "nrr", 90_00, "2026-Q1"),
                                        line("E1", "deals", 10_00, "2026-Q1"),
                                        line("E2", "deals", 7, "2026-Q1")]))  # fmt: skip
    ids, two = {"E1": "000017", "E2": "000018"}, ("bonus=BON", "commission=COM")
    rows = written(place, "2026-Q1", *two, ids=ids, layout="adp", company="A1B")
    event = place.book().events()[-1]
    batch = f"CSM-{event.id}"
    assert rows == [["A1B", batch, "000017", "BON", 90.0], ["A1B", batch, "000017", "COM", 10.0],
                    ["A1B", batch, "000018", "COM", 0.07]]  # fmt: skip
    workday = PayrollFile(layout="workday", pay_codes=pay_codes(two)).rows(place.book(), event)[1:]
    assert [(row[0], row[1], *row[5:8]) for row in workday] == [
        (1, 1, "E1", "BON", 90.0), (2, 2, "E1", "COM", 10.0), (3, 1, "E2", "COM", 0.07),
    ]  # fmt: skip


def test_gusto_has_a_column_for_bonus_and_one_for_commission(place: Any) -> None:
    place.create()
    raws = company(90, people=("E1", "E2"))
    names = (("First name", "Last name"), ("Sample", "01"), ("Sample", "02"))
    raws[3] = replace(raws[3], rows=[[*row, *more] for row, more in zip(raws[3].rows, names, strict=True)])
    decide(place, close_period(place, raws, "2026-Q1"))
    event = pay_out(place, "2026-Q1").event

    def file(*codes: str) -> list[list[Any]]:
        return PayrollFile(layout="gusto", pay_codes=pay_codes(codes)).rows(place.book(), event)

    first = ["last_name", "first_name", "gusto_employee_id"]
    assert file()[:2] == [[*first, "commission"], ["01", "Sample", "", 2250.0]]
    assert file("bonus")[0] == file("bonus=bonus", "commission=commission")[0] == [*first, "bonus"]
    with pytest.raises(CsmError, match="Gusto has no pay code SPF"):
        file("bonus=bonus", "spif=SPF")


def test_the_type_of_a_component_comes_from_what_is_archived_for_a_correction_too(place: Any) -> None:
    place.create()
    decide(place, close_period(place, company(90), "2026-Q1"))
    assert cents(written(place, "2026-Q1", "metric=BON")) == {("E1", "BON", "USD"): 2250_00}
    late = company(97)
    header, first = late[1].rows
    late[1] = replace(late[1], rows=[[*header, "pool_amount"], [*first, None], ["P", "extra", "pool", None,
                      "NRR", None, None, 1000]])  # fmt: skip
    done = retro(place.book("ann"), late, paying.read(late), "2026-Q2", "a pool", by=place.by("ann"))
    assert done.event is not None
    decide(place, done.event)
    rows = written(place, "2026-Q2", "metric=BON", "pool=POOL")
    assert cents(rows) == {("E1", "BON", "USD"): 175_00, ("E1", "POOL", "USD"): 1000_00}


def test_a_component_whose_inputs_are_erased_needs_a_code_of_its_own(place: Any) -> None:
    place.create()
    approved(place, closing("2026-Q1", [line("E1", "nrr", -5_00, "2026-Q1")]))
    written(place, "2026-Q1", "bonus=BON")
    decide(place, erasing.ask(place.book(), "2026-Q2", place.by("ann")))
    erasing.erase(place.book(), place.book().events()[-2].id)
    approved(place, closing("2026-Q2", [line("E1", "mbo", 9_00, "2026-Q2")]))
    with pytest.raises(
        CsmError,
        match=r"the type of the component nrr of P is not known: its inputs were erased \(paid to E1\)",
    ):
        written(place, "2026-Q2", "bonus=BON")
    rows = written(place, "2026-Q2", "bonus=BON", "component:nrr=OLD")
    assert cents(rows) == {("E1", "BON", "USD"): 9_00, ("E1", "OLD", "USD"): -5_00}
