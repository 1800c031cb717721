"""Collections: shelves arranged by hand, or found by rules."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.catalog.admin.windows import WindowsForm, shown_windows
from commerce.catalog.collections.change_collection import change_collection
from commerce.catalog.collections.create_collection import create_collection
from commerce.catalog.collections.drafts import CollectionChanges, NewCollection, Window
from commerce.catalog.collections.models import (
    DESCRIPTION_MAX,
    SLUG_MAX,
    TITLE_MAX,
    Collection,
    CollectionKind,
    CollectionMember,
    Matching,
)
from commerce.shared import ids
from commerce.shared.admin import (
    ActForm,
    Acting,
    LinesField,
    StaffAdmin,
    StaffInline,
    act,
    exact,
    flag,
    json_of,
    link,
    list_act,
    public_id,
)


class WordsForm(ActForm):
    """What it says, and which products stand in it."""

    title = forms.CharField(max_length=TITLE_MAX)
    description = forms.CharField(
        max_length=DESCRIPTION_MAX, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_published = forms.BooleanField(required=False, help_text="Shoppers may see it.")
    products = LinesField(help_text="By hand, in order, one a line: prod_…", rows=5)
    rules = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text='By rules: [{"field": "brand", "in": ["Acme"]}]; the other fields are in the API.',
    )
    matching = forms.ChoiceField(choices=Matching.choices, help_text="All rules, or any of them.")

    def fields_for(self, row: Collection | None) -> dict[str, forms.Field]:
        if row is None:
            return {}
        self.initial |= {
            name: getattr(row, name)
            for name in ("title", "description", "is_published", "matching")
        }
        if row.kind == CollectionKind.RULES:
            del self.fields["products"]
            self.initial["rules"] = json.dumps(row.rules, indent=2, ensure_ascii=False)
        else:
            del self.fields["rules"], self.fields["matching"]
            members = row.members.order_by("position", "pk").values_list("product_id", flat=True)
            self.initial["products"] = "\n".join(ids.encode("prod", x) for x in members)
        return {}

    def clean_products(self) -> list[Any]:
        try:
            return [ids.decode("prod", line) for line in self.cleaned_data["products"]]
        except ids.InvalidId as problem:
            raise forms.ValidationError("Each line is the id of a product: prod_…") from problem

    def clean_rules(self) -> list[dict[str, Any]]:
        try:
            rules = json.loads(self.cleaned_data["rules"] or "[]")
        except ValueError as problem:
            raise forms.ValidationError(f"This is no JSON: {problem}") from problem
        if not isinstance(rules, list) or not all(isinstance(x, dict) for x in rules):
            raise forms.ValidationError("Rules are a list of objects.")
        return rules

    def changes(self, kind: str) -> CollectionChanges:
        asked = self.cleaned_data
        is_by_rules = kind == CollectionKind.RULES
        return CollectionChanges(
            title=asked["title"],
            description=asked["description"],
            is_published=asked["is_published"],
            product_ids=None if is_by_rules else asked["products"],
            rules=asked["rules"] if is_by_rules else None,
            matching=asked["matching"] if is_by_rules else None,
        )


class NewCollectionForm(WordsForm):
    audited = ("slug", "kind")
    field_order = ("slug", "kind")

    slug = forms.CharField(max_length=SLUG_MAX)
    kind = forms.ChoiceField(choices=CollectionKind.choices, help_text="For good.")


class MemberInline(StaffInline):
    model = CollectionMember
    verbose_name_plural = "products"
    fields = ("position", link("product"))
    ordering = ("position", "product")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CollectionMember]:
        return super().get_queryset(request).select_related("product")


@admin.register(Collection)
class CollectionAdmin(StaffAdmin[Collection]):
    roles = ("catalog", "support")
    icon = "collections_bookmark"
    prefix = "col"
    find_by = (exact("slug"),)
    search_help_text = "Slug or col_…"
    list_display = ("slug", "title", "kind", flag("is_published", "published"))
    list_defer = ("description", "rules")
    fields = (
        public_id("col"),
        "slug",
        "title",
        "description",
        json_of("translations"),
        "kind",
        "matching",
        json_of("rules"),
        flag("is_published", "published"),
        "shown_publications",
        "evaluation_due_at",
        "version",
        "created_at",
    )
    inlines = (MemberInline,)

    @admin.display(description="shown")
    def shown_publications(self, row: Collection) -> SafeString | str:
        return shown_windows(row.publications.order_by("market_code"))

    @list_act("New collection", roles=("catalog",), form=NewCollectionForm)
    def create(self, form: NewCollectionForm, acting: Acting) -> tuple[Collection, str]:
        asked = form.cleaned_data
        row = create_collection(
            collection=NewCollection(
                slug=asked["slug"], kind=asked["kind"], words=form.changes(asked["kind"])
            ),
            now=acting.now,
        )
        return row, f"{row.title} is there."

    @act("Change", roles=("catalog",), form=WordsForm, tone="primary")
    def edit(self, row: Collection, form: WordsForm, acting: Acting) -> str:
        change_collection(
            slug=row.slug,
            changes=form.changes(row.kind),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{row.slug} is changed."

    @act(
        "Choose markets",
        roles=("catalog",),
        asks="Shown only in those switched on, while their windows are open; in all, if in none.",
        form=WindowsForm,
    )
    def set_markets(self, row: Collection, form: WindowsForm, acting: Acting) -> str:
        windows = [
            Window(market_code=market, published_from=begins, published_until=ends)
            for market, begins, ends in form.windows()
        ]
        change_collection(
            slug=row.slug,
            changes=CollectionChanges(publications=windows),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"Shown in {', '.join(x.market_code for x in windows) or 'every market'}."
