"""ai.close.run: one run of the agent over one close, and the lease that says whose turn it is."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from odoo import api, fields, models

from .close_state_mixin import passes
from .refusal import refuse

# A month of a middle-sized company takes minutes; the agent renews long before.
LEASE_S = 300
# Nights with a run are a day apart; two hours are for a slow one.
LATE_H = 26


class CloseRun(models.Model):
    _name = "ai.close.run"
    _description = "Close run"
    _inherit = ["ai.close.state.mixin"]
    _order = "id desc"
    _ai_close_protected = frozenset(
        {
            "company_id",
            "close_id",
            "run_key",
            "lease",
            "lease_until",
            "date_start",
            "date_end",
            "agent_version",
            "rules_digest",
            "policy_id",
            "trigger",
            "counters",
            "scopes",
            "failures",
            "cost",
            "watermark",
            "user_id",
            "requested_by_id",
            "snapshot_xmin",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    run_key = fields.Char("Run", required=True, readonly=True)
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )
    # Only a digest of the token is kept: who reads the table can't act for the agent.
    lease = fields.Char(groups=fields.NO_ACCESS, readonly=True, copy=False)
    lease_until = fields.Datetime("Running until", readonly=True)
    date_start = fields.Datetime("Start", readonly=True)
    date_end = fields.Datetime("End", readonly=True)
    agent_version = fields.Char(readonly=True)
    rules_digest = fields.Char(readonly=True)
    policy_id = fields.Many2one("ai.close.policy", readonly=True)
    trigger = fields.Selection(
        [("cli", "Command line"), ("nightly", "Nightly"), ("person", "Asked for in Odoo")],
        required=True,
        readonly=True,
        default="cli",
    )
    counters = fields.Json(readonly=True)
    scopes = fields.Json(readonly=True)
    failures = fields.Json(readonly=True)
    cost = fields.Float("Cost of the language model", digits=(16, 6), readonly=True)
    watermark = fields.Char(readonly=True)
    snapshot_xmin = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Agent", readonly=True)
    requested_by_id = fields.Many2one("res.users", "Asked for by", readonly=True)

    _unique_run_key = models.Constraint("UNIQUE (company_id, run_key)", "This run key is used already.")
    _one_running = models.UniqueIndex(
        "(company_id, close_id) WHERE state = 'running'", "Another run works on this company and period."
    )

    @api.private
    def _hours_ago(self):
        """Return how many full hours ago this run came to its end."""
        self.ensure_one()
        return int((fields.Datetime.now() - (self.date_end or self.write_date)) / timedelta(hours=1))

    # -- asking for a run ---

    @api.depends("company_id")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Run %s", run.id) if run.id else self.env._("New run")

    @api.model
    @api.private
    def _request(self, close):
        """Note that a person wants a run of ``close``; the agent fetches it.  One open request is enough."""
        close._need_role("preparer", "reviewer", "controller", action="run.request")
        waiting = self.sudo().search(
            [("close_id", "=", close.id), ("state", "in", ("requested", "running"))], limit=1
        )
        if waiting:
            return waiting
        run = self._guarded().create(
            {
                "company_id": close.company_id.id,
                "close_id": close.id,
                "trigger": "person",
                "state": "requested",
                "run_key": f"person-{secrets.token_hex(8)}",
                "requested_by_id": self.env.uid,
            }
        )
        self.env["ai.close.audit"]._append("run.request", run, after={"state": "requested"})
        return run

    # -- the lease ---

    @api.private
    def _grant_lease(self):
        """Give this run a new token, which ends every older one, and return it."""
        token = secrets.token_urlsafe(32)
        self._guarded().write(
            {"lease": _token_digest(token), "lease_until": self._lease_end(), "user_id": self.env.uid}
        )
        return token

    @api.private
    def _extend_lease(self):
        self._guarded().write({"lease_until": self._lease_end()})

    @api.model
    def _lease_end(self):
        return fields.Datetime.now() + timedelta(seconds=LEASE_S)

    @api.private
    def _lease_fits(self, token):
        """Does ``token`` belong to this run and its user, whatever the state and the time?"""
        kept = self.sudo().lease
        return bool(
            kept
            and isinstance(token, str)
            and self.sudo().user_id.id == self.env.uid
            and hmac.compare_digest(kept, _token_digest(token))
        )

    @api.private
    def _lease_valid(self, token):
        """May the holder of ``token`` go on?"""
        run = self.sudo()
        return run.state == "running" and run._lease_fits(token) and run.lease_until > fields.Datetime.now()

    @api.model
    @api.private
    def _expire(self, domain=()):
        """End the runs whose lease ran out."""
        late = self.sudo().search(
            [("state", "=", "running"), ("lease_until", "<=", fields.Datetime.now()), *domain]
        )
        late._transition(
            "expired",
            role="server",
            reason=self.env._("The lease ran out."),
            vals={"date_end": fields.Datetime.now()},
        )
        return late

    @api.model
    def _cron_expire(self):
        self._expire()

    def write(self, vals):
        # A finished run is a record of what was; only an expired one is taken up again.
        if passes(self.env) and any(run.state in ("done", "failed") for run in self):
            raise refuse(self, "AUD004", action="run.write")
        return super().write(vals)


def _token_digest(token):
    return hashlib.sha256(token.encode()).hexdigest()
