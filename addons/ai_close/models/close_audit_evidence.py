"""What a step of each kind of record rests on, as digests: a later reader can tell what was signed."""

from odoo import api, models

from ..kernel.canonical import digest
from .close_audit import without_floats


def _add(found, record, **values):
    """Add to the evidence of ``record`` what has a value."""
    kept = {name: value for name, value in values.items() if value}
    if kept:
        found.setdefault(record.id, {}).update(kept)


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.private
    def _audit_evidence(self):
        """The digest that people sign, and the policy that was in force."""
        found = super()._audit_evidence()
        policies = {
            company: self.env["ai.close.policy"]._in_force(company) for company in self.sudo().company_id
        }
        for entry in self.sudo():
            policy = policies[entry.company_id]
            _add(found, entry, payload_digest=entry.payload_digest, policy_digest=policy.digest)
        return found


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.private
    def _audit_evidence(self):
        """The digest of the finding's facts, and the run that showed them."""
        found = super()._audit_evidence()
        for finding in self.sudo():
            facts = finding.evidence or finding.records
            _add(
                found,
                finding,
                key=finding.key,
                facts_digest=digest(without_floats([finding.evidence, finding.records])) if facts else None,
            )
        return found


class CloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.private
    def _audit_evidence(self):
        """The bank line and the items that it is matched with."""
        found = super()._audit_evidence()
        for match in self.sudo():
            items = [[item.move_line_id.id, item.amount] for item in match.item_ids.sorted("id")]
            _add(
                found,
                match,
                key=match.key,
                items_digest=digest(without_floats(items)) if items else None,
            )
        return found


class CloseTask(models.Model):
    _inherit = "ai.close.task"

    @api.private
    def _audit_evidence(self):
        """The files that prove the task, and the note's digest."""
        found = super()._audit_evidence()
        for task in self.sudo():
            files = [
                {"id": file.id, "name": file.name, "sha1": file.checksum}
                for file in task.evidence_ids.sorted("id")
            ]
            _add(
                found,
                task,
                files=files + found.get(task.id, {}).get("files", []),
                note_digest=digest(task.evidence_note) if task.evidence_note else None,
            )
        return found


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    @api.private
    def _audit_evidence(self):
        """The digest of the parameters."""
        found = super()._audit_evidence()
        for policy in self.sudo():
            _add(found, policy, policy_digest=policy.digest, version=policy.version)
        return found


class CloseRun(models.Model):
    _inherit = "ai.close.run"

    @api.private
    def _audit_evidence(self):
        """Which program, which rules and which policy: with them and the same books a run can be repeated."""
        found = super()._audit_evidence()
        for run in self.sudo():
            _add(
                found,
                run,
                agent_version=run.agent_version,
                rules_digest=run.rules_digest,
                policy_digest=run.policy_id.digest,
                snapshot_xmin=run.snapshot_xmin,
            )
        return found
