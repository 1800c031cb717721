"""Which amounts and currencies Stripe would take (https://docs.stripe.com/currencies)."""

from sandbox.stripe.errors import ApiError

LARGEST = 99_999_999

# Minimum charge in minor units, where it is not the usual 50.
MINIMUM = {
    "aed": 200,
    "bgn": 100,
    "czk": 15_00,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 175_00,
    "inr": 50,
    "jpy": 50,
    "mxn": 10_00,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 10_00,
}
USUAL_MINIMUM = 50
ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())
CURRENCIES = ZERO_DECIMAL | frozenset(
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bmd bnd bob brl bsd bwp byn"
    " bzd cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd"
    " hkd hnl htg huf idr ils inr isk jmd jod kes kgs khr kwd kyd kzt lak lbp lkr lrd lsl mad mdl"
    " mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln"
    " qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs"
    " uah uyu uzs wst xcd yer zar zmw".split()
)


def check_currency(currency: str) -> str:
    """The currency as Stripe writes it.

    Raises:
        ApiError: Stripe does not know it.
    """
    if currency.lower() not in CURRENCIES:
        raise ApiError(
            f"Invalid currency: {currency.lower()}. Stripe currently supports these currencies:"
            f" {', '.join(sorted(CURRENCIES))}",
            param="currency",
        )
    return currency.lower()


def check_amount(amount: int, currency: str) -> None:
    """Refuse what is too little or too much for one payment."""
    if amount < 1:
        raise ApiError(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    minimum = MINIMUM.get(currency, USUAL_MINIMUM)
    if amount < minimum:
        raise ApiError(
            f"Amount must be at least {readable(minimum, currency)} {currency}",
            code="amount_too_small",
            param="amount",
        )
    if amount > LARGEST:
        raise ApiError(
            f"Amount must be no more than {readable(LARGEST, currency)} {currency}",
            code="amount_too_large",
            param="amount",
        )


def readable(amount: int, currency: str) -> str:
    """An amount as Stripe's messages write it."""
    sign = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}.get(currency, "")
    if currency in ZERO_DECIMAL:
        return f"{sign}{amount}"
    return f"{sign}{amount // 100}.{amount % 100:02d}"
