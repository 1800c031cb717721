"""Whatever of a running shop is killed comes back by itself, with the same data."""

import psycopg
import pytest
import redis

from dev import processes
from dev.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.faults, pytest.mark.xdist_group("supervision")]

PROGRAMS = ["web", "worker", "relay", "beat", "valkey", "postgres", "stripe", "carrier"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a shop")
    with Stack.start(folder, seed=False) as shop:
        yield shop


class TestKilledProgram:
    @pytest.mark.parametrize("name", PROGRAMS)
    def test_is_back_within_seconds(self, shop, name):
        shop.kill(name)

        shop.wait_healthy(within_s=15)

    @pytest.mark.parametrize("name", ["web", "worker"])
    def test_gets_a_killed_child_back(self, shop, name):
        shop.kill_child(name)

        shop.wait_healthy(within_s=15)

    def test_keeps_what_was_committed(self, shop):
        with psycopg.connect(shop.database_url) as db:
            db.execute("CREATE TABLE kept (id int)")

        shop.kill("postgres")
        shop.wait_healthy(within_s=15)

        with psycopg.connect(shop.database_url) as db:
            assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)
            db.execute("DROP TABLE kept")

    def test_leaves_its_worker_consuming_after_the_broker_was_lost(self, shop):
        shop.kill("valkey")
        shop.wait_healthy(within_s=15)

        with redis.from_url(shop.facts["redis_url"]) as broker:
            shop.wait_until(
                lambda: any(client["cmd"] == "brpop" for client in broker.client_list()),
                within_s=5,
            )


class TestKilledSupervisor:
    def test_leaves_nothing_in_the_way_of_the_next_start(self, tmp_path):
        first = Stack.start(tmp_path, seed=False)
        password = first.facts["staff"]["password"]
        groups = first.pids()

        first.kill_supervisor()
        with Stack.start(tmp_path, seed=False) as second:
            assert second.facts["staff"]["password"] == password
            left = {p.group for p in processes.running()} & set(groups.values())
            assert left == set()
