"""Categories: the shelves."""

from __future__ import annotations

from django.contrib import admin

from commerce.catalog.products.models import Category
from commerce.shared.admin import StaffAdmin, exact, link, public_id


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
    fields = (public_id("cat"), "name", "slug", "path", link("parent"))
