"""The types that Stripe's SDK generates for parameters, as the sandbox reads them."""

import typing

import pytest
import typing_extensions
from stripe.params import PaymentIntentCreateParams, PaymentIntentListParams

from sandbox.stripe import routes, validation
from sandbox.stripe.errors import InvalidParameters
from sandbox.stripe.forms import decode_form


def fields_below(hint, seen):
    """Every field of a TypedDict and of those inside it, each type once."""
    if typing_extensions.is_typeddict(hint) and hint not in seen:
        seen.add(hint)
        for name, inner in validation.hints_of(hint).items():
            yield f"{hint.__name__}.{name}", inner
            yield from fields_below(inner, seen)
    for inner in typing.get_args(hint):
        yield from fields_below(inner, seen)


class TestServedEndpoints:
    @pytest.mark.parametrize("address", sorted(routes.ROUTES))
    def test_have_parameters_whose_types_are_all_understood(self, address):
        fields = list(fields_below(routes.ROUTES[address].parameters, set()))

        for name, hint in fields:
            assert callable(validation.compile_type(hint)), name
        assert fields or address.startswith("DELETE")


class TestForm:
    @pytest.mark.parametrize(
        ("text", "decoded"),
        [
            ("", {}),
            ("a=1&b=", {"a": "1", "b": ""}),
            ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
            ("a[0]=x&a[1]=y", {"a": {"0": "x", "1": "y"}}),
            ("a[]=x&a[]=y", {"a": {"0": "x", "1": "y"}}),
            ("a[0][b]=x", {"a": {"0": {"b": "x"}}}),
            ("a%5Bb%5D=%C3%A9+%26", {"a": {"b": "é &"}}),
        ],
    )
    def test_spells_nested_values(self, text, decoded):
        assert decode_form(text) == decoded

    @pytest.mark.parametrize("text", ["a=1&a[b]=2", "[a]=1", "a[b=1", "a=%ff"])
    def test_that_makes_no_sense_is_refused(self, text):
        with pytest.raises(InvalidParameters):
            decode_form(text)


class TestReading:
    def test_gives_each_parameter_its_type(self):
        form = (
            "amount=2500&currency=eur&confirm=true&metadata[0]=kept&expand[1]=b&expand[0]=a"
            "&off_session=recurring&payment_method_options[card][request_three_d_secure]=any"
        )

        assert validation.check(decode_form(form), PaymentIntentCreateParams) == {
            "amount": 2500,
            "currency": "eur",
            "confirm": True,
            "metadata": {"0": "kept"},
            "expand": ["a", "b"],
            "off_session": "recurring",
            "payment_method_options": {"card": {"request_three_d_secure": "any"}},
        }

    @pytest.mark.parametrize(
        ("form", "created"),
        [("created=5", 5), ("created[gte]=5&created[lt]=7", {"gte": 5, "lt": 7})],
    )
    def test_takes_the_alternative_that_fits(self, form, created):
        assert validation.check(decode_form(form), PaymentIntentListParams) == {"created": created}

    @pytest.mark.parametrize(
        ("form", "param"),
        [
            ("created=yesterday", "created"),
            ("created[gt]=x", "created[gt]"),
            ("created[after]=5", "created[after]"),
            ("limit=1_0", "limit"),
            ("limit=٣", "limit"),
            ("limit=99999999999999999999", "limit"),
            ("customer[id]=1", "customer"),
        ],
    )
    def test_names_the_parameter_that_does_not_fit(self, form, param):
        with pytest.raises(InvalidParameters) as refused:
            validation.check(decode_form(form), PaymentIntentListParams)

        assert refused.value.param == param

    def test_takes_no_headers_for_parameters(self):
        with pytest.raises(InvalidParameters, match="unknown parameter: api_key"):
            validation.check({"api_key": "x"}, PaymentIntentListParams)
