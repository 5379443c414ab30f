"""ai.close.below: a later period rests on one that was opened again; somebody judges what that means for it.

Today these are the opening balances and the signed tasks.  Other things that rest on an earlier period are
marked in ``_mark_later_closes`` by whoever adds them.
"""

from odoo import api, fields, models

from ..kernel.periods import ADJUSTMENT
from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .close_task import TEXT_MIN_CHARS
from .refusal import refuse


class CloseBelow(models.Model):
    _name = "ai.close.below"
    _inherit = ["ai.close.state.mixin"]
    _description = "Changed below a close"
    _order = "id desc"
    _ai_close_protected = frozenset(
        {
            "name",
            "close_id",
            "company_id",
            "report_id",
            "result",
            "accounts",
            "judged_by_id",
            "judged_at",
            "note",
        }
    )  # fmt: skip

    name = fields.Char("What changed", required=True, readonly=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="close_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    report_id = fields.Many2one(
        "ai.close.reopen.report", required=True, readonly=True, index=True, ondelete="restrict"
    )
    result = fields.Monetary("Result effect", readonly=True)
    accounts = fields.Char("Opening balances", readonly=True)
    state = fields.Selection(
        [("open", "To judge"), ("judged", "Judged")], default="open", required=True, readonly=True, index=True
    )
    judged_by_id = fields.Many2one("res.users", string="Judged by", readonly=True)
    judged_at = fields.Datetime(readonly=True)
    note = fields.Text("What follows from it", readonly=True)

    _once = models.Constraint("UNIQUE(close_id, report_id)", "This period knows of that change already.")

    def action_judge(self, reason):
        """Say what the change means for this period: corrected there, or nothing to do, and why."""
        reason = reason.strip() if isinstance(reason, str) else ""
        for mark in self:
            mark._need_role(REVIEWER, CONTROLLER, action="below.judge")
            mark.check_access("read")
            if len(reason) < TEXT_MIN_CHARS:
                raise refuse(
                    mark,
                    "ENT006",
                    self.env._("Give a reason of at least %s characters.", TEXT_MIN_CHARS),
                    action="below.judge",
                )
            mark._lock_rows()
            if mark.state != "open":
                raise refuse(
                    mark, "ENT001", self.env._("%s was judged already.", mark.name), action="below.judge"
                )
            mark._transition(
                "judged",
                reason=reason,
                vals={"judged_by_id": self.env.uid, "judged_at": self._now(), "note": reason},
            )
        return True


class CloseReopenReport(models.Model):
    _inherit = "ai.close.reopen.report"

    @api.private
    def _mark_later_closes(self):
        """Tell every later period that what it opens with changed, and its signatures that rest on it."""
        report = self.sudo()
        if not report.account_ids and not report.line_ids:
            return
        close = report.close_id
        later = close.search(
            [
                ("company_id", "=", close.company_id.id),
                ("period_start", ">", close.period_end),
                ("kind", "!=", ADJUSTMENT),
            ],
            order="period_start",
        )
        why = self.env._("%(close)s reopened, result %(result)s", close=close.name, result=report.result_text)
        balances = ", ".join(
            f"{row.account_id.with_company(close.company_id).code or row.account_id.name}"
            for row in report.account_ids[:12]
        )
        for each in later:
            mark = (
                report.env["ai.close.below"]
                ._guarded()
                .create(
                    {
                        "name": why,
                        "close_id": each.id,
                        "report_id": report.id,
                        "result": report.result,
                        "accounts": balances,
                    }
                )
            )
            self.env["ai.close.audit"]._append("below.mark", mark, role=SERVER, reason=why)
        if later:
            self._mark_stale_signatures(later, why)

    @api.private
    def _mark_stale_signatures(self, closes, why):
        """Strike in open later closes the sign-offs that rest on balances: those that watch the ledger, and
        those that watch partners where such an account changed.

        A locked close keeps its signatures, which say what was signed then; its mark is to be judged.
        """
        types = set(self.sudo().account_ids.account_id.mapped("account_type"))
        watched = ["ledger"]
        if types & {"asset_receivable", "liability_payable"}:
            watched.append("partner")
        still_open = closes.filtered(lambda close: not close._is_locked_now())
        codes = still_open.task_ids.filtered(lambda task: task.watches in watched).mapped("code")
        if codes:
            self.env["ai.close.task"]._mark_stale(
                still_open, self.env._("Changed below: %s", why), codes=set(codes)
            )


class AiClose(models.Model):
    _inherit = "ai.close"

    below_ids = fields.One2many("ai.close.below", "close_id", string="Changed below")
    below_message = fields.Char(compute="_compute_below_message")

    @api.depends("below_ids.state", "state")
    def _compute_below_message(self):
        for close in self:
            said = [mark.name for mark in close.sudo().below_ids if mark.state == "open"]
            if close.id and close.kind != ADJUSTMENT:
                earlier = close.sudo().search(
                    [
                        ("company_id", "=", close.company_id.id),
                        ("period_end", "<", close.period_start),
                        ("state", "=", "reopened"),
                    ]
                )
                said += [sentence for each in earlier if (sentence := each._window_sentence())]
            close.below_message = self.env._("Changed below: %s", "; ".join(said)) if said else False
