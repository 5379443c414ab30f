"""The agent's own user: it is a key and a role, kept by administrators.  It changes nothing of itself.

Odoo lets every user write some fields of his own record, with sudo and past the access rights: address,
signature, picture, language, time zone, notification.  Whoever stole the agent's key would have them.
"""

from odoo import api, models

from ..kernel.sod import AGENT
from .refusal import refuse


def refuse_agent(records, action, sentence=None):
    """Refuse when the caller is the agent's user, with sudo or without."""
    if AGENT in records.env.user._ai_close_roles():
        raise refuse(
            records,
            "AUD005",
            sentence or records.env._("The agent's user changes nothing of itself; an administrator does."),
            action=action,
        )


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        # Preferences, password, tours, devices: whatever the method, it ends in a write, often with sudo.
        refuse_agent(self, "user.write")
        return super().write(vals)

    def preference_save(self):
        refuse_agent(self, "user.preference_save")
        return super().preference_save()

    @api.model
    def change_password(self, old_passwd, new_passwd):
        refuse_agent(self, "user.change_password")
        return super().change_password(old_passwd, new_passwd)


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    def write(self, vals):
        refuse_agent(self, "user.settings")
        return super().write(vals)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        if self.env.user.partner_id in self:
            refuse_agent(self, "user.partner")
        return super().write(vals)


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model_create_multi
    def create(self, vals_list):
        refuse_agent(self, "user.mail_server")
        return super().create(vals_list)


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _remove(self):
        # The port drops old keys with sudo; a call from outside has none.
        if not self.env.su:
            refuse_agent(self, "user.key_remove")
        return super()._remove()


class ResCompany(models.Model):
    _inherit = "res.company"

    def get_next_batch_payment_communication(self):
        # Odoo draws the number with sudo, for whoever calls: a number that no payment bears is a hole.
        refuse_agent(
            self,
            "company.batch_number",
            self.env._("The agent's user draws no number of a sequence; whoever registers the payment does."),
        )
        return super().get_next_batch_payment_communication()
