"""ai.close.schedule.change: what changed about a schedule that counts, and what was booked by hand before it.

More or less to spread, another end, an asset sold; the opening that a person takes over of what stood in the
books; a line booked by hand that belongs to a schedule, or to none.  Signed by two people like the schedule.
"""

from odoo import api, fields, models

from ..kernel import spread
from ..kernel.money import fmt
from .close_schedule import COUNTING, NEVER

WITH_PLAN = (spread.AMOUNT, spread.END)
WITH_LINE = (spread.ADOPTED, spread.REJECTED)


class CloseScheduleChange(models.Model):
    _name = "ai.close.schedule.change"
    _inherit = ["ai.close.signed.by.two"]
    _description = "Change of a schedule"
    _order = "date desc, id desc"
    _rec_name = "label"
    _check_company_auto = True
    _ai_close_links = ("move_line_id", "schedule_id")

    schedule_id = fields.Many2one("ai.close.schedule", index=True, ondelete="restrict")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "To review"),
            ("reviewed", "Counts"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    kind = fields.Selection(
        [
            ("amount", "More or less to spread"),
            ("end", "Another end"),
            ("disposal", "Asset sold or scrapped"),
            ("opening", "Opening taken over"),
            ("adopted", "Booked by hand, belongs to it"),
            ("rejected", "Booked by hand, belongs to none"),
        ],
        required=True,
        default="amount",
    )
    date = fields.Date(
        required=True,
        help="The accounting date from which it is known: of the credit note, of the sale.",
    )
    from_date = fields.Date("New plan from", help="The first day of the new plan; empty: the date.")
    new_end = fields.Date("New end (inclusive)")
    amount = fields.Monetary(
        currency_field="company_currency_id",
        help="More (+) or less (-) to spread; the proceeds of a sale, net of tax; what stood on the balance"
        " account, in the schedule's direction.",
    )
    currency_id = fields.Many2one(
        "res.currency", "Document currency", default=lambda self: self.env.company.currency_id
    )
    amount_currency = fields.Monetary("Amount in document currency", currency_field="currency_id")
    account_id = fields.Many2one("account.account", "Booked on", check_company=True)
    move_line_id = fields.Many2one(
        "account.move.line", "Journal item", index="btree_not_null", copy=False, ondelete="restrict"
    )
    label = fields.Char("Why", required=True)
    editor_ids = fields.Many2many(relation="ai_close_schedule_change_editor")

    _one_of_a_line = models.UniqueIndex(
        "(move_line_id) WHERE state <> 'cancelled'", "This journal item is named by another change."
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "change"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            schedule = self.env["ai.close.schedule"].browse(
                vals.get("schedule_id") or self.env.context.get("default_schedule_id") or []
            )
            if schedule and "currency_id" not in vals:
                vals["currency_id"] = schedule.sudo().currency_id.id
        return super().create(vals_list)

    def _complete(self):
        """Fill in what the journal item says."""
        one = self.sudo()
        line, schedule = one.move_line_id, one.schedule_id
        vals = {}
        if line and not one.account_id:
            vals["account_id"] = line.account_id.id
        if line and one.kind == spread.ADOPTED and not one.amount:
            sign = 1 if schedule.kind == spread.PREPAID else -1
            vals.update(amount=sign * line.balance, amount_currency=sign * line.amount_currency)
        if not one.currency_id or one.currency_id == one.company_currency_id:
            vals.update(
                currency_id=one.company_currency_id.id, amount_currency=vals.get("amount", one.amount)
            )
        if vals:
            one._guarded().write(vals)

    def _problem(self):
        """Say what is missing or wrong, or None."""
        schedule, line = self.schedule_id, self.move_line_id
        if self.kind != spread.REJECTED and not schedule:
            return self.env._("Say which schedule it changes.")
        if schedule and schedule.state not in COUNTING:
            return self.env._("%s does not count yet: let somebody review it first.", schedule.name)
        if self.kind in WITH_LINE and not line:
            return self.env._("Name the journal item that was booked by hand.")
        if line and (line.parent_state != "posted" or line.date > self.date):
            return self.env._("The journal item is not posted, or dated later than the change.")
        if self.account_id and self.account_id.account_type in NEVER:
            return self.env._("Nothing is spread on %s.", self.account_id.display_name)
        if self.kind in WITH_PLAN:
            return self._plan_problem(schedule)
        if self.kind == spread.DISPOSAL:
            if schedule.kind != spread.DEPRECIATION:
                return self.env._("Only an asset is sold or scrapped; give a prepayment another end.")
            if self.amount < 0:
                return self.env._("Proceeds are positive.")
        foreign = schedule and schedule.currency_id != schedule.company_currency_id
        if self.kind == spread.OPENING and foreign and self.amount * self.amount_currency < 0:
            return self.env._("The amount in document currency is missing or of the other sign.")
        return None

    def _plan_problem(self, schedule):
        if schedule.kind == spread.DEPRECIATION:
            return self.env._(
                "The plan of an asset ends with its sale; make a schedule of its own for more cost."
            )
        if self.kind == spread.END and not self.new_end:
            return self.env._("Say the new end.")
        if self.kind == spread.AMOUNT and not self.amount:
            return self.env._("Say how much more or less is spread.")
        if (
            self.amount
            and schedule.currency_id != schedule.company_currency_id
            and (self.currency_id != schedule.currency_id or self.amount * self.amount_currency <= 0)
        ):
            return self.env._("The amount in %s is missing or of the other sign.", schedule.currency_id.name)
        if self.amount and self.account_id not in (schedule.balance_account_id, schedule.result_account_id):
            return self.env._("Say on which account of the schedule the amount was booked.")
        whole = schedule.total + sum(
            schedule.change_ids.filtered(
                lambda each: each.state == "reviewed" and each.kind in WITH_PLAN
            ).mapped("amount")
        )
        if (whole + self.amount) * schedule.total < 0:
            return self.env._("It takes away more than there is to spread.")
        return None

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        document = self.currency_id or self.company_currency_id
        return {
            "company": self.company_id.id,
            "schedule": self.schedule_id.id or None,
            "kind": self.kind,
            "date": self.date,
            "from": self.from_date or None,
            "end": self.new_end or None,
            "amount": fmt(self.amount, self.company_currency_id.decimal_places),
            "currency": document.name,
            "amount_currency": fmt(self.amount_currency, document.decimal_places),
            "account": self.account_id.id or None,
            "item": self.move_line_id.id or None,
            "label": self.label,
        }
