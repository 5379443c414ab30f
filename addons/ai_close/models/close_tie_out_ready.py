"""Tie-outs in what a close still waits for: readiness, the cockpit's area, the checks of the checklist."""

from odoo import api, fields, models
from odoo.tools import format_amount

from ..kernel.tie_out import blocks
from .close_tie_out import WAITING

CHECKS = ("tie_outs_signed", "tie_outs_partner", "tie_outs_bank", "tie_outs_stock")
DUE = [("required", "=", True), ("state", "!=", "dropped")]


class AiClose(models.Model):
    _inherit = "ai.close"

    tie_out_ids = fields.One2many("ai.close.tie.out", "close_id", string="Tie-outs", readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"tie_out_ids"}

    @api.private
    def _refresh(self):
        for close in self.sudo():
            close.tie_out_ids._judge_balances()
        return super()._refresh()

    def _readiness_counts(self):
        counts = super()._readiness_counts()
        policy = self.env["ai.close.policy"]._in_force_above(self.company_id)
        return [*counts, self._count_tie_outs] if blocks(policy.sudo().params or {}) else counts

    @api.private
    def _tie_out_counts(self):
        """Return ``{signed, due, no_data, open}``: how many are due, and what becomes of them."""
        groups = self.env["ai.close.tie.out"]._read_group(
            [("close_id", "=", self.id), *DUE], ["state"], ["__count"]
        )
        by_state = dict(groups)
        due = sum(by_state.values())
        no_data = self.env["ai.close.tie.out"].search_count(
            [("close_id", "=", self.id), *DUE, ("source_state", "=", "no_data")]
        )
        return {"signed": by_state.get("signed", 0), "due": due, "no_data": no_data}

    def _count_tie_outs(self):
        """Tie-outs that are due: each has to be signed, and one without data has nothing to sign."""
        counts = self._tie_out_counts()
        domain = [("close_id", "=", self.id), *DUE]
        labels = {
            "no_data": (self.env._("Tie-outs without data"), [("state", "=", "no_data")], 4, "high"),
            "stale": (self.env._("Tie-outs changed since sign-off"), [("state", "=", "stale")], 3, "high"),
            "open": (
                self.env._("Tie-outs not signed"), [("state", "in", ("open", "prepared"))], 2, "medium",
            ),
        }  # fmt: skip
        found = []
        for code, (label, which, rank, severity) in labels.items():
            waiting = self.env["ai.close.tie.out"].search(domain + which)
            if waiting:
                found.append(
                    self._blocker(
                        f"TIE:{code}",
                        label,
                        len(waiting),
                        rank=rank,
                        severity=severity,
                        action=self._window("ai.close.tie.out", label, domain + which),
                    )
                )
        return "tie-outs", counts["signed"], counts["due"], found

    def _areas(self, readiness):
        """Add the tie-outs as an area of their own: "14/19", and no data said before any share."""
        areas = super()._areas(readiness)
        counts = self._tie_out_counts()
        if not counts["due"]:
            return areas
        done, due = counts["signed"], counts["due"]
        label = self.env._("Tie-outs %(done)s/%(due)s", done=done, due=due)
        return [
            *areas,
            {
                "code": "tie_out",
                "label": label,
                "pct": None if counts["no_data"] else 100 * done // due,
                "state": "no_data" if counts["no_data"] else "done" if done == due else "open",
                "action": self._window(
                    "ai.close.tie.out", self.env._("Tie-outs"), [("close_id", "=", self.id)]
                ),
            },
        ]


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    def _check_tie_outs_signed(self):
        return self._tie_outs_checked([])

    def _check_tie_outs_partner(self):
        return self._tie_outs_checked([("area", "=", "partner")])

    def _check_tie_outs_bank(self):
        return self._tie_outs_checked([("area", "=", "bank")])

    def _check_tie_outs_stock(self):
        return self._tie_outs_checked([("area", "=", "stock")])

    def _check_stock_tie(self):
        """Say whether what lies in stock is what the ledger shows, and the difference where it is not.

        A difference that two people signed with a note is in order.
        """
        found = (
            self.env["ai.close.tie.out"]
            .sudo()
            .search([("close_id", "=", self.close_id.id), ("area", "=", "stock"), ("state", "!=", "dropped")])
        )
        if not found:
            return "no_data", self.env._("No data: no stock account was tied out in this period.")
        blind = found.filtered(lambda record: record.state == "no_data")
        if blind:
            said = "; ".join(f"{record.name}: {record.why or record.source}" for record in blind)
            return "no_data", self.env._("No data. %s", said)
        unsigned = found.filtered(lambda record: record.state != "signed")
        moved = unsigned._moved()
        apart = unsigned.filtered(lambda record: not record.ties or record in moved)
        if not apart:
            return "pass", self.env._("Stock ties to the ledger: %s accounts.", len(found))
        return "fail", " ".join(
            self.env._("%s was posted to since the run: run again.", record.name)
            if record in moved
            else self.env._(
                "%(name)s: %(ledger)s in the ledger, %(stock)s in stock, %(open)s apart and not signed.",
                name=record.name,
                ledger=format_amount(self.env, record.balance, record.currency_id),
                stock=format_amount(self.env, record.other_balance, record.currency_id),
                open=format_amount(self.env, record.open_amount, record.currency_id),
            )
            for record in apart
        )

    def _tie_outs_checked(self, which):
        """Return what a self-check says of the tie-outs that are due; without any nobody knows."""
        domain = [("close_id", "=", self.close_id.id), *DUE, *which]
        due = self.env["ai.close.tie.out"].sudo().search(domain)
        if not due:
            return "no_data", self.env._("No data: nothing was tied out in this period.")
        blind = due.filtered(lambda record: record.state == "no_data")
        if blind:
            return "no_data", self.env._(
                "No data: %(count)s of %(total)s tie-outs are without.", count=len(blind), total=len(due)
            )
        waiting = due.filtered(lambda record: record.state in WAITING)
        if waiting:
            return "fail", self.env._(
                "%(count)s of %(total)s tie-outs are not signed.", count=len(waiting), total=len(due)
            )
        return "pass", self.env._("All %s tie-outs are signed.", len(due))


class CloseDirty(models.AbstractModel):
    _inherit = "ai.close.dirty"

    @api.model
    @api.private
    def _checked(self):
        """A task that checks tie-outs is judged when the ledger changes: they go stale by it."""
        return {**super()._checked(), **dict.fromkeys(CHECKS, ("ledger",))}


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    def _need_ready(self, action):
        """Add the balances up once more before anything is locked on their signatures."""
        if self.kind != "exception":
            self._closes().sudo().tie_out_ids._judge_balances()
        return super()._need_ready(action)
