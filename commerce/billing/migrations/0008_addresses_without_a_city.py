from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_canceling_is_followed_up'),
    ]

    operations = [
        migrations.AlterField(
            model_name='address',
            name='city',
            field=models.CharField(blank=True, default='', max_length=100),
        ),
    ]
