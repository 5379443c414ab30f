-- Lock dates and their exceptions change by an approved request only, whoever writes and however.
-- Rows, not statements: these tables are small, and each change has its own request and its own event.

-- The canonical JSON of a flat object: sorted keys, no blanks, UTF-8; the same bytes as kernel/canonical.py.
CREATE OR REPLACE FUNCTION ai_close_canonical(content json) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
    SELECT '{' || string_agg(to_json(key)::text || ':' || value::text, ',' ORDER BY key COLLATE "C") || '}'
      FROM json_each(content)
$body$;

-- Append one event as models/close_audit.py does.  Who acts is told by our own code for the moment of its
-- write (ai_close.uid); of anybody else only the role of the database is known.
CREATE OR REPLACE FUNCTION ai_close_append_event(
    act text, company integer, about text, about_id integer, about_name text, former json, later json
) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    event ai_close_audit%ROWTYPE;
    uid integer := nullif(current_setting('ai_close.uid', true), '')::integer;
BEGIN
    event.id := nextval(pg_get_serial_sequence('ai_close_audit', 'id'));
    event.event_at := clock_timestamp() AT TIME ZONE 'UTC';
    event.format := 1;
    event.action := act;
    event.company_id := company;
    event.model := about;
    event.res_id := about_id;
    event.res_name := left(about_name, 200);
    event.before := ai_close_canonical(former);
    event.after := ai_close_canonical(later);
    event.user_login := session_user;
    IF uid IS NOT NULL THEN
        event.user_id := uid;
        event.role := nullif(current_setting('ai_close.role', true), '');
        SELECT person.login, partner.name INTO event.user_login, event.user_name
          FROM res_users person JOIN res_partner partner ON partner.id = person.partner_id
         WHERE person.id = uid;
    END IF;
    event.digest := (
        SELECT encode(sha256(convert_to(
            '{' || string_agg(
                to_json(key)::text || ':' || CASE key
                    WHEN 'event_at' THEN to_json(to_char(event.event_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
                    ELSE value::text
                END, ',' ORDER BY key COLLATE "C") || '}', 'UTF8')), 'hex')
          FROM json_each(row_to_json(event))
         WHERE key NOT IN ('id', 'digest')
    );
    INSERT INTO ai_close_audit VALUES (event.*);
END
$body$;

-- Does AI Close guard whoever stands on this path of companies?
CREATE OR REPLACE FUNCTION ai_close_guards_path(path text) RETURNS boolean LANGUAGE sql STABLE AS $body$
    SELECT EXISTS (
        SELECT FROM res_company
         WHERE ai_close_enabled
           AND id = ANY (array_remove(string_to_array(path, '/'), '')::integer[])
    )
$body$;

CREATE OR REPLACE FUNCTION ai_close_lock_date_check() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    which text;
    former date;
    later date;
    before_row jsonb;
    after_row jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.fiscalyear_lock_date, NEW.tax_lock_date, NEW.sale_lock_date, NEW.purchase_lock_date, NEW.hard_lock_date)
            IS NOT DISTINCT FROM
           (OLD.fiscalyear_lock_date, OLD.tax_lock_date, OLD.sale_lock_date, OLD.purchase_lock_date, OLD.hard_lock_date)
        THEN
            RETURN NULL;
        END IF;
        -- who leaves the guard in the same statement is still guarded
        IF NOT coalesce(OLD.ai_close_enabled OR NEW.ai_close_enabled, false)
            AND NOT ai_close_guards_path(concat(OLD.parent_path, '/', NEW.parent_path))
        THEN
            RETURN NULL;
        END IF;
        before_row := to_jsonb(OLD);
    ELSE
        IF num_nonnulls(NEW.fiscalyear_lock_date, NEW.tax_lock_date, NEW.sale_lock_date, NEW.purchase_lock_date,
                        NEW.hard_lock_date) = 0
        THEN
            RETURN NULL;
        END IF;
        -- a new company does not stand on its path yet
        IF NOT coalesce(NEW.ai_close_enabled, false)
            AND NOT coalesce(ai_close_guards_path((SELECT parent_path FROM res_company WHERE id = NEW.parent_id)), false)
        THEN
            RETURN NULL;
        END IF;
        before_row := '{}';
    END IF;
    after_row := to_jsonb(NEW);
    FOREACH which IN ARRAY ARRAY['fiscalyear_lock_date', 'tax_lock_date', 'sale_lock_date', 'purchase_lock_date',
                                 'hard_lock_date']
    LOOP
        former := before_row ->> which;
        later := after_row ->> which;
        CONTINUE WHEN former IS NOT DISTINCT FROM later;
        IF later IS NULL OR later < former THEN
            RAISE EXCEPTION 'A lock date never moves back. [LCK004]'
                USING ERRCODE = '23514', TABLE = 'res_company', CONSTRAINT = 'ai_close_lock_date_forward';
        END IF;
        IF NOT EXISTS (
            SELECT FROM ai_close_lock request
             WHERE request.kind = 'lock' AND request.state = 'approved' AND request.company_id = NEW.id
               AND request.field = which AND request.date_old IS NOT DISTINCT FROM former
               AND request.date_new = later
        ) THEN
            RAISE EXCEPTION 'Lock dates of this company change by an approved request only. [LCK006]'
                USING ERRCODE = '23514', TABLE = 'res_company', CONSTRAINT = 'ai_close_lock_date_request';
        END IF;
        PERFORM ai_close_append_event(
            'company.lock_date', NEW.id, 'res.company', NEW.id, NEW.name,
            json_build_object(which, former), json_build_object(which, later)
        );
    END LOOP;
    RETURN NULL;
END
$body$;

DROP TRIGGER IF EXISTS ai_close_company_lock_date ON res_company;
CREATE TRIGGER ai_close_company_lock_date AFTER INSERT OR UPDATE ON res_company
    FOR EACH ROW EXECUTE FUNCTION ai_close_lock_date_check();

-- An exception is made for an approved request (for one person, or for the people whom a reopen names), ends,
-- and can only end earlier.
CREATE OR REPLACE FUNCTION ai_close_lock_exception_check() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    company integer := CASE TG_OP WHEN 'INSERT' THEN NEW.company_id ELSE OLD.company_id END;
    former json;
    later json;
BEGIN
    IF NOT coalesce(ai_close_guards_path((SELECT parent_path FROM res_company WHERE id = company)), false)
        AND (TG_OP <> 'UPDATE' OR NOT coalesce(
            ai_close_guards_path((SELECT parent_path FROM res_company WHERE id = NEW.company_id)), false))
    THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A lock exception is revoked, never deleted. [LCK006]'
            USING ERRCODE = '23514', TABLE = 'account_lock_exception', CONSTRAINT = 'ai_close_lock_exception_kept';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT FROM ai_close_lock request
         WHERE request.state = 'approved' AND request.company_id = NEW.company_id
           AND request.field = NEW.lock_date_field AND request.date_old = NEW.company_lock_date
           AND request.date_new = NEW.lock_date AND request.exception_until = NEW.end_datetime
           AND (request.kind = 'exception' AND request.exception_user_id = NEW.user_id
                OR request.kind = 'reopen' AND request.id = NEW.ai_close_lock_id AND EXISTS (
                    SELECT FROM ai_close_reopen_user named
                     WHERE named.lock_id = request.id AND named.user_id = NEW.user_id))
    ) THEN
        RAISE EXCEPTION 'Exceptions to a lock of this company are made by an approved request only. [LCK006]'
            USING ERRCODE = '23514', TABLE = 'account_lock_exception', CONSTRAINT = 'ai_close_lock_exception_request';
    END IF;
    later := json_build_object(
        'active', NEW.active, 'lock_date', NEW.lock_date, 'lock_date_field', NEW.lock_date_field,
        'company_lock_date', NEW.company_lock_date, 'user_id', NEW.user_id,
        'end_datetime', to_char(NEW.end_datetime, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
    IF TG_OP = 'INSERT' THEN
        PERFORM ai_close_append_event('lock_exception.create', NEW.company_id, 'account.lock_exception', NEW.id,
                                      NEW.reason, NULL, later);
        RETURN NULL;
    END IF;
    IF (NEW.id, NEW.company_id, NEW.user_id, NEW.lock_date_field, NEW.lock_date, NEW.company_lock_date,
        NEW.ai_close_lock_id)
        IS DISTINCT FROM
       (OLD.id, OLD.company_id, OLD.user_id, OLD.lock_date_field, OLD.lock_date, OLD.company_lock_date,
        OLD.ai_close_lock_id)
        OR (NEW.active IS NOT FALSE AND OLD.active IS FALSE)
        OR coalesce(NEW.end_datetime, 'infinity') > coalesce(OLD.end_datetime, 'infinity')
    THEN
        RAISE EXCEPTION 'A lock exception is revoked, never changed. [LCK006]'
            USING ERRCODE = '23514', TABLE = 'account_lock_exception', CONSTRAINT = 'ai_close_lock_exception_kept';
    END IF;
    IF (NEW.active, NEW.end_datetime) IS DISTINCT FROM (OLD.active, OLD.end_datetime) THEN
        former := json_build_object(
            'active', OLD.active, 'end_datetime', to_char(OLD.end_datetime, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
        PERFORM ai_close_append_event('lock_exception.revoke', NEW.company_id, 'account.lock_exception', NEW.id,
                                      NEW.reason, former, later);
        -- Who began while the exception held has to begin again: see models/gate.py.
        UPDATE ai_close_gate SET epoch = epoch + 1
         WHERE company_id = ANY (ai_close_guarded(ARRAY[NEW.company_id]));
    END IF;
    RETURN NULL;
END
$body$;

DROP TRIGGER IF EXISTS ai_close_lock_exception ON account_lock_exception;
CREATE TRIGGER ai_close_lock_exception AFTER INSERT OR UPDATE OR DELETE ON account_lock_exception
    FOR EACH ROW EXECUTE FUNCTION ai_close_lock_exception_check();
