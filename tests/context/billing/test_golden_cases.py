"""Golden cases of invoices, credits, taxes, payments and orders (tests/cases/README.md).

Calendars and subscriptions have modules of their own; what sums alone decide is checked with
`Money` in tests/unit/shared/test_golden_money.py. Here the cases go through billing's own rules.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django_fsm import TransitionNotAllowed, can_proceed

from commerce.billing.checkout.totals import Priced, priced
from commerce.billing.invoices.credits import (
    QuantityExceedsRefundable,
    RefundExceedsBalance,
    credit_amount,
    credit_rest,
    credit_units,
)
from commerce.billing.invoices.models import Invoice, InvoiceLine
from commerce.billing.invoices.numbering import written_number
from commerce.billing.models import Order, Payment
from commerce.billing.orders.expire_orders import expire_orders
from commerce.billing.payments.check_schedule import CHECK_DELAYS
from commerce.billing.payments.gateway import Charge, ChargeStatus
from commerce.billing.payments.settle_payment import settle_payment
from commerce.billing.tax.rates import TaxRates, TaxUnknown, tax_on, tax_within
from commerce.catalog.interface.services import DiscountedDelivery, Quote, QuotedLine
from commerce.shared.money import Money
from tests.context.billing.flows import MINUTE, NOON, SECURE, complete, start, told
from tests.golden import cases_of

Case = dict[str, Any]

BILLING = (
    "credit_note.limits",
    "credit_note.rounding",
    "credit_note.rules",
    "invoicing.numbering",
    "payments.unknown_polling",
    "refund.chargeback",
    "refund.no_adjustment",
    "refund.split",
    "tax.credit_cap",
    "tax.eu_vat",
    "tax.exclusive",
    "tax.inclusive",
    "tax.rounding_per_invoice",
    "webhooks.order",
)
COMMERCE = (
    "idempotent_complete",
    "order_edit",
    "order_state",
    "payment_state",
    "refund_allocation",
    "tax_rounding",
)
CASES = {case["id"]: case for case in cases_of("billing", *BILLING)} | {
    case["id"]: case for case in cases_of("commerce", *COMMERCE)
}

NOT_OFFERED = {
    "crn-001": "a subscription ends with its period, so nothing of a period is credited",
    "crn-002": "a subscription ends with its period, so nothing of a period is credited",
    "crn-008": "what a paid invoice is lowered by goes back to the card whole; there are no parts",
    "crn-012": "decided otherwise: a refund always has a credit note, so nothing is owed again",
    "inv-001": "one series for the whole seller, as most tax offices want it",
    "tax-001": "decided otherwise: tax is rounded on each line, and the lines add up",
    "tax-007": "wallets come later",
    "COM-054": "one rate for each line; several jurisdictions on one line come with a tax engine",
    "COM-086": "amounts are whole minor units from the start, so there is nothing to round down",
    "COM-096": "a payment is captured whole or not at all, so there is no partial or over charge",
    "COM-098": "orders are not edited after placement yet",
    "COM-100": "orders are not edited after placement yet",
    "COM-101": "another machine's states; ours are walked whole in test_state_machines.py",
    "COM-103": "a payment is for the whole invoice, so none can cover a part of it",
}
KEPT_ELSEWHERE = {
    "hook-001": "provider_events: TestEvents, any order and number leads to the same end",
    "COM-112": "the lease of an idempotency key, tests/context/shared",
    "COM-115": "checkout/test_races.py: the second waits for the row instead of failing",
}


def line(
    net: int, *, tax: int = 0, quantity: int = 1, currency: str = "USD", is_gross: bool = False
) -> InvoiceLine:
    return InvoiceLine(
        quantity=quantity,
        prices_include_tax=is_gross,
        net_minor=net,
        tax_minor=tax,
        total_minor=net + tax,
        currency=currency,
    )


def sold(
    *lines: tuple[int, int, object, int],
    is_gross: bool = False,
    delivery: int = 0,
    delivery_percent: object = 0,
) -> Priced:
    """Price lines of (unit, quantity, tax percent, discount), as a checkout does."""
    quoted = [
        QuotedLine(
            title="x",
            quantity=quantity,
            unit_price=Money(unit, "USD"),
            discount=Money(discount, "USD"),
            total=Money(unit * quantity - discount, "USD"),
            tax_category=f"category {i}",
            requires_shipping=False,
            needs_approval=False,
            weight_g=0,
        )
        for i, (unit, quantity, _, discount) in enumerate(lines)
    ]
    percents = {("XX", f"category {i}"): Decimal(str(x[2])) for i, x in enumerate(lines)}
    return priced(
        Quote(
            currency="USD",
            lines=quoted,
            total=Money(0, "USD"),
            quoted_at=NOON,
            prices_include_tax=is_gross,
        ),
        delivery=DiscountedDelivery(price=Money(delivery, "USD"), total=Money(delivery, "USD")),
        country="XX",
        rates=TaxRates(percents=percents | {("XX", "general"): Decimal(str(delivery_percent))}),
    )


# Adapters: each gives what we make of a case, in the words of its `then`.


def limits(case: Case) -> Case:
    given = case["given"]["invoice"]
    payment = Payment(captured_minor=given["paid"], currency="EUR")
    creditable = credit_rest([line(given["total"])])
    return {
        "max_creditable": sum(credit.total.minor for credit in creditable),
        "max_refundable": (payment.captured - payment.refunded).minor,
    }


def numbers(case: Case) -> Case:
    when, given = case["when"][0], case["given"]
    at = dt.datetime.fromisoformat(when["at"])
    first = given["already_issued"] + 1
    return {
        "numbers": [
            written_number(given["seller"]["number_prefix"], sequence=n, at=at, digits=3)
            for n in range(first, first + when["count"])
        ]
    }


def polling(case: Case) -> Case:
    # Behind the two quick looks that we add, the intervals are the same.
    return {"poll_delays_seconds": [int(delay.total_seconds()) for delay in CHECK_DELAYS[2:]]}


def chargeback(case: Case) -> Case:
    total = case["given"]["invoice"]["total"]
    invoice = Invoice(total_minor=total, net_minor=total, currency="USD")
    invoice.finalize(number="1", at=NOON)
    invoice.mark_paid(at=NOON)
    (credit,) = credit_rest([line(total)])
    invoice.credited += credit.total
    return {"refund": credit.total.minor, "invoice_balance": invoice.due_minor}


def split(case: Case) -> Case:
    order = case["given"]["order"]
    credit = credit_units(line(order["net"], tax=order["tax"]), 1, came_back=False)
    return {"refunded_net": credit.net.minor, "refunded_tax": credit.tax.minor}


def exclusive(case: Case) -> Case:
    given = case["given"]
    totals = sold((given["price"], 1, given["tax_percent"], 0)).totals
    return {"net": totals.items.minor, "tax": totals.tax.minor, "total": totals.total.minor}


def inclusive(case: Case) -> Case:
    """The price holds the tax: what is shown is what is paid."""
    given = case["given"]
    amount = given.get("price") or given["amount"]
    totals = sold((amount, 1, given["tax_percent"], 0), is_gross=True).totals
    net = (totals.total - totals.tax).minor
    made = {"net": net, "tax": totals.tax.minor, "total": totals.total.minor}
    return {name: value for name, value in made.items() if name in case["then"]}


def inclusive_with_delivery(case: Case) -> Case:
    given = case["given"]
    percent = given["tax_percent"]
    made = sold(
        (given["goods"], 1, percent, 0),
        is_gross=True,
        delivery=given["shipping"],
        delivery_percent=percent,
    )
    (goods,) = made.lines
    return {
        "goods_net": (goods.total - goods.tax).minor,
        "shipping_net": (made.delivery_total - made.delivery_tax).minor,
        "total_gross": made.totals.total.minor,
        "total_net": (made.totals.total - made.totals.tax).minor,
    }


def gross_line_comes_back(case: Case) -> Case:
    gross = Money(case["given"]["line_gross"], "USD")
    tax = tax_within(gross, percent=Decimal(case["given"]["tax_percent"]))
    row = line((gross - tax).minor, tax=tax.minor, is_gross=True)
    credit = credit_units(row, 1, came_back=True)
    return {"refund": credit.total.minor, "tax_part": credit.tax.minor}


def eu_vat(case: Case) -> Case:
    """No number check takes a buyer out of the tax of the country it goes to."""
    country = case["given"]["customer_country"]
    rates = TaxRates(percents={(country, "general"): Decimal(20)})
    with pytest.raises(TaxUnknown):
        rates.percent(country="ZZ", category="general")
    assert rates.percent(country=country, category="general") == 20
    return {"tax_rule": f"{country}_standard"}


def tax_of_one_line(case: Case) -> Case:
    given = case["given"]
    totals = sold((given["unit_net"], given["qty"], given["tax_percent"], 0)).totals
    made = {"net": totals.items.minor, "gross": totals.total.minor}
    return {name: value for name, value in made.items() if name in case["then"]}


def two_rates(case: Case) -> Case:
    made = sold(*((x["unit"], x["qty"], x["tax_percent"], 0) for x in case["given"]["lines"]))
    return {
        "subtotal": made.totals.items.minor,
        "tax_lines": [line.tax.minor for line in made.lines],
        "total": made.totals.total.minor,
    }


def percent_off(case: Case) -> Case:
    """A percentage is the same share of net, tax and gross, wherever it is taken."""
    given = case["given"]
    net = given["net_unit"] * given["qty"]
    discount = Money(net, "USD").times(Decimal(given["percent_off"]) / 100)
    before = sold((given["net_unit"], given["qty"], given["tax_percent"], 0)).totals
    after = sold((given["net_unit"], given["qty"], given["tax_percent"], discount.minor)).totals
    return {
        "before": {"net": before.items.minor, "gross": before.total.minor},
        "discount": {"net": discount.minor, "gross": (before.total - after.total).minor},
        "after_gross": after.total.minor,
    }


def lines_come_back(case: Case) -> Case:
    given = case["given"]
    nets = [x - x * given["order_percent"] // 100 for x in given["line_amounts"]]
    refunds = [credit_units(line(net), 1, came_back=True).total.minor for net in nets]
    return {"refunds": refunds, "sum": sum(refunds)}


def line_with_tax_comes_back(case: Case) -> Case:
    net = Money(case["given"]["line_net"], "USD")
    tax = tax_on(net, percent=Decimal(case["given"]["tax_percent"]))
    credit = credit_units(line(net.minor, tax=tax.minor), 1, came_back=True)
    return {"refund": credit.total.minor, "tax_part": credit.tax.minor}


def amounts_in_turn(case: Case) -> Case:
    row, results = line(case["given"]["captured"]), []
    for asked in (999_999, 19_500, 501):
        try:
            (credit,) = credit_amount([row], Money(asked, "USD"))
        except RefundExceedsBalance as refused:
            results.append(refused.code)
            left = refused.refundable.minor
        else:
            row.credited_net_minor += credit.net.minor
            results.append("accepted")
    return {"results": results, "refundable_left": left}


def units_twice(case: Case) -> Case:
    row = line(10_00, quantity=case["given"]["line_qty"])
    row.credited_quantity = case["given"]["already_granted_qty"]
    with pytest.raises(QuantityExceedsRefundable) as refused:
        credit_units(row, 2, came_back=False)
    return {"error": refused.value.code, "refundable_qty": refused.value.refundable}


def cancelable(case: Case) -> Case:
    """A draft is a checkout here and no order; an expired order is a canceled one."""
    ours = {"unfulfilled": "paid", "partially_fulfilled": "partially_fulfilled"}
    allowed = []
    for theirs in case["given"]["orders"]:
        order = Order()
        order.__dict__["status"] = ours.get(theirs["status"], "canceled")
        allowed.append(can_proceed(order.cancel))
        if not allowed[-1]:
            with pytest.raises(TransitionNotAllowed):
                order.cancel(at=NOON, reason="customer")
    return {"allowed": allowed}


PURE = {
    "crn-006": limits,
    "crn-010": split,
    "crn-011": chargeback,
    "dun-016": polling,
    "inv-002": numbers,
    "tax-004": inclusive,
    "tax-005": exclusive,
    "tax-010": eu_vat,
    "tax-012": eu_vat,
    "tax-013": eu_vat,
    "tax-014": eu_vat,
    "COM-050": tax_of_one_line,
    "COM-051": tax_of_one_line,
    "COM-052": tax_of_one_line,
    "COM-055": inclusive,
    "COM-058": inclusive_with_delivery,
    "COM-061": two_rates,
    "COM-062": percent_off,
    "COM-085": lines_come_back,
    "COM-088": line_with_tax_comes_back,
    "COM-089": gross_line_comes_back,
    "COM-091": amounts_in_turn,
    "COM-093": units_twice,
    "COM-105": cancelable,
}
THROUGH_THE_SHOP = {"COM-107", "COM-111"}


@pytest.mark.parametrize("case_id", PURE)
def test_pure_rules_give_what_the_case_says(case_id):
    case = CASES[case_id]
    expected = {name: value for name, value in case["then"].items() if not name.startswith("not_")}

    assert PURE[case_id](case) == expected


@pytest.mark.usefixtures("shop")
class TestThroughTheShop:
    def test_com_107_a_second_report_of_success_changes_nothing(self, stripe):
        attempt = complete(start(), card=SECURE).attempt
        charge = Charge(
            provider_id=attempt.provider_id,
            status=ChargeStatus.SUCCEEDED,
            captured=attempt.amount,
            attempt_id=attempt.id,
        )

        first, second = (
            settle_payment(attempt_id=attempt.id, charge=charge, now=NOON + n * MINUTE)
            for n in (1, 2)
        )

        then = CASES["COM-107"]["then"]
        assert then == {"second_result": "success_no_change", "events_emitted": 1}
        assert first.finished_at == second.finished_at
        assert len(told("billing.payment_settled.v1")) == then["events_emitted"]

    def test_com_111_a_second_completion_returns_the_same_order(self, stripe):
        started = start()

        first, second = complete(started), complete(started)

        assert CASES["COM-111"]["then"] == {"orders": 1, "second_returns_same_order": True}
        assert first.order == second.order
        assert Order.objects.count() == 1

    def test_com_148_an_unpaid_order_gives_its_stock_back(self, stripe, fulfilment):
        (case,) = (c for c in cases_of("commerce", "reservation") if c["id"] == "COM-148")
        order = complete(start(), card=SECURE).order

        expire_orders(now=NOON + case["given"]["age_minutes"] * MINUTE)

        order.refresh_from_db()
        # Expired there, canceled here; the word is ours, the rule is the case's.
        assert (order.status, order.cancel_reason) == ("canceled", "not_paid_in_time")
        assert sum(map(len, fulfilment.holds.values())) == case["then"]["allocated"]


def test_every_case_of_these_areas_is_accounted_for():
    accounted = [*PURE, *THROUGH_THE_SHOP, *NOT_OFFERED, *KEPT_ELSEWHERE]

    assert sorted(accounted) == sorted(CASES)
