"""Terms of plans beyond one flat price: under the trigger that keeps a price as it was written."""

from django.db import migrations, models

LISTS = """
ALTER TABLE catalog_planprice ADD CONSTRAINT catalog_plan_price_lists_are_lists
    CHECK (jsonb_typeof(charges) = 'array' AND jsonb_typeof(phases) = 'array');
"""

NO_LISTS = """
ALTER TABLE catalog_planprice DROP CONSTRAINT catalog_plan_price_lists_are_lists;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_markets_and_prices")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="revision",
            field=models.PositiveIntegerField(
                default=1, help_text="Counts every change, new terms among them; the ETag."
            ),
        ),
        migrations.AddField(
            model_name="planprice",
            name="charges",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="planprice",
            name="minimum_minor",
            field=models.BigIntegerField(
                default=0, help_text="What a period comes to at least, the setup fee aside."
            ),
        ),
        migrations.AddField(
            model_name="planprice",
            name="phases",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="planprice",
            name="setup_fee_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="planversion",
            name="anchor_day",
            field=models.PositiveSmallIntegerField(
                help_text="Day of the month on which periods begin; empty: that of the first.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="planprice",
            name="amount_minor",
            field=models.BigIntegerField(help_text="Of one unit and one period."),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum_minor__gte", 0),
                    ("minimum_minor__lte", 1000000000000),
                    ("setup_fee_minor__gte", 0),
                    ("setup_fee_minor__lte", 1000000000000),
                ),
                name="catalog_plan_price_beside_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("anchor_day", None),
                    models.Q(
                        ("anchor_day__gte", 1),
                        ("anchor_day__lte", 28),
                        ("interval_unit__in", ["month", "year"]),
                    ),
                    _connector="OR",
                ),
                name="catalog_plan_anchor_in_every_month",
            ),
        ),
        migrations.RunSQL(LISTS, NO_LISTS),
    ]
