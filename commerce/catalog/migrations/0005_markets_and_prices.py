"""Markets and their countries, price lists, tiers, prices that are announced beside another."""

import commerce.catalog.pricing.models
import commerce.shared.fields
import commerce.shared.ids
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django_fsm
import uuid
from django.db import migrations, models


# A country's currency is its market's; a list's is its market's; a price's is its list's. And a
# product is published in markets that there are.
TRUE_REFERENCES = """
ALTER TABLE catalog_marketcountry ADD CONSTRAINT catalog_country_in_currency_of_market
    FOREIGN KEY (market_id, currency) REFERENCES catalog_market (id, currency)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE catalog_pricelist ADD CONSTRAINT catalog_pricelist_in_currency_of_market
    FOREIGN KEY (market_id, currency) REFERENCES catalog_market (id, currency)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE catalog_price ADD CONSTRAINT catalog_price_in_currency_of_list
    FOREIGN KEY (price_list_id, currency) REFERENCES catalog_pricelist (id, currency)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE catalog_productpublication ADD CONSTRAINT catalog_publication_in_known_market
    FOREIGN KEY (market_code) REFERENCES catalog_market (code)
    DEFERRABLE INITIALLY DEFERRED;
"""
LOOSE_REFERENCES = """
ALTER TABLE catalog_productpublication DROP CONSTRAINT catalog_publication_in_known_market;
ALTER TABLE catalog_price DROP CONSTRAINT catalog_price_in_currency_of_list;
ALTER TABLE catalog_pricelist DROP CONSTRAINT catalog_pricelist_in_currency_of_market;
ALTER TABLE catalog_marketcountry DROP CONSTRAINT catalog_country_in_currency_of_market;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_products'),
    ]

    operations = [
        migrations.CreateModel(
            name='Market',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('currency', commerce.shared.fields.CurrencyField(max_length=3)),
                ('locale', models.CharField(help_text='BCP 47: en-US.', max_length=35)),
                ('prices_include_tax', models.BooleanField(default=False, help_text='Gross: tax is a part of the price, and not added to it.')),
                ('is_default', models.BooleanField(default=False, help_text='For whoever asks by the currency, or from a country of no market.')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='MarketCountry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(help_text='ISO 3166-1 alpha-2.', max_length=2)),
                ('currency', commerce.shared.fields.CurrencyField(help_text='Of its market: a foreign key of both keeps it so.', max_length=3)),
            ],
            options={
                'ordering': ('country',),
            },
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('currency', commerce.shared.fields.CurrencyField(max_length=3)),
                ('customer_group', models.CharField(blank=True, default='', help_text='Empty: everybody.', max_length=60)),
                ('priority', models.SmallIntegerField(default=0, help_text='The highest is asked first.')),
                ('valid_from', models.DateTimeField(help_text='Empty: as soon as it is active.', null=True)),
                ('valid_until', models.DateTimeField(help_text='Exclusive; empty: until further notice.', null=True)),
                ('status', django_fsm.FSMField(choices=[('draft', 'Draft'), ('active', 'Active'), ('ended', 'Ended')], default='draft', max_length=50, protected=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('activated_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('code',),
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AlterModelOptions(
            name='price',
            options={'ordering': ('variant', 'currency', 'price_list', 'min_quantity', 'valid_from')},
        ),
        migrations.RemoveConstraint(
            model_name='price',
            name='catalog_price_starts_once',
        ),
        migrations.RemoveConstraint(
            model_name='price',
            name='catalog_price_one_at_a_time',
        ),
        migrations.AddField(
            model_name='price',
            name='compare_at_minor',
            field=models.BigIntegerField(help_text='The regular price that this one is announced beside.', null=True),
        ),
        migrations.AddField(
            model_name='price',
            name='min_quantity',
            field=models.PositiveIntegerField(default=1, help_text='It holds for each unit from so many on.'),
        ),
        migrations.AddConstraint(
            model_name='market',
            constraint=models.UniqueConstraint(fields=('code',), name='catalog_market_code_once'),
        ),
        migrations.AddConstraint(
            model_name='market',
            constraint=models.UniqueConstraint(fields=('id', 'currency'), name='catalog_market_of_currency'),
        ),
        migrations.AddConstraint(
            model_name='market',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('currency',), name='catalog_market_one_default'),
        ),
        migrations.AddField(
            model_name='marketcountry',
            name='market',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='countries', to='catalog.market'),
        ),
        migrations.AddField(
            model_name='pricelist',
            name='market',
            field=models.ForeignKey(help_text='Empty: every market.', null=True, on_delete=django.db.models.deletion.PROTECT, to='catalog.market'),
        ),
        migrations.AddField(
            model_name='price',
            name='price_list',
            field=models.ForeignKey(db_index=False, help_text='Empty: the base price, for whom no list has another.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='catalog.pricelist'),
        ),
        migrations.AddIndex(
            model_name='price',
            index=models.Index(condition=models.Q(('price_list__isnull', False)), fields=['price_list'], name='catalog_price_of_list'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(fields=('variant', 'currency', 'price_list', 'min_quantity', 'valid_from'), name='catalog_price_starts_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('variant', '='), ('currency', '='), (django.db.models.functions.comparison.Coalesce('price_list', models.Value(uuid.UUID('00000000-0000-0000-0000-000000000000'), output_field=models.UUIDField())), '='), ('min_quantity', '='), (commerce.catalog.pricing.models.TsTzRange('valid_from', 'valid_until', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='catalog_price_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('min_quantity__gte', 1), ('min_quantity__lte', 1000000)), name='catalog_price_tier_sane'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('compare_at_minor', None), models.Q(('compare_at_minor__gt', models.F('amount_minor')), ('compare_at_minor__lte', 1000000000000)), _connector='OR'), name='catalog_price_compared_with_more'),
        ),
        migrations.AddConstraint(
            model_name='marketcountry',
            constraint=models.UniqueConstraint(fields=('country', 'currency'), name='catalog_country_once_in_currency'),
        ),
        migrations.AddConstraint(
            model_name='marketcountry',
            constraint=models.UniqueConstraint(fields=('market', 'country'), name='catalog_country_once_in_market'),
        ),
        migrations.AddConstraint(
            model_name='marketcountry',
            constraint=models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='catalog_country_shape'),
        ),
        migrations.AddConstraint(
            model_name='pricelist',
            constraint=models.UniqueConstraint(fields=('code',), name='catalog_pricelist_code_once'),
        ),
        migrations.AddConstraint(
            model_name='pricelist',
            constraint=models.UniqueConstraint(fields=('id', 'currency'), name='catalog_pricelist_of_currency'),
        ),
        migrations.AddConstraint(
            model_name='pricelist',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'active', 'ended'])), name='catalog_pricelist_status_known'),
        ),
        migrations.AddConstraint(
            model_name='pricelist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activated_at', None), ('ended_at', None), ('status', 'draft')), models.Q(('activated_at__isnull', False), ('ended_at', None), ('status', 'active')), models.Q(('ended_at__isnull', False), ('status', 'ended')), _connector='OR'), name='catalog_pricelist_dates_fit_status'),
        ),
        migrations.AddConstraint(
            model_name='pricelist',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_until', None), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='catalog_pricelist_window_runs_forward'),
        ),
        migrations.RunSQL(TRUE_REFERENCES, LOOSE_REFERENCES),
    ]
