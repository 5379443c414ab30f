"""Sure matches accepted unattended: in the last phase, where the policy names matches and an amount.

Off unless two controllers put a version in force that says so.  The agent still accepts nothing: the server
does after a run, in its own name, with every check of a person's accept and the policy's limits besides.
What was done is listed by day, told in the morning's digest, and undone by people like any other match.
"""

from contextlib import contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ..kernel.match_sample import unattended_limit
from ..kernel.sod import SERVER
from .refusal import CloseRefusal, refuse

_MARKED = "ai_close_unattended"
DIGEST_HOURS = 24


@contextmanager
def _unattended(match):
    """Mark the one match that the server itself accepts now; no context and no caller reaches the mark."""
    cache = match.env.cr.cache
    cache[_MARKED] = match.id
    try:
        yield
    finally:
        cache.pop(_MARKED, None)


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def _is_unattended(self):
        return len(self) == 1 and self.env.uid == SUPERUSER_ID and self.env.cr.cache.get(_MARKED) == self.id

    def _need_right_to_accept(self, action="match.accept"):
        if not (action == "match.accept" and self._is_unattended()):
            return super()._need_right_to_accept(action)
        why = self._why_not_unattended()
        if why:
            raise refuse(self, "SOD005", why, action=action)
        return None

    @api.private
    def _why_not_unattended(self):
        """Return why people have to accept this match, or None."""
        limit = self.env["ai.close.match.batch"]._unattended_limit(self.company_id)
        if limit is None:
            return self.env._("No policy lets the server accept matches.")
        if self.band != "auto" or self.origin != "agent":
            return self.env._("It is not sure; people look at it.")
        currency = self.company_id.sudo().currency_id
        above = currency.compare_amounts(self._amount_to_judge(), float(limit)) > 0
        if above or self._above_limit()[1]:
            return self.env._("It is above what the policy lets the server accept.")
        return None

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        if to == "accepted" and self._is_unattended():
            role = SERVER
        return super()._transition(to, role=role, reason=reason, vals=vals, action=action)


class CloseMatchBatch(models.Model):
    _inherit = "ai.close.match.batch"

    @api.model
    @api.private
    def _unattended_limit(self, company):
        """Return the amount up to which the server accepts sure matches of ``company`` now, or None.

        A stop of automatic posting stops this, too.
        """
        policy = self.env["ai.close.policy"]._in_force(company)
        limit = unattended_limit((policy.sudo().params if policy else None) or {})
        if limit is None or policy._phase() != "automatic":
            return None
        stopped = self.env["ai.close.auto.post"].sudo()
        if stopped.search_count([("company_id", "=", company.id), ("state", "=", "stopped")], limit=1):
            return None
        return limit

    @api.model
    @api.private
    def _plan(self, run):
        """Let the sure matches of a finished run be accepted where the policy says so; else do nothing."""
        company = run.company_id
        server = self.with_user(SUPERUSER_ID).with_context({})
        if run.state != "done" or server._unattended_limit(company) is None:
            return self.browse()
        busy = [("company_id", "=", company.id), ("state", "in", ("waiting", "running"))]
        if server.search_count(busy, limit=1):
            return self.browse()
        found = server.env["ai.close.match"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "proposed"),
                ("band", "=", "auto"),
                ("origin", "=", "agent"),
            ]
        )
        fitting = found.filtered(lambda match: not match._why_not_unattended())
        chosen, _left = server._sorted_out(fitting)
        if not chosen:
            return self.browse()
        batch = server._open(
            company, "auto", chosen, {"origin": "policy", "state": "waiting", "run_id": run.id}
        )
        server.env["ai.close.match.batch.line"]._add(batch, chosen)
        server.env.ref("ai_close.cron_match_batch")._trigger()
        return batch

    def _policy_ended(self):
        if self._unattended_limit(self.company_id) is None:
            return self.env._("No policy lets the server accept matches any more, or it was stopped.")
        return None

    def _step_of(self, matches):
        if self.origin != "policy":
            return super()._step_of(matches)

        def accept(some):
            failed = {}
            for match in some._calm():
                try:
                    with self.env.cr.savepoint(), _unattended(match):
                        match._accept()
                except CloseRefusal as refusal:
                    failed[match.id] = str(refusal)
                    continue
                if match.state != "accepted":
                    failed[match.id] = self.env._("%s was settled otherwise meanwhile.", match.line_label)
            return failed

        return accept


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _after_run(self, run):
        result = super()._after_run(run)
        self.env["ai.close.match.batch"]._plan(run.sudo())
        return result

    @api.private
    def _digest_facts(self, today):
        facts = super()._digest_facts(today)
        done = self._unattended_since(fields.Datetime.now() - timedelta(hours=DIGEST_HOURS))
        # a fact only where there is one: nothing done unattended is no news
        return facts | ({"unattended": done} if done else {})

    @api.private
    def _unattended_since(self, moment):
        """Return how many matches the server accepted by itself in this company since ``moment``."""
        return (
            self.env["ai.close.match.batch.line"]
            .sudo()
            .search_count(
                [
                    ("company_id", "=", self.company_id.id),
                    ("origin", "=", "policy"),
                    ("outcome", "=", "accepted"),
                    ("done_at", ">=", moment),
                ]
            )
        )

    @api.private
    def _digest_lines(self, facts, before, today, amounts):
        lines = super()._digest_lines(facts, before, today, amounts)
        if facts.get("unattended"):
            lines.append(
                self.env._(
                    "Accepted unattended since yesterday: %s bank matches (Reporting, Matches accepted"
                    " unattended)",
                    facts["unattended"],
                )
            )
        return lines
