"""What has to happen outside the ORM when the add-on leaves a database."""

from odoo.tools import SQL


def uninstall_hook(env):
    """Drop our triggers, then their functions, then our plain tables.

    In this order: a function that a trigger still names can't be dropped, and a trigger left over aborts the
    uninstallation, or every later write to Odoo's own tables.
    """
    cr = env.cr
    cr.execute(r"""
        SELECT tg.tgname, rel.relname FROM pg_trigger tg
          JOIN pg_class rel ON rel.oid = tg.tgrelid
          JOIN pg_namespace ns ON ns.oid = rel.relnamespace AND ns.nspname = current_schema()
         WHERE tg.tgname LIKE 'ai\_close\_%' AND NOT tg.tgisinternal""")
    for trigger, table in cr.fetchall():
        cr.execute(SQL("DROP TRIGGER %s ON %s", SQL.identifier(trigger), SQL.identifier(table)))
    cr.execute(r"""
        SELECT proc.oid::regprocedure::text FROM pg_proc proc
          JOIN pg_namespace ns ON ns.oid = proc.pronamespace AND ns.nspname = current_schema()
         WHERE proc.proname LIKE 'ai\_close\_%'""")
    for (signature,) in cr.fetchall():
        cr.execute(SQL("DROP FUNCTION %s", SQL(signature)))
    # Tables of models and of their relations are Odoo's to drop; plain ones are known to us only.
    cr.execute("SELECT name FROM ir_model_relation")
    known = {name for (name,) in cr.fetchall()}
    known |= {model._table for model in env.registry.values() if not model._abstract}
    cr.execute(r"""
        SELECT rel.relname FROM pg_class rel
          JOIN pg_namespace ns ON ns.oid = rel.relnamespace AND ns.nspname = current_schema()
         WHERE rel.relkind = 'r' AND rel.relname LIKE 'ai\_close\_%'""")
    for (table,) in cr.fetchall():
        if table not in known:
            cr.execute(SQL("DROP TABLE %s", SQL.identifier(table)))
