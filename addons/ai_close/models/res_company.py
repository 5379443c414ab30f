"""Companies: whether AI Close guards them, their time zone, and lock dates that move by requests only."""

from odoo import api, fields, models
from odoo.addons.account.models.company import LOCK_DATE_FIELDS
from odoo.addons.base.models.res_partner import _tz_get

from .refusal import refuse

_ENABLE = object()
_GUARDED = ("ai_close_enabled", "ai_close_tz", "ai_close_start")
# Compared by identity: the approved request's own write, which no caller of the RPC can forge.
_LOCK = object()


class ResCompany(models.Model):
    _inherit = "res.company"

    ai_close_enabled = fields.Boolean("AI Close", readonly=True, copy=False)
    ai_close_tz = fields.Selection(_tz_get, "Time zone of the close", readonly=True)
    ai_close_start = fields.Date(
        "First day under AI Close",
        readonly=True,
        copy=False,
        help="The close begins here. What was open before is one list that is signed once.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # Looked at beforehand: the database would refuse the row without our words.  Only a parent guards a
        # new company, and a default in the context arrives without being in the values.
        for vals in vals_list:
            vals = {**self.default_get(["parent_id", *LOCK_DATE_FIELDS]), **vals}
            parent = self.browse(vals.get("parent_id") or ()).sudo()
            if any(vals.get(name) for name in LOCK_DATE_FIELDS) and parent._ai_close_is_guarded():
                raise refuse(parent, "LCK006", action="company.lock_date")
        companies = super().create(vals_list)
        if any(company[name] for company in companies.sudo() for name in _GUARDED):
            raise refuse(self, "POL003", action="company.create")
        return companies

    def write(self, vals):
        # Guards bind enabled companies only: switching it off would switch them off.
        if self.env.context.get("ai_close_enable") is not _ENABLE:
            for name in _GUARDED:
                field = self._fields[name]
                if name in vals and any(
                    (company[name] or False)
                    != (field.convert_to_cache(vals[name], company, validate=False) or False)
                    for company in self.sudo()
                ):
                    raise refuse(self, "POL003", action="company.write")
        # Superuser or not: other modules' code runs with sudo too, and theirs is no approved request.
        if self.env.context.get("ai_close_lock") is not _LOCK:
            self._ai_close_refuse_lock_dates(vals)
        return super().write(vals)

    @api.private
    def _ai_close_is_guarded(self):
        """Is AI Close on for one of these companies, or for one above it, whose locks bind it too?"""
        return any(self.sudo().parent_ids.mapped("ai_close_enabled"))

    @api.private
    def _ai_close_refuse_lock_dates(self, vals):
        """Refuse to move a lock date of a guarded company; what a form sends unchanged is no move."""
        names = [name for name in LOCK_DATE_FIELDS if name in vals]
        for company in self.sudo() if names else ():
            moved = [name for name in names if company[name] != (fields.Date.to_date(vals[name]) or False)]
            if moved and company._ai_close_is_guarded():
                raise refuse(company, "LCK006", action="company.lock_date")

    @api.private
    def _ai_close_move_lock_date(self, name, date):
        """Move one lock date for an approved request; the database compares it with that request."""
        self.ensure_one()
        # Nothing else of the caller's context: it could silence Odoo's own tracking.
        company = self.sudo().with_context(ai_close_lock=_LOCK, tracking_disable=False)
        with self.env["ai.close.gate"]._acting():
            company.write({name: date})

    @api.private
    def _ai_close_enable(self, tz=None, start=None):
        """Switch AI Close on, in the transaction that puts the first policy in force.

        :param start: first day of the first close; None leaves every month open to a close
        """
        self.ensure_one()
        if not self.env["ai.close.policy"]._in_force(self):
            raise refuse(self, "POL003", action="company.enable")
        # Lock dates written before belong to the state that the guard starts from.
        self.env.flush_all()
        self.sudo().with_context(ai_close_enable=_ENABLE).write(
            {
                "ai_close_enabled": True,
                "ai_close_tz": tz or self.partner_id.tz or self.env.user.tz or "UTC",
                "ai_close_start": start or False,
            }
        )
        self.env["ai.close.audit"]._append(
            "company.enable",
            self,
            company=self,
            after={
                "ai_close_enabled": True,
                "ai_close_tz": self.ai_close_tz,
                "ai_close_start": self.ai_close_start or None,
            },
        )
