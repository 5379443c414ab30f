"""ai.close.entry: a staged adjusting entry, prepared, reviewed and approved by three people."""

from markupsafe import Markup

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
UNSIGNED = {
    "prepared_by_id": False,
    "prepared_at": False,
    "reviewed_by_id": False,
    "reviewed_at": False,
    "approved_by_id": False,
    "approved_at": False,
    "same_person": False,
}
REASON_MIN_CHARS = 3


class AiCloseEntry(models.Model):
    _name = "ai.close.entry"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Staged entry"
    _order = "date desc, id desc"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {
            "key",
            "name",
            "close_id",
            "company_id",
            "run_id",
            "last_run_id",
            "proposer",
            "calculation",
            "source_ids",
            "payload_digest",
            "proposed_digest",
            "approved_digest",
            "signed_policy_id",
            "origin_move_id",
            "recurrence",
            "confidence",
            "amount_min",
            "amount_max",
            "is_estimate",
            "prepared_by_id",
            "prepared_at",
            "reviewed_by_id",
            "reviewed_at",
            "approved_by_id",
            "approved_at",
            "amount_total",
            "move_id",
            "reversal_move_id",
            "reject_reason",
            "change_log",
            "editor_ids",
        }
    )

    key = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    run_id = fields.Many2one("ai.close.run", string="Proposed by run", readonly=True)
    last_run_id = fields.Many2one("ai.close.run", string="Seen by run", readonly=True)
    proposer = fields.Char(readonly=True)
    date = fields.Date(required=True)
    reversal_date = fields.Date()
    journal_id = fields.Many2one("account.journal", required=True, domain="[('type', '=', 'general')]")
    ref = fields.Char("Reference")
    narration = fields.Text()
    line_ids = fields.One2many("ai.close.entry.line", "entry_id", string="Lines")
    calculation = fields.Json("Calculation data", readonly=True)
    calculation_html = fields.Html("Calculation", compute="_compute_calculation_html", sanitize=False)
    source_ids = fields.One2many("ai.close.entry.source", "entry_id", string="Sources", readonly=True)
    source_count = fields.Integer(compute="_compute_source_count")
    payload_digest = fields.Char("Proof code", readonly=True)
    proposed_digest = fields.Char(readonly=True, help="Digest of what the agent proposed, before any edit.")
    approved_digest = fields.Char(
        readonly=True, help="The proof code that was approved; what is posted is compared with it."
    )
    signed_policy_id = fields.Many2one("ai.close.policy", string="Policy", readonly=True, ondelete="restrict")
    origin_move_id = fields.Many2one(
        "account.move",
        string="Made from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The draft that was sent for approval, or the posted entry that this one reverses.",
    )
    recurrence = fields.Char(readonly=True, help="How the draft that was sent for approval repeats itself.")
    confidence = fields.Float(readonly=True, digits=(5, 4))
    amount_min = fields.Monetary(readonly=True)
    amount_max = fields.Monetary(readonly=True)
    is_estimate = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("prepared", "Prepared"),
            ("reviewed", "Reviewed"),
            ("approved", "Approved"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
            ("stale", "Sources changed"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    prepared_by_id = fields.Many2one("res.users", string="Prepared by", readonly=True)
    prepared_at = fields.Datetime(readonly=True)
    reviewed_by_id = fields.Many2one("res.users", string="Reviewed by", readonly=True)
    reviewed_at = fields.Datetime(readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_at = fields.Datetime(readonly=True)
    editor_ids = fields.Many2many("res.users", "ai_close_entry_editor", string="Edited by", readonly=True)
    amount_total = fields.Monetary("Amount", readonly=True, help="The sum of the debits.")
    move_id = fields.Many2one("account.move", string="Posted entry", readonly=True, ondelete="restrict")
    reversal_move_id = fields.Many2one(
        "account.move", string="Posted reversal", readonly=True, ondelete="restrict"
    )
    reject_reason = fields.Char(readonly=True)
    change_log = fields.Json(readonly=True)

    _key_unique = models.Constraint("UNIQUE(key)", "This entry was proposed already.")
    # Also: preparer, reviewer and approver are three people (close_small_team.py).
    _posted_has_move = models.Constraint(
        "CHECK(state <> 'posted' OR (move_id IS NOT NULL AND approved_by_id IS NOT NULL))",
        "A posted entry has its journal entry and its approver.",
    )

    # -- what the screen shows

    @api.depends("source_ids")
    def _compute_source_count(self):
        for entry in self:
            entry.source_count = len(entry.source_ids)

    @api.depends("calculation")
    def _compute_calculation_html(self):
        for entry in self:
            table = entry.calculation or {}
            head = Markup("").join(
                Markup("<th scope='col'>%s</th>") % each for each in table.get("columns") or []
            )
            body = Markup("").join(
                Markup("<tr>%s</tr>")
                % Markup("").join(Markup("<td>%s</td>") % ("" if cell is None else cell) for cell in row)
                for row in table.get("rows") or []
            )
            width = max(len(table.get("columns") or []) - 1, 1)
            foot = Markup("<tr><th scope='row' colspan='%s'>%s</th><td>%s</td></tr>") % (
                width,
                self.env._("Total"),
                table.get("total") or "",
            )
            entry.calculation_html = (
                Markup(
                    "<table class='table table-sm o_ai_close_calculation'><thead><tr>%s</tr></thead>"
                    "<tbody>%s</tbody><tfoot>%s</tfoot></table>"
                )
                % (head, body, foot)
                if table
                else False
            )

    # -- the steps

    def action_prepare(self):
        """Sign as the maker: the numbers and their sources are taken over."""
        for entry in self:
            entry._need_step("proposed", "entry.prepare", PREPARER, CONTROLLER)
            entry._take_policy()
            entry._need_intact("entry.prepare")
            entry._transition("prepared", vals={"prepared_by_id": self.env.uid, "prepared_at": self._now()})
        return True

    def action_review(self):
        """Sign as the checker, who is somebody else."""
        for entry in self:
            entry._need_step("prepared", "entry.review", REVIEWER, CONTROLLER)
            entry._need_other_than(entry._makers(), action="entry.review")
            entry._need_intact("entry.review")
            entry._transition("reviewed", vals={"reviewed_by_id": self.env.uid, "reviewed_at": self._now()})
        return True

    def action_send_back(self, reason):
        """Return the entry to its maker; the signatures are struck."""
        reason = self._need_reason(reason, "entry.send_back")
        for entry in self:
            entry._need_open("entry.send_back")
            entry._transition("proposed", reason=reason, vals=UNSIGNED)
            entry._guarded().message_post(body=self.env._("Sent back: %s", reason))
        return True

    def action_reject(self, reason):
        """Say no for good; the same entry is not proposed again."""
        reason = self._need_reason(reason, "entry.reject")
        for entry in self:
            entry._need_open("entry.reject")
            entry._transition("rejected", reason=reason, vals={**UNSIGNED, "reject_reason": reason})
        return True

    # -- demands

    def _need_step(self, state, action, *roles):
        self.ensure_one()
        self._need_role(*roles, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_seen(action)
        self._need_open(action)
        if self.state != state:
            raise refuse(
                self,
                "ENT001",
                self.env._(
                    "%(name)s is %(state)s; this step needs another state.",
                    name=self.name,
                    state=self._state_label(),
                ),
                action=action,
            )

    def _need_open(self, action):
        if self.close_id._is_locked_now():
            raise refuse(self, "LCK001", action=action)

    @api.private
    def _makers(self):
        """Return the people whose numbers these are: the preparer and whoever edited."""
        made = {self.env._("prepared"): self.prepared_by_id}
        for user in self.sudo().editor_ids:
            made[self.env._("edited (%s)", user.name)] = user
        return made

    @api.private
    def _checkers(self):
        """Return who checked before the approval, and can't approve."""
        return {self.env._("reviewed"): self.reviewed_by_id}

    def _need_intact(self, action):
        """Refuse unless payload and sources are what they were when proposed, and the lines can be posted."""
        entry = self.sudo()
        entry._need_signed_payload(action)
        changed = entry.source_ids._changed()
        if changed or not entry.source_ids:
            raise refuse(
                self,
                "ENT004",
                self.env._(
                    "%(changed)s of %(total)s sources changed: %(names)s. %(way)s",
                    changed=len(changed),
                    total=len(entry.source_ids),
                    names=", ".join(
                        source.label or f"{source.model},{source.res_id}" for source in changed[:5]
                    ),
                    way=entry._way_out(),
                ),
                action=action,
            )
        debits, balance = entry._debits()
        if balance or not debits:
            raise refuse(self, "ENT003", action=action)
        period = entry.close_id
        if not period.period_start <= entry.date <= period.period_end or (
            entry.reversal_date and entry.reversal_date <= entry.date
        ):
            raise refuse(
                self,
                "ENT003",
                self.env._("The entry's date lies outside %s, or its reversal before it.", period.name),
                action=action,
            )
        self._need_postable(action)

    def _need_postable(self, action):
        """Name an archived account, or a partner that is gone, archived or merged."""
        entry = self.sudo()
        companies = set(entry.company_id.parent_ids.ids)
        for line in entry.line_ids:
            account = line.account_id
            if not account.active or companies.isdisjoint(account.company_ids.ids):
                raise refuse(
                    self,
                    "ENT010",
                    self._account_sentence(account.with_company(self.company_id)),
                    action=action,
                )
            if line.partner_id and (
                not line.partner_id.active or line.partner_id != line.partner_id.commercial_partner_id
            ):
                raise refuse(
                    self,
                    "ENT010",
                    self.env._(
                        "Partner %s was archived or merged; compute again.", line.partner_id.display_name
                    ),
                    action=action,
                )

    def _account_sentence(self, account):
        """Name an account that can't be used, and the one that the policy names in its place."""
        policy = self.env["ai.close.policy"]._in_force_above(self.company_id)
        params = (policy.params if policy else None) or {}
        successors = (params.get("settings") or {}).get("successors") or {}
        follows = account.browse(successors.get(str(account.id)) or []).exists()
        if not follows:
            return self.env._("Account %s is archived or of another company.", account.display_name)
        return self.env._(
            "Account %(account)s is archived or of another company; %(successor)s replaces it. Compute"
            " again.",
            account=account.display_name,
            successor=follows.display_name,
        )

    def _need_reason(self, reason, action):
        self._need_role(*PEOPLE, action=action)
        self.check_access("read")
        reason = reason.strip() if isinstance(reason, str) else ""
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action=action)
        return reason

    @api.private
    def _judge_stale(self):
        """Mark undecided entries whose sources changed; a fresh proposal follows with the next run."""
        for entry in self.sudo():
            if entry.state in ("proposed", "prepared", "reviewed") and entry.source_ids._changed():
                entry._transition("stale", role=SERVER, vals=UNSIGNED)

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
