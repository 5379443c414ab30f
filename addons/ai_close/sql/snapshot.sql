-- What the books said at each lock, and how the settings were.  Plain tables without foreign keys: a snapshot
-- outlives what it speaks of.  See models/close_snapshot.py and models/close_watch_settings.py.
CREATE TABLE IF NOT EXISTS ai_close_snapshot (
    id bigserial PRIMARY KEY,
    company_id integer NOT NULL,
    kind text NOT NULL,
    lock_id integer,
    date_to date NOT NULL,
    lines bigint NOT NULL,
    digest text NOT NULL,
    taken_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    taken_by integer NOT NULL
);
CREATE INDEX IF NOT EXISTS ai_close_snapshot_company ON ai_close_snapshot (company_id, id);

-- A line is written again only when it is new or differs from its last row; digest NULL: it was gone.
CREATE TABLE IF NOT EXISTS ai_close_snapshot_line (
    company_root integer NOT NULL,
    line_id integer NOT NULL,
    snapshot_id bigint NOT NULL,
    move_id integer,
    account_id integer,
    company_id integer,
    journal_id integer,
    date date,
    parent_state text,
    balance numeric,
    amount_currency numeric,
    currency_id integer,
    partner_id integer,
    number text,
    ref text,
    label_digest text,
    taxes text,
    analytic text,
    digest bytea,
    PRIMARY KEY (company_root, line_id, snapshot_id)
);

CREATE TABLE IF NOT EXISTS ai_close_snapshot_account (
    snapshot_id bigint NOT NULL,
    account_id integer NOT NULL,
    account_type text,
    lines bigint NOT NULL,
    balance numeric NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (snapshot_id, account_id)
);

CREATE TABLE IF NOT EXISTS ai_close_snapshot_settings (
    id bigserial PRIMARY KEY,
    company_id integer NOT NULL,
    kind text NOT NULL,
    lock_id integer,
    content text NOT NULL,
    digest text NOT NULL,
    taken_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    taken_by integer NOT NULL
);
CREATE INDEX IF NOT EXISTS ai_close_snapshot_settings_company ON ai_close_snapshot_settings (company_id, id);

CREATE OR REPLACE FUNCTION ai_close_refuse_snapshot_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'A snapshot of the books can''t be changed. [AUD001]'
        USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, CONSTRAINT = 'ai_close_snapshot_append_only';
END
$body$;
