"""How many matches were accepted in the same call: what was accepted in bulk was not looked at one by one."""

from odoo import api, fields, models


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    accepted_with = fields.Integer(
        "Accepted together",
        readonly=True,
        copy=False,
        help="How many matches were asked to be accepted in the same call; 1 is a decision of its own.",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"accepted_with"}

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        if to == "accepted" and isinstance(vals, dict):
            vals = {**vals, "accepted_with": len(self)}
        return super()._transition(to, role=role, reason=reason, vals=vals, action=action)

    def _accept_many(self):
        answer = super()._accept_many()
        # Those that were taken one by one for some reason were asked for together all the same.
        done = self.browse(answer["infos"]["done"])
        done.filtered(lambda match: match.accepted_with != len(self))._guarded().write(
            {"accepted_with": len(self)}
        )
        return answer
