"""The start of a run: which company, which month, whose turn."""

import re
from datetime import date

import pytz
from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ..kernel.canonical import timestamp
from ..models.close_run import LEASE_S
from ..models.refusal import refuse
from .envelope import answered
from .port import ADDON_VERSION, MODELS, PROPOSALS


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.model
    @answered
    def begin(self, company, period, run_key, agent_version, rules_digest, trigger="cli", known_seal=None):
        """Open a run, or take up the one of this key again: then its former lease is lost.

        :param known_seal: number and root of the last block of the trail that the agent knows
        """
        company = self._begin_company(company)
        self._begin_version(agent_version)
        policy = self.env["ai.close.policy"]._in_force(company)
        if not company.ai_close_enabled or not policy:
            raise refuse(company, "RUN006", action="port.begin")
        gap = self.env["ai.close.audit.gap"]._judge(company, known_seal)
        close = self._begin_close(company, period)
        values = {"agent_version": agent_version, "rules_digest": rules_digest, "policy_id": policy.id}
        try:
            with self.env.cr.savepoint():
                run, resumed = self._begin_run(close, run_key, values, trigger)
        except UniqueViolation:
            # somebody else began between our look and our write
            raise refuse(close, "RUN001", action="port.begin") from None
        return self._begin_answer(run, run._grant_lease(), resumed) | {"gap_accepted": gap._answer()}

    def _begin_company(self, wanted):
        """Find the company by id or exact name among those that the agent may read."""
        found = self.env.user.sudo().company_ids.filtered(lambda one: wanted in (one.id, one.name))
        if len(found) != 1:
            raise refuse(
                self,
                "RUN003",
                self.env._("There is no company %(company)s among those the agent may read.", company=wanted),
                action="port.begin",
            )
        return found

    def _begin_version(self, agent_version):
        """The agent and the add-on understand each other within one major version."""
        if not re.match(rf"{ADDON_VERSION.split('.', maxsplit=1)[0]}\.\d", agent_version):
            raise refuse(
                self,
                "RUN007",
                self.env._(
                    "The agent is version %(agent)s, the add-on %(addon)s.",
                    agent=agent_version,
                    addon=ADDON_VERSION,
                ),
                action="port.begin",
            )

    def _begin_close(self, company, period):
        """Return the close of ``period``, locked for this transaction."""
        start = date(int(period[:4]), int(period[5:]), 1)
        today = self._clock().astimezone(pytz.timezone(company.ai_close_tz or "UTC")).date()
        if start > today or start.year < 1990:
            raise refuse(company, "RUN004", action="port.begin")
        try:
            with self.env.cr.savepoint():
                close = self.env["ai.close"].sudo()._for_month(company, start)
                self.env.flush_all()
        except (UniqueViolation, ExclusionViolation) as error:
            # somebody else made the close just now; Odoo asks again, and then it is there
            raise ConcurrencyError("the close was made at the same time") from error
        close._lock_rows()
        if close._is_locked_now():
            raise refuse(
                close,
                "RUN005",
                self.env._("%(close)s is locked.", close=close.display_name),
                action="port.begin",
            )
        return close

    def _begin_run(self, close, run_key, values, trigger):
        runs = self.env["ai.close.run"].sudo()
        runs._expire([("close_id", "=", close.id), ("run_key", "!=", run_key)])
        run = runs.search([("company_id", "=", close.company_id.id), ("run_key", "=", run_key)])
        run._lock_rows()
        if run and (run.close_id != close or run.state in ("done", "failed")):
            raise refuse(run, "RUN009", action="port.begin")
        if run.state == "running":
            if run.user_id.id != self.env.uid:
                raise refuse(run, "RUN001", action="port.begin")
            self.env["ai.close.audit"]._append(
                "run.resume", run, role="agent", evidence=run._audit_evidence().get(run.id)
            )
            return run, True
        busy = runs.search([("close_id", "=", close.id), ("state", "=", "running")], limit=1)
        if busy:
            raise refuse(
                busy,
                "RUN001",
                self.env._(
                    "Another run works on %(close)s, its lease ends at %(until)s.",
                    close=close.display_name,
                    until=timestamp(busy.lease_until),
                ),
                action="port.begin",
            )
        resumed = run.state == "expired"
        run = run or runs._take_import_request(close, run_key, trigger)
        if not run:
            run = runs._guarded().create(
                {
                    "company_id": close.company_id.id,
                    "close_id": close.id,
                    "run_key": run_key,
                    "trigger": trigger,
                    "state": "requested",
                }
            )
        run._transition(
            "running",
            role="agent",
            vals=values
            | {
                "date_start": fields.Datetime.now(),
                "date_end": False,
                "user_id": self.env.uid,
                "snapshot_xmin": self.env["ai.close.gate"]._snapshot_xmin(),
            },
        )
        self.env.flush_all()
        return run, resumed

    def _begin_answer(self, run, lease, resumed):
        close, company, policy = run.close_id, run.company_id, run.policy_id
        last = run.search(
            [("close_id", "=", close.id), ("state", "=", "done"), ("watermark", "!=", False)],
            order="date_end desc, id desc",
            limit=1,
        )
        return {
            "run_id": run.id,
            "lease": lease,
            "lease_until": timestamp(run.lease_until),
            "lease_s": LEASE_S,
            "resumed": resumed,
            "company": {
                "id": company.id,
                "name": company.name,
                "currency": company.currency_id.name,
                "currency_decimals": company.currency_id.decimal_places,
                "tz": company.ai_close_tz,
                "starts_on": company.ai_close_start.isoformat() if company.ai_close_start else None,
            },
            "period": {
                "start": close.period_start.isoformat(),
                "end": close.period_end.isoformat(),
                "name": close.period_start.strftime("%Y-%m"),
            },
            "policy": {"id": policy.id, "version": policy.version, "params": policy.params},
            "snapshot": {"xmin": self.env["ai.close.gate"]._snapshot_xmin(), "at": timestamp(self._clock())},
            "watermark": last.watermark or None,
            "locked": False,
            "decisions": [
                decision for kind in PROPOSALS for decision in self.env[MODELS[kind]].sudo()._decisions(close)
            ],
        }
