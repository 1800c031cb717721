"""Every answer has the shape of Stripe's: the SDK's types and Stripe's own examples agree with it.

Sandbox only; Stripe is the measure. (The sandbox of these tests runs in strict mode as well, which
compares each of its answers with the SDK's types.)
"""

import json
import typing
from copy import deepcopy
from pathlib import Path

import pytest
import stripe
from stripe._stripe_object import StripeObject

from sandbox.stripe.answers import (
    CLASSES,
    AnswerDoesNotFit,
    check_answer,
    check_refusal,
    hints_of,
    problems_of,
)
from tests.contract.stripe.conftest import payment

FIXTURES = json.loads((Path(__file__).parent / "fixtures3.json").read_text())["resources"]


@pytest.fixture
def answers(sandbox, sandbox_client):
    """One answer of each kind, with as much in it as the sandbox can put there."""
    v1 = sandbox_client.v1
    customer = v1.customers.create({"email": "ada@example.com", "payment_method": "pm_card_visa"})
    card = v1.customers.payment_methods.list(customer.id).data[0]
    intent = v1.payment_intents.create(payment(card.id, customer=customer.id))
    with pytest.raises(stripe.CardError) as declined:
        v1.payment_intents.create(payment("pm_card_chargeDeclined"))
    asked = v1.payment_intents.create(payment("pm_card_authenticationRequired"))
    disputed = v1.payment_intents.create(payment("pm_card_createDispute"))
    setup = v1.setup_intents.create(
        {
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            "return_url": "https://shop.example/cards",
        }
    )
    refund = v1.refunds.create({"payment_intent": intent.id, "amount": 5_00})
    found = {
        "balance_transaction": [v1.balance_transactions.list().data[0]],
        "charge": [
            v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds", "customer"]}),
            v1.charges.retrieve(declined.value.error.charge),
        ],
        "customer": [customer],
        "dispute": v1.disputes.list({"payment_intent": disputed.id}).data,
        "event": v1.events.list({"limit": 100}).data,
        "payment_intent": [intent, asked, declined.value.error.payment_intent],
        "payment_method": [card],
        "refund": [refund],
        "setup_intent": [setup],
        "webhook_endpoint": [
            v1.webhook_endpoints.create(
                {"url": "http://127.0.0.1:9/hook", "enabled_events": ["charge.succeeded"]}
            )
        ],
    }
    return {kind: [x.to_dict() for x in objects] for kind, objects in found.items()}


@pytest.mark.parametrize("kind", sorted(CLASSES))
class TestAnswer:
    def test_has_the_types_of_the_sdk(self, answers, kind):
        assert answers[kind]
        for answer in answers[kind]:
            check_answer(answer)

    def test_has_the_fields_of_stripes_example(self, answers, kind):
        for answer in answers[kind]:
            assert list(missing(answer, FIXTURES[kind], CLASSES[kind], path=kind)) == []

    def test_has_the_json_types_of_stripes_example(self, answers, kind):
        for answer in answers[kind]:
            assert list(differences(answer, FIXTURES[kind], path=kind)) == []


class TestSnapshots:
    def test_in_events_have_the_types_of_the_sdk(self, answers):
        for event in answers["event"]:
            check_answer(event["data"]["object"])

    def test_in_events_that_do_not_fit_are_found_out(self, answers):
        event = deepcopy(answers["event"][0])
        event["data"]["object"]["colour"] = "red"

        with pytest.raises(AnswerDoesNotFit, match="colour is unknown"):
            check_answer(event)

    def test_never_show_what_the_sandbox_keeps_for_itself(self, answers):
        assert '"_' not in json.dumps(answers)


class TestStrictMode:
    """The measure itself: an answer that does not fit is found out."""

    @pytest.fixture
    def refund(self, answers):
        return answers["refund"][0]

    def test_finds_no_fault_with_a_good_answer(self, refund):
        assert list(problems_of(refund)) == []

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"colour": "red"}, "refund.colour is unknown to the SDK"),
            ({"amount": "500"}, "refund.amount is '500', not int"),
            ({"amount": True}, "refund.amount is True, not int"),
            ({"amount": None}, "refund.amount is None, not int"),
            ({"object": "refunds"}, "refund.object"),
            ({"charge": 7}, "refund.charge"),
            ({"destination_details": []}, "refund.destination_details"),
            ({"destination_details": {"type": 1}}, "refund.destination_details.type"),
        ],
    )
    def test_finds_what_is_wrong(self, refund, change, problem):
        changed = refund | change
        if "object" in change:
            changed["object"] = "refund"
            changed["reason"] = "because"
            problem = "refund.reason"

        (found,) = problems_of(changed)

        assert found.startswith(problem)

    def test_looks_into_what_an_error_shows(self, answers):
        intent = answers["payment_intent"][0]
        check_refusal({"error": {"type": "card_error", "payment_intent": intent}})

        with pytest.raises(AnswerDoesNotFit, match="colour is unknown"):
            check_refusal(
                {"error": {"type": "card_error", "payment_intent": intent | {"colour": "red"}}}
            )

    def test_finds_no_words_of_its_own_in_an_error(self):
        with pytest.raises(AnswerDoesNotFit, match="hint is unknown"):
            check_refusal({"error": {"type": "card_error", "hint": "try again"}})

    def test_misses_a_field_of_the_example_at_any_depth(self, answers):
        card = deepcopy(answers["payment_method"][0])
        del card["card"]["checks"]["cvc_check"]

        found = list(missing(card, FIXTURES["payment_method"], CLASSES["payment_method"], path="x"))

        assert found == ["x.card.checks.cvc_check"]

    def test_finds_what_is_missing(self, refund):
        del refund["currency"]

        assert list(problems_of(refund)) == ["refund.currency is missing"]


# Only there when it is asked for: https://docs.stripe.com/upgrades#2022-11-15
ON_REQUEST = {"charge.refunds"}


def missing(answer, example, hint, *, path):
    """Fields of an example that an answer has not, at any depth.

    What newer versions than the example have dropped is not asked for, and where the SDK has no
    type nobody says what there should be.
    """
    if isinstance(example, list) and isinstance(answer, list) and example and answer:
        [inner] = typing.get_args(hint) or [None]
        yield from missing(answer[0], example[0], inner, path=f"{path}[0]")
    if not isinstance(example, dict) or not isinstance(answer, dict):
        return
    for kind in (hint, *typing.get_args(hint)):
        if isinstance(kind, type) and issubclass(kind, StripeObject):
            hints = hints_of(kind)
            for name in example.keys() & hints.keys():
                where = f"{path}.{name}"
                if name in answer:
                    yield from missing(answer[name], example[name], hints[name], path=where)
                elif where not in ON_REQUEST:
                    yield where


def differences(answer, example, *, path):
    """Where two JSON values have other types; null fits everything, an empty object nothing less."""
    if answer is None or example is None:
        return
    if isinstance(example, dict) and isinstance(answer, dict):
        if path.endswith((".metadata", ".data.object", ".previous_attributes")):
            return
        for name in answer.keys() & example.keys():
            yield from differences(answer[name], example[name], path=f"{path}.{name}")
    elif isinstance(example, list) and isinstance(answer, list):
        if example and answer:
            yield from differences(answer[0], example[0], path=f"{path}[0]")
    elif isinstance(example, bool) or isinstance(answer, bool):
        if type(answer) is not type(example):
            yield f"{path}: {answer!r} instead of {example!r}"
    elif not isinstance(answer, type(example)) and not (
        # An expanded object stands where its id stood.
        isinstance(answer, dict) and isinstance(example, str)
    ):
        yield f"{path}: {answer!r} instead of {example!r}"
