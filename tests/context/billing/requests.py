"""The two requests that make an order, as a guest's browser sends them."""

from __future__ import annotations

import uuid
from typing import Any, Final

from tests.factories.billing import HOME

WISH: Final = {
    "currency": "USD",
    "email": "ada@example.com",
    "lines": [{"sku": "mug", "quantity": 2}, {"sku": "pot", "quantity": 1}],
    "shipping_address": HOME,
    "delivery_option": "standard",
}


def start(api: Any, **changes: Any) -> dict[str, Any]:
    """A checkout of two mugs and a pot, with its secret."""
    answer = api.post("/v1/checkouts", {**WISH, **changes}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def complete(
    api: Any,
    checkout: dict[str, Any],
    *,
    card: str = "pm_card_visa",
    key: str | None = None,
    secret: bool = True,
    **body: Any,
) -> Any:
    """Agree to what the checkout shows; the answer may be a refusal."""
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    if secret:
        headers["Client-Secret"] = checkout["client_secret"]
    agreed = {"payment_method": card, "expected_total": checkout["totals"]["total"]}
    return api.post(
        f"/v1/checkouts/{checkout['id']}/complete", agreed | body, format="json", headers=headers
    )
