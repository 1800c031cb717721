"""Pictures of products, collections of them, and what the tree of categories needs to be changed."""

import commerce.shared.ids
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("catalog", "0007_promotions")]

    operations = [
        migrations.CreateModel(
            name='MediaFile',
            fields=[
                ('digest', models.CharField(db_collation='C', max_length=64, primary_key=True, serialize=False)),
                ('folder', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('image', 'Image')], default='image', max_length=20)),
                ('renditions', models.JSONField()),
                ('size_bytes', models.BigIntegerField(help_text='Of all its files.')),
                ('used_at', models.DateTimeField(help_text='When somebody last began or ceased to use it.')),
                ('removing_at', models.DateTimeField(help_text='From then on no new media may name it.', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['used_at'], name='catalog_mediafile_unused')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['image'])), name='catalog_mediafile_kind_known'), models.UniqueConstraint(fields=('folder',), name='catalog_mediafile_folder_once'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='catalog_mediafile_digest_shape'), models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('renditions'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array')), name='catalog_mediafile_renditions_are_array')],
            },
        ),
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('alt', models.CharField(blank=True, default='', help_text='Said instead of shown.', max_length=500)),
                ('translations', models.JSONField(blank=True, default=dict, help_text='{"de": {"alt": "…"}}')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='media', to='catalog.product')),
                ('variant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='media', to='catalog.variant')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='media', to='catalog.mediafile')),
            ],
            options={
                'verbose_name_plural': 'media',
                'ordering': ('product', 'position', 'id'),
                'indexes': [models.Index(fields=['product', 'position', 'id'], name='catalog_media_in_order')],
                'constraints': [models.UniqueConstraint(fields=('product', 'variant', 'file'), name='catalog_media_once_for_product', nulls_distinct=False), models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_media_translations_are_object')],
            },
        ),
    ]
