"""What is decided about PostgreSQL before and around its start."""

import contextlib
import subprocess
import sys
import time
from types import SimpleNamespace

import psycopg
import pytest

from dev import postgres, processes
from dev.postgres import DatabaseError


class TestForgetDeadPostmaster:
    """A killed server leaves the number of its process; it may be somebody else's by now."""

    @pytest.fixture
    def pid_file(self, tmp_path):
        return tmp_path / "postmaster.pid"

    @pytest.fixture
    def living(self):
        """Yield a function that starts a process with this word among its arguments."""
        with contextlib.ExitStack() as stack:

            def start(word):
                code = "import time; time.sleep(60)"
                process = stack.enter_context(subprocess.Popen([sys.executable, "-c", code, word]))
                stack.callback(process.kill)
                return process.pid

            yield start

    def test_removes_the_number_of_another_program(self, pid_file, living):
        pid_file.write_text(f"{living('something else')}\n/data\n")

        postgres._forget_dead_postmaster(pid_file.parent)

        assert not pid_file.exists()

    def test_keeps_the_number_of_a_server_that_lives(self, pid_file, living):
        pid = living("postgres")
        deadline = time.monotonic() + 5
        while not any(p.pid == pid and "postgres" in p.command for p in processes.running()):
            assert time.monotonic() < deadline
        pid_file.write_text(f"{pid}\n/data\n")

        postgres._forget_dead_postmaster(pid_file.parent)

        assert pid_file.exists()

    def test_leaves_a_number_that_nobody_has_to_postgresql(self, pid_file):
        """It knows whether children of the dead still hold its memory; we do not."""
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        pid_file.write_text(f"{ended.pid}\n/data\n")

        postgres._forget_dead_postmaster(pid_file.parent)

        assert pid_file.exists()

    def test_has_nothing_to_do_after_an_orderly_stop(self, pid_file):
        postgres._forget_dead_postmaster(pid_file.parent)

        assert not pid_file.exists()


class TestCheckServer:
    def test_refuses_an_address_where_nobody_answers(self):
        address = f"postgres://shop:a-password@127.0.0.1:{processes.free_port()}/shop"

        with pytest.raises(DatabaseError, match="does not lead to a database") as refused:
            postgres.check_server(address)

        assert "a-password" not in str(refused.value)

    @pytest.mark.parametrize(
        "address",
        ["postgres//shop:a-password@db/shop", "postgres://shop:a-password@db/shop?sslmodus=x"],
    )
    def test_refuses_an_address_that_is_none_and_keeps_its_password_to_itself(self, address):
        with pytest.raises(DatabaseError, match="is not understood") as refused:
            postgres.check_server(address)

        assert "a-password" not in str(refused.value)

    @pytest.mark.parametrize(("version", "is_refused"), [(150_004, True), (160_000, False)])
    def test_refuses_a_server_older_than_16(self, monkeypatch, version, is_refused):
        connection = SimpleNamespace(info=SimpleNamespace(server_version=version))
        monkeypatch.setattr(psycopg, "connect", lambda *_, **__: contextlib.nullcontext(connection))

        expected = (
            pytest.raises(DatabaseError, match="PostgreSQL 15; 16 or newer")
            if is_refused
            else contextlib.nullcontext()
        )
        with expected:
            postgres.check_server("postgres://shop@127.0.0.1/shop")


class TestAnotherDatabase:
    def test_changes_the_name_and_nothing_else(self):
        address = "postgres://shop:pw@127.0.0.1:5433/shop"

        assert (
            postgres.another_database(address, "test") == "postgres://shop:pw@127.0.0.1:5433/test"
        )
