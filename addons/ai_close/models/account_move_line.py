"""Journal items: locking open items for a decision, and what of a posted item stays as it is."""

from odoo import api, models

from .bookkeeping import as_bookkeeping, bypasses_locks, changes, is_bookkeeping
from .guarding import guarded
from .refusal import refuse

# What the ledger says of an item.
LEDGER = frozenset(
    {
        "account_id",
        "balance",
        "debit",
        "credit",
        "amount_currency",
        "currency_id",
        "partner_id",
        "name",
        "display_type",
        "tax_ids",
        "tax_tag_ids",
        "tax_line_id",
        "tax_repartition_line_id",
        "tax_group_id",
        "group_tax_id",
        "tax_base_amount",
        "product_id",
        "product_uom_id",
        "quantity",
        "price_unit",
        "discount",
        "discount_balance",
        "discount_amount_currency",
        "deductible_amount",
        "is_storno",
        "extra_tax_data",
        "cogs_origin_id",
    }
)
# What an approved entry says; reconciling a line afterwards changes none of these.
SEALED = LEDGER | {
    "date",
    "move_id",
    "parent_state",
    "company_id",
    "journal_id",
    "statement_line_id",
    "statement_id",
    "analytic_distribution",
    "is_imported",
}
# Below a lock analyses stand too, and what the item bills; Odoo itself lets analyses change in a secured
# entry of an open month.  The last two are of purchases and sales, where those are installed.
FROZEN = LEDGER | {
    "analytic_distribution",
    "is_imported",
    "statement_id",
    "purchase_line_id",
    "is_downpayment",
}
# What a tax return says of an item that has to do with taxes.
TAXED = LEDGER - {"account_id", "name", "product_id", "product_uom_id", "cogs_origin_id"}
TAXES = frozenset({"tax_ids", "tax_tag_ids", "tax_line_id", "tax_repartition_line_id"})
# Copies of what the move says: they never say anything else.
COPIES = {
    "parent_state": "state",
    "date": "date",
    "company_id": "company_id",
    "company_currency_id": "company_currency_id",
    "journal_id": "journal_id",
    "move_name": "name",
    "ref": "ref",
    "invoice_date": "invoice_date",
    "payment_id": "origin_payment_id",
    "statement_line_id": "statement_line_id",
}
# What Odoo computes from the settlements, on drafts too: posting does not compute it anew.
KEPT = frozenset(
    {
        "amount_residual",
        "amount_residual_currency",
        "reconciled",
        "full_reconcile_id",
        "matching_number",
        "price_subtotal",
        "price_total",
    }
)
# What may change below a lock, and is noted when it does.
DUE = frozenset({"date_maturity", "discount_date", "no_followup", "expected_pay_date", "followup_line_id"})
WATCHED = FROZEN | SEALED | COPIES.keys() | KEPT | DUE | {"move_id"}


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

    # -- the guard

    @api.model_create_multi
    def create(self, vals_list):
        # The lines of a move are created while it is a draft: a line that arrives later is an edit.  Where
        # the move is named we look beforehand: below a lock Odoo or the database would refuse, without our
        # words.
        named = {vals.get("move_id", self.env.context.get("default_move_id")) for vals in vals_list}
        known = self.env["account.move"].browse(each for each in named if isinstance(each, int) and each)
        known._ai_close_refuse_more_items(any(vals.get(name) for vals in vals_list for name in TAXES))
        lines = super().create(vals_list)
        (lines.move_id - known)._ai_close_refuse_more_items(True)
        settled = lines.filtered("full_reconcile_id")
        if settled and not is_bookkeeping(self) and guarded(settled.move_id.company_id):
            settled[0].move_id._ai_close_refuse_computed({"full_reconcile_id"}, settled)
        return lines

    def write(self, vals):
        names = WATCHED & vals.keys()
        due = self._ai_close_guard_write(vals, names) if names else []
        result = super().write(vals)
        for line, before in due:
            line.move_id._ai_close_note_due_date(line, before)
        return result

    @api.ondelete(at_uninstall=True)  # False can be skipped by a context key that RPC sends
    def _ai_close_unlink_except_sealed(self):
        self.move_id._ai_close_refuse_approved()
        # Odoo looks at a lock whatever the context says, but at the hash only where it is not told to skip.
        self.move_id._ai_close_guarded()._ai_close_refuse_secured("move_line.unlink")

    def _reconcile_plan_with_sync(self, plan_list, all_amls):
        return super(AccountMoveLine, as_bookkeeping(self))._reconcile_plan_with_sync(plan_list, all_amls)

    @api.private
    def _ai_close_guard_write(self, vals, names):
        """Refuse to change what has to stay; return ``(item, values before)`` where due dates change."""
        noted = []
        if names & SEALED:
            approved = self.filtered(
                lambda line: line.move_id.sudo().ai_close_entry_id and line.move_id.state == "posted"
            )
            approved.filtered(
                lambda line: any(changes(line, vals, name) for name in names & SEALED)
            ).move_id._ai_close_refuse_approved()
        companies = guarded(self.move_id.company_id | self._ai_close_target(vals).company_id)
        for line in self if companies else ():
            changed = {name for name in names if changes(line, vals, name)}
            if changed:
                noted += line._ai_close_guard_changes(vals, changed)
        return noted

    @api.model
    def _ai_close_target(self, vals):
        """Return the move that writing ``vals`` moves items to."""
        return self.env["account.move"].browse(vals.get("move_id") or ()).exists()

    @api.private
    def _ai_close_guard_changes(self, vals, changed):
        """Refuse to change the fields ``changed`` of one item where they have to stay."""
        self.ensure_one()
        move = self.move_id
        if "move_id" in changed and "posted" in (move.state, self._ai_close_target(vals).state):
            raise refuse(
                move,
                "LCK011",
                self.env._("%s is posted; its items stay in it.", move.display_name),
                action="move_line.write",
            )
        move._ai_close_refuse_computed(self._ai_close_computed(vals, changed), self)
        if move.state != "posted":
            return []
        if changed & LEDGER:
            move._ai_close_refuse_secured("move_line.write")
        frozen = changed & FROZEN
        if bypasses_locks(self):
            frozen -= {"partner_id"}
        if frozen:
            taxed = changed & TAXED and (self._affect_tax_report() or changed & TAXES)
            move._ai_close_refuse_locked("move_line.write", bool(taxed))
        due = changed & DUE
        if due and move._ai_close_locks(move.date):
            return [(self, {name: self[name] for name in due})]
        return []

    @api.private
    def _ai_close_computed(self, vals, changed):
        """Return those of the ``changed`` fields that nothing of Odoo's own is writing now."""
        move = self.move_id
        copies = {
            name
            for name in changed & COPIES.keys()
            if changes(move, {COPIES[name]: vals[name]}, COPIES[name])
        }
        kept = set() if is_bookkeeping(self) else changed & KEPT
        if not (self.matched_debit_ids or self.matched_credit_ids):
            # An import marks items that are not settled; Odoo matches them when the last one is posted.
            kept = kept - {"matching_number"}
        return copies | kept
