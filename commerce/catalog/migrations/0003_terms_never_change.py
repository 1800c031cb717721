"""The database itself keeps a plan's terms as they were written: subscribers agreed to them."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION catalog_terms_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- All that may ever be written into a version is when it was published.
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'catalog_planversion' THEN
        IF OLD.published_at IS NULL
           AND to_jsonb(NEW) - 'published_at' = to_jsonb(OLD) - 'published_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'terms of a plan never change: write a new version'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'catalog_terms_never_change';
END $$;

CREATE TRIGGER catalog_planversion_never_changes
    BEFORE UPDATE OR DELETE ON catalog_planversion
    FOR EACH ROW EXECUTE FUNCTION catalog_terms_never_change();

CREATE TRIGGER catalog_planprice_never_changes
    BEFORE UPDATE OR DELETE ON catalog_planprice
    FOR EACH ROW EXECUTE FUNCTION catalog_terms_never_change();
"""

ALLOW = """
DROP TRIGGER catalog_planprice_never_changes ON catalog_planprice;
DROP TRIGGER catalog_planversion_never_changes ON catalog_planversion;
DROP FUNCTION catalog_terms_never_change();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_tables")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
