"""ai.close.agent: the only methods that the agent calls.

The agent's user may write nothing by itself.  Each method checks its role, its company and its lease, and
then writes in its name (sudo, the uid stays).  Reading goes with the agent's own rights.
"""

from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.release import version as odoo_version

from ..kernel.canonical import timestamp
from ..kernel.payload import PayloadError, check_row
from ..models.close_readiness import TASK_DONE
from ..models.refusal import refuse
from .columns import Keys
from .envelope import answered

ADDON_VERSION = "1.0.0"
# Which model takes the rows of which kind.
MODELS = {
    "finding": "ai.close.finding",
    "match": "ai.close.match",
    "entry": "ai.close.entry",
    "accuracy": "ai.close.accuracy",
    "tie_out": "ai.close.tie.out",
    "variance": "ai.close.variance",
    "task_result": "ai.close.task",
    "exchange": "ai.close.exchange",
    "text": "ai.close.text",
}
# What a run brings up to date, and ends when it isn't told any more.
PROPOSALS = ("finding", "match", "entry", "accuracy", "tie_out", "variance", "text")
# Datasets that are no list of records: there is nothing to ask for by id.
WHOLE = frozenset(
    {
        "changes",
        "companies",
        "control_totals",
        "group_balances",
        "locks",
        "reopenings",
        "stock_values",
        "users",
    }
)


class CloseAgent(models.AbstractModel):
    _name = "ai.close.agent"
    _description = "Port of the close agent"

    # -- what is there ---

    @api.model
    @answered
    def hello(self):
        """Say who is there: versions, the time, the agent's user and what it may read."""
        user = self.env.user.sudo()
        expires = self._key_expires_at()
        return {
            "server_version": odoo_version,
            "addon_version": ADDON_VERSION,
            "database_uuid": self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
            "now": timestamp(self._clock()),
            "user": {"id": user.id, "name": user.name, "login": user.login},
            "roles": {"agent": True},
            "companies": [
                {
                    "id": company.id,
                    "name": company.name,
                    "enabled": company.ai_close_enabled,
                    "tz": company.ai_close_tz or None,
                    "currency": company.currency_id.name,
                    "policy_version": self.env["ai.close.policy"]._in_force(company).version or None,
                }
                for company in user.company_ids.sorted("id")
            ],
            "datasets": sorted(self._dataset_names()),
            "key_expires_at": timestamp(expires) if expires else None,
        }

    @api.model
    @answered
    def pending(self):
        """Return the runs that people asked for in Odoo."""
        return {
            "runs": [
                {
                    "run_key": run.run_key,
                    "company_id": run.company_id.id,
                    "company": run.company_id.name,
                    "period": run.close_id.period_start.strftime("%Y-%m"),
                }
                for run in self._asked_for("ai.close.run")
            ]
        }

    def _asked_for(self, model):
        """Return the records of a model that wait for the agent, of the companies that it may read."""
        companies = self.env.user.company_ids
        waiting = [("state", "=", "requested"), ("company_id", "in", companies.ids)]
        return self.env[model].sudo().search(waiting, order="id")

    # -- inside a run ---

    @api.model
    @answered
    def extract(self, run_id, lease, dataset, after=0, limit=5000, only=None, packed=False):
        """Return one page of a dataset: only what the agent's own rights show, only the run's company.

        :param only: ids, for one page of just these; one that is absent is gone, or not of the dataset now
        :param packed: big datasets may answer with packed columns, each one text, which is much faster
        """
        run = self._leased(run_id, lease, "extract")
        if dataset not in self._dataset_names():
            raise refuse(
                self,
                "RUN011",
                self.env._("There is no dataset %(name)s.", name=dataset),
                action="port.extract",
            )
        if only is not None and dataset in WHOLE:
            raise refuse(
                self,
                "RUN016",
                self.env._("%(name)s is read as a whole.", name=dataset),
                action="port.extract",
            )
        keys = Keys.of(after, only, packed)
        limit = limit if only is None else len(only) + 1
        # compiling the query costs more than a page
        self.env.cr.execute("SET LOCAL jit = off")
        reader = self.with_context(
            allowed_company_ids=[run.company_id.id], active_test=False, lang=self.env.user.lang or "en_US"
        )
        columns, following, *extra = getattr(reader, f"_dataset_{dataset}")(run, keys, limit)
        result = {"columns": columns, "next": following} | (extra[0] if extra else {})
        result.setdefault("count", len(next(iter(columns.values()), ())))
        self._tell_extract(run, dataset, keys, result)
        return result

    @api.model
    @answered
    def submit(self, run_id, lease, kind, rows):
        """Take proposals in, each by its key, and say what became of each."""
        run = self._leased(run_id, lease, "submit", lock=True)
        if run.close_id._is_locked_now():
            raise refuse(run, "RUN005", action="port.submit")
        answers, fitting = {}, []
        for at, row in enumerate(rows):
            problem = self._row_problem(kind, row, {one["key"] for one in fitting})
            if problem:
                key = row.get("key") if isinstance(row, dict) else None
                answers[at] = {
                    "key": key if isinstance(key, str) else "",
                    "status": "refused",
                    "reason": problem,
                    "code": "RUN010",
                }
            else:
                fitting.append(row)
        taken = iter(self.env[MODELS[kind]].sudo()._submit_rows(run, fitting))
        statuses = [answers[at] if at in answers else next(taken) for at in range(len(rows))]
        self._tell_submitted(run, kind, statuses)
        return {
            "rows": [
                {name: status.get(name) for name in ("key", "status", "reason", "code")}
                for status in statuses
            ]
        }

    @api.model
    @answered
    def heartbeat(self, run_id, lease):
        """Keep the lease a while longer."""
        run = self._leased(run_id, lease, "heartbeat", lock=True)
        run._extend_lease()
        return {"lease_until": timestamp(run.lease_until)}

    @api.model
    @answered
    def finish(self, run_id, lease, counters, scopes, failures=(), cost="0", watermark=None):
        """End the run: close what completed rules no longer show, supersede what nobody proposes any more.

        Asked again with the same lease it gives the same answer.
        """
        run = self._held(run_id, lease, "finish")
        if run.state == "done":
            return self._finish_answer(run)
        self._need_running(run, lease, "finish")
        self._need_watermark(watermark)
        ended = {"closed": 0, "superseded": 0}
        if not run.close_id._is_locked_now():
            for kind in PROPOSALS:
                for name, count in self.env[MODELS[kind]].sudo()._finish_run(run, scopes).items():
                    ended[name] = ended.get(name, 0) + count
        run._transition(
            "done",
            role="agent",
            vals={
                "counters": dict(counters, **ended),
                "scopes": scopes,
                "failures": list(failures),
                "cost": float(cost),
                "watermark": watermark,
                "date_end": fields.Datetime.now(),
            },
        )
        run.close_id._after_run(run)
        return self._finish_answer(run)

    @api.model
    @answered
    def fail(self, run_id, lease, failures):
        """End the run as failed: nothing is closed and nothing superseded."""
        run = self._held(run_id, lease, "fail")
        if run.state != "failed":
            self._need_running(run, lease, "fail")
            run._transition(
                "failed", role="agent", vals={"failures": list(failures), "date_end": fields.Datetime.now()}
            )
        return {"state": run.state}

    # -- what they share ---

    def _need_watermark(self, watermark):
        """Refuse a mark that this database has not reached: the next run would read nothing from there on."""
        if watermark is None:
            return
        reached = int(self.env["ai.close.gate"]._snapshot_xmin())
        if not watermark.isascii() or int(watermark) > reached:
            raise PayloadError("watermark", f"{watermark} lies ahead of this database, which is at {reached}")

    def _held(self, run_id, lease, method):
        """Return the run, locked and read afresh, when ``lease`` is its last one, whatever became of it."""
        run = self.env["ai.close.run"].sudo().browse(run_id).exists()
        if run and run.company_id in self.env.user.sudo().company_ids:
            run._lock_rows()
            if run._lease_fits(lease):
                return run
        raise refuse(run or self, "RUN002", action=f"port.{method}")

    def _leased(self, run_id, lease, method, lock=False):
        """Return the run when ``lease`` still holds; with ``lock`` nobody else changes it until the end."""
        if lock:
            run = self._held(run_id, lease, method)
        else:
            run = self.env["ai.close.run"].sudo().browse(run_id).exists()
            if not run or run.company_id not in self.env.user.sudo().company_ids:
                raise refuse(self, "RUN002", action=f"port.{method}")
        self._need_running(run, lease, method)
        return run

    def _need_running(self, run, lease, method):
        if not run._lease_valid(lease):
            raise refuse(run, "RUN002", action=f"port.{method}")

    def _row_problem(self, kind, row, seen):
        """Why a submitted row has not the agreed shape, or None."""
        try:
            check_row(kind, row)
        except PayloadError as error:
            return str(error)
        return "the key is twice in this batch" if row["key"] in seen else None

    def _tell_submitted(self, run, kind, statuses):
        """One event a batch, with what became of how many; a batch that changed nothing is none."""
        if kind == "exchange":
            # each has an event of its own
            return
        counts = {}
        for status in statuses:
            counts[status["status"]] = counts.get(status["status"], 0) + 1
        if set(counts) - {"unchanged"}:
            self.env["ai.close.audit"]._append(
                f"{kind}.propose", run, after={"kind": kind, "rows": counts}, role="agent"
            )

    def _finish_answer(self, run):
        counters, tasks = run.counters or {}, run.close_id.task_ids
        return {
            "state": run.state,
            "closed": counters.get("closed", 0),
            "superseded": counters.get("superseded", 0),
            "close_id": run.close_id.id,
            "checklist": {
                "done": len(tasks.filtered(lambda task: task.state in TASK_DONE)),
                "total": len(tasks),
            },
        }

    @api.model
    def _clock(self):
        """The time now; a method, so that a test can set it."""
        return datetime.now(UTC)
