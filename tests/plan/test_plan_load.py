"""Everything that is wrong is said at once, and nothing only because of what is said already."""

import random

from plan_tables import TYPES, base, raws

from csm_xl.plan.load import load_tables, sound
from csm_xl.plan.tables import read_tables
from csm_xl.plan.validate import check_plans


def found(tables):
    return [
        (issue.where, issue.message)
        for issue in load_tables(raws(tables), TYPES)[1]
        if issue.severity == "error"
    ]


def column(tables, table, name):
    return tables[table][0].index(name)


def test_a_bad_cell_does_not_hide_weights_that_do_not_sum():
    tables = base()
    weight, curve = column(tables, "components", "weight"), column(tables, "components", "curve_id")
    based = [row for row in tables["components"][1:] if row[weight]]
    based[0][weight] = based[0][weight] - 0.1
    based[0][curve] = "nowhere"
    tables["roster"][1][column(tables, "roster", "base_salary")] = "abc"
    messages = " ".join(message for _, message in found(tables))
    assert "sum to" in messages
    assert "no curve_id 'nowhere'" in messages
    assert "not a number" in messages


def test_a_weight_that_is_no_number_is_one_finding():
    tables = base()
    weight = column(tables, "components", "weight")
    row = next(row for row in tables["components"][1:] if row[weight])
    row[weight] = "half"
    assert [message for _, message in found(tables)] == ["the text is not a number"]


def spoilt(chance):
    tables = base()
    for _ in range(chance.randint(1, 6)):
        name = chance.choice(list(tables))
        row = chance.randrange(len(tables[name]))
        at = chance.randrange(len(tables[name][0]))
        tables[name][row][at] = chance.choice(["", "x", -1, "#N/A", 1e12, None, "2026-02-30", True])
    return tables


def test_tables_spoilt_at_random_give_findings_and_nothing_else():
    chance = random.Random(3)
    for _ in range(150):
        load_tables(raws(spoilt(chance)), TYPES)


def test_without_remarks_the_same_errors_are_found():
    chance, errors, remarks = random.Random(4), 0, 0
    for _ in range(60):
        fit = sound(read_tables(raws(spoilt(chance)), TYPES)[0])
        every = check_plans(fit)
        wrong = [issue for issue in every if issue.severity == "error"]
        without = check_plans(fit, remarks=False)
        assert [issue for issue in without if issue.severity == "error"] == wrong
        errors, remarks = errors + len(wrong), remarks + len(every) - len(without)
    assert errors and remarks
