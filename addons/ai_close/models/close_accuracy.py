"""ai.close.accuracy: each accrual of an earlier month against what came for it, as the agent's runs tell it.

One row an accrued source and closing date, brought up to date by each run while a bill may still answer it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.money import fmt
from ..kernel.proposers import NAMES

CAME, REVERSAL, AGED = "came", "reversal", "aged"
WITHIN_MONTHS = 3
MONEY = ("accrued", "actual", "open")
MONEY_OWN = ("accrued_own", "actual_own", "error_own", "currency_effect")


class CloseAccuracy(models.Model):
    _name = "ai.close.accuracy"
    _inherit = ["ai.close.state.mixin"]
    _description = "Accrual against what came"
    _order = "date desc, kind, error_size desc, id desc"
    _rec_name = "what"

    key = fields.Char(required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    close_id = fields.Many2one(
        "ai.close", "Seen in", required=True, readonly=True, index=True, ondelete="cascade"
    )
    run_id = fields.Many2one("ai.close.run", "Told by run", readonly=True)
    kind = fields.Selection(
        [
            (CAME, "Against what came"),
            (REVERSAL, "Not reversed"),
            (AGED, "Open for months"),
        ],
        "What is said",
        required=True,
        readonly=True,
    )
    proposer = fields.Selection(
        [(code, name) for code, name in NAMES.items() if code != "AC"], "Accrued as", readonly=True
    )
    date = fields.Date("Accrued at", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", "Vendor or customer", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    source_label = fields.Char("Source", readonly=True)
    what = fields.Char("For", readonly=True, help="The order line, or the month that the bill is for.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    accrued = fields.Monetary("Accrued, billed part", readonly=True, aggregator=None)
    actual = fields.Monetary("What came", readonly=True, aggregator=None)
    open = fields.Monetary("Still open", readonly=True, aggregator=None)
    error = fields.Monetary(compute="_compute_error", store=True, aggregator=None)
    accrued_own = fields.Monetary(
        "Accrued (own currency)", readonly=True, currency_field="company_currency_id"
    )
    actual_own = fields.Monetary(
        "What came (own currency)", readonly=True, currency_field="company_currency_id"
    )
    error_own = fields.Monetary(
        "Error (own currency)",
        readonly=True,
        currency_field="company_currency_id",
        help="Accrued less what came, at the accrual's rate: positive is too much.",
    )
    error_size = fields.Monetary(
        "Size of the error",
        compute="_compute_error",
        store=True,
        currency_field="company_currency_id",
        help="Without its sign: errors in both directions don't make each other good.",
    )
    error_pct = fields.Float("Error %", compute="_compute_error", store=True, digits=(16, 2), aggregator=None)
    currency_effect = fields.Monetary(
        "By the rate alone", readonly=True, currency_field="company_currency_id"
    )
    age_months = fields.Integer("Months without a bill", readonly=True, aggregator="max")
    result = fields.Selection(
        [("none", "Nothing came"), ("part", "A part came"), ("all", "It came")],
        compute="_compute_error",
        store=True,
    )

    _one_a_key = models.UniqueIndex("(company_id, key)", "This accrual is measured already.")

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - {*models.MAGIC_COLUMNS, "display_name"}

    @api.depends("kind", "accrued", "actual", "open", "error_own", "actual_own", "currency_id")
    def _compute_error(self):
        for one in self:
            came = one.kind == CAME and bool(one.accrued or one.actual)
            one.error = one.accrued - one.actual if came else 0.0
            one.error_size = abs(one.error_own)
            # what came, at the accrual's rate: the rate's own part is told apart
            base = one.actual_own + one.currency_effect if came else 0.0
            one.error_pct = 100 * one.error_own / base if base else 0.0
            one.result = ("part" if one.open else "all") if came else "none"

    # -- the port's side

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Write what a run measured by its key and say what became of each."""
        run = run.sudo()
        domain = [("company_id", "=", run.company_id.id), ("key", "in", [row["key"] for row in rows])]
        known = {one.key: one for one in self.sudo().with_context(active_test=False).search(domain)}
        currencies = {
            each.name: each
            for each in self.env["res.currency"]
            .sudo()
            .with_context(active_test=False)
            .search([("name", "in", list({row["currency"] for row in rows}))])
        }
        return [self._submit_row(run, row, known.get(row["key"]), currencies) for row in rows]

    def _submit_row(self, run, row, found, currencies):
        problem = self._row_problem(run, row, currencies)
        answer = {"key": row["key"], "status": "refused", "code": "RUN010", "reason": problem}
        if problem:
            return answer
        vals = self._row_vals(run, row, currencies[row["currency"]])
        answer.update(code=None)
        if not found:
            self._guarded().create({**vals, "key": row["key"], "company_id": run.company_id.id})
            return answer | {"status": "created"}
        if found.close_id.period_end > run.close_id.period_end:
            # An earlier month's run sees less of what came.
            return answer | {"status": "unchanged"}
        changed = not found.active or any(not found._same(name, vals[name]) for name in vals)
        found._guarded().write({**vals, "active": True})
        return answer | {"status": "updated" if changed else "unchanged"}

    def _row_problem(self, run, row, currencies):
        if row["key"].split(":")[:2] != ["AC", str(run.company_id.id)]:
            return self.env._("the key does not name the company")
        if row["proposer"] not in NAMES or row["proposer"] == "AC":
            return self.env._("there is no such proposer")
        if row["currency"] not in currencies:
            return self.env._("there is no such currency")
        if fields.Date.to_date(row["date"]) >= run.close_id.period_end:
            return self.env._("only accruals of earlier months are measured")
        for name, model in (("partner_id", "res.partner"), ("account_id", "account.account")):
            if row[name] and not self.env[model].sudo().browse(row[name]).exists():
                return self.env._("a partner or account is gone")
        return None

    def _row_vals(self, run, row, currency):
        own = run.company_id.currency_id
        return {
            "close_id": run.close_id.id,
            "run_id": run.id,
            "kind": row["kind"],
            "proposer": row["proposer"],
            "date": row["date"],
            "partner_id": row["partner_id"],
            "account_id": row["account_id"],
            "source_model": row["source"]["model"],
            "source_id": row["source"]["id"],
            "source_label": row["source"]["label"] or row["what"],
            "what": row["what"],
            "currency_id": currency.id,
            "age_months": row["age"],
            **{name: currency.round(float(row[name])) for name in MONEY},
            **{name: own.round(float(row[name])) for name in MONEY_OWN},
        }

    def _same(self, name, value):
        """Is this field what a run says of it?  Which run and close said it does not count."""
        if name in ("close_id", "run_id"):
            return True
        now = self[name]
        if name in MONEY + MONEY_OWN:
            currency = self.currency_id if name in MONEY else self.company_currency_id
            return currency.compare_amounts(now, value) == 0
        if isinstance(now, models.BaseModel):
            return (now.id or None) == (value or None)
        return (now or None) == (fields.Date.to_date(value) if name == "date" else value or None)

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Archive what a completed review does not tell any more: an accrual that is gone or reversed now."""
        if "AC" not in scopes.get("proposers", []):
            return {}
        run = run.sudo()
        first = fields.Date.subtract(run.close_id.period_start, months=WITHIN_MONTHS)
        gone = self.sudo().search(
            [
                ("company_id", "=", run.company_id.id),
                ("run_id", "!=", run.id),
                ("close_id.period_end", "<=", run.close_id.period_end),
                "|",
                ("kind", "!=", CAME),
                "&",
                ("date", ">=", first),
                ("date", "<", run.close_id.period_start),
            ]
        )
        gone._guarded().write({"active": False})
        return {}

    @api.model
    @api.private
    def _decisions(self, close):
        """People decide nothing about what was measured."""
        return []

    # -- what a person sees

    def action_open_source(self):
        """Open the order line, or the entry, that was accrued."""
        self.ensure_one()
        self.check_access("read")
        if self.source_model not in self.env:
            # a row that was never saved has none
            raise UserError(self.env._("There is no document that this row is about."))
        record = self.env[self.source_model].browse(self.source_id)
        if self.source_model.endswith(".order.line"):
            record = record.order_id
        return record.get_formview_action()


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    last_error = fields.Char(
        "Last time",
        compute="_compute_last_error",
        help="What came for the last accrual of the same kind, vendor and account.",
    )

    @api.depends("proposer", "close_id", "line_ids.partner_id", "line_ids.account_id")
    def _compute_last_error(self):
        for entry in self:
            entry.last_error = entry._last_error() or False

    def _last_error(self):
        if self.proposer not in NAMES or not self.line_ids.partner_id:
            return None
        rows = self.env["ai.close.accuracy"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", CAME),
                ("proposer", "=", self.proposer),
                ("result", "!=", "none"),
                ("date", "<", self.close_id.period_start),
                ("partner_id", "in", self.line_ids.partner_id.ids),
                ("account_id", "in", self.line_ids.account_id.ids),
            ]
        )
        rows = rows.filtered(lambda one: one.date == rows[0].date)
        if not rows:
            return None
        accrued, error = sum(rows.mapped("accrued_own")), sum(rows.mapped("error_own"))
        base = accrued - error
        places = self.currency_id.decimal_places
        return self.env._(
            "%(date)s: accrued %(accrued)s, came %(actual)s, error %(error)s (%(share)s)",
            date=fields.Date.to_string(rows[0].date)[:7],
            accrued=fmt(accrued, places),
            actual=fmt(base, places),
            error=fmt(error, places),
            share=f"{100 * error / base:.2f} %" if base else "-",
        )
