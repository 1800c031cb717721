"""What carriers have sent us."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import Q
from django.utils.safestring import SafeString

from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.carriers.process_event_again import process_event_again
from commerce.shared.admin import (
    ActForm,
    Acting,
    Queue,
    StaffAdmin,
    StillWrong,
    act,
    condition_filter,
    document,
    label,
)

PARKED = Q(parked_at__isnull=False)
WAITING = Q(next_attempt_at__isnull=False)


@admin.register(CarrierEvent)
class CarrierEventAdmin(StaffAdmin[CarrierEvent]):
    roles = ("warehouse", "support")
    icon = "local_post_office"
    list_display = ("event_id", "provider", "state", "attempts", "received_at", "processed_at")
    list_filter = (
        condition_filter("state", "state", parked=("Parked", PARKED), waiting=("Waiting", WAITING)),
    )
    list_defer = ("body",)
    queues = (
        Queue(
            title="Parked carrier events",
            filters={"state": "parked"},
            condition=PARKED,
            icon="local_post_office",
        ),
    )
    fields = (
        "event_id",
        "provider",
        "state",
        "last_error",
        "attempts",
        "next_attempt_at",
        "received_at",
        "processed_at",
        "parked_at",
        "shown_body",
    )

    def state(self, event: CarrierEvent) -> SafeString:
        is_done = event.processed_at is not None
        return label("parked" if event.parked_at else "processed" if is_done else "pending")

    @admin.display(description="body")
    def shown_body(self, event: CarrierEvent) -> SafeString:
        return document(json.loads(event.body))

    @act(
        "Process again",
        roles=("warehouse", "support"),
        asks="An event that moves nothing any more does no harm.",
        tone="primary",
        applies=lambda event: event.processed_at is None,
    )
    def process_again(self, event: CarrierEvent, form: ActForm, acting: Acting) -> str:
        tried = process_event_again(event_id=event.pk, now=acting.now)
        if tried.processed_at is None:
            return StillWrong(f"It failed again: {tried.last_error}")
        return "It is worked off."
