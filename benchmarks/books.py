"""A database with many posted lines: the sample company, its entries multiplied by SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import odoo_cli, postgres, sample, template

_COPIED = (
    "SELECT id FROM account_move WHERE state = 'posted' AND statement_line_id IS NULL"
    " AND origin_payment_id IS NULL"
)


@contextmanager
def sample_database(name: str) -> Iterator[tuple[str, Path]]:
    """Give a clone of the sample company and the folder with its logins and keys; drop it afterwards."""
    source, folder = sample.ensure_template()
    template.reclone(source, name)
    try:
        yield name, folder
    finally:
        odoo_cli.drop(postgres.TEST, name)


def grow_to(database: str, lines: int) -> int:
    """Copy the posted entries by SQL until there are about so many journal items; return how many there are.

    Everything in one statement a table, without triggers: the copies were never written by anybody, and only
    reading them is measured.
    """
    count = "SELECT count(*) FROM account_move_line"
    each = int(postgres.TEST.sql(f"{count} line JOIN ({_COPIED}) entry ON entry.id = line.move_id", database))
    copies = max((lines - int(postgres.TEST.sql(count, database))) // each, 0)
    script = f"""
        DO $body$
        DECLARE
            step integer; line_step integer; names text; copied text;
        BEGIN
            SELECT max(id) INTO step FROM account_move;
            SELECT max(id) INTO line_step FROM account_move_line;
            CREATE TEMP TABLE copied_entries AS
                SELECT entry.* FROM account_move entry JOIN ({_COPIED}) one ON one.id = entry.id;
            CREATE TEMP TABLE copied_items AS
                SELECT line.* FROM account_move_line line
                  JOIN copied_entries entry ON entry.id = line.move_id;
            ALTER TABLE account_move DISABLE TRIGGER USER;
            ALTER TABLE account_move_line DISABLE TRIGGER USER;
            SELECT string_agg(quote_ident(column_name), ', '),
                   string_agg(CASE column_name WHEN 'id' THEN 'id + %1$s * copy'
                       WHEN 'name' THEN 'name || ''-'' || copy'
                       WHEN 'sequence_number' THEN 'sequence_number + 100000 * copy'
                       ELSE quote_ident(column_name) END, ', ')
              INTO names, copied
              FROM information_schema.columns WHERE table_name = 'account_move' AND is_generated = 'NEVER';
            EXECUTE format('INSERT INTO account_move (%s) SELECT %s FROM copied_entries,
                generate_series(1, {copies}) copy', names, format(copied, step));
            SELECT string_agg(quote_ident(column_name), ', '),
                   string_agg(CASE column_name WHEN 'id' THEN 'id + %1$s * copy'
                       WHEN 'move_id' THEN 'move_id + %2$s * copy'
                       ELSE quote_ident(column_name) END, ', ')
              INTO names, copied
              FROM information_schema.columns
             WHERE table_name = 'account_move_line' AND is_generated = 'NEVER';
            EXECUTE format('INSERT INTO account_move_line (%s) SELECT %s FROM copied_items,
                generate_series(1, {copies}) copy', names, format(copied, line_step, step));
            ALTER TABLE account_move ENABLE TRIGGER USER;
            ALTER TABLE account_move_line ENABLE TRIGGER USER;
            PERFORM setval('account_move_id_seq', (SELECT max(id) FROM account_move));
            PERFORM setval('account_move_line_id_seq', (SELECT max(id) FROM account_move_line));
        END
        $body$;
    """
    postgres.TEST.sql(script, database)
    postgres.TEST.sql("ANALYZE account_move, account_move_line", database)
    return int(postgres.TEST.sql(count, database))
