"""What an attempt changed: triggers of the tests note each row that is touched; diffs and undoing are exact.

The tables of the database are kept once more, as they were, in the schema `pristine`.  After an attempt only
the rows that somebody touched are compared, and put back: so one database serves thousands of attempts.
"""

import time
from dataclasses import dataclass, field

import psycopg2
import psycopg2.extras

from tools import postgres

# What every request leaves behind, whoever asks: sessions, presence, queues of other processes.
NOISE = (
    "bus_bus", "res_users_log", "res_device_log", "mail_presence", "ir_logging", "ir_cron_trigger",
    "ir_profile", "auth_totp_device", "ir_cron_progress", "res_users_apikeys",
)  # fmt: skip
SIGNALS = "orm_signaling_%"
_PREPARE = """
    CREATE SCHEMA controls;
    CREATE SCHEMA pristine;
    CREATE TABLE controls.touched (relname text NOT NULL, id bigint);
    CREATE FUNCTION controls.touch() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO controls.touched SELECT TG_TABLE_NAME, id FROM new_rows;
        ELSE
            INSERT INTO controls.touched SELECT TG_TABLE_NAME, id FROM old_rows;
        END IF;
        RETURN NULL;
    END $body$;
    CREATE FUNCTION controls.touch_whole() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        INSERT INTO controls.touched VALUES (TG_TABLE_NAME, NULL);
        RETURN NULL;
    END $body$;
    GRANT USAGE ON SCHEMA controls TO PUBLIC;
    GRANT INSERT ON controls.touched TO PUBLIC;
"""
_TRIGGERS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows",
    "delete": "OLD TABLE AS old_rows",
}


@dataclass
class Change:
    """One row that an attempt inserted, deleted or changed."""

    table: str
    id: int | None
    old: dict | None
    new: dict | None

    @property
    def row(self) -> dict:
        """Return the row as it is, or as it was when it is gone."""
        return self.new or self.old or {}

    @property
    def columns(self) -> set[str]:
        """Return the columns that differ; all of them where the row came or went."""
        if self.old is None or self.new is None:
            return set(self.row)
        return {name for name in self.new if self.new[name] != self.old.get(name)}

    def was(self, name: str):
        """Return a value from before."""
        return (self.old or {}).get(name)

    def now(self, name: str):
        """Return a value from after."""
        return (self.new or {}).get(name)

    def __str__(self) -> str:
        if self.old is None:
            return f"+{self.table}#{self.id}"
        if self.new is None:
            return f"-{self.table}#{self.id}"
        shown = {
            name: (self.old[name], self.new[name]) for name in sorted(self.columns) if name != "write_date"
        }
        return f"~{self.table}#{self.id} {shown}"


@dataclass
class Database:
    """One copy of the world, seen past Odoo, as the cluster's owner."""

    name: str
    connection: object = field(default=None, repr=False)
    _columns: dict = field(default_factory=dict, repr=False)
    _signals: dict = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        cluster = postgres.TEST
        self.connection = psycopg2.connect(
            dbname=self.name, host=str(cluster.socket), port=postgres.PORT, user=postgres.OWNER
        )
        self.connection.autocommit = True

    def close(self) -> None:
        """Let go of the database, and wait until the cluster has let go of us: Odoo's role can't end us."""
        pid = self.connection.info.backend_pid
        self.connection.close()
        gone = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"
        while postgres.TEST.sql(gone, user=postgres.OWNER) != "0":
            time.sleep(0.02)

    def rows(self, text: str, *values) -> list[tuple]:
        """Run a query."""
        with self.connection.cursor() as cursor:
            cursor.execute(text, values or None)
            return cursor.fetchall()

    def one(self, text: str, *values):
        """Return the first column of the first row."""
        found = self.rows(text, *values)
        return found[0][0] if found else None

    def run(self, text: str, *values) -> None:
        """Run a statement without an answer."""
        with self.connection.cursor() as cursor:
            cursor.execute(text, values or None)

    # -- once, for the template

    def prepare(self) -> None:
        """Keep every table once more and note from now on what is touched."""
        tables = self.rows(
            "SELECT c.relname, bool_or(a.attname = 'id') FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace AND n.nspname = 'public' JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> ALL(%s)"
            " AND c.relname NOT LIKE %s GROUP BY c.relname ORDER BY c.relname",
            list(NOISE), SIGNALS,
        )  # fmt: skip
        self.run(_PREPARE)
        script = []
        for table, keyed in tables:
            script.append(f'CREATE TABLE pristine."{table}" AS TABLE public."{table}";')
            if keyed:
                script.append(f'CREATE INDEX ON pristine."{table}" (id);')
            for event, seen in _TRIGGERS.items():
                what = f"REFERENCING {seen}" if keyed else ""
                function = "touch" if keyed else "touch_whole"
                script.append(
                    f'CREATE TRIGGER zz_controls_{event} AFTER {event} ON public."{table}" {what}'
                    f" FOR EACH STATEMENT EXECUTE FUNCTION controls.{function}();"
                )
        self.run("\n".join(script))

    # -- after each attempt

    def touched(self) -> dict[str, list[int] | None]:
        """Return the tables that were touched, each with the ids (None: compare it as a whole)."""
        found: dict[str, list[int] | None] = {}
        for table, ids in self.rows(
            "SELECT relname, array_agg(DISTINCT id) FROM controls.touched GROUP BY relname"
        ):
            found[table] = None if None in ids else ids
        return found

    def changes(self, touched: dict[str, list[int] | None]) -> list[Change]:
        """Return the rows that differ from what they were."""
        found = []
        for table, ids in touched.items():
            if ids is None:
                query = (
                    "SELECT NULL, to_jsonb(o), NULL"
                    f' FROM (TABLE pristine."{table}" EXCEPT ALL TABLE public."{table}") o'
                    " UNION ALL SELECT NULL, NULL, to_jsonb(n)"
                    f' FROM (TABLE public."{table}" EXCEPT ALL TABLE pristine."{table}") n'
                )
                found += [Change(table, *row) for row in self.rows(query)]
            else:
                query = (
                    "SELECT coalesce(o.id, n.id), to_jsonb(o), to_jsonb(n)"
                    f' FROM (SELECT * FROM pristine."{table}" WHERE id = ANY(%s)) o'
                    f' FULL JOIN (SELECT * FROM public."{table}" WHERE id = ANY(%s)) n ON n.id = o.id'
                    " WHERE o IS DISTINCT FROM n"
                )
                found += [Change(table, *row) for row in self.rows(query, ids, ids)]
        return found

    def put_back(self, touched: dict[str, list[int] | None]) -> None:
        """Make the touched rows what they were, and let the server forget what it cached of them."""
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN; SET LOCAL session_replication_role = replica")
            for table, ids in touched.items():
                columns = self._names(table)
                where = "" if ids is None else "WHERE id = ANY(%s)"
                cursor.execute(f'DELETE FROM public."{table}" {where}', None if ids is None else (ids,))
                cursor.execute(
                    f'INSERT INTO public."{table}" ({columns})'
                    f' SELECT {columns} FROM pristine."{table}" {where}',
                    None if ids is None else (ids,),
                )
            cursor.execute("DELETE FROM controls.touched; COMMIT")
        self._forget_caches()

    def settle(self) -> None:
        """Take what was touched so far as nothing."""
        self.put_back(self.touched())

    def _names(self, table: str) -> str:
        if table not in self._columns:
            self._columns[table] = self.one(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                table,
            )
        return self._columns[table]

    def _forget_caches(self) -> None:
        """Signal the caches that the attempt made the server clear: they may know what is undone now."""
        query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %s"
        tables = [name for (name,) in self.rows(query, SIGNALS)]
        last = dict(self.rows(" UNION ALL ".join(f"SELECT '{name}', max(id) FROM {name}" for name in tables)))
        for name, number in last.items():
            if self._signals.get(name, number) != number:
                last[name] = self.one(f"INSERT INTO {name} DEFAULT VALUES RETURNING id")
        self._signals = last
