"""Categories: the tree of shelves."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.catalog.admin.lines import joined, pairs_field
from commerce.catalog.products.change_category import CategoryChanges, change_category
from commerce.catalog.products.create_categories import (
    NAME_MAX,
    NewCategory,
    create_categories,
)
from commerce.catalog.products.drafts import CATEGORY_SLUG_MAX
from commerce.catalog.products.models import Category
from commerce.catalog.products.move_category import move_category
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    exact,
    grid,
    link,
    list_act,
    page,
    public_id,
)


class ParentForm(ActForm):
    """Where in the tree: below another category, or at the top."""

    audited: ClassVar[tuple[str, ...]] = ("parent",)

    parent = forms.CharField(
        label="below",
        max_length=CATEGORY_SLUG_MAX,
        required=False,
        help_text="A slug; empty: at the top.",
    )

    def fields_for(self, row: Category | None) -> dict[str, forms.Field]:
        if row is not None:
            self.initial["parent"] = row.parent.slug if row.parent else ""
        return {}

    def parent_slug(self) -> str | None:
        return self.cleaned_data["parent"] or None


class NewCategoryForm(ParentForm):
    audited: ClassVar[tuple[str, ...]] = ("slug", "parent")
    field_order = ("name", "slug", "parent")

    name = forms.CharField(max_length=NAME_MAX)
    slug = forms.CharField(
        max_length=CATEGORY_SLUG_MAX, help_text="In its address, for good: small-letters."
    )


class NameForm(ActForm):
    name = forms.CharField(max_length=NAME_MAX)
    translations = pairs_field("The name, one language a line: de = Tassen")

    def fields_for(self, row: Category) -> dict[str, forms.Field]:
        names = ((x, y["name"]) for x, y in row.translations.items())
        self.initial |= {"name": row.name, "translations": joined(names)}
        return {}

    def changes(self) -> CategoryChanges:
        asked = self.cleaned_data
        names = {locale: {"name": name} for locale, name in asked["translations"].items()}
        return CategoryChanges(name=asked["name"], translations=names)


class BelowInline(StaffInline):
    model = Category
    fk_name = "parent"
    verbose_name_plural = "below it"
    fields = (page("name", "category"), "slug")
    ordering = ("path",)
    tab = False


@admin.register(Category)
class CategoryAdmin(StaffAdmin[Category]):
    roles = ("catalog", "support")
    menu_title = "Categories"
    icon = "category"
    prefix = "cat"
    find_by = (exact("slug"), exact("path"))
    search_help_text = "Slug or path"
    ordering = ("path",)
    list_display = ("path", "name")
    fields = (public_id("cat"), "name", "shown_names", "slug", "path", link("parent"), "version")
    inlines = (BelowInline,)

    @admin.display(description="in other languages")
    def shown_names(self, row: Category) -> SafeString | str:
        names: dict[str, Any] = row.translations
        return grid(("language", "name"), ((x, y["name"]) for x, y in sorted(names.items())))

    @list_act("New category", roles=("catalog",), form=NewCategoryForm)
    def create(self, form: NewCategoryForm, acting: Acting) -> tuple[Category, str]:
        asked = form.cleaned_data
        new = NewCategory(slug=asked["slug"], name=asked["name"], parent=form.parent_slug())
        create_categories(batch=[new])
        row = Category.objects.get(slug=new.slug)
        return row, f"{row.path} is there."

    @act("Rename", roles=("catalog",), form=NameForm, tone="primary")
    def rename(self, row: Category, form: NameForm, acting: Acting) -> str:
        changed = change_category(
            slug=row.slug,
            changes=form.changes(),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"It is called {changed.name}."

    @act(
        "Move",
        roles=("catalog",),
        asks="What stands below it comes along.",
        form=ParentForm,
    )
    def move(self, row: Category, form: ParentForm, acting: Acting) -> str:
        moved = move_category(
            slug=row.slug,
            parent=form.parent_slug(),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"It stands at {moved.path}."
