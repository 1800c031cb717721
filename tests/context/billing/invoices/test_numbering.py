"""Document numbers: no gap and no number twice, whoever asks at the same time and whoever fails."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from commerce.billing.invoices.numbering import INVOICES, take_numbers
from tests.context.billing.flows import DAY, NOON


def take(count=1, at=NOON):
    with transaction.atomic():
        return take_numbers(INVOICES, count=count, at=at)


@pytest.mark.django_db
class TestNumbers:
    def test_count_on_over_the_end_of_the_month(self):
        assert take() + take(at=NOON + 31 * DAY) == ["INV-202703-000001", "INV-202704-000002"]

    def test_come_in_blocks_for_a_batch(self):
        take()

        assert take(3) == ["INV-202703-000002", "INV-202703-000003", "INV-202703-000004"]

    def test_are_given_back_when_the_transaction_fails(self):
        with transaction.atomic():
            take_numbers(INVOICES, at=NOON)
            transaction.set_rollback(True)

        assert take() == ["INV-202703-000001"]


@pytest.mark.django_db(transaction=True)
class TestNumbersTakenAtOnce:
    def test_leave_no_gap_although_every_third_transaction_fails(self):
        taken, lock = [], threading.Lock()

        def work(worker):
            for i in range(10):
                fails = (worker + i) % 3 == 0
                with transaction.atomic():
                    (number,) = take_numbers(INVOICES, at=NOON)
                    transaction.set_rollback(fails)
                if not fails:
                    with lock:
                        taken.append(number)
            connection.close()

        threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(taken) == [f"INV-202703-{n:06}" for n in range(1, len(taken) + 1)]
        assert len(taken) == 40
