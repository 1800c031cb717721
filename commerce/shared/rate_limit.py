"""How much of something a caller may still do, in the words of the RateLimit header fields.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """`quota` in any `window_s`; `left` of it now, and in `more_in_s` seconds there is more again."""

    name: str
    quota: int
    window_s: int
    left: int
    more_in_s: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.quota};w={self.window_s}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.more_in_s}',
        }
