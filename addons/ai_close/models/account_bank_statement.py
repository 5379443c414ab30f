"""Bank statements: what the bank certified of a locked period stays, with the balances it certified."""

from odoo import api, models

from .bookkeeping import changes

CERTIFIED = frozenset({"balance_start", "balance_end_real"})


class AccountBankStatement(models.Model):
    _inherit = "account.bank.statement"

    def write(self, vals):
        names = CERTIFIED & vals.keys()
        if names:
            self.filtered(
                lambda statement: any(changes(statement, vals, name) for name in names)
            )._ai_close_refuse_locked("statement.write")
        return super().write(vals)

    # An override and no ondelete method: a context key of Odoo's own skips those.
    def unlink(self):
        self._ai_close_refuse_locked("statement.unlink")
        return super().unlink()

    @api.private
    def _ai_close_refuse_locked(self, action):
        """Refuse where one of the statements' posted lines lies below a lock."""
        moves = self.sudo().line_ids.move_id.filtered(lambda move: move.state == "posted")
        moves.with_env(self.env)._ai_close_guarded()._ai_close_refuse_locked(action, False)
