"""Which role sees which page, and that nobody changes a row by hand."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse
from structlog.testing import capture_logs

from commerce.billing.models import Order
from commerce.identity.models import User
from commerce.shared import ids
from commerce.shared.admin import StaffAdmin
from tests.context.admin.conftest import ROLES, each_page, page_of, pages
from tests.context.admin.rows import rows_of, some_rows

# Besides admin, who sees everything.
SEEN_BY = {
    "billing.Order": {"support", "finance", "warehouse"},
    "billing.Checkout": {"support"},
    "billing.Customer": {"support", "finance"},
    "billing.Subscription": {"support", "finance"},
    "fulfilment.Entitlement": {"support"},
    "billing.Invoice": {"support", "finance"},
    "billing.CreditNote": {"support", "finance"},
    "billing.Payment": {"support", "finance"},
    "billing.Attempt": {"support", "finance"},
    "billing.Refund": {"support", "finance"},
    "billing.Dispute": {"support", "finance"},
    "billing.Transaction": {"finance"},
    "billing.Entry": {"finance"},
    "billing.LedgerAccount": {"finance"},
    "billing.TaxRate": {"support", "finance"},
    "fulfilment.FulfilmentOrder": {"warehouse", "support"},
    "fulfilment.Shipment": {"warehouse", "support"},
    "fulfilment.Return": {"warehouse", "support"},
    "fulfilment.StockLevel": {"warehouse", "support", "catalog"},
    "fulfilment.StockMovement": {"warehouse", "support", "catalog"},
    "fulfilment.StockReservation": {"warehouse", "support"},
    "fulfilment.StockLocation": {"warehouse", "support", "catalog"},
    "fulfilment.DeliveryRate": {"warehouse", "support", "finance"},
    "catalog.Product": {"catalog", "support", "warehouse", "finance"},
    "catalog.Variant": {"catalog", "support", "warehouse", "finance"},
    "catalog.Price": {"catalog", "support", "finance"},
    "catalog.Plan": {"catalog", "support", "finance"},
    "catalog.Category": {"catalog", "support"},
    "catalog.Collection": {"catalog", "support"},
    "catalog.Media": {"catalog", "support"},
    "catalog.Promotion": {"catalog", "support", "finance"},
    "catalog.PriceList": {"catalog", "support", "finance"},
    "catalog.Market": {"catalog", "support", "finance"},
    "catalog.ProductType": {"catalog", "support"},
    "catalog.Attribute": {"catalog", "support"},
    "catalog.Import": {"catalog"},
    "catalog.ListingRebuild": {"catalog", "support"},
    "identity.User": {"support"},
    "identity.ApiKey": set(),
    "identity.AuditEntry": {"support", "finance"},
    "billing.Incident": {"support", "finance"},
    "billing.ProviderEvent": {"support", "finance"},
    "fulfilment.CarrierEvent": {"warehouse", "support"},
    "billing.JobRun": {"support", "finance"},
    "billing.OutboxMessage": {"support"},
    "fulfilment.OutboxMessage": {"support"},
    "catalog.OutboxMessage": {"support"},
    "billing.IdempotencyRecord": {"support"},
    "fulfilment.IdempotencyRecord": {"support"},
    "billing.TestClock": set(),
}


class TestRoles:
    @pytest.mark.parametrize("role", ROLES)
    def test_open_the_pages_of_their_work_and_no_others(self, role, at_desk):
        client = at_desk(role)

        opened = {p.opts.label for p in pages() if client.get(p.address).status_code == 200}

        assert opened == {
            label for label, seen_by in SEEN_BY.items() if role in {"admin", *seen_by}
        }

    @pytest.mark.parametrize("role", ROLES)
    def test_find_in_the_menu_what_they_may_open(self, role, at_desk):
        index = at_desk(role).get(reverse("admin:index"))

        groups = index.context["sidebar_navigation"]
        listed = {str(item["link"]) for group in groups for item in group["items"]}

        may_open = {p.address for p in pages() if role in {"admin", *SEEN_BY[p.opts.label]}}
        assert listed == may_open | {reverse("admin:index")}

    def test_do_not_open_the_admin_to_a_member_of_staff_without_any(self, at_desk):
        client = at_desk(is_staff=True)

        assert {client.get(page.address).status_code for page in pages()} == {403}

    def test_do_not_open_it_to_customers(self, at_desk):
        answer = at_desk().get(page_of(Order).address)

        assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("admin:login"))

    def test_are_asked_of_related_rows_as_well(self, at_desk):
        (order,) = rows_of(Order, 1)

        page = at_desk("warehouse").get(page_of(Order).address_of(order))

        shown = {
            formset.opts.model._meta.label for formset in page.context["inline_admin_formsets"]
        }
        assert shown == {"billing.OrderLine", "billing.OrderShipment"}


class TestRows:
    @each_page
    def test_are_not_added_changed_or_deleted_by_hand_superusers_included(self, page, at_desk):
        client = at_desk("admin", is_superuser=True)
        row = some_rows(page.model, 1)[0]
        name = f"admin:{page.opts.app_label}_{page.opts.model_name}"

        answers = [
            client.get(reverse(f"{name}_add")),
            client.post(reverse(f"{name}_add"), {}),
            client.post(page.address_of(row), {"_save": "Save"}),
            client.get(reverse(f"{name}_delete", args=[row.pk])),
            client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}),
        ]

        assert [answer.status_code for answer in answers] == [403] * 5

    def test_are_shown_by_our_own_pages_only(self):
        assert all(isinstance(page, StaffAdmin) for page in admin.site._registry.values())

    def test_have_each_page_once_in_the_menu(self):
        assert sorted(page.opts.label for page in pages()) == sorted(
            model._meta.label for model in admin.site._registry
        )

    def test_are_not_changed_in_the_list_either(self):
        assert not [page for page in pages() if page.list_editable]


class TestViews:
    def test_are_told_to_the_log_without_anything_personal(self, at_desk):
        (user,) = rows_of(User, 1)
        client = at_desk("support")

        with capture_logs() as logs:
            client.get(page_of(User).address_of(user))

        (seen,) = [entry for entry in logs if entry["event"] == "admin.row.viewed"]
        assert (seen["row"], seen["actor"]) == (ids.encode("usr", user.pk), "staff")
        assert user.email not in str(seen)
