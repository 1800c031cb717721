"""Addresses in requests, checked against the rules of their country."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.billing.checkout.addresses import AddressInvalid, checked_address
from commerce.shared.api.serializers import Input, StrictCharField


class AddressInput(Input):
    """Where something goes; region and postal code as its country wants them."""

    name = StrictCharField(max_length=200)
    line1 = StrictCharField(max_length=200)
    line2 = StrictCharField(max_length=200, required=False, allow_blank=True)
    city = StrictCharField(max_length=100, required=False, allow_blank=True)
    region = StrictCharField(max_length=100, required=False, allow_blank=True)
    postal_code = StrictCharField(max_length=20, required=False, allow_blank=True)
    country = serializers.RegexField(r"\A[A-Z]{2}\Z", help_text="ISO 3166-1 alpha-2, such as US.")
    phone = StrictCharField(max_length=32, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            return dict(checked_address(attrs))
        except AddressInvalid as refusal:
            raise serializers.ValidationError(
                {
                    field: serializers.ErrorDetail(
                        "This country needs it." if code == "required" else "Not in this country.",
                        code=code,
                    )
                    for field, code in refusal.problems.items()
                }
            ) from refusal
