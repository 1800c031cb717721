"""Media: pictures of products, what is said of them, and their order."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from commerce.catalog.media.change_media import MediaChanges, change_media
from commerce.catalog.media.models import ALT_MAX, Media
from commerce.catalog.media.queries import media_facts
from commerce.catalog.media.remove_media import remove_media
from commerce.shared import ids
from commerce.shared.admin import (
    ActForm,
    Acting,
    LinesField,
    StaffAdmin,
    act,
    json_of,
    link,
    picture,
    public_id,
)


class MediaForm(ActForm):
    audited = ("position",)

    alt = forms.CharField(label="alternative text", max_length=ALT_MAX, required=False)
    translations = LinesField(help_text="Of that text, one a line: de = Blaue Tasse")
    position = forms.IntegerField(
        min_value=1, required=False, help_text="1 is the first, which stands for the product."
    )

    def fields_for(self, row: Media) -> dict[str, forms.Field]:
        shown = Media.objects.filter(product=row.product_id, position__lt=row.position)
        self.initial |= {
            "alt": row.alt,
            "translations": "\n".join(f"{x} = {y['alt']}" for x, y in row.translations.items()),
            "position": shown.count() + 1,
        }
        return {}

    def clean_translations(self) -> dict[str, dict[str, str]]:
        lines: list[str] = self.cleaned_data["translations"]
        if not all("=" in line for line in lines):
            raise forms.ValidationError("Each line is a language, =, and the text.")
        pairs = [line.partition("=") for line in lines]
        return {locale.strip(): {"alt": text.strip()} for locale, _, text in pairs}


@admin.register(Media)
class MediaAdmin(StaffAdmin[Media]):
    roles = ("catalog", "support")
    menu_title = "Pictures"
    icon = "image"
    prefix = "med"
    list_display = ("preview", link("product"), link("variant"), "alt", "position")
    list_select_related = ("product", "variant", "file")
    fields = (
        "large",
        public_id("med"),
        link("product"),
        link("variant", "shows only"),
        "alt",
        json_of("translations"),
        "position",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Media]:
        return super().get_queryset(request).select_related("product", "variant", "file")

    def version_of(self, row: Media) -> int:
        """Give the product's: it is the aggregate."""
        return row.product.version

    def name_of(self, row: Media) -> str:
        """Name the product in the audit trail, as the API does: a picture may be gone tomorrow."""
        return ids.encode("prod", row.product_id)

    def record(
        self, row: Media, act: str, acting: Acting, *, details: Mapping[str, object]
    ) -> None:
        super().record(row, act, acting, details={**details, "media": ids.encode("med", row.pk)})

    def leads_to(self, row: Media) -> str:
        """Back to the product: there stand the other pictures."""
        return reverse(f"{self.admin_site.name}:catalog_product_change", args=[row.product_id])

    @admin.display(description="picture")
    def preview(self, row: Media) -> SafeString:
        facts = media_facts(row)
        return picture((facts.sizes or [facts.original])[0].url, row.alt)

    @admin.display(description="picture")
    def large(self, row: Media) -> SafeString:
        facts = media_facts(row)
        return picture((facts.sizes or [facts.original])[-1].url, row.alt, is_large=True)

    @act("Change", roles=("catalog",), form=MediaForm, tone="primary")
    def edit(self, row: Media, form: MediaForm, acting: Acting) -> str:
        asked = form.cleaned_data
        place = asked["position"]
        change_media(
            product_id=row.product_id,
            media_id=row.pk,
            changes=MediaChanges(
                alt=asked["alt"],
                translations=asked["translations"],
                position=None if place is None else place - 1,
            ),
            expected_version=acting.version,
            now=acting.now,
        )
        return "The picture is changed."

    @act(
        "Remove",
        roles=("catalog",),
        asks="It is shown no more; the others move up.",
        tone="danger",
    )
    def remove(self, row: Media, form: ActForm, acting: Acting) -> str:
        remove_media(
            product_id=row.product_id,
            media_id=row.pk,
            expected_version=acting.version,
            now=acting.now,
        )
        return "The picture is shown no more."
