"""From a journal item to a schedule: "Spread this line", or what somebody booked by hand for one."""

from odoo import models

from ..kernel import spread
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .refusal import refuse


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_ai_close_spread(self):
        """Open the draft schedule of this line, made when there is none."""
        self.ensure_one()
        Schedule = self.env["ai.close.schedule"].with_company(self.company_id)
        action = "schedule.edit"
        Schedule._need_role(PREPARER, REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        line = self.sudo()
        found = Schedule.sudo().search(
            [("source_line_id", "=", line.id), ("state", "!=", "cancelled")], limit=1
        )
        if not found:
            if line.parent_state != "posted" or line.display_type not in (False, "product"):
                raise refuse(
                    Schedule,
                    "ENT010",
                    self.env._("Only a posted line of a document or entry is spread."),
                    action=action,
                )
            found = Schedule._guarded().create(line._ai_close_schedule_vals())
            found._note_editor()
            self.env["ai.close.audit"]._append("schedule.make", found)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule"),
            "res_model": Schedule._name,
            "res_id": found.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_ai_close_booked_by_hand(self):
        """Open a new change for this item: a person says to which schedule it belongs, or to none."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booked by hand"),
            "res_model": "ai.close.schedule.change",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_kind": spread.ADOPTED,
                "default_move_line_id": self.id,
                "default_account_id": self.account_id.id,
                "default_date": self.date,
                "default_label": self.name or self.move_id.display_name,
            },
        }

    def _ai_close_schedule_vals(self):
        """Return what the line says of a schedule; the span is a person's word unless the line has one."""
        kind = spread.PREPAID
        if self.move_id.is_sale_document(include_receipts=True) or self.account_id.internal_group == "income":
            kind = spread.DEFERRED
        elif self.account_id.account_type in ("asset_fixed", "asset_non_current"):
            kind = spread.DEPRECIATION
        sign = -1 if kind == spread.DEFERRED else 1
        spans = {name: self[name] for name in ("start_date", "end_date") if name in self._fields}
        return {
            "name": (self.name or self.move_id.display_name or "").split("\n")[0],
            "company_id": self.company_id.id,
            "kind": kind,
            "total": sign * self.balance,
            "currency_id": self.currency_id.id,
            "total_currency": sign * self.amount_currency,
            "booked_on": self.date,
            "booked_account_id": self.account_id.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "analytic_distribution": self.analytic_distribution or False,
            "source_line_id": self.id,
            **spans,
        }
