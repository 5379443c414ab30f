"""What the watch costs in a company with many locked lines: taking a snapshot, looking, and finding a change.

    .venv/bin/python -m benchmarks.watch [LINES]

Works in a database of its own, which it drops at the end.
"""

import sys

from tools import odoo_cli, postgres, sample, say, template

DATABASE = "bench_watch"
LINES = 200_000
_SCRIPT = """
import time
company = env['res.company'].search([('ai_close_enabled', '=', True)], order='id', limit=1)
close = env['ai.close']._for_period(company, '2026-10-31').sudo()
cr = env.cr
# copies of the sample's own posted entries, years before: only their number matters here
for table in ('account_move', 'account_move_line'):
    cr.execute(f'ALTER TABLE {table} DISABLE TRIGGER USER')
def copy(table, changes, source, params):
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    names = [name for (name,) in cr.fetchall()]
    chosen = ', '.join(changes.get(name, f't."{name}"') for name in names)
    listed = ', '.join(f'"{name}"' for name in names)
    cr.execute(f'INSERT INTO {table} ({listed}) SELECT {chosen} FROM {source}', params)
cr.execute("SELECT id FROM account_move WHERE company_id = %s AND state = 'posted'"
           " AND move_type = 'entry' LIMIT 1", [company.id])
move_id = cr.fetchone()[0]
moves = LINES // 10
cr.execute("SELECT max(id) FROM account_move"); first = cr.fetchone()[0] + 1
copy('account_move', {'id': f'{first} + n', 'name': "'OLD/' || n", 'date': "date '2020-01-01' + n %% 2000",
                      'sequence_number': 'n', 'sequence_prefix': "'OLD/'", 'access_token': 'NULL'},
     f'account_move t, generate_series(0, {moves - 1}) n WHERE t.id = %s', [move_id])
cr.execute("SELECT max(id) FROM account_move_line"); line = cr.fetchone()[0] + 1
cr.execute("SELECT min(id) FROM account_move_line WHERE move_id = %s AND account_id IS NOT NULL", [move_id])
model_line = cr.fetchone()[0]
cr.execute("SELECT array_agg(DISTINCT account_id) FROM account_move_line WHERE company_id = %s"
           " AND account_id IS NOT NULL", [company.id])
accounts = cr.fetchone()[0]
copy('account_move_line',
     {'id': f'{line} + n', 'move_id': f'{first} + n / 10', 'date': "date '2020-01-01' + (n / 10) %% 2000",
      'account_id': f'(ARRAY{accounts})[1 + n %% {len(accounts)}]', 'move_name': "'OLD/' || n / 10",
      'matching_number': 'NULL', 'full_reconcile_id': 'NULL'},
     f'account_move_line t, generate_series(0, {LINES - 1}) n WHERE t.id = %s', [model_line])
for table in ('account_move', 'account_move_line'):
    cr.execute(f'ALTER TABLE {table} ENABLE TRIGGER USER')
cr.commit()
cr.execute('ANALYZE account_move_line'); cr.execute('ANALYZE account_move')
watch, snapshots = env['ai.close.watch'], env['ai.close.snapshot']
def timed(what, call):
    start = time.perf_counter()
    result = call()
    print(f'{what:<46}{time.perf_counter() - start:8.2f} s', flush=True)
    return result
timed('snapshot of all locked lines', lambda: snapshots._take(company, 'begin', date_to='2026-08-31'))
timed('snapshot of one month more', lambda: snapshots._take(company, 'lock', date_to='2026-09-30'))
timed('look at the guards', lambda: watch._look_protection(close))
timed('look at the settings', lambda: watch._look_settings(close))
assert not timed('look at the locked books, each run', lambda: watch._look_books(close))
assert not timed('look at the locked books, each lock', lambda: watch._look_books(close, True))
cr.execute('ALTER TABLE account_move_line DISABLE TRIGGER USER')
cr.execute("UPDATE account_move_line SET balance = balance + 1 WHERE id = %s", [line])
cr.execute('ALTER TABLE account_move_line ENABLE TRIGGER USER')
(row,) = timed('find one changed line', lambda: watch._look_books(close))
print(row['message'].splitlines()[0])
print(f"{snapshots._last(company)['lines']} lines remembered")
cr.execute("SELECT pg_size_pretty(pg_total_relation_size('ai_close_snapshot_line'))")
print(cr.fetchone()[0])
"""


def main(lines: int) -> None:
    """Measure and print."""
    source, _folder = sample.ensure_template()
    template.reclone(source, DATABASE)
    try:
        say.line(odoo_cli.shell(postgres.TEST, DATABASE, f"LINES = {lines}\n{_SCRIPT}"))
    finally:
        odoo_cli.drop(postgres.TEST, DATABASE)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)
