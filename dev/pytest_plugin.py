"""What a whole run shares: one migrated database to copy from, and one running shop.

Loaded by `make test` only. Without the variable below pytest-django makes its databases as always.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from dev import postgres
from dev.state import CHECKOUT

TEMPLATE_VARIABLE = "COMMERCE_TEST_TEMPLATE"
# Their tests share a shop of many processes, which takes half a minute to open.
OF_ONE_SHOP = ("tests/faults/", "tests/journeys/")


class OneShop(LoadScopeScheduling):  # type: ignore[misc]  # untyped in the library
    """Gives all tests of the running shop to one process, first of all; the others one by one.

    `--dist loadgroup` is made for this, and groups nothing with pytest 9.2 (xdist 3.8 names the
    group where pytest no longer looks).
    """

    def _split_scope(self, nodeid: str) -> str:
        return "shop" if nodeid.startswith(OF_ONE_SHOP) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneShop:
    return OneShop(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Point the test database at the template; the first process that needs one makes it."""
    # Settings can be read only after pytest-django has found them.
    from django.conf import settings

    name = os.environ.get(TEMPLATE_VARIABLE)
    if name:
        make_template(name, server=os.environ["DATABASE_URL"])
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = name


def make_template(name: str, *, server: str) -> None:
    """Create and migrate the template, unless another process of this run has."""
    unfinished = f"{name}_unfinished"
    with (
        Path(os.environ["COMMERCE_LOCAL_DIR"], f"{name}.lock").open("w") as lock,
        psycopg.connect(server, autocommit=True) as db,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
            cwd=CHECKOUT,
            env={**os.environ, "DATABASE_URL": postgres.another_database(server, unfinished)},
            check=True,
        )
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        db.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
