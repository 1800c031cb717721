"""What runs when. The whole clock on one page.

Each tick is only a bell: what is due stands in rows, and a missed tick costs time, never work.
"""

from __future__ import annotations

from typing import Any, Final

SECOND: Final = 1.0
MINUTE: Final = 60.0
HOUR: Final = 3600.0

# Every queue is rung, so that its workers can show that they consume (`manage.py workers_alive`).
QUEUES: Final = ("bulk", "default", "messages", "money", "webhooks")

# Name → {"task", "schedule"}: seconds, or a crontab in UTC. Sorted by context, then by name.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "shared.forget_delivered": {"task": "shared.forget_delivered", "schedule": HOUR},
    **{
        f"shared.note_consumption.{queue}": {
            "task": "shared.note_consumption",
            "schedule": 10 * SECOND,
            "kwargs": {"queue": queue},
            "options": {"queue": queue, "expires": 30},
        }
        for queue in QUEUES
    },
    "catalog.refresh_listing": {"task": "catalog.refresh_listing", "schedule": 2 * SECOND},
    "identity.forget_expired": {"task": "identity.forget_expired", "schedule": HOUR},
    "identity.mail_password_resets": {
        "task": "identity.mail_password_resets",
        "schedule": 5 * SECOND,
    },
}
