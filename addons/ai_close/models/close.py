"""ai.close: one period of one company, its checklist and its way to the lock."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel import periods
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
# From these states the server moves a close by itself when its readiness changes.
LIVE_STATES = ("open", "working", "ready", "reopened")


class AiClose(models.Model):
    _name = "ai.close"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Close"
    _order = "period_start desc, company_id, id"
    _mail_post_access = "read"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_start = fields.Date(required=True, readonly=True)
    period_end = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("adjustment", "Adjustment"),
        ],
        default="month",
        required=True,
        readonly=True,
        index=True,
        help="What the period closes: a month, the last month of a quarter or of the fiscal year, or"
        " adjustments after the year was locked.",
    )
    version = fields.Integer(
        default=1, readonly=True, help="A locked period that was opened again is locked as a new version."
    )
    date_due = fields.Date("Due", readonly=True, help="The last due day of the checklist.")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("working", "In progress"),
            ("ready", "Ready"),
            ("requested", "Lock requested"),
            ("locked", "Locked"),
            ("reopened", "Reopened"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    task_ids = fields.One2many("ai.close.task", "close_id", string="Checklist")
    run_ids = fields.One2many("ai.close.run", "close_id", string="Runs")
    finding_ids = fields.One2many("ai.close.finding", "close_id", string="Findings")
    match_ids = fields.One2many("ai.close.match", "close_id", string="Bank matches")
    entry_ids = fields.One2many("ai.close.entry", "close_id", string="Staged entries")
    lock_ids = fields.One2many("ai.close.lock", "close_id", string="Lock requests")
    last_run_id = fields.Many2one("ai.close.run", string="Last run", readonly=True)
    readiness_pct = fields.Integer("Ready (%)", readonly=True, aggregator="min")
    readiness_counters = fields.Json(readonly=True)
    readiness_at = fields.Datetime("Judged at", readonly=True)

    _period_once = models.UniqueIndex(
        "(company_id, period_start, (kind = 'adjustment'))",
        "There is already a close of this company and period.",
    )
    # Ranges of one number, since only ranges are known to GiST without an extension of the database.
    _period_apart = models.Constraint(
        "EXCLUDE USING gist (int4range(company_id, company_id, '[]'::text) WITH &&,"
        " daterange(period_start, period_end, '[]'::text) WITH &&)"
        " WHERE (((kind)::text <> 'adjustment'::text))",
        "This period overlaps another close of the company. [LCK027]",
    )
    _period_ordered = models.Constraint("CHECK(period_start <= period_end)", "A period ends after it starts.")

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {
            "name",
            "company_id",
            "period_start",
            "period_end",
            "kind",
            "version",
            "date_due",
            "task_ids",
            "run_ids",
            "finding_ids",
            "match_ids",
            "entry_ids",
            "lock_ids",
            "last_run_id",
            "readiness_pct",
            "readiness_counters",
            "readiness_at",
        }

    # -- one record a period

    @api.model
    @api.private
    def _for_period(self, company, date):
        """Return the close of ``company`` that holds ``date``, made with its checklist when missing."""
        day = fields.Date.to_date(date)
        close = self._closes_within(company, day, day)
        if not close:
            start, end, kind = self._period_of(company, day)
            self._may_start(company, start)
            locked = self._locked_to(company)
            close = self._guarded().create(
                {
                    "name": self._period_name(start, end),
                    "company_id": company.id,
                    "period_start": start,
                    "period_end": end,
                    "kind": kind,
                    "state": "locked" if locked and locked >= end else "open",
                }
            )
            self.env["ai.close.audit"]._append("close.create", close, role=SERVER)
            close._create_tasks()
        return self.browse(close.id)

    @api.model
    @api.private
    def _for_month(self, company, date):
        """Return the close that the month of ``date`` is about: of a month that a fiscal year or the first
        period cuts, the earliest part that is not locked."""
        first, last = date.replace(day=1), periods.month_end(date)
        parts = self._closes_within(company, first, last)
        still_open = parts.filtered(lambda close: not close._is_locked_now())
        if still_open:
            return self.browse(still_open[0].id)
        if parts and parts[-1].period_end < last:
            return self._for_period(company, parts[-1].period_end + timedelta(days=1))
        if parts:
            return self.browse(parts[-1].id)
        begun = company.sudo().ai_close_start
        return self._for_period(company, begun if begun and first < begun <= last else first)

    @api.model
    @api.private
    def _closes_within(self, company, first, last):
        """Return the closes of ``company`` with a day from ``first`` to ``last``, adjustments left out."""
        domain = [
            ("company_id", "=", company.id),
            ("period_start", "<=", last),
            ("period_end", ">=", first),
            ("kind", "!=", periods.ADJUSTMENT),
        ]
        return self.sudo().search(domain, order="period_start")

    @api.model
    @api.private
    def _period_of(self, company, day):
        """Return ``(start, end, kind)`` of the period that holds ``day``, beside those that exist."""
        year = company.sudo().compute_fiscalyear_dates(day)
        start, end = periods.bounds(
            day, year["date_from"], year["date_to"], company.sudo().ai_close_start or None
        )
        for other in self._closes_within(company, start, end):
            if other.period_end < day:
                start = max(start, other.period_end + timedelta(days=1))
            elif other.period_start > day:
                end = min(end, other.period_start - timedelta(days=1))
        return start, end, periods.kind_of(end, year["date_from"], year["date_to"])

    @api.model
    def _period_name(self, start, end):
        """Return "October 2026", with its days when it is part of a month."""
        english = self.env(context={"lang": "en_US"})
        name = format_date(english, start, date_format="MMMM yyyy")
        if start.day == 1 and end == periods.month_end(end):
            return name
        return f"{start.day}-{end.day} {name}"

    @api.model
    @api.private
    def _locked_to(self, company):
        """Return the date up to which the books of ``company`` are locked for everybody, or False."""
        dates = [
            date
            for each in company.sudo().parent_ids
            for date in (each.fiscalyear_lock_date, each.hard_lock_date)
            if date
        ]
        return max(dates) if dates else False

    # -- what people may do

    def action_refresh(self):
        """Judge the self-checks, stale proposals and readiness again; return nothing but the fresh state."""
        self._need_role(*PEOPLE, action="close.refresh")
        self.check_access("read")
        self._refresh()
        return True

    def action_run_now(self):
        """Ask the agent for a run; it fetches the request within a minute."""
        self.ensure_one()
        self._need_role(*PEOPLE, action="close.run_now")
        self.check_access("read")
        if self._is_locked_now():
            raise refuse(self, "LCK001", action="close.run_now")
        self.env["ai.close.run"]._request(self)
        return True

    def action_request_lock(self):
        """Open the lock request of this period, made when there is none, and return its form."""
        self.ensure_one()
        self._need_role(REVIEWER, CONTROLLER, action="close.request_lock")
        self.check_access("read")
        if self._is_locked_now():
            raise refuse(
                self, "LCK001", self.env._("%s is locked already.", self.name), action="close.request_lock"
            )
        lock = self.env["ai.close.lock"]._for_close(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lock %s", self.name),
            "res_model": "ai.close.lock",
            "res_id": lock.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # -- the server's own judgement

    @api.private
    def _after_run(self, run):
        """Remember the run that finished and judge the close on what it brought."""
        self._guarded().write({"last_run_id": run.id})
        self._refresh()

    @api.private
    def _refresh(self):
        """Judge data again: stale entries, settled matches, the checklist, readiness, and so the state."""
        for close in self._guarded():
            if close.state not in LIVE_STATES or close._is_locked_now():
                continue
            close.entry_ids._judge_stale()
            close.match_ids._judge_superseded()
            close.task_ids._judge()
            readiness = close._readiness()
            close.write(
                {
                    "readiness_pct": readiness["pct"],
                    "readiness_counters": readiness["counters"],
                    "readiness_at": self._now(),
                }
            )
            target = close._state_by(readiness)
            if target != close.state and close.state != "reopened":
                close._transition(target, role=SERVER)

    @api.private
    def _state_by(self, readiness):
        """Return the state that the data speaks for: open until something happened, then working or ready."""
        self.ensure_one()
        if not readiness["blockers"]:
            return "ready"
        # What the server's checks prepared by themselves is nobody's work yet.
        begun = self.last_run_id or any(
            task.prepared_by_id or task.state in ("signed", "stale") for task in self.task_ids
        )
        return "working" if begun else "open"
