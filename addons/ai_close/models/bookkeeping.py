"""What the guards on journal entries share: whether Odoo itself is at work, what a write would change."""

from odoo.addons.account.models.account_move import BYPASS_LOCK_CHECK

# Compared by identity.  A caller over RPC can send any JSON in the context, and none of it is this object.
BOOKKEEPING = object()
_CONTEXT_NAME = "ai_close_bookkeeping"


def as_bookkeeping(records):
    """Return ``records`` for a procedure of Odoo's own that writes what it otherwise computes.

    Matching, hashing and the block of a payment do so; each of them is a method, and only the method's
    override comes here.
    """
    return records.with_context(**{_CONTEXT_NAME: BOOKKEEPING})


def is_bookkeeping(records):
    """Tell whether a procedure of Odoo's own is at work."""
    return records.env.context.get(_CONTEXT_NAME) is BOOKKEEPING


def bypasses_locks(records):
    """Tell whether Odoo itself writes below a lock (a partner that gets another commercial partner)."""
    return records.env.context.get("bypass_lock_check") is BYPASS_LOCK_CHECK


def changes(record, vals, name):
    """Tell whether writing ``vals`` would change field ``name`` of ``record``."""
    field, value = record._fields[name], vals[name]
    if field.type == "one2many":
        return True
    if field.type == "many2many":
        return set(record[name].ids) != set(record.new({name: value})[name].ids)
    if field.type == "monetary":
        # An amount that differs by less than the currency can show is the same amount.
        currency = record[field.get_currency_field(record)]
        if currency:
            return bool(currency.compare_amounts(record[name], value or 0.0))
    present = field.convert_to_cache(field.convert_to_write(record[name], record), record)
    return present != field.convert_to_cache(value, record)
