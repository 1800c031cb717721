"""Rebuilds of what lists and product pages show."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.catalog.listing.models import ListingRebuild
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.shared.admin import ActForm, Acting, StaffAdmin, json_of, list_act, progress


@admin.register(ListingRebuild)
class ListingRebuildAdmin(StaffAdmin[ListingRebuild]):
    roles = ("catalog", "support")
    icon = "construction"
    list_display = ("started_at", "shown_progress", "done", "products", "finished_at")
    list_defer = ("made_for",)
    fields = (
        "started_at",
        "shown_progress",
        "done",
        "products",
        "finished_at",
        json_of("made_for", "made for"),
    )

    @admin.display(description="progress")
    def shown_progress(self, row: ListingRebuild) -> SafeString:
        return progress(row.products if row.finished_at else row.done, row.products)

    @list_act(
        "Rebuild",
        roles=("catalog",),
        asks="Every product's page is made again, while the shop goes on. One under way begins anew.",
        icon="construction",
    )
    def rebuild(self, form: ActForm, acting: Acting) -> tuple[ListingRebuild, str]:
        row = rebuild_listing(now=acting.now)
        return row, f"{row.products} products will be made again."
