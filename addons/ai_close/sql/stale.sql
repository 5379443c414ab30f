-- What a sign-off rests on, noted as it changes: one row a statement, company, day and kind, not one a record.
-- Kinds: ledger (posted items), partner (receivable and payable items), settled (what settles those), bank
-- (bank lines), draft, finding, entry.  See models/close_dirty.py for who reads it.
CREATE TABLE IF NOT EXISTS ai_close_dirty (
    id bigserial PRIMARY KEY,
    company_id integer NOT NULL,
    close_id integer,
    date date NOT NULL,
    kind text NOT NULL,
    what text NOT NULL,
    model text NOT NULL,
    res_id integer NOT NULL,
    records integer NOT NULL DEFAULT 1,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    noted_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
-- Of the kind ledger: the accounts that were touched, as they were and as they are.
ALTER TABLE ai_close_dirty ADD COLUMN IF NOT EXISTS accounts integer[];
CREATE INDEX IF NOT EXISTS ai_close_dirty_xid ON ai_close_dirty (xid);
CREATE INDEX IF NOT EXISTS ai_close_dirty_reader ON ai_close_dirty (company_id, noted_at);

-- One row a task.  Who signs changes it, whose change touches the task shares it: neither misses the other.
CREATE TABLE IF NOT EXISTS ai_close_sign_off (
    task_id integer PRIMARY KEY,
    signatures integer NOT NULL DEFAULT 0
);

-- A change in a branch is one below each parent that is closed.
CREATE OR REPLACE FUNCTION ai_close_note_dirty(company integer, day date, kind text, what text, model text,
                                               record integer, records integer, period integer,
                                               touched integer[])
RETURNS void LANGUAGE sql AS $body$
    INSERT INTO ai_close_dirty (company_id, close_id, date, kind, what, model, res_id, records, accounts)
    SELECT closed, period, day, kind, what, model, record, records,
           (SELECT array_agg(DISTINCT each ORDER BY each) FROM unnest(touched) AS each WHERE each IS NOT NULL)
      FROM unnest(ai_close_guarded(ARRAY[company])) AS closed
$body$;

CREATE OR REPLACE FUNCTION ai_close_note_dirty(company integer, day date, kind text, what text, model text,
                                               record integer, records integer, period integer)
RETURNS void LANGUAGE sql AS $body$
    SELECT ai_close_note_dirty(company, day, kind, what, model, record, records, period, NULL)
$body$;

-- Posted items: what they say and where, never what is left open of them.
CREATE OR REPLACE FUNCTION ai_close_stale_line() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM ai_close_stale_items('added', array_agg(item.move_id), array_agg(item.company_id),
            array_agg(item.date), array_agg(item.account_id), array_agg(item.account_id),
            array_agg(item.statement_line_id IS NOT NULL), array_agg(true))
          FROM new_rows item WHERE item.parent_state = 'posted' AND item.account_id IS NOT NULL HAVING count(*) > 0;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM ai_close_stale_items('removed', array_agg(item.move_id), array_agg(item.company_id),
            array_agg(item.date), array_agg(item.account_id), array_agg(item.account_id),
            array_agg(item.statement_line_id IS NOT NULL), array_agg(true))
          FROM old_rows item WHERE item.parent_state = 'posted' AND item.account_id IS NOT NULL HAVING count(*) > 0;
    ELSE
        PERFORM ai_close_stale_items(changed.what, array_agg(changed.move_id), array_agg(changed.company_id),
            array_agg(changed.day), array_agg(changed.former), array_agg(changed.account_id),
            array_agg(changed.bank), array_agg(changed.weighs))
          FROM (
            SELECT CASE WHEN was.parent_state IS DISTINCT FROM 'posted' THEN 'posted'
                        WHEN will.parent_state IS DISTINCT FROM 'posted' THEN 'unposted' ELSE 'changed' END AS what,
                   will.move_id, will.company_id, least(was.date, will.date) AS day,
                   was.account_id AS former, will.account_id, will.statement_line_id IS NOT NULL AS bank,
                   (was.parent_state, was.date, was.move_id, was.account_id, was.company_id, was.currency_id,
                    was.balance, was.amount_currency)
                   IS DISTINCT FROM
                   (will.parent_state, will.date, will.move_id, will.account_id, will.company_id,
                    will.currency_id, will.balance, will.amount_currency) AS weighs
              FROM old_rows was JOIN new_rows will ON will.id = was.id
             WHERE (was.parent_state = 'posted' OR will.parent_state = 'posted')
               AND coalesce(was.account_id, will.account_id) IS NOT NULL
               AND (was.parent_state, was.date, was.move_id, was.account_id, was.company_id, was.currency_id,
                    was.balance, was.amount_currency, was.partner_id, was.date_maturity)
                   IS DISTINCT FROM
                   (will.parent_state, will.date, will.move_id, will.account_id, will.company_id,
                    will.currency_id, will.balance, will.amount_currency, will.partner_id, will.date_maturity)
          ) changed GROUP BY changed.what;
    END IF;
    RETURN NULL;
END
$body$;

-- ``weighs``: it changes the ledger; else only whose item it is, or when it is due.
CREATE OR REPLACE FUNCTION ai_close_stale_items(what text, moves integer[], companies integer[],
    days date[], former integer[], accounts integer[], banks boolean[], weighs boolean[])
RETURNS void LANGUAGE sql AS $body$
    WITH item AS (
        SELECT each.move, each.company, each.day, each.bank, each.weighs, each.former, each.account,
               coalesce(was.account_type IN ('asset_receivable', 'liability_payable'), false)
               OR coalesce(will.account_type IN ('asset_receivable', 'liability_payable'), false) AS owed
          FROM unnest(moves, companies, days, former, accounts, banks, weighs)
               AS each(move, company, day, former, account, bank, weighs)
          LEFT JOIN account_account was ON was.id = each.former
          LEFT JOIN account_account will ON will.id = each.account
         WHERE each.day IS NOT NULL
    )
    SELECT ai_close_note_dirty(noted.company, noted.day, noted.kind, what, 'account.move', noted.record,
                               noted.records, NULL, noted.touched)
      FROM (
        SELECT company, day, 'ledger' AS kind, min(move) AS record, count(DISTINCT move)::integer AS records,
               array_agg(DISTINCT former) || array_agg(DISTINCT account) AS touched
          FROM item WHERE item.weighs GROUP BY company, day
         UNION ALL
        SELECT company, day, 'partner', min(move), count(DISTINCT move)::integer, NULL
          FROM item WHERE owed GROUP BY company, day
         UNION ALL
        SELECT company, day, 'bank', min(move), count(DISTINCT move)::integer, NULL
          FROM item WHERE bank AND item.weighs GROUP BY company, day
      ) noted
$body$;

-- Settlements of receivables and payables, by the day from which they count.
CREATE OR REPLACE FUNCTION ai_close_stale_partial() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM ai_close_note_dirty(item.company_id, part.max_date, 'settled', 'settled', 'account.move',
                                    min(item.move_id), count(*)::integer, NULL)
          FROM new_rows part JOIN account_move_line item ON item.id = part.debit_move_id
          JOIN account_account account ON account.id = item.account_id
           AND account.account_type IN ('asset_receivable', 'liability_payable')
         WHERE part.max_date IS NOT NULL GROUP BY item.company_id, part.max_date;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM ai_close_note_dirty(part.company_id, part.max_date, 'settled', 'unsettled', 'account.move',
                                    coalesce(min(item.move_id), 0), count(*)::integer, NULL)
          FROM old_rows part LEFT JOIN account_move_line item ON item.id = part.debit_move_id
          LEFT JOIN account_account account ON account.id = item.account_id
         WHERE part.max_date IS NOT NULL
           AND (account.id IS NULL OR account.account_type IN ('asset_receivable', 'liability_payable'))
         GROUP BY part.company_id, part.max_date;
    ELSE
        PERFORM ai_close_note_dirty(will.company_id, least(was.max_date, will.max_date), 'settled', 'settled',
                                    'account.move', coalesce(min(item.move_id), 0), count(*)::integer, NULL)
          FROM old_rows was JOIN new_rows will ON will.id = was.id
          LEFT JOIN account_move_line item ON item.id = will.debit_move_id
         WHERE (was.amount, was.debit_move_id, was.credit_move_id, was.max_date)
               IS DISTINCT FROM (will.amount, will.debit_move_id, will.credit_move_id, will.max_date)
           AND coalesce(was.max_date, will.max_date) IS NOT NULL
         GROUP BY will.company_id, least(was.max_date, will.max_date);
    END IF;
    RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION ai_close_stale_bank() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM ai_close_note_dirty(line.company_id, move.date, 'bank', 'bank_added', 'account.move', min(move.id),
                                    count(*)::integer, NULL)
          FROM new_rows line JOIN account_move move ON move.id = line.move_id GROUP BY line.company_id, move.date;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM ai_close_note_dirty(line.company_id, coalesce(move.date, current_date), 'bank', 'bank_removed',
                                    'account.move', coalesce(min(move.id), 0), count(*)::integer, NULL)
          FROM old_rows line LEFT JOIN account_move move ON move.id = line.move_id
         GROUP BY line.company_id, coalesce(move.date, current_date);
    ELSE
        PERFORM ai_close_note_dirty(will.company_id, move.date, 'bank',
                                    CASE WHEN will.is_reconciled IS TRUE THEN 'bank_done' ELSE 'bank_open' END,
                                    'account.move', min(move.id), count(*)::integer, NULL)
          FROM old_rows was JOIN new_rows will ON will.id = was.id JOIN account_move move ON move.id = will.move_id
         WHERE (was.is_reconciled IS TRUE, was.amount, was.move_id)
               IS DISTINCT FROM (will.is_reconciled IS TRUE, will.amount, will.move_id)
         GROUP BY will.company_id, move.date, will.is_reconciled IS TRUE;
    END IF;
    RETURN NULL;
END
$body$;

-- Drafts that come: one that leaves the period takes nothing away from "there is none".
CREATE OR REPLACE FUNCTION ai_close_stale_draft() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM ai_close_note_dirty(company_id, date, 'draft', 'drafted', 'account.move', min(id),
                                    count(*)::integer, NULL)
          FROM new_rows WHERE state = 'draft' AND date IS NOT NULL GROUP BY company_id, date;
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM ai_close_note_dirty(will.company_id, will.date, 'draft', 'drafted', 'account.move', min(will.id),
                                    count(*)::integer, NULL)
          FROM old_rows was JOIN new_rows will ON will.id = was.id
         WHERE will.state = 'draft' AND will.date IS NOT NULL
           AND (was.state, was.date, was.company_id) IS DISTINCT FROM (will.state, will.date, will.company_id)
         GROUP BY will.company_id, will.date;
    END IF;
    RETURN NULL;
END
$body$;
