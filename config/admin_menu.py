"""The admin's menu on one page: who looks for what, in the order of the day's work."""

from collections.abc import Mapping, Sequence
from typing import Final

# Group → labels of its pages. Everybody sees those that their roles let them see.
MENU: Final[Mapping[str, Sequence[str]]] = {
    "Sales": [
        "billing.Order",
        "billing.Checkout",
        "billing.Customer",
        "billing.Subscription",
        "fulfilment.Entitlement",
    ],
    "Money": [
        "billing.Invoice",
        "billing.CreditNote",
        "billing.Payment",
        "billing.Attempt",
        "billing.Refund",
        "billing.Dispute",
        "billing.Transaction",
        "billing.Entry",
        "billing.LedgerAccount",
        "billing.TaxRate",
    ],
    "Warehouse": [
        "fulfilment.FulfilmentOrder",
        "fulfilment.Shipment",
        "fulfilment.Return",
        "fulfilment.StockLevel",
        "fulfilment.StockMovement",
        "fulfilment.StockReservation",
        "fulfilment.StockLocation",
        "fulfilment.DeliveryRate",
    ],
    "Catalog": [
        "catalog.Product",
        "catalog.Variant",
        "catalog.Price",
        "catalog.Plan",
        "catalog.Category",
        "catalog.Collection",
        "catalog.Media",
        "catalog.Promotion",
        "catalog.PriceList",
        "catalog.Market",
        "catalog.ProductType",
        "catalog.Attribute",
        "catalog.Import",
        "catalog.ListingRebuild",
    ],
    "People": ["identity.User", "identity.ApiKey", "identity.AuditEntry"],
    "Operations": [
        "billing.Incident",
        "billing.ProviderEvent",
        "fulfilment.CarrierEvent",
        "billing.JobRun",
        "billing.OutboxMessage",
        "fulfilment.OutboxMessage",
        "catalog.OutboxMessage",
        "billing.IdempotencyRecord",
        "fulfilment.IdempotencyRecord",
        "billing.TestClock",
    ],
}
