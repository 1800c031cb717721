"""Addresses of fulfilment."""

from django.urls import path

from commerce.fulfilment.api import (
    availability,
    carrier_webhook,
    entitlements,
    fulfilment_orders,
    returns,
    shipments,
    stock,
)

FULFILMENT_ORDER = "fulfilment-orders/<fo:fulfilment_order_id>"

urlpatterns = [
    path("availability", availability.Availability.as_view()),
    path("stock-levels", stock.StockLevels.as_view()),
    path("stock-movements", stock.StockMovements.as_view()),
    path("fulfilment-orders", fulfilment_orders.FulfilmentOrders.as_view()),
    path(FULFILMENT_ORDER, fulfilment_orders.FulfilmentOrderDetail.as_view()),
    path(f"{FULFILMENT_ORDER}/approve", fulfilment_orders.ApproveFulfilmentOrder.as_view()),
    path(f"{FULFILMENT_ORDER}/hold", fulfilment_orders.HoldFulfilmentOrder.as_view()),
    path(f"{FULFILMENT_ORDER}/release", fulfilment_orders.ReleaseFulfilmentOrder.as_view()),
    path(f"{FULFILMENT_ORDER}/cancel", fulfilment_orders.CancelUnits.as_view()),
    path("shipments", shipments.PackShipment.as_view()),
    path("shipments/<ship:shipment_id>", shipments.ShipmentDetail.as_view()),
    path("shipments/<ship:shipment_id>/dispatch", shipments.DispatchShipment.as_view()),
    path("returns", returns.Returns.as_view()),
    path("returns/<ret:return_id>", returns.ReturnDetail.as_view()),
    path("returns/<ret:return_id>/approve", returns.ApproveReturn.as_view()),
    path("returns/<ret:return_id>/reject", returns.RejectReturn.as_view()),
    path("returns/<ret:return_id>/receive", returns.ReceiveReturn.as_view()),
    path("returns/<ret:return_id>/close", returns.CloseReturn.as_view()),
    path("entitlements", entitlements.Entitlements.as_view()),
    path("webhooks/carrier", carrier_webhook.CarrierWebhook.as_view()),
]
