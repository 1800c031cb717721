"""Lines that need no stock."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0003_rows_that_staff_look_for")]

    operations = []
