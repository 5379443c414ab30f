"""Findings that a run no longer shows: closed, unless they are grave."""

from odoo import api, models

from .close_finding import LIVE_STATES


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Close the findings that a completed rule did not show again, and those that the run took back."""
        gone = self.sudo().search(
            [
                ("close_id", "=", run.close_id.id),
                ("by_server", "=", False),
                ("state", "in", LIVE_STATES),
                "|",
                "&",
                ("rule", "in", scopes.get("rules", [])),
                ("last_run_id", "!=", run.id),
                ("key", "in", scopes.get("withdrawn", [])),
            ]
        )
        gone._transition(
            "closed", role="server", reason=self.env._("Not shown by %(run)s.", run=run.display_name)
        )
        gone._close_activities("")
        return {"closed": len(gone)}
