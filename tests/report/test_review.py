"""The review pack: its figures are the engine's, nobody is alone in it, and nothing in it is fetched."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader

from csm_xl.analysis.lint import lint
from csm_xl.analysis.simulate import simulate
from csm_xl.cli.load import read
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.decisions import accepted_table
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import Tables
from csm_xl.report.review import paid, review
from csm_xl.report.review_charts import whole
from csm_xl.report.review_design import comparison_section, cost_section, lint_section
from csm_xl.report.review_figures import SMALLER, bins, grouped
from csm_xl.report.review_html import html
from csm_xl.report.review_parts import Grid, Pack, Pair, Picture, Section, Text
from csm_xl.report.review_pdf import pdf
from csm_xl.workbook.sample import sample_raw_tables

DAY = date(2026, 12, 31)
PLANS = ["plan_id", "model", "pay_period", "target_basis", "target_value"]
COMPONENTS = ["plan_id", "component_id", "type", "weight", "measure"]
ROSTER = ["employee_id", "plan_id", "base_salary", "hire_date", "level", "location"]
HOSTILE = '"><script src="http://x.example/a.js">\u202e&amp;\u0007'


class Page(HTMLParser):
    """An HTML page as its elements, checked to be closed in order."""

    VOID = ("meta", "col")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said.append(data)


def made(tables: Tables, period: str = "2026", more: list[Section] | None = None) -> Pack:
    return review(tables, paid(tables, period), "plans.xlsx", DAY, more or [])


def company(people: dict[str, tuple[int, float]]) -> Tables:
    """Plans with people and their attainments on one measure; people: plan → count, the first attainment."""
    plans = [[name, "base_bonus", "quarter", "ratio", 0.1] for name in people]
    parts = [[name, "C", "metric", 1, "NRR"] for name in people]
    rows: list[list[Any]] = []
    results: list[list[Any]] = []
    for name, (count, first) in people.items():
        for at in range(count):
            who = f"E{len(rows) + 1:04d}"
            rows.append([who, name, 80000, date(2024, 1, 1), "L1", "Lyon"])
            results.append(["2026-Q1", "individual", who, "NRR", first + 0.01 * at, 1])
    return read(
        [
            RawTable.of_rows([PLANS, *plans], "plans"),
            RawTable.of_rows([COMPONENTS, *parts], "components"),
            RawTable.of_rows([ROSTER, *rows], "roster"),
            RawTable.of_rows([["period", "scope", "id", "measure", "actual", "goal"], *results], "results"),
        ],
        "the tables",
    )[0]


@pytest.fixture(scope="module")
def sample() -> Tables:
    return read(sample_raw_tables(), "the sample")[0]


@pytest.fixture(scope="module")
def pack(sample: Tables) -> Pack:
    cost = cost_section(sample, "2026", "USD", False, trials=200, seed=3, budget=1_350_000)
    return made(sample, more=[lint_section(sample), cost])


def grid(pack: Pack, title: str) -> dict[str, tuple[str, ...]]:
    grids = [one for section in pack.sections for one in section.blocks if isinstance(one, Grid)]
    (found,) = [one for one in grids if one.title.startswith(title)]
    return {row[0]: tuple(row[1:]) for row in found.rows}


def test_what_the_plans_pay_is_what_the_engine_pays(sample: Tables, pack: Pack) -> None:
    people: dict[str, set[str]] = defaultdict(set)
    target: dict[str, float] = defaultdict(float)
    aimed: dict[str, float] = defaultdict(float)
    amount: dict[str, float] = defaultdict(float)
    for line in run(sample, "2026").dicts():
        for name in (line["plan_id"], "All"):
            people[name].add(line["employee_id"])
            amount[name] += line["amount"]
            if line["component_target"]:
                target[name] += line["component_target"]
                aimed[name] += line["amount"]
    shown = grid(pack, "By plan (")
    large = {name for name in people if len(people[name]) >= 5}
    assert set(shown) == {*large, SMALLER}
    for name in large:
        row = shown[name]
        assert row[0] == str(len(people[name]))
        assert row[5] == whole(round(amount[name], 4))
        assert row[1:3] == ((whole(target[name]), whole(aimed[name])) if target[name] else ("–", "–"))
        assert row[3] == (f"{aimed[name] / target[name]:.1%}" if target[name] else "–")
    for title in ("By component (", "By level (", "By location ("):
        assert grid(pack, title)["All"] == shown["All"]


def test_groups_are_of_five_people_or_more(pack: Pack) -> None:
    for section in pack.sections:
        for block in section.blocks:
            if isinstance(block, Grid) and "People" in block.head:
                at = block.head.index("People")
                assert all(int(row[at].replace(",", "")) >= 5 for row in block.rows), block.title
            pictures = block.pictures if isinstance(block, Pair) else [block]
            for picture in pictures:
                if isinstance(picture, Picture):
                    counts = re.findall(r"(\d+) people at", picture.alt)
                    assert all(int(count) >= 5 for count in counts)


def test_nobody_is_named(sample: Tables, pack: Pack) -> None:
    ids = sample["roster"].columns["employee_id"].tolist()
    said = html(pack) + "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(pack))).pages)
    assert [who for who in ids if who in said] == []


def test_a_small_plan_stands_with_the_next_so_that_no_difference_tells_it() -> None:
    done = made(company({"A": (9, 0.9), "B": (7, 1.0), "C": (3, 1.1)}), "2026-Q1")
    assert {name: row[0] for name, row in grid(done, "By plan (").items()} == {
        "A": "9", SMALLER: "10", "All": "19"}  # fmt: skip
    assert set(grid(done, "Health by plan")) == {"all plans", "A", SMALLER}


def test_of_fewer_than_five_people_nothing_is_told() -> None:
    tables = company({"A": (4, 0.9)})
    done = made(tables, "2026-Q1")
    assert done.tiles.figures == []
    assert "fewer than 5 people" in done.notices[0].lower()
    paid_to_all = sum(line["amount"] for line in run(tables, "2026-Q1").dicts())
    assert whole(paid_to_all) not in html(done)


def test_two_currencies_are_never_added() -> None:
    raws = company({"A": (6, 0.9), "B": (8, 1.0)})
    plans = raws["plans"]
    plans.columns["currency"][1] = "EUR"
    done = made(raws, "2026-Q1")
    assert [one.key for one in done.sections][:1] == ["pays-eur"]
    tops = {row[2][:3] for row in done.tiles.figures if row[0] == "Variable pay"}
    assert tops == {"EUR", "USD"}
    assert "14 people" not in html(done)


def test_what_cannot_be_paid_says_why_and_the_lint_still_speaks() -> None:
    tables = company({"A": (6, 0.9)})
    done = paid(tables, "2026-Q2")
    assert done.unpaid is not None
    made_of = review(tables, done, "x", DAY, [lint_section(tables)])
    first = made_of.sections[0].blocks[0]
    assert isinstance(first, Text)
    assert first.note
    assert "2026-Q2" in first.said
    assert "E0001" not in html(made_of)
    assert made_of.sections[-1].key == "lint"
    with pytest.raises(CsmError):
        paid(tables, "2026-Q9")


def test_too_few_measured_say_so() -> None:
    titles = {one.key: one.title for one in made(company({"A": (6, 0.9)}), "2026-Q1").sections}
    assert titles["performance"].startswith("Too few people")
    assert titles["curves"] == "There is no pay curve to show"


def test_the_page_is_whole_and_fetches_nothing(pack: Pack) -> None:
    text = html(pack)
    page = Page(text)
    assert {tag for tag, _ in page.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "use",
        "image",
    } == set()
    for _, attributes in page.elements:
        assert not {"src", "srcset", "xlink:href", "data"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
        assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {(attributes["href"] or "")[1:] for tag, attributes in page.elements if tag == "a"}
    assert links <= set(ids)
    drawn = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert len(drawn) >= 8
    assert all(attributes["aria-labelledby"] in ids for attributes in drawn)


def test_hostile_ids_stand_as_text() -> None:
    tables = company({HOSTILE: (6, 0.9), "B" * 400: (6, 0.95)})
    done = made(tables, "2026-Q1", [lint_section(tables)])
    text = html(done)
    page = Page(text)
    assert "script" not in {tag for tag, _ in page.elements}
    assert "\u202e" not in text
    assert "\u0007" not in text
    assert '"><script src="http://x.example/a.js">[U+202E]&amp;[U+0007]' in "".join(page.said)
    assert len(PdfReader(io.BytesIO(pdf(done))).pages) >= 2


def test_the_pdf_says_the_findings(pack: Pack) -> None:
    for paper, width in (("A4", 595), ("Letter", 612)):
        pages = PdfReader(io.BytesIO(pdf(pack, paper))).pages
        assert int(pages[0].mediabox.width) == width
        said = " ".join("".join(page.extract_text() for page in pages).split())
        for section in pack.sections:
            assert section.title in said
        assert f"page {len(pages)} of {len(pages)}" in said
        assert "[U+" not in said


def test_the_same_inputs_give_the_same_bytes(sample: Tables, pack: Pack) -> None:
    cost = cost_section(sample, "2026", "USD", False, trials=200, seed=3, budget=1_350_000)
    again = made(sample, more=[lint_section(sample), cost])
    assert html(again) == html(pack)
    assert pdf(again) == pdf(pack)
    other = cost_section(sample, "2026", "USD", False, trials=200, seed=4, budget=1_350_000)
    assert other != cost


def test_the_cost_is_the_simulation(sample: Tables, pack: Pack) -> None:
    figures = dict(simulate(sample, "2026", 200, 3, currency="USD").figures(1_350_000)[1:])
    shown = grid(pack, "Figures of the cost")
    for name in ("mean", "P10", "P50", "P90", "expected shortfall over budget"):
        assert shown[name] == (whole(figures[name]),)
    assert shown["probability over budget"] == (f"{figures['probability over budget']:.2%}",)


def test_the_lint_is_told_whole() -> None:
    raws = sample_raw_tables()
    at = next(at for at, raw in enumerate(raws) if raw.name == "components")
    header, *rows = [list(row) for row in raws[at].rows]
    for row in rows:
        row[header.index("cap")] = 0.8 if row[header.index("type")] == "metric" else None
    capped = [*raws[:at], replace(raws[at], rows=[header, *rows]), *raws[at + 1 :]]
    poor = read([*capped, *accepted_table(["E204"], "a poor plan")], "a poor plan")[0]
    found = lint(poor)
    assert {one.severity for one in found} == {"warning", "note"}  # an accepted error is a warning
    section = lint_section(poor)
    (table,) = [one for one in section.blocks if isinstance(one, Grid)]
    assert {row[1] for row in table.rows} == {one.rule for one in found}
    for severity in {one.severity for one in found}:
        count = sum(one.severity == severity for one in found)
        assert f"{count} {severity}" in section.title


def test_the_lint_says_so_where_it_finds_nothing(sample: Tables) -> None:
    assert lint(sample) == []
    assert lint_section(sample).title == "The plan check finds nothing to fix"


def proposed(raws: list[RawTable], plan: str, value: float) -> list[RawTable]:
    """The tables with another target value for a plan."""
    found = []
    for raw in raws:
        if raw.name == "plans":
            header, *rows = [list(row) for row in raw.rows]
            at = header.index("target_value")
            rows = [
                [value if row[0] == plan and i == at else cell for i, cell in enumerate(row)] for row in rows
            ]
            raw = RawTable.of_rows([header, *rows], "plans")
        found.append(raw)
    return found


def test_the_comparison_is_the_two_runs(sample: Tables) -> None:
    after = proposed(list(sample_raw_tables()), "base_bonus", 0.2)
    (section,) = comparison_section(sample, after, "2026", "new.xlsx")
    old, new = (sum(line["amount"] for line in run(one, "2026").dicts()) for one in (sample, after))
    assert whole(new - old) in section.title
    picture, table, *_ = section.blocks
    assert isinstance(picture, Picture)
    assert isinstance(table, Grid)
    assert f"Today {whole(old)}" in picture.alt
    assert f"Proposed {whole(new)}" in picture.alt
    assert table.rows[-1][1] == whole(new - old)
    (same,) = comparison_section(sample, list(sample_raw_tables()), "2026", "same.xlsx")
    assert same.title == "The proposed plans are the same as today's"


def test_the_cost_of_proposed_plans_is_drawn_from_the_same_results(sample: Tables) -> None:
    def cost(after: list[RawTable]) -> tuple[str, dict[str, tuple[str, ...]]]:
        section = cost_section(
            sample, "2026-Q1", "USD", False, trials=150, seed=3, budget=300_000, proposed=after
        )
        (table,) = [one for one in section.blocks if isinstance(one, Grid)]
        assert table.head == ("Figure", "Today", "Proposed", "Difference by trial")
        return section.title, {row[0]: tuple(row[1:]) for row in table.rows}

    after = proposed(list(sample_raw_tables()), "base_bonus", 0.2)
    old, new = (simulate(one, "2026-Q1", 150, 3, currency="USD") for one in (sample, read(after, "new")[0]))
    title, shown = cost(after)
    assert new.mean > old.mean
    assert f"the proposed plans cost {whole(new.mean - old.mean)} more on average" in title
    assert shown["mean"] == tuple(map(whole, (old.mean, new.mean, new.mean - old.mean)))
    by_trial = np.percentile(new.totals - old.totals, 90)
    assert shown["P90"] == tuple(
        map(whole, (*(np.percentile(one.totals, 90) for one in (old, new)), by_trial))
    )
    assert shown["probability over budget"][:2] == tuple(
        f"{float((one.totals > 300_000).mean()):.2%}" for one in (old, new)
    )
    assert shown["probability over budget"][2] == "–"
    title, shown = cost(list(sample_raw_tables()))
    assert "the proposed plans cost as much on average" in title
    assert shown["mean"][2] == "0"
    without = [raw for raw in after if raw.name != "components"]
    section = cost_section(sample, "2026-Q1", "USD", False, trials=20, seed=3, budget=None, proposed=without)
    assert "The cost forecast of the proposed plans is not available" in section.blocks[-1].said


def test_a_comparison_that_moves_few_tells_no_amount() -> None:
    tables = company({"A": (9, 0.9), "B": (3, 1.0)})
    plans = [["A", "base_bonus", "quarter", "ratio", 0.1], ["B", "base_bonus", "quarter", "ratio", 0.2]]
    parts = [["A", "C", "metric", 1, "NRR"], ["B", "C", "metric", 1, "NRR"]]
    raws = [
        RawTable.of_rows(
            [["plan_id", "model", "pay_period", "target_basis", "target_value"], *plans], "plans"
        ),
        RawTable.of_rows([["plan_id", "component_id", "type", "weight", "measure"], *parts], "components"),
    ]
    cost = cost_section(tables, "2026-Q1", "USD", False, trials=20, seed=1, budget=None, proposed=raws)
    (figures,) = [one for one in cost.blocks if isinstance(one, Grid)]
    assert figures.head == ("Figure", "Value")
    assert cost.blocks[-1] == Text(
        "Fewer than 5 people would be paid differently under the proposed plans.", note=True
    )
    (section,) = comparison_section(tables, raws, "2026-Q1", "new")
    assert section.title == "Proposed plans: not available"
    assert not [one for one in section.blocks if not isinstance(one, Text)]


def test_ranges_and_groups_hold_everybody() -> None:
    rng = np.random.default_rng(5)
    for count in (5, 6, 11, 40, 300):
        values = rng.normal(1, 0.2, count)
        found = bins(values)
        assert sum(number for _, number, _ in found) == count
        assert min(number for _, number, _ in found) >= 5
        groups = grouped(values, values, np.ones(count), 8)
        assert sum(group.people for group in groups) == count
        assert min(group.people for group in groups) >= 5
    team = np.array([0.9] * 6 + [1.1] * 9)
    assert [(one.people, one.x) for one in grouped(team, team, np.ones(15), 3)] == [
        (6, pytest.approx(0.9)), (9, pytest.approx(1.1))]  # fmt: skip


def component_title(tables: Tables) -> str:
    done = made(tables, "2026-Q1")
    (section,) = [one for one in done.sections if one.key.endswith("pays")]
    titles = [block.title for block in section.blocks if isinstance(block, Picture)]
    (title,) = [one for one in titles if "component" in one]
    return title


@pytest.mark.parametrize(
    ("people", "title"),
    [
        ({"A": (9, 1.0), "B": (7, 1.0)}, "A · C is the largest component: "),
        (
            {"A": (6, 0.5), "B": (3, 1.1), "C": (4, 1.1)},
            "A · C pays most of the components with 5 people or ",
        ),
        ({"A": (3, 1.0), "B": (3, 1.0)}, "Each component pays fewer than 5 people, so all are shown"),
    ],
)
def test_the_largest_component_is_one_that_can_be_shown_apart(
    people: dict[str, tuple[int, float]], title: str
) -> None:
    assert component_title(company(people)).startswith(title)


def test_components_that_pay_the_same_are_both_named() -> None:
    title = component_title(company({"A": (6, 1.0), "B": (6, 1.0)}))
    assert title.startswith("A · C and B · C pay the same, and no component pays more: 50.0% of variable pay")
