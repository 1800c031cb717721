"""Pictures of products, collections of them, and what the tree of categories needs to be changed."""

import commerce.shared.ids
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("catalog", "0007_promotions")]

    operations = [
        migrations.AddField(
            model_name='category',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True, default='')),
                ('translations', models.JSONField(blank=True, default=dict, help_text='{locale: {title, description}}; the rest falls back.')),
                ('kind', models.CharField(choices=[('manual', 'Manual'), ('rules', 'Rules')], max_length=20)),
                ('matching', models.CharField(choices=[('all', 'All'), ('any', 'Any')], default='all', help_text='Whether a product keeps all rules, or any of them.', max_length=20)),
                ('rules', models.JSONField(blank=True, default=list, help_text='See collections/rules.py.')),
                ('is_published', models.BooleanField(default=False, help_text='Shoppers may see it.')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('evaluation_due_at', models.DateTimeField(help_text='Since then its rules wait to be put to every product; none: they were.', null=True)),
                ('evaluated_to', models.UUIDField(help_text='The last product they were put to, while that goes on.', null=True)),
            ],
            options={
                'ordering': ('slug',),
                'indexes': [models.Index(condition=models.Q(('evaluation_due_at__isnull', False)), fields=['evaluation_due_at'], name='catalog_collection_to_evaluate')],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='catalog_collection_slug_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['manual', 'rules'])), name='catalog_collection_kind_known'), models.CheckConstraint(condition=models.Q(('matching__in', ['all', 'any'])), name='catalog_collection_matching_known'), models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('rules'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array')), name='catalog_collection_rules_are_array'), models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_collection_translations_are_object'), models.CheckConstraint(condition=models.Q(('kind', 'rules'), models.Q(('evaluation_due_at', None), ('rules', [])), _connector='OR'), name='catalog_collection_arranged_by_hand_or_by_rules')],
            },
        ),
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
            name='CollectionMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0, help_text='0 for all that rules have found.')),
                ('collection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='catalog.collection')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collection_members', to='catalog.product')),
            ],
            options={
                'ordering': ('collection', 'position', 'product'),
                'indexes': [models.Index(fields=['collection', 'position', 'product'], name='catalog_collection_in_order')],
                'constraints': [models.UniqueConstraint(fields=('collection', 'product'), name='catalog_product_once_in_collection')],
            },
        ),
        migrations.CreateModel(
            name='CollectionPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('market_code', models.CharField(max_length=40)),
                ('published_from', models.DateTimeField(help_text='None: from the beginning.', null=True)),
                ('published_until', models.DateTimeField(help_text='Exclusive; none: for good.', null=True)),
                ('collection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='catalog.collection')),
            ],
            options={
                'ordering': ('collection', 'market_code'),
                'constraints': [models.UniqueConstraint(fields=('collection', 'market_code'), name='catalog_collection_once_in_market'), models.CheckConstraint(condition=models.Q(('published_from', None), ('published_until', None), ('published_from__lt', models.F('published_until')), _connector='OR'), name='catalog_collection_begins_before_it_ends')],
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
