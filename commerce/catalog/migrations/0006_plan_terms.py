"""Terms of plans beyond one flat price."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_markets_and_prices")]

    operations = []
