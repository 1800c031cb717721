"""Tracking numbers: Serial Shipping Container Codes as GS1 defines them, eighteen digits.

Extension digit, company prefix, serial, check digit (GS1 General Specifications, sections 2.2.1
and 7.9). Company prefixes from 952 on are set aside by GS1 for demonstrations and examples, so
no number made here can be that of a real parcel.
"""

EXTENSION = "0"
COMPANY_PREFIX = "9521234"
SERIAL_DIGITS = 9
LENGTH = 18


def tracking_number(serial: int) -> str:
    """The number of the carrier's `serial`th parcel."""
    body = f"{EXTENSION}{COMPANY_PREFIX}{serial:0{SERIAL_DIGITS}d}"
    return f"{body}{check_digit(body)}"


def is_valid(number: str) -> bool:
    """Whether the check digit fits; a typing error in one digit is always caught."""
    return (
        len(number) == LENGTH
        and number.isascii()
        and number.isdigit()
        and check_digit(number[:-1]) == number[-1]
    )


def check_digit(digits: str) -> str:
    """GS1's modulo 10: from the right every other digit counts threefold."""
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-weighted % 10)
