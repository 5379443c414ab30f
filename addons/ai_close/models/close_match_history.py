"""Bank lines that are deleted: what was proposed and decided about them stays, by label, date and amount."""

from odoo import api, models

from ..kernel.sod import SERVER
from .close_audit import audit_values

KEPT = ("statement_line_id", "line_label", "line_date", "line_amount", "state")


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.ondelete(at_uninstall=True)  # False can be skipped by a context key that RPC sends
    def _ai_close_keep_matches(self):
        """Supersede what was still proposed, and tell of the rest that its bank line leaves."""
        # Whatever the order of Odoo's hooks: an accepted match refuses before anything is let go.
        self._ai_close_unlink_except_matched()
        found = self.env["ai.close.match.line"].sudo().search([("statement_line_id", "in", self.ids)])
        found.match_id._after_line_deleted(self)


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.ondelete(at_uninstall=True)
    def _ai_close_keep_matches(self):
        # Deleted with its journal entry a bank line leaves by the database's own cascade.
        lines = self.sudo().statement_line_id
        if lines:
            lines._ai_close_keep_matches()


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.private
    def _after_line_deleted(self, lines):
        """Let go of bank ``lines`` that are being deleted; what is still proposed for them is superseded."""
        for match in self.sudo():
            before = audit_values(match, KEPT)
            if match.state == "proposed":
                match._transition("superseded", role=SERVER, reason=self.env._("The bank line was deleted."))
            if match.statement_line_id in lines:
                match._guarded().write({"statement_line_id": False})
            match.line_ids.filtered(lambda each: each.statement_line_id in lines)._guarded().write(
                {"statement_line_id": False}
            )
            self.env["ai.close.audit"]._append("match.line_deleted", match, before=before)
