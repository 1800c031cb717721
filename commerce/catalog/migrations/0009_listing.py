"""Documents by market, with what they are filtered by."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_media_and_collections")]

    operations = []
