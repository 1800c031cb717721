"""Whether somebody works on the queues."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db.models import F

from commerce.shared.models import QueueHeartbeat
from commerce.shared.tasks import note_consumption
from config.queues import QUEUES
from config.schedule import SCHEDULE

pytestmark = pytest.mark.django_db


def consume(*queues):
    for queue in queues:
        note_consumption.apply(kwargs={"queue": queue}, throw=True)


def ask(**options):
    out = io.StringIO()
    call_command("workers_alive", stdout=out, **options)
    return out.getvalue()


class TestWorkersAlive:
    def test_is_content_when_every_queue_was_just_served(self):
        consume(*QUEUES)

        assert ask() == "Alive: bulk, default, messages, money, webhooks\n"

    def test_names_the_queue_that_nobody_serves(self):
        consume(*QUEUES)
        QueueHeartbeat.objects.filter(queue="money").update(
            consumed_at=F("consumed_at") - dt.timedelta(minutes=2)
        )

        with pytest.raises(CommandError, match=r"money \(12\d s\)"):
            ask(max_age=60)
        assert ask(max_age=180)

    def test_names_a_queue_that_was_never_served(self):
        consume("money", "messages")

        with pytest.raises(CommandError, match=r"bulk \(inf s\), default \(inf s\), webhooks"):
            ask()

    def test_looks_only_at_the_queues_it_is_asked_about(self):
        consume("money", "messages")

        assert ask(queues="money,messages")

    def test_is_rung_in_every_queue(self):
        rung = {
            bell["options"]["queue"]
            for bell in SCHEDULE.values()
            if bell["task"] == "shared.note_consumption"
        }

        assert rung == {queue.name for queue in current_app.conf.task_queues}

    def test_keeps_one_row_for_each_queue(self):
        consume("money", "money", "money")

        assert QueueHeartbeat.objects.count() == 1
