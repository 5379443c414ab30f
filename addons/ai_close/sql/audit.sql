-- ai_close_audit is append-only, for everybody who does not own the table's triggers.
-- Triggers go before functions: a function that a trigger still names can't be dropped.
CREATE OR REPLACE FUNCTION ai_close_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'The audit trail can''t be changed. [AUD001]'
        USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$body$;

DROP TRIGGER IF EXISTS ai_close_audit_no_change ON ai_close_audit;
CREATE TRIGGER ai_close_audit_no_change BEFORE UPDATE OR DELETE ON ai_close_audit
    FOR EACH ROW EXECUTE FUNCTION ai_close_refuse_audit_change();

DROP TRIGGER IF EXISTS ai_close_audit_no_truncate ON ai_close_audit;
CREATE TRIGGER ai_close_audit_no_truncate BEFORE TRUNCATE ON ai_close_audit
    FOR EACH STATEMENT EXECUTE FUNCTION ai_close_refuse_audit_change();

-- How often somebody was refused the same thing in an hour: one row, however often.
CREATE TABLE IF NOT EXISTS ai_close_refusal_tally (
    user_id integer NOT NULL,
    action text NOT NULL,
    refusal_code text NOT NULL,
    company_id integer NOT NULL,
    hour timestamp NOT NULL,
    count integer NOT NULL DEFAULT 1,
    PRIMARY KEY (user_id, action, refusal_code, company_id, hour)
) WITH (fillfactor = 50);

-- What the agent read in a run, page by page; the last page of a dataset turns it into one event.
CREATE TABLE IF NOT EXISTS ai_close_extract_page (
    run_id integer NOT NULL,
    lease text NOT NULL,
    dataset text NOT NULL,
    after bigint NOT NULL,
    rows integer NOT NULL,
    noted_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    PRIMARY KEY (run_id, lease, dataset, after)
);
