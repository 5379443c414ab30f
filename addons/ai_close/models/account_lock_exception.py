"""Lock exceptions: an approved lock is not lifted by one person."""

from odoo import api, models

from .refusal import refuse


class AccountLockException(models.Model):
    _inherit = "account.lock_exception"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse an exception in a company that AI Close guards, but for code that runs as superuser."""
        exceptions = super().create(vals_list)
        if not self.env.su and any(each.company_id.ai_close_enabled for each in exceptions.sudo()):
            raise refuse(
                self,
                "LCK006",
                self.env._("Lock dates of this company are kept by AI Close; exceptions are not possible."),
                action="lock_exception.create",
            )
        return exceptions
