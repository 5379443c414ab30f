"""Does the agent work: its last run, rules that could not be judged, its key, its cost."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.money import fmt
from .close_run import LATE_H
from .memo import remembering

OK, WARN, BAD = "ok", "warn", "bad"
KEY_SOON_DAYS = 14


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.model
    @api.readonly
    def cockpit(self, close_id=None):
        """Return what the cockpit shows, with the agent's health and the cost of this close's runs."""
        # nothing is written meanwhile: the policy is looked up once, not for each thing that asks for it
        with remembering(self):
            answer = super().cockpit(close_id)
            close = self.browse(answer["close"]["id"]).sudo() if answer["close"] else self
            answer["health"] = close._health() if close else []
            answer["cost"] = close._run_cost() if close else None
        return answer

    @api.private
    def _health(self):
        """Return ``[{code, state, text, action}]``: what works, what needs a look, what does not work."""
        self.ensure_one()
        last = self.env["ai.close.run"].search([("company_id", "=", self.company_id.id)], limit=1)
        # Only who may see runs is asked for here, but the company's runs are of one agent.
        return [
            each
            for each in (
                self._health_of_run(last),
                self._health_of_rules(),
                self._health_of_key(last.user_id or self._agents()),
            )
            if each
        ]

    def _health_of_run(self, run):
        if not run:
            return self._healthy("run", BAD, self.env._("The agent has not run in this company yet"))
        action = self._window("ai.close.run", self.env._("Runs"), [("company_id", "=", self.company_id.id)])
        if run.state in ("requested", "running"):
            said = (
                self.env._("A run waits for the agent")
                if run.state == "requested"
                else self.env._("The agent is running")
            )
            return self._healthy("run", OK, said, action)
        hours = run._hours_ago()
        if run.state != "done":
            said = self.env._("The last run did not come to its end")
            return self._healthy("run", BAD, said, action)
        if hours >= LATE_H:
            return self._healthy("run", WARN, self.env._("No run for %s hours", hours), action)
        return self._healthy("run", OK, self.env._("The last run ended as it should"), action)

    def _health_of_rules(self):
        """Rules that the last run of this close could not judge."""
        run = self.last_run_id
        if not run:
            return None
        count = len(run.failures or [])
        action = self._window("ai.close.run", run.display_name, [("id", "=", run.id)])
        if count:
            said = self.env._("%s rules were not judged", count)
            return self._healthy("rules", WARN, said, action)
        return self._healthy("rules", OK, self.env._("Every rule was judged"), action)

    def _agents(self):
        group = self.env.ref("ai_close.group_agent")
        return (
            self.env["res.users"]
            .sudo()
            .search([("all_group_ids", "in", group.ids), ("company_ids", "in", self.company_id.ids)])
        )

    def _health_of_key(self, users):
        keys = self.env["res.users.apikeys"].sudo().search([("user_id", "in", users.ids)])
        if not keys:
            return self._healthy("key", BAD, self.env._("The agent has no key"))
        if not all(key.expiration_date for key in keys):
            return self._healthy("key", OK, self.env._("The agent's key has no end"))
        left = (max(keys.mapped("expiration_date")) - fields.Datetime.now()).days
        if left < 0:
            return self._healthy("key", BAD, self.env._("The agent's key has expired"))
        said = self.env._("The agent's key expires in %s days", left)
        return self._healthy("key", WARN if left <= KEY_SOON_DAYS else OK, said)

    def _healthy(self, code, state, text, action=None):
        return {"code": code, "state": state, "text": text, "action": action}

    @api.private
    def _run_cost(self):
        """Return the runs of this close, and what they say the language model cost, added exactly."""
        self.ensure_one()
        self.env["ai.close.run"].flush_model(["close_id", "cost", "state"])
        ((runs, cost),) = self.env.execute_query(
            SQL(
                "SELECT count(*), coalesce(sum(cost), 0)::text FROM ai_close_run"
                " WHERE close_id = %s AND state IN ('done', 'failed')",
                self.id,
            )
        )
        return {"runs": runs, "cost": fmt(Decimal(cost), 2)}
