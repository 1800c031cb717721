"""GTINs (EAN, UPC): the number below the bar code, and the digit that catches a typo in it."""

import re

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12}|[0-9]{13}|[0-9]{14}")


def check_digit(digits: str) -> int:
    """Give the digit that completes a number: weights 3 and 1 from the right, up to the next ten.

    GS1 General Specifications 26.0, section 7.9.1; the same for every length.
    """
    total = sum(int(x) * (3 if i % 2 == 0 else 1) for i, x in enumerate(reversed(digits)))
    return -total % 10


def is_gtin(text: str) -> bool:
    """Tell whether it is a GTIN-8, -12, -13 or -14 with the right check digit."""
    return bool(_GTIN.fullmatch(text)) and check_digit(text[:-1]) == int(text[-1])
