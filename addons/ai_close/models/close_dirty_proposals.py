"""Findings and staged entries that appear or change: the tasks that said "every one is decided" go stale."""

from odoo import api, models

from .close_readiness import ENTRY_UNDECIDED, FINDING_UNDECIDED

# A finding of these severities is looked at by the check "findings reviewed".
REVIEWED_SEVERITIES = ("critical", "high", "medium")


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        findings.filtered(lambda finding: finding.state in FINDING_UNDECIDED)._note_dirty("found")
        return findings

    def write(self, vals):
        if not {"state", "severity", "amount"} & vals.keys():
            return super().write(vals)
        before = {finding: (finding.state, finding.severity, finding.amount) for finding in self.sudo()}
        result = super().write(vals)
        for finding, (state, severity, amount) in before.items():
            again = finding.state in ("open", "assigned") and state not in ("open", "assigned")
            grown = finding.state in FINDING_UNDECIDED and (finding.severity, finding.amount) != (
                severity,
                amount,
            )
            if again or grown:
                finding._note_dirty("found_again" if again else "changed")
        return result

    @api.private
    def _note_dirty(self, what):
        for finding in self.sudo():
            if finding.severity in REVIEWED_SEVERITIES:
                self.env["ai.close.dirty"]._note(finding.close_id, "finding", what, finding)


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._note_dirty("proposed")
        return entries

    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        before = {entry: entry.state for entry in self.sudo()}
        result = super().write(vals)
        for entry, state in before.items():
            if entry.state == state:
                continue
            if entry.state == "reversed" or (entry.state in ENTRY_UNDECIDED and state not in ENTRY_UNDECIDED):
                entry._note_dirty("reversed" if entry.state == "reversed" else "proposed")
        return result

    @api.private
    def _note_dirty(self, what):
        for entry in self.sudo():
            if entry.close_id:
                self.env["ai.close.dirty"]._note(entry.close_id, "entry", what, entry)


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    def _need_ready(self, action):
        """Look once more for what was committed beside a sign-off, before anything is locked on it."""
        if self.kind != "exception":
            self._closes().sudo().task_ids._judge_unseen()
        return super()._need_ready(action)
