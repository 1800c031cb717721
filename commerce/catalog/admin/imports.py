"""Imports: files on their way into the catalog, and the way out of it."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import StreamingHttpResponse
from django.utils.safestring import SafeString

from commerce.catalog.imports.cancel_import import cancel_import
from commerce.catalog.imports.export_products import export_products
from commerce.catalog.imports.models import Import, ImportFormat, ImportProblem, ImportStatus
from commerce.catalog.imports.start_import import start_import
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    download,
    flag,
    list_act,
    progress,
    public_id,
    reference,
    state,
    status_filter,
)
from commerce.shared.money import EXPONENTS


class ImportForm(ActForm):
    audited = ("file_format", "currency", "is_dry_run")

    file = forms.FileField()
    file_format = forms.ChoiceField(label="format", choices=ImportFormat.choices)
    currency = forms.ChoiceField(
        choices=[(code, code) for code in sorted(EXPONENTS)],
        initial="USD",
        help_text="Of a Shopify file's prices, which do not say it.",
    )
    is_dry_run = forms.BooleanField(
        label="dry run", required=False, help_text="Tells what would be; changes nothing."
    )


class ProblemInline(StaffInline):
    model = ImportProblem
    verbose_name_plural = "problems"
    fields = ("line", "field", "code", "message")
    ordering = ("line", "pk")
    per_page = 100
    tab = False


@admin.register(Import)
class ImportAdmin(StaffAdmin[Import]):
    roles = ("catalog",)
    icon = "upload_file"
    prefix = "imp"
    list_display = (
        "file_name",
        state(),
        "shown_progress",
        flag("is_dry_run", "dry run"),
        "rows_read",
        "rows_refused",
        "created_at",
    )
    list_filter = (status_filter(ImportStatus),)
    list_defer = ("columns",)
    fields = (
        public_id("imp"),
        "file_name",
        "format",
        state(),
        "shown_progress",
        "failure",
        flag("is_dry_run", "dry run"),
        reference("user_id", "identity.User", "usr", title="by"),
        "rows_read",
        "rows_created",
        "rows_changed",
        "rows_unchanged",
        "rows_refused",
        "problems",
        "created_at",
        "started_at",
        "ended_at",
    )
    inlines = (ProblemInline,)

    @admin.display(description="progress")
    def shown_progress(self, row: Import) -> SafeString:
        return progress(round(row.progress * row.size), row.size)

    @list_act(
        "Import a file",
        roles=("catalog",),
        asks="Products and prices. Importing a file again changes nothing.",
        form=ImportForm,
        icon="upload_file",
    )
    def start(self, form: ImportForm, acting: Acting) -> tuple[Import, str]:
        asked = form.cleaned_data
        row = start_import(
            chunks=asked["file"].chunks(),
            format=ImportFormat(asked["file_format"]),
            currency=asked["currency"],
            file_name=asked["file"].name,
            is_dry_run=asked["is_dry_run"],
            user_id=acting.actor.user_id,
            import_id=acting.token,
            now=acting.now,
        )
        return row, f"{row} is stored; a worker begins with it at once."

    @download("Export as CSV", roles=("catalog",))
    def export_csv(self, acting: Acting) -> StreamingHttpResponse:
        return _file(ImportFormat.CSV, "text/csv", acting)

    @download("Export as JSON Lines", roles=("catalog",))
    def export_jsonl(self, acting: Acting) -> StreamingHttpResponse:
        return _file(ImportFormat.JSONL, "application/jsonl", acting)

    @act(
        "Cancel",
        roles=("catalog",),
        asks="No further batch is loaded; what was loaded stays.",
        tone="danger",
        applies=lambda row: row.ended_at is None,
    )
    def cancel(self, row: Import, form: ActForm, acting: Acting) -> str:
        cancel_import(import_id=row.pk, now=acting.now)
        return "Nothing more of it is loaded."


def _file(file_format: ImportFormat, content_type: str, acting: Acting) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        export_products(file_format=file_format, at=acting.now),
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="products.{file_format.value}"',
            "Cache-Control": "private, no-store",
        },
    )
