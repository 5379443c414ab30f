"""What a schedule says month by month, its movement in the period, and whether it ties to its account."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..kernel import spread
from ..kernel.money import exact
from ..kernel.periods import MONTH
from ..kernel.sod import SERVER
from .close_schedule import COUNTING


class CloseSchedule(models.Model):
    _inherit = "ai.close.schedule"

    as_of = fields.Date("As of", compute="_compute_movement")
    opening = fields.Monetary(compute="_compute_movement", currency_field="company_currency_id")
    additions = fields.Monetary(compute="_compute_movement", currency_field="company_currency_id")
    release = fields.Monetary(compute="_compute_movement", currency_field="company_currency_id")
    closing = fields.Monetary(
        compute="_compute_movement",
        currency_field="company_currency_id",
        help="What its balance account has to carry at the end of the period.",
    )
    month_rows = fields.Json("Month by month", compute="_compute_month_rows")
    tie_message = fields.Text("Tie", compute="_compute_tie_message")
    is_tied = fields.Boolean("Ties", compute="_compute_tie_message")

    # -- as the kernel computes it

    @api.private
    def _minor(self, amount):
        return int(exact(amount).scaleb(self.company_currency_id.decimal_places).to_integral_value())

    @api.private
    def _major(self, minor):
        return minor / 10**self.company_currency_id.decimal_places

    @api.private
    def _step(self):
        """Return the currency's rounding in minor units."""
        return max(self._minor(self.company_currency_id.rounding), 1)

    @api.private
    def _plan(self):
        """Return the schedule as the kernel takes it, with the changes that count; None when incomplete."""
        if not (self.start_date and self.end_date and self.start_date <= self.end_date):
            return None
        return spread.Schedule(
            self.kind,
            self.method,
            self.start_date,
            self.end_date,
            self._minor(self.total),
            self.booked_on or self.source_line_id.date or self.start_date,
            self._minor(self.residual) if self.kind == spread.DEPRECIATION else 0,
            tuple(
                spread.Change(
                    change.id or 0,
                    change.kind,
                    change.date,
                    change.from_date or None,
                    change.new_end or None,
                    self._minor(change.amount),
                )
                for change in self.change_ids
                if change.state == "reviewed"
            ),
        )

    @api.model
    @api.private
    def _period_of(self, company):
        """Return first and last day of the month that the company is closing, or of the one before today."""
        closes = self.env["ai.close"].sudo()
        asked = closes.browse(self.env.context.get("ai_close_period") or []).exists()
        if asked and asked.company_id != company:
            asked = closes
        close = asked or closes.search(
            [("company_id", "=", company.id), ("kind", "=", MONTH), ("state", "!=", "locked")],
            order="period_end",
            limit=1,
        )
        if close:
            return close.period_start, close.period_end
        last = fields.Date.subtract(fields.Date.start_of(fields.Date.context_today(self), "month"), days=1)
        return last.replace(day=1), last

    @api.depends(
        "kind", "method", "start_date", "end_date", "total", "residual", "booked_on", "state",
        "change_ids.state", "change_ids.amount", "change_ids.date", "change_ids.kind",
    )  # fmt: skip
    @api.depends_context("ai_close_period")
    def _compute_movement(self):
        periods = {company: self._period_of(company) for company in self.company_id}
        for one in self:
            first, one.as_of = periods[one.company_id] if one.company_id else (False, False)
            plan = one._plan() if first else None
            found = spread.Movement(0, 0, 0, 0)
            if plan and one.state in COUNTING:
                found = spread.movement(plan, first, one.as_of, one._step())
            one.opening, one.additions, one.release, one.closing = map(one._major, found)

    @api.depends("kind", "method", "start_date", "end_date", "total", "residual", "change_ids.state")
    def _compute_month_rows(self):
        for one in self:
            plan = one._plan()
            one.month_rows = one._rows_of(plan) if plan else []

    def _rows_of(self, plan):
        """Return the table of months: a month's release, and what is carried after it."""
        whole = spread.table(plan, max(plan.end, *(change.day for change in plan.changes), plan.booked_on))
        depreciates = plan.kind == spread.DEPRECIATION
        released = self.env._("depreciation") if depreciates else self.env._("release")
        after = self.env._("accumulated") if depreciates else self.env._("left after it")
        rows, done = [], 0
        cost = plan.total - plan.residual
        for month, amount in whole.items():
            done += amount
            last = spread.month_after(month) - spread.ONE_DAY
            changed = sum(each.amount for each in spread.known(plan, last, spread.AMOUNT, spread.END))
            left = done if depreciates else cost + changed - done
            rows.append(
                {
                    self.env._("month"): format_date(self.env, month, date_format="MMMM yyyy"),
                    released: self._shown(amount),
                    after: self._shown(left),
                }
            )
        return rows

    def _shown(self, minor):
        return format_amount(self.env, self._major(minor), self.company_currency_id)

    # -- the tie to the ledger

    @api.model
    @api.private
    def _tie(self, company, account, day):
        """Return what the schedules of ``account`` carry at ``day`` and its posted balance, in one direction.

        Both are minor units: debit positive for prepayments, credit for deferred revenue and depreciation.
        """
        schedules = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("balance_account_id", "=", account.id),
                ("state", "in", COUNTING),
            ]
        )
        sign = -1 if schedules[:1].kind in (spread.DEFERRED, spread.DEPRECIATION) else 1
        said = 0
        for one in schedules:
            plan = one._plan()
            direction = -1 if one.kind in (spread.DEFERRED, spread.DEPRECIATION) else 1
            said += sign * direction * spread.closing(plan, day, one._step())
        ((balance,),) = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", company.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", day),
                ],
                aggregates=["balance:sum"],
            )
        )
        return said, sign * schedules[:1]._minor(balance or 0.0)

    @api.depends_context("ai_close_period")
    @api.depends("state", "balance_account_id", "closing")
    def _compute_tie_message(self):
        known = {}
        for one in self:
            account = one.balance_account_id
            if one.state not in COUNTING or not account:
                one.tie_message, one.is_tied = False, False
                continue
            key = (one.company_id, account, one.as_of)
            if key not in known:
                known[key] = self._tie(*key)
            said, booked = known[key]
            one.is_tied = said == booked
            words = {
                "account": account.with_company(one.company_id).display_name,
                "date": format_date(self.env, one.as_of),
                "said": one._shown(said),
                "booked": one._shown(booked),
                "difference": one._shown(booked - said),
            }
            one.tie_message = (
                self.env._("%(account)s ties on %(date)s: schedules and ledger say %(said)s.", **words)
                if one.is_tied
                else self.env._(
                    "%(account)s does not tie on %(date)s: the schedules say %(said)s, the ledger %(booked)s,"
                    " a difference of %(difference)s. Entries not posted yet, or lines without a schedule.",
                    **words,
                )
            )

    # -- at its end

    @api.model
    @api.private
    def _end_those_done(self, company, day):
        """End what is released wholly before ``day``, the first day of the period that is closed."""
        for one in self.sudo().search([("company_id", "=", company.id), ("state", "=", "running")]):
            plan = one._plan()
            latest = max(plan.end, plan.booked_on, *(change.day for change in plan.changes), plan.start)
            table = spread.table(plan, latest, one._step())
            months = [month for month, amount in table.items() if amount]
            if not months or (max(months) < day and latest < day):
                one._transition("ended", role=SERVER)


class CloseSource(models.AbstractModel):
    _inherit = "ai.close.source"

    @api.model
    def _facts_ai_close_schedule(self, ids, date):
        """A schedule as it was signed, with its changes of the period and before that count."""
        facts = {}
        for one in self.env["ai.close.schedule"].browse(ids):
            changes = one.change_ids.filtered(lambda each: each.state == "reviewed" and each.date <= date)
            facts[one.id] = {
                # one that has come to its end says what it said while it ran
                "counts": one.state in COUNTING,
                "state": None if one.state in COUNTING else one.state,
                **one._payload(),
                "changes": [{"id": each.id, **each._payload()} for each in changes.sorted("id")],
            }
        return facts


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _after_run(self, run):
        for close in self:
            self.env["ai.close.schedule"]._end_those_done(close.company_id, close.period_start)
        return super()._after_run(run)
