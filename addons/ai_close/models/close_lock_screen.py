"""What the form of a lock request shows: now and asked for each date, what is open by name, who may."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .close_lock import FIELDS
from .close_readiness_lock import HARD
from .refusal import refuse


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    date_rows = fields.Json("Lock dates", compute="_compute_date_rows")
    open_rows = fields.Json("Open", compute="_compute_open_rows")
    open_count = fields.Integer(compute="_compute_open_rows")
    ready_text = fields.Char(compute="_compute_open_rows")
    is_hard = fields.Boolean(compute="_compute_is_hard")

    @api.depends("field")
    def _compute_is_hard(self):
        for lock in self:
            lock.is_hard = lock.field == HARD

    @api.depends("company_id", "field", "date_old", "date_new", "state")
    def _compute_date_rows(self):
        labels = dict(self._fields["field"]._description_selection(self.env))
        now, asked = self.env._("Now"), self.env._("Asked")
        for lock in self:
            company = lock.company_id.sudo()
            lock.date_rows = [
                {
                    self.env._("Lock"): labels[name],
                    now: format_date(self.env, lock.date_old if name == lock.field else company[name]) or "-",
                    asked: format_date(self.env, lock.date_new) if name == lock.field else "-",
                }
                for name, _label in FIELDS
            ]

    @api.depends("state", "open_item_ids.state", "date_new")
    @api.depends_context("uid", "lang")
    def _compute_open_rows(self):
        """Judge now, with the server's eyes, as long as nobody decided; later the request tells it."""
        for lock in self:
            pending = lock.kind == "lock" and lock.state in ("draft", "requested")
            readiness = lock.sudo()._judged() if pending else lock.readiness or {}
            rows = lock.sudo()._open_rows(readiness) if pending else []
            named = {item.key: item for item in lock._named()} if rows else {}
            lock.open_rows = [lock._screen_row(row, named.get(row["key"])) for row in rows]
            lock.open_count = len([row for row in rows if row["key"] not in named])
            done, total = (
                sum(each.get(key, 0) for each in (readiness.get("counters") or {}).values())
                for key in ("done", "total")
            )
            lock.ready_text = (
                self.env._("Ready %(done)s of %(total)s", done=done, total=total) if total else False
            )

    def _screen_row(self, row, item):
        fits = item and self._fits(item, row)
        return {
            "key": row["key"],
            "label": row["label"],
            "count": row["count"],
            "amount": self.env._("not known")
            if row["amount"] is None
            else format_amount(self.env, row["amount"], self.currency_id),
            "why_not": row["why_not"],
            "reason": item.reason if item else None,
            "named_by": item.named_by_id.name if item else None,
            "grew": bool(item and not fits),
            "action": row["action"],
        }

    @api.private
    def _effect(self):
        """Say in a sentence or two what the approval does."""
        self.ensure_one()
        branches = self.env["res.company"].sudo().search_count([("id", "child_of", self.company_id.id)]) - 1
        who = self.company_id.sudo().name
        if branches:
            who = self.env._("%(company)s and %(count)s branches", company=who, count=branches)
        labels = dict(self._fields["field"]._description_selection(self.env))
        facts = {"who": who, "lock": labels[self.field], "new": format_date(self.env, self.date_new)}
        if self.date_old:
            old = format_date(self.env, self.date_old)
            first = self.env._("%(who)s: %(lock)s from %(old)s to %(new)s.", old=old, **facts)
        else:
            first = self.env._("%(who)s: %(lock)s set to %(new)s for the first time.", **facts)
        effects = {
            "fiscalyear_lock_date": self.env._("Entries dated up to then are refused, for everybody."),
            "sale_lock_date": self.env._("Entries of sales journals dated up to then are refused."),
            "purchase_lock_date": self.env._(
                "Entries of purchases journals dated up to then are refused; accruals elsewhere go on."
            ),
            "tax_lock_date": self.env._("Entries with taxes dated up to then are refused."),
            HARD: self.env._("Nothing posted up to then changes any more, for anybody, for ever."),
        }
        return f"{first} {effects[self.field]}"

    @api.private
    def _left_open_sentence(self):
        items = self._named()
        if not items:
            return False
        weight = self._weight()
        unknown = self.env._(", some without a known amount") if weight.unknown else ""
        return self.env._(
            "%(count)s items stay open, together %(amount)s%(unknown)s. The next close takes them over.",
            count=len(items),
            amount=format_amount(self.env, float(weight.amount), self.currency_id),
            unknown=unknown,
        )


class AiClose(models.Model):
    _inherit = "ai.close"

    def action_ask_lock(self):
        """Choose one of the other locks for this period: sales, purchases, tax or hard."""
        self.ensure_one()
        self._need_role(REVIEWER, CONTROLLER, action="close.request_lock")
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("ai_close.action_close_lock_ask")
        action["context"] = {
            "default_company_id": self.company_id.id,
            "default_kind": "lock",
            "default_field": "purchase_lock_date",
            "default_date_new": str(self.period_end),
        }
        return action

    def action_open_items(self):
        """Show what earlier locks left open, first of all that is to be done here."""
        self.ensure_one()
        if not self._roles() & {PREPARER, REVIEWER, CONTROLLER, "auditor"}:
            raise refuse(self, "SOD003", action="close.open_items")
        self.check_access("read")
        return self._window(
            "ai.close.open.item",
            self.env._("Open items of %s", self.name),
            ["|", ("carried_to_close_id", "=", self.id), ("close_id", "=", self.id)],
        )
