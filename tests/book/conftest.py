"""What the tests of the book share: an empty place for a book, on SQLite and on PostgreSQL.

PostgreSQL is tested where CSM_XL_TEST_POSTGRES names a server that may be used freely, as `.ci/book` starts
one: there every test of a place runs twice, and the files of PostgreSQL alone are collected.
CSM_XL_TEST_SMALL_DISK names a folder on a disk of some megabytes that the server may write to.
"""

import os
import uuid

import pytest
import sqlalchemy as sa
from places import PEOPLE, FilePlace, ServerPlace

SERVER = os.environ.get("CSM_XL_TEST_POSTGRES")
SMALL_DISK = os.environ.get("CSM_XL_TEST_SMALL_DISK")
collect_ignore = [] if SERVER else ["test_book_roles.py", "test_book_server.py"]
collect_ignore += [] if SERVER and SMALL_DISK else ["test_book_small_disk.py"]


def pytest_generate_tests(metafunc):
    if "place" in metafunc.fixturenames:
        kinds = ["sqlite"]
        if SERVER:
            kinds.append(pytest.param("postgres", marks=pytest.mark.postgres))
        metafunc.parametrize("place", kinds, indirect=True)


@pytest.fixture(scope="session")
def server():
    """The server, with people who have logins and roles."""
    admin = sa.create_engine(
        sa.make_url(SERVER).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        known = set(connection.exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
        for role in ("csm_book_preparer", "csm_book_approver", "csm_book_payroll", "csm_book_auditor"):
            if role not in known:
                connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
        if "owner" not in known:
            connection.exec_driver_sql('CREATE ROLE "owner" LOGIN CREATEROLE')
        for name, roles in PEOPLE.items():
            if name not in known:
                connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN")
                for role in roles:
                    connection.exec_driver_sql(f"GRANT csm_book_{role} TO {name}")
    yield admin
    admin.dispose()


@pytest.fixture
def place(request, tmp_path):
    """An empty place for a book."""
    if request.param == "sqlite":
        yield FilePlace(tmp_path / "pay.book")
        return
    admin = request.getfixturevalue("server")
    name = f"book_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE {name} OWNER "owner"')
    yield ServerPlace(admin.url.set(database=name))
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
