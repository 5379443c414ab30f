"""Steps of a policy's versions, and days that pass."""

import json
from datetime import timedelta
from unittest.mock import patch

from .close_common import CloseCase


class PolicyCase(CloseCase):
    """Steps of a policy, and days that pass."""

    def setUp(self):
        super().setUp()
        self.policies = self.env["ai.close.policy"].sudo()
        self.first = self.policies._in_force(self.company)
        self.today = self.policies._today(self.company)

    def draft(self, user=None, base=None, **changes):
        """Return the next version as a draft of ``user`` (Ben) with ``changes`` to its parameters."""
        action = self.be(base or self.policies._in_force(self.company), user or self.ben).action_draft_next()
        policy = self.policies.browse(action["res_id"])
        if changes:
            params = {**json.loads(json.dumps(policy.params)), **changes}
            self.be(policy, user or self.ben)._save_draft(params)
        return policy

    def propose(self, policy, user=None, days=0, reason="The board said so"):
        self.be(policy, user or self.ben).action_propose(reason, str(self.today + timedelta(days=days)))
        return policy

    def approve(self, policy, user=None):
        self.be(policy, user or self.carla).action_approve()
        return policy

    def next_version(self, days=0, **changes):
        """Take the next version with ``changes`` through all its steps."""
        return self.approve(self.propose(self.draft(**changes), days=days))

    def days_later(self, days):
        """Return a patch in which so many days have passed."""
        return patch.object(
            self.registry["ai.close.policy"],
            "_today",
            lambda _self, _company: self.today + timedelta(days=days),
        )

    def events(self, action):
        self.env.flush_all()
        return self.env["ai.close.audit"].sudo().search([("action", "=", action)], order="id desc")
