"""What was sold, to whom, and whether its prices include tax."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import commerce.shared.fields
import commerce.shared.ids


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0009_rows_that_staff_look_for'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='checkout',
            name='billing_checkout_total_is_the_sum',
        ),
        migrations.RemoveConstraint(
            model_name='checkoutline',
            name='billing_checkoutline_total_is_the_sum',
        ),
        migrations.RemoveConstraint(
            model_name='invoiceline',
            name='billing_invoiceline_sums_up',
        ),
        migrations.RemoveConstraint(
            model_name='order',
            name='billing_order_total_is_the_sum',
        ),
        migrations.RemoveConstraint(
            model_name='orderline',
            name='billing_orderline_total_is_the_sum',
        ),
        migrations.AddField(
            model_name='checkout',
            name='prices_include_tax',
            field=models.BooleanField(default=False, help_text='Gross: tax is a part of the prices, and not added to them.'),
        ),
        migrations.AddField(
            model_name='checkoutline',
            name='prices_include_tax',
            field=models.BooleanField(default=False, help_text="As its checkout's."),
        ),
        migrations.AddField(
            model_name='customer',
            name='customer_group',
            field=models.CharField(blank=True, default='', help_text="Whose prices they pay: the catalog's price lists know the name.", max_length=60),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='prices_include_tax',
            field=models.BooleanField(default=False, help_text='Unit price and discount are gross; net is what is left of them.'),
        ),
        migrations.AddField(
            model_name='order',
            name='prices_include_tax',
            field=models.BooleanField(default=False, help_text='Gross: tax is a part of the prices, and not added to them.'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='prices_include_tax',
            field=models.BooleanField(default=False, help_text="As its order's."),
        ),
        migrations.AddField(
            model_name='subscription',
            name='prices_include_tax',
            field=models.BooleanField(default=False, help_text='Gross: tax is a part of the price, and not added to it.'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('prices_include_tax', False), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('items_minor'), '-', models.F('discount_minor')), '+', models.F('delivery_minor')), '+', models.F('tax_minor')))), models.Q(('prices_include_tax', True), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('items_minor'), '-', models.F('discount_minor')), '+', models.F('delivery_minor')))), _connector='OR'), name='billing_checkout_total_is_the_sum'),
        ),
        migrations.AddConstraint(
            model_name='checkoutline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('prices_include_tax', False), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unit_price_minor'), '*', models.F('quantity')), '-', models.F('discount_minor')), '+', models.F('tax_minor')))), models.Q(('prices_include_tax', True), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unit_price_minor'), '*', models.F('quantity')), '-', models.F('discount_minor')))), _connector='OR'), name='billing_checkoutline_total_is_the_sum'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('total_minor', django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('tax_minor'))), models.Q(models.Q(('net_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unit_price_minor'), '*', models.F('quantity')), '-', models.F('discount_minor'))), ('prices_include_tax', False)), models.Q(('prices_include_tax', True), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unit_price_minor'), '*', models.F('quantity')), '-', models.F('discount_minor')))), _connector='OR')), name='billing_invoiceline_sums_up'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('prices_include_tax', False), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('items_minor'), '-', models.F('discount_minor')), '+', models.F('delivery_minor')), '+', models.F('tax_minor')))), models.Q(('prices_include_tax', True), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('items_minor'), '-', models.F('discount_minor')), '+', models.F('delivery_minor')))), _connector='OR'), name='billing_order_total_is_the_sum'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('prices_include_tax', False), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unit_price_minor'), '*', models.F('quantity')), '-', models.F('discount_minor')), '+', models.F('tax_minor')))), models.Q(('prices_include_tax', True), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unit_price_minor'), '*', models.F('quantity')), '-', models.F('discount_minor')))), _connector='OR'), name='billing_orderline_total_is_the_sum'),
        ),
        migrations.AddField(
            model_name='checkoutline',
            name='contents',
            field=models.JSONField(default=list, help_text='Of a bundle: what is in one unit.'),
        ),
        migrations.AddField(
            model_name='checkoutline',
            name='grants',
            field=models.JSONField(default=list, help_text='Access that one unit gives.'),
        ),
        migrations.AddField(
            model_name='checkoutline',
            name='made_to_order_days',
            field=models.PositiveSmallIntegerField(help_text='It is made once it is sold; NULL: it is in stock.', null=True),
        ),
        migrations.AddField(
            model_name='orderline',
            name='grants',
            field=models.JSONField(default=list, help_text='Access that one unit gives, once paid.'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='is_bundle',
            field=models.BooleanField(default=False, help_text='Delivered as its components.'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='made_to_order_days',
            field=models.PositiveSmallIntegerField(help_text='It is made once it is sold; NULL: it is in stock.', null=True),
        ),
        migrations.CreateModel(
            name='OrderLineComponent',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('sku', models.CharField(max_length=100)),
                ('variant_id', commerce.shared.fields.ReferenceField('catalog.Variant')),
                ('title', models.CharField(max_length=300)),
                ('per_bundle', models.PositiveIntegerField(help_text='Units in one bundle.')),
                ('quantity', models.PositiveIntegerField(help_text='Units in all bundles of the line.')),
                ('requires_shipping', models.BooleanField()),
                ('quantity_dispatched', models.PositiveIntegerField(default=0)),
                ('quantity_canceled', models.PositiveIntegerField(default=0)),
                ('quantity_returned', models.PositiveIntegerField(default=0)),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='components', to='billing.orderline')),
            ],
            options={
                'ordering': ('order_line', 'position'),
                'constraints': [models.UniqueConstraint(fields=('order_line', 'position'), name='billing_orderlinecomponent_position'), models.CheckConstraint(condition=models.Q(('per_bundle__gt', 0), ('quantity__gte', models.F('per_bundle'))), name='billing_orderlinecomponent_quantity_possible'), models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('quantity_dispatched'), '+', models.F('quantity_canceled')))), name='billing_orderlinecomponent_units_accounted_for'), models.CheckConstraint(condition=models.Q(('quantity_returned__lte', models.F('quantity_dispatched'))), name='billing_orderlinecomponent_returned_after_dispatch')],
            },
        ),
    ]
