"""What runs behind the scenes: provider events, jobs, incidents, tax rates, test clocks."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.safestring import SafeString

from commerce.billing.admin.columns import READERS
from commerce.billing.customers.models import TestClock
from commerce.billing.incidents.models import Incident
from commerce.billing.incidents.resolve_incident import resolve_incident
from commerce.billing.jobs.models import JobRun
from commerce.billing.provider_events.models import ProviderEvent
from commerce.billing.provider_events.process_event_again import process_event_again
from commerce.billing.tax.models import TaxRate
from commerce.shared.admin import (
    ActForm,
    Acting,
    Queue,
    StaffAdmin,
    StillWrong,
    act,
    condition_filter,
    exact,
    json_of,
    label,
    public_id,
    reference,
    state,
    subject,
)

PARKED = Q(parked_at__isnull=False)
WAITING = Q(next_attempt_at__isnull=False)
UNRESOLVED = Q(resolved_at__isnull=True)


@admin.register(ProviderEvent)
class ProviderEventAdmin(StaffAdmin[ProviderEvent]):
    """docs/runbooks/webhooks-failing.md."""

    roles = READERS
    icon = "webhook"
    find_by = (exact("event_id", provider="stripe"),)
    search_help_text = "The provider's evt_…"
    list_display = ("event_id", "type", "object_id", "state", "attempts", "received_at")
    list_filter = (
        condition_filter("state", "state", parked=("Parked", PARKED), waiting=("Waiting", WAITING)),
    )
    list_defer = ("payload",)
    queues = (
        Queue(
            title="Parked provider events",
            filters={"state": "parked"},
            condition=PARKED,
            icon="webhook",
        ),
    )
    fields = (
        "event_id",
        "provider",
        "type",
        "object_id",
        "state",
        "last_error",
        "attempts",
        "next_attempt_at",
        "received_at",
        "processed_at",
        "parked_at",
        json_of("payload"),
    )

    def state(self, event: ProviderEvent) -> SafeString:
        is_done = event.processed_at is not None
        return label("parked" if event.parked_at else "processed" if is_done else "pending")

    @act(
        "Process again",
        roles=READERS,
        asks="The provider is asked how things stand; what is done already is not done twice.",
        tone="primary",
        applies=lambda event: event.processed_at is None,
    )
    def process_again(self, event: ProviderEvent, form: ActForm, acting: Acting) -> str:
        tried = process_event_again(event_id=event.pk, now=acting.now)
        if tried.processed_at is None:
            return StillWrong(f"It failed again: {tried.last_error}")
        return "It is processed."


class ResolutionForm(ActForm):
    resolution = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text="What was done."
    )


@admin.register(Incident)
class IncidentAdmin(StaffAdmin[Incident]):
    roles = READERS
    icon = "emergency_home"
    list_display = ("kind", subject(), "opened_at", "resolved_at", "resolution")
    list_filter = (
        condition_filter(
            "state",
            "state",
            open=("Open", UNRESOLVED),
            resolved=("Resolved", Q(resolved_at__isnull=False)),
        ),
    )
    queues = (
        Queue(
            title="Open incidents",
            filters={"state": "open"},
            condition=UNRESOLVED,
            icon="emergency_home",
        ),
    )
    fields = (
        "kind",
        subject(),
        json_of("details"),
        "opened_at",
        "resolved_at",
        "resolution",
    )

    @act(
        "Resolve",
        roles=READERS,
        asks="Somebody has looked, and it is in order again.",
        form=ResolutionForm,
        tone="primary",
        applies=lambda incident: incident.resolved_at is None,
    )
    def resolve(self, incident: Incident, form: ResolutionForm, acting: Acting) -> str:
        resolve_incident(
            incident_id=incident.pk, resolution=form.cleaned_data["resolution"], now=acting.now
        )
        return "It is resolved."


@admin.register(JobRun)
class JobRunAdmin(StaffAdmin[JobRun]):
    roles = READERS
    icon = "schedule"
    list_display = ("job", "window", "started_at", "finished_at", "lease_until", "details")
    fields = ("job", "window", "started_at", "finished_at", "lease_until", json_of("details"))


@admin.register(TaxRate)
class TaxRateAdmin(StaffAdmin[TaxRate]):
    roles = READERS
    icon = "percent"
    ordering = ("country", "category", "-valid_from")
    list_display = ("country", "category", "percent", "valid_from", "source")
    fields = ("country", "category", "percent", "valid_from", "source")


@admin.register(TestClock)
class TestClockAdmin(StaffAdmin[TestClock]):
    icon = "more_time"
    prefix = "clk"
    list_display = (public_id("clk"), state(), "now", "target", "created_at")
    fields = (
        public_id("clk"),
        state(),
        "now",
        "target",
        reference("owner_id", "identity.User", "usr"),
        "created_at",
    )
