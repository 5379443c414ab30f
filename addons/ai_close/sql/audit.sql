-- ai_close_audit is append-only, for everybody who does not own the table's triggers.
-- Triggers go before functions: a function that a trigger still names can't be dropped.
CREATE OR REPLACE FUNCTION ai_close_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'The audit trail can''t be changed. [AUD001]'
        USING ERRCODE = '23514', TABLE = 'ai_close_audit', CONSTRAINT = 'ai_close_audit_append_only';
END
$body$;

DROP TRIGGER IF EXISTS ai_close_audit_no_change ON ai_close_audit;
CREATE TRIGGER ai_close_audit_no_change BEFORE UPDATE OR DELETE ON ai_close_audit
    FOR EACH ROW EXECUTE FUNCTION ai_close_refuse_audit_change();

DROP TRIGGER IF EXISTS ai_close_audit_no_truncate ON ai_close_audit;
CREATE TRIGGER ai_close_audit_no_truncate BEFORE TRUNCATE ON ai_close_audit
    FOR EACH STATEMENT EXECUTE FUNCTION ai_close_refuse_audit_change();

-- Refusals beyond ten an hour: insert-only, so that two of them never wait for each other.
CREATE TABLE IF NOT EXISTS ai_close_refusal_tally (
    user_id integer NOT NULL,
    action text NOT NULL,
    refusal_code text NOT NULL,
    hour timestamp NOT NULL,
    company_id integer
);
