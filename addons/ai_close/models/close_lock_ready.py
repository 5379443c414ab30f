"""ai.close.lock: which closes a request covers, and whether they are ready for this very lock."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel.lock_ends import is_month_end
from .close_readiness_lock import GLOBAL
from .refusal import refuse

# A date that ends no period is asked for with more than a word.
REASON_MIN_CHARS = 10


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    covered_ids = fields.Many2many("ai.close", compute="_compute_covered_ids", string="Covers")

    @api.depends("company_id", "close_id", "field", "kind", "date_old", "date_new")
    def _compute_covered_ids(self):
        for lock in self:
            lock.covered_ids = lock._closes()

    @api.private
    def _closes(self):
        """Return the closes whose books this request binds anew, oldest first; a VAT quarter has several.

        The global date moves with one close; an exception belongs to the close that it names, if any.
        """
        self.ensure_one()
        if self.close_id or self.kind == "exception" or not self.date_new:
            return self.close_id.sudo()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("period_end", "<=", self.date_new),
            ("kind", "!=", "adjustment"),
        ]
        if self.date_old:
            domain.append(("period_end", ">", self.date_old))
        return self.env["ai.close"].sudo().search(domain, order="period_end, id")

    @api.private
    def _judged(self):
        """Return the readiness of all that this lock covers, read now with the server's eyes."""
        self.ensure_one()
        closes = self._closes()
        if self.field == GLOBAL:
            # without an argument: everything counts
            parts = [(close, close._readiness()) for close in closes]
        else:
            parts = [(close, close._readiness(self.field)) for close in closes]
        blockers, counters = [], {}
        for close, readiness in parts:
            for blocker in readiness["blockers"]:
                label = f"{close.name}: {blocker['label']}" if len(parts) > 1 else blocker["label"]
                blockers.append({**blocker, "label": label, "close_id": close.id})
            for name, counted in readiness["counters"].items():
                sums = counters.setdefault(name, {"done": 0, "total": 0})
                sums["done"] += counted["done"]
                sums["total"] += counted["total"]
        done, total = (sum(each[key] for each in counters.values()) for key in ("done", "total"))
        pct = 100 * done // total if total else (0 if blockers else 100)
        formula = self.env._(
            "%(done)s of %(total)s items: %(parts)s",
            done=done,
            total=total,
            parts=", ".join(f"{name} {each['done']}/{each['total']}" for name, each in counters.items()),
        )
        return {
            "pct": min(pct, 99) if blockers else pct,
            "done": done,
            "total": total,
            "blockers": blockers,
            "counters": counters,
            "formula": formula if total else "",
        }

    def _need_nothing_open(self, readiness, action):
        """Refuse by the names of what is open."""
        if readiness["blockers"]:
            raise refuse(
                self,
                "LCK003",
                self.env._(
                    "Not locked, still open: %s.",
                    "; ".join(
                        f"{blocker['label']} ({blocker['count']})" for blocker in readiness["blockers"]
                    ),
                ),
                action=action,
            )

    def _need_period_end(self, action):
        """Refuse a date that ends no month, quarter or close of the company, unless somebody says why.

        A VAT quarter ends with a month, whichever months a country's quarters begin in.
        """
        if is_month_end(self.date_new) or self.env["ai.close"].sudo().search_count(
            [("company_id", "=", self.company_id.id), ("period_end", "=", self.date_new)], limit=1
        ):
            return
        if len((self.reason or "").strip()) < REASON_MIN_CHARS:
            raise refuse(
                self,
                "ENT006",
                self.env._(
                    "%(date)s is the end of no month, quarter or close. Take such a date, or say in at least"
                    " %(count)s characters why it is this one.",
                    date=format_date(self.env, self.date_new),
                    count=REASON_MIN_CHARS,
                ),
                action=action,
            )
