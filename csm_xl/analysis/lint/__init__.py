"""The plan check: finds what a plan should not do, before anyone signs it. Each rule is one function, grouped
by subject; `RULES` holds them all. Findings of the checks that run before every calculation come first, under
the IDs E001 and W001. The rules then check the rows that are free of errors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from csm_xl.analysis.lint import (
    amounts,
    at_once,
    dates,
    deals,
    design,
    gates,
    missing_results,
    payout,
    people,
    pools,
    results,
    rounding,
    shares,
    small_amounts,
    sold_goals,
    sums,
    tiers,
    to_date,
    unused,
    zero_targets,
)
from csm_xl.analysis.lint.rule import ERROR, RULES, SEVERITIES, Finding, Found, Rule, rule
from csm_xl.analysis.lint.view import View
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, grouped, listed, sentence
from csm_xl.plan.decisions import softened
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.tables import RawTable, Tables

__all__ = ["COLUMNS", "RULES", "Finding", "Rule", "lint", "lint_rows", "rules_text"]

COLUMNS: Final = ("severity", "rule", "where", "message")
CHECKED: Final = {ERROR: "E001", "warning": "W001", "note": "N001"}
"""The rule for a finding of the input checks that names none, by its severity."""
OWN_WORDS: Final = frozenset({"W308"})
"""The rules that check more than the input checks report under their ID."""
NOT_ACCEPTED: Final = frozenset({"E001", "E002"})
"""Errors that always stop the payment; they cannot be accepted."""
SUBJECTS: Final = {
    "Weights and measures": design,
    "Curves, floors and caps": payout,
    "Commission": tiers,
    "Deals": deals,
    "Gates and modifiers": gates,
    "People": people,
    "Amounts": amounts,
    "Small amounts": small_amounts,
    "Targets of 0": zero_targets,
    "Round payouts": rounding,
    "Pools": pools,
    "Shares of a result": shares,
    "Large one-time amounts": at_once,
    "Missing results": missing_results,
    "Results and goals": results,
    "Year to date": to_date,
    "Goals of deals": sold_goals,
    "Sums": sums,
    "Dates": dates,
    "Unused items": unused,
}


@rule("E001", "Fix the cell.")
def _wrong(view: View) -> Iterator[Found]:
    """A table has an error.

    Nobody can be paid until it is fixed. The rules check the other tables and rows; a rule that needs the
    whole table is skipped.
    """
    yield from ()  # reported by the input checks


@rule("W001", "Check the cell.")
def _odd(view: View) -> Iterator[Found]:
    """A table holds something unusual.

    It does not stop the payment, but is probably a mistake.
    """
    yield from ()  # reported by the input checks


@rule("N001", "None needed; to use the column, map it (--map).")
def _unused(view: View) -> Iterator[Found]:
    """Unknown columns that do not affect pay.

    An export has more columns than pay needs. Columns whose names suggest that they change pay are E002.
    """
    yield from ()  # reported by the input checks


@rule("E002", "Map the column (--map), or ignore it (--ignore-column).")
def _unknown(view: View) -> Iterator[Found]:
    """An unknown column whose name suggests that it changes pay.

    If a termination date, a part-time percentage or a deal's stage were ignored because of its name, people
    would be paid in full.
    """
    yield from ()  # reported by the input checks


@rule("E003", "Correct the number or its unit.")
def _too_large(view: View) -> Iterator[Found]:
    """An amount larger than anyone is paid.

    An account number, or a figure with too many zeros, was entered as money.
    """
    yield from ()  # reported by the input checks


@rule("E008", "Write the kind or product in the same way on the deals and in the components.")
def _unpaid_kind(view: View) -> Iterator[Found]:
    """A kind or product of deals that no component pays but whose name is close to one.

    A misspelled kind earns nothing: nobody is paid for such a deal.
    """
    yield from ()  # reported by the input checks


@rule("W613", "Correct the number if it is not what you meant.")
def _unusual(view: View) -> Iterator[Found]:
    """An unusual number.

    An FTE below 15% or above 100%, a target below 3% or above 100% of salary, a negative rate, a rate that is
    a tenth of that of the version before: usually a missing or extra digit or percent sign.
    """
    yield from ()  # reported by the input checks


@rule("E004", "Move the row into the table, or delete it.")
def _outside(view: View) -> Iterator[Found]:
    """Rows below a table that do not belong to it.

    LibreOffice does not extend a table when a row is typed or pasted below it. The people in such a row are
    not paid.
    """
    yield from ()  # reported by the input checks


@rule("E006", "Use the role's spelling in components, or remove the credit.")
def _unpaid_role(view: View) -> Iterator[Found]:
    """A credit in a role that no component pays but whose name is close to one.

    A job title or a misspelling was entered as the role: a person with such a credit is paid nothing for it.
    """
    yield from ()  # reported by the input checks


@rule("E007", "Convert the numbers, or correct the header.")
def _other_unit(view: View) -> Iterator[Found]:
    """A header with a different unit than its column.

    The header has the unit in parentheses: salaries per month or in thousands, or amounts in a currency
    nobody is paid in. The numbers would be read as annual amounts in the plan's currency.
    """
    yield from ()  # reported by the input checks


@rule("N002", "None needed if this is intended.")
def _unused_rows(view: View) -> Iterator[Found]:
    """Rows that no plan uses.

    Results of a measure that no component uses, or credits of people whose plan does not pay on deals. An
    export often holds more than pay needs.
    """
    yield from ()  # reported by the input checks


@rule("E005", "Convert the range back into a table with its old name, or restore the sheet or file.")
def _gone(view: View) -> Iterator[Found]:
    """A missing table.

    If a table was converted to a plain range or its sheet was deleted, it is no longer read, and nobody is
    paid from it.
    """
    yield from ()  # reported by the input checks


def lint(tables: Tables | Iterable[RawTable], only: Collection[str] = ()) -> list[Finding]:
    """Check plans, and their people and results where given.

    tables: read or unread; the table plans is required. only: IDs of the rules to run; empty means all.
    Returns the findings: errors first, then warnings, then notes, each in order of the rules.
    Errors: #N/A for an unknown rule ID, or without a table plans.

    >>> from csm_xl.plan.templates import read_template
    >>> plans, components, *parts = read_template("base_quota")
    >>> components.rows[2][components.rows[0].index("cap")] = 0.9
    >>> [(each.rule, each.where) for each in lint([plans, components, *parts])]
    [('E204', 'base_quota.toml components[2].cap')]
    """
    chosen = _chosen(only)
    read, issues = _read(tables)
    told = (issue for issue in grouped(issues) if issue.rule not in OWN_WORDS)
    found = [_checked(issue) for issue in told if _rule_of(issue) in chosen]
    wrong = any(issue.severity == ERROR for issue in issues) or any(table.faulty for table in read.values())
    found += _findings(_view(read, wrong), chosen.values())
    return sorted(
        softened(found, read.accepted), key=lambda each: (SEVERITIES.index(each.severity), each.rule)
    )


def stopping(tables: Tables, until: int | None = None) -> list[Issue]:
    """The findings that matter before anybody is paid: errors, which stop the payment; errors of accepted
    rules, as warnings; and warnings about figures that are probably wrong.

    tables: as read, without errors. until: last day of the period being paid; None means the latest period
        with results.
    """
    issues = [
        Issue(NOT_FOUND, "no rule with this ID has errors that can be accepted", tables.accepted[name], name,
              f"Allowed: {listed(_acceptable(), 99)}.")
        for name in sorted(set(tables.accepted).difference(_acceptable()))
    ]  # fmt: skip
    rules = [one for one in RULES.values() if one.at_pay]
    goes_on = "{} --accept {} pays it as entered."
    issues += [
        Issue(VALUE, each.message, each.where, None,
              goes_on.format(each.hint, each.rule) if each.severity == ERROR else each.hint,
              each.severity, each.person, each.rule)
        for each in _findings(View(tables, tables, until), rules)
    ]  # fmt: skip
    return softened(issues, tables.accepted)


def _acceptable() -> list[str]:
    return sorted(
        one.id
        for one in RULES.values()
        if one.severity == ERROR and one.id not in NOT_ACCEPTED and one.at_pay
    )


def _findings(view: View, rules: Iterable[Rule]) -> list[Finding]:
    found = []
    for one in rules:
        if all(view.complete[name] for name in one.needs):
            places = dict.fromkeys(one.check(view))  # versions of a plan share curves and tiers
            found += [Finding(one.id, one.severity, *each[:2], one.hint, *each[2:]) for each in places]
    return found


def _chosen(only: Collection[str]) -> dict[str, Rule]:
    wanted = {name.strip().upper() for name in only}
    unknown = sorted(wanted - set(RULES))
    if unknown:
        raise CsmError(NOT_FOUND, "unknown rule", "rule", unknown[0],
                       f"{did_you_mean(unknown[0], RULES)}Rules: {listed(sorted(RULES), 99)}.")  # fmt: skip
    return {name: RULES[name] for name in sorted(RULES) if not wanted or name in wanted}


def _read(tables: Tables | Iterable[RawTable]) -> tuple[Tables, list[Issue]]:
    from csm_xl.engine.components import component_types
    from csm_xl.plan.load import judged, load_tables, sound
    from csm_xl.plan.validate import check_plans

    if isinstance(tables, Tables):  # errors found while reading are already reported
        return tables, check_plans(sound(judged(tables)))
    read, issues = load_tables(tables, component_types(), ("plans",))
    if read["plans"].origin is None:  # without a plan there is nothing to check
        raise CsmError.of(issue for issue in issues if issue.severity == ERROR)
    return read, issues


def _view(read: Tables, wrong: bool) -> View:
    from csm_xl.plan.load import sound

    return View(sound(read) if wrong else read, read)


def _rule_of(issue: Issue) -> str:
    return issue.rule or CHECKED[issue.severity]


def _checked(issue: Issue) -> Finding:
    found = "" if issue.got is None else f" (found {issue.got!r})"
    return Finding(_rule_of(issue), issue.severity, issue.where, f"{issue.message}{found}", issue.hint)


def lint_rows(found: Iterable[Finding]) -> list[list[Any]]:
    """A header, then one row per finding; the message ends with what to do."""
    rows = [
        [each.severity, each.rule, each.where, f"{sentence(each.message)} {each.hint}".strip()]
        for each in found
    ]
    return [list(COLUMNS), *rows]


def rules_text() -> str:
    """All rules as Markdown: the content of `docs/LINT.md`."""
    lines = [
        "# Plan check rules",
        "",
        "`csm-xl lint FILE`, `=CSM_LINT(tables…)` and `csm_xl.analysis.lint.lint(tables)` check plans,"
        " and people and results where they are given. The letter of a rule is its severity: E for"
        " an error (this cannot be intended), W for a warning (probably not intended), N for a note.",
        "",
        "This page is generated: `python -m csm_xl.analysis.lint > docs/LINT.md`.",
    ]
    lines += _section("Checks", __name__)
    for title, module in SUBJECTS.items():
        lines += _section(title, module.__name__)
    return "\n".join(lines) + "\n"


def _section(title: str, module: str) -> list[str]:
    own = sorted(
        (one for one in RULES.values() if one.check.__module__ == module), key=lambda one: one.id[1:]
    )
    lines = ["", f"## {title}"]
    for one in own:
        lines += ["", f"**{one.id}** {one.title}.  ", f"{one.why}  ", f"*{one.hint}*"]
        if one.needs:
            lines[-1] += f" Needs {listed(one.needs)}."
    return lines
