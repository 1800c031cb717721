"""The two pages a person sees: the bank asking for consent, and what came of it."""

from html import escape
from typing import Any
from urllib.parse import urlencode

from sandbox.stripe.amounts import readable

type Body = dict[str, Any]

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
 body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem }}
 button {{ font: inherit; padding: .6rem 1.2rem; margin-right: .5rem; cursor: pointer }}
</style></head>
<body><main><h1>{title}</h1><p>{text}</p>{form}</main></body></html>
"""
FORM = """<form method="post">
<button name="outcome" value="succeed">Complete authentication</button>
<button name="outcome" value="fail">Fail authentication</button>
</form>"""


def bank_page(intent: Body) -> str:
    """Where the bank asks its customer."""
    if intent["status"] != "requires_action":
        return result_page(intent)
    wish = "save your card for later payments"
    if intent["object"] == "payment_intent":
        wish = f"take {readable(intent['amount'], intent['currency'])} {intent['currency'].upper()}"
    return PAGE.format(
        title="3-D Secure (sandbox)",
        text=escape(f"The shop wants to {wish}. This stands in for your bank's page."),
        form=FORM,
    )


def result_page(intent: Body) -> str:
    return PAGE.format(
        title="You can go back to the shop",
        text=f"The {escape(intent['object'].replace('_', ' '))} is now"
        f" <b>{escape(intent['status'])}</b>.",
        form="",
    )


def receipt_page(charge: Body) -> str:
    """What `receipt_url` shows."""
    amount = f"{readable(charge['amount'], charge['currency'])} {charge['currency'].upper()}"
    refunded = readable(charge["amount_refunded"], charge["currency"])
    return PAGE.format(
        title="Receipt (sandbox)",
        text=escape(f"{amount}, {charge['status']}; refunded {refunded}. Charge {charge['id']}."),
        form="",
    )


def way_back(intent: Body, return_url: str) -> str:
    """The shop's address with what Stripe tells it there."""
    kind = intent["object"]
    has_worked = intent["status"] in ("succeeded", "requires_capture", "processing")
    told = urlencode(
        {
            kind: intent["id"],
            f"{kind}_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if has_worked else "failed",
        }
    )
    return f"{return_url}{'&' if '?' in return_url else '?'}{told}"
