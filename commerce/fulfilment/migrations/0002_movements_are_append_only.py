"""The database itself refuses to change why stock has changed."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION fulfilment_movements_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'fulfilment_stockmovement is append-only'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fulfilment_movements_are_append_only';
END $$;

CREATE TRIGGER fulfilment_movements_keep_rows
    BEFORE UPDATE OR DELETE ON fulfilment_stockmovement
    FOR EACH ROW EXECUTE FUNCTION fulfilment_movements_are_append_only();

CREATE TRIGGER fulfilment_movements_keep_table
    BEFORE TRUNCATE ON fulfilment_stockmovement
    FOR EACH STATEMENT EXECUTE FUNCTION fulfilment_movements_are_append_only();
"""

ALLOW = """
DROP TRIGGER fulfilment_movements_keep_table ON fulfilment_stockmovement;
DROP TRIGGER fulfilment_movements_keep_rows ON fulfilment_stockmovement;
DROP FUNCTION fulfilment_movements_are_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0001_tables")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
