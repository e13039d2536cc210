"""A company paid in shards is paid what one run pays: whoever is in which shard, and in whatever order."""

import pickle
import random
from datetime import date

import pyarrow as pa
import pytest
from everything import Everything
from newer_rules import RULES, TOGETHER, ruled
from scenarios import raw

from csm_xl.batch.pay_batches import ShardPayroll, merged, pay_batches, without_steps
from csm_xl.batch.shard_files import read_shard, read_shared, write_shard, write_shared
from csm_xl.batch.shards import Cut, shared_tables
from csm_xl.cli.csv_text import csv_parts
from csm_xl.engine.paid_lines import PaidLines
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import CsmError
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.tables import RawTable

SEEDS = range(40)


def text(lines, tables):
    """The bytes that are written."""
    return "".join(csv_parts(PaidLines([lines], Currencies(tables), DisplayNames(tables))))


def random_cut(cut, rng):
    """The people in shards at random; those who share a pool in one."""
    shards = [[] for _ in range(rng.randint(1, 4))]
    of_group = {}
    people = list(cut.people)
    rng.shuffle(people)
    for name in people:
        group = cut._group.get(name, name)
        of_group.setdefault(group, rng.choice(shards)).append(name)
    shards = [shard for shard in shards if shard]
    rng.shuffle(shards)
    return shards


def in_shards(payroll, period, rng):
    """The lines of a period, paid in shards; what goes to another process does so here."""
    tables = payroll.tables
    cut = Cut(tables)
    run = payroll.to_pay(period)
    of_shards = ShardPayroll(pickle.loads(pickle.dumps(shared_tables(tables))))
    parts = []
    for people in random_cut(cut, rng):
        shard = pickle.loads(pickle.dumps(cut.shard(people)))
        (part,) = of_shards.pay(shard, [pickle.loads(pickle.dumps(run))])
        parts.append(pickle.loads(pickle.dumps(without_steps(part))))
    lines = merged(parts, list(dict.fromkeys(tables["components"].columns["component_id"].tolist())))
    return lines, tuple(one.name for one in run.open)


def check(tables, period, seed):
    rng = random.Random(seed)
    payroll = Payroll.load(raw(tables), period)
    try:
        whole = payroll.pay(period)
    except CsmError as refused:
        with pytest.raises(CsmError):
            in_shards(payroll, period, rng)
        return str(refused)
    found, shut = in_shards(payroll, period, rng)
    assert text(found, payroll.tables) == text(whole, payroll.tables)
    assert found.totals() == whole.totals()
    assert shut == whole.open
    return ""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_company_with_everything_is_paid_alike_in_any_shards(seed):
    made = Everything(seed)
    assert not check(made.tables, made.asked, seed)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_pays_alike_in_any_shards(name):
    for seed in range(4):
        made = ruled(seed, name)
        assert not check(made.tables, made.asked, seed)


@pytest.mark.parametrize("names", TOGETHER, ids=" and ".join)
def test_rules_together_pay_alike_in_any_shards(names):
    for seed in range(3):
        made = ruled(seed, *names)
        assert not check(made.tables, made.asked, seed)


def test_what_one_run_refuses_shards_refuse():
    refused = []
    for seed in range(60, 120):
        rng = random.Random(seed)
        made = Everything(seed)
        for name in ("results", "modifiers"):
            rows = made.tables.get(name, [])
            made.tables[name] = [row for row in rows if rng.random() > 0.1]
        for row in made.tables["results"]:
            if rng.random() < 0.1:
                row["actual" if rng.random() < 0.5 else "goal"] = None
        try:
            Payroll.load(raw(made.tables), made.asked)
        except CsmError:  # it cannot be loaded, so that nobody cuts it
            continue
        refused.append(check(made.tables, made.asked, seed))
    assert len(refused) > 30
    assert sum(map(bool, refused)) > 10


def small():
    """Six people, of whom two share a pool."""
    plan = ["model", "pay_period", "target_basis", "target_value", "currency"]
    rows = {
        "plans": [["plan_id", *plan], *([one, "base_bonus", "quarter", "ratio", 0.1, "USD"] for one in "PQ")],
        "components": [["plan_id", "component_id", "type", "weight", "measure", "pool_amount"],
                       ["P", "N", "metric", 1, "NRR", None], ["Q", "N2", "metric", 1, "NRR", 100]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date"],
                   *([f"E{n}", "Q" if n > 4 else "P", 80000, date(2024, 1, 1)] for n in range(1, 7))],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    *(["2026-Q1", "individual", f"E{n}", "NRR", 1 + n / 100, 1] for n in range(1, 7))],
    }  # fmt: skip
    return Payroll.load([RawTable.of_rows(table, name) for name, table in rows.items()])


def batches(payroll, *people):
    cut = Cut(payroll.tables)
    return list(pay_batches(shared_tables(payroll.tables), map(cut.shard, people), payroll.to_pay("2026-Q1")))


def test_batches_in_lines_out():
    payroll = small()
    whole = payroll.pay("2026-Q1")
    found = batches(payroll, ["E6", "E5", "E1"], ["E2", "E3", "E4"])
    assert [table.column("employee_id").to_pylist() for table in found] == [
        ["E1", "E5", "E6"], ["E2", "E3", "E4"],
    ]  # fmt: skip
    every = pa.concat_tables(found).sort_by("employee_id")
    header, *rows = PaidLines([whole], Currencies(payroll.tables), DisplayNames(payroll.tables)).rows()
    assert every.column_names == header
    assert [list(row.values()) for row in every.to_pylist()] == rows


def test_people_who_share_a_pool_are_in_one_shard():
    payroll = small()
    shards = [shard["people"].column("employee_id").to_pylist() for shard in Cut(payroll.tables).into(6)]
    assert shards == [["E1"], ["E2"], ["E3"], ["E4"], ["E5", "E6"]]
    with pytest.raises(CsmError, match="people of one shard share a pool with people of another"):
        batches(payroll, ["E1", "E2", "E3", "E4", "E5"], ["E6"])


def test_nobody_is_paid_twice_or_unknown():
    payroll = small()
    with pytest.raises(CsmError, match="the person is in two shards"):
        batches(payroll, ["E1"], ["E1", "E2"])
    with pytest.raises(CsmError, match="the employee is not on the roster, or is left out"):
        batches(payroll, ["E7"])


def test_a_finding_in_a_shard_names_the_row_that_people_know():
    payroll = small()
    actual = payroll.tables["results"].columns["goal"]
    actual[2] = -1
    with pytest.raises(CsmError, match=r"results, row 4 \(goal\)") as of_shard:
        batches(payroll, ["E3"])
    with pytest.raises(CsmError) as whole:
        payroll.pay("2026-Q1")
    assert of_shard.value.issues == whole.value.issues


def test_texts_may_come_back_decoded():
    payroll = small()
    cut, shared = Cut(payroll.tables), shared_tables(payroll.tables)

    def plain(table):
        arrays = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
                  for column in table.columns]  # fmt: skip
        return pa.table(arrays, names=table.column_names)

    shards = [{name: plain(table) for name, table in shard.items()} for shard in cut.into(2)]
    found = pa.concat_tables(pay_batches(shared, shards, payroll.to_pay("2026-Q1")))
    assert found.column("amount").to_pylist() == payroll.pay("2026-Q1").columns["amount"].tolist()


def test_a_damaged_shard_is_refused_by_its_table():
    payroll = small()
    shared, (shard,) = shared_tables(payroll.tables), list(Cut(payroll.tables).into(1))
    goals, run = shard["goals"], payroll.to_pay("2026-Q1")
    results = shard["results"]

    def with_column(name, cells):
        return {"results": results.set_column(results.column_names.index(name), name, [cells])}

    for broken, said in (
        ({"results": results.drop_columns(["goal"])}, "table results: the column goal is missing"),
        ({"goals": goals.select([])}, "table goals: the column period is missing"),
        (with_column("goal", ["1"] * 6), "table results: the column goal has another type"),
        (with_column("id", pa.nulls(6, pa.string())), "table results: the column id has blank cells"),
    ):
        with pytest.raises(CsmError, match=f"shard, {said}"):
            list(pay_batches(shared, [shard | broken], run))
    with pytest.raises(CsmError, match="the shard lacks the tables paid"):
        del shard["paid"]
        list(pay_batches(shared, [shard], run))


@pytest.mark.parametrize("name", ["1/results.arrow", "1/goals.arrow", "shared/roster.arrow"])
def test_a_damaged_file_of_a_shard_is_refused_by_its_name(tmp_path, name):
    payroll = small()
    write_shared(tmp_path / "shared", shared_tables(payroll.tables))
    write_shard(tmp_path / "1", next(Cut(payroll.tables).into(1)))
    file = tmp_path / name
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(CsmError, match=f"shard {file.parent.name}, {file.name}"):
        read_shared(tmp_path / "shared")
        read_shard(tmp_path / "1")
