"""Refusals of catalog a caller must be ready for."""

from commerce.shared.errors import Conflict, Rejected


class UnknownSku(Rejected):
    """No published variant has this SKU."""

    code = "unknown_sku"

    def __init__(self, *, sku: str) -> None:
        super().__init__(f"{sku} is not sold here")
        self.sku = sku


class UnknownPlan(Rejected):
    """No published plan has this code."""

    code = "unknown_plan"

    def __init__(self, *, plan: str) -> None:
        super().__init__(f"{plan} is not offered")
        self.plan = plan


class NoPrice(Rejected):
    """It is sold, but not in this currency."""

    code = "no_price_in_currency"

    def __init__(self, *, item: str, currency: str) -> None:
        super().__init__(f"{item} has no price in {currency}")
        self.item, self.currency = item, currency


class UnknownPromotionCode(Rejected):
    """No promotion has this code."""

    code = "unknown_promotion_code"

    def __init__(self, *, promotion_code: str) -> None:
        super().__init__(f"{promotion_code} is not a valid code")
        self.promotion_code = promotion_code


class PromotionExhausted(Conflict):
    """Somebody else has used it up since the price was shown."""

    code = "promotion_exhausted"

    def __init__(self, *, title: str, promotion_code: str | None, reason: str) -> None:
        super().__init__(f"{promotion_code or title} is used up")
        self.title, self.promotion_code, self.reason = title, promotion_code, reason
