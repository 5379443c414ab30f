-- Which event stands in which block: insert-only, like the blocks themselves.  See models/close_audit_seal.py.
CREATE TABLE IF NOT EXISTS ai_close_audit_membership (
    audit_id integer PRIMARY KEY,
    seal_id integer NOT NULL,
    position integer NOT NULL,
    leaf text NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS ai_close_audit_membership_place
    ON ai_close_audit_membership (seal_id, position);

DROP TRIGGER IF EXISTS ai_close_seal_no_change ON ai_close_audit_seal;
CREATE TRIGGER ai_close_seal_no_change BEFORE UPDATE OR DELETE ON ai_close_audit_seal
    FOR EACH ROW EXECUTE FUNCTION ai_close_refuse_audit_change();
DROP TRIGGER IF EXISTS ai_close_seal_no_truncate ON ai_close_audit_seal;
CREATE TRIGGER ai_close_seal_no_truncate BEFORE TRUNCATE ON ai_close_audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ai_close_refuse_audit_change();

DROP TRIGGER IF EXISTS ai_close_membership_no_change ON ai_close_audit_membership;
CREATE TRIGGER ai_close_membership_no_change BEFORE UPDATE OR DELETE ON ai_close_audit_membership
    FOR EACH ROW EXECUTE FUNCTION ai_close_refuse_audit_change();
DROP TRIGGER IF EXISTS ai_close_membership_no_truncate ON ai_close_audit_membership;
CREATE TRIGGER ai_close_membership_no_truncate BEFORE TRUNCATE ON ai_close_audit_membership
    FOR EACH STATEMENT EXECUTE FUNCTION ai_close_refuse_audit_change();
