"""Promotions, coupon codes and redemptions."""

import commerce.shared.fields
import commerce.shared.ids
import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
from django.db import migrations, models

# Counting uses changes the row at every order; the condition is looked at before any function runs.
KEEP_TERMS = """
CREATE FUNCTION catalog_promotion_terms_are_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'terms of a promotion never change once it is active: make another one'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'catalog_promotion_terms_are_fixed';
END $$;

CREATE TRIGGER catalog_promotion_keeps_its_terms
    BEFORE UPDATE ON catalog_promotion FOR EACH ROW
    WHEN (OLD.status <> 'draft'
          AND (NEW.status = 'draft'
               OR (OLD.lane, OLD.priority, OLD."group", OLD.stops_lane, OLD.needs_code,
                   OLD.currency, OLD.terms)
                  IS DISTINCT FROM
                  (NEW.lane, NEW.priority, NEW."group", NEW.stops_lane, NEW.needs_code,
                   NEW.currency, NEW.terms)))
    EXECUTE FUNCTION catalog_promotion_terms_are_fixed();
"""

FORGET_TERMS = """
DROP TRIGGER catalog_promotion_keeps_its_terms ON catalog_promotion;
DROP FUNCTION catalog_promotion_terms_are_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_plan_terms")]

    operations = [
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(help_text='What customers read.', max_length=150)),
                ('status', django_fsm.FSMField(choices=[('draft', 'Draft'), ('active', 'Active'), ('ended', 'Ended')], default='draft', max_length=50, protected=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('lane', models.CharField(choices=[('item', 'Item'), ('order', 'Order'), ('shipping', 'Shipping')], max_length=8)),
                ('priority', models.IntegerField(default=0, help_text='The higher comes first in its lane.')),
                ('group', models.CharField(blank=True, default='', help_text='Of those of a group, the best one counts.', max_length=60)),
                ('stops_lane', models.BooleanField(default=False, help_text='Nothing after it in its lane counts, once it has counted.')),
                ('needs_code', models.BooleanField(default=False)),
                ('currency', commerce.shared.fields.CurrencyField(help_text='Its only one; NULL: any.', max_length=3, null=True)),
                ('terms', models.JSONField()),
                ('starts_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(help_text='Exclusive; empty: until further notice.', null=True)),
                ('limit_total', models.PositiveIntegerField(null=True)),
                ('limit_per_customer', models.PositiveIntegerField(null=True)),
                ('budget_minor', models.BigIntegerField(null=True)),
                ('times_used', models.PositiveIntegerField(default=0, help_text='Held and confirmed.')),
                ('spent_minor', models.BigIntegerField(default=0, help_text='Held and confirmed, where it has one currency.')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('needs_code', False), models.Q(('status', 'draft'), _negated=True)), fields=['ends_at', 'starts_at'], name='catalog_promotion_for_all')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'active', 'ended'])), name='catalog_promotion_status_known'), models.CheckConstraint(condition=models.Q(('lane__in', ['item', 'order', 'shipping'])), name='catalog_promotion_lane_known'), models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('starts_at__isnull', False), ('status', 'active')), models.Q(('ends_at__isnull', False), ('starts_at__isnull', False), ('status', 'ended')), _connector='OR'), name='catalog_promotion_dates_fit_status'), models.CheckConstraint(condition=models.Q(('starts_at', None), ('ends_at', None), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='catalog_promotion_runs_forward'), models.CheckConstraint(condition=models.Q(('limit_total', None), ('times_used__lte', models.F('limit_total')), _connector='OR'), name='catalog_promotion_used_within_limit'), models.CheckConstraint(condition=models.Q(('spent_minor__gte', 0), models.Q(('budget_minor', None), models.Q(('currency__isnull', False), ('spent_minor__lte', models.F('budget_minor'))), _connector='OR')), name='catalog_promotion_spent_within_budget')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Coupon',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=64)),
                ('limit_total', models.PositiveIntegerField(null=True)),
                ('limit_per_customer', models.PositiveIntegerField(null=True)),
                ('times_used', models.PositiveIntegerField(default=0, help_text='Held and confirmed.')),
                ('created_at', models.DateTimeField()),
                ('disabled_at', models.DateTimeField(null=True)),
                ('promotion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='coupons', to='catalog.promotion')),
            ],
            options={
                'ordering': ('promotion', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Redemption',
            fields=[
                ('id', models.UUIDField(default=commerce.shared.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=200)),
                ('customer', models.CharField(help_text="The caller's key of who uses it.", max_length=200)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', commerce.shared.fields.CurrencyField(max_length=3)),
                ('status', django_fsm.FSMField(choices=[('held', 'Held'), ('confirmed', 'Confirmed'), ('lapsed', 'Lapsed'), ('released', 'Released')], default='held', max_length=50, protected=True)),
                ('held_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('coupon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='catalog.coupon')),
                ('promotion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='catalog.promotion')),
            ],
            options={
                'ordering': ('promotion', '-id'),
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddIndex(
            model_name='coupon',
            index=models.Index(fields=['promotion', '-id'], name='catalog_coupon_newest'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('code'), name='catalog_coupon_code_once'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Za-z0-9._-]{3,64}$')), name='catalog_coupon_code_shape'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.CheckConstraint(condition=models.Q(('limit_total', None), ('times_used__lte', models.F('limit_total')), _connector='OR'), name='catalog_coupon_used_within_limit'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(fields=['promotion', '-id'], name='catalog_redemption_newest'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(condition=models.Q(('status__in', ['held', 'confirmed'])), fields=['promotion', 'customer'], name='catalog_redemption_of_customer'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(condition=models.Q(('status', 'held')), fields=['expires_at'], name='catalog_redemption_lapsing'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['held', 'confirmed', 'lapsed', 'released'])), name='catalog_redemption_status_known'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(fields=('reference', 'promotion'), name='catalog_redemption_once'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='catalog_redemption_not_negative'),
        ),
        migrations.RunSQL(KEEP_TERMS, FORGET_TERMS),
    ]
