"""Promotions, coupon codes and redemptions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_plan_terms")]

    operations = []
