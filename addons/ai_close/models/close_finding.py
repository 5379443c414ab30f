"""ai.close.finding: something in the books that needs a person, and what the person did about it."""

from odoo import api, fields, models

from .refusal import refuse

SEVERITIES = [("critical", "Critical"), ("high", "High"), ("medium", "Medium"), ("low", "Low")]
STATES = [
    ("open", "Open"),
    ("assigned", "Assigned"),
    ("explained", "Explained"),
    ("fixed", "Fixed"),
    ("waived", "Waived"),
    ("closed", "Closed"),
]
OPEN_STATES = ("open", "assigned")
LIVE_STATES = (*OPEN_STATES, "explained", "fixed")
REASON_MIN_CHARS = 10


class CloseFinding(models.Model):
    _name = "ai.close.finding"
    _description = "Close finding"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "severity_rank, amount desc, id"
    _rec_name = "title"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {
            "key",
            "close_id",
            "company_id",
            "run_id",
            "last_run_id",
            "rule",
            "rule_title",
            "facet",
            "severity",
            "severity_rank",
            "title",
            "message",
            "why",
            "remedy",
            "amount",
            "currency_id",
            "anchor_model",
            "anchor_id",
            "records",
            "evidence",
            "owner_id",
            "date_due",
            "explanation",
            "explained_by_id",
            "waive_reason",
            "waived_by_id",
            "waive_requested_by_id",
            "signed_files",
        }
    )

    key = fields.Char(required=True, readonly=True, copy=False)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    run_id = fields.Many2one("ai.close.run", "First seen by", readonly=True)
    last_run_id = fields.Many2one("ai.close.run", "Last seen by", readonly=True, index=True)
    rule = fields.Char(required=True, readonly=True, index=True)
    rule_title = fields.Char("Rule name", readonly=True)
    facet = fields.Char(readonly=True)
    severity = fields.Selection(SEVERITIES, required=True, readonly=True)
    severity_rank = fields.Integer(compute="_compute_severity_rank", store=True)
    title = fields.Char(required=True, readonly=True)
    message = fields.Text("What", readonly=True)
    why = fields.Text("Why it matters", readonly=True)
    remedy = fields.Text("What puts it right", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id", store=True)
    anchor_model = fields.Char(readonly=True)
    anchor_id = fields.Many2oneReference(model_field="anchor_model", readonly=True)
    records = fields.Json("Where", readonly=True)
    evidence = fields.Json(readonly=True)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    owner_id = fields.Many2one("res.users", readonly=True, tracking=True)
    date_due = fields.Date("Due", readonly=True, index=True)
    explanation = fields.Text(readonly=True)
    explained_by_id = fields.Many2one("res.users", "Explained by", readonly=True)
    waive_reason = fields.Text(readonly=True)
    waive_requested_by_id = fields.Many2one("res.users", "Waiver asked for by", readonly=True)
    waived_by_id = fields.Many2one("res.users", "Waived by", readonly=True)
    signed_files = fields.Json("Files as signed", readonly=True)

    _unique_key = models.Constraint("UNIQUE (key)", "This finding exists already.")
    _close_idx = models.Index("(close_id, state, severity)")

    @api.depends("severity")
    def _compute_severity_rank(self):
        ranks = {name: rank for rank, (name, _label) in enumerate(SEVERITIES)}
        for finding in self:
            finding.severity_rank = ranks.get(finding.severity, len(ranks))

    # -- what people do ---

    def action_assign(self, user_id):
        """Make ``user_id`` the owner.  Only somebody who has a part in the close can be one."""
        # RPC may send anything
        owner = self.env["res.users"].sudo().browse(user_id if type(user_id) is int else []).exists()
        able = all(owner in company._ai_close_people() for company in self.company_id.sudo())
        if not owner or not able or not owner._ai_close_roles() & {"preparer", "reviewer", "controller"}:
            raise refuse(
                self, "SOD003", self.env._("The owner needs a part in the close."), action="finding.assign"
            )
        self._need_open_periods("finding.assign")
        self._release_owners()
        self._transition("assigned", vals={"owner_id": owner.id})
        self._ask_owner(owner)
        return True

    def action_explain(self, text):
        """Say why the finding is in order as it is."""
        text = self._need_text(text, "finding.explain")
        self._need_open_periods("finding.explain")
        for findings, pinned in self._by_pinned_files():
            signed = {"explanation": text, "explained_by_id": self.env.uid}
            findings._transition("explained", reason=text, vals=signed | pinned)
        self._close_activities(text)
        return True

    def action_mark_fixed(self):
        """Say that the books were put right; the next run looks and opens it again when they were not."""
        for finding in self:
            finding._need_open_period("finding.fix")
            finding._transition("fixed", vals={"fixed_by_id": self.env.uid})
            finding._close_activities("")
        return True

    def action_waive(self, reason):
        """Live with the finding.  Who may, and whether a second person has to confirm, follows from severity
        and materiality; the first call of two only asks."""
        reason = self._need_text(reason, "finding.waive")
        for finding in self:
            finding._need_open_period("finding.waive")
            finding._waive_one(reason)
        return True

    def _waive_one(self, reason):
        self._lock_rows()
        action = "finding.waive"
        critical = self.severity == "critical"
        self._need_role(
            *(("controller",) if critical else ("preparer", "reviewer", "controller")), action=action
        )
        if critical:
            self._need_own_document(action)
        if not self._waiver_needs_two():
            self._transition(
                "waived",
                reason=reason,
                vals={"waive_reason": reason, "waived_by_id": self.env.uid} | self._pinned_files(),
            )
        elif not self.waive_requested_by_id:
            asked = {"waive_reason": reason, "waive_requested_by_id": self.env.uid} | self._pinned_files()
            self._guarded().write(asked)
            self.env["ai.close.audit"]._append("finding.waive_request", self, after=asked, reason=reason)
        else:
            self._need_role(*(("controller",) if critical else ("reviewer", "controller")), action=action)
            self._need_other_than({self.env._("asked to waive"): self.waive_requested_by_id}, action=action)
            self._transition(
                "waived",
                reason=reason,
                vals={"waived_by_id": self.env.uid, "waive_reason": f"{self.waive_reason}\n{reason}"}
                | self._pinned_files(),
            )
        if self.state == "waived":
            self._close_activities(reason)

    @api.private
    def _waiver_needs_two(self):
        """Critical and high always; any other from the policy's materiality up, or when none is set."""
        self.ensure_one()
        return self._needs_two(self.severity, self.amount)

    @api.private
    def _needs_two(self, severity, amount):
        """Would a waiver of this finding with this severity and amount take two people?"""
        if severity in ("critical", "high"):
            return True
        limit = self.env["ai.close.policy"]._in_force(self.company_id)._money("materiality")
        return limit is None or self.currency_id.compare_amounts(abs(amount), float(limit)) >= 0

    @api.private
    def _pinned_files(self):
        """Return the checksums of what hangs on the finding: the signature is given on these files."""
        return {"signed_files": [file._ai_close_pin() for file in self._ai_close_files()] or False}

    def _need_own_document(self, action):
        """A critical finding is waived on a document that one of the two who waive it attached."""
        waiving = self.env.user | self.sudo().waive_requested_by_id
        if not self._ai_close_files().filtered(lambda file: file.create_uid in waiving):
            raise refuse(
                self,
                "ENT008",
                self.env._(
                    "A critical finding is waived on a document only, which who asks for the waiver attaches."
                ),
                action=action,
            )

    def _need_text(self, text, action):
        # a text may hold what the database can't: RPC sends anything
        text = text.replace("\0", "").strip() if isinstance(text, str) else ""
        if len(text) < REASON_MIN_CHARS:
            raise refuse(
                self,
                "ENT006",
                self.env._("Give a reason of at least %(count)s characters.", count=REASON_MIN_CHARS),
                action=action,
            )
        return text

    def _need_open_period(self, action):
        if self.close_id._is_locked_now():
            raise refuse(self, "LCK001", action=action)

    def _close_activities(self, feedback):
        self._guarded().activity_feedback(["mail.mail_activity_data_todo"], feedback=feedback)
