"""The base of every admin page: rows are looked at here, and changed by acts alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

import structlog
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from commerce.shared import ids
from commerce.shared.admin.acting import Acting
from commerce.shared.admin.buttons import grouped, terms_in, with_version
from commerce.shared.admin.lists import StaffList
from commerce.shared.api.actors import describe

if TYPE_CHECKING:
    from commerce.shared.admin.site import StaffSite

log = structlog.get_logger(__name__)


class StaffAdmin[Row: Model](StaffList[Row]):
    """Rows of one table for staff. Nobody adds, changes or deletes here, superusers included.

    A subclass names the roles that may look (`admin` always may), the columns, and the acts.
    """

    # Who may look, besides admin.
    roles: ClassVar[tuple[str, ...]] = ()
    # The names of its acts on a row, as they stand in the class.
    acts: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        terms = terms_in(cls)
        of_rows = {name: own for name, own in terms.items() if not own.is_of_list}
        cls.acts = tuple(of_rows)
        cls.actions_list = tuple(name for name in terms if name not in of_rows)
        cls.actions_detail = tuple(grouped(of_rows))
        groups: Any = cls.fieldsets or ((None, {"fields": cls.fields or ()}),)
        cls.readonly_fields = flatten_fieldsets(groups)

    @property
    def site(self) -> StaffSite:
        return cast("StaffSite", self.admin_site)

    # Who may do what.

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.site.actor_of(request).roles & {"admin", *self.roles})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    # Pages of one row.

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        page = getattr(response, "context_data", None) or {}
        if row := page.get("original"):
            page["actions_detail"] = [*self._buttons(request, row, page["actions_detail"])]
            # Pages of people are among these; who looked at what can be asked of the log.
            log.info(
                "admin.row.viewed",
                row=self.name_of(row),
                table=self.opts.label_lower,
                **describe(self.site.actor_of(request)),
            )
        return response

    def get_actions_list(self, request: HttpRequest) -> list[Any]:
        """Give the buttons this person may press above the list."""
        actor = self.site.actor_of(request)
        return [
            self.get_unfold_action(name)
            for name in self.actions_list
            if getattr(type(self), name).terms.allows(actor)
        ]

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[Any]:
        """Give the buttons this person may press on this row as it is."""
        actor = self.site.actor_of(request)
        row = self.get_object(request, str(object_id))
        if row is None:
            return []
        return [
            self.get_unfold_action(name)
            for name in self.acts
            if (terms := getattr(type(self), name).terms).allows(actor) and terms.applies(row)
        ]

    def _buttons(
        self, request: HttpRequest, row: Row, acts: Sequence[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Let each act carry the version of the row that the page shows, and lead to the trail."""
        yield from with_version(acts, self.version_of(row))
        if (self.prefix or self.acts) and (trail := self.site.trail_of(request, self.name_of(row))):
            yield {"title": "Audit trail", "icon": "history_edu", "path": trail, "attrs": {}}

    def leads_to(self, row: Row) -> str:
        """Give the address of the page that is shown when an act on the row is done."""
        return self.address_of(row)

    def version_of(self, row: Any) -> int | None:
        """Give what counts the changes of a row; that of its aggregate, where it is part of one."""
        version: int | None = getattr(row, "version", None)
        return version

    def missing(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    # The audit trail.

    def name_of(self, row: Row) -> str:
        """Name a row for the audit trail: by its public id, where it has one."""
        return ids.encode(self.prefix, row.pk) if self.prefix else f"{self._noun}:{row.pk}"

    @property
    def _noun(self) -> str:
        return str(self.opts.verbose_name).replace(" ", "_")

    def record(self, row: Row, act: str, acting: Acting, *, details: Mapping[str, object]) -> None:
        self.site.record_act(
            actor=acting.actor,
            action=f"{self.opts.app_label}.{self._noun}.{act}",
            subject=self.name_of(row),
            details={**details, "token": acting.token},
            now=acting.now,
        )
