"""ai.close.match.line: a bank line of a match; a bank line stands in one open match, as any of its lines."""

from odoo import api, fields, models
from odoo.tools import SQL

OPEN_STATES = ("proposed", "accepted")


class AiCloseMatchLine(models.Model):
    _name = "ai.close.match.line"
    _inherit = ["ai.close.state.mixin"]
    _description = "Bank line of a match"
    _order = "sequence, id"
    _rec_name = "label"
    _ai_close_protected = frozenset(
        {
            "match_id",
            "sequence",
            "statement_line_id",
            "date",
            "label",
            "amount",
            "currency_id",
            "is_open",
            "partner_before_id",
        }
    )

    match_id = fields.Many2one("ai.close.match", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="match_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank line",
        readonly=True,
        index=True,
        ondelete="set null",
        help="Empty when the bank line was deleted; what was decided about it stays.",
    )
    journal_id = fields.Many2one(related="statement_line_id.journal_id")
    date = fields.Date(readonly=True)
    label = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    partner_before_id = fields.Many2one("res.partner", string="Partner before", readonly=True)

    _one_open_a_line = models.UniqueIndex(
        "(statement_line_id) WHERE is_open", "A bank line stands in one open match."
    )

    @api.depends("match_id.state")
    def _compute_is_open(self):
        for line in self:
            line.is_open = line.match_id.state in OPEN_STATES

    def init(self):
        """Give matches from before this table their line."""
        result = super().init()
        self.env.cr.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name = 'ai_close_match' AND column_name = 'partner_before_id'"
        )
        columns = self.env.cr.fetchall()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ai_close_match_line
                       (match_id, company_id, sequence, statement_line_id, date, label, amount, currency_id,
                        is_open, partner_before_id, create_uid, create_date, write_uid, write_date)
                SELECT match.id, match.company_id, 0, match.statement_line_id, match.line_date,
                       match.line_label, match.line_amount, match.currency_id, match.state IN %s, %s,
                       match.create_uid, match.create_date, match.write_uid, match.write_date
                  FROM ai_close_match match
                 WHERE NOT EXISTS (SELECT 1 FROM ai_close_match_line line WHERE line.match_id = match.id)
                   AND (match.statement_line_id IS NOT NULL OR match.kind IS DISTINCT FROM 'offset')
                """,
                OPEN_STATES,
                SQL("match.partner_before_id") if columns else SQL("NULL::int"),
            )
        )
        return result

    @api.model
    @api.private
    def _vals_of(self, line, sequence=0):
        """Return the values of a bank line (account.bank.statement.line) in a match."""
        return {
            "sequence": sequence,
            "statement_line_id": line.id,
            "date": line.date,
            "label": line.payment_ref or line.name,
            "amount": line.amount,
            "currency_id": line.currency_id.id,
        }

    @api.model
    @api.private
    def _matches_of(self, lines, states=("accepted",)):
        """Return the matches (sudo) in one of ``states`` in which one of these bank lines stands."""
        found = self.sudo().search([("statement_line_id", "in", lines.ids), ("match_id.state", "in", states)])
        return found.match_id
