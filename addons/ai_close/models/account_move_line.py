"""Journal items: locking open items for a decision, and the lines of an approved entry."""

from odoo import api, fields, models

from .refusal import refuse

# What an approved entry says; reconciling a line afterwards changes none of these.
SEALED_FIELDS = (
    "account_id",
    "balance",
    "debit",
    "credit",
    "amount_currency",
    "currency_id",
    "date",
    "move_id",
    "parent_state",
    "partner_id",
    "company_id",
    "name",
    "journal_id",
    "statement_line_id",
    "tax_ids",
    "tax_tag_ids",
    "analytic_distribution",
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.private
    def _ai_close_lock_rows(self):
        """Lock these rows until the end of the transaction and forget what was read of them before.

        A row that somebody changed since this transaction began raises a serialization failure, which
        Odoo answers by running the call again on the new data.
        """
        if self:
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT id FROM account_move_line WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                [sorted(self.ids)],
            )
            self.invalidate_recordset()

    @api.private
    def _ai_close_refuse_sealed(self):
        """Refuse when one of these lines belongs to a posted entry that was approved in the close."""
        sealed = self.move_id.sudo().filtered(lambda move: move.ai_close_entry_id and move.state == "posted")
        if sealed:
            raise refuse(
                sealed,
                "ENT005",
                self.env._(
                    "%(moves)s was approved in the close; its lines stay as signed. Reverse it instead.",
                    moves=", ".join(sealed.mapped("display_name")),
                ),
                action="move_line.write",
            )

    @api.model_create_multi
    def create(self, vals_list):
        # The lines of a move are created while it is a draft: a line that arrives later is an edit.
        lines = super().create(vals_list)
        lines._ai_close_refuse_sealed()
        return lines

    def write(self, vals):
        if any(name in vals for name in SEALED_FIELDS):
            self.filtered(lambda line: line._ai_close_changes(vals))._ai_close_refuse_sealed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _ai_close_unlink_except_sealed(self):
        self._ai_close_refuse_sealed()

    @api.private
    def _ai_close_changes(self, vals):
        """Tell whether writing ``vals`` would change something that an approved entry says."""
        self.ensure_one()
        for name in SEALED_FIELDS:
            if name not in vals:
                continue
            field, value = self._fields[name], vals[name]
            if field.type == "many2one":
                changed = self[name].id != (value or False)
            elif field.type == "monetary":
                currency = self[field.get_currency_field(self)] or self.company_currency_id
                changed = bool(currency.compare_amounts(self[name], value or 0.0))
            elif field.type == "date":
                changed = self[name] != fields.Date.to_date(value)
            else:
                changed = self[name] != value
            if changed:
                return True
        return False
