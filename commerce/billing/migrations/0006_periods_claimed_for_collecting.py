from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0005_attempts_show_their_card'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscriptionperiod',
            name='claimed_until',
            field=models.DateTimeField(help_text='A task to collect it is on its way; a lost one is sent again then.', null=True),
        ),
        migrations.AlterField(
            model_name='subscriptionperiod',
            name='collect_at',
            field=models.DateTimeField(help_text='When to charge, or since when a charge is under way; NULL: over.', null=True),
        ),
        migrations.AlterField(
            model_name='subscriptionperiod',
            name='decline_code',
            field=models.CharField(blank=True, default='', help_text='Why the last try brought no money.', max_length=64),
        ),
    ]
