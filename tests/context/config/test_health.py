"""What probes are told."""

from __future__ import annotations

import dataclasses

import pytest
import redis
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError

from config import health
from dev.processes import free_port


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(health._Migrations, "all_applied", False)


@pytest.fixture
def production(settings):
    settings.ENV = dataclasses.replace(settings.ENV, mode="production")


class TestHealthz:
    def test_asks_nobody(self, client):
        # No database mark: a statement would fail this test.
        assert client.get("/healthz").json() == {"status": "ok"}

    def test_does_not_care_by_which_name_it_is_called(self, client, settings):
        settings.ALLOWED_HOSTS = ["shop.example"]

        assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200

    def test_only_answers_questions(self, client):
        assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
class TestReadyz:
    def test_is_ready_when_everything_is_there(self, client):
        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.json()["parts"] == {"database": "ok", "broker": "ok", "migrations": "ok"}

    def test_costs_one_statement_once_the_migrations_were_seen(
        self, client, django_assert_num_queries
    ):
        client.get("/readyz")

        with django_assert_num_queries(1):
            client.get("/readyz")

    def test_names_the_broker_that_is_away(self, client, settings):
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()["parts"]["broker"]) == (503, "away")

    def test_names_a_broker_that_does_not_answer_in_time(self, client, monkeypatch):
        def slow(*_):
            raise redis.TimeoutError

        monkeypatch.setattr(redis.Redis, "ping", slow)

        assert client.get("/readyz").json()["parts"]["broker"] == "away"

    def test_names_the_database_that_is_away(self, client, monkeypatch):
        def refuse():
            raise OperationalError("connection refused")

        monkeypatch.setattr(connection, "cursor", refuse)

        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["parts"] == {
            "database": "away",
            "broker": "ok",
            "migrations": "unknown",
        }

    def test_waits_for_migrations(self, client):
        MigrationRecorder(connection).record_unapplied("identity", "0001_initial")

        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()["parts"]["migrations"]) == (503, "pending")


@pytest.mark.django_db
class TestMetrics:
    def test_are_open_on_a_developers_machine(self, client):
        assert client.get("/metrics").status_code == 200

    def test_are_closed_in_production(self, client, production):
        assert client.get("/metrics").status_code == 403

    @pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "right"])
    def test_are_closed_to_who_does_not_know_the_token(self, client, production, settings, header):
        settings.METRICS_TOKEN = "the right one"

        answer = client.get("/metrics", headers={"authorization": header} if header else {})

        assert answer.status_code == 401

    def test_are_open_to_who_knows_the_token(self, client, production, settings):
        settings.METRICS_TOKEN = "the right one"

        answer = client.get("/metrics", headers={"authorization": "Bearer the right one"})

        assert answer.status_code == 200
