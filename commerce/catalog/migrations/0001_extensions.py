"""PostgreSQL's own extensions that the tables use; each is part of its standard distribution."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        # One price at a time: equality and overlap in one index.
        BtreeGistExtension(),
        # Typing errors in a search.
        TrigramExtension(),
    ]
