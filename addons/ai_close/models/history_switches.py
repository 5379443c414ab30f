"""Journals and companies: the switches that keep posted entries readable and unchanged.

In guarded companies every change of one is told to the audit trail.  Whoever has no Settings rights can't
switch protection off, nor change what a locked month was read by; a settings administrator can't be kept
from anything, so there it stays at telling.
"""

from odoo import SUPERUSER_ID, models

from .close_audit import audit_values
from .guarding import is_guarded, locked_history
from .refusal import refuse

JOURNAL_TOLD = (
    "type",
    "code",
    "company_id",
    "currency_id",
    "default_account_id",
    "suspense_account_id",
    "profit_account_id",
    "loss_account_id",
    "restrict_mode_hash_table",
)
JOURNAL_RESTATING = frozenset({"type", "company_id", "currency_id"})
# By its account the bank's side of an old statement line is told from the other.
LIQUIDITY = ("bank", "cash", "credit")
COMPANY_TOLD = ("restrictive_audit_trail", "fiscalyear_last_day", "fiscalyear_last_month", "currency_id")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def write(self, vals):
        before = _before(self, vals, JOURNAL_TOLD)
        result = super().write(vals)
        for journal, was, now in _changes(before):
            if not _is_settings_admin(self.env):
                if was.get("restrict_mode_hash_table"):
                    raise refuse(journal, "LCK015", action="journal.write")
                journal._ai_close_refuse_restating(now)
            self.env["ai.close.audit"]._append("journal.write", journal, before=was, after=now)
        return result

    def _ai_close_refuse_restating(self, changed):
        restating = JOURNAL_RESTATING & changed.keys()
        if self.type in LIQUIDITY and "default_account_id" in changed:
            restating = restating | {"default_account_id"}
        line = locked_history(self.env, [("journal_id", "=", self.id)]) if restating else None
        if line:
            raise refuse(
                self,
                "LCK014",
                self.env._(
                    "%(journal)s has entries in locked months (%(entry)s); this change would restate them. "
                    "Make a new journal.",
                    journal=self.display_name,
                    entry=line.move_id.display_name,
                ),
                action="journal.write",
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        before = _before(self, vals, COMPANY_TOLD)
        result = super().write(vals)
        for company, was, now in _changes(before):
            if was.get("restrictive_audit_trail") and not _is_settings_admin(self.env):
                raise refuse(company, "LCK015", action="company.write")
            self.env["ai.close.audit"]._append("company.write", company, before=was, after=now)
        return result


def _is_settings_admin(env):
    return env.uid == SUPERUSER_ID or env.user.has_group("base.group_system")


def _before(records, vals, names):
    """Return what the named settings of the guarded ones among ``records`` are, of those that are written."""
    written = [name for name in names if name in vals]
    told = records.filtered(is_guarded) if written else ()
    return {record: audit_values(record, written) for record in told}


def _changes(before):
    """Yield ``(record, before, after)`` of the records that changed, with the changed settings only."""
    for record, was in before.items():
        now = audit_values(record, was)
        changed = [name for name in now if now[name] != was[name]]
        if changed:
            yield record, {name: was[name] for name in changed}, {name: now[name] for name in changed}
