"""What of Odoo's settings is watched: a table of models and columns, read by plain SQL.

Left out on purpose is what people and programs change all day: preferences, languages, last logins, the next
call of a scheduled action, assets, views, mail servers.
"""

from typing import NamedTuple

from odoo.tools import SQL

from ..kernel.files import short

LONGEST = 60
PASSWORD = "password_proof"  # noqa: S105 - a column's name


class Watched(NamedTuple):
    """One model: which of its columns count, and which relations (name, table, own column, other column)."""

    facet: str
    model: str
    columns: tuple
    relations: tuple = ()
    where: str = "true"


_SERVER_ACTION = (
    "state", "model_id", "code", "value", "evaluation_type", "update_path", "update_m2m_operation",
    "update_boolean_value", "html_value", "crud_model_id", "resource_ref", "selection_value", "webhook_url",
    "parent_id", "base_automation_id", "binding_model_id", "sequence_id", "usage", "template_id",
)  # fmt: skip
_AUTOMATION = (
    "active", "model_id", "trigger", "filter_pre_domain", "filter_domain", "record_getter", "trg_date_id",
    "trg_date_range", "trg_date_range_type", "trg_selection_field_id", "trg_field_ref",
)  # fmt: skip
_COMPANY = (
    "parent_id", "currency_id", "fiscalyear_last_day", "fiscalyear_last_month", "fiscalyear_lock_date",
    "tax_lock_date", "sale_lock_date", "purchase_lock_date", "hard_lock_date", "restrictive_audit_trail",
    "tax_calculation_rounding_method", "currency_exchange_journal_id", "income_currency_exchange_account_id",
    "expense_currency_exchange_account_id", "anglo_saxon_accounting", "account_storno", "tax_exigibility",
    "tax_cash_basis_journal_id", "account_journal_suspense_account_id", "transfer_account_id",
    "account_fiscal_country_id", "autopost_bills", "account_price_include", "ai_close_enabled", "ai_close_tz",
)  # fmt: skip
LOCK_DATES = tuple(name for name in _COMPANY if name.endswith("_lock_date"))

WATCHED = (
    Watched(
        "modules", "ir.module.module", ("name", "latest_version"),
        where="t.state IN ('installed', 'to upgrade', 'to remove')",
    ),
    Watched("code", "ir.actions.server", _SERVER_ACTION, (("groups", "ir_act_server_group_rel", "act_id",
    "gid"),)),
    Watched("code", "base.automation", _AUTOMATION),
    Watched("code", "ir.cron", ("active", "user_id", "ir_actions_server_id")),
    Watched(
        "code", "ir.model.fields", ("model", "name", "compute", "related", "depends", "store"),
        where="t.state = 'manual' AND t.compute IS NOT NULL",
    ),
    Watched(
        "rights", "ir.model.access",
        ("active", "model_id", "group_id", "perm_read", "perm_write", "perm_create", "perm_unlink"),
    ),
    Watched(
        "rights", "ir.rule",
        ("active", "model_id", "domain_force", "perm_read", "perm_write", "perm_create", "perm_unlink"),
        (("groups", "rule_group_rel", "rule_group_id", "group_id"),),
    ),
    Watched("rights", "res.groups", ("share",), (("implies", "res_groups_implied_rel", "gid", "hid"),)),
    Watched(
        "people", "res.users", ("active", "login"),
        (
            ("groups", "res_groups_users_rel", "uid", "gid"),
            ("companies", "res_company_users_rel", "user_id", "cid"),
        ),
        where="t.share IS NOT TRUE",
    ),
    Watched("people", "res.users.apikeys", ("user_id", "name", "scope", "expiration_date")),
    Watched("company", "res.company", _COMPANY, where="t.id = %(company)s"),
)  # fmt: skip
# Groups that a person's own preferences put him in; they give no right.
PREFERENCES = frozenset({"mail.group_mail_notification_type_inbox"})
FACETS = ("modules", "code", "rights", "people", "company")
# Columns that name a record of another model, and how it is called there.
_NAMED = {
    "model_id": ("ir_model", "model"),
    "crud_model_id": ("ir_model", "model"),
    "binding_model_id": ("ir_model", "model"),
    "group_id": ("res_groups", None),
    "user_id": ("res_users", "login"),
}
_NAMED_RELATIONS = {
    "groups": ("res_groups", None),
    "implies": ("res_groups", None),
    "companies": ("res_company", "name"),
}


def read(env, company):
    """Return model -> id (text) -> item: ``f`` facts, ``l`` label, ``m`` module, ``w`` who and when."""
    env.flush_all()
    known = [watched for watched in WATCHED if watched.model in env]
    tables = _tables(env, known)
    names = _Names(env)
    return {
        watched.model: _items(env, watched, company, names, tables)
        for watched in known
        if env[watched.model]._table in tables
    }


def _tables(env, known):
    """Return table -> names of its columns, of the tables that are watched and exist."""
    wanted = {env[watched.model]._table for watched in known}
    wanted |= {table for watched in known for _name, table, *_columns in watched.relations}
    # The catalogue's own tables: the views of information_schema take longer to plan than all else to read.
    rows = env.execute_query(
        SQL(
            """
            SELECT rel.relname, array_agg(att.attname::text)
              FROM pg_class rel JOIN pg_attribute att ON att.attrelid = rel.oid
             WHERE rel.relname IN %s AND rel.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND rel.relnamespace = current_schema()::regnamespace
               AND att.attnum > 0 AND NOT att.attisdropped
             GROUP BY rel.relname""",
            tuple(sorted(wanted)),
        )
    )
    return dict(rows)


def _items(env, watched, company, names, tables):
    table = env[watched.model]._table
    there = tables[table]
    columns = [name for name in watched.columns if name in there]
    extra = [
        name
        for name in ("name", "cron_name", "write_uid", "write_date", "create_uid", "create_date")
        if name in there
    ]
    wanted = dict.fromkeys(["id", *columns, *extra])
    select = [SQL("t.%s", SQL.identifier(name)) for name in wanted]
    if watched.model == "res.users":
        select.append(
            SQL(
                "encode(sha256(convert_to(coalesce(t.password, ''), 'UTF8')), 'hex') AS %s",
                SQL.identifier(PASSWORD),
            )
        )
    rows = env.execute_query_dict(
        SQL(
            "SELECT %s FROM %s t WHERE %s",
            SQL(", ").join(select),
            SQL.identifier(table),
            SQL(watched.where, company=company.id) if "%(" in watched.where else SQL(watched.where),
        )
    )
    related = {
        name: _related(env, *relation)
        for name, *relation in watched.relations
        if relation[0] in tables
    }
    modules = _modules(env, watched.model, [row["id"] for row in rows])
    found = {}
    for row in rows:
        facts = {
            name: _plain(names.of(name, row[name])) for name in columns if row[name] not in (None, False, "")
        }
        for name, sets in related.items():
            members = {names.of_relation(name, other) for other in sets.get(row["id"], ())}
            facts[name] = sorted(members - PREFERENCES)
        if PASSWORD in row:
            facts[PASSWORD] = row[PASSWORD][:16]
        module = modules.get(row["id"])
        if watched.model == "ir.cron" and not (module or "").startswith("ai_close"):
            facts.pop("active", None)  # Odoo itself switches its own off and on
        found[str(row["id"])] = {
            "f": facts,
            "l": _label(watched.model, row, facts),
            "m": module,
            "w": _who(row),
        }
    return found


def _related(env, table, own, other):
    rows = env.execute_query(
        SQL(
            "SELECT %s, array_agg(%s) FROM %s GROUP BY 1",
            SQL.identifier(own),
            SQL.identifier(other),
            SQL.identifier(table),
        )
    )
    return dict(rows)


def _modules(env, model, ids):
    """Return id -> module that brought it; of ten thousand fields only the few that are watched are asked."""
    if not ids:
        return {}
    return dict(
        env.execute_query(
            SQL(
                "SELECT res_id, min(module) FROM ir_model_data WHERE model = %s AND res_id = ANY(%s)"
                " GROUP BY res_id",
                model,
                ids,
            )
        )
    )


def _label(model, row, facts):
    name = _text(row.get("cron_name") or row.get("name"))
    if model == "res.users":
        return facts.get("login") or str(row["id"])
    if model == "ir.model.access":
        return f"{facts.get('model_id')}: {facts.get('group_id') or '*'} ({name})"
    if model == "ir.rule":
        return f"{facts.get('model_id')}: {name}"
    if model == "res.users.apikeys":
        return f"{facts.get('user_id')}: {name}"
    if model == "ir.model.fields":
        return f"{facts.get('model')}.{name}"
    return name or str(row["id"])


def _who(row):
    """Return ``[uid, when]`` of the last change as Odoo noted it; raw SQL leaves no trace of itself here."""
    when = row.get("write_date") or row.get("create_date")
    return [row.get("write_uid") or row.get("create_uid"), str(when)[:19] if when else None]


def _text(value):
    return (value.get("en_US") or next(iter(value.values()), "")) if isinstance(value, dict) else value


def _plain(value):
    """Return a fact as short text, number or truth; long ones as a digest with their length."""
    if isinstance(value, (bool, int)):
        return value
    text = str(_text(value))
    return (
        text
        if len(text) <= LONGEST
        else f"{text[:30]}… ({len(text)} characters, {short(text.encode())[:12]})"
    )


class _Names:
    """How the records of other tables are called, each table read once."""

    def __init__(self, env):
        self._env, self._known = env, {}

    def of(self, column, value):
        """Return the name of what ``column`` points at, or the value itself."""
        return self._look(_NAMED[column], value) if column in _NAMED else value

    def of_relation(self, name, value):
        """Return the name of a member of relation ``name``."""
        return self._look(_NAMED_RELATIONS[name], value) if name in _NAMED_RELATIONS else value

    def _look(self, place, value):
        if place not in self._known:
            self._known[place] = self._read(*place)
        return self._known[place].get(value, f"#{value}")

    def _read(self, table, column):
        if column is None:
            rows = self._env.execute_query(
                SQL(
                    "SELECT res_id, module || '.' || name FROM ir_model_data WHERE model = %s",
                    table.replace("_", "."),
                )
            )
            return dict(rows)
        return dict(
            self._env.execute_query(
                SQL("SELECT id, %s FROM %s", SQL.identifier(column), SQL.identifier(table))
            )
        )
