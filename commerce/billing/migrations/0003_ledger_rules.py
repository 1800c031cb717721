"""The ledger's promises, kept by the database for whoever writes.

Checked when the transaction commits, because entries arrive one after the other. A superuser can
switch triggers off; the application must not be one, nor own the tables, in production.
"""

from django.db import migrations

BALANCED = """
CREATE FUNCTION billing_ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    legs bigint;
    unbalanced text;
BEGIN
    IF TG_TABLE_NAME = 'billing_transaction' THEN checked := NEW.id;
    ELSE checked := NEW.transaction_id; END IF;

    SELECT sum(n), string_agg(currency || ' ' || total, ', ') FILTER (WHERE total <> 0)
      INTO legs, unbalanced
      FROM (SELECT currency, count(*) AS n, sum(amount_minor) AS total
              FROM billing_entry WHERE transaction_id = checked GROUP BY currency) AS by_currency;

    IF coalesce(legs, 0) < 2 THEN
        RAISE EXCEPTION 'ledger transaction % has fewer than two entries', checked
              USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_ledger_has_two_entries';
    END IF;
    IF unbalanced IS NOT NULL THEN
        RAISE EXCEPTION 'ledger transaction % does not balance: %', checked, unbalanced
              USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_ledger_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER billing_transaction_balances
    AFTER INSERT ON billing_transaction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_balanced();

CREATE CONSTRAINT TRIGGER billing_entry_balances
    AFTER INSERT ON billing_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_balanced();
"""

APPEND_ONLY = """
CREATE FUNCTION billing_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: reverse the transaction instead', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'restrict_violation', CONSTRAINT = 'billing_ledger_append_only';
END $$;

CREATE TRIGGER billing_transaction_append_only
    BEFORE UPDATE OR DELETE ON billing_transaction
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE TRIGGER billing_entry_append_only
    BEFORE UPDATE OR DELETE ON billing_entry
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE TRIGGER billing_transaction_no_truncate
    BEFORE TRUNCATE ON billing_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE TRIGGER billing_entry_no_truncate
    BEFORE TRUNCATE ON billing_entry
    FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_tables")]

    operations = [
        migrations.RunSQL(
            BALANCED,
            "DROP TRIGGER billing_entry_balances ON billing_entry;"
            "DROP TRIGGER billing_transaction_balances ON billing_transaction;"
            "DROP FUNCTION billing_ledger_is_balanced();",
        ),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER billing_entry_no_truncate ON billing_entry;"
            "DROP TRIGGER billing_transaction_no_truncate ON billing_transaction;"
            "DROP TRIGGER billing_entry_append_only ON billing_entry;"
            "DROP TRIGGER billing_transaction_append_only ON billing_transaction;"
            "DROP FUNCTION billing_ledger_is_append_only();",
        ),
    ]
