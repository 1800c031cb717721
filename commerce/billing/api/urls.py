"""Addresses of billing."""

from django.urls import path

from commerce.billing.api import (
    checkout,
    customer_groups,
    customers,
    invoices,
    order_actions,
    orders,
    payments,
    stripe_webhook,
    subscription_migrations,
    subscriptions,
    test_clocks,
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
    path("subscriptions", subscriptions.Subscriptions.as_view()),
    path("subscriptions/<sub:subscription_id>", subscriptions.SubscriptionDetail.as_view()),
    path("subscriptions/<sub:subscription_id>/cancel", subscriptions.CancelSubscription.as_view()),
    path(
        "subscriptions/<sub:subscription_id>/payment-method",
        subscriptions.ChangePaymentMethod.as_view(),
    ),
    path("customers/<cus:customer_id>/group", customer_groups.SetCustomerGroup.as_view()),
    path("subscription-migrations", subscription_migrations.SubscriptionMigrations.as_view()),
    path(
        "subscription-migrations/<mig:migration_id>",
        subscription_migrations.SubscriptionMigrationDetail.as_view(),
    ),
    path("me/payment-methods", customers.PaymentMethods.as_view()),
    path(
        "me/payment-methods/<pm:payment_method_id>",
        customers.PaymentMethodDetail.as_view(),
    ),
    path(
        "me/payment-methods/<pm:payment_method_id>/default",
        customers.MakeDefault.as_view(),
    ),
    path("me/addresses", customers.Addresses.as_view()),
    path("me/addresses/<addr:address_id>", customers.AddressDetail.as_view()),
    path("test-clocks", test_clocks.TestClocks.as_view()),
    path("test-clocks/<clk:clock_id>", test_clocks.TestClockDetail.as_view()),
    path("test-clocks/<clk:clock_id>/advance", test_clocks.AdvanceTestClock.as_view()),
    path("webhooks/stripe", stripe_webhook.StripeWebhook.as_view()),
]
