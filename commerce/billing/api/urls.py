"""Addresses of billing."""

from django.urls import path

from commerce.billing.api import (
    checkout,
    invoices,
    order_actions,
    orders,
    payments,
    stripe_webhook,
)

urlpatterns = [
    path("checkouts", checkout.Checkouts.as_view()),
    path("checkouts/<chk:checkout_id>", checkout.CheckoutDetail.as_view()),
    path(
        "checkouts/<chk:checkout_id>/delivery-options", checkout.CheckoutDeliveryOptions.as_view()
    ),
    path("checkouts/<chk:checkout_id>/complete", checkout.CompleteCheckout.as_view()),
    path("orders", orders.Orders.as_view()),
    path("orders/<ord:order_id>", orders.OrderDetail.as_view()),
    path("orders/<ord:order_id>/timeline", orders.OrderTimeline.as_view()),
    path("orders/<ord:order_id>/cancel", order_actions.CancelOrder.as_view()),
    path("orders/<ord:order_id>/refunds", order_actions.RefundOrder.as_view()),
    path("payments/<pay:payment_id>", payments.PaymentDetail.as_view()),
    path("invoices", invoices.Invoices.as_view()),
    path("invoices/<inv:invoice_id>", invoices.InvoiceDetail.as_view()),
    path("webhooks/stripe", stripe_webhook.StripeWebhook.as_view()),
]
