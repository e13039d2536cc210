"""What a person decided about findings: which column a header means, which column is not used, what goes on.

A decision is made in a TOML plan (``columns = { roster = { "Termination Date" = "leave_date" } }``,
``ignore = { roster = ["FLSA status"] }``, ``accept = ["E607"]``), on the Control sheet of a workbook, or by
an option of a command. It travels with the tables as one more raw table, so that whoever reads the tables
reads the decisions too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Protocol, TypeVar

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.names import did_you_mean, header_name, table_name
from csm_xl.plan.raw import Origin, RawTable
from csm_xl.plan.schema import TableSchema


class _OfARule(Protocol):
    """A finding of a rule: an `Issue`, or a finding of the plan check."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def severity(self) -> str: ...

    @property
    def rule(self) -> str: ...


_Found = TypeVar("_Found", bound=_OfARule)
CHOICES: Final = "#choices"
ACCEPTED: Final = "#accepted"
"""The names of the raw tables that hold decisions, about headers and about rules."""
COMPANY: Final = "#company"
"""The name of the raw table that holds how outputs show the company; see `csm_xl.plan.company`."""
GONE: Final = "#gone"
"""The name of the raw table that holds which tables should be there and are not."""
REMARKS: Final = "#remarks"
"""The name of the raw table whose issues are about none of the tables, such as what is beside them all."""
DECISIONS: Final = frozenset({CHOICES, ACCEPTED, COMPANY})
"""The raw tables that hold what a person decided: of headers, of rules, of how outputs look."""
CARRIERS: Final = DECISIONS | {GONE, REMARKS}
"""The raw tables that are no table of a plan or its people."""
TOML_KEYS: Final = ("columns", "ignore", "accept")
"""The keys of a TOML plan that hold decisions."""
_HEADER: Final = ("table", "header", "column")


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision. table: blank for every table that has the header. column: blank where it is ignored.

    where: what a finding about the choice names.
    """

    table: str
    header: str
    column: str
    where: str


class HeaderChoices:
    """The choices that came with the tables."""

    def __init__(self, raws: Iterable[RawTable] = ()) -> None:
        self.choices = [
            Choice(str(row[0]), str(row[1]), str(row[2]), raw.origin.name)
            for raw in raws
            for row in raw.rows[1:]
        ]
        self._by_header: dict[str, list[Choice]] = {}
        for choice in self.choices:
            self._by_header.setdefault(header_name(choice.header), []).append(choice)
        self.used: set[int] = set()

    def of(self, schema: TableSchema, header: str) -> Choice | None:
        """The choice about a header of a table, by its name as `header_name` gives it; None without one.

        One that names the table comes before one that holds for all.
        """
        found = [
            choice
            for choice in self._by_header.get(header, ())
            if choice.table == schema.name or (not choice.table and _suits(choice, schema))
        ]
        return max(found, key=lambda choice: bool(choice.table), default=None)

    def issues(self, known: Mapping[str, TableSchema], given: Mapping[str, Sequence[str]]) -> list[Issue]:
        """What is wrong with the choices, and which of them decide nothing.

        given: table → its headers, as `header_name` gives them.
        """
        found = list(self._contradictions())
        for choice in self.choices:
            if choice.table and choice.table not in known:
                hint = f"{did_you_mean(choice.table, known)}Tables: {listed(known, 99)}."
                found.append(Issue(NOT_FOUND, "unknown table", choice.where, choice.table, hint))
                continue
            header = header_name(choice.header)
            tables = [choice.table] if choice.table else list(given)
            there = [name for name in tables if header in given.get(name, ())]
            looked_at = there or tables
            if choice.column and not any(_suits(choice, known[name]) for name in looked_at):
                found.append(_no_such_column(choice, [known[name] for name in looked_at]))
            elif not any(self.of(known[name], header) for name in there):
                headers = (one for name in looked_at for one in given.get(name, ()))
                what = f"no table has a column {choice.header!r} to which this applies"
                near = did_you_mean(header, headers)
                hint = f"{near}Correct the header or the column, or remove the choice."
                found.append(Issue(NOT_FOUND, what, choice.where, _shown(choice), hint, "warning"))
        return found

    def _contradictions(self) -> Iterator[Issue]:
        """Choices of which one says otherwise than another about the same header of the same table."""
        for same in self._by_header.values():
            first: dict[str, Choice] = {}
            for choice in same:
                other = first.setdefault(choice.table, choice)
                if other.column != choice.column:
                    said = [f"{_meaning(one)} ({one.where})" for one in (other, choice)]
                    what = f"two decisions about the column {choice.header!r} differ: {' and '.join(said)}"
                    yield Issue(VALUE, what, choice.where, _shown(choice), "Keep one of the two.")


def _meaning(choice: Choice) -> str:
    return f"it means {choice.column}" if choice.column else "it is not used"


def _no_such_column(choice: Choice, tables: Sequence[TableSchema]) -> Issue:
    """What is reported about a header that is mapped to a column which its table does not have."""
    names = list(dict.fromkeys(column.name for table in tables for column in table.columns))
    one = len(tables) == 1
    what = f"{choice.header!r} cannot mean {choice.column}: {tables[0].name if one else 'no table'} has"
    what += " no such column" if one else " such a column"
    few = f"Columns: {listed(names, 99)}." if one else "`csm-xl tables` lists the columns."
    return Issue(NOT_FOUND, what, choice.where, choice.column, f"{did_you_mean(choice.column, names)}{few}")


def _suits(choice: Choice, schema: TableSchema) -> bool:
    return not choice.column or any(column.name == choice.column for column in schema.columns)


def _shown(choice: Choice) -> str:
    table = f"{choice.table}: " if choice.table else ""
    return f"{table}{choice.header}{f' = {choice.column}' if choice.column else ''}"


def choices_table(choices: Sequence[tuple[str, str, str]], where: str) -> list[RawTable]:
    """Choices as a raw table beside the others; none, where there are none.

    choices: table (blank: every one), header, column (blank: ignored). where: what findings name.
    """
    rows = [_HEADER, *((table_name(table), header, header_name(column)) for table, header, column in choices)]
    return [RawTable(CHOICES, rows, Origin("range", where))] if choices else []


def decisions_about(raws: Iterable[RawTable], tables: Iterable[RawTable]) -> list[RawTable]:
    """Of the decisions among `raws`, those about some tables: their headers, and the accepted rules."""
    headers = {header_name(header) for table in tables for header in (table.rows[0] if table.rows else ())}
    found = []
    for raw in raws:
        if raw.name == CHOICES:
            about = [row for row in raw.rows[1:] if header_name(row[1]) in headers]
            found += [replace(raw, rows=[raw.rows[0], *about])] if about else []
        elif raw.name == ACCEPTED:
            found.append(raw)
    return found


def typed_choices(mapped: Iterable[str], ignored: Iterable[str], where: str) -> list[RawTable]:
    """Choices as people type them: ``roster: Termination Date = leave_date``, ``roster: FLSA status``.

    The table may be left out; a choice then holds for every table that has the header.
    Errors: a text without ``=`` among those that say what a header means.

    >>> typed_choices(["roster: Termination Date = leave_date"], [], "--map")[0].rows[1]
    ('roster', 'Termination Date', 'leave_date')
    """
    found: list[tuple[str, str, str]] = []
    for text in mapped:
        said, equals, column = text.rpartition("=")
        if not equals or not said.strip() or not column.strip():
            raise CsmError(VALUE, "this does not say which column a header means", where, text,
                           'Write "Termination Date = leave_date", with the table in front where several have'
                           ' the header: "roster: Termination Date = leave_date".')  # fmt: skip
        found.append((*_with_table(said), column.strip()))
    found += [(*_with_table(text), "") for text in ignored]
    return choices_table(found, where)


def gone_table(rows: Sequence[tuple[str, str, str, str]], where: str) -> list[RawTable]:
    """Tables that should be there and are not, as a raw table beside the others; none, where none is missing.

    rows: the table's name, what is the matter, where to look, and what to do. where: what held it.
    """
    header = ("table", "message", "where", "hint")
    return [RawTable(GONE, [header, *rows], Origin("range", where))] if rows else []


def remarks_table(issues: Sequence[Issue], where: str) -> list[RawTable]:
    """Findings about none of the tables, as a raw table beside them; none, where there are none.

    where: what was read.
    """
    return [RawTable(REMARKS, [], Origin("range", where), tuple(issues))] if issues else []


def accepted_table(rules: Iterable[str], where: str) -> list[RawTable]:
    """Rules whose findings are accepted, as a raw table beside the others; none, where there are none.

    rules: each a rule, or several with commas between them.

    >>> accepted_table(["e607, E511"], "--accept")[0].rows
    [['rule'], ['E607'], ['E511']]
    """
    every = (one.strip().upper() for rule in rules for one in rule.split(","))
    rows = [["rule"], *([one] for one in every if one)]
    return [RawTable(ACCEPTED, rows, Origin("range", where))] if len(rows) > 1 else []


def what_if(tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables of a question about pay, by which nobody is paid: what only stops pay does not stop it.

    What Control decides is not among a formula's arguments, and the plan check names such findings.
    """
    return [*tables, *accepted_table(("E002", "E003", "E006", "E007", "E008", "E607"), "tables")]


def accepted_rules(raws: Iterable[RawTable]) -> dict[str, str]:
    """The rules whose findings warn, where they would stop the payment, each with where that was decided."""
    every = (raw for raw in raws if raw.name == ACCEPTED)
    return {str(row[0]): raw.origin.name for raw in every for row in raw.rows[1:]}


def idle_acceptances(accepted: Mapping[str, str], issues: Collection[_OfARule]) -> list[Issue]:
    """A note about each accepted rule that finds nothing: it would go on in silence once it does.

    accepted: as `accepted_rules` gives them. issues: all that was found.
    """
    found = {issue.rule for issue in issues}
    return [
        Issue(VALUE, "this rule is accepted, and it finds nothing", where, rule,
              "Remove it, so that what it finds later stops the payment.", "note")
        for rule, where in sorted(accepted.items()) if rule not in found
    ]  # fmt: skip


def softened(issues: Iterable[_Found], accepted: Collection[str]) -> list[_Found]:
    """The findings, those of accepted rules as warnings."""
    return [
        replace(issue, severity="warning") if issue.severity == "error" and issue.rule in accepted else issue
        for issue in issues
    ]


def split_typed(text: Any) -> list[str]:
    """The choices of one cell, each on a line of its own or after a semicolon.

    >>> split_typed("roster: FLSA status; deals: Stage")
    ['roster: FLSA status', 'deals: Stage']
    """
    parts = str(text or "").replace("\n", ";").split(";")
    return [part.strip() for part in parts if part.strip()]


def _with_table(text: str) -> tuple[str, str]:
    table, colon, header = text.partition(":")
    return (table.strip(), header.strip()) if colon else ("", text.strip())


def toml_decisions(document: Mapping[str, Any], called: str) -> list[RawTable]:
    """The decisions of a TOML plan: its keys ``columns`` and ``ignore``, each by table, and ``accept``.

    Errors: keys that are not of that form.
    """
    found: list[tuple[str, str, str]] = []
    issues = []
    for key, example in (("columns", '{ roster = { "Termination Date" = "leave_date" } }'),
                         ("ignore", '{ roster = ["FLSA status"] }')):  # fmt: skip
        given = document.get(key, {})
        if not isinstance(given, dict) or not all(_well_formed(key, said) for said in given.values()):
            issues.append(Issue(VALUE, f"{key} does not have the required form", f"{called} {key}", None,
                                f"Write {key} = {example}."))  # fmt: skip
            continue
        for table, said in given.items():
            pairs = said.items() if key == "columns" else ((header, "") for header in said)
            found += [(table, header, column) for header, column in pairs]
    accept = document.get("accept", [])
    if not isinstance(accept, list) or not all(isinstance(rule, str) for rule in accept):
        issues.append(Issue(VALUE, "accept is not a list of rules", f"{called} accept", None,
                            'Write accept = ["E607"].'))  # fmt: skip
    if issues:
        raise CsmError.of(issues)
    return [*choices_table(found, called), *accepted_table(accept, called)]


def _well_formed(key: str, said: Any) -> bool:
    if key == "columns":
        return isinstance(said, dict) and all(isinstance(column, str) and column for column in said.values())
    return isinstance(said, list) and all(isinstance(header, str) for header in said)
