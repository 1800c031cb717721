"""What the sandbox knows about an object and Stripe would never show."""

from typing import Any

# Which test card it is; used without a customer; consented to by the bank; where to send the
# customer back to; what to sign webhooks with.
PRIVATE = ("_card", "_is_spent", "_is_set_up", "_return_url", "_secret")


def public(body: dict[str, Any]) -> dict[str, Any]:
    """An object as Stripe would show it."""
    shown = dict(body)
    for name in PRIVATE:
        shown.pop(name, None)
    return shown
