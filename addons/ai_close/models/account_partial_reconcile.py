"""Settlements: made and undone by matching, never below a lock, and never behind an accepted match."""

from odoo import api, models
from odoo.tools import format_date

from .bookkeeping import as_bookkeeping, changes, is_bookkeeping
from .guarding import guarded
from .refusal import refuse

# What a settlement says; Odoo writes it once, when it matches.
KEPT = frozenset(
    {
        "debit_move_id",
        "credit_move_id",
        "amount",
        "debit_amount_currency",
        "credit_amount_currency",
        "debit_currency_id",
        "credit_currency_id",
        "company_id",
        "max_date",
        "full_reconcile_id",
        "exchange_move_id",
        "draft_caba_move_vals",
    }
)


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # A caller's default_company_id would hide the settlement from the triggers of its own company.
        kept = {key: value for key, value in self.env.context.items() if not key.startswith("default_")}
        partials = super(AccountPartialReconcile, self.with_context(kept)).create(vals_list)
        partials = partials.with_env(self.env)
        partials._ai_close_refuse_by_hand("partial.create")
        return partials

    def write(self, vals):
        names = KEPT & vals.keys()
        if names and not is_bookkeeping(self):
            changed = self.filtered(lambda partial: any(changes(partial, vals, name) for name in names))
            changed._ai_close_refuse_by_hand("partial.write", self._ai_close_target(vals))
        return super().write(vals)

    def unlink(self):
        settled = self.filtered(lambda partial: guarded(partial._ai_close_companies()))
        if not settled:
            return super().unlink()
        settled._ai_close_refuse_locked()
        matches = settled._ai_close_matches()
        matches._need_undoable()
        result = super(AccountPartialReconcile, as_bookkeeping(self)).unlink()
        matches._after_undo()
        return result

    @api.model
    def _update_matching_number(self, amls):
        return super()._update_matching_number(as_bookkeeping(amls))

    def _set_draft_caba_move_vals(self):
        return super(AccountPartialReconcile, as_bookkeeping(self))._set_draft_caba_move_vals()

    # -- the guard

    @api.model
    def _ai_close_target(self, vals):
        """Return the companies that writing ``vals`` moves a settlement to: by name, or by its items."""
        companies = self.env["res.company"].sudo().browse(vals.get("company_id") or ()).exists()
        for name in ("debit_move_id", "credit_move_id"):
            companies |= self.env["account.move.line"].sudo().browse(vals.get(name) or ()).exists().company_id
        return companies

    @api.private
    def _ai_close_companies(self):
        moves = self.debit_move_id.move_id | self.credit_move_id.move_id
        return self.company_id | moves.company_id

    @api.private
    def _ai_close_refuse_by_hand(self, action, target=()):
        """Refuse settlements that no matching made: residuals and numbers would follow whatever they say."""
        if not self or is_bookkeeping(self):
            return
        companies = self._ai_close_companies()
        if guarded(companies | target if target else companies):
            raise refuse(
                self,
                "ENT012",
                self.env._("Not written: match the items, and Odoo makes the settlement itself."),
                action=action,
            )

    @api.private
    def _ai_close_refuse_locked(self):
        """Refuse to undo what was settled in a locked period; when the settled invoice was is no matter."""
        for partial in self:
            moves = partial.debit_move_id.move_id | partial.credit_move_id.move_id
            if any(move.state != "posted" for move in moves):
                continue
            locks = sorted(
                lock
                for move in moves
                for lock in move.company_id._get_violated_lock_dates(partial.max_date, False, move.journal_id)
            )
            if locks:
                raise refuse(
                    partial,
                    "LCK010",
                    self.env._(
                        "Not undone: %(items)s were settled on %(date)s, which is locked to %(locked)s."
                        " Post a correction in an open month.",
                        items=", ".join(moves.mapped("display_name")),
                        date=format_date(self.env, partial.max_date),
                        locked=format_date(self.env, locks[-1][0]),
                    ),
                    action="partial.unlink",
                )

    @api.private
    def _ai_close_matches(self):
        """Return the accepted matches of the bank lines, or of the items alone, that are settled here."""
        items = self.debit_move_id | self.credit_move_id
        lines = self.env["account.bank.statement.line"].sudo().search([("move_id", "in", items.move_id.ids)])
        between = (
            self.env["ai.close.match"]
            .sudo()
            .search(
                [
                    ("state", "=", "accepted"),
                    ("line_ids", "=", False),
                    ("item_ids.move_line_id", "in", items.ids),
                ]
            )
        )
        between = between.filtered(lambda match: match._settled_between_items() & self)
        return self.env["ai.close.match.line"]._matches_of(lines) | between


class AccountFullReconcile(models.Model):
    _inherit = "account.full.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        fulls = super().create(vals_list)
        fulls._ai_close_refuse_by_hand("full.create")
        return fulls

    @api.ondelete(at_uninstall=True)  # False can be skipped by a context key that RPC sends
    def _ai_close_unlink_except_unmatched(self):
        self._ai_close_refuse_by_hand("full.unlink")

    @api.private
    def _ai_close_refuse_by_hand(self, action):
        """Refuse what no matching does: a number without a settlement, or a settlement without its number."""
        if is_bookkeeping(self):
            return
        companies = self.reconciled_line_ids.company_id | self.partial_reconcile_ids.company_id
        if guarded(companies):
            raise refuse(
                self,
                "ENT012",
                self.env._("Not written: match the items or undo their settlement; the number follows."),
                action=action,
            )
