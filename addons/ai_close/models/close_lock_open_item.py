"""ai.close.lock: what may stay open is named, each with a reason; above materiality two controllers agree."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_amount

from ..kernel import open_items
from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .close_open_item import STILL_OPEN
from .refusal import refuse

REASON_MIN_CHARS = 10


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    currency_id = fields.Many2one(related="company_id.currency_id")
    open_item_ids = fields.One2many(
        "ai.close.open.item",
        "lock_id",
        string="Named open items",
        readonly=True,
        domain=[("state", "!=", "dropped")],
    )
    open_amount = fields.Monetary("Left open", readonly=True)
    open_unknown = fields.Boolean("Amount not known", readonly=True)
    open_limit = fields.Monetary("Materiality", readonly=True)
    needs_second = fields.Boolean(compute="_compute_needs_second", string="Needs a second controller")
    second_by_id = fields.Many2one("res.users", string="Open items accepted by", readonly=True)
    second_at = fields.Datetime("Open items accepted at", readonly=True)

    _two_controllers = models.Constraint(
        "CHECK(kind = 'exception' OR state NOT IN ('approved', 'applied')"
        " OR (open_unknown IS NOT TRUE AND coalesce(open_amount, 0) <= coalesce(open_limit, 0))"
        " OR (second_by_id IS NOT NULL AND second_by_id <> approved_by_id"
        " AND second_by_id <> requested_by_id))",
        "Open items above materiality are accepted by a second controller.",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {
            "open_item_ids",
            "open_amount",
            "open_unknown",
            "open_limit",
            "second_by_id",
            "second_at",
        }

    @api.depends("open_item_ids.state", "open_amount", "open_unknown", "open_limit", "state")
    def _compute_needs_second(self):
        for lock in self:
            weight = lock._weight()
            limit = (
                lock._materiality() if lock.state in ("draft", "requested") else Decimal(str(lock.open_limit))
            )
            lock.needs_second = lock.kind == "lock" and weight.needs_second(limit)

    @api.private
    def _named(self):
        """Return the items named on this request, and those that the lock left open."""
        return self.sudo().open_item_ids.filtered(lambda item: item.state != "dropped")

    @api.private
    def _weight(self):
        decimals = self.currency_id.decimal_places or 2
        return open_items.weigh(
            Decimal(f"{item.amount:.{decimals}f}") if item.amount_known else None for item in self._named()
        )

    @api.private
    def _materiality(self):
        policy = self.env["ai.close.policy"]._in_force_above(self.company_id)
        return policy._money("materiality") or Decimal(0)

    @api.private
    def _duty_amount(self):
        """What is left open is what a limit of the policy's duties is compared with."""
        return self._weight().amount if self.kind == "lock" and self._named() else super()._duty_amount()

    # -- naming

    def action_name_items(self, reasons):
        """Name what stays open at this lock.

        :param reasons: key of the open row -> why it may stay open; what has none is not named (any more)
        """
        self.ensure_one()
        action = "lock.name_items"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        self._lock_rows()
        if self.state != "draft" or self.kind != "lock":
            sentence = self.env._("Open items are named while the request is a draft; take it back first.")
            raise refuse(self, "ENT001", sentence, action=action)
        if not isinstance(reasons, dict):
            raise refuse(self, "ENT006", action=action)
        self._closes()._refresh()
        readiness = self._judged()
        rows = {row["key"]: row for row in self._open_rows(readiness)}
        wanted = {}
        for key, reason in reasons.items():
            reason = reason.strip() if isinstance(reason, str) else ""
            if not reason:
                continue
            row = rows.get(key)
            if not row:
                sentence = self.env._("This is not open any more; look again.")
                raise refuse(self, "LCK017", sentence, action=action)
            self._need_nameable(row, reason, action)
            wanted[key] = (row, reason)
        for item in self._named():
            row, reason = wanted.get(item.key, (None, None))
            if row and reason == item.reason and self._fits(item, row):
                del wanted[item.key]
            else:
                item._transition("dropped", role=SERVER)
        self.env.flush_all()  # the table wants the former name gone before the new one
        for row, reason in wanted.values():
            self._name_one(row, reason)
        self._guarded().write(self._weight_vals() | {"readiness": readiness})
        return True

    def _need_nameable(self, row, reason, action):
        if row["why_not"]:
            raise refuse(
                self,
                "LCK021",
                self.env._("%(item)s can't stay open. %(why)s", item=row["label"], why=row["why_not"]),
                action=action,
            )
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(
                self,
                "ENT006",
                self.env._(
                    "Say in at least %(count)s characters why %(item)s may stay open.",
                    item=row["label"],
                    count=REASON_MIN_CHARS,
                ),
                action=action,
            )
        origin = row.get("origin")
        if origin and origin.reason.strip() == reason:
            raise refuse(
                self,
                "ENT006",
                self.env._("%s was left open before: say why it is still open now.", row["label"]),
                action=action,
            )

    def _name_one(self, row, reason):
        origin = row.get("origin") or self.env["ai.close.open.item"]
        item = (
            self.env["ai.close.open.item"]
            ._guarded()
            .create(
                {
                    "lock_id": self.id,
                    "close_id": row["close_id"],
                    "first_close_id": origin.first_close_id.id or row["close_id"],
                    "origin_id": origin.id,
                    "code": row["code"],
                    "key": row["key"],
                    "source_model": row["model"],
                    "source_id": row["id"],
                    "label": row.get("plain_label") or row["label"],
                    "count": row["count"],
                    "amount": row["amount"] or 0.0,
                    "amount_known": row["amount"] is not None,
                    "reason": reason,
                    "named_by_id": self.env.uid,
                    "named_at": self._now(),
                }
            )
        )
        told = {name: row[name] for name in ("key", "count")} | {"lock": self.id, "label": item.label}
        told["amount"] = (
            format_amount(self.env, row["amount"], self.currency_id) if item.amount_known else None
        )
        self.env["ai.close.audit"]._append("item.name", item, after=told, reason=reason)

    def _weight_vals(self):
        weight = self._weight()
        return {
            "open_amount": float(weight.amount),
            "open_unknown": weight.unknown,
            "open_limit": float(self._materiality()),
        }

    # -- judged at the request and again behind the gate

    def _fits(self, item, row):
        """Is what is open no more than what was named?"""
        if row["why_not"] or row["count"] > item.count or (row["amount"] is not None) != item.amount_known:
            return False
        return (
            not item.amount_known
            or self.currency_id.compare_amounts(abs(row["amount"]), abs(item.amount)) <= 0
        )

    def _need_nothing_open(self, readiness, action):
        """Refuse by the names of what is open, but for what was named and did not grow since."""
        named = {item.key: item for item in self._named()}
        if not named:
            return super()._need_nothing_open(readiness, action)
        rows = self._open_rows(readiness)
        grown = [row for row in rows if row["key"] in named and not self._fits(named[row["key"]], row)]
        fresh = [row for row in rows if row["key"] not in named]
        if fresh or grown:
            parts = [self.env._("not named: %s", "; ".join(row["label"] for row in fresh))] if fresh else []
            if grown:
                parts.append(self.env._("more than was named: %s", "; ".join(row["label"] for row in grown)))
            raise refuse(
                self,
                "LCK017",
                self.env._(
                    "Not locked, %s. Settle it, or take the request back and name it.", "; ".join(parts)
                ),
                action=action,
            )
        return None

    def action_accept_items(self):
        """Accept, as the second controller, that these items stay open; another one approves the lock."""
        self.ensure_one()
        action = "lock.accept_items"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_approvable(action)
        if not self.needs_second:
            sentence = self.env._("These items are below materiality; the approval of the lock covers them.")
            raise refuse(self, "ENT001", sentence, action=action)
        if self.second_by_id:
            sentence = self.env._("%s accepted the open items already.", self.second_by_id.name)
            raise refuse(self, "ENT001", sentence, action=action)
        self._need_password("lock")
        self._need_ready(action)
        self._transition("requested", vals={"second_by_id": self.env.uid, "second_at": self._now()})
        return True

    @api.private
    def _makers(self):
        """Who named open items, or accepted them first, does not approve the lock."""
        made = super()._makers()
        for user in self._named().named_by_id:
            made[self.env._("named open items of (%s)", user.name)] = user
        if self.second_by_id:
            made[self.env._("accepted the open items of")] = self.second_by_id
        return made

    def _need_two_controllers(self, action):
        if self.needs_second and not self.second_by_id:
            weight = self._weight()
            amount = format_amount(self.env, float(weight.amount), self.currency_id)
            raise refuse(
                self,
                "SOD004",
                self.env._(
                    "Items of %(amount)s%(unknown)s stay open, and materiality is %(limit)s: a second"
                    " controller accepts them first.",
                    amount=amount,
                    unknown=self.env._(" and of unknown amount") if weight.unknown else "",
                    limit=format_amount(self.env, float(self._materiality()), self.currency_id),
                ),
                action=action,
            )

    @api.private
    def _apply(self):
        """Weigh what stays open behind the gate, and hand it on to the next close."""
        # What is read before the gate's own look would not be what stays: the rows are locked there first.
        self._lock_rows()
        if self.kind == "lock" and self.state == "requested":
            self._guarded().write(self._weight_vals())
            self._need_two_controllers("lock.approve")
        result = super()._apply()
        self._leave_open()
        return result

    @api.private
    def _leave_open(self):
        """Accept what was named and is still open; what was settled meanwhile is dropped."""
        Item = self.env["ai.close.open.item"]
        for item in self._named().filtered(lambda item: item.state == "named"):
            if item._is_settled():
                item._transition("dropped", role=SERVER)
                continue
            # the same thing left open by an earlier lock, of last month or of another date
            before = [
                ("company_id", "=", self.company_id.id),
                ("key", "=", item.key),
                ("state", "=", STILL_OPEN),
            ]
            Item.sudo().search(before)._transition("renewed", reason=item.reason)
            item._transition(
                "open",
                reason=item.reason,
                vals={
                    "accepted_by_id": self.env.uid,
                    "accepted_at": self._now(),
                    "second_by_id": self.second_by_id.id,
                },
            )
            Item |= item
        Item._carry()

    @api.private
    def _package_open_items(self):
        """Return plain rows of what this lock left open, for the close package."""
        return self._named()._package_rows()
