"""Imports and exports."""

import commerce.shared.fields
import commerce.shared.ids
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0009_listing'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('status', django_fsm.FSMField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('finished', 'Finished'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='waiting', max_length=50, protected=True)),
                ('format', models.CharField(choices=[('csv', 'Csv'), ('jsonl', 'Jsonl'), ('shopify', 'Shopify')], max_length=10)),
                ('file_name', models.CharField(blank=True, default='', max_length=200)),
                ('is_dry_run', models.BooleanField(default=False, help_text='Tells what would be; changes nothing.')),
                ('currency', commerce.shared.fields.CurrencyField(default='USD', help_text='Of the prices in a Shopify file.', max_length=3)),
                ('user_id', commerce.shared.fields.ReferenceField('identity.User', db_index=False, null=True)),
                ('size', models.BigIntegerField(help_text='Of the file, in bytes.')),
                ('columns', models.JSONField(help_text='The first line of a CSV file, once read.', null=True)),
                ('position', models.BigIntegerField(default=0, help_text='The byte at which the next batch begins.')),
                ('line', models.BigIntegerField(default=1, help_text='The line at which the next batch begins.')),
                ('rows_read', models.IntegerField(default=0, help_text='Products in the file, good and bad.')),
                ('rows_created', models.IntegerField(default=0)),
                ('rows_changed', models.IntegerField(default=0)),
                ('rows_unchanged', models.IntegerField(default=0)),
                ('rows_refused', models.IntegerField(default=0)),
                ('problems', models.IntegerField(default=0)),
                ('failure', models.CharField(blank=True, default='', max_length=500)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(help_text='When the first batch was begun.', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('status__in', ['waiting', 'running'])), fields=['id'], name='catalog_import_to_do')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'running', 'finished', 'failed', 'canceled'])), name='catalog_import_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('status__in', ['waiting', 'running'])), models.Q(('ended_at__isnull', False), ('status__in', ['finished', 'failed', 'canceled'])), _connector='OR'), name='catalog_import_ended_or_not'), models.CheckConstraint(condition=models.Q(('rows_read', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('rows_created'), '+', models.F('rows_changed')), '+', models.F('rows_unchanged')), '+', models.F('rows_refused')))), name='catalog_import_counts_add_up')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ImportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.BigIntegerField()),
                ('content', models.BinaryField()),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='catalog.import')),
            ],
            options={
                'ordering': ('batch', 'begins_at'),
                'constraints': [models.UniqueConstraint(fields=('batch', 'begins_at'), name='catalog_import_part_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.BigIntegerField()),
                ('field', models.CharField(blank=True, default='', max_length=200)),
                ('code', models.CharField(max_length=64)),
                ('message', models.CharField(max_length=500)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='found_problems', to='catalog.import')),
            ],
            options={
                'ordering': ('batch', 'line', 'id'),
                'indexes': [models.Index(fields=['batch', 'line', 'id'], name='catalog_import_problem_by_line')],
            },
        ),
    ]
