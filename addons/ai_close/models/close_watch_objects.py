"""What PostgreSQL knows of our triggers, functions, constraints and tables, in a form that can be compared.

``found`` reads one schema.  ``expected`` lets the add-on's own installers work in an empty schema, reads what
they made there, and rolls it back: that is what the running code would create, whatever anybody did to the
database, and nothing of the books is touched or locked.
"""

import re
from inspect import getmodule
from weakref import ref

import psycopg2
from psycopg2 import errors

from odoo.tools import SQL, mute_logger, sql

from ..kernel.files import short

PROBE = "ai_close_probe"
OURS = "odoo.addons.ai_close"
_CASTS = re.compile(r"::(character varying|text|bpchar|numeric|integer|date)(\[\])?|\s|[()]")
_MISSING = re.compile(r'relation "(?:\w+\.)?(\w+)" does not exist')
MOST_TABLES = 200
# Not on the registry: a server action reaches that, and this module it doesn't.
_KNOWN = {}


def found(cr):
    """Return key -> plain text of every object of ours in the current schema."""
    return {
        **_functions(cr),
        **_triggers(cr),
        **_constraints(cr),
        **_unique_indexes(cr),
    }


def _functions(cr):
    cr.execute(r"""
        SELECT proc.proname || '(' || pg_get_function_identity_arguments(proc.oid) || ')',
               lang.lanname, proc.provolatile::text, proc.prosecdef::text, proc.proisstrict::text,
               coalesce(array_to_string(proc.proconfig, ','), ''), pg_get_function_result(proc.oid),
               proc.prosrc
          FROM pg_proc proc
          JOIN pg_language lang ON lang.oid = proc.prolang
         WHERE proc.pronamespace = current_schema()::regnamespace AND proc.proname LIKE 'ai\_close\_%'""")
    return {
        f"function {name}": " ".join([*facts, short(source.encode())])
        for name, *facts, source in cr.fetchall()
    }


def _triggers(cr):
    # 'O' fires in every ordinary session; anything else is a trigger that somebody switched.
    cr.execute(r"""
        SELECT rel.relname, tg.tgname, pg_get_triggerdef(tg.oid, true), tg.tgenabled::text
          FROM pg_trigger tg JOIN pg_class rel ON rel.oid = tg.tgrelid
         WHERE rel.relnamespace = current_schema()::regnamespace AND NOT tg.tgisinternal
           AND tg.tgname LIKE 'ai\_close\_%'""")
    return {
        f"trigger {table}.{name}": f"{enabled} {definition}"
        for table, name, definition, enabled in cr.fetchall()
    }


def _constraints(cr):
    cr.execute(r"""
        SELECT rel.relname, con.conname, pg_get_constraintdef(con.oid), con.convalidated
          FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid
         WHERE rel.relnamespace = current_schema()::regnamespace AND con.contype IN ('c', 'u', 'p', 'x')
           AND (rel.relname LIKE 'ai\_close%' OR con.conname LIKE '%ai\_close%')""")
    return {
        f"constraint {table}.{name}": _even(definition) + ("" if valid else " NOT VALID")
        for table, name, definition, valid in cr.fetchall()
    }


def _unique_indexes(cr):
    # NOT IN reads the constraints once; a correlated NOT EXISTS reads them again for each index
    cr.execute(r"""
        SELECT rel.relname, idx.relname, pg_get_indexdef(idx.oid), ind.indisvalid
          FROM pg_index ind JOIN pg_class idx ON idx.oid = ind.indexrelid JOIN pg_class rel ON rel.oid =
          ind.indrelid
         WHERE rel.relnamespace = current_schema()::regnamespace AND ind.indisunique
           AND (rel.relname LIKE 'ai\_close%' OR idx.relname LIKE '%ai\_close%')
           AND ind.indexrelid NOT IN (SELECT con.conindid FROM pg_constraint con)""")
    return {
        f"unique index {name}": _even(
            definition.partition(f" ON {PROBE}.")[2] or definition.partition(" ON ")[2]
        )
        + ("" if valid else " INVALID")
        for _table, name, definition, valid in cr.fetchall()
    }


def _even(definition):
    """Drop what differs after a dump and restore: PostgreSQL moves casts and parentheses."""
    text = _CASTS.sub("", definition)
    return text.replace("public.", "")


def surroundings(cr):
    """Return key -> text of what else could take effect on our tables: who owns them, foreign triggers,
    rules, row security, inheritance, and what the role and the database set for every session."""
    cr.execute(r"""
        WITH ours AS (
            SELECT rel.oid, rel.relname, rel.relkind, rel.relpersistence, rel.relrowsecurity, rel.relowner
              FROM pg_class rel
             WHERE rel.relnamespace = current_schema()::regnamespace AND rel.relkind IN ('r', 'p', 'v', 'm',
             'f')
               AND (rel.relname LIKE 'ai\_close%' OR EXISTS (
                    SELECT 1 FROM pg_trigger tg WHERE tg.tgrelid = rel.oid AND tg.tgname LIKE 'ai\_close\_%'))
        )
        SELECT 'table ' || relname,
               concat_ws(' ', relkind::text, relpersistence::text, CASE WHEN relrowsecurity THEN 'row
               security' END,
                         CASE WHEN pg_get_userbyid(relowner) <> current_user
                              THEN 'owner ' || pg_get_userbyid(relowner) END)
          FROM ours
         UNION ALL
        SELECT 'trigger ' || ours.relname || '.' || tg.tgname, tg.tgenabled::text || ' ' ||
        pg_get_triggerdef(tg.oid, true)
          FROM ours JOIN pg_trigger tg ON tg.tgrelid = ours.oid
         WHERE NOT tg.tgisinternal AND tg.tgname NOT LIKE 'ai\_close\_%'
         UNION ALL
        SELECT 'internal triggers of ' || ours.relname, string_agg(DISTINCT tg.tgenabled::text, '')
          FROM ours JOIN pg_trigger tg ON tg.tgrelid = ours.oid
         WHERE tg.tgisinternal AND tg.tgenabled <> 'O' GROUP BY ours.relname
         UNION ALL
        SELECT 'rule ' || ours.relname || '.' || rule.rulename, pg_get_ruledef(rule.oid)
          FROM ours JOIN pg_rewrite rule ON rule.ev_class = ours.oid AND rule.rulename <> '_RETURN'
         UNION ALL
        SELECT 'part of ' || ours.relname || ' ' || inh.inhrelid::regclass::text, 'inherits'
          FROM ours JOIN pg_inherits inh ON inh.inhparent = ours.oid""")
    texts = dict(cr.fetchall())
    # Settings of one database don't travel with a copy of it, and most of them matter to nobody.
    cr.execute("""
        SELECT coalesce('role ' || role.rolname, 'database'), setting
          FROM pg_db_role_setting conf
          LEFT JOIN pg_roles role ON role.oid = conf.setrole
         CROSS JOIN LATERAL unnest(conf.setconfig) AS setting
         WHERE conf.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
           AND (setting LIKE 'session_replication_role=%' OR setting LIKE 'search_path=%'
                OR setting LIKE 'row_security=%' OR setting LIKE '%preload_libraries=%')""")
    texts.update({f"setting of {whom}: {setting}": "set" for whom, setting in cr.fetchall()})
    cr.execute("SELECT current_setting('session_replication_role')")
    (role,) = cr.fetchone()
    if role != "origin":
        texts["setting session_replication_role"] = role
    return texts


def expected(env):
    """Return what ``found`` should give, from what the running code installs; None where the database role
    may not make a schema.

    The same code makes the same objects on the same columns: a server tries once for each shape of the
    tables, and again after an update of modules, which gives it another registry.
    """
    env.flush_all()
    shape = _shape(env.cr)
    registry, known_shape, made = _KNOWN.get(env.cr.dbname, (lambda: None, "", None))
    if registry() is not env.registry or known_shape != shape:
        made = _made(env)
        if made is None:
            return None
        _KNOWN[env.cr.dbname] = (ref(env.registry), shape, made)
    return dict(made)


def _shape(cr):
    """Return a digest of the columns that the installers can name: of our tables, and of those they watch."""
    cr.execute(r"""
        SELECT md5(string_agg(concat_ws(' ', rel.relname, att.attnum, att.attname, att.atttypid,
                                        att.atttypmod, att.attnotnull), ',' ORDER BY rel.relname, att.attnum))
          FROM pg_class rel JOIN pg_attribute att ON att.attrelid = rel.oid
         WHERE rel.relnamespace = current_schema()::regnamespace AND rel.relkind IN ('r', 'p', 'f')
           AND att.attnum > 0 AND NOT att.attisdropped
           AND (rel.relname LIKE 'ai\_close%' OR rel.oid IN (
                SELECT tg.tgrelid FROM pg_trigger tg WHERE tg.tgname LIKE 'ai\_close\_%'))""")
    return cr.fetchone()[0]


def _made(env):
    """Let the installers work in an empty schema, return what they made there, and roll it back."""
    cr = env.cr
    cr.execute("SELECT current_schema()")
    (home,) = cr.fetchone()
    savepoint = cr.savepoint(flush=False)
    try:
        cr.execute(SQL("CREATE SCHEMA %s", SQL.identifier(PROBE)), log_exceptions=False)
        cr.execute(SQL("SET LOCAL search_path TO %s", SQL.identifier(PROBE)))
        for table in _model_tables(env, home):
            _copy(cr, table, home)
        for model, installer in _installers(env):
            _work(cr, home, installer, model)
        for model, definition in _table_objects(env):
            _work(cr, home, _apply, model, definition)
        return found(cr)
    except errors.InsufficientPrivilege:
        return None
    finally:
        savepoint.close(rollback=True)


def _model_tables(env, home):
    """Tables of models that the installers will look for; what they make themselves is left to them."""
    tables = {model._table for model in env.values() if model._auto and not model._abstract}
    env.cr.execute(
        r"""
        SELECT rel.relname FROM pg_class rel
         WHERE rel.relnamespace = %s::regnamespace AND rel.relkind = 'r'
           AND (rel.relname LIKE 'ai\_close%%' OR EXISTS (
                SELECT 1 FROM pg_trigger tg WHERE tg.tgrelid = rel.oid AND tg.tgname LIKE
                'ai\_close\_%%'))""",
        [home],
    )
    return sorted(name for (name,) in env.cr.fetchall() if name in tables)


def _copy(cr, table, home):
    cr.execute(
        SQL(
            "CREATE TABLE %s (LIKE %s.%s)", SQL.identifier(table), SQL.identifier(home), SQL.identifier(table)
        )
    )


def _installers(env):
    """Each ``init`` of ours, once a model; its own ``super().init()`` does the rest."""
    for model in env.values():
        for cls in type(model).mro():
            if "init" in vars(cls) and _is_ours(cls):
                yield model, vars(cls)["init"]
                break


def _is_ours(cls):
    module = getmodule(cls)
    return module is not None and module.__name__.startswith(OURS)


def _table_objects(env):
    for model in env.values():
        if model._auto and not model._abstract:
            for each in model._table_objects.values():
                if (each._module or "").startswith("ai_close"):
                    yield model, each


def _apply(model, definition):
    name, cr = definition.full_name(model), model.env.cr
    text = definition.get_definition(model.pool)
    if not text:
        return
    if "INDEX " not in text.split("(")[0]:
        sql.add_constraint(cr, model._table, name, text)
    elif text.startswith("UNIQUE"):
        sql.add_index(cr, name, model._table, text.removeprefix("UNIQUE INDEX "), unique=True)


def _work(cr, home, step, *args):
    """Take one step, giving it each table that it misses, empty, and beginning it anew."""
    for _table in range(MOST_TABLES):
        inner = cr.savepoint(flush=False)
        try:
            with mute_logger("odoo.sql_db"):
                step(*args)
            inner.close(rollback=False)
            return
        except psycopg2.errors.UndefinedTable as error:
            inner.close(rollback=True)
            name = _MISSING.search(error.diag.message_primary or "")
            if not name:
                raise
            _copy(cr, name[1], home)
    raise RuntimeError("an installer of AI Close goes on asking for tables")
