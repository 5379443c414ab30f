"""ai.close.match.batch.line: one match of a batch, opened as part of its sample or not, and its outcome."""

from odoo import api, fields, models

from ..kernel.canonical import digest
from ..kernel.match_kinds import ITEMS, NONE
from .close_match_batch import MOST_BY_HAND
from .refusal import refuse


class CloseMatchBatchLine(models.Model):
    _name = "ai.close.match.batch.line"
    _description = "Match of a batch"
    _inherit = ["ai.close.state.mixin"]
    _order = "sample desc, id"
    _rec_name = "label"
    _ai_close_protected = frozenset(
        {
            "batch_id",
            "match_id",
            "company_id",
            "line_date",
            "label",
            "amount",
            "proof",
            "sample",
            "opened_at",
            "outcome",
            "message",
            "done_at",
        }
    )

    batch_id = fields.Many2one(
        "ai.close.match.batch", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="batch_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    origin = fields.Selection(related="batch_id.origin", store=True)
    match_id = fields.Many2one("ai.close.match", readonly=True, index=True, ondelete="restrict")
    line_date = fields.Date("Date", readonly=True)
    label = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True, help="In the currency of the company.")
    matched_with = fields.Char(compute="_compute_items")
    items = fields.Json(compute="_compute_items")
    confidence_text = fields.Char(related="match_id.confidence_text")
    # What the match said when the batch was opened: it is accepted only while it says the same.
    proof = fields.Char("Proof code", readonly=True)
    sample = fields.Boolean(readonly=True)
    opened_at = fields.Datetime("Opened", readonly=True)
    outcome = fields.Selection(
        [("waiting", "Waiting"), ("accepted", "Accepted"), ("failed", "Not accepted")],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    message = fields.Char("Why not", readonly=True)
    done_at = fields.Datetime("Done", readonly=True)

    _one_line_a_match = models.Constraint("UNIQUE (batch_id, match_id)", "A match stands in a batch once.")

    @api.depends("match_id.item_ids")
    def _compute_items(self):
        for line in self:
            items = line.match_id.sudo().item_ids
            line.matched_with = ", ".join(items.move_line_id.mapped("move_id.display_name")) or False
            line.items = [
                {
                    self.env._("Entry"): item.move_id.display_name or "",
                    self.env._("Partner"): item.partner_id.display_name or "",
                    self.env._("Due"): str(item.date_maturity or ""),
                    self.env._("Amount"): f"{item.amount:.2f} {item.company_currency_id.name}",
                }
                for item in items
            ] or False

    @api.model
    @api.private
    def _add(self, batch, matches, sample=False):
        """Write a row for each of ``matches``, with what was pinned of it."""
        pinned = batch.sudo().pinned or {}
        return self._guarded().create(
            [
                {
                    "batch_id": batch.id,
                    "match_id": match.id,
                    "line_date": match.line_date,
                    "label": match.line_label,
                    "amount": match._amount_in_company(),
                    "proof": pinned.get(str(match.id)),
                    "sample": sample,
                }
                for match in matches.sudo()
            ]
        )

    def action_open(self):
        """Show a row of the sample, and note that the person who asks for the batch has opened it."""
        self.ensure_one()
        self.check_access("read")
        batch = self.batch_id
        batch._need_own("batch.look")
        if batch.state != "draft" or not self.sample:
            raise refuse(
                self, "ENT001", self.env._("There is nothing to open any more."), action="batch.look"
            )
        if not self.opened_at:
            self._guarded().write({"opened_at": self._now()})
            self.env["ai.close.audit"]._append(
                "batch.look", batch, after={"match": self.match_id.id, "proof": self.proof}
            )
        batch._guarded().write({"shown_id": self.id})
        return batch._dialog()


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def action_accept(self):
        # A whole band in one call would pass by the sample that somebody has to open first.
        if len(self) > MOST_BY_HAND:
            self._need_role("preparer", "reviewer", "controller", action="match.accept")
            raise refuse(
                self.browse(),
                "ENT035",
                self.env._(
                    "%(count)s matches at once are a batch: open its sample first. By hand it is up to"
                    " %(most)s.",
                    count=len(self),
                    most=MOST_BY_HAND,
                ),
                action="match.accept",
            )
        return super().action_accept()

    @api.private
    def _has_answer(self):
        """Is there anything to accept: items, an account, or lines that settle each other?"""
        self.ensure_one()
        kind = self._kind()
        return kind != NONE and bool(self.item_ids or self.write_off_account_id or kind != ITEMS)

    @api.private
    def _amount_in_company(self):
        """Return the bank line's amount in the company's currency, money in positive."""
        self.ensure_one()
        amounts = [
            abs(line.move_id.amount_total_signed) * (1 if line.amount >= 0 else -1)
            for line in self._bank_lines()
        ]
        return self.company_id.sudo().currency_id.round(sum(amounts))

    @api.private
    def _proofs(self):
        """Return what each of these matches would do, as a proof code: match id -> digest."""
        return {
            match.id: digest(
                {
                    "key": match.key,
                    "kind": match.kind,
                    "lines": [[line.id, f"{line.amount:.6f}"] for line in match._bank_lines()],
                    "write_offs": match.write_offs or [],
                    "account": match.write_off_account_id.id,
                    "items": [
                        [item.move_line_id.id, f"{item.amount:.6f}", f"{item.amount_currency:.6f}"]
                        for item in match.item_ids
                    ],
                }
            )
            for match in self.sudo()
        }
