from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class BillingConfig(AppConfig):
    name = "commerce.billing"
    label = "billing"

    def ready(self) -> None:
        post_migrate.connect(_open_accounts, sender=self)


def _open_accounts(*, apps: Apps | None = None, **_: Any) -> None:
    """Bring the rows of the ledger's accounts to what the chart of accounts says."""
    # `migrate` of another context says so too, and our tables may not be there yet.
    if apps is not None and "ledgeraccount" not in apps.all_models["billing"]:
        return
    # Models can only be imported once all applications are ready.
    from commerce.billing.ledger.open_accounts import open_accounts

    open_accounts()
