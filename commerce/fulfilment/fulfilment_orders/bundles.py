"""What holds of the parts of a bundle together. The asker's line of a bundle stands for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol
from uuid import UUID

from commerce.fulfilment.refusals import public_line_id
from commerce.shared.errors import Conflict


class Part(Protocol):
    """A line of a fulfilment order, as far as it matters here."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def bundle_id(self) -> UUID | None: ...
    @property
    def per_bundle(self) -> int: ...


class BundleReturnsWhole(Conflict):
    """A bundle is returned with everything that is in it; name the bundle's own line."""

    code = "bundle_returns_whole"

    def __init__(self, *, line_id: UUID) -> None:
        super().__init__("a bundle comes back with everything that is in it")
        self.line_id = public_line_id(line_id)


def unbundled(units_by_line: Mapping[UUID, int], lines: Iterable[Part]) -> dict[UUID, int]:
    """Name the parts where a bundle is named; units of a part that is named as well are added."""
    units = dict(units_by_line)
    for line in lines:
        if line.bundle_id is not None and line.bundle_id in units_by_line:
            bundles = units_by_line[line.bundle_id]
            units[line.line_id] = units.get(line.line_id, 0) + bundles * line.per_bundle
            units.pop(line.bundle_id, None)
    return units


def breaks_with(canceled: Mapping[UUID, int], lines: Collection[Part]) -> dict[UUID, int]:
    """Tell how many units of each part belong to bundles that can no longer be complete.

    `canceled`: the units of each line that will not be delivered, all in all.
    """
    broken: dict[UUID, int] = {}
    for line in lines:
        if line.bundle_id is not None:
            bundles = -(-canceled.get(line.line_id, 0) // line.per_bundle)
            broken[line.bundle_id] = max(broken.get(line.bundle_id, 0), bundles)
    return {
        line.line_id: broken[line.bundle_id] * line.per_bundle
        for line in lines
        if line.bundle_id is not None
    }


def refuse_torn_bundles(returned: Mapping[UUID, int], lines: Iterable[Part]) -> None:
    """Refuse returns that leave the customer with a part of a bundle.

    `returned`: the units of each line that have come back or are announced, all in all.

    Raises:
        BundleReturnsWhole: the parts of a bundle do not make whole bundles.
    """
    bundles: dict[UUID, tuple[int, int]] = {}
    for line in lines:
        if line.bundle_id is None:
            continue
        came = divmod(returned.get(line.line_id, 0), line.per_bundle)
        if came[1] or bundles.setdefault(line.bundle_id, came) != came:
            raise BundleReturnsWhole(line_id=line.bundle_id)
