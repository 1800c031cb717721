"""What catalog hears from other contexts. Each receiver makes one call into a use case."""

from commerce.catalog.interface.messages import SetAvailabilityV1
from commerce.catalog.listing.set_availability import set_availability
from commerce.shared import clock
from commerce.shared.inbox import receives


@receives(SetAvailabilityV1, queue="bulk")
def on_set_availability(message: SetAvailabilityV1) -> None:
    set_availability(message.states, now=clock.now())
