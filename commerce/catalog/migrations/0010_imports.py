"""Imports and exports."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_listing")]

    operations = []
