"""The change log of everything else that the port reads: masters, documents, and what companies share."""

from odoo import api, models
from odoo.tools import file_open

# Tables with a company of their own.
OWNED = {
    "account_journal": "account.journal",
    "account_bank_statement": "account.bank.statement",
    "account_payment": "account.payment",
    "account_tax": "account.tax",
}
# Tables that companies share, or whose empty company means all: a change is news for each of them.
SHARED = {
    "account_account": "account.account",
    "account_fiscal_position": "account.fiscal.position",
    "account_tax_repartition_line": "account.tax.repartition.line",
    "product_category": "product.category",
    "product_product": "product.product",
    "product_template": "product.template",
    "res_company": "res.company",
    "res_currency": "res.currency",
    "res_currency_rate": "res.currency.rate",
    "res_partner": "res.partner",
    "res_partner_bank": "res.partner.bank",
    "res_users": "res.users",
}
# Columns that change by themselves, with each invoice or each visit, and that nobody reads.
UNREAD = "write_date,write_uid,customer_rank,supplier_rank,password,totp_secret,totp_last_counter"


class CloseGate(models.AbstractModel):
    _inherit = "ai.close.gate"

    def init(self):
        result = super().init()
        with file_open("ai_close/sql/changes.sql") as script:
            self.env.cr.execute(script.read())
        for table, model in OWNED.items():
            self._note_changes(table, model)
        for table, model in SHARED.items():
            self._note_shared_changes(table, model)
        self._install_triggers("res_partner", "family", "ai_close_note_family", events=("update",))
        self._install_triggers("ir_attachment", "document", "ai_close_note_document")
        return result

    @api.model
    @api.private
    def _note_shared_changes(self, table, model):
        """Note every change of ``table`` as one of ``model`` in all companies."""
        self._install_triggers(table, "change", "ai_close_note_shared", model, UNREAD)
