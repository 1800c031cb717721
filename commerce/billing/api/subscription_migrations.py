"""REST endpoints of migrations: move the subscriptions of a plan to its newest terms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api.shapes import money
from commerce.billing.subscriptions.migration import SubscriptionMigration
from commerce.billing.subscriptions.start_migration import start_migration
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import (
    Input,
    MoneyOutput,
    Output,
    PageOutput,
    StrictBooleanField,
    StrictCharField,
    many,
    read,
)
from commerce.shared.errors import NotFound


class MigrationInput(Input):
    plan = StrictCharField(max_length=100, help_text="The plan's code.")
    dry_run = StrictBooleanField(
        default=True, help_text="Count and add up, and change nothing. Unless you say otherwise."
    )


class LeftOutput(Output):
    reason = serializers.CharField(help_text="Stable.")
    subscriptions = serializers.IntegerField()


class AmountsOutput(Output):
    before = MoneyOutput(help_text="What the next period of all moved would have cost.")
    after = MoneyOutput(help_text="What it costs now. Both are before tax.")


class MigrationOutput(Output):
    id = serializers.CharField(help_text="`mig_…`")
    plan = serializers.CharField()
    to_version = serializers.IntegerField()
    dry_run = serializers.BooleanField()
    status = serializers.ChoiceField(choices=SubscriptionMigration.Status.values)
    moved = serializers.IntegerField(help_text="So far; in a dry run, how many would be.")
    left = LeftOutput(many=True, help_text="Those who keep their terms.")
    amounts = AmountsOutput(many=True, help_text="One for each currency.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class MigrationPageOutput(PageOutput):
    data = many(MigrationOutput)


class SubscriptionMigrations(APIView):
    """GET and POST /subscription-migrations"""

    permission_classes = [Staff]
    roles = ("finance",)

    @extend_schema(
        operation_id="list_subscription_migrations",
        summary="List migrations and dry runs, the newest first",
        parameters=[
            OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
            OpenApiParameter("cursor", type=str),
        ],
        responses=MigrationPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        return Response(
            keyset_page(
                SubscriptionMigration.objects.all(),
                request.query_params,
                order_by=("-created_at", "-id"),
                render=render,
            )
        )

    @extend_schema(
        operation_id="start_subscription_migration",
        summary="Move the subscriptions of a plan to its newest terms, from their next period on",
        description="It runs in batches; read it again to see how far it is.",
        request=MigrationInput,
        responses={202: MigrationOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        body = read(MigrationInput, request.data)
        migration = start_migration(plan=body["plan"], is_dry_run=body["dry_run"], now=clock.now())
        identity.record_act(
            actor=actor_of(request),
            action="billing.subscription_migration.start",
            subject=ids.encode("mig", migration.id),
            details={"plan": migration.plan_code, "dry_run": migration.is_dry_run},
            now=clock.now(),
        )
        return Response(render(migration), status=202)


class SubscriptionMigrationDetail(APIView):
    """GET /subscription-migrations/{migration_id}"""

    permission_classes = [Staff]
    roles = ("finance",)

    @extend_schema(
        operation_id="get_subscription_migration",
        summary="Read how far a migration is, and what it has come to",
        responses=MigrationOutput,
    )
    def get(self, request: Request, migration_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        found = SubscriptionMigration.objects.filter(pk=migration_id).first()
        if found is None:
            raise NotFound
        return Response(render(found))


def render(row: SubscriptionMigration) -> dict[str, Any]:
    return {
        "id": ids.encode("mig", row.id),
        "plan": row.plan_code,
        "to_version": row.to_version,
        "dry_run": row.is_dry_run,
        "status": row.status,
        "moved": row.moved,
        "left": [{"reason": x, "subscriptions": n} for x, n in sorted(row.left.items())],
        "amounts": [
            {when: money(minor, currency) for when, minor in sums.items()}
            for currency, sums in sorted(row.amounts.items())
        ],
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }
