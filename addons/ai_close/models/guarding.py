"""Which companies are guarded, and what stands in their locked months, for the guards of shared records."""

from odoo import SUPERUSER_ID
from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.fields import Domain


def guarded(companies):
    """Return those of ``companies`` that AI Close guards: enabled themselves, or below an enabled parent."""
    return companies.sudo().filtered(lambda company: company._ai_close_is_guarded())


def all_guarded(env):
    """Return every guarded company of the database, whatever the caller may see."""
    companies = env["res.company"].sudo()
    enabled = companies.search([("ai_close_enabled", "=", True)])
    return companies.search([("id", "child_of", enabled.ids)]) if enabled else enabled


def is_guarded(record):
    """Tell whether ``record`` belongs to a guarded company; one that all companies share does when any is."""
    record = record.sudo()
    if record._name == "res.company":
        return bool(guarded(record))
    name = next((each for each in ("company_id", "company_ids") if each in record._fields), None)
    companies = record[name] if name else record.env["res.company"]
    return bool(guarded(companies) if companies else all_guarded(record.env))


def never_uninstalling(records):
    """Return ``records`` without the context key of an uninstallation, which only the server itself runs.

    Odoo lets go of its own checks of a deletion under that key, and any caller over RPC may send it.
    """
    told = records.env.context.get(MODULE_UNINSTALL_FLAG) and records.env.uid != SUPERUSER_ID
    if not told or not any(map(is_guarded, records)):
        return records
    return records.with_context(**{MODULE_UNINSTALL_FLAG: False})


def locked_history(env, domain):
    """Return a posted journal item of a guarded company's locked months that fits ``domain``, or none.

    An exception that somebody was given opens a month for new entries; it does not make old ones restatable.
    """
    Close, periods = env["ai.close"], []
    for company in all_guarded(env):
        locked_to = Close._locked_to(company)
        if locked_to:
            periods.append(Domain("company_id", "=", company.id) & Domain("date", "<=", locked_to))
    lines = env["account.move.line"].sudo()
    if not periods:
        return lines
    posted = Domain("parent_state", "=", "posted") & Domain.OR(periods)
    return lines.search(Domain(domain) & posted, limit=1, order="id")
