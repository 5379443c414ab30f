"""ai.close.task: one point of a period's checklist, prepared by one person and signed by another."""

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .close_task_template import AREAS, GATES, ROLES, WATCHES
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
DONE = ("signed", "not_applicable")
TEXT_MIN_CHARS = 10
# What people may write in a form while the task is theirs.
NOTE_FIELDS = frozenset({"evidence_note", "evidence_ids"})
ASSIGN_FIELDS = frozenset({"owner_id", "reviewer_id"})
# A task without anybody's name on it: its evidence is free again.
UNSIGNED = {
    "prepared_by_id": False,
    "prepared_at": False,
    "signed_by_id": False,
    "signed_at": False,
    "evidence_digest": False,
    "signed_files": False,
}
APPLICABLE = {"na_reason": False, "na_requested_by_id": False}


class AiCloseTask(models.Model):
    _name = "ai.close.task"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Close task"
    _order = "date_due, sequence, id"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {
            "close_id",
            "template_id",
            "name",
            "code",
            "sequence",
            "area",
            "watches",
            "self_check",
            "needs_evidence",
            "needs_note",
            "min_files",
            "evidence_hint",
            "gates",
            "owner_role",
            "reviewer_role",
            "due_bucket",
            "date_due",
            "prepared_by_id",
            "prepared_at",
            "signed_by_id",
            "signed_at",
            "signed_check_state",
            "check_state",
            "check_message",
            "check_at",
            "check_run_id",
            "depends_on_ids",
            "needed_by_ids",
            "stale_reason",
            "na_reason",
            "na_requested_by_id",
            "evidence_by_id",
            "evidence_digest",
            "signed_files",
        }
    )

    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="close_id.company_id", store=True, index=True)
    template_id = fields.Many2one("ai.close.task.template", readonly=True, ondelete="set null")
    name = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    area = fields.Selection(AREAS, readonly=True)
    watches = fields.Selection(WATCHES, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("open", "Open"),
            ("prepared", "Prepared"),
            ("signed", "Signed off"),
            ("stale", "Changed since sign-off"),
            ("not_applicable", "Not applicable"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    gates = fields.Selection(
        GATES, default="fiscalyear_lock_date", readonly=True, help="The lock that waits for this task."
    )
    due_bucket = fields.Char("Due day", readonly=True)
    date_due = fields.Date("Due", readonly=True)
    owner_role = fields.Selection(ROLES, readonly=True)
    reviewer_role = fields.Selection(ROLES, readonly=True)
    owner_id = fields.Many2one("res.users")
    reviewer_id = fields.Many2one("res.users")
    prepared_by_id = fields.Many2one("res.users", string="Prepared by", readonly=True)
    prepared_at = fields.Datetime(readonly=True)
    signed_by_id = fields.Many2one("res.users", string="Signed by", readonly=True)
    signed_at = fields.Datetime(readonly=True)
    signed_check_state = fields.Char(readonly=True, help="What the self-check said when the task was signed.")
    self_check = fields.Char(readonly=True)
    check_state = fields.Selection(
        [("pass", "Passed"), ("fail", "Failed"), ("no_data", "No data"), ("none", "By hand")],
        default="none",
        readonly=True,
    )
    check_message = fields.Char(readonly=True)
    check_at = fields.Datetime("Checked at", readonly=True)
    check_run_id = fields.Many2one("ai.close.run", string="Checked on the data of", readonly=True)
    needs_evidence = fields.Boolean("File or note", readonly=True)
    needs_note = fields.Boolean("Note", readonly=True)
    min_files = fields.Integer("Files, at least", readonly=True)
    evidence_hint = fields.Char("What to attach", readonly=True)
    evidence_ids = fields.Many2many("ir.attachment")
    evidence_count = fields.Integer(compute="_compute_evidence_count")
    evidence_note = fields.Text()
    other_file_ids = fields.Many2many(
        "ir.attachment", compute="_compute_other_file_ids", string="Other files on this task"
    )
    evidence_by_id = fields.Many2one("res.users", string="Evidence changed by", readonly=True)
    evidence_digest = fields.Char("Proof code of the evidence", readonly=True)
    signed_files = fields.Json("Files as signed", readonly=True)
    depends_on_ids = fields.Many2many(
        "ai.close.task",
        "ai_close_task_dependency",
        "task_id",
        "depends_on_id",
        string="Waits for",
        readonly=True,
    )
    needed_by_ids = fields.Many2many(
        "ai.close.task",
        "ai_close_task_dependency",
        "depends_on_id",
        "task_id",
        string="Needed by",
        readonly=True,
    )
    stale_reason = fields.Char(readonly=True)
    na_reason = fields.Char("Why not applicable", readonly=True)
    na_requested_by_id = fields.Many2one("res.users", string="Not applicable, says", readonly=True)

    _code_unique = models.Constraint("UNIQUE(close_id, code)", "This task is already on the checklist.")
    _two_people = models.Constraint(
        "CHECK(prepared_by_id IS NULL OR signed_by_id IS NULL OR prepared_by_id <> signed_by_id)",
        "Who prepared a task can't sign it.",
    )

    @api.depends("evidence_ids")
    def _compute_evidence_count(self):
        for task in self:
            task.evidence_count = len(task.evidence_ids)

    @api.private
    def _owner_label(self):
        """Return the name of the role that the task waits for, when nobody is named."""
        role = (self[:1].reviewer_role if self[:1].state == "prepared" else self[:1].owner_role) or ""
        return dict(self._fields["owner_role"]._description_selection(self.env)).get(role, "")

    # -- what people write

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if ASSIGN_FIELDS & vals.keys():
            self._need_role(CONTROLLER, action="task.assign")
        if not NOTE_FIELDS & vals.keys():
            return super().write(vals)
        self._need_role(*PEOPLE, action="task.evidence")
        self._need_unsigned_evidence()
        before = {task: task._evidence_now() for task in self}
        result = super().write(vals)
        for task in self:
            task._tell_evidence(before[task])
        return result

    def action_prepare(self, note=None):
        """Say that the work is done; evidence and predecessors are demanded here."""
        for task in self:
            task._need_open_period("task.prepare")
            task._need_role(task.owner_role or PREPARER, CONTROLLER, REVIEWER, action="task.prepare")
            if note:
                task._need_unsigned_evidence()
                before = task._evidence_now()
                task._guarded().write({"evidence_note": note})
                task._tell_evidence(before)
            task._need_predecessors("task.prepare")
            task._need_evidence("task.prepare")
            self.env["ai.close.dirty"]._meet(task)
            if task.state == "waiting":
                task._transition("open", role=SERVER)
            task._adopt_files()
            task._transition(
                "prepared",
                vals=UNSIGNED
                | APPLICABLE
                | {"prepared_by_id": self.env.uid, "prepared_at": self._now()}
                | {"seen": self.env["ai.close.dirty"]._seen()}
                | task._pinned_evidence(),
            )
        return True

    def action_sign(self):
        """Sign what somebody else (or the server's own check) prepared."""
        for task in self:
            task._need_open_period("task.sign")
            needed = (CONTROLLER,) if task.reviewer_role == CONTROLLER else (REVIEWER, CONTROLLER)
            task._need_role(*needed, action="task.sign")
            task._need_other_than(
                {
                    self.env._("prepared"): task.prepared_by_id,
                    self.env._("wrote the evidence of"): task.evidence_by_id,
                },
                action="task.sign",
            )
            task._need_predecessors("task.sign")
            task._judge_check()
            task.sudo()._judge_unseen()
            if task.state != "prepared":
                raise refuse(
                    task,
                    "ENT001",
                    self.env._(
                        "%(name)s is not prepared: %(why)s",
                        name=task.name,
                        why=task.stale_reason or task.check_message or task.state,
                    ),
                    action="task.sign",
                )
            task._need_enough_evidence("task.sign")
            task._need_evidence_as_prepared("task.sign")
            self.env["ai.close.dirty"]._meet(task)
            task._transition(
                "signed",
                vals={
                    "signed_by_id": self.env.uid,
                    "signed_at": self._now(),
                    "signed_check_state": task.check_state,
                    "stale_reason": False,
                    "seen": self.env["ai.close.dirty"]._seen(),
                }
                | APPLICABLE
                | task._pinned_evidence(),
            )
            task.sudo().needed_by_ids._judge()
        return True

    def action_send_back(self, reason):
        """Return a prepared (or signed) task to its owner, the signatures struck.

        Who prepared it may take it back as long as nobody signed.
        """
        reason = self._need_text(reason, "task.send_back")
        for task in self:
            task._need_open_period("task.send_back")
            if task.prepared_by_id != self.env.user:
                task._need_role(REVIEWER, CONTROLLER, action="task.send_back")
            struck = task.sudo()._struck(reason)
            task._transition("open", reason=reason, vals=UNSIGNED | APPLICABLE | struck)
            task._guarded().message_post(body=self.env._("Sent back: %s", reason))
        return True

    def action_not_applicable(self, reason):
        """Take the task off this period's checklist: one person says why, another one confirms."""
        reason = self._need_text(reason, "task.not_applicable")
        for task in self:
            task._need_open_period("task.not_applicable")
            task._lock_rows()
            if not task.na_requested_by_id:
                task._request_not_applicable(reason)
                continue
            task._need_role(REVIEWER, CONTROLLER, action="task.not_applicable")
            task._need_other_than(
                {self.env._("said that it does not apply"): task.na_requested_by_id},
                action="task.not_applicable",
            )
            task._transition(
                "not_applicable",
                reason=reason,
                vals={"na_reason": f"{task.na_reason}\n{reason}"} | task._pinned_evidence(),
            )
            task.sudo().needed_by_ids._judge()
        return True

    def _request_not_applicable(self, reason):
        self._need_role(*PEOPLE, action="task.not_applicable")
        if self.state in DONE:
            raise refuse(
                self,
                "ENT001",
                self.env._("%s is signed; have it sent back first.", self.name),
                action="task.not_applicable",
            )
        asked = {"na_reason": reason, "na_requested_by_id": self.env.uid}
        self._guarded().write(asked)
        self.env["ai.close.audit"]._append("task.not_applicable_request", self, after=asked, reason=reason)

    # -- demands

    def _need_open_period(self, action):
        if self.close_id._is_locked_now() or self.close_id.sudo().state == "requested":
            raise refuse(self, "LCK001", action=action)

    def _need_predecessors(self, action):
        waits = self.sudo().depends_on_ids.filtered(lambda task: task.state not in DONE)
        if waits:
            raise refuse(
                self,
                "ENT009",
                self.env._(
                    "%(name)s waits for: %(others)s.", name=self.name, others=", ".join(waits.mapped("name"))
                ),
                action=action,
            )

    def _need_text(self, text, action):
        text = text.strip() if isinstance(text, str) else ""
        if len(text) < TEXT_MIN_CHARS:
            raise refuse(
                self,
                "ENT006",
                self.env._("Give a reason of at least %s characters.", TEXT_MIN_CHARS),
                action=action,
            )
        return text

    # -- the port

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Take task results of a run: they are noted on the task, and only the server's own check decides."""
        answers = []
        for row in rows:
            task = self.sudo().search(
                [("close_id", "=", run.close_id.id), ("code", "=", row["key"])], limit=1
            )
            if not task:
                answers.append(
                    {
                        "key": row["key"],
                        "status": "refused",
                        "code": "ENT010",
                        "reason": self.env._("There is no such task."),
                    }
                )
                continue
            task._judge_check()
            task._guarded().write({"check_run_id": run.id})
            answers.append({"key": row["key"], "status": "updated", "code": None, "reason": None})
        return answers
