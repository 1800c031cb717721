"""Product types and attributes; what a product and a variant can be; windows per market."""

import commerce.shared.ids
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_terms_never_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(help_text='As shoppers read it.', max_length=120)),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('choice', 'Choice'), ('boolean', 'Boolean'), ('date', 'Date'), ('reference', 'Reference')], max_length=20)),
                ('unit', models.CharField(blank=True, default='', help_text='Of a number.', max_length=20)),
                ('reference_to', models.CharField(blank=True, choices=[('product', 'Product'), ('variant', 'Variant'), ('category', 'Category')], default='', max_length=20)),
                ('is_filterable', models.BooleanField(default=False)),
                ('translations', models.JSONField(blank=True, default=dict, help_text='{locale: {name}}; what is missing falls back.')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='AttributeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=120)),
                ('position', models.PositiveSmallIntegerField()),
                ('translations', models.JSONField(blank=True, default=dict, help_text='{locale: {label}}; what is missing falls back.')),
            ],
            options={
                'ordering': ('attribute', 'position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='BundleComponent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveSmallIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('bundle', 'position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ProductPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('market_code', models.CharField(max_length=40)),
                ('published_from', models.DateTimeField(help_text='None: from the beginning.', null=True)),
                ('published_until', models.DateTimeField(help_text='Exclusive; none: for good.', null=True)),
            ],
            options={
                'ordering': ('product', 'market_code'),
            },
        ),
        migrations.CreateModel(
            name='ProductType',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='TypeAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('product', 'Product'), ('variant', 'Variant')], max_length=20)),
                ('is_required', models.BooleanField(default=False)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('product_type', 'position', 'id'),
            },
        ),
        migrations.AddField(
            model_name='category',
            name='translations',
            field=models.JSONField(blank=True, default=dict, help_text='{locale: {name}}; what is missing falls back.'),
        ),
        migrations.AddField(
            model_name='product',
            name='attributes',
            field=models.JSONField(blank=True, default=dict, help_text='{attribute: value}, as its type asks for.'),
        ),
        migrations.AddField(
            model_name='product',
            name='options',
            field=models.JSONField(blank=True, default=list, help_text='By what variants may differ: [[name, [value, …]], …]; empty: by anything.'),
        ),
        migrations.AddField(
            model_name='product',
            name='translations',
            field=models.JSONField(blank=True, default=dict, help_text='{locale: {title, description, options: {word: word}}}; the rest falls back.'),
        ),
        migrations.AddField(
            model_name='variant',
            name='attributes',
            field=models.JSONField(blank=True, default=dict, help_text="{attribute: value}, as its product's type asks for."),
        ),
        migrations.AddField(
            model_name='variant',
            name='grants',
            field=models.JSONField(blank=True, default=list, help_text='Access one unit gives: [{feature, days}, …]; days null: for good.'),
        ),
        migrations.AddField(
            model_name='variant',
            name='height_mm',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='is_gift_card',
            field=models.BooleanField(default=False, help_text='Its buyer gets a code worth its price.'),
        ),
        migrations.AddField(
            model_name='variant',
            name='length_mm',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='made_to_order_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Made once it is sold, in so many days; no stock is held.', null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='width_mm',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_category_translations_are_object'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('height_mm', None), ('length_mm', None), ('width_mm', None)), models.Q(('height_mm__gt', 0), ('length_mm__gt', 0), ('width_mm__gt', 0)), _connector='OR'), name='catalog_variant_has_all_dimensions_or_none'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('is_gift_card', False), models.Q(('grants', []), ('made_to_order_days', None), ('requires_shipping', False)), _connector='OR'), name='catalog_variant_gift_card_is_nothing_else'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('made_to_order_days', None), ('made_to_order_days__gt', 0), _connector='OR'), name='catalog_variant_made_in_some_days'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('attributes'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_variant_attributes_are_object'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('grants'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array')), name='catalog_variant_grants_are_array'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.UniqueConstraint(fields=('code',), name='catalog_attribute_code_once'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'number', 'choice', 'boolean', 'date', 'reference'])), name='catalog_attribute_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=models.Q(('unit', ''), ('kind', 'number'), _connector='OR'), name='catalog_attribute_unit_is_of_a_number'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reference'), ('reference_to__in', ['product', 'variant', 'category'])), models.Q(models.Q(('kind', 'reference'), _negated=True), ('reference_to', '')), _connector='OR'), name='catalog_attribute_reference_leads_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_attribute_translations_are_object'),
        ),
        migrations.AddField(
            model_name='attributechoice',
            name='attribute',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='catalog.attribute'),
        ),
        migrations.AddField(
            model_name='bundlecomponent',
            name='bundle',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='components', to='catalog.variant'),
        ),
        migrations.AddField(
            model_name='bundlecomponent',
            name='component',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bundles', to='catalog.variant'),
        ),
        migrations.AddField(
            model_name='productpublication',
            name='product',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='catalog.product'),
        ),
        migrations.AddConstraint(
            model_name='producttype',
            constraint=models.UniqueConstraint(fields=('code',), name='catalog_producttype_code_once'),
        ),
        migrations.AddField(
            model_name='product',
            name='product_type',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='catalog.producttype'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('attributes'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_product_attributes_are_object'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('options'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array')), name='catalog_product_options_are_array'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_product_translations_are_object'),
        ),
        migrations.AddField(
            model_name='typeattribute',
            name='attribute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='type_attributes', to='catalog.attribute'),
        ),
        migrations.AddField(
            model_name='typeattribute',
            name='product_type',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='type_attributes', to='catalog.producttype'),
        ),
        migrations.AddConstraint(
            model_name='attributechoice',
            constraint=models.UniqueConstraint(fields=('attribute', 'code'), name='catalog_attribute_choice_once'),
        ),
        migrations.AddConstraint(
            model_name='attributechoice',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='catalog_attributechoice_translations_are_object'),
        ),
        migrations.AddConstraint(
            model_name='bundlecomponent',
            constraint=models.UniqueConstraint(fields=('bundle', 'component'), name='catalog_component_once_in_bundle'),
        ),
        migrations.AddConstraint(
            model_name='bundlecomponent',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0), models.Q(('bundle', models.F('component')), _negated=True)), name='catalog_component_counts'),
        ),
        migrations.AddConstraint(
            model_name='productpublication',
            constraint=models.UniqueConstraint(fields=('product', 'market_code'), name='catalog_publication_once_in_market'),
        ),
        migrations.AddConstraint(
            model_name='productpublication',
            constraint=models.CheckConstraint(condition=models.Q(('published_from', None), ('published_until', None), ('published_from__lt', models.F('published_until')), _connector='OR'), name='catalog_publication_begins_before_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='typeattribute',
            constraint=models.UniqueConstraint(fields=('product_type', 'attribute'), name='catalog_attribute_once_in_type'),
        ),
        migrations.AddConstraint(
            model_name='typeattribute',
            constraint=models.CheckConstraint(condition=models.Q(('scope__in', ['product', 'variant'])), name='catalog_typeattribute_scope_known'),
        ),
    ]
