"""Quote prices for lines at a moment: what a checkout asks before a customer says yes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from commerce.catalog.interface.dto import Quote, QuotedLine, QuoteLine
from commerce.catalog.interface.errors import NoPrice, UnknownSku
from commerce.catalog.markets.queries import market_for
from commerce.catalog.plans.offers import offers_by_plan
from commerce.catalog.pricing.queries import Offers, offers_by_sku
from commerce.catalog.pricing.quote import Offer, quote_lines
from commerce.catalog.promotions.candidates import Candidate
from commerce.catalog.promotions.queries import load_candidates, load_places
from commerce.catalog.promotions.with_promotions import Asker, with_promotions


def quote_prices(
    *,
    lines: Sequence[QuoteLine],
    currency: str,
    country: str | None = None,
    promotion_codes: Sequence[str] = (),
    customer_group: str = "",
    customer: str | None = None,
    is_first_order: bool | None = None,
    reference: str | None = None,
    tells_all: bool = False,
    at: datetime,
) -> Quote:
    """Price every line as of `at`, in at most three statements.

    One more where a promotion that might apply asks for products, categories or collections.
    With `tells_all` every promotion that does nothing is named, for staff.
    A tier is reached by all units of a variant together: who splits a line pays the same.

    Raises:
        UnknownSku, UnknownPlan, NoPrice, UnknownPromotionCode.
    """
    candidates = load_candidates(
        codes=promotion_codes, customer=customer, reference=reference, at=at
    )
    gifts = _gift_skus(candidates)
    units_by_sku = Counter[str]()
    for line in lines:
        if line.sku is not None:
            units_by_sku[line.sku] += line.quantity
    skus = set(units_by_sku)
    codes = {line.plan for line in lines if line.plan is not None}
    if skus or gifts:
        offers = offers_by_sku(
            dict.fromkeys(gifts, 1) | units_by_sku,
            currency=currency,
            country=country,
            customer_group=customer_group,
            at=at,
        )
    else:
        offers = Offers(by_sku={}, market=market_for(country=country, currency=currency))
    quote = quote_lines(
        lines,
        offer_by_sku=offers.by_sku,
        offer_by_plan=offers_by_plan(codes, currency=currency, at=at) if codes else {},
        currency=currency,
        market=offers.market,
        at=at,
    )
    if not candidates:
        return quote
    return with_promotions(
        quote,
        candidates,
        places=load_places(skus, candidates),
        gifts=_gifts(gifts, offers.by_sku, currency=currency, at=at),
        asker=Asker(
            customer_group=customer_group, is_first_order=is_first_order, tells_all=tells_all
        ),
    )


def _gift_skus(candidates: Sequence[Candidate]) -> set[str]:
    return {x.terms.gift_sku for x in candidates if x.terms.gift_sku is not None}


def _gifts(
    skus: set[str], offer_by_sku: Mapping[str, Offer], *, currency: str, at: datetime
) -> dict[str, QuotedLine]:
    """Price one unit of each gift; what is not sold here now cannot be given either."""
    found = {}
    for sku in skus:
        try:
            [found[sku]] = quote_lines(
                [QuoteLine(sku=sku, quantity=1)],
                offer_by_sku=offer_by_sku,
                offer_by_plan={},
                currency=currency,
                at=at,
            ).lines
        except (UnknownSku, NoPrice):
            continue
    return found
