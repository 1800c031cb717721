"""What was sold: bundles, access, goods made to order, gift cards."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_rows_that_staff_look_for")]

    operations = []
