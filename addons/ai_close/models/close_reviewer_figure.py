"""ai.close.reviewer.figure: what each person decided in a close, read from the audit trail, kept nowhere.

Personal data: controllers and auditors read it, nobody else.
"""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.figures import PAUSE_S
from ..kernel.score import percent
from .close_figure_facts import DECISIONS

YES = ("match.accept", "entry.review", "entry.approve")
TAKEN_BACK = ("match.undo", "entry.reverse")


class CloseReviewerFigure(models.Model):
    _name = "ai.close.reviewer.figure"
    _inherit = ["ai.close.access.mixin"]
    _description = "Decisions of a person"
    _auto = False
    _order = "close_id desc, user_id, id"
    _rec_name = "user_id"

    close_id = fields.Many2one("ai.close", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    period_end = fields.Date("Period", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    decisions = fields.Integer(
        readonly=True, help="About proposed matches and entries, refused ones left out."
    )
    accepted = fields.Integer(readonly=True, help="Matches accepted, entries reviewed or approved.")
    undone = fields.Integer("Undone later", readonly=True, help="Of those accepted, by whomever.")
    undone_pct = fields.Float("Undone later (%)", readonly=True, digits=(16, 2), aggregator="avg")
    undone_text = fields.Char("Share undone", compute="_compute_texts")
    minutes = fields.Float(readonly=True, digits=(16, 2), help="Between decisions that followed.")
    timed = fields.Integer("Timed decisions", readonly=True)
    minutes_each = fields.Float("Minutes a decision", readonly=True, digits=(16, 2), aggregator="avg")
    minutes_text = fields.Char("Handling time", compute="_compute_texts")
    escalations = fields.Integer(readonly=True, help="Overdue work that this person was told of as reviewer.")

    @property
    def _table_query(self):
        told = self.env["ai.close.escalation"]._fields["told_ids"]
        return SQL(
            """
            WITH decided AS (
                SELECT id, close_id, user_id, action, model, res_id,
                       extract(epoch FROM event_at - lag(event_at)
                           OVER (PARTITION BY user_id ORDER BY event_at, id))::numeric AS pause
                  FROM ai_close_audit
                 WHERE action IN %(actions)s AND refusal_code IS NULL AND user_id > 1
            ), judged AS (
                SELECT *, action IN %(yes)s AS accepted,
                       action IN %(yes)s AND EXISTS (
                           SELECT FROM ai_close_audit later WHERE later.model = decided.model
                              AND later.res_id = decided.res_id AND later.id > decided.id
                              AND later.action IN %(back)s) AS undone
                  FROM decided
            ), summed AS (
                SELECT min(id) AS id, close_id, user_id, count(*) AS decisions,
                       count(*) FILTER (WHERE accepted) AS accepted, count(*) FILTER (WHERE undone) AS undone,
                       coalesce(sum(pause) FILTER (WHERE pause <= %(longest)s), 0) / 60 AS minutes,
                       count(*) FILTER (WHERE pause BETWEEN 1 AND %(longest)s) AS timed
                  FROM judged GROUP BY close_id, user_id
            )
            SELECT summed.*, close.company_id, close.period_end,
                   100.0 * undone / nullif(accepted, 0) AS undone_pct,
                   minutes / nullif(timed, 0) AS minutes_each,
                   (SELECT count(*) FROM ai_close_escalation escalation
                      JOIN %(told)s told ON told.%(escalation)s = escalation.id
                     WHERE escalation.close_id = close.id AND escalation.level = 'reviewer'
                       AND told.%(person)s = summed.user_id) AS escalations
              FROM summed JOIN ai_close close ON close.id = summed.close_id
            """,
            actions=DECISIONS,
            yes=YES,
            back=TAKEN_BACK,
            longest=PAUSE_S,
            told=SQL.identifier(told.relation),
            escalation=SQL.identifier(told.column1),
            person=SQL.identifier(told.column2),
        )

    @api.depends("accepted", "undone", "minutes", "timed")
    def _compute_texts(self):
        for row in self:
            row.undone_text = (
                percent(Decimal(row.undone) / row.accepted)
                if row.accepted
                else self.env._("not measured: accepted nothing")
            )
            row.minutes_text = (
                self.env._("%s min", f"{row.minutes / row.timed:.1f}")
                if row.timed
                else self.env._("not measured: no two decisions followed each other")
            )

    def _read_group_select(self, aggregate_spec, query):
        """Shares of several rows are taken of their sums; who accepted nothing is left out."""
        sums = {"undone_pct:avg": (100, "undone", "accepted"), "minutes_each:avg": (1, "minutes", "timed")}
        if aggregate_spec not in sums:
            return super()._read_group_select(aggregate_spec, query)
        # the rights on the field are looked at there
        super()._read_group_select(aggregate_spec, query)
        factor, part, whole = sums[aggregate_spec]
        part, whole = (self._field_to_sql(self._table, name, query) for name in (part, whole))
        return SQL("%s * sum(%s)::numeric / nullif(sum(%s), 0)", factor, part, whole)
