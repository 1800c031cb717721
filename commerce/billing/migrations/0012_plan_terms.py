"""Subscriptions on terms beyond one flat price."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_promotions")]

    operations = []
