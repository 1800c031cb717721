"""What catalog hears from other contexts. Each receiver makes one call into a use case."""

from commerce.catalog.interface.messages import (
    ConfirmRedemptionsV1,
    ReleaseRedemptionsV1,
    SetAvailabilityV1,
)
from commerce.catalog.listing.set_availability import set_availability
from commerce.catalog.promotions.confirm_redemptions import confirm_redemptions
from commerce.catalog.promotions.release_redemptions import release_redemptions
from commerce.shared import clock
from commerce.shared.inbox import receives


@receives(SetAvailabilityV1)
def on_set_availability(message: SetAvailabilityV1) -> None:
    set_availability(message.states, now=clock.now())


@receives(ConfirmRedemptionsV1)
def on_confirm_redemptions(message: ConfirmRedemptionsV1) -> None:
    confirm_redemptions(
        reference=message.reference,
        promotion_ids=message.promotion_ids,
        uses=message.uses,
        confirmed_at=message.confirmed_at,
    )


@receives(ReleaseRedemptionsV1)
def on_release_redemptions(message: ReleaseRedemptionsV1) -> None:
    release_redemptions(references=message.references, released_at=message.released_at)
