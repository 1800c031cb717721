"""The database itself refuses to change the audit trail."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION identity_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'identity_auditentry is append-only'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'identity_audit_is_append_only';
END $$;

CREATE TRIGGER identity_audit_keeps_rows
    BEFORE UPDATE OR DELETE ON identity_auditentry
    FOR EACH ROW EXECUTE FUNCTION identity_audit_is_append_only();

CREATE TRIGGER identity_audit_keeps_table
    BEFORE TRUNCATE ON identity_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION identity_audit_is_append_only();
"""

ALLOW = """
DROP TRIGGER identity_audit_keeps_table ON identity_auditentry;
DROP TRIGGER identity_audit_keeps_rows ON identity_auditentry;
DROP FUNCTION identity_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
