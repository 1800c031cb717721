"""Product types, attributes, and what a variant can be."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_terms_never_change")]

    operations = []
