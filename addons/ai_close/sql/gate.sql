-- The gate: one row a company.  See models/gate.py for the protocol.
CREATE TABLE IF NOT EXISTS ai_close_gate (
    company_id integer PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS ai_close_change (
    id bigserial PRIMARY KEY,
    model text NOT NULL,
    res_id integer NOT NULL,
    company_id integer NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    noted_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
CREATE INDEX IF NOT EXISTS ai_close_change_reader ON ai_close_change (company_id, xid);
CREATE INDEX IF NOT EXISTS ai_close_change_noted_at ON ai_close_change (noted_at);

-- Companies that are guarded: enabled themselves, or below an enabled parent whose lock binds them.
CREATE OR REPLACE FUNCTION ai_close_guarded(companies integer[]) RETURNS integer[] LANGUAGE plpgsql STABLE AS $body$
BEGIN
    RETURN (
        SELECT array_agg(DISTINCT parent.id)
          FROM res_company company
         CROSS JOIN LATERAL unnest(string_to_array(trim(both '/' from company.parent_path), '/')) AS step
          JOIN res_company parent ON parent.id = step::integer AND parent.ai_close_enabled
         WHERE company.id = ANY (companies)
    );
END
$body$;

CREATE OR REPLACE FUNCTION ai_close_pass_gate(companies integer[]) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    guarded integer[];
BEGIN
    IF companies IS NULL THEN
        RETURN;
    END IF;
    guarded := ai_close_guarded(companies);
    IF guarded IS NOT NULL THEN
        -- in order, so that two posters never wait for each other
        PERFORM 1 FROM ai_close_gate WHERE company_id = ANY (guarded) ORDER BY company_id FOR SHARE;
    END IF;
END
$body$;

-- Which companies does this statement change posted data of?  Partials always settle posted lines.
CREATE OR REPLACE FUNCTION ai_close_gate_check() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    companies integer[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF TG_TABLE_NAME = 'account_move' THEN
            SELECT array_agg(DISTINCT company_id) INTO companies FROM old_rows WHERE state = 'posted';
        ELSIF TG_TABLE_NAME = 'account_move_line' THEN
            SELECT array_agg(DISTINCT company_id) INTO companies FROM old_rows WHERE parent_state = 'posted';
        ELSE
            SELECT array_agg(DISTINCT company_id) INTO companies FROM old_rows;
        END IF;
        PERFORM ai_close_pass_gate(companies);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF TG_TABLE_NAME = 'account_move' THEN
            SELECT array_agg(DISTINCT company_id) INTO companies FROM new_rows WHERE state = 'posted';
        ELSIF TG_TABLE_NAME = 'account_move_line' THEN
            SELECT array_agg(DISTINCT company_id) INTO companies FROM new_rows WHERE parent_state = 'posted';
        ELSE
            SELECT array_agg(DISTINCT company_id) INTO companies FROM new_rows;
        END IF;
        PERFORM ai_close_pass_gate(companies);
    END IF;
    RETURN NULL;
END
$body$;

-- Note who was touched, before and after: a record that changes company is news in both.
CREATE OR REPLACE FUNCTION ai_close_note_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO ai_close_change (model, res_id, company_id)
        SELECT TG_ARGV[0], touched.id, touched.company_id
          FROM old_rows touched JOIN res_company company
            ON company.id = touched.company_id AND company.ai_close_enabled;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ai_close_change (model, res_id, company_id)
        SELECT TG_ARGV[0], touched.id, touched.company_id
          FROM new_rows touched JOIN res_company company
            ON company.id = touched.company_id AND company.ai_close_enabled;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO ai_close_change (model, res_id, company_id)
        SELECT TG_ARGV[0], touched.id, touched.company_id
          FROM new_rows touched
          JOIN old_rows former ON former.id = touched.id AND former.company_id IS DISTINCT FROM touched.company_id
          JOIN res_company company ON company.id = touched.company_id AND company.ai_close_enabled;
    END IF;
    RETURN NULL;
END
$body$;

-- Every company has its row before it is enabled: a poster must find something to take.
CREATE OR REPLACE FUNCTION ai_close_new_company() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO ai_close_gate (company_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$body$;
DROP TRIGGER IF EXISTS ai_close_company_gate ON res_company;
CREATE TRIGGER ai_close_company_gate AFTER INSERT ON res_company
    FOR EACH ROW EXECUTE FUNCTION ai_close_new_company();
INSERT INTO ai_close_gate (company_id) SELECT id FROM res_company ON CONFLICT DO NOTHING;
