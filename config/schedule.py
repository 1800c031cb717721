"""What runs when. The whole clock on one page.

Each tick is only a bell: what is due stands in rows, and a missed tick costs time, never work.
"""

from __future__ import annotations

from typing import Any, Final

from config.queues import QUEUES

SECOND: Final = 1.0
MINUTE: Final = 60.0
HOUR: Final = 3600.0

# Name → {"task", "schedule"}: seconds, or a crontab in UTC. Sorted by context, then by name.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "shared.forget_delivered": {"task": "shared.forget_delivered", "schedule": HOUR},
    # Every queue is rung, so that its workers can show that they consume (`manage.py workers_alive`).
    **{
        f"shared.note_consumption.{queue}": {
            "task": "shared.note_consumption",
            "schedule": 10 * SECOND,
            "kwargs": {"queue": queue},
            "options": {"queue": queue, "expires": 30},
        }
        for queue in QUEUES
    },
    "billing.collect_due_periods": {
        "task": "billing.collect_due_periods",
        "schedule": 10 * SECOND,
    },
    "billing.expire_checkouts": {"task": "billing.expire_checkouts", "schedule": 5 * MINUTE},
    "billing.expire_orders": {"task": "billing.expire_orders", "schedule": 30 * SECOND},
    "billing.fetch_missed_events": {"task": "billing.fetch_missed_events", "schedule": HOUR},
    "billing.finish_cancellations": {"task": "billing.finish_cancellations", "schedule": MINUTE},
    "billing.forget_idempotency_keys": {
        "task": "billing.forget_idempotency_keys",
        "schedule": HOUR,
    },
    "billing.forget_runs": {"task": "billing.forget_runs", "schedule": HOUR},
    "billing.migrate_subscriptions": {
        "task": "billing.migrate_subscriptions",
        "schedule": 10 * SECOND,
    },
    "billing.move_test_clocks": {"task": "billing.move_test_clocks", "schedule": 2 * SECOND},
    "billing.recognize_periods": {"task": "billing.recognize_periods", "schedule": HOUR},
    "billing.reconcile_payments": {"task": "billing.reconcile_payments", "schedule": 15 * SECOND},
    "billing.retry_failed_billing": {"task": "billing.retry_failed_billing", "schedule": HOUR},
    "billing.run_billing": {"task": "billing.run_billing", "schedule": MINUTE},
    "billing.sweep_provider_events": {
        "task": "billing.sweep_provider_events",
        "schedule": 5 * SECOND,
    },
    "billing.sweep_refunds": {"task": "billing.sweep_refunds", "schedule": 10 * SECOND},
    "catalog.forget_words": {"task": "catalog.forget_words", "schedule": HOUR},
    "catalog.rebuild_outdated_listing": {
        "task": "catalog.rebuild_outdated_listing",
        "schedule": 10 * SECOND,
    },
    "catalog.end_overdue_promotions": {
        "task": "catalog.end_overdue_promotions",
        "schedule": MINUTE,
    },
    "catalog.lapse_redemptions": {"task": "catalog.lapse_redemptions", "schedule": 10 * SECOND},
    "catalog.forget_imports": {"task": "catalog.forget_imports", "schedule": HOUR},
    "catalog.refresh_listing": {"task": "catalog.refresh_listing", "schedule": 2 * SECOND},
    "catalog.sweep_files": {"task": "catalog.sweep_files", "schedule": HOUR},
    "catalog.run_imports": {
        "task": "catalog.run_imports",
        "schedule": 5 * SECOND,
    },
    "fulfilment.expire_reservations": {
        "task": "fulfilment.expire_reservations",
        "schedule": 5 * SECOND,
    },
    "fulfilment.finish_labels": {"task": "fulfilment.finish_labels", "schedule": 5 * SECOND},
    "fulfilment.forget_idempotency_keys": {
        "task": "fulfilment.forget_idempotency_keys",
        "schedule": HOUR,
    },
    "fulfilment.process_carrier_events": {
        "task": "fulfilment.process_carrier_events",
        "schedule": 5 * SECOND,
    },
    "fulfilment.tell_availability": {
        "task": "fulfilment.tell_availability",
        "schedule": 2 * SECOND,
    },
    "identity.forget_expired": {"task": "identity.forget_expired", "schedule": HOUR},
    "identity.mail_password_resets": {
        "task": "identity.mail_password_resets",
        "schedule": 5 * SECOND,
    },
}
