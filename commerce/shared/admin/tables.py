"""Pages of the tables that every context has: its outbox, and its idempotency keys."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.shared import clock
from commerce.shared.admin.acting import Acting
from commerce.shared.admin.acts import act
from commerce.shared.admin.columns import json_of, text
from commerce.shared.admin.filters import condition_filter
from commerce.shared.admin.forms import ActForm
from commerce.shared.admin.lists import Queue
from commerce.shared.admin.rows import StaffAdmin
from commerce.shared.admin.show import label
from commerce.shared.api.actors import Actor
from commerce.shared.idempotency import IdempotencyRecordBase
from commerce.shared.ids import new_id
from commerce.shared.outbox import OutboxMessageBase, unpark

PARKED = Q(parked_at__isnull=False)
WAITING = Q(delivered_at__isnull=True, parked_at__isnull=True)


class OutboxAdmin(StaffAdmin[OutboxMessageBase]):
    """A context's messages on their way out; docs/runbooks/outbox-stuck.md."""

    roles = ("support",)
    icon = "outbox"
    list_display = (
        "name",
        "state_of_delivery",
        "attempts",
        "occurred_at",
        "delivered_at",
        "short_error",
    )
    list_filter = (
        condition_filter(
            "delivery", "delivery", parked=("Parked", PARKED), waiting=("Waiting", WAITING)
        ),
    )
    list_defer = ("payload",)
    actions = ("send_chosen_again",)
    fields = (
        "name",
        "state_of_delivery",
        "last_error",
        "attempts",
        "receivers_pending",
        "occurred_at",
        "next_attempt_at",
        "published_at",
        "delivered_at",
        "parked_at",
        "correlation_id",
        json_of("payload"),
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        context = cls.__module__.split(".")[1]
        cls.menu_title = f"Outbox of {context}"
        cls.queues = (
            Queue(
                title=f"Parked messages of {context}",
                filters={"delivery": "parked"},
                condition=PARKED,
                icon=cls.icon,
            ),
        )

    @admin.display(description="delivery")
    def state_of_delivery(self, message: OutboxMessageBase) -> SafeString:
        return label(
            "parked" if message.parked_at else "delivered" if message.delivered_at else "sending"
        )

    @admin.display(description="last error")
    def short_error(self, message: OutboxMessageBase) -> str:
        return message.last_error[:80]

    @act(
        "Send again",
        roles=("support",),
        asks="Receivers are idempotent: a message that arrives twice does no harm.",
        tone="primary",
        applies=lambda message: message.parked_at is not None,
    )
    def send_again(self, message: OutboxMessageBase, form: ActForm, acting: Acting) -> str:
        return _told(unpark(self.model, [message.pk], now=acting.now))

    @admin.action(description="Send again", permissions=["send_again"])
    def send_chosen_again(
        self, request: HttpRequest, queryset: QuerySet[OutboxMessageBase]
    ) -> None:
        """Send parked messages again, up to a page of them."""
        now = clock.now()
        chosen = list(queryset.filter(PARKED)[: self.list_per_page])
        count = unpark(self.model, [message.pk for message in chosen], now=now)
        acting = Acting(actor=self.site.actor_of(request), now=now, token=new_id())
        for message in chosen:
            self.record(message, "send_again", acting, details={})
        messages.success(request, _told(count))

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        actor: Actor = self.site.actor_of(request)
        return type(self).send_again.terms.allows(actor)


class IdempotencyAdmin(StaffAdmin[IdempotencyRecordBase]):
    """The answers a context keeps for repeated requests. Bodies stay hidden: they are personal."""

    roles = ("support",)
    icon = "key"
    list_display = (
        "endpoint",
        "key",
        "owner",
        "response_status",
        "created_at",
        "lease_until",
    )
    list_defer = ("response_body",)
    fields = (
        "endpoint",
        "key",
        "owner",
        "fingerprint",
        "response_status",
        "created_at",
        "lease_until",
        text("lease_token"),
    )


def _told(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'} will be sent again within seconds."
