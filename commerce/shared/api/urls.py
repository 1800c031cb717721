"""Path converters: `<ord:order_id>` takes `ord_…` and hands the view a UUID; else 404."""

from __future__ import annotations

from uuid import UUID

from django.urls import register_converter

from commerce.shared import ids

PREFIXES = (
    "prod var cat col plan chk ord inv cn pay att re dp sub cus pm addr ship fo ret ent loc imp mig "
    "evt usr key clk job mov promo list prl med"
).split()


def _converter(prefix: str) -> type:
    class PublicIdConverter:
        regex = prefix + "_[0-7][0-9a-hjkmnp-tv-z]{25}"

        def to_python(self, value: str) -> UUID:
            return ids.decode(prefix, value)

        def to_url(self, value: UUID) -> str:
            return ids.encode(prefix, value)

    return PublicIdConverter


def register_public_ids() -> None:
    for prefix in PREFIXES:
        register_converter(_converter(prefix), prefix)
