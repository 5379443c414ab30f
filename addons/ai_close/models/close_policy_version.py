"""The versions of a policy: drafted from the one in force, proposed, approved by somebody else, dated."""

import json
import logging
from datetime import date, timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel.canonical import digest
from ..kernel.policy_diff import changes
from ..kernel.policy_shape import DEFAULT_PHASE, PHASES
from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .refusal import CloseRefusal, refuse

_logger = logging.getLogger(__name__)

OPEN = ("draft", "proposed", "approved")
# A date further ahead is a slip of the pen, and until it came nobody could draft another version.
FURTHEST_DAYS = 731


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    base_id = fields.Many2one(
        "ai.close.policy",
        "Compared with",
        readonly=True,
        ondelete="restrict",
        help="The version it was drafted from.",
    )
    reason = fields.Text("Why", readonly=True)
    drafted_by_id = fields.Many2one("res.users", "Drafted by", readonly=True)
    editor_ids = fields.Many2many("res.users", "ai_close_policy_editor", string="Edited by", readonly=True)
    proposed_by_id = fields.Many2one("res.users", "Proposed by", readonly=True)
    proposed_at = fields.Datetime("Proposed on", readonly=True)
    proposed_digest = fields.Char("Proof code of the proposal", readonly=True)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_at = fields.Datetime("Approved on", readonly=True)
    reject_reason = fields.Text("Why not", readonly=True)
    holds = fields.Boolean("Holds now", compute="_compute_holds")

    _one_under_way = models.UniqueIndex(
        "(company_id) WHERE state IN ('draft', 'proposed', 'approved')",
        "Another version of this policy is under way.",
    )
    _two_people = models.Constraint(
        "CHECK(approved_by_id IS NULL OR (proposed_by_id IS NOT NULL AND approved_by_id <> proposed_by_id))",
        "Who proposes a policy does not approve it.",
    )
    _approved_is_dated = models.Constraint(
        "CHECK(state <> 'approved' OR valid_from IS NOT NULL)", "An approved policy has a date."
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {
            "base_id",
            "reason",
            "drafted_by_id",
            "editor_ids",
            "proposed_by_id",
            "proposed_at",
            "proposed_digest",
            "approved_by_id",
            "approved_at",
            "reject_reason",
        }

    @api.depends("state", "valid_from", "company_id")
    def _compute_holds(self):
        for policy in self:
            policy.holds = policy == policy._in_force(policy.company_id)

    # -- the steps

    def action_draft_next(self):
        """Draft the next version from the one in force, or once more what was rejected; return its form."""
        self.ensure_one()
        action = "policy.draft"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        company, policies = self.company_id.sudo(), self._of_company()
        self._enforce_due(company)
        holding, asked = self._in_force(company), self.sudo()
        base = asked.base_id if asked.state == "rejected" else asked
        under_way = policies.filtered(lambda policy: policy.state in OPEN)
        if under_way:
            raise under_way._under_way(action)
        if base != holding:
            raise self._base_replaced(base, holding, action)
        try:
            with self.env.cr.savepoint():
                draft = self._guarded().create(
                    {
                        "company_id": company.id,
                        "version": max(policies.mapped("version")) + 1,
                        "params": json.loads(json.dumps(asked.params)),
                        "digest": digest(asked.params),
                        "base_id": base.id,
                        "drafted_by_id": self.env.uid,
                    }
                )
                draft.flush_recordset()
        except UniqueViolation:
            # somebody else drafted between our look and our write
            raise refuse(self, "POL004", action=action) from None
        self.env["ai.close.audit"]._append(
            action, draft, after={"version": draft.version, "base": base.version}
        )
        return draft._form()

    @api.private
    def _save_draft(self, params):
        """Write the parameters of this draft as the caller's edit."""
        self.ensure_one()
        action = "policy.edit"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_state("draft", action)
        found = changes(self.sudo().params, params)
        if not found:
            return
        code = self._checked_digest(self.company_id, params, action)
        self._guarded().write({"params": params, "digest": code, "editor_ids": [(4, self.env.uid)]})
        self.env["ai.close.audit"]._append(
            action,
            self,
            before={change.name: change.old for change in found},
            after={change.name: change.new for change in found},
            evidence=self._audit_evidence().get(self.id),
        )

    def action_propose(self, reason, valid_from):
        """Propose this draft, to come into force on ``valid_from``; from now on it stays as it is."""
        self.ensure_one()
        action = "policy.propose"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._of_company()
        self._need_state("draft", action)
        self._need_base(action)
        self._need_sound(action)
        day = self._need_date(valid_from, action)
        facts = {"valid_from": day, "reason": reason}
        self._guarded().write(facts)
        self._transition(
            "proposed",
            reason=reason,
            vals={
                **facts,
                "proposed_by_id": self.env.uid,
                "proposed_at": self._now(),
                "proposed_digest": self._proposal_digest(),
            },
        )
        return True

    def action_take_back(self, reason):
        """Make a draft of the proposal again, to correct it."""
        return self._step_back("draft", "proposed", "policy.take_back", reason, {"proposed_digest": False})

    def action_discard(self, reason):
        """Give the draft up."""
        return self._step_back("rejected", "draft", "policy.discard", reason)

    def action_reject(self, reason):
        """Say no to the proposal."""
        return self._step_back("rejected", "proposed", "policy.reject", reason)

    def action_withdraw(self, reason):
        """Call an approved version off before its date."""
        return self._step_back("rejected", "approved", "policy.withdraw", reason)

    def action_approve(self):
        """Approve as a controller who neither drafted, edited nor proposed it."""
        self.ensure_one()
        action = "policy.approve"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        self._of_company()
        self._enforce_due(self.company_id.sudo())
        self._need_state("proposed", action)
        self._need_shown(action)
        self._need_other_than(self._makers(), action=action)
        self._need_password("policy")
        if self._proposal_digest() != self.sudo().proposed_digest:
            raise refuse(self, "POL006", action=action)
        self._need_base(action)
        self._need_sound(action)
        self._need_date(self.valid_from, action)
        self._transition("approved", vals={"approved_by_id": self.env.uid, "approved_at": self._now()})
        self._enforce_due(self.company_id.sudo())
        return True

    def _step_back(self, to, state, action, reason, vals=None):
        self.ensure_one()
        mine = to == "draft" or state == "draft"
        self._need_role(*((REVIEWER, CONTROLLER) if mine else (CONTROLLER,)), action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._of_company()
        self._enforce_due(self.company_id.sudo())
        self._need_state(state, action)
        if to == "rejected":
            vals = {"reject_reason": reason}
        self._transition(to, reason=reason, vals=vals)
        return True

    # -- coming into force

    @api.model
    @api.private
    def _enforce_due(self, company):
        """Write the states of a version whose date has come; it holds since then already."""
        policies = self.sudo().search(
            [("company_id", "=", company.id), ("state", "in", ("in_force", "approved"))]
        )
        due = policies.filtered(
            lambda policy: policy.state == "approved" and policy.valid_from <= self._today(company)
        )
        if not due:
            return
        policies._lock_rows()
        former = policies - due
        former._transition("replaced", role=SERVER)
        # one is in force at any time, also for the database
        former.flush_recordset()
        due._transition("in_force", role=SERVER)
        due.flush_recordset()

    @api.model
    @api.private
    def _cron_enforce(self):
        """Write the states of all versions whose date has come; one company's trouble is not the others'."""
        for company in self.sudo().search([("state", "=", "approved")]).company_id:
            try:
                with self.env.cr.savepoint():
                    self._enforce_due(company)
            except CloseRefusal:
                _logger.exception("the policy of %s did not come into force", company.name)

    # -- demands

    @api.private
    def _of_company(self):
        """Return all versions of the company, their rows locked until the transaction ends."""
        policies = self.sudo().search([("company_id", "=", self.company_id.id)])
        policies._lock_rows()
        return policies

    @api.private
    def _makers(self):
        """Return whose proposal this is: who drafted, edited and proposed it."""
        policy = self.sudo()
        made = {self.env._("proposed"): policy.proposed_by_id, self.env._("drafted"): policy.drafted_by_id}
        for user in policy.editor_ids:
            made[self.env._("edited (%s)", user.name)] = user
        return made

    @api.private
    def _proposal_digest(self):
        """Return the digest of what is proposed: the parameters, what they change, from when and why."""
        policy = self.sudo()
        return digest(
            {
                "company": policy.company_id.id,
                "version": policy.version,
                "base": policy.base_id._signed_facts(),
                "params": policy.params,
                "valid_from": policy.valid_from,
                "reason": policy.reason,
            }
        )

    def _need_shown(self, action):
        """Refuse to approve something else than what the caller's screen shows."""
        seen = self.env.context.get("ai_close_seen")
        if seen is not None and seen != self.sudo().proposed_digest:
            raise refuse(self, "ENT015", action=action)

    def _need_base(self, action):
        """Refuse a version that was drafted from one that does not hold any more."""
        base, holding = self.sudo().base_id, self._in_force(self.company_id)
        if base != holding:
            raise self._base_replaced(base, holding, action)

    def _base_replaced(self, base, holding, action):
        return refuse(
            self,
            "POL005",
            self.env._(
                "It was drafted from version %(base)s, but version %(now)s holds now:"
                " draft the next version from that one.",
                base=base.version or "-",
                now=holding.version or "-",
            ),
            action=action,
        )

    def _under_way(self, action):
        """Return the refusal of a second version beside this one, and the way out."""
        who = self.proposed_by_id or self.drafted_by_id
        if self.state == "approved":
            sentence = self.env._(
                "Version %(version)s is approved and comes into force on %(date)s: draft the next one then,"
                " or a controller withdraws it.",
                version=self.version,
                date=format_date(self.env, self.valid_from),
            )
        else:
            sentence = self.env._(
                "Version %(version)s by %(who)s is under way: have it approved or rejected, or discard it.",
                version=self.version,
                who=who.name,
            )
        return refuse(self, "POL004", sentence, action=action)

    def _need_sound(self, action):
        """Refuse what changes nothing, does not fit its company any more, or skips a phase."""
        policy = self.sudo()
        if not changes(policy.base_id.params, policy.params):
            raise refuse(self, "POL008", action=action)
        self._checked_digest(policy.company_id, policy.params, action)
        before, after = policy.base_id._phase(), policy._phase()
        if PHASES.index(after) > PHASES.index(before) + 1:
            labels = self._phase_labels()
            raise refuse(
                self,
                "POL010",
                self.env._(
                    "From %(before)s the next phase is %(next)s, not %(after)s.",
                    before=labels[before],
                    next=labels[PHASES[PHASES.index(before) + 1]],
                    after=labels[after],
                ),
                action=action,
            )

    def _need_date(self, value, action):
        """Return the day of ``value``, or refuse: gone, too far ahead, in a locked month, or no date."""
        try:
            day = fields.Date.to_date(value) if isinstance(value, (str, date)) else None
        except ValueError:
            day = None
        company = self.company_id.sudo()
        today, locked = self._today(company), self.env["ai.close"]._locked_to(company)
        why = None
        if not day:
            why = self.env._("Say from which day on the policy holds.")
        elif day < today:
            why = self.env._(
                "%(date)s has passed; a policy holds from today (%(today)s) on or later."
                " A proposal is taken back to get another date.",
                date=format_date(self.env, day),
                today=format_date(self.env, today),
            )
        elif locked and day <= locked:
            why = self.env._(
                "The books are locked to %(locked)s; choose a later day.",
                locked=format_date(self.env, locked),
            )
        elif day > today + timedelta(days=FURTHEST_DAYS):
            why = self.env._("%s lies more than two years ahead.", format_date(self.env, day))
        if why:
            raise refuse(self, "POL007", why, action=action)
        return day

    # -- small things

    @api.private
    def _phase(self):
        return (self.sudo().params or {}).get("phase", DEFAULT_PHASE)

    @api.model
    @api.private
    def _of_context(self):
        """Return the version that a window was opened from, or none: RPC may send anything."""
        active = self.env.context.get("active_id")
        if self.env.context.get("active_model") != self._name or type(active) is not int:
            return self.browse()
        return self.browse(active).exists()
