"""Who decides on a version of the matcher: two people, pinned by its digest; an earlier one comes back."""

from odoo import api, models

from ..kernel.canonical import digest
from ..kernel.matcher import worse
from ..kernel.sod import CONTROLLER, REVIEWER
from .close_state_mixin import REASON_MIN_CHARS
from .refusal import refuse


class CloseMatcher(models.Model):
    _inherit = "ai.close.matcher"

    # -- an earlier one

    def action_bring_back(self, reason):
        """Propose this earlier version once more, as a new one; another controller decides."""
        self.ensure_one()
        action = "matcher.bring_back"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._need_state("replaced", action)
        return self._bring_back("brought_back", reason, action)

    def action_as_delivered(self, reason):
        """Propose to match as it was delivered, without what was learned; another controller decides."""
        self.ensure_one()
        action = "matcher.bring_back"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._need_state("in_force", action)
        return self._bring_back("delivered", reason, action)

    def _bring_back(self, origin, reason, action):
        company, source = self.company_id.sudo(), self.sudo()
        under_way = self._under_way(company)
        if under_way:
            raise under_way._is_under_way(action)
        learned = {} if origin == "delivered" else source.payload
        if (self._in_force(company).payload or {}) == (learned or {}):
            raise refuse(self, "POL008", action=action)
        copied = (
            {name: source[name] for name in ("trained_from", "trained_to", "fact_count", "card")}
            if learned
            else {}
        )
        matcher = self._make(
            company,
            {
                **copied,
                "origin": origin,
                "source_id": source.id if learned else False,
                "payload": learned or False,
                "mark": source.mark if learned else False,
                "digest": digest(learned or {}),
                "reason": reason,
                "requested_by_id": self.env.uid,
                "requested_at": self._now(),
            },
            action,
        )
        matcher._proposed(reason)
        return matcher._form()

    # -- deciding

    def action_approve(self, reason=None):
        """Take the version into use, as a controller who neither asked for it nor proposed it.

        ``reason`` is needed where it did worse than the one in use on the months held out.
        """
        self.ensure_one()
        action = "matcher.approve"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        self._lock_versions(self.company_id)
        makers = {
            self.env._("asked for"): self.sudo().requested_by_id,
            self.env._("proposed"): self.sudo().proposed_by_id,
        }
        self._need_decidable(makers, changed="POL021", base_replaced="POL020", action=action)
        reason = reason.strip() if isinstance(reason, str) else ""
        if self.sudo().is_worse and len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "POL024", action=action)
        self._take_into_use(reason or None)
        return True

    def action_reject(self, reason):
        """Say no to the version; the one in use stays."""
        self.ensure_one()
        action = "matcher.reject"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._need_state("proposed", action)
        self._transition("rejected", reason=reason, vals={"reject_reason": reason})
        return True

    # -- what is decided on

    @api.private
    def _proposal_digest(self):
        """Return the digest of what is decided on: what was learned, and how it did against what."""
        matcher = self.sudo()
        return digest(
            {
                "company": matcher.company_id.id,
                "version": matcher.version,
                "base": matcher.base_id.digest or None,
                "learned": digest(matcher.payload or {}),
                "held_out": matcher.held_out or [],
                "figures": matcher.figures or [],
                "card": matcher.card or "",
            }
        )

    @api.private
    def _take(self, payload, found, card, mark):
        """Store what the agent trained, with how it did, as a proposal."""
        totals = found["totals"]
        vals = {
            "payload": payload,
            "mark": mark,
            "digest": digest(payload),
            "figures": [*found["kinds"], {"kind": "all", **totals}],
            "card": card,
            "is_worse": worse(totals),
            **{name: totals[name] for name in totals if name in self._fields},
        }
        self._guarded().write(vals)
        self._proposed()

    @api.private
    def _audit_evidence(self):
        """Beside each step stands which contents it was about, and how they did."""
        found = super()._audit_evidence()
        for matcher in self.sudo():
            found.setdefault(matcher.id, {})["matcher"] = {
                "version": matcher.version,
                "digest": matcher.digest or None,
                "base": matcher.base_id.version or None,
                "held_out": matcher.held_out or [],
                "lines": matcher.lines,
                "right": [matcher.right_before, matcher.right_after],
                "sure_and_wrong": [matcher.auto_wrong_before, matcher.auto_wrong_after],
            }
        return found
