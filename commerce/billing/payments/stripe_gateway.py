"""Stripe, through its own SDK. The only file that imports it.

Nothing is retried here: a repeat is decided on by whoever holds the row the request came from,
under the idempotency key that is that row's id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import stripe
import structlog

from commerce.billing.payments.breaker import Breaker
from commerce.billing.payments.gateway import (
    BadSignature,
    Card,
    CardActionRequired,
    CardDeclined,
    Charge,
    ChargeRequest,
    Event,
    PaymentMethodRefused,
    ProviderDispute,
    ProviderRefund,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnknown,
    RefundRequest,
    UnreadableEvent,
)
from commerce.billing.payments.stripe_amounts import to_stripe
from commerce.billing.payments.stripe_words import (
    card_of,
    charge_of,
    decline_code_of,
    declined_charge,
    dispute_of,
    event_of,
    never_connected,
    next_action_of,
    refund_of,
)
from commerce.shared.correlation import CORRELATION_HEADER, current_correlation_id
from commerce.shared.db import NeighbourCalledInTransaction, in_transaction
from commerce.shared.errors import CommerceError

log = structlog.get_logger(__name__)

# A connection is quick or broken; a charge may wait for the customer's bank.
CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 2, 8
# More than bad luck. They count however slowly one worker comes by them, one timeout after another.
FAILURES_IN_A_ROW = 5

# Our API takes card ids, not pages to send people to.
_CARDS_ONLY: Any = {"enabled": True, "allow_redirects": "never"}
_EXPAND = ["payment_method"]


class StripeGateway:
    """`payments/gateway.py` says what each function promises."""

    def __init__(
        self, *, secret_key: str, api_base: str | None, webhook_secrets: tuple[str, ...]
    ) -> None:
        self._webhook_secrets = webhook_secrets
        self.breaker = Breaker(
            failures=FAILURES_IN_A_ROW,
            window_s=1.5 * FAILURES_IN_A_ROW * (CONNECT_TIMEOUT_S + READ_TIMEOUT_S),
        )
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=0,
            # One session for each thread, kept open between calls.
            http_client=_Correlated(timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)),
        )

    # Charges.

    def charge(self, request: ChargeRequest) -> Charge:
        amount, currency = to_stripe(request.amount)
        params: Any = {
            "amount": amount,
            "currency": currency,
            "payment_method": request.payment_method,
            "confirm": True,
            "automatic_payment_methods": _CARDS_ONLY,
            "capture_method": "automatic",
            "metadata": {
                "attempt_id": str(request.attempt_id),
                "payment_id": str(request.payment_id),
                **({"order_id": str(request.order_id)} if request.order_id else {}),
            },
            "expand": _EXPAND,
        }
        if request.customer:
            params["customer"] = request.customer
        if request.off_session:
            params["off_session"] = True
        if request.saves_card:
            params["setup_future_usage"] = "off_session"
        try:
            intent = self._ask(
                "charge",
                lambda: self._client.v1.payment_intents.create(
                    params, {"idempotency_key": str(request.attempt_id)}
                ),
                attempt_id=str(request.attempt_id),
            )
        except stripe.CardError as declined:
            return declined_charge(declined.error, request)
        return charge_of(intent)

    def retrieve(self, provider_id: str) -> Charge:
        return charge_of(
            self._ask(
                "retrieve",
                lambda: self._client.v1.payment_intents.retrieve(provider_id, {"expand": _EXPAND}),
                provider_id=provider_id,
            )
        )

    def find(self, attempt_id: UUID) -> Charge | None:
        found = self._ask(
            "find",
            lambda: self._client.v1.payment_intents.search(
                {
                    "query": f"metadata['attempt_id']:'{attempt_id}'",
                    "limit": 1,
                    "expand": ["data.payment_method"],
                }
            ),
            attempt_id=str(attempt_id),
        )
        return charge_of(found.data[0]) if found.data else None

    def cancel(self, provider_id: str) -> Charge:
        try:
            intent = self._ask(
                "cancel",
                lambda: self._client.v1.payment_intents.cancel(provider_id, {"expand": _EXPAND}),
                provider_id=provider_id,
            )
        except ProviderRefused as refused:
            if refused.provider_code != "payment_intent_unexpected_state":
                raise
            # Too late, or done before: either way the provider knows how it stands.
            return self.retrieve(provider_id)
        return charge_of(intent)

    # Refunds and disputes.

    def refund(self, request: RefundRequest) -> ProviderRefund:
        amount, _ = to_stripe(request.amount)
        return refund_of(
            self._ask(
                "refund",
                lambda: self._client.v1.refunds.create(
                    {
                        "payment_intent": request.charge,
                        "amount": amount,
                        "metadata": {"refund_id": str(request.refund_id)},
                    },
                    {"idempotency_key": str(request.refund_id)},
                ),
                refund_id=str(request.refund_id),
            )
        )

    def retrieve_refund(self, provider_id: str) -> ProviderRefund:
        return refund_of(
            self._ask(
                "retrieve_refund",
                lambda: self._client.v1.refunds.retrieve(provider_id),
                provider_id=provider_id,
            )
        )

    def find_refund(self, refund_id: UUID, *, charge: str) -> ProviderRefund | None:
        # A charge has few refunds, and unlike a search this list never lags.
        found = self._ask(
            "find_refund",
            lambda: list(
                self._client.v1.refunds.list(
                    {"payment_intent": charge, "limit": 100}
                ).auto_paging_iter()
            ),
            refund_id=str(refund_id),
        )
        ours = (refund for refund in map(refund_of, found) if refund.refund_id == refund_id)
        return next(ours, None)

    def retrieve_dispute(self, provider_id: str) -> ProviderDispute:
        return dispute_of(
            self._ask(
                "retrieve_dispute",
                lambda: self._client.v1.disputes.retrieve(provider_id),
                provider_id=provider_id,
            )
        )

    # Customers and their cards.

    def create_customer(self, *, customer_id: UUID, email: str, name: str) -> str:
        customer = self._ask(
            "create_customer",
            lambda: self._client.v1.customers.create(
                {
                    "email": email,
                    **({"name": name} if name else {}),
                    "metadata": {"customer_id": str(customer_id)},
                },
                {"idempotency_key": str(customer_id)},
            ),
            customer_id=str(customer_id),
        )
        return customer.id

    def keep_card(self, *, customer: str, payment_method: str) -> Card:
        try:
            intent = self._ask(
                "keep_card",
                lambda: self._client.v1.setup_intents.create(
                    {
                        "customer": customer,
                        "payment_method": payment_method,
                        "confirm": True,
                        "usage": "off_session",
                        "automatic_payment_methods": _CARDS_ONLY,
                        "expand": _EXPAND,
                    }
                ),
                provider_id=customer,
            )
        except stripe.CardError as declined:
            raise CardDeclined(decline_code=decline_code_of(declined.error)) from declined
        card = card_of(intent.payment_method)
        if intent.status != "succeeded" or card is None:
            raise CardActionRequired(next_action=next_action_of(intent) or {})
        return card

    def forget_card(self, provider_id: str) -> None:
        with suppress(ProviderRefused):  # detached already: that is what was wanted
            self._ask(
                "forget_card",
                lambda: self._client.v1.payment_methods.detach(provider_id),
                provider_id=provider_id,
            )

    # Events.

    def read_event(self, body: bytes, signature: str) -> Event:
        if not any(self._is_signed(body, signature, secret) for secret in self._webhook_secrets):
            raise BadSignature
        try:
            return event_of(orjson.loads(body))
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as failure:
            raise UnreadableEvent from failure

    def events_since(self, moment: datetime, *, until: datetime | None = None) -> Iterator[Event]:
        created: Any = {"gte": int(moment.timestamp())}
        if until:
            created["lte"] = int(until.timestamp())
        listed = self._ask(
            "events_since",
            lambda: [
                event.to_dict()
                for event in self._client.v1.events.list(
                    {"created": created, "limit": 100}
                ).auto_paging_iter()
            ],
        )
        return map(event_of, listed)

    def _is_signed(self, body: bytes, signature: str, secret: str) -> bool:
        try:
            stripe.WebhookSignature.verify_header(
                body, signature, secret, tolerance=stripe.Webhook.DEFAULT_TOLERANCE
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            return False
        return True

    # How calls are made.

    def _ask[T](self, what: str, call: Callable[[], T], **ids: str) -> T:
        if in_transaction():
            raise NeighbourCalledInTransaction(f"Stripe: {what}")
        if not self.breaker.lets_through():
            raise ProviderUnavailable
        started = time.monotonic()
        outcome, is_down = "ok", False
        try:
            return call()
        except stripe.CardError:
            outcome = "declined"
            raise
        except stripe.StripeError as failure:
            error = _sorted_out(failure)
            outcome, is_down = error.code, _is_down(failure)
            ids["error"] = str(failure)
            raise error from failure
        finally:
            self.breaker.note(is_down=is_down)
            duration_ms = round((time.monotonic() - started) * 1000, 1)
            # The correlation id comes with the context.
            log.info(
                "billing.provider.called",
                call=what,
                outcome=outcome,
                duration_ms=duration_ms,
                **ids,
            )


class _Correlated(stripe.RequestsClient):
    """Says in every request which story it belongs to.

    In a header, where a repeat may say something else: parameters are compared, headers are not.
    """

    def request(  # type: ignore[override]  # the SDK's own client answers unlike its base
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        told = {**(headers or {}), CORRELATION_HEADER: current_correlation_id()}
        return super().request(method, url, told, post_data)


def _is_down(failure: stripe.StripeError) -> bool:
    """Tell an outage from an answer that we do not like: only the former is worth a pause."""
    return isinstance(failure, stripe.APIConnectionError) or (failure.http_status or 0) >= 500


def _sorted_out(failure: stripe.StripeError) -> CommerceError:
    """Decide what is known after a failure. What is not surely nothing counts as unknown."""
    match failure:
        case stripe.RateLimitError():
            # Refused ahead of everything else; the key was not even looked at.
            return ProviderUnavailable()
        case stripe.APIConnectionError():
            was_sent = not never_connected(failure.__cause__ or failure.__context__)
            return ProviderUnknown() if was_sent else ProviderUnavailable()
        case stripe.AuthenticationError() | stripe.PermissionError():
            # Our key is wrong: nothing happens until somebody mends the settings.
            log.error("billing.provider.key_refused", error=str(failure))
            return ProviderUnavailable()
        case stripe.InvalidRequestError(param="payment_method"):
            return PaymentMethodRefused(provider_code=failure.code or "payment_method")
        case stripe.InvalidRequestError():
            return ProviderRefused(provider_code=failure.code or failure.param or "invalid_request")
        case stripe.IdempotencyError():
            # One key, two requests: a bug of ours, and the first one may have moved money.
            log.error("billing.provider.key_reused", error=str(failure))
            return ProviderUnknown()
    return ProviderUnknown()
