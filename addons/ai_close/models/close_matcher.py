"""ai.close.matcher: versions of what the matcher learned; the agent trains, a controller takes one into use.

A version is proposed beside the one in use, with how both did on months that were held out.  An earlier one
is brought back as a new version, by the same two people's steps.
"""

import secrets

from odoo import api, fields, models

from ..kernel.matcher import FEWEST, held_out
from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .refusal import refuse

OPEN = ("requested", "proposed")
SHOWN = 200
"""So many of the names and accounts that it learned are listed; all are in the proof code."""


class CloseMatcher(models.Model):
    _name = "ai.close.matcher"
    _description = "Version of the matcher"
    _inherit = ["ai.close.version.mixin"]
    _order = "company_id, version desc"

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Waits for the agent"),
            ("proposed", "Proposed"),
            ("in_force", "In use"),
            ("replaced", "Replaced"),
            ("rejected", "Rejected"),
            ("failed", "Failed"),
            ("dropped", "Given up"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    origin = fields.Selection(
        [("trained", "Trained"), ("brought_back", "Brought back"), ("delivered", "As delivered")],
        required=True,
        readonly=True,
        default="trained",
    )
    base_id = fields.Many2one(
        "ai.close.matcher",
        "Compared with",
        readonly=True,
        ondelete="restrict",
        help="The version in use when it was made; empty: the matcher as it was delivered.",
    )
    source_id = fields.Many2one("ai.close.matcher", "Brought back from", readonly=True, ondelete="restrict")
    # Who hands in shows it; the agent gets it with the request.
    key = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    payload = fields.Json("What it learned", readonly=True)
    mark = fields.Char(readonly=True, index=True, help="Stands on each match that this version made.")
    digest = fields.Char("Proof code", readonly=True)
    card = fields.Text("Model card", readonly=True)
    agent_version = fields.Char(readonly=True)
    trained_from = fields.Date("Learned from", readonly=True)
    trained_to = fields.Date("Learned until", readonly=True)
    fact_count = fields.Integer("Decisions", readonly=True, help="What people decided, up to the request.")
    held_out = fields.Json("Months held out", readonly=True)
    held_out_text = fields.Char("Tried on", compute="_compute_words")
    figures = fields.Json("By kind", readonly=True)
    lines = fields.Integer("Lines tried", readonly=True)
    right_before = fields.Integer("Right now", readonly=True)
    right_after = fields.Integer("Right then", readonly=True)
    wrong_before = fields.Integer("Wrong now", readonly=True)
    wrong_after = fields.Integer("Wrong then", readonly=True)
    open_before = fields.Integer("Without proposal now", readonly=True)
    open_after = fields.Integer("Without proposal then", readonly=True)
    auto_before = fields.Integer("Sure now", readonly=True)
    auto_after = fields.Integer("Sure then", readonly=True)
    auto_wrong_before = fields.Integer("Sure and wrong now", readonly=True)
    auto_wrong_after = fields.Integer("Sure and wrong then", readonly=True)
    is_worse = fields.Boolean("Does worse", readonly=True)
    note = fields.Text("Remark", readonly=True)
    requested_by_id = fields.Many2one("res.users", "Asked for by", readonly=True)
    requested_at = fields.Datetime("Asked for on", readonly=True)
    match_count = fields.Integer("Matches", compute="_compute_match_count")
    alias_rows = fields.Json("Who pays under which name", compute="_compute_learned")
    counterpart_rows = fields.Json("Where lines without an item go", compute="_compute_learned")

    _unique_version = models.Constraint("UNIQUE (company_id, version)", "This version exists already.")
    _one_in_force = models.UniqueIndex(
        "(company_id) WHERE state = 'in_force'", "One version of the matcher is in use already."
    )
    _one_under_way = models.UniqueIndex(
        "(company_id) WHERE state IN ('requested', 'proposed')",
        "Another version of the matcher is under way.",
    )
    _two_people = models.Constraint(
        "CHECK(approved_by_id IS NULL OR (proposed_by_id IS NOT NULL AND approved_by_id <> proposed_by_id"
        " AND (requested_by_id IS NULL OR requested_by_id <> approved_by_id)))",
        "Who asks for a version does not take it into use.",
    )

    @api.depends("company_id", "version")
    def _compute_display_name(self):
        for matcher in self:
            matcher.display_name = self.env._(
                "%(company)s matcher v%(version)s", company=matcher.company_id.name, version=matcher.version
            )

    @api.depends("held_out")
    def _compute_words(self):
        for matcher in self:
            matcher.held_out_text = ", ".join(matcher.held_out or [])

    def _compute_match_count(self):
        counts = dict(
            self.env["ai.close.match"]
            .sudo()
            ._read_group([("matcher_id", "in", self.ids)], ["matcher_id"], ["__count"])
        )
        for matcher in self:
            matcher.match_count = counts.get(matcher, 0)

    @api.depends("payload")
    def _compute_learned(self):
        for matcher in self:
            learned = matcher.payload or {}
            matcher.alias_rows = matcher._alias_rows(learned.get("aliases") or {})
            matcher.counterpart_rows = matcher._counterpart_rows(learned.get("counterparts") or [])

    def _alias_rows(self, aliases):
        """Return what people see of the aliases, the most seen first."""
        rows = [(key, *one) for key, places in aliases.items() for one in places]
        rows = sorted(rows, key=lambda row: (-row[2], row[0]))[:SHOWN]
        ids = {row[1] for row in rows}
        names = {one.id: one.display_name for one in self.env["res.partner"].sudo().browse(ids).exists()}
        return [
            {
                self.env._("bank text"): key,
                self.env._("partner"): names.get(partner, self.env._("deleted (%s)", partner)),
                self.env._("seen"): self.env._("%(seen)s of %(total)s", seen=seen, total=total),
            }
            for key, partner, seen, total in rows
        ]

    def _counterpart_rows(self, counterparts):
        """Return what people see of the learned accounts, the most seen first."""
        rows = [(key, sign, *one) for key, sign, places in counterparts for one in places]
        rows = sorted(rows, key=lambda row: (-row[4], row[0]))[:SHOWN]
        model = self.env["account.account"].sudo().with_company(self.company_id)
        names = {
            one.id: one.display_name for one in model.browse({row[3] for row in rows if row[3]}).exists()
        }
        return [
            {
                self.env._("bank text"): key,
                self.env._("money"): self.env._("in") if sign == "+" else self.env._("out"),
                self.env._("kind"): kind,
                self.env._("account"): names.get(account, ""),
                self.env._("seen"): self.env._("%(seen)s of %(total)s", seen=agreed, total=seen),
            }
            for key, sign, kind, account, agreed, seen in rows
        ]

    # -- which version is used

    @api.private
    def _wire(self):
        """Return the version as the agent takes it; None where none is in use: it matches as delivered."""
        if not self or not self.payload:
            return None
        return {"version": self.version, "digest": self.digest, "payload": self.payload}

    # -- asking

    @api.model
    def action_train(self):
        """Ask the agent to learn from what people decided in the current company; return the form."""
        action, company = "matcher.train", self.env.company
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        under_way = self._under_way(company)
        if under_way.state == "requested":
            return under_way._form()
        if under_way:
            raise under_way._is_under_way(action)
        self._need_facts(company, action)
        return self._request(company, self.env.uid)._form()

    @api.model
    @api.private
    def _request(self, company, user_id=None):
        """Note that a version is wanted; ``user_id`` is who asks, none for the month's own turn."""
        facts = self.env["ai.close.match"]._training_summary(company)
        matcher = self._make(
            company,
            {
                "key": secrets.token_urlsafe(32),
                "requested_by_id": user_id,
                "requested_at": self._now(),
                "fact_count": facts["count"],
                "trained_from": facts["first"],
                "trained_to": facts["last"],
                "held_out": self._held_out(facts["months"]),
            },
            "matcher.train",
        )
        matcher._transition("requested", role=None if user_id else SERVER)
        return matcher

    def action_drop(self, reason):
        """Give up a training that waits for the agent."""
        action = "matcher.drop"
        self.ensure_one()
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self._need_reason(reason, action)
        self._need_state("requested", action)
        self._transition("dropped", reason=reason, vals={"note": reason})
        return True

    def action_matches(self):
        """Open the matches that this version made."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "ai.close.match",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("matcher_id", "=", self.id)],
        }

    # -- demands and small things

    @api.model
    def _under_way(self, company):
        return self.sudo().search([("company_id", "=", company.id), ("state", "in", OPEN)]).sudo(False)

    def _is_under_way(self, action):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return refuse(
            self,
            "POL004",
            self.env._(
                "Version %(version)s of the matcher is under way (%(state)s): decide on that one first.",
                version=self.sudo().version,
                state=labels[self.sudo().state],
            ),
            action=action,
        )

    @api.model
    def _need_facts(self, company, action):
        """Refuse where too little was decided, or nothing new since the last training."""
        facts = self.env["ai.close.match"]._training_summary(company)
        last = self._last_training(company)
        if facts["count"] >= FEWEST and len(facts["months"]) > 1 and facts["count"] != last.fact_count:
            return
        raise refuse(
            company,
            "POL023",
            self.env._(
                "Decided on %(count)s matches in %(months)s months; it takes %(fewest)s in two months, and"
                " new ones since the last training.",
                count=facts["count"],
                months=len(facts["months"]),
                fewest=FEWEST,
            ),
            action=action,
        )

    @api.model
    def _last_training(self, company):
        """Return the last version that the agent made, whatever became of it."""
        domain = [("company_id", "=", company.id), ("origin", "=", "trained"), ("proposed_at", "!=", False)]
        return self.sudo().search(domain, order="version desc", limit=1)

    @api.model
    def _held_out(self, months):
        return held_out(months)

    @api.private
    def _truths(self):
        """Return what people did in the months held out, by the id of the proposal."""
        return self.env["ai.close.match"]._training_truths(self.company_id, self.held_out)
