"""A day at the desk, with the real use cases behind the buttons."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from knox.models import AuthToken

from commerce.billing.models import OutboxMessage, Subscription
from commerce.catalog.models import Product
from commerce.fulfilment.models import (
    CarrierEvent,
    FulfilmentOrder,
    Return,
    StockLevel,
    StockMovement,
)
from commerce.identity.models import AuditEntry, User
from commerce.identity.users.queries import roles_of
from tests.context.admin.conftest import page_of, press
from tests.context.admin.rows import NOON, rows_of
from tests.factories.billing import SubscriptionFactory
from tests.factories.fulfilment import level, stock
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


class TestAClerk:
    ADJUSTMENT = {"quantity": -2, "reason": "damaged", "expected_on_hand": 5}

    @pytest.fixture
    def mugs(self) -> StockLevel:
        stock("mug", east=5)
        return level("mug")

    def test_corrects_a_shelf_once_however_often_the_form_is_sent(self, mugs, at_desk):
        clerk, form = at_desk("warehouse"), {**self.ADJUSTMENT, "token": str(uuid4())}

        for _ in range(2):
            press(clerk, mugs, "adjust", form)

        mugs.refresh_from_db()
        assert mugs.on_hand == 3
        assert StockMovement.objects.filter(level=mugs, reason="damaged").count() == 1

    def test_is_told_that_a_colleague_has_corrected_it_already(self, mugs, at_desk):
        press(at_desk("warehouse"), mugs, "adjust", self.ADJUSTMENT)

        answer = press(at_desk("warehouse"), mugs, "adjust", self.ADJUSTMENT)

        assert "Expected 5 on hand, found 3." in answer.content.decode()
        mugs.refresh_from_db()
        assert mugs.on_hand == 3

    def test_cannot_take_what_is_promised(self, mugs, at_desk):
        StockLevel.objects.filter(pk=mugs.pk).update(reserved=4)

        answer = press(at_desk("warehouse"), mugs, "adjust", self.ADJUSTMENT)

        assert "4 of 5 units are promised." in answer.content.decode()

    def test_approves_and_rejects(self, at_desk):
        clerk = at_desk("warehouse")
        (order,) = rows_of(FulfilmentOrder, 1, status="on_hold", needs_approval=True)
        (asked,) = rows_of(Return, 1)

        press(clerk, order, "approve")
        press(clerk, asked, "reject", {"reason": "worn"})

        assert FulfilmentOrder.objects.get(pk=order.pk).status == "open"
        assert Return.objects.get(pk=asked.pk).rejection_reason == "worn"

    def test_reads_why_something_cannot_be_done(self, at_desk):
        (order,) = rows_of(FulfilmentOrder, 1, status="closed")

        answer = press(at_desk("warehouse"), order, "hold", {"reason": "wait"})

        assert "Not possible while it is closed." in answer.content.decode()


class TestSomebodyOfSupport:
    def test_cancels_a_subscription_at_the_end_of_its_period(self, at_desk):
        subscription = SubscriptionFactory()

        answer = press(at_desk("support"), subscription, "cancel", {"when": "period_end"})

        assert Subscription.objects.get(pk=subscription.pk).cancel_at_period_end
        assert "It ends on 2027-02-28." in [str(m) for m in get_messages(answer.wsgi_request)]

    def test_sends_chosen_messages_again(self, at_desk):
        parked = rows_of(OutboxMessage, 3, parked_at=NOON, attempts=11, next_attempt_at=NOON)
        (waiting,) = rows_of(OutboxMessage, 1, attempts=2, next_attempt_at=NOON)

        at_desk("support").post(
            page_of(OutboxMessage).address,
            {
                "action": "send_chosen_again",
                "_selected_action": [parked[0].pk, parked[1].pk, waiting.pk],
            },
        )

        left = OutboxMessage.objects.filter(parked_at__isnull=False)
        assert [message.pk for message in left] == [parked[2].pk]
        assert OutboxMessage.objects.get(pk=waiting.pk).attempts == 2
        trail = AuditEntry.objects.filter(action="billing.outbox_message.send_again")
        assert trail.count() == 2


class TestSomebodyOfTheCatalog:
    def test_reads_why_a_product_cannot_be_published(self, at_desk):
        (product,) = rows_of(Product, 1)

        answer = press(at_desk("catalog"), product, "publish")

        assert "No variant of the product has a price" in answer.content.decode()
        assert Product.objects.get(pk=product.pk).status == "draft"

    def test_is_warned_where_trying_again_did_not_help(self, at_desk):
        (event,) = rows_of(CarrierEvent, 1, parked_at=NOON, body='{"type": "tracking.updated"}')

        answer = press(at_desk("support"), event, "process_again")

        (said,) = get_messages(answer.wsgi_request)
        assert said.level_tag == "warning"
        assert str(said).startswith("It failed again: ")


class TestAnybodyOfTheStaff:
    def test_changes_their_password_and_every_token_ends(self, at_desk):
        client = at_desk("support")
        ada = User.objects.get()
        AuthToken.objects.create(ada)
        form = {"new_password1": "new horse battery", "new_password2": "new horse battery"}

        client.post(
            reverse("admin:password_change"), {"old_password": "correct horse battery", **form}
        )

        ada.refresh_from_db()
        assert ada.check_password("new horse battery")
        assert not AuthToken.objects.exists()
        assert client.get(reverse("admin:index")).status_code == 200  # still signed in here

    def test_needs_the_old_one_for_it(self, at_desk):
        form = {"new_password1": "new horse battery", "new_password2": "new horse battery"}

        at_desk("support").post(
            reverse("admin:password_change"), {"old_password": "guessed", **form}
        )

        assert User.objects.get().check_password("correct horse battery")


class TestAnAdministrator:
    def test_hires_somebody(self, at_desk):
        ada = UserFactory()

        press(at_desk("admin"), ada, "assign_roles", {"roles": ["warehouse", "support"]})

        assert roles_of(User.objects.get(pk=ada.pk)) == {"warehouse", "support"}
        assert AuditEntry.objects.get().action == "identity.user.assign_roles"
