"""ai.close.post.dated: late documents posted on the day after the lock, each on its own."""

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError


class AiClosePostDated(models.TransientModel):
    _name = "ai.close.post.dated"
    _description = "Post dated after the lock"

    line_ids = fields.One2many(
        "ai.close.post.dated.line",
        "wizard_id",
        string="Drafts",
        default=lambda self: self._default_line_ids(),
    )
    left_out = fields.Integer(
        "Left out", readonly=True, default=lambda self: len(self._chosen()) - len(self._late(self._chosen()))
    )
    posted_count = fields.Integer(compute="_compute_counts")
    refused_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts")

    @api.model
    def _chosen(self):
        if self.env.context.get("active_model") != "account.move":
            return self.env["account.move"]
        ids = [each for each in self.env.context.get("active_ids") or [] if isinstance(each, int)]
        return self.env["account.move"].browse(ids).exists()

    @api.model
    def _late(self, moves):
        """Return the drafts that a lock keeps from being posted on their date."""
        drafts = moves.filtered(lambda move: move.state == "draft")._ai_close_guarded()
        return drafts.filtered(lambda move: move._ai_close_next_open_date())

    @api.model
    def _default_line_ids(self):
        return [
            fields.Command.create({"move_id": move.id, "next_date": move._ai_close_next_open_date()})
            for move in self._late(self._chosen())
        ]

    @api.depends("line_ids.result")
    def _compute_counts(self):
        for wizard in self:
            results = wizard.line_ids.mapped("result")
            wizard.posted_count = results.count("posted")
            wizard.refused_count = results.count("refused")
            wizard.waiting_count = results.count("waiting")

    def action_post(self):
        """Post each draft in its own savepoint; a refusal stands in its row and undoes no other."""
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: line.result != "posted"):
            try:
                with self.env.cr.savepoint():
                    line.move_id._ai_close_post_dated()
            except (UserError, RedirectWarning) as error:
                line.write({"result": "refused", "message": str(error.args[0])})
            else:
                line.write({"result": "posted", "message": line.move_id.name, "next_date": line.move_id.date})
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class AiClosePostDatedLine(models.TransientModel):
    _name = "ai.close.post.dated.line"
    _description = "Draft to be posted after the lock"

    wizard_id = fields.Many2one("ai.close.post.dated", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Draft", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="move_id.partner_id")
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(related="move_id.amount_total")
    document_date = fields.Date("Document's date", related="move_id.invoice_date")
    date = fields.Date("Dated now", related="move_id.date")
    next_date = fields.Date("Posted on")
    result = fields.Selection(
        [("waiting", "Waiting"), ("posted", "Posted"), ("refused", "Refused")],
        default="waiting",
        readonly=True,
    )
    message = fields.Char("What happened", readonly=True)
