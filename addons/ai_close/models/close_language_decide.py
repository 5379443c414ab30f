"""Who decides on a version of the language model: two people to use one, one controller to stop it."""

from odoo import api, models

from ..kernel.canonical import digest
from ..kernel.sod import CONTROLLER, REVIEWER
from .refusal import refuse

COPIED = ("model", "address", "prompts", "figures", "calls", "tokens_in", "tokens_out", "cost", "currency")


class CloseLanguage(models.Model):
    _inherit = "ai.close.language"

    def action_propose(self, reason):
        """Propose to ask this model with these prompts; a controller who isn't the proposer decides."""
        self.ensure_one()
        action = "language.propose"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._lock_versions(self.company_id)
        self._need_state("draft", action)
        self._need_none_under_way(action)
        self._guarded().write({"base_id": self._in_force(self.company_id.sudo()).id})
        self._proposed(reason, {"reason": reason})
        return True

    def action_bring_back(self, reason):
        """Propose a version that was in use once more, as a new one."""
        self.ensure_one()
        action = "language.bring_back"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._lock_versions(self.company_id)
        self._need_state("replaced", action)
        self._need_none_under_way(action)
        company, source = self.company_id.sudo(), self.sudo()
        if self._in_force(company).digest == source.digest:
            raise refuse(self, "POL008", action=action)
        copied = {name: source[name] for name in (*COPIED, "digest", "agent_version")}
        language = self._make(company, {**copied, "origin": "brought_back", "source_id": source.id}, action)
        language._proposed(reason, {"reason": reason})
        return language._form()

    def action_approve(self):
        """Let the agent ask this model from its next run on, as a controller who didn't propose it."""
        self.ensure_one()
        action = "language.approve"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        self._lock_versions(self.company_id)
        makers = {self.env._("proposed"): self.sudo().proposed_by_id}
        self._need_decidable(makers, changed="POL026", base_replaced="POL025", action=action)
        self._take_into_use()
        return True

    def action_reject(self, reason):
        """Say no to the version; the one in use stays."""
        self.ensure_one()
        action = "language.reject"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._transition("rejected", reason=reason, vals={"reject_reason": reason})
        return True

    def action_switch_off(self, reason):
        """Stop asking the model at once, as one controller: its texts of months not locked go.

        Runs under way hand in no text any more. To use it again takes two people.
        """
        self.ensure_one()
        action = "language.off"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._lock_versions(self.company_id)
        self._need_state("in_force", action)
        self._transition(
            "replaced",
            reason=reason,
            vals={"ended_by_id": self.env.uid, "ended_at": self._now(), "ended_reason": reason},
            action=action,
        )
        self.env["ai.close.text"].sudo()._withdraw(
            self.env["ai.close.text"].sudo().search([("company_id", "=", self.company_id.id)])
        )
        return True

    # -- demands and small things

    def _need_none_under_way(self, action):
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "proposed")]
        other = self.sudo().search(domain)
        if other:
            raise refuse(
                self,
                "POL004",
                self.env._(
                    "Version %s of the language model is proposed: decide on that one first.", other.version
                ),
                action=action,
            )

    @api.private
    def _proposal_digest(self):
        """Return the digest of what is decided on: model, address, prompts, and how it did against what."""
        one = self.sudo()
        return digest(
            {
                "company": one.company_id.id,
                "version": one.version,
                "base": one.base_id.digest or None,
                "model": one.model,
                "address": one.address,
                "prompts": one.prompts,
                "figures": one.figures or {},
                "offer": one.digest,
            }
        )

    @api.private
    def _audit_evidence(self):
        """Beside each step stands which model and prompts it was about."""
        found = super()._audit_evidence()
        for one in self.sudo():
            found.setdefault(one.id, {})["language"] = {
                "version": one.version,
                "model": one.model,
                "address": one.address,
                "prompts": one.prompts,
                "figures": one.figures or {},
                "digest": one.digest,
                "base": one.base_id.version or None,
            }
        return found
