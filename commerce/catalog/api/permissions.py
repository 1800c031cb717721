"""Who may do what: everybody reads what is on sale, staff of the catalog change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from commerce.shared.api.actors import Staff, actor_of

if TYPE_CHECKING:
    from rest_framework.views import APIView

CATALOG_STAFF = ("catalog",)


class StaffChanges(Staff):
    """Anybody reads; only staff with one of the view's `roles` change."""

    reads_are_open = True  # for the OpenAPI description

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().has_permission(request, view)


def is_catalog_staff(request: Request) -> bool:
    return actor_of(request).may(roles=CATALOG_STAFF, scope="catalog:read")
