-- Below the hard lock posted data stays as it is: no row is added, changed in what it says, or removed.
-- Statements with transition tables: a batch costs one look, and nothing where no company has a hard lock.
-- Settling goes on: residuals, matching numbers and reconciled marks are not what an entry says.

-- The latest hard lock that binds a company: its own or a parent's.  NULL in companies that aren't guarded.
CREATE OR REPLACE FUNCTION ai_close_hard_lock(company integer) RETURNS date LANGUAGE sql STABLE AS $body$
    SELECT CASE WHEN bool_or(parent.ai_close_enabled) THEN max(parent.hard_lock_date) END
      FROM res_company below
      JOIN res_company parent
        ON parent.id = ANY (string_to_array(trim(both '/' from below.parent_path), '/')::integer[])
     WHERE below.id = company
$body$;

CREATE OR REPLACE FUNCTION ai_close_refuse_hard_locked(touched text, company integer) RETURNS void
LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'Nothing changes any more up to %: the period is hard-locked. Use a later date. [LCK009]',
        ai_close_hard_lock(company)
        USING ERRCODE = '23514', TABLE = touched, CONSTRAINT = 'ai_close_hard_lock';
END
$body$;

CREATE OR REPLACE FUNCTION ai_close_hard_line_check() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    locked integer;
BEGIN
    IF NOT EXISTS (SELECT FROM res_company WHERE hard_lock_date IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT company_id INTO locked
          FROM (SELECT company_id, min(date) AS first FROM old_rows WHERE parent_state = 'posted' GROUP BY company_id) was
         WHERE first <= ai_close_hard_lock(company_id) LIMIT 1;
    END IF;
    IF TG_OP <> 'DELETE' AND locked IS NULL THEN
        SELECT company_id INTO locked
          FROM (SELECT company_id, min(date) AS first FROM new_rows WHERE parent_state = 'posted' GROUP BY company_id) will
         WHERE first <= ai_close_hard_lock(company_id) LIMIT 1;
    END IF;
    IF TG_OP = 'UPDATE' AND locked IS NOT NULL THEN
        SELECT coalesce(was.company_id, will.company_id) INTO locked
          FROM old_rows was FULL JOIN new_rows will ON will.id = was.id
         WHERE (was.id, was.date, was.parent_state, was.move_id, was.account_id, was.company_id, was.currency_id,
                was.balance, was.amount_currency)
               IS DISTINCT FROM
               (will.id, will.date, will.parent_state, will.move_id, will.account_id, will.company_id,
                will.currency_id, will.balance, will.amount_currency)
           AND ((was.parent_state = 'posted' AND was.date <= ai_close_hard_lock(was.company_id))
             OR (will.parent_state = 'posted' AND will.date <= ai_close_hard_lock(will.company_id)))
         LIMIT 1;
    END IF;
    IF locked IS NOT NULL THEN
        PERFORM ai_close_refuse_hard_locked('account_move_line', locked);
    END IF;
    RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION ai_close_hard_move_check() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    locked integer;
BEGIN
    IF NOT EXISTS (SELECT FROM res_company WHERE hard_lock_date IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT company_id INTO locked
          FROM (SELECT company_id, min(date) AS first FROM old_rows WHERE state = 'posted' GROUP BY company_id) was
         WHERE first <= ai_close_hard_lock(company_id) LIMIT 1;
    END IF;
    IF TG_OP <> 'DELETE' AND locked IS NULL THEN
        SELECT company_id INTO locked
          FROM (SELECT company_id, min(date) AS first FROM new_rows WHERE state = 'posted' GROUP BY company_id) will
         WHERE first <= ai_close_hard_lock(company_id) LIMIT 1;
    END IF;
    IF TG_OP = 'UPDATE' AND locked IS NOT NULL THEN
        SELECT coalesce(was.company_id, will.company_id) INTO locked
          FROM old_rows was FULL JOIN new_rows will ON will.id = was.id
         WHERE (was.id, was.date, was.state, was.company_id, was.journal_id, was.move_type, was.name)
               IS DISTINCT FROM
               (will.id, will.date, will.state, will.company_id, will.journal_id, will.move_type, will.name)
           AND ((was.state = 'posted' AND was.date <= ai_close_hard_lock(was.company_id))
             OR (will.state = 'posted' AND will.date <= ai_close_hard_lock(will.company_id)))
         LIMIT 1;
    END IF;
    IF locked IS NOT NULL THEN
        PERFORM ai_close_refuse_hard_locked('account_move', locked);
    END IF;
    RETURN NULL;
END
$body$;

-- What was settled in the period stays settled.  Items of the period may still be settled with each other:
-- no balance moves by that, so there is nothing to refuse on INSERT.
CREATE OR REPLACE FUNCTION ai_close_hard_partial_check() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    locked integer;
BEGIN
    IF TG_OP = 'INSERT' OR NOT EXISTS (SELECT FROM res_company WHERE hard_lock_date IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    SELECT company_id INTO locked
      FROM (SELECT company_id, min(max_date) AS first FROM old_rows GROUP BY company_id) was
     WHERE first <= ai_close_hard_lock(company_id) LIMIT 1;
    IF TG_OP = 'UPDATE' AND locked IS NOT NULL THEN
        SELECT was.company_id INTO locked
          FROM old_rows was LEFT JOIN new_rows will ON will.id = was.id
         WHERE (was.id, was.max_date, was.debit_move_id, was.credit_move_id, was.company_id, was.amount,
                was.debit_amount_currency, was.credit_amount_currency)
               IS DISTINCT FROM
               (will.id, will.max_date, will.debit_move_id, will.credit_move_id, will.company_id, will.amount,
                will.debit_amount_currency, will.credit_amount_currency)
           AND was.max_date <= ai_close_hard_lock(was.company_id)
         LIMIT 1;
    END IF;
    IF locked IS NOT NULL THEN
        PERFORM ai_close_refuse_hard_locked('account_partial_reconcile', locked);
    END IF;
    RETURN NULL;
END
$body$;
