"""Which promotions a checkout and an order were given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_what_was_sold")]

    operations = [
        migrations.AddField(
            model_name='checkout',
            name='promotions',
            field=models.JSONField(default=dict, help_text='What they do, and why others do nothing (promotions.py).'),
        ),
        migrations.AddField(
            model_name='checkoutline',
            name='discounts',
            field=models.JSONField(default=list, help_text='By promotion, each with the reason.'),
        ),
        migrations.AddField(
            model_name='checkoutline',
            name='is_gift',
            field=models.BooleanField(default=False, help_text='A promotion has added it.'),
        ),
        migrations.AddField(
            model_name='order',
            name='promotions',
            field=models.JSONField(default=list, help_text='What was used, of the lines and of the delivery.'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='discounts',
            field=models.JSONField(default=list, help_text='By promotion, each with the reason.'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='is_gift',
            field=models.BooleanField(default=False, help_text='A promotion has added it.'),
        ),
    ]
