"""Lock exceptions: an approved lock is not lifted by one person, and what lifts it ends."""

from odoo import api, models

from .refusal import refuse

# Compared by identity, so that no caller of the RPC can forge them.
_LIFT = object()
_REVOKE = object()


class AccountLockException(models.Model):
    _inherit = "account.lock_exception"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse an exception in a guarded company, whoever asks, but for an approved request."""
        if self.env.context.get("ai_close_lift") is not _LIFT:
            # Looked at beforehand: the database would refuse the row without our words.
            default = self.default_get(["company_id"]).get("company_id")
            companies = self.env["res.company"].browse(
                {vals.get("company_id", default) for vals in vals_list}
            )
            self._ai_close_refuse(companies, "lock_exception.create")
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("ai_close_lift") is not _REVOKE:
            self._ai_close_refuse(self.sudo().company_id, "lock_exception.write")
        return super().write(vals)

    @api.ondelete(at_uninstall=True)  # False can be skipped by a context key that RPC sends
    def _ai_close_unlink_except_guarded(self):
        self._ai_close_refuse(self.sudo().company_id, "lock_exception.unlink")

    @api.private
    def _ai_close_refuse(self, companies, action):
        guarded = companies.filtered(lambda company: company._ai_close_is_guarded())
        if guarded:
            raise refuse(
                guarded[:1],
                "LCK006",
                self.env._(
                    "Exceptions to a lock of this company are asked for in AI Close and approved by somebody"
                    " else; an existing one can only be revoked."
                ),
                action=action,
            )

    def action_revoke(self):
        """End exceptions early; Odoo's own rights apply, and the database notes who did it."""
        with self.env["ai.close.gate"]._acting():
            return super(AccountLockException, self.with_context(ai_close_lift=_REVOKE)).action_revoke()

    def _recreate(self):
        # Odoo carries an exception over to the new lock date: it would lift a lock that nobody was asked
        # about.  In a guarded company it ends instead.
        guarded = self.filtered(lambda each: each.sudo().company_id._ai_close_is_guarded())
        guarded.sudo().action_revoke()
        return super(AccountLockException, self - guarded)._recreate()

    @api.model
    @api.private
    def _ai_close_lift(self, vals):
        """Create the exception of an approved request; the database compares it with that request."""
        exceptions = self.sudo().with_context(ai_close_lift=_LIFT, tracking_disable=False)
        with self.env["ai.close.gate"]._acting():
            return exceptions.create([vals])
