"""The ledger keeps its promises against whoever writes."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from commerce.billing.ledger import templates
from commerce.billing.ledger.chart_of_accounts import CHART, Account
from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.ledger.models import Entry, LedgerAccount, Transaction
from commerce.billing.ledger.post import post
from commerce.billing.ledger.post_many import post_many
from commerce.billing.ledger.reverse import reverse
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import NOON, balances


def sale(minor=10_00, cause=None):
    return templates.payment_settled(
        attempt_id=cause or new_id(), amount=Money(minor, "USD"), at=NOON
    )


def posted(*postings):
    with transaction.atomic():
        return post(*postings)


@pytest.mark.django_db
class TestPosting:
    def test_writes_balanced_movements_in_one_statement(self, django_assert_num_queries):
        with transaction.atomic(), django_assert_num_queries(1):
            post(sale(10_00), sale(5_00))

        assert balances() == {"provider_clearing": 15_00, "receivable": -15_00}

    def test_by_the_thousand_writes_the_same_rows(self):
        with transaction.atomic():
            post_many([sale(1) for _ in range(1000)])

        assert balances() == {"provider_clearing": 1000, "receivable": -1000}
        assert Transaction.objects.filter(posted_at__isnull=False).count() == 1000

    def test_leaves_out_what_moves_nothing(self):
        zero = Money(0, "USD")
        free = templates.invoice_finalized(invoice_id=new_id(), net=zero, tax=zero, at=NOON)

        assert posted(free) == []

    def test_happens_once_for_each_cause(self):
        cause = new_id()
        posted(sale(cause=cause))

        with pytest.raises(IntegrityError, match="reference"):
            posted(sale(cause=cause))

    def test_happens_only_inside_a_transaction_of_the_business(self):
        with pytest.raises(transaction.TransactionManagementError):
            post(sale())


@pytest.mark.django_db
class TestReversing:
    def test_posts_the_opposite(self):
        cause = new_id()
        posted(sale(cause=cause))

        with transaction.atomic():
            reverse(reference=f"payment_settled:{cause}", at=NOON)

        assert balances() == {}
        assert Transaction.objects.count() == 2

    def test_happens_once(self):
        cause = new_id()
        posted(sale(cause=cause))
        with transaction.atomic():
            reverse(reference=f"payment_settled:{cause}", at=NOON)

        with pytest.raises(IntegrityError), transaction.atomic():
            reverse(reference=f"payment_settled:{cause}", at=NOON)

    def test_needs_something_to_reverse(self):
        with pytest.raises(Transaction.DoesNotExist), transaction.atomic():
            reverse(reference="payment_settled:nothing", at=NOON)


@pytest.mark.django_db(transaction=True)
class TestTheDatabase:
    def write(self, *legs):
        with transaction.atomic():
            row = Transaction.objects.create(
                reference=str(new_id()), recipe="by hand", occurred_at=NOON
            )
            for account, minor, currency in legs:
                Entry.objects.create(
                    transaction=row, account_id=account, amount_minor=minor, currency=currency
                )
        return row

    def test_accepts_what_balances(self):
        self.write(("receivable", 5, "USD"), ("revenue", -5, "USD"))

    @pytest.mark.parametrize(
        "legs",
        [
            [("receivable", 5, "USD"), ("revenue", -4, "USD")],
            [("receivable", 5, "USD"), ("revenue", -5, "EUR")],
            [("receivable", 5, "USD")],
            [],
            [
                ("receivable", 5, "USD"),
                ("revenue", -5, "USD"),
                ("receivable", 5, "EUR"),
                ("revenue", -4, "EUR"),
            ],
        ],
        ids=["sum", "currency", "one leg", "no leg", "second currency"],
    )
    def test_refuses_what_does_not_at_the_commit(self, legs):
        with pytest.raises(IntegrityError, match=r"balance|two entries"):
            self.write(*legs)

        assert not Transaction.objects.exists()

    def test_refuses_another_entry_for_a_transaction_that_is_committed(self):
        row = self.write(("receivable", 5, "USD"), ("revenue", -5, "USD"))

        with pytest.raises(IntegrityError, match="balance"):
            Entry.objects.create(
                transaction=row, account_id="revenue", amount_minor=1, currency="USD"
            )

    @pytest.mark.parametrize("minor", [0])
    def test_refuses_an_entry_of_nothing(self, minor):
        with pytest.raises(IntegrityError, match="not_zero"):
            self.write(("receivable", minor, "USD"), ("revenue", 0, "USD"))

    def test_refuses_an_account_outside_the_chart(self):
        with pytest.raises(IntegrityError, match="in_chart"):
            self.write(("mattress", 5, "USD"), ("revenue", -5, "USD"))

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE billing_entry SET amount_minor = 1",
            "DELETE FROM billing_entry",
            "TRUNCATE billing_entry",
            "UPDATE billing_transaction SET recipe = 'other'",
            "DELETE FROM billing_transaction",
            "TRUNCATE billing_transaction CASCADE",
        ],
    )
    def test_refuses_to_change_what_was_written(self, sql):
        self.write(("receivable", 5, "USD"), ("revenue", -5, "USD"))

        with pytest.raises(IntegrityError, match="reverse"), connection.cursor() as cursor:
            cursor.execute(sql)

        assert balances() == {"receivable": 5, "revenue": -5}


@pytest.mark.django_db
class TestTheChart:
    def test_has_a_row_for_every_account(self):
        assert set(LedgerAccount.objects.values_list("code", flat=True)) == set(CHART)
        assert set(CHART) == set(Account)


# The ledger's rules, which the owner of the tables can switch off.
TRIGGERS = [
    (f"billing_{table}", f"billing_{table}_{rule}")
    for table in ("transaction", "entry")
    for rule in ("balances", "append_only")
]


@pytest.mark.django_db(transaction=True)
class TestCheckingTheLedger:
    def damage(self, sql):
        """What only somebody who may switch triggers off can do."""
        with connection.cursor() as cursor:
            # By name: those of foreign keys are the system's, and only a superuser may touch them.
            for table, trigger in TRIGGERS:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            cursor.execute(sql)
            for table, trigger in TRIGGERS:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")

    def verdict(self):
        return {name for name, found in check_ledger().findings.items() if found}

    def test_finds_nothing_wrong_with_a_fresh_one(self):
        out = io.StringIO()
        call_command("check_ledger", stdout=out)

        assert "the ledger balances" in out.getvalue()

    def test_finds_a_changed_amount(self):
        posted(
            templates.revenue_recognized(cause="a", net=Money(5, "USD"), at=NOON),
        )
        self.damage("UPDATE billing_entry SET amount_minor = 6 WHERE amount_minor = 5")

        assert "transactions sum to zero per currency" in self.verdict()
        assert "all accounts together are zero per currency" in self.verdict()
        with pytest.raises(CommandError):
            call_command("check_ledger", stdout=io.StringIO())

    def test_finds_a_lost_transaction(self):
        posted(sale())
        key = "billing_entry_transaction_id_22471856_fk_billing_transaction_id"
        self.damage(
            f"""
            ALTER TABLE billing_entry DROP CONSTRAINT {key};
            DELETE FROM billing_transaction;
            ALTER TABLE billing_entry ADD CONSTRAINT {key} FOREIGN KEY (transaction_id)
              REFERENCES billing_transaction (id) DEFERRABLE INITIALLY DEFERRED NOT VALID
            """
        )

        assert "no entry stands alone" in self.verdict()

    def test_finds_receivables_that_no_invoice_explains(self):
        posted(sale())

        assert self.verdict() == {"receivable is what open invoices owe"}
