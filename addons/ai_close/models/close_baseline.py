"""ai.close.baseline: what the close took by hand, measured before go-live, signed by two, then frozen.

Hours saved are told against it and against nothing else.  Without it they are not measured; it is not
measured afterwards, and once two people signed it nobody changes it.
"""

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel.figures import Baseline
from ..kernel.money import exact, fmt
from ..kernel.proposers import NAMES
from ..kernel.sod import CONTROLLER, REVIEWER
from .refusal import refuse

COUNTS = "frozen"
# Fewer pieces of work than this say nothing about what one of them takes.
FEWEST = 20
MOST_MINUTES = 480


class CloseBaseline(models.Model):
    _name = "ai.close.baseline"
    _inherit = ["ai.close.signed.by.two"]
    _description = "Baseline before go-live"
    _order = "company_id, id desc"
    _rec_name = "date_from"
    _ai_close_makers = (REVIEWER, CONTROLLER)
    _ai_close_signers = (CONTROLLER,)

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "To review"),
            ("frozen", "Frozen"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    date_from = fields.Date("Measured from", required=True)
    date_to = fields.Date("Measured to", required=True)
    line_count = fields.Integer("Bank lines", help="Bank lines that were matched by hand meanwhile.")
    line_minutes = fields.Float(
        "Minutes for all lines", digits=(16, 2), help="Working minutes that people spent matching them."
    )
    entry_count = fields.Integer("Adjusting entries", help="Adjusting entries that were made by hand.")
    entry_minutes = fields.Float(
        "Minutes for all entries",
        digits=(16, 2),
        help="Working minutes from finding the cause to posting, reviews among them.",
    )
    each_line = fields.Float("Minutes a bank line", compute="_compute_each", digits=(16, 2))
    each_entry = fields.Float("Minutes an entry", compute="_compute_each", digits=(16, 2))
    method = fields.Text(
        "How it was measured",
        required=True,
        help="Who noted the time, of whom, with what, and what it misses.",
    )

    _one_a_company = models.UniqueIndex(
        "(company_id) WHERE state = 'frozen'", "The baseline of this company is frozen already."
    )
    _ordered = models.Constraint("CHECK(date_from <= date_to)", "A period ends after it starts.")

    @api.model
    @api.private
    def _step_prefix(self):
        return "baseline"

    @api.model
    @api.private
    def _counts_as(self):
        return COUNTS

    @api.depends("line_count", "line_minutes", "entry_count", "entry_minutes")
    def _compute_each(self):
        for one in self:
            one.each_line = one.line_minutes / one.line_count if one.line_count > 0 else 0.0
            one.each_entry = one.entry_minutes / one.entry_count if one.entry_count > 0 else 0.0

    @api.depends("company_id", "date_from", "date_to")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._(
                "%(company)s, %(from)s to %(to)s",
                company=one.company_id.name or "",
                **{
                    "from": format_date(self.env, one.date_from) if one.date_from else "",
                    "to": format_date(self.env, one.date_to) if one.date_to else "",
                },
            )

    def action_cancel(self, reason):
        """Give a draft up; a frozen baseline stays what hours are told against."""
        if any(one.state == COUNTS for one in self.sudo()):
            raise refuse(self[:1], "AUD004", action="baseline.cancel")
        return super().action_cancel(reason)

    # -- what is signed

    def _problem(self):
        """Say what is missing or wrong, or None."""
        counts = ((self.line_count, self.line_minutes), (self.entry_count, self.entry_minutes))
        if any(count < 0 or minutes < 0 for count, minutes in counts):
            return self.env._("Counts and minutes are not negative.")
        if any(bool(count) != bool(minutes) for count, minutes in counts):
            return self.env._("Give the count and the minutes of the same work.")
        if not any(count >= FEWEST for count, _minutes in counts):
            return self.env._("Fewer than %s pieces of work say nothing about one of them.", FEWEST)
        if any(count and minutes > MOST_MINUTES * count for count, minutes in counts):
            return self.env._("More than %s minutes a piece are no measurement.", MOST_MINUTES)
        begun = self._went_live()
        if begun and self.date_to >= begun:
            return self.env._(
                "People have worked with proposals since %s: a baseline is measured before.",
                format_date(self.env, begun),
            )
        if self.search_count(
            [("company_id", "=", self.company_id.id), ("state", "=", COUNTS), ("id", "!=", self.id)], limit=1
        ):
            return self.env._("The baseline of this company is frozen already.")
        return None

    def _went_live(self):
        """Return the day on which somebody first accepted a match or an entry of the agent, or None."""
        match = self.env["ai.close.match"].search(
            [("company_id", "=", self.company_id.id), ("origin", "=", "agent"), ("accepted_at", "!=", False)],
            order="accepted_at",
            limit=1,
        )
        entry = self.env["ai.close.entry"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("proposer", "in", list(NAMES)),
                ("approved_at", "!=", False),
            ],
            order="approved_at",
            limit=1,
        )
        days = [moment.date() for moment in (match.accepted_at, entry.approved_at) if moment]
        return min(days) if days else None

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        return {
            "company": self.company_id.id,
            "from": self.date_from,
            "to": self.date_to,
            "lines": self.line_count,
            "line_minutes": fmt(self.line_minutes, 2),
            "entries": self.entry_count,
            "entry_minutes": fmt(self.entry_minutes, 2),
            "method": self.method,
        }

    # -- what counts

    @api.model
    @api.private
    def _of_companies(self, companies):
        """Return ``{company id: minutes by hand}`` of the companies whose baseline is frozen."""
        frozen = self.sudo().search([("company_id", "in", companies.ids), ("state", "=", COUNTS)])
        return {
            one.company_id.id: Baseline(
                exact(one.line_minutes) / one.line_count if one.line_count else exact(0.0),
                exact(one.entry_minutes) / one.entry_count if one.entry_count else exact(0.0),
            )
            for one in frozen
        }
