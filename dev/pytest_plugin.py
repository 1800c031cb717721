"""Test databases copied from one template: migrations run once a run, not once a process.

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

from dev import postgres
from dev.state import CHECKOUT

TEMPLATE_VARIABLE = "COMMERCE_TEST_TEMPLATE"


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
