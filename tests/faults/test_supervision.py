"""Whatever of a running shop is killed comes back by itself, with the same data."""

import psycopg
import pytest
import redis

from dev import processes
from dev.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.faults]

PROGRAMS = ["web", "worker", "relay", "beat", "valkey", "postgres", "stripe", "carrier"]


class TestKilledProgram:
    @pytest.mark.parametrize("name", PROGRAMS)
    def test_is_back_within_seconds(self, stack, name):
        stack.kill(name)

        stack.wait_healthy(within_s=15)

    @pytest.mark.parametrize("name", ["web", "worker"])
    def test_gets_a_killed_child_back(self, stack, name):
        stack.kill_child(name)

        stack.wait_healthy(within_s=15)

    def test_keeps_what_was_committed(self, stack):
        with psycopg.connect(stack.database_url) as db:
            db.execute("CREATE TABLE kept (id int)")

        stack.kill("postgres")
        stack.wait_healthy(within_s=15)

        with psycopg.connect(stack.database_url) as db:
            assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)
            db.execute("DROP TABLE kept")

    def test_leaves_its_worker_consuming_after_the_broker_was_lost(self, stack):
        stack.kill("valkey")
        stack.wait_healthy(within_s=15)

        with redis.from_url(stack.facts["redis_url"]) as broker:
            stack.wait_until(
                lambda: any(client["cmd"] == "brpop" for client in broker.client_list()),
                within_s=5,
            )


class TestKilledSupervisor:
    def test_leaves_nothing_in_the_way_of_the_next_start(self, tmp_path):
        first = Stack.start(tmp_path / "a shop", seed=False)
        password = first.facts["staff"]["password"]
        groups = first.pids()

        first.kill_supervisor()
        with Stack.start(tmp_path / "a shop", seed=False) as second:
            assert second.facts["staff"]["password"] == password
            left = {p.group for p in processes.running()} & set(groups.values())
            assert left == set()
