"""Which version of the matcher a run was given, and that its matches name no other."""

from odoo import api, fields, models

from ..kernel.matcher import DELIVERED


class AiCloseRun(models.Model):
    _inherit = "ai.close.run"

    matcher_id = fields.Many2one(
        "ai.close.matcher",
        "Version of the matcher",
        readonly=True,
        ondelete="restrict",
        help="The version in use when the run began; empty: the matcher as it was delivered.",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"matcher_id"}


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    matcher_id = fields.Many2one(
        "ai.close.matcher",
        "Version of the matcher",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Empty: the matcher as it was delivered, or a person.",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"matcher_id"}

    @api.model
    @api.private
    def _row_problem(self, run, row):
        """Refuse, beside what a row has to be, one that a version made which nobody took into use."""
        mark = row.get("model")
        if mark and mark not in (DELIVERED, run.matcher_id.mark):
            return "ENT010", self.env._("It was made by a version of the matcher that is not in use.")
        return super()._row_problem(run, row)

    @api.model
    @api.private
    def _row_vals(self, run, row):
        """Note which version of the matcher made the row."""
        vals = super()._row_vals(run, row)
        matcher = run.matcher_id
        return {
            **vals,
            "matcher_id": matcher.id if matcher.mark and matcher.mark == row.get("model") else False,
        }
