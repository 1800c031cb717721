"""Golden cases that sums, shares, rates and currencies alone decide.

Each adapter computes with `Money` what the business will compute with it, and gives the members
of `then` that it can tell. What a case needs beyond money is named in `NOT_ABOUT_MONEY`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from commerce.shared.money import EXPONENTS, Money
from tests.golden import cases_of

COMMERCE = (
    "commission", "currency_rounding", "payment_split", "promotion_apportionment",
    "promotion_rounding", "refund_allocation", "tax_rounding",
)  # fmt: skip
BILLING = (
    "currency.minor_units", "currency.proration_three_decimal", "currency.proration_zero_decimal",
    "currency.rounding", "discount.allocation", "marketplace.fee", "refund.split",
    "tax.exclusive", "tax.inclusive",
)  # fmt: skip
CASES = {
    case["id"]: case for case in cases_of("commerce", *COMMERCE) + cases_of("billing", *BILLING)
}

NOT_ABOUT_MONEY = {
    "COM-091": "what may still be refunded is a rule of payments",
    "COM-093": "which units may be refunded is a rule of orders",
    "COM-096": "a status, not an amount",
    "COM-172": "merging carts is not offered: a checkout has one currency from the start",
    "COM-173": "choosing a fee by currency is a rule of payouts",
    "COM-184": "refreshing commission lines twice is a rule of payouts",
    "COM-187": "replaying an allocation is a rule of payments",
    "COM-188": "splitting an order by seller is a rule of orders",
}

Given = dict[str, Any]


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def percent(value: object) -> Fraction:
    return Fraction(str(value)) / 100


def minors(amounts: list[Money]) -> list[int]:
    return [amount.minor for amount in amounts]


def lines_of(given: Given) -> list[int]:
    if "line_amounts" in given:
        return list(given["line_amounts"])
    return [line["unit"] * line["qty"] for line in given["lines"]]


# Shares of one amount.


def apportioned(given: Given) -> Given:
    lines = lines_of(given)
    if "fixed_price" in given:
        parts = usd(sum(lines) - given["fixed_price"]).allocate(lines)
        total = Money.sum(parts, currency="USD").minor
        return {"discount_total": total, "sum_of_line_discounts": total}
    if "order_adjustment" in given:
        parts = usd(given["order_adjustment"]).allocate(lines)
        return {"line_adjustments": minors(parts), "sum": sum(minors(parts))}
    if "excluded_line" in given:
        weights = [0 if i == given["excluded_line"] else line for i, line in enumerate(lines)]
        whole = usd(sum(weights)).times(percent(given["order_percent"]))
        return {
            "line_discounts": minors(whole.allocate(weights)),
            "order_total": sum(lines) - whole.minor,
        }
    if "promotions" in given:
        return stacked(given, lines)
    return capped(given, lines)


def capped(given: Given, lines: list[int]) -> Given:
    share, cap = percent(given["percent"]), given["max_discount"]
    each = [usd(line).times(share) for line in lines]
    total = Money.sum(each, currency="USD")
    if total.minor > cap:
        each = usd(cap).allocate(lines)
    exact = [Fraction(min(cap, total.minor) * line, sum(lines)) for line in lines]
    return {
        "line_discounts": minors(each),
        "discount_total": sum(minors(each)),
        "each_line_within_one_minor_unit_of_exact_share": all(
            abs(part.minor - wanted) < 1 for part, wanted in zip(each, exact, strict=True)
        ),
    }


def stacked(given: Given, lines: list[int]) -> Given:
    item, order = given["promotions"]
    if "line" in item:
        first = [item["fixed"] if i == item["line"] else 0 for i in range(len(lines))]
    else:
        first = [
            usd(line["unit"] * line["qty"]).times(percent(item["percent"])).minor
            if line["unit"] == item["only_unit_price"]
            else 0
            for line in given["lines"]
        ]
    left = [line - off for line, off in zip(lines, first, strict=True)]
    whole = (
        usd(order["fixed"]) if "fixed" in order else usd(sum(left)).times(percent(order["percent"]))
    )
    second = minors(whole.allocate(left))
    total = sum(left) - whole.minor
    return {
        "item_discount": sum(first),
        "order_discount_lines": second,
        "line_discounts": [a + b for a, b in zip(first, second, strict=True)],
        "subtotal_net": total,
        "order_total": total,
    }


def discount_allocated(given: Given) -> Given:
    lines = given["lines"]
    whole = usd(min(given["coupons"][0]["amount_off"], sum(lines)))
    return {"per_line": minors(whole.allocate(lines)), "total": whole.minor}


# Rates, rounded once.


def promotion_rounded(given: Given) -> Given:
    if "units" in given:
        off = [usd(unit).times(percent(given["percent"])).minor for unit in given["units"]]
        return {"line_discounts": off, "sum": sum(off)}
    if "order_percent" in given:
        net = usd(lines_of(given)[0])
        tax = 1 + percent(given["tax_percent"])
        reduced = net - net.times(percent(given["order_percent"]))
        return {"total_gross_before": net.times(tax).minor, "total_gross": reduced.times(tax).minor}
    line = usd(given["unit"] * given.get("qty", 1))
    after = line - line.times(percent(given["percent"]))
    return {"unit_after": after.minor, "line_total": after.minor}


def included(gross: int, rate: object) -> int:
    """Tell the tax inside a gross amount."""
    share = percent(rate)
    return usd(gross).times(share / (1 + share)).minor


def taxed(given: Given) -> Given:
    if "goods" in given:
        goods, shipping = (
            amount - included(amount, given["tax_percent"])
            for amount in (given["goods"], given["shipping"])
        )
        return {
            "goods_net": goods,
            "shipping_net": shipping,
            "total_gross": given["goods"] + given["shipping"],
            "total_net": goods + shipping,
        }
    if "amount" in given:
        tax = included(given["amount"], given["tax_percent"])
        return {"tax": tax, "net": given["amount"] - tax}
    if "tax_lines" in given:
        net = usd(sum(lines_of(given)))
        by_line = {x["name"]: net.times(percent(x["percent"])).minor for x in given["tax_lines"]}
        gross = net.minor + sum(by_line.values())
        return {"subtotal_net": net.minor, "tax_by_line": by_line, "subtotal_gross": gross}
    if "lines" in given:
        taxes = [
            usd(net).times(percent(line["tax_percent"])).minor
            for net, line in zip(lines_of(given), given["lines"], strict=True)
        ]
        net = sum(lines_of(given))
        return {"subtotal": net, "tax_lines": taxes, "total": net + sum(taxes)}
    return taxed_line(given)


def taxed_line(given: Given) -> Given:
    rate = 1 + percent(given["tax_percent"])
    net = usd(given.get("unit_net", given.get("net_unit")) * given["qty"])
    gross = net.times(rate)
    if "percent_off" not in given:
        rounded_per_unit = usd(given["unit_net"]).times(rate) * given["qty"]
        return {"net": net.minor, "gross": gross.minor, "not_gross": rounded_per_unit.minor}
    off = percent(given["percent_off"])
    return {
        "before": {"net": net.minor, "gross": gross.minor},
        "discount": {"net": net.times(off).minor, "gross": gross.times(off).minor},
        "after_gross": (gross - gross.times(off)).minor,
    }


def refunded(given: Given) -> Given:
    if "order_percent" in given:
        lines = given["line_amounts"]
        off = usd(sum(lines)).times(percent(given["order_percent"])).allocate(lines)
        refunds = [line - part.minor for line, part in zip(lines, off, strict=True)]
        return {"refunds": refunds, "sum": sum(refunds)}
    if "return_item_values" in given:
        values = [Money.from_decimal(Decimal(x), "USD") for x in given["return_item_values"]]
        return {"refund": Money.sum(values, currency="USD").minor}
    if given["prices_include_tax"]:
        tax = included(given["line_gross"], given["tax_percent"])
        return {"refund": given["line_gross"], "tax_part": tax}
    tax = usd(given["line_net"]).times(percent(given["tax_percent"])).minor
    return {"refund": given["line_net"] + tax, "tax_part": tax}


def refund_split(given: Given) -> Given:
    order, wanted = given["order"], 1000
    tax = usd(order["tax"]).times(Fraction(wanted, order["net"]))
    return {"refunded_net": wanted, "refunded_tax": tax.minor}


def parts_summed(given: Given) -> Given:
    result = Money(given["amount"], given["currency"]).times(percent(given["percent"]))
    tax = result.times(percent(given["tax_on_result_percent"]))
    return {"result": result.minor, "tax": tax.minor, "total": (result + tax).minor}


def commission(given: Given) -> Given:
    if "flat_fee_per_unit" in given:
        fee = usd(given["flat_fee_per_unit"])
        sums = [Money.sum((fee * n for n in lines), currency="USD") for lines in given["as_lines"]]
        return {"amounts": minors(sums)}
    share = percent(given["percent"])
    if "included_tax" in given:
        return {"amount": usd(given["price_gross"] - given["included_tax"]).times(share).minor}
    if "discounts" in given:
        paid = [max(usd(given["amount"]) - usd(off), usd(0)) for off in given["discounts"]]
        return {"amounts": minors([amount.times(share) for amount in paid])}
    fee = usd(given["amount"]).times(share)
    tax = fee.times(percent(given["tax_on_fee_percent"]))
    return {"fee": fee.minor, "tax": tax.minor, "total": (fee + tax).minor}


def seller_fee(given: Given) -> Given:
    charge, fee = given["charge"], given["fee"]
    base = usd(charge["net"] + charge["tax"])
    own = base.times(percent(fee["percent"])) + usd(fee["fixed"])
    international = base.times(percent(given["international_fee"]["percent"]))
    return {
        "platform_fee": own.minor,
        "transaction_fee": own.minor,
        "international_fee": international.minor,
        "total_fees": (own + international).minor,
        "seller": (usd(charge["net"]) - own - international).minor,
    }


def tax_of_price(given: Given) -> Given:
    if given["policy"]["tax_mode"] == "inclusive":
        tax = included(given["price"], given["tax_percent"])
        return {"net": given["price"] - tax, "tax": tax, "total": given["price"]}
    tax = usd(given["price"]).times(percent(given["tax_percent"])).minor
    return {"net": given["price"], "tax": tax, "total": given["price"] + tax}


# Currencies.


def in_minor_units(given: Given) -> Given:
    return {"amount": Money.from_decimal(Decimal(given["amount_major"]), given["currency"]).minor}


def line_amount(given: Given) -> Given:
    exact = Decimal(given["unit_amount_major"]) * Decimal(given["quantity"])
    return {"amount": Money.from_decimal(exact, given["currency"]).minor}


def prorated(given: Given, when: list[Given]) -> Given:
    (step,) = when
    whole = Money(given["amount"], given["currency"])
    assert whole.exponent == EXPONENTS[given["currency"]]
    return {"amount": whole.times(Fraction(step["days"], step["of"])).minor}


ADAPTERS = {
    "commission": commission,
    "currency.minor_units": in_minor_units,
    "currency.rounding": line_amount,
    "currency_rounding": parts_summed,
    "discount.allocation": discount_allocated,
    "marketplace.fee": seller_fee,
    "promotion_apportionment": apportioned,
    "promotion_rounding": promotion_rounded,
    "refund.split": refund_split,
    "refund_allocation": refunded,
    "tax.exclusive": tax_of_price,
    "tax.inclusive": tax_of_price,
    "tax_rounding": taxed,
}


@pytest.mark.parametrize("case_id", sorted(CASES.keys() - NOT_ABOUT_MONEY.keys()))
def test_golden_case(case_id):
    case = CASES[case_id]

    if case["area"].startswith("currency.proration"):
        found = prorated(case["given"], case["when"])
    else:
        found = ADAPTERS[case["area"]](case["given"])

    wanted = dict(case["then"])
    if "not_gross" in wanted:
        assert found["gross"] != wanted["not_gross"]
    assert {name: found[name] for name in wanted} == wanted


def test_cases_left_out_exist():
    assert NOT_ABOUT_MONEY.keys() <= CASES.keys()
