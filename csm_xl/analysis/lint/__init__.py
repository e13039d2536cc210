"""The lint: what a plan should not do, told before anyone signs it.

Each rule is one function, grouped by subject; `RULES` holds them all. Findings of the checks that stand
before any run come first, under the ids E001 and W001; rules go over the rows that are free of errors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from csm_xl.analysis.lint import (
    amounts,
    at_once,
    dates,
    design,
    gates,
    payout,
    people,
    results,
    sums,
    tiers,
    unused,
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
"""The rules under which the findings of the checks are told, by their severity, where they name none."""
OWN_WORDS: Final = frozenset({"W308"})
"""The rules that say more than what the checks tell under their id."""
NOT_ACCEPTED: Final = frozenset({"E001", "E002"})
"""The errors that stop the payment whatever is accepted."""
SUBJECTS: Final = {
    "Weights and measures": design,
    "Curves, floors and caps": payout,
    "Commission": tiers,
    "Gates and modifiers": gates,
    "People": people,
    "Amounts": amounts,
    "Amounts at once": at_once,
    "Results and goals": results,
    "Sums": sums,
    "Dates": dates,
    "What does nothing": unused,
}


@rule("E001", "Mend the cell.")
def _wrong(view: View) -> Iterator[Found]:
    """A table is wrong.

    Nobody can be paid before it is mended. The rules go over the rest; a rule that needs the table as a
    whole says nothing of it.
    """
    yield from ()  # told by the checks, which read the tables


@rule("W001", "Look at the cell.")
def _odd(view: View) -> Iterator[Found]:
    """A table says something odd.

    It can be paid, and is probably a mistake.
    """
    yield from ()  # told by the checks, which read the tables


@rule("N001", "Nothing, or map the column (--map).")
def _unused(view: View) -> Iterator[Found]:
    """Columns that no table knows, and that pay does not use.

    An export has more columns than pay needs. Those whose name suggests that they change pay are E002.
    """
    yield from ()  # told by the checks, which read the tables


@rule("E002", "Map the column (--map), or say that it is not used (--ignore-column).")
def _unknown(view: View) -> Iterator[Found]:
    """A column that no table knows, and whose name suggests that it changes pay.

    A termination date, a part-time share or a deal's stage under another name would be left out in silence,
    and people paid in full.
    """
    yield from ()  # told by the checks, which read the tables


@rule("E003", "Correct the number, or its unit.")
def _too_large(view: View) -> Iterator[Found]:
    """An amount larger than any that is paid.

    An account number, or a figure with too many zeros, stands where money is asked for.
    """
    yield from ()  # told by the checks, which read the tables


@rule("W613", "Correct the number, if it means something else.")
def _unusual(view: View) -> Iterator[Found]:
    """A number that is rarely meant.

    A share of full time below 15% or above 100%, a target of less than 1% or more than 150% of salary, a
    negative rate: most often a digit or a percent sign too few or too many.
    """
    yield from ()  # told by the checks, which read the tables


@rule("E004", "Move the row into the table, or remove it.")
def _outside(view: View) -> Iterator[Found]:
    """Rows below a table that do not belong to it.

    LibreOffice leaves a row there that is typed or pasted under a table: whoever stands in it is not paid.
    """
    yield from ()  # told by the checks, which read the tables


@rule("E006", "Type the role as the components do, or remove the credit.")
def _unpaid_role(view: View) -> Iterator[Found]:
    """A credit in a role that is nearly one that a component pays.

    A job title or a misspelling stands where a role is asked for: whoever is credited so is paid nothing.
    """
    yield from ()  # told by the checks, which read the tables


@rule("E007", "Convert the numbers, or correct the header.")
def _other_unit(view: View) -> Iterator[Found]:
    """A header that states another unit than its column has.

    Salaries by the month or in thousands, amounts in a currency in which nobody is paid: the header says so
    in brackets, and the numbers would be taken for money a year in the plan's currency.
    """
    yield from ()  # told by the checks, which read the tables


@rule("N002", "Nothing, if that is intended.")
def _unused_rows(view: View) -> Iterator[Found]:
    """Rows that no plan asks for.

    Results of a measure that no component uses, or credits of people whose plan does not pay on deals: an
    export holds more than pay needs.
    """
    yield from ()  # told by the checks, which read the tables


@rule("E005", "Make the range a table again under its name, or put the sheet or file back.")
def _gone(view: View) -> Iterator[Found]:
    """A table that was there and is gone.

    Turned into a plain range, or its sheet deleted, it is not read any more, and nobody is paid from it.
    """
    yield from ()  # told by the checks, which read the tables


def lint(tables: Tables | Iterable[RawTable], only: Collection[str] = ()) -> list[Finding]:
    """Look through plans, and the people and results beside them where they are given.

    tables: as read, or to be read; of these the table plans is needed. only: ids of the rules that are
        asked for; none: all.
    Returns the findings: errors first, then warnings, then notes, each in order of the rules.
    Errors: #N/A for an id that is no rule's, and where no table is plans.

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
    found = [
        replace(each, severity="warning") if each.severity == ERROR and each.rule in read.accepted else each
        for each in found
    ]
    return sorted(found, key=lambda each: (SEVERITIES.index(each.severity), each.rule))


def stopping(tables: Tables, until: int | None = None) -> list[Issue]:
    """What the rules find that must be known before anybody is paid: their errors, which stop the payment,
    those of accepted rules as warnings, and the warnings about figures that are probably wrong.

    tables: as read, without errors. until: the last day of the period that is paid; None where that is the
        latest that has results.
    """
    issues = [
        Issue(NOT_FOUND, "there is no rule of that name whose errors can be accepted", "accept", name,
              f"Allowed: {listed(_acceptable(), 99)}.")
        for name in sorted(tables.accepted.difference(_acceptable()))
    ]  # fmt: skip
    rules = [one for one in RULES.values() if one.at_pay]
    goes_on = "{} --accept {} pays it as it stands."
    issues += [
        Issue(VALUE, each.message, each.where, None,
              goes_on.format(each.mend, each.rule) if each.severity == ERROR else each.mend,
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
            places = dict.fromkeys(one.check(view))  # versions of a plan repeat what they share
            found += [Finding(one.id, one.severity, *each[:2], one.mend, *each[2:]) for each in places]
    return found


def _chosen(only: Collection[str]) -> dict[str, Rule]:
    wanted = {name.strip().upper() for name in only}
    unknown = sorted(wanted - set(RULES))
    if unknown:
        raise CsmError(NOT_FOUND, "there is no such rule", "rule", unknown[0],
                       f"{did_you_mean(unknown[0], RULES)}Rules: {listed(sorted(RULES), 99)}.")  # fmt: skip
    return {name: RULES[name] for name in sorted(RULES) if not wanted or name in wanted}


def _read(tables: Tables | Iterable[RawTable]) -> tuple[Tables, list[Issue]]:
    from csm_xl.engine.components import target_based, types
    from csm_xl.plan.load import judged, load_tables, sound
    from csm_xl.plan.validate import check_plans

    if isinstance(tables, Tables):  # what reading found wrong was told to the reader
        return tables, check_plans(sound(judged(tables)), types(), target_based())
    read, issues = load_tables(tables, types(), target_based(), ("plans",))
    if read["plans"].origin is None:  # without a plan there is nothing to look through
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
    """A header, then the findings as rows; the message ends in what to do."""
    rows = [
        [each.severity, each.rule, each.where, f"{sentence(each.message)} {each.mend}".strip()]
        for each in found
    ]
    return [list(COLUMNS), *rows]


def rules_text() -> str:
    """Every rule in words, as Markdown: what `docs/LINT.md` holds."""
    lines = [
        "# What the lint looks for",
        "",
        "`csm-xl lint FILE`, `=CSM_LINT(tables…)` and `csm_xl.analysis.lint.lint(tables)` look through plans,"
        " and through people and results where they are given. The letter of a rule is its severity: E for"
        " an error (the plan cannot mean this), W for a warning (it probably should not), N for a note.",
        "",
        "This page is written from the rules: `python -m csm_xl.analysis.lint > docs/LINT.md`.",
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
        lines += ["", f"**{one.id}** {one.title}.  ", f"{one.why}  ", f"*{one.mend}*"]
        if one.needs:
            lines[-1] += f" Needs {listed(one.needs)}."
    return lines
