"""What runs when. The whole clock on one page.

Each tick is only a bell: what is due stands in rows, and a missed tick costs time, never work.
"""

from __future__ import annotations

from typing import Any, Final

SECOND: Final = 1.0
MINUTE: Final = 60.0
HOUR: Final = 3600.0

# Name → {"task", "schedule"}: seconds, or a crontab in UTC. Sorted by context, then by name.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "identity.forget_expired": {"task": "identity.forget_expired", "schedule": HOUR},
    "identity.mail_password_resets": {
        "task": "identity.mail_password_resets",
        "schedule": 5 * SECOND,
    },
}
