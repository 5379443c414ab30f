"""Findings as the agent hands them in: made, brought up to date by their key."""

from decimal import Decimal

from odoo import api, models

from ..kernel.waivers import outgrown
from .close_audit import without_floats
from .close_finding import SEVERITIES

# What a finding that opens again forgets of the decision that it had.
UNDECIDED = {
    "waive_requested_by_id": False,
    "waived_by_id": False,
    "signed_files": False,
}


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Write the findings of a run, each by its key, and say what became of each."""
        domain = [("key", "in", [row["key"] for row in rows])]
        known = {finding.key: finding for finding in self.sudo().search(domain)}
        answers, fitting = [], []
        for row in rows:
            finding = known.get(row["key"], self.browse())
            code, reason = finding._refusal(run, row)
            answers.append({"key": row["key"], "status": "refused", "reason": reason, "code": code})
            if code is None:
                fitting.append((row, finding, answers[-1]))
        causes = self._causes_of(run, [row for row, _finding, _answer in fitting])
        fresh, same = [], self.sudo().browse()
        for row, finding, answer in fitting:
            vals = self._row_vals(run, row) | {"cause_id": causes[row["key"]]}
            if not finding:
                fresh.append(
                    vals
                    | {
                        "key": row["key"],
                        "close_id": run.close_id.id,
                        "company_id": run.company_id.id,
                        "run_id": run.id,
                    }
                )
                answer["status"] = "created"
                continue
            answer["status"] = finding._take_row(run, vals)
            if answer["status"] == "unchanged":
                same |= finding
        same._guarded().write({"last_run_id": run.id})
        self._guarded().with_context(mail_create_nolog=True, mail_notrack=True).create(fresh)
        return answers

    def _refusal(self, run, row):
        """Why a row can't be a finding of this run: ``(code, reason)``, twice None when it can.

        ``self`` is the finding that has its key, or none.
        """
        problem = self._row_problem(run, row)
        if problem:
            return "RUN010", problem
        if self and self.close_id != run.close_id:
            return "ENT010", self.env._("The finding belongs to another close.")
        return None, None

    def _row_problem(self, run, row):
        """Why a row has not the shape of a finding of this run, or None."""
        if row["key"].split(":")[:2] != [row["rule"], str(run.company_id.id)]:
            return self.env._("the key does not name the rule and the company")
        if row["anchor"]["model"] not in self.env:
            return self.env._("the anchor is of no known model")
        return None

    @api.model
    def _row_vals(self, run, row):
        return {
            "last_run_id": run.id,
            "rule": row["rule"],
            "rule_title": row["rule_title"],
            "facet": row["facet"],
            "severity": row["severity"],
            "title": row["title"],
            "message": row["message"],
            "why": row["why"],
            "remedy": row["remedy"],
            "amount": float(row["amount"]),
            "anchor_model": row["anchor"]["model"],
            "anchor_id": row["anchor"]["id"],
            "records": row["records"],
            "evidence": row["evidence"],
        }

    def _take_row(self, run, vals):
        """Bring a known finding up to date and return its status.

        A decision covers what was decided on: the same finding again changes nothing, but an explanation
        holds for what it explained, a waiver until the finding outgrows it, and a fix that did not hold is
        open again.
        """
        changed = {name for name in vals if name != "last_run_id" and not self._same(name, vals[name])}
        if self._opens_again(vals, changed):
            self._transition(
                "open",
                role="server",
                reason=self.env._("Seen again by %(run)s.", run=run.display_name),
                vals=vals | self._reopened_vals(vals),
            )
            return "updated"
        if self.state == "waived" or not changed:
            return "unchanged"
        if self._grew(vals):
            # who asked to waive it asked about less
            vals["waive_requested_by_id"] = False
        self._guarded().write(vals)
        return "updated"

    def _opens_again(self, vals, changed):
        if self.state in ("closed", "fixed"):
            return True
        if self.state == "explained":
            return bool({"amount", "records", "severity"} & changed)
        return self.state == "waived" and self._outgrows_waiver(vals)

    def _outgrows_waiver(self, vals):
        """Is it more than was waived: graver, larger by more than a tenth, or now a matter for two people?

        What was waived stays written as it was, so that small steps add up.
        """
        if _rank(vals["severity"]) < _rank(self.severity):
            return True
        now = Decimal(repr(vals["amount"]))
        if outgrown(Decimal(repr(self.amount)), now):
            return True
        return not self.waive_requested_by_id and self._needs_two(self.severity, vals["amount"])

    def _grew(self, vals):
        more = self.currency_id.compare_amounts(abs(vals["amount"]), abs(self.amount)) > 0
        return more or _rank(vals["severity"]) < _rank(self.severity)

    def _reopened_vals(self, vals):
        """Return what a finding that opens again loses or gets anew."""
        return dict(UNDECIDED)

    def _same(self, name, value):
        if name == "amount":
            return self.currency_id.compare_amounts(self.amount, value) == 0
        if name == "cause_id":
            return self.cause_id.id == value
        if name in ("records", "evidence"):
            return without_floats(self[name] or None) == without_floats(value or None)
        return (self[name] or None) == (value or None)

    @api.model
    @api.private
    def _decisions(self, close):
        """What people decided of the findings of ``close``, for the agent's next run."""
        found = self.sudo().search_fetch(
            [("close_id", "=", close.id), ("state", "in", ("explained", "fixed", "waived"))], ["key", "state"]
        )
        return [{"kind": "finding", "key": finding.key, "state": finding.state} for finding in found]


def _rank(severity):
    return [name for name, _label in SEVERITIES].index(severity)
