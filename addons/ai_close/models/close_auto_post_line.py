"""The drafts of a batch: what was posted, and of each other one why it is left to people."""

from odoo import api, fields, models

from ..kernel.auto_post import DRAFT_RULE, reason_left
from ..kernel.money import parse

# What an entry depends on: the change log's names of models, and how the draft reaches their records.
DEPENDS = {
    "account.move": lambda move: move,
    "account.move.line": lambda move: move.line_ids,
    "res.partner": lambda move: move.partner_id | move.commercial_partner_id | move.line_ids.partner_id,
    "res.partner.bank": lambda move: move.partner_bank_id | move.commercial_partner_id.bank_ids,
    "account.account": lambda move: move.line_ids.account_id,
    "account.tax": lambda move: move.line_ids.tax_ids,
    "account.journal": lambda move: move.journal_id,
}
DONE = ("closed",)


class CloseAutoPostLine(models.Model):
    _name = "ai.close.auto.post.line"
    _description = "Draft of an automatic posting"
    _inherit = ["ai.close.state.mixin"]
    _order = "batch_id desc, outcome desc, id"
    _rec_name = "name"
    _ai_close_protected = frozenset(
        {"batch_id", "move_id", "name", "date", "journal_id", "partner_id", "amount", "outcome", "reason"}
    )

    batch_id = fields.Many2one(
        "ai.close.auto.post", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="batch_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one("account.move", "Entry", readonly=True, index=True, ondelete="set null")
    name = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    amount = fields.Monetary(readonly=True)
    outcome = fields.Selection([("posted", "Posted"), ("left", "Left to people")], readonly=True)
    reason = fields.Char("Why", readonly=True)

    @api.model
    @api.private
    def _note(self, batch, posted, left):
        rows = [(move, "posted", False) for move in posted] + [(move, "left", why) for move, why in left]
        self._guarded().create(
            [
                {
                    "batch_id": batch.id,
                    "move_id": move.id,
                    "name": move.ref or move.display_name,
                    "date": move.date,
                    "journal_id": move.journal_id.id,
                    "partner_id": move.partner_id.id,
                    "amount": move._ai_close_debits(),
                    "outcome": outcome,
                    "reason": why,
                }
                for move, outcome, why in rows
            ]
        )


class CloseAutoPost(models.Model):
    _inherit = "ai.close.auto.post"

    @api.private
    def _judged(self, settings):
        """Return ``[(draft, why it is left or None)]`` of the policy's journals in the period."""
        company = self.company_id
        Move = self.env["account.move"].with_company(company).with_context(allowed_company_ids=company.ids)
        drafts = Move.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
                ("journal_id", "in", settings["journals"]),
                ("date", ">=", self.close_id.period_start),
                ("date", "<=", self.close_id.period_end),
            ],
            order="date, id",
        )
        if not drafts:
            return []
        self.env.flush_all()
        touched, changed = self._touched(), self._changed_since(drafts)
        requests, approval = drafts._ai_close_requests(), drafts._ai_close_manual_above()
        twice = self._twice(drafts)
        passed = set((self.run_id.scopes or {}).get("drafts_passed", ()))
        words, limit = self._reason_words(), float(parse(settings["limit"]))
        found = []
        for move in drafts:
            facts = {
                "limit": company.currency_id.compare_amounts(move._ai_close_exposure(), limit) >= 0,
                "reversal": bool(move.reversed_entry_id),
                "held": bool(requests[move.id]) or move in approval or bool(move.sudo().ai_close_entry_id),
                "unposted": move.posted_before or bool(move.sudo().ai_close_auto_post_id),
                "money": bool(move.sudo().origin_payment_id or move.sudo().statement_line_id),
                "recurring": move.auto_post != "no",
                "finding": move.id in touched,
                "not_passed": move.id not in passed,
                "changed": move.id in changed,
                "locked": bool(company._get_violated_lock_dates(move.date, True, move.journal_id)),
                "incomplete": move._ai_close_incomplete(),
                "no_document": move.is_purchase_document(include_receipts=True)
                and not move._ai_close_has_file(),
                "unbalanced": move._ai_close_unbalanced(),
                "duplicate": move.id in twice,
            }
            reason = reason_left(facts)
            found.append((move, words[reason] if reason else None))
        return found

    @api.model
    @api.private
    def _reason_words(self):
        return {
            "limit": self.env._("It is not below the limit."),
            "reversal": self.env._("It reverses an entry; that is for people to decide."),
            "held": self.env._("It waits for an approval, or the policy wants one."),
            "unposted": self.env._("It was posted before and set back to draft; people decide."),
            "money": self.env._("A payment or a bank line stands behind it."),
            "recurring": self.env._("Odoo posts it by itself on its date."),
            "finding": self.env._("A finding names it."),
            "not_passed": self.env._("The run did not judge it as if it were posted, or a rule objects."),
            "changed": self.env._("It, its partner or an account changed since the run read the books."),
            "locked": self.env._("Its date is locked."),
            "incomplete": self.env._("Partner, document date, reference, account or amount is missing."),
            "no_document": self.env._("The vendor's document is missing."),
            "unbalanced": self.env._("It does not balance."),
            "duplicate": self.env._("Another entry looks the same."),
        }

    @api.private
    def _touched(self):
        """Return the ids of entries that a finding names which is not closed, the draft rule's apart."""
        findings = self.env["ai.close.finding"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "not in", DONE),
                ("rule", "!=", DRAFT_RULE),
            ],
            ["anchor_model", "anchor_id", "records"],
        )
        named = {"account.move": set(), "account.move.line": set(), "res.partner": set()}
        for finding in findings:
            one = {"model": finding.anchor_model, "id": finding.anchor_id}
            for record in [one, *(finding.records or [])]:
                if record.get("model") in named:
                    named[record["model"]].add(record.get("id"))
        lines = self.env["account.move.line"].browse(named["account.move.line"]).exists()
        by_partner = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "draft"),
                ("commercial_partner_id", "in", list(named["res.partner"])),
            ]
        )
        return named["account.move"] | set(lines.move_id.ids) | set(by_partner.ids)

    @api.private
    def _changed_since(self, drafts):
        """Return the ids of drafts of which something was written after what the run saw."""
        run = self.run_id
        # how far the agent says that it read may make more of them changed, never fewer
        marks = [mark for mark in (run.watermark, run.snapshot_xmin) if mark]
        if not marks:
            return set(drafts.ids)
        mark = min(marks, key=int)
        self.env.cr.execute(
            "SELECT DISTINCT model, res_id FROM ai_close_change WHERE (company_id = %s OR company_id IS NULL)"
            " AND xid >= %s::xid8 AND xid <> pg_current_xact_id()",
            [self.company_id.id, mark],
        )
        news = {}
        for model, res_id in self.env.cr.fetchall():
            news.setdefault(model, set()).add(res_id)
        return {
            move.id
            for move in drafts
            if any(news.get(model, set()) & set(reach(move).ids) for model, reach in DEPENDS.items())
        }

    @api.private
    def _twice(self, drafts):
        """Return the ids of drafts of which there is another one, draft or posted: the server's own look."""
        self.env.cr.execute(
            """
            SELECT DISTINCT mine.id FROM account_move mine
              JOIN account_move other ON other.company_id = mine.company_id AND other.id <> mine.id
               AND other.state IN ('draft', 'posted') AND other.move_type = mine.move_type
               AND other.commercial_partner_id = mine.commercial_partner_id
               AND other.currency_id = mine.currency_id AND other.amount_total = mine.amount_total
             WHERE mine.id = ANY(%(ids)s) AND mine.move_type <> 'entry'
               AND (other.invoice_date = mine.invoice_date
                    OR abs(other.invoice_date - mine.invoice_date) <= 365
                       AND regexp_replace(lower(other.ref), '[^a-z0-9]', '', 'g')
                         = regexp_replace(lower(mine.ref), '[^a-z0-9]', '', 'g'))
            UNION
            SELECT DISTINCT mine.id FROM account_move mine
              JOIN account_move other ON other.company_id = mine.company_id AND other.id <> mine.id
               AND other.state IN ('draft', 'posted') AND other.move_type = 'entry'
               AND abs(other.date - mine.date) <= 7
             WHERE mine.id = ANY(%(ids)s) AND mine.move_type = 'entry'
               AND (SELECT array_agg((line.account_id, line.balance) ORDER BY line.account_id, line.balance)
                      FROM account_move_line line WHERE line.move_id = mine.id)
                 = (SELECT array_agg((line.account_id, line.balance) ORDER BY line.account_id, line.balance)
                      FROM account_move_line line WHERE line.move_id = other.id)
            """,
            {"ids": drafts.ids},
        )
        return {move for (move,) in self.env.cr.fetchall()}


class AccountMove(models.Model):
    _inherit = "account.move"

    ai_close_auto_post_id = fields.Many2one(
        "ai.close.auto.post",
        string="Posted automatically by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The server posted this entry after a run, under a policy that controllers approved.",
    )

    @api.private
    def _ai_close_exposure(self):
        """Return the sum of the debits at what the entry says and at Odoo's own rates, whichever is more.

        A rate that somebody wrote on the entry, or an amount in another currency that is nothing in ours,
        does not bring it below a limit.
        """
        currency, company = self.company_currency_id, self.company_id
        amounts = [
            line.currency_id._convert(line.amount_currency, currency, company, self.date)
            for line in self.line_ids._ai_close_accounted()
            if line.currency_id and line.currency_id != currency
        ]
        sides = [sum(amount for amount in amounts if amount > 0), -sum(one for one in amounts if one < 0)]
        return max(*sides, self._ai_close_debits())

    @api.private
    def _ai_close_incomplete(self):
        """Is something missing that Odoo would fill in or refuse, or that a bill has to have?"""
        lines = self.line_ids.filtered(
            lambda line: line.display_type not in ("line_section", "line_subsection", "line_note")
        )
        if not lines or any(not line.account_id or not line.account_id.active for line in lines):
            return True
        if self.currency_id.is_zero(self._ai_close_debits()):
            return True
        if self.move_type == "entry":
            return not (self.ref or any(line.name for line in lines))
        bill = self.is_purchase_document(include_receipts=True)
        return not self.partner_id or not self.invoice_date or (bill and not (self.ref or "").strip())

    @api.private
    def _ai_close_has_file(self):
        return bool(
            self.env["ir.attachment"]
            .sudo()
            .search_count(
                [("res_model", "=", "account.move"), ("res_id", "=", self.id), ("res_field", "=", False)],
                limit=1,
            )
        )

    @api.private
    def _ai_close_unbalanced(self):
        return not self.company_currency_id.is_zero(sum(self.line_ids.mapped("balance")))
