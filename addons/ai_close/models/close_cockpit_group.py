"""All companies on one page: where each one's close stands, as it was judged last, and what is open."""

from odoo import api, fields, models

from .close_cockpit import READERS, _iso
from .close_readiness import BLOCKING_SEVERITIES, ENTRY_UNDECIDED, FINDING_UNDECIDED, TASK_DONE

DRAWN = ("close_days", "touchless")


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.model
    @api.readonly
    def cockpit_group(self):
        """Return a row for each company of the caller's that closes, branches before the company above.

        Companies that are not selected in the browser are shown, too; rights decide, as everywhere.
        """
        self._need_role(*READERS, action="close.cockpit")
        own = self.env.user.company_ids
        # the rules compare with the selected companies, which are never more than the caller's own
        seen = self.with_context(allowed_company_ids=own.ids)
        closes = seen.search([("kind", "!=", "adjustment")])
        shown = seen.browse()
        for some in closes.grouped("company_id").values():
            still_open = some.filtered(lambda close: not close._is_locked_now())
            shown |= still_open[-1:] or some[:1]
        findings = shown._group_findings()
        drawn = shown._group_figures()
        active = self.env.companies
        rows = [
            close._group_row(findings, drawn, close.company_id in active)
            for close in shown.sorted(lambda close: _place(close.sudo().company_id))
        ]
        return {"companies": rows}

    def _group_row(self, findings, drawn, selected):
        close = self.sudo()
        today = fields.Date.context_today(close.with_context(tz=close.company_id.ai_close_tz or "UTC"))
        locked = self._is_locked_now()
        run = close.last_run_id
        return {
            "company_id": close.company_id.id,
            "company": close.company_id.name,
            "level": len(close.company_id.parent_ids) - 1,
            "selected": selected,
            "close_id": close.id,
            "name": close.name,
            "state": close.state,
            "readiness_pct": close.readiness_pct,
            "judged_at": _iso(close.readiness_at),
            "open": [] if locked else close._group_open(),
            "findings": {severity: findings.get((close.id, severity), 0) for severity in BLOCKING_SEVERITIES},
            "date_due": _iso(close.date_due),
            "overdue": bool(close.date_due and close.date_due < today and not locked),
            "locked_to": _iso(self._locked_to(close.company_id)),
            "run": {"state": run.state, "date_end": _iso(run.date_end)} if run else None,
            "figures": {code: drawn.get((close.company_id.id, code)) for code in DRAWN},
        }

    def _group_open(self):
        """Return what kinds of items were open when the close was judged last: name, count, way to them."""
        found = []
        for name, counter in (self.readiness_counters or {}).items():
            count = counter["total"] - counter["done"]
            if count > 0:
                found.append({"name": name, "count": count, "action": self._group_window(name)})
        return found

    def _group_window(self, name):
        """Return the action that shows the open items of a counter; None where the cockpit tells them."""
        windows = {
            "findings": (
                "ai.close.finding",
                [("severity", "in", list(BLOCKING_SEVERITIES)), ("state", "in", list(FINDING_UNDECIDED))],
            ),
            "entries": ("ai.close.entry", [("state", "in", list(ENTRY_UNDECIDED))]),
            "tasks": ("ai.close.task", [("state", "not in", list(TASK_DONE))]),
            "tie-outs": ("ai.close.tie.out", [("required", "=", True), ("state", "!=", "signed")]),
        }
        if name not in windows:
            return None
        model, domain = windows[name]
        return self._window(model, f"{self.company_id.name}: {name}", [("close_id", "=", self.id), *domain])

    def _group_findings(self):
        groups = self.env["ai.close.finding"]._read_group(
            [
                ("close_id", "in", self.ids),
                ("severity", "in", BLOCKING_SEVERITIES),
                ("state", "in", FINDING_UNDECIDED),
            ],
            ["close_id", "severity"],
            ["__count"],
        )
        return {(close.id, severity): count for close, severity, count in groups}

    def _group_figures(self):
        """Return by company what its last locked close came to, as text."""
        found = {}
        rows = self.env["ai.close.figure"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("figure", "in", DRAWN),
                ("current", "=", True),
                ("frozen", "=", True),
                ("measured", "=", True),
            ],
            order="period_end",
        )
        for row in rows:
            found[row.company_id.id, row.figure] = row.value_text
        return found


def _place(company):
    """Sort branches before the company above them, families together."""
    ancestors = company.parent_ids.sorted(lambda each: len(each.parent_path or ""))
    return (ancestors[:1].name or "", ancestors[:1].id, -len(ancestors), company.name, company.id)
