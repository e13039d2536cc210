"""``csm-xl pay`` where people are paid in several currencies: a total for each, never a sum of two."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from test_cli_paying import shell


def company(folder: Path, people: int = 2) -> Path:
    """People on the starter plan, every other one paid in euros."""
    folder.mkdir()
    codes = ["USD" if at % 2 == 0 else "EUR" for at in range(people)]
    rows = [
        f"{at},starter,{80_000 if code == 'USD' else 70_000},2022-01-01,A,{code}"
        for at, code in enumerate(codes, 1)
    ]
    header = "employee_id,plan_id,base_salary,hire_date,team,currency"
    (folder / "r.csv").write_text("\n".join([header, *rows]))
    (folder / "res.csv").write_text("period,scope,id,measure,actual,goal\n2026-Q1,team,A,GRR,0.92,0.92")
    goals = [f"2026-Q1,{at},g,1,1" for at in range(1, people + 1)]
    (folder / "g.csv").write_text("\n".join(["period,employee_id,goal,weight,score", *goals]))
    return folder


def new(folder: Path) -> tuple[Path, str]:
    path = folder / "plan.xlsx"
    given = ("--roster", folder / "r.csv", "--results", folder / "res.csv", "--goals", folder / "g.csv")
    status, out, _ = shell("new", path, *given)
    assert status == 0
    return path, out


def test_each_currency_has_its_total_on_the_screen(tmp_path: Path) -> None:
    path, out = new(company(tmp_path / "in"))
    for shown in (out, shell("pay", path)[1]):
        totals = [line.split() for line in shown.splitlines() if line.startswith("total")]
        assert totals == [["total", "EUR", "1,750.00", "1,750.00"], ["total", "USD", "2,000.00", "2,000.00"]]
        assert "3,750" not in shown and "EUR and USD" in shown


def test_many_people_are_summed_by_plan_and_currency(tmp_path: Path) -> None:
    _, out = new(company(tmp_path / "in", 50))
    plans = [line.split()[:4] for line in out.splitlines() if line.startswith("all plans")]
    assert plans == [["all", "plans", "EUR", "25"], ["all", "plans", "USD", "25"]]


def test_lines_totals_and_sums_name_their_currency(tmp_path: Path) -> None:
    path, _ = new(company(tmp_path / "in"))
    document = json.loads(shell("pay", path, "--json")[1])
    assert {(line["employee_id"], line["currency"]) for line in document["lines"]} == {
        ("1", "USD"),
        ("2", "EUR"),
    }
    assert [each["currency"] for each in document["totals"]] == ["USD", "EUR"]
    assert [(each["currency"], each["people"], each["variable"]) for each in document["sums"]] == [
        ("EUR", 1, 1750), ("USD", 1, 2000),
    ]  # fmt: skip
    out = tmp_path / "lines.csv"
    assert shell("pay", path, "--out", out)[0] == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert {(row["employee_id"], row["currency"]) for row in rows} == {("1", "USD"), ("2", "EUR")}


def test_every_file_with_money_has_a_column_of_currencies(tmp_path: Path) -> None:
    source, _ = new(company(tmp_path / "in", 6))

    def of(*words: object, file: str = "") -> list[dict[str, str]]:
        out = tmp_path / str(words[0])
        status, _, told = shell(*words, source, "--period", "2026-Q1", "--out", out if file else f"{out}.csv")
        assert status == 0, told
        text = (out / file if file else Path(f"{out}.csv")).read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))

    currency = {str(at): "USD" if at % 2 else "EUR" for at in range(1, 7)}
    index = of("statements", file="index.csv")
    assert {row["employee_id"]: row["currency"] for row in index} == currency
    health = of("health")
    assert {(row["plan_id"], row["currency"]) for row in health} == {
        ("all plans in EUR", "EUR"),
        ("all plans in USD", "USD"),
    }
    in_euros = ("--currency", "EUR")
    assert [(row["employee_id"], row["currency"]) for row in of("simulate", "--trials", 10, *in_euros)] == [
        (who, "EUR") for who in ("2", "4", "6")
    ]
    drivers = of("sensitivity", *in_euros, "--curves", tmp_path / "curves.csv")
    assert {row["currency"] for row in drivers} == {"EUR"}
    curves = csv.DictReader((tmp_path / "curves.csv").read_text(encoding="utf-8").splitlines())
    assert {row["currency"] for row in curves} == {"USD"}  # the first person on the plan
    seek = ("--what", "target", "--amount", 6000, "--of", "starter")
    assert {row["currency"] for row in of("solve", *seek, *in_euros)} == {"EUR"}


def test_a_search_for_one_person_is_in_the_currency_of_that_person(tmp_path: Path) -> None:
    source, _ = new(company(tmp_path / "in"))
    seek = ("--what", "target", "--amount", 3500, "--of", "starter", "--period", "2026-Q1", "--json")
    status, out, _ = shell("solve", source, *seek, "--employee", "2")
    document = json.loads(out)
    assert (status, document["currency"], document["answers"][0]["now"]) == (0, "EUR", 1750)


def test_the_file_of_a_manager_has_the_currencies_of_their_people(tmp_path: Path) -> None:
    folder = company(tmp_path / "in", 4)
    header, *rows = (folder / "r.csv").read_text().splitlines()
    managers = ("", "1", "1", "2")
    rows = [f"{row},{manager}" for row, manager in zip(rows, managers, strict=True)]
    (folder / "r.csv").write_text("\n".join([f"{header},manager_id", *rows]))
    source, out = new(folder)[0], tmp_path / "out"
    assert shell("statements", source, "--period", "2026-Q1", "--out", out, "--by", "manager")[0] == 0
    index = list(csv.DictReader((out / "index.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["employee_id"], row["amount"], row["currency"]) for row in index] == [
        ("1", "", "EUR, USD"), ("2", "1750", "EUR"),
    ]  # fmt: skip


def test_an_index_of_before_gets_the_column_and_keeps_its_rows(tmp_path: Path) -> None:
    source, out = new(company(tmp_path / "in"))[0], tmp_path / "out"
    out.mkdir()
    (out / "index.csv").write_text("employee_id,period,file,amount\n9,2025-Q4,2025-Q4_9.pdf,12.5\n")
    assert shell("statements", source, "--period", "2026-Q1", "--out", out)[0] == 0
    assert (out / "index.csv").read_text(encoding="utf-8").splitlines() == [
        "employee_id,period,file,amount,currency", "9,2025-Q4,2025-Q4_9.pdf,12.5,",
        "1,2026-Q1,2026-Q1_1.pdf,2000,USD", "2,2026-Q1,2026-Q1_2.pdf,1750,EUR",
    ]  # fmt: skip


def test_one_currency_has_one_total(tmp_path: Path) -> None:
    folder = company(tmp_path / "in")
    (folder / "r.csv").write_text((folder / "r.csv").read_text().replace("EUR", "usd"))
    _, out = new(folder)
    (total,) = [line.split() for line in out.splitlines() if line.startswith("total")]
    assert total == ["total", "USD", "3,750.00", "3,750.00"]


def test_a_person_paid_in_two_currencies_has_a_row_for_each(tmp_path: Path) -> None:
    from csm_xl.engine.components import component_types
    from csm_xl.engine.currency import sums_by_currency, totals_by_currency
    from csm_xl.engine.run import run
    from csm_xl.plan.paid_in import Currencies
    from csm_xl.plan.raw import RawTable
    from csm_xl.plan.tables import PAY_TABLES, read_strict

    given = {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value", "currency"],
                  ["us", "base_bonus", "quarter", "ratio", 0.1, "USD"],
                  ["eu", "base_bonus", "quarter", "ratio", 0.1, "EUR"]],
        "components": [["plan_id", "component_id", "type", "weight", "measure"],
                       ["us", "m", "metric", 1, "M"], ["eu", "m", "metric", 1, "M"]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date"],
                   ["E1", "us", 90_000, "2020-01-01"], ["E2", "eu", 90_000, "2020-01-01"]],
        "changes": [["employee_id", "from", "plan_id"], ["E1", "2026-02-15", "eu"]],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    ["2026-Q1", "individual", "E1", "M", 1, 1], ["2026-Q1", "individual", "E2", "M", 1, 1]],
    }  # fmt: skip
    raws = [RawTable.of_rows(rows, name) for name, rows in given.items()]
    tables = read_strict(raws, component_types(), PAY_TABLES)
    lines = run(tables, "2026-Q1")
    totals = totals_by_currency([lines], Currencies(tables))
    assert [row[1:] for row in totals[1:]] == [
        ["E1", "USD", pytest.approx(1125), 1125], ["E1", "EUR", pytest.approx(1125), 1125],
        ["E2", "EUR", 2250, 2250],
    ]  # fmt: skip
    assert sums_by_currency(totals) == [
        ["EUR", 2, pytest.approx(3375), 3375],
        ["USD", 1, pytest.approx(1125), 1125],
    ]


def test_a_pool_is_not_shared_across_currencies(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in {
        "plans": "plan_id,model,pay_period,target_basis,target_value\nP,base_bonus,quarter,ratio,0.1\n",
        "components": "plan_id,component_id,type,weight,measure,pool_amount\nP,M,metric,1,M,3000\n",
        "roster": "employee_id,plan_id,base_salary,hire_date,currency\nE1,P,90000,2024-01-01,\n"
                  "E2,P,90000,2024-01-01,EUR\n",
        "results": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,M,1,1\n"
                   "2026-Q1,individual,E2,M,1,1\n",
    }.items():  # fmt: skip
        (folder / f"{name}.csv").write_text(text)
    status, _, told = shell("pay", folder)
    assert status == 2
    assert "components.csv row 2 (pool_amount): the pool of M is shared by people paid in EUR and USD" in told
    roster = folder / "roster.csv"
    roster.write_text(roster.read_text().replace("EUR", "usd"))
    assert shell("pay", folder)[0] == 0


def changed(path: Path, who: str, currency: str) -> Path:
    book = load_workbook(path)
    cells = [cell for row in book["Roster"].iter_rows() for cell in row]
    header = next(cell for cell in cells if cell.value == "Currency")
    person = next(cell for cell in cells if str(cell.value) == who and cell.row > header.row)
    book["Roster"].cell(person.row, header.column).value = currency
    book.save(path)
    return path


def test_a_currency_that_comes_or_goes_needs_another_workbook(tmp_path: Path) -> None:
    path, _ = new(company(tmp_path / "in"))
    status, _, said = shell("refresh", changed(path, "2", "USD"))
    assert status == 2
    assert "people are paid in USD, and the workbook was laid out for EUR, USD" in said


def test_a_person_whose_currency_changes_is_named_with_both(tmp_path: Path) -> None:
    path, _ = new(company(tmp_path / "in", 4))
    status, out, _ = shell("refresh", changed(path, "2", "USD"), "--json")
    told = json.loads(out)
    assert status == 0
    assert [(one["currency"], one["before"], one["after"]) for one in told["amounts"]] == [
        ("EUR", 3500, 1750),
        ("USD", 4000, 5750),
    ]
    assert told["people_changed"] == 1
    assert told["movers"] == [{"employee_id": "2", "before": 1750, "after": 1750, "currency": "EUR, USD"}]


def test_what_if_estimates_the_net_pay_of_whoever_is_paid_in_dollars(tmp_path: Path) -> None:
    from csm_xl.workbook.operations.recalc import recalculate_file

    path, _ = new(company(tmp_path / "in"))

    def net_pay() -> tuple[object, object]:
        page = load_workbook(path, data_only=True)["What-if"]
        row = next(
            row for row in range(1, 200) if str(page.cell(row, 1).value).startswith("Net pay after US")
        )
        return page.cell(row, 2).value, page.cell(row + 1, 1).value

    amount, said = net_pay()
    assert isinstance(amount, float) and amount > 0 and not said
    book = load_workbook(path)
    book["What-if"]["B7"] = "2"
    book.save(path)
    recalculate_file(path)
    amount, said = net_pay()
    assert amount == "no estimate" and "for pay in USD" in str(said)


def test_what_adds_pay_takes_one_of_several_currencies(tmp_path: Path) -> None:
    path, _ = new(company(tmp_path / "in"))
    solve = ("solve", path, "--what", "attainment", "--amount", 2000)
    for words in (("sensitivity", path), solve, ("simulate", path, "--trials", 10)):
        status, _, told = shell(*words)
        assert status == 2 and "EUR, USD, which cannot be added" in told and "--currency EUR" in told
        status, _, told = shell(*words, "--currency", "GBP")
        assert status == 2 and "nobody is paid in the currency" in told
    found = json.loads(shell("sensitivity", path, "--currency", "eur", "--json")[1])
    assert (found["base"], found["currency"]) == (1750, "EUR")
    assert (1575, 1925) in [(one["low"], one["high"]) for one in found["inputs"]]  # salaries
    answers = json.loads(shell(*solve, "--currency", "USD", "--json")[1])["answers"]
    assert answers and all(one["pays"] == one["now"] == 2000 for one in answers)
