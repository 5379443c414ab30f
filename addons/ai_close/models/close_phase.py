"""The phase of a company: what the agent's proposals may ask of people."""

from odoo import api, models

from ..kernel.policy_shape import DEFAULT_PHASE


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.private
    def _ai_close_phase(self):
        """Return ``observe``, ``supervised`` or ``automatic``: what the policy that holds now says.

        In every phase people decide on the lock; in the last one drafts may be posted (close_auto_post.py).
        """
        self.ensure_one()
        policy = self.env["ai.close.policy"]._in_force_above(self)
        return policy._phase() if policy else DEFAULT_PHASE


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    @api.model
    @api.private
    def _phase_labels(self):
        return {
            "observe": self.env._("Observe"),
            "supervised": self.env._("Supervised"),
            "automatic": self.env._("Automatic for low risk"),
        }
