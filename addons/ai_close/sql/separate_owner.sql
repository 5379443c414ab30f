-- A database role of its own for the audit trail: run by a PostgreSQL superuser, not by Odoo.  See docs/watch.md.
--
--   psql -d DATABASE -v odoo_role=odoo -v step=shut -f separate_owner.sql     take them from Odoo's role
--   psql -d DATABASE -v odoo_role=odoo -v step=open -f separate_owner.sql     give them back, before an update
--
-- Both steps can be repeated.  Tables that Odoo only appends to change their owner; so do all our functions, and an
-- event trigger keeps everybody but a superuser from dropping or switching off a trigger of ours.
\set ON_ERROR_STOP on
BEGIN;
SELECT set_config('ai_close.odoo_role', :'odoo_role', true), set_config('ai_close.step', :'step', true);

DO $script$
DECLARE
    odoo text := current_setting('ai_close.odoo_role');
    step text := current_setting('ai_close.step');
    keeper text := 'ai_close_keeper';
    heir text;
    one record;
BEGIN
    IF step NOT IN ('open', 'shut') THEN
        RAISE EXCEPTION 'step is open or shut, not %', step;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = odoo) THEN
        RAISE EXCEPTION 'there is no role %', odoo;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = keeper) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', keeper);
    END IF;
    heir := CASE step WHEN 'shut' THEN keeper ELSE odoo END;
    DROP EVENT TRIGGER IF EXISTS ai_close_keeps_altered;
    DROP EVENT TRIGGER IF EXISTS ai_close_keeps_dropped;
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA public TO %I', keeper);

    FOR one IN
        SELECT rel.oid, rel.relname FROM pg_class rel
         WHERE rel.relnamespace = 'public'::regnamespace AND rel.relkind = 'r'
           AND rel.relname IN ('ai_close_audit', 'ai_close_audit_seal', 'ai_close_audit_membership', 'ai_close_snapshot',
                               'ai_close_snapshot_line', 'ai_close_snapshot_account', 'ai_close_snapshot_settings')
    LOOP
        -- the sequence of an id column goes with its table
        EXECUTE format('ALTER TABLE public.%I OWNER TO %I', one.relname, heir);
        IF step = 'shut' THEN
            EXECUTE format('REVOKE ALL ON public.%I FROM %I', one.relname, odoo);
            EXECUTE format('GRANT SELECT, INSERT ON public.%I TO %I', one.relname, odoo);
        END IF;
    END LOOP;
    IF step = 'shut' THEN
        FOR one IN
            SELECT seq.relname FROM pg_class seq
              JOIN pg_depend dep ON dep.objid = seq.oid AND dep.deptype IN ('a', 'i')
              JOIN pg_class rel ON rel.oid = dep.refobjid
             WHERE seq.relkind = 'S' AND seq.relnamespace = 'public'::regnamespace
               AND pg_get_userbyid(rel.relowner) = keeper
        LOOP
            EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE public.%I TO %I', one.relname, odoo);
        END LOOP;
    END IF;
    FOR one IN
        SELECT proc.oid::regprocedure::text AS signature FROM pg_proc proc
         WHERE proc.pronamespace = 'public'::regnamespace AND proc.proname LIKE 'ai\_close\_%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', one.signature, heir);
    END LOOP;
END
$script$;

-- Not named ai_close_*: the add-on's own uninstallation must not meet what it may not drop.
CREATE OR REPLACE FUNCTION keep_ai_close_altered() RETURNS event_trigger LANGUAGE plpgsql AS $body$
DECLARE
    off text;
BEGIN
    SELECT string_agg(tg.tgname, ', ') INTO off
      FROM pg_trigger tg WHERE tg.tgname LIKE 'ai\_close\_%' AND tg.tgenabled <> 'O';
    IF off IS NOT NULL AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
        RAISE EXCEPTION 'Triggers of AI Close are not switched off: %', off USING ERRCODE = '42501';
    END IF;
END
$body$;

CREATE OR REPLACE FUNCTION keep_ai_close_dropped() RETURNS event_trigger LANGUAGE plpgsql AS $body$
DECLARE
    gone text;
BEGIN
    SELECT string_agg(dropped.object_identity, ', ') INTO gone
      FROM pg_event_trigger_dropped_objects() dropped
     WHERE dropped.object_type = 'trigger' AND dropped.object_identity LIKE 'ai\_close\_%'
       AND dropped.schema_name IS DISTINCT FROM 'ai_close_probe'
       AND dropped.object_identity NOT LIKE '% on ai\_close\_probe.%';
    IF gone IS NOT NULL AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
        RAISE EXCEPTION 'Triggers of AI Close are not dropped: %', gone USING ERRCODE = '42501';
    END IF;
END
$body$;

SELECT current_setting('ai_close.step') = 'shut' AS shut \gset
\if :shut
CREATE EVENT TRIGGER ai_close_keeps_altered ON ddl_command_end WHEN TAG IN ('ALTER TABLE')
    EXECUTE FUNCTION keep_ai_close_altered();
CREATE EVENT TRIGGER ai_close_keeps_dropped ON sql_drop EXECUTE FUNCTION keep_ai_close_dropped();
\else
DROP FUNCTION keep_ai_close_altered();
DROP FUNCTION keep_ai_close_dropped();
\endif
COMMIT;
