"""Which task waits in which queue. What is slow, or comes in thousands, never delays an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

# Names of tasks, or patterns of them; a name counts before a pattern.
TASKS: Final[Mapping[str, Sequence[str]]] = {
    "bulk": (
        "billing.forget_runs",
        "billing.migrate_subscriptions",
        "billing.recognize_periods",
        "billing.retry_failed_billing",
        "billing.run_billing",
        "catalog.forget_imports",
        "catalog.forget_words",
        # A hint for lists.
        "catalog.on_set_availability",
        "catalog.rebuild_outdated_listing",
        "catalog.run_imports",
        "catalog.sweep_files",
        "fulfilment.forget_idempotency_keys",
    ),
    "default": (
        "billing.expire_checkouts",
        "billing.forget_idempotency_keys",
        "billing.move_test_clocks",
        "catalog.end_overdue_promotions",
        "catalog.lapse_redemptions",
        "catalog.refresh_listing",
        "fulfilment.expire_reservations",
        "fulfilment.finish_labels",
        "fulfilment.tell_availability",
        "identity.forget_expired",
        "identity.mail_password_resets",
        "shared.forget_delivered",
    ),
    "messages": ("*.on_*",),
    "money": (
        "billing.collect_due_periods",
        "billing.collect_period",
        "billing.expire_orders",
        "billing.finish_cancellations",
        "billing.reconcile_payments",
        "billing.sweep_refunds",
    ),
    "webhooks": (
        "billing.fetch_missed_events",
        "billing.process_provider_event",
        "billing.sweep_provider_events",
        "fulfilment.process_carrier_event",
        "fulfilment.process_carrier_events",
    ),
}
QUEUES: Final = tuple(TASKS)
TASK_ROUTES: Final = {task: {"queue": queue} for queue, tasks in TASKS.items() for task in tasks}
