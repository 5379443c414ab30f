"""ai.close.entry.line: one line of a staged entry; editing it strikes the entry's signatures."""

from odoo import api, fields, models

from .close_entry_edit import Edit
from .close_state_mixin import passes
from .refusal import refuse


class AiCloseEntryLine(models.Model):
    _name = "ai.close.entry.line"
    _inherit = ["analytic.mixin"]
    _description = "Line of a staged entry"
    _order = "entry_id, sequence, id"

    entry_id = fields.Many2one("ai.close.entry", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="entry_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    sequence = fields.Integer(default=10)
    account_id = fields.Many2one("account.account", required=True, ondelete="restrict")
    partner_id = fields.Many2one("res.partner", ondelete="restrict")
    name = fields.Char("Label", required=True)
    balance = fields.Monetary(
        currency_field="company_currency_id", help="Debit positive, in company currency."
    )
    debit = fields.Monetary(
        compute="_compute_sides", inverse="_inverse_sides", currency_field="company_currency_id"
    )
    credit = fields.Monetary(
        compute="_compute_sides", inverse="_inverse_sides", currency_field="company_currency_id"
    )
    currency_id = fields.Many2one("res.currency")
    amount_currency = fields.Monetary(currency_field="currency_id")

    @api.depends("balance")
    def _compute_sides(self):
        for line in self:
            line.debit = max(line.balance, 0.0)
            line.credit = max(-line.balance, 0.0)

    def _inverse_sides(self):
        for line in self:
            line.balance = line.debit - line.credit

    @api.onchange("debit")
    def _onchange_debit(self):
        """A line has one side: who types a debit takes the credit away."""
        if self.debit:
            self.credit = 0.0

    @api.onchange("credit")
    def _onchange_credit(self):
        if self.credit:
            self.debit = 0.0

    # A line is part of its entry: whoever changes one, from whatever screen, edits the entry.

    def _in_edit(self, entry_ids):
        """Tell whether an edit of these entries is under way, or the server itself writes."""
        edit = self.env.context.get("ai_close_edit")
        return passes(self.env) or (isinstance(edit, Edit) and edit.entry_ids >= set(entry_ids))

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_company(vals_list)
        entry_ids = {vals.get("entry_id") or self.env.context.get("default_entry_id") for vals in vals_list}
        if self._in_edit(entry_ids):
            return super().create(vals_list)
        if not all(entry_ids):
            # A default of the database could name an entry that nobody is editing.
            raise refuse(self, "AUD002", action="entry.edit")
        with self.env["ai.close.entry"].browse(entry_ids)._as_edit():
            return super().create(vals_list)

    def _refuse_company(self, vals_list):
        """Refuse a company of the caller's choice: it would hide the line from those who sign the entry."""
        if not passes(self.env) and any("company_id" in vals for vals in vals_list):
            raise refuse(self, "AUD002", action="entry.edit")

    def write(self, vals):
        self._refuse_company([vals])
        if (
            "entry_id" in vals
            and not passes(self.env)
            and any(line.entry_id.id != vals["entry_id"] for line in self)
        ):
            raise refuse(self, "AUD002", action="entry.edit")
        if self._in_edit(self.entry_id.ids):
            return super().write(vals)
        with self.entry_id._as_edit() as edit:
            # What a side sets beside itself belongs to the same edit.
            return super(AiCloseEntryLine, self.with_context(ai_close_edit=edit)).write(vals)

    def unlink(self):
        if self._in_edit(self.entry_id.ids):
            return super().unlink()
        with self.entry_id._as_edit():
            return super().unlink()
