"""Which promotions a checkout and an order were given."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_what_was_sold")]

    operations = []
