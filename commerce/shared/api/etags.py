"""ETags from version columns: what you read is what you change, or 412."""

from __future__ import annotations

from rest_framework.request import Request

from commerce.shared.api.problems import PreconditionRequired
from commerce.shared.errors import Stale


def etag(version: int) -> str:
    return f'"{version}"'


def version_expected(request: Request, *, required: bool) -> int | None:
    """Read `If-Match`; `*` or absence means any version, where the endpoint allows that.

    Raises:
        PreconditionRequired: 428, the endpoint insists and the header is missing.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        if required:
            raise PreconditionRequired
        return None
    if given == "*":
        return None
    # A document's tag is the version and, after a dot, what tells two documents of it apart.
    digits, _, _ = given.removeprefix("W/").strip('"').partition(".")
    # An ETag that was never ours matches no version, exactly as RFC 9110 has it.
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1


def check_version(*, expected: int | None, current: int) -> None:
    """Raises `Stale` (412) when somebody else was faster."""
    if expected is not None and expected != current:
        raise Stale(current_version=current)


def tag_of(text: str) -> str:
    """Write an ETag that is no bare version."""
    return f'"{text}"'


def names_tag(header: str, tag: str) -> bool:
    """Tell whether `If-None-Match` names what there is: then 304 says all there is to say."""
    if not header:
        return False
    known = [x.strip().removeprefix("W/") for x in header.split(",")]
    return tag in known or known == ["*"]


def is_unchanged(request: Request, *, version: int) -> bool:
    """The same, for what a version is the tag of."""
    return names_tag(request.headers.get("If-None-Match", ""), etag(version))
