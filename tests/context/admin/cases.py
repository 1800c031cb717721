"""Every act of the admin: who may press it, on what, which use case it calls and with what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from commerce.billing.models import (
    Attempt,
    Incident,
    Invoice,
    InvoiceLine,
    Order,
    OrderLine,
    Payment,
    ProviderEvent,
    Refund,
    Subscription,
    SubscriptionPeriod,
)
from commerce.billing.models import OutboxMessage as BillingMessage
from commerce.catalog.models import OutboxMessage as CatalogMessage
from commerce.catalog.models import Plan, PlanVersion, Product, Variant
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges
from commerce.fulfilment.models import (
    Allocation,
    CarrierEvent,
    Entitlement,
    FulfilmentOrder,
    FulfilmentOrderLine,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
    StockLevel,
    StockLocation,
    StockReservation,
)
from commerce.fulfilment.models import OutboxMessage as FulfilmentMessage
from commerce.fulfilment.returns.receive_return import ReceivedUnits
from commerce.identity.models import ApiKey, User
from commerce.shared.money import Money
from tests.context.admin.rows import NOON, rows_of

TOKEN = "01890a5d-ac96-774b-bcce-b302099a8057"
SENT = SimpleNamespace(amount=Money(1_50, "USD"), pk=None, status="succeeded")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One act. `calls` names the use case as its page imports it."""

    on: type[Any]
    act: str
    roles: set[str]
    calls: str
    row: Callable[[], Any]
    wants: Callable[[Any], Mapping[str, Any]]
    data: Callable[[Any], Mapping[str, Any]] = lambda _row: {}
    answers: Callable[[Any], Any] = lambda row: row
    audits: Mapping[str, Any] = field(default_factory=dict)
    is_recorded: bool = True


def one(model: type[Any], **values: Any) -> Callable[[], Any]:
    return lambda: rows_of(model, 1, **values)[0]


# Rows that need others around them.


def paid_order() -> Order:
    (order,) = rows_of(Order, 1, status="paid", payment_status="paid", version=3)
    (invoice,) = rows_of(Invoice, 1, order_id=order.pk)
    rows_of(
        Payment, 1, invoice_id=invoice.pk, order_id=order.pk, amount_minor=9_00, captured_minor=9_00
    )
    (line,) = rows_of(OrderLine, 1, order_id=order.pk, quantity=2)
    rows_of(InvoiceLine, 1, invoice_id=invoice.pk, order_line_id=line.pk, quantity=2, kind="item")
    return order


def ordered_units(**values: Any) -> FulfilmentOrder:
    (order,) = rows_of(FulfilmentOrder, 1, **values)
    (line,) = rows_of(FulfilmentOrderLine, 1, fulfilment_order_id=order.pk, quantity=3)
    (location,) = rows_of(StockLocation, 1, code="east")
    (level,) = rows_of(StockLevel, 1, sku=line.sku, location_id=location.pk)
    rows_of(Allocation, 1, line_id=line.pk, level_id=level.pk, quantity=3)
    return order


def sent_units() -> FulfilmentOrder:
    order = ordered_units(status="in_progress")
    allocation = Allocation.objects.get(line__fulfilment_order=order)
    Allocation.objects.filter(pk=allocation.pk).update(packed=3)
    (shipment,) = rows_of(
        Shipment, 1, fulfilment_order_id=order.pk, status="delivered", dispatched_at=NOON
    )
    rows_of(ShipmentLine, 1, shipment_id=shipment.pk, allocation_id=allocation.pk, quantity=3)
    return order


def approved_return() -> Return:
    (asked,) = rows_of(Return, 1, status="approved")
    (line,) = rows_of(FulfilmentOrderLine, 1, fulfilment_order_id=asked.fulfilment_order_id)
    rows_of(ReturnLine, 1, rma_id=asked.pk, line_id=line.pk, quantity=2)
    rows_of(StockLocation, 1, code="east")
    return asked


def plan_with_new_terms() -> Plan:
    (version,) = rows_of(PlanVersion, 1)
    return version.plan


def subscription_behind() -> Subscription:
    (period,) = rows_of(SubscriptionPeriod, 1)
    return period.subscription


def _line_of(order: FulfilmentOrder) -> Any:
    return order.lines.get().line_id


def _order_line(order: Order) -> Any:
    return order.lines.get().pk


def _returned(asked: Return) -> Any:
    return asked.lines.get().line.line_id


SHELF = "commerce.fulfilment.admin"
CASES = [
    # Identity.
    Case(
        on=User,
        act="assign_roles",
        roles=set(),
        calls="commerce.identity.admin.users.assign_roles",
        row=one(User),
        data=lambda _: {"roles": ["warehouse"]},
        wants=lambda user: {"user_id": user.pk, "roles": ["warehouse"]},
        is_recorded=False,
    ),
    Case(
        on=User,
        act="send_password_reset",
        roles={"support"},
        calls="commerce.identity.admin.users.request_password_reset",
        row=one(User),
        wants=lambda user: {"email": user.email},
    ),
    Case(
        on=ApiKey,
        act="revoke",
        roles=set(),
        calls="commerce.identity.admin.api_keys.revoke_api_key",
        row=one(ApiKey),
        wants=lambda key: {"key_id": key.pk},
        is_recorded=False,
    ),
    # Catalog.
    Case(
        on=Product,
        act="publish",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.publish_product",
        row=one(Product),
        wants=lambda product: {"product_id": product.pk},
    ),
    Case(
        on=Product,
        act="change_texts",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.change_product",
        row=one(Product),
        data=lambda _: {"title": "Mug", "brand": "", "description": "Blue."},
        wants=lambda product: {
            "product_id": product.pk,
            "changes": ProductChanges(title="Mug", brand="", description="Blue."),
        },
    ),
    Case(
        on=Product,
        act="retire",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.retire_product",
        row=one(Product),
        wants=lambda product: {"product_id": product.pk},
    ),
    Case(
        on=Variant,
        act="set_price",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.set_price",
        row=one(Variant, sku="mug"),
        data=lambda _: {"currency": "usd", "amount": "12.50"},
        wants=lambda _: {"price": NewPrice(sku="mug", price=Money(12_50, "USD"))},
        answers=lambda _: SimpleNamespace(amount_minor=12_50, valid_from=NOON),
        audits={"price": {"amount": 12_50, "currency": "USD"}},
    ),
    Case(
        on=Variant,
        act="retire",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.retire_variant",
        row=one(Variant),
        wants=lambda variant: {"variant_id": variant.pk},
    ),
    Case(
        on=Plan,
        act="publish",
        roles={"catalog"},
        calls="commerce.catalog.admin.plans.publish_plan",
        row=plan_with_new_terms,
        wants=lambda plan: {"plan_id": plan.pk},
    ),
    Case(
        on=Plan,
        act="retire",
        roles={"catalog"},
        calls="commerce.catalog.admin.plans.retire_plan",
        row=one(Plan),
        wants=lambda plan: {"plan_id": plan.pk},
    ),
    # Fulfilment.
    Case(
        on=FulfilmentOrder,
        act="approve",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.approve_fulfilment_order",
        row=one(FulfilmentOrder, status="on_hold", needs_approval=True),
        wants=lambda order: {"fulfilment_order_id": order.pk},
    ),
    Case(
        on=FulfilmentOrder,
        act="release",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.release_fulfilment_order",
        row=one(FulfilmentOrder, status="on_hold"),
        wants=lambda order: {"fulfilment_order_id": order.pk},
    ),
    Case(
        on=FulfilmentOrder,
        act="hold",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.hold_fulfilment_order",
        row=one(FulfilmentOrder),
        data=lambda _: {"reason": "address looks wrong"},
        wants=lambda order: {"fulfilment_order_id": order.pk, "reason": "address looks wrong"},
    ),
    Case(
        on=FulfilmentOrder,
        act="pack",
        roles={"warehouse"},
        calls=f"{SHELF}.fulfilment_orders.pack_shipment",
        row=ordered_units,
        data=lambda order: {
            "location": "east",
            "weight_g": 900,
            f"units_{_line_of(order).hex}": 2,
        },
        wants=lambda order: {
            "fulfilment_order_id": order.pk,
            "location": "east",
            "weight_g": 900,
            "reference": TOKEN,
            "units_by_line": {_line_of(order): 2},
        },
        answers=lambda order: SimpleNamespace(pk=order.pk, tracking_number="1Z"),
        audits={"location": "east", "weight_g": 900},
    ),
    Case(
        on=FulfilmentOrder,
        act="cancel_units",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.cancel_units",
        row=ordered_units,
        data=lambda order: {"reason": "broken", f"units_{_line_of(order).hex}": 1},
        wants=lambda order: {
            "fulfilment_order_id": order.pk,
            "units_by_line": {_line_of(order): 1},
            "reason": "broken",
            "reference": TOKEN,
        },
    ),
    Case(
        on=FulfilmentOrder,
        act="start_return",
        roles={"support"},
        calls=f"{SHELF}.fulfilment_orders.request_return",
        row=sent_units,
        data=lambda order: {"reason": "too small", f"units_{_line_of(order).hex}": 3},
        wants=lambda order: {
            "fulfilment_order_id": order.pk,
            "units_by_line": {_line_of(order): 3},
            "reason": "too small",
            "reference": TOKEN,
        },
    ),
    Case(
        on=Shipment,
        act="dispatch_parcel",
        roles={"warehouse"},
        calls=f"{SHELF}.shipments.dispatch_shipment",
        row=one(Shipment),
        wants=lambda shipment: {"shipment_id": shipment.pk},
    ),
    Case(
        on=Return,
        act="approve",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.returns.approve_return",
        row=one(Return),
        wants=lambda asked: {"return_id": asked.pk},
    ),
    Case(
        on=Return,
        act="receive",
        roles={"warehouse"},
        calls=f"{SHELF}.returns.receive_return",
        row=approved_return,
        data=lambda asked: {
            "location": "east",
            f"good_{_returned(asked).hex}": 1,
            f"bad_{_returned(asked).hex}": 1,
        },
        wants=lambda asked: {
            "return_id": asked.pk,
            "location": "east",
            "units_by_line": {_returned(asked): ReceivedUnits(restocked=1, written_off=1)},
        },
        audits={"location": "east"},
    ),
    Case(
        on=Return,
        act="close",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.returns.close_return",
        row=one(Return, status="received"),
        wants=lambda asked: {"return_id": asked.pk},
    ),
    Case(
        on=Return,
        act="reject",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.returns.reject_return",
        row=one(Return),
        data=lambda _: {"reason": "worn"},
        wants=lambda asked: {"return_id": asked.pk, "reason": "worn"},
    ),
    Case(
        on=StockLevel,
        act="adjust",
        roles={"warehouse"},
        calls=f"{SHELF}.stock.adjust_stock",
        row=one(StockLevel, sku="mug", on_hand=5),
        data=lambda _: {
            "quantity": -2,
            "reason": "damaged",
            "note": "fell",
            "expected_on_hand": 5,
        },
        wants=lambda level: {
            "location": level.location.code,
            "sku": "mug",
            "quantity": -2,
            "reason": "damaged",
            "reference": f"adjustment:{TOKEN}",
            "note": "fell",
            "expected_on_hand": 5,
        },
        audits={"quantity": -2, "reason": "damaged"},
    ),
    Case(
        on=StockLevel,
        act="receive",
        roles={"warehouse"},
        calls=f"{SHELF}.stock.receive_stock",
        row=one(StockLevel, sku="mug"),
        data=lambda _: {"units": 12, "delivery": "D-77"},
        wants=lambda _: {},
        answers=lambda _: 1,
        audits={"units": 12, "delivery": "D-77"},
    ),
    Case(
        on=StockReservation,
        act="release",
        roles={"warehouse"},
        calls=f"{SHELF}.stock.release_stock",
        row=one(StockReservation),
        wants=lambda reservation: {"reference": reservation.reference},
    ),
    Case(
        on=Entitlement,
        act="revoke",
        roles={"support"},
        calls=f"{SHELF}.entitlements.revoke_entitlement",
        row=one(Entitlement, valid_from=NOON - dt.timedelta(days=3650)),
        wants=lambda entitlement: {"reference": entitlement.reference},
    ),
    Case(
        on=CarrierEvent,
        act="process_again",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.carriers.process_event_again",
        row=one(CarrierEvent, parked_at=NOON),
        wants=lambda event: {"event_id": event.pk},
        answers=lambda _: SimpleNamespace(processed_at=NOON),
    ),
    # Billing.
    Case(
        on=Order,
        act="refund_units",
        roles={"support", "finance"},
        calls="commerce.billing.admin.orders.refund_order",
        row=paid_order,
        data=lambda order: {
            "reason": "damaged",
            "with_delivery": "on",
            f"units_{_order_line(order).hex}": 1,
        },
        wants=lambda order: {
            "order_id": order.pk,
            "reference": TOKEN,
            "reason": "damaged",
            "units_by_line": {_order_line(order): 1},
            "with_delivery": True,
        },
        answers=lambda order: SimpleNamespace(**{**vars(SENT), "pk": order.pk}),
        audits={"reason": "damaged", "with_delivery": True},
    ),
    Case(
        on=Order,
        act="refund_amount",
        roles={"support", "finance"},
        calls="commerce.billing.admin.orders.refund_order",
        row=paid_order,
        data=lambda _: {"reason": "goodwill", "amount": "1.50"},
        wants=lambda order: {
            "order_id": order.pk,
            "reference": TOKEN,
            "reason": "goodwill",
            "amount": Money(1_50, "USD"),
        },
        answers=lambda order: SimpleNamespace(**{**vars(SENT), "pk": order.pk}),
        audits={"amount": {"amount": 1_50, "currency": "USD"}, "reason": "goodwill"},
    ),
    Case(
        on=Order,
        act="cancel",
        roles={"support"},
        calls="commerce.billing.admin.orders.cancel_order",
        row=paid_order,
        data=lambda _: {"reason": "fraud"},
        wants=lambda order: {"order_id": order.pk, "reason": "fraud"},
        audits={"reason": "fraud"},
    ),
    Case(
        on=Attempt,
        act="ask_provider",
        roles={"support", "finance"},
        calls="commerce.billing.admin.payments.reconcile_attempt",
        row=one(Attempt, status="unknown"),
        wants=lambda attempt: {"attempt_id": attempt.pk},
    ),
    Case(
        on=Attempt,
        act="give_up",
        roles={"finance"},
        calls="commerce.billing.admin.payments.call_off",
        row=one(Attempt, status="unknown"),
        wants=lambda attempt: {"payment_id": attempt.payment_id},
    ),
    Case(
        on=Refund,
        act="ask_provider",
        roles={"support", "finance"},
        calls="commerce.billing.admin.refunds.send_refund",
        row=one(Refund, status="unknown"),
        wants=lambda refund: {"refund_id": refund.pk},
    ),
    Case(
        on=Subscription,
        act="collect",
        roles={"support", "finance"},
        calls="commerce.billing.admin.subscriptions.collect_now",
        row=subscription_behind,
        wants=lambda subscription: {"subscription_id": subscription.pk},
        answers=lambda subscription: list(subscription.periods.all()),
    ),
    Case(
        on=Subscription,
        act="bill",
        roles={"support", "finance"},
        calls="commerce.billing.admin.subscriptions.bill_again",
        row=one(Subscription, billing_failed_at=NOON),
        wants=lambda subscription: {"subscription_id": subscription.pk},
        answers=lambda _: SimpleNamespace(billing_failed_at=None, current_period_end=NOON),
    ),
    Case(
        on=Subscription,
        act="cancel",
        roles={"support", "finance"},
        calls="commerce.billing.admin.subscriptions.cancel_subscription",
        row=one(Subscription),
        data=lambda _: {"when": "period_end"},
        wants=lambda subscription: {"subscription_id": subscription.pk, "at_period_end": True},
        audits={"when": "period_end"},
    ),
    Case(
        on=ProviderEvent,
        act="process_again",
        roles={"support", "finance"},
        calls="commerce.billing.admin.operations.process_event_again",
        row=one(ProviderEvent, parked_at=NOON),
        wants=lambda event: {"event_id": event.pk},
        answers=lambda _: SimpleNamespace(processed_at=NOON),
    ),
    Case(
        on=Incident,
        act="resolve",
        roles={"support", "finance"},
        calls="commerce.billing.admin.operations.resolve_incident",
        row=one(Incident),
        data=lambda _: {"resolution": "Asked the bank; it is theirs."},
        wants=lambda incident: {
            "incident_id": incident.pk,
            "resolution": "Asked the bank; it is theirs.",
        },
    ),
    *(
        Case(
            on=outbox,
            act="send_again",
            roles={"support"},
            calls="commerce.shared.admin.tables.unpark",
            row=one(outbox, parked_at=NOON),
            wants=lambda _: {},
            answers=lambda _: 1,
        )
        for outbox in (BillingMessage, CatalogMessage, FulfilmentMessage)
    ),
]
