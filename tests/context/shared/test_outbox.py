"""The outbox: a message is sent until every receiver has confirmed it."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from commerce.shared.correlation import correlated
from commerce.shared.ids import new_id
from commerce.shared.outbox import (
    ATTEMPTS_BEFORE_PARKING,
    BrokerAway,
    confirm,
    forget_delivered,
    relay,
    report_failure,
    unpark,
)
from tests.sample.inbox import Poisoned
from tests.sample.messages import NoteWrittenV1
from tests.sample.models import Note
from tests.sample.outbox import OutboxMessage, publish

SECOND = dt.timedelta(seconds=1)


def write_note(text="hello"):
    message = NoteWrittenV1(note_id=new_id(), text=text)
    with transaction.atomic():
        publish(message, occurred_at=dt.datetime.now(dt.UTC))
    return message


def due_at() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + SECOND


class Broker:
    """A broker that remembers what it was given."""

    def __init__(self):
        self.sent = []
        self.is_away = False

    def send(self, receiver, *, message_id, envelope):
        if self.is_away:
            raise BrokerAway
        self.sent.append((receiver, message_id, envelope))

    def relay(self, *, now=None, **options):
        return relay(
            OutboxMessage,
            routes=settings.MESSAGE_ROUTES,
            send=self.send,
            now=now or due_at(),
            **options,
        )


def deliver(receiver, *, message_id, envelope):
    """Run the receiver's real task at once, as a worker would: a failure stays in the worker."""
    current_app.tasks[receiver].apply(kwargs=envelope)


@pytest.fixture
def broker():
    return Broker()


@pytest.mark.django_db
class TestPublish:
    def test_needs_a_transaction(self):
        with pytest.raises(TransactionManagementError):
            publish(NoteWrittenV1(note_id=new_id(), text="x"), occurred_at=due_at())

    def test_is_undone_with_its_transaction(self):
        with transaction.atomic():
            publish(NoteWrittenV1(note_id=new_id(), text="x"), occurred_at=due_at())
            transaction.set_rollback(True)

        assert not OutboxMessage.objects.exists()

    def test_keeps_the_correlation_id_of_the_work(self, broker):
        with correlated("req_of_this_test"):
            write_note()
        broker.relay()

        assert {envelope["correlation_id"] for _, _, envelope in broker.sent} == {
            "req_of_this_test"
        }


@pytest.mark.django_db
class TestRelay:
    def test_sends_to_every_receiver(self, broker):
        write_note("hello")

        assert broker.relay() == 1

        assert [receiver for receiver, _, _ in broker.sent] == [
            "sample.on_note_written",
            "sample.on_note_written_too",
        ]
        assert broker.sent[0][2]["payload"]["text"] == "hello"

    def test_delivers_when_the_last_receiver_has_confirmed(self, broker):
        write_note()
        broker.relay()
        row = OutboxMessage.objects.get()

        confirm(outbox="sample", message_id=row.pk, receiver="sample.on_note_written")
        row.refresh_from_db()
        assert (row.delivered_at, row.receivers_pending) == (None, ["sample.on_note_written_too"])

        confirm(outbox="sample", message_id=row.pk, receiver="sample.on_note_written_too")
        row.refresh_from_db()
        assert row.delivered_at is not None

    def test_sends_again_only_to_whom_it_has_not_heard_from(self, broker):
        write_note()
        broker.relay()
        row = OutboxMessage.objects.get()
        confirm(outbox="sample", message_id=row.pk, receiver="sample.on_note_written")
        broker.sent.clear()

        assert broker.relay(now=due_at() + 20 * SECOND) == 0
        assert broker.relay(now=due_at() + 31 * SECOND) == 1

        assert [receiver for receiver, _, _ in broker.sent] == ["sample.on_note_written_too"]

    def test_waits_longer_each_time_up_to_ten_minutes(self, broker):
        write_note()
        now = due_at()
        waits = []
        for _ in range(7):
            broker.relay(now=now)
            due = OutboxMessage.objects.get().next_attempt_at
            waits.append(round((due - now).total_seconds()))
            now = due

        assert waits == [30, 60, 120, 240, 480, 600, 600]

    def test_marks_a_message_that_nobody_receives_as_delivered(self, broker):
        write_note()

        relay(OutboxMessage, routes={}, send=broker.send, now=due_at())

        assert broker.sent == []
        assert OutboxMessage.objects.get().delivered_at is not None

    def test_takes_the_oldest_first_and_no_more_than_a_batch(self, broker):
        notes = [write_note() for _ in range(5)]

        assert broker.relay(batch_size=3) == 3

        sent = [envelope["payload"]["note_id"] for _, _, envelope in broker.sent[::2]]
        assert sent == [str(note.note_id) for note in notes[:3]]

    def test_gives_everything_back_while_the_broker_is_away(self, broker):
        for _ in range(3):
            write_note()
        broker.is_away = True
        for _ in range(2 * ATTEMPTS_BEFORE_PARKING):
            with pytest.raises(BrokerAway):
                broker.relay()
        broker.is_away = False

        assert broker.relay() == 3

        assert len(broker.sent) == 6
        assert not OutboxMessage.objects.filter(parked_at__isnull=False).exists()


@pytest.mark.django_db
class TestReceivers:
    def relay(self, **options):
        return relay(
            OutboxMessage,
            routes=settings.MESSAGE_ROUTES,
            send=deliver,
            now=options.pop("now", due_at()),
            **options,
        )

    def test_confirm_by_themselves(self):
        message = write_note("hello")

        self.relay()

        assert Note.objects.get(pk=message.note_id).text == "hello"
        assert OutboxMessage.objects.get().delivered_at is not None

    def test_that_fail_leave_the_reason_and_are_tried_again_soon(self):
        write_note("poison")

        self.relay()

        row = OutboxMessage.objects.get()
        assert row.last_error == repr(Poisoned("poison"))
        assert row.receivers_pending == ["sample.on_note_written"]
        assert row.next_attempt_at < due_at() + 3 * SECOND

    def test_that_fail_leave_nothing_personal_with_the_reason(self):
        write_note("hello")
        error = "Key (email)=(ada@example.com) already exists."

        report_failure(outbox="sample", message_id=OutboxMessage.objects.get().pk, error=error)

        assert OutboxMessage.objects.get().last_error == "Key (email)=[removed] already exists."

    def test_that_recover_get_the_message_after_all(self):
        message = write_note("poison")
        self.relay()
        OutboxMessage.objects.update(payload={"note_id": str(message.note_id), "text": "cured"})

        self.relay(now=due_at() + 5 * SECOND)

        assert Note.objects.get().text == "cured"
        assert OutboxMessage.objects.get().delivered_at is not None

    def test_are_spared_a_poisonous_message_after_ten_tries(self):
        write_note("poison")
        tries = 0
        for i in range(30):
            tries += self.relay(now=due_at() + i * dt.timedelta(minutes=11))

        row = OutboxMessage.objects.get()
        assert (tries, row.attempts) == (11, 11)  # the eleventh claim parks it
        assert row.parked_at is not None
        assert row.delivered_at is None

    def test_get_a_parked_message_again_when_somebody_says_so(self):
        message = write_note("poison")
        for i in range(12):
            self.relay(now=due_at() + i * dt.timedelta(minutes=11))
        row = OutboxMessage.objects.get()
        OutboxMessage.objects.update(payload={"note_id": str(message.note_id), "text": "cured"})

        assert unpark(OutboxMessage, [row.pk], now=due_at()) == 1
        self.relay(now=due_at() + SECOND)

        row.refresh_from_db()
        assert (row.parked_at, row.attempts) == (None, 1)
        assert row.delivered_at is not None

    def test_read_a_message_of_a_newer_release(self):
        message = write_note("hello")
        row = OutboxMessage.objects.get()
        row.payload["since_v1_1"] = True
        row.save()

        self.relay()

        assert Note.objects.filter(pk=message.note_id).exists()

    def test_refuse_a_message_with_a_field_missing(self):
        write_note("hello")
        OutboxMessage.objects.update(payload={"text": "hello"})

        self.relay()

        assert "$.note_id: missing" in OutboxMessage.objects.get().last_error


@pytest.mark.django_db
class TestForgetDelivered:
    def test_deletes_what_was_delivered_a_month_ago_and_nothing_else(self, broker):
        write_note()
        old = OutboxMessage.objects.get()
        OutboxMessage.objects.update(delivered_at=due_at())
        write_note()

        assert forget_delivered(OutboxMessage, now=due_at() + dt.timedelta(days=29)) == 0
        assert forget_delivered(OutboxMessage, now=due_at() + dt.timedelta(days=31)) == 1
        assert not OutboxMessage.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db(transaction=True)
class TestRelaysAtOnce:
    def test_share_the_work_and_send_each_message_once(self):
        for _ in range(300):
            write_note()
        brokers = [Broker() for _ in range(4)]

        def drain(broker):
            try:
                while broker.relay(batch_size=7):
                    pass
            finally:
                connection.close()

        with ThreadPoolExecutor(len(brokers)) as threads:
            list(threads.map(drain, brokers))

        sent = Counter(
            (receiver, message_id) for broker in brokers for receiver, message_id, _ in broker.sent
        )
        assert len(sent) == 600
        assert set(sent.values()) == {1}

    def test_do_not_miss_a_row_that_commits_after_younger_ones(self, broker):
        written, may_commit = threading.Event(), threading.Event()
        slow = NoteWrittenV1(note_id=new_id(), text="slow")

        def commit_late():
            try:
                with transaction.atomic():
                    publish(slow, occurred_at=due_at())
                    written.set()
                    may_commit.wait(10)
            finally:
                connection.close()

        writer = threading.Thread(target=commit_late)
        writer.start()
        written.wait(10)
        fast = write_note("fast")
        broker.relay()
        before = {envelope["payload"]["note_id"] for _, _, envelope in broker.sent}
        may_commit.set()
        writer.join()
        broker.relay()
        after = {envelope["payload"]["note_id"] for _, _, envelope in broker.sent}

        assert before == {str(fast.note_id)}
        assert after == {str(fast.note_id), str(slow.note_id)}

    def test_lose_nothing_to_sixteen_writers(self, broker):
        done = threading.Event()

        def write(_):
            try:
                for _ in range(25):
                    write_note()
            finally:
                connection.close()

        def keep_relaying():
            try:
                while not done.is_set() or broker.relay():
                    broker.relay()
            finally:
                connection.close()

        relaying = threading.Thread(target=keep_relaying)
        relaying.start()
        with ThreadPoolExecutor(16) as writers:
            list(writers.map(write, range(16)))
        done.set()
        relaying.join()

        assert len({message_id for _, message_id, _ in broker.sent}) == 16 * 25
