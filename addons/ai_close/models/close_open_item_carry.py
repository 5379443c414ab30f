"""Open items in the next close: shown first, counted until they are settled or named again."""

from odoo import api, fields, models

from .close_open_item import STILL_OPEN
from .refusal import refuse


class CloseOpenItem(models.Model):
    _inherit = "ai.close.open.item"

    @api.private
    def _carry(self):
        """Write down which close takes these items over: the company's next one that is not locked."""
        for item in self.sudo():
            found = (
                self.env["ai.close"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", item.company_id.id),
                        ("period_start", ">", item.close_id.period_end),
                        ("state", "!=", "locked"),
                        ("kind", "!=", "adjustment"),
                    ],
                    order="period_start",
                    limit=1,
                )
            )
            if found and found != item.carried_to_close_id:
                item._guarded().write({"carried_to_close_id": found.id})


class AiClose(models.Model):
    _inherit = "ai.close"

    carried_item_ids = fields.One2many(
        "ai.close.open.item", "carried_to_close_id", string="Open items carried over", readonly=True
    )
    open_item_ids = fields.One2many(
        "ai.close.open.item", "close_id", string="Left open by name", readonly=True
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"carried_item_ids", "open_item_ids"}

    @api.model_create_multi
    def create(self, vals_list):
        closes = super().create(vals_list)
        domain = [("company_id", "in", closes.company_id.ids), ("state", "=", STILL_OPEN)]
        self.env["ai.close.open.item"].sudo().search(domain)._carry()
        return closes

    @api.private
    def _refresh(self):
        for close in self:
            carried = [("carried_to_close_id", "=", close.id), ("state", "=", STILL_OPEN)]
            self.env["ai.close.open.item"].sudo().search(carried)._judge()
        return super()._refresh()

    def _readiness_counts(self):
        counts = super()._readiness_counts()
        carried = self.env["ai.close.open.item"]._left_before(self)
        return [*counts, lambda: self._count_carried(carried)] if carried else counts

    def _count_carried(self, carried):
        """Items that an earlier lock left open: they come first, whatever they are worth."""
        action = self._window(
            "ai.close.open.item", self.env._("Open items carried over"), [("id", "in", carried.ids)]
        )
        oldest = carried[0].first_close_id.name
        blocker = self._blocker(
            "CARRIED",
            self.env._("Left open by earlier locks, since %s", oldest),
            len(carried),
            amount=sum(abs(item.amount) for item in carried),
            rank=9,
            severity="high",
            action=action,
        )
        return "open items", 0, len(carried), [blocker]

    @api.private
    def _package_open_items(self):
        """Return plain rows of all that this close left open by name, for the close package."""
        return self.sudo().open_item_ids.filtered(lambda item: item.state != "dropped")._package_rows()


# What a lock left open may still be settled, although its month is locked: that books nothing.


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    def _need_open_period(self, action):
        kept = self.env["ai.close.open.item"]._keeps_open(self)
        return None if kept else super()._need_open_period(action)


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    def _need_open_period(self, action):
        kept = self.env["ai.close.open.item"]._keeps_open(self)
        return None if kept else super()._need_open_period(action)


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def _need_open(self, action):
        kept = self.env["ai.close.open.item"]._keeps_open(self)
        return None if kept else super()._need_open(action)


class CloseManualList(models.Model):
    _inherit = "ai.close.manual.list"

    @api.private
    def _need_open_period(self, action):
        """Refuse to sign the list of a locked month, unless its lock left just this list open."""
        close = self.close_id.sudo()
        left = close.open_item_ids.filtered(lambda item: item.code == "MANUAL" and item.state == STILL_OPEN)
        if close._is_locked_now() and not left:
            raise refuse(self, "LCK001", action=action)
