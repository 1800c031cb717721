"""Addresses of billing."""

from django.urls import path

from commerce.billing.api import invoices, orders, payments

urlpatterns = [
    path("orders", orders.Orders.as_view()),
    path("orders/<ord:order_id>", orders.OrderDetail.as_view()),
    path("orders/<ord:order_id>/timeline", orders.OrderTimeline.as_view()),
    path("payments/<pay:payment_id>", payments.PaymentDetail.as_view()),
    path("invoices", invoices.Invoices.as_view()),
    path("invoices/<inv:invoice_id>", invoices.InvoiceDetail.as_view()),
]
