"""Deals without a kind, where components pay only certain kinds, are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.03
deal_kinds = ["upsell"]
[[components]]
plan_id = "CSM"
component_id = "any"
type = "commission"
rate = 0.001
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n"


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        (("", "", ""), "warning deals.csv row 2 (kind): no deal has a kind, and components pay"),
        (("", "", "upsell"), "note deals.csv row 2 (kind): 2 of 3 deals have no kind, and"),
        (("upsell", "upsell", ""), "the kind of deal D3 is blank, but most deals have one"),
    ],
)  # fmt: skip
def test_deals_without_a_kind_are_named(tmp_path: Path, kinds: tuple[str, ...], says: str) -> None:
    deals = "deal_id,date,amount,employee_id,kind\n" + "".join(
        f"D{at},2026-02-0{at},{20000 + 1700 * at},E1,{kind}\n" for at, kind in enumerate(kinds, 1)
    )
    status, said = paid_folder(tmp_path, {"plan.toml": PLAN, "roster.csv": ROSTER, "deals.csv": deals})
    assert status == 0 and says in said


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    deals = "deal_id,date,amount,employee_id\nD1,2026-02-03,42000,E1\n"
    status, said = paid_folder(tmp_path, {"plan.toml": PLAN, "roster.csv": ROSTER, "deals.csv": deals})
    assert status == 0 and "no deal has a kind" in said


@pytest.mark.parametrize("word", ["up-sell", "upsells"])
def test_a_kind_that_another_component_spells_as_the_deals_do_is_refused(tmp_path: Path, word: str) -> None:
    plan = PLAN.replace("rate = 0.001", f'rate = 0.001\ndeal_kinds = ["{word}"]')
    deals = "deal_id,date,amount,employee_id,kind\nD1,2026-02-03,42000,E1,upsell\n"
    status, said = paid_folder(tmp_path, {"plan.toml": plan, "roster.csv": ROSTER, "deals.csv": deals})
    assert status == 2 and "E008 plan.toml components[2].deal_kinds: no deal is of the kind" in said
    assert "Did you mean 'upsell'?" in said
    both = PLAN.replace("rate = 0.001", f'rate = 0.001\ndeal_kinds = ["upsell", "{word}"]')
    status, said = paid_folder(tmp_path, {"plan.toml": both})
    assert status == 0 and "E008" not in said


@pytest.mark.parametrize("word", ["upsel", "upsells"])
def test_a_kind_that_only_the_deals_spell_as_the_field_does_is_refused(tmp_path: Path, word: str) -> None:
    plan = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "sold"
type = "commission"
rate = 0.02
deal_kinds = ["new", "{word}"]
"""
    deals = "deal_id,date,amount,employee_id,kind\nD1,2026-02-03,42000,E1,upsell\nD2,2026-02-04,9000,E1,new\n"
    files = {"plan.toml": plan, "roster.csv": ROSTER, "deals.csv": deals}
    status, said = paid_folder(tmp_path, files)
    assert status == 2 and f"no deal is of the kind {word!r}, and deals are of the kind 'upsell'" in said
    status, said = paid_folder(tmp_path, files | {"plan.toml": plan.replace(word, "renewal")})
    assert status == 0 and "E008" not in said


@pytest.mark.parametrize("word", ["Expansion", "add-on", "Upgrade"])
def test_another_word_of_the_field_for_a_kind_that_is_paid_is_refused(tmp_path: Path, word: str) -> None:
    plan = PLAN.partition('[[components]]\nplan_id = "CSM"\ncomponent_id = "any"')[0]
    deals = "deal_id,date,amount,employee_id,kind\nD1,2026-02-03,42000,E1,{}\nD2,2026-02-05,9000,E1,{}\n"
    files = {"plan.toml": plan, "roster.csv": ROSTER, "deals.csv": deals.format(word, word)}
    status, said = paid_folder(tmp_path, files)
    assert (
        status == 2 and "E008 deals.csv row 2 (kind): 2 deals have a kind or product that resembles" in said
    )
    assert "in deal_kinds, which has upsell" in said and "W308" not in said
    # A company that has both words means two things by them.
    status, said = paid_folder(tmp_path, {"deals.csv": deals.format(word, "upsell")})
    assert status == 0 and "E008" not in said and "W308" in said


@pytest.mark.parametrize(
    ("word", "many", "status", "says"),
    [
        ("expansion", 9, 0, "1 of 10 deals is of the kind 'expansion', which no component names, and the"),
        ("expansion", 3, 0, ""),  # two kinds, of which one is rarer
        ("renewal", 9, 0, ""),
        ("ups", 9, 2, "no component pays deals of the kind 'ups' (found 'ups'). Did you mean 'upsell'?"),
        ("up", 9, 0, ""),
    ],
)
def test_a_rare_word_for_a_kind_that_is_paid_is_named(
    tmp_path: Path, word: str, many: int, status: int, says: str
) -> None:
    kinds = ["upsell"] * many + [word]
    deals = "deal_id,date,amount,employee_id,kind\n" + "".join(
        f"D{at},2026-02-{at + 1:02},{20000 + 1700 * (at * 3 % 7)},E1,{kind}\n"
        for at, kind in enumerate(kinds, 1)
    )
    found, said = paid_folder(tmp_path, {"plan.toml": PLAN, "roster.csv": ROSTER, "deals.csv": deals})
    assert found == status and says in said, said
    assert says or ("names" not in said and "E008" not in said)
