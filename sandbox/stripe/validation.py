"""Refuse a request that does not fit the parameter types generated into Stripe's SDK.

The SDK describes each operation as a TypedDict. It is compiled once, on first use, into a
tree of converters that turn form text into typed values or refuse it in Stripe's words.
"""

import functools
import sys
import types
import typing
from collections.abc import Callable
from typing import Any, Literal, Union

import typing_extensions
from stripe import _request_options
from stripe._stripe_context import StripeContext
from stripe._stripe_object import UntypedStripeObject

from sandbox.stripe.errors import InvalidParameters

# Whatever has more does not fit 64 bits.
MOST_DIGITS = 18

type Converter = Callable[[Any, str], Any]
type Body = dict[str, Any]

# Travel as headers, never in the body, although the SDK types them as parameters.
HEADERS = frozenset(_request_options.RequestOptions.__annotations__)
# The SDK imports it for type checkers only; its annotations cannot be read without it.
INJECTED = {"StripeContext": StripeContext}


def check(values: Body, shape: type) -> Body:
    """Return `values` with the types that `shape`, one of the SDK's TypedDicts, asks for.

    Raises:
        InvalidParameters: a parameter is unknown, missing or of the wrong type.
    """
    converted: Body = _compile_object(shape)(values, "")
    return converted


def hints_of(shape: type) -> dict[str, Any]:
    """The parameters of one of the SDK's TypedDicts, with their types."""
    spaces = vars(_request_options) | INJECTED | vars(sys.modules[shape.__module__])
    hints = typing_extensions.get_type_hints(shape, globalns=spaces)
    return {name: hint for name, hint in hints.items() if name not in HEADERS}


@functools.cache
def _compile_object(shape: type) -> Converter:
    hints = hints_of(shape)
    names = list(hints)
    required = [name for name in names if name in shape.__required_keys__]  # type: ignore[attr-defined]  # every TypedDict has it
    # Compiled on first use: some shapes are hundreds of types deep, and few are ever sent.
    field = functools.cache(lambda name: compile_type(hints[name]))

    def convert(value: Any, path: str) -> Body:
        if not isinstance(value, dict):
            raise InvalidParameters("Invalid object", param=path)
        unknown = [_join(path, name) for name in value if name not in names]
        if unknown:
            s = "s" if len(unknown) > 1 else ""
            raise InvalidParameters(
                f"Received unknown parameter{s}: {', '.join(unknown)}",
                code="parameter_unknown",
                param=unknown[0],
            )
        for name in required:
            if value.get(name, "") == "":
                param = _join(path, name)
                raise InvalidParameters(
                    f"Missing required param: {param}.", code="parameter_missing", param=param
                )
        return {name: field(name)(inner, _join(path, name)) for name, inner in value.items()}

    return convert


def compile_type(hint: Any) -> Converter:
    """The converter that reads values of a type and refuses whatever is not."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if typing_extensions.is_typeddict(hint):
        return _compile_object(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _compile_union(arguments)
    if origin is Literal:
        return _one_of([str(value) for value in arguments])
    if origin is list:
        return _list_of(compile_type(arguments[0]))
    if origin is dict:
        return _mapping_of(compile_type(arguments[1]))
    raise NotImplementedError(f"the SDK has a kind of parameter not met before: {hint!r}")


def _compile_union(arguments: tuple[Any, ...]) -> Converter:
    # UntypedStripeObject is how the SDK lets its own answers be passed back in.
    rest = [x for x in arguments if typing.get_origin(x) is not UntypedStripeObject]
    words = [str(v) for x in rest if typing.get_origin(x) is Literal for v in typing.get_args(x)]
    if any(words) and str in rest:
        # `Literal["a", "b"] | str` is the SDK being ready for tomorrow's words; Stripe is not.
        rest.remove(str)
    elif words == [""] and str in rest:
        return _text
    converters = [compile_type(x) for x in sorted(rest, key=_strictness)]
    return converters[0] if len(converters) == 1 else _first_fitting(converters)


def _strictness(hint: Any) -> int:
    """Numbers and words before free text, which fits everything."""
    return 1 if hint is str else 0


def _first_fitting(converters: list[Converter]) -> Converter:
    def convert(value: Any, path: str) -> Any:
        refusals = []
        for converter in converters:
            try:
                return converter(value, path)
            except InvalidParameters as refusal:
                refusals.append(refusal)
        # The refusal that came from deepest inside says most about what was meant.
        raise max(refusals, key=lambda refusal: len(refusal.param or ""))

    return convert


def _one_of(words: list[str]) -> Converter:
    def convert(value: Any, path: str) -> Any:
        if isinstance(value, str) and value in words:
            return value
        allowed = ", ".join(word for word in words[:-1] if word)
        choices = f"{allowed}, or {words[-1]}" if allowed else words[-1]
        raise InvalidParameters(f"Invalid {path}: must be one of {choices}", param=path)

    return convert


def _list_of(converter: Converter) -> Converter:
    def convert(value: Any, path: str) -> list[Any]:
        if not isinstance(value, dict) or not all(index.isdigit() for index in value):
            raise InvalidParameters("Invalid array", param=path)
        in_order = sorted(value.items(), key=lambda item: int(item[0]))
        return [converter(inner, _join(path, index)) for index, inner in in_order]

    return convert


def _mapping_of(converter: Converter) -> Converter:
    def convert(value: Any, path: str) -> Body:
        if not isinstance(value, dict):
            raise InvalidParameters("Invalid hash", param=path)
        return {name: converter(inner, _join(path, name)) for name, inner in value.items()}

    return convert


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidParameters("Invalid string: must be text, not an object", param=path)
    return value


def _integer(value: Any, path: str) -> int:
    # int() would also take blanks, underscores and other scripts' digits.
    digits = value.removeprefix("-") if isinstance(value, str) else ""
    if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
        return int(value)
    raise InvalidParameters(
        f"Invalid integer: {value}", code="parameter_invalid_integer", param=path
    )


def _number(value: Any, path: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as problem:
        raise InvalidParameters(f"Invalid number: {value}", param=path) from problem


def _boolean(value: Any, path: str) -> bool:
    if value not in ("true", "false"):
        raise InvalidParameters(f"Invalid boolean: {value}", param=path)
    return bool(value == "true")


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


SIMPLE: dict[Any, Converter] = {str: _text, int: _integer, float: _number, bool: _boolean}
