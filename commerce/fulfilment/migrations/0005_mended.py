"""Rules found missing."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0004_made_to_order")]

    operations = []
