"""The rules of a book as triggers of its database: the same conditions for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from csm_xl.book import rules
from csm_xl.book.conditions import Rule
from csm_xl.book.payroll_rules import BLOB_KEPT
from csm_xl.book.rules import EVENT_RULES, said
from csm_xl.book.tables import PARTS, ROLES, SCHEMA, metadata

EVERY: Final = ("event", *(table.name for table in PARTS), "blob", "kind")
_PARTS: Final = tuple(table.name for table in PARTS)
_CHANGES: Final = ("blob", "UPDATE")
"""The one change that a book takes, under a condition."""
_LOCK: Final = 7_261_943
"""The number of the lock that writers on PostgreSQL take in turn."""
PREFIX: Final = "book_"
"""What the names of triggers and trigger functions begin with."""


def install(connection: sa.Connection) -> None:
    """Put the triggers into a database, in place of those that are there."""
    remove(connection)
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def remove(connection: sa.Connection) -> None:
    """Take the triggers out of a database, so that its tables can be upgraded."""
    if connection.dialect.name == "sqlite":
        for name in found_sqlite(connection):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    for table, name in connection.exec_driver_sql(_PG_TRIGGERS).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON {SCHEMA}."{table}"')
    for (name,) in connection.exec_driver_sql(_PG_FUNCTIONS).all():
        connection.exec_driver_sql(f'DROP FUNCTION {SCHEMA}."{name}"()')


def statements(dialect: str) -> list[str]:
    """The statements that make the triggers. dialect: ``sqlite`` or ``postgresql``."""
    return list(sqlite_triggers().values()) if dialect == "sqlite" else _postgresql()


# ---- SQLite ------------------------------------------------------------------------------------


def sqlite_triggers() -> dict[str, str]:
    """Trigger → the statement that makes it, as SQLite keeps its text."""
    cases = " ".join(f"WHEN {rule.broken} THEN {_abort(rule)}" for rule in EVENT_RULES)
    found = {
        f"{PREFIX}event_rules": f"CREATE TRIGGER {PREFIX}event_rules BEFORE INSERT ON event BEGIN SELECT CASE"
        f" {cases} END; END"
    }
    for table in _PARTS:
        found |= _sqlite(f"{table}_sealed", f"BEFORE INSERT ON {table}", rules.SEALED,
                         "EXISTS (SELECT 1 FROM event e WHERE e.id = NEW.event_id)")  # fmt: skip
    # REPLACE would take a row away before any trigger of a removal sees it.
    found |= _sqlite("blob_kept", "BEFORE INSERT ON blob", rules.KEPT,
                     "EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = NEW.sha256)")  # fmt: skip
    found |= _sqlite("kind_no_insert", "BEFORE INSERT ON kind", rules.APPEND_ONLY)
    for table in EVERY:
        for what in ("UPDATE", "DELETE"):
            when = BLOB_KEPT if (table, what) == _CHANGES else ""
            found |= _sqlite(
                f"{table}_no_{what.lower()}", f"BEFORE {what} ON {table}", rules.APPEND_ONLY, when
            )
    return found


def _sqlite(name: str, on: str, rule: Rule, when: str = "") -> dict[str, str]:
    condition = f" WHEN {when}" if when else ""
    name = PREFIX + name
    return {name: f"CREATE TRIGGER {name} {on}{condition} BEGIN SELECT {_abort(rule)}; END"}


def _abort(rule: Rule) -> str:
    return f"RAISE(ABORT, '{said(rule)}')"


def found_sqlite(connection: sa.Connection) -> dict[str, str]:
    """The triggers that a SQLite file has, with their text."""
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    return {str(name): str(text) for name, text in connection.exec_driver_sql(asked)}


# ---- PostgreSQL --------------------------------------------------------------------------------

_PG_TRIGGERS: Final = (
    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON"
    f" n.oid = c.relnamespace WHERE n.nspname = '{SCHEMA}' AND NOT t.tgisinternal ORDER BY 1, 2"
)
_PG_FUNCTIONS: Final = (
    "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname ="
    f" '{SCHEMA}' ORDER BY 1"
)


def postgresql_functions() -> dict[str, str]:
    """Trigger function → its body."""
    rules_ = " ".join(f"IF {rule.broken} THEN {_raise(rule)} END IF;" for rule in EVENT_RULES)
    roles = " OR ".join(
        f"(k.role = '{role}' AND pg_has_role(session_user, '{role_name(role)}', 'MEMBER'))" for role in ROLES
    )
    owner = (
        "session_user = (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID)"
        " OR (SELECT u.rolsuper FROM pg_roles u WHERE u.rolname = session_user)"
    )
    people = (
        f"IF NEW.kind <> 'create' THEN IF {owner} THEN {_raise(rules.NO_OWNER)} END IF;"
        f" IF NOT EXISTS (SELECT 1 FROM kind k WHERE k.kind = NEW.kind AND ({roles})) THEN"
        f" {_raise(rules.ITS_ROLE)} END IF; END IF;"
        f" IF NEW.made_by <> session_user THEN {_raise(rules.ITS_OWN_NAME)} END IF;"
    )
    return {
        f"{PREFIX}event_rules": f"BEGIN {rules_} RETURN NEW; END",
        f"{PREFIX}event_people": f"BEGIN {people} RETURN NEW; END",
        f"{PREFIX}one_writer": "BEGIN IF current_setting('transaction_isolation') <> 'read committed' THEN"
        f" {_raise(rules.ONE_WRITER)} END IF; PERFORM pg_advisory_xact_lock({_LOCK}); RETURN NULL; END",
        f"{PREFIX}sealed": "BEGIN IF EXISTS (SELECT 1 FROM added a JOIN event e ON e.id = a.event_id) THEN"
        f" {_raise(rules.SEALED)} END IF; RETURN NULL; END",
        f"{PREFIX}append_only": f"BEGIN {_raise(rules.APPEND_ONLY)} END",
        f"{PREFIX}blob_kept": f"BEGIN IF {BLOB_KEPT} THEN {_raise(rules.APPEND_ONLY)} END IF;"
        " RETURN NEW; END",
    }


def postgresql_triggers() -> dict[tuple[str, str], str]:
    """(table, trigger) → its definition, as PostgreSQL gives it back while `SCHEMA` is the search path."""
    found: dict[tuple[str, str], str] = {}

    def add(table: str, name: str, when: str, each: str, function: str) -> None:
        found[table, PREFIX + name] = (
            f"CREATE TRIGGER {PREFIX}{name} {when} ON {SCHEMA}.{table}{each} EXECUTE FUNCTION"
            f" {PREFIX}{function}()"
        )

    row, statement = " FOR EACH ROW", " FOR EACH STATEMENT"
    add("event", "event_rules", "BEFORE INSERT", row, "event_rules")
    add("event", "event_people", "BEFORE INSERT", row, "event_people")
    for table in (*_PARTS, "event", "blob"):
        add(table, "one_writer", "BEFORE INSERT", statement, "one_writer")
    for table in _PARTS:
        add(table, "sealed", "AFTER INSERT", f" REFERENCING NEW TABLE AS added{statement}", "sealed")
    add("kind", "no_insert", "BEFORE INSERT", statement, "append_only")
    for table in EVERY:
        for what in ("UPDATE", "DELETE", "TRUNCATE"):
            if (table, what) == _CHANGES:
                add(table, "no_update", "BEFORE UPDATE", row, "blob_kept")
            else:
                add(table, f"no_{what.lower()}", f"BEFORE {what}", statement, "append_only")
    return found


def _postgresql() -> list[str]:
    functions = [
        f"CREATE FUNCTION {SCHEMA}.{name}() RETURNS trigger LANGUAGE plpgsql SET search_path TO {SCHEMA},"
        f" pg_temp AS $rule${body}$rule$"
        for name, body in postgresql_functions().items()
    ]
    return [*functions, *postgresql_triggers().values()]


def _raise(rule: Rule) -> str:
    return f"RAISE EXCEPTION '{said(rule)}' USING ERRCODE = 'integrity_constraint_violation';"


def role_name(role: str) -> str:
    """The role of the database that a role of the book is."""
    return f"{SCHEMA}_{role}"


def grants(database: str) -> list[str]:
    """The statements that leave each role what it needs, and everybody else nothing.

    database: its name. The owner of the database runs them.
    """
    roles = ", ".join(role_name(role) for role in ROLES)
    writers = ", ".join(role_name(role) for role in ROLES if role != "auditor")
    tables = ", ".join(f"{SCHEMA}.{name}" for name in metadata.tables)
    quoted = '"' + database.replace('"', '""') + '"'
    preparer = ", ".join(f"{SCHEMA}.{name}" for name in (*_PARTS, "blob"))
    payroll = ", ".join(f"{SCHEMA}.{name}" for name in ("span", "total", "entry", "about"))
    return [
        f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC",
        f"REVOKE CREATE, TEMPORARY ON DATABASE {quoted} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {roles}",
        f"GRANT SELECT ON {tables}, {SCHEMA}.alembic_version TO {roles}",
        f"GRANT INSERT ON {SCHEMA}.event TO {writers}",
        f"GRANT INSERT ON {preparer} TO {role_name('preparer')}",
        f"GRANT UPDATE (data) ON {SCHEMA}.blob TO {role_name('preparer')}",
        f"GRANT INSERT ON {payroll} TO {role_name('payroll')}",
        f"GRANT INSERT ON {SCHEMA}.signature TO {writers}",
    ]


def wrong_triggers(connection: sa.Connection) -> list[str]:
    """What of the triggers is not as it was made: a sentence each."""
    if connection.dialect.name == "sqlite":
        return _differing("trigger", sqlite_triggers(), found_sqlite(connection))
    asked = (
        "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t JOIN pg_class c"
        " ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE n.nspname = '{SCHEMA}' AND NOT t.tgisinternal"
    )
    found, wrong = {}, []
    for table, name, text, enabled in connection.exec_driver_sql(asked):
        found[f"{name} of {table}"] = str(text)
        if enabled not in ("O", b"O"):
            wrong.append(f"the trigger {name} of {table} is switched off")
    want = {f"{name} of {table}": text for (table, name), text in postgresql_triggers().items()}
    bodies = {}
    asked = (
        "SELECT p.proname, p.prosrc, array_to_string(p.proconfig, ';'), p.prosecdef FROM pg_proc p JOIN"
        f" pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = '{SCHEMA}'"
    )
    for name, body, settings, definer in connection.exec_driver_sql(asked):
        bodies[str(name)] = f"{body}|{settings}|{definer}"
    functions = {
        name: f"{body}|search_path={SCHEMA}, pg_temp|False" for name, body in postgresql_functions().items()
    }
    return [*wrong, *_differing("trigger", want, found), *_differing("function", functions, bodies)]


def _differing(what: str, want: dict[str, str], found: dict[str, str]) -> list[str]:
    return [
        *(f"the {what} {name} is missing" for name in want if name not in found),
        *(f"the {what} {name} was changed" for name in want if name in found and found[name] != want[name]),
        *(f"the {what} {name} is not one of the book's" for name in found if name not in want),
    ]
