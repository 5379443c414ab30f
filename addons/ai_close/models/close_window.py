"""ai.close: is the period open now?  A reopened one is until its window ends, whoever writes the state."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..kernel.sod import CONTROLLER, REVIEWER
from .memo import remembered
from .refusal import refuse


class AiClose(models.Model):
    _inherit = "ai.close"

    window_id = fields.Many2one("ai.close.lock", string="Open window", compute="_compute_window")
    window_until = fields.Datetime("Open until", compute="_compute_window")
    reopen_report_ids = fields.One2many("ai.close.reopen.report", "close_id", string="Reopen reports")
    unsigned_report_id = fields.Many2one(
        "ai.close.reopen.report", string="Report to sign", compute="_compute_unsigned_report"
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"reopen_report_ids", "below_ids"}

    @api.depends("state", "lock_ids.state")
    def _compute_window(self):
        for close in self:
            window = close._open_window()
            close.window_id = window.sudo(self.env.su)
            close.window_until = window.exception_until

    @api.depends("reopen_report_ids.state")
    def _compute_unsigned_report(self):
        for close in self:
            waiting = close.sudo().reopen_report_ids.filtered(lambda report: report.state == "unsigned")
            close.unsigned_report_id = waiting[:1].sudo(self.env.su)

    @api.private
    def _is_locked_now(self):
        """Tell whether the period counts as locked at this moment.

        The end of a reopen's window locks it again by itself: the state is written a little later.
        """
        self.ensure_one()
        close = self.sudo()
        return close.state == "locked" or (close.state == "reopened" and not close._open_window())

    @api.private
    def _is_open_now(self):
        """Tell whether work on the period goes on at this moment."""
        return not self._is_locked_now()

    @api.private
    def _open_window(self):
        """Return the reopen whose window is open now, or none (sudo, the uid stays)."""
        if not self.ids:
            return self.env["ai.close.lock"].sudo()
        requests, key = self.env["ai.close.lock"].sudo(), tuple(self.ids)
        return remembered(requests, "window", key, self._find_open_window)

    def _find_open_window(self):
        requests = (
            self.env["ai.close.lock"]
            .sudo()
            .search([("close_id", "in", self.ids), ("kind", "=", "reopen"), ("state", "=", "applied")])
        )
        return requests.filtered(lambda request: request._is_window_open())[:1]

    def action_request_reopen(self):
        """Open the dialog that asks to open this locked period again, for named people and a while."""
        self.ensure_one()
        self._need_role(REVIEWER, CONTROLLER, action="reopen.request")
        self.check_access("read")
        self.env["ai.close.lock"]._need_reopenable(self, "reopen.request")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen %s", self.name),
            "res_model": "ai.close.reopen.ask",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_close_id": self.id},
        }

    def action_refresh(self):
        """Lock again first what is open in name only, should the server's cron stand still."""
        self.env["ai.close.lock"]._settle_ended(self.company_id)
        return super().action_refresh()

    def action_request_lock(self):
        """A period that is open again locks itself; there is nothing to ask for."""
        window = self.state == "reopened" and self._window_sentence()
        if window:
            raise refuse(
                self,
                "LCK001",
                self.env._("%s. It is locked again by itself; a controller may end it early.", window),
                action="close.request_lock",
            )
        return super().action_request_lock()

    @api.private
    def _window_sentence(self):
        """Say until when this period is open again and for whom, or nothing."""
        window = self._open_window()
        if not window:
            return ""
        return self.env._(
            "%(close)s is open until %(until)s for %(who)s: %(why)s",
            close=self.name,
            until=format_datetime(self.env, window.exception_until),
            who=", ".join(window.reopen_user_ids.mapped("name")),
            why=window.reason or "-",
        )
