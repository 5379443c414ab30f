"""Findings that the server makes itself: about its own guards, its settings and its locked books.

The agent neither changes nor closes them: who could switch them off would be who they are about.
"""

from odoo import api, fields, models

from ..kernel.sod import SERVER
from .close_finding import LIVE_STATES

MOST_RECORDS = 50
# No rule of the agent begins so: its keys are the rule's code, the company and the anchor.
SERVER_PREFIX = "server:"


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    by_server = fields.Boolean(readonly=True, help="Made by the server itself, not by a run's rules.")
    server_keys = fields.Json(readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"by_server", "server_keys"}

    def _row_problem(self, run, row):
        """Refuse a row of the agent that bears the key of a finding of the server."""
        if self.by_server or row["key"].startswith(SERVER_PREFIX):
            return self.env._("the key belongs to a finding of the server")
        if ((row.get("cause") or {}).get("key") or "").startswith(SERVER_PREFIX):
            return self.env._("the cause belongs to a finding of the server")
        return super()._row_problem(run, row)

    @api.model
    @api.private
    def _by_server(self, close, rules, rows, run=None):
        """Make the findings of ``rules`` in ``close`` exactly ``rows``; return those with something new.

        A row has the finding's fields and ``keys``: one text for each thing that it tells.  What was waived
        or explained stays so while nothing new is told; what is gone closes.
        """
        known = {
            finding.key: finding
            for finding in self.sudo().search(
                [("close_id", "=", close.id), ("by_server", "=", True), ("rule", "in", list(rules))]
            )
        }
        news = self.browse()
        for row in rows:
            vals = self._server_vals(close, row, run)
            finding = known.pop(vals["key"], None)
            if finding is None:
                finding = self._guarded().with_context(mail_create_nolog=True, mail_notrack=True).create(vals)
                finding._tell_server()
                news |= finding
            elif finding._server_take(vals):
                finding._tell_server()
                news |= finding
        gone = self.sudo().concat(*known.values()).filtered(lambda finding: finding.state in LIVE_STATES)
        why = self.env._("It is as it should be again.")
        gone._transition("closed", role=SERVER, reason=why, action="finding.close")
        for finding in gone:
            finding._close_activities("")
        return news

    def _server_vals(self, close, row, run):
        return {
            "facet": row["facet"],
            "rule": row["rule"],
            "rule_title": row["rule_title"],
            "severity": row["severity"],
            "title": row["title"],
            "message": row["message"],
            "why": row["why"],
            "remedy": row["remedy"],
            "amount": row.get("amount", 0.0),
            "records": row.get("records", [])[:MOST_RECORDS],
            "evidence": row["evidence"],
            "key": f"{SERVER_PREFIX}{row['rule']}:{close.company_id.id}:ai.close,{close.id}:{row['facet']}",
            "anchor_model": close._name,
            "anchor_id": close.id,
            "close_id": close.id,
            "company_id": close.company_id.id,
            "by_server": True,
            "server_keys": sorted(row["keys"]),
            **({"run_id": run.id, "last_run_id": run.id} if run else {}),
        }

    def _server_take(self, vals):
        """Bring a known finding up to date; return whether it tells something that it did not tell before."""
        vals = {name: value for name, value in vals.items() if name not in ("key", "run_id")}
        new = bool(set(vals["server_keys"]) - set(self.server_keys or []))
        undecided = {"waive_requested_by_id": False, "waived_by_id": False}
        if self.state in ("closed", "fixed") or (new and self.state in ("waived", "explained")):
            self._transition("open", role=SERVER, reason=self.env._("Seen again."), vals=vals | undecided)
            return True
        # what was decided stays as it was decided on, also when a part of it is gone
        if self.state != "waived":
            self._guarded().write(vals | ({"waive_requested_by_id": False} if new else {}))
        return new

    def _tell_server(self):
        self.env["ai.close.audit"]._append(
            "finding.tell",
            self,
            role=SERVER,
            after={
                "rule": self.rule,
                "severity": self.severity,
                "title": self.title,
                "tells": self.server_keys[:100],
            },
        )
