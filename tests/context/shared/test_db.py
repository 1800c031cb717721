"""Transactions that mean what they say, and rows in bulk."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from commerce.shared.db import (
    NeighbourCalledInTransaction,
    copy_rows,
    in_transaction,
    insert_all,
    published,
    refusals,
    requires_transaction,
)
from commerce.shared.errors import Conflict
from commerce.shared.ids import new_id
from tests.sample.models import Note


class RankTaken(Conflict):
    """There is no such rank."""


@pytest.mark.django_db
class TestTransactions:
    def test_of_the_test_itself_do_not_count(self):
        assert not in_transaction()
        with transaction.atomic():
            assert in_transaction()

    def test_are_required_by_the_steps_of_one(self):
        step = requires_transaction(lambda: "done")

        with pytest.raises(TransactionManagementError):
            step()
        with transaction.atomic():
            assert step() == "done"

    def test_keep_neighbours_out(self):
        call = published(lambda: "answered")

        assert call() == "answered"
        with transaction.atomic(), pytest.raises(NeighbourCalledInTransaction):
            call()

    def test_that_are_durable_cannot_be_nested(self):
        with (
            pytest.raises(RuntimeError),
            transaction.atomic(durable=True),
            transaction.atomic(durable=True),
        ):
            pass


@pytest.mark.django_db
class TestRefusals:
    def test_stand_for_the_constraint_that_was_broken(self):
        with (
            pytest.raises(RankTaken),
            refusals({"sample_note_rank": RankTaken}),
            transaction.atomic(),
        ):
            Note.objects.create(text="x", rank=-1)

    def test_leave_other_violations_alone(self):
        note = Note.objects.create(text="x")

        with pytest.raises(IntegrityError), refusals({"sample_note_rank": RankTaken}), transaction.atomic():  # fmt: skip
            Note.objects.create(id=note.pk, text="again")


@pytest.mark.django_db
class TestBulk:
    def test_copies_rows_with_every_kind_of_text(self):
        texts = ["plain", "tab\tand\nnewline", "back\\slash", "quote'\"", "∑ é", ""]

        copy_rows(
            Note, ["id", "text", "rank"], [(new_id(), text, i) for i, text in enumerate(texts)]
        )

        assert list(Note.objects.order_by("rank").values_list("text", flat=True)) == texts

    def test_copies_all_or_nothing(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            copy_rows(Note, ["id", "text", "rank"], [(new_id(), "good", 1), (new_id(), "bad", -1)])

        assert not Note.objects.exists()

    def test_inserts_rows_of_several_tables_in_one_statement(self, django_assert_num_queries):
        notes = [Note(text=f"{i}", rank=i) for i in range(3)]

        with django_assert_num_queries(1):
            insert_all(*notes)

        assert list(Note.objects.order_by("rank").values_list("text", flat=True)) == ["0", "1", "2"]
        assert not any(note._state.adding for note in notes)
