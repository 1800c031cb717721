"""Log lines of real processes: JSON, one id from request to task, nothing personal."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import transaction

from commerce.shared.correlation import correlated
from commerce.shared.ids import new_id
from tests.processes import environment, eventually, process, relay, valkey, worker
from tests.sample.messages import NoteWrittenV1
from tests.sample.outbox import OutboxMessage, publish

LOGGING = """
import logging, structlog, warnings
log = structlog.get_logger("commerce.test")
log.info("order.placed", order_id="ord_1", email="ada@example.com", card="4242 4242 4242 4242")
logging.getLogger("somebody.elses").warning("mail to %s failed", "ada@example.com")
logging.getLogger("somebody.elses").info("extra", extra={"password": "hunter2"})
log.debug("not.at.this.level")
try:
    raise ValueError("no account ada@example.com")
except ValueError:
    log.exception("broken")
warnings.warn("old")
"""


def lines_of(log):
    # Wheels may print before our logs are set up; every line of ours is an object.
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


class TestLogs:
    @pytest.fixture(scope="class")
    @classmethod
    def lines(cls, tmp_path_factory):
        log = tmp_path_factory.mktemp("logs") / "shell.log"
        env = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "COMMERCE_ENV": "test",
            "LOG_LEVEL": "INFO",
        }
        with process(
            "manage.py", "shell", "--no-imports", "-c", LOGGING, log=log, env=env
        ) as shell:
            eventually(lambda: not shell.is_running)
        assert [line for line in log.read_text().splitlines() if not line.startswith("{")] == []
        return lines_of(log)

    def test_are_objects_with_time_level_logger_and_event(self, lines):
        placed = next(line for line in lines if line["event"] == "order.placed")

        assert placed["level"] == "info"
        assert placed["logger"] == "commerce.test"
        assert dt.datetime.fromisoformat(placed["timestamp"]).tzinfo is not None
        assert placed["order_id"] == "ord_1"

    def test_of_other_peoples_code_look_the_same(self, lines):
        theirs = [line for line in lines if line["logger"] == "somebody.elses"]

        assert [line["event"] for line in theirs] == ["mail to [removed] failed", "extra"]
        assert theirs[1]["password"] == "[removed]"
        assert any("old" in line["event"] for line in lines if line["logger"] == "py.warnings")

    def test_hold_the_trace_of_an_exception(self, lines):
        broken = next(line for line in lines if line["event"] == "broken")

        assert "ValueError" in broken["exception"]
        assert broken["level"] == "error"

    def test_hold_nothing_personal_and_nothing_below_the_level(self, lines):
        told = json.dumps(lines)

        assert "ada@example.com" not in told
        assert "4242" not in told
        assert "hunter2" not in told
        assert "not.at.this.level" not in told


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
class TestOneIdForOneStory:
    def test_goes_from_the_request_through_outbox_and_relay_into_the_task(self, tmp_path):
        with correlated("req_of_this_story"), transaction.atomic():
            publish(
                NoteWrittenV1(note_id=new_id(), text="hello"), occurred_at=dt.datetime.now(dt.UTC)
            )

        with valkey() as broker:
            env = environment(redis_url=broker.url) | {"LOG_LEVEL": "INFO"}
            with (
                worker(log=tmp_path / "worker.log", env=env),
                relay(log=tmp_path / "relay.log", env=env),
            ):
                eventually(
                    lambda: OutboxMessage.objects.filter(delivered_at__isnull=False).exists(),
                    within_s=40,
                )

                def story():
                    return [
                        (line["event"], line["task"])
                        for line in lines_of(tmp_path / "worker.log")
                        if line.get("correlation_id") == "req_of_this_story"
                        and line["task"] == "sample.on_note_written"
                    ]

                eventually(lambda: len(story()) == 2)

        assert story() == [
            ("sample.note.heard", "sample.on_note_written"),
            ("task.ended", "sample.on_note_written"),
        ]
