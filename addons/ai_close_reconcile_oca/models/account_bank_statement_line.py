"""Bank lines beside OCA's add-on: its reconciliation at the import is off where AI Close guards the books.

The import asks for a run of the agent instead (ai_close, close_match_import.py), and what that finds waits
for people.  OCA's screen still suggests and reconciles what somebody confirms there; other companies of the
database keep OCA's automatic as it is.
"""

from odoo import models
from odoo.addons.ai_close.models.guarding import guarded


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _auto_reconcile(self):
        companies = guarded(self.company_id)
        return super(
            AccountBankStatementLine, self.filtered(lambda line: line.company_id not in companies)
        )._auto_reconcile()
