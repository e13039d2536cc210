"""What is reported about people on a day, by every way to ask, against the rule read row by row."""

import random

import numpy as np
import pytest
from sweeps import swept

from csm_xl.plan.employment import FOREVER, History
from csm_xl.plan.schema import schemas
from csm_xl.plan.table import Table

FIRST, LAST = 738_000, 738_400
TEXTS = ("plan_id", "team", "location")
NUMBERS = ("base_salary", "fte")


def table(name, rows):
    schema = schemas({})[name]
    found = Table.blank(schema)
    for column in schema.columns:
        cells = [row.get(column.name) for row in rows]
        blank = {"date": 0}.get(column.kind, np.nan if found.columns[column.name].dtype == float else "")
        values = [blank if cell is None else cell for cell in cells]
        found.columns[column.name] = np.array(values, dtype=found.columns[column.name].dtype)
    return Table(schema, found.columns, len(rows))


def company(seed):
    """Some people with changes at random, in no order, some before hire, some after leaving."""
    draw = random.Random(seed)
    people = [f"E{number}" for number in range(draw.randint(1, 6))]
    roster = [
        {
            "employee_id": who,
            "plan_id": draw.choice("AB"),
            "team": draw.choice(["", "North", "South"]),
            "location": draw.choice(["", "Austin"]),
            "role": "CSM",
            "base_salary": draw.choice([80_000.0, 90_000.0]),
            "fte": 1.0,
            "hire_date": draw.randint(FIRST, LAST),
            "leave_date": 0,
        }
        for who in people
    ]
    for row in roster:
        if draw.random() < 0.4:
            row["leave_date"] = row["hire_date"] + draw.randint(-1, 200)
    changes, taken = [], set()
    for _ in range(draw.randint(0, 15)):
        who, day = draw.choice([*people, "X1"]), draw.randint(FIRST - 100, LAST + 100)
        if (who, day) in taken:
            continue
        taken.add((who, day))
        row = {"employee_id": who, "from": day}
        for name, values in (("plan_id", "ABC"), ("team", ["East"]), ("location", ["Berlin"]),
                             ("base_salary", [95_000.0, 99_000.0]), ("fte", [0.5, 0.8])):  # fmt: skip
            if draw.random() < 0.4:
                row[name] = draw.choice(values)
        changes.append(row)
    return roster, changes


def said(roster, changes, person, column, day):
    """The rule as it reads: the last change up to the day that says something, else the roster."""
    own = roster[person]
    asked = max(day, own["hire_date"])
    theirs = [row for row in changes if row["employee_id"] == own["employee_id"] and row["from"] <= asked]
    for row in sorted(theirs, key=lambda row: -row["from"]):
        if row.get(column):
            return row[column]
    return own.get(column) or None


def plainly(value):
    return None if value == "" or value != value else value


@pytest.mark.parametrize("seed", swept(range(60)))
def test_every_way_to_ask_says_what_the_rows_say(seed):
    roster, changes = company(seed)
    history = History({"roster": table("roster", roster), "changes": table("changes", changes)})
    days = [FIRST - 150, *random.Random(seed).sample(range(FIRST - 120, LAST + 150), 12)]
    spans = history.intervals(*TEXTS, *NUMBERS)
    for column in (*TEXTS, *NUMBERS, "role"):
        for day in days:
            found = [plainly(value) for value in history.as_of(column, day).tolist()]
            assert found == [said(roster, changes, person, column, day) for person in range(len(roster))]
            assert found == [history.value(person, column, day) for person in range(len(roster))]
    for column in (*TEXTS, *NUMBERS):
        values = history.said(column)[spans.stated[column]].tolist()
        each = zip(spans.person.tolist(), spans.first.tolist(), spans.last.tolist(), values, strict=True)
        for person, first, last, value in each:
            for day in {first, last, min(first + 7, last)}:
                assert plainly(value) == said(roster, changes, person, column, day)


@pytest.mark.parametrize("seed", swept(range(60)))
def test_intervals_are_the_days_of_employment_each_once(seed):
    roster, changes = company(seed)
    history = History({"roster": table("roster", roster), "changes": table("changes", changes)})
    spans = history.intervals("plan_id")
    for person, row in enumerate(roster):
        mine = np.flatnonzero(spans.person == person)
        first, last = spans.first[mine].tolist(), spans.last[mine].tolist()
        left = row["leave_date"] or FOREVER
        if row["hire_date"] > left:
            assert not mine.size
            continue
        assert first[0] == row["hire_date"] and last[-1] == left
        assert [day - 1 for day in first[1:]] == last[:-1]


@pytest.mark.parametrize("seed", swept(range(30)))
def test_the_values_of_a_span_come_each_once_in_time(seed):
    roster, changes = company(seed)
    history = History({"roster": table("roster", roster), "changes": table("changes", changes)})
    first, last = FIRST + 50, FIRST + 250
    for person, row in enumerate(roster):
        begin = max(first, row["hire_date"])
        every = [said(roster, changes, person, "plan_id", day) for day in range(begin, last + 1)]
        if every:
            assert history.in_time(person, "plan_id", begin, last) == list(dict.fromkeys(every))
