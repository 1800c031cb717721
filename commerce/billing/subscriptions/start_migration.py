"""Start moving the subscriptions of a plan to its newest terms, or find out what that would do."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.billing.subscriptions.migration import SubscriptionMigration
from commerce.catalog.interface import services as catalog
from commerce.shared.codec import to_plain
from commerce.shared.db import refusals
from commerce.shared.errors import Conflict


class MigrationRunning(Conflict):
    """The plan's subscriptions are being moved to other terms already."""

    code = "migration_running"


def start_migration(*, plan: str, is_dry_run: bool, now: datetime) -> SubscriptionMigration:
    """Note what is to be done; `migrate_subscriptions` does it.

    While it runs, calling it again returns the same migration.

    Raises:
        catalog.UnknownPlan: no terms of the plan were ever published.
        MigrationRunning: one to other terms is not finished.
    """
    terms = catalog.newest_terms(plan=plan, at=now)
    version = max(offered.version for offered in terms.values())
    running = _running(plan, is_dry_run=is_dry_run)
    if running is not None:
        if running.to_version != version:
            raise MigrationRunning
        return running

    with (
        refusals({"billing_subscriptionmigration_one_at_a_time": MigrationRunning}),
        transaction.atomic(durable=True),
    ):
        return SubscriptionMigration.objects.create(
            plan_code=plan,
            to_version=version,
            terms=to_plain(terms),
            is_dry_run=is_dry_run,
            created_at=now,
        )


def _running(plan: str, *, is_dry_run: bool) -> SubscriptionMigration | None:
    return SubscriptionMigration.objects.filter(
        plan_code=plan, is_dry_run=is_dry_run, status=SubscriptionMigration.Status.RUNNING
    ).first()
