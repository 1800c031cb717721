"""Why an order is canceled or its money goes back: the words for both doors, REST and staff."""

from __future__ import annotations

from typing import Final

CANCEL_REASONS: Final = ["customer", "fraud", "mistake", "out_of_stock", "other"]
REFUND_REASONS: Final = ["goodwill", "damaged", "lost", "wrong_item", "late", "duplicate", "other"]
