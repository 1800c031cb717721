"""Lines that need no stock, and lines that are parts of a bundle."""

from django.db import migrations, models

import commerce.shared.fields


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0004_tracking_numbers_come_again")]

    operations = [
        migrations.AddField(
            model_name="fulfilmentorderline",
            name="bundle_id",
            field=commerce.shared.fields.ReferenceField(
                "billing.OrderLine",
                db_index=False,
                help_text="What it is a part of.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="fulfilmentorderline",
            name="is_made_to_order",
            field=models.BooleanField(default=False, help_text="No stock is bound to it."),
        ),
        migrations.AddField(
            model_name="fulfilmentorderline",
            name="per_bundle",
            field=models.PositiveIntegerField(default=1, help_text="Units in one bundle."),
        ),
        migrations.AddConstraint(
            model_name="fulfilmentorderline",
            constraint=models.CheckConstraint(
                condition=models.Q(per_bundle__gt=0, per_bundle__lte=models.F("quantity")),
                name="fulfilment_fulfilmentorderline_per_bundle",
            ),
        ),
    ]
