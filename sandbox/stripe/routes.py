"""Every endpoint on one page: its address, who answers it, and the SDK's type of its parameters."""

from collections.abc import Callable
from typing import Any, NamedTuple

from stripe import params as sdk

from sandbox.stripe import (
    balance_transactions,
    charges,
    customers,
    disputes,
    events,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
    webhook_endpoints,
)
from sandbox.stripe.call import Call

type Body = dict[str, Any]


# Connect, mandates, tax, captures in parts: parameters that would change where money goes or
# what an answer says, and that are refused rather than ignored.
NOT_SIMULATED = frozenset({
    "amount_details", "amount_to_confirm", "application_fee_amount", "attach_to_self", "cash_balance",
    "confirmation_token", "connect", "custom", "customer_account", "default_source",
    "final_capture",
    "flow_directions", "hooks", "instructions_email", "mandate", "on_behalf_of", "origin",
    "payment_details", "payment_method_data", "payout", "refund_application_fee", "reverse_transfer", "single_use",
    "tax", "tax_id_data", "test_clock", "transfer_data",
})  # fmt: skip


class Route(NamedTuple):
    answer: Callable[[Call], Body]
    parameters: type


def find(method: str, path: str) -> tuple[Route, str] | None:
    """The route of a request and the id in its address, `/v1/refunds/<id>/cancel`."""
    if route := ROUTES.get(f"{method} {path}"):
        return route, ""
    parts = path.split("/", 4)
    if len(parts) < 4:
        return None
    address = "/".join([*parts[:3], "{id}", *parts[4:]])
    route = ROUTES.get(f"{method} {address}")
    return None if route is None else (route, parts[3])


# fmt: off
ROUTES = {address: Route(answer, parameters) for address, answer, parameters in (
    ("POST /v1/customers", customers.create, sdk.CustomerCreateParams),
    ("GET /v1/customers", customers.list_, sdk.CustomerListParams),
    ("GET /v1/customers/search", customers.search, sdk.CustomerSearchParams),
    ("GET /v1/customers/{id}", customers.retrieve, sdk.CustomerRetrieveParams),
    ("POST /v1/customers/{id}", customers.update, sdk.CustomerUpdateParams),
    ("DELETE /v1/customers/{id}", customers.delete, sdk.CustomerDeleteParams),
    ("GET /v1/customers/{id}/payment_methods",
     payment_methods.list_of_customer, sdk.CustomerListPaymentMethodsParams),

    ("POST /v1/payment_methods", payment_methods.create, sdk.PaymentMethodCreateParams),
    ("GET /v1/payment_methods", payment_methods.list_, sdk.PaymentMethodListParams),
    ("GET /v1/payment_methods/{id}", payment_methods.retrieve, sdk.PaymentMethodRetrieveParams),
    ("POST /v1/payment_methods/{id}", payment_methods.update, sdk.PaymentMethodUpdateParams),
    ("POST /v1/payment_methods/{id}/attach", payment_methods.attach, sdk.PaymentMethodAttachParams),
    ("POST /v1/payment_methods/{id}/detach", payment_methods.detach, sdk.PaymentMethodDetachParams),

    ("POST /v1/setup_intents", setup_intents.create, sdk.SetupIntentCreateParams),
    ("GET /v1/setup_intents", setup_intents.list_, sdk.SetupIntentListParams),
    ("GET /v1/setup_intents/{id}", setup_intents.retrieve, sdk.SetupIntentRetrieveParams),
    ("POST /v1/setup_intents/{id}", setup_intents.update, sdk.SetupIntentUpdateParams),
    ("POST /v1/setup_intents/{id}/confirm", setup_intents.confirm, sdk.SetupIntentConfirmParams),
    ("POST /v1/setup_intents/{id}/cancel", setup_intents.cancel, sdk.SetupIntentCancelParams),

    ("POST /v1/payment_intents", payment_intents.create, sdk.PaymentIntentCreateParams),
    ("GET /v1/payment_intents", payment_intents.list_, sdk.PaymentIntentListParams),
    ("GET /v1/payment_intents/search", payment_intents.search, sdk.PaymentIntentSearchParams),
    ("GET /v1/payment_intents/{id}", payment_intents.retrieve, sdk.PaymentIntentRetrieveParams),
    ("POST /v1/payment_intents/{id}", payment_intents.update, sdk.PaymentIntentUpdateParams),
    ("POST /v1/payment_intents/{id}/confirm",
     payment_intents.confirm, sdk.PaymentIntentConfirmParams),
    ("POST /v1/payment_intents/{id}/capture",
     payment_intents.capture, sdk.PaymentIntentCaptureParams),
    ("POST /v1/payment_intents/{id}/cancel", payment_intents.cancel, sdk.PaymentIntentCancelParams),

    ("GET /v1/charges", charges.list_, sdk.ChargeListParams),
    ("GET /v1/charges/search", charges.search, sdk.ChargeSearchParams),
    ("GET /v1/charges/{id}", charges.retrieve, sdk.ChargeRetrieveParams),
    ("POST /v1/charges/{id}", charges.update, sdk.ChargeUpdateParams),
    ("GET /v1/charges/{id}/refunds", refunds.list_of_charge, sdk.ChargeListRefundsParams),

    ("POST /v1/refunds", refunds.create, sdk.RefundCreateParams),
    ("GET /v1/refunds", refunds.list_, sdk.RefundListParams),
    ("GET /v1/refunds/{id}", refunds.retrieve, sdk.RefundRetrieveParams),
    ("POST /v1/refunds/{id}", refunds.update, sdk.RefundUpdateParams),

    ("GET /v1/disputes", disputes.list_, sdk.DisputeListParams),
    ("GET /v1/disputes/{id}", disputes.retrieve, sdk.DisputeRetrieveParams),
    ("POST /v1/disputes/{id}", disputes.update, sdk.DisputeUpdateParams),
    ("POST /v1/disputes/{id}/close", disputes.close, sdk.DisputeCloseParams),

    ("GET /v1/balance_transactions", balance_transactions.list_, sdk.BalanceTransactionListParams),
    ("GET /v1/balance_transactions/{id}",
     balance_transactions.retrieve, sdk.BalanceTransactionRetrieveParams),

    ("GET /v1/events", events.list_, sdk.EventListParams),
    ("GET /v1/events/{id}", events.retrieve, sdk.EventRetrieveParams),

    ("POST /v1/webhook_endpoints", webhook_endpoints.create, sdk.WebhookEndpointCreateParams),
    ("GET /v1/webhook_endpoints", webhook_endpoints.list_, sdk.WebhookEndpointListParams),
    ("GET /v1/webhook_endpoints/{id}",
     webhook_endpoints.retrieve, sdk.WebhookEndpointRetrieveParams),
    ("POST /v1/webhook_endpoints/{id}", webhook_endpoints.update, sdk.WebhookEndpointUpdateParams),
    ("DELETE /v1/webhook_endpoints/{id}",
     webhook_endpoints.delete, sdk.WebhookEndpointDeleteParams),
)}
# fmt: on
