"""The port's part of a backtest: what was asked for, the data of the past months, and what came of it.

There is no run and no lease: nothing is proposed.  The key of a request that a person made opens the data,
which the agent may read anyway, until the result is handed in.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ..kernel.canonical import timestamp
from ..models.refusal import refuse
from .columns import Keys
from .envelope import answered

FORGOTTEN = frozenset({"changes", "control_totals"})


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.model
    @answered
    def pending(self):
        """Return the runs and the backtests that people asked for in Odoo."""
        found = super().pending()
        if not found["ok"]:
            return found
        return found["result"] | {
            "backtests": [
                {"key": test.key, "company_id": test.company_id.id, "company": test.company_id.name}
                for test in self._asked_for("ai.close.backtest")
                if test._is_of(test.policy_id)
            ]
        }

    @api.model
    @answered
    def backtest_begin(self, key, agent_version, rules_digest):
        """Return both versions of the policy and the months to judge."""
        self._begin_version(agent_version)
        test = self._backtest_of(key, "backtest_begin")
        test._guarded().write({"agent_version": agent_version, "rules_digest": rules_digest})
        self.env["ai.close.audit"]._append(
            "backtest.read",
            test,
            role="agent",
            after={"months": test.months},
            evidence={"read_at": timestamp(self._clock()), "user_id": self.env.uid},
        )
        company = test.company_id
        return {
            "company": {
                "id": company.id,
                "name": company.name,
                "currency": company.currency_id.name,
                "currency_decimals": company.currency_id.decimal_places,
                "tz": company.ai_close_tz or "UTC",
            },
            "months": test.months,
            "policy": _version(test.policy_id),
            "base": _version(test.base_id),
            "snapshot": {"xmin": self.env["ai.close.gate"]._snapshot_xmin(), "at": timestamp(self._clock())},
        }

    @api.model
    @answered
    def backtest_extract(self, key, dataset, after=0, limit=5000):
        """Return one page of a dataset, with the history before the first month that is judged."""
        test = self._backtest_of(key, "backtest_extract")
        if dataset not in self._dataset_names() or dataset in FORGOTTEN:
            raise refuse(
                self,
                "RUN011",
                self.env._("There is no dataset %(name)s.", name=dataset),
                action="port.backtest_extract",
            )
        columns, following, *extra = self._dataset_page(test._as_run(), dataset, after, limit)
        result = {"columns": columns, "count": len(next(iter(columns.values()))), "next": following}
        return result | (extra[0] if extra else {})

    @api.model
    @answered
    def backtest_finish(self, key, figures, rows, left_out=0, failures=(), failed=None):
        """Take in what both versions found; asked again it gives the same answer."""
        test = self._backtest_of(key, "backtest_finish", ended=True)
        if test.state == "requested":
            test._take(list(figures), list(rows), left_out, list(failures), failed)
        return {"state": test.state}

    def _dataset_page(self, run, dataset, after, limit):
        """Return a page of ``dataset`` with the agent's own rights on the run's company."""
        reader = self.with_context(
            allowed_company_ids=[run.company_id.id], active_test=False, lang=self.env.user.lang or "en_US"
        )
        return getattr(reader, f"_dataset_{dataset}")(run, Keys(after), limit)

    def _backtest_of(self, key, method, ended=False):
        """Return the request of ``key``, locked; one that waits, or one that the agent ended."""
        test = self.env["ai.close.backtest"].sudo().search([("key", "=", key)], limit=1)
        if test and test.company_id in self.env.user.sudo().company_ids:
            test._lock_rows()
            if ended and test.state in ("done", "failed"):
                return test
            # an edited version is not the one that was asked about, and would be judged under its name
            if test.state == "requested" and test._is_of(test.policy_id):
                return test
        raise refuse(test or self, "POL017", action=f"port.{method}")


class CloseBacktest(models.Model):
    _inherit = "ai.close.backtest"

    @api.private
    def _as_run(self):
        """Return what a dataset asks of a run: its company, and a close from the first month to the last."""
        first, last = (date(*map(int, name.split("-")), 1) for name in (self.months[0], self.months[-1]))
        close = self.env["ai.close"].new(
            {
                "company_id": self.company_id.id,
                "period_start": first,
                "period_end": last + relativedelta(months=1, days=-1),
            }
        )
        return self.env["ai.close.run"].new({"company_id": self.company_id.id, "close_id": close})


def _version(policy):
    return {"id": policy.id, "version": policy.version, "params": policy.params}
