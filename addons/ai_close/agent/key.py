"""The agent's API key: renewed by the agent itself, before it ends."""

import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..kernel.canonical import timestamp
from ..models.refusal import refuse
from .envelope import answered

KEY_DAYS = 90


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.model
    @answered
    def rotate_key(self):
        """Make a new key for this user; the old ones go on until ``drop_other_keys``."""
        expires = fields.Datetime.now() + timedelta(days=KEY_DAYS)
        name = f"ai-close {fields.Date.today().isoformat()} {secrets.token_hex(4)}"
        key = self.env["res.users.apikeys"].sudo()._generate("rpc", name, expires)
        self.env["ai.close.audit"]._append(
            "key.rotate",
            self.env.user,
            role="agent",
            company=self.env.company,
            after={"name": name, "expires_at": timestamp(expires)},
        )
        return {"key": key, "expires_at": timestamp(expires), "name": name}

    @api.model
    @answered
    def drop_other_keys(self, keep_name):
        """Forget every key of this user but the named one, which has to be there."""
        keys = self._keys()
        kept = keys.filtered(lambda key: key.name == keep_name)
        if len(kept) != 1:
            raise refuse(
                self,
                "RUN010",
                self.env._("There is no key %(name)s.", name=keep_name),
                action="port.drop_other_keys",
            )
        dropped = keys - kept
        names = sorted(dropped.mapped("name"))
        dropped._remove()
        if names:
            self.env["ai.close.audit"]._append(
                "key.drop",
                self.env.user,
                role="agent",
                company=self.env.company,
                after={"kept": keep_name, "dropped": names},
            )
        return {"dropped": len(names)}

    def _keys(self):
        return self.env["res.users.apikeys"].sudo().search([("user_id", "=", self.env.uid)])

    def _key_expires_at(self):
        """When the agent's youngest key ends; None when one never does, or there is none."""
        ends = self._keys().mapped("expiration_date")
        return max(ends) if ends and all(ends) else None
