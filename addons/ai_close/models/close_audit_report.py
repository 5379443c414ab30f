"""ai.close.audit.report: a look at the chain, or an export of the trail, that somebody asked for."""

import logging
import mmap
import tempfile
from datetime import timedelta

from odoo import api, fields, models

from ..kernel.sod import AUDITOR, CONTROLLER, SERVER

_logger = logging.getLogger(__name__)

# Up to here somebody waits for it; more is done in the background.
DIRECT_EVENTS = 50_000
# The file is a copy of data about employees: who needs it has stored it by then.
FILE_DAYS = 30


class CloseAuditReport(models.Model):
    _name = "ai.close.audit.report"
    _inherit = ["ai.close.state.mixin"]
    _description = "Check or export of the audit trail"
    _order = "id desc"
    _ai_close_protected = frozenset(
        {"kind", "company_id", "requested_by_id", "date_done", "message", "broken", "attachment_id"}
    )

    kind = fields.Selection([("verify", "Check"), ("export", "Export")], required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, help="None: events that belong to no company.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    requested_by_id = fields.Many2one("res.users", "Asked for by", required=True, readonly=True)
    date_done = fields.Datetime("Done", readonly=True)
    message = fields.Text("Result", readonly=True)
    broken = fields.Boolean(readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "File", readonly=True, ondelete="set null")

    @api.depends("kind", "company_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for report in self:
            report.display_name = f"{labels.get(report.kind, '')} {report.company_id.name or ''}".strip()

    @api.model
    @api.private
    def _start(self, kind, company):
        """Make a report for ``company`` (a record, none for events without one) and return what to show."""
        role = self._need_role(CONTROLLER, AUDITOR, action=f"audit.{kind}")
        report = self._guarded().create(
            {"kind": kind, "company_id": company.id, "requested_by_id": self.env.uid}
        )
        self.env["ai.close.audit"]._append(f"audit.{kind}", report, role=role)
        if self._events(company) <= DIRECT_EVENTS:
            report._work()
        else:
            self.env.ref("ai_close.cron_audit_reports").sudo()._trigger()
        return self.browse(report.id)._show()

    def _events(self, company):
        """How many events there are, near enough to choose between now and in the background."""
        self.env.cr.execute(
            "SELECT COALESCE((SELECT sum(count) FROM ai_close_audit_seal WHERE company_id = %s), 0)",
            [company.id or 0],
        )
        return self.env.cr.fetchone()[0] + self.env["ai.close.audit.seal"]._unsealed(company.id or 0)[0]

    @api.private
    def _show(self):
        """Return the action that gives the reader the file, the result, or the advice to wait."""
        if self.state == "done" and self.attachment_id:
            return {
                "type": "ir.actions.act_url",
                "url": f"/web/content/{self.attachment_id.id}?download=true",
                "target": "download",
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    # -- the work ---

    @api.private
    def _work(self):
        """Do what was asked for; the result stands in the record."""
        self.ensure_one()
        trail = self.env["ai.close.audit.seal"].sudo()
        vals = {"date_done": self._now()}
        found = {}
        if self.kind == "verify":
            found = trail._verify(self._chain())
            vals |= {"message": trail._sentence(found), "broken": bool(found["problem"])}
        else:
            attachment, lines = self._write_file(trail)
            vals |= {
                "attachment_id": attachment.id,
                "message": self.env._(
                    "%(name)s: %(lines)s lines, %(size)s bytes",
                    name=attachment.name,
                    lines=f"{lines:,}",
                    size=f"{attachment.file_size:,}",
                ),
            }
        self._transition("done", role=SERVER, vals=vals, action=f"audit.{self.kind}_done")

    @api.private
    def _chain(self):
        """Return whose trail this is about: the id of a company, 0 for events without one."""
        return self.company_id.id or 0

    def _write_file(self, trail):
        """Write the export and return ``(attachment, lines)``; in pieces, however long it is."""
        company_id = self._chain()
        lines = 0
        with tempfile.TemporaryFile() as file:
            for line in trail._export_lines(company_id):
                file.write(line)
                lines += 1
            file.flush()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                attachment = (
                    self.env["ir.attachment"]
                    .sudo()
                    .create(
                        {
                            "name": f"ai-close-audit-{company_id}-{fields.Date.today():%Y-%m-%d}.jsonl",
                            "mimetype": "application/jsonl",
                            "raw": content if self._files_on_disk() else content[:],
                            "res_model": self._name,
                            "res_id": self.id,
                        }
                    )
                )
        return attachment, lines

    def _files_on_disk(self):
        return self.env["ir.attachment"]._storage() == "file"

    @api.model
    def _cron_work(self):
        """Do the reports that were too long to wait for, each in a transaction of its own."""
        for report in self.sudo().search([("state", "=", "waiting")], order="id"):
            worker = report.with_user(report.requested_by_id).with_context(
                lang=report.requested_by_id.lang or "en_US"
            )
            try:
                worker._need_role(CONTROLLER, AUDITOR, action=f"audit.{report.kind}")
                worker.sudo()._work()
                self.env.flush_all()
            except Exception as error:
                self.env.cr.rollback()
                _logger.exception("report %s of the audit trail failed", report.id)
                worker.sudo()._transition(
                    "failed", role=SERVER, vals={"date_done": self._now(), "message": str(error)}
                )
            report.requested_by_id._bus_send(
                "simple_notification",
                {
                    "title": worker.display_name,
                    "message": report.message,
                    "type": "danger" if report.broken or report.state == "failed" else "success",
                },
            )
            self.env["ir.cron"]._commit_progress(1)

    @api.autovacuum
    def _drop_old_files(self):
        old = self.sudo().search(
            [
                ("attachment_id", "!=", False),
                ("uninstall_id", "=", False),
                ("date_done", "<", fields.Datetime.now() - timedelta(days=FILE_DAYS)),
            ]
        )
        old.attachment_id.unlink()


class CloseAuditSeal(models.Model):
    _inherit = "ai.close.audit.seal"

    def action_verify(self):
        """Recompute the chain of the chosen block's company, else of the reader's own."""
        return self.env["ai.close.audit.report"]._start("verify", self._company_chosen())

    def action_export(self):
        """Export the trail of the chosen block's company, else of the reader's own."""
        return self.env["ai.close.audit.report"]._start("export", self._company_chosen())

    def _company_chosen(self):
        self.check_access("read")
        if not self:
            return self.env.company
        return self.env["res.company"].browse(self[0].company_id or [])


class CloseAudit(models.Model):
    _inherit = "ai.close.audit"

    @api.model
    def action_verify(self, *_ids):
        """Recompute the chain of the reader's company; the button of the list."""
        return self.env["ai.close.audit.seal"].action_verify()

    @api.model
    def action_export(self, *_ids):
        """Export the trail of the reader's company; the button of the list."""
        return self.env["ai.close.audit.seal"].action_export()
