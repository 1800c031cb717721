"""Subscriptions on terms beyond one flat price, and what such a period cost, explained."""

import commerce.shared.ids
import django.db.models.expressions
import django_fsm
from django.db import migrations, models

# Those who subscribed before were on units at a price, which is the same in every period; so that
# the number means one thing in every row, theirs is counted, too.
COUNT = """
UPDATE billing_subscription s SET periods_billed = counted.periods
  FROM (SELECT subscription_id, count(*) AS periods
          FROM billing_subscriptionperiod GROUP BY subscription_id) AS counted
 WHERE counted.subscription_id = s.id;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_promotions")]

    operations = [
        migrations.RemoveConstraint(
            model_name="checkoutline",
            name="billing_checkoutline_amounts_possible",
        ),
        migrations.RemoveConstraint(
            model_name="checkoutline",
            name="billing_checkoutline_total_is_the_sum",
        ),
        migrations.RemoveConstraint(
            model_name="invoiceline",
            name="billing_invoiceline_sums_up",
        ),
        migrations.RemoveConstraint(
            model_name="orderline",
            name="billing_orderline_total_is_the_sum",
        ),
        migrations.AddField(
            model_name="checkoutline",
            name="charges",
            field=models.JSONField(default=list, help_text="Each of them, explained to the cent."),
        ),
        migrations.AddField(
            model_name="checkoutline",
            name="charges_minor",
            field=models.BigIntegerField(
                default=0, help_text="What a plan costs beside its units, in sum."
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="charges",
            field=models.JSONField(default=list, help_text="Each of them, explained to the cent."),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="charges_minor",
            field=models.BigIntegerField(
                default=0, help_text="What a plan costs beside its units, in sum."
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="charges",
            field=models.JSONField(default=list, help_text="Each of them, explained to the cent."),
        ),
        migrations.AddField(
            model_name="orderline",
            name="charges_minor",
            field=models.BigIntegerField(
                default=0, help_text="What a plan costs beside its units, in sum."
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="periods_billed",
            field=models.PositiveIntegerField(
                default=0,
                help_text="How many were billed: tells which phase of the terms comes next.",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="terms",
            field=models.JSONField(
                help_text="Charges, phases and so on as agreed; none: units at a price.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="subscription",
            name="unit_price_minor",
            field=models.BigIntegerField(help_text="Of a unit and a period, after any phase."),
        ),
        migrations.AddConstraint(
            model_name="checkoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("prices_include_tax", False),
                        (
                            "total_minor",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("unit_price_minor"), "*", models.F("quantity")
                                        ),
                                        "+",
                                        models.F("charges_minor"),
                                    ),
                                    "-",
                                    models.F("discount_minor"),
                                ),
                                "+",
                                models.F("tax_minor"),
                            ),
                        ),
                    ),
                    models.Q(
                        ("prices_include_tax", True),
                        (
                            "total_minor",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("unit_price_minor"), "*", models.F("quantity")
                                    ),
                                    "+",
                                    models.F("charges_minor"),
                                ),
                                "-",
                                models.F("discount_minor"),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="billing_checkoutline_total_is_the_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("charges_minor__gte", 0),
                    ("discount_minor__gte", 0),
                    ("quantity__gt", 0),
                    ("unit_price_minor__gte", 0),
                ),
                name="billing_checkoutline_amounts_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_minor"), "+", models.F("tax_minor")
                        ),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "net_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("unit_price_minor"), "*", models.F("quantity")
                                        ),
                                        "+",
                                        models.F("charges_minor"),
                                    ),
                                    "-",
                                    models.F("discount_minor"),
                                ),
                            ),
                            ("prices_include_tax", False),
                        ),
                        models.Q(
                            ("prices_include_tax", True),
                            (
                                "total_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("unit_price_minor"), "*", models.F("quantity")
                                        ),
                                        "+",
                                        models.F("charges_minor"),
                                    ),
                                    "-",
                                    models.F("discount_minor"),
                                ),
                            ),
                        ),
                        _connector="OR",
                    ),
                ),
                name="billing_invoiceline_sums_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("prices_include_tax", False),
                        (
                            "total_minor",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("unit_price_minor"), "*", models.F("quantity")
                                        ),
                                        "+",
                                        models.F("charges_minor"),
                                    ),
                                    "-",
                                    models.F("discount_minor"),
                                ),
                                "+",
                                models.F("tax_minor"),
                            ),
                        ),
                    ),
                    models.Q(
                        ("prices_include_tax", True),
                        (
                            "total_minor",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("unit_price_minor"), "*", models.F("quantity")
                                    ),
                                    "+",
                                    models.F("charges_minor"),
                                ),
                                "-",
                                models.F("discount_minor"),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="billing_orderline_total_is_the_sum",
            ),
        ),
        migrations.CreateModel(
            name="SubscriptionMigration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.shared.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("plan_code", models.CharField(max_length=100)),
                ("to_version", models.PositiveIntegerField()),
                (
                    "terms",
                    models.JSONField(
                        help_text="Those of the version, by currency, as they were read."
                    ),
                ),
                (
                    "is_dry_run",
                    models.BooleanField(help_text="Counts and adds up, and changes nothing."),
                ),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[("running", "Running"), ("finished", "Finished")],
                        default="running",
                        max_length=50,
                        protected=True,
                    ),
                ),
                (
                    "after_id",
                    models.UUIDField(help_text="Up to here all is done; rows come by id.", null=True),
                ),
                ("moved", models.PositiveIntegerField(default=0)),
                (
                    "left",
                    models.JSONField(
                        default=dict, help_text="How many keep their terms, by the reason."
                    ),
                ),
                (
                    "amounts",
                    models.JSONField(
                        default=dict,
                        help_text="By currency, what the next period of all moved costs before and after.",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="billing_migration_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["running", "finished"])),
                        name="billing_subscriptionmigration_status_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "running")),
                        fields=("plan_code", "is_dry_run"),
                        name="billing_subscriptionmigration_one_at_a_time",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
