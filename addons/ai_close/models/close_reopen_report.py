"""ai.close.reopen.report: what was done while a locked period was open, what it changed, who signed that."""

from odoo import api, fields, models
from odoo.tools import formatLang

from ..kernel.sod import CONTROLLER, SERVER
from .refusal import refuse

RESULT_TYPES = ("income", "expense")


class CloseReopenReport(models.Model):
    _name = "ai.close.reopen.report"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Reopen report"
    _order = "id desc"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {
            "name", "lock_id", "close_id", "company_id", "opened_at", "until", "ended_at", "version",
            "count_posted", "count_reversed", "count_changed", "count_reconciled", "count_unreconciled",
            "result", "line_ids", "account_ids", "snapshot_before", "snapshot_after", "adds_up",
            "signed_by_id", "signed_at", "below_ids",
        }
    )  # fmt: skip

    name = fields.Char(required=True, readonly=True)
    lock_id = fields.Many2one(
        "ai.close.lock", string="Reopen", required=True, readonly=True, ondelete="restrict"
    )
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Text(related="lock_id.reason")
    user_ids = fields.Many2many(
        related="lock_id.reopen_user_ids", string="Open for", context={"active_test": False}
    )
    approved_by_id = fields.Many2one(related="lock_id.approved_by_id")
    limited = fields.Boolean(related="lock_id.reopen_limited")
    state = fields.Selection(
        [("open", "Window open"), ("unsigned", "To be signed"), ("signed", "Signed")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    opened_at = fields.Datetime("Opened", required=True, readonly=True)
    until = fields.Datetime(required=True, readonly=True)
    ended_at = fields.Datetime("Locked again", readonly=True)
    version = fields.Integer("Version after it", readonly=True)
    count_posted = fields.Integer("Posted", readonly=True)
    count_reversed = fields.Integer("Reversed", readonly=True)
    count_changed = fields.Integer("Changed or unposted", readonly=True)
    count_reconciled = fields.Integer("Reconciled", readonly=True)
    count_unreconciled = fields.Integer("Unreconciled", readonly=True)
    result = fields.Monetary(readonly=True, help="What the result of the period changed by.")
    line_ids = fields.One2many("ai.close.reopen.line", "report_id", string="What was done", readonly=True)
    account_ids = fields.One2many(
        "ai.close.reopen.account", "report_id", string="What it changed", readonly=True
    )
    below_ids = fields.One2many("ai.close.below", "report_id", string="Later periods", readonly=True)
    snapshot_before = fields.Integer(readonly=True)
    snapshot_after = fields.Integer(readonly=True)
    adds_up = fields.Boolean(
        readonly=True,
        help="What was done and what the accounts changed by come to the same, account by account.",
    )
    signed_by_id = fields.Many2one("res.users", string="Signed by", readonly=True)
    signed_at = fields.Datetime(readonly=True)
    result_text = fields.Char(compute="_compute_result_text")

    _lock_unique = models.Constraint("UNIQUE(lock_id)", "This reopen has its report already.")

    @api.depends("result", "currency_id")
    def _compute_result_text(self):
        for report in self:
            report.result_text = formatLang(self.env, report.result, currency_obj=report.currency_id)

    # -- made with the window

    @api.model
    @api.private
    def _begin(self, request):
        """Make the report of a window that opens now; it is written up when the window ends."""
        report = self._guarded().create(
            {
                "name": self.env._("Reopen report, %s", request.close_id.name),
                "lock_id": request.id,
                "close_id": request.close_id.id,
                "company_id": request.company_id.id,
                "opened_at": request.approved_at,
                "until": request.exception_until,
            }
        )
        self.env["ai.close.audit"]._append("report.begin", report, role=SERVER)
        return report

    @api.private
    def _write_up(self, role):
        """Write down what was done, take the books anew, and leave the report to be signed."""
        self.ensure_one()
        request, snapshots = self.lock_id, self.env["ai.close.snapshot"]
        ended_at = self._ended_at()
        changes = snapshots._window_changes(request, ended_at)
        made, undone = snapshots._window_settlements(request, ended_at)
        before, after = snapshots._rebaseline(request, {row["line_id"] for row in changes})
        accounts = snapshots._between(before, after)
        lines = [*self._entry_lines(changes), *self._settlement_lines(made, undone)]
        counts = {
            kind: sum(line["kind"] == kind for line in lines)
            for kind in ("posted", "reversed", "changed", "reconciled", "unreconciled")
        }
        close = self.close_id
        self._guarded().write(
            {
                "line_ids": [(0, 0, line) for line in lines],
                "account_ids": [(0, 0, self._account_row(row)) for row in accounts],
                "snapshot_before": before,
                "snapshot_after": after,
                "result": -sum(
                    row["after"] - row["before"] for row in accounts if _is_result(row["account_type"])
                ),
                "adds_up": self._adds_up(changes, accounts),
                **{f"count_{kind}": count for kind, count in counts.items()},
            }
        )
        self._transition(
            "unsigned",
            role=role,
            vals={
                "ended_at": ended_at,
                "version": close.version + 1 if close.state == "reopened" else close.version,
            },
        )

    @api.private
    def _ended_at(self):
        """Return when the window ended: by its time, or when the last exception was revoked."""
        revoked = self.lock_id.with_context(active_test=False).exception_ids
        ends = [each.end_datetime for each in revoked]
        return min(self.lock_id.exception_until, max(ends)) if ends else self.lock_id.exception_until

    def _entry_lines(self, changes):
        """Return one line an entry: what was done to it, by whom, for how much."""
        types = {
            account.id: account.account_type
            for account in self.env["account.account"]
            .sudo()
            .browse(
                {row[name] for row in changes for name in ("account_before", "account_after") if row[name]}
            )
        }
        moves = {}
        for row in changes:
            moves.setdefault(row["move_id"], []).append(row)
        lines = []
        for move_id, rows in moves.items():
            first = rows[0]
            kinds = {row["kind"] for row in rows}
            kind = "changed"
            if kinds == {"inserted"}:
                kind = "reversed" if first["reversed_entry_id"] else "posted"
            result = 0
            for row in rows:
                if _is_result(types.get(row["account_before"])):
                    result += row["balance_before"]
                if _is_result(types.get(row["account_after"])):
                    result -= row["balance_after"]
            lines.append(
                {
                    "kind": kind,
                    "move_id": move_id,
                    "journal_id": first["journal_id"],
                    "user_id": first["user_id"],
                    "done_at": first["done_at"],
                    "entry_id": first["ai_close_entry_id"],
                    "amount": sum(max(row["balance_after"] - row["balance_before"], 0) for row in rows),
                    "result": result,
                    "label": self.env._("unposted") if kinds == {"removed"} else False,
                }
            )
        return lines

    def _settlement_lines(self, made, undone):
        there = set(
            self.env["account.move"]
            .sudo()
            .browse({move for row in undone for move in (row["before"].get("moves") or ())})
            .exists()
            .ids
        )
        lines = [
            {
                "kind": "reconciled",
                "move_id": row["move_id"],
                "journal_id": row["journal_id"],
                "user_id": row["user_id"],
                "done_at": row["done_at"],
                "amount": row["amount"],
                "label": row["items"],
            }
            for row in made
        ]
        for row in undone:
            moves = [move for move in row["before"].get("moves") or () if move in there]
            move = self.env["account.move"].sudo().browse(moves[:1])
            lines.append(
                {
                    "kind": "unreconciled",
                    "move_id": move.id,
                    "journal_id": move.journal_id.id,
                    "user_id": row["user_id"],
                    "done_at": row["done_at"],
                    "amount": float(row["before"].get("amount") or 0),
                    "label": row["before"].get("items"),
                }
            )
        return lines

    def _account_row(self, row):
        return {
            "account_id": row["account_id"],
            "before": row["before"],
            "after": row["after"],
            "is_result": _is_result(row["account_type"]),
        }

    def _adds_up(self, changes, accounts):
        """Do the entries explain each account's difference to the cent?"""
        moved = {}
        for row in changes:
            for name, sign in (("before", -1), ("after", 1)):
                account = row[f"account_{name}"]
                if account:
                    moved[account] = moved.get(account, 0) + sign * row[f"balance_{name}"]
        told = {row["account_id"]: row["after"] - row["before"] for row in accounts}
        return all(
            self.currency_id.is_zero(float(moved.get(account, 0)) - float(told.get(account, 0)))
            for account in moved | told
        )

    # -- the signature

    def action_sign(self):
        """Sign as a controller who could not post in the window: the new version stands."""
        for report in self:
            report._need_role(CONTROLLER, action="report.sign")
            report.check_access("read")
            report._lock_rows()
            if report.state != "unsigned":
                raise refuse(
                    report,
                    "ENT001",
                    self.env._(
                        "%(name)s is not to be signed: %(why)s.",
                        name=report.name,
                        why=dict(self._fields["state"]._description_selection(self.env))[report.state],
                    ),
                    action="report.sign",
                )
            report._need_other_than(
                {
                    self.env._("could post in the period that you would sign (%s)", user.name): user
                    for user in report.sudo().user_ids
                },
                action="report.sign",
            )
            report._transition("signed", vals={"signed_by_id": self.env.uid, "signed_at": self._now()})
            report._guarded().activity_feedback(
                ["mail.mail_activity_data_todo"], feedback=self.env._("Signed by %s", self.env.user.name)
            )
        return True

    def action_open_lines(self):
        """Open the list of what was done, grouped by journal and user."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "ai.close.reopen.line",
            "view_mode": "list",
            "domain": [("report_id", "=", self.id)],
            "context": {"search_default_by_journal": 1, "search_default_by_user": 1},
        }

    @api.private
    def _ask_for_signature(self):
        """Tell the controllers who may sign."""
        for user in self.lock_id.sudo()._controllers() - self.sudo().user_ids:
            self._guarded().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                date_deadline=fields.Date.context_today(self),
                summary=self.env._("Reopen report to sign"),
                note=self.env._("%s is locked again: look at what was done meanwhile.", self.close_id.name),
            )


class CloseReopenLine(models.Model):
    _name = "ai.close.reopen.line"
    _inherit = ["ai.close.state.mixin"]
    _description = "Done while a period was open again"
    _order = "journal_id, user_id, done_at, id"
    _ai_close_protected = frozenset(
        {
            "report_id", "company_id", "kind", "move_id", "journal_id", "user_id", "done_at", "entry_id",
            "amount", "result", "label", "state",
        }
    )  # fmt: skip

    report_id = fields.Many2one(
        "ai.close.reopen.report", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("posted", "Posted"),
            ("reversed", "Reversed"),
            ("changed", "Changed or unposted"),
            ("reconciled", "Reconciled"),
            ("unreconciled", "Unreconciled"),
        ],
        required=True,
        readonly=True,
    )
    move_id = fields.Many2one("account.move", string="Entry", readonly=True, ondelete="set null")
    journal_id = fields.Many2one("account.journal", readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="restrict")
    done_at = fields.Datetime("At", readonly=True)
    entry_id = fields.Many2one("ai.close.entry", string="Staged entry", readonly=True, ondelete="restrict")
    amount = fields.Monetary(readonly=True)
    result = fields.Monetary("Result effect", readonly=True)
    label = fields.Char("Items", readonly=True)
    state = fields.Selection(related="report_id.state")


class CloseReopenAccount(models.Model):
    _name = "ai.close.reopen.account"
    _inherit = ["ai.close.state.mixin"]
    _description = "Account before and after a reopen"
    _order = "is_result desc, account_id, id"
    _ai_close_protected = frozenset(
        {"report_id", "company_id", "account_id", "before", "after", "difference", "is_result", "state"}
    )

    report_id = fields.Many2one(
        "ai.close.reopen.report", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one("account.account", required=True, readonly=True, ondelete="restrict")
    before = fields.Monetary(readonly=True)
    after = fields.Monetary(readonly=True)
    difference = fields.Monetary(compute="_compute_difference", store=True)
    is_result = fields.Boolean("In the result", readonly=True)
    state = fields.Selection(related="report_id.state")

    @api.depends("before", "after")
    def _compute_difference(self):
        for row in self:
            row.difference = row.after - row.before


def _is_result(account_type):
    return bool(account_type) and account_type.startswith(RESULT_TYPES)
