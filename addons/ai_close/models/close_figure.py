"""ai.close.figure: a key figure of one close, taken at its lock and then kept.

A row is never changed once its period is locked.  What people do after that (an undo, a reopening) makes a
later row beside it, and only the latest one is ``current``: what was reported stays to be read.
"""

import logging
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel import figures
from ..kernel.sod import SERVER
from .close_state_mixin import passes
from .refusal import refuse

_logger = logging.getLogger(__name__)
# What may still change afterwards; older closes are left as they are.
KEPT_UP_MONTHS = 24


class CloseFigure(models.Model):
    _name = "ai.close.figure"
    _description = "Key figure of a close"
    _inherit = ["ai.close.state.mixin"]
    _order = "period_end desc, company_id, sequence, revision desc, id"
    _rec_name = "figure"

    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    period_end = fields.Date("Period", required=True, readonly=True)
    figure = fields.Selection(
        [
            ("close_days", "Days to close"),
            ("reopens", "Opened again"),
            ("auto_match", "Bank lines matched as proposed (%)"),
            ("touchless", "Bank lines that nobody touched (%)"),
            ("bulk", "Accepted in bulk (%)"),
            ("precision_match", "Right of the proposed matches (%)"),
            ("precision_entry", "Right of the proposed entries (%)"),
            ("precision_blind", "Right in a blind sample (%)"),
            ("undone_later", "Undone later (%)"),
            ("exception_age", "Age of open findings (days)"),
            ("handling", "Time spent deciding (hours)"),
            ("hours_saved", "Hours saved"),
            ("cost", "Cost of the language model"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    unit = fields.Selection(
        [
            (figures.DAYS, "days"),
            (figures.TIMES, "times"),
            (figures.SHARE, "%"),
            (figures.HOURS, "hours"),
            (figures.COST, "in the currency of the model's prices"),
        ],
        required=True,
        readonly=True,
    )
    part = fields.Float(
        "Counted",
        digits=(16, 4),
        readonly=True,
        help="Of a share the part, e.g. lines that were matched; of any other figure the figure itself.",
    )
    whole = fields.Float(
        "Of", digits=(16, 4), readonly=True, help="Of a share the whole; of any other figure the closes."
    )
    value = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="In its unit. Of several closes: all parts by all wholes; what is not measured is left out.",
    )
    value_text = fields.Char("Figure as text", compute="_compute_value_text")
    measured = fields.Boolean(readonly=True)
    why = fields.Selection(
        [
            ("not_locked", "the period is not locked yet"),
            ("locked_otherwise", "the period was not locked by a request of its own"),
            ("no_lines", "the period has no bank lines"),
            ("none_accepted", "no match was accepted"),
            ("none_decided", "nobody decided on a proposal one by one"),
            ("no_sample", "no blind sample was taken"),
            ("none_open", "no finding is open"),
            ("no_time", "no two decisions followed each other"),
            ("no_baseline", "no baseline was measured before go-live"),
            ("no_run", "no run of the agent ended"),
        ],
        "Why not",
        readonly=True,
    )
    version = fields.Integer(readonly=True, aggregator=None, help="Of the close: 2 after a reopening.")
    revision = fields.Integer(readonly=True, aggregator=None)
    current = fields.Boolean(readonly=True, index=True, help="The latest that is known.")
    frozen = fields.Boolean("Kept", readonly=True, help="Taken of a locked period; it stays as it is.")
    taken_at = fields.Datetime(readonly=True)

    _one_current = models.UniqueIndex("(close_id, figure) WHERE current", "This figure was taken already.")

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - {*models.MAGIC_COLUMNS, "display_name"}

    def write(self, vals):
        if passes(self.env) and vals.keys() - {"current"} and any(self.mapped("frozen")):
            raise refuse(self, "AUD004", action="figure.write")
        return super().write(vals)

    @api.depends("figure", "part", "whole", "why", "unit")
    def _compute_value_text(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        reasons = dict(self._fields["why"]._description_selection(self.env))
        for row in self:
            said = figures.text(row.figure, row._figure()) if row.figure else None
            if said is None:
                row.value_text = self.env._("not measured: %s", reasons.get(row.why, "-"))
            elif row.unit == figures.SHARE:
                row.value_text = said
            else:
                row.value_text = f"{said} {units[row.unit]}"

    @api.private
    def _figure(self):
        """Return the exact parts that the row keeps."""
        return figures.Figure(_exact(self.part), _exact(self.whole), self.why or None)

    def _read_group_select(self, aggregate_spec, query):
        """Average shares by their parts: two months of 1/2 and 98/100 are 97 %, not 74 %.

        Of different figures together there is none: days and percents have no average.
        """
        if aggregate_spec != "value:avg":
            return super()._read_group_select(aggregate_spec, query)
        # the rights on the field are looked at there
        super()._read_group_select(aggregate_spec, query)
        part, whole, unit, figure = (
            self._field_to_sql(self._table, name, query) for name in ("part", "whole", "unit", "figure")
        )
        return SQL(
            "CASE WHEN min(%s) = max(%s)"
            " THEN sum(CASE WHEN %s = %s THEN 100 * %s ELSE %s END) / nullif(sum(%s), 0) END",
            figure,
            figure,
            unit,
            figures.SHARE,
            part,
            part,
            whole,
        )

    # -- taking them

    @api.model
    @api.private
    def _cron_take(self):
        """Take the figures of closes that are not locked, and what changed since of those that are."""
        since = fields.Date.today() - relativedelta(months=KEPT_UP_MONTHS)
        closes = self.env["ai.close"].sudo().search([("period_end", ">=", since)])
        by_company = list(closes.grouped("company_id").values())
        for number, some in enumerate(by_company, 1):
            some._take_figures()
            self.env["ir.cron"]._commit_progress(1, remaining=len(by_company) - number)


class AiClose(models.Model):
    _inherit = "ai.close"

    figure_ids = fields.One2many("ai.close.figure", "close_id", string="Key figures", readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"figure_ids"}

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        result = super()._transition(to, role=role, reason=reason, vals=vals, action=action)
        if to == "locked":
            self._take_figures_at_lock()
        return result

    @api.private
    def _take_figures_at_lock(self):
        """Take them with the lock; one that can't be counted keeps no period open, the next day has it."""
        try:
            with self.env.cr.savepoint():
                self._take_figures()
        except Exception:
            _logger.exception("the key figures of %s are not taken yet", self.mapped("name"))

    @api.private
    def _take_figures(self):
        """Write the figures of these closes as they are now, beside those that are kept."""
        closes = self._guarded()
        facts = closes._figure_facts()
        rows = closes.env["ai.close.figure"].search([("close_id", "in", closes.ids), ("current", "=", True)])
        known = {(row.close_id.id, row.figure): row for row in rows}
        baselines = closes.env["ai.close.baseline"]._of_companies(closes.company_id)
        for close in closes:
            taken = {}
            for code, figure in figures.figures(facts[close.id], baselines.get(close.company_id.id)).items():
                row = known.get((close.id, code))
                if close._needs_figure(row, code, figure):
                    taken[code] = close._keep_figure(row, code, figure)
            if taken and close.state == "locked":
                self.env["ai.close.audit"]._append("close.figures", close, role=SERVER, after=taken)

    def _needs_figure(self, row, code, figure):
        """Tell whether ``figure`` says something that its latest row ``row`` does not."""
        if not row:
            return True
        if row.frozen and self.state != "locked":
            # opened again: it is told anew when it is locked again
            return False
        again = row.version != self.version
        if row.frozen and not again and code not in figures.LATER:
            return False
        return again or row.frozen != (self.state == "locked") or row._figure() != _stored(figure)

    def _keep_figure(self, row, code, figure):
        """Write ``figure`` over a row that is not kept, or beside one that is; return it as text."""
        found = figures.value(code, figure)
        vals = {
            "part": float(figure.part),
            "whole": float(figure.whole),
            "value": float(found or 0),
            "measured": found is not None,
            "why": figure.why or False,
            "version": self.version,
            "frozen": self.state == "locked",
            "taken_at": self._now(),
        }
        if row and not row.frozen:
            row.write(vals)
        else:
            row = row or self.env["ai.close.figure"]
            row.write({"current": False})
            # the index that allows one current row would refuse the new one
            row.flush_recordset()
            self.env["ai.close.figure"].create(
                {
                    **vals,
                    "close_id": self.id,
                    "company_id": self.company_id.id,
                    "period_end": self.period_end,
                    "figure": code,
                    "sequence": list(figures.UNITS).index(code),
                    "unit": figures.UNITS[code],
                    "revision": row.revision + 1,
                    "current": True,
                }
            )
        return f"not measured ({figure.why})" if found is None else f"{figure.part}/{figure.whole}"


def _exact(number):
    return Decimal(repr(number)).quantize(Decimal("0.0001"))


def _stored(figure):
    """Return ``figure`` with the digits that are kept."""
    digits = Decimal("0.0001")
    return figure._replace(part=figure.part.quantize(digits), whole=figure.whole.quantize(digits))
