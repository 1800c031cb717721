"""Lines that need no stock."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0004_tracking_numbers_come_again")]

    operations = []
