"""Journal entries on screen: locked or not, what is open about them, and posting dated after the lock."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .close_finding import OPEN_STATES
from .refusal import refuse


class AccountMove(models.Model):
    _inherit = "account.move"

    ai_close_lock_message = fields.Char(compute="_compute_ai_close_lock")
    ai_close_next_date = fields.Date("Next open date", compute="_compute_ai_close_lock")
    ai_close_finding_count = fields.Integer("Findings", compute="_compute_ai_close_counts")
    ai_close_critical_count = fields.Integer("Critical findings", compute="_compute_ai_close_counts")
    ai_close_match_count = fields.Integer("Matches", compute="_compute_ai_close_counts")

    @api.depends("state", "date", "company_id", "journal_id")
    @api.depends_context("uid")
    def _compute_ai_close_lock(self):
        moves = self._ai_close_guarded().filtered(lambda move: move.state in ("draft", "posted"))
        for move in self:
            taxed = move.state == "draft" and move in moves and move._affect_tax_report()
            locks = move._get_violated_lock_dates(move.date, taxed) if move in moves and move.date else []
            move.ai_close_lock_message = move._ai_close_lock_banner(locks) if locks else False
            draft = locks and move.state == "draft"
            move.ai_close_next_date = locks[-1][0] + timedelta(days=1) if draft else False

    def _compute_tax_lock_date_message(self):
        # Odoo announces that it will post on another date; here it will not be posted at all.
        result = super()._compute_tax_lock_date_message()
        self.filtered("ai_close_lock_message").tax_lock_date_message = False
        return result

    @api.private
    def _ai_close_lock_banner(self, locks):
        if self.state == "draft":
            return self._ai_close_lock_sentence(locks)
        return self.env._(
            "%(date)s is locked to %(locked)s: this entry stays as it is, but for its due date."
            " Correct it with an entry in an open month.",
            date=format_date(self.env, self.date),
            locked=format_date(self.env, locks[-1][0]),
        )

    @api.depends("line_ids")
    @api.depends_context("uid")
    def _compute_ai_close_counts(self):
        """Count in one grouped read each what is open about these moves; who may not read it sees nothing."""
        self.ai_close_finding_count = self.ai_close_critical_count = self.ai_close_match_count = 0
        Finding, Match = self.env["ai.close.finding"], self.env["ai.close.match"]
        if Finding.has_access("read"):
            move_of = {("account.move", move.id): move for move in self}
            move_of |= {("account.move.line", line.id): line.move_id for line in self.line_ids}
            rows = Finding._read_group(
                self._ai_close_finding_domain(),
                ["anchor_model", "anchor_id", "severity"],
                ["__count"],
            )
            for model, res_id, severity, count in rows:
                move_of[model, res_id].ai_close_finding_count += count
                if severity == "critical":
                    move_of[model, res_id].ai_close_critical_count += count
        if Match.has_access("read"):
            for match in Match.search(self._ai_close_match_domain()):
                moves = match.sudo().statement_line_id.move_id | match.sudo().item_ids.move_line_id.move_id
                for move in self.filtered(lambda move, moves=moves: move.id in moves.ids):
                    move.ai_close_match_count += 1

    @api.private
    def _ai_close_finding_domain(self):
        return [
            ("state", "in", OPEN_STATES),
            "|",
            "&",
            ("anchor_model", "=", "account.move"),
            ("anchor_id", "in", self.ids),
            "&",
            ("anchor_model", "=", "account.move.line"),
            ("anchor_id", "in", self.line_ids.ids),
        ]

    @api.private
    def _ai_close_match_domain(self):
        return [
            ("state", "in", ("proposed", "accepted")),
            "|",
            ("statement_line_id.move_id", "in", self.ids),
            ("item_ids.move_line_id.move_id", "in", self.ids),
        ]

    def action_ai_close_findings(self):
        """Open the findings about this entry or its items."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Findings"),
            "res_model": "ai.close.finding",
            "view_mode": "list,form",
            "domain": self._ai_close_finding_domain(),
        }

    def action_ai_close_matches(self):
        """Open the matches that settle this entry, proposed or accepted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Matches"),
            "res_model": "ai.close.match",
            "view_mode": "list,form",
            "domain": self._ai_close_match_domain(),
        }

    # -- a late document

    def action_ai_close_post_dated(self):
        """Post a draft of a locked month on the day after the lock; the document keeps its own date."""
        self.ensure_one()
        self._ai_close_post_dated()
        return False

    @api.private
    def _ai_close_next_open_date(self):
        """Return the day after the latest lock that binds this draft on its date, or None when none does."""
        self.ensure_one()
        locks = self._ai_close_locks(self.date)
        return locks[-1][0] + timedelta(days=1) if locks else None

    @api.private
    def _ai_close_post_dated(self):
        self.ensure_one()
        self.check_access("write")
        date = self._ai_close_next_open_date() if self.state == "draft" and self._ai_close_guarded() else None
        if date is None:
            raise refuse(
                self,
                "ENT001",
                self.env._("%s is no draft of a locked month; post it as it is.", self.display_name),
                action="move.post_dated",
            )
        before = {"date": self.date, "invoice_date": self.invoice_date}
        self.date = date
        self.action_post()
        if (self.state, self.date, self.invoice_date) != ("posted", date, before["invoice_date"]):
            raise refuse(
                self,
                "LCK002",
                self.env._(
                    "Not posted: Odoo would post it on %(date)s instead of %(asked)s.",
                    date=format_date(self.env, self.date),
                    asked=format_date(self.env, date),
                ),
                action="move.post_dated",
            )
        self.env["ai.close.audit"]._append(
            "move.post_dated",
            self,
            before=before,
            after={"date": self.date, "invoice_date": self.invoice_date, "name": self.name},
        )
