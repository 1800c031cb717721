"""Documents by market, cards to look through, words and facets to find them by.

What was there could be thrown away and is: the first tick of a worker begins a rebuild, because
none has ever been made for the markets there are.
"""

import commerce.catalog.listing.models
import commerce.shared.fields
import commerce.shared.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_media_and_collections")]

    operations = [
        # Of PostgreSQL's standard distribution, as the others: how many letters two words differ in.
        CreateExtension("fuzzystrmatch"),
        migrations.DeleteModel("Listing"),
        migrations.DeleteModel("Placement"),
        migrations.CreateModel(
            name='ListedMarket',
            fields=[
                ('code', commerce.catalog.listing.models.MarketCodeField(db_collation='C', max_length=40, primary_key=True, serialize=False)),
                ('currency', commerce.shared.fields.CurrencyField(max_length=3)),
                ('locale', models.CharField(max_length=35)),
                ('language', models.CharField(help_text="Of PostgreSQL's text search.", max_length=20)),
                ('is_default', models.BooleanField()),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2))),
            ],
        ),
        migrations.CreateModel(
            name='Card',
            fields=[
                ('market', commerce.catalog.listing.models.MarketCodeField(db_collation='C', max_length=40)),
                ('product_id', models.UUIDField()),
                ('title_key', models.CharField(db_collation='C', max_length=100)),
                ('price_minor', models.BigIntegerField()),
                ('published_at', models.DateTimeField()),
                ('facets', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField())),
                ('pk', models.CompositePrimaryKey('product_id', 'market', blank=True, editable=False, primary_key=True, serialize=False)),
                ('words', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [models.Index(fields=['market', 'title_key', 'product_id'], name='catalog_card_by_title'), models.Index(fields=['market', 'price_minor', 'product_id'], name='catalog_card_by_price'), models.Index(fields=['market', 'published_at', 'product_id'], name='catalog_card_by_newest'), django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='catalog_card_words')],
            },
        ),
        migrations.CreateModel(
            name='Facet',
            fields=[
                ('name', models.CharField(db_collation='C', max_length=60, primary_key=True, serialize=False)),
                ('slot', models.PositiveSmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('slot',), name='catalog_facet_slot_once')],
            },
        ),
        migrations.CreateModel(
            name='FacetSet',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('facet', models.CharField(db_collation='C', max_length=60)),
                ('digest', models.CharField(db_collation='C', help_text='Of the values, which may be too long to index.', max_length=32)),
                ('values', django.contrib.postgres.fields.ArrayField(base_field=models.TextField())),
                ('measures', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), help_text='Of numbers and days, for conditions of range.', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('facet', 'digest'), name='catalog_facetset_once')],
            },
        ),
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('pk', models.CompositePrimaryKey('product_id', 'market', blank=True, editable=False, primary_key=True, serialize=False)),
                ('market', commerce.catalog.listing.models.MarketCodeField(db_collation='C', max_length=40)),
                ('product_id', models.UUIDField()),
                ('slug', models.CharField(max_length=150)),
                ('version', models.PositiveIntegerField(help_text='Of the product when this was made.')),
                ('etag', models.CharField(help_text='The version, and a digest of the document.', max_length=32)),
                ('summary', models.TextField()),
                ('document', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('market', 'slug'), name='catalog_listing_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='ListingRebuild',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('products', models.PositiveIntegerField(help_text='There were so many when it began.')),
                ('done', models.PositiveIntegerField(default=0)),
                ('after_id', models.UUIDField(help_text='Up to this product all is done.', null=True)),
                ('made_for', models.JSONField(help_text='The markets, and the form of what is made.')),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('finished_at',), name='catalog_listingrebuild_one_at_a_time', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('market', commerce.catalog.listing.models.MarketCodeField(db_collation='C', max_length=40)),
                ('product_id', models.UUIDField()),
                ('title_key', models.CharField(db_collation='C', max_length=100)),
                ('price_minor', models.BigIntegerField()),
                ('published_at', models.DateTimeField()),
                ('facets', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField())),
                ('pk', models.CompositePrimaryKey('product_id', 'market', 'shelf', blank=True, editable=False, primary_key=True, serialize=False)),
                ('shelf', models.CharField(db_collation='C', max_length=120)),
                ('position', models.IntegerField(default=0, help_text='In a collection that somebody arranged.')),
            ],
            options={
                'indexes': [models.Index(fields=['shelf', 'market', 'title_key', 'product_id'], name='catalog_placement_by_title'), models.Index(fields=['shelf', 'market', 'price_minor', 'product_id'], name='catalog_placement_by_price'), models.Index(fields=['shelf', 'market', 'published_at', 'product_id'], name='catalog_placement_by_newest')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('language', models.CharField(max_length=20)),
                ('word', models.CharField(db_collation='C', max_length=40)),
                ('stem', models.CharField(db_collation='C', max_length=60)),
            ],
            options={
                'indexes': [models.Index(fields=['language', 'stem'], name='catalog_word_stem'), django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass(models.F('word'), name='gist_trgm_ops'), name='catalog_word_trigrams')],
                'constraints': [models.UniqueConstraint(fields=('language', 'word'), name='catalog_word_once')],
            },
        ),
    ]
