"""The sequence behind order numbers. It starts where numbers have the length they will keep."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE billing_order_number AS bigint START WITH 10000001",
            "DROP SEQUENCE billing_order_number",
        ),
    ]
