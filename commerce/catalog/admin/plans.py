"""Plans and the versions of their terms."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.catalog.admin import plan_page
from commerce.catalog.admin.plan_forms import NewPlanForm, PlanForm
from commerce.catalog.plans.change_plan import change_plan
from commerce.catalog.plans.create_plan import create_plan
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
    list_act,
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
        "rhythm",
        "shown_prices",
        "shown_charges",
        "shown_phases",
        link("variant", "delivers"),
        "feature",
        "published_at",
    )
    ordering = ("-version",)
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanVersion]:
        rows: QuerySet[PlanVersion] = super().get_queryset(request)
        return rows.select_related("variant").prefetch_related("prices")

    def rhythm(self, version: PlanVersion) -> str:
        return plan_page.rhythm(version)

    @admin.display(description="prices")
    def shown_prices(self, version: PlanVersion) -> SafeString | str:
        return plan_page.prices(version)

    @admin.display(description="charges")
    def shown_charges(self, version: PlanVersion) -> SafeString | str:
        return plan_page.charges(version)

    @admin.display(description="first periods")
    def shown_phases(self, version: PlanVersion) -> SafeString | str:
        return plan_page.phases(version)


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

    def version_of(self, row: Plan) -> int:
        """Give the count of changes; a plan's versions are its terms."""
        return row.revision

    @list_act(
        "New plan",
        roles=("catalog",),
        asks="A draft: nobody is offered it before it is published.",
        form=NewPlanForm,
    )
    def create(self, form: NewPlanForm, acting: Acting) -> tuple[Plan, str]:
        version = create_plan(plan=form.cleaned_data["terms"], now=acting.now)
        return version.plan, f"{version.plan.code} is there, as a draft."

    @act(
        "Write new terms",
        roles=("catalog",),
        asks="Nobody is offered them before they are published; those who subscribed keep theirs.",
        form=PlanForm,
        applies=lambda plan: plan.status != PlanStatus.RETIRED,
    )
    def edit(self, plan: Plan, form: PlanForm, acting: Acting) -> str:
        version = change_plan(
            plan=form.cleaned_data["terms"], expected_revision=acting.version, now=acting.now
        )
        return f"The terms are version {version.version}."

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
        publish_plan(plan_id=plan.pk, expected_revision=acting.version, now=acting.now)
        return f"{plan.code} is offered."

    @act(
        "Retire",
        roles=("catalog",),
        asks="Nobody new can subscribe; running subscriptions go on. This is for good.",
        tone="danger",
        applies=lambda plan: plan.status != PlanStatus.RETIRED,
    )
    def retire(self, plan: Plan, form: ActForm, acting: Acting) -> str:
        retire_plan(plan_id=plan.pk, expected_revision=acting.version, now=acting.now)
        return f"{plan.code} is not offered any more."
