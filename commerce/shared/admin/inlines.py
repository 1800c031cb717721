"""Related rows on a row's page: read, never edited, and a page of them at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import FETCH_PEERS, Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline as UnfoldTabularInline

from commerce.shared.admin.rows import StaffAdmin

if TYPE_CHECKING:

    class _Inline(admin.TabularInline[Any, Any]):
        """What unfold's untyped class is to the type checker."""
else:

    class _Inline(UnfoldTabularInline):
        pass


class StaffInline(_Inline):
    """Rows that belong to the row shown. Who may see their own list may see them here."""

    ordering: ClassVar[Any] = ("pk",)
    extra = 0
    can_delete = False
    # A customer may have thousands of orders.
    per_page = 20
    show_title = False
    tab = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        columns: Any = cls.fields or ()
        cls.readonly_fields = tuple(columns)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).fetch_mode(FETCH_PEERS)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        own_list = self.admin_site._registry.get(self.model)  # noqa: SLF001 - there is no public way
        if isinstance(own_list, StaffAdmin):
            return own_list.has_view_permission(request)
        page = self.admin_site._registry.get(self.parent_model)  # noqa: SLF001 - there is no public way
        return page is not None and page.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
