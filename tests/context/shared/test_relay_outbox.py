"""The relay against a real broker that is killed, a database that restarts, workers that die."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction

from commerce.shared.ids import new_id
from tests.processes import environment, eventually, process, relay, valkey, worker
from tests.sample.messages import NoteWrittenV1
from tests.sample.models import Note
from tests.sample.outbox import OutboxMessage, publish

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def write_notes(count, text="hello"):
    messages = [NoteWrittenV1(note_id=new_id(), text=text) for _ in range(count)]
    with transaction.atomic():
        publish(*messages, occurred_at=dt.datetime.now(dt.UTC))


def delivered():
    return OutboxMessage.objects.filter(delivered_at__isnull=False).count()


def make_due():
    """Stand in for the half minute after which an unconfirmed message is sent again."""
    OutboxMessage.objects.filter(delivered_at__isnull=True).update(
        next_attempt_at=dt.datetime.now(dt.UTC)
    )


@pytest.fixture
def broker():
    with valkey() as broker:
        yield broker


@pytest.fixture
def env(broker):
    return environment(redis_url=broker.url) | {"LOG_LEVEL": "INFO"}


class TestRelayOutbox:
    def test_delivers_through_broker_and_worker_and_stops_when_asked(self, broker, env, tmp_path):
        write_notes(250)  # more than a batch

        with (
            worker(log=tmp_path / "worker.log", env=env),
            relay(log=tmp_path / "relay.log", env=env) as running,
        ):
            eventually(lambda: delivered() == 250, within_s=40)
            assert running.stop() == 0

        assert Note.objects.count() == 250
        assert running.says("outbox.relay.stopped")

    def test_sends_again_what_the_broker_lost(self, broker, env, tmp_path):
        write_notes(20)
        with relay(log=tmp_path / "relay.log", env=env) as running:
            eventually(lambda: broker.length_of("messages") == 40)
            broker.kill()
            broker.start()
            assert broker.length_of("messages") == 0

            make_due()
            with worker(log=tmp_path / "worker.log", env=env):
                eventually(lambda: delivered() == 20, within_s=40)
            assert running.is_running

        assert Note.objects.count() == 20

    def test_waits_for_a_broker_that_is_away_and_parks_nothing(self, broker, env, tmp_path):
        broker.kill()
        with relay(log=tmp_path / "relay.log", env=env) as running:
            write_notes(5)
            eventually(lambda: running.says("outbox.relay.interrupted"))
            broker.start()
            eventually(lambda: broker.length_of("messages") == 10)

        assert {row.attempts for row in OutboxMessage.objects.all()} == {1}

    def test_goes_on_after_the_database_cut_its_connection(self, broker, env, tmp_path):
        with relay(log=tmp_path / "relay.log", env=env) as running:
            write_notes(1)
            eventually(lambda: broker.length_of("messages") == 2)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                assert cursor.fetchone()[0] >= 1
            write_notes(1)
            eventually(lambda: broker.length_of("messages") == 4)
            assert running.is_running

    def test_loses_nothing_when_it_is_killed_again_and_again(self, broker, env, tmp_path):
        write_notes(400)
        with worker(log=tmp_path / "worker.log", env=env):
            for _ in range(3):
                with relay(log=tmp_path / "relay.log", env=env) as running:
                    before = OutboxMessage.objects.filter(published_at__isnull=False).count()
                    eventually(
                        lambda before=before: (
                            OutboxMessage.objects.filter(published_at__isnull=False).count()
                            > before
                        )
                    )
                    running.kill()
                make_due()
                write_notes(50)
            with relay(log=tmp_path / "relay.log", env=env):
                eventually(lambda: delivered() == 550, within_s=60)

        assert Note.objects.count() == 550

    def test_once_sends_what_is_due_and_ends(self, broker, env, tmp_path):
        write_notes(3)
        with process(
            "manage.py", "relay_outbox", "--once", log=tmp_path / "relay.log", env=env
        ) as running:
            eventually(lambda: not running.is_running)

        assert broker.length_of("messages") == 6
