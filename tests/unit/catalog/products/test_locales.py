"""Texts in the nearest language they are written in."""

import pytest

from commerce.catalog.products.locales import fallbacks, translated

TEXTS = {"de": {"title": "Becher", "description": "Für Tee."}, "de-AT": {"title": "Häferl"}}


class TestFallbacks:
    @pytest.mark.parametrize(
        ("locale", "asked"),
        [
            ("de-AT", ["de-AT", "de"]),
            ("de", ["de"]),
            ("zh-Hant-TW", ["zh-Hant-TW", "zh-Hant", "zh"]),
            ("", []),
        ],
    )
    def test_go_from_the_place_to_the_language(self, locale, asked):
        assert fallbacks(locale) == asked


class TestTranslated:
    @pytest.mark.parametrize(
        ("locale", "field", "text"),
        [
            ("de-AT", "title", "Häferl"),
            ("de-AT", "description", "Für Tee."),
            ("de-CH", "title", "Becher"),
            ("fr", "title", "Mug"),
            ("", "title", "Mug"),
        ],
    )
    def test_falls_back_field_by_field(self, locale, field, text):
        assert translated(TEXTS, field, locale=locale, default="Mug") == text

    def test_takes_an_empty_text_for_none(self):
        assert translated({"de": {"title": ""}}, "title", locale="de", default="Mug") == "Mug"
