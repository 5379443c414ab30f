"""The wizard that makes API keys: the agent's user makes none; its port renews the one it has."""

from odoo import models

from ..models.agent_user import refuse_agent


class ResUsersApikeysDescription(models.TransientModel):
    _inherit = "res.users.apikeys.description"

    def check_access_make_key(self):
        refuse_agent(self, "user.key_make")
        return super().check_access_make_key()
