"""Pages drawn from the code."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.test.utils import isolate_apps
from django_fsm import FSMField, transition
from hypothesis import given

from commerce.shared.api.openapi import Schema
from commerce.shared.codec import to_plain
from commerce.shared.management.commands import generate_docs
from commerce.shared.management.documents import messages, states
from commerce.shared.management.documents.json_schema import schema_of
from config.messages import ROUTES
from tests.unit.shared.test_codec import EVERYTHING, Everything, everything


class TestJsonSchema:
    @given(everything)
    def test_accepts_everything_the_codec_writes(self, value):
        jsonschema.validate(
            json.loads(json.dumps(to_plain(value))),
            schema_of(Everything),
            cls=jsonschema.Draft202012Validator,
        )

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("number", "1"), ("yes", 1), ("color", "green"), ("size", "l"), ("maybe", 1),
            ("inner", {"id": "x"}), ("many", {}), ("units_by_sku", {"mug": "1"}), ("words", [1]),
            ("text", None),
        ],
    )  # fmt: skip
    def test_refuses_what_the_codec_refuses(self, field, value):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**to_plain(EVERYTHING), field: value}, schema_of(Everything))

    def test_wants_every_field_without_a_default_and_no_other(self):
        schema = schema_of(Everything)

        assert schema["properties"].keys() - set(schema["required"]) == {
            "with_default",
            "with_factory",
        }

    @pytest.mark.parametrize("wanted", [float, bytes, Any, object])
    def test_knows_no_type_that_no_message_may_carry(self, wanted):
        with pytest.raises(TypeError):
            schema_of(wanted)


class TestMessages:
    @pytest.fixture
    def pages(self, settings):
        settings.MESSAGE_ROUTES = ROUTES
        return messages.message_documents()

    def test_have_a_schema_each(self, pages):
        assert pages.keys() == {"messages/README.md"} | {f"messages/{name}.json" for name in ROUTES}
        for name in ROUTES:
            schema = json.loads(pages[f"messages/{name}.json"])
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["$id"].endswith(name)

    def test_stand_on_one_page_with_their_receivers(self, pages):
        page = pages["messages/README.md"]

        for name, receivers in ROUTES.items():
            (row,) = [line for line in page.splitlines() if f"[`{name}`]" in line]
            assert all(f"`{receiver}`" in row for receiver in receivers)


class TestStates:
    @isolate_apps("tests.sample")
    def test_are_drawn_with_every_transition(self):
        class Lamp(models.Model):
            """It shines or it does not."""

            status = FSMField(
                default="off", choices=[("off", "off"), ("on", "on"), ("broken", "broken")]
            )

            class Meta:
                app_label = "sample"

            @transition(field=status, source="off", target="on")
            def switch_on(self):
                """Let there be light."""

            @transition(field=status, source="on", target="off")
            def switch_off(self):
                pass

            @transition(field=status, source="+", target="broken")
            def drop(self):
                pass

        page = states._page(Lamp, Lamp._meta.get_field("status"))

        diagram = page.split("```")[1].splitlines()
        assert diagram[2:] == [
            "    [*] --> off",
            "    off --> broken: drop",
            "    off --> on: switch_on",
            "    on --> broken: drop",
            "    on --> off: switch_off",
            "    broken --> [*]",
        ]
        assert "It shines or it does not." in page
        assert "- `switch_on`: Let there be light." in page

    def test_of_every_machine_have_a_page(self):
        pages = states.state_documents()

        assert "states/README.md" in pages
        assert {"states/billing.order.md", "states/fulfilment.shipment.md"} <= pages.keys()


class TestComponentNames:
    def test_name_context_and_view(self):
        def serializer(module, qualname):
            kind = type(qualname.rpartition(".")[2], (), {})
            kind.__module__, kind.__qualname__ = module, qualname
            return Schema.get_serializer_name(object(), kind(), "request")

        assert (
            serializer("commerce.billing.api.customers", "MakeDefault.Body")
            == "BillingMakeDefaultBody"
        )
        assert serializer("commerce.identity.api.auth", "Login.LoginInput") == "IdentityLoginInput"
        assert serializer("commerce.fulfilment.api.shapes", "Address") == "FulfilmentAddress"
        assert serializer("commerce.shared.api.openapi", "Problem") == "Problem"


class TestGenerateDocs:
    @pytest.fixture(autouse=True)
    def small_shop(self, settings, tmp_path, monkeypatch):
        settings.BASE_DIR = tmp_path
        monkeypatch.setattr(
            generate_docs, "api_documents", lambda: {"openapi.yaml": "openapi: 3.1\n"}
        )
        monkeypatch.setattr(
            generate_docs, "state_documents", lambda: {"states/lamp.md": "# Lamp\n"}
        )
        monkeypatch.setattr(generate_docs, "message_documents", dict)
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs/by-hand.md").write_text("mine")

    def test_writes_what_check_then_finds_up_to_date(self, tmp_path):
        call_command("generate_docs")

        call_command("generate_docs", "--check")
        assert (tmp_path / "docs/states/lamp.md").read_text() == "# Lamp\n"

    def test_check_names_what_changed_is_missing_or_left_over_and_writes_nothing(self, tmp_path):
        call_command("generate_docs")
        (tmp_path / "docs/openapi.yaml").write_text("openapi: 3.0\n")
        (tmp_path / "docs/states/lamp.md").unlink()
        (tmp_path / "docs/states/candle.md").write_text("gone from the code")

        with pytest.raises(CommandError) as refused:
            call_command("generate_docs", "--check")

        named = str(refused.value).split("\n")[1:]
        assert named == ["  docs/openapi.yaml", "  docs/states/lamp.md", "  docs/states/candle.md"]
        assert (tmp_path / "docs/openapi.yaml").read_text() == "openapi: 3.0\n"

    def test_removes_what_is_left_over_and_leaves_other_pages_alone(self, tmp_path):
        (tmp_path / "docs/states").mkdir()
        (tmp_path / "docs/states/candle.md").write_text("gone from the code")

        call_command("generate_docs")

        assert not (tmp_path / "docs/states/candle.md").exists()
        assert (tmp_path / "docs/by-hand.md").read_text() == "mine"
