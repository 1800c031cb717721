"""Strict mode: compare each answer with the response types generated into Stripe's SDK."""

import functools
import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, Union

import stripe
from stripe._stripe_object import StripeObject, UntypedStripeObject

type Body = dict[str, Any]

CLASSES: dict[str, type] = {
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "webhook_endpoint": stripe.WebhookEndpoint,
}
LISTS = {
    "list": {"object", "data", "has_more", "url"},
    "search_result": {"object", "data", "has_more", "next_page", "url"},
}


class AnswerDoesNotFit(Exception):
    """The sandbox answered something that Stripe's SDK has no words for."""


def check_answer(body: Body) -> None:
    """Compare an answer, and whatever it contains, with the SDK's types.

    Raises:
        AnswerDoesNotFit: a field is unknown to the SDK, or of another type.
    """
    problems = list(problems_of(body))
    if problems:
        raise AnswerDoesNotFit("; ".join(problems))


def check_refusal(body: Body) -> None:
    """Compare an error, and the objects that it shows, with the SDK's types.

    Raises:
        AnswerDoesNotFit: a field is unknown to the SDK, or of another type.
    """
    # Which fields an error has depends on the error; the SDK has no type for each of them.
    hints, error = hints_of(stripe.ErrorObject), body["error"]
    problems = [f"error.{name} is unknown to the SDK" for name in error.keys() - hints.keys()]
    for name in error.keys() & hints.keys():
        problems += _differences(error[name], hints[name], path=f"error.{name}")
    if problems:
        raise AnswerDoesNotFit("; ".join(problems))


def problems_of(body: Body) -> Iterator[str]:
    """Everything in which an answer differs from the SDK's types."""
    kind = body.get("object", "")
    if body.get("deleted") is True:
        if set(body) != {"id", "object", "deleted"}:
            yield f"a deleted {kind} has {sorted(body)}"
    elif kind in LISTS:
        if set(body) != LISTS[kind]:
            yield f"a {kind} has {sorted(body)}"
        for item in body["data"]:
            yield from problems_of(item)
    else:
        yield from _differences(body, CLASSES[kind], path=kind)
        if kind == "event":
            # What an event is about is untyped in the SDK, and has a type all the same.
            yield from problems_of(body["data"]["object"])


def _differences(value: Any, hint: Any, *, path: str) -> Iterator[str]:
    if isinstance(hint, typing.ForwardRef):
        # Other resources are named, not imported; a name of the SDK's inside stays unchecked.
        hint = getattr(stripe, hint.__forward_arg__, Any)
    if hint is Any:
        return
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        yield from _best_of(value, arguments, path=path)
    elif origin is Literal:
        if value not in arguments:
            yield f"{path} is {value!r}, not one of {arguments}"
    elif origin is list:
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for index, item in enumerate(value):
            yield from _differences(item, arguments[0], path=f"{path}[{index}]")
    elif origin is stripe.ListObject:
        yield from problems_of(value)
    elif origin is UntypedStripeObject or hint is UntypedStripeObject:
        if not isinstance(value, dict):
            yield f"{path} is no object"
    elif isinstance(hint, type) and issubclass(hint, StripeObject):
        yield from _object_differences(value, hint, path=path)
    elif not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        yield f"{path} is {value!r}, not {hint.__name__}"


def _best_of(value: Any, hints: tuple[Any, ...], *, path: str) -> Iterator[str]:
    """A union fits where one of its members does; else the closest tells why not."""
    if value is not None:
        # That it could have been null says nothing about what it is instead.
        hints = tuple(x for x in hints if x is not type(None))
    literals = [x for x in hints if typing.get_origin(x) is Literal]
    if isinstance(value, str) and literals and str in hints:
        # `Literal[…] | str`: the SDK is ready for words that Stripe adds; the sandbox adds none.
        hints = tuple(x for x in hints if x is not str)
    attempts = [list(_differences(value, hint, path=path)) for hint in hints]
    yield from min(attempts, key=lambda problems: (len(problems), str(problems)))


def _object_differences(value: Any, hint: type, *, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is {value!r}, not an object"
        return
    hints = hints_of(hint)
    for name in value.keys() - hints.keys():
        yield f"{path}.{name} is unknown to the SDK"
    for name in hints.keys() & value.keys():
        yield from _differences(value[name], hints[name], path=f"{path}.{name}")
    for name in hints.keys() - value.keys():
        if not _may_be_none(hints[name]):
            yield f"{path}.{name} is missing"


def _may_be_none(hint: Any) -> bool:
    return hint is Any or type(None) in typing.get_args(hint)


@functools.cache
def hints_of(cls: type) -> dict[str, Any]:
    """The fields that the SDK gives a response class."""
    hints: dict[str, Any] = inspect.get_annotations(cls)
    return {
        name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar
    }
