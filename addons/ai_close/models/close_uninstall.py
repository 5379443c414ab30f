"""ai.close.uninstall: AI Close leaves a database by two controllers' decision, after a last export.

Uninstalling drops the guards and the audit trail with the tables that hold them.  While a company is guarded,
that is not one administrator's step: a controller asks, another one approves, and the approval writes every
company's trail to a file that stays.
"""

from datetime import timedelta

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, SERVER
from .close_audit_report import DIRECT_EVENTS
from .guarding import all_guarded
from .refusal import refuse

MODULE = "ai_close"
REASON_MIN_CHARS = 3
# What happens after the export is in no file: who decided goes soon, or asks again.
APPROVED_FOR = timedelta(days=1)


class CloseUninstall(models.Model):
    _name = "ai.close.uninstall"
    _inherit = ["ai.close.state.mixin"]
    _description = "Request to uninstall AI Close"
    _order = "id desc"
    _ai_close_protected = frozenset(
        {"requested_by_id", "requested_at", "approved_by_id", "approved_at", "reject_reason", "report_ids"}
    )

    reason = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("approved", "Export under way"),
            ("exported", "May be uninstalled"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    requested_by_id = fields.Many2one("res.users", "Requested by", readonly=True)
    requested_at = fields.Datetime(readonly=True)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_at = fields.Datetime(readonly=True)
    reject_reason = fields.Text(readonly=True)
    report_ids = fields.One2many("ai.close.audit.report", "uninstall_id", "Final exports", readonly=True)

    _two_people = models.Constraint(
        "CHECK(state NOT IN ('approved', 'exported') OR (approved_by_id IS NOT NULL"
        " AND requested_by_id IS NOT NULL AND approved_by_id <> requested_by_id))",
        "Who asked to uninstall can't approve it.",
    )

    @api.depends("requested_at")
    def _compute_display_name(self):
        for request in self:
            request.display_name = self.env._("Uninstall AI Close (request %s)", request.id or "-")

    def write(self, vals):
        # what was approved is what was asked for
        if "reason" in vals and any(request.state != "draft" for request in self):
            raise refuse(self, "AUD002", action="uninstall.write")
        return super().write(vals)

    # -- what people do

    def action_request(self):
        """Ask that AI Close may be uninstalled."""
        action = "uninstall.request"
        self.ensure_one()
        self._need_controller(action)
        reason = (self.reason or "").strip()
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action=action)
        return self._transition(
            "requested", reason=reason, vals={"requested_by_id": self.env.uid, "requested_at": self._now()}
        )

    def action_approve(self):
        """Approve as another controller, and write the final export of each company's trail."""
        action = "uninstall.approve"
        self.ensure_one()
        self._need_controller(action)
        self._lock_rows()
        self._need_other_than({self.env._("requested"): self.requested_by_id}, action=action)
        self._need_password("lock")
        self._transition(
            "approved",
            reason=self.reason,
            vals={"approved_by_id": self.env.uid, "approved_at": self._now()},
        )
        self._export()
        return True

    def action_reject(self, reason):
        """Say no to the request, or take back what was approved."""
        action = "uninstall.reject"
        self.ensure_one()
        self._need_controller(action)
        reason = reason.strip() if isinstance(reason, str) else ""
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action=action)
        self._lock_rows()
        return self._transition("rejected", reason=reason, vals={"reject_reason": reason})

    @api.private
    def _need_controller(self, action):
        """Refuse who is no controller of every guarded company: the guards of all of them go."""
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        foreign = all_guarded(self.env) - self.env.user.sudo().company_ids
        if foreign:
            sentence = self.env._(
                "Uninstalling takes the guards of every company; you are no controller of %s.",
                ", ".join(foreign.mapped("name")),
            )
            raise refuse(self, "SOD003", sentence, action=action)

    # -- the final export

    @api.private
    def _export(self):
        """Seal and export every trail: now, or in the background when it is long."""
        self.env.flush_all()
        trail, reports = self.env["ai.close.audit.seal"].sudo(), self.env["ai.close.audit.report"]
        for company_id in trail._companies():
            trail._seal(company_id)
            company = self.env["res.company"].browse(company_id or [])
            report = reports._guarded().create(
                {
                    "kind": "export",
                    "company_id": company.sudo().exists().id,
                    "chain": company_id,
                    "requested_by_id": self.env.uid,
                    "uninstall_id": self.id,
                }
            )
            if reports._events(company) <= DIRECT_EVENTS:
                report._work()
        self._judge()
        if self.state == "approved":
            self.env.ref("ai_close.cron_audit_reports").sudo()._trigger()

    @api.private
    def _judge(self):
        """The request is ready once each of its exports is written."""
        for request in self.sudo():
            if request.state == "approved" and set(request.report_ids.mapped("state")) == {"done"}:
                request._transition("exported", role=SERVER)

    @api.private
    def _audit_evidence(self):
        """Return the names and checksums of the exports, which the steps after the approval rest on."""
        found = super()._audit_evidence()
        for request in self.sudo():
            files = request.report_ids.attachment_id
            if files:
                found.setdefault(request.id, {})["exports"] = [
                    {"id": file.id, "name": file.name, "sha1": file.checksum} for file in files.sorted("id")
                ]
        return found

    @api.model
    @api.private
    def _granted(self):
        """Return the request that lets AI Close go now, or none."""
        return self.sudo().search(
            [("state", "=", "exported"), ("approved_at", ">=", fields.Datetime.now() - APPROVED_FOR)], limit=1
        )


class CloseAuditReport(models.Model):
    _inherit = "ai.close.audit.report"

    uninstall_id = fields.Many2one("ai.close.uninstall", readonly=True, index="btree_not_null")
    chain = fields.Integer(
        readonly=True, help="Company whose trail a final export holds, even when the company is gone."
    )

    @api.private
    def _chain(self):
        return self.chain if self.uninstall_id else super()._chain()

    @api.private
    def _work(self):
        result = super()._work()
        request = self.sudo().uninstall_id
        if request:
            # on no record of ours: it stays, with who asked for it, when our tables go
            self.attachment_id.sudo().write({"res_model": False, "res_id": False})
            request._judge()
        return result
