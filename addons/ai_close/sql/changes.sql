-- The change log of what companies share, or of what stands in other tables than its own.
-- A change without a company is news for every company.
ALTER TABLE ai_close_change ALTER COLUMN company_id DROP NOT NULL;

-- Partners, accounts, products...: any company may use them.  The second argument names columns that change
-- by themselves (counters, stamps) and mean nothing to a reader.
CREATE OR REPLACE FUNCTION ai_close_note_shared() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    ignored text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    IF NOT EXISTS (SELECT 1 FROM res_company WHERE ai_close_enabled) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ai_close_change (model, res_id) SELECT TG_ARGV[0], touched.id FROM new_rows touched;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO ai_close_change (model, res_id) SELECT TG_ARGV[0], touched.id FROM old_rows touched;
    ELSE
        INSERT INTO ai_close_change (model, res_id)
        SELECT TG_ARGV[0], touched.id
          FROM new_rows touched JOIN old_rows former ON former.id = touched.id
         WHERE (to_jsonb(touched) - ignored) IS DISTINCT FROM (to_jsonb(former) - ignored);
    END IF;
    RETURN NULL;
END
$body$;

-- Journal items tell the commercial partner behind theirs: when that one changes, they read differently.
CREATE OR REPLACE FUNCTION ai_close_note_family() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO ai_close_change (model, res_id, company_id)
    SELECT 'account.move.line', line.id, line.company_id
      FROM new_rows touched
      JOIN old_rows former ON former.id = touched.id
       AND former.commercial_partner_id IS DISTINCT FROM touched.commercial_partner_id
      JOIN account_move_line line ON line.partner_id = touched.id
      JOIN res_company company ON company.id = line.company_id AND company.ai_close_enabled;
    RETURN NULL;
END
$body$;

-- Whether an entry has a document is a fact of the entry.
CREATE OR REPLACE FUNCTION ai_close_note_document() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO ai_close_change (model, res_id, company_id)
        SELECT DISTINCT 'account.move', entry.id, entry.company_id
          FROM old_rows touched
          JOIN account_move entry ON touched.res_model = 'account.move' AND entry.id = touched.res_id
          JOIN res_company company ON company.id = entry.company_id AND company.ai_close_enabled;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO ai_close_change (model, res_id, company_id)
        SELECT DISTINCT 'account.move', entry.id, entry.company_id
          FROM new_rows touched
          JOIN account_move entry ON touched.res_model = 'account.move' AND entry.id = touched.res_id
          JOIN res_company company ON company.id = entry.company_id AND company.ai_close_enabled;
    END IF;
    RETURN NULL;
END
$body$;
