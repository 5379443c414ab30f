"""The cockpit's one call: can this close be locked, and if not, what and who?"""

from odoo import api, fields, models

from ..kernel.sod import AUDITOR, CONTROLLER, PREPARER, REVIEWER
from .close_readiness import ENTRY_UNDECIDED, FINDING_UNDECIDED, TASK_DONE
from .close_task_template import AREAS

READERS = (PREPARER, REVIEWER, CONTROLLER, AUDITOR)
MATCH_BANDS = ("auto", "review", "ask")
MATCH_STATES = ("proposed", "accepted", "rejected", "undone")


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.model
    @api.readonly
    def cockpit(self, close_id=None):
        """Return everything the cockpit shows of one close (the latest that is not locked, by default)."""
        self._need_role(*READERS, action="close.cockpit")
        closes = self.search([], limit=60)
        # Whoever calls over RPC may send anything; what is no id shows the latest close.
        close = self.browse(close_id).exists() if type(close_id) is int and close_id else self._latest(closes)
        close.check_access("read")
        answer = {
            "closes": [
                {
                    "id": each.id,
                    "name": each.name,
                    "company": each.company_id.name,
                    "state": each.state,
                    "readiness_pct": each.readiness_pct,
                    "date_due": _iso(each.date_due),
                }
                for each in closes
            ],
            "close": None,
            "never_run": True,
            "blockers": [],
            "areas": [],
            "run": None,
            "lock": None,
            "findings": dict.fromkeys(("critical", "high", "medium", "low"), 0),
            "proposals": {
                "match": dict.fromkeys(MATCH_BANDS, 0),
                "match_done": 0,
                "match_states": dict.fromkeys(MATCH_STATES, 0),
                "entry": {},
            },
            "tasks": {"done": 0, "total": 0},
            "deadlines": [],
            "can": dict.fromkeys(("run_now", "request_lock"), False),
        }
        if not close:
            return answer
        roles = self._roles()
        readiness = close._readiness()
        sudo = close.sudo()
        answer.update(
            close={
                "id": close.id,
                "name": close.name,
                "state": close.state,
                "company": sudo.company_id.name,
                "company_id": close.company_id.id,
                "period": close.period_start.strftime("%Y-%m"),
                "period_start": _iso(close.period_start),
                "period_end": _iso(close.period_end),
                "date_due": _iso(close.date_due),
                "readiness_pct": readiness["pct"],
                "readiness_formula": readiness["formula"],
                "locked_to": _iso(self._locked_to(close.company_id)),
                "currency_id": sudo.currency_id.id,
            },
            never_run=not sudo.last_run_id,
            blockers=[] if close._is_locked_now() else readiness["blockers"],
            areas=sudo._areas(readiness),
            findings=answer["findings"] | sudo._finding_counts(),
            proposals=sudo._proposal_counts(),
            run=sudo._run_facts(),
            lock=sudo._lock_facts(),
            tasks=readiness["counters"]["tasks"],
            deadlines=sudo._deadlines(),
            can={
                "run_now": bool(roles & {PREPARER, REVIEWER, CONTROLLER}) and not close._is_locked_now(),
                "request_lock": bool(roles & {REVIEWER, CONTROLLER})
                and close.state in ("working", "ready")
                and not readiness["blockers"],
                "refresh": bool(roles & {PREPARER, REVIEWER, CONTROLLER}),
                "approve_lock": CONTROLLER in roles and close.state == "requested",
                "package": bool(roles & {CONTROLLER, AUDITOR}),
            },
        )
        return answer

    @api.model
    def _latest(self, closes):
        """Return the close to show first: of the current company, the oldest that is still to be locked."""
        own = closes.filtered(lambda close: close.company_id == self.env.company) or closes
        months = own.filtered(lambda close: close.kind != "adjustment")
        still_open = months.filtered(lambda close: not close._is_locked_now())
        return still_open[-1:] if still_open else own[:1]

    # -- parts

    def _areas(self, readiness):
        """Return the share of signed tasks (and reconciled bank lines) by area; no data says so, never 0."""
        labels = dict(AREAS)
        bank = readiness["counters"]["bank lines"]
        areas = []
        for area, label in self.env["ai.close.task"]._fields["area"]._description_selection(self.env):
            tasks = self.task_ids.filtered(
                lambda task, area=area: task.area == area and task.state != "not_applicable"
            )
            if not tasks:
                continue
            done = len(tasks.filtered(lambda task: task.state in TASK_DONE))
            total = len(tasks)
            if area == "bank":
                done, total = done + bank["done"], total + bank["total"]
            no_data = all(task.check_state == "no_data" and task.state not in TASK_DONE for task in tasks)
            areas.append(
                {
                    "code": area,
                    "label": label or labels[area],
                    "pct": None if no_data else 100 * done // total,
                    "state": "no_data" if no_data else "done" if done == total else "open",
                    "action": self._window(
                        "ai.close.task", label, [("close_id", "=", self.id), ("area", "=", area)]
                    ),
                }
            )
        return areas

    def _finding_counts(self):
        groups = self.env["ai.close.finding"]._read_group(
            [*self._asked_of("ai.close.finding"), ("state", "in", FINDING_UNDECIDED)],
            ["severity"],
            ["__count"],
        )
        return dict(groups)

    def _proposal_counts(self):
        matches = self.env["ai.close.match"]._read_group(
            [
                *self._asked_of("ai.close.match"),
                ("state", "in", MATCH_STATES),
                ("kind", "!=", "none"),
            ],
            ["state", "band"],
            ["__count"],
        )
        bands = dict.fromkeys(MATCH_BANDS, 0)
        states = dict.fromkeys(MATCH_STATES, 0)
        for state, band, count in matches:
            states[state] += count
            if state == "proposed" and band in bands:
                bands[band] += count
        entries = dict(
            self.env["ai.close.entry"]._read_group(
                [*self._asked_of("ai.close.entry"), ("state", "!=", "superseded")], ["state"], ["__count"]
            )
        )
        return {
            "match": bands,
            "match_done": states["accepted"],
            "match_states": states,
            "entry": entries,
            "entry_open": sum(count for state, count in entries.items() if state in ENTRY_UNDECIDED),
        }

    def _run_facts(self):
        run = self.env["ai.close.run"].search([("close_id", "=", self.id)], order="id desc", limit=1)
        if not run:
            return None
        return {
            "id": run.id,
            "state": run.state,
            "date_start": _iso(run.date_start),
            "date_end": _iso(run.date_end),
            "summary": run.counters or {},
        }

    def _lock_facts(self):
        lock = self.lock_ids.filtered(
            lambda each: each.kind == "lock" and each.state not in ("rejected", "expired")
        ).sorted("id")[-1:]
        if not lock:
            return None
        return {
            "id": lock.id,
            "state": lock.state,
            "requested_by": lock.requested_by_id.name or None,
            "approved_by": lock.approved_by_id.name or None,
            "approved_at": _iso(lock.approved_at),
        }

    def _deadlines(self):
        today = fields.Date.context_today(self.with_context(tz=self.company_id.ai_close_tz or "UTC"))
        still_open = self.task_ids.filtered(lambda task: task.state not in TASK_DONE)
        return [
            {
                "task_id": task.id,
                "name": task.name,
                "owner": task.owner_id.name or task._owner_label(),
                "date_due": _iso(task.date_due),
                "due_bucket": task.due_bucket,
                "state": task.state,
                "overdue": bool(task.date_due and task.date_due < today),
            }
            for task in still_open.sorted(lambda task: (task.date_due or today, task.sequence, task.id))
        ]


def _iso(value):
    """Return a date or a UTC datetime as text for the browser, or None."""
    if not value:
        return None
    return fields.Datetime.to_string(value) if hasattr(value, "hour") else fields.Date.to_string(value)
