"""Journal entries: what stays as it is, below a lock, when approved, and what Odoo computes itself."""

from odoo import api, models
from odoo.tools import format_date

from .bookkeeping import bypasses_locks, changes, is_bookkeeping
from .refusal import refuse

# What the books of a locked period say.
FROZEN = frozenset(
    {
        "state",
        "name",
        "ref",
        "date",
        "narration",
        "move_type",
        "journal_id",
        "currency_id",
        "invoice_currency_rate",
        "partner_id",
        "partner_shipping_id",
        "commercial_partner_id",
        "fiscal_position_id",
        "invoice_date",
        "taxable_supply_date",
        "delivery_date",
        "invoice_origin",
        "payment_reference",
        "invoice_payment_term_id",
        "invoice_cash_rounding_id",
        "quick_edit_total_amount",
        "always_tax_exigible",
        "reversed_entry_id",
        "statement_line_id",
        "origin_payment_id",
        "tax_cash_basis_rec_id",
        "tax_cash_basis_origin_move_id",
        "auto_post",
        "auto_post_origin_id",
        # whose name an entry without a partner bears
        "invoice_source_email",
    }
)
# What was signed of an approved entry, and what Odoo would compute its date or its lines anew from.
SEALED = (FROZEN - {"state", "commercial_partner_id", "always_tax_exigible"}) | {
    "company_id",
    "payment_state",
}
# What a tax return says; a lock of taxes alone leaves the rest to whoever keeps the books.
TAXED = FROZEN - {
    "ref",
    "narration",
    "invoice_origin",
    "payment_reference",
    "invoice_payment_term_id",
    "statement_line_id",
    "origin_payment_id",
    "auto_post",
    "auto_post_origin_id",
    "invoice_source_email",
}
# What Odoo computes, counts or hashes itself, on drafts too: posting does not compute all of it anew.
KEPT = frozenset(
    {
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "amount_residual",
        "amount_untaxed_signed",
        "amount_untaxed_in_currency_signed",
        "amount_tax_signed",
        "amount_total_signed",
        "amount_total_in_currency_signed",
        "amount_residual_signed",
        "payment_state",
        "commercial_partner_id",
        "posted_before",
        "inalterable_hash",
        "secure_sequence_number",
        "sequence_prefix",
        "sequence_number",
        # related or computed, and written into the items or the entry all the same
        "company_currency_id",
        "invoice_partner_display_name",
    }
)
# What may change below a lock, and is noted when it does.
DUE = frozenset({"invoice_date_due", "no_followup", "followup_line_id", "next_payment_date"})
SIGNED = SEALED | {"state"}
WATCHED = SEALED | FROZEN | KEPT | DUE | {"company_id"}


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _ai_close_guard_create(self):
        """Refuse what was created as posted or as hashed: a default in the context will do for either.

        What Odoo computes it computes for a new entry whatever is sent along.
        """
        moves = self.filtered(lambda move: move.state == "posted" or move.inalterable_hash)
        moves = moves._ai_close_guarded()
        if moves:
            raise refuse(
                moves.browse(),
                "ENT011",
                self.env._("Not posted: create a draft and post it, which checks the entry."),
                action="move.create",
            )

    @api.private
    def _ai_close_guard_write(self, vals, names):
        """Refuse to change what has to stay; return ``(move, values before)`` where due dates change."""
        noted = []
        if names & SIGNED:
            self.filtered(lambda move: move._ai_close_changes_signed(vals, names))._ai_close_refuse_approved()
        for move in self._ai_close_guarded():
            changed = {name for name in names if changes(move, vals, name)}
            if not changed:
                continue
            move._ai_close_refuse_computed(move._ai_close_computed(changed & KEPT))
            if move.state != "posted":
                continue
            if "company_id" in changed:
                raise refuse(
                    move,
                    "LCK011",
                    self.env._("%s is posted and stays in its company.", move.display_name),
                    action="move.write",
                )
            frozen = changed & FROZEN
            if bypasses_locks(self):
                frozen -= {"partner_id", "commercial_partner_id"}
            if frozen:
                taxed = bool(frozen & TAXED) and move._affect_tax_report()
                move._ai_close_refuse_locked("move.write", taxed)
            due = changed & DUE
            if due and move._ai_close_locks(move.date):
                noted.append((move, {name: move[name] for name in due}))
        return noted

    @api.private
    def _ai_close_computed(self, names):
        """Return those of the computed ``names`` that nothing of Odoo's own is writing now."""
        if not names or is_bookkeeping(self):
            return frozenset()
        if self._ai_close_is_posting():
            names -= {"posted_before"}
        if bypasses_locks(self):
            names -= {"commercial_partner_id"}
        if self.state != "posted":
            names -= {"amount_total"}
        return names

    @api.private
    def _ai_close_refuse_computed(self, names, lines=None):
        """Refuse when there are ``names`` of fields, the move's or its ``lines``', that Odoo keeps itself."""
        if names:
            fields = (self if lines is None else lines)._fields
            labels = (fields[name].get_description(self.env)["string"] for name in sorted(names))
            raise refuse(
                self,
                "ENT012",
                self.env._(
                    "Not written: Odoo computes %s itself, from the items and what settles them.",
                    ", ".join(labels),
                ),
                action="move.write" if lines is None else "move_line.write",
            )

    @api.private
    def _ai_close_refuse_locked(self, action, taxed):
        """Refuse to change one of these entries in a locked period; ``taxed``: below a tax lock too."""
        for move in self:
            locks = move._get_violated_lock_dates(move.date, taxed)
            if locks:
                raise refuse(
                    move,
                    "LCK010",
                    self.env._(
                        "Not changed: %(move)s of %(date)s is locked to %(locked)s. Correct it with an"
                        " entry in an open month.",
                        move=move.display_name,
                        date=format_date(self.env, move.date),
                        locked=format_date(self.env, locks[-1][0]),
                    ),
                    action=action,
                )

    @api.private
    def _ai_close_refuse_more_items(self, taxed):
        """Refuse to add items, ``taxed`` or not, to those of these entries that have to stay."""
        posted = self.filtered(lambda move: move.state == "posted")
        if posted:
            posted._ai_close_refuse_approved()
            moves = posted._ai_close_guarded()
            moves._ai_close_refuse_secured("move_line.create")
            moves._ai_close_refuse_locked("move_line.create", taxed)

    @api.private
    def _ai_close_refuse_secured(self, action):
        """Refuse to change the items of an entry that is secured by its hash."""
        secured = self.filtered("inalterable_hash")
        if secured:
            raise refuse(
                secured,
                "LCK010",
                self.env._(
                    "Not changed: %s is secured by a hash. Reverse it instead.",
                    ", ".join(secured.mapped("display_name")),
                ),
                action=action,
            )

    @api.private
    def _ai_close_note_due_date(self, record, before):
        """Tell the audit trail what was changed about when ``record`` (a move or its line) is due."""
        self.env["ai.close.audit"]._append(
            "move.due_date",
            record,
            before=before,
            after={name: record[name] for name in before},
            company=self.company_id,
        )

    @api.private
    def _ai_close_changes_signed(self, vals, names):
        """Tell whether writing ``vals`` would change what was signed of an approved, posted entry."""
        self.ensure_one()
        if not self.sudo().ai_close_entry_id or self.state != "posted":
            return False
        if "state" in vals and vals["state"] != "posted":
            return True
        return any(changes(self, vals, name) for name in names & SEALED)

    @api.private
    def _ai_close_refuse_approved(self):
        """Corrections of an approved entry are new entries, never edits."""
        approved = self.sudo().filtered(lambda move: move.ai_close_entry_id and move.state == "posted")
        if approved:
            raise refuse(
                approved,
                "ENT005",
                self.env._(
                    "%(moves)s was approved in the close; propose its reversal instead of changing it.",
                    moves=", ".join(approved.mapped("display_name")),
                ),
                action="move.write",
            )
