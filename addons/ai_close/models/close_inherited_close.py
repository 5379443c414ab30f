"""The closes and the inherited list: the first waits for its signatures, all show what is left of it."""

from odoo import api, models


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _create_tasks(self):
        result = super()._create_tasks()
        for close in self:
            self.env["ai.close.inherited"]._for_close(close)
        return result

    @api.private
    def _refresh(self):
        for close in self.sudo():
            if close._is_first():
                self.env["ai.close.inherited"]._for_close(close)._judge()
        return super()._refresh()

    def _readiness_counts(self):
        counts = super()._readiness_counts()
        return [*counts, self._count_inherited] if self._is_first() else counts

    def _count_inherited(self):
        """The first close waits until the list of what it inherits is signed; an empty one needs nobody."""
        record = self.env["ai.close.inherited"].sudo().search([("company_id", "=", self.company_id.id)])
        state = record.state
        # the last look before the lock, which covers the older months too; only _judge writes it down
        if self.state == "requested" and state == "signed" and record._is_moved():
            state = "stale"
        if state == "signed" or (state == "open" and not record.item_ids):
            return "inherited", 1, 1, []
        labels = {
            "prepared": self.env._("Inherited list waits for its signature"),
            "stale": self.env._("Books changed under the signed inherited list"),
        }
        return (
            "inherited",
            0,
            1,
            [
                self._blocker(
                    "INHERITED",
                    labels.get(state, self.env._("Inherited list not prepared")),
                    max(record.count, 1),
                    rank=2,
                    severity="medium",
                    action=self._inherited_window(record),
                )
            ],
        )

    @api.model
    def _inherited_window(self, record):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inherited list"),
            "res_model": "ai.close.inherited",
            "res_id": record.id,
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "current",
        }

    def action_inherited(self):
        """Open what the company's first close inherited: the list, or in a later month what is left of it."""
        self.ensure_one()
        self.check_access("read")
        record = self.env["ai.close.inherited"].search([("company_id", "=", self.company_id.id)], limit=1)
        if self._is_first() and record:
            return self._inherited_window(record)
        action = record._items_window(self.env._("Inherited, still open"))
        action["context"]["search_default_still_open"] = 1
        return action
