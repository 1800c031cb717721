"""The figures: what a scrape shows, from one process and from many."""

from __future__ import annotations

import datetime as dt
import urllib.request

import pytest
from celery import current_app
from django.db import connection, transaction
from django.db.utils import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from commerce.shared import gauges
from commerce.shared.ids import first_id_at, new_id
from commerce.shared.tasks import note_consumption
from config.metrics import render
from dev.processes import free_port
from tests.processes import environment, eventually, process, valkey, worker
from tests.sample.messages import NoteWrittenV1
from tests.sample.outbox import OutboxMessage, publish


def figures(text: str | None = None) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text or render().decode())
        for sample in family.samples
    }


def figure(name: str, text: str | None = None, **labels: str) -> float:
    return figures(text).get((name, frozenset(labels.items())), 0.0)


@pytest.mark.django_db
class TestRequests:
    def test_are_counted_by_pattern_method_and_status(self, client):
        labels = {"route": "v1/me", "method": "GET", "status": "401"}
        before = figure("commerce_http_requests_total", **labels)

        client.get("/v1/me")
        client.get("/v1/me?secret=1")

        assert figure("commerce_http_requests_total", **labels) - before == 2
        assert figure("commerce_http_request_seconds_count", route="v1/me", method="GET") >= 2

    @pytest.mark.parametrize(
        "address", ["/nowhere", "/v1/ada@example.com", "/v1/api-keys/1/revoke"]
    )
    def test_to_addresses_somebody_made_up_share_one_row(self, client, address):
        labels = {"route": "none", "method": "GET", "status": "404"}
        before = figure("commerce_http_requests_total", **labels)

        client.get(address)

        assert figure("commerce_http_requests_total", **labels) - before == 1

    def test_with_methods_somebody_made_up_share_one_row(self, client):
        before = figure("commerce_http_requests_total", route="v1/me", method="other", status="401")

        client.generic("BREW", "/v1/me")

        after = figure("commerce_http_requests_total", route="v1/me", method="other", status="401")
        assert after - before == 1

    def test_of_probes_are_not_counted(self, client):
        client.get("/healthz")

        assert not any("healthz" in str(labels) for _, labels in figures())


@pytest.mark.django_db
class TestGauges:
    def publish_one(self, minutes_ago=0):
        with transaction.atomic():
            publish(
                NoteWrittenV1(note_id=new_id(), text="hello"), occurred_at=dt.datetime.now(dt.UTC)
            )
        if minutes_ago:
            # An id carries the time it was made.
            then = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes_ago)
            OutboxMessage.objects.update(id=first_id_at(then))

    def test_show_how_many_messages_wait_and_how_long(self):
        self.publish_one(minutes_ago=5)
        self.publish_one()

        assert figure("commerce_outbox_waiting", context="sample") == 2
        assert round(figure("commerce_outbox_oldest_seconds", context="sample")) == 300

    def test_show_zero_when_nothing_waits(self):
        assert (
            figures()[("commerce_outbox_oldest_seconds", frozenset({("context", "sample")}))] == 0
        )

    def test_count_parked_messages_apart(self):
        self.publish_one()
        OutboxMessage.objects.update(parked_at=dt.datetime.now(dt.UTC))

        assert figure("commerce_outbox_parked", context="sample") == 1
        assert figure("commerce_outbox_waiting", context="sample") == 0

    def test_show_when_a_worker_last_took_a_task(self):
        note_consumption.apply(kwargs={"queue": "money"})

        at = figure("commerce_worker_last_consumed_timestamp", queue="money")
        assert abs(dt.datetime.now(dt.UTC).timestamp() - at) < 60

    def test_leave_the_other_figures_when_the_database_is_away(self, client, monkeypatch):
        client.get("/v1/me")

        def refuse():
            raise OperationalError("connection refused")

        monkeypatch.setattr(connection, "cursor", refuse)
        shown = render().decode()

        assert figure("commerce_gauges_readable", shown) == 0
        assert "commerce_http_requests_total" in shown

    def test_of_one_name_cannot_be_registered_twice(self):
        with pytest.raises(ValueError, match="commerce_outbox_parked"):
            gauges.gauge("commerce_outbox_parked", "Something else.")(lambda: 1.0)


@pytest.mark.django_db
class TestTasks:
    def test_are_counted_by_outcome(self):
        def ended(outcome):
            return figure("commerce_tasks_total", task="shared.note_consumption", outcome=outcome)

        before = ended("succeeded"), ended("failed")
        note_consumption.apply(kwargs={"queue": "money"})
        note_consumption.apply(kwargs={"no_such_argument": True})

        assert (ended("succeeded") - before[0], ended("failed") - before[1]) == (1, 1)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
class TestManyProcesses:
    def test_add_up_in_any_of_them(self, tmp_path):
        folder = tmp_path / "metrics"
        folder.mkdir()
        port, metrics_port = free_port(), free_port()
        with valkey() as broker:
            env = environment(redis_url=broker.url) | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
            web = process(
                *("-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
                *("--port", str(port), "--workers", "2"),
                log=tmp_path / "web.log",
                env=env,
            )
            with (
                web,
                worker(log=tmp_path / "worker.log", env=env | {"METRICS_PORT": str(metrics_port)}),
            ):
                eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
                for _ in range(20):
                    assert not answers(f"http://127.0.0.1:{port}/nowhere")
                ring("shared.note_consumption", broker.url, queue="messages")
                shown = eventually(
                    lambda: has_task(answers(f"http://127.0.0.1:{port}/metrics")), within_s=30
                )
                workers_own = answers(f"http://127.0.0.1:{metrics_port}/metrics")

        labels = {"route": "none", "method": "GET", "status": "404"}
        assert figure("commerce_http_requests_total", shown, **labels) == 20
        assert has_task(workers_own)


def answers(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.read().decode()
    except OSError:
        return ""


def has_task(shown: str) -> str:
    labels = {"task": "shared.note_consumption", "outcome": "succeeded"}
    return shown if shown and figure("commerce_tasks_total", shown, **labels) >= 1 else ""


def ring(task: str, url: str, *, queue: str) -> None:
    with current_app.connection_for_write(url) as connection_to_broker:
        current_app.send_task(
            task, kwargs={"queue": queue}, queue=queue, connection=connection_to_broker
        )
