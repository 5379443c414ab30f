"""What people see of a run: what was read and found, the rules that were executed, and the control totals."""

from odoo import api, fields, models

CONTROL = "control_totals"


class CloseRun(models.Model):
    _inherit = "ai.close.run"

    rows_read = fields.Integer("Read", compute="_compute_shown")
    found = fields.Integer(compute="_compute_shown")
    matched = fields.Integer(compute="_compute_shown")
    rules_executed = fields.Text("Rules executed", compute="_compute_shown")
    rules_count = fields.Integer("Number of rules", compute="_compute_shown")
    failure_count = fields.Integer("Not judged", compute="_compute_shown")
    totals_state = fields.Selection(
        [("agree", "Agree"), ("differ", "Differ"), ("none", "Not compared")],
        "Control totals",
        compute="_compute_shown",
    )
    totals = fields.Json("Totals by journal", compute="_compute_shown")

    @api.depends("counters", "scopes", "failures")
    def _compute_shown(self):
        for run in self:
            counters = run.counters if isinstance(run.counters, dict) else {}
            scopes = run.scopes if isinstance(run.scopes, dict) else {}
            rules = sorted(scopes.get("rules") or [])
            totals = counters.get(CONTROL)
            totals = totals if isinstance(totals, dict) else {}
            run.rows_read = _total(counters.get("read"))
            run.found = _total(counters.get("findings"))
            run.matched = _total(counters.get("matches"))
            run.rules_executed = ", ".join(rules)
            run.rules_count = len(rules)
            run.failure_count = len(run.failures or [])
            compared = totals and not (totals.get("later") and not totals.get("agree"))
            run.totals_state = ("agree" if totals.get("agree") else "differ") if compared else "none"
            run.totals = totals


def _total(counts):
    """Sum the whole numbers of a counter; what an agent sent in another shape counts as nothing."""
    if not isinstance(counts, dict):
        return 0
    return sum(one for one in counts.values() if isinstance(one, int) and not isinstance(one, bool))
