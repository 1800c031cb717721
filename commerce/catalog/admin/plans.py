"""Plans and the versions of their terms."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commerce.catalog.plans.models import Plan, PlanStatus, PlanVersion
from commerce.catalog.plans.publish_plan import publish_plan
from commerce.catalog.plans.retire_plan import retire_plan
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    exact,
    link,
    public_id,
    state,
)


class PlanVersionInline(StaffInline):
    model = PlanVersion
    verbose_name_plural = "versions"
    fields = (
        "version",
        "title",
        "kind",
        "interval",
        "shown_prices",
        link("variant", "delivers"),
        "feature",
        "trial_days",
        "published_at",
    )
    ordering = ("-version",)
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanVersion]:
        rows: QuerySet[PlanVersion] = super().get_queryset(request)
        return rows.select_related("variant").prefetch_related("prices")

    def interval(self, version: PlanVersion) -> str:
        unit = version.interval_unit
        return (
            f"every {unit}"
            if version.interval_count == 1
            else f"every {version.interval_count} {unit}s"
        )

    @admin.display(description="prices")
    def shown_prices(self, version: PlanVersion) -> str:
        return ", ".join(str(price.amount) for price in version.prices.all())


@admin.register(Plan)
class PlanAdmin(StaffAdmin[Plan]):
    roles = ("catalog", "support", "finance")
    icon = "event_repeat"
    prefix = "plan"
    find_by = (exact("code"),)
    search_help_text = "Code or plan_…"
    list_display = ("code", state(), "created_at", "published_at", "retired_at")
    fields = (public_id("plan"), "code", state(), "created_at", "published_at", "retired_at")
    inlines = (PlanVersionInline,)

    @act(
        "Publish",
        roles=("catalog",),
        asks="New subscribers get the latest version; those who subscribed keep their terms.",
        tone="primary",
        applies=lambda plan: (
            plan.status != PlanStatus.RETIRED and plan.versions.filter(published_at=None).exists()
        ),
    )
    def publish(self, plan: Plan, form: ActForm, acting: Acting) -> str:
        publish_plan(plan_id=plan.pk, now=acting.now)
        return f"{plan.code} is offered."

    @act(
        "Retire",
        roles=("catalog",),
        asks="Nobody new can subscribe; running subscriptions go on. This is for good.",
        tone="danger",
        applies=lambda plan: plan.status != PlanStatus.RETIRED,
    )
    def retire(self, plan: Plan, form: ActForm, acting: Acting) -> str:
        retire_plan(plan_id=plan.pk, now=acting.now)
        return f"{plan.code} is not offered any more."
