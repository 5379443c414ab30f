"""ai.close.match.manual: a person chooses what settles a bank line, or several that belong together."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from ..models.refusal import CloseRefusal, refuse


class AiCloseMatchManual(models.TransientModel):
    _name = "ai.close.match.manual"
    _description = "Match another item"

    statement_line_id = fields.Many2one("account.bank.statement.line", string="Bank line", required=True)
    more_line_ids = fields.Many2many(
        "account.bank.statement.line",
        string="Together with",
        compute="_compute_more_line_ids",
        store=True,
        readonly=False,
        help="Further bank lines that the same items are paid by: all of them are matched at once.",
    )
    company_id = fields.Many2one(related="statement_line_id.company_id")
    currency_id = fields.Many2one(related="statement_line_id.currency_id")
    amount = fields.Monetary(related="statement_line_id.amount")
    payment_ref = fields.Char(related="statement_line_id.payment_ref")
    open_item_domain = fields.Binary(compute="_compute_open_item_domain")
    item_ids = fields.Many2many("account.move.line", string="Open items")
    account_id = fields.Many2one(
        "account.account",
        string="Account for the rest",
        check_company=True,
        help="Takes what the items leave open, such as a bank fee; empty keeps it open.",
    )
    label = fields.Char("Label of the rest")
    model_texts = fields.Json("Payer suggested by a model", compute="_compute_model_texts")

    @api.depends("statement_line_id")
    def _compute_more_line_ids(self):
        """Who corrects a proposal of several lines corrects all of them, unless he takes some out."""
        for wizard in self:
            line = wizard.statement_line_id
            proposed = self.env["ai.close.match.line"]._matches_of(line, ("proposed",))
            wizard.more_line_ids = proposed._lines_beside(line)

    @api.depends("statement_line_id")
    def _compute_open_item_domain(self):
        for wizard in self:
            wizard.open_item_domain = list(wizard._open_items())

    @api.depends("statement_line_id")
    def _compute_model_texts(self):
        texts = self.env["ai.close.text"]._shown_of(self.statement_line_id._origin)
        for wizard in self:
            wizard.model_texts = texts.get(wizard.statement_line_id._origin.id) or False

    @api.private
    def _open_items(self):
        """Return the domain of the items that the bank line may settle: Odoo's own, posted ones only."""
        self.ensure_one()
        if not self.statement_line_id:
            return Domain.FALSE
        return Domain(self.statement_line_id._get_default_amls_matching_domain())

    def action_match(self):
        """Make the choice a match of a person, and accept it where the person may."""
        self.ensure_one()
        self._need_roles()
        lines = self.statement_line_id | self.more_line_ids
        line = lines[:1]
        lines.check_access("read")
        self.item_ids.check_access("read")
        if not self.item_ids and not self.account_id:
            raise refuse(line, "ENT008", self.env._("Choose an item or an account."), action="match.propose")
        if self.item_ids - self.item_ids.filtered_domain(self._open_items()):
            raise refuse(line, "ENT007", self.env._("An item is not open any more."), action="match.propose")
        match = self.env["ai.close.match"]._propose_by_person(
            lines, self.item_ids, self.account_id, self.label
        )
        try:
            with self.env.cr.savepoint():
                return match.action_accept()
        except CloseRefusal as refusal:
            if refusal.code != "SOD005" and refusal.code != "SOD001":
                raise
            # Above the limit: the choice stays as a proposal for somebody else.
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": str(refusal),
                    "sticky": False,
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }

    def _need_roles(self):
        self.env["ai.close.match"]._need_role(PREPARER, REVIEWER, CONTROLLER, action="match.propose")
        lines = (self.statement_line_id | self.more_line_ids).sudo()
        if len(lines.company_id) > 1:
            raise refuse(
                lines[:1],
                "ENT010",
                self.env._("The bank lines belong to more than one company."),
                action="match.propose",
            )
        for line in lines:
            if not line.company_id.ai_close_enabled:
                raise refuse(line, "RUN006", action="match.propose")
            if line.move_id._ai_close_locks(line.date):
                raise refuse(line, "LCK001", action="match.propose")
            if line.is_reconciled:
                raise refuse(line, "ENT007", action="match.propose")
