"""ai.close.lock.name: say of each thing that is still open why it may stay open at this lock."""

from odoo import api, fields, models
from odoo.tools import format_amount


class AiCloseLockName(models.TransientModel):
    _name = "ai.close.lock.name"
    _description = "Name open items"

    lock_id = fields.Many2one(
        "ai.close.lock", required=True, readonly=True, default=lambda self: self._default_lock_id()
    )
    line_ids = fields.One2many(
        "ai.close.lock.name.line", "wizard_id", default=lambda self: self._default_line_ids()
    )

    @api.model
    def _default_lock_id(self):
        found = self.env.context.get("active_id")
        is_lock = self.env.context.get("active_model") == "ai.close.lock" and type(found) is int
        return self.env["ai.close.lock"].browse(found).exists() if is_lock else self.env["ai.close.lock"]

    @api.model
    def _default_line_ids(self):
        lock = self._default_lock_id()
        if not lock:
            return []
        lock.check_access("read")
        lock = lock.sudo()
        named = {item.key: item.reason for item in lock._named()}
        return [
            fields.Command.create(
                {
                    "key": row["key"],
                    "label": row["label"],
                    "count": row["count"],
                    "amount_text": self._amount_text(row, lock),
                    "why_not": row["why_not"],
                    "reason": named.get(row["key"]),
                }
            )
            for row in lock._open_rows(lock._judged())
        ]

    @api.model
    def _amount_text(self, row, lock):
        if row["amount"] is None:
            return self.env._("not known")
        return format_amount(self.env, row["amount"], lock.currency_id)

    def action_name(self):
        """Keep the reasons on the request; what has none is not named."""
        self.ensure_one()
        self.lock_id.action_name_items({line.key: line.reason or "" for line in self.line_ids})
        return {"type": "ir.actions.act_window_close"}


class AiCloseLockNameLine(models.TransientModel):
    _name = "ai.close.lock.name.line"
    _description = "Open item to be named"

    wizard_id = fields.Many2one("ai.close.lock.name", required=True, ondelete="cascade")
    key = fields.Char(required=True)
    label = fields.Char("Open")
    count = fields.Integer("Number")
    amount_text = fields.Char("Amount")
    why_not = fields.Char("Why not")
    reason = fields.Char("Why it may stay open")
