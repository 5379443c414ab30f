"""Companies: whether AI Close guards them, and their time zone."""

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get

from .refusal import refuse

_ENABLE = object()
_GUARDED = ("ai_close_enabled", "ai_close_tz")
_LOCK_DATES = (
    "fiscalyear_lock_date",
    "tax_lock_date",
    "sale_lock_date",
    "purchase_lock_date",
    "hard_lock_date",
)


class ResCompany(models.Model):
    _inherit = "res.company"

    ai_close_enabled = fields.Boolean("AI Close", readonly=True, copy=False)
    ai_close_tz = fields.Selection(_tz_get, "Time zone of the close", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # Looked at afterwards: a default in the context arrives without being in the values.
        if any(company[name] for company in companies.sudo() for name in _GUARDED):
            raise refuse(self, "POL003", action="company.create")
        return companies

    def write(self, vals):
        # Guards bind enabled companies only: switching it off would switch them off.
        if self.env.context.get("ai_close_enable") is not _ENABLE:
            for name in _GUARDED:
                if name in vals and any(
                    (company[name] or False) != (vals[name] or False) for company in self.sudo()
                ):
                    raise refuse(self, "POL003", action="company.write")
        # Nobody's call runs as superuser: that is the approved request, and code that the server trusts.
        if not self.env.su:
            self._refuse_lock_dates(vals)
        return super().write(vals)

    def _refuse_lock_dates(self, vals):
        for company in self.sudo().filtered("ai_close_enabled"):
            for name in _LOCK_DATES:
                if name in vals and company[name] != (fields.Date.to_date(vals[name]) or False):
                    raise refuse(company, "LCK006", action="company.lock_date")

    @api.private
    def _ai_close_enable(self, tz=None):
        """Switch AI Close on, in the transaction that puts the first policy in force."""
        self.ensure_one()
        if not self.env["ai.close.policy"]._in_force(self):
            raise refuse(self, "POL003", action="company.enable")
        self.sudo().with_context(ai_close_enable=_ENABLE).write(
            {"ai_close_enabled": True, "ai_close_tz": tz or self.partner_id.tz or self.env.user.tz or "UTC"}
        )
        self.env["ai.close.audit"]._append(
            "company.enable",
            self,
            company=self,
            after={"ai_close_enabled": True, "ai_close_tz": self.ai_close_tz},
        )
