"""ai.close.backtest: what a version of the policy would have found in past months, beside the one in force.

A person asks for it, the agent fetches the request, judges the months under both versions and hands in what
it found.  What people decided on a finding is looked up here, never told by the agent.
"""

import secrets

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..kernel.backtest import CONFIRMED, DISMISSED, UNKNOWN, VANISHES, cured, tally, verdict
from ..kernel.rule_book import book
from ..kernel.sod import AGENT, SERVER
from .close_finding import SEVERITIES

MONTHS = 6


class CloseBacktest(models.Model):
    _name = "ai.close.backtest"
    _description = "Backtest of a policy"
    _inherit = ["ai.close.state.mixin"]
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    policy_id = fields.Many2one(
        "ai.close.policy", "Version", required=True, readonly=True, index=True, ondelete="restrict"
    )
    base_id = fields.Many2one(
        "ai.close.policy", "Compared with", required=True, readonly=True, ondelete="restrict"
    )
    params_digest = fields.Char("Proof code of the version", required=True, readonly=True)
    # Who asks for the data shows it; the agent gets it with the request.
    key = fields.Char(required=True, readonly=True, copy=False, groups=fields.NO_ACCESS)
    state = fields.Selection(
        [
            ("requested", "Waits for the agent"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("dropped", "Given up"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )
    requested_by_id = fields.Many2one("res.users", "Asked for by", readonly=True)
    requested_at = fields.Datetime("Asked for on", readonly=True)
    date_end = fields.Datetime("Ended on", readonly=True)
    months = fields.Json(readonly=True)
    month_count = fields.Integer("Months", readonly=True)
    agent_version = fields.Char(readonly=True)
    rules_digest = fields.Char("Rules of the agent", readonly=True)
    note = fields.Text("Remark", readonly=True)
    flagged_before = fields.Integer("Flagged in force", readonly=True)
    flagged_after = fields.Integer("Flagged then", readonly=True)
    missed_before = fields.Integer("Missed in force", readonly=True)
    missed_after = fields.Integer("Missed then", readonly=True)
    false_before = fields.Integer("False in force", readonly=True)
    false_after = fields.Integer("False then", readonly=True)
    decided = fields.Integer("Decided by people", readonly=True)
    unknown = fields.Integer(
        "Not to be tried again",
        readonly=True,
        help="People put them right, so today's books don't show them under either version.",
    )
    figures = fields.Json("By rule", readonly=True)
    month_figures = fields.Json("By month", readonly=True)
    failures = fields.Json("Not judged", readonly=True)
    row_ids = fields.One2many("ai.close.backtest.row", "backtest_id", "Findings", readonly=True)

    _one_waiting = models.UniqueIndex(
        "(company_id) WHERE state = 'requested'", "Another backtest of this company waits."
    )

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - {*models.MAGIC_COLUMNS, "display_name"}

    @api.depends("policy_id", "base_id")
    def _compute_display_name(self):
        for test in self:
            test.display_name = self.env._(
                "v%(version)s against v%(base)s",
                version=test.policy_id.version,
                base=test.base_id.version,
            )

    # -- asking

    @api.model
    @api.private
    def _ask(self, policy):
        """Note that the caller wants ``policy`` tested; answer at once where there is nothing to test."""
        company, policy = policy.company_id.sudo(), policy.sudo()
        waiting = self.sudo().search([("company_id", "=", company.id), ("state", "=", "requested")])
        same = waiting.filtered(lambda one: one._is_of(policy))
        if same:
            return same
        waiting._transition("dropped", role=SERVER, vals={"date_end": self._now()})
        waiting.flush_recordset()
        months = self._months(company)
        test = self._guarded().create(
            {
                "company_id": company.id,
                "policy_id": policy.id,
                "base_id": policy.base_id.id,
                "params_digest": policy.digest,
                "key": secrets.token_urlsafe(32),
                "requested_by_id": self.env.uid,
                "requested_at": self._now(),
                "months": months,
                "month_count": len(months),
            }
        )
        self.env["ai.close.audit"]._append(
            "backtest.request", test, after={"version": policy.version, "months": months}
        )
        note = None
        if not months:
            note = self.env._("No months to test: nothing was posted in the %s months before.", MONTHS)
        elif not self._has_run(company):
            note = self.env._("No months to test: no run of the agent has ended in this company yet.")
            test._guarded().write({"months": [], "month_count": 0})
        if note:
            test._transition("done", role=SERVER, vals={"note": note, "date_end": self._now()})
        return test

    @api.private
    def _is_of(self, policy):
        """Tell whether this is a test of ``policy`` as it stands now, against the version it changes."""
        return (self.policy_id, self.base_id, self.params_digest) == (policy, policy.base_id, policy.digest)

    @api.model
    def _has_run(self, company):
        runs = self.env["ai.close.run"].sudo()
        return bool(runs.search_count([("company_id", "=", company.id), ("state", "=", "done")], limit=1))

    @api.model
    def _months(self, company):
        """Return the last complete months with something posted, the oldest first."""
        first = self.env["ai.close.policy"]._today(company).replace(day=1)
        moves, found = self.env["account.move"].sudo(), []
        for back in range(MONTHS, 0, -1):
            start = first - relativedelta(months=back)
            domain = [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("date", ">=", start),
                ("date", "<", start + relativedelta(months=1)),
            ]
            if moves.search_count(domain, limit=1):
                found.append(start.strftime("%Y-%m"))
        return found

    # -- what the agent hands in

    @api.private
    def _take(self, figures, rows, left_out, failures, failed):
        """Store what the agent found, with what people decided on it."""
        if failed:
            vals = {"note": failed, "failures": failures, "date_end": self._now()}
            self._transition("failed", role=AGENT, vals=vals)
            return
        rows = [row for row in rows if row["month"] in self.months]
        figures = [one for one in figures if one["month"] in self.months]
        findings = self._findings()
        decided = {key: verdict(finding.state) for key, finding in findings.items()}
        rows, unknown = self._with_cured(rows, findings, decided)
        result = tally(figures, rows, decided)
        totals = result["totals"]
        self._store_rows(rows, findings, decided)
        titles = {code: rule["title"] for code, rule in book().items()}
        self._guarded().write(
            {
                "figures": [{**one, "title": titles.get(one["rule"], "")} for one in result["rules"]],
                "month_figures": result["months"],
                "failures": failures,
            }
        )
        note = None
        if left_out:
            note = self.env._("%s more findings are counted but not listed.", left_out)
        self._transition(
            "done",
            role=AGENT,
            vals={
                "date_end": self._now(),
                "note": note,
                "flagged_before": totals["before"],
                "flagged_after": totals["after"],
                "missed_before": totals["missed_before"],
                "missed_after": totals["missed_after"],
                "false_before": totals["false_before"],
                "false_after": totals["false_after"],
                "decided": totals["decided"],
                "unknown": unknown,
            },
        )

    @api.private
    def _findings(self):
        """Return the agent's findings of the tested months that people decided on, by key."""
        found = self.env["ai.close.finding"].sudo().search([("company_id", "=", self.company_id.id)])
        return {
            one.key: one
            for one in found
            if one.close_id.period_start.strftime("%Y-%m") in self.months
            and verdict(one.state)
            and not one.by_server
        }

    def _with_cured(self, rows, findings, decided):
        """Add what people put right, hence no version finds any more, as far as it can be told."""
        seen, unknown = {row["key"] for row in rows}, 0
        before, after = self.base_id.params, self.policy_id.params
        for key, finding in findings.items():
            if key in seen or decided[key] != CONFIRMED:
                continue
            partners, accounts = finding._subject()
            told = cured(before, after, finding.rule, finding.amount, partners.ids, accounts.ids)
            unknown += told == UNKNOWN
            if told == VANISHES:
                rows = [*rows, self._cured_row(finding)]
        return rows, unknown

    def _cured_row(self, finding):
        return {
            "month": finding.close_id.period_start.strftime("%Y-%m"),
            "rule": finding.rule,
            "key": finding.key,
            "title": finding.title,
            "severity": finding.severity,
            "amount": str(finding.amount),
            "anchor": {"model": finding.anchor_model, "id": finding.anchor_id},
            "before": True,
            "after": False,
        }

    def _store_rows(self, rows, findings, decided):
        """Keep what differs between the versions, and what people decided on."""
        ranks = {name: rank for rank, (name, _label) in enumerate(SEVERITIES)}
        vals_list = []
        for row in rows:
            said, change = decided.get(row["key"]), _change(row)
            if change == "kept" and not said:
                continue
            missed = said == CONFIRMED and not row["after"]
            vals_list.append(
                {
                    "backtest_id": self.id,
                    "company_id": self.company_id.id,
                    "month": row["month"],
                    "rule": row["rule"],
                    "rule_title": book().get(row["rule"], {}).get("title"),
                    "title": row["title"],
                    "severity": row["severity"],
                    "amount": float(row["amount"]),
                    "change": change,
                    "verdict": said or "undecided",
                    "rank": (0 if missed else {"lost": 10, "new": 20, "kept": 30}[change])
                    + ranks.get(row["severity"], 9),
                    "anchor_model": row["anchor"]["model"] if row["anchor"]["model"] in self.env else False,
                    "anchor_id": row["anchor"]["id"],
                    "finding_id": findings[row["key"]].id if row["key"] in findings else False,
                }
            )
        self.env["ai.close.backtest.row"].sudo().create(vals_list)

    def action_rows(self):
        """Open the findings in a list of their own."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "ai.close.backtest.row",
            "views": [[False, "list"]],
            "domain": [("backtest_id", "=", self.id)],
        }


class CloseBacktestRow(models.Model):
    _name = "ai.close.backtest.row"
    _description = "Finding of a backtest"
    _order = "rank, amount desc, id"
    _rec_name = "title"

    backtest_id = fields.Many2one(
        "ai.close.backtest", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Char(required=True, readonly=True)
    rule = fields.Char(required=True, readonly=True)
    rule_title = fields.Char("Cause", readonly=True)
    title = fields.Char(readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    amount = fields.Monetary(readonly=True)
    change = fields.Selection(
        [("lost", "No longer found"), ("new", "Newly found"), ("kept", "Found by both")], readonly=True
    )
    verdict = fields.Selection(
        [(CONFIRMED, "Was an error"), (DISMISSED, "Explained"), ("undecided", "Not decided")],
        "People said",
        readonly=True,
    )
    rank = fields.Integer(readonly=True)
    anchor_model = fields.Char(readonly=True)
    anchor_id = fields.Many2oneReference(model_field="anchor_model", readonly=True)
    finding_id = fields.Many2one("ai.close.finding", readonly=True, ondelete="set null")

    def action_open(self):
        """Open the finding as it stands in its close, else the record that it is about."""
        self.ensure_one()
        self.check_access("read")
        if self.finding_id:
            model, key = "ai.close.finding", self.finding_id.id
        elif self.anchor_model:
            model, key = self.anchor_model, self.anchor_id
        else:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": key,
            "views": [[False, "form"]],
        }


def _change(row):
    if row["before"] and row["after"]:
        return "kept"
    return "lost" if row["before"] else "new"
